"""To which communities a criterion applies at all."""

from __future__ import annotations

from friendly_city.standards.model import AgeBand
from friendly_city.standards.requirement import Band, Condition, Count, Filter, Limits, Quantity, Ratio, Threshold
from tests.audit.cities import where

ANY = Count(register="facilities", where=where(kind="park"), threshold=Threshold(unit="count", limits=Limits(at_least=1)))
PLACES = """
communities
in | character     | residential_floor_area_m2
A  | urban_village | 100
B  | estate        | 100
C  | urban_village |
population
in | age_from | age_below | persons
A  | 0        | 3         | 5
B  | 3        | 6         | 5
C  | 0        | 3         | 0
"""


def test_a_criterion_for_one_kind_of_place_does_not_apply_elsewhere(rate):
    found = rate(PLACES, ANY, communities="ABC", applies_to=where(character="urban_village"))
    assert found == {"A": "not_met", "B": "not_applicable not_this_kind_of_place", "C": "not_met"}


def test_where_the_kind_of_place_is_not_known_there_is_no_data(rate):
    large = Filter(conditions=(Condition(field="residential_floor_area_m2", at_least=50),))
    assert rate(PLACES, ANY, communities="ABC", applies_to=large)["C"] == "no_data unknown_place"


def test_a_criterion_for_an_age_does_not_apply_where_there_is_no_such_child(rate):
    found = rate(PLACES, ANY, communities="ABC", age_bands=(AgeBand.TODDLER,))
    assert found == {"A": "not_met", "B": "not_applicable no_child", "C": "not_applicable no_child"}


def test_a_child_of_one_of_several_ages_is_enough(rate):
    found = rate(PLACES, ANY, communities="ABC", age_bands=(AgeBand.TODDLER, AgeBand.PRESCHOOL))
    assert found["B"] == "not_met"


def test_a_criterion_about_the_district_does_not_apply_to_a_community(rate):
    assert rate(PLACES, ANY, communities="ABC", subject="district")["A"] == "not_applicable other_subject"


CHILDREN_ONLY = """
facilities
in | kind
A  | park
B  | park
reporting
in | register   | state
A  | facilities | complete
B  | facilities | complete
population
in | age_from | age_below | persons
A  | 0        | 18        | 500
B  | 0        | 18        | 500
B  | 18       | 200       | 9500
"""
SMALL = Band(below=5_000, limits=Limits(at_least=5))
LARGE = Band(start=5_000, limits=Limits(at_least=1))


def test_where_no_adult_is_in_the_data_what_goes_by_residents_is_not_known(rate):
    by_people = Threshold(unit="count", by="population", by_unit="persons", bands=(SMALL, LARGE))
    park = where(kind="park")
    found = rate(CHILDREN_ONLY, Count(register="facilities", where=park, threshold=by_people), communities="AB")
    assert found == {"A": "no_data unknown_residents", "B": "met"}
    per_head = Ratio(
        numerator=Quantity(register="facilities", where=park), denominator=Quantity(population="all"), per=1000,
        threshold=Threshold(unit="per_1000", limits=Limits(at_least=0.1)),
    )  # fmt: skip
    assert rate(CHILDREN_ONLY, per_head, communities="AB") == {"A": "no_data unknown_residents", "B": "met"}
    per_child = Ratio(
        numerator=Quantity(register="facilities", where=park), denominator=Quantity(population="children"), per=1000,
        threshold=Threshold(unit="per_1000", limits=Limits(at_least=2)),
    )  # fmt: skip
    assert rate(CHILDREN_ONLY, per_child, communities="AB") == {"A": "met", "B": "met"}
