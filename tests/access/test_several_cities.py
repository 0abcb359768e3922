"""Cities that lie over each other in one network do not see each other's streets."""

from __future__ import annotations

import numpy as np
from shapely import LineString

from friendly_city.access.costs import nearest_costs
from friendly_city.access.network import network_of
from friendly_city.access.snapping import snap

STREET = LineString([(0, 0), (100, 0)])
CROSS = LineString([(100, 0), (100, 100)])


def test_streets_of_two_cities_never_meet():
    network = network_of([STREET, CROSS, STREET, CROSS], part=[0, 0, 1, 1])
    assert len(network.xy) == 6
    homes, park = [(0, 10), (0, 10)], [(100, 90)]
    here = snap(network, homes, part=np.array([0, 1]))
    cost = nearest_costs(network, here, destinations=snap(network, park, part=np.array([1])))
    assert cost.tolist() == [np.inf, 10 + 100 + 90]


def test_each_city_has_the_costs_it_has_alone():
    draw = np.random.default_rng(7)
    towns = [[LineString(draw.uniform(0, 300, (2, 2))) for _ in range(12)] for _ in range(3)]
    towns = [town + [LineString([town[k].coords[1], town[k + 1].coords[0]]) for k in range(11)] for town in towns]
    points = draw.uniform(0, 300, (3, 20, 2))
    whole = network_of([street for town in towns for street in town], part=np.repeat([0, 1, 2], 23))
    part = np.repeat([0, 1, 2], 20)
    found = nearest_costs(
        whole,
        snap(whole, points.reshape(-1, 2), part=part),
        destinations=snap(whole, points[:, :3].reshape(-1, 2), part=np.repeat([0, 1, 2], 3)),
    )
    for number, town in enumerate(towns):
        alone = network_of(town)
        cost = nearest_costs(alone, snap(alone, points[number]), destinations=snap(alone, points[number, :3]))
        assert found[part == number].tolist() == cost.tolist()
