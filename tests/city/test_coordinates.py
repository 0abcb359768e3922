"""GCJ-02 and BD-09 there and back, held against published values and the promise of less than a metre inside China."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from friendly_city.city.coordinates import CHINA, METRES_PER_DEGREE, SHIFTS, bd09_of, converted, gcj02_of, in_china, moved

INLAND = {"longitude": st.floats(73.5, 135.1), "latitude": st.floats(3.4, 53.6)}


def at(longitude, latitude):
    return np.array([longitude]), np.array([latitude])


def test_gcj02_is_what_others_published():
    """WGS 84 116.404, 39.915 in the example of wandergis/coordtransform (test/app.js)."""
    x, y = gcj02_of(*at(116.404, 39.915))
    assert x[0] == pytest.approx(116.41024449916938, abs=1e-11)
    assert y[0] == pytest.approx(39.91640428150164, abs=1e-11)


def test_bd09_is_what_others_published():
    """The same example gives BD-09 of the GCJ-02 place 116.404, 39.915."""
    wgs = converted(*at(116.404, 39.915), "gcj02")
    x, y = bd09_of(wgs.longitude, wgs.latitude)
    assert x[0] == pytest.approx(116.41036949371029, abs=1e-9)
    assert y[0] == pytest.approx(39.92133699351021, abs=1e-9)


@pytest.mark.parametrize("system", SHIFTS)
@given(**INLAND)
def test_there_and_back_is_the_same_place_inside_china(system, longitude, latitude):
    back = converted(*SHIFTS[system](*at(longitude, latitude)), system)
    off = METRES_PER_DEGREE * np.hypot(back.longitude - longitude, back.latitude - latitude)
    assert off[0] < 0.001
    assert back.error_m < 0.001


@pytest.mark.parametrize("system", SHIFTS)
@given(longitude=st.floats(-180, 180), latitude=st.floats(-90, 90))
def test_outside_nothing_moves(system, longitude, latitude):
    place = at(longitude, latitude)
    if not in_china(*place)[0]:
        assert [part.tolist() for part in SHIFTS[system](*place)] == [[longitude], [latitude]]
        assert (converted(*place, system).longitude[0], converted(*place, system).latitude[0]) == (longitude, latitude)


@given(**INLAND)
def test_the_shift_is_some_hundred_metres_everywhere_in_china(longitude, latitude):
    place = at(longitude, latitude)
    east, north = moved(*place, gcj02_of(*place))
    assert 50 < np.hypot(east, north) < 1_500


def test_the_shift_in_shenzhen_is_the_one_that_people_see():
    place = at(114.05, 22.53)
    assert moved(*place, gcj02_of(*place)) == pytest.approx((524, -304), abs=1)


def test_unknown_places_stay_unknown():
    for system in ("gcj02", "bd09", "cgcs2000", "EPSG:4547"):
        found = converted(np.array([np.nan]), np.array([np.nan]), system)
        assert np.isnan(found.longitude[0])
        assert np.isnan(found.error_m) or system == "cgcs2000"


def test_a_projected_place_comes_back_with_its_error():
    """EPSG:4547 has its central meridian at 114° E and a false easting of 500 km: there the longitude is 114 exactly."""
    found = converted(np.array([500_000.0]), np.array([2_492_000.0]), "EPSG:4547")
    assert found.longitude[0] == pytest.approx(114, abs=1e-9)
    assert 22.5 < found.latitude[0] < 22.6
    assert found.error_m < 0.001


def test_cgcs2000_is_taken_as_wgs84():
    found = converted(*at(114.05, 22.53), "cgcs2000")
    assert (found.longitude[0], found.latitude[0], found.error_m) == (114.05, 22.53, 0.0)


def test_the_iteration_keeps_its_promise_on_the_edge_of_the_ripple():
    """Around 105° E the formula has a cusp."""
    for x in (105 - 1e-9, 105.0, 105 + 1e-9):
        assert converted(*gcj02_of(*at(x, 35.0)), "gcj02").longitude[0] == pytest.approx(x, abs=1e-9)
    assert CHINA[0] < 73.5
