"""YAML as a tree of nodes that know where they stand.

Every scalar stays the text that was written (`1.10`, `no`, `010` survive), nothing is executed, and each node carries its
line, column and path, so that any later complaint can point at it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import yaml

from friendly_city.errors import InvalidStandard, Problem, shorten

MAX_BYTES = 1_000_000
"""A standard is a document, not a database; a larger file is refused before it is parsed."""
MAX_SCALAR = 10_000
"""Characters of one text."""

Value = "str | tuple[Node, ...] | dict[str, Node]"


@dataclass(frozen=True, slots=True)
class Node:
    """A scalar, a list or a mapping, with its place.

    Attributes
    ----------
    value : str, tuple of Node, or dict of str to Node
        What stands there.
    line, column : int
        From 1. For the value of a mapping's key: of the key when asked by `key_place`.
    path : str
        E.g. ``criteria.3.threshold.unit``; '' at the top.
    keys : dict
        For a mapping: line and column of each key.
    """

    value: str | tuple[Node, ...] | dict[str, Node]
    line: int
    column: int
    path: str
    keys: dict[str, tuple[int, int]] | None = None

    @property
    def what(self) -> str:
        """Return what kind of node this is, in words."""
        return {str: "text", tuple: "a list", dict: "a mapping"}[type(self.value)]

    @property
    def mapping(self) -> dict[str, Node]:
        """Return the value of a mapping; an empty one for anything else."""
        return self.value if isinstance(self.value, dict) else {}

    @property
    def items(self) -> tuple[Node, ...]:
        """Return the value of a list; an empty one for anything else."""
        return self.value if isinstance(self.value, tuple) else ()

    @property
    def text(self) -> str:
        """Return the value of a scalar; '' for anything else."""
        return self.value if isinstance(self.value, str) else ""

    def of(self, value: dict[str, Node] | tuple[Node, ...]) -> Node:
        """Return a node with another value in the same place."""
        return replace(self, value=value)


def problem(file: str, node: Node, what: str, *, expected: str = "", nearest: str = "") -> Problem:
    """Return a problem at a node."""
    return Problem(file, node.line, node.column, node.path, what, expected, nearest)


def key_problem(file: str, node: Node, key: str, what: str, *, expected: str = "", nearest: str = "") -> Problem:
    """Return a problem at a key of a mapping."""
    line, column = (node.keys or {}).get(key, (node.line, node.column))
    return Problem(file, line, column, f"{node.path}.{key}".lstrip("."), what, expected, nearest)


def _refuse(file: str, what: str, expected: str, line: int | None = None, column: int | None = None) -> InvalidStandard:
    return InvalidStandard([Problem(file, line, column, "", what, expected)])


def decode(raw: bytes, file: str) -> str:
    """Return the text of a file's bytes.

    Raises
    ------
    InvalidStandard
        When it is too large, empty, has a byte order mark or is not UTF-8.
    """
    if len(raw) > MAX_BYTES:
        raise _refuse(file, f"the file has {len(raw):,} bytes", f"at most {MAX_BYTES:,}")
    if raw.startswith(b"\xef\xbb\xbf"):
        raise _refuse(file, "the file starts with a byte order mark", "UTF-8 without one", 1, 1)
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as err:
        line = raw[: err.start].count(b"\n") + 1
        raise _refuse(file, "bytes that are not UTF-8 (GBK?)", "a file saved as UTF-8", line) from None
    if not text.strip():
        raise _refuse(file, "the file is empty", "a mapping of id, title …", 1)
    return text


def read_nodes(raw: bytes, file: str) -> Node:
    r"""Return the tree of a YAML file.

    Parameters
    ----------
    raw : bytes
        The file's bytes.
    file : str
        Its name in messages.

    Raises
    ------
    InvalidStandard
        For text that is not YAML, more than one document, tags, aliases, keys given twice or that are not text; all
        at once where the text can be parsed.

    Examples
    --------
    >>> read_nodes(b"id: 010\nopen: no", "x.yaml").mapping["open"].text
    'no'
    """
    text = decode(raw, file)
    try:
        tokens_with_anchor = [t for t in yaml.scan(text) if isinstance(t, (yaml.AliasToken, yaml.AnchorToken))]
        tree = yaml.compose(text, Loader=yaml.BaseLoader)
    except yaml.YAMLError as err:
        raise InvalidStandard([_not_yaml(file, err)]) from None
    problems = [
        Problem(file, t.start_mark.line + 1, t.start_mark.column + 1, "", "an anchor or alias", "the text written out")
        for t in tokens_with_anchor
    ]
    if problems:
        raise InvalidStandard(problems)
    if not isinstance(tree, yaml.MappingNode):
        raise _refuse(file, "the file is not a mapping", "keys and values at the top", 1, 1)
    node = _node(tree, "", file, problems)
    if problems:
        raise InvalidStandard(problems)
    return node


def _not_yaml(file: str, err: yaml.YAMLError) -> Problem:
    mark = getattr(err, "problem_mark", None)
    said = getattr(err, "problem", None) or str(err)
    line, column = (mark.line + 1, mark.column + 1) if mark else (None, None)
    return Problem(file, line, column, "", f"not YAML: {shorten(said)}", "valid YAML")


def _node(raw: yaml.Node, path: str, file: str, problems: list[Problem]) -> Node:
    line, column = raw.start_mark.line + 1, raw.start_mark.column + 1
    if raw.tag and raw.tag.startswith("!"):
        problems.append(Problem(file, line, column, path, f"a tag {shorten(raw.tag)}", "plain text; nothing is executed"))
    if isinstance(raw, yaml.ScalarNode):
        if len(raw.value) > MAX_SCALAR:
            problems.append(
                Problem(file, line, column, path, f"a text of {len(raw.value):,} characters", f"at most {MAX_SCALAR:,}")
            )
        return Node(str(raw.value), line, column, path)
    if isinstance(raw, yaml.SequenceNode):
        children = tuple(_node(child, f"{path}.{place}".lstrip("."), file, problems) for place, child in enumerate(raw.value))
        return Node(children, line, column, path)
    return _mapping(raw, path, file, problems)


def _mapping(raw: yaml.Node, path: str, file: str, problems: list[Problem]) -> Node:
    values: dict[str, Node] = {}
    keys: dict[str, tuple[int, int]] = {}
    for key, child in raw.value:
        place = key.start_mark.line + 1, key.start_mark.column + 1
        if not isinstance(key, yaml.ScalarNode):
            problems.append(Problem(file, *place, path, "a key that is not text", "a name"))
            continue
        inner = f"{path}.{key.value}".lstrip(".")
        if key.value in values:
            problems.append(
                Problem(file, *place, inner, f"key {key.value!r} given twice (first in line {keys[key.value][0]})", "once")
            )
            continue
        values[key.value] = _node(child, inner, file, problems)
        keys[key.value] = place
    return Node(values, raw.start_mark.line + 1, raw.start_mark.column + 1, path, keys)


def walk(node: Node) -> Iterator[Node]:
    """Yield a node and everything below it."""
    yield node
    for child in (*node.items, *node.mapping.values()):
        yield from walk(child)
