"""Where things lie: degrees into metres, boundaries against each other, and whether everything is in the city."""

from __future__ import annotations

from collections.abc import Iterable

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

from friendly_city.city.layers import DEGREES, WGS84
from friendly_city.city.tables import ROW
from friendly_city.errors import Problem

NEAR_M = 5_000
"""Metres from the nearest boundary within which things belong to the city; ours, to catch slips, not to draw a border."""
ASIDE_M = 500
"""Metres outside the boundary of its community at which a thing counts as standing in another one; ours, for coarse positions."""
OVERLAP = 0.01
"""Share of the smaller community that may lie in another: rounding of coordinates, no more; ours."""


def with_metres(table: pd.DataFrame, crs: str) -> pd.DataFrame:
    """Return a table with `longitude` and `latitude` (degrees) that also has `x_m` and `y_m` (metres in `crs`)."""
    points = gpd.GeoSeries.from_xy(table["longitude"], table["latitude"], crs=WGS84).to_crs(crs)
    return table.assign(x_m=points.x.to_numpy(), y_m=points.y.to_numpy())


def check_area_of_use(boundaries: gpd.GeoDataFrame, crs: str, problems: list[Problem]) -> None:
    """Note when the boundaries (in WGS84) lie outside the area that the city's CRS is made for."""
    area = pyproj.CRS.from_user_input(crs).area_of_use
    min_x, min_y, max_x, max_y = boundaries.total_bounds
    if area is None or (min_x >= area.west and max_x <= area.east and min_y >= area.south and max_y <= area.north):
        return
    what = f"the city lies at {min_x:.2f} to {max_x:.2f}, {min_y:.2f} to {max_y:.2f}, where {crs} is not to be used"
    expected = f"a CRS made for it; {crs} is for {area.west:g} to {area.east:g}, {area.south:g} to {area.north:g}"
    problems.append(Problem("city.yaml", None, None, "crs", what, expected))


def check_boundaries(boundaries: gpd.GeoDataFrame, codes: Iterable[str], problems: list[Problem]) -> None:
    """Note communities without a boundary."""
    there = set(boundaries["community_code"])
    problems += [
        Problem(
            "boundaries.geojson", None, None, "community_code", f"no boundary for community {code}", "one for every community"
        )
        for code in codes
        if code not in there
    ]


def check_overlaps(boundaries: gpd.GeoDataFrame, problems: list[Problem]) -> None:
    """Note boundaries (in metres) that overlap more than rounding can explain."""
    shapes = boundaries.geometry.to_numpy()
    left, right = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    left, right = left[left < right], right[left < right]
    shared = shapely.area(shapely.intersection(shapes[left], shapes[right]))
    smaller = np.minimum(shapely.area(shapes[left]), shapely.area(shapes[right]))
    for place in np.flatnonzero(shared > OVERLAP * smaller):
        one, other = boundaries.iloc[left[place]], boundaries.iloc[right[place]]
        what = f"{one['community_code']} and {other['community_code']} overlap by {shared[place]:,.0f} m²"
        problems.append(
            Problem("boundaries.geojson", int(one[ROW]), None, "geometry", what, "boundaries that do no more than touch")
        )


def surroundings(boundaries: gpd.GeoDataFrame) -> shapely.Geometry:
    """Return the city with everything up to `NEAR_M` around it; `boundaries` in metres."""
    zone = shapely.buffer(shapely.union_all(boundaries.geometry.to_numpy()), NEAR_M, quad_segs=8)
    shapely.prepare(zone)
    return zone


def _near(x: pd.Series[float], y: pd.Series[float], zone: shapely.Geometry) -> np.ndarray:
    near: np.ndarray = shapely.intersects_xy(zone, x.to_numpy(), y.to_numpy())  # False for what cannot be projected
    return near


def check_points(table: pd.DataFrame, file: str, zone: shapely.Geometry, *, crs: str, problems: list[Problem]) -> None:
    """Note points far from the city; exchanged longitude and latitude are recognised.

    Parameters
    ----------
    table : DataFrame
        With `longitude`, `latitude` (degrees), `x_m`, `y_m` (metres in `crs`) and `ROW`.
    zone : Geometry
        From `surroundings`, in `crs`.
    """
    near = _near(table["x_m"], table["y_m"], zone)
    on_earth = table["longitude"].abs().le(180) & table["latitude"].abs().le(90)  # what is not, the dictionary's bounds tell
    far = table[~near & on_earth.to_numpy()]
    if far.empty:
        return
    turned = with_metres(far.assign(longitude=far["latitude"], latitude=far["longitude"]), crs)
    swapped = _near(turned["x_m"], turned["y_m"], zone)
    for row, is_swapped in zip(far.to_dict("records"), swapped, strict=True):
        place = f"{row['longitude']:g}, {row['latitude']:g}"
        what = f"{place}: longitude and latitude look swapped" if is_swapped else f"{place} is far from the city"
        expected = f"a place within {NEAR_M / 1000:g} km of the boundaries, in WGS84"
        problems.append(Problem(file, row[ROW], None, "longitude", what, expected))


def check_in_community(table: pd.DataFrame, boundaries: gpd.GeoDataFrame, file: str, problems: list[Problem]) -> None:
    """Note points (with `x_m`, `y_m`) that stand more than `ASIDE_M` outside the community they are said to be of."""
    if "community_code" not in boundaries or boundaries["community_code"].duplicated().any():
        return  # the boundaries have a problem of their own
    place = pd.Index(boundaries["community_code"]).get_indexer(pd.Index(table["community_code"]))
    known = np.flatnonzero((place >= 0) & np.isfinite(table[["x_m", "y_m"]].to_numpy(dtype=float)).all(axis=1))
    points = shapely.points(table["x_m"].to_numpy()[known], table["y_m"].to_numpy()[known])
    aside = shapely.distance(points, boundaries.geometry.to_numpy()[place[known]])
    for number in np.flatnonzero(aside > ASIDE_M):
        row = table.iloc[known[number]]
        what = f"{aside[number]:,.0f} m outside community {row['community_code']}"
        expected = f"a place within {ASIDE_M} m of its boundary, or the code of the community it stands in"
        problems.append(Problem(file, int(row[ROW]), None, "community_code", what, expected))


def check_lines(layer: gpd.GeoDataFrame, file: str, zone: shapely.Geometry, problems: list[Problem]) -> None:
    """Note features of a layer (in metres) that are far from the city."""
    near = shapely.intersects(zone, layer.geometry.to_numpy())
    for line in layer.loc[~near, ROW]:
        what, expected = "the shape is far from the city", f"within {NEAR_M / 1000:g} km of the boundaries; {DEGREES}"
        problems.append(Problem(file, int(line), None, "geometry", what, expected))
