"""What to do first, by gain, and what is not known yet, by how much it widens the range."""

from __future__ import annotations

from typing import TYPE_CHECKING

from friendly_city.audit.model import Record, records
from friendly_city.labels import Language, number
from friendly_city.report.html import Cell, Column, Html, bold, details, element, join, link, obligation_tag, rating_tag, table
from friendly_city.report.reading import provisional
from friendly_city.report.section import Section, section
from friendly_city.report.shown import ended, finding_anchor, gain_text, of_finding, titled, value_text
from friendly_city.report.words import say, worded

if TYPE_CHECKING:
    from friendly_city.audit.model import CommunityAudit

UNKNOWN_ON_PAPER = 15
"""Rows of what is unknown that are printed; the style of the page hides the others on paper."""
ACTIONS_SHOWN = 10
"""Actions shown at once; the others are folded below."""


@worded
def missing_section(c: CommunityAudit, *, language: Language = "zh", edition: str = "public") -> Section:  # noqa: ARG001 - one signature for all
    """Return the actions by falling gain, with who is responsible and by when."""
    title = say("missing", language)
    if c.plan.empty:
        return section(id="missing", title=title, subject=c.code, lead=say("missing_none", language))
    due = c.checklist.due.isoformat() if c.checklist.due else ""
    lead = join([say("missing_lead", language, due=due) if due else say("missing_lead_no_due", language)])
    if provisional(c):
        lead = join([link("unknown", say("missing_provisional", language)), " ", lead])
    names = {d.id: titled(d.title.of(language)) for d in c.checklist.dimensions}
    columns = [
        Column(title=say("gain", language), unit=say("points", language), width="11%", half=True),
        Column(title=say("action", language), heads_row=True),
        Column(title=say("department", language), width="19%", half=True),
        Column(title=say("subsystem", language), width="16%", half=True),
        Column(title=say("result", language), width="17%"),
    ]
    plan = records(c.plan)
    rows = [_action(c, row, names, language) for row in plan]
    head, tail = rows[:ACTIONS_SHOWN], rows[ACTIONS_SHOWN:]
    caption = say("missing_caption", language, count=len(rows), gain=number(sum(row["gain"] for row in plan), digits=1))
    grid = table(columns, head, id="missing-table", caption=caption, layout="cards", class_="fixed")
    more = None
    if tail:
        left = number(sum(row["gain"] for row in plan[ACTIONS_SHOWN:]), digits=1)
        rest = say("missing_more", language, count=len(tail), gain=left)
        more = details(
            rest, table(columns, tail, id="missing-more-table", caption=rest, layout="cards", class_="fixed", titled=True)
        ) + element("p", say("paper_more", language, count=len(tail), gain=left), class_="on-paper")
    return section(grid, more, id="missing", title=title, subject=c.code, lead=lead)


def _action(c: CommunityAudit, row: Record, names: dict[str, str], language: Language) -> tuple[Cell | Html | str, ...]:
    criterion_id, gain = str(row["criterion_id"]), float(row["gain"])
    about = link(finding_anchor(criterion_id), titled(c.checklist.item(criterion_id).criterion.title.of(language)))
    shown = element("span", gain_text(gain), class_="gain")
    return (
        Cell(shown, of_finding(criterion_id, "gain", gain) | {"class_": "unlabelled"}),
        join([titled(str(row[f"remedy_{language}"])), element("small", obligation_tag(str(row["obligation"]), language), about)]),
        titled(str(row[f"department_{language}"])),
        names[str(row["dimension"])],
        Cell(rating_tag(str(row["rating"]), language), {"class_": "unlabelled"}),
    )


@worded
def unknown_section(c: CommunityAudit, *, language: Language = "zh", edition: str = "public") -> Section:  # noqa: ARG001 - one signature for all
    """Return what is unknown, why, and how to find it out."""
    title = say("unknown", language)
    if c.unknown.empty:
        return section(id="unknown", title=title, subject=c.code, lead=say("unknown_none", language))
    applicable = float(sum(row["weight"] for row in c.findings.rows if row["rating"] != "not_applicable"))
    columns = [
        Column(title=say("width", language), unit=say("points", language), width="12%"),
        Column(title=say("criterion", language), width="26%", heads_row=True),
        Column(title=say("unknown_why", language)),
        Column(title=say("find_out", language), width="30%"),
    ]
    rows = [_unknown(c, row, applicable, language) for row in records(c.unknown)]
    caption = say("no_data_caption", language, count=len(rows), width=number(c.upper - c.lower, digits=1))
    grid = table(columns, rows, id="unknown-table", caption=caption, layout="cards", class_="fixed")
    left = len(rows) - UNKNOWN_ON_PAPER
    more = element("p", say("paper_unknown", language, count=left), class_="on-paper") if left > 0 else None
    return section(grid, more, id="unknown", title=title, subject=c.code, lead=say("no_data_lead", language))


def _unknown(c: CommunityAudit, row: Record, applicable: float, language: Language) -> tuple[Cell | Html | str, ...]:
    criterion_id = str(row["criterion_id"])
    criterion = c.checklist.item(criterion_id).criterion
    width = 100 * float(row["weight"]) / applicable
    reason = bold(ended(str(row[f"reason_{language}"]), language), value_text(float(row["value"]), str(row["unit"]), language))
    return (
        Cell(number(width, digits=1), of_finding(criterion_id, "width", width)),
        join([link(finding_anchor(criterion_id), titled(criterion.title.of(language)))]),
        Cell(reason, of_finding(criterion_id, "rating", str(row["rating"]))),
        join([criterion.evidence.of(language), element("small", titled(criterion.department.of(language)))]),
    )
