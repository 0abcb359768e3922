"""Streets as a graph: what joins and what does not."""

from __future__ import annotations

import dataclasses
import gc
import weakref

import numpy as np
import pytest
from shapely import LineString, MultiLineString

from friendly_city.access.network import network_of, street_network
from friendly_city.errors import InvalidParameters


def test_a_grid_has_its_corners_as_nodes_and_its_pieces_as_edges(manhattan):
    network = network_of(manhattan(3, 4))
    assert len(network.xy) == 12
    assert len(network.length_m) == 2 * 4 + 3 * 3
    assert network.length_m.tolist() == [100.0] * 17
    assert repr(network) == "<StreetNetwork: 12 nodes, 17 edges, 1.7 km in 1 part>"


def test_ends_that_differ_by_rounding_are_one_node_and_ends_apart_by_a_last_decimal_are_two():
    def nodes(gap):
        return len(network_of([LineString([(0, 0), (100, 0)]), LineString([(100 + gap, 0), (200, 0)])]).xy)

    assert nodes(0.0) == nodes(1e-7) == nodes(0.009) == 3
    assert nodes(0.05) == nodes(0.1) == 4


def test_ends_on_both_sides_of_a_rounding_step_are_still_one_node():
    step = 100.005
    network = network_of([LineString([(0, 0), (step - 1e-9, 0)]), LineString([(step + 1e-9, 0), (200, 0)])])
    assert len(network.xy) == 3


def test_streets_that_cross_without_a_common_end_do_not_meet():
    network = network_of([LineString([(-50, 0), (50, 0)]), LineString([(0, -50), (0, 50)])])
    assert network.component.tolist() in ([0, 0, 1, 1], [0, 1, 1, 0])
    assert network.graph.nnz == 4


def test_an_edge_is_as_long_as_its_line_with_all_bends():
    network = network_of([LineString([(0, 0), (30, 40), (60, 0)])])
    assert network.length_m.tolist() == [100.0]
    assert network.graph.toarray().max() == 100.0


def test_of_parallel_edges_the_shortest_counts_and_loops_lead_nowhere():
    straight, bent = LineString([(0, 0), (100, 0)]), LineString([(100, 0), (50, 100), (0, 0)])
    loop = LineString([(100, 0), (200, 0), (200, 100), (100, 0)])
    network = network_of([bent, straight, loop])
    assert len(network.length_m) == 3
    assert network.graph.toarray().tolist() == [[0, 100], [100, 0]]


def test_the_part_with_most_nodes_is_number_zero(manhattan):
    far = LineString([(-9000, -9000), (-9000, -8000)])
    network = network_of([far, *manhattan(2, 2)])
    assert np.bincount(network.component).tolist() == [4, 2]


def test_missing_and_empty_lines_are_left_out_and_rows_are_remembered():
    network = network_of([None, LineString(), LineString([(0, 0), (1, 0)])])
    assert network.row.tolist() == [2]
    assert len(network_of([]).xy) == 0
    assert repr(network_of([])) == "<StreetNetwork: 0 nodes, 0 edges, 0.0 km in 0 parts>"


def test_a_multilinestring_is_refused():
    with pytest.raises(InvalidParameters, match="split MultiLineStrings"):
        network_of([MultiLineString([[(0, 0), (1, 0)]])])


def test_degrees_are_refused(city_of, manhattan):
    with pytest.raises(InvalidParameters, match="project the streets first"):
        street_network(city_of(manhattan(2, 2), [], crs="EPSG:4326"))


def test_the_network_is_built_once_for_a_city_and_anew_for_a_changed_one(city_of, manhattan):
    city = city_of(manhattan(2, 2), [])
    assert street_network(city) is street_network(city)
    changed = dataclasses.replace(city, streets=city.streets.iloc[1:])
    assert len(street_network(changed).length_m) == len(street_network(city).length_m) - 1


def test_a_city_that_is_gone_takes_its_network_along(city_of, manhattan):
    city = city_of(manhattan(2, 2), [])
    kept = weakref.ref(street_network(city))
    assert kept() is not None
    del city
    gc.collect()
    assert kept() is None
