"""Data about single people are refused at the door, by column and by content, by row, and never repeated."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from friendly_city.city.dictionary import dictionary
from friendly_city.city.personal import CHECK_DIGITS, WEIGHTS, is_personal_column, masked, personal_in
from tests.city.conftest import problems_in
from tests.factories import rows_of, write_city


def identity(region, born, order):
    """An identity number with its check digit."""
    digits = f"{region}{born:%Y%m%d}{order:03d}"
    return digits + CHECK_DIGITS[sum(int(d) * w for d, w in zip(digits, WEIGHTS, strict=True)) % 11]


IDENTITIES = st.builds(
    identity, st.integers(110_000, 659_999), st.dates(date(1930, 1, 1), date(2026, 12, 31)), st.integers(0, 999)
)
MOBILES = st.builds(lambda second, rest: f"1{second}{rest:09d}", st.integers(3, 9), st.integers(0, 10**9 - 1))
WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
WRITTEN = {
    "plain": lambda number: number,
    "full width": lambda number: number.translate(WIDE),
    "in groups": lambda number: " ".join((number[:3], number[3:7], number[7:])),
    "with hyphens": lambda number: "-".join((number[:3], number[3:7], number[7:])),
}


@pytest.mark.parametrize("way", WRITTEN)
@given(number=st.one_of(IDENTITIES, MOBILES))
def test_every_number_of_a_person_is_found_however_it_is_written(way, number):
    text = f"联系{WRITTEN[way](number)}。"
    assert personal_in(text) in ("an identity number", "a mobile number")
    assert masked(text) == "联系…。"


@given(IDENTITIES, st.integers(1, 9))
def test_a_slip_in_an_identity_number_is_no_identity_number(number, slip):
    wrong = number[:17] + CHECK_DIGITS[(CHECK_DIGITS.index(number[17]) + slip) % 11]
    assert personal_in(wrong) == ""


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("13800138000", "a mobile number"),
        ("+86 138 0013 8000", "a mobile number"),
        ("8613800138000", "a mobile number"),
        ("办公室0755-83123456", "a telephone number"),
        ("wang@example.com", "an e-mail address"),
        ("家长：王小明", "the name of a person"),
        ("学生姓名: 李雷，满意", "the name of a person"),
        ("Guardian: Mary Smith", "the name of a person"),
        ("王某 11010519491231002x", "an identity number"),
    ],
)
def test_what_is_personal(text, kind):
    assert personal_in(text) == kind


@pytest.mark.parametrize(
    "text",
    [
        "440304001019", "2022-01-01 2022-12-31", "114.13912345678", "福府办〔2021〕138号", "儿童王国", "各位家长：请准时", "110105194912310021",
        "F0001", "0755年", "儿童：王者之乡游乐园", "第13800138000123号", "孖岭@公园", "name: green lane",
    ],
)  # fmt: skip
def test_what_is_not_personal(text):
    assert personal_in(text) == ""
    assert masked(text) == text


@pytest.mark.parametrize(
    "column", ["名字", "学号", "家长", "监护人姓名", "pupil_name", "student_name", "nick_name", "email", "护照号"]
)
def test_more_columns_that_tell_of_people(column):
    assert is_personal_column(column)


NUMBER = "13800138000"
PLANTED = [
    (name, field.name)
    for name, register in dictionary().registers.items()
    for field in register.fields
    if field.name != "provenance"
]


@pytest.mark.parametrize(("name", "column"), PLANTED, ids=lambda value: value)
def test_a_number_in_any_column_is_told_by_row_and_not_repeated(tmp_path, name, column):
    """The last row of each register; in a list or a reference it is refused as no value, and still not repeated."""
    found = problems_in(write_city(tmp_path, **{name: lambda rows: [*rows[:-1], rows[-1] | {column: NUMBER}]}))
    assert any(problem.startswith(f"{name}.csv:{len(rows_of(name)) + 1} {column}: ") for problem in found), found
    assert not any(NUMBER in problem for problem in found)


def test_an_identity_number_as_an_id_is_refused(tmp_path):
    number = identity(440304, date(2015, 6, 1), 12)
    (problem,) = problems_in(write_city(tmp_path, homes=lambda rows: [rows[0] | {"home_id": number}, *rows[1:]]))
    assert problem.startswith("homes.csv:2 home_id: the cell holds what looks like an identity number")
    assert number not in problem


def test_a_mobile_number_in_a_column_of_numbers_in_parquet_is_refused(tmp_path):
    import pandas as pd

    folder = write_city(tmp_path)
    text = {field.name: "str" for field in dictionary().registers["communities"].fields if field.type == "string"}
    table = pd.read_csv(folder / "communities.csv", dtype=text)
    table["residential_floor_area_m2"] = [13_800_138_000.0, 1, 2, 3]
    (folder / "communities.csv").unlink()
    table.to_parquet(folder / "communities.parquet")
    found = [problem for problem in problems_in(folder) if problem.startswith("communities.parquet:1")]
    kind = "the cell holds what looks like a mobile number; personal data may not be in a register; expected no such data"
    assert found == [f"communities.parquet:1 residential_floor_area_m2: {kind}"]
