"""Streets and crossings. Every community is one square kilometre."""

from __future__ import annotations

import pytest

from friendly_city.standards.requirement import Condition, Density, Filter, Limits, Threshold
from tests.audit.cities import where

WIDE = Filter(conditions=(Condition(field="pavement_width_m", at_least=2),))


def density(measure, unit, *, of=None, having=None, **limits):
    threshold = Threshold(unit=unit, limits=Limits(**limits))
    return Density(measure=measure, where=of or Filter(), having=having or Filter(), threshold=threshold)


STREETS = """
streets
in | street_class | metres | pavement_width_m
A  | branch       | 900    | 2
A  | trunk        | 100    | 1.5
B  | branch       | 500    | 3
B  | branch       | 500    |
C  | trunk        | 400    |
D  | branch       | 200    | 1
D  | branch       | 800    |
crossings
in | kind   | street_class
A  | zebra  | branch
A  | signal | branch
A  | signal | branch
B  | zebra  | trunk
D  | zebra  | branch
reporting
in | register  | kind | state
D  | crossings |      | partial
F  | streets   |      | not_reported
G  | streets   |      | partial
"""

SPECS = [
    (
        "kilometres of street per square kilometre",
        STREETS,
        density("street_density", "km_per_km2", at_least=1, zero_at=0),
        {
            "A": "met",
            "B": "met",
            "C": "partly_met 0.4",
            "E": "not_met",
            "F": "no_data not_reported",
            "G": "no_data partial_reporting",
        },
    ),
    (
        "metres of branch street for each crossing on it",
        STREETS,
        density("crossing_spacing", "m", of=where(street_class="branch"), at_most=300),
        {"A": "met", "B": "not_met", "C": "not_applicable no_street", "D": "no_data partial_reporting"},
    ),
    (
        "the same spacing asked in kilometres, part credit up to two of them; more crossings can only help",
        STREETS,
        density("crossing_spacing", "km", of=where(street_class="branch"), at_most=0.1, zero_at=2),
        {"A": "partly_met 0.8947", "B": "not_met", "D": "no_data partial_reporting"},
    ),
    (
        "the share of street that is wide enough, decided when the unknown pieces cannot change it",
        STREETS,
        density("length_share", "share", having=WIDE, at_least=0.9),
        {"A": "met", "B": "no_data unknown_value", "C": "no_data unknown_value", "D": "not_met", "E": "not_applicable no_street"},
    ),
    (
        "of branch streets only",
        STREETS,
        density("length_share", "share", of=where(street_class="branch"), having=WIDE, at_least=1),
        {"A": "met", "B": "no_data unknown_value", "C": "not_applicable no_street", "D": "not_met"},
    ),
    (
        "a ceiling on density that is kept",
        STREETS,
        density("street_density", "km_per_km2", at_least=0.5, at_most=0.95),
        {"A": "not_met", "C": "not_met", "G": "no_data partial_reporting"},
    ),
    (
        "without a crossings register the spacing is not known",
        "without: crossings",
        density("crossing_spacing", "m", at_most=300),
        {"A": "no_data no_register"},
    ),
]


@pytest.mark.parametrize(("title", "drawn", "requirement", "expected"), SPECS, ids=[spec[0] for spec in SPECS])
def test_streets(title, drawn, requirement, expected, rate):
    found = rate(drawn, requirement, communities="ABCDEFG")
    assert {letter: found[letter] for letter in expected} == expected
