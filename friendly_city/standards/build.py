"""From a tree of nodes to frozen dataclasses: pydantic checks the form, every problem is put at its node.

The only module that knows pydantic. What a document must mean beyond its form is in `check` and `thresholds`.
"""

from __future__ import annotations

import re
import types
from collections.abc import Mapping, Sequence
from dataclasses import Field, field, fields, make_dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Annotated, Any, Literal, TypeVar, cast, get_args, get_origin

from pydantic import ConfigDict, Discriminator, TypeAdapter, ValidationError

from friendly_city.errors import nearest
from friendly_city.labels import Text
from friendly_city.standards.complaints import Complaints, one_of
from friendly_city.standards.model import Criterion
from friendly_city.standards.reader import Node
from friendly_city.standards.requirement import Attest, Filter, Requirement
from friendly_city.standards.shorthand import keys_as_written, written_out
from friendly_city.standards.tree import bare, hints, may_be_empty

T = TypeVar("T")

KINDS: dict[str, type[Requirement]] = {str(get_args(hints(kind)["kind"])[0]): kind for kind in get_args(Requirement)}
"""The closed list of kinds of requirement, by name."""
FORMS: dict[object, re.Pattern[str]] = {
    date: re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"),
    float: re.compile(r"[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?"),
    int: re.compile(r"[-+]?[0-9]+"),
    bool: re.compile(r"true|false"),
}
"""How a value is written. pydantic alone would also take ``yes``, ``1_000`` and seconds since 1970."""
WORDS: dict[object, str] = {
    date: "a date YYYY-MM-DD",
    float: "a number",
    int: "a whole number",
    bool: "true or false",
    str: "text",
    Text: "a text {zh: …, en: …}",
    Filter: "a mapping of field to values",
    Requirement: "a mapping with a kind",
}
_ILL_WRITTEN = object()
_ANY = Attest(register="inspections", item="any")


def build(node: Node, kind: type[T], complaints: Complaints, *, given: Mapping[str, object] | None = None) -> T | None:
    """Return an object of a dataclass made from a node, or None when its form is wrong.

    Parameters
    ----------
    node : Node
        Where to read.
    kind : type
        A dataclass of `model` or `requirement`, or one that describes a file.
    complaints : Complaints
        Every fault found is noted here.
    given : mapping of str to object
        Fields made already; they are not read, but must stand in the node.
    """
    before = len(complaints.problems)
    tree = _written_out_below(_unread(node, given or {}), kind, complaints)
    plain = _plain(tree, kind)
    if isinstance(plain, dict):
        plain |= {key: value for key, value in (given or {}).items() if key in plain}
    try:
        made = _adapter(_form(cast("Any", kind), frozenset(given or ()))).validate_python((plain,))[0]
    except ValidationError as err:
        above = 2 if kind in KINDS.values() else 1  # place in the tuple, and the kind of requirement
        for fault in err.errors(include_url=False, include_input=False):
            _note(tree, kind, fault["loc"][above:], fault["type"], complaints)
        return None
    if len(complaints.problems) != before:
        return None
    return cast("T", kind(**vars(made)) if given else made)


def build_criterion(node: Node, complaints: Complaints) -> tuple[Criterion | None, Requirement | None]:
    """Return a criterion and its requirement; either is None when its form is wrong."""
    asked = build_requirement(node.mapping["requirement"], complaints) if "requirement" in node.mapping else None
    made = build(node, Criterion, complaints, given={"requirement": asked or _ANY})
    return (made if asked else None), asked


def build_requirement(node: Node, complaints: Complaints) -> Requirement | None:
    """Return a requirement of the kind it names, or None when its form is wrong."""
    kind = node.mapping.get("kind")
    if not isinstance(node.value, dict):
        complaints.at(node, node.shown, expected=WORDS[Requirement])
    elif kind is None:
        complaints.at(node, "'kind' is missing", expected=one_of(KINDS))
    elif kind.text not in KINDS:
        complaints.at(kind, f"unknown kind {kind.shown}", expected=one_of(KINDS), near=nearest(kind.text, KINDS))
    else:
        return build(node, KINDS[kind.text], complaints)
    return None


def _unread(node: Node, given: Mapping[str, object]) -> Node:
    if not given or not isinstance(node.value, dict):
        return node
    return node.of({key: child.of("") if key in given else child for key, child in node.mapping.items()})


@cache
def _form(kind: Any, given: frozenset[str]) -> Any:
    """Return what pydantic is asked to make: the dataclass itself; any requirement, for they share most of their parts.

    Where fields are given, it is a dataclass like it in which anything may stand there: what is made already is not looked at.
    """
    if kind in KINDS.values():
        return Annotated[Requirement, Discriminator("kind")]
    if not given:
        return kind
    rows = [(field.name, Any if field.name in given else hints(kind)[field.name], _default(field)) for field in fields(kind)]
    return make_dataclass(kind.__name__, rows, kw_only=True)


def _default(of: Field[Any]) -> Any:
    return field(default=of.default, default_factory=of.default_factory)


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    # A dataclass cannot be given a config from outside, a tuple can, and hands it down
    one: Any = types.GenericAlias(tuple, (kind,))
    return TypeAdapter(one, config=ConfigDict(extra="forbid", allow_inf_nan=False))


def _below(kind: Any, part: object) -> Any:
    """Return the type of a field or of the entries of a list; `str` where nothing is known."""
    inner = bare(kind)
    entry = _entry(inner)
    return hints(inner).get(str(part), str) if entry is None else entry


@cache
def _entry(inner: Any) -> Any:
    """Return the type of the entries of a list; None for what is no list."""
    return get_args(inner)[0] if get_origin(inner) is tuple else None


def _written_out_below(node: Node, kind: Any, complaints: Complaints) -> Node:
    tree = written_out(node, bare(kind), complaints)
    if isinstance(tree.value, dict):
        if bare(kind) is Text:
            _note_blanks(tree, complaints)
        return tree.of({k: _written_out_below(child, _below(kind, k), complaints) for k, child in tree.value.items()})
    if isinstance(tree.value, tuple):
        return tree.of(tuple(_written_out_below(child, _below(kind, 0), complaints) for child in tree.value))
    return tree


def _note_blanks(text: Node, complaints: Complaints) -> None:
    for child in text.mapping.values():
        if isinstance(child.value, str) and not child.value.strip():
            complaints.at(child, "an empty text", expected="words")


def _plain(node: Node, kind: Any) -> Any:
    if isinstance(node.value, dict):
        return {key: _plain(child, _below(kind, key)) for key, child in node.value.items()}
    if isinstance(node.value, tuple):
        return [_plain(child, _below(kind, 0)) for child in node.value]
    inner = bare(kind)
    if not node.value and may_be_empty(kind):
        return None
    form = FORMS.get(inner)
    return node.value if form is None or form.fullmatch(node.value) else _ILL_WRITTEN


def _note(tree: Node, kind: Any, place: Sequence[int | str], fault: str, complaints: Complaints) -> None:
    if fault == "missing":
        wanted = _wanted(_kind_at(kind, place))
        complaints.at(_node_at(tree, place[:-1]), f"{place[-1]!r} is missing", expected=wanted)
    elif fault == "unexpected_keyword_argument":
        known = keys_as_written(bare(_kind_at(kind, place[:-1])))
        complaints.unknown_key(_node_at(tree, place[:-1]), str(place[-1]), known)
    else:
        node, inner = _node_at(tree, place), bare(_kind_at(kind, place))
        complaints.at(node, node.shown, expected=_wanted(inner), near=nearest(node.text, _choices(inner)))


def _node_at(node: Node, place: Sequence[int | str]) -> Node:
    for part in place:
        node = node.items[part] if isinstance(part, int) else node.mapping[part]
    return node


def _kind_at(kind: Any, place: Sequence[int | str]) -> Any:
    for part in place:
        kind = _below(kind, part)
    return kind


def _choices(kind: Any) -> tuple[str, ...]:
    if get_origin(kind) is Literal:
        return tuple(str(arg) for arg in get_args(kind))
    return tuple(str(member) for member in kind) if isinstance(kind, type) and issubclass(kind, StrEnum) else ()


def _wanted(kind: Any) -> str:
    inner = bare(kind)
    if choices := _choices(inner):
        return one_of(choices)
    if get_origin(inner) is tuple:
        return "a list"
    if inner in WORDS:
        return WORDS[inner]
    return f"a mapping of {', '.join(keys_as_written(inner))}"
