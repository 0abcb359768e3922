"""Which of two requirements asks more: held against what the audit gives for each value."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from friendly_city.audit.measures.limits import degree as audited
from friendly_city.standards.requirement import Access, Attest, Band, Condition, Filter, Limits, Size, Step, Threshold
from friendly_city.standards.strictness import Strictness, compare_limits, compare_requirements, compare_thresholds, degree, eases

numbers = st.integers(0, 40).map(float)


@st.composite
def limits(draw):
    kind = draw(st.sampled_from(["floor", "ceiling", "range", "ladder"]))
    low, high = sorted((draw(numbers), draw(numbers)))
    if kind == "floor":
        zero = draw(st.none() | st.integers(-5, 39).map(float))
        return Limits(at_least=high, zero_at=zero if zero is None or zero < high else None)
    if kind == "ceiling":
        return Limits(at_most=low, zero_at=draw(st.none() | st.just(low + 3)))
    if kind == "range":
        return Limits(at_least=low, at_most=high, zero_at=draw(st.sampled_from([None, low - 2, high + 2])))
    values = sorted(draw(st.sets(numbers, min_size=2, max_size=3)))
    return Limits(steps=tuple(Step(value=v, degree=(n + 1) / len(values)) for n, v in enumerate(values)))


VALUES = np.arange(-10, 55, 0.25)


@given(limits())
def test_a_degree_is_that_of_the_audit(asked):
    assert [degree(asked, float(v)) for v in VALUES] == pytest.approx(audited(VALUES, asked).tolist())


@given(limits(), limits())
def test_stricter_limits_are_met_by_fewer_values(one, other):
    met, other_met = audited(VALUES, one) == 1, audited(VALUES, other) == 1
    assume(met.any() and other_met.any())
    found = compare_limits(one, other)
    assert compare_limits(other, one) == found.turned
    assert bool((met <= other_met).all()) is (found in (Strictness.SAME, Strictness.STRICTER))
    assert bool((met >= other_met).all()) is (found in (Strictness.SAME, Strictness.LOOSER))


def size(asked, **changed):
    where = Filter(conditions=(Condition(field="kind", any_of=("park",)),))
    return replace(Size(of="each", where=where, field="floor_area_m2", threshold=Threshold(unit="m2", limits=asked)), **changed)


@given(limits(), limits())
def test_what_eases_gives_more_credit_for_some_value(was, now):
    more = bool((audited(VALUES, now) > audited(VALUES, was) + 1e-12).any())
    assert eases(size(was), size(now)) is more


@given(limits())
def test_nothing_eases_itself(asked):
    assert not eases(size(asked), size(asked))


def test_bands_are_compared_stretch_by_stretch():
    one = Threshold(unit="m2", by="site_area_m2", by_unit="m2", bands=(
        Band(below=3000, limits=Limits(at_least=300)), Band(start=3000, limits=Limits(at_least=600))))  # fmt: skip
    flat = Threshold(unit="m2", limits=Limits(at_least=300))
    assert compare_thresholds(one, flat) is Strictness.STRICTER
    assert compare_thresholds(flat, one) is Strictness.LOOSER
    assert compare_thresholds(one, Threshold(unit="m2", limits=Limits(at_least=400))) is Strictness.OVERLAPS
    assert compare_thresholds(one, replace(flat, unit="ha")) is None
    fewer = replace(one, bands=one.bands[:1])
    assert compare_thresholds(one, fewer) is Strictness.STRICTER  # beyond its last band nothing is asked
    assert eases(size(None, threshold=one), size(None, threshold=fewer))


def test_ways_compare_by_distance_and_share_and_only_to_the_same_things():
    way = Access(where=Filter(), age_band="3-6", within=300, threshold=Threshold(unit="share", limits=Limits(at_least=0.8)))
    assert compare_requirements(way, replace(way, within=500)) is Strictness.STRICTER
    farther = replace(way, within=500, threshold=Threshold(unit="share", limits=Limits(at_least=0.9)))
    assert compare_requirements(way, farther) is Strictness.OVERLAPS
    assert compare_requirements(way, replace(way, age_band="0-3")) is None
    assert compare_requirements(way, Attest(register="inspections", item="x")) is None


def test_the_same_question_is_the_same_and_another_is_not_comparable():
    one = Attest(register="inspections", item="x")
    assert compare_requirements(one, Attest(register="inspections", item="x", valid_months=12)) is Strictness.SAME
    assert compare_requirements(one, Attest(register="inspections", item="y")) is None
    assert compare_requirements(size(Limits(at_least=6)), size(Limits(at_least=6), of="best")) is None
