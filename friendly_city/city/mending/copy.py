"""A mended copy of a city folder: what takes no judgement is mended, each change is listed, the rest stays as it is.

The folder itself is only read. The copy is written beside its place and put there when it is whole.
"""

from __future__ import annotations

import csv
import io
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from friendly_city.city.descriptor import NAME as DESCRIPTOR
from friendly_city.city.descriptor import input_names, write_datapackage
from friendly_city.city.dictionary import WORKBOOK, Register, dictionary
from friendly_city.city.encoding import Writing, writing_of
from friendly_city.city.load import find_folder, require_inside
from friendly_city.city.mending.cell import mended
from friendly_city.city.personal import masked
from friendly_city.city.tables import MAX_LINE, is_example
from friendly_city.errors import InvalidCity, InvalidParameters
from friendly_city.labels import Text

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

CHANGES = "changes.xlsx"
"""List of changes in a mended copy."""
HEAD = ("file", "line", "column", "before", "after", "why_zh", "why_en")
FEWER_LINES = Text("去掉空行", "an empty line left out")
OTHER_WAY = Text("另存为UTF-8、逗号分隔", "saved as UTF-8 with commas")
HEADER = Text("列名的写法", "the name of the column as in the dictionary")


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that was mended: where, what stood there and what stands there now. Personal data are left out of both."""

    file: str
    line: int | None
    column: str
    before: str
    after: str
    why: Text


def write_mended(folder: str | Path, out: Path) -> list[Change]:
    """Write a mended copy of a city folder and return every change, which the copy lists in ``changes.xlsx``.

    Parameters
    ----------
    folder : str or Path
        A city folder; it need not load.
    out : Path
        Folder of the copy; it may not be there yet.

    Raises
    ------
    InvalidParameters
        When `out` is there or lies in the folder, or there is no such folder.
    InvalidCity
        When a file of the folder is a link that leads out of it.
    """
    source = find_folder(folder)
    require_inside(source)
    if out.exists():
        raise InvalidParameters(f"{out} is there already; the mended copy goes into a new folder")
    if out.resolve().is_relative_to(source.resolve()):
        raise InvalidParameters(f"{out} lies in {source}; nothing is mended in place")
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=".mending-") as scratch:
        copy = Path(scratch) / "copy"
        copy.mkdir()
        changes = _copied(source, copy)
        _write_changes(copy / CHANGES, changes)
        copy.rename(out)
    return changes


def _copied(source: Path, copy: Path) -> list[Change]:
    """Copy the files of a city, mending its registers; what else lies in the folder stays behind."""
    words, changes = dictionary(), list[Change]()
    registers = {register.file: register for register in [*words.decisions.values(), *words.registers.values()]}
    for name in input_names():
        path = source / name
        if not path.is_file():
            continue
        if name in registers:
            text, found = mended_csv(path, registers[name])
            if text is None:
                shutil.copyfile(path, copy / name)
            else:
                (copy / name).write_text(text, encoding="utf-8", newline="")
            changes += found
        elif name == WORKBOOK:
            changes += _mended_workbook(path, copy / name, words.registers)
        else:
            shutil.copyfile(path, copy / name)
    if (copy / DESCRIPTOR).is_file():
        _describe(copy)
    return changes


def _describe(copy: Path) -> None:
    """Write the descriptor anew: lengths and hashes have changed. One that says nothing usable stays as it is."""
    try:
        write_datapackage(copy)
    except InvalidCity:
        return


def mended_csv(path: Path, register: Register) -> tuple[str | None, list[Change]]:
    """Return the mended text of a CSV register and what was changed; None where it cannot be taken apart.

    Parameters
    ----------
    path : Path
        The file.
    register : Register
        What the dictionary says about it.
    """
    writing, rows = rows_of(path, [field.name for field in register.fields])
    if writing is None or not rows:
        return None, []
    changes: list[Change] = []
    if not writing.usual:
        changes.append(Change(register.file, None, "", writing.told(register.file).en, "", OTHER_WAY))
    written = _mended_rows(rows, register, register.file, changes)
    if not changes:
        return None, []
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(written)
    return out.getvalue(), changes


def rows_of(path: Path, known: Sequence[str]) -> tuple[Writing | None, list[tuple[int, list[str]]]]:
    """Return how a CSV file is written and its rows, each with the line it begins on; no rows when it cannot be taken apart.

    Parameters
    ----------
    path : Path
        The file.
    known : sequence of str
        Columns it may have.
    """
    writing = writing_of(path, known, [])
    if writing is None:
        return None, []
    with path.open(encoding=writing.codec, newline="") as file:
        text = file.read()
    if any(len(line) > MAX_LINE for line in text.split("\n")):
        return writing, []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=writing.separator, strict=True)
    rows, last = list[tuple[int, list[str]]](), 0
    try:
        for cells in reader:
            rows.append((last + 1, cells))
            last = reader.line_num
    except csv.Error:
        return writing, []
    return writing, rows


def _mended_rows(rows: Sequence[tuple[int, list[str]]], register: Register, file: str, changes: list[Change]) -> list[list[str]]:
    """Return the rows, the header first, as they are to be written."""
    fields = {field.name: field for field in register.fields}
    (first, header), written = rows[0], list[list[str]]()
    names = [_column(name, fields) for name in header]
    for old, new in zip(header, names, strict=True):
        if old != new:
            changes.append(Change(file, first, new, masked(old), new, HEADER))
    written.append(names)
    for line, cells in rows[1:]:
        if not any(cell.strip() for cell in cells):
            changes.append(Change(file, line, "", "", "", FEWER_LINES))
        elif is_example(cells[0]) or len(cells) != len(names):
            written.append(cells)
        else:
            row = [mended(cell, fields[name]) if name in fields else (cell, ()) for cell, name in zip(cells, names, strict=True)]
            written.append([cell for cell, _ in row])
            for name, old, (new, why) in zip(names, cells, row, strict=True):
                if why:
                    changes.append(Change(file, line, name, masked(old), masked(new), _joined(why)))
    return written


def _column(name: str, known: Any) -> str:
    """Return the name of a column, as the dictionary has it if only space, case or width differ."""
    plain = name.strip("\ufeff\u200b \t\u3000").lower()
    return plain if name not in known and plain in known else name


def _joined(why: Sequence[Text]) -> Text:
    return Text("；".join(text.zh for text in why), "; ".join(text.en for text in why))


def _mended_workbook(path: Path, out: Path, registers: dict[str, Register]) -> list[Change]:
    """Copy a workbook, mending the text cells of its registers; one that cannot be opened safely is copied as it is."""
    from openpyxl import load_workbook

    from friendly_city.city.workbook import unsafe

    if unsafe(path):
        shutil.copyfile(path, out)
        return []
    book = load_workbook(path)
    changes: list[Change] = []
    for sheet in book.worksheets:
        if sheet.title in registers:
            _mend_sheet(sheet, registers[sheet.title], f"{WORKBOOK}#{sheet.title}", changes)
    if changes:
        book.save(out)
    else:
        shutil.copyfile(path, out)
    return changes


def _mend_sheet(sheet: Worksheet, register: Register, file: str, changes: list[Change]) -> None:
    fields = {field.name: field for field in register.fields}
    rows = sheet.iter_rows()
    named = [(cell.column, fields.get(str(cell.value).strip())) for cell in next(rows, ()) if cell.value is not None]
    for row in rows:
        if is_example(row[0].value):
            continue
        for column, field in named:
            cell = row[column - 1]
            if field is None or not isinstance(cell.value, str) or cell.data_type == "f":
                continue
            new, why = mended(cell.value, field)
            if why:
                changes.append(Change(file, cell.row, field.name, masked(cell.value), masked(new), _joined(why)))
                cell.value = new


def _write_changes(path: Path, changes: Sequence[Change]) -> None:
    """Write the list of changes as a workbook of plain texts: a cell that looks like a formula is none."""
    import xlsxwriter

    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet("changes")
        head = book.add_format({"bold": True, "bottom": 1})
        for column, name in enumerate(HEAD):
            sheet.write_string(0, column, name, head)
        for number, change in enumerate(changes, start=1):
            line = "" if change.line is None else str(change.line)
            texts = (change.file, line, change.column, change.before, change.after, change.why.zh, change.why.en)
            for column, text in enumerate(texts):
                sheet.write_string(number, column, text)
        sheet.set_column(0, 2, 22)
        sheet.set_column(3, 6, 32)
        sheet.freeze_panes(1, 0)
