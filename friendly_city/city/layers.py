"""Reading the GeoJSON layers of a city: boundaries, streets, barriers. WGS84 in, the city's metric CRS out."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from friendly_city.city.check import check_register, typed
from friendly_city.city.dictionary import Layer, Register
from friendly_city.city.tables import MARKUP, ROW, decode
from friendly_city.errors import Problem, nearest, shorten

if TYPE_CHECKING:
    from pathlib import Path

WGS84 = ("urn:ogc:def:crs:OGC:1.3:CRS84", "urn:ogc:def:crs:EPSG::4326", "EPSG:4326")
OVERLAP = 0.01
"""Share of a community's area that may overlap others: rounding of coordinates, no more."""


def read_layer(path: Path, layer: Layer, crs: str, problems: list[Problem]) -> gpd.GeoDataFrame | None:
    """Return a layer with typed properties, `row` (the line of the feature) and geometry in `crs`; None if unreadable."""
    text = decode(path.read_bytes(), path.name, problems)
    if text is None:
        return None
    try:
        content = json.loads(text)
    except ValueError as err:
        problems.append(Problem(path.name, getattr(err, "lineno", None), None, "", f"not JSON: {shorten(err)}", "GeoJSON"))
        return None
    before = len(problems)
    features = list(_features(content, path.name, problems))
    lines = _lines(text, len(features))
    _check_properties(features, lines, layer, path.name, problems)
    if len(problems) > before:
        return None
    table = pd.DataFrame([{f.name: _text(x["properties"][f.name]) for f in layer.fields} for x in features], dtype="str")
    shape = _as_register(layer)
    checked = typed(table.assign(**{ROW: lines}), shape, problems)
    check_register(checked, shape, problems)
    geometry = _geometry(features, lines, layer, path.name, problems)
    if len(problems) > before:
        return None
    return gpd.GeoDataFrame(checked, geometry=geometry, crs="EPSG:4326").to_crs(crs)


def _as_register(layer: Layer) -> Register:
    return Register(
        name=layer.name, file=layer.file, key=layer.key, required=layer.required, text=layer.text, fields=layer.fields
    )


def _features(content: Any, file: str, problems: list[Problem]) -> Iterator[dict[str, Any]]:
    if not isinstance(content, dict) or content.get("type") != "FeatureCollection":
        problems.append(Problem(file, 1, None, "type", "not a FeatureCollection", "GeoJSON (RFC 7946)"))
        return
    named = (
        content.get("crs", {}).get("properties", {}).get("name", WGS84[0]) if isinstance(content.get("crs"), dict) else WGS84[0]
    )
    if named not in WGS84:
        problems.append(
            Problem(file, None, None, "crs", f"coordinates in {shorten(named)}", "WGS84 longitude and latitude (EPSG:4326)")
        )
        return
    if not content.get("features"):
        problems.append(Problem(file, None, None, "features", "no features", "at least one"))
        return
    yield from content["features"]


def _lines(text: str, count: int) -> np.ndarray:
    """Return the line of each feature; 1 for all where features do not stand one a line."""
    lines = [number for number, line in enumerate(text.splitlines(), start=1) if '"Feature"' in line]
    return np.array(lines if len(lines) == count else [1] * count, dtype=np.int64)


def _check_properties(features: list[Any], lines: np.ndarray, layer: Layer, file: str, problems: list[Problem]) -> None:
    known = {field.name for field in layer.fields}
    for feature, line in zip(features, lines.tolist(), strict=True):
        properties = feature.get("properties") or {}
        for name in known - set(properties):
            problems.append(Problem(file, line, None, name, "the property is missing", "every property of the dictionary"))
        for name in set(properties) - known:
            problems.append(
                Problem(file, line, None, name, "unknown property", f"properties of the {layer.name} layer", nearest(name, known))
            )
        for name, value in properties.items():
            if isinstance(value, str) and MARKUP.search(value):
                problems.append(Problem(file, line, None, name, f"{shorten(value)!r} is markup", "plain text"))


def _text(value: object) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _geometry(features: list[Any], lines: np.ndarray, layer: Layer, file: str, problems: list[Problem]) -> np.ndarray:
    try:
        shapes = shapely.from_geojson([json.dumps(feature.get("geometry")) for feature in features])
    except shapely.errors.GEOSException as err:
        problems.append(Problem(file, None, None, "geometry", f"cannot be read: {shorten(err)}", " or ".join(layer.geometry)))
        return np.array([])
    for shape, line in zip(shapes, lines.tolist(), strict=True):
        wrong = _wrong_shape(shape, layer)
        if wrong:
            problems.append(Problem(file, line, None, "geometry", wrong[0], wrong[1]))
    return np.asarray(shapes)


def _wrong_shape(shape: shapely.Geometry | None, layer: Layer) -> tuple[str, str] | None:
    if shape is None or shape.is_empty:
        return "no geometry", " or ".join(layer.geometry)
    if shape.geom_type not in layer.geometry:
        return f"a {shape.geom_type}", " or ".join(layer.geometry)
    min_x, min_y, max_x, max_y = shape.bounds
    if min_x < -180 or max_x > 180 or min_y < -90 or max_y > 90:
        return f"coordinates such as {max_x:g}, {max_y:g} look projected", "WGS84 longitude and latitude (EPSG:4326)"
    if not shape.is_valid:
        return f"not valid: {shapely.is_valid_reason(shape)}", "a valid shape"
    return None


def check_boundaries(boundaries: gpd.GeoDataFrame, codes: pd.Series[str], problems: list[Problem]) -> None:
    """Note communities without a boundary, and boundaries that overlap more than rounding can explain."""
    file = "boundaries.geojson"
    problems += [
        Problem(file, None, None, "community_code", f"no boundary for community {code}", "one for every community")
        for code in codes[~codes.isin(boundaries["community_code"])]
    ]
    shapes = boundaries.geometry.to_numpy()
    left, right = shapely.STRtree(shapes).query(shapes, predicate="overlaps")
    once = left < right
    shared = shapely.area(shapely.intersection(shapes[left[once]], shapes[right[once]]))
    smaller = np.minimum(shapely.area(shapes[left[once]]), shapely.area(shapes[right[once]]))
    for place in np.flatnonzero(shared > OVERLAP * smaller):
        one, other = boundaries.iloc[left[once][place]], boundaries.iloc[right[once][place]]
        what = f"{one['community_code']} and {other['community_code']} overlap by {shared[place]:,.0f} m²"
        problems.append(Problem(file, int(one[ROW]), None, "geometry", what, "boundaries that only touch"))


def degrees_bounds(boundaries: gpd.GeoDataFrame) -> tuple[float, float, float, float]:
    """Return the extent of a layer in degrees: min_x, min_y, max_x, max_y."""
    min_x, min_y, max_x, max_y = boundaries.to_crs("EPSG:4326").total_bounds
    return float(min_x), float(min_y), float(max_x), float(max_y)


def with_metres(tables: Mapping[str, pd.DataFrame], crs: str) -> dict[str, pd.DataFrame]:
    """Return the tables, those with longitude and latitude with `x_m` and `y_m` in `crs` too."""
    result = dict(tables)
    for name, table in tables.items():
        if {"longitude", "latitude"} <= set(table.columns):
            points = gpd.GeoSeries.from_xy(table["longitude"], table["latitude"], crs="EPSG:4326").to_crs(crs)
            result[name] = table.assign(x_m=points.x.to_numpy(), y_m=points.y.to_numpy())
    return result
