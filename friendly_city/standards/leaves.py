"""A tree as a flat list of leaves, each a path and a text, and back: what workbooks and JSON catalogues are made of.

A list of texts and a filter are one leaf, written as in YAML but without the outer brackets (``0-3, 3-6``,
``kind: park, site_area_m2: {at_least: 400}``). An empty text, list or filter has no leaf; where one must stand, it is put back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from functools import cache
from typing import Any, TypeAlias, get_args, get_origin

from friendly_city.errors import InvalidParameters, InvalidStandard
from friendly_city.standards.build import KINDS
from friendly_city.standards.complaints import Complaints
from friendly_city.standards.reader import MAX_SCALAR, Node, read_nodes
from friendly_city.standards.requirement import Filter, Limits, Requirement
from friendly_city.standards.tree import Plain, Tree, bare, hints, is_required
from friendly_city.standards.write import on_one_line, reads_as_text

Path: TypeAlias = "tuple[str | int, ...]"
Place: TypeAlias = "Callable[[Path], tuple[int, int]]"
"""Line and column at which something that is missing should stand."""


@dataclass(frozen=True, slots=True)
class Part:
    """One field of a dataclass as a file has it: its type, whether it must be given, and the class that has it."""

    kind: Any
    required: bool
    owner: type


@dataclass(frozen=True, slots=True)
class Leaf:
    """A text, or a list or filter written as one, with its path and its type."""

    path: Path
    text: str
    kind: Any


@cache
def parts_of(kind: Any) -> Mapping[str, Part]:
    """Return the fields a file may have where a dataclass is meant; none for what is one leaf.

    Examples
    --------
    >>> from friendly_city.standards.requirement import Band
    >>> list(parts_of(Band))
    ['start', 'below', 'at_least', 'at_most', 'zero_at', 'steps']
    """
    if kind is Filter or not isinstance(kind, type):
        return {}
    parts: dict[str, Part] = {}
    for name, inner in hints(kind).items():
        if bare(inner) is Limits:
            parts |= parts_of(Limits)
        else:
            field = next(field for field in fields(kind) if field.name == name)
            parts[name] = Part(inner, is_required(field), kind)
    return parts


def entry_of(kind: Any) -> Any:
    """Return the dataclass of the entries of a list; None for lists of texts and what is no list.

    Examples
    --------
    >>> from friendly_city.labels import Text
    >>> entry_of(tuple[Text, ...]), entry_of(tuple[str, ...])
    (<class 'friendly_city.labels.Text'>, None)
    """
    inner = bare(kind)
    if get_origin(inner) is not tuple:
        return None
    entry = bare(get_args(inner)[0])
    return entry if parts_of(entry) or entry is Requirement else None


def record_of(kind: Any, name: str) -> Any:
    """Return the dataclass meant by a type; that of the kind of requirement called `name`, None when there is none such.

    Examples
    --------
    >>> record_of(Requirement, "size").__name__, record_of(str, "")
    ('Size', None)
    """
    inner = bare(kind)
    if inner is Requirement:
        return KINDS.get(name)
    return inner if parts_of(inner) else None


def leaves_of(tree: Tree, kind: Any, path: Path = ()) -> Iterator[Leaf]:
    """Yield the leaves of a tree that holds an object of a dataclass, in order.

    Examples
    --------
    >>> from friendly_city.standards.requirement import Threshold
    >>> [(leaf.path, leaf.text) for leaf in leaves_of({"unit": "m2", "steps": [{"value": "6", "degree": "1"}]}, Threshold)]
    [(('unit',), 'm2'), (('steps', 0, 'value'), '6'), (('steps', 0, 'degree'), '1')]
    """
    entry = entry_of(kind)
    if isinstance(tree, dict) and (record := record_of(kind, str(tree.get("kind", "")))):
        for name, child in tree.items():
            part, below = parts_of(record)[name], (*path, name)
            inner = list(leaves_of(child, part.kind, below))
            yield from inner or ([] if part.required else _nothing(child, part.kind, below))
    elif isinstance(tree, list) and entry is not None:
        for place, child in enumerate(tree):
            below = (*path, place)
            yield from list(leaves_of(child, entry, below)) or _nothing(child, entry, below)
    elif tree:
        yield Leaf(path, tree if isinstance(tree, str) else _inline(tree), kind)


def _nothing(tree: Tree, kind: Any, path: Path) -> list[Leaf]:
    """Return the leaf of an empty list or filter that stands where nothing need stand."""
    if parts_of(bare(kind)) or isinstance(tree, str):
        raise InvalidParameters(f"{dotted(path)}: something in which nothing stands cannot be exported")
    return [Leaf(path, "{}" if isinstance(tree, dict) else "[]", kind)]


def _inline(tree: Tree) -> str:
    return on_one_line(_unquoted(tree))[1:-1]


def _unquoted(tree: Tree) -> Tree:
    if isinstance(tree, dict):
        return {_unquoted_text(key): _unquoted(child) for key, child in tree.items()}
    return [_unquoted(child) for child in tree] if isinstance(tree, list) else _unquoted_text(tree)


def _unquoted_text(text: str) -> str:
    return Plain(text) if reads_as_text(text) else text


def assembled(found: Iterable[tuple[Path, Node]], kind: Any, place: Place, complaints: Complaints) -> Node:
    """Return the tree that leaves make: the opposite of `leaves_of`, with the places of the leaves.

    Parameters
    ----------
    found : iterable of (path, Node)
        Each leaf with its text and place.
    kind : type
        The dataclass the tree should describe.
    place : callable
        Line and column for what must be there and is not, by its path.
    complaints : Complaints
        Leaves that cannot be read are noted here.
    """
    tree: dict[str | int, Any] = {}
    for path, node in found:
        if len(node.text) > MAX_SCALAR:
            complaints.at(node, f"a text of {len(node.text):,} characters", expected=f"at most {MAX_SCALAR:,}")
        _put(tree, path, node, complaints)
    return _Assembly(place, complaints).node(tree, kind, ())


def _put(tree: Any, path: Path, node: Node, complaints: Complaints) -> None:
    *above, last = path
    for part in above:
        tree = tree.setdefault(part, {})
        if isinstance(tree, Node):
            break
    if isinstance(tree, Node) or last in tree:
        complaints.at(node, f"{dotted(path)!r} is given twice", expected="once")
    else:
        tree[last] = node


def dotted(path: Path) -> str:
    """Return a path as it is written in messages.

    Examples
    --------
    >>> dotted(("criteria", 3, "title", "zh"))
    'criteria.3.title.zh'
    """
    return ".".join(str(part) for part in path)


@dataclass(frozen=True, slots=True)
class _Assembly:
    """Makes nodes of a nested mapping of leaves, guided by the types of the model."""

    place: Place
    complaints: Complaints

    def node(self, found: Any, kind: Any, path: Path) -> Node:
        """Return the node of what was found at a path; `kind` may be nothing that is known."""
        entry = entry_of(kind)
        if isinstance(found, Node):
            return self.leaf(found, kind, path) if entry is None else found
        if entry is not None and all(isinstance(part, int) for part in found):
            return self.at(path, found, tuple(self.node(found[part], entry, (*path, part)) for part in sorted(found)))
        name = found["kind"].text if isinstance(found.get("kind"), Node) else ""
        parts = parts_of(record_of(kind, name))
        values = {
            str(part): self.node(inner, parts[part].kind if part in parts else str, (*path, part))
            for part, inner in found.items()
        }
        for part, wanted in parts.items():
            if wanted.required and part not in values:
                values[part] = self.missing(wanted.kind, (*path, part))
        return self.at(path, found, values)

    def at(self, path: Path, found: Any, value: tuple[Node, ...] | dict[str, Node]) -> Node:
        """Return a list or mapping, placed where its first leaf is."""
        children = value.values() if isinstance(value, dict) else value
        line, column = (
            min(((child.line, child.column) for child in children), default=self.place(path)) if found else self.place(path)
        )
        keys = {key: (child.line, child.column) for key, child in value.items()} if isinstance(value, dict) else {}
        return Node(value, line, column, dotted(path), keys)

    def missing(self, kind: Any, path: Path) -> Node:
        """Return what stands for something that must be there and is not: nothing, an empty list, an empty mapping."""
        line, column = self.place(path)
        inner = bare(kind)
        if parts_of(inner) or inner is Requirement:
            return self.node({}, kind, path)
        return Node(_empty(inner), line, column, dotted(path))

    def leaf(self, node: Node, kind: Any, path: Path) -> Node:
        """Return a leaf with its path; lists and filters read."""
        name = dotted(path)
        empty = _empty(bare(kind))
        if isinstance(empty, str):
            return Node(node.value, node.line, node.column, name)
        left, right = "[]" if isinstance(empty, tuple) else "{}"
        text = node.text.strip()
        text = text if text.startswith(left) else f"{left}{text}{right}"
        try:
            read = read_nodes(f"all: {text}".encode(), self.complaints.file).mapping
        except InvalidStandard as err:
            for problem in err.problems:
                self.complaints.at(node, problem.what, expected=problem.expected)
            return Node(empty, node.line, node.column, name)
        if list(read) != ["all"]:
            self.complaints.at(node, node.shown, expected="one list" if isinstance(empty, tuple) else "one mapping")
        return _moved(read["all"], node, name)


def _empty(kind: Any) -> str | tuple[Node, ...] | dict[str, Node]:
    if kind is Filter or get_origin(kind) is dict:
        return {}
    return () if get_origin(kind) is tuple else ""


def _moved(node: Node, to: Node, path: str) -> Node:
    """Return what was read within a leaf, all of it at the place of the leaf."""
    value = node.value
    if isinstance(value, tuple):
        value = tuple(_moved(child, to, f"{path}.{number}") for number, child in enumerate(value))
    elif isinstance(value, dict):
        value = {key: _moved(child, to, f"{path}.{key}") for key, child in value.items()}
    keys = dict.fromkeys(node.keys, (to.line, to.column))
    return Node(value, to.line, to.column, path, keys)
