"""Reading a register as it is written: text in named columns, nothing guessed, nothing lost."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from friendly_city.city.cells import MAX_CELL, check_cells
from friendly_city.city.dictionary import Field, Layer, Register
from friendly_city.city.encoding import Writing, blocks, writing_of
from friendly_city.city.personal import is_personal_column
from friendly_city.city.plain import has_plain_cells
from friendly_city.errors import Problem, nearest, shorten
from friendly_city.labels import Text

MAX_LINE = 100_000
"""Characters of one line; what is longer is not taken apart. Below the limit of the csv module, which others may change."""
MAX_COLUMNS = 200
PIECE = 5_000
"""Rows taken apart at once; with many more Python's memory management takes longer than the reading."""
MAX_FAULTS, MAX_EMPTY = 100_000, 1_000
"""Faults and empty lines that are told of one file; ours. Who has more has one cause, and mends that first."""
UNREAD = "a register with fewer (rows below were not read)"
ROW = "row"
"""Column that holds the line in the file."""

EXAMPLES = ("#说明", "#note", "#示例")
"""What the first cell of a row of a template begins with that explains and is no data: Chinese, English, an example."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A table as read; `whole` tells whether every column and row of the file is in it, fit to be compared with others.

    `features` are the keys of all features of a layer whose lines do not tell them apart; `ROW` is then their number. `notes`
    say how it was read, where that is not how the templates are written. `columns` are those a layer has, read or not.
    """

    table: pd.DataFrame
    whole: bool
    features: tuple[str, ...] = ()
    notes: tuple[Text, ...] = ()
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Stored:
    """What was read that is not in files of its own; `hashes` are the sha256 of tables of a database, as CSV, by place."""

    registers: dict[str, Reading]
    layers: dict[str, Reading]
    hashes: dict[str, str]


def decode(raw: bytes, file: str, problems: list[Problem]) -> str | None:
    """Return the text of a file that must be UTF-8, or None with the reason in `problems`.

    Examples
    --------
    >>> found: list[Problem] = []
    >>> decode("社区".encode("gbk"), "city.yaml", found), str(found[0])
    (None, 'city.yaml:1: bytes that are not UTF-8; they look like GBK; expected a file saved as UTF-8')
    """
    if not raw.strip():
        problems.append(Problem(file, 1, None, "", "the file is empty", "content"))
        return None
    if raw.startswith(b"\xef\xbb\xbf"):
        problems.append(Problem(file, 1, None, "", "the file starts with a byte order mark", "UTF-8 without BOM"))
        return None
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as err:
        line = raw[: err.start].count(b"\n") + 1
        problems.append(Problem(file, line, None, "", f"bytes that are not UTF-8; {_guess(raw)}", "a file saved as UTF-8"))
        return None
    if "\x00" in text:
        line = text[: text.index("\x00")].count("\n") + 1
        problems.append(Problem(file, line, None, "", "a NUL character", "text"))
        return None
    return text


def _guess(raw: bytes) -> str:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "they look like UTF-16"
    try:
        raw.decode("gb18030")
    except UnicodeDecodeError:
        return "the encoding is not known"
    return "they look like GBK"


def read_register(path: Path, register: Register, problems: list[Problem]) -> Reading | None:
    """Return a register as text.

    Parameters
    ----------
    path : Path
        A CSV file, in one of the encodings and with one of the separators that `encoding.writing_of` finds out.
    register : Register
        What the dictionary says about it.
    problems : list of Problem
        Every fault found is added here.

    Returns
    -------
    Reading or None
        The columns of the dictionary that are there, as text ('' for an empty cell), then `ROW`, the line in the file. None
        when the file cannot be read as a table at all.
    """
    writing = writing_of(path, [field.name for field in register.fields], problems)
    if writing is None:
        return None
    before = len(problems)
    if _has_long_line(path, writing, problems):
        return None
    rows = _numbered_rows(path, writing, problems)
    reading = tabulated(rows, register, path.name, before=before, problems=problems)
    return reading if reading is None or writing.usual else replace(reading, notes=(writing.told(path.name),))


def tabulated(
    rows: Iterable[tuple[int, list[str]]], register: Register, file: str, *, before: int, problems: list[Problem]
) -> Reading | None:
    """Return rows of text, the header first, as a register; rows that are marked as examples are left out.

    Rows are taken some at a time, so that a register larger than the memory its rows would need can be read.

    Parameters
    ----------
    rows : iterable of (int, list of str)
        Each with the line it stands on.
    register : Register
        What the dictionary says about it.
    file : str
        As it is called in problems.
    before : int
        Problems there were before the file was opened.
    problems : list of Problem
        Every fault found is added here.
    """
    following = iter(rows)
    _, header = next(following, (0, []))
    if not header:
        problems += [Problem(file, 1, None, "", "the file is empty", "content")] * (len(problems) == before)
        return None
    if len(header) > MAX_COLUMNS:
        problems.append(Problem(file, 1, None, "", f"{len(header):,} columns", f"at most {MAX_COLUMNS}"))
        return None
    check_header(header, register, file, problems)
    fields = [field for field in register.fields if header.count(field.name) == 1]
    pieces, in_cells, count = [_piece([], header, fields)], list[Problem](), 0
    while some := list(islice(following, PIECE)):
        body = [row for row in some if not is_example(row[1][0])]
        count += len(body)
        whole_rows = [(line, cells) for line, cells in body if _is_whole(line, cells, header, file, problems)]
        pieces.append(_piece(whole_rows, header, fields))
        _check_piece(pieces[-1], fields, file, in_cells)
        if len(problems) + len(in_cells) - before > MAX_FAULTS:
            problems.append(Problem(file, some[-1][0], None, "", f"more than {MAX_FAULTS:,} faults", UNREAD))
            break
    if register.required and not count:
        problems.append(Problem(file, 1, None, "", "no rows", f"at least one row in {file}"))
    whole = len(problems) == before
    problems += in_cells
    return Reading(pd.concat(pieces, ignore_index=True) if len(pieces) > 2 else pieces[-1], whole)


def _piece(rows: Sequence[tuple[int, list[str]]], header: Sequence[str], fields: Sequence[Field]) -> pd.DataFrame:
    """Return rows as a table of the fields that are in the header, and `ROW`."""
    by_column = list(zip(*(cells for _, cells in rows), strict=True)) or [()] * len(header)
    columns = {field.name: pa.array(by_column[header.index(field.name)], pa.large_string()) for field in fields}
    lines = np.array([line for line, _ in rows], dtype=np.int64)
    return pd.DataFrame({name: pd.array(cells, dtype="str") for name, cells in columns.items()}).assign(**{ROW: lines})


def _check_piece(table: pd.DataFrame, fields: Sequence[Field], file: str, problems: list[Problem]) -> None:
    lines = table[ROW].tolist()
    for field in fields:
        if not has_plain_cells(table[field.name], field):
            check_cells(table[field.name].tolist(), field, lines, file=file, problems=problems)


def as_text(value: Any) -> str:
    """Return a cell as it would be written in a CSV file.

    Examples
    --------
    >>> [as_text(value) for value in (None, 440304001001, 2.0, 0.25, True, datetime(2022, 5, 1), time(9, 30), " a")]
    ['', '440304001001', '2', '0.25', 'true', '2022-05-01', '09:30', ' a']
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d}" if value.time() == time() else str(value)
    if isinstance(value, time) and not (value.second or value.microsecond):
        return f"{value:%H:%M}"
    return f"{value:%Y-%m-%d}" if isinstance(value, date) else str(value)


def is_example(cell: object) -> bool:
    """Return whether a row or feature that begins with this cell explains a template and is no data.

    Examples
    --------
    >>> is_example("#示例 example"), is_example("#1")
    (True, False)
    """
    return isinstance(cell, str) and cell.startswith(EXAMPLES)


def _has_long_line(path: Path, writing: Writing, problems: list[Problem]) -> bool:
    expected = f"cells of at most {MAX_CELL:,} characters"
    long, number, length = list[tuple[int, int]](), 1, 0
    for text in blocks(path, writing.encoding):
        first, *others = text.split("\n")
        length += len(first)
        for line in others:
            if length > MAX_LINE:
                long.append((number, length))
            number, length = number + 1, len(line)
    long += [(number, length)] * (length > MAX_LINE)
    problems += [Problem(path.name, number, None, "", f"a line of {length:,} characters", expected) for number, length in long]
    return bool(long)


def _numbered_rows(path: Path, writing: Writing, problems: list[Problem]) -> Iterator[tuple[int, list[str]]]:
    """Yield each row with the line it begins on; stop at quotes that do not match, for what follows cannot be told apart."""
    last, empty = 0, 0
    with path.open(encoding=writing.codec, newline="") as text:
        reader = csv.reader(text, strict=True, delimiter=writing.separator)
        try:
            for cells in reader:
                if cells:
                    yield last + 1, cells
                elif (empty := empty + 1) <= MAX_EMPTY:
                    problems.append(Problem(path.name, last + 1, None, "", "an empty line", "a row on each line"))
                last = reader.line_num
        except csv.Error as err:
            expected = "cells quoted as a whole or not at all (rows below were not read)"
            problems.append(Problem(path.name, last + 1, None, "", f"quotes amiss: {err}", expected))
    if empty > MAX_EMPTY:
        problems.append(Problem(path.name, last, None, "", f"{empty:,} empty lines in all", "a row on each line"))


def _is_whole(line: int, cells: list[str], header: list[str], file: str, problems: list[Problem]) -> bool:
    if len(cells) == len(header):
        return True
    problems.append(Problem(file, line, None, "", f"{len(cells)} cells", f"{len(header)}, as in the header"))
    return False


def _column_like(name: str, register: Register | Layer) -> str:
    """Return the column of a register whose name or title is most like a name, '' if none is."""
    titles = {field.text.zh.partition("（")[0]: field.name for field in register.fields}
    known = {field.name: field.name for field in register.fields} | titles
    return known.get(nearest(name.partition("（")[0], known), "")


def check_header(header: Sequence[str], register: Register | Layer, file: str, problems: list[Problem]) -> None:
    """Note missing, unknown, doubled and personal columns."""
    known, needed = [field.name for field in register.fields], [field.name for field in register.fields if not field.optional]
    if len(header) == 1 and (mark := next((mark for mark in ";\t|" if mark in header[0]), "")):
        problems.append(Problem(file, 1, None, "", f"cells are separated by {mark!r}", "commas"))
        return
    for name in dict.fromkeys(header):
        said = shorten(name)
        if is_personal_column(name):
            expected = "registers without names, numbers or addresses of people"
            problems.append(Problem(file, 1, None, said, "personal data may not be in a register", expected))
        elif name not in known:
            expected = f"columns of the {register.name} register"
            problems.append(Problem(file, 1, None, said, "unknown column", expected, _column_like(name, register)))
        if header.count(name) > 1:
            problems.append(Problem(file, 1, None, said, f"the column stands {header.count(name)} times", "once"))
    problems += [
        Problem(file, 1, None, name, "the column is missing", "every column of the dictionary; cells may be empty if not known")
        for name in needed
        if name not in header
    ]
