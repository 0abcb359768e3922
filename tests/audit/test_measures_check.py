"""What a criterion may not ask for is said before anything is measured, all at once."""

from __future__ import annotations

import pytest

from friendly_city.audit.findings import findings_frame
from friendly_city.city.period import period_of
from friendly_city.errors import InvalidStandard
from friendly_city.standards.requirement import (
    Access,
    Attest,
    Band,
    Condition,
    Count,
    Density,
    Filter,
    Frequency,
    Limits,
    Quantity,
    Ratio,
    Response,
    Size,
    Threshold,
)
from tests.audit.cities import checklist_of, city_of, criterion, where


def limits(unit, **more):
    return Threshold(unit=unit, limits=Limits(**(more or {"at_least": 1})))


PARK = where(kind="park")
WRONG = [
    (Count(register="facilites", threshold=limits("count")), "no register 'facilites'", "facilities"),
    (Count(register="facilities", where=where(knid="park"), threshold=limits("count")), "named 'knid'", "kind"),
    (Count(register="facilities", where=where(kind="parc"), threshold=limits("count")), "value of facilities.kind 'parc'", "park"),
    (Count(register="facilities", where=PARK, field="books_cuont", threshold=limits("books")), "named 'books_cuont'", "books_count"),
    (Count(register="facilities", where=PARK, field="name", threshold=limits("books")), "facilities.name is not a number", ""),
    (Count(register="facilities", distinct="categroy", threshold=limits("kinds")), "named 'categroy'", "category"),
    (Count(register="facilities", where=PARK, threshold=limits("m2")), "cannot turn count (count) into m2 (area)", ""),
    (Count(register="facilities", where=where(nature_contact="yes"), threshold=limits("count")), "value of facilities.nature_contact 'yes'", ""),
    (Count(register="facilities", where=where(site_area_m2="big"), threshold=limits("count")), "cannot be 'big'", ""),
    (
        Count(register="facilities", where=Filter(conditions=(Condition(field="name", at_least=1),)), threshold=limits("count")),
        "facilities.name is not a number and has no bounds",
        "",
    ),
    (Size(of="each", where=PARK, field="site_area_m2", threshold=limits("places")), "cannot turn m2 (area) into places (places)", ""),
    (Size(of="each", where=PARK, field="site_area_m2", threshold=Threshold(unit="m2")), "neither limits nor bands", ""),
    (
        Size(of="total", where=PARK, field="site_area_m2", threshold=Threshold(unit="m2", by="site_area_m2", bands=(Band(limits=Limits(at_least=1)),))),
        "the bands of a community cannot go by 'site_area_m2'",
        "",
    ),
    (
        Size(of="each", where=PARK, field="site_area_m2", threshold=Threshold(unit="m2", by="site_area_m2", by_unit="persons", bands=(Band(limits=Limits(at_least=1)),))),
        "cannot turn m2 (area) into persons (persons)",
        "",
    ),
    (
        Ratio(numerator=Quantity(register="facilities", where=PARK), denominator=Quantity(population="0-4"), threshold=limits("per_1000")),
        "no age band '0-4'",
        "0-3",
    ),
    (
        Ratio(numerator=Quantity(register="facilities", where=PARK), denominator=Quantity(population="0-3"), threshold=limits("km_per_km2")),
        "cannot turn per_1000",
        "",
    ),
    (Frequency(register="activities", threshold=limits("m")), "cannot turn count", ""),
    (Access(where=PARK, age_band="6-13", within=1, threshold=limits("share")), "no age band '6-13'", "6-12"),
    (Access(where=PARK, age_band="6-12", threshold=limits("share")), "the reach is missing", ""),
    (Access(where=PARK, age_band="6-12", within=1, threshold=limits("m")), "cannot turn share", ""),
    (Density(measure="street_density", where=where(street_class="alley"), threshold=limits("km_per_km2")), "'alley'", ""),
    (Density(measure="length_share", threshold=limits("m")), "cannot turn share", ""),
    (Attest(register="inspections", item="Ramp!"), "'Ramp!' cannot be an item code", ""),
    (Response(item="q", measure="mean", threshold=limits("share")), "cannot turn points", ""),
]  # fmt: skip


def problems(*criteria):
    with pytest.raises(InvalidStandard) as caught:
        findings_frame(city_of(), checklist_of(*criteria), period_of("2022"))
    return caught.value.problems


@pytest.mark.parametrize(("requirement", "what", "near"), WRONG, ids=[what for _, what, _ in WRONG])
def test_what_cannot_be_measured_is_refused_with_its_place_and_the_nearest_name(requirement, what, near):
    found = problems(criterion(requirement, identity="c7"))
    assert [(problem.file, problem.path) for problem in found] == [("s", "c7")]
    assert what in found[0].what
    assert found[0].nearest == near


def test_all_problems_of_all_criteria_come_at_once():
    wrong = [criterion(requirement, identity=f"c{number}") for number, (requirement, _, _) in enumerate(WRONG)]
    assert {problem.path for problem in problems(*wrong)} == {f"c{number}" for number in range(len(WRONG))}


def test_the_places_a_criterion_applies_to_are_checked_too():
    found = problems(criterion(Count(register="facilities", threshold=limits("count")), applies_to=where(character="village")))
    assert "value of communities.character 'village'" in found[0].what


def test_a_ratio_of_each_facility_reads_facilities_only():
    requirement = Ratio(
        numerator=Quantity(register="staff"), denominator=Quantity(population="all"), threshold=limits("per_1000")
    )
    assert "facilities on both sides" in problems(criterion(requirement, subject="facility"))[0].what


def test_every_cause_has_a_sentence():
    from friendly_city.audit.measures.measured import NO_DATA_CAUSES, NOT_APPLICABLE_CAUSES
    from friendly_city.audit.reasons.unrated import FIXED, SENTENCES

    assert {*FIXED, *SENTENCES} == {*NO_DATA_CAUSES, *NOT_APPLICABLE_CAUSES}


def test_every_kind_has_a_measure_a_check_and_a_sentence():
    from typing import get_args

    from friendly_city.audit.measures.kinds import MEASURES
    from friendly_city.audit.reasons.sentences import RATED
    from friendly_city.standards.requirement import Requirement

    kinds = {kind.__dataclass_fields__["kind"].default for kind in get_args(Requirement)}
    assert set(MEASURES) == set(RATED) == kinds
