"""A city from nothing: templates of every register and layer, made from the data dictionary, and what to do with them.

Rows that explain begin with a mark and are left out when the city is loaded, so they may stay.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from friendly_city.city.descriptor import write_datapackage
from friendly_city.city.dictionary import WORKBOOK, Field, Layer, Register, dictionary
from friendly_city.city.dictionary_page import allowed, dictionary_page
from friendly_city.city.settings import NAME as SETTINGS
from friendly_city.errors import InvalidParameters
from friendly_city.labels import LANGUAGES

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

MARKS = ("#说明", "#note", "#示例 example")
"""First cells of the rows that explain: Chinese, English, an example."""
EXAMPLES = {
    "community_code": "440304001001", "name": "示例社区", "name_en": "Example", "subdistrict_code": "440304001",
    "subdistrict": "示例街道", "subdistrict_en": "Example", "age_from": "0", "age_below": "3", "persons": "120",
    "longitude": "114.055123", "latitude": "22.535456", "category": "", "item": "child_first_statement", "title": "关于……的通知",
    "code": "green_coverage_share", "year": "2022", "value": "0.38", "unit": "share", "kind": "", "year_from": "2022",
    "year_to": "2022", "facility_id": "F1", "serves_age_from": "3", "serves_age_below": "6", "pavement_sides": "2",
    "expires_date": "2025-12-31", "closed_date": "", "until_date": "", "theme": "reading", "subject_kind": "facility",
    "days": "mo-fr", "opens": "09:00", "closes": "17:30", "from_date": "",
}  # fmt: skip
"""Values of examples where the type of the field does not say one; '' where an example had better be empty."""
BY_TYPE = {"number": "100", "integer": "10", "boolean": "true", "date": "2022-06-01", "string": "X1"}
TEXT_ROWS = 10_000
"""Rows of a sheet that are prepared for input."""


def example_of(field: Field) -> str:
    """Return an example value of a field, such as its templates show.

    Examples
    --------
    >>> example_of(dictionary().registers["homes"].field("longitude"))
    '114.055123'
    """
    if field.enum:
        return field.enum[0]
    return EXAMPLES.get(field.name, BY_TYPE[field.type])


def explained_rows(item: Register | Layer) -> Iterator[list[str]]:
    """Yield the rows of a template under its header: what each field is in Chinese and English, and an example."""
    for mark, language in zip(MARKS, LANGUAGES, strict=False):
        texts = [" · ".join(part for part in (f.text.of(language), allowed(f, language)) if part) for f in item.fields]
        yield [f"{mark} {texts[0]}", *texts[1:]]
    yield [MARKS[2], *(example_of(field) for field in item.fields[1:])]


def csv_template(register: Register) -> str:
    """Return the text of a CSV template."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([field.name for field in register.fields])
    writer.writerows(explained_rows(register))
    return out.getvalue()


def layer_template(layer: Layer) -> str:
    """Return the text of a GeoJSON template with one example."""
    west, south, east, north = 114.05, 22.53, 114.06, 22.54
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    geometry: dict[str, Any] = {"type": "LineString", "coordinates": ring[:2]}
    if "Polygon" in layer.geometry:
        geometry = {"type": "Polygon", "coordinates": [ring]}
    properties: dict[str, Any] = {field.name: _json_value(field) for field in layer.fields} | {layer.key: MARKS[2]}
    feature = json.dumps({"type": "Feature", "properties": properties, "geometry": geometry}, ensure_ascii=False)
    return '{"type":"FeatureCollection","features":[\n' + feature + "\n]}\n"


def _json_value(field: Field) -> str | float | bool:
    text = example_of(field)
    if field.type == "boolean":
        return text == "true"
    return float(text) if field.type == "number" else int(text) if field.type == "integer" else text


def write_workbook(path: Path) -> None:
    """Write the workbook: a sheet for each register, with drop-downs, and the rows that explain."""
    import xlsxwriter

    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        guide = book.add_worksheet("说明")
        guide.set_column(0, 1, 60)
        for number, (zh, en) in enumerate(_steps()):
            guide.write_row(number, 0, [zh, en], book.add_format({"text_wrap": True, "valign": "top"}))
        lists = book.add_worksheet("lists")
        for register in dictionary().registers.values():
            _write_sheet(book, lists, register)
        lists.hide()


def _write_sheet(book: Workbook, lists: Worksheet, register: Register) -> None:
    sheet = book.add_worksheet(register.name)
    head, grey = book.add_format({"bold": True, "bottom": 1}), book.add_format({"font_color": "#666666", "text_wrap": True})
    text = book.add_format({"num_format": "@"})
    for column, field in enumerate(register.fields):
        sheet.set_column(column, column, 18, text if field.type == "string" else None)
        sheet.write_string(0, column, field.name, head)
        _restrict(sheet, lists, column, field)
    for number, row in enumerate(explained_rows(register), start=1):
        for column, cell in enumerate(row):
            sheet.write_string(number, column, cell, grey)
    sheet.freeze_panes(1, 1)


def _restrict(sheet: Worksheet, lists: Worksheet, column: int, field: Field) -> None:
    """Give a column a drop-down of its values, or a bound; Excel then says what is expected."""
    first = len(MARKS) + 1
    title, about = field.name[:32], f"{field.text.zh}\n{field.text.en}"[:255]
    said = {"input_title": title, "input_message": about, "ignore_blank": True}
    values = field.enum or (("true", "false") if field.type == "boolean" else ())
    if values:
        place = lists.dim_colmax + 1 if lists.dim_colmax is not None else 0
        lists.write_column(0, place, values)
        end = _column_name(place)
        rule: dict[str, Any] = {"validate": "list", "source": f"=lists!${end}$1:${end}${len(values)}"}
    elif field.type == "integer" and field.minimum is not None:
        rule = {"validate": "integer", "criteria": ">=", "value": int(str(field.minimum))}
    elif field.type == "number" and field.minimum is not None:
        rule = {"validate": "decimal", "criteria": ">=", "value": float(str(field.minimum))}
    else:
        rule = {"validate": "any"}
    sheet.data_validation(first, column, TEXT_ROWS, column, rule | said)


def _column_name(number: int) -> str:
    from xlsxwriter.utility import xl_col_to_name

    name: str = xl_col_to_name(number)
    return name


def _steps() -> list[list[str]]:
    """Return what to do with the templates, in Chinese and English."""
    import yaml

    text = files("friendly_city.city").joinpath("next_steps.yaml").read_text(encoding="utf-8")
    return [[step["zh"], step["en"]] for step in yaml.safe_load(text)]


def new_city(folder: Path) -> list[Path]:
    """Write the templates of a new city to a folder and return what was written.

    Parameters
    ----------
    folder : Path
        Made if missing; refused when anything is in it, so that nothing is written over.

    Raises
    ------
    InvalidParameters
        When the folder is not empty.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InvalidParameters(f"{folder}: there is something already; expected a new or empty folder")
    tables = folder / "csv"
    tables.mkdir(parents=True)
    words = dictionary()
    for register in words.registers.values():
        (tables / register.file).write_text(csv_template(register), encoding="utf-8", newline="")
    for layer in words.layers.values():
        place = folder if layer.required else tables
        (place / layer.file).write_text(layer_template(layer), encoding="utf-8", newline="")
    write_workbook(folder / WORKBOOK)
    (folder / SETTINGS).write_bytes(files("friendly_city.city").joinpath("new_city.yaml").read_bytes())
    (folder / "dictionary.html").write_text(dictionary_page(), encoding="utf-8", newline="")
    steps = "\n\n".join(f"{number}. {zh}\n   {en}" for number, (zh, en) in enumerate(_steps(), start=1))
    (folder / "NEXT_STEPS.md").write_text(f"# 下一步 · Next steps\n\n{steps}\n", encoding="utf-8", newline="")
    write_datapackage(folder)
    return sorted(path for path in folder.rglob("*") if path.is_file())
