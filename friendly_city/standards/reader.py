"""YAML as a tree of nodes that know where they stand.

Every scalar stays the text that was written (`1.10`, `no`, `010` survive), nothing is executed or expanded, and each node
carries its line, column and path, so that any later complaint can point at it. What the text means is not known here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from friendly_city.errors import VALUE_LENGTH, InvalidStandard, Problem, shorten

MAX_BYTES = 1_000_000
"""A standard is a document, not a database; a larger file is refused before it is parsed."""
MAX_SCALAR = 10_000
"""Characters of one text."""
MAX_DEPTH = 32
"""Levels of lists and mappings within each other; a standard needs eight."""


@dataclass(frozen=True, slots=True)
class Node:
    """A scalar, a list or a mapping, with its place.

    Attributes
    ----------
    value : str, tuple of Node, or dict of str to Node
        What stands there.
    line, column : int
        Where it starts, from 1.
    path : str
        E.g. ``criteria.3.requirement.threshold.unit``, places in lists from 0; '' at the top.
    keys : mapping of str to (int, int)
        Line and column of each key of a mapping.
    """

    value: str | tuple[Node, ...] | dict[str, Node]
    line: int
    column: int
    path: str
    keys: Mapping[str, tuple[int, int]] = field(default_factory=dict)

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

    @property
    def shown(self) -> str:
        """Return what stands there in a few words, for messages."""
        if isinstance(self.value, str):
            return repr(shorten(self.value)) if self.value else "nothing"
        return "a list" if isinstance(self.value, tuple) else "a mapping"

    def of(self, value: str | dict[str, Node] | tuple[Node, ...]) -> Node:
        """Return a node with another value in the same place."""
        return Node(value, self.line, self.column, self.path, self.keys)


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
        For bytes that are not UTF-8, text that is not YAML, more than one document, tags, anchors and aliases, keys that
        are given twice or are not text; all at once where the text can be parsed.

    Examples
    --------
    >>> read_nodes(b"id: 010\nopen: no", "x.yaml").mapping["open"].text
    'no'
    """
    text = decode(raw, file)
    try:
        tree, problems = _composed(text, file, getattr(yaml, "CBaseLoader", yaml.BaseLoader))
    except yaml.YAMLError:
        # libyaml is quick, but its messages differ from one version to the next: the slow parser speaks
        tree, problems = _composed_slowly(text, file)
    if problems:
        raise InvalidStandard(problems)
    if not isinstance(tree.value, dict):
        raise _refused(file, f"the file is {tree.shown}, not a mapping", "keys and values at the top", tree.line, tree.column)
    return tree


def decode(raw: bytes, file: str) -> str:
    """Return the text of a file's bytes.

    Raises
    ------
    InvalidStandard
        When it is too large, empty, has a byte order mark or is not UTF-8.
    """
    if len(raw) > MAX_BYTES:
        raise _refused(file, f"the file has more than {MAX_BYTES:,} bytes", "a smaller file")
    if raw.startswith(b"\xef\xbb\xbf"):
        raise _refused(file, "the file starts with a byte order mark", "UTF-8 without one", 1, 1)
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as err:
        before = raw[: err.start].decode("utf-8")
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        raise _refused(file, "bytes that are not UTF-8 (GBK?)", "a file saved as UTF-8", line, column) from None
    if not text.strip():
        raise _refused(file, "the file is empty", "a mapping of id, title …", 1, 1)
    return text


def _refused(file: str, what: str, expected: str, line: int | None = None, column: int | None = None) -> InvalidStandard:
    return InvalidStandard([Problem(file, line, column, "", what, expected)])


def _composed_slowly(text: str, file: str) -> tuple[Node, list[Problem]]:
    try:
        return _composed(text, file, yaml.BaseLoader)
    except yaml.reader.ReaderError as err:
        before = text[: err.position]
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        raise _refused(file, f"a control character, code {err.character}", "plain text", line, column) from None
    except yaml.MarkedYAMLError as err:
        mark = err.problem_mark or err.context_mark
        place = (mark.line + 1, mark.column + 1) if mark else (None, None)
        raise _refused(file, f"not YAML: {shorten(err.problem or err.context)}", "valid YAML", *place) from None


def _composed(text: str, file: str, loader: Any) -> tuple[Node, list[Problem]]:
    composer = _Composer(iter(yaml.parse(text, Loader=loader)), file)
    return composer.document(), composer.problems


class _Composer:
    """Makes nodes of the parser's events, and notes what a standard must not have."""

    def __init__(self, events: Iterator[Any], file: str) -> None:
        self.events, self.file = events, file
        self.problems: list[Problem] = []

    def document(self) -> Node:
        """Return the only document of the stream."""
        next(self.events)  # the stream starts
        event = next(self.events)
        if isinstance(event, yaml.StreamEndEvent):
            raise _refused(self.file, "the file is empty", "a mapping of id, title …", 1, 1)
        tree = self.node(next(self.events), "", 0)
        next(self.events)  # the document ends
        event = next(self.events)
        if isinstance(event, yaml.DocumentStartEvent):
            self.note(event, "", "a second document", "one document in a file")
        return tree

    def note(self, event: Any, path: str, what: str, expected: str) -> None:
        """Note a problem where an event starts."""
        mark = event.start_mark
        self.problems.append(Problem(self.file, mark.line + 1, mark.column + 1, path, what, expected))

    def node(self, event: Any, path: str, depth: int) -> Node:
        """Return the node that starts with `event`."""
        line, column = event.start_mark.line + 1, event.start_mark.column + 1
        if depth > MAX_DEPTH:
            raise _refused(self.file, f"more than {MAX_DEPTH} levels", "a flatter document", line, column)
        if event.anchor is not None:
            self.note(event, path, "an anchor or alias", "the text written out")
        if isinstance(event, yaml.AliasEvent):
            return Node("", line, column, path)
        if event.tag is not None:
            self.note(event, path, f"a tag, {shorten(event.tag)}", "plain text; nothing is executed")
        if isinstance(event, yaml.ScalarEvent):
            return self.scalar(event, path)
        if isinstance(event, yaml.SequenceStartEvent):
            return Node(self.list(path, depth), line, column, path)
        return self.mapping(event, path, depth)

    def scalar(self, event: Any, path: str) -> Node:
        """Return the node of a text."""
        if len(event.value) > MAX_SCALAR:
            self.note(event, path, f"a text of {len(event.value):,} characters", f"at most {MAX_SCALAR:,}")
        return Node(event.value, event.start_mark.line + 1, event.start_mark.column + 1, path)

    def list(self, path: str, depth: int) -> tuple[Node, ...]:
        """Return the nodes of a list."""
        nodes: list[Node] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            nodes.append(self.node(event, _below(path, len(nodes)), depth + 1))
        return tuple(nodes)

    def mapping(self, start: Any, path: str, depth: int) -> Node:
        """Return the node of a mapping; the first of two equal keys holds."""
        values: dict[str, Node] = {}
        keys: dict[str, tuple[int, int]] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            key = self.node(event, path, depth + 1)
            short = len(key.text) <= VALUE_LENGTH and key.text.isidentifier()
            inner = _below(path, key.text if short else shorten(key.text))
            value = self.node(next(self.events), inner, depth + 1)
            if not isinstance(key.value, str):
                self.note(event, path, f"a key that is {key.shown}", "text")
            elif key.value in values:
                self.note(event, inner, f"key {key.shown} given twice (first in line {keys[key.value][0]})", "once")
            else:
                values[key.value], keys[key.value] = value, (key.line, key.column)
        return Node(values, start.start_mark.line + 1, start.start_mark.column + 1, path, keys)


def _below(path: str, name: object) -> str:
    return f"{path}.{name}" if path else str(name)
