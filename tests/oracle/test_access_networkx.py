"""networkx, with every snapped point put in as a node of its own, agrees on 200 random towns."""

from __future__ import annotations

from itertools import pairwise

import networkx as nx
import numpy as np
import pytest
from shapely import LineString, Point

from friendly_city.access.costs import costs_between, nearest_costs
from friendly_city.access.network import network_of
from friendly_city.access.snapping import SNAP_LIMIT_M, TIE_M, snap


def random_town(seed):
    """Return bent streets between random corners, homes and facilities, some far from any street."""
    rng = np.random.default_rng(seed)
    corners = rng.uniform(0, 2000, (int(rng.integers(3, 25)), 2))
    lines = []
    for _ in range(int(rng.integers(2, 45))):
        a, b = rng.choice(len(corners), 2, replace=bool(rng.random() < 0.1))
        middle = (corners[a] + corners[b]) / 2 + rng.normal(0, 60, (int(rng.integers(0, 3)), 2))
        lines.append(LineString([corners[a], *middle, corners[b]]))
    lines = [line for line in lines if line.length > 0]
    homes = rng.uniform(-900, 2900, (int(rng.integers(1, 12)), 2))
    facilities = rng.uniform(-900, 2900, (int(rng.integers(0, 9)), 2))
    return lines, homes, facilities


def oracle_graph(lines, homes, facilities):
    """Return the graph whose nodes are corners, snapped places, homes ("h", i) and facilities ("f", i)."""
    graph = nx.Graph()
    on_line = [{0.0: line.coords[0], line.length: line.coords[-1]} for line in lines]
    for kind, points in (("h", homes), ("f", facilities)):
        for number, xy in enumerate(points):
            graph.add_node((kind, number))
            distance = [line.distance(Point(xy)) for line in lines]
            for place, line in enumerate(lines):
                if min(distance) <= SNAP_LIMIT_M and distance[place] <= min(distance) + TIE_M:
                    along = line.project(Point(xy))
                    node = on_line[place].setdefault(along, (place, along))
                    graph.add_edge((kind, number), node, weight=distance[place])
    for places in on_line:
        for (start, a), (stop, b) in pairwise(sorted(places.items())):
            weight = min(stop - start, graph.get_edge_data(a, b, {"weight": np.inf})["weight"])
            graph.add_edge(a, b, weight=weight)
    return graph


@pytest.mark.parametrize("seed", range(200))
def test_networkx_finds_the_same_costs(seed):
    lines, homes, facilities = random_town(seed)
    graph = oracle_graph(lines, homes, facilities)
    expected = np.full((len(homes), len(facilities)), np.inf)
    for there in range(len(facilities)):
        # A way through somebody else's door is no way: other homes and facilities are taken out.
        for here in range(len(homes)):
            doors = {("h", here), ("f", there)}
            streets = graph.subgraph([node for node in graph if node[0] not in {"h", "f"} or node in doors])
            if nx.has_path(streets, ("h", here), ("f", there)):
                expected[here, there] = nx.dijkstra_path_length(streets, ("h", here), ("f", there))
    network = network_of(lines)
    snapped = snap(network, homes), snap(network, facilities)
    nearest = expected.min(axis=1, initial=np.inf)
    assert nearest_costs(network, snapped[0], destinations=snapped[1]) == pytest.approx(nearest, abs=1e-7)
    pairs = costs_between(network, snapped[0], destinations=snapped[1], limit_m=1500.0)
    found = np.full(expected.shape, np.inf)
    found[pairs.origin, pairs.destination] = pairs.cost_m
    assert found == pytest.approx(np.where(expected <= 1500.0, expected, np.inf), abs=1e-7)


def test_the_random_towns_hold_ways_and_the_lack_of_them():
    nearest = []
    for seed in range(200):
        lines, homes, facilities = random_town(seed)
        network = network_of(lines)
        nearest.append(nearest_costs(network, snap(network, homes), destinations=snap(network, facilities)))
    everyone = np.concatenate(nearest)
    assert 0.2 < np.isfinite(everyone).mean() < 0.8
