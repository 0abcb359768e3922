"""How YAML is written: quotes where another reader would not take a text for one, short things on one line."""

from __future__ import annotations

import pytest
import yaml

from friendly_city.errors import InvalidParameters
from friendly_city.standards.reader import read_nodes
from friendly_city.standards.requirement import Condition, Filter
from friendly_city.standards.tree import Plain, number_text, tree_of
from friendly_city.standards.write import on_one_line, scalar, yaml_text
from tests.standards.small import STANDARD, standard_of

AS_THEY_ARE = ["shall", "DB4403/T 236—2022", "http://example.org/a", "儿童友好（试行）", "4-1 x", "it's", "K-1"]
IN_QUOTES = [
    "", "1.10", "010", "4.1", "1e3", "0x1F", "0o17", "1_000", ".5", "+1", "-1", "12:30", "0-3", "2022-04-28", "no", "Yes", "on", "y", "null", "~",
    "a?b", "a? b", "a: b", "a #b", "a,b", "x]", "=1+1", "@x", "- x", "'x'", '"x"', " x", "x ", "a\nb", "\t", "\u2028", "“应”",
]  # fmt: skip


@pytest.mark.parametrize("text", AS_THEY_ARE)
def test_a_plain_text_stands_without_quotes(text):
    assert scalar(text) == text


@pytest.mark.parametrize("text", IN_QUOTES)
def test_a_text_that_could_be_taken_for_something_else_stands_in_quotes(text):
    written = scalar(text)
    assert written.startswith('"')
    assert yaml.safe_load(written) == text
    assert read_nodes(f"key: {written}".encode(), "x").mapping["key"].text == text
    assert yaml.safe_load(on_one_line({"key": [text]})) == {"key": [text]}


def test_numbers_dates_and_truth_values_stand_without_quotes():
    assert [scalar(Plain(text)) for text in ("6", "1e-09", "2022-04-28", "true")] == ["6", "1e-09", "2022-04-28", "true"]


@pytest.mark.parametrize("value", [6.0, 4.35, 1e-9, 0.1 + 0.2, 1e15, 1e300, 123456789.123456789, 5e-324, -0.5])
def test_the_text_of_a_number_reads_as_the_same_number(value):
    assert float(number_text(value)) == value


def test_the_form_is_that_of_the_shipped_files(tmp_path):
    lines = yaml_text(standard_of(tmp_path), comment="A line of ours.").splitlines()
    assert lines[:3] == ["# A line of ours.", "id: small", 'number: "1.10"']
    assert "title: {zh: 小标准, en: A small standard}" in lines
    assert '  - {id: c1, number: "010", text: {zh: 一, en: One}, text_basis: full, source: page, keys: [K-1]}' in lines
    assert "  - id: s-rooms" in lines
    assert "      threshold: {unit: m2, at_least: 6, zero_at: 3}" in lines
    assert "      where: {kind: mother_baby_room}" in lines


def test_what_has_its_default_is_left_out(tmp_path):
    text = yaml_text(standard_of(tmp_path))
    assert "verified" not in text
    assert "within_unit" not in text
    assert "basis: standard" not in text
    assert 'in_force: ""' in text, "what has no default is written, also when it is not known"


def test_the_written_file_is_read_as_the_same_standard(tmp_path):
    standard = standard_of(tmp_path)
    assert yaml_text(standard) != STANDARD
    assert standard_of(tmp_path, yaml_text(standard)) == standard


def test_two_conditions_on_one_field_are_refused():
    twice = Filter(conditions=(Condition(field="kind", any_of=("a",)), Condition(field="kind", at_least=1)))
    with pytest.raises(InvalidParameters, match="two conditions on 'kind' in one filter"):
        tree_of(twice)
