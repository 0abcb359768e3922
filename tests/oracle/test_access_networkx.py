"""networkx, with every snapped point put in as a node of its own, agrees on 200 random towns."""

from __future__ import annotations

from itertools import pairwise

import networkx as nx
import numpy as np
import pytest
from shapely import LineString, Point

from friendly_city.access.costs import costs_between, nearest_costs
from friendly_city.access.decay import Gaussian
from friendly_city.access.measures import nearest_of, reachable_supply, share_within
from friendly_city.access.network import network_of
from friendly_city.access.snapping import SNAP_LIMIT_M, TIE_M, snap
from friendly_city.access.supply import two_step_supply


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
    near = expected <= 1500.0
    assert found == pytest.approx(np.where(near, expected, np.inf), abs=1e-7)
    measured_from(pairs, np.random.default_rng(seed), expected=np.where(near, expected, np.inf))


def measured_from(pairs, rng, *, expected):
    """Compare every measure on sparse pairs with the same measure written out on the whole table of networkx's costs."""
    homes, facilities = expected.shape
    children, places = rng.integers(0, 90, homes).astype(float), rng.integers(0, 60, facilities).astype(float)
    bell = Gaussian(limit=1500, unit="m")
    weights = np.where(np.isfinite(expected), bell.weights(expected, unit="m"), 0.0)
    decay = bell.weights(pairs.cost_m, unit="m")
    assert nearest_of(pairs, origins=homes) == pytest.approx(expected.min(axis=1, initial=np.inf), abs=1e-7)
    assert reachable_supply(pairs, places, origins=homes).tolist() == np.isfinite(expected).dot(places).tolist()
    assert reachable_supply(pairs, places, origins=homes, decay=decay) == pytest.approx(weights @ places, abs=1e-6)
    load = children @ weights
    level = np.divide(places, load, out=np.zeros(facilities), where=load > 1e-6)
    if not ((load > 0) & (load <= 1e-6)).any():  # nobody just at the limit
        assert two_step_supply(pairs, places, demand=children, decay=decay) == pytest.approx(weights @ level, rel=1e-6, abs=1e-9)
    one = np.zeros(homes, np.intp)
    nearest = expected.min(axis=1, initial=np.inf)
    share = share_within(nearest_of(pairs, origins=homes), 900.0, weight=children, group=one, groups=1)[0]
    assert share == pytest.approx(children[nearest <= 900].sum() / children.sum() if children.sum() else np.nan, nan_ok=True)


def test_the_random_towns_hold_ways_and_the_lack_of_them():
    nearest = []
    for seed in range(200):
        lines, homes, facilities = random_town(seed)
        network = network_of(lines)
        nearest.append(nearest_costs(network, snap(network, homes), destinations=snap(network, facilities)))
    everyone = np.concatenate(nearest)
    assert 0.2 < np.isfinite(everyone).mean() < 0.8
