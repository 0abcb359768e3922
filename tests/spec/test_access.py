"""How far children walk. One street runs east through all communities; x_m is the place on it."""

from __future__ import annotations

import pytest

from friendly_city.standards.requirement import Access, Band, Limits, Step, Threshold
from tests.audit.cities import where

SCHOOLS = where(kind=("primary_school", "nine_year_school"))


def share(at_least=0.85, within=500, unit="m", band="6-12", **more):
    threshold = Threshold(unit="share", limits=Limits(at_least=at_least, **more))
    return Access(where=SCHOOLS, age_band=band, within=within, within_unit=unit, threshold=threshold)


def nearest(unit, **limits):
    return Access(where=SCHOOLS, age_band="6-12", measure="nearest", threshold=Threshold(unit=unit, limits=Limits(**limits)))


def supply(at_least):
    threshold = Threshold(unit="per_1000", limits=Limits(at_least=at_least))
    return Access(where=SCHOOLS, age_band="6-12", measure="supply", within=1000, field="capacity_places", threshold=threshold)


CITY = """
homes
in | x_m  | children_6_12_persons | children_3_6_persons
A  | 0    | 30                    | 100
A  | 600  | 70                    | 0
B  | 1100 | 50                    | 0
B  | 1500 | 50                    | 0
C  | 2500 | 0                     | 80
D  | 3500 | 20                    | 0
E  | 4500 | 20                    | 0
facilities
in | kind             | x_m  | capacity_places
A  | nine_year_school | 600  | 200
D  | primary_school   | 3400 |
reporting
in | register   | kind             | state
D  | facilities |                  | partial
E  | facilities | nine_year_school | not_reported
"""

SPECS = [
    (
        "children count where they live, and a boundary is no wall",
        CITY,
        share(),
        {"A": "not_met", "B": "not_met", "C": "not_applicable no_child", "D": "met", "E": "no_data not_reported"},
    ),
    (
        "exactly at the limit is within it, in metres and in kilometres",
        CITY,
        share(within=0.9, unit="km"),
        {"A": "met", "B": "met"},
    ),
    (
        "minutes at the walking speed of the band: 60 metres a minute for ages 6-12",
        CITY,
        share(at_least=0.7, within=9, unit="min"),
        {"A": "met", "B": "not_met"},
    ),
    (
        "part of the share is part of the degree: 50 of 100 children reach a school",
        CITY,
        share(at_least=1, zero_at=0),
        {"A": "partly_met 0.7", "B": "partly_met 0.5"},
    ),
    (
        "partial reporting leaves open whether another is nearer",
        CITY,
        share(within=50),
        {"D": "no_data partial_reporting", "A": "not_met"},
    ),
    (
        "the mean way to the nearest, in metres: A 0.3 × 600, B (500 + 900) / 2",
        CITY,
        nearest("m", at_most=180, steps=(Step(value=800, degree=0.2),)),
        {"A": "met", "B": "partly_met 0.2", "C": "not_applicable no_child", "D": "met"},
    ),
    (
        "the mean way in minutes: A 180 / 60, B 700 / 60",
        CITY,
        nearest("min", at_most=3),
        {"A": "met", "B": "not_met"},
    ),
    (
        "supply is shared among all who reach it: 200 places for 200 children",
        CITY,
        supply(1000),
        {"A": "met", "B": "met", "C": "not_applicable no_child", "D": "no_data partial_reporting"},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("title", "drawn", "requirement", "expected"), SPECS, ids=[spec[0] for spec in SPECS])
def test_how_far_children_walk(title, drawn, requirement, expected, rate):
    found = rate(drawn, requirement, communities="ABCDE")
    assert {letter: found[letter] for letter in expected} == expected


def test_where_there_is_no_facility_at_all_the_way_is_infinite_and_not_met(rate):
    drawn = """
    homes
    in | children_6_12_persons
    A  | 10
    """
    assert rate(drawn, nearest("m", at_most=1000, zero_at=5000)) == {"A": "not_met"}


def test_the_share_asked_for_goes_by_residents(rate):
    bands = (Band(below=100, limits=Limits(at_least=0.5)), Band(start=100, limits=Limits(at_least=0.9)))
    threshold = Threshold(unit="share", by="population", bands=bands)
    requirement = Access(where=SCHOOLS, age_band="6-12", within=300, threshold=threshold)
    drawn = """
    population
    in | age_from | age_below | persons
    A  | 0        | 200       | 99
    B  | 0        | 200       | 100
    homes
    in | x_m  | children_6_12_persons
    A  | 0    | 10
    A  | 500  | 10
    B  | 1000 | 10
    B  | 1500 | 10
    facilities
    in | kind           | x_m
    A  | primary_school | 500
    B  | primary_school | 1500
    """
    assert rate(drawn, requirement, communities="AB") == {"A": "met", "B": "not_met"}


def test_a_facility_that_may_or_may_not_count_leaves_the_share_open(rate):
    drawn = """
    homes
    in | x_m  | children_6_12_persons
    A  | 500  | 10
    B  | 1900 | 10
    facilities
    in | kind           | x_m  | nature_contact
    A  | primary_school | 500  |
    B  | primary_school | 1900 | true
    """
    open_air = where(kind="primary_school", nature_contact="true")
    threshold = Threshold(unit="share", limits=Limits(at_least=0.5))
    requirement = Access(where=open_air, age_band="6-12", within=300, threshold=threshold)
    assert rate(drawn, requirement, communities="AB") == {"A": "no_data unknown_value", "B": "met"}
