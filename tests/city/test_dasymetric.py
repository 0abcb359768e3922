"""Children spread over places: sums that stay, shares by hand, and what must hold for all weights."""

from __future__ import annotations

import time

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from friendly_city.city import dasymetric
from friendly_city.city.dasymetric import (
    Places,
    buildings_in,
    cells_by_streets,
    cells_of_land,
    joined,
    points_of,
    shared,
    shared_by_group,
    spread,
)
from friendly_city.errors import InvalidParameters

CALM = settings(max_examples=60, deadline=None, derandomize=True, database=None)
WEIGHT = st.floats(0.1, 1e5)
TOWN = np.array([shapely.box(0, 0, 1000, 1000), shapely.box(1000, 0, 2000, 1000)])
"""Two communities side by side."""


def places(rows):
    """Places of rows (x, y, community, weight)."""
    table = np.array(rows, dtype=float).reshape(-1, 4)
    return Places(xy=table[:, :2], community=table[:, 2].astype(np.int64), weight=table[:, 3])


@CALM
@given(st.integers(0, 10_000), st.lists(WEIGHT, min_size=1, max_size=30))
def test_a_total_is_shared_exactly_and_near_to_the_weights(total, weights):
    whole = shared(total, np.array(weights))
    assert whole.sum() == total
    assert (np.abs(whole - total * np.array(weights) / sum(weights)) < 1 + 1e-6).all()


@CALM
@given(
    st.lists(st.tuples(st.integers(0, 5_000), st.lists(WEIGHT, min_size=1, max_size=12)), min_size=1, max_size=6), st.randoms()
)
def test_each_group_is_shared_as_if_it_were_alone(lots, random):
    """In whatever order the takers of different groups stand among each other."""
    group = [number for number, (_, weights) in enumerate(lots) for _ in weights]
    random.shuffle(group)
    place, weights = np.array(group), np.empty(len(group))
    for number, (_, own) in enumerate(lots):
        weights[place == number] = own
    found = shared_by_group([total for total, _ in lots], place, weights)
    for number, (total, own) in enumerate(lots):
        assert found[place == number].tolist() == shared(total, np.array(own)).tolist()


def test_two_houses_by_hand():
    """10 children, 1 : 3. 2.5 and 7.5 leave one for one of them; 4 are 1 and 3."""
    found = spread([[10, 4]], places([(0, 0, 0, 100), (9, 0, 0, 300)]))
    assert found[:, 1].tolist() == [1, 3]
    assert found[:, 0].tolist() in ([3, 7], [2, 8])


@CALM
@given(
    st.lists(st.tuples(st.integers(0, 99), st.integers(0, 99), st.integers(0, 2), WEIGHT), min_size=1, max_size=40),
    st.lists(st.tuples(*[st.integers(0, 300)] * 4), min_size=3, max_size=3),
    st.randoms(),
)
def test_sums_by_community_and_band_stay_and_the_order_of_places_changes_nothing(rows, totals, random):
    rows = list({row[:2]: row for row in rows}.values())  # one place, one house
    rows += [(200 + number, 0, number, 1.0) for number in range(3)]
    lot = places(rows)
    found = spread(totals, lot)
    for number, total in enumerate(totals):
        assert found[lot.community == number].sum(axis=0).tolist() == list(total)
    exact = np.array(totals)[lot.community] * (lot.weight / np.bincount(lot.community, lot.weight)[lot.community])[:, None]
    assert (np.abs(found - exact) < 1 + 1e-6).all()
    other = random.sample(range(len(rows)), len(rows))
    assert spread(totals, places([rows[number] for number in other])).tolist() == found[other].tolist()


def test_what_is_left_of_equal_places_goes_to_no_corner():
    """25 children in 100 equal cells: each quarter of the square gets its 6 or so, none goes without."""
    rows = [(x + 0.5, y + 0.5, 0, 1.0) for x in range(10) for y in range(10)]
    found = spread([[25]], places(rows))[:, 0]
    assert found.max() == 1
    quarter = [2 * (x > 5) + (y > 5) for x, y, *_ in rows]
    assert set(np.bincount(quarter, found)) <= {5, 6, 7, 8}


def test_what_is_left_of_each_band_goes_to_other_places():
    """4 bands of 5 children in 20 equal cells: a child in each, not four in five of them."""
    found = spread([[5, 5, 5, 5]], places([(x, 0, 0, 1.0) for x in range(20)]))
    assert found.sum(axis=1).max() <= 2
    assert (found.sum(axis=1) > 0).sum() >= 15


def test_noise_of_areas_decides_nothing():
    one, other = (spread([[1]], places([(0, 0, 0, 1.0), (9, 9, 0, 1.0 + noise)])).tolist() for noise in (1e-12, -1e-12))
    assert one == other


def test_buildings_weigh_footprint_by_storeys_in_the_community_of_a_point_on_them():
    """10 × 10 m with 3 storeys, 20 × 10 m unknown; one across the border lies with its larger part; one far away nowhere."""
    houses = np.array([
        shapely.box(100, 100, 110, 110), shapely.box(500, 500, 520, 510), shapely.box(996, 10, 1014, 20), shapely.box(9000, 0, 9010, 10),
    ])  # fmt: skip
    found = buildings_in(TOWN, houses, np.array([3.0, np.nan, 2.0, 1.0]))
    assert found.community.tolist() == [0, 0, 1]
    assert found.weight.tolist() == [300, 200, 360]
    assert found.xy[0].tolist() == [105, 105]


def test_a_hundred_thousand_buildings_take_seconds():
    random = np.random.default_rng(236)
    west_south = random.uniform(0, 10_000, (100_000, 2))
    houses = shapely.box(*west_south.T, *(west_south + random.uniform(5, 20, (100_000, 1))).T)
    town = np.array([shapely.box(x, y, x + 1000, y + 1000) for x in range(0, 10_000, 1000) for y in range(0, 10_000, 1000)])
    totals = random.integers(0, 3000, (len(town), 4))
    begun = time.process_time()
    lot = buildings_in(town, houses, random.integers(1, 30, len(houses)).astype(float))
    found = spread(totals, lot)
    assert time.process_time() - begun < 5  # half a second when nothing else runs
    for column in range(4):
        assert np.bincount(lot.community, found[:, column], len(town)).tolist() == totals[:, column].tolist()


def test_cells_weigh_the_land_in_them_and_land_given_twice_counts_once():
    """Land from x = 950 to 1150, y = 0 to 50: half a cell west of the border, one and a half east of it."""
    land = np.array([shapely.box(950, 0, 1150, 50), shapely.box(1000, 0, 1050, 50), shapely.box(5000, 0, 5100, 100)])
    found = cells_of_land(TOWN, land, 100)
    assert found.community.tolist() == [0, 1, 1]
    assert found.weight.tolist() == pytest.approx([2500, 5000, 2500])
    assert shapely.covers(land[0], shapely.points(found.xy)).all()
    assert ((found.xy[:, 0] > 1000) == (found.community == 1)).all()


def test_cells_along_a_street_are_those_whose_middle_is_within_50_m():
    """Along y = 100 from x = 50 to 950 the rows of middles at 50 and 150 are near: ten cells each."""
    found = cells_by_streets(TOWN, np.array([shapely.LineString([(50, 100), (950, 100)])]), 100)
    assert sorted(map(tuple, found.xy.tolist())) == [(x, y) for x in range(50, 1000, 100) for y in (50, 150)]
    assert set(found.community) == {0}
    assert set(found.weight) == {1}
    off = cells_by_streets(TOWN, np.array([shapely.LineString([(50, 100.5), (950, 100.5)])]), 100)
    assert {y for _, y in off.xy.tolist()} == {150}


def test_nothing_where_there_is_nothing():
    nothing, far = np.array([], dtype=object), np.array([shapely.box(9000, 0, 9100, 100)])
    for found in (
        cells_by_streets(TOWN, nothing, 100),
        cells_of_land(TOWN, far, 100),
        cells_of_land(TOWN, nothing, 100),
        buildings_in(TOWN, far, np.array([1.0])),
    ):
        assert len(found.weight) == 0
        assert not found.within(2).any()
    assert spread(np.zeros((2, 4)), found).shape == (0, 4)


def test_one_point_lies_inside_and_lots_are_joined():
    moon = shapely.box(0, 0, 100, 100).difference(shapely.box(10, 10, 100, 90))
    point = points_of(np.array([moon]))
    assert shapely.contains(moon, shapely.points(point.xy[0]))
    assert len(joined([point, point]).weight) == 2


def test_more_cells_than_a_small_computer_holds_are_refused(monkeypatch):
    monkeypatch.setattr(dasymetric, "MAX_CELLS", 100)
    with pytest.raises(InvalidParameters, match=r"242 cells of 100 m; expected at most 100: take larger cells"):
        cells_by_streets(TOWN, np.array([shapely.LineString([(0, 0), (1, 1)])]), 100)
