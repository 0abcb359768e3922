"""One facility in two rows is offered with a likelihood, decided in same.csv, and then counted once."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

import friendly_city as fc
from friendly_city.city.identity import DETAILS, DISTANCES, KINDS, NAMES, NUMBERS, likelihood_of, pairs, plain_name
from friendly_city.cli import main
from tests.city.conftest import problems_in
from tests.factories import CODES, load_tiny, position, write_city

FUTIAN = Path(__file__).parents[2] / "data" / "futian"
HEADER = "one,other,likelihood,decision,by,on\n"
WAYS = {
    "as it is": lambda name: name,
    "with the district": lambda name: f"深圳市福田区{name}",
    "with a remark": lambda name: f"{name}（新址）",
    "full width": lambda name: name.replace("(", "（").replace("第", "第 "),
    "traditional": lambda name: name.replace("图书馆", "圖書館").replace("园", "園").replace("学", "學").replace("儿", "兒"),
    "without 社区": lambda name: name.replace("社区", ""),
    "a word more": lambda name: name.replace("儿童之家", "儿童活动之家").replace("公园", "小公园").replace("小学", "公立小学"),
}


@cache
def futian():
    return fc.load_city(str(FUTIAN))


def with_copies(city, way, some, *, metres, rng):
    """The city with rows of its facilities once more, renamed and up to so many metres away."""
    table = city.registers["facilities"]
    copies = table.iloc[some].copy()
    angle, far = rng.uniform(0, 2 * np.pi, len(copies)), rng.uniform(0, metres, len(copies))
    copies = copies.assign(
        facility_id="Z" + copies["facility_id"],
        name=[way(name) for name in copies["name"]],
        x_m=copies["x_m"] + far * np.cos(angle),
        y_m=copies["y_m"] + far * np.sin(angle),
    )
    return replace(city, registers={**city.registers, "facilities": pd.concat([table, copies], ignore_index=True)})


def test_nothing_is_offered_in_the_demonstration_city():
    assert pairs(futian()).empty


@pytest.mark.parametrize("way", WAYS)
def test_planted_copies_are_offered_and_nothing_else(way):
    """Of 100 facilities written a second time within 120 m, at least 95 are offered (90 with other words);
    of those offered all are planted."""
    rng = np.random.default_rng(236)
    some = rng.choice(len(futian().registers["facilities"]), 100, replace=False)
    found = pairs(with_copies(futian(), WAYS[way], some, metres=120, rng=rng))
    planted = found["other"] == "Z" + found["one"]
    assert planted.sum() >= (90 if way == "a word more" else 95)
    assert (~planted).sum() <= 2, found[~planted]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("园东社区儿童之家", "福田区园东儿童之家"),
        ("第三幼儿园", "第３幼儿园"),
        ("景田圖書館", "景田图书馆（社区分馆）"),
        ("第二十一小学", "第21小学"),
        ("ABC托育中心", "ａｂｃ托育 中心有限公司"),
    ],
)
def test_names_that_mean_the_same_are_the_same(one, other):
    assert plain_name(one) == plain_name(other)


@pytest.mark.parametrize(("one", "other"), [("第三幼儿园", "第二幼儿园"), ("园东小学", "园西小学"), ("山厦社区", "山厦小区")])
def test_names_that_mean_different_things_stay_different(one, other):
    assert plain_name(one) != plain_name(other)


@given(st.text(max_size=40))
def test_a_plain_name_is_plain(name):
    assert (
        plain_name(plain_name(name)) == plain_name(name)
        or "十" in name
        or "區" in name
        or "区" in name
        or "市" in name
        or "省" in name
    )
    assert " " not in plain_name(name)


def test_two_schools_that_differ_in_their_number_are_two(tmp_path):
    def twins(rows):
        more = [
            rows[4] | {"facility_id": f"S{n}", "name": f"北园第{n}小学"} | position(3, 0.55, 0.55 + int(n) / 1000) for n in "12"
        ]
        return [*rows, *more]

    assert pairs(load_tiny(tmp_path, facilities=twins)).empty


def test_the_score_is_fellegi_and_sunter_s():
    """By hand: odds 0.01/0.99 · 0.55/0.001 · 0.6/0.03 · 0.95/0.1 · 0.99/0.4 · 0.95/0.6 = 4,139…"""
    odds = 0.01 / 0.99 * 0.55 / 0.001 * 0.6 / 0.03 * 0.95 / 0.1 * 0.99 / 0.4 * 0.95 / 0.6
    assert likelihood_of("equal", 12, kind=True, number=True, details=[True]) == pytest.approx(odds / (1 + odds))


@pytest.mark.parametrize(
    "table", [NAMES, DISTANCES, KINDS, NUMBERS, DETAILS], ids=["names", "distances", "kinds", "numbers", "details"]
)
def test_the_proportions_are_proportions(table):
    for column in (0, 1):
        assert sum(pair[column] for pair in table.values()) == pytest.approx(1)


def test_nearer_is_never_less_likely():
    found = [likelihood_of("alike", metres, kind=True, number=True) for metres in (5, 100, 400, 2_000)]
    assert found == sorted(found, reverse=True)


def copied(rows):
    return [*rows, rows[0] | {"facility_id": "F7", "name": "福田区东园社区儿童之家"} | position(0, 0.46, 0.46)]


def inspected(rows):
    return [row | {"facility_id": "F7", "community_code": CODES[0]} if row["facility_id"] == "F3" else row for row in rows]


def test_a_pair_is_offered_written_decided_and_counted_once(tmp_path):
    folder = write_city(tmp_path, facilities=copied, inspections=inspected)
    call = CliRunner().invoke
    done = call(main, ["city", "pairs", str(folder), "--write"])
    assert done.exit_code == 0, done.output
    assert "1.00" in done.output
    assert "1 pairs added" in done.output
    text = (folder / "same.csv").read_text(encoding="utf-8")
    assert text.startswith(f"{HEADER}F1,F7,")
    assert len(fc.load_city(str(folder)).registers["facilities"]) == 7  # not decided yet
    (folder / "same.csv").write_text(text.replace(",,,", ",same,区妇联,2026-11-01"), encoding="utf-8")
    city = fc.load_city(str(folder))
    assert city.registers["facilities"]["facility_id"].tolist() == ["F1", "F2", "F3", "F4", "F5", "F6"]
    assert city.registers["inspections"]["facility_id"].tolist() == ["", "F1", ""]
    assert [note.en for note in city.notes] == ["facilities.csv: 1 rows set aside, the same as others by same.csv (F7 = F1)"]
    assert "same.csv" in city.hashes
    again = call(main, ["city", "pairs", str(folder), "--write"])
    assert "0 pairs added" in again.output
    assert "1.00" not in again.output


def test_a_pair_decided_to_be_two_is_offered_no_more(tmp_path):
    folder = write_city(tmp_path, facilities=copied)
    (folder / "same.csv").write_text(f"{HEADER}F7,F1,,different,区妇联,2026-11-01\n", encoding="utf-8")
    assert CliRunner().invoke(main, ["city", "pairs", str(folder)]).output == ""
    assert len(fc.load_city(str(folder)).registers["facilities"]) == 7


def test_three_rows_of_one_facility_become_one(tmp_path):
    def thrice(rows):
        return [*copied(rows), rows[0] | {"facility_id": "F8"}]

    folder = write_city(tmp_path, facilities=thrice)
    (folder / "same.csv").write_text(f"{HEADER}F8,F7,,same,,\nF7,F1,,same,,\n", encoding="utf-8")
    assert "F7" not in fc.load_city(str(folder)).registers["facilities"]["facility_id"].tolist()
    assert len(fc.load_city(str(folder)).registers["facilities"]) == 6


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ("F1,F9,,same,,\n", "same.csv:2 other: no facilities row 'F9'"),
        ("F1,F1,,same,,\n", "same.csv:2 other: F1 twice"),
        ("F1,F2,,perhaps,,\n", "same.csv:2 decision: 'perhaps' is not known"),
        ("F1,F2,,same,,\nF2,F1,,different,,\n", "same.csv:3 decision: F2 and F1 are the same by other rows"),
        ("F1,F2,,same,13800138000,\n", "same.csv:2 by: the cell holds what looks like a mobile number"),
        ("F1,F2,,same,,1.5.2022\n", "same.csv:2 on: '1.5.2022' is not a date"),
    ],
)
def test_a_decision_that_cannot_be_is_told_by_row(tmp_path, rows, told):
    folder = write_city(tmp_path)
    (folder / "same.csv").write_text(HEADER + rows, encoding="utf-8")
    (problem,) = problems_in(folder)
    assert problem.startswith(told)


def test_an_audit_counts_a_double_once(tmp_path):
    plain = write_city(tmp_path / "plain")
    double = write_city(tmp_path / "double", facilities=copied)
    (double / "same.csv").write_text(f"{HEADER}F1,F7,,same,,\n", encoding="utf-8")
    audits = [fc.audit(fc.load_city(str(folder)), fc.load_checklist("community"), period="2022") for folder in (plain, double)]
    pd.testing.assert_frame_equal(audits[0].scores, audits[1].scores)
