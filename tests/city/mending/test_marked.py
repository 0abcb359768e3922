"""The marked workbook and the JSON of a checked folder: every fault in its cell, no personal data, no formulas."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook

from friendly_city.city.mending import marked
from friendly_city.city.mending.faults import check_folder
from friendly_city.city.mending.marked import LIST, write_marked
from friendly_city.cli import main


@pytest.fixture
def spoilt(folder):
    """A folder with a misspelt kind, a formula, a telephone number and a ragged row."""
    path = folder / "facilities.csv"
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines()
    name = lines[0].split(",").index("name")
    rows = [line.split(",") for line in lines]
    rows[1][1] = "Kindergarden"
    rows[2][name] = "=1+1"
    rows[3][name] = "电话13812345678"
    path.write_text("\n".join(",".join(row) for row in rows) + "\nx,y\n", encoding="utf-8")
    return folder


def test_every_faulty_cell_is_marked_and_explained(spoilt, tmp_path):
    checked = check_folder(spoilt)
    write_marked(checked, tmp_path / "faults.xlsx")
    book = load_workbook(tmp_path / "faults.xlsx")
    sheet = book["facilities.csv"]
    noted = {(cell.row, sheet.cell(1, cell.column).value): cell.comment.text for row in sheet for cell in row if cell.comment}
    filled = {cell.coordinate for row in sheet for cell in row if cell.fill.fgColor.rgb.endswith("F6C9C0")}
    own = {(fault.row, fault.column or "#") for fault in checked.faults if fault.file == "facilities.csv"}
    assert set(noted) == own
    assert len(filled) == len(own) >= 4
    for fault in checked.faults:
        if fault.file == "facilities.csv":
            assert fault.what in noted[fault.row, fault.column or "#"]
    assert book[LIST].max_row == len(checked.faults) + 1


def test_a_row_of_the_list_leads_to_its_cell(spoilt, tmp_path):
    checked = check_folder(spoilt)
    write_marked(checked, tmp_path / "faults.xlsx")
    book = load_workbook(tmp_path / "faults.xlsx")
    for number, fault in enumerate(checked.faults, start=2):
        link = book[LIST].cell(number, 3).hyperlink
        if fault.file == "facilities.csv" and fault.column:
            sheet, _, cell = link.location.partition("!")
            assert book[sheet.strip("'")][cell].comment.text.startswith(fault.what)


def test_nothing_personal_and_no_formula_is_in_the_workbook(spoilt, tmp_path):
    write_marked(check_folder(spoilt), tmp_path / "faults.xlsx")
    book = load_workbook(tmp_path / "faults.xlsx")
    cells = [cell for sheet in book for row in sheet for cell in row]
    assert "=1+1" in [cell.value for cell in cells]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert "13812345678" not in str([cell.value for cell in cells] + [cell.comment for cell in cells])
    assert "■■■" in [cell.value for cell in cells]


def test_of_a_long_register_the_faulty_rows_are_shown(spoilt, tmp_path, monkeypatch):
    monkeypatch.setattr(marked, "WHOLE_ROWS", 2)
    write_marked(check_folder(spoilt), tmp_path / "faults.xlsx")
    sheet = load_workbook(tmp_path / "faults.xlsx")["facilities.csv"]
    assert [cell.value for cell in sheet["A"]][:4] == ["#", "2", "3", "4"]
    assert sheet.max_row == 5


def test_the_command_writes_json_workbook_and_copy_and_exits_3(spoilt, tmp_path):
    out, xlsx, copy = (str(tmp_path / name) for name in ("faults.json", "faults.xlsx", "copy"))
    found = CliRunner().invoke(main, ["city", "check", str(spoilt), "--json", out, "--xlsx", xlsx, "--fix", copy])
    assert found.exit_code == 3
    said = json.loads((tmp_path / "faults.json").read_text(encoding="utf-8"))
    assert said["loads"] is False
    assert {(fault["row"], fault["column"]) for fault in said["faults"]} >= {(2, "kind"), (3, "name"), (4, "name")}
    assert all(fault["mend_zh"] and fault["mend_en"] for fault in said["faults"])
    assert "listed in" in found.output


def test_json_alone_is_printed(folder):
    found = CliRunner().invoke(main, ["city", "check", str(folder), "--json", "-"])
    assert found.exit_code == 0
    assert json.loads(found.output) == {"folder": "city", "loads": True, "faults": []}
