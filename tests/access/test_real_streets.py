"""Real streets, where a copy is at hand.

FRIENDLY_CITY_REAL_STREETS names a CSV with a column ``wkt`` (LINESTRING, WGS84); without it there is nothing to test
here, and no test. Run with ``-s`` to read the figures.
"""

from __future__ import annotations

import os

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from friendly_city.access.costs import costs_between
from friendly_city.access.network import network_of
from friendly_city.access.snapping import snap

REAL_STREETS = os.environ.get("FRIENDLY_CITY_REAL_STREETS", "")

if REAL_STREETS:

    def test_walking_on_real_streets_is_finite_symmetric_and_never_negative():
        table = pd.read_csv(REAL_STREETS)
        lines = gpd.GeoSeries.from_wkt(table["wkt"], crs="EPSG:4326").to_crs("EPSG:4547")
        network = network_of(lines.to_numpy())
        min_x, min_y, max_x, max_y = lines.total_bounds
        rng = np.random.default_rng(440304)
        points = snap(network, rng.uniform((min_x, min_y), (max_x, max_y), (400, 2)))
        pairs = costs_between(network, points, destinations=points, limit_m=np.inf)
        cost = np.full((400, 400), np.inf)
        cost[pairs.origin, pairs.destination] = pairs.cost_m
        assert not np.isnan(cost).any()
        assert (cost >= 0).all()
        assert cost == pytest.approx(cost.T, abs=1e-6)
        share = np.bincount(network.component).max() / len(network.xy)
        print(
            f"\n{network}; nodes in the largest part {share:.3f}; to the street, 99th percentile {np.percentile(points.distance_m[points.near], 99):.0f} m; beyond the limit {(~points.near).mean():.3f}"
        )
