"""The communities of a city made from OpenStreetMap: given in a file, administrative areas of the map, or a square grid."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from friendly_city.city.dictionary import dictionary
from friendly_city.city.layers import read_layer
from friendly_city.city.openstreetmap.extract import Extract, tags_of
from friendly_city.city.openstreetmap.places import admitted
from friendly_city.city.openstreetmap.streets import DECIMALS
from friendly_city.city.positions import ASIDE_M
from friendly_city.city.settings import Settings, read_settings
from friendly_city.city.tables import read_register
from friendly_city.errors import InvalidCity, Problem, shorten

OWN_CODES = 990_000_001_000
"""Codes given by us count on from here: no province has a code that begins with 99."""
COVERED = 0.99
"""Share of the extent of the streets that administrative areas must cover to be the communities; ours."""
LEVELS = range(6, 12)
"""Values of `admin_level` that lie inside a city, from large to small."""
CODE = r"[0-9]{12}"
GIVEN, AREAS, GRID = "file", "osm", "grid"


@dataclass(frozen=True, slots=True)
class Communities:
    """Rows of the register, in a frame with their boundaries in metres, and where they come from.

    Attributes
    ----------
    table : GeoDataFrame
        Columns of the register and the shape.
    origin : str
        One of `GIVEN`, `AREAS`, `GRID`.
    folder, kept : Path and Settings, or None
        The city folder they were taken from, and what it says of itself.
    """

    table: gpd.GeoDataFrame
    origin: str
    folder: Path | None = None
    kept: Settings | None = None

    @property
    def has_people(self) -> bool:
        """Return whether the city folder the communities were taken from knows who lives there."""
        return self.folder is not None and all((self.folder / name).is_file() for name in ("population.csv", "homes.csv"))

    def code_at(self, points: gpd.GeoSeries) -> pd.Series[str]:
        """Return the code of the community at each point; of the nearest within reach outside of all, '' beyond."""
        shapes = self.table.geometry.to_numpy()
        tree, xy = shapely.STRtree(shapes), points.to_numpy()
        place, distance = tree.query_nearest(xy, return_distance=True, all_matches=False)
        found = np.full(len(xy), "", dtype=object)
        near = distance <= ASIDE_M
        found[place[0][near]] = self.table["community_code"].to_numpy()[place[1][near]]
        return pd.Series(found, index=points.index, dtype="str")


def given_communities(path: Path, crs: str) -> Communities:
    """Return the communities of a vector file: polygons, with the columns of the register as far as it has them.

    Raises
    ------
    InvalidCity
        When the file cannot be read, names no coordinate system, or holds no polygons.
    """
    import pyogrio

    expected = "a vector file with a polygon for each community and a coordinate system"
    try:
        read = gpd.read_file(path)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, OSError, ValueError) as err:
        raise InvalidCity([Problem(str(path), None, None, "", f"cannot be read: {shorten(err)}", expected)]) from err
    kinds = sorted(set(read.geom_type.dropna())) if isinstance(read, gpd.GeoDataFrame) else []
    if not kinds or not set(kinds) <= {"Polygon", "MultiPolygon"} or read.crs is None or read.geometry.isna().any():
        what = f"{len(read)} features, {', '.join(kinds) or 'no shapes'}, coordinate system {read.crs if kinds else None}"
        raise InvalidCity([Problem(str(path), None, None, "", what, expected)])
    names = [_first(row, ("name", "name_zh", "NAME", "Name")) for row in read.to_dict("records")]
    rows = [_row(name, place, row) for place, (name, row) in enumerate(zip(names, read.to_dict("records"), strict=True), start=1)]
    return Communities(gpd.GeoDataFrame(rows, geometry=read.geometry.to_numpy(), crs=read.crs).to_crs(crs), GIVEN)


def kept_communities(folder: Path, crs: str = "") -> Communities:
    """Return the communities of a city folder, its boundaries checked as at any load; its files are taken over as they are.

    Raises
    ------
    InvalidCity
        With every problem of its settings, register of communities and boundaries.
    """
    problems, words = list[Problem](), dictionary()
    register, layer = words.registers["communities"], words.layers["boundaries"]
    said = read_settings(folder, problems)
    missing = [name for name in (register.file, layer.file) if not (folder / name).is_file()]
    problems += [Problem(str(folder / name), None, None, "", "the file is missing", "CSV and GeoJSON") for name in missing]
    rows = None if missing else read_register(folder / register.file, register, problems)
    shapes = None if missing else read_layer(folder / layer.file, layer, problems)
    if problems or rows is None or shapes is None or said is None:
        raise InvalidCity(problems)
    table = shapes.table[["community_code", "geometry"]].merge(rows.table, on="community_code", validate="one_to_one")
    fields = [f.name for f in register.fields]
    framed = gpd.GeoDataFrame(table[fields], geometry=table["geometry"].to_numpy(), crs=shapes.table.crs)
    return Communities(framed.to_crs(crs or said.crs), GIVEN, folder, said)


def _first(row: dict[str, Any], names: Sequence[str]) -> str:
    return next((str(row[name]) for name in names if isinstance(row.get(name), str) and row[name]), "")


def _row(name: str, place: int, given: dict[str, Any], provenance: str = "register") -> dict[str, Any]:
    """Return a row of the register: what is given, else a name and code of ours; what kind of place it is stays unknown."""
    code = _first(given, ("community_code", "code"))
    code = code if re.fullmatch(CODE, code) else str(OWN_CODES + place)
    row = {
        "community_code": code,
        "name": admitted(name) or f"第{place}社区",
        "name_en": admitted(_first(given, ("name_en", "name:en"))) or admitted(name) or f"Community {place}",
        "character": _first(given, ("character",)),
        "residential_floor_area_m2": None,
        "provenance": provenance,
    }
    around = _first(given, ("subdistrict_code",)) or code[:9]
    row |= {"subdistrict_code": around, "subdistrict": _first(given, ("subdistrict",)) or "（未分街道）"}
    return row | {"subdistrict_en": _first(given, ("subdistrict_en",)) or "(no subdistricts)"}


def finest_areas(areas: gpd.GeoDataFrame, extent: shapely.Geometry) -> gpd.GeoDataFrame:
    """Return the administrative areas of the finest level that covers an extent, an empty frame when none does.

    Parameters
    ----------
    areas : GeoDataFrame
        With `admin_level`, in the CRS of `extent`.
    extent : shapely Geometry
        Where the streets are.
    """
    level = pd.to_numeric(areas["admin_level"], errors="coerce")
    polygons = areas.geom_type.isin(["Polygon", "MultiPolygon"])
    for number in reversed(LEVELS):
        chosen = areas[(level == number) & polygons & shapely.intersects(areas.geometry.to_numpy(), extent)]
        if len(chosen) and shapely.union_all(chosen.geometry.to_numpy()).intersection(extent).area >= COVERED * extent.area:
            return chosen
    return areas.iloc[:0]


def mapped_communities(extract: Extract, extent: shapely.Geometry, crs: str) -> Communities | None:
    """Return the administrative areas of an extract as communities; None where no level covers the streets."""
    chosen = finest_areas(extract.boundaries.to_crs(crs), extent)
    rows = [
        _row(tags.get("name:zh", tags.get("name", "")), place, dict(tags), "osm")
        for place, tags in enumerate(tags_of(chosen), start=1)
    ]
    return Communities(gpd.GeoDataFrame(rows, geometry=chosen.geometry.to_numpy(), crs=crs), AREAS) if rows else None


def grid_communities(points: np.ndarray, side_m: float, crs: str) -> Communities:
    """Return square cells, those that hold a point, named by row and column from the north-west.

    Parameters
    ----------
    points : array (n, 2)
        Middles of the streets, in metres.
    side_m : float
        Side of a cell, metres. Cells lie on whole multiples of it.
    """
    cells = np.unique(np.floor(points / side_m).astype(int), axis=0)
    west, north = cells[:, 0].min(), cells[:, 1].max()
    cells = cells[np.lexsort((cells[:, 0], -cells[:, 1]))]
    rows = []
    for place, (x, y) in enumerate(cells.tolist(), start=1):
        row, column = north - y + 1, x - west + 1
        name = {"name": f"方格{row}-{column}", "name_en": f"Cell {row}-{column}"}
        around = {"subdistrict": "方格网（非行政区划）", "subdistrict_en": "grid, no real areas"}
        rows.append(_row("", place, {}, "synthetic") | name | around)
    shapes = shapely.box(*(cells * side_m).T, *((cells + 1) * side_m).T)
    return Communities(gpd.GeoDataFrame(rows, geometry=shapes, crs=crs), GRID)


def in_degrees(shapes: gpd.GeoSeries) -> gpd.GeoSeries:
    """Return shapes in WGS84 as they are written; neighbours keep sharing their corners."""
    return gpd.GeoSeries(shapely.set_precision(shapes.to_crs("EPSG:4326").to_numpy(), 10.0**-DECIMALS, mode="pointwise"))
