"""How many."""

from __future__ import annotations

import pytest

from friendly_city.standards.requirement import Band, Condition, Count, Filter, Limits, Step, Threshold
from tests.audit.cities import where

HOMES = where(kind="childrens_home")


def at_least(number, unit="count", **more):
    return Threshold(unit=unit, limits=Limits(at_least=number, **more))


BY_PEOPLE = Threshold(
    unit="count", by="population", by_unit="persons",
    bands=(
        Band(below=10_000, limits=Limits(at_least=1)),
        Band(start=10_000, below=20_000, limits=Limits(at_least=2, steps=(Step(value=1, degree=0.4),))),
    ),
)  # fmt: skip

FACILITIES = """
facilities
in | kind           | opened_date | closed_date
A  | childrens_home | 2020-01-01  |
A  | childrens_home | 2021-01-01  |
B  | childrens_home | 2020-01-01  | 2022-06-01
C  | library        |             |
D  | childrens_home |             |
E  | childrens_home |             |
reporting
in | register   | kind           | state
C  | facilities | childrens_home | partial
D  | facilities | childrens_home | partial
E  | facilities |                | not_reported
"""

SPECS = [
    (
        "a floor is reached or not; partial reporting is a lower bound",
        FACILITIES,
        Count(register="facilities", where=HOMES, threshold=at_least(1)),
        {"A": "met", "B": "not_met", "C": "no_data partial_reporting", "D": "met", "E": "no_data not_reported"},
    ),
    (
        "a ceiling that is already exceeded is not met, else who knows",
        FACILITIES,
        Count(register="facilities", where=HOMES, threshold=Threshold(unit="count", limits=Limits(at_most=0))),
        {"A": "not_met", "B": "met", "C": "no_data partial_reporting", "D": "not_met", "E": "no_data not_reported"},
    ),
    (
        "a row for the kind wins over one for all, and without any row it is partial",
        """
        reporting
        in | register   | kind           | state
        A  | facilities |                | not_reported
        A  | facilities | childrens_home | complete
        B  | facilities |                | complete
        B  | facilities | childrens_home | not_reported
        C  | facilities | library        | complete
        C  | facilities |                | partial
        """,
        Count(register="facilities", where=HOMES, threshold=at_least(1)),
        {"A": "not_met", "B": "no_data not_reported", "C": "no_data partial_reporting"},
    ),
    (
        "a ladder gives part credit from each rung on",
        """
        staff
        in | role         | since_date | until_date
        A  | child_director | 2021-01-01 |
        A  | child_director | 2021-01-01 | 2022-12-31
        B  | child_director | 2021-01-01 |
        B  | child_director | 2022-12-31 |
        C  | child_director | 2023-01-01 |
        D  | child_director | 2021-01-01 |
        D  | child_director | 2021-01-01 |
        D  | child_director | 2021-01-01 |
        """,
        Count(
            register="staff",
            threshold=at_least(3, "persons", steps=(Step(value=1, degree=0.3), Step(value=2, degree=0.7))),
        ),
        {"A": "partly_met 0.3", "B": "partly_met 0.7", "C": "not_met", "D": "met"},
    ),
    (
        "bands go by residents; outside of all bands nothing is asked",
        """
        population
        in | age_from | age_below | persons
        A  | 0        | 200       | 9999
        B  | 0        | 200       | 10000
        C  | 0        | 200       | 20000
        facilities
        in | kind
        A  | childrens_home
        B  | childrens_home
        C  | childrens_home
        """,
        Count(register="facilities", where=HOMES, threshold=BY_PEOPLE),
        {"A": "met", "B": "partly_met 0.4", "C": "not_applicable outside_bands"},
    ),
    (
        "distinct values are counted once, and an empty cell may be one more",
        """
        activities
        in | held_date  | category | theme
        A  | 2022-01-01 | care     | law
        A  | 2022-02-01 | care     | law
        A  | 2022-03-01 | care     | sport
        B  | 2022-01-01 | care     | law
        B  | 2022-02-01 | care     |
        C  | 2022-01-01 | care     | law
        C  | 2021-12-31 | care     | sport
        """,
        Count(register="activities", distinct="theme", threshold=at_least(2, "kinds")),
        {"A": "met", "B": "no_data unknown_value", "C": "not_met"},
    ),
    (
        "a sum of a column needs every cell, unless the floor is reached without it",
        """
        facilities
        in | kind      | capacity_places
        A  | childcare | 40
        A  | childcare | 20
        B  | childcare | 40
        B  | childcare |
        C  | childcare | 60
        C  | childcare |
        """,
        Count(register="facilities", where=where(kind="childcare"), field="capacity_places", threshold=at_least(50, "places")),
        {"A": "met", "B": "no_data unknown_value", "C": "met"},
    ),
    (
        "a row whose filtered cell is empty may count",
        """
        facilities
        in | kind | site_area_m2
        A  | park | 3000
        A  | park |
        B  | park |
        C  | park | 100
        """,
        Count(
            register="facilities",
            where=Filter(conditions=(*where(kind="park").conditions, Condition(field="site_area_m2", at_least=2000))),
            threshold=at_least(1),
        ),
        {"A": "met", "B": "no_data unknown_value", "C": "not_met"},
    ),
    (
        "a city without the register knows nothing",
        "without: meetings",
        Count(register="meetings", threshold=at_least(1)),
        {"A": "no_data no_register"},
    ),
]


@pytest.mark.parametrize(("title", "drawn", "requirement", "expected"), SPECS, ids=[spec[0] for spec in SPECS])
def test_what_is_counted(title, drawn, requirement, expected, rate):
    assert rate(drawn, requirement, communities="".join(expected)) == expected
