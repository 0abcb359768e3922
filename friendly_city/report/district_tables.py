"""The tables of the district page: all communities, widest gaps, what is least known, files. One function a section."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pandas as pd

from friendly_city.labels import Language, label, number
from friendly_city.report.district_numbers import Gap, criterion_gaps, lowered_communities, lowest_subsystem, ordered
from friendly_city.report.html import Attribute, Cell, Column, Html, element, join, table
from friendly_city.report.section import Section, section
from friendly_city.report.shown import titled
from friendly_city.report.words import say, worded

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from friendly_city.audit.model import Audit
    from friendly_city.standards.model import Checklist, Grade

GAPS_SHOWN = 12
UNKNOWN_SHOWN = 8


def score_range(low: float, high: float) -> str:
    """Return a range of scores in words.

    Examples
    --------
    >>> score_range(61.25, 70.0)
    '61.2 – 70.0'
    """
    return f"{number(low, digits=1)} – {number(high, digits=1)}"


@worded
def district_list(audit: Audit, *, language: Language = "zh", without_report: Sequence[str] = ()) -> Section:
    """Return the table of all communities; it reads without script, and sorts and filters with it."""
    lowered = lowered_communities(audit)
    rows = [
        _list_row(audit, str(code), row, lowered, language, linked=code not in without_report)
        for code, row in ordered(audit).iterrows()
    ]
    marks: list[dict[str, Attribute]] = [{"data_code": str(code)} for code in ordered(audit).index]
    columns = [
        Column(title=say("list_rank", language), numeric=True),
        Column(title=say("community", language), heads_row=True),
        Column(title=say("subdistrict" if audit.city.cut is None else "around", language), from_width="tablet"),
        Column(title=say("list_score", language), numeric=True),
        Column(title=say("possible_range", language), numeric=True, from_width="tablet", sorts_by=say("by_lower", language)),
        Column(title=say("rank_interval", language), numeric=True, from_width="desk", sorts_by=say("by_best", language)),
        Column(title=say("coverage", language), numeric=True, from_width="desk"),
        Column(title=say("grade", language)),
        Column(title=say("weakest_subsystem", language), from_width="desk"),
    ]
    lead, caption = say("list_lead", language), say("list_caption", language, communities=len(audit))
    field = element(
        "input",
        type="search",
        id="filter",
        data_filters="communities",
        data_state="filter-state",
        hidden=True,
        placeholder=say("filter_communities", language),
        aria_label=say("filter_communities", language),
    )
    body = table(
        columns,
        rows,
        id="communities",
        caption=caption,
        sortable=say("list_sort", language),
        class_="dense",
        row_attributes=marks,
    )
    state = element(
        "p", role="status", id="filter-state", data_none=say("filter_none", language), data_some=say("filter_some", language)
    )
    narrow = element("p", say("list_narrow", language), class_="small on-narrow")
    note = element("p", say("list_lowered", language), class_="small") if lowered else None
    return section(
        narrow, field, state, body, note, id="list", title=say("list_title", language), subject=audit.city.id, lead=lead
    )


def _list_row(
    audit: Audit, code: str, row: pd.Series, lowered: Mapping[str, Grade], language: Language, *, linked: bool
) -> list[Html | str | Cell]:
    name = audit.city.name_of(code).of(language)
    place = audit.city.communities.loc[code, "subdistrict" if language == "zh" else "subdistrict_en"]
    ranked = not pd.isna(row["rank"])
    weakest = lowest_subsystem(audit, code)
    provisional = element("small", say("provisional", language)) if ranked and not row["grade"] else None
    return [
        Cell(
            str(int(row["rank"])) if ranked else "",
            {"data_field": "rank", "data_value": float(row["rank"]) if ranked else 9999.0},
        ),
        element("a", name, href=f"{code}/report.html") if linked else name,
        str(place),
        Cell(
            join([provisional, number(row["score"], digits=1)]),
            {"data_code": code, "data_field": "score", "data_value": float(row["score"])},
        ),
        Cell(_bounds(row), {"data_field": "bounds", "data_value": float(row["lower"])}),
        Cell(
            f"{int(row['rank_low'])} – {int(row['rank_high'])}" if ranked else "",
            {"data_field": "rank_interval", "data_value": float(row["rank_low"]) if ranked else 9999.0},
        ),
        Cell(
            f"{number(100 * row['data_coverage'], digits=0)} %",
            {"data_field": "data_coverage", "data_value": float(row["data_coverage"])},
        ),
        _grade_cell(audit.checklist, str(row["grade"]), lowered.get(code), language),
        titled(weakest.title.of(language)) if weakest else "",
    ]


def _bounds(row: pd.Series) -> str:
    """Return the possible range; a score about which nothing is unknown has none and stands alone."""
    return number(row["lower"], digits=1) if row["lower"] == row["upper"] else score_range(row["lower"], row["upper"])


def _grade_cell(checklist: Checklist, grade: str, by_score: Grade | None, language: Language) -> Cell:
    """Return a grade, sorted by its place among the grades; one that a gate lowered has a mark."""
    places = {found.id: place for place, found in enumerate(sorted(checklist.grades, key=lambda found: found.at_least))}
    names = {found.id: found.title.of(language) for found in checklist.grades}
    said = say("lowered_mark", language, grade=by_score.title.of(language)) if by_score else ""
    mark = element("span", "†", element("span", f" ({said})", class_="unseen"), title=said) if by_score else None
    place = float(places.get(grade, math.nan))
    marks: dict[str, Attribute] = {"data_field": "grade", "data_grade": grade, "data_value": place}
    shown = join([titled(names.get(grade, say("ungraded", language))), mark])
    return Cell(shown, marks | {"data_by_score": by_score.id if by_score else None})


@worded
def district_gaps(audit: Audit, *, language: Language = "zh") -> Section:
    """Return the criteria that cost the district most points, with what to do and who."""
    gaps = criterion_gaps(audit)[:GAPS_SHOWN]
    columns = [
        Column(title=say("criterion", language), heads_row=True, width="24%"),
        *(
            Column(title=titled(label("rating", rating).of(language)), numeric=True, half=True, width="8%")
            for rating in ("not_met", "partly_met", "met", "no_data")
        ),
        Column(title=say("points_lost", language), numeric=True, half=True, width="9%"),
        Column(title=say("remedy", language), width="21%"),
        Column(title=say("gap_department", language), width="14%"),
    ]
    rows = [_gap_row(gap, language) for gap in gaps]
    body = table(
        columns, rows, id="gaps-table", caption=say("gaps_caption", language, count=len(gaps)), layout="cards", class_="fixed"
    )
    lead = say("gaps_lead", language, communities=len(audit))
    return section(body, id="gaps", title=say("gaps_title", language), subject=audit.city.id, lead=lead)


def _gap_row(gap: Gap, language: Language) -> list[Html | str]:
    criterion = gap.item.criterion
    counts = [str(gap.counts[rating]) for rating in ("not_met", "partly_met", "met", "no_data")]
    points = element("b", f"−{number(gap.points, digits=2)}", class_="lost")
    title = join([criterion.title.of(language), element("small", gap.item.standard.name.of(language))])
    return [title, *counts, points, criterion.remedy.of(language), criterion.department.of(language)]


@worded
def district_unknown(audit: Audit, *, language: Language = "zh") -> Section:
    """Return the criteria that most often have no data, and the evidence that would tell."""
    gaps = sorted(criterion_gaps(audit), key=lambda gap: (-gap.counts["no_data"], gap.item.id))[:UNKNOWN_SHOWN]
    columns = [
        Column(title=say("criterion", language), heads_row=True, width="34%"),
        Column(title=titled(label("rating", "no_data").of(language)), numeric=True),
        Column(title=say("evidence_wanted", language)),
    ]
    rows = [
        [g.item.criterion.title.of(language), str(g.counts["no_data"]), g.item.criterion.evidence.of(language)]
        for g in gaps
        if g.counts["no_data"]
    ]
    body = table(columns, rows, id="unknown-table", caption=say("unknown_caption", language, count=len(rows)), layout="cards")
    return section(
        body, id="unknown", title=say("unknown_title", language), subject=audit.city.id, lead=say("unknown_lead", language)
    )


def district_trouble(
    audit: Audit, *, language: Language = "zh", failed: Sequence[str] = (), left_out: Sequence[str] = ()
) -> Section:
    """Return which communities have no report, and why."""
    title = say("trouble_title", language)
    rows = [[audit.city.name_of(code).of(language), code, say("trouble_failed", language)] for code in failed]
    said = element("p", say("trouble_left_out", language, count=len(left_out), communities=len(audit))) if left_out else None
    if not rows:
        said = said or element("p", say("trouble_none", language))
        return section(said, id="trouble", title=title, subject=audit.city.id)
    columns = [
        Column(title=say("community", language), heads_row=True),
        Column(title=say("code", language)),
        Column(title=say("state", language)),
    ]
    return section(
        table(columns, rows, id="trouble-table", caption=title), said, id="trouble", title=title, subject=audit.city.id
    )


@worded
def district_files(audit: Audit, *, language: Language = "zh") -> Section:
    """Return links to the result files beside the page."""
    files = {
        "findings.csv": "file_findings",
        "findings.parquet": "file_parquet",
        "scores.csv": "file_scores",
        "action_plan.xlsx": "file_plan",
        "communities.gpkg": "file_map",
        "manifest.json": "file_manifest",
        "index.ipynb": "file_notebook",
    }
    columns = [Column(title=say("file", language), heads_row=True), Column(title=say("what_it_holds", language))]
    rows = [[element("a", name, href=name), say(key, language)] for name, key in files.items()]
    body = table(columns, rows, id="files-table", caption=say("files_title", language))
    return section(body, id="files", title=say("files_title", language), subject=audit.city.id, lead=say("files_lead", language))
