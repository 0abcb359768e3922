"""From the tree of a file, and the standards it names, to a `Checklist`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from friendly_city.errors import nearest
from friendly_city.labels import Text
from friendly_city.standards.build import build
from friendly_city.standards.check import NAME, check_id, check_ids
from friendly_city.standards.complaints import Complaints
from friendly_city.standards.model import (
    SUBJECTS_AT,
    Alternatives,
    Checklist,
    Criterion,
    Dimension,
    Grade,
    Item,
    Obligation,
    Standard,
    SubjectKind,
)
from friendly_city.standards.reader import Node
from friendly_city.standards.standard import entries, ids_in

COUNTED = ("count", "frequency")
"""Kinds of requirement that cannot be asked of several facilities together: the sum says nothing of each."""
FULL_SCORE = 100
Offered = Mapping[str, tuple[Criterion, Standard]]
Find = Callable[[Node, Complaints], Standard | None]
"""Finds the standard a node names, or notes why there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """Weight of a criterion in the score, by obligation."""

    shall: float
    should: float
    may: float

    def of(self, obligation: Obligation) -> float:
        """Return the weight of a criterion that binds so."""
        return {Obligation.SHALL: self.shall, Obligation.SHOULD: self.should, Obligation.MAY: self.may}[obligation]


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """One criterion as the file selects it, with a weight of its own or that of its obligation."""

    criterion: str
    weight: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecklistFile:
    """What a checklist file says, before its criteria are looked up."""

    id: str
    version: str
    title: Text
    purpose: Text
    dimensions: tuple[Dimension, ...]
    standards: tuple[str, ...]
    weights: Weights
    minimum_coverage: float
    grades: tuple[Grade, ...]
    gate_cap: str
    choices: tuple[Text, ...]
    select: tuple[Selection, ...]
    gates: tuple[str, ...] = ()
    due: date | None = None
    level: SubjectKind = SubjectKind.COMMUNITY
    kind: str = ""
    alternatives: tuple[Alternatives, ...] = ()


def checklist_from(tree: Node, complaints: Complaints, *, find: Find) -> Checklist | None:
    """Return the checklist a tree describes, or None when its form is wrong; every problem is noted.

    Parameters
    ----------
    tree : Node
        The whole file, from `read_nodes`.
    complaints : Complaints
        Every problem of form and meaning is noted here.
    find : callable
        Returns the standard an entry of ``standards`` names, or notes why not and returns None.
    """
    if "clauses" in tree.mapping or "criteria" in tree.mapping:
        key = "clauses" if "clauses" in tree.mapping else "criteria"
        complaints.at_key(tree, key, "this is a standard", expected="a checklist, with standards and select")
        return None
    written = build(tree, ChecklistFile, complaints)
    check_ids(entries(tree, "dimensions"), complaints, pattern=NAME)
    check_ids(entries(tree, "grades"), complaints, pattern=NAME)
    found = [(node, find(node, complaints)) for node in entries(tree, "standards")]
    offered = _offered(found, complaints)
    if found and all(standard for _, standard in found):
        _check_references(tree, offered, complaints)
    if written is None:
        return None
    _check_head(written, tree, complaints)
    items = _items(written, tree, offered, complaints)
    _check_alternatives(tree, items, complaints)
    return _checklist(written, items)


def _offered(found: list[tuple[Node, Standard | None]], complaints: Complaints) -> Offered:
    offered: dict[str, tuple[Criterion, Standard]] = {}
    seen: set[str] = set()
    for node, standard in found:
        if node.text in seen:
            complaints.at(node, f"standard {node.shown} given twice", expected="once")
        elif standard:
            _offer(standard, node, offered, complaints)
        seen.add(node.text)
    return offered


def _offer(standard: Standard, node: Node, offered: dict[str, tuple[Criterion, Standard]], complaints: Complaints) -> None:
    for criterion in standard.criteria:
        if criterion.id in offered:
            other = offered[criterion.id][1].id
            complaints.at(node, f"criterion {criterion.id!r} is also in {other!r}", expected="an id of its own")
        else:
            offered[criterion.id] = (criterion, standard)


def criteria_of(standards: Iterable[Standard]) -> dict[str, tuple[Criterion, Standard]]:
    """Return every criterion of some standards by id, with its standard; the first of two equal ids."""
    found: dict[str, tuple[Criterion, Standard]] = {}
    for standard in standards:
        for criterion in standard.criteria:
            found.setdefault(criterion.id, (criterion, standard))
    return found


def _check_references(tree: Node, offered: Offered, complaints: Complaints) -> None:
    """Note selections and gates that refer to nothing, are given twice, or cannot be."""
    level = _level(tree)
    names = [node.mapping["criterion"] for node in entries(tree, "select") if "criterion" in node.mapping]
    selected = [name.text for name in names]
    dimensions = ids_in(entries(tree, "dimensions"))
    for place, name in enumerate(names):
        if name.text not in offered:
            complaints.unknown(name, "criterion", offered)
        elif name.text in selected[:place]:
            first = names[selected.index(name.text)].line
            complaints.at(name, f"criterion {name.shown} selected twice (first in line {first})", expected="once")
        else:
            check_selected(offered[name.text][0], name, dimensions, complaints, level=level)
    gates = entries(tree, "gates")
    for place, gate in enumerate(gates):
        if gate.text not in selected:
            complaints.at(gate, f"gate {gate.shown} is not selected", near=nearest(gate.text, selected))
        elif gate.text in [other.text for other in gates[:place]]:
            complaints.at(gate, f"gate {gate.shown} given twice", expected="once")
        elif gate.text in offered and offered[gate.text][0].obligation is not Obligation.SHALL:
            complaints.at(gate, f"gate {gate.shown} is a {str(offered[gate.text][0].obligation)!r}", expected="a 'shall'")


def _level(tree: Node) -> SubjectKind:
    """Return the level a file asks for; that of communities where it is not one (which is noted elsewhere)."""
    said = tree.mapping["level"].text if "level" in tree.mapping else ""
    return SubjectKind(said) if said in {str(level) for level in SubjectKind} else SubjectKind.COMMUNITY


def check_selected(
    criterion: Criterion, name: Node, dimensions: tuple[str, ...], complaints: Complaints, *, level: SubjectKind
) -> None:
    """Note a criterion that a checklist of this level cannot have, or whose dimension it does not declare."""
    if criterion.subject not in SUBJECTS_AT[level]:
        expected = "a facility" if level is SubjectKind.FACILITY else f"a {level} or its facilities"
        complaints.at(name, f"criterion {name.shown} is about a {criterion.subject}", expected=expected)
    elif criterion.subject is SubjectKind.FACILITY is not level and criterion.requirement.kind in COUNTED:
        what = f"criterion {name.shown} counts what one facility has"
        complaints.at(name, what, expected="a checklist of facilities, level: facility")
    if criterion.dimension not in dimensions:
        what = f"criterion {name.shown} has dimension {criterion.dimension!r}, which the checklist does not declare"
        complaints.at(name, what, near=nearest(criterion.dimension, dimensions))


def _check_head(written: ChecklistFile, tree: Node, complaints: Complaints) -> None:
    check_id(tree.mapping["id"], complaints, pattern=NAME)
    if written.kind and written.level is not SubjectKind.FACILITY:
        complaints.at(tree.mapping["kind"], f"a kind of facility for level {str(written.level)!r}", expected="level: facility")
    elif not written.kind and written.level is SubjectKind.FACILITY:
        complaints.at(tree.mapping["level"], "'kind' is missing", expected="a kind of facility, e.g. kind: childrens_home")
    for name in ("standards", "select", "choices"):
        if not getattr(written, name):
            complaints.at(tree.mapping[name], f"no {name}", expected="at least one")
    if not 0 <= written.minimum_coverage <= 1:
        complaints.at(tree.mapping["minimum_coverage"], f"a share of {written.minimum_coverage:g}", expected="0 to 1")
    weights = written.weights
    if not weights.shall > weights.should >= weights.may > 0:
        what = f"weights {weights.shall:g}, {weights.should:g}, {weights.may:g}"
        complaints.at(tree.mapping["weights"], what, expected="shall > should ≥ may > 0")
    check_grades(written.grades, written.gate_cap, tree, complaints)


def check_grades(given: tuple[Grade, ...], gate_cap: str, tree: Node, complaints: Complaints) -> None:
    """Note grades that do not fall to 0, and a cap that is none of them; only what stands in the node is looked at."""
    grades = [grade.id for grade in given]
    if gate_cap not in grades:
        complaints.unknown(tree.mapping.get("gate_cap", tree), "grade", grades)
    if "grades" not in tree.mapping:
        return
    before, noted = float("inf"), len(complaints.problems)
    for grade, node in zip(given, entries(tree, "grades"), strict=True):
        place = node.mapping["at_least"]
        if not 0 <= grade.at_least <= FULL_SCORE:
            complaints.at(place, f"a score of {grade.at_least:g}", expected=f"0 to {FULL_SCORE}")
        if grade.at_least >= before:
            complaints.at(place, f"at_least {grade.at_least:g} after {before:g}", expected="grades from the best down")
        before = grade.at_least
    if given and before > 0 and len(complaints.problems) == noted:
        place = entries(tree, "grades")[-1].mapping["at_least"]
        complaints.at(place, f"the lowest grade starts at {before:g}", expected="0, so that every score has a grade")


def _items(written: ChecklistFile, tree: Node, offered: Offered, complaints: Complaints) -> tuple[Item, ...]:
    items = []
    for selection, node in zip(written.select, entries(tree, "select"), strict=True):
        if selection.criterion not in offered:
            continue
        criterion, standard = offered[selection.criterion]
        if selection.weight is not None:
            _check_weight(selection.weight, criterion.obligation, written.weights, node.mapping["weight"], complaints)
        weight = written.weights.of(criterion.obligation) if selection.weight is None else selection.weight
        clause = standard.clause(criterion.clause)
        gate = criterion.id in written.gates
        items.append(Item(criterion=criterion, standard=standard, clause=clause, weight=weight, gate=gate))
    return tuple(items)


def _check_alternatives(tree: Node, items: tuple[Item, ...], complaints: Complaints) -> None:
    """Note alternatives that are not selected, stand in two groups, or do not weigh the same in one dimension."""
    selected, seen = {item.id: item for item in items}, set[str]()
    for node in entries(tree, "alternatives"):
        names = node.mapping["criteria"].items if "criteria" in node.mapping else ()
        if len(names) == 1:
            complaints.at(node.mapping["criteria"], "one alternative", expected="two or more")
        first = next((selected[name.text] for name in names if name.text in selected), None)
        for name in names:
            item = selected.get(name.text)
            if item is None:
                complaints.at(name, f"alternative {name.shown} is not selected", near=nearest(name.text, tuple(selected)))
            elif name.text in seen:
                complaints.at(name, f"alternative {name.shown} stands in two places", expected="one group")
            elif item.gate:
                complaints.at(name, f"alternative {name.shown} is a gate", expected="a criterion that is not")
            elif first and (item.weight, item.criterion.dimension) != (first.weight, first.criterion.dimension):
                complaints.at(name, f"{name.shown} and {first.id!r} are not of one weight and dimension", expected="equals")
            seen.add(name.text)


def _check_weight(weight: float, obligation: Obligation, weights: Weights, node: Node, complaints: Complaints) -> None:
    """Note a weight that would make a 'should' or 'may' cost as much as a 'shall'."""
    if weight <= 0:
        complaints.at(node, f"a weight of {weight:g}", expected="more than 0")
    elif obligation is Obligation.SHALL and weight <= weights.should:
        complaints.at(node, f"a weight of {weight:g} for a 'shall'", expected=f"more than that of a 'should', {weights.should:g}")
    elif obligation is not Obligation.SHALL and weight >= weights.shall:
        what = f"a weight of {weight:g} for a {str(obligation)!r}"
        complaints.at(node, what, expected=f"less than that of a 'shall', {weights.shall:g}")


def _checklist(written: ChecklistFile, items: tuple[Item, ...]) -> Checklist:
    return Checklist(
        id=written.id,
        version=written.version,
        title=written.title,
        purpose=written.purpose,
        dimensions=written.dimensions,
        items=items,
        grades=written.grades,
        gate_cap=written.gate_cap,
        minimum_coverage=written.minimum_coverage,
        choices=written.choices,
        due=written.due,
        level=written.level,
        kind=written.kind,
        alternatives=written.alternatives,
    )
