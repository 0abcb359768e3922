"""What changed between two editions of a standard or a checklist: clause by clause, criterion by criterion, field by field.

Pure data in, pure data out. Things are matched by their id, which never changes; whatever is not equal is a change, and
nothing else is. What a change does to a city is worked out in `audit.change`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from enum import StrEnum
from typing import Any

from friendly_city.errors import InvalidParameters
from friendly_city.standards.model import Checklist, Obligation, Standard
from friendly_city.standards.requirement import Limits

Document = Standard | Checklist
LISTS = ("dimensions", "clauses", "criteria", "items", "grades")
"""Parts of a document whose entries have an id."""
HELD = ("standard",)
"""What an item of a checklist only refers to: a change of the standard's head is told by comparing the standards."""
STRENGTH = {Obligation.MAY: 0, Obligation.SHOULD: 1, Obligation.SHALL: 2}


class Sort(StrEnum):
    """What happened to a thing."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


class Direction(StrEnum):
    """Whether a change asks more or less; empty where that cannot be told."""

    STRICTER = "stricter"
    LOOSER = "looser"
    UNKNOWN = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing that is not as it was.

    Attributes
    ----------
    sort : Sort
        Added, removed, or changed in one field.
    part : str
        ``head``, ``dimensions``, ``clauses``, ``criteria``, ``items`` or ``grades``.
    id : str
        Of the entry; '' for the head.
    field : str
        What changed in it, e.g. ``requirement.threshold.limits.at_least``; '' when the whole entry came or went.
    old, new : object
        As they were and are; None for what is not there.
    direction : Direction
        Whether more or less is asked.
    units : tuple of str
        Unit of the thresholds before and after, '' where there is none: limits do not say theirs.
    """

    sort: Sort
    part: str
    id: str
    field: str = ""
    old: object = None
    new: object = None
    direction: Direction = Direction.UNKNOWN
    units: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two editions and every change between them."""

    old: Document
    new: Document
    changes: tuple[Change, ...]

    def of(self, identity: str) -> tuple[Change, ...]:
        """Return the changes of one clause, criterion, item or grade."""
        return tuple(change for change in self.changes if change.id == identity)

    def __repr__(self) -> str:
        counts = ", ".join(f"{sum(c.sort is sort for c in self.changes)} {sort}" for sort in Sort)
        return f"<Comparison of {self.old.id} and {self.new.id}: {counts}>"


def compare(old: Document, new: Document) -> Comparison:
    """Return what changed from one edition to the next.

    Parameters
    ----------
    old, new : Standard or Checklist
        Two of a kind.

    Raises
    ------
    InvalidParameters
        When one is a standard and the other a checklist.

    Examples
    --------
    >>> from friendly_city.standards.load import load_standard
    >>> compare(load_standard("szpsg-2025"), load_standard("szpsg-2025"))
    <Comparison of szpsg-2025 and szpsg-2025: 0 added, 0 removed, 0 changed>
    """
    if type(old) is not type(new):
        raise InvalidParameters("a standard and a checklist cannot be compared: give two standards, or two checklists")
    return Comparison(old=old, new=new, changes=(*_head(old, new), *_entries(old, new)))


def _head(old: Document, new: Document) -> Iterator[Change]:
    for field in fields(old):
        if field.name not in LISTS:
            yield from _changed("head", "", field.name, getattr(old, field.name), getattr(new, field.name))


def _entries(old: Document, new: Document) -> Iterator[Change]:
    for part in LISTS:
        if hasattr(old, part):
            yield from _part(part, _by_id(old, part), _by_id(new, part))


def _by_id(document: Document, part: str) -> dict[str, Any]:
    return {entry.id: entry for entry in getattr(document, part)}


def _part(part: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    for identity in dict.fromkeys((*old, *new)):
        if identity not in new:
            yield Change(sort=Sort.REMOVED, part=part, id=identity, old=old[identity], direction=_fewer(part))
        elif identity not in old:
            yield Change(sort=Sort.ADDED, part=part, id=identity, new=new[identity], direction=_more(part))
        else:
            for field in fields(old[identity]):
                if field.name not in HELD:
                    was, now = (getattr(side[identity], field.name) for side in (old, new))
                    units = (_unit(old[identity]), _unit(new[identity]))
                    yield from (replace(change, units=units) for change in _changed(part, identity, field.name, was, now))


def _more(part: str) -> Direction:
    return Direction.STRICTER if part == "criteria" else Direction.UNKNOWN


def _fewer(part: str) -> Direction:
    return Direction.LOOSER if part == "criteria" else Direction.UNKNOWN


def _changed(part: str, identity: str, field: str, old: object, new: object) -> Iterator[Change]:
    """Yield the changes of one field; a dataclass is gone into, unless it is another kind of thing or a whole text."""
    if old == new:
        return
    if isinstance(old, Limits) and isinstance(new, Limits):
        yield Change(
            sort=Sort.CHANGED, part=part, id=identity, field=field, old=old, new=new, direction=direction_of(old, new)
        )  # fmt: skip
    elif _is_compound(old) and type(old) is type(new):
        for inner in fields(old):  # type: ignore[arg-type]
            if inner.name not in HELD:
                was, now = getattr(old, inner.name), getattr(new, inner.name)
                yield from _changed(part, identity, f"{field}.{inner.name}", was, now)
    else:
        yield Change(sort=Sort.CHANGED, part=part, id=identity, field=field, old=old, new=new, direction=_direction(old, new))


def _is_compound(value: object) -> bool:
    return is_dataclass(value) and not {"zh", "en"} <= {field.name for field in fields(value)}


def _direction(old: object, new: object) -> Direction:
    if isinstance(old, Obligation) and isinstance(new, Obligation):
        return Direction.STRICTER if STRENGTH[new] > STRENGTH[old] else Direction.LOOSER
    if _bands(old) and _bands(new) and [(b.start, b.below) for b in _bands(old)] == [(b.start, b.below) for b in _bands(new)]:
        told = {direction_of(a.limits, b.limits) for a, b in zip(_bands(old), _bands(new), strict=True) if a != b}
        return told.pop() if len(told) == 1 else Direction.UNKNOWN
    return Direction.UNKNOWN


def _bands(value: object) -> tuple[Any, ...]:
    return value if isinstance(value, tuple) and value and hasattr(value[0], "limits") else ()


def direction_of(old: Limits, new: Limits) -> Direction:
    """Return whether new limits ask more: the floor is higher or the ceiling lower, and nothing else is easier.

    Examples
    --------
    >>> str(direction_of(Limits(at_least=5), Limits(at_least=6))), str(direction_of(Limits(at_most=5), Limits(at_most=6)))
    ('stricter', 'looser')
    >>> str(direction_of(Limits(at_least=5), Limits(at_least=6, zero_at=1)))
    ''
    """
    told = {*_rise(old.at_least, new.at_least, up=True), *_rise(old.at_most, new.at_most, up=False), *_credit(old, new)}
    return told.pop() if len(told) == 1 else Direction.UNKNOWN


def _rise(old: float | None, new: float | None, *, up: bool) -> Iterator[Direction]:
    if old == new:
        return
    if old is None or new is None:
        yield Direction.STRICTER if old is None else Direction.LOOSER
    else:
        yield Direction.STRICTER if (new > old) == up else Direction.LOOSER


def _credit(old: Limits, new: Limits) -> Iterator[Direction]:
    """Yield the direction of part credit; a ladder that changed cannot be told."""
    if old.steps != new.steps:
        yield Direction.UNKNOWN
    if old.zero_at == new.zero_at:
        return
    floors = (old.at_least, new.at_least)
    if old.zero_at is None or new.zero_at is None:
        yield Direction.LOOSER if old.zero_at is None else Direction.STRICTER
    elif all(floor is not None and zero < floor for floor, zero in zip(floors, (old.zero_at, new.zero_at), strict=True)):
        yield from _rise(old.zero_at, new.zero_at, up=True)
    else:
        yield from _rise(old.zero_at, new.zero_at, up=False)


def _unit(entry: object) -> str:
    criterion = getattr(entry, "criterion", entry)
    threshold = getattr(getattr(criterion, "requirement", None), "threshold", None)
    return threshold.unit if threshold is not None else ""


def with_edition(checklist: Checklist, standard: Standard, *, instead_of: str = "") -> Checklist:
    """Return a checklist with the criteria of a standard as this edition of it has them.

    Weights and gates stay as the checklist has them; a criterion that the edition does not have is left out, one that only
    it has is not selected.

    Parameters
    ----------
    checklist : Checklist
        Selects criteria of the standard, in whatever edition.
    standard : Standard
        The edition to use.
    instead_of : str
        Id of the standard in the checklist, where the edition has an id of its own.
    """
    criteria = {criterion.id: criterion for criterion in standard.criteria}
    items = []
    for item in checklist.items:
        if item.standard.id not in (standard.id, instead_of):
            items.append(item)
        elif item.id in criteria:
            criterion = criteria[item.id]
            items.append(replace(item, criterion=criterion, standard=standard, clause=standard.clause(criterion.clause)))
    return replace(checklist, items=tuple(items))
