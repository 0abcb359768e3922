"""From a tree of nodes to frozen dataclasses, by their type annotations; every problem at once, each at its node.

Written by hand rather than with a validation library, so that each message points at the text that is wrong, in the words
of the file. What a document must mean beyond its form is in `check`.
"""

from __future__ import annotations

import dataclasses
import math
import types
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from friendly_city.errors import Problem, nearest, shorten
from friendly_city.labels import Text
from friendly_city.standards.reader import Node, key_problem, problem
from friendly_city.standards.requirement import (
    Access,
    Attest,
    Band,
    Count,
    Density,
    Filter,
    Frequency,
    Indicator,
    Limits,
    Ratio,
    Requirement,
    Response,
    Size,
    Threshold,
)

KINDS: dict[str, type] = {
    "attest": Attest,
    "count": Count,
    "size": Size,
    "ratio": Ratio,
    "frequency": Frequency,
    "access": Access,
    "density": Density,
    "response": Response,
    "indicator": Indicator,
}
"""The closed list of kinds of requirement."""
LIMIT_FIELDS = tuple(field.name for field in dataclasses.fields(Limits))
WRONG = object()
"""Stands for a value that could not be built; its problem has been noted."""


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _fields(kind: type) -> Mapping[str, dataclasses.Field[Any]]:
    return {field.name: field for field in dataclasses.fields(kind)}


def _required(field: dataclasses.Field[Any]) -> bool:
    return field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING


def build(node: Node, kind: Any, *, file: str, problems: list[Problem]) -> Any:
    """Return an object of `kind` made from a node.

    Parameters
    ----------
    node : Node
        Where to read.
    kind : type
        A dataclass of `model` or `requirement`, or what stands in its annotations.
    file : str
        Name of the file in messages.
    problems : list of Problem
        Every fault found is added here.

    Returns
    -------
    object
        The object, or `WRONG` when anything in it is wrong.
    """
    origin, args = get_origin(kind), get_args(kind)
    if kind == Requirement:
        return _requirement(node, file, problems)
    if origin in (Union, types.UnionType):
        inner = [arg for arg in args if arg is not type(None)]
        return None if node.value == "" else build(node, inner[0], file=file, problems=problems)
    if origin is tuple:
        return _list(node, args[0], file, problems)
    if kind is Text:
        problems += [
            problem(file, child, "an empty text", expected="words") for child in node.mapping.values() if child.value == ""
        ]
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        return build_mapping(_written_out(node, kind), kind, file=file, problems=problems)
    return _scalar(node, kind, file, problems)


def _list(node: Node, kind: Any, file: str, problems: list[Problem]) -> Any:
    if isinstance(node.value, str) and kind is str and node.value:
        return (node.value,)
    if not isinstance(node.value, tuple):
        problems.append(problem(file, node, node.what, expected="a list"))
        return WRONG
    built = [build(child, kind, file=file, problems=problems) for child in node.value]
    return WRONG if any(value is WRONG for value in built) else tuple(built)


def build_mapping(node: Node, kind: type, *, file: str, problems: list[Problem], known: tuple[str, ...] = ()) -> Any:
    """Return a dataclass built from a mapping; `known` names further keys that are read elsewhere."""
    if not isinstance(node.value, dict):
        problems.append(problem(file, node, node.what, expected=f"a mapping of {', '.join(_fields(kind))}"))
        return WRONG
    fields, hints = _fields(kind), _hints(kind)
    right = not _unknown_keys(node, (*fields, *known), file, problems)
    values = {}
    for name, field in fields.items():
        if name in node.value:
            values[name] = build(node.value[name], hints[name], file=file, problems=problems)
            right = right and values[name] is not WRONG
        elif _required(field):
            problems.append(problem(file, node, f"{name!r} is missing", expected=_wanted(hints[name])))
            right = False
    return kind(**values) if right else WRONG


def _unknown_keys(node: Node, known: tuple[str, ...], file: str, problems: list[Problem]) -> bool:
    shown = _as_written(known)
    unknown = [key for key in node.mapping if key not in known]
    problems += [
        key_problem(file, node, key, f"unknown key {key!r}", expected=f"one of {', '.join(shown)}", nearest=nearest(key, shown))
        for key in unknown
    ]
    return bool(unknown)


def _as_written(known: tuple[str, ...]) -> tuple[str, ...]:
    """Return the keys as a file has them: limits are written without a level of their own."""
    return tuple(name for key in known for name in (LIMIT_FIELDS if key == "limits" else (key,)))


def _wanted(kind: Any) -> str:
    if kind is Text:
        return "a text {zh: …, en: …}"
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return f"one of {', '.join(kind)}"
    if get_origin(kind) is tuple:
        return "a list"
    return {float: "a number", int: "a whole number", bool: "true or false", date: "a date YYYY-MM-DD", str: "text"}.get(
        kind, "a mapping"
    )


def _requirement(node: Node, file: str, problems: list[Problem]) -> Any:
    if not isinstance(node.value, dict):
        problems.append(problem(file, node, node.what, expected="a mapping with a kind"))
        return WRONG
    kind = node.value.get("kind")
    if kind is None or kind.text not in KINDS:
        place = kind or node
        what = f"kind {shorten(kind.text)!r} of requirement" if kind else "'kind' is missing"
        problems.append(
            problem(file, place, what, expected=f"one of {', '.join(KINDS)}", nearest=nearest(kind.text, KINDS) if kind else "")
        )
        return WRONG
    return build(node, KINDS[kind.text], file=file, problems=problems)


def _written_out(node: Node, kind: type) -> Node:
    """Return a node with its shorthands written out: limits in a threshold or band, conditions in a filter."""
    if not isinstance(node.value, dict):
        return node
    if kind in (Threshold, Band):
        inner = {key: child for key, child in node.value.items() if key in LIMIT_FIELDS}
        rest = {key: child for key, child in node.value.items() if key not in LIMIT_FIELDS}
        if inner or kind is Band:
            rest["limits"] = node.of(inner)
        return node.of(rest)
    if kind is Filter:
        return node.of({"conditions": node.of(tuple(_condition(name, child) for name, child in node.value.items()))})
    return node


def _condition(name: str, node: Node) -> Node:
    field = Node(name, node.line, node.column, node.path)
    if isinstance(node.value, dict):
        return node.of({"field": field, **node.value})
    return node.of({"field": field, "any_of": node})


def _scalar(node: Node, kind: Any, file: str, problems: list[Problem]) -> Any:
    if not isinstance(node.value, str):
        problems.append(problem(file, node, node.what, expected=_wanted(kind)))
        return WRONG
    text = node.value
    if get_origin(kind) is Literal:
        return _one_of(node, tuple(str(arg) for arg in get_args(kind)), file, problems)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        chosen = _one_of(node, tuple(kind), file, problems)
        return chosen if chosen is WRONG else kind(chosen)
    try:
        return _read_scalar(text, kind)
    except ValueError:
        problems.append(problem(file, node, f"{shorten(text)!r}", expected=_wanted(kind)))
        return WRONG


def _one_of(node: Node, allowed: tuple[str, ...], file: str, problems: list[Problem]) -> Any:
    if node.text in allowed:
        return node.text
    problems.append(
        problem(
            file, node, f"{shorten(node.text)!r}", expected=f"one of {', '.join(allowed)}", nearest=nearest(node.text, allowed)
        )
    )
    return WRONG


def _read_scalar(text: str, kind: Any) -> Any:
    """Return the value of a text; raises ValueError when it is not one."""
    if kind is str:
        return text
    if kind is bool:
        return {"true": True, "false": False}[text] if text in ("true", "false") else _fail()
    if kind is date:
        return date.fromisoformat(text) if len(text) == len("2022-06-01") else _fail()
    if kind is int:
        return int(text) if text.strip() == text and "_" not in text else _fail()
    if kind is float:
        value = float(text) if "_" not in text else _fail()
        return value if math.isfinite(value) else _fail()
    raise TypeError(f"no way to read {kind}")


def _fail() -> Any:
    raise ValueError
