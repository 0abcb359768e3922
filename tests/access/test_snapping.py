"""From points to streets."""

from __future__ import annotations

import numpy as np
import pytest
from shapely import LineString

from friendly_city.access.network import network_of
from friendly_city.access.snapping import SNAP_LIMIT_M, snap
from friendly_city.errors import InvalidParameters

STREET = [LineString([(0, 0), (100, 0)])]


def test_a_point_meets_the_street_in_its_middle_not_at_a_corner():
    found = snap(network_of(STREET), [(37.5, -12.0)])
    assert found.along_m.tolist() == [37.5]
    assert found.straight_m.tolist() == [12.0]
    assert found.near.tolist() == [True]


def test_a_point_beyond_the_end_meets_the_end():
    found = snap(network_of(STREET), [(103, 4)])
    assert found.along_m.tolist() == [100.0]
    assert found.straight_m.tolist() == [5.0]


def test_a_point_farther_than_the_limit_meets_no_street():
    found = snap(network_of(STREET), [(50, SNAP_LIMIT_M), (50, SNAP_LIMIT_M + 0.1)])
    assert found.near.tolist() == [True, False]
    assert found.distance_m.tolist() == [SNAP_LIMIT_M, np.inf]
    assert found.point.tolist() == [0]


def test_a_point_equally_near_to_several_streets_meets_all_of_them():
    network = network_of([LineString([(0, 0), (100, 0)]), LineString([(0, 20), (100, 20)]), LineString([(0, 90), (100, 90)])])
    found = snap(network, [(50, 10)])
    assert found.edge.tolist() == [0, 1]
    assert found.point.tolist() == [0, 0]
    assert found.size == 1


def test_a_point_of_unknown_position_meets_no_street():
    found = snap(network_of(STREET), [(np.nan, 0), (50, np.inf), (50, 0)])
    assert found.near.tolist() == [False, False, True]


def test_no_points_and_no_streets_are_no_error():
    assert snap(network_of(STREET), []).size == 0
    assert snap(network_of([]), [(0, 0)]).near.tolist() == [False]


@pytest.mark.parametrize("limit", [-1, float("nan")])
def test_a_senseless_limit_is_refused(limit):
    with pytest.raises(InvalidParameters, match="snapping limit"):
        snap(network_of(STREET), [(0, 0)], limit_m=limit)


def test_points_of_another_shape_are_refused():
    with pytest.raises(InvalidParameters, match=r"shape \(n, 2\)"):
        snap(network_of(STREET), [1.0, 2.0, 3.0])
