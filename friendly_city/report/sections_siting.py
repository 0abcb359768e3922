"""Where to build next, as a page: what is asked and found, what stands in the way, maps, and what each site adds.

Each function takes a `audit.siting.CityPlan` and gives back one section for a notebook. The grades after the plan and the
method are in `sections_siting_after`; what may be said of few children is in `siting_numbers`.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from friendly_city.access.impedance import walking_speed
from friendly_city.access.siting.result import mean_m
from friendly_city.audit.model import records
from friendly_city.labels import Language, label, number
from friendly_city.report import palette
from friendly_city.report.figure import Figure, draw_figure
from friendly_city.report.html import Cell, Column, Html, Row, element, exact, join, table
from friendly_city.report.section import Section, section
from friendly_city.report.sections_map import mark
from friendly_city.report.shown import NUMBER, ended, in_its_language, said_as, synthetic_warning, titled, under_map
from friendly_city.report.siting import (
    CURVE_HEIGHTS,
    NEW,
    NUMBERED,
    SERVED,
    UNSERVED,
    curve_range,
    map_heights,
    map_plan,
    percent,
    plot_gains,
)
from friendly_city.report.siting_numbers import PlanStates, counts_of, plan_states
from friendly_city.report.words import rich, say

if TYPE_CHECKING:
    from friendly_city.audit.model import Record
    from friendly_city.audit.planned import Regraded
    from friendly_city.audit.siting import CityPlan
    from friendly_city.report.suppression import State

PRINTED = 3
"""Decimals of shares among the figures, those of the page: more would tell of how many children they are shares."""
PLANNED = Html(
    f'<svg viewBox="0 0 20 20" class="mark" aria-hidden="true"><circle cx="10" cy="10" r="8.5" fill="{NEW}" '
    f'stroke="{palette.INK}" stroke-width="1.5"></circle></svg>'
)
LISTED = 40
"""Sites in the list; a page stays small enough for mail and phones."""
BINDS = ("reach", "capacity", "budget", "time")


def siting_header(
    planned: CityPlan, *, regraded: Regraded | None = None, language: Language = "zh", edition: str = "public"
) -> Section:
    """Return what was asked, and the share of children served before and after.

    Parameters
    ----------
    planned : CityPlan
        From `audit.siting.plan_sites`.
    regraded : Regraded, optional
        The audits without and with the plan; then the gain in score is told too.
    language, edition
        In the public edition no count of 1 to 4 children is shown, nor can be worked out.
    """
    title = title_of(planned, language)
    states = plan_states(planned, edition=edition)
    words = _words_of(planned, language)
    eyebrow = say("siting_eyebrow", language, edition=label("edition", edition).of(language), **words)
    heading = say("siting_heading" if planned.plan.chosen else "siting_heading_none", language, **words)
    more = _asked(planned, regraded, states, language)
    return section(
        synthetic_warning(planned.city, language),
        element("p", titled(eyebrow), class_="eyebrow"),
        element("h1", titled(heading)),
        element(
            "div",
            element("p", join(_found(planned, states, language), _space(language))),
            element("p", join(more, _space(language)), class_="next") if more else None,
            element("p", say("siting_few_note", language), class_="next small") if not states.all_shown else None,
            class_="say well",
        ),
        id="siting", title=title, subject=subject_of(planned), heading=False, themed=True,
        figures=figures_of(planned, states, regraded),
    )  # fmt: skip


def subject_of(planned: CityPlan) -> str:
    """Return whom the page is about: the subdistrict that plans, or the city."""
    return planned.subdistrict or planned.city.id


def title_of(planned: CityPlan, language: Language) -> str:
    """Return the title of the page."""
    return say("siting_title" if planned.plan.chosen else "siting_title_none", language, **_words_of(planned, language))


def _words_of(planned: CityPlan, language: Language) -> dict[str, str]:
    """Return the words for place, kind, number of sites, objective and period, as title and heading name them."""
    return {
        "place": place_of(planned, language), "kind": label("facility", planned.kind).of(language),
        "count": str(len(planned.plan.chosen)), "objective": say(f"siting_for_{planned.plan.objective}", language),
        "period": planned.period,
    }  # fmt: skip


def place_of(planned: CityPlan, language: Language) -> str:
    """Return the name of the city, or of the subdistrict in it."""
    city = planned.city.name.of(language)
    if not planned.subdistrict:
        return city
    row = planned.city.communities[planned.asked_communities].iloc[0]
    name = str(row["subdistrict" if language == "zh" else "subdistrict_en"])
    return say("siting_place", language, city=city, subdistrict=name)


def who_of(planned: CityPlan, language: Language) -> str:
    """Return whose children are asked about."""
    band = label("age_band", planned.age_band).of(language)
    return band if planned.age_band == "children" else say("siting_who", language, band=band)


def limit_of(planned: CityPlan, language: Language) -> str:
    """Return how far at most, in metres and minutes."""
    metres = planned.plan.services[0].limit_m
    minutes = number(round(metres / walking_speed(planned.age_band).m_per_min, 1))
    key = "siting_limit_pace" if planned.walk == "pace" else "siting_limit"
    return say(key, language, metres=number(metres), minutes=minutes)


def share_said(planned: CityPlan, states: PlanStates, rank: int, language: Language) -> str:
    """Return the share served with the first sites of the plan, as far as it may be said."""
    if states.shares[rank]:
        return percent(float(planned.plan.curve["share"].iloc[rank]))
    last = rank == len(planned.plan.chosen)
    return say("siting_all_but_few" if last and states.without == "few" else "withheld", language)


def _found(planned: CityPlan, states: PlanStates, language: Language) -> list[Html]:
    """Return the main finding: shares before and after, what the objective reaches, and whether that is proven."""
    plan, who = planned.plan, who_of(planned, language)
    if not planned.children.sum() > 0:
        return [rich("siting_shares_nobody", language, who=who)]
    ends = [share_said(planned, states, rank, language) for rank in (0, len(plan.chosen))]
    shown = {
        "who": who, "limit": limit_of(planned, language), "kind": label("facility", planned.kind).of(language),
        "before": ends[0], "after": ends[1],
    }  # fmt: skip
    if not plan.chosen:
        return [rich("siting_shares_none", language, **shown)]
    added = said_as(states.added, sum(counts_of(planned)[1]), language)
    return [
        rich("siting_shares", language, **shown),
        *([rich("siting_added", language, added=added)] if states.added != "withheld" else []),
        *_reached(planned, states, language),
        join([proof_of(planned, language)]),
    ]


def _reached(planned: CityPlan, states: PlanStates, language: Language) -> list[Html]:
    """Return what the objective reaches, where that is more than a share of all children."""
    plan = planned.plan
    if plan.objective == "least_cost" and states.all_shown:
        before, after = (mean_m(plan.services, plan.standings[rank]) for rank in (0, -1))
        return [rich("siting_mean", language, before=number(before, digits=0), after=number(after, digits=0))]
    if plan.objective == "fairest" and states.worst and not math.isnan(plan.value):
        return [rich("siting_worst", language, share=percent(plan.value))]
    if plan.objective == "score":
        return [rich("siting_score", language, score=number(plan.value, digits=2))]
    return []


def proof_of(planned: CityPlan, language: Language) -> str:
    """Return in words whether there is a better plan."""
    gap = planned.plan.gap
    if math.isnan(gap):
        return say("siting_unproven", language)
    return say("siting_proven", language) if gap == 0 else say("siting_gap", language, gap=f"{number(100 * gap, digits=2)} %")


def _asked(planned: CityPlan, regraded: Regraded | None, states: PlanStates, language: Language) -> list[str]:
    plan, said = planned.plan, []
    if plan.chosen and np.isfinite(plan.budget) and len(plan.chosen) < plan.budget:
        said.append(say("siting_asked", language, budget=number(plan.budget), count=len(plan.chosen)))
    if regraded is not None and plan.chosen:
        key = "siting_gain_none" if abs(regraded.gain) < 1e-9 else "siting_gain" if regraded.gain > 0 else "siting_gain_lost"
        said.append(say(key, language, gain=number(abs(regraded.gain), digits=2)))
    if not (states.shares[0] or states.shares[-1]):
        said.append(say("siting_shares_withheld", language, who=who_of(planned, language)))
    return said


def _space(language: Language) -> str:
    return "" if language == "zh" else " "


def figures_of(planned: CityPlan, states: PlanStates, regraded: Regraded | None = None) -> dict[str, float | str]:
    """Return what the page found, in numbers, for a table over many pages; what is withheld or unknown is left out."""
    plan = planned.plan
    counted = states.without == states.added == "shown"
    told = {"most_children": counted, "least_cost": states.all_shown, "fairest": states.worst}.get(plan.objective, True)
    decimals = PRINTED if plan.objective == "fairest" else 6
    numbers = {
        "number": float(plan.budget), "sites": float(len(plan.chosen)),
        "share_before": round(plan.share_before, PRINTED) if states.shares[0] else math.nan,
        "share_after": round(plan.share_after, PRINTED) if states.shares[-1] else math.nan,
        "value": round(plan.value, decimals) if told else math.nan, "gap": plan.gap,
        "score_gain": regraded.gain if regraded is not None else math.nan,
    }  # fmt: skip
    asked = {"kind": planned.kind, "objective": plan.objective, "subdistrict": planned.subdistrict, "walk": planned.walk}
    known = {name: float(value) for name, value in numbers.items() if np.isfinite(value)}
    return {**asked, **known, "proven": "yes" if plan.gap == 0 else "no"}


def siting_limits(planned: CityPlan, *, language: Language = "zh", edition: str = "public") -> Section:
    """Return what stands in the way of more."""
    plan, states = planned.plan, plan_states(planned, edition=edition)
    if states.limits:
        said = [note.of(language) for note in plan.notes]
    else:
        budget = number(plan.budget)
        said = [say(f"siting_binds_{bind}", language, budget=budget) for bind in BINDS if bind in plan.binds]
        said += [note.of(language) for note in plan.notes if not NUMBER.search(note.of(language))]  # these count nobody
        said.append(say("siting_binds_hidden", language))
    notes = [element("li", titled(ended(sentence, language))) for sentence in said]
    body = element("ul", *notes, class_="plain") if notes else element("p", say("siting_limits_none", language))
    return section(body, id="limits", title=say("siting_limits", language), subject=subject_of(planned))


def siting_maps(planned: CityPlan, *, language: Language = "zh", edition: str = "public") -> Section:
    """Return the maps before and after."""
    states = plan_states(planned, edition=edition)
    figures = [_map(planned, states, after=after, language=language) for after in (False, True)]
    parts = [
        join([element("h3", say(key, language)), figure.html])
        for key, figure in zip(("siting_before", "siting_after"), figures, strict=True)
    ]
    lead = say("siting_maps_lead", language, who=who_of(planned, language))
    shown = parts if planned.plan.chosen else parts[:1]
    return section(*shown, id="maps", title=say("siting_maps", language), subject=subject_of(planned), lead=lead)


def _map(planned: CityPlan, states: PlanStates, *, after: bool, language: Language) -> Figure:
    kind, count = label("facility", planned.kind).of(language), len(planned.plan.chosen)
    share = share_said(planned, states, count if after else 0, language)
    kept = int(planned.places["kept"].sum())
    key = "siting_after_finding" if after else "siting_before_finding"
    finding = say(key, language, kept=kept, count=count, kind=kind, share=share)
    signs = _key(kind, count, after=after, language=language)
    return draw_figure(
        lambda ax: map_plan(planned, after=after, ax=ax, language=language),
        id="map-after" if after else "map-before",
        heights=map_heights(planned),
        finding=finding,
        caption=join([under_map(planned.city, language), signs, element("p", ended(finding, language))]),
        numbers=_standings(planned, states, after=after, language=language),
        language=language,
        decimals=0,
    )


def _key(kind: str, count: int, *, after: bool, language: Language) -> Html:
    entries = [(mark("o", SERVED), say("siting_key_before", language))]
    entries += [(mark("d", NEW), say("siting_key_newly", language))] if after else []
    entries += [
        (mark("X", UNSERVED), say("siting_key_without", language)),
        (mark("^", palette.INK), say("siting_key_there", language, kind=kind)),
    ]
    key = "siting_key_planned_first" if count > NUMBERED else "siting_key_planned"
    entries += [(PLANNED, say(key, language, numbered=NUMBERED))] if after else []
    return element("ul", *(element("li", sign, said) for sign, said in entries), class_="key")


def _standings(planned: CityPlan, states: PlanStates, *, after: bool, language: Language) -> Html:
    """Return the numbers behind a map."""
    before, sites, without = counts_of(planned)
    rows: list[Row] = [(say("siting_key_before", language), _people(states.before, before, language))]
    if after:
        rows += [
            (say("siting_key_newly", language), _people(states.added, sum(sites), language)),
            (say("siting_key_without", language), _people(states.without, without, language)),
        ]
    elif states.added == states.without == "shown":
        rows.append((say("siting_key_without", language), _people("shown", without + sum(sites), language)))
    columns = [
        Column(title=say("siting_standing", language), heads_row=True),
        Column(title=say("siting_children", language), numeric=True),
    ]
    caption = titled(who_of(planned, language))
    return table(columns, rows, id="after-table" if after else "before-table", caption=caption)


def _people(state: State, count: float, language: Language) -> Cell:
    """Return a number of children as far as it may be said; what is printed carries the exact one."""
    return Cell(said_as(state, count, language), {"data_value": exact(count)} if state == "shown" else {})


def siting_sites(planned: CityPlan, *, language: Language = "zh", edition: str = "public") -> Section:
    """Return what each site adds: a curve, and the ranked list with the communities that gain."""
    title = say("siting_sites", language)
    if not planned.plan.chosen:
        body = element("p", say("siting_sites_none", language))
        return section(body, id="sites", title=title, subject=subject_of(planned))
    states = plan_states(planned, edition=edition)
    grid = table(
        _columns(planned, states, language), _rows(planned, states, language), id="sites-table", caption=title, layout="cards",
        titled=True,
    )  # fmt: skip
    curve = _curve(planned, states, language) if sum(states.shares) > 1 else None
    more = len(planned.plan.chosen) - LISTED
    rest = element("p", say("siting_more", language, count=more), class_="hint") if more > 0 else None
    lead = say("siting_sites_lead", language)
    return section(curve, element("h3", say("siting_list", language)), grid, rest, id="sites", title=title,
                   subject=subject_of(planned), lead=lead)  # fmt: skip


def _curve(planned: CityPlan, states: PlanStates, language: Language) -> Html:
    count, shares = len(planned.plan.chosen), planned.plan.curve["share"].to_numpy()
    ends = [share_said(planned, states, rank, language) for rank in (0, count)]
    low, _, _ = curve_range([float(share) for share, may in zip(shares, states.shares, strict=True) if may])
    words = [say("siting_curve_from", language, low=f"{number(100 * low, digits=0)} %")]
    words += [] if all(states.shares) else [say("siting_curve_hidden", language)]
    return draw_figure(
        lambda ax: plot_gains(planned.plan, ax=ax, language=language, shown=states.shares),
        id="gains-figure",
        heights=CURVE_HEIGHTS,
        finding=say("siting_curve_finding", language, before=ends[0], after=ends[1], count=count),
        caption=_space(language).join(words),
        numbers=None,
        language=language,
    ).html


def _columns(planned: CityPlan, states: PlanStates, language: Language) -> list[Column]:
    saved = [Column(title=say("siting_saved", language), numeric=True, half=True)] if states.all_shown else []
    priced = [Column(title=say("siting_price", language), numeric=True, half=True)] if _priced(planned) else []
    return [
        Column(title=say("siting_where", language), heads_row=True, width="28%"),
        Column(title=say("siting_newly", language), numeric=True, half=True),
        Column(title=say("siting_share", language), numeric=True, half=True),
        *saved,
        *priced,
        Column(title=say("siting_gaining", language), width="36%"),
    ]


def _priced(planned: CityPlan) -> bool:
    """Return whether sites cost more or less than one another."""
    return bool((planned.plan.sites["price"] != 1).any())


def _rows(planned: CityPlan, states: PlanStates, language: Language) -> list[Row]:
    everyone, count, metres = float(planned.children.sum()), len(planned.plan.chosen), label("unit", "m").of(language)
    new = planned.city_after.register("facilities")[["latitude", "longitude"]].tail(count)
    places = [f"{row['latitude']:.5f}, {row['longitude']:.5f}" for row in records(new)]
    return [
        (
            _where(planned, row, places[row["rank"] - 1], language),
            _people(states.sites[row["rank"] - 1], float(row["children_persons"]), language),
            share_said(planned, states, row["rank"], language),
            *([f"{number(row['saved_m'] / everyone, digits=1)} {metres}"] if states.all_shown else []),
            *([number(row["price"])] if _priced(planned) else []),
            _gaining(planned, states, row["rank"], language),
        )
        for row in records(planned.sites.head(LISTED))
    ]


def _where(planned: CityPlan, row: Record, place: str, language: Language) -> Html:
    """Return a site by rank and name, in which community, and by latitude and longitude."""
    name, code = str(row["name"]), str(row["community_code"])
    on_grid = name.startswith("grid-")
    shown = say("siting_grid_point", language, name=name.removeprefix("grid-")) if on_grid else in_its_language(name, language)
    community = planned.city.name_of(code).of(language)
    return join([f"{row['rank']} · ", shown, element("small", f"{community} · {place}")])


def _gaining(planned: CityPlan, states: PlanStates, rank: int, language: Language) -> Html:
    """Return the communities that gain by a site, by code, with the children newly served; then those only nearer."""
    gains = planned.plan.gains
    newly, nearer = [], []
    for row in records(gains[gains["rank"] == rank]):
        name = planned.city.name_of(row["community"]).of(language)
        state = states.gains[rank, row["community"]]
        if round(row["children_persons"], 6) > 0:
            newly.append(join([name, " ", element("b", said_as(state, float(row["children_persons"]), language))]))
        else:
            nearer.append(name)
    between = "、" if language == "zh" else ", "
    more = element("small", say("siting_nearer", language, names=between.join(nearer))) if nearer else None
    return join([join(newly, between), more])
