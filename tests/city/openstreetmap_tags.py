"""A stand-in for an extract: objects with tags and shapes, as pyrosm would give them, written down by hand."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely

WEST, SOUTH, STEP = 114.05, 22.53, 0.001


def place(east, north):
    """Return degrees for a place on a lattice of about 100 m."""
    return round(WEST + STEP * east, 6), round(SOUTH + STEP * north, 6)


def line(*corners):
    return shapely.LineString([place(*corner) for corner in corners])


def square(east, north, side=1):
    return shapely.box(*place(east, north), *place(east + side, north + side))


def frame(rows):
    """Return rows (type, number, shape, tags) as pyrosm gives them: all tags in one column of JSON."""
    return gpd.GeoDataFrame(
        {
            "osm_type": [kind for kind, *_ in rows],
            "id": [number for _, number, *_ in rows],
            "tags": [json.dumps(tags) for *_, tags in rows],
        },
        geometry=[shape for _, _, shape, _ in rows],
        crs="EPSG:4326",
    )


class Drawn:
    """Gives what `Extract` gives, from rows."""

    def __init__(self, *, ways=(), objects=(), boundaries=()):
        self.path = Path("drawn.osm.pbf")
        self.ways_on_foot = frame([("way", number, shape, tags) for number, shape, tags in ways])
        self._objects, areas = list(objects), list(boundaries)
        self.boundaries = frame(areas).assign(admin_level=[tags["admin_level"] for *_, tags in areas])
        self.edited = pd.Timestamp("2024-05-01").date()

    def objects(self, wanted, *, points_only=False):
        def is_wanted(tags):
            return any(key in tags and (values is True or tags[key] in values) for key, values in wanted.items())

        return frame([row for row in self._objects if is_wanted(row[3]) and not (points_only and row[0] != "node")])
