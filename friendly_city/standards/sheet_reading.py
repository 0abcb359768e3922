"""A workbook back to the tree of a standard or checklist, every unfit cell told by sheet, row and column.

Only what cells hold is read. A formula, an error value, a number where a text is wanted and a cell without a heading are
refused: a clause 1.10 typed as a number would be 1.1, and nothing would show it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from friendly_city.errors import InvalidStandard, Problem, nearest, shorten
from friendly_city.standards.cells import Cell, cells_of, letters
from friendly_city.standards.checklist import ChecklistFile
from friendly_city.standards.complaints import Complaints, one_of
from friendly_city.standards.layout import ABOUT, Column, Sheet, sheets_of
from friendly_city.standards.leaves import Path as LeafPath
from friendly_city.standards.leaves import assembled, dotted
from friendly_city.standards.model import Standard
from friendly_city.standards.reader import Node
from friendly_city.standards.sheets import ABOUT_HEADINGS, COLUMNS, LISTS, about_rows, is_number
from friendly_city.standards.tree import bare, number_text

SHEET = 100_000
"""The place of a cell is its row, and its column plus so many times the number of its sheet."""
WANTED = {
    "number": "text: format the cell as text and type it anew",
    "truth": "text: format the cell as text and type it anew",
    "formula": "what it says, typed in: formulas are not read",
    "other": "a text or a number",
}
WHAT = {"number": "a number", "truth": "a truth value", "formula": "a formula", "other": "an error value"}


@dataclass(frozen=True, slots=True)
class _Table:
    """One sheet of the workbook beside what it should be."""

    sheet: Sheet
    number: int
    cells: dict[tuple[int, int], Cell]

    @property
    def headings(self) -> tuple[str, ...]:
        """Return the headings it should have."""
        return ABOUT_HEADINGS if self.sheet.name == ABOUT else self.sheet.headings

    @property
    def rows(self) -> tuple[int, ...]:
        """Return the numbers of the rows below the header that hold something."""
        return tuple(dict.fromkeys(row for row, _ in sorted(self.cells) if row > 1))

    @property
    def columns(self) -> dict[str, int]:
        """Return the column of each heading that is there."""
        return {cell.text: column for (row, column), cell in self.cells.items() if row == 1 and cell.text in self.headings}

    def node(self, row: int, column: int, text: str = "") -> Node:
        """Return a text with the place of a cell."""
        return Node(text, row, self.number * SHEET + column, "")


@dataclass(frozen=True, slots=True)
class WorkbookComplaints(Complaints):
    """Problems of a workbook, told by sheet, row and column.

    Attributes
    ----------
    sheets : tuple of str
        The names of the sheets, by their numbers.
    headings : dict
        What stands above a column, by the number of its sheet and its own.
    refused : set
        Cells that are not read: nothing further is said of them.
    """

    sheets: tuple[str, ...] = ()
    headings: dict[tuple[int, int], str] = field(default_factory=dict)
    refused: set[tuple[int, int]] = field(default_factory=set)

    def refuse(self, node: Node, what: str, *, expected: str = "") -> None:
        """Note that a cell cannot be read."""
        self.at(node, what, expected=expected)
        self.refused.add((node.line, node.column))

    def sorted(self) -> list[Problem]:
        """Return every problem once, by sheet, row and column."""
        told: dict[Problem, tuple[int, int, int]] = {}
        silent: set[tuple[int, int]] = set()
        for problem in self.problems:
            place = (problem.line or 0, problem.column or 0)
            if place not in silent:
                sheet, column = divmod(place[1], SHEET)
                told[self._told(problem, sheet, column)] = (sheet, place[0], column)
            if place in self.refused:
                silent.add(place)
        return sorted(told, key=lambda problem: told[problem])

    def require_none(self) -> None:
        """Raise when there is any problem.

        Raises
        ------
        InvalidStandard
            With every problem once, by sheet, row and column.
        """
        if self.problems:
            raise InvalidStandard(self.sorted())

    def _told(self, problem: Problem, sheet: int, column: int) -> Problem:
        if problem.line is None:
            return problem
        path = f"{letters(column)} {self.headings.get((sheet, column), '')}".strip()
        return replace(problem, file=f"{self.file}[{self.sheets[sheet]}]", column=column, path=path)


@dataclass(frozen=True, slots=True)
class _Reading:
    """What was found so far: the sheets, the leaves, and the rows by what they are known by and by what they hold."""

    tables: tuple[_Table, ...]
    complaints: WorkbookComplaints
    leaves: list[tuple[LeafPath, Node]] = field(default_factory=list)
    known: dict[str, dict[tuple[str, ...], LeafPath]] = field(default_factory=dict)
    rows: dict[LeafPath, tuple[_Table, int]] = field(default_factory=dict)
    spots: dict[LeafPath, tuple[int, int]] = field(default_factory=dict)

    def place(self, path: LeafPath) -> tuple[int, int]:
        """Return where what is missing should stand: in the nearest row that is there, in its column if it has one."""
        for length in range(len(path), 0, -1):
            above = path[:length]
            if above in self.spots:
                return self.spots[above]
            if above in self.rows:
                table, row = self.rows[above]
                node = table.node(row, table.columns.get(dotted(path[length:]), 1))
                return node.line, node.column
        return 1, self.tables[0].number * SHEET + 1


def read_workbook(path: Path) -> tuple[type, Node, WorkbookComplaints]:
    """Return what a workbook describes, its tree, and where to note what is wrong with it.

    Parameters
    ----------
    path : Path
        An .xlsx file.

    Raises
    ------
    InvalidStandard
        When it is no workbook, or has not the sheets and headings that it needs; all at once.
    """
    found = cells_of(path)
    kind = ChecklistFile if "select" in found and "clauses" not in found else Standard
    names = tuple(found)
    complaints = WorkbookComplaints(str(path), sheets=names)
    sheets = sheets_of(kind)
    _check_sheets(names, [sheet.name for sheet in sheets], complaints)
    tables = tuple(
        _Table(sheet, names.index(sheet.name), {(cell.row, cell.column): cell for cell in found[sheet.name]})
        for sheet in sheets
        if sheet.name in found
    )
    for table in tables:
        complaints.headings.update({(table.number, column): cell.text for (row, column), cell in table.cells.items() if row == 1})
        _check_headings(table, complaints)
    complaints.require_none()
    reading = _Reading(tables, complaints)
    for table in tables:
        (_read_about if table.sheet.name == ABOUT else _read_rows)(table, reading)
        _check_beside(table, complaints)
    return kind, assembled(reading.leaves, kind, reading.place, complaints), complaints


def _check_sheets(names: tuple[str, ...], known: list[str], complaints: Complaints) -> None:
    for name in names:
        if name not in (*known, COLUMNS, LISTS):
            what, near = f"unknown sheet {shorten(name)!r}", nearest(name, known)
            complaints.problems.append(Problem(complaints.file, None, None, "", what, one_of(known), near))
    for name in known:
        if name not in names:
            what = f"sheet {name!r} is missing"
            complaints.problems.append(Problem(complaints.file, None, None, "", what, "a workbook as it was exported"))


def _check_headings(table: _Table, complaints: WorkbookComplaints) -> None:
    seen: dict[str, int] = {}
    for (row, column), cell in sorted(table.cells.items()):
        node = table.node(row, column, cell.text)
        if row != 1:
            break
        if cell.kind != "text" or cell.text not in table.headings:
            complaints.at(node, f"unknown heading {node.shown}", expected="", near=nearest(cell.text, table.headings))
        elif cell.text in seen:
            complaints.at(node, f"heading {node.shown} given twice (first in column {letters(seen[cell.text])})", expected="once")
        seen.setdefault(cell.text, column)
    needed = [*table.sheet.keys, *(column.name for column in table.sheet.columns if column.required)]
    for name in ABOUT_HEADINGS if table.sheet.name == ABOUT else needed:
        if name not in seen:
            complaints.at(
                table.node(1, len(seen) + 1), f"heading {name!r} is missing", expected="the headings as they were exported"
            )


def _check_beside(table: _Table, complaints: WorkbookComplaints) -> None:
    columns = set(table.columns.values())
    for (row, column), cell in table.cells.items():
        if column not in columns:
            node = table.node(row, column, cell.text)
            complaints.at(node, f"{node.shown} in a column without a heading", expected="nothing there")


def _read_about(table: _Table, reading: _Reading) -> None:
    """Read the sheet with a row a field."""
    fields, columns = about_rows(table.sheet), table.columns
    seen: dict[str, int] = {}
    for row in table.rows:
        cell = table.cells.get((row, columns["field"]))
        name = _text(table, cell, str, reading.complaints) if cell else ""
        node = table.node(row, columns["field"], name)
        if name not in fields:
            reading.complaints.unknown(node, "field", fields)
        elif name in seen:
            reading.complaints.at(node, f"field {node.shown} given twice (first in row {seen[name]})", expected="once")
        else:
            seen[name] = row
            _read_field(table, row, fields[name], reading)


def _read_field(table: _Table, row: int, wanted: dict[str, Column], reading: _Reading) -> None:
    for heading, place in table.columns.items():
        cell = table.cells.get((row, place))
        if heading in wanted:
            column = wanted[heading]
            node = table.node(row, place)
            reading.spots[column.path] = (node.line, node.column)
            _read_cell(table, cell, column, column.path, reading)
        elif cell is not None and heading != "field":
            node = table.node(row, place, cell.text)
            reading.complaints.at(node, f"{node.shown} where nothing belongs", expected=f"it under {', '.join(wanted)}")


def _read_rows(table: _Table, reading: _Reading) -> None:
    """Read a sheet with a row a record."""
    sheet, columns = table.sheet, table.columns
    count: Counter[LeafPath] = Counter()
    for row in table.rows:
        keys = _keys(table, row, reading)
        above = reading.known.get(sheet.parent, {}).get(keys) if sheet.parent else ()
        if above is None:
            _note_unknown(table, row, keys, reading)
            continue
        path = (*above, *sheet.path[:-1], count[above]) if sheet.is_list else (*above, *sheet.path)
        count[above] += 1
        if not sheet.is_list and count[above] > 1:
            node = table.node(row, columns[sheet.keys[0]], keys[0])
            reading.complaints.at(node, f"a second row for {node.shown}", expected="one")
            continue
        reading.rows[path] = (table, row)
        for column in sheet.columns:
            if column.name in columns:
                cell = table.cells.get((row, columns[column.name]))
                _read_cell(table, cell, column, (*path, *column.path), reading)
        _remember(table, row, keys, path, reading)


def _keys(table: _Table, row: int, reading: _Reading) -> tuple[str, ...]:
    """Return what the key columns of a row say; the last is a number where the rows above have no id."""
    kinds = [str] if len(table.sheet.keys) == 1 else [str] + [int] * (len(table.sheet.keys) - 1)
    cells = [table.cells.get((row, table.columns[key])) for key in table.sheet.keys]
    return tuple(_text(table, cell, kind, reading.complaints) if cell else "" for cell, kind in zip(cells, kinds, strict=False))


def _note_unknown(table: _Table, row: int, keys: tuple[str, ...], reading: _Reading) -> None:
    known = reading.known.get(table.sheet.parent, {})
    heading, text = table.sheet.keys[-1], keys[-1]
    if not any(other[:1] == keys[:1] for other in known):
        heading, text = table.sheet.keys[0], keys[0]
    node = table.node(row, table.columns[heading], text)
    reading.complaints.unknown(node, heading, [other[len(other) - 1 if heading != table.sheet.keys[0] else 0] for other in known])


def _remember(table: _Table, row: int, keys: tuple[str, ...], path: LeafPath, reading: _Reading) -> None:
    """Note by what the rows of sheets below know this row."""
    known = reading.known.setdefault(table.sheet.name, {})
    if table.sheet.identity:
        cell = table.cells.get((row, table.columns[table.sheet.identity]))
        known.setdefault((cell.text if cell else "",), path)
    else:
        known.setdefault((*keys, str(int(path[-1]) + 1)) if table.sheet.is_list else keys, path)


def _read_cell(table: _Table, cell: Cell | None, column: Column, path: LeafPath, reading: _Reading) -> None:
    if cell is not None:
        text = _text(table, cell, column.kind, reading.complaints)
        reading.leaves.append((path, table.node(cell.row, cell.column, text)))


def _text(table: _Table, cell: Cell, kind: Any, complaints: WorkbookComplaints) -> str:
    """Return what a cell says, and note when a field of this type cannot be read from it."""
    if cell.kind == "text":
        return cell.text
    if cell.kind == "number" and is_number(kind):
        return number_text(float(cell.text))
    if cell.kind == "truth" and bare(kind) is bool:
        return "true" if cell.text == "1" else "false"
    node = table.node(cell.row, cell.column, cell.text)
    wanted = WANTED[cell.kind] if bare(kind) is not date else "a date as text, YYYY-MM-DD"
    complaints.refuse(node, f"{WHAT[cell.kind]}, {node.shown}", expected=wanted)
    return cell.text
