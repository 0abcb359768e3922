"""How often, in how many months, how many took part."""

from __future__ import annotations

import pytest

from friendly_city.standards.requirement import Band, Frequency, Limits, Step, Threshold
from tests.audit.cities import where


def often(measure="events", unit="per_year", period="2022", **limits):
    return Frequency(register="activities", measure=measure, threshold=Threshold(unit=unit, limits=Limits(**limits))), period


ACTIVITIES = """
activities
in | held_date  | category         | participants_persons
A  | 2022-01-01 | care             | 10
A  | 2022-01-31 | care             | 20
A  | 2022-12-31 | culture_sport    | 30
B  | 2022-07-01 | care             | 4
B  | 2021-12-31 | care             | 99
B  | 2023-01-01 | care             | 99
C  | 2022-08-01 | care             |
reporting
in | register   | kind | state
E  | activities |      | partial
F  | activities |      | not_reported
"""

SPECS = [
    (
        "events within the period, with a straight line down to none",
        ACTIVITIES,
        often(at_least=3, zero_at=0),
        {
            "A": "met",
            "B": "partly_met 0.3333",
            "C": "partly_met 0.3333",
            "D": "not_met",
            "E": "no_data partial_reporting",
            "F": "no_data not_reported",
        },
    ),
    (
        "a quarter is scaled to a year: one event in it is four a year",
        ACTIVITIES,
        often(period="2022Q3", at_least=4),
        {"A": "not_met", "B": "met", "C": "met"},
    ),
    (
        "months in which something was held",
        ACTIVITIES,
        often("months", "months", at_least=4, steps=(Step(value=2, degree=0.5), Step(value=1, degree=0.25))),
        {"A": "partly_met 0.5", "B": "partly_met 0.25", "D": "not_met"},
    ),
    (
        "people taking part; an empty cell is not nobody",
        ACTIVITIES,
        often("participants", "persons", at_least=50),
        {"A": "met", "B": "not_met", "C": "no_data unknown_value", "D": "not_met"},
    ),
    (
        "on average for each event; without events there is no average",
        ACTIVITIES,
        often("mean_participants", "persons", at_least=10, at_most=20),
        {
            "A": "met",
            "B": "not_met",
            "C": "no_data unknown_value",
            "D": "not_applicable no_event",
            "E": "no_data partial_reporting",
        },
    ),
]


@pytest.mark.parametrize(("title", "drawn", "asked", "expected"), SPECS, ids=[spec[0] for spec in SPECS])
def test_how_often(title, drawn, asked, expected, rate):
    requirement, period = asked
    found = rate(drawn, requirement, communities="ABCDEF", period=period)
    assert {letter: found[letter] for letter in expected} == expected


def test_only_activities_of_the_wanted_kind_count(rate):
    requirement = Frequency(
        register="activities", where=where(category="care"), threshold=Threshold(unit="per_year", limits=Limits(at_least=2))
    )
    drawn = """
    activities
    in | held_date  | category
    A  | 2022-01-01 | care
    A  | 2022-01-31 | care
    B  | 2022-01-01 | care
    B  | 2022-01-31 | culture_sport
    """
    assert rate(drawn, requirement, communities="AB") == {"A": "met", "B": "not_met"}


def test_larger_communities_are_asked_for_more(rate):
    bands = (Band(below=1000, limits=Limits(at_least=1)), Band(start=1000, limits=Limits(at_least=2)))
    requirement = Frequency(register="meetings", threshold=Threshold(unit="per_year", by="population", bands=bands))
    drawn = """
    population
    in | age_from | age_below | persons
    A  | 0        | 200       | 999
    B  | 0        | 200       | 1000
    meetings
    in | held_date
    A  | 2022-01-01
    B  | 2022-01-01
    """
    assert rate(drawn, requirement, communities="AB") == {"A": "met", "B": "not_met"}
