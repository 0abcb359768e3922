"""Registers kept in one workbook, ``registers.xlsx``: a sheet for each, named like the register, cells as in a CSV file.

A workbook is opened with care: one that unpacks to too much, declares XML entities or has formulas is refused. Blank rows are
no rows; a cell that Excel holds as a number, a date or a truth value is read as it would be written in a CSV file.
"""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from friendly_city.city.check import check_indicators, checked
from friendly_city.city.dictionary import WORKBOOK, Register, dictionary
from friendly_city.city.tables import Reading, as_text, is_example, tabulated
from friendly_city.errors import Problem, nearest, shorten

EXPECTED = "a workbook as Excel saves it (.xlsx)"
ASIDE = ("说明", "lists")
"""Sheets of the template that hold no register."""
MAX_UNPACKED = 500_000_000
"""Bytes of all parts of a workbook together; ours."""
MAX_PARTS = 1_000
MAX_COLUMNS = 200

Rows = list[tuple[int, list[str]]]


def read_workbook(folder: Path, registers: Mapping[str, Register], problems: list[Problem]) -> dict[str, Reading]:
    """Return the registers that are in the workbook of a city folder, typed and checked by themselves.

    Parameters
    ----------
    folder : Path
        A city folder.
    registers : mapping of str to Register
        What the dictionary says of each; sheets of others are not read.
    problems : list of Problem
        Every fault found is added here; those of a register under the name of its CSV file.

    Returns
    -------
    dict of str to Reading
        By register; a sheet without rows, or with examples only, is no register. `ROW` is the row in the sheet.
    """
    path = folder / WORKBOOK
    if not path.is_file():
        return {}
    fault = unsafe(path)
    if fault:
        problems.append(Problem(WORKBOOK, None, None, "", *fault))
        return {}
    try:
        sheets = dict(sheets_of(path))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError, zipfile.BadZipFile) as err:
        problems.append(Problem(WORKBOOK, None, None, "", f"cannot be read: {shorten(err)}", EXPECTED))
        return {}
    return _readings(sheets, registers, problems)


def _readings(sheets: Mapping[str, Rows], registers: Mapping[str, Register], problems: list[Problem]) -> dict[str, Reading]:
    found = {}
    for name, rows in sheets.items():
        if name in ASIDE or not any(not is_example(cells[0]) for _, cells in rows[1:]):
            continue
        if name not in (known := dictionary().registers):
            what, expected = f"no register has the name of the sheet {shorten(name)!r}", "names of the dictionary"
            problems.append(Problem(WORKBOOK, None, None, "", what, expected, nearest(name.lower(), list(known))))
        if name not in registers:
            continue
        register, width = registers[name], len(rows[0][1])
        even = [(line, cells + [""] * (width - len(cells))) for line, cells in rows]
        reading = tabulated(even, register, register.file, before=len(problems), problems=problems)
        if reading is not None:
            found[name] = Reading(checked(reading.table, register, problems), reading.whole)
            if name == "indicators":
                check_indicators(found[name].table, register.file, problems)
    return found


def unsafe(path: Path) -> tuple[str, str] | None:
    """Return why a workbook is not opened, and what was expected; None when it may be."""
    if not zipfile.is_zipfile(path):
        return "this is no workbook", EXPECTED
    with zipfile.ZipFile(path) as archive:
        parts = archive.infolist()
        if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
            return "the workbook unpacks to too much", f"at most {MAX_UNPACKED / 1e6:,.0f} MB; large registers as CSV or Parquet"
        for part in parts:
            if part.filename.startswith("/") or ".." in part.filename.split("/"):
                return "a part of the workbook lies outside of it", EXPECTED
            if part.filename.lower().endswith((".xml", ".rels")) and _declares(archive, part):
                return "the workbook declares XML entities", EXPECTED
            if part.filename.lower().endswith("vbaproject.bin"):
                return "the workbook has macros", "a workbook without macros (.xlsx)"
    return None


def _declares(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    """Return whether a part begins with a document type, where entities are declared, before its first element."""
    with archive.open(part) as file:
        return b"<!DOCTYPE" in file.read(4_096).replace(b"\x00", b"")


def sheets_of(path: Path) -> Iterator[tuple[str, Rows]]:
    """Yield the name of each sheet and its rows that are not blank, by their number; only of a workbook that is not `unsafe`."""
    from openpyxl import load_workbook

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of parts that are of no interest here, such as drop-downs
        book = load_workbook(path, read_only=True, data_only=False, keep_links=False)
        try:
            for sheet in book.worksheets:
                sheet.reset_dimensions()
                yield sheet.title, list(_rows(sheet))
        finally:
            book.close()


def _rows(sheet: Any) -> Iterator[tuple[int, list[str]]]:
    for number, row in enumerate(sheet.iter_rows(values_only=True), start=1):
        cells = [as_text(value) for value in row]
        while cells and not cells[-1]:
            cells.pop()
        if len(cells) > MAX_COLUMNS:
            raise ValueError(f"sheet {sheet.title}, row {number}: {len(cells):,} columns, at most {MAX_COLUMNS}")
        if cells:
            yield number, cells
