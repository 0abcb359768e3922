"""Reading a register as it is written: text in named columns, nothing guessed, nothing lost.

Register text is data. What could run elsewhere (formulas, markup) or names a person is refused at the door.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from friendly_city.city.dictionary import Register
from friendly_city.errors import Problem, nearest, shorten

if TYPE_CHECKING:
    from pathlib import Path

MAX_CELL = 10_000
"""Characters of one cell."""
FORMULA = re.compile(r"^[=@\t]|^[+-](?![\d.])")
MARKUP = re.compile(r"<\s*/?[a-zA-Z!]")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
PERSONAL = re.compile(
    r"姓名|身份证|证件号|电话|手机|联系方式|住址|(^|_)(id_card|id_number|phone|mobile|telephone|child_name|name_of_child|full_name|person_name|birth_?date|birthday|home_address|wechat|email)($|_)",
    re.IGNORECASE,
)
"""Column names that promise personal data."""
ROW = "row"
"""Column that holds the line in the file."""


def decode(raw: bytes, file: str, problems: list[Problem]) -> str | None:
    """Return the text of a file, or None with the reason in `problems`."""
    if not raw.strip():
        problems.append(Problem(file, 1, None, "", "the file is empty", "a header and rows"))
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
    found = CONTROL.search(text)
    if found:
        line = text[: found.start()].count("\n") + 1
        problems.append(Problem(file, line, None, "", f"a control character U+{ord(found[0]):04X}", "text"))
        return None
    return text


def _guess(raw: bytes) -> str:
    try:
        raw.decode("gb18030")
    except UnicodeDecodeError:
        return "the encoding is not known"
    return "they look like GBK"


def read_register(path: Path, register: Register, problems: list[Problem]) -> pd.DataFrame | None:
    """Return a register as text.

    Parameters
    ----------
    path : Path
        A CSV file.
    register : Register
        What the dictionary says about it.
    problems : list of Problem
        Every fault found is added here.

    Returns
    -------
    DataFrame or None
        Columns of the dictionary as text ('' for an empty cell), then `ROW`, the line in the file. None when the file
        cannot be read as a table at all.
    """
    text = decode(path.read_bytes(), path.name, problems)
    if text is None:
        return None
    rows = list(_numbered_rows(text, path.name, problems))
    (_, header), body = rows[0], rows[1:]
    if not check_header(header, register, path.name, problems):
        return None
    if register.required and not body:
        problems.append(Problem(path.name, 1, None, "", "no rows", f"at least one row in {path.name}"))
    body = [(line, cells) for line, cells in body if _is_whole(line, cells, header, path.name, problems)]
    table = pd.DataFrame([cells for _, cells in body], columns=header, dtype="str")
    table = table[[field.name for field in register.fields if field.name in header]]
    check_cells(table, [line for line, _ in body], path.name, problems)
    return table.assign(**{ROW: np.array([line for line, _ in body], dtype=np.int64)})


def _numbered_rows(text: str, file: str, problems: list[Problem]) -> Iterator[tuple[int, list[str]]]:
    """Yield each row with its line. A field over the csv module's own limit is cut by lifting that limit for this read."""
    before = csv.field_size_limit(len(text) + 1)
    try:
        reader = csv.reader(io.StringIO(text, newline=""))
        last = 0
        for cells in reader:
            if reader.line_num > last + 1:
                problems.append(Problem(file, last + 1, None, "", "a line break inside a cell", "one line a row"))
            if cells:
                yield last + 1, cells
            last = reader.line_num
    finally:
        csv.field_size_limit(before)


def _is_whole(line: int, cells: list[str], header: list[str], file: str, problems: list[Problem]) -> bool:
    if len(cells) == len(header):
        return True
    problems.append(Problem(file, line, None, "", f"{len(cells)} cells", f"{len(header)}, as in the header"))
    return False


def check_header(header: list[str], register: Register, file: str, problems: list[Problem]) -> bool:
    """Note missing, unknown, doubled and personal columns; return whether rows can be read."""
    known = [field.name for field in register.fields]
    before = len(problems)
    for name in dict.fromkeys(header):
        if PERSONAL.search(name):
            problems.append(
                Problem(
                    file, 1, None, name, "a column of personal data", "registers without names, numbers or addresses of people"
                )
            )
        elif name not in known:
            problems.append(
                Problem(
                    file,
                    1,
                    None,
                    shorten(name),
                    "unknown column",
                    f"columns of the {register.name} register",
                    nearest(name, known),
                )
            )
        if header.count(name) > 1:
            problems.append(Problem(file, 1, None, name, f"the column stands {header.count(name)} times", "once"))
    problems += [
        Problem(file, 1, None, name, "the column is missing", "every column of the dictionary")
        for name in known
        if name not in header
    ]
    return len(problems) == before


def check_cells(table: pd.DataFrame, lines: list[int], file: str, problems: list[Problem]) -> None:
    """Note cells that are too long, would run in a spreadsheet or a page, or have space around them."""
    for name in table.columns:
        cells = table[name]
        for place in np.flatnonzero((cells.str.len() > MAX_CELL).to_numpy()):
            problems.append(
                Problem(
                    file, lines[place], None, name, f"a cell of {len(cells.iloc[place]):,} characters", f"at most {MAX_CELL:,}"
                )
            )
        for pattern, what, expected in (
            (FORMULA, "would run as a formula in a spreadsheet", "text that does not start with = + - @"),
            (MARKUP, "is markup", "plain text; markup is not allowed in a register"),
        ):
            for place in np.flatnonzero(cells.str.contains(pattern.pattern, regex=True).to_numpy(dtype=bool)):
                problems.append(Problem(file, lines[place], None, name, f"{shorten(cells.iloc[place])!r} {what}", expected))
        for place in np.flatnonzero((cells != cells.str.strip()).to_numpy()):
            problems.append(
                Problem(
                    file,
                    lines[place],
                    None,
                    name,
                    f"{shorten(repr(cells.iloc[place]))} has space around it",
                    "no space around a cell",
                )
            )
