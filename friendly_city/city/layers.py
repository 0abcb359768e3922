"""Reading the GeoJSON layers of a city (RFC 7946): boundaries, streets, barriers, with properties typed as in the dictionary."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from friendly_city.city.cells import check_cells
from friendly_city.city.check import checked
from friendly_city.city.dictionary import Dictionary, Layer
from friendly_city.city.tables import ROW, Reading, as_text, check_header, decode, is_example
from friendly_city.errors import Problem, nearest, shorten

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

WGS84 = "EPSG:4326"
WGS84_NAMES = ("urn:ogc:def:crs:OGC:1.3:CRS84", "urn:ogc:def:crs:OGC::CRS84", "urn:ogc:def:crs:EPSG::4326", WGS84)
DEGREES = "longitude and latitude in degrees, WGS84 (EPSG:4326)"


def read_layer(path: Path, layer: Layer, problems: list[Problem]) -> Reading | None:
    """Return a layer.

    Parameters
    ----------
    path : Path
        A GeoJSON file, best with one feature a line.
    layer : Layer
        What the dictionary says about it.
    problems : list of Problem
        Every fault found is added here.

    Returns
    -------
    Reading or None
        A GeoDataFrame in WGS84 with typed properties, `ROW` (the line of the feature, or its number where several share a
        line) and the geometry (None where it is no good). None when the file cannot be read as a layer at all.
    """
    file = path.name
    text = decode(path.read_bytes(), file, problems)
    content = None if text is None else _content(text, layer, file, problems)
    if text is None or content is None:
        return None
    before = len(problems)
    lines = _lines(text, len(content))
    apart = len(set(lines.tolist())) == len(lines)
    if not apart:  # then the number of the feature tells which it is
        lines = np.arange(1, len(content) + 1)
    kept = [place for place, feature in enumerate(content) if not is_example(_name(feature, layer))]
    if not kept:
        problems.append(Problem(file, None, None, "features", "no features", "at least one that is no example"))
        return None
    content, lines = [content[place] for place in kept], lines[kept]
    names = () if apart else tuple(_name(feature, layer) for feature in content)
    sound = [place for place, feature in enumerate(content) if _is_feature(feature, layer, file, lines[place], problems)]
    features, lines = [content[place] for place in sound], lines[sound]
    whole = len(problems) == before
    enough = any if layer.foreign else all
    columns = {
        field.name: [_text(feature["properties"].get(field.name)) for feature in features]
        for field in layer.fields
        if enough(field.name in feature["properties"] for feature in features)
    }
    for field in layer.fields:
        if field.name in columns and field.type == "string":
            check_cells(columns[field.name], field, lines.tolist(), file=file, problems=problems)
    table = checked(pd.DataFrame(columns, dtype="str").assign(**{ROW: lines}), layer, problems)
    given = [feature.get("geometry") for feature in features]
    shapes = shapely.from_geojson([json.dumps(geometry) for geometry in given], on_invalid="ignore")
    shapes = sound_shapes(shapes, given, lines, layer=layer, problems=problems)
    frame = gpd.GeoDataFrame(table, geometry=gpd.GeoSeries(shapes, index=table.index, crs=WGS84))
    found = {name for feature in features for name in feature["properties"]} if layer.foreign else ()
    return Reading(frame, whole, names, columns=tuple(map(str, found)))


def from_columns(
    columns: Mapping[str, Sequence[Any]], shapes: Any, given: Sequence[Any], *, layer: Layer, problems: list[Problem]
) -> Reading | None:
    """Return a layer from columns of values as a file holds them, as `read_layer` does; `ROW` is the number of the feature.

    Parameters
    ----------
    columns : mapping of str to sequence
        By the names of the file.
    shapes : array of Geometry
        A line of one part may be a MultiLineString, as many programs write them.
    given : sequence
        What each shape was read from, None where there was nothing.
    layer : Layer
        What the dictionary says about it, `file` as the file is called.
    problems : list of Problem
        Every fault found is added here.
    """
    before, keys = len(problems), columns.get(layer.key, [""] * len(shapes))
    kept = [place for place, key in enumerate(keys) if not is_example(key)]
    if not kept:
        problems.append(Problem(layer.file, None, None, "", "no features", "at least one that is no example"))
        return None
    lines = np.array(kept, dtype=np.int64) + 1
    known = {field.name for field in layer.fields}
    check_header([name for name in columns if name in known or not layer.foreign], layer, layer.file, problems)
    whole = len(problems) == before
    table = pd.DataFrame(
        {field.name: [as_text(columns[field.name][place]) for place in kept] for field in layer.fields if field.name in columns},
        dtype="str",
    ).assign(**{ROW: lines})
    for field in layer.fields:
        if field.name in table and field.type == "string":
            check_cells(table[field.name].tolist(), field, lines.tolist(), file=layer.file, problems=problems)
    table = checked(table, layer, problems)
    single = np.array([_single(shapes[place]) for place in kept], dtype=object)
    shapes = sound_shapes(single, [given[place] for place in kept], lines, layer=layer, problems=problems)
    frame = gpd.GeoDataFrame(table, geometry=gpd.GeoSeries(shapes, index=table.index, crs=WGS84))
    return Reading(frame, whole, columns=tuple(columns))


def _single(shape: shapely.Geometry | None) -> shapely.Geometry | None:
    """Return the line of a MultiLineString of one part, any other shape as it is."""
    return shape.geoms[0] if isinstance(shape, shapely.MultiLineString) and len(shape.geoms) == 1 else shape


def _name(feature: Any, layer: Layer) -> str:
    """Return the key of a feature, '' where it has none."""
    properties = feature.get("properties") if isinstance(feature, dict) else None
    return shorten(properties.get(layer.key) or "") if isinstance(properties, dict) else ""


def placed(problems: list[Problem], layers: Mapping[str, Reading], words: Dictionary) -> list[Problem]:
    """Return problems in which a feature of a file that is all on one line is told by its number and key, not by a line."""
    names = {words.layers[name].file: reading.features for name, reading in layers.items() if reading.features}
    return [_placed(problem, names[problem.file]) if problem.file in names else problem for problem in problems]


def _placed(problem: Problem, names: tuple[str, ...]) -> Problem:
    if problem.line is None:
        return problem
    name = names[problem.line - 1]
    feature = f"feature {problem.line}" + (f" ({name})" if name else "")
    return replace(problem, line=1, path=f"{feature} {problem.path}".strip())


def _content(text: str, layer: Layer, file: str, problems: list[Problem]) -> list[Any] | None:
    try:
        content = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError) as err:
        problems.append(Problem(file, getattr(err, "lineno", None), None, "", f"not JSON: {shorten(err)}", "GeoJSON (RFC 7946)"))
        return None
    if not isinstance(content, dict) or content.get("type") != "FeatureCollection":
        problems.append(Problem(file, 1, None, "type", "not a FeatureCollection", "GeoJSON (RFC 7946)"))
        return None
    if content.get("crs") is not None and not is_expected(named := _crs_name(content["crs"]), layer.system):
        problems.append(Problem(file, None, None, "crs", f"coordinates in {shorten(named)}", expected_crs(layer.system)))
        return None
    if not isinstance(content.get("features"), list) or not content["features"]:
        problems.append(Problem(file, None, None, "features", "no features", "at least one"))
        return None
    return list(content["features"])


def is_expected(crs: str, system: str) -> bool:
    """Return whether a file that names its CRS agrees with the coordinate system it is declared to be in.

    A file in a shifted system calls itself WGS84: no name is known for what it is.

    Examples
    --------
    >>> is_expected("urn:ogc:def:crs:EPSG::4547", "EPSG:4547"), is_expected("EPSG:4547", "wgs84")
    (True, False)
    """
    code = crs.rpartition(":")[2]
    if system.startswith("EPSG:"):
        return code == system.rpartition(":")[2]
    return crs in WGS84_NAMES or (system == "cgcs2000" and code == "4490")


def expected_crs(system: str) -> str:
    """Return in which coordinates a layer declared to be in a system should be."""
    return DEGREES if system == "wgs84" else f"{system}, as city.yaml declares"


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not a number in JSON")


def _crs_name(crs: Any) -> str:
    try:
        return str(crs["properties"]["name"])
    except (KeyError, TypeError):
        return "an unnamed CRS"


def _lines(text: str, count: int) -> np.ndarray:
    """Return the line on which each feature begins; 1 for all when they cannot be told apart."""
    places = [found.start() for found in re.finditer(r'"type"\s*:\s*"Feature"', text)]
    if len(places) != count:
        return np.ones(count, dtype=np.int64)
    ends = np.array([found.start() for found in re.finditer("\n", text)], dtype=np.int64)
    return np.searchsorted(ends, places).astype(np.int64) + 1


def _is_feature(feature: Any, layer: Layer, file: str, line: int, problems: list[Problem]) -> bool:
    """Note what is amiss with the properties of a feature; return whether it has any."""
    properties = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(properties, dict):
        problems.append(Problem(file, int(line), None, "properties", "not a feature with properties", "GeoJSON (RFC 7946)"))
        return False
    known, needed = [field.name for field in layer.fields], [field.name for field in layer.fields if not field.optional]
    if list(properties) in (known, needed) and not any(isinstance(value, (dict, list)) for value in properties.values()):
        return True
    problems += [
        Problem(file, int(line), None, name, "the property is missing", "every property of the dictionary, null if not known")
        for name in needed
        if name not in properties
    ]
    for name, value in properties.items():
        if name not in known and layer.foreign:
            continue
        if name not in known:
            expected = f"properties of the {layer.name} layer"
            problems.append(Problem(file, int(line), None, shorten(name), "unknown property", expected, nearest(name, known)))
        elif isinstance(value, (dict, list)):
            problems.append(Problem(file, int(line), None, name, f"{shorten(value)} is no single value", "text, number or null"))
    return True


def _text(value: object) -> str:
    if value is None or isinstance(value, (dict, list)):
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def sound_shapes(shapes: Any, given: Sequence[Any], lines: np.ndarray, *, layer: Layer, problems: list[Problem]) -> np.ndarray:
    """Return shapes in WGS84 with two coordinates, None for those that are no good, which are noted.

    `given` is what each was read from, for the message; `lines` where it stands. A foreign layer may have shapes that are not
    valid: who reads it mends them.
    """
    if bool(shapely.has_z(shapes).any()):
        shapes = shapely.force_2d(shapes)
    min_x, min_y, max_x, max_y = shapely.bounds(shapes).T
    kinds = {"LineString": 1, "Polygon": 3, "MultiPolygon": 6}  # shapely.get_type_id
    good = np.isin(shapely.get_type_id(shapes), [kinds[name] for name in layer.geometry])
    good &= ~shapely.is_empty(shapes) & (shapely.is_valid(shapes) | layer.foreign)
    if not layer.system.startswith("EPSG:"):
        good &= (min_x >= -180) & (max_x <= 180) & (min_y >= -90) & (max_y <= 90)
    for place in np.flatnonzero(~good):
        what, expected = _fault(shapes[place], given[int(place)], layer)
        problems.append(Problem(layer.file, int(lines[place]), None, "geometry", what, expected))
    return np.asarray(np.where(good, shapes, None), dtype=object)


def _fault(shape: shapely.Geometry | None, given: Any, layer: Layer) -> tuple[str, str]:
    wanted = f"a {' or '.join(layer.geometry)}"
    if shape is None or shape.is_empty:
        return ("no geometry", wanted) if not given else (f"geometry that cannot be read: {shorten(json.dumps(given))}", wanted)
    if shape.geom_type not in layer.geometry:
        return f"a {shape.geom_type}", wanted
    min_x, min_y, max_x, max_y = shape.bounds
    if layer.system.startswith("EPSG:"):
        return f"not valid: {shapely.is_valid_reason(shape)}", f"a valid {' or '.join(layer.geometry)}"
    if min_x < -180 or max_x > 180 or min_y < -180 or max_y > 180:
        return f"coordinates such as {max_x:g}, {max_y:g} look projected", DEGREES
    if min_y < -90 or max_y > 90:
        what = "longitude and latitude look swapped" if min_x >= -90 and max_x <= 90 else "a latitude is out of range"
        return f"coordinates such as {max_x:g}, {max_y:g}: {what}", DEGREES
    return f"not valid: {shapely.is_valid_reason(shape)}", f"a valid {' or '.join(layer.geometry)}"
