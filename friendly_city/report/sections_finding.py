"""The finding in words: what is weakest, why, and what the first actions bring; where little is known, what to find out first."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from friendly_city.audit.model import Record, records
from friendly_city.labels import Language, number
from friendly_city.report.html import Attribute, Html, bold, element, link
from friendly_city.report.published import published_rows
from friendly_city.report.reading import FIRST_ACTIONS, Standing, first_gain, provisional, weakest
from friendly_city.report.section import Section, section
from friendly_city.report.sections_map import nobody_reaches
from friendly_city.report.shown import ended, finding_anchor, gain_text, of_finding, points, value_text
from friendly_city.report.words import rich, say, worded

if TYPE_CHECKING:
    from friendly_city.audit.model import CommunityAudit


@worded
def finding_section(c: CommunityAudit, *, language: Language = "zh", edition: str = "public") -> Section:
    """Return the finding in words: what is weakest or unknown, why, and what the first actions bring."""
    rows = published_rows(c, edition=edition)
    parts = _unknown(c, language) if math.isnan(c.score) or provisional(c) else _known(c, rows, language)
    unreached = nobody_reaches(c, language=language, edition=edition)
    well = c.grade is not None and c.plan.empty and not unreached
    last = element("p", unreached, class_="reach") if unreached else None
    box = element("div", *parts, last, class_="say well" if well else "say")
    return section(box, id="finding", title=say("finding", language), subject=c.code, heading=False)


def _known(c: CommunityAudit, rows: Sequence[Record], language: Language) -> list[Html]:
    weak = weakest(c)
    if c.plan.empty or weak is None:
        return [element("p", say("finding_complete", language))]
    actions = records(c.plan.head(FIRST_ACTIONS))
    key = "finding_gain" if len(actions) > 1 else "finding_gain_one"
    to = number(c.score + first_gain(c), digits=0)
    gain = rich(key, language, count=len(actions), score=points("total", "score", c.score), to=to)
    return [
        element("p", _weakest(c, rows, weak, language), "" if language == "zh" else " ", gain),
        element("ol", *(_action(row, language) for row in actions)),
    ]


def _unknown(c: CommunityAudit, language: Language) -> list[Html]:
    """Return how much is unknown and what to find out first, then what is known to be lacking."""
    lead = element("p", say("finding_unknown", language) if math.isnan(c.score) else _provisional(c, language))
    applicable = float(sum(row["weight"] for row in c.findings.rows if row["rating"] != "not_applicable"))
    wanted = [_wanted(c, row, applicable, language) for row in records(c.unknown.head(FIRST_ACTIONS))]
    parts = [lead, element("ol", *wanted, class_="wanted")]
    if not c.plan.empty:
        actions = [_action(row, language) for row in records(c.plan.head(FIRST_ACTIONS))]
        parts += [element("p", say("finding_lacking", language), class_="next"), element("ol", *actions)]
    return parts


def _provisional(c: CommunityAudit, language: Language) -> Html:
    marks: dict[str, Attribute] = {"data_rating": "no_data"}
    shown = {name: points("total", name, value) for name, value in (("score", c.score), ("lower", c.lower), ("upper", c.upper))}
    unknown = element("span", str(len(c.unknown)), **marks)
    return rich("finding_provisional", language, total=len(c.findings), unknown=unknown, **shown)


def _wanted(c: CommunityAudit, row: Record, applicable: float, language: Language) -> Html:
    criterion_id = str(row["criterion_id"])
    criterion = c.checklist.item(criterion_id).criterion
    width = 100 * float(row["weight"]) / applicable
    shown = element("span", number(width, digits=1), class_="gain", **of_finding(criterion_id, "width", width))
    title = link(finding_anchor(criterion_id), criterion.title.of(language))
    return element("li", shown, element("span", title, element("small", criterion.evidence.of(language))))


def _weakest(c: CommunityAudit, rows: Sequence[Record], weak: Standing, language: Language) -> Html:
    lacking = [row for row in rows if row["dimension"] == weak.id and row["rating"] in {"not_met", "partly_met"}]
    reason = Html("")
    if lacking:
        worst = min(lacking, key=lambda row: (row["degree"], -row["weight"]))
        shown = bold(
            ended(str(worst[f"reason_{language}"]), language), value_text(float(worst["value"]), str(worst["unit"]), language)
        )
        title = link(
            finding_anchor(str(worst["criterion_id"])), c.checklist.item(str(worst["criterion_id"])).criterion.title.of(language)
        )
        carried = element("span", shown, **of_finding(str(worst["criterion_id"]), "value", float(worst["value"])))
        reason = rich("finding_reason", language, criterion=title, reason=carried)
    return rich(
        "finding_weakest", language, title=weak.title.of(language), score=points(weak.id, "score", weak.score),
        median=number(weak.district_median, digits=0), reason=reason,
    )  # fmt: skip


def _action(row: Record, language: Language) -> Html:
    criterion_id, gain = str(row["criterion_id"]), float(row["gain"])
    shown = element("span", gain_text(gain), class_="gain", **of_finding(criterion_id, "gain", gain))
    return element("li", shown, element("span", link(finding_anchor(criterion_id), str(row[f"remedy_{language}"]))))
