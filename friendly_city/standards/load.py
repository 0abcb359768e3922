"""Loading standards and checklists: from the catalogue of the package by name, or from a YAML file by path."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from friendly_city.errors import InvalidStandard, Problem, UnknownName, nearest
from friendly_city.labels import Text
from friendly_city.standards.build import WRONG, build_mapping
from friendly_city.standards.check import Complaints, check_ids, check_standard
from friendly_city.standards.model import Checklist, Dimension, Grade, Item, Obligation, Standard, SubjectKind
from friendly_city.standards.reader import Node, read_nodes

CATALOGUE, CHECKLISTS = "catalogue", "checklists"
AUDITED = (SubjectKind.COMMUNITY, SubjectKind.FACILITY)
"""Subjects a checklist of communities can have."""
_GRADE = re.compile(r"[a-z_]+")
DEFAULTS = "community"
"""The checklist whose weights and grades a standard audited whole takes over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Selection:
    criterion: str
    weight: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Weights:
    shall: float
    should: float
    may: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _ChecklistFile:
    id: str
    version: str
    title: Text
    purpose: Text
    dimensions: tuple[Dimension, ...]
    standards: tuple[str, ...]
    weights: _Weights
    minimum_coverage: float
    grades: tuple[Grade, ...]
    gate_cap: str
    choices: tuple[Text, ...]
    select: tuple[_Selection, ...]
    gates: tuple[str, ...] = ()
    due: date | None = None


def _names(folder: str) -> tuple[str, ...]:
    found = files("friendly_city.standards").joinpath(folder).iterdir()
    return tuple(sorted(path.name.removesuffix(".yaml") for path in found if path.name.endswith(".yaml")))


def standard_names() -> tuple[str, ...]:
    """Return the names of the standards in the catalogue."""
    return _names(CATALOGUE)


def checklist_names() -> tuple[str, ...]:
    """Return the names of the checklists of the package."""
    return _names(CHECKLISTS)


def _read(name: str | Path, folder: str, kind: str) -> tuple[str, bytes]:
    """Return the name used in messages and the bytes of a file given by name or path."""
    if str(name).endswith((".yaml", ".yml")):
        path = Path(name)
        if not path.is_file():
            raise InvalidStandard([Problem(str(name), None, None, "", "no such file", f"a {kind} as YAML")])
        return str(name), path.read_bytes()
    known = _names(folder)
    if name not in known:
        raise UnknownName(kind, name, known)
    return f"{folder}/{name}.yaml", files("friendly_city.standards").joinpath(folder, f"{name}.yaml").read_bytes()


def load_standard(name: str | Path) -> Standard:
    """Return a standard.

    Parameters
    ----------
    name : str or Path
        A name of the catalogue (see `standard_names`), or the path of a ``.yaml`` file.

    Raises
    ------
    UnknownName
        When the catalogue has no such standard.
    InvalidStandard
        With every problem of the file, each as ``file:line:column path: what, expected, nearest``.

    Examples
    --------
    >>> load_standard("db4403-t-236-2022").number
    'DB4403/T 236—2022'
    """
    return _standard(*_read(name, CATALOGUE, "standard"))


@cache
def _standard(file: str, raw: bytes) -> Standard:
    tree = read_nodes(raw, file)
    problems: list[Problem] = []
    standard = build_mapping(tree, Standard, file=file, problems=problems)
    if standard is not WRONG:
        check_standard(standard, tree, Complaints(file, problems))
    if problems:
        raise InvalidStandard(sorted(problems, key=_place))
    return standard  # type: ignore[no-any-return]


def _place(found: Problem) -> tuple[int, int]:
    return (found.line or 0, found.column or 0)


def load_checklist(name: str | Path) -> Checklist:
    """Return a checklist with the criteria it selects from its standards.

    Parameters
    ----------
    name : str or Path
        A name of `checklist_names`, or the path of a ``.yaml`` file.

    Raises
    ------
    UnknownName
        When there is no such checklist.
    InvalidStandard
        With every problem of the file.

    Examples
    --------
    >>> load_checklist("community").id
    'community'
    """
    return _checklist(*_read(name, CHECKLISTS, "checklist"))


@cache
def _checklist(file: str, raw: bytes) -> Checklist:
    tree = read_nodes(raw, file)
    problems: list[Problem] = []
    written = build_mapping(tree, _ChecklistFile, file=file, problems=problems)
    if written is WRONG:
        raise InvalidStandard(sorted(problems, key=_place))
    complaints = Complaints(file, problems)
    standards = _standards(written, tree, complaints)
    items = _select(written, tree, standards, complaints)
    _check_checklist(written, tree, items, complaints)
    if problems:
        raise InvalidStandard(sorted(problems, key=_place))
    return Checklist(
        id=written.id,
        version=written.version,
        title=written.title,
        purpose=written.purpose,
        dimensions=written.dimensions,
        items=tuple(items.values()),
        grades=written.grades,
        gate_cap=written.gate_cap,
        minimum_coverage=written.minimum_coverage,
        choices=written.choices,
        due=written.due,
    )


def _standards(written: _ChecklistFile, tree: Node, complaints: Complaints) -> list[Standard]:
    known, found = standard_names(), []
    for name, node in zip(written.standards, tree.mapping["standards"].items, strict=False):
        if name in known:
            found.append(load_standard(name))
        else:
            complaints.unknown(node, "standard", known)
    return found


def _select(written: _ChecklistFile, tree: Node, standards: list[Standard], complaints: Complaints) -> dict[str, Item]:
    offered = {criterion.id: (criterion, standard) for standard in standards for criterion in standard.criteria}
    items: dict[str, Item] = {}
    for selection, node in zip(written.select, tree.mapping["select"].items, strict=True):
        name = node.mapping["criterion"]
        if selection.criterion not in offered:
            complaints.unknown(name, "criterion", offered)
        elif selection.criterion in items:
            complaints.say(name, f"criterion {name.text!r} selected twice", "once")
        else:
            criterion, standard = offered[selection.criterion]
            if criterion.subject not in AUDITED:
                complaints.say(name, f"criterion {name.text!r} is about a {criterion.subject}", "a community or its facilities")
            weight = getattr(written.weights, criterion.obligation) if selection.weight is None else selection.weight
            if weight <= 0:
                complaints.say(node, f"a weight of {weight:g}", "more than 0")
            gate = criterion.id in written.gates
            items[criterion.id] = Item(
                criterion=criterion, standard=standard, clause=standard.clause(criterion.clause), weight=weight, gate=gate
            )
    return items


def _check_checklist(written: _ChecklistFile, tree: Node, items: dict[str, Item], complaints: Complaints) -> None:
    check_ids(tree.mapping["grades"].items, complaints, pattern=_GRADE)
    grades = [grade.id for grade in written.grades]
    if written.gate_cap not in grades:
        complaints.unknown(tree.mapping["gate_cap"], "grade", grades)
    if len({grade.at_least for grade in written.grades}) != len(grades):
        complaints.say(tree.mapping["grades"], "two grades that start at the same score", "different scores")
    if not 0 <= written.minimum_coverage <= 1:
        complaints.say(tree.mapping["minimum_coverage"], f"a share of {written.minimum_coverage:g}", "0 to 1")
    order = (written.weights.shall, written.weights.should, written.weights.may)
    if not order[0] > order[1] >= order[2] > 0:
        complaints.say(tree.mapping["weights"], f"weights {order[0]:g}, {order[1]:g}, {order[2]:g}", "shall > should ≥ may > 0")
    gates = tree.mapping["gates"].items if "gates" in tree.mapping else ()
    for node in gates:
        if node.text not in items:
            complaints.say(node, f"gate {node.text!r} is not selected", near=nearest(node.text, items))
        elif items[node.text].criterion.obligation is not Obligation.SHALL:
            complaints.say(node, f"gate {node.text!r} is a {items[node.text].criterion.obligation}", "a gate that is a shall")
    declared = [dimension.id for dimension in written.dimensions]
    for item in items.values():
        if item.criterion.dimension not in declared:
            what = f"criterion {item.id!r} has dimension {item.criterion.dimension!r}, which is not declared"
            complaints.say(tree.mapping["dimensions"], what, near=nearest(item.criterion.dimension, declared))


def whole(standard: Standard) -> Checklist:
    """Return a checklist of every criterion of a standard that is about a community or its facilities.

    Weights, grades and coverage are those of the checklist ``community``.
    """
    model = load_checklist(DEFAULTS)
    weights = _weights_of(model)
    items = tuple(
        Item(criterion=c, standard=standard, clause=standard.clause(c.clause), weight=weights[c.obligation])
        for c in standard.criteria
        if c.subject in AUDITED
    )
    return Checklist(
        id=standard.id,
        version="whole",
        title=standard.title,
        purpose=Text("整部标准", "the whole standard"),
        dimensions=standard.dimensions,
        items=items,
        grades=model.grades,
        gate_cap=model.gate_cap,
        minimum_coverage=model.minimum_coverage,
        choices=model.choices,
        due=model.due,
    )


def _weights_of(checklist: Checklist) -> dict[Any, float]:
    return {
        obligation: max(i.weight for i in checklist.items if i.criterion.obligation is obligation) for obligation in Obligation
    }
