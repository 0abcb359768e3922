"""Shares in a table as coloured cells: the darker, the higher. The number stands in the cell; colour is never alone."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

import numpy as np

from friendly_city.labels import Language, number, quantity
from friendly_city.report.html import MISSING, Attribute, Cell, Html, element, exact, swatches
from friendly_city.report.maps import ramp

CLASSES = (0.0, 20.0, 40.0, 60.0, 80.0, 100.0)
"""Class limits in per cent, the same in all tables; ours."""
COLOURS = (*ramp(5)[:3], "#3b7f71", ramp(5)[4])
"""Colours of the classes: those of the maps, the fourth darker so that a white number on it has a contrast of 4.5 (ours)."""
DARK = 60.0
"""From this many per cent on a cell is dark and its number white."""


def shaded(share: float, *, link: str = "", marks: Mapping[str, Attribute] | None = None) -> Cell:
    """Return a share (0–1) as a cell coloured by its class, with a link where there is one.

    Examples
    --------
    >>> shaded(0.425).content, shaded(float("nan")).content
    ('42 %', '—')
    """
    percent = 100 * share
    if np.isnan(percent):
        return Cell(MISSING, dict(marks or {}))
    text = f"{number(percent, digits=0)} %"
    ink = "#fff" if percent >= DARK else "inherit"
    style = f"background:{_colour(percent)};color:{ink}"
    content = element("a", text, href=link, style="color:inherit") if link else text
    return Cell(content, {"style": style, "data_value": exact(share), **(marks or {})})


def shades(language: Language) -> Html:
    """Return the key of the colours."""
    entries = [
        (_colour(low), f"{quantity(low / 100, 'share', language)} – {quantity(high / 100, 'share', language)}")
        for low, high in pairwise(CLASSES)
    ]
    return element("ul", *swatches(entries), class_="key")


def _colour(percent: float) -> str:
    place = np.searchsorted(CLASSES, percent, side="right") - 1
    return COLOURS[int(np.clip(place, 0, len(COLOURS) - 1))]
