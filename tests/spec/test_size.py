"""Area, seats, books: of each, of the best, in total."""

from __future__ import annotations

import pytest

from friendly_city.standards.requirement import Band, Limits, Size, Threshold
from tests.audit.cities import where

ROOMS = where(kind="mother_baby_room")


def size(of, **limits):
    return Size(of=of, where=ROOMS, field="floor_area_m2", threshold=Threshold(unit="m2", limits=Limits(**limits)))


AREAS = """
facilities
in | kind             | floor_area_m2
A  | mother_baby_room | 6
A  | mother_baby_room | 8
B  | mother_baby_room | 4.5
B  | mother_baby_room | 6
B  | mother_baby_room | 7
C  | mother_baby_room | 9
C  | mother_baby_room |
D  | library          | 100
E  | mother_baby_room | 3
F  | mother_baby_room | 7
reporting
in | register   | kind             | state
F  | facilities | mother_baby_room | partial
G  | facilities | mother_baby_room | partial
H  | facilities | mother_baby_room | not_reported
"""
PLAY = Threshold(
    unit="m2", by="site_area_m2", by_unit="ha",
    bands=(
        Band(below=0.3, limits=Limits(at_least=300)),
        Band(start=0.3, below=3, limits=Limits(at_least=600, zero_at=0)),
    ),
)  # fmt: skip

SPECS = [
    (
        "of each: the share that fits, when all are known and all are listed",
        AREAS,
        size("each", at_least=6),
        {
            "A": "met",
            "B": "partly_met 0.6667",
            "C": "no_data unknown_value",
            "D": "not_applicable no_facility",
            "E": "not_met",
            "F": "no_data partial_reporting",
            "G": "no_data partial_reporting",
            "H": "no_data not_reported",
        },
    ),
    (
        "the best: one that fits settles it",
        AREAS,
        size("best", at_least=8),
        {
            "A": "met",
            "B": "not_met",
            "C": "met",
            "D": "not_applicable no_facility",
            "E": "not_met",
            "F": "no_data partial_reporting",
            "G": "no_data partial_reporting",
            "H": "no_data not_reported",
        },
    ),
    (
        "in total: a sum, with a straight line down to nothing",
        AREAS,
        size("total", at_least=18, zero_at=0),
        {
            "A": "partly_met 0.7778",
            "B": "partly_met 0.9722",
            "C": "no_data unknown_value",
            "D": "not_applicable no_facility",
            "E": "partly_met 0.1667",
            "F": "no_data partial_reporting",
        },
    ),
    (
        "a range has two ends",
        AREAS,
        size("each", at_least=5, at_most=7),
        {"A": "partly_met 0.5", "B": "partly_met 0.6667", "E": "not_met"},
    ),
    (
        "bands by the size of the place: each is asked by its own, unknown size unknown, no band not asked",
        """
        facilities
        in | kind | site_area_m2 | play_area_m2
        A  | park | 2999         | 300
        A  | park | 3000         | 300
        B  | park | 3000         | 600
        C  | park |              | 5000
        D  | park | 30000        | 1
        E  | park | 30000        | 1
        E  | park | 100          | 300
        """,
        Size(of="each", where=where(kind="park"), field="play_area_m2", threshold=PLAY),
        {"A": "partly_met 0.75", "B": "met", "C": "no_data unknown_value", "D": "not_applicable outside_bands", "E": "met"},
    ),
    (
        "bands by residents hold for the facilities of the community",
        """
        population
        in | age_from | age_below | persons
        A  | 0        | 200       | 5000
        B  | 0        | 200       | 15000
        facilities
        in | kind            | floor_area_m2
        A  | management_room | 250
        B  | management_room | 250
        """,
        Size(
            of="best",
            where=where(kind="management_room"),
            field="floor_area_m2",
            threshold=Threshold(
                unit="m2",
                by="population",
                bands=(Band(below=10_000, limits=Limits(at_least=200)), Band(start=10_000, limits=Limits(at_least=300))),
            ),
        ),
        {"A": "met", "B": "not_met"},
    ),
]


@pytest.mark.parametrize(("title", "drawn", "requirement", "expected"), SPECS, ids=[spec[0] for spec in SPECS])
def test_what_is_measured_in_size(title, drawn, requirement, expected, rate):
    found = rate(drawn, requirement, communities="".join(expected) if len(expected) != 3 else "ABCDEFGH")
    assert {letter: found[letter] for letter in expected} == expected
