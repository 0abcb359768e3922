"""The same findings by other groups: national dimensions, goals, articles, kinds of friendliness. Nothing is audited again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from friendly_city.audit.axes import Reading, read_by
from friendly_city.audit.model import Audit, Record, records
from friendly_city.labels import Language, number
from friendly_city.report.html import MISSING, Attribute, Cell, Column, Html, Row, details, element, exact, join, table
from friendly_city.report.once import once_per_audit
from friendly_city.report.section import Section, section
from friendly_city.report.shown import titled
from friendly_city.report.words import say

if TYPE_CHECKING:
    from friendly_city.audit.model import CommunityAudit

AXES = ("national", "cfci", "crc", "friendliness")
"""Axes shown on a page; the subsystems are its profile already."""


def axes_section(c: CommunityAudit, *, language: Language = "zh", edition: str = "public") -> Section:  # noqa: ARG001 - one signature for all
    """Return the findings of a community by each of `AXES`, folded: score, bounds and data coverage of each group."""
    shown = [_axis(c, name, language) for name in AXES]
    paper = element("p", say("paper_axes", language), class_="on-paper")
    return section(*shown, paper, id="axes", title=say("axes", language), subject=c.code, lead=say("axes_lead", language))


def _axis(c: CommunityAudit, name: str, language: Language) -> Html:
    head, rows, attributes = _read(c.audit, name, language)
    known = _scores(c.audit, name).get(c.code, {})
    cells: list[Row] = [(title, *_cells(name, group, known[group])) for group, title in rows]
    columns = axis_columns(language)
    title, about = head
    caption = say("axis_caption", language, axis=title)
    grid = table(columns, cells, id=f"axis-{name}-table", caption=caption, row_attributes=attributes, titled=True)
    return details(say("axis_title", language, axis=title, count=len(rows)), about, grid)


def axis_columns(language: Language) -> list[Column]:
    """Return the columns of a table of groups."""
    names = ("criteria_count", "score", "bounds", "coverage")
    return [Column(title=say("group", language), heads_row=True), *(Column(title=say(n, language), numeric=True) for n in names)]


def _cells(axis: str, group: str, row: Record) -> tuple[Cell, ...]:
    def marked(field: str) -> dict[str, Attribute]:
        return {"data_axis": axis, "data_group": group, "data_field": field, "data_value": exact(float(row[field]))}

    known = [number(row[name], digits=1) for name in ("lower", "upper")]
    certain = not row["lower"] < row["upper"]  # also where nothing applies
    unknown = row["data_coverage"] != row["data_coverage"]
    return (
        Cell(str(int(row["criteria"])), marked("criteria")),
        Cell(number(row["score"], digits=1), marked("score")),
        Cell(known[0] if certain else " – ".join(known), marked("lower") | {"data_field": "bounds"}),
        Cell(MISSING if unknown else f"{number(100 * row['data_coverage'], digits=0)} %", marked("data_coverage")),
    )


@once_per_audit
def _scores(audit: Audit, name: str) -> dict[str, dict[str, Record]]:
    """Return the groups of every community: code to group to row."""
    found: dict[str, dict[str, Record]] = {}
    for row in records(read_by(audit, name).scores):
        found.setdefault(str(row["community_code"]), {})[str(row["group"])] = row
    return found


@once_per_audit
def _read(
    audit: Audit, name: str, language: Language
) -> tuple[tuple[str, Html], list[tuple[str, str]], list[dict[str, Attribute]]]:
    """Return what every page says of an axis: its title and basis, its groups, and which criteria stand in each."""
    reading = read_by(audit, name)
    used = [(group.id, titled(group.title.of(language))) for group in reading.groups]
    marks: list[dict[str, Attribute]] = [
        {"data_axis": name, "data_group": group, "data_criteria": " ".join(reading.criteria_of(group))} for group, _ in used
    ]
    return (titled(reading.axis.title.of(language)), basis_of(reading, language)), used, marks


def basis_of(reading: Reading, language: Language) -> Html:
    """Return who says where criteria stand, and which stand nowhere."""
    apart = len(reading.not_placed)
    lines = [reading.axis.basis.of(language), say("axis_not_placed", language, count=apart) if apart else None]
    source = element("small", say("axis_source", language), " ", reading.axis.source.of(language))
    return element("p", join(filter(None, lines), " "), " ", source, class_="small")
