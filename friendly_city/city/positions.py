"""Where things lie: degrees into metres, boundaries against each other, and whether everything is in the city."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

from friendly_city.city.layers import DEGREES, WGS84
from friendly_city.city.tables import ROW
from friendly_city.errors import Problem

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

NEAR_M = 5_000
"""Metres from the nearest boundary within which things belong to the city; ours, to catch slips, not to draw a border."""
SURE = 0.99
"""Share of `NEAR_M` up to which the buffer of a shape surely reaches: its round parts are polygons."""
ASIDE_M = 500
"""Metres outside the boundary of its community at which a thing counts as standing in another one; ours, for coarse positions."""
OVERLAP = 0.01
"""Share of the smaller community that may lie in another: rounding of coordinates, no more; ours."""


def with_metres(table: pd.DataFrame, crs: str) -> pd.DataFrame:
    """Return a table with `longitude` and `latitude` (degrees) that also has `x_m` and `y_m` (metres in `crs`)."""
    x_m, y_m = metres_of(table["longitude"].to_numpy(), table["latitude"].to_numpy(), crs)
    return table.assign(x_m=x_m, y_m=y_m)


def metres_of(longitude: Floats, latitude: Floats, crs: str) -> tuple[Floats, Floats]:
    """Return places given in degrees (WGS84) in metres; NaN for what cannot be projected."""
    x_m, y_m = _to(crs).transform(longitude, latitude)
    known = np.isfinite(x_m) & np.isfinite(y_m)
    return np.where(known, x_m, np.nan), np.where(known, y_m, np.nan)


@cache
def _to(crs: str) -> pyproj.Transformer:
    return pyproj.Transformer.from_crs(WGS84, crs, always_xy=True)


@cache
def _area_of_use(crs: str) -> Any:
    return pyproj.CRS.from_user_input(crs).area_of_use


def check_area_of_use(boundaries: gpd.GeoDataFrame, crs: str, problems: list[Problem]) -> None:
    """Note when the boundaries (in WGS84) lie outside the area that the city's CRS is made for."""
    area = _area_of_use(crs)
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
    if bool(shapely.coverage_is_valid(shapes)):
        return  # no two share more than a border, and where they do, to the last decimal
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


def near_own(x: Floats, y: Floats, community: NDArray[np.intp], shapes: NDArray[np.object_]) -> NDArray[np.bool_]:
    """Return which points surely lie within `NEAR_M` of the city, told by the box around their own community.

    Every place in a box is within its diagonal of the shape. For what is not sure, `surroundings` tells.

    Parameters
    ----------
    x, y : array, shape (n,)
        Metres.
    community : array of int, shape (n,)
        Position of each point's community in `shapes`, -1 for none.
    shapes : array of Polygon
        Metres.
    """
    bounds = np.vstack([shapely.bounds(shapes), np.full(4, np.nan)])[community]
    min_x, min_y, max_x, max_y = bounds.T
    away = np.hypot(np.maximum(0, np.maximum(min_x - x, x - max_x)), np.maximum(0, np.maximum(min_y - y, y - max_y)))
    return np.asarray(away + np.hypot(max_x - min_x, max_y - min_y) <= SURE * NEAR_M)


def near_some(x: Floats, y: Floats, shapes: NDArray[np.object_]) -> NDArray[np.bool_]:
    """Return which points surely lie within `NEAR_M` of the city, told by the boxes around all communities."""
    every = np.arange(len(shapes))
    near = near_own(np.repeat(x, len(shapes)), np.repeat(y, len(shapes)), np.tile(every, len(x)), shapes)
    return np.asarray(near.reshape(len(x), len(shapes)).any(axis=1))


def layer_is_near(layer: gpd.GeoDataFrame, community: NDArray[np.intp] | None, shapes: NDArray[np.object_]) -> bool:
    """Return whether surely all lines of a layer reach the surroundings; `community` as in `near_own`, None if not known."""
    lines = layer.geometry.to_numpy()
    counts = shapely.get_num_coordinates(lines)
    x, y = shapely.get_coordinates(lines)[np.cumsum(counts) - counts].T
    return bool((near_some(x, y, shapes) if community is None else near_own(x, y, community, shapes)).all())


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


def are_in_own(x: Floats, y: Floats, community: NDArray[np.intp], shapes: NDArray[np.object_]) -> bool:
    """Return whether surely no point stands more than `ASIDE_M` outside its own community; parameters as of `near_own`."""
    there = np.flatnonzero((community >= 0) & np.isfinite(x) & np.isfinite(y))
    own = shapes[community[there]]
    out = ~shapely.intersects_xy(own, x[there], y[there])
    return bool((shapely.distance(shapely.points(x[there][out], y[there][out]), own[out]) <= ASIDE_M).all())


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
