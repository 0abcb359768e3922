"""JSON as a tree of nodes that know where they stand: the same nodes as those of a YAML file.

A number, ``true`` and ``null`` stay the text that was written (``null`` is an empty text). What the text means is not known here.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from json.decoder import JSONDecodeError, scanstring  # type: ignore[attr-defined]
from typing import NoReturn

from friendly_city.errors import InvalidStandard, Problem, shorten
from friendly_city.standards.reader import MAX_DEPTH, Node

MAX_BYTES = 10_000_000
SPACE = re.compile(r"[ \t\r\n]*")
WORD = re.compile(r"true|false|null|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")


def read_json(raw: bytes, file: str) -> Node:
    r"""Return the tree of a JSON file.

    Parameters
    ----------
    raw : bytes
        The file's bytes.
    file : str
        Its name in messages.

    Raises
    ------
    InvalidStandard
        For bytes that are not UTF-8, text that is not JSON, too many levels, and keys given twice.

    Examples
    --------
    >>> read_json(b'{"a":\n [1.10, null]}', "x.json").mapping["a"].items[0]
    Node(value='1.10', line=2, column=3, path='a.0', keys={})
    """
    if len(raw) > MAX_BYTES:
        raise InvalidStandard([Problem(file, None, None, "", f"the file has more than {MAX_BYTES:,} bytes", "a smaller file")])
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise InvalidStandard([Problem(file, None, None, "", "bytes that are not UTF-8", "a file saved as UTF-8")]) from None
    return _Reader(text, file).document()


class _Reader:
    """Reads one text from left to right."""

    def __init__(self, text: str, file: str) -> None:
        self.text, self.file, self.at = text, file, 0
        self.starts = [0, *(found.end() for found in re.finditer("\n", text))]

    def document(self) -> Node:
        """Return the only value of the text."""
        self.skip()
        node = self.value("", 0)
        self.skip()
        if self.at < len(self.text):
            self.refuse("more than one value", "one")
        return node

    def place(self, at: int) -> tuple[int, int]:
        """Return the line and column of a place in the text, from 1."""
        line = bisect_right(self.starts, at)
        return line, at - self.starts[line - 1] + 1

    def refuse(self, what: str, expected: str) -> NoReturn:
        """Raise at the present place."""
        raise InvalidStandard([Problem(self.file, *self.place(self.at), "", what, expected)])

    def skip(self) -> None:
        """Go past white space."""
        found = SPACE.match(self.text, self.at)
        self.at = found.end() if found else self.at

    def take(self, mark: str) -> bool:
        """Go past a mark and the space around it, if it is there."""
        self.skip()
        if not self.text.startswith(mark, self.at):
            return False
        self.at += 1
        self.skip()
        return True

    def value(self, path: str, depth: int) -> Node:
        """Return the value that starts here."""
        line, column = self.place(self.at)
        if depth > MAX_DEPTH:
            self.refuse(f"more than {MAX_DEPTH} levels", "a flatter document")
        if self.take("{"):
            values, keys = self.mapping(path, depth)
            return Node(values, line, column, path, keys)
        if self.take("["):
            return Node(self.list(path, depth), line, column, path)
        return Node(self.scalar(), line, column, path)

    def scalar(self) -> str:
        """Return a text, or a number or word as it is written."""
        if self.text.startswith('"', self.at):
            return self.string()
        found = WORD.match(self.text, self.at)
        if not found:
            shown = shorten(self.text[self.at : self.at + 20])
            self.refuse(f"not JSON: {shown!r}" if shown else "not JSON: the text ends", "a value")
        self.at = found.end()
        return "" if found[0] == "null" else found[0]

    def string(self) -> str:
        """Return a text in quotes."""
        if not self.text.startswith('"', self.at):
            self.refuse("not JSON", "a text in quotes")
        try:
            text, self.at = scanstring(self.text, self.at + 1, True)
        except JSONDecodeError as err:
            self.at = min(err.pos, len(self.text))
            self.refuse(f"not JSON: {err.msg}", "a text in quotes")
        if re.search("[\ud800-\udfff]", text):
            self.refuse("half a character", "whole characters")
        return str(text)

    def list(self, path: str, depth: int) -> tuple[Node, ...]:
        """Return the values of a list whose bracket was taken."""
        values: list[Node] = []
        while not self.take("]"):
            if values and not self.take(","):
                self.refuse("not JSON", "',' or ']'")
            values.append(self.value(f"{path}.{len(values)}".lstrip("."), depth + 1))
        return tuple(values)

    def mapping(self, path: str, depth: int) -> tuple[dict[str, Node], dict[str, tuple[int, int]]]:
        """Return the values and the places of the keys of a mapping whose brace was taken."""
        values: dict[str, Node] = {}
        keys: dict[str, tuple[int, int]] = {}
        while not self.take("}"):
            if values and not self.take(","):
                self.refuse("not JSON", "',' or '}'")
            place = self.place(self.at)
            key = self.string()
            if key in values:
                self.refuse(f"key {shorten(key)!r} given twice", "once")
            if not self.take(":"):
                self.refuse("not JSON", "':'")
            keys[key] = place
            values[key] = self.value(f"{path}.{shorten(key)}".lstrip("."), depth + 1)
        return values, keys
