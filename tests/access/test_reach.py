"""Walking in small towns whose answers are worked out by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from shapely import LineString

from friendly_city.access.reach import cost_to_nearest, costs_within, edges_within, unreachable
from friendly_city.errors import InvalidParameters

EXACT = 1e-9


@pytest.fixture
def walk(city_of, facilities_at):
    """Return metres from each home to the nearest facility, as a list."""
    return lambda lines, homes, facilities: cost_to_nearest(city_of(lines, homes), facilities_at(facilities)).tolist()


def test_a_way_is_straight_to_the_street_along_it_and_straight_to_the_door(walk, manhattan):
    """Home 20 m off y = 0 at x = 30, facility 10 m off it at x = 170: 20 + 140 + 10."""
    assert walk(manhattan(3, 3), [(30, 20)], [(170, -10)]) == pytest.approx([170], abs=EXACT)


def test_round_corners_the_way_is_the_manhattan_distance(walk, manhattan):
    """From (0, 40) down x = 0 to the corner, then along y = 0 to (160, 0), is 200; up and over is 60 + 100 + 60 + 100."""
    assert walk(manhattan(3, 3), [(0, 40)], [(160, 0)]) == pytest.approx([200], abs=EXACT)


def test_points_on_one_edge_walk_directly_along_it(walk):
    assert walk([LineString([(0, 0), (100, 0)])], [(20, 0), (85, 3)], [(80, 0)]) == pytest.approx([60, 8], abs=EXACT)


def test_points_on_one_long_edge_may_be_nearer_round_its_ends(walk):
    """A hairpin of 2,010 m whose ends are joined by 10 m: 10 + 10 + 10 round the ends, not 990 + 10 + 990."""
    hairpin = LineString([(0, 0), (0, 1000), (10, 1000), (10, 0)])
    assert walk([hairpin, LineString([(0, 0), (10, 0)])], [(0, 10)], [(10, 10)]) == pytest.approx([30], abs=EXACT)


def test_on_a_loop_the_shorter_way_round_is_taken(walk):
    """A closed square of 400 m: from 10 m after its start to 10 m before its end is 20 m through the start."""
    square = LineString([(0, 0), (100, 0), (100, 100), (0, 100), (0, 0)])
    assert walk([square], [(10, 0)], [(0, 10)]) == pytest.approx([20], abs=EXACT)


def test_what_is_near_by_air_can_be_far_on_foot_when_the_bridge_is_far(walk):
    """Two banks 100 m apart, the bridge 500 m along: 500 + 100 + 500."""
    banks = [LineString([(0, 0), (500, 0)]), LineString([(0, 100), (500, 100)])]
    bridge = LineString([(500, 0), (500, 100)])
    assert walk([*banks, bridge], [(0, 0)], [(0, 100)]) == pytest.approx([1100], abs=EXACT)
    assert walk(banks, [(0, 0)], [(0, 100)]) == [np.inf]


def test_the_nearest_is_the_nearest_on_foot_not_by_air(walk):
    banks = [LineString([(0, 0), (500, 0)]), LineString([(0, 100), (500, 100)]), LineString([(500, 0), (500, 100)])]
    assert walk(banks, [(0, 0)], [(0, 100), (400, 0)]) == pytest.approx([400], abs=EXACT)


def test_no_facility_means_unreachable_not_unknown(walk, manhattan):
    assert walk(manhattan(2, 2), [(0, 0), (50, 0)], []) == [np.inf, np.inf]


def test_a_home_or_a_facility_far_from_every_street_is_unreachable(walk, manhattan):
    assert walk(manhattan(2, 2), [(0, 0), (-600, 0)], [(100, 100)]) == pytest.approx([200, np.inf])
    assert walk(manhattan(2, 2), [(0, 0)], [(700, 0)]) == [np.inf]


def test_without_homes_there_is_nothing_to_say(walk, manhattan):
    assert walk(manhattan(2, 2), [], [(0, 0)]) == []


def test_home_and_facility_at_one_place_cost_the_way_to_the_street_and_back(walk, manhattan):
    """The rule of snapping, said openly: 5 m to the street and 5 m back."""
    assert walk(manhattan(2, 2), [(50, 5)], [(50, 5)]) == pytest.approx([10], abs=EXACT)


def test_a_home_between_two_streets_takes_the_better_one(walk):
    """10 m to either street; only the upper one leads to the facility."""
    lines = [LineString([(0, 0), (100, 0)]), LineString([(0, 20), (100, 20)])]
    assert walk(lines, [(50, 10)], [(90, 20)]) == pytest.approx([50], abs=EXACT)


def test_a_facility_in_another_community_counts(city_of, facilities_at, manhattan):
    city = city_of(manhattan(2, 2), [(0, 0)])
    other = facilities_at([(60, 0)]).assign(community_code="440304002002")
    assert cost_to_nearest(city, other).tolist() == pytest.approx([60])


def test_the_answer_is_a_series_by_home_in_the_order_of_the_register(city_of, facilities_at, manhattan):
    cost = cost_to_nearest(city_of(manhattan(2, 2), [(100, 0), (0, 0)]), facilities_at([(0, 0)]))
    pd.testing.assert_series_equal(
        cost, pd.Series([100.0, 0.0], index=pd.Index(["H0", "H1"], dtype="str", name="home_id"), name="cost_m")
    )


def test_a_table_without_positions_is_refused(city_of, manhattan):
    with pytest.raises(InvalidParameters, match="missing: y_m"):
        cost_to_nearest(city_of(manhattan(2, 2), [(0, 0)]), pd.DataFrame({"x_m": [1.0]}))


def test_costs_within_lists_each_pair_within_the_limit_inclusive(city_of, facilities_at, manhattan):
    city = city_of(manhattan(3, 1), [(0, 0), (150, 0)])
    frame = costs_within(city, facilities_at([(200, 0), (50, 0), (0, 9000)]), limit_m=100)
    assert frame.columns.tolist() == ["home_id", "facility_id", "cost_m"]
    assert frame.to_numpy().tolist() == [["H0", "F1", 50.0], ["H1", "F0", 50.0], ["H1", "F1", 100.0]]


def test_many_facilities_are_worked_through_in_parts_with_the_same_answer(city_of, facilities_at, manhattan, monkeypatch):
    city = city_of(manhattan(3, 3), [(0, 0), (150, 100)])
    facilities = facilities_at([(200, 0), (50, 0), (0, 9000), (100, 150)])
    at_once = costs_within(city, facilities, limit_m=500)
    monkeypatch.setattr("friendly_city.access.costs.CELLS_AT_ONCE", 1)
    pd.testing.assert_frame_equal(costs_within(city, facilities, limit_m=500), at_once)
    assert len(at_once) == 6


def test_costs_within_nothing_is_an_empty_table(city_of, facilities_at, manhattan):
    city = city_of(manhattan(2, 2), [(0, 0)])
    assert costs_within(city, facilities_at([]), limit_m=100).empty
    assert costs_within(city, facilities_at([(100, 0)]), limit_m=99).empty
    assert len(costs_within(city, facilities_at([(100, 0)]), limit_m=np.inf)) == 1


@pytest.mark.parametrize("limit", [-1, float("nan")])
def test_a_senseless_limit_is_refused(city_of, facilities_at, manhattan, limit):
    with pytest.raises(InvalidParameters, match="metres from 0 on"):
        costs_within(city_of(manhattan(2, 2), [(0, 0)]), facilities_at([(0, 0)]), limit_m=limit)


def test_a_limit_met_but_for_rounding_is_met(city_of, facilities_at):
    lines = [LineString([(0, 0), (0.1, 0)]), LineString([(0.1, 0), (0.3, 0)])]
    frame = costs_within(city_of(lines, [(0, 0)]), facilities_at([(0.3, 0)]), limit_m=0.3)
    assert 0.1 + 0.2 > 0.3
    assert len(frame) == 1


def test_the_catchment_is_cut_exactly_where_a_limit_ends(city_of, facilities_at, manhattan):
    """Facility 20 m off the middle of a 3-node street: within 50 m are 30 m each way, within 80 m 30 m more each way."""
    city = city_of(manhattan(3, 1), [])
    pieces = edges_within(city, facilities_at([(100, 20)]), limits_m=(50, 80))
    assert pieces.columns.tolist() == ["street_id", "limit_m", "cost_m", "length_m", "geometry"]
    assert pieces["street_id"].tolist() == ["S0", "S0", "S1", "S1"]
    assert pieces["limit_m"].tolist() == [80, 50, 50, 80]
    assert pieces["length_m"].tolist() == pytest.approx([30, 30, 30, 30], abs=EXACT)
    assert pieces["cost_m"].tolist() == pytest.approx([65, 35, 35, 65], abs=EXACT)
    assert next(list(line.coords) for line in pieces.geometry) == [(40, 0), (70, 0)]
    assert pieces.crs == city.streets.crs


def test_a_catchment_inside_one_edge_touches_no_corner(city_of, facilities_at):
    pieces = edges_within(city_of([LineString([(0, 0), (1000, 0)])], []), facilities_at([(300, 0), (700, 0)]), limits_m=(100,))
    assert [tuple(line.bounds) for line in pieces.geometry] == [(200, 0, 400, 0), (600, 0, 800, 0)]


def test_a_cut_piece_keeps_the_bends_of_its_street(city_of, facilities_at):
    """300 m of street with bends at 100 m and 200 m; within 150 m of its start lies the first bend only."""
    street = LineString([(0, 0), (100, 0), (100, 100), (200, 100)])
    other = LineString([(9000, 0), (9000, 100), (9000, 300)])
    pieces = edges_within(city_of([street, other], []), facilities_at([(0, 0), (9000, 0)]), limits_m=(150, 250))
    assert [list(line.coords) for line in pieces.geometry] == [
        [(0, 0), (100, 0), (100, 50)],
        [(100, 50), (100, 100), (150, 100)],
        [(9000, 0), (9000, 100), (9000, 150)],
        [(9000, 150), (9000, 250)],
    ]


def test_the_catchment_of_nothing_is_empty(city_of, facilities_at, manhattan):
    pieces = edges_within(city_of(manhattan(2, 2), []), facilities_at([]), limits_m=(300, 500))
    assert len(pieces) == 0
    assert "cost_m" in pieces


def test_catchment_limits_must_rise(city_of, facilities_at, manhattan):
    for limits in ((), (500, 300), (300, 300)):
        with pytest.raises(InvalidParameters, match="rising"):
            edges_within(city_of(manhattan(2, 2), []), facilities_at([(0, 0)]), limits_m=limits)


def test_each_unreachable_home_is_told_why(city_of, facilities_at, manhattan):
    island = LineString([(5000, 0), (5100, 0)])
    city = city_of([*manhattan(2, 2), island], [(0, 0), (0, -900), (5000, 0)])
    assert unreachable(city, facilities_at([(100, 0)]))[["home_id", "cause"]].to_numpy().tolist() == [
        ["H1", "far_from_street"],
        ["H2", "no_way"],
    ]
    assert unreachable(city, facilities_at([]))["cause"].tolist() == ["no_facility", "far_from_street", "no_facility"]
