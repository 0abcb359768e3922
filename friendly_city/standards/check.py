"""What the criteria of a standard must mean, beyond their form: references, honesty about texts, requirements that can hold.

Each check gets an object and the node it was made from, so that it can point at the text. Whether registers have the
fields asked for is not known here: that is checked where a checklist and a city meet.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from friendly_city.standards.complaints import Complaints, one_of
from friendly_city.standards.fitting import fitting
from friendly_city.standards.model import AgeBand, Clause, Criterion, Obligation, TextBasis
from friendly_city.standards.reader import Node
from friendly_city.standards.requirement import (
    Access,
    Attest,
    Count,
    Filter,
    Indicator,
    Quantity,
    Ratio,
    Requirement,
    Response,
    ThresholdBasis,
)
from friendly_city.standards.thresholds import check_threshold

IDENTIFIER = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
"""Ids of standards, clauses, criteria and checklists."""
NAME = re.compile(r"[a-z0-9]+([_-][a-z0-9]+)*")
"""Ids of dimensions and grades, which are column values too."""
ITEM = re.compile(r"[a-z0-9_]{1,60}")
"""Codes of items and indicators, as the registers have them."""
CHILD_BANDS = (*(str(band) for band in AgeBand), "children")
POPULATIONS = (*CHILD_BANDS, "all")
SCORES = (1, 5)
"""Least and greatest score of an answer in an interview."""


def check_ids(nodes: Iterable[Node], complaints: Complaints, *, pattern: re.Pattern[str] = IDENTIFIER) -> None:
    """Note ids that are malformed or given twice."""
    seen: dict[str, int] = {}
    for node in nodes:
        name = node.mapping.get("id")
        if name is None or not isinstance(name.value, str):
            continue
        check_id(name, complaints, pattern=pattern)
        if name.text in seen:
            complaints.at(name, f"id {name.shown} given twice (first in line {seen[name.text]})", expected="an id of its own")
        seen.setdefault(name.text, name.line)


def check_id(name: Node, complaints: Complaints, *, pattern: re.Pattern[str] = IDENTIFIER) -> None:
    """Note an id that is malformed."""
    if not pattern.fullmatch(name.text):
        marks = "- or _" if pattern is NAME else "-"
        complaints.at(name, f"id {name.shown}", expected=f"a-z and 0-9, joined by {marks}")


def check_clause(clause: Clause, node: Node, complaints: Complaints) -> None:
    """Note a clause that does not say where it was seen."""
    if not clause.source.strip():
        complaints.at(node.mapping["source"], "an empty source", expected="where the clause was seen")


def check_basis(criterion: Criterion, clause: Clause, node: Node, complaints: Complaints) -> None:
    """Note a criterion that asks more than is known of its clause, or does not say what is ours."""
    asked = criterion.requirement
    if clause.text_basis is TextBasis.HEADING and not isinstance(asked, Attest):
        what = f"a requirement of kind {asked.kind!r} on a clause of which only the title is known"
        complaints.at(node.mapping["requirement"], what, expected="kind: attest")
    if clause.text_basis is TextBasis.COMPARATOR and criterion.obligation is Obligation.SHALL:
        complaints.at(node.mapping["obligation"], "'shall' on a clause that is a comparator", expected="should or may")
    threshold = getattr(asked, "threshold", None)
    if threshold is not None and threshold.basis is ThresholdBasis.LOCAL:
        place = node.mapping["requirement"].mapping["threshold"].mapping["basis"]
        complaints.at(place, "'local' is what a tailored checklist makes of a threshold", expected="standard, comparator or ours")
    if threshold is not None and threshold.basis is ThresholdBasis.OURS and criterion.ours is None:
        place = node.mapping["requirement"].mapping["threshold"].mapping["basis"]
        complaints.at(place, "a threshold of our own that nothing explains", expected="'ours' in the criterion")


def check_requirement(asked: Requirement, node: Node, subject: str, complaints: Complaints) -> None:
    """Note what does not hold together in a requirement of a criterion about `subject`."""
    if isinstance(asked, Attest):
        _check_attest(asked, node, subject, complaints)
    else:
        check_threshold(asked.threshold, node.mapping["threshold"], fitting(asked), complaints)
    if isinstance(asked, Access):
        _check_access(asked, node, complaints)
    elif isinstance(asked, Ratio):
        _check_ratio(asked, node, complaints)
    elif isinstance(asked, Response):
        _check_response(asked, node, complaints)
    elif isinstance(asked, Indicator):
        _check_code(node.mapping["code"], complaints)
    elif isinstance(asked, Count) and asked.distinct and asked.field:
        complaints.at_key(node, "field", "both 'distinct' and 'field'", expected="one of them")
    for filters, place in _filters(asked, node):
        check_filter(filters, place, complaints)


def check_filter(filters: Filter, node: Node, complaints: Complaints) -> None:
    """Note conditions that no row, or every row, would meet."""
    for condition in filters.conditions:
        place = node.mapping[condition.field]
        low, high = condition.at_least, condition.at_most
        if not condition.any_of and low is None and high is None:
            complaints.at(place, f"nothing is asked of {condition.field!r}", expected="a text, texts, or at_least, at_most")
        if low is not None and high is not None and low > high:
            complaints.at(place, f"at_least {low:g} is above at_most {high:g}", expected="at_least ≤ at_most")


def _filters(asked: Requirement, node: Node) -> Iterator[tuple[Filter, Node]]:
    for name in ("where", "having"):
        if name in node.mapping:
            yield getattr(asked, name), node.mapping[name]
    if isinstance(asked, Ratio):
        for name in ("numerator", "denominator"):
            side = node.mapping[name]
            if "where" in side.mapping:
                yield getattr(asked, name).where, side.mapping["where"]


def _check_code(node: Node, complaints: Complaints) -> None:
    if not ITEM.fullmatch(node.text):
        complaints.at(node, f"code {node.shown}", expected="a-z, 0-9 and _, at most 60")


def _check_positive(node: Node, value: float | None, complaints: Complaints) -> None:
    if value is not None and value <= 0:
        complaints.at(node, f"{value:g}", expected="more than 0")


def _check_attest(asked: Attest, node: Node, subject: str, complaints: Complaints) -> None:
    _check_code(node.mapping["item"], complaints)
    if asked.valid_months is not None:
        _check_positive(node.mapping["valid_months"], asked.valid_months, complaints)
    if asked.register == "documents" and subject == "facility":
        complaints.at(node.mapping["register"], "documents of a facility", expected="inspections, or a community as subject")
    if asked.where.conditions and subject != "facility":
        complaints.at_key(node, "where", "facilities are filtered, but the subject is none", expected="subject: facility")


def _check_access(asked: Access, node: Node, complaints: Complaints) -> None:
    if asked.age_band not in CHILD_BANDS:
        band = node.mapping["age_band"]
        complaints.at(band, f"no age band {band.shown}", expected=one_of(CHILD_BANDS))
    if asked.within is not None:
        _check_positive(node.mapping["within"], asked.within, complaints)
    elif asked.measure != "nearest":
        complaints.at(node, "'within' is missing", expected="the distance or time that can be walked")


def _check_ratio(asked: Ratio, node: Node, complaints: Complaints) -> None:
    _check_positive(node.mapping.get("per", node), asked.per, complaints)
    for name, side in (("numerator", asked.numerator), ("denominator", asked.denominator)):
        _check_quantity(side, node.mapping[name], complaints)


def _check_quantity(side: Quantity, node: Node, complaints: Complaints) -> None:
    if sum((bool(side.register), bool(side.population), side.area)) != 1:
        complaints.at(node, "not one thing to count", expected="one of register, population, area: true")
    elif side.distinct and side.field:
        complaints.at_key(node, "field", "both 'distinct' and 'field'", expected="one of them")
    elif not side.register and (side.field or side.distinct or side.where.conditions):
        complaints.at(node, "a field or filter without a register", expected="'register'")
    elif side.population and side.population not in POPULATIONS:
        band = node.mapping["population"]
        complaints.at(band, f"no age band {band.shown}", expected=one_of(POPULATIONS))


def _check_response(asked: Response, node: Node, complaints: Complaints) -> None:
    _check_code(node.mapping["item"], complaints)
    if not SCORES[0] <= asked.positive_from <= SCORES[1]:
        complaints.at(node.mapping["positive_from"], f"a score of {asked.positive_from:g}", expected="1 to 5")
    _check_positive(node.mapping.get("minimum_answers", node), asked.minimum_answers, complaints)
