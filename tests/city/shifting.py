"""Making what comes in another coordinate system: registers and layers moved as GCJ-02, BD-09 or a projection moves them."""

from __future__ import annotations

import numpy as np

from friendly_city.city.coordinates import SHIFTS


def rows_in(system):
    """Return a change for `write_city` that puts rows with longitude and latitude into a shifted system."""

    def change(rows):
        x, y = (np.array([float(row[name]) for row in rows]) for name in ("longitude", "latitude"))
        x, y = SHIFTS[system](x, y)
        return [row | {"longitude": f"{e:.7f}", "latitude": f"{n:.7f}"} for row, e, n in zip(rows, x, y, strict=True)]

    return change


def features_in(system):
    """Return a change for `write_city` that puts the shapes of a layer into a shifted system."""
    return lambda rows: [row | {"geometry": moved_geometry(row["geometry"], SHIFTS[system])} for row in rows]


def moved_geometry(geometry, way):
    return geometry | {"coordinates": _moved(geometry["coordinates"], way)}


def _moved(coordinates, way):
    if isinstance(coordinates[0], (int, float)):
        x, y = way(np.array([coordinates[0]]), np.array([coordinates[1]]))
        return [round(float(x[0]), 7), round(float(y[0]), 7)]
    return [_moved(part, way) for part in coordinates]
