"""A register is reported for some years; for others its rows, and that there are none, say nothing."""

from __future__ import annotations

import pytest

from friendly_city.audit.engine import audit
from friendly_city.errors import InvalidParameters
from friendly_city.standards.requirement import Count, Frequency, Indicator, Limits, Threshold
from tests.audit.cities import checklist_of, city_of, criterion, findings, where

ANY_ACTIVITY = Frequency(register="activities", threshold=Threshold(unit="per_year", limits=Limits(at_least=1)))
A_PARK = Count(register="facilities", where=where(kind="park"), threshold=Threshold(unit="count", limits=Limits(at_least=1)))
GREEN = Indicator(code="green", threshold=Threshold(unit="share", limits=Limits(at_least=0.4)))


def reported(letter, register, start, end, state="complete", **more):
    return {"in": letter, "register": register, "state": state, "year_from": start, "year_to": end, **more}


def said(city, requirement, period):
    return {
        letter: f"{row['rating']} {row['cause']}".strip() for letter, row in findings(city, requirement, period=period).iterrows()
    }


@pytest.mark.parametrize(
    ("period", "expected"),
    [
        ("2019", "no_data not_reported"),
        ("2020", "not_met"),
        ("2021", "met"),
        ("2021Q1", "not_met"),
        ("2022", "no_data not_reported"),
    ],
)
def test_none_is_none_only_in_the_years_that_are_covered(period, expected):
    city = city_of("A", activities=[{"in": "A", "held_date": "2021-09-09", "category": "care"}], reporting=[reported("A", "activities", 2020, 2021)])  # fmt: skip
    assert said(city, ANY_ACTIVITY, period) == {"A": expected}


def test_a_row_of_another_year_neither_covers_nor_hides_what_is_said_of_this_one():
    city = city_of(
        "ABCDE",
        facilities=[],
        reporting=[
            reported("A", "facilities", 2022, 2022),
            reported("A", "facilities", 2023, 2023, "not_reported"),
            reported("B", "facilities", 2022, 2022),
            reported("B", "facilities", 2021, 2021, "not_reported", kind="park"),
            reported("C", "facilities", 2021, 2021),
            reported("C", "facilities", 2022, 2022, kind="park"),
            reported("D", "facilities", 2021, 2021, kind="park"),
            reported("E", "staff", 2021, 2021),
        ],
        complete=False,
    )
    assert said(city, A_PARK, "2022") == {
        "A": "not_met",
        "B": "not_met",
        "C": "not_met",
        "D": "no_data not_reported",
        "E": "no_data partial_reporting",
    }


def test_the_reason_names_the_period_that_was_not_reported():
    city = city_of("A", activities=[{"in": "A", "held_date": "2021-09-09", "category": "care"}], reporting=[reported("A", "activities", 2021, 2021)])  # fmt: skip
    (row,) = findings(city, ANY_ACTIVITY, period="2022Q3").to_dict("records")
    assert row["reason_zh"] == "2022 年第 3 季度活动台账未填报：是否满足不清楚"
    assert row["reason_en"] == "Not reported for 2022 Q3: activities; whether this is met is not known"


def test_a_figure_is_used_for_three_years_and_never_before_its_own():
    """0.5 of 2018: used from 2018 to 2021, too old from 2022 on."""
    city = city_of(
        "A",
        indicators=[{"in": "A", "code": "green", "year": 2018, "value": 0.5, "unit": "share"}],
        reporting=[reported("A", "indicators", 2010, 2030)],
    )
    assert {year: said(city, GREEN, year)["A"] for year in ("2017", "2018", "2021", "2022")} == {
        "2017": "no_data not_examined",
        "2018": "met",
        "2021": "met",
        "2022": "no_data expired",
    }
    assert "2018 年" in findings(city, GREEN, period="2022").loc["A", "reason_zh"]


def test_a_period_for_which_nothing_was_reported_is_refused_with_the_years_there_are():
    city = city_of("A", reporting=[reported("A", "staff", 2019, 2019)])
    checklist = checklist_of(criterion(A_PARK))
    assert len(audit(city, checklist, period="2019").findings) == 1
    with pytest.raises(InvalidParameters, match=r"holds nothing for 2031: reporting\.csv covers 2019, 2021–2022"):
        audit(city, checklist, period="2031")
