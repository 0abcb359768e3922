"""From objects back to the plain tree that a file holds: mappings, lists and texts, in the short ways of writing.

The opposite of `shorthand` and `build`. Written over the fields of the dataclasses, so that a field added to the model comes
along by itself. How a tree is put on paper is in `write` (YAML), `oscal` (JSON) and `sheets` (workbook).
"""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date
from functools import cache
from typing import Any, Literal, TypeAlias, Union, get_args, get_origin, get_type_hints

from friendly_city.errors import InvalidParameters
from friendly_city.standards.requirement import Filter, Limits, Requirement

Tree: TypeAlias = "str | list[Tree] | dict[str, Tree]"


class Plain(str):
    """A number, a date, true or false: written without quotes, whereas a text that looks like one gets them."""

    __slots__ = ()


def tree_of(value: object) -> Tree:
    """Return an object as a file holds it; what has its default is left out.

    Parameters
    ----------
    value : object
        A dataclass of `model` or `requirement`, or one that describes a file.

    Raises
    ------
    InvalidParameters
        For a filter with two conditions on one field, which no file can say.

    Examples
    --------
    >>> from friendly_city.standards.requirement import Condition, Limits, Threshold
    >>> tree_of(Threshold(unit="m2", limits=Limits(at_least=6.0)))
    {'unit': 'm2', 'at_least': '6'}
    >>> tree_of(Filter(conditions=(Condition(field="kind", any_of=("park",)), Condition(field="site_area_m2", at_least=400))))
    {'kind': 'park', 'site_area_m2': {'at_least': '400'}}
    """
    if isinstance(value, Filter):
        return _filter(value)
    if is_dataclass(value) and not isinstance(value, type):
        return _record(value)
    if isinstance(value, (tuple, list)):
        return [tree_of(entry) for entry in value]
    if isinstance(value, Mapping):
        return {str(key): tree_of(entry) for key, entry in value.items()}
    return _scalar(value)


def number_text(value: float) -> str:
    """Return the shortest text that reads as the same number.

    Examples
    --------
    >>> number_text(6.0), number_text(4.35), number_text(1e-9)
    ('6', '4.35', '1e-09')
    """
    whole = float(value).is_integer() and abs(value) < 1e15
    return str(int(value)) if whole else repr(float(value))


@cache
def hints(kind: Any) -> Mapping[str, Any]:
    """Return the types of the fields of a dataclass, in order; none for anything else.

    Examples
    --------
    >>> list(hints(Limits))
    ['at_least', 'at_most', 'zero_at', 'steps']
    """
    if not is_dataclass(kind):
        return {}
    known = get_type_hints(kind)
    return {field.name: known[field.name] for field in fields(kind)}


@cache
def bare(kind: Any) -> Any:
    """Return a type without its ``| None``; `Requirement` is one kind of thing.

    Examples
    --------
    >>> bare(Limits | None)
    <class 'friendly_city.standards.requirement.Limits'>
    """
    if kind == Requirement:
        return Requirement
    if get_origin(kind) in (Union, types.UnionType):
        return next(arg for arg in get_args(kind) if arg is not type(None))
    return kind


def may_be_empty(kind: Any) -> bool:
    """Return whether a type is ``... | None``: nothing may be written for it.

    Types are compared by what they say: equal types need not be one object.

    Examples
    --------
    >>> may_be_empty(Limits | None), may_be_empty(tuple[Limits, ...]), may_be_empty(Requirement)
    (True, False, False)
    """
    return kind != Requirement and bare(kind) != kind


def is_required(field: Field[Any]) -> bool:
    """Return whether a file must give the field: it has no default."""
    return field.default is MISSING and field.default_factory is MISSING


def is_kind(kind: Any) -> bool:
    """Return whether a type is the name of one kind of requirement, which is always written.

    Examples
    --------
    >>> is_kind(Literal["size"]), is_kind(Literal["m", "km"])
    (True, False)
    """
    return get_origin(kind) is Literal and len(get_args(kind)) == 1


def _record(value: Any) -> dict[str, Tree]:
    tree: dict[str, Tree] = {}
    for field in fields(value):
        inner = getattr(value, field.name)
        if isinstance(inner, Limits) and field.name == "limits":
            tree |= _record(inner)
        elif is_kind(hints(value.__class__)[field.name]) or is_required(field) or inner != _default(field):
            tree[field.name] = tree_of(inner)
    return tree


def _default(field: Field[Any]) -> Any:
    return field.default_factory() if field.default_factory is not MISSING else field.default


def _filter(value: Filter) -> dict[str, Tree]:
    tree: dict[str, Tree] = {}
    for condition in value.conditions:
        if condition.field in tree:
            raise InvalidParameters(f"two conditions on {condition.field!r} in one filter: a file can hold one")
        tree[condition.field] = _condition(_record(condition))
    return tree


def _condition(record: dict[str, Tree]) -> Tree:
    wanted = record.get("any_of")
    if isinstance(wanted, list):
        return wanted[0] if len(wanted) == 1 else wanted
    return {key: bound for key, bound in record.items() if key != "field"}


def _scalar(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return Plain(str(value).lower())
    if isinstance(value, (int, float)):
        return Plain(number_text(value))
    return Plain(value.isoformat()) if isinstance(value, date) else str(value)
