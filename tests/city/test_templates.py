"""The templates of a new city: whole, explained, valid where they show an example, and left out when the city is loaded."""

from __future__ import annotations

import csv
import io
import json
import re
from html.parser import HTMLParser

import openpyxl
import pandas as pd
import pytest
import yaml
from click.testing import CliRunner

from friendly_city.city.check import checked
from friendly_city.city.dictionary import dictionary
from friendly_city.city.dictionary_page import dictionary_page
from friendly_city.city.tables import ROW, is_example
from friendly_city.city.templates import csv_template, explained_rows, new_city
from friendly_city.cli import main
from tests.city.conftest import problems_in

REGISTERS = list(dictionary().registers.values())


@pytest.fixture(scope="module")
def fresh(tmp_path_factory):
    folder = tmp_path_factory.mktemp("new") / "city"
    new_city(folder)
    return folder


@pytest.mark.parametrize("register", REGISTERS, ids=lambda register: register.name)
def test_a_template_has_every_column_and_three_rows_that_explain(register):
    header, *rows = csv.reader(io.StringIO(csv_template(register)))
    assert header == [field.name for field in register.fields]
    assert len(rows) == 3
    assert all(is_example(row[0]) for row in rows)
    for field, zh, en in zip(register.fields, rows[0], rows[1], strict=True):
        assert field.text.zh in zh
        assert field.text.en in en


@pytest.mark.parametrize("register", REGISTERS, ids=lambda register: register.name)
def test_the_example_is_a_row_that_the_dictionary_allows(register):
    row = list(explained_rows(register))[-1]
    row[0] = "440304001001" if register.name == "communities" else "X1"
    table = pd.DataFrame([row], columns=[field.name for field in register.fields], dtype="str").assign(**{ROW: 2})
    problems = []
    checked(table, register, problems)
    assert problems == []


def test_the_workbook_has_a_sheet_for_each_register_with_drop_downs(fresh):
    book = openpyxl.load_workbook(fresh / "registers.xlsx")
    assert [name for name in book.sheetnames if name not in ("说明", "lists")] == [register.name for register in REGISTERS]
    for register in REGISTERS:
        sheet = book[register.name]
        assert [cell.value for cell in sheet[1]] == [field.name for field in register.fields]
        lists = [rule for rule in sheet.data_validations.dataValidation if rule.type == "list"]
        closed = [field for field in register.fields if field.enum or field.type == "boolean"]
        assert len(lists) == len(closed)
        for rule, field in zip(lists, closed, strict=True):
            values = [cell.value for (cell,) in book["lists"][rule.formula1.split("!")[1].replace("$", "")]]
            assert values == list(field.enum or ("true", "false"))


def test_a_new_city_is_told_what_is_missing_and_no_example_counts(fresh):
    found = problems_in(fresh)
    assert [problem.split(":")[0] for problem in found[:4]] == [
        "communities.csv",
        "population.csv",
        "homes.csv",
        "facilities.csv",
    ]
    assert all("sheet" in problem for problem in found[:4])
    assert sum("no features" in problem for problem in found) == 2
    assert len(found) == 6


def test_nothing_is_written_over(tmp_path):
    (tmp_path / "a.txt").write_text("mine", encoding="utf-8")
    done = CliRunner().invoke(main, ["city", "new", str(tmp_path)])
    assert done.exit_code == 2
    assert "there is something already" in done.output
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]


def test_the_same_bytes_are_written_each_time(tmp_path, fresh):
    new_city(tmp_path / "again")
    for path in fresh.rglob("*.*"):
        if path.suffix not in (".xlsx", ".json"):  # a workbook carries the time it was made
            assert (tmp_path / "again" / path.relative_to(fresh)).read_bytes() == path.read_bytes(), path


def test_the_page_names_every_field_and_needs_no_network():
    page = dictionary_page()
    for item in dictionary().items():
        for field in item.fields:
            assert f"<code>{field.name}</code>" in page
    assert not re.search(r"https?://|<script|src=", page)
    HTMLParser().feed(page)


def test_city_yaml_and_layers_are_what_their_readers_take(fresh):
    assert yaml.safe_load((fresh / "city.yaml").read_text(encoding="utf-8"))["id"] == "my-city"
    for name in ("boundaries", "streets"):
        (feature,) = json.loads((fresh / f"{name}.geojson").read_text(encoding="utf-8"))["features"]
        assert is_example(next(iter(feature["properties"].values())))
