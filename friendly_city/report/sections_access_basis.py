"""The second half of the page on access to one service: how evenly, at a child's pace, how homes meet the streets, method."""

from __future__ import annotations

import math
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from friendly_city.access.impedance import walking_speed
from friendly_city.access.snapping import SNAP_LIMIT_M
from friendly_city.access.walking import all_crossings
from friendly_city.audit.by_sex import within_by_sex
from friendly_city.audit.paces import paces
from friendly_city.audit.question import WITHIN
from friendly_city.audit.service_access import service_access
from friendly_city.city.model import AGE_BANDS
from friendly_city.labels import Language, label, number
from friendly_city.report.access_words import asked, exactly, percent, subject_of, with_its_like
from friendly_city.report.html import Column, Html, Row, details, element, join, table
from friendly_city.report.paces import WORDS, table_of_choices, table_of_paces
from friendly_city.report.section import Section, section
from friendly_city.report.shown import attributed, items_list, titled
from friendly_city.report.suppression import is_few
from friendly_city.report.told import MANY, Told, told
from friendly_city.report.words import say

if TYPE_CHECKING:
    from friendly_city.audit.service_access import ServiceAccess

FIRST_WAIT = 3
"""Columns of the table of paces before those of the crossings: age, speed, steps."""
HALF_A_CARD = 18
"""Letters of a header that fit half a card."""


def evenness_values(may: Told) -> dict[str, float]:
    """Return the figures made of all homes, rounded as they are printed; NaN where they may not be told."""
    if not may.in_detail:
        return dict.fromkeys(("gini_of_minutes", "palma_of_minutes", "share_female", "share_male"), math.nan)
    found = dict(zip(may.found.equity["figure"], may.found.equity["value"], strict=True))
    by_sex = dict(within_by_sex(may.found).itertuples(index=False, name=None))
    return {name: round(float(found[name]), 2) for name in ("gini_of_minutes", "palma_of_minutes")} | {
        f"share_{sex}": round(float(share), 3) for sex, share in by_sex.items()
    }


def evenness_section(found: ServiceAccess, *, language: Language = "zh", edition: str = "public") -> Section:
    """Return how evenly minutes are spread, the best- and the worst-served community, and the share by age and sex."""
    may = told(found, edition=edition)
    values = evenness_values(may)
    columns = [
        Column(title=say("access_figure", language), heads_row=True, width="34%"),
        Column(title=say("access_value", language), numeric=True),
        Column(title=say("access_reading", language), width="50%"),
    ]
    rows: list[Row] = [
        (
            say(f"access_{name}", language),
            exactly(number(values[f"{name}_of_minutes"], digits=2), f"{name}_of_minutes", values[f"{name}_of_minutes"]),
            say(f"access_{name}_reading", language),
        )
        for name in ("gini", "palma")
    ]
    indices = table(columns, rows, id="evenness-table", caption=say("access_even", language), layout="cards", titled=True)
    known = math.isfinite(values["share_female"]) and math.isfinite(values["share_male"])
    note = say("access_sex_ours" if known else "access_sex_unknown", language)
    parts = (
        indices,
        element("h3", say("access_groups", language)),
        element("p", f"{say('access_groups_lead', language)}{'' if language == 'zh' else ' '}{note}", class_="small"),
        _groups(may, values, language),
    )
    title = say("access_even", language)
    return section(*parts, id="evenness", title=title, subject=subject_of(found), lead=_ends(may, language))


def _ends(may: Told, language: Language) -> str:
    """Return the best- and the worst-served community in a sentence."""
    ends = may.ends
    if ends is None:
        return say("access_even_none", language)
    best, worst = (with_its_like(may, code, language) for code in (ends.best, ends.worst))
    high, low = percent(ends.best_value), percent(ends.worst_value)
    if may.by_community["share_within"].notna().sum() == 1:
        return say("access_even_one", language, best=best, high=high)
    apart = number(100 * ends.difference, digits=1)
    return say("access_even_lead", language, best=best, high=high, worst=worst, low=low, points=apart)


def _groups(may: Told, values: dict[str, float], language: Language) -> Html:
    columns = [
        Column(title=say("access_group", language), heads_row=True),
        Column(title=say("access_group_speed", language), unit=say("m_per_min", language), numeric=True, half=True),
        Column(title=say("access_group_share", language), numeric=True, half=True),
    ]
    rows: list[Row] = []
    for band in AGE_BANDS:
        share = of_band(may, band).share_within
        speed = number(walking_speed(band).m_per_min, digits=1)
        name = titled(label("age_band", band).of(language))
        rows.append((name, speed, exactly(percent(share), f"share_{band}", share)))
    speed = number(walking_speed(may.found.age_band).m_per_min, digits=1)
    for sex in ("female", "male"):
        share = values[f"share_{sex}"]
        name = titled(say(f"access_{sex}", language, band=asked(may.found, language)["band"]))
        rows.append((name, speed, exactly(percent(share), f"share_{sex}", share)))
    return table(columns, rows, id="groups-table", caption=say("access_groups", language), layout="cards", titled=True)


def of_band(may: Told, band: str) -> Told:
    """Return what may be told of the children of another band, asked the same."""
    found = may.found
    if band == found.age_band:
        return may
    again = service_access(
        found.city, kind=found.kind, age_band=band, period=found.period, subdistrict=found.subdistrict, limit=found.limit,
        when=found.when,
    )  # fmt: skip
    return told(again, edition=may.edition)


def pace_section(found: ServiceAccess, *, language: Language = "zh", edition: str = "public") -> Section:
    """Return how each age walks and what that does to the share, with every parameter and its source folded below."""
    title = say("access_pace", language)
    walked = _told_paces(told(found, edition=edition))
    grid = table_of_paces(walked, language=language)
    grid.columns = [*grid.columns[:-1], WORDS["share_at_pace"].of(language)]
    unreported = int(walked["crossings_not_complete_communities"].max())
    note = element("p", say("access_pace_unreported", language, count=unreported), class_="small") if unreported else None
    first, last = FIRST_WAIT, FIRST_WAIT + len(all_crossings())
    shares = _plain([*range(first), *range(last, grid.shape[1])], grid, "pace-table", say("access_pace_caption", language))
    waits = _plain([0, *range(first, last)], grid, "waits-table", say("access_waits", language))
    chosen = table_of_choices(language=language)
    widths = ("16%", "18%", "12%", "")
    headers = [
        Column(title=titled(str(name)), heads_row=place == 0, width=width)
        for place, (name, width) in enumerate(zip(chosen.columns, widths, strict=True))
    ]
    listed = table(
        headers, [tuple(map(str, row)) for row in chosen.itertuples(index=False, name=None)], id="parameters-table",
        caption=say("access_parameters_caption", language), layout="cards", titled=True,
    )  # fmt: skip
    folded = details(say("access_parameters", language, count=len(chosen)), listed)
    lead = say("access_pace_lead", language)
    crossings = element("h3", say("access_waits", language))
    return section(shares, note, crossings, waits, folded, id="pace", title=title, subject=subject_of(found), lead=lead)


def _plain(columns: list[int], grid: pd.DataFrame, name: str, caption: str) -> Html:
    """Return some columns of a table of words as a table of the page; the first names the rows."""
    chosen = grid.iloc[:, columns]
    headers = [
        Column(
            title=titled(str(column)),
            heads_row=place == 0,
            numeric=place > 0,
            half=0 < len(str(column)) <= HALF_A_CARD,
            width="" if place else "16%",
        )
        for place, column in enumerate(chosen.columns)
    ]
    rows: list[Row] = [(titled(str(first)), *map(str, others)) for first, *others in chosen.itertuples(index=False, name=None)]
    return table(headers, rows, id=name, caption=caption, layout="cards", titled=True)


def _told_paces(may: Told) -> pd.DataFrame:
    """Return `audit.paces.paces`, NaN for shares from which few children could be counted."""
    walked = paces(may.found)
    if may.edition != "public":
        return walked
    shares = ["share_by_metres", "share_at_pace_high", "share_at_pace_low"]
    for place, band in enumerate(walked["age_band"]):
        one = of_band(may, str(band))
        edges = [0.0, *(one.children * walked[shares].to_numpy(dtype=float)[place]).tolist(), one.children]
        parts = [high - low for low, high in combinations(edges, 2)]
        if not one.in_detail or any(is_few(abs(part)) for part in parts):
            walked.loc[place, [*shares, "share_at_pace"]] = np.nan
    return walked


def streets_values(found: ServiceAccess) -> dict[str, float]:
    """Return median and 99th percentile of the straight metres from homes to the street, and how many homes are too far."""
    near = found.straight_m[np.isfinite(found.straight_m)]
    median, p99 = np.percentile(near, [50, 99]) if len(near) else (math.nan, math.nan)
    return {
        "homes_count": float(len(found.straight_m)),
        "snapping_median_m": round(float(median), 1),
        "snapping_p99_m": round(float(p99), 1),
        "homes_too_far_count": float(len(found.straight_m) - len(near)),
    }


def streets_section(found: ServiceAccess, *, language: Language = "zh", edition: str = "public") -> Section:  # noqa: ARG001 - one signature for all
    """Return how far homes are from the streets they are joined to."""
    values = streets_values(found)
    far, limit = values["homes_too_far_count"], number(SNAP_LIMIT_M)
    lead = say("access_streets_none", language)
    if math.isfinite(values["snapping_median_m"]):
        lead = say(
            "access_streets_lead", language, homes=number(values["homes_count"] - far),
            median=number(values["snapping_median_m"], digits=1), p99=number(values["snapping_p99_m"], digits=1),
        )  # fmt: skip
    key = "access_streets_far" if far else "access_streets_near"
    said = element("p", say(key, language, count=number(far), limit=limit))
    return section(said, id="streets", title=say("access_streets", language), subject=subject_of(found), lead=lead)


def method_section(found: ServiceAccess, *, language: Language = "zh", edition: str = "public") -> Section:
    """Return how the numbers were worked out, and what is our choice."""
    words, speed = asked(found, language), walking_speed(found.age_band)
    usual = (found.limit.value, found.limit.unit) == (WITHIN.value, WITHIN.unit)
    lines = [
        say("access_method_open", language, **words),
        say("access_method_way", language),
        say("access_method_limit" if usual else "access_method_limit_own", language, **words),
        say("access_method_speed", language, speed=number(speed.m_per_min, digits=1), source=speed.source.of(language)),
        say("access_method_decay", language),
        say("access_method_ours", language, snap=number(SNAP_LIMIT_M)),
    ]
    if edition == "public":
        lines.append(say("access_method_hidden", language, enough=number(MANY)))
    body = join([items_list(list(lines)), attributed(found.city, language)])
    return section(body, id="method", title=say("access_method", language), subject=subject_of(found))
