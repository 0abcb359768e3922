"""The map of a community with its words: what it shows, its key, and the numbers behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from friendly_city.labels import Language, label, number
from friendly_city.report import palette
from friendly_city.report.figure import Figure, draw_figure
from friendly_city.report.ground import BARRIER
from friendly_city.report.html import Column, Html, element, join, table
from friendly_city.report.maps import CATCHMENT, MARKS, NEAR, map_community
from friendly_city.report.published import children_states
from friendly_city.report.section import Section, section
from friendly_city.report.shown import people, people_by_group, under_map
from friendly_city.report.suppression import is_few
from friendly_city.report.walking import MINUTES, Reach, reach_of
from friendly_city.report.words import say, worded

if TYPE_CHECKING:
    from friendly_city.audit.model import CommunityAudit

HEIGHTS = (560.0, 360.0)
SHAPES = {
    "^": '<path d="M10 2 18 17H2z"/>',
    "s": '<rect x="3" y="3" width="14" height="14"/>',
    "D": '<path d="M10 1 19 10 10 19 1 10z"/>',
    "d": '<path d="M10 1 19 10 10 19 1 10zM10 6 6 10 10 14 14 10z"/>',
    "P": '<path d="M7 2h6v5h5v6h-5v5H7v-5H2V7h5z"/>',
    "o": '<circle cx="10" cy="10" r="5"/>',
    "X": '<path d="M3 6 6 3l4 4 4-4 3 3-4 4 4 4-3 3-4-4-4 4-3-3 4-4z"/>',
    "-": '<rect x="0" y="8" width="20" height="4" rx="2"/>',
    "--": '<path d="M0 8h5v4H0zM8 8h5v4H8zM16 8h4v4h-4z"/>',
}
"""Marks of the key, in a square of 20."""


@worded
def map_section(c: CommunityAudit, *, language: Language = "zh", edition: str = "public") -> Section:
    """Return the map of a community: facilities, catchment and children out of reach."""
    from friendly_city.access.impedance import WALKING

    reach = reach_of(c)
    band = label("age_band", reach.band).of(language)
    lead = say("map_about", language, band=band, speed=number(WALKING[reach.band].m_per_min))
    figure = community_map(c, language=language, edition=edition)
    return section(figure.html, id="map", title=say("map", language), subject=c.code, lead=lead)


def community_map(c: CommunityAudit, *, language: Language = "zh", edition: str = "public") -> Figure:
    """Return the map as a figure with its finding, key and numbers."""
    said, numbers = map_words(c, reach_of(c), language=language, edition=edition)
    finding = nobody_reaches(c, language=language, edition=edition) or said
    notes = under_map(c.city, language)
    return draw_figure(
        lambda ax: map_community(c, ax=ax, language=language),
        id="map-figure", heights=HEIGHTS, finding=finding, caption=join([notes, map_key(c, language), element("p", finding)]),
        numbers=numbers, language=language,
    )  # fmt: skip


def map_words(c: CommunityAudit, reach: Reach, *, language: Language, edition: str) -> tuple[str, Html | None]:
    """Return what the map shows in a sentence, and its numbers; both only as far as no small count follows from them."""
    if not may_be_counted(c, reach.band, edition=edition):
        return say("map_withheld", language, band=label("age_band", reach.band).of(language)), None
    sentence = reach_sentence(reach, language=language, edition=edition)
    if edition == "public" and (is_few(reach.unserved) or is_few(reach.served)):
        return sentence, None
    return sentence, _numbers(reach, language, edition)


def may_be_counted(c: CommunityAudit, band: str, *, edition: str) -> bool:
    """Return whether the children of a band may be counted out: not where the head of the page hides or withholds them."""
    return children_states(c, edition=edition)[band] == "shown"


def reach_sentence(reach: Reach, *, language: Language, edition: str) -> str:
    """Return in a sentence how many children cannot walk to a children's home in time; small counts are hidden."""
    band = label("age_band", reach.band).of(language)
    if reach.children == 0:
        return say("map_nobody", language, band=band)
    shown = {
        "band": band,
        "minutes": number(reach.limit_min),
        "children": people(reach.children, edition=edition, language=language),
        "unserved": people(reach.unserved, edition=edition, language=language),
        "served": people(reach.served, edition=edition, language=language),
    }
    if reach.unserved == 0:
        return say("map_reached", language, **shown)
    if edition == "public" and is_few(reach.unserved):
        return say("map_few", language, **shown)
    if edition == "public" and is_few(reach.served):
        return say("map_few_reach", language, **shown)
    return say("map_unserved", language, share=f"{number(100 * reach.unserved / reach.children, digits=0)} %", **shown)


def nobody_reaches(c: CommunityAudit, *, language: Language, edition: str) -> str:
    """Return the sentence that no child can walk to a children's home in time, '' where one can or none lives here."""
    reach = reach_of(c)
    if reach.children == 0 or reach.unserved < reach.children:
        return ""
    band, minutes = label("age_band", reach.band).of(language), number(reach.limit_min)
    if not may_be_counted(c, reach.band, edition=edition) or (edition == "public" and is_few(reach.children)):
        return say("map_none_withheld", language, band=band, minutes=minutes)
    children = people(reach.children, edition=edition, language=language)
    return say("map_none", language, band=band, minutes=minutes, children=children)


def map_key(c: CommunityAudit, language: Language) -> Html:
    """Return what the marks of the map mean."""
    entries = [(shape, colour, label("facility", kind).of(language)) for kind, (shape, colour) in MARKS.items()]
    entries += [
        ("o", NEAR, say("map_key_near", language)),
        ("X", palette.TERRACOTTA, say("map_key_far", language, minutes=MINUTES[-1])),
    ]
    if c.city.barriers is not None:
        entries.append(("--", BARRIER, say("map_key_barrier", language)))
    lines = Html("".join(mark("-", colour) for colour in CATCHMENT))
    streets = element("li", lines, say("map_key_streets", language, list=" · ".join(map(str, MINUTES))))
    return element("ul", *(element("li", mark(shape, colour), words) for shape, colour, words in entries), streets, class_="key")


def mark(shape: str, colour: str) -> Html:
    """Return a mark of a map's key."""
    return element("svg", Html(SHAPES[shape]), viewBox="0 0 20 20", class_="mark", fill=colour, aria_hidden="true")


def _numbers(reach: Reach, language: Language, edition: str) -> Html:
    starts = (0, *MINUTES)
    names = {
        low: say("map_within" if low == 0 else "map_between", language, low=low, high=high)
        for low, high in zip(starts, MINUTES, strict=False)
    }
    names[MINUTES[-1]] = say("map_beyond", language, low=MINUTES[-1])
    minutes, children = reach.homes["minutes"].to_numpy(), reach.homes["children"].to_numpy()
    counts = {}
    for low, high in zip(starts, (*MINUTES, float("inf")), strict=True):
        above = minutes >= 0 if low == 0 else minutes > low
        counts[names[low]] = float(children[above & (minutes <= high)].sum())
    beyond = counts.pop(names[MINUTES[-1]])
    shown = people_by_group(counts, edition=edition, language=language)  # their sum is in the sentence
    shown[names[MINUTES[-1]]] = number(beyond)
    band = label("age_band", reach.band).of(language)
    columns = [
        Column(title=say("map_minutes", language), heads_row=True),
        Column(title=say("map_children", language), numeric=True),
    ]
    return table(columns, list(shown.items()), id="map-table", caption=say("map_numbers", language, band=band))
