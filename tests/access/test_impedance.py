"""Metres and minutes are never mixed."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from friendly_city.access.impedance import WALKING, Limit, WalkingSpeed, metres, minutes, walking_speed
from friendly_city.city.model import AGE_BANDS
from friendly_city.errors import InvalidParameters, UnknownName
from friendly_city.labels import Text
from friendly_city.units import UnitMismatch


def test_every_age_band_has_a_speed_with_its_source_in_both_languages():
    assert set(WALKING) == {*AGE_BANDS, "children", "all"}
    for speed in WALKING.values():
        assert "GB 50180" in speed.source.zh
        assert "GB 50180" in speed.source.en
        assert speed.basis == "ours"


def test_all_children_walk_no_faster_than_the_slowest_of_them():
    assert WALKING["children"].m_per_min == min(WALKING[band].m_per_min for band in AGE_BANDS)


def test_speeds_are_the_equivalences_of_the_standard():
    assert minutes(300.0, "6-12") == 5
    assert minutes(500.0, "3-6") == 10
    assert minutes(1000.0, "12-18") == pytest.approx(15, abs=1e-12)


@pytest.mark.parametrize("band", list(WALKING))
def test_minutes_and_metres_undo_each_other(band):
    cost = np.array([0.0, 1.0, 123.4, np.inf])
    assert metres(minutes(cost, band), band) == pytest.approx(cost)


def test_a_series_keeps_its_index_and_unreachable_stays_unreachable():
    walked = minutes(pd.Series([120.0, np.inf], index=["a", "b"]), "6-12")
    assert walked.to_dict() == {"a": 2.0, "b": np.inf}


def test_an_unknown_band_is_refused_with_the_nearest_name():
    with pytest.raises(UnknownName, match="did you mean '6-12'"):
        walking_speed("6–12")


def test_speeds_cannot_be_changed_in_passing():
    with pytest.raises(TypeError):
        WALKING["6-12"] = WALKING["0-3"]


@pytest.mark.parametrize("speed", [0.0, -1.0, float("inf"), float("nan")])
def test_a_senseless_speed_is_refused(speed):
    with pytest.raises(InvalidParameters):
        WalkingSpeed(m_per_min=speed, source=Text("", ""), basis="ours")


def test_a_limit_in_minutes_refuses_a_cost_in_metres_and_the_other_way_round():
    with pytest.raises(UnitMismatch):
        Limit(15, "min").holds([900.0], unit="m")
    with pytest.raises(UnitMismatch):
        Limit(500, "m").holds([5.0], unit="min")


def test_a_limit_in_kilometres_is_the_limit_in_metres():
    cost = [499.9, 500.0, 500.1]
    assert (
        Limit(0.5, "km").holds(cost, unit="m").tolist() == Limit(500, "m").holds(cost, unit="m").tolist() == [True, True, False]
    )
    assert Limit(0.5, "km").metres("6-12") == 500


def test_a_limit_in_minutes_needs_an_age_to_become_metres():
    assert Limit(15, "min").metres("6-12") == 900
    assert Limit(0.25, "hours").metres("0-3") == 750


def test_a_limit_of_people_or_below_nothing_is_refused():
    with pytest.raises(UnitMismatch):
        Limit(5, "persons")
    with pytest.raises(InvalidParameters):
        Limit(-5, "m")
    with pytest.raises(InvalidParameters, match=r"must be a number, not str '15'; expected e\.g\. Limit\(15, 'min'\)"):
        Limit("15", "min")
