"""The page on access to one service: who reaches it on foot, where, within how many minutes, and who does not.

Each function takes a `friendly_city.audit.service_access.ServiceAccess` and gives back one section, for a notebook or for a
whole page (`access_sections`). What the public edition may tell is `told`; further sections are in
`sections_supply` and `sections_access_basis`.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

from friendly_city.audit.model import records
from friendly_city.audit.service_access import CURVE_MIN
from friendly_city.labels import Language, label, number
from friendly_city.report.access import CURVE_HEIGHTS, MINUTES, UNSERVED, map_minutes, plot_share_by_minutes
from friendly_city.report.access_words import FEW_MORE, SHOWN, asked, exactly, percent, subject_of, uncounted, with_its_like
from friendly_city.report.figure import draw_figure
from friendly_city.report.ground import BARRIER
from friendly_city.report.html import Cell, Column, Content, Html, Row, details, element, join, link, table
from friendly_city.report.maps import CATCHMENT
from friendly_city.report.opening import LEAST, opening_section
from friendly_city.report.palette import HATCH, INK
from friendly_city.report.section import Section, section
from friendly_city.report.sections_access_basis import (
    evenness_section,
    evenness_values,
    method_section,
    pace_section,
    streets_section,
    streets_values,
)
from friendly_city.report.sections_map import mark
from friendly_city.report.sections_supply import supply_section
from friendly_city.report.shown import ended, synthetic_warning, under_map
from friendly_city.report.told import Told, told
from friendly_city.report.words import rich, say

if TYPE_CHECKING:
    from friendly_city.audit.service_access import ServiceAccess

__all__ = [
    "SECTIONS",
    "access_sections",
    "access_title",
    "curve_section",
    "evenness_section",
    "figures_of",
    "header_section",
    "left_out_section",
    "method_section",
    "minutes_section",
    "opening_section",
    "pace_section",
    "streets_section",
    "supply_section",
]

CONTENTS = {
    "minutes": "access_minutes", "curve": "access_curve", "left-out": "access_left_out", "supply": "supply",
    "evenness": "access_even", "pace": "access_pace", "opening": "opening", "streets": "access_streets",
    "method": "access_method",
}  # fmt: skip
"""Sections named in the table of contents, in the order of the page, with their titles."""
CITY_HEIGHTS = (600.0, 250.0)
SUBDISTRICT_HEIGHTS = (560.0, 360.0)


def access_sections(found: ServiceAccess, *, language: Language = "zh", edition: str = "public") -> tuple[Section, ...]:
    """Return all sections of the page, in order.

    Parameters
    ----------
    found : ServiceAccess
        Of a city or of one of its subdistricts.
    language
        Language of the page.
    edition
        ``public`` hides what would tell of 1 to 4 children, ``internal`` tells everything.
    """
    return tuple(make(found, language=language, edition=edition) for make in SECTIONS)


def access_title(found: ServiceAccess, *, language: Language = "zh") -> str:
    """Return the title of the page."""
    return say("access_title", language, **asked(found, language))


def header_section(found: ServiceAccess, *, language: Language = "zh", edition: str = "public") -> Section:
    """Return who is asked about, and how many of them reach a facility; with every figure of the page for machines."""
    may = told(found, edition=edition)
    words = asked(found, language)
    who = element(
        "div",
        element("p", say("access_eyebrow", language, **words, edition=label("edition", edition).of(language)), class_="eyebrow"),
        element("h1", rich("access_heading", language, **words | {"band": _unbroken(words["band"])})),
        element("p", _lead(may, language)),
        uncounted(may, language),
        _at_the_moment(may, language),
        class_="who",
    )
    top = element("div", who, _score(may, language), class_="top")
    names = element("ul", *(element("li", link(anchor, say(key, language))) for anchor, key in CONTENTS.items()))
    nav = element("nav", names, aria_label=say("contents", language))
    warning = synthetic_warning(found.city, language)
    return section(
        warning, top, nav, id="summary", title=access_title(found, language=language), subject=subject_of(found), heading=False,
        themed=True, figures=figures_of(found, edition=edition),
    )  # fmt: skip


def _at_the_moment(may: Told, language: Language) -> Html | None:
    """Return that only facilities open at the moment asked about count, with the bounds where some hours are unknown."""
    found = may.found
    if not found.when:
        return None
    low, high = found.share_bounds
    if low == high or math.isnan(low) or (may.edition == "public" and may.children < LEAST):
        return element("p", say("access_at", language, when=found.when))
    shares = {"low": percent(low, digits=0), "high": percent(high, digits=0)}
    return element("p", say("access_at_between", language, when=found.when, **shares))


def _unbroken(text: str) -> Html:
    return element("span", text, style="white-space:nowrap")


def figures_of(found: ServiceAccess, *, edition: str = "public") -> dict[str, float | str]:
    """Return the figures of the page by name; one that is withheld, or that there is none of, is left out."""
    may = told(found, edition=edition)
    ends = may.ends
    values = {
        "children_persons": may.children,
        "limit_min": found.limit_min,
        "facilities_count": float(len(found.open_facilities)),
        "share_within": may.share_within,
        "without_persons": may.children - may.within,
        "share_no_way": may.share_no_way,
        "median_min": may.minutes_of(0.5),
        "p90_min": may.minutes_of(0.9),
        "best_share": ends.best_value if ends else math.nan,
        "worst_share": ends.worst_value if ends else math.nan,
        **evenness_values(may),
        **streets_values(found),
    }
    named = {"subdistrict": found.subdistrict} if found.subdistrict else {}
    named |= {"best_community": ends.best, "worst_community": ends.worst} if ends else {}
    return {
        "kind": found.kind, "age_band": found.age_band, "period": found.period, **named,
        **{name: float(value) for name, value in values.items() if math.isfinite(value)},
    }  # fmt: skip


def _lead(may: Told, language: Language) -> str:
    """Return the main finding in words."""
    found, words = may.found, asked(may.found, language)
    between = "" if language == "zh" else " "
    first = "" if len(found.open_facilities) else say("access_no_facility", language, **words)
    if not may.children:
        return between.join(filter(None, (first, say("access_lead_nobody", language, **words))))
    if not may.whole:
        return between.join(filter(None, (first, say("access_lead_withheld", language, **words))))
    without = may.children - may.within
    key = "access_lead" if 0 < without < may.children else "access_lead_none" if without else "access_lead_all"
    shown = {"children": number(may.children), "share": percent(may.share_within), "without": number(without)}
    said = [first, say(key, language, **words, **shown)]
    if key == "access_lead" and may.ends and may.ends.worst != may.ends.best:
        community = with_its_like(may, may.ends.worst, language)
        said.append(say("access_lead_worst", language, community=community, share=percent(may.ends.worst_value)))
    return between.join(filter(None, said))


def _score(may: Told, language: Language) -> Html:
    """Return the share within the limit in large figures, and beside it how long half and nine tenths walk."""
    words, share = asked(may.found, language), may.share_within
    said = say("access_big", language, **words)
    known = math.isfinite(share)
    figures = element(
        "b", number(100 * share, digits=1) if known else "–", class_=None if known else "none", role="img",
        aria_label=f"{percent(share)} {said}", data_field="share_within", data_value=share if known else None,
    )  # fmt: skip
    big = element("div", figures, element("span", "%", aria_hidden="true") if known else None, element("em", said), class_="big")
    facilities = len(may.found.open_facilities)
    rows = {
        "access_children": say("access_persons", language, count=number(may.children)),
        "access_half": _walks(may, 0.5, language),
        "access_nine_tenths": _walks(may, 0.9, language),
        "access_no_way": percent(may.share_no_way),
        "access_facilities": say("access_facilities_value", language, count=number(facilities)),
    }
    listed = [element("dt", say(key, language)) + element("dd", value) for key, value in rows.items()]
    return element("div", big, element("dl", Html("".join(listed)), class_="small"))


def _walks(may: Told, share: float, language: Language) -> str:
    minutes = may.minutes_of(share)
    if math.isfinite(minutes):
        return say("access_walk", language, minutes=number(minutes))
    known = may.children and CURVE_MIN in may.minutes
    return say("access_walk_longer", language, minutes=number(CURVE_MIN)) if known else "–"


def minutes_section(found: ServiceAccess, *, language: Language = "zh", edition: str = "public") -> Section:
    """Return the map of homes by minutes on foot, with the children of each band of minutes."""
    may, words = told(found, edition=edition), asked(found, language)
    bands = _bands(may, language)
    listed = [say("access_share_of_band", language, band=band, share=percent(share, digits=0)) for band, _, share in bands]
    told_of = ("，" if language == "zh" else ", ").join(listed)
    finding = (
        say("access_minutes_finding", language, **words, list=told_of)
        if bands
        else say("access_minutes_unsaid", language, **words)
    )
    figure = draw_figure(
        lambda ax: map_minutes(may.found, told=may.communities, ax=ax, language=language),
        id="minutes-figure",
        heights=SUBDISTRICT_HEIGHTS if found.subdistrict else CITY_HEIGHTS,
        finding=finding,
        caption=join([under_map(found.city, language), _map_key(may, language), element("p", ended(finding, language))]),
        numbers=_bands_table(bands, language) if bands else None,
        language=language,
        decimals=0,
    )
    lead = say("access_minutes_lead", language, **words, last=MINUTES[-1])
    title = say("access_minutes", language)
    return section(figure.html, id="minutes", title=title, subject=subject_of(found), lead=lead)


def _bands(may: Told, language: Language) -> list[tuple[str, float, float]]:
    """Return the words, the children and their share for each band of minutes whose ends may be told; the last is open."""
    edges = [minute for minute in MINUTES if minute in may.minutes]
    if not edges or not may.children:
        return []
    reached = [0.0, *may.found.reached(edges).tolist(), may.children]
    names = [say("map_within", language, high=edges[0])]
    names += [say("map_between", language, low=low, high=high) for low, high in pairwise(edges)]
    names.append(say("map_beyond", language, low=edges[-1]))
    return [(name, high - low, (high - low) / may.children) for name, (low, high) in zip(names, pairwise(reached), strict=True)]


def _bands_table(bands: list[tuple[str, float, float]], language: Language) -> Html:
    columns = [
        Column(title=say("access_band", language), heads_row=True),
        Column(title=say("map_children", language), numeric=True),
        Column(title=say("access_share", language), numeric=True),
    ]
    rows: list[Row] = [
        (name, exactly(number(children), "children_persons", children), percent(share)) for name, children, share in bands
    ]
    return table(columns, rows, id="minutes-table", caption=say("access_minutes", language), titled=True)


def _map_key(may: Told, language: Language) -> Html:
    found = may.found
    entries = [
        ("o", colour, say("access_key_within", language, minutes=minutes))
        for minutes, colour in zip(MINUTES, CATCHMENT, strict=True)
    ]
    entries += [
        ("X", UNSERVED, say("access_key_beyond", language, minutes=MINUTES[-1])),
        ("^", INK, label("facility", found.kind).of(language)),
    ]
    if not set(may.by_community["community_code"]) <= may.communities:
        entries.append(("o", HATCH, say("access_key_untold", language)))
    if found.city.barriers is not None:
        entries.append(("--", BARRIER, say("map_key_barrier", language)))
    return element("ul", *(element("li", mark(shape, colour), words) for shape, colour, words in entries), class_="key")


def curve_section(found: ServiceAccess, *, language: Language = "zh", edition: str = "public") -> Section:
    """Return the share of children who reach a facility within each minute, as a curve and as numbers."""
    may, words = told(found, edition=edition), asked(found, language)
    curve = may.curve
    known = curve["share"].notna().any()
    shares = [(float(row["minutes"]), float(row["share"])) for row in records(curve)] if known else []
    listed = [
        say("access_share_of_band", language, band=say("map_within", language, high=number(minutes)), share=percent(share))
        for minutes, share in shares
        if minutes in (*MINUTES, CURVE_MIN)
    ]
    finding = say("access_curve_nothing", language)
    if listed:
        finding = say("access_curve_finding", language, **words, list=("，" if language == "zh" else ", ").join(listed))
    columns = [
        Column(title=say("access_within_minutes", language), numeric=True, heads_row=True),
        Column(title=say("access_share", language), numeric=True),
    ]
    rows: list[Row] = [(number(minutes), exactly(percent(share), "share", share)) for minutes, share in shares]
    hidden = say("access_curve_public", language) if len(may.minutes) <= CURVE_MIN else None
    caption = join([element("p", say("access_curve_caption", language, **words)), element("p", hidden) if hidden else None])
    figure = draw_figure(
        lambda ax: plot_share_by_minutes(curve, limit_min=found.limit_min, ax=ax, language=language),
        id="curve-figure", heights=CURVE_HEIGHTS, finding=finding, caption=caption, language=language,
        numbers=table(columns, rows, id="curve-table", caption=say("access_curve", language), titled=True) if rows else None,
    )  # fmt: skip
    return section(
        figure.html, id="curve", title=say("access_curve", language), subject=subject_of(found), lead=ended(finding, language)
    )


def left_out_section(found: ServiceAccess, *, language: Language = "zh", edition: str = "public") -> Section:
    """Return the communities by children who do not reach a facility within the limit."""
    may, words = told(found, edition=edition), asked(found, language)
    rows = [_community(may, place, language) for place in range(len(may.by_community))]
    hidden = int(may.by_community["share_within"].isna().sum())
    rows, rest = (rows[:SHOWN], rows[SHOWN:]) if len(rows) > SHOWN + FEW_MORE else (rows, [])
    title = say("access_left_out", language)
    shown: list[Content] = [uncounted(may, language)]
    if hidden:
        shown.append(element("p", say("access_left_out_hidden", language, count=number(hidden)), class_="small"))
    if not rows:
        shown.append(element("p", say("access_left_out_nobody", language)))
    else:
        shown.append(_communities(rows, "left-out-table", title, language))
    if rest:
        folded = _communities(rest, "left-out-rest", title, language)
        shown.append(details(say("access_rest", language, count=number(len(rest))), folded))
        shown.append(element("p", say("paper_unknown", language, count=number(len(rest))), class_="on-paper"))
    lead = say("access_left_out_lead", language, **words)
    return section(*shown, id="left-out", title=title, subject=subject_of(found), lead=lead)


def _communities(rows: list[Row], name: str, title: str, language: Language) -> Html:
    columns = [
        Column(title=say("community", language), heads_row=True, width="30%"),
        Column(title=say("access_children", language), numeric=True, half=True),
        Column(title=say("access_without", language), numeric=True, half=True),
        Column(title=say("access_group_share", language), width="36%"),
    ]
    return table(columns, rows, id=name, caption=title, layout="cards", titled=True)


def _community(may: Told, place: int, language: Language) -> Row:
    row = may.by_community.iloc[place]
    code, children, without, share = (
        str(row["community_code"]), float(row["children_persons"]), float(row["without_persons"]), float(row["share_within"]),
    )  # fmt: skip
    known = math.isfinite(share)
    withheld = say("withheld", language)
    bar = (
        element("span", element("span", style=f"width:{100 * share:.1f}%", class_="filled"), class_="bar-track")
        if known
        else None
    )
    figure = element("span", percent(share), style="min-width:4em")
    shown = element("span", bar, figure, class_="bar-cell") if known else withheld
    return (
        Cell(may.found.city.name_of(code).of(language), {"data_code": code}),
        exactly(number(children), "children_persons", children),
        exactly(number(without) if known else withheld, "without_persons", without),
        exactly(shown, "share_within", share),
    )


SECTIONS = (
    header_section,
    minutes_section,
    curve_section,
    left_out_section,
    supply_section,
    evenness_section,
    pace_section,
    opening_section,
    streets_section,
    method_section,
)
"""Sections of the page, in reading order."""
