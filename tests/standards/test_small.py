"""A whole small standard and checklist become the objects they describe."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from datetime import date

import pytest

from friendly_city.labels import Text
from friendly_city.standards.model import Obligation, SubjectKind, TextBasis
from friendly_city.standards.requirement import (
    Attest,
    Band,
    Condition,
    Filter,
    Limits,
    Size,
    Step,
    Threshold,
    ThresholdBasis,
)
from tests.standards.small import CHECKLIST, STANDARD, checklist_of, once, standard_of


def test_a_standard_is_what_its_file_says(tmp_path):
    standard = standard_of(tmp_path)
    assert standard.title == Text("小标准", "A small standard")
    assert (standard.issued, standard.in_force) == (date(2022, 4, 28), None)
    assert standard.sources[0].url == "http://example.org/"
    assert [dimension.id for dimension in standard.dimensions] == ["play", "community_family"]
    assert standard.clause("c2").text_basis is TextBasis.HEADING
    rooms = standard.criteria[0]
    assert (rooms.obligation, rooms.subject, rooms.aspect) == (Obligation.SHALL, SubjectKind.FACILITY, None)


def test_numbers_of_clauses_stay_the_text_they_were(tmp_path):
    standard = standard_of(tmp_path)
    assert standard.number == "1.10"
    assert [clause.number for clause in standard.clauses] == ["010", "", ""]


def test_limits_and_filters_are_written_out(tmp_path):
    asked = standard_of(tmp_path).criteria[0].requirement
    assert asked == Size(
        of="each",
        where=Filter(conditions=(Condition(field="kind", any_of=("mother_baby_room",)),)),
        field="floor_area_m2",
        threshold=Threshold(unit="m2", limits=Limits(at_least=6, zero_at=3)),
    )


def test_a_filter_takes_a_text_texts_or_bounds(tmp_path):
    where = "where: {kind: [park, play_site], site_area_m2: {at_least: 400, at_most: 5e3}, nature_contact: no}"
    standard = standard_of(tmp_path, once(STANDARD, "where: {kind: mother_baby_room}", where))
    assert standard.criteria[0].requirement.where.conditions == (
        Condition(field="kind", any_of=("park", "play_site")),
        Condition(field="site_area_m2", at_least=400.0, at_most=5000.0),
        Condition(field="nature_contact", any_of=("no",)),
    )


def test_bands_carry_their_limits(tmp_path):
    bands = "{unit: m2, by: population, by_unit: persons, bands: [{below: 5000, at_least: 200}, {start: 5000, at_least: 1500}]}"
    standard = standard_of(tmp_path, once(STANDARD, "{unit: m2, at_least: 6, zero_at: 3}", bands))
    threshold = standard.criteria[0].requirement.threshold
    assert threshold.limits is None
    assert threshold.bands == (
        Band(below=5000, limits=Limits(at_least=200)),
        Band(start=5000, limits=Limits(at_least=1500)),
    )


def test_a_ladder_has_steps(tmp_path):
    ladder = "{unit: m2, steps: [{value: 3, degree: 0.5}, {value: 6, degree: 1}]}"
    standard = standard_of(tmp_path, once(STANDARD, "{unit: m2, at_least: 6, zero_at: 3}", ladder))
    assert standard.criteria[0].requirement.threshold.limits.steps == (Step(value=3, degree=0.5), Step(value=6, degree=1))


def test_what_is_not_given_has_its_default(tmp_path):
    standard = standard_of(tmp_path)
    assert standard.criteria[0].requirement.threshold.basis is ThresholdBasis.STANDARD
    assert standard.criteria[2].requirement.measure == "events"
    assert standard.criteria[1].requirement == Attest(register="documents", item="children_first", valid_months=None)
    assert all(clause.verified and clause.note is None for clause in standard.clauses)


def test_what_is_optional_can_be_left_empty(tmp_path):
    text = once(STANDARD, "    obligation: shall\n", "    obligation: shall\n    aspect:\n    applies_to:\n    ours:\n")
    assert standard_of(tmp_path, text) == standard_of(tmp_path)


def test_a_checklist_weighs_by_obligation_unless_it_says_otherwise(tmp_path):
    checklist = checklist_of(tmp_path)
    assert [(item.id, item.weight, item.gate) for item in checklist.items] == [
        ("s-rooms", 3.0, True),
        ("s-principle", 2.0, False),
        ("s-meetings", 0.5, False),
    ]
    assert checklist.item("s-rooms").clause.number == "010"
    assert checklist.version == "2022.10"
    assert checklist.due == date(2025, 12, 31)
    assert [standard.id for standard in checklist.standards] == ["small"]


def test_a_checklist_without_gates_and_date_has_none(tmp_path):
    checklist = checklist_of(tmp_path, once(once(CHECKLIST, "due: 2025-12-31\n", ""), "gates: [s-rooms]\n", ""))
    assert checklist.due is None
    assert not any(item.gate for item in checklist.items)


def test_what_was_read_cannot_be_changed(tmp_path):
    standard = standard_of(tmp_path)
    with pytest.raises(FrozenInstanceError):
        standard.criteria[0].requirement.threshold.limits.at_least = 1.0
    with pytest.raises(FrozenInstanceError):
        standard.id = "other"
