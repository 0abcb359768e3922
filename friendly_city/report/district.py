"""The district page: overview, map, ranking, widest gaps, links. One function a section, in the order of the page."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from friendly_city.labels import Language, label, number
from friendly_city.report.changes import changed_in_short, changes_shown
from friendly_city.report.charts import plot_ranking, ranking_height
from friendly_city.report.district_numbers import criterion_gaps, grade_counts, lowered_communities, ordered, subsystem_spread
from friendly_city.report.district_tables import (
    district_files,
    district_gaps,
    district_list,
    district_trouble,
    district_unknown,
    score_range,
)
from friendly_city.report.figure import draw_figure
from friendly_city.report.ground import BARRIER
from friendly_city.report.html import Cell, Column, Html, Row, details, element, join, link, swatches, table
from friendly_city.report.maps import class_colour, map_scores, score_classes
from friendly_city.report.published import children_of_city
from friendly_city.report.section import Section, section
from friendly_city.report.sections_map import mark
from friendly_city.report.shown import synthetic_warning, titled, under_map
from friendly_city.report.spread import plot_spread, spread_heights
from friendly_city.report.words import rich, say, worded

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from friendly_city.audit.model import Audit

MAP_HEIGHTS = (600.0, 236.0)
CONTENTS = {
    "map": "map_title", "grades": "grades_title", "list": "list_title", "subsystems": "spread_title", "gaps": "gaps_title",
    "unknown": "unknown_title", "ranking": "ranking_title", "trouble": "trouble_title", "files": "files_title",
}  # fmt: skip
"""Sections named in the table of contents of the page, in its order."""
PAPER_ROWS = 40
"""A ranking of more communities does not fit a sheet; paper has the table, which says the same."""


@worded
def district_header(audit: Audit, *, language: Language = "zh", edition: str = "public") -> Section:
    """Return what was audited, the mean with its bounds, and the main finding in words."""
    city, checklist, totals = audit.city, audit.checklist, audit.totals
    standards = ("、" if language == "zh" else "; ").join(s.name.of(language) for s in checklist.standards)
    name = city.name.of(language)
    left = element(
        "div",
        element(
            "p",
            say("district_eyebrow", language, period=audit.period.label, edition=label("edition", edition).of(language)),
            class_="eyebrow",
        ),
        element("h1", name),
        element(
            "p",
            say(
                "district_facts",
                language,
                communities=len(audit),
                subdistricts=city.whole.communities["subdistrict_code"].nunique(),
                children=children_of_city(city.whole, edition=edition, language=language),
            ),
        ),
        element(
            "p",
            say(
                "district_basis",
                language,
                checklist=checklist.title.of(language),
                version=checklist.version,
                criteria=len(checklist.items),
                standards=standards,
            ),
            class_="small",
        ),
        changed_in_short(checklist, language, linked=False),
        details(say("changes", language), changes_shown(checklist, language, linked=False)) if checklist.changes else None,
    )
    score = element(
        "div",
        element(
            "div",
            element("b", number(totals["score"].mean(), digits=0), data_mean="mean_score"),
            element("span", say("points", language)),
            class_="big",
        ),
        _facts(audit, language),
        class_="score",
    )
    names = element("ul", *(element("li", link(anchor, say(key, language))) for anchor, key in CONTENTS.items()))
    nav = element("nav", names, aria_label=say("contents", language))
    body = join([synthetic_warning(city, language), element("div", left, score, class_="top"), nav])
    return section(body, _main_finding(audit, language), id="overview", title=name, subject=city.id, heading=False, themed=True)


def _facts(audit: Audit, language: Language) -> Html:
    totals = audit.totals
    rows = {
        "mean_bounds": score_range(totals["lower"].mean(), totals["upper"].mean()),
        "best_worst": score_range(totals["score"].max(), totals["score"].min()),
        "mean_coverage": f"{number(100 * totals['data_coverage'].mean(), digits=0)} %",
        "district_gated": str(len(lowered_communities(audit))),
    }
    first = [
        element("dt", say("mean_score", language)),
        element("dd", number(totals["score"].mean(), digits=1), data_mean="mean_score"),
    ]
    rest = [
        part for key, value in rows.items() for part in (element("dt", say(key, language)), element("dd", value, data_mean=key))
    ]
    return element("dl", *first, *rest)


def _main_finding(audit: Audit, language: Language) -> Html:
    spread = subsystem_spread(audit).dropna(subset=["median"])
    gaps = criterion_gaps(audit)
    if spread.empty or not gaps:
        return Html("")
    titles = {dimension.id: dimension.title.of(language) for dimension in audit.checklist.dimensions}
    medians = {str(name): float(value) for name, value in spread["median"].items()}
    low, high = min(medians, key=lambda name: medians[name]), max(medians, key=lambda name: medians[name])
    gap = {
        "criterion": gaps[0].item.criterion.title.of(language),
        "unmet": gaps[0].counts["not_met"],
        "partly": gaps[0].counts["partly_met"],
    }
    if medians[low] == medians[high]:
        said = rich("district_even", language, score=number(medians[low], digits=0), **gap)
    else:
        ends = {"weakest": titles[low], "strongest": titles[high]}
        scores = {"weakest_score": number(medians[low], digits=0), "strongest_score": number(medians[high], digits=0)}
        said = rich("district_say", language, **ends, **scores, **gap)
    return element("div", element("p", said), class_="say")


@worded
def district_map(audit: Audit, *, language: Language = "zh") -> Section:
    """Return the map of total scores with its legend."""
    best = ordered(audit)
    scored = best[best["score"].notna()]
    names = {str(code): audit.city.name_of(str(code)).of(language) for code in audit.codes}
    finding = _range_on_map(audit, scored, names, language)
    titles = {
        f"community-{code}": f"{names[str(code)]} · {number(score, digits=1)}" for code, score in audit.totals["score"].items()
    }
    figure = draw_figure(
        lambda ax: map_scores(audit, ax=ax, language=language),
        id="district-map",
        heights=MAP_HEIGHTS,
        finding=finding,
        caption=join([under_map(audit.city, language), _map_key(audit, language), element("p", say("map_caption", language))]),
        numbers=None,
        titles=titles,
        language=language,
        decimals=0,
    )
    lead = say("map_lead", language)
    return section(figure.html, id="map", title=say("map_title", language), subject=audit.city.id, lead=lead)


def _range_on_map(audit: Audit, scored: pd.DataFrame, names: dict[str, str], language: Language) -> str:
    if scored.empty:
        return say("map_finding_none", language)
    return say(
        "map_finding",
        language,
        communities=len(audit),
        lowest=number(scored["score"].min(), digits=1),
        lowest_name=names[str(scored.index[-1])],
        highest=number(scored["score"].max(), digits=1),
        highest_name=names[str(scored.index[0])],
    )


def _map_key(audit: Audit, language: Language) -> Html:
    limits = score_classes(audit.totals["score"])
    entries = [
        (class_colour(low, limits), say("class_between", language, low=number(low), high=number(high)))
        for low, high in pairwise(limits)
    ]
    if audit.totals["score"].isna().any():
        entries.append((class_colour(float("nan"), limits), say("no_score", language)))
    items = swatches(entries)
    if (audit.totals["grade"] == "").any():
        stripes = element("i", class_="swatch hatched", aria_hidden="true")
        items.append(element("li", stripes, say("map_ungraded", language)))
    if audit.city.barriers is not None:
        items.append(element("li", mark("--", BARRIER), say("map_barrier", language)))
    return element("ul", *items, class_="key")


@worded
def district_grades(audit: Audit, *, language: Language = "zh") -> Section:
    """Return how many communities have each grade."""
    counts = grade_counts(audit)
    grades = sorted(audit.checklist.grades, key=lambda grade: -grade.at_least)
    rows: list[Row] = [
        [
            titled(g.title.of(language)),
            f"≥ {number(g.at_least)}",
            _grade_count(g.id, counts),
            _bar(counts.get(g.id, 0) / len(audit)),
        ]
        for g in grades
    ]
    rows.append([say("ungraded", language), "", _grade_count("", counts), _bar(counts.get("", 0) / len(audit))])
    columns = [
        Column(title=say("grade", language), heads_row=True, width="20%"),
        Column(title=say("score_range", language), numeric=True, width="16%"),
        Column(title=say("community_count", language), numeric=True, width="16%"),
        Column(title=say("share_of_communities", language)),
    ]
    cuts = " / ".join(number(g.at_least) for g in grades if g.at_least > 0)
    lead = say("grades_lead", language, cuts=cuts, coverage=f"{number(100 * audit.checklist.minimum_coverage)} %")
    title = say("grades_title", language)
    body = table(columns, rows, id="grades-table", caption=say("communities_count", language, count=len(audit)))
    return section(body, id="grades", title=title, subject=audit.city.id, lead=lead)


def _grade_count(grade: str, counts: dict[str, int]) -> Cell:
    return Cell(str(counts.get(grade, 0)), {"data_field": "communities", "data_grade": grade})


def _bar(share: float) -> Html:
    filled = element("span", style=f"width:{100 * share:.1f}%", class_="filled")
    return element(
        "span",
        element("span", filled, class_="bar-track", aria_hidden="true"),
        f"{number(100 * share, digits=0)} %",
        class_="bar-cell",
    )


@worded
def district_ranking(audit: Audit, *, language: Language = "zh") -> Section:
    """Return the ranking with intervals as a figure."""
    scored = ordered(audit).dropna(subset=["score"])
    if scored.empty:
        nothing = element("p", say("map_finding_none", language))
        return section(nothing, id="ranking", title=say("ranking_title", language), subject=audit.city.id)
    names = [audit.city.name_of(str(code)).of(language) for code in (scored.index[0], scored.index[-1])]
    finding = say(
        "ranking_finding",
        language,
        communities=len(audit),
        first=names[0],
        first_score=number(scored["score"].iloc[0], digits=1),
        last=names[1],
        last_score=number(scored["score"].iloc[-1], digits=1),
    )
    caption = join([say("ranking_caption", language), " ", link("list", say("list_title", language))])
    figure = draw_figure(
        lambda ax: plot_ranking(audit, ax=ax, language=language),
        id="ranking-figure",
        heights=(ranking_height(len(audit)),) * 2,
        finding=finding,
        caption=caption,
        numbers=None,
        language=language,
    )
    shown: Html = figure.html
    if len(audit) > PAPER_ROWS:
        shown = element("div", shown, class_="long") + element("p", say("ranking_paper", language), class_="on-paper")
    return section(
        shown, id="ranking", title=say("ranking_title", language), subject=audit.city.id, lead=say("ranking_lead", language)
    )


@worded
def district_subsystems(audit: Audit, *, language: Language = "zh") -> Section:
    """Return how the communities spread in each subsystem."""
    spread = subsystem_spread(audit)
    titles = {dimension.id: titled(dimension.title.of(language)) for dimension in audit.checklist.dimensions}
    medians = ("；" if language == "zh" else "; ").join(
        f"{titles[str(d)]} {number(m, digits=0)}" for d, m in spread["median"].items()
    )
    columns = [Column(title=say("subsystem", language), heads_row=True)]
    columns += [
        Column(title=say(key, language), numeric=True)
        for key in ("spread_median", "spread_lowest", "spread_highest", "spread_gap")
    ]
    rows = [
        [titles[str(d)], *(number(row[key], digits=1) for key in ("median", "lowest", "highest", "gap"))]
        for d, row in spread.iterrows()
    ]
    figure = draw_figure(
        lambda ax: plot_spread(audit, ax=ax, language=language),
        id="spread-figure",
        heights=spread_heights(len(spread)),
        finding=say("spread_finding", language, medians=medians),
        caption=say("spread_caption", language),
        numbers=table(columns, rows, id="spread-table", caption=say("spread_caption", language)),
        language=language,
    )
    return section(
        figure.html,
        id="subsystems",
        title=say("spread_title", language),
        subject=audit.city.id,
        lead=say("spread_lead", language),
    )


def district_sections(
    audit: Audit, *, language: Language = "zh", edition: str = "public", failed: Sequence[str] = (), left_out: Sequence[str] = ()
) -> tuple[Section, ...]:
    """Return every section of the district page, in order.

    Parameters
    ----------
    audit : Audit
        From `friendly_city.audit`.
    language : {"zh", "en"}
        Language of the page.
    edition : {"public", "internal"}
        Named in the header.
    failed, left_out : sequence of str
        Codes of communities whose report failed, or was not asked for; their names are not linked.
    """
    return (
        district_header(audit, language=language, edition=edition),
        district_map(audit, language=language),
        district_grades(audit, language=language),
        district_list(audit, language=language, without_report=(*failed, *left_out)),
        district_subsystems(audit, language=language),
        district_gaps(audit, language=language),
        district_unknown(audit, language=language),
        district_ranking(audit, language=language),
        district_trouble(audit, language=language, failed=failed, left_out=left_out),
        district_files(audit, language=language),
    )
