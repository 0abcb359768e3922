"""Streets made by hand, and cities around them."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import LineString

from friendly_city.city.model import City
from friendly_city.labels import Text

CRS = "EPSG:4547"


def points(rows, key):
    table = pd.DataFrame(list(rows), columns=["x_m", "y_m"], dtype=float)
    table.insert(0, key, [f"{key[0].upper()}{i}" for i in range(len(table))])
    return table.assign(community_code="440304001001")


def grid_lines(columns, rows, spacing=100.0):
    """Return all pieces of a Manhattan grid of `columns` × `rows` nodes."""
    across = [((c, r), (c + 1, r)) for r in range(rows) for c in range(columns - 1)]
    up = [((c, r), (c, r + 1)) for r in range(rows - 1) for c in range(columns)]
    return [LineString(np.array(ends) * spacing) for ends in across + up]


@pytest.fixture(scope="session")
def manhattan():
    return grid_lines


@pytest.fixture(scope="session")
def city_of():
    """Return a function that builds a city of street lines, homes (x, y) and facilities (x, y)."""

    def build(lines, homes, *, crs=CRS):
        streets = gpd.GeoDataFrame({"street_id": [f"S{i}" for i in range(len(lines))]}, geometry=list(lines), crs=crs)
        return City(
            id="grid", name=Text("格", "Grid"), folder=Path(), crs=crs, synthetic=True, notice=Text("", ""), sources=(),
            registers={"homes": points(homes, "home_id")}, boundaries=gpd.GeoDataFrame(geometry=[], crs=crs), streets=streets, barriers=None,
        )  # fmt: skip

    return build


@pytest.fixture(scope="session")
def facilities_at():
    """Return a function that makes a facilities table of (x, y)."""
    return lambda rows: points(rows, "facility_id")
