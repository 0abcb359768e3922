"""The findings of a community, one table a subsystem; what does not apply; the clauses all of it rests on."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from friendly_city import __version__
from friendly_city.labels import Language, label, number
from friendly_city.report.evidence import evidence_cell
from friendly_city.report.html import (
    Attribute,
    Cell,
    Column,
    Html,
    bold,
    details,
    element,
    join,
    link,
    rating_tag,
    safe,
    slug,
    table,
)
from friendly_city.report.once import once_per_audit
from friendly_city.report.published import published_rows
from friendly_city.report.reading import Standing, pass_mark, standings
from friendly_city.report.section import Section, section
from friendly_city.report.shown import (
    NUMBER,
    bilingual,
    change_anchor,
    clause_anchor,
    clause_cell,
    clause_number,
    ended,
    finding_anchor,
    in_its_language,
    of_finding,
    points,
    threshold_text,
    titled,
    value_text,
)
from friendly_city.report.words import rich, say, worded
from friendly_city.standards.requirement import Attest, ThresholdBasis

if TYPE_CHECKING:
    from friendly_city.audit.model import Audit, CommunityAudit, Record
    from friendly_city.standards.model import Checklist, Item, Standard

ASKED = {"zh": ("要求",), "en": ("asked", "required")}
"""Words by which a reason says what is required."""
ORDER = ("not_met", "partly_met", "no_data", "met")
"""Within a subsystem, what is lacking comes first."""


@worded
def findings_section(c: CommunityAudit, *, language: Language = "zh", edition: str = "public") -> Section:
    """Return every applicable finding, a table for each subsystem."""
    rows = published_rows(c, edition=edition)
    blocks = [_subsystem(c, rows, standing, language) for standing in standings(c)]
    lead = say("findings_lead", language, total=len(c.findings))
    paper = element("p", say("paper_findings", language, met=c.findings.counts["met"]), class_="lead on-paper")
    return section(paper, *blocks, id="findings", title=say("findings", language), subject=c.code, lead=lead)


def _subsystem(c: CommunityAudit, rows: Sequence[Record], standing: Standing, language: Language) -> Html:
    of_all = [row for row in rows if row["dimension"] == standing.id]
    shown = sorted((row for row in of_all if row["rating"] != "not_applicable"), key=lambda row: ORDER.index(row["rating"]))
    heading = element("h3", say("findings_title", language, title=titled(standing.title.of(language)), count=len(of_all)))
    head = element(
        "div", heading, element("p", _standing(c, standing, language)), class_="subsystem", id=slug("subsystem", standing.id)
    )
    if not shown:
        return head + element("p", say("findings_none", language))
    lines = [_row(c.audit, row, language) for row in shown]
    attributes: list[dict[str, Attribute]] = [
        {"id": finding_anchor(row["criterion_id"]), "data_rating": row["rating"]} for row in shown
    ]
    grid = table(
        _columns(language), lines, id=slug("findings", standing.id), caption=_counts(of_all, language), layout="cards",
        row_attributes=attributes, class_="fixed",
    )  # fmt: skip
    return Html(head + grid)


def _columns(language: Language) -> list[Column]:
    widths = {"result": "14%", "criterion": "24%", "reason": "28%", "clause": "20%", "evidence": "14%"}
    return [
        Column(title=say(key, language), width=width, heads_row=key == "criterion", half=key in {"clause", "evidence"})
        for key, width in widths.items()
    ]


def _standing(c: CommunityAudit, standing: Standing, language: Language) -> Html:
    if not standing.applies:
        return Html("")
    bounds = join([points(standing.id, "lower", standing.lower), "–", points(standing.id, "upper", standing.upper)])
    if not standing.known:
        return rich("findings_score_none", language, bounds=bounds)
    class_ = "weak" if standing.score < pass_mark(c.checklist).at_least else ""
    score, median = points(standing.id, "score", standing.score), number(standing.district_median, digits=0)
    if standing.lower == standing.upper:
        return rich("findings_certain", language, class_=class_, score=score, median=median)
    return rich("findings_score", language, class_=class_, score=score, bounds=bounds, median=median)


def _counts(rows: list[Record], language: Language) -> str:
    found = Counter(row["rating"] for row in rows)
    parts = [
        say("rating_count", language, rating=label("rating", rating).of(language), count=found[rating])
        for rating in (*ORDER, "not_applicable")
        if rating in found
    ]
    return " · ".join(parts)


def _row(audit: Audit, row: Record, language: Language) -> tuple[Cell | Html, ...]:
    name, value, unit = row["criterion_id"], float(row["value"]), row["unit"]
    reason = bold(ended(row[f"reason_{language}"], language), value_text(value, unit, language))
    return (
        Cell(_result(row, language), {**of_finding(name, "rating", row["rating"]), "class_": "unlabelled"}),
        _criterion(audit, name, row["threshold"], unit, language, asked_again=not says_what_is_asked(row, language)),
        Cell(reason, of_finding(name, "value", value)),
        _clause_cell(audit, name, language),
        evidence_cell(audit, row, language),
    )


def _result(row: Record, language: Language) -> Html:
    tag = rating_tag(row["rating"], language)
    if row["rating"] != "partly_met":
        return tag
    degree = float(row["degree"])
    if math.isnan(degree):  # withheld
        return tag
    filled = element("span", element("i", style=f"width:{100 * degree:.0f}%"), class_="degree", aria_hidden="true")
    share = element(
        "small",
        say("degree", language, share=f"{number(100 * degree, digits=0)} %"),
        **of_finding(row["criterion_id"], "degree", degree),
    )
    return join([tag, filled, share])


def says_what_is_asked(row: Record, language: Language) -> bool:
    """Return whether the reason of a finding already says what is required, all its figures included."""
    reason, figures = str(row[f"reason_{language}"]), NUMBER.findall(threshold_text(row["threshold"], row["unit"], language))
    return any(word in reason for word in ASKED[language]) and all(figure in reason for figure in figures)


@once_per_audit
def _clause_cell(audit: Audit, criterion_id: str, language: Language) -> Html:
    return clause_cell(audit.checklist.item(criterion_id), language)


@once_per_audit
def _criterion(audit: Audit, criterion_id: str, threshold: str, unit: str, language: Language, *, asked_again: bool) -> Html:
    """Return the title, what is required (unless the reason beside it says so), and whose figure that is."""
    item = audit.checklist.item(criterion_id)
    asked = threshold_text(threshold, unit, language)
    required = say("requires_yes", language) if threshold == "yes" else say("requires", language, threshold=asked)
    lines: list[Html | None] = [
        element("small", required) if asked and asked_again else None,
        element("small", choice) if (choice := _choice(item, asked, language)) else None,
    ]
    gate = element("small", element("b", say("gate", language), class_="warn")) if item.gate else None
    return join([titled(item.criterion.title.of(language)), *lines, gate])


def _choice(item: Item, asked: str, language: Language) -> Html | None:
    """Return whose figure the threshold is when it is not the standard's, linked to the reading when there is one."""
    basis = threshold_basis(item)
    if basis is ThresholdBasis.LOCAL:
        return link(change_anchor(item.id), say("threshold_local", language), class_="ours")
    words = (
        say(_BASES[basis], language) if asked and basis in _BASES else say("ours_link", language) if item.criterion.ours else None
    )
    return link(slug("ours", item.id), words, class_="ours") if words and item.criterion.ours else safe(words)


_BASES = {ThresholdBasis.OURS: "threshold_ours", ThresholdBasis.COMPARATOR: "threshold_comparator"}


def threshold_basis(item: Item) -> ThresholdBasis:
    """Return who set the threshold of a criterion; an attested one has none of its own."""
    requirement = item.criterion.requirement
    return ThresholdBasis.STANDARD if isinstance(requirement, Attest) else requirement.threshold.basis


@worded
def not_applicable_section(c: CommunityAudit, *, language: Language = "zh", edition: str = "public") -> Section:  # noqa: ARG001 - one signature for all
    """Return what does not apply, folded away, each with its reason."""
    found = [row for row in c.findings.rows if row["rating"] == "not_applicable"]
    title = say("not_applicable", language)
    if not found:
        return section(id="not-applicable", title=title, subject=c.code, lead=say("not_applicable_none", language))
    columns = [
        Column(title=say("criterion", language), width="34%", heads_row=True),
        Column(title=say("subsystem", language), width="18%"),
        Column(title=say("reason", language)),
    ]
    names = {d.id: titled(d.title.of(language)) for d in c.checklist.dimensions}
    rows = [
        (
            c.checklist.item(row["criterion_id"]).criterion.title.of(language),
            names[row["dimension"]],
            Cell(ended(row[f"reason_{language}"], language), of_finding(row["criterion_id"], "rating", row["rating"])),
        )
        for row in found
    ]
    attributes: list[dict[str, Attribute]] = [{"id": finding_anchor(row["criterion_id"])} for row in found]
    shown = say("not_applicable_show", language, count=len(found))
    grid = table(columns, rows, id="not-applicable-table", caption=title, layout="cards", row_attributes=attributes)
    lead = say("not_applicable_lead", language)
    return section(details(shown, grid), id="not-applicable", title=title, subject=c.code, lead=lead)


@worded
def clauses_section(c: CommunityAudit, *, language: Language = "zh", edition: str = "public") -> Section:  # noqa: ARG001 - one signature for all
    """Return the clauses the page rests on, by standard, each with how its text is known and which criteria use it."""
    lead = say("clauses_lead", language)
    return section(_clauses(c.audit, language), id="clauses", title=say("clauses", language), subject=c.code, lead=lead)


@once_per_audit
def _clauses(audit: Audit, language: Language) -> Html:
    checklist = audit.checklist
    blocks = [_standard(checklist, standard, language) for standard in checklist.standards]
    made = say(
        "end", language, version=__version__, checklist=checklist.title.of(language), checklist_version=checklist.version,
        period=audit.period.label,
    )  # fmt: skip
    return join([*blocks, element("p", made, class_="end")])


def _standard(checklist: Checklist, standard: Standard, language: Language) -> Html:
    used: dict[str, list[Item]] = {}
    for item in checklist.items:
        if item.standard.id == standard.id:
            used.setdefault(item.clause.id, []).append(item)
    used = dict(sorted(used.items(), key=lambda found: clause_order(found[1][0].clause.number)))
    name = " ".join(filter(None, (standard.number, standard.title.of(language))))
    heading = element("h3", say("clauses_of", language, title=name, count=len(used)))
    consulted = element("p", say("consulted", language, text=standard.consulted.of(language)), class_="lead")
    columns = [
        Column(title=say("clause", language), width="16%", heads_row=True),
        Column(title=say("clause_text", language)),
        Column(title=say("basis_kind", language), width="22%"),
        Column(title=say("used_by", language), width="24%"),
    ]
    grid = table(
        columns, [_clause(items, language) for items in used.values()], id=slug("clauses", standard.id), caption=name,
        layout="cards", row_attributes=[{"id": clause_anchor(items[0])} for items in used.values()], class_="fixed", titled=True,
    )  # fmt: skip
    return join([heading, consulted, _sources(standard, language), grid])


def clause_order(number_: str) -> tuple[bool, list[tuple[bool, int, str]]]:
    """Return what clauses are sorted by: the figures in their numbers, those without a number last.

    Examples
    --------
    >>> sorted(["", "10.2", "4.10", "4.2"], key=clause_order)
    ['4.2', '4.10', '10.2', '']
    """
    parts = re.findall(r"\d+|[^\d.\s]+", number_)
    return not number_, [(not part.isdigit(), int(part) if part.isdigit() else 0, part) for part in parts]


def _clause(items: list[Item], language: Language) -> tuple[Html, ...]:
    clause, standard = items[0].clause, items[0].standard
    number_shown = join([clause_number(clause, language) or element("span", say("number_unseen", language), class_="ours")])
    doubt = element("span", say("unverified", language), class_="warn") if not clause.verified else None
    note = element("small", clause.note.of(language)) if clause.note else None
    source = element("small", _source_number(standard, clause.source, language))
    criteria = [element("li", link(finding_anchor(item.id), item.criterion.title.of(language))) for item in items]
    return (
        number_shown,
        join([clause.text.of(language), note, doubt]),
        join([label("text_basis", clause.text_basis.value).of(language), source]),
        element("ul", *criteria, class_="bare-list"),
    )


def _sources(standard: Standard, language: Language) -> Html | None:
    """Return where the standard was seen, numbered; addresses are printed, not linked: no page reaches for the network."""
    if not standard.sources:
        return None
    lines = [
        element(
            "li",
            join(
                [
                    in_its_language(source.title, language),
                    *map(safe, filter(None, (source.url, bilingual(source.seen, language)))),
                ],
                " · ",
            ),
        )
        for source in standard.sources
    ]
    return details(say("sources_of", language, count=len(lines)), element("ol", *lines, class_="plain"))


def _source_number(standard: Standard, seen_in: str, language: Language) -> Html | str:
    """Return the number of a source in the standard's list; a source that is not in it is given as it is."""
    for place, source in enumerate(standard.sources, start=1):
        if seen_in in {source.title, source.url}:
            return say("source_number", language, number=place)
    return in_its_language(seen_in, language)
