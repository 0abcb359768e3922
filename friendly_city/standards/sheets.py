"""A standard or a checklist as a workbook: one sheet a thing, a header that stays, lists to choose from, a page of words.

What is written can be edited and read back by `sheet_reading`. Every text is a text cell, so that ``=1+1`` is no formula and
``1.10`` keeps its nought; limits and weights are numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from friendly_city.errors import InvalidParameters
from friendly_city.labels import Text
from friendly_city.standards.layout import ABOUT, Column, Sheet, sheets_of
from friendly_city.standards.leaves import Leaf, dotted, leaves_of
from friendly_city.standards.tree import bare, tree_of
from friendly_city.standards.words import described

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

COLUMNS, LISTS = "columns", "lists"
"""The page that explains every column, and that of the lists to choose from; neither is read back."""
ABOUT_HEADINGS = ("field", "value", "zh", "en")
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
"""The moment a workbook says it was made, so that the same data give the same bytes."""
MAX_TEXT = 32_767
"""Characters a cell can hold."""
ABOUT_WORDS = Text(
    "文件本身：每个字段一行。值一律作文本读；格式、颜色、批注、合并单元格都不读，公式不收。本页与 lists 页不读。",
    "The document itself: a row a field. Only what the cells hold is read, no formats, colours, comments or merged cells; "
    "formulas are refused. This page and the page of lists are not read.",
)
KEY_WORDS = Text(
    "属于上一级的哪一行：填它的标识；没有标识的填序号。",
    "To which row above it belongs: its id, or its number where it has none.",
)
SPARE_ROWS = 500
"""Rows below the last that have lists to choose from too."""
WIDE, NARROW = 46, 16
LONG = (
    "text",
    "note",
    "evidence",
    "remedy",
    "ours",
    "consulted",
    "purpose",
    "where",
    "having",
    "title",
    "zh",
    "en",
    "url",
    "source",
)


@dataclass(frozen=True, slots=True)
class Filled:
    """A sheet with the texts of its cells, by row from 1 and column from 0."""

    sheet: Sheet
    headings: tuple[str, ...]
    cells: dict[tuple[int, int], str]

    @property
    def rows(self) -> int:
        """Return the number of its last row, the header being 0."""
        return max((row for row, _ in self.cells), default=0)


def filled(value: object) -> tuple[Filled, ...]:
    """Return the sheets of a document with their cells.

    Parameters
    ----------
    value : object
        A `Standard` or `ChecklistFile`.
    """
    kind: Any = type(value)
    sheets, leaves = sheets_of(kind), list(leaves_of(tree_of(value), kind))
    return tuple(_about(sheet, leaves) if sheet.name == ABOUT else _filled(sheet, leaves, sheets) for sheet in sheets)


def is_number(kind: Any) -> bool:
    """Return whether a field holds a number.

    Examples
    --------
    >>> is_number(float | None), is_number(str)
    (True, False)
    """
    return bare(kind) in (int, float)


def about_rows(sheet: Sheet) -> dict[str, dict[str, Column]]:
    """Return the rows of the first sheet: for each field its columns, ``value`` or ``zh`` and ``en``."""
    rows: dict[str, dict[str, Column]] = {}
    for column in sheet.columns:
        field = dotted(column.path[:-1]) if column.language else column.name
        rows.setdefault(field, {})[column.language or "value"] = column
    return rows


def _about(sheet: Sheet, leaves: list[Leaf]) -> Filled:
    known = {leaf.path: leaf.text for leaf in leaves}
    cells: dict[tuple[int, int], str] = {}
    for row, (field, columns) in enumerate(about_rows(sheet).items(), start=1):
        cells[row, 0] = field
        for heading, column in columns.items():
            if column.path in known:
                cells[row, ABOUT_HEADINGS.index(heading)] = known[column.path]
    return Filled(sheet, ABOUT_HEADINGS, cells)


def _filled(sheet: Sheet, leaves: list[Leaf], sheets: tuple[Sheet, ...]) -> Filled:
    pattern = whole_path(sheet, sheets)
    names = {leaf.path: leaf.text for leaf in leaves}
    rows: dict[tuple[str | int, ...], int] = {}
    cells: dict[tuple[int, int], str] = {}
    places = {heading: place for place, heading in enumerate(sheet.headings) if place >= len(sheet.keys)}
    for leaf in leaves:
        above, heading = leaf.path[: len(pattern)], dotted(leaf.path[len(pattern) :])
        if not _fits(above, pattern):
            continue
        if above not in rows:  # also when all it has stands in the sheets below
            rows[above] = len(rows) + 1
            keys = _keys(above, sheet, sheets, names)
            cells |= {(rows[above], place): key for place, key in enumerate(keys)}
        if heading in places:
            cells[rows[above], places[heading]] = leaf.text
    return Filled(sheet, sheet.headings, cells)


def whole_path(sheet: Sheet, sheets: Iterable[Sheet]) -> tuple[str, ...]:
    """Return where the records of a sheet lie in the document, ``*`` standing for numbers."""
    above = next((whole_path(other, sheets) for other in sheets if sheet.parent == other.name), ())
    return (*above, *sheet.path)


def _fits(path: tuple[str | int, ...], pattern: tuple[str, ...]) -> bool:
    return len(path) == len(pattern) and all(
        isinstance(part, int) if wanted == "*" else part == wanted for part, wanted in zip(path, pattern, strict=True)
    )


def _keys(
    path: tuple[str | int, ...], sheet: Sheet, sheets: tuple[Sheet, ...], names: dict[tuple[str | int, ...], str]
) -> tuple[str, ...]:
    """Return what the key columns of a record hold: how the record above it is known."""
    if not sheet.parent:
        return ()
    parent = next(other for other in sheets if other.name == sheet.parent)
    above = path[: len(path) - len(sheet.path)]
    if parent.identity:
        return (names.get((*above, parent.identity), ""),)
    own = (str(int(above[-1]) + 1),) if parent.is_list else ()
    return (*_keys(above, parent, sheets, names), *own)


def write_workbook(value: object, path: Path) -> None:
    """Write a document as a workbook, whole or not at all.

    Parameters
    ----------
    value : object
        A `Standard` or `ChecklistFile`.
    path : Path
        The .xlsx file.

    Raises
    ------
    InvalidParameters
        When a text is too long for a cell.
    """
    from xlsxwriter import Workbook

    pages = filled(value)
    for page in pages:
        _require_short(page)
    temporary = path.with_name(f".{path.name}.part")
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    try:
        with Workbook(str(temporary), options) as book:
            book.set_properties({"created": EPOCH, "title": str(getattr(value, "id", ""))})
            _write_pages(book, pages)
        temporary.replace(path)
    finally:
        with suppress(FileNotFoundError):
            temporary.unlink()


def _require_short(page: Filled) -> None:
    for (row, column), text in page.cells.items():
        if len(text) > MAX_TEXT:
            where = f"sheet {page.sheet.name}, row {row + 1}, {page.headings[column]}"
            raise InvalidParameters(f"{where}: {len(text):,} characters; a cell holds {MAX_TEXT:,}")


def _write_pages(book: Workbook, pages: tuple[Filled, ...]) -> None:
    styles = {
        "head": book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 2, "num_format": "@"}),
        "text": book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"}),
        "run": book.add_format(),
        "number": book.add_format({"valign": "top", "num_format": "General"}),
    }
    sheets = {page.sheet.name: book.add_worksheet(page.sheet.name) for page in pages}
    explained, lists = book.add_worksheet(COLUMNS), book.add_worksheet(LISTS)
    ranges = _write_lists(lists, pages, styles)
    for page in pages:
        _write_page(sheets[page.sheet.name], page, styles)
        _offer_choices(sheets[page.sheet.name], page, ranges)
    _write_explanations(explained, pages, styles)


def _write_page(sheet: Worksheet, page: Filled, styles: dict[str, Any]) -> None:
    numbers = {len(page.sheet.keys) + place for place, column in enumerate(page.sheet.columns) if is_number(column.kind)}
    numbers = set() if page.sheet.name == ABOUT else numbers
    sheet.freeze_panes(1, max(len(page.sheet.keys), 1))
    for place, heading in enumerate(page.headings):
        sheet.set_column(place, place, WIDE if is_long(heading) else NARROW, styles["number" if place in numbers else "text"])
        sheet.write_string(0, place, heading, styles["head"])
    if page.sheet.name != ABOUT:
        sheet.autofilter(0, 0, max(page.rows, 1), len(page.headings) - 1)
    for (row, place), text in page.cells.items():
        if place in numbers and keeps_its_value(text):
            sheet.write_number(row, place, float(text), styles["number"])
        else:
            _write_text(sheet, row, place, text, styles)


def _write_text(sheet: Worksheet, row: int, place: int, text: str, styles: dict[str, Any]) -> None:
    """Write a text cell; in two runs where the library would take the text for markup of its own."""
    if text.startswith("<r>") and text.endswith("</r>"):
        sheet.write_rich_string(row, place, styles["run"], text[:1], text[1:], styles["text"])
    else:
        sheet.write_string(row, place, text, styles["text"])


def is_long(heading: str) -> bool:
    """Return whether a column holds sentences and needs width.

    Examples
    --------
    >>> is_long("title.zh"), is_long("obligation")
    (True, False)
    """
    return any(part in LONG for part in heading.split("."))


def keeps_its_value(text: str) -> bool:
    """Return whether a number survives a number cell, which holds sixteen digits.

    Examples
    --------
    >>> keeps_its_value("4.35"), keeps_its_value("0.30000000000000004")
    (True, False)
    """
    return float(f"{float(text):.16g}") == float(text)


def _write_lists(sheet: Worksheet, pages: tuple[Filled, ...], styles: dict[str, Any]) -> dict[tuple[str, ...], str]:
    """Write each closed list in a column of its own and return where it stands."""
    ranges: dict[tuple[str, ...], str] = {}
    for column in (column for page in pages for column in page.sheet.columns if column.choices):
        if column.choices in ranges:
            continue
        place = len(ranges)
        sheet.write_string(0, place, column.name, styles["head"])
        for row, choice in enumerate(column.choices, start=1):
            sheet.write_string(row, place, choice, styles["text"])
        ranges[column.choices] = _range(LISTS, place, len(column.choices))
    return ranges


def _range(name: str, column: int, rows: int) -> str:
    from xlsxwriter.utility import xl_range_abs

    return f"='{name}'!{xl_range_abs(1, column, rows, column)}"


def _offer_choices(sheet: Worksheet, page: Filled, ranges: dict[tuple[str, ...], str]) -> None:
    for row, last, place, source in _choices(page, ranges):
        sheet.data_validation(row, place, last, place, {"validate": "list", "source": source})


def _choices(page: Filled, ranges: dict[tuple[str, ...], str]) -> Iterator[tuple[int, int, int, str]]:
    """Yield the first and last row, the column and the source of each list to choose from."""
    last = page.rows + SPARE_ROWS
    if page.sheet.name == ABOUT:
        for row, columns in enumerate(about_rows(page.sheet).values(), start=1):
            if "value" in columns and (source := _source(columns["value"], ranges)):
                yield row, row, 1, source
        return
    if page.sheet.keys[:1] == ("criterion",):
        yield 1, last, 0, _range("criteria", 0, SPARE_ROWS * 4)
    for place, column in enumerate(page.sheet.columns, start=len(page.sheet.keys)):
        if source := _source(column, ranges):
            yield 1, last, place, source


def _source(column: Column, ranges: dict[tuple[str, ...], str]) -> str:
    if column.refers_to:
        return _range(column.refers_to, 0, SPARE_ROWS * 4)
    return ranges.get(column.choices, "") if column.choices else ""


def _write_explanations(sheet: Worksheet, pages: tuple[Filled, ...], styles: dict[str, Any]) -> None:
    sheet.freeze_panes(1, 2)
    for place, (heading, width) in enumerate((("sheet", 14), ("column", 24), ("zh", 60), ("en", 60), ("values", 40))):
        sheet.set_column(place, place, width)
        sheet.write_string(0, place, heading, styles["head"])
    for row, texts in enumerate(explanations(pages), start=1):
        for place, text in enumerate(texts):
            sheet.write_string(row, place, text, styles["text"])


def explanations(pages: Iterable[Filled]) -> Iterator[tuple[str, str, str, str, str]]:
    """Yield sheet, column, what it is in Chinese and English, and its values."""
    for page in pages:
        sheet = page.sheet
        about = ABOUT_WORDS if sheet.name == ABOUT else described(*sheet.of)
        yield sheet.name, "", *_both(about), ""
        yield from ((sheet.name, key, *_both(KEY_WORDS), "") for key in sheet.keys)
        for column in sheet.columns:
            yield sheet.name, column.name, *_both(described(*column.of)), ", ".join(column.choices)


def _both(words: Text | None) -> tuple[str, str]:
    return (words.zh, words.en) if words else ("", "")
