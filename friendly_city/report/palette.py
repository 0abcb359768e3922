"""The colours of every chart, map and page, and which rating wears which.

Safe for the common kinds of colour blindness; colour is always the second cue, never the only one.
"""

from __future__ import annotations

INK = "#1f2d2b"
SOFT = "#566360"
LINE = "#dcd8cf"
PAPER = "#fbfaf6"
CARD = "#ffffff"

TEAL = "#1f7a6d"
"""Good, and what is reached."""
SAGE = "#8db9a5"
"""Partly good."""
TERRACOTTA = "#c8553d"
"""Lacking."""
RUST = "#ad4129"
"""Terracotta for words: dark enough to be read on paper."""
AMBER = "#d99b2b"
VIOLET = "#6b5fa8"
SAND = "#e6e1d6"
"""The ground of what is not known; hatched with `HATCH`."""
HATCH = "#aaa393"
STONE = "#ece8df"
"""What does not apply."""
BAND = "#dcd8cf"
"""The range of the district."""

RATING: dict[str, str] = {
    "met": TEAL,
    "partly_met": SAGE,
    "not_met": TERRACOTTA,
    "no_data": SAND,
    "not_applicable": STONE,
}
ON_RATING: dict[str, str] = {"met": CARD, "partly_met": INK, "not_met": CARD, "no_data": INK, "not_applicable": INK}
"""The colour of a word that stands on the colour of a rating."""
