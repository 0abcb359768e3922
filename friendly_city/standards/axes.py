"""Axes by which any audit can be read: articles of a convention, goals, dimensions. Where each criterion stands on them.

An axis has groups and rules. A criterion stands in the group of the first rule that fits it, and in exactly one; where no
rule fits it is `NOT_PLACED`, which is told and never lost. The axes of the package are in ``crosswalk/``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path

from friendly_city.errors import UnknownName
from friendly_city.labels import Text
from friendly_city.standards.build import build
from friendly_city.standards.check import NAME, check_id, check_ids
from friendly_city.standards.complaints import Complaints, one_of
from friendly_city.standards.load import SUFFIXES, names_in, read_document
from friendly_city.standards.model import Checklist, Criterion, Friendliness, Standard
from friendly_city.standards.reader import Node, read_nodes
from friendly_city.standards.standard import entries

FOLDER, RELATIONS = "crosswalk", "relations"
NOT_PLACED = "not_placed"
"""Group of the criteria that no rule places."""
ORDER = ("national", "cfci", "crc", "friendliness", "dimension")
"""In which order the package's axes are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """One group of an axis: an article, a goal, a dimension; `short` is what charts call it."""

    id: str
    title: Text
    short: Text | None = None

    @property
    def name(self) -> Text:
        """Return what charts call it."""
        return self.short or self.title


NO_GROUP = Group(id=NOT_PLACED, title=Text("未归入", "Not placed"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Which criteria stand in a group: every list that is given must have them. `note` says why."""

    group: str
    criteria: tuple[str, ...] = ()
    clauses: tuple[str, ...] = ()
    standards: tuple[str, ...] = ()
    dimensions: tuple[str, ...] = ()
    friendliness: tuple[Friendliness, ...] = ()
    note: Text | None = None

    def fits(self, criterion: Criterion, standard: str) -> bool:
        """Return whether a criterion of a standard is meant."""
        asked = (
            (self.criteria, criterion.id),
            (self.clauses, criterion.clause),
            (self.standards, standard),
            (self.dimensions, criterion.dimension),
            (self.friendliness, criterion.friendliness),
        )
        return all(value in wanted for wanted, value in asked if wanted)


LISTS = tuple(field.name for field in fields(Rule) if field.name not in {"group", "note"})


@dataclass(frozen=True, kw_only=True)
class Axis:
    """Groups by which criteria can be read, and the rules that place them.

    Attributes
    ----------
    basis : Text
        Who says so; a reading of ours is called that.
    source : Text
        Where the groups are from.
    """

    id: str
    title: Text
    basis: Text
    source: Text
    groups: tuple[Group, ...]
    rules: tuple[Rule, ...]

    def place(self, criterion: Criterion, standard: Standard | str) -> str:
        """Return the id of the group a criterion stands in; `NOT_PLACED` where no rule fits."""
        name = standard if isinstance(standard, str) else standard.id
        return next((rule.group for rule in self.rules if rule.fits(criterion, name)), NOT_PLACED)

    def places(self, checklist: Checklist) -> dict[str, str]:
        """Return the group of every criterion of a checklist, by its id."""
        return {item.id: self.place(item.criterion, item.standard) for item in checklist.items}

    def groups_of(self, places: Iterable[str]) -> tuple[Group, ...]:
        """Return the groups that are used, in the order of the axis; what is not placed comes last."""
        used = set(places)
        return tuple(group for group in (*self.groups, NO_GROUP) if group.id in used)

    def __repr__(self) -> str:
        return f"<Axis {self.id} {self.title.zh}: {len(self.groups)} groups, {len(self.rules)} rules>"


def axis_names() -> tuple[str, ...]:
    """Return the names of the package's axes.

    Examples
    --------
    >>> axis_names()
    ('national', 'cfci', 'crc', 'friendliness', 'dimension')
    """
    found = [name for name in names_in(FOLDER) if name != RELATIONS]
    return tuple(sorted(found, key=lambda name: (ORDER.index(name) if name in ORDER else len(ORDER), name)))


def load_axis(name: str | Path) -> Axis:
    """Return an axis.

    Parameters
    ----------
    name : str or Path
        A name of `axis_names`, or the path of a ``.yaml`` file.

    Raises
    ------
    UnknownName
        When there is no such axis or file.
    InvalidStandard
        With every problem of the file, with line and column.

    Examples
    --------
    >>> load_axis("cfci")
    <Axis cfci 儿童友好城市倡议五个目标: 5 groups, 16 rules>
    """
    if not str(name).endswith(SUFFIXES) and name not in axis_names():
        raise UnknownName("axis", name, axis_names())
    return _axis(*read_document(name, FOLDER, "axis"))


@lru_cache(maxsize=32)
def _axis(file: str, raw: bytes) -> Axis:
    tree, complaints = read_nodes(raw, file), Complaints(file)
    axis = build(tree, Axis, complaints)
    if "id" in tree.mapping:
        check_id(tree.mapping["id"], complaints)
    check_ids(entries(tree, "groups"), complaints, pattern=NAME)
    if axis is not None:
        _check_rules(axis, entries(tree, "rules"), complaints)
    complaints.require_none()
    if axis is None:
        raise AssertionError(f"{file}: no axis and no problem")
    return axis


def _check_rules(axis: Axis, nodes: tuple[Node, ...], complaints: Complaints) -> None:
    groups = [group.id for group in axis.groups]
    seen: dict[str, int] = {}
    for rule, node in zip(axis.rules, nodes, strict=True):
        if rule.group not in groups:
            complaints.unknown(node.mapping["group"], "group", groups)
        if not any(getattr(rule, name) for name in LISTS):
            complaints.at(node, "a rule that would take every criterion", expected=f"{one_of(LISTS)}")
        for name in node.mapping["criteria"].items if "criteria" in node.mapping else ():
            if name.text in seen:
                what = f"criterion {name.shown} is placed twice (first in line {seen[name.text]})"
                complaints.at(name, what, expected="one place")
            seen.setdefault(name.text, name.line)


def unknown_names(axis: Axis, standards: Iterable[Standard]) -> tuple[str, ...]:
    """Return the criteria, clauses, standards and dimensions that an axis names and no standard has."""
    every = tuple(standards)
    known: Mapping[str, set[str]] = {
        "criteria": {c.id for s in every for c in s.criteria},
        "clauses": {c.id for s in every for c in s.clauses},
        "standards": {s.id for s in every},
        "dimensions": {d.id for s in every for d in s.dimensions},
    }
    named = [(kind, name) for rule in axis.rules for kind in known for name in getattr(rule, kind)]
    return tuple(f"{kind}: {name}" for kind, name in named if name not in known[kind])
