"""A workbook that shows what is wrong: a list of all faults, and each faulty register with its cells marked and commented.

Texts only, no formulas and no links out; personal data are blacked out. Nothing is read back from it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from friendly_city.city.mending.faults import Cells, Checked, Fault, cells
from friendly_city.city.personal import masked, personal_in

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

WHOLE_ROWS = 20_000
"""Rows up to which a register is shown whole; of a longer one the faulty rows are. Ours."""
COLUMNS = (
    ("file", "文件", "file", 22), ("sheet", "工作表", "sheet", 14), ("row", "行", "row", 8), ("column", "列", "column", 22),
    ("value", "现值", "value", 28), ("what", "问题", "what is wrong", 48), ("expected", "应为", "expected", 36),
    ("mend_zh", "如何改正", "how to mend it (zh)", 36), ("mend_en", "如何改正（英文）", "how to mend it", 36),
    ("severity", "性质", "severity", 12),
)  # fmt: skip
"""Columns of the list: key, heading in Chinese and English, width."""
LIST = "问题 faults"
LINE = "#"
"""Heading of the first column of a register: the line in its own file."""
LONGEST_NAME = 31
"""Characters Excel allows in the name of a sheet."""


def write_marked(checked: Checked, path: Path) -> None:
    """Write the workbook of a checked folder.

    Parameters
    ----------
    checked : Checked
        From `check_folder`.
    path : Path
        Where to write it; an existing file is replaced.
    """
    import xlsxwriter

    by_file: dict[str, list[Fault]] = defaultdict(list)
    for fault in checked.faults:
        if fault.row is not None:
            by_file[f"{fault.file}#{fault.sheet}" if fault.sheet else fault.file].append(fault)
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        listed = book.add_worksheet(LIST)
        places: dict[int, tuple[str, int, int]] = {}
        for file, faults in by_file.items():
            content = cells(checked.folder, file)
            if content:
                places |= _register_sheet(book, file, faults, content)
        _list_sheet(book, listed, checked.faults, places)


def _register_sheet(book: Workbook, file: str, faults: Sequence[Fault], content: Cells) -> dict[int, tuple[str, int, int]]:
    """Add a register as it stands in its file, and return the sheet, row and column of each fault, by its `id`."""
    name = Path(file).name.replace("#", " ")[:LONGEST_NAME]
    sheet = book.add_worksheet(name)
    head, bad = book.add_format({"bold": True, "bottom": 1}), book.add_format({"bg_color": "#F6C9C0", "border": 1})
    first, *body = sorted(content)
    header = list(content[first])
    faulty: dict[int, list[Fault]] = defaultdict(list)
    for fault in faults:
        faulty[int(fault.row or 0)].append(fault)
    shown = [first, *(body if len(body) <= WHOLE_ROWS else [line for line in body if line in faulty])]
    places: dict[int, tuple[str, int, int]] = {}
    for place, line in enumerate(shown):
        row = content[line]
        sheet.write_string(place, 0, LINE if line == first else str(line), head)
        wrong: dict[str, list[Fault]] = defaultdict(list)
        for fault in faulty.get(line, ()):
            wrong[fault.column if fault.column in header else ""].append(fault)
        for number, column in enumerate(header, start=1):
            own = wrong.get(column, ())
            sheet.write_string(place, number, _shown(row.get(column, "")), bad if own else head if line == first else None)
            _comment(sheet, place, number, own)
        if "" in wrong:
            sheet.write_string(place, 0, LINE if line == first else str(line), bad)
            _comment(sheet, place, 0, wrong[""])
        for column, own in wrong.items():
            where = header.index(column) + 1 if column else 0
            places |= {id(fault): (name, place, where) for fault in own}
    sheet.set_column(1, len(header), 16)
    sheet.freeze_panes(1, 1)
    return places


def _shown(value: str) -> str:
    return "■■■" if personal_in(value) else masked(value)


def _comment(sheet: Worksheet, row: int, column: int, faults: Sequence[Fault]) -> None:
    if faults:
        texts = [f"{fault.what}\n{fault.mend.zh}\n{fault.mend.en}" for fault in faults]
        sheet.write_comment(row, column, "\n\n".join(texts), {"x_scale": 2.4, "y_scale": 1.4})


def _list_sheet(book: Workbook, sheet: Worksheet, faults: Sequence[Fault], places: dict[int, tuple[str, int, int]]) -> None:
    """Fill the list of faults; the row of each leads to its cell."""
    from xlsxwriter.utility import xl_rowcol_to_cell

    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
    text, link = book.add_format({"text_wrap": True, "valign": "top"}), book.add_format({"font_color": "#1F4E8C", "underline": 1})
    for number, (_, zh, en, width) in enumerate(COLUMNS):
        sheet.write_string(0, number, f"{zh}\n{en}", head)
        sheet.set_column(number, number, width)
    for place, fault in enumerate(faults, start=1):
        said = fault.to_dict()
        for number, (key, *_) in enumerate(COLUMNS):
            value = "" if said[key] is None else str(said[key])
            if key == "row" and id(fault) in places:
                name, row, column = places[id(fault)]
                sheet.write_url(place, number, f"internal:'{name}'!{xl_rowcol_to_cell(row, column)}", link, value)
            else:
                sheet.write_string(place, number, value, text)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(len(faults), 1), len(COLUMNS) - 1)
