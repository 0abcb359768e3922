"""One quantity per another."""

from __future__ import annotations

import pytest

from friendly_city.standards.requirement import Band, Limits, Quantity, Ratio, Step, Threshold
from tests.audit.cities import where

CARE = Ratio(
    numerator=Quantity(register="facilities", where=where(kind="childcare"), field="capacity_places"),
    denominator=Quantity(population="0-3"),
    per=1000,
    threshold=Threshold(unit="per_1000", limits=Limits(at_least=100, steps=(Step(value=50, degree=0.5),))),
)
VENUES = Ratio(
    numerator=Quantity(register="facilities", where=where(kind="public_venue", has_mother_baby_room="true")),
    denominator=Quantity(register="facilities", where=where(kind="public_venue")),
    threshold=Threshold(unit="share", limits=Limits(at_least=0.8)),
)
TOILETS = Ratio(
    numerator=Quantity(register="facilities", where=where(kind="public_toilet")),
    denominator=Quantity(area=True),
    threshold=Threshold(unit="per_km2", limits=Limits(at_least=3, at_most=5)),
)
BICYCLES = Ratio(
    numerator=Quantity(register="facilities", where=where(kind="primary_school"), field="bicycle_places"),
    denominator=Quantity(register="facilities", where=where(kind="primary_school"), field="capacity_places"),
    per=100,
    threshold=Threshold(unit="per_100", limits=Limits(at_least=8)),
)
PLOTS = Ratio(
    numerator=Quantity(register="facilities", where=where(kind="residential_plot"), field="play_area_m2"),
    denominator=Quantity(register="facilities", where=where(kind="residential_plot"), field="site_area_m2"),
    threshold=Threshold(
        unit="m2_per_1000_m2",
        by="site_area_m2",
        by_unit="m2",
        bands=(Band(below=10_000, limits=Limits(at_least=10)), Band(start=10_000, limits=Limits(at_least=20))),
    ),
)

SPECS = [
    (
        "places per thousand children; no child, nothing to ask",
        """
        population
        in | age_from | age_below | persons
        A  | 0        | 1         | 400
        A  | 1        | 3         | 600
        A  | 3        | 6         | 9000
        B  | 0        | 3         | 1000
        C  | 3        | 6         | 1000
        D  | 0        | 3         | 1000
        E  | 0        | 3         | 1000
        F  | 0        | 3         | 1000
        facilities
        in | kind      | capacity_places
        A  | childcare | 60
        A  | childcare | 40
        B  | childcare | 50
        C  | childcare | 50
        D  | childcare |
        E  | childcare | 99
        F  | childcare | 100
        reporting
        in | register   | kind      | state
        E  | facilities | childcare | partial
        F  | facilities | childcare | partial
        """,
        CARE,
        {
            "A": "met",
            "B": "partly_met 0.5",
            "C": "not_applicable no_child",
            "D": "no_data unknown_value",
            "E": "no_data partial_reporting",
            "F": "met",
        },
    ),
    (
        "a share of facilities is decided when the unknown ones cannot change it",
        """
        facilities
        in | kind         | has_mother_baby_room
        A  | public_venue | true
        A  | public_venue | true
        A  | public_venue | true
        A  | public_venue | true
        A  | public_venue |
        B  | public_venue | false
        B  | public_venue |
        C  | public_venue | true
        C  | public_venue |
        D  | park         |
        """,
        VENUES,
        {"A": "met", "B": "not_met", "C": "no_data unknown_value", "D": "not_applicable no_facility"},
    ),
    (
        "a range per square kilometre",
        """
        facilities
        in | kind
        A  | public_toilet
        B  | public_toilet
        B  | public_toilet
        B  | public_toilet
        C  | public_toilet
        C  | public_toilet
        C  | public_toilet
        C  | public_toilet
        C  | public_toilet
        C  | public_toilet
        D  | park
        """,
        TOILETS,
        {"A": "not_met", "B": "met", "C": "not_met", "D": "not_met"},
    ),
    (
        "of each facility its own ratio; one with nothing below the line is not asked",
        """
        facilities
        in | kind           | bicycle_places | capacity_places
        A  | primary_school | 80             | 1000
        A  | primary_school | 79             | 1000
        B  | primary_school | 1              | 0
        C  | primary_school |                | 1000
        D  | primary_school | 100            |
        """,
        BICYCLES,
        {"A": "partly_met 0.5", "B": "not_applicable no_facility", "C": "no_data unknown_value", "D": "no_data unknown_value"},
    ),
    (
        "of each facility in bands by its own size",
        """
        facilities
        in | kind             | play_area_m2 | site_area_m2
        A  | residential_plot | 50           | 5000
        A  | residential_plot | 200          | 20000
        B  | residential_plot | 400          | 20000
        """,
        PLOTS,
        {"A": "partly_met 0.5", "B": "met"},
    ),
]


@pytest.mark.parametrize(("title", "drawn", "requirement", "expected"), SPECS, ids=[spec[0] for spec in SPECS])
def test_what_is_set_in_relation(title, drawn, requirement, expected, rate):
    subject = "facility" if requirement in (BICYCLES, PLOTS) else "community"
    assert rate(drawn, requirement, communities="".join(expected), subject=subject) == expected
