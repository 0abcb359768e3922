"""Registers from a workbook are what they are from CSV, with the same messages; a hostile workbook is not opened."""

from __future__ import annotations

import zipfile
from datetime import date

import openpyxl
import pandas as pd
import pytest

from friendly_city.city.dictionary import dictionary
from friendly_city.city.load import load_city
from tests.city.conftest import problems_in
from tests.factories import rows_of, write_city


def as_excel(field, text):
    """A cell as a person in Excel has it: numbers, dates and truth values are such."""
    if not text:
        return None
    if field.type == "date":
        return date.fromisoformat(text)
    if field.type == "boolean":
        return text == "true"
    return float(text) if field.numeric else text


def with_workbook(folder, names, **changes):
    """The tiny city with some registers in a workbook instead of in CSV files."""
    write_city(folder, **changes)
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name in names:
        register = dictionary().registers[name]
        sheet = book.create_sheet(name)
        sheet.append([field.name for field in register.fields])
        rows = rows_of(name)
        rows = changes[name](rows) if name in changes else rows
        for row in rows:
            sheet.append([as_excel(field, row[field.name]) for field in register.fields])
        (folder / register.file).unlink()
    book.save(folder / "registers.xlsx")
    (folder / "datapackage.json").unlink()
    from friendly_city.city.descriptor import write_datapackage

    write_datapackage(folder)
    return folder


def test_a_workbook_holds_the_same_city_as_csv_files(tmp_path):
    plain = load_city(write_city(tmp_path / "csv"))
    city = load_city(with_workbook(tmp_path / "xlsx", list(dictionary().registers)))
    assert list(city.registers) == list(plain.registers)
    for name, table in plain.registers.items():
        pd.testing.assert_frame_equal(city.registers[name], table)
    assert "registers.xlsx" in city.hashes


def test_some_registers_may_be_sheets_and_others_files(tmp_path):
    city = load_city(with_workbook(tmp_path, ["homes", "staff"]))
    assert len(city.registers["homes"]) == 8


def test_a_fault_is_told_by_sheet_row_and_column(tmp_path):
    def change(rows):
        return [row | {"floor_area_m2": "-3"} if place == 2 else row for place, row in enumerate(rows)]

    (problem,) = problems_in(with_workbook(tmp_path, ["facilities"], facilities=change))
    assert problem == "registers.xlsx#facilities:4 floor_area_m2: -3 is below the minimum 0; expected 0 or more"


def test_registers_of_a_workbook_are_compared_with_others(tmp_path):
    def change(rows):
        return [row | {"community_code": "440304001009"} if place == 0 else row for place, row in enumerate(rows)]

    (problem,) = problems_in(with_workbook(tmp_path, ["communities", "staff"], staff=change))
    assert problem.startswith("registers.xlsx#staff:2 community_code: no communities row '440304001009'")
    assert "registers.xlsx#communities" in problem


def test_a_register_in_both_is_told(tmp_path):
    folder = with_workbook(tmp_path, ["staff"])
    (folder / "staff.csv").write_bytes((write_city(tmp_path / "other") / "staff.csv").read_bytes())
    assert any("registers.xlsx has rows of staff too" in problem for problem in problems_in(folder))


def test_a_sheet_with_an_unknown_name_is_told_with_the_nearest(tmp_path):
    folder = with_workbook(tmp_path, ["staff"])
    book = openpyxl.load_workbook(folder / "registers.xlsx")
    book.create_sheet("Facilitys").append(["a"])
    book["Facilitys"].append(["b"])
    book.save(folder / "registers.xlsx")
    (problem,) = problems_in(folder)
    assert "no register has the name of the sheet 'Facilitys'" in problem
    assert "did you mean 'facilities'?" in problem


def test_a_formula_is_refused(tmp_path):
    folder = with_workbook(tmp_path, ["staff"])
    book = openpyxl.load_workbook(folder / "registers.xlsx")
    book["staff"]["A2"] = '=HYPERLINK("x")'
    book.save(folder / "registers.xlsx")
    assert any(
        "would run as a formula" in problem and problem.startswith("registers.xlsx#staff:2 staff_id")
        for problem in problems_in(folder)
    )


def spoilt(folder, change):
    """A workbook whose parts were changed by hand."""
    path = with_workbook(folder, ["staff"]) / "registers.xlsx"
    with zipfile.ZipFile(path) as archive:
        parts = {part.filename: archive.read(part) for part in archive.infolist()}
    change(parts)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return folder


def bomb(parts):
    parts["xl/media/a.bin"] = bytes(2_000_000)


def entities(parts):
    name = "xl/workbook.xml"
    parts[name] = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]>' + parts[name].split(b"?>")[-1]


def outside(parts):
    parts["../../evil.xml"] = b"<a/>"


def macros(parts):
    parts["xl/vbaProject.bin"] = b"x"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (bomb, "the workbook unpacks to too much"),
        (entities, "the workbook declares XML entities"),
        (outside, "a part of the workbook lies outside of it"),
        (macros, "the workbook has macros"),
    ],
)
def test_a_hostile_workbook_is_not_opened(tmp_path, monkeypatch, change, told):
    monkeypatch.setattr("friendly_city.city.workbook.MAX_UNPACKED", 1_000_000)  # the bomb is a small one
    found = problems_in(spoilt(tmp_path / "city", change))
    assert any(problem.startswith("registers.xlsx") and told in problem for problem in found)
    assert not (tmp_path.parent / "evil.xml").exists()


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x03\x04 broken"])
def test_what_is_no_workbook_is_told(tmp_path, content):
    folder = with_workbook(tmp_path, ["staff"])
    (folder / "registers.xlsx").write_bytes(content)
    assert any("this is no workbook" in problem for problem in problems_in(folder))


def test_a_sheet_with_too_many_columns_is_told(tmp_path):
    folder = with_workbook(tmp_path, ["staff"])
    book = openpyxl.load_workbook(folder / "registers.xlsx")
    book["staff"].cell(1, 5_000, "x")
    book.save(folder / "registers.xlsx")
    assert any("5,000 columns, at most 200" in problem for problem in problems_in(folder))
