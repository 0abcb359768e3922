"""What the file of a tailored checklist says, before anything is looked up: its entries and its local criteria."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from friendly_city.labels import Text
from friendly_city.standards.build import build, build_criterion
from friendly_city.standards.check import check_basis, check_clause, check_filter, check_requirement
from friendly_city.standards.complaints import Complaints
from friendly_city.standards.model import Approval, Clause, Criterion, Dimension, Grade, Obligation
from friendly_city.standards.reader import Node
from friendly_city.standards.requirement import Attest, Threshold, ThresholdBasis

CLAUSE_KEYS = ("text", "text_basis", "source", "note")
"""What a local criterion says of its clause."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reasoned:
    """Why something is changed, and who stands for it."""

    reason: Text
    approved: Approval | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WithoutFile(Reasoned):
    """A criterion that is left out."""

    criterion: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectFile(Reasoned):
    """A criterion that is taken in, of a standard of the base or of ``standards``."""

    criterion: str
    weight: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightFile(Reasoned):
    """Another weight, for one criterion or for all that bind so."""

    weight: float
    criterion: str = ""
    obligation: Obligation | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ThresholdFile(Reasoned):
    """Other figures for a criterion, in its unit; `within` for the distance or time of a way.

    `title` is needed where the criterion's own says a figure that no longer holds.
    """

    criterion: str
    threshold: Threshold | None = None
    within: float | None = None
    title: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GateFile(Reasoned):
    """Whether a criterion is a gate."""

    criterion: str
    gate: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsFile(Reasoned):
    """Settings of the base that are otherwise here."""

    grades: tuple[Grade, ...] = ()
    gate_cap: str = ""
    minimum_coverage: float | None = None
    due: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TailoredFile:
    """What a tailored checklist's file says; local criteria are read one by one."""

    id: str
    base: str
    version: str
    title: Text
    purpose: Text | None = None
    standards: tuple[str, ...] = ()
    dimensions: tuple[Dimension, ...] = ()
    without: tuple[WithoutFile, ...] = ()
    select: tuple[SelectFile, ...] = ()
    weights: tuple[WeightFile, ...] = ()
    thresholds: tuple[ThresholdFile, ...] = ()
    gates: tuple[GateFile, ...] = ()
    criteria: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    settings: SettingsFile | None = None
    choices: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalCriterion(Reasoned):
    """A criterion that the file brings itself, with the clause it stands for."""

    criterion: Criterion
    clause: Clause


def local_criterion(node: Node, complaints: Complaints) -> LocalCriterion | None:
    """Return a local criterion, or None when its form is wrong; every problem is noted."""
    name = node.mapping.get("id", node)
    own = {
        "id": name,
        "number": name.of(""),
        "keys": node.of(()),
        **{k: node.mapping[k] for k in CLAUSE_KEYS if k in node.mapping},
    }
    clause = build(node.of(own), Clause, complaints)
    reason = build(node.of({k: node.mapping[k] for k in ("reason", "approved") if k in node.mapping}), Reasoned, complaints)
    rest = {k: v for k, v in node.mapping.items() if k not in (*CLAUSE_KEYS, "reason", "approved")}
    if "clause" in node.mapping:
        complaints.at_key(node, "clause", "a local criterion names no clause", expected="text, text_basis and source")
    criterion, asked = build_criterion(node.of({**rest, "clause": name}), complaints)
    if asked is not None:
        subject = node.mapping["subject"].text if "subject" in node.mapping else ""
        check_requirement(asked, node.mapping["requirement"], subject, complaints)
    if clause is None or criterion is None or reason is None:
        return None
    check_clause(clause, node, complaints)
    check_basis(criterion, clause, node, complaints)
    if criterion.applies_to is not None:
        check_filter(criterion.applies_to, node.mapping["applies_to"], complaints)
    return LocalCriterion(criterion=_as_local(criterion), clause=clause, reason=reason.reason, approved=reason.approved)


def _as_local(criterion: Criterion) -> Criterion:
    asked = criterion.requirement
    if isinstance(asked, Attest):
        return criterion
    threshold = replace(asked.threshold, basis=ThresholdBasis.LOCAL)
    return replace(criterion, requirement=replace(asked, threshold=threshold))
