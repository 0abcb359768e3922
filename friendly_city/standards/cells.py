"""The cells of an XLSX file as it holds them: texts, numbers, truth values, formulas; nothing of how they look.

Read straight from the XML, because a spreadsheet library would turn a number into a date when it is formatted as one, and
would drop some characters. A file that unpacks to too much, or has declarations of its own in the XML, is refused.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Literal, NoReturn
from xml.parsers import expat

from friendly_city.errors import InvalidStandard, Problem, shorten

MAX_PACKED = 10_000_000
MAX_UNPACKED = 50_000_000
"""Bytes of a workbook, packed, and of one part of it, unpacked."""
MAX_CELLS = 200_000
"""Cells of a sheet that hold something."""
CHUNK = 65_536
ESCAPED = re.compile(r"_x(?![Dd][89A-Fa-f])([0-9A-Fa-f]{4})_")
"""How a character that XML cannot hold, or that reads like this, is written in a workbook; halves of characters are none."""
REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
Attributes = dict[str, str]


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in one cell; `kind` ``other`` is an error value or something unknown."""

    row: int
    column: int
    text: str
    kind: Literal["text", "number", "truth", "formula", "other"]


def letters(column: int) -> str:
    """Return the name of a column, from 1.

    Examples
    --------
    >>> letters(1), letters(28)
    ('A', 'AB')
    """
    name = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def number_of(name: str) -> int:
    """Return the number of a column, from 1.

    Examples
    --------
    >>> number_of("AB")
    28
    """
    number = 0
    for letter in name:
        number = number * 26 + ord(letter) - 64
    return number


def cells_of(path: Path) -> dict[str, tuple[Cell, ...]]:
    """Return the cells of each sheet of a workbook that hold something, in order.

    Raises
    ------
    InvalidStandard
        When it is no workbook, is damaged, or unpacks to too much.
    """
    if path.stat().st_size > MAX_PACKED:
        _refuse(path, f"the file has more than {MAX_PACKED:,} bytes", "a smaller workbook")
    try:
        with zipfile.ZipFile(path) as archive:
            return _Book(path, archive).sheets()
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as err:
        _refuse(path, f"not a workbook: {shorten(err)}", "an .xlsx file, as a spreadsheet program saves it")
    except expat.ExpatError as err:
        _refuse(path, f"a damaged workbook: {shorten(err)}", "an .xlsx file, as a spreadsheet program saves it")


def _refuse(path: Path, what: str, expected: str) -> NoReturn:
    raise InvalidStandard([Problem(str(path), None, None, "", what, expected)])


class _Book:
    """The parts of one archive."""

    def __init__(self, path: Path, archive: zipfile.ZipFile) -> None:
        self.path, self.archive = path, archive
        self.names = set(archive.namelist())

    def sheets(self) -> dict[str, tuple[Cell, ...]]:
        """Return the cells of each sheet, by its name."""
        book = self.beside("", "officeDocument")[0]
        targets = dict(self.relations(book))
        strings = next((part for part in self.beside(book, "sharedStrings")), "")
        shared = _Strings(self).read(strings) if strings else ()
        found: dict[str, str] = {}

        def start(tag: str, attributes: Attributes) -> None:
            if tag == "sheet":
                found[attributes.get("name", "")] = targets.get(attributes.get("id", ""), ("", ""))[1]

        self.parse(book, start)
        return {name: _Rows(self, shared).read(part) for name, part in found.items()}

    def beside(self, part: str, kind: str) -> list[str]:
        """Return the parts of a kind that a part refers to; the workbook itself must be there."""
        found = [target for _, (relation, target) in self.relations(part) if relation == kind]
        if kind == "officeDocument" and not found:
            _refuse(self.path, "no workbook within the file", "an .xlsx file, as a spreadsheet program saves it")
        return found

    def relations(self, part: str) -> list[tuple[str, tuple[str, str]]]:
        """Return the id, kind and target of what a part refers to."""
        folder, name = str(PurePosixPath(part).parent) if part else "", PurePosixPath(part).name
        found: list[tuple[str, tuple[str, str]]] = []

        def start(tag: str, attributes: Attributes) -> None:
            if tag == "Relationship":
                target = attributes.get("Target", "")
                whole = target.lstrip("/") if target.startswith("/") else str(PurePosixPath(folder, target))
                found.append((attributes.get("Id", ""), (attributes.get("Type", "").rsplit("/", 1)[-1], whole)))

        self.parse(str(PurePosixPath(folder, "_rels", f"{name}.rels")), start)
        return found

    def parse(
        self,
        part: str,
        start: Callable[[str, Attributes], None],
        end: Callable[[str], None] = lambda _tag: None,
        text: Callable[[str], None] = lambda _text: None,
    ) -> None:
        """Read a part and call back for each element; names without their namespace."""
        if part not in self.names:
            _refuse(self.path, f"no part {part!r} within the workbook", "an .xlsx file, as a spreadsheet program saves it")
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = lambda tag, found: start(_local(tag), {_local(key): value for key, value in found.items()})
        parser.EndElementHandler = lambda tag: end(_local(tag))
        parser.CharacterDataHandler = text
        parser.StartDoctypeDeclHandler = lambda *_: _refuse(self.path, f"a declaration in {part!r}", "plain XML")
        for chunk in self.chunks(part):
            parser.Parse(chunk)
        parser.Parse(b"", True)

    def chunks(self, part: str) -> Iterator[bytes]:
        """Yield a part unpacked, and refuse it once it is too much, whatever size it says it has."""
        size = 0
        with self.archive.open(part) as stream:
            while chunk := stream.read(CHUNK):
                size += len(chunk)
                if size > MAX_UNPACKED:
                    _refuse(self.path, f"{part!r} unpacks to more than {MAX_UNPACKED:,} bytes", "a smaller workbook")
                yield chunk


def _local(tag: str) -> str:
    return tag.rsplit(" ", 1)[-1]


def _unescaped(text: str) -> str:
    return ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)


class _Texts:
    """Collects the text of the elements ``t`` of a string, those of its reading aids left out."""

    def __init__(self, book: _Book) -> None:
        self.book = book
        self.collected: list[str] = []
        self.inside: list[str] = []

    def start(self, tag: str, _attributes: Attributes) -> None:
        """Note that an element starts."""
        self.inside.append(tag)

    def end(self, _tag: str) -> None:
        """Note that an element ends."""
        self.inside.pop()

    def text(self, text: str) -> None:
        """Keep a text that belongs to the string."""
        if self.inside[-1] == "t" and "rPh" not in self.inside:
            self.collected.append(text)

    def taken(self) -> str:
        """Return what was collected and forget it."""
        text = _unescaped("".join(self.collected))
        self.collected.clear()
        return text


class _Strings(_Texts):
    """The table of texts that cells refer to by number."""

    def read(self, part: str) -> tuple[str, ...]:
        """Return the texts of the table."""
        self.strings: list[str] = []
        self.book.parse(part, self.start, self.end, self.text)
        return tuple(self.strings)

    def end(self, tag: str) -> None:
        """Note that an element ends, and with it maybe a text."""
        super().end(tag)
        if tag == "si":
            self.strings.append(self.taken())


class _Rows(_Texts):
    """The cells of one sheet."""

    def __init__(self, book: _Book, shared: tuple[str, ...]) -> None:
        super().__init__(book)
        self.shared = shared
        self.row = self.column = 0
        self.kind, self.value, self.has_formula = "n", "", False

    def read(self, part: str) -> tuple[Cell, ...]:
        """Return the cells that hold something."""
        self.cells: list[Cell] = []
        self.book.parse(part, self.start, self.end, self.text)
        return tuple(self.cells)

    def start(self, tag: str, attributes: Attributes) -> None:
        """Note that a row, a cell or a part of it starts."""
        super().start(tag, attributes)
        if tag == "row":
            self.row, self.column = int(attributes.get("r", self.row + 1)), 0
        elif tag == "c":
            place = REFERENCE.fullmatch(attributes.get("r", ""))
            self.column = number_of(place[1]) if place else self.column + 1
            self.kind, self.value, self.has_formula = attributes.get("t", "n"), "", False
        elif tag == "f":
            self.has_formula = True

    def text(self, text: str) -> None:
        """Keep a value or a text within the cell."""
        if self.inside[-1] == "v":
            self.value += text
        else:
            super().text(text)

    def end(self, tag: str) -> None:
        """Note that an element ends, and with it maybe a cell."""
        super().end(tag)
        if tag == "c" and (cell := self.cell()) is not None:
            self.cells.append(cell)
            if len(self.cells) > MAX_CELLS:
                _refuse(self.book.path, f"a sheet with more than {MAX_CELLS:,} cells", "a smaller workbook")

    def cell(self) -> Cell | None:
        """Return the cell that just ended; None when it holds nothing."""
        inline = self.taken()
        if self.has_formula:
            return Cell(self.row, self.column, self.value, "formula")
        if self.kind == "s":
            number = int(self.value or "-1")
            text = self.shared[number] if 0 <= number < len(self.shared) else ""
            return Cell(self.row, self.column, text, "text") if text else None
        if self.kind in ("inlineStr", "str"):
            text = inline or _unescaped(self.value)
            return Cell(self.row, self.column, text, "text") if text else None
        if not self.value:
            return None
        kind = {"n": "number", "b": "truth"}.get(self.kind, "other")
        return Cell(self.row, self.column, self.value, kind)  # type: ignore[arg-type]
