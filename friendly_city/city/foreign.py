"""Reading polygons that are no file of a city folder, such as buildings or land: GeoJSON, GeoPackage or shapefile."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely

from friendly_city.city.arrival import in_wgs84
from friendly_city.city.coordinates import NAMES, as_said
from friendly_city.city.dictionary import GEOPACKAGE, SHAPEFILE, Dictionary, Field, Layer
from friendly_city.city.layers import WGS84, placed, read_layer
from friendly_city.city.settings import is_metric
from friendly_city.errors import InvalidCity, InvalidParameters, Problem, nearest, shorten
from friendly_city.labels import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    import pandas as pd

    from friendly_city.city.tables import Reading

ENDINGS = (".geojson", ".json", GEOPACKAGE, SHAPEFILE)

FEW = 5
"""Rows of a column of which each is told by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreign:
    """A file of polygons.

    Attributes
    ----------
    path : Path
        GeoJSON, GeoPackage or shapefile.
    name : str
        Of the layer to be read, where a GeoPackage has several.
    system : str
        Coordinate system, a key of `coordinates.NAMES` or a projected CRS in metres.
    """

    path: Path
    name: str
    system: str = "wgs84"

    def __post_init__(self) -> None:
        """Refuse a file that is not there or of another form, and a system that is none."""
        if self.path.suffix.lower() not in ENDINGS:
            raise InvalidParameters(f"{self.path}: expected GeoJSON, GeoPackage or shapefile ({', '.join(ENDINGS)})")
        if not self.path.is_file():
            raise InvalidParameters(f"{self.path}: there is no such file")
        if self.system not in NAMES and not is_metric(self.system):
            expected = f"{', '.join(NAMES)}, or a projected CRS in metres such as EPSG:4547"
            raise InvalidParameters(f"{shorten(self.system)!r} is no coordinate system; expected {expected}")


def read_polygons(file: Foreign, fields: Sequence[Field], notes: list[Text]) -> gpd.GeoDataFrame:
    """Return the polygons of a file in WGS 84, with the columns asked for.

    Parameters
    ----------
    file : Foreign
        What is read.
    fields : sequence of Field
        Columns, which must be there; others are left aside unread. Shapes that are not valid are mended.
    notes : list of Text
        How it was read and what was mended is added here.

    Raises
    ------
    InvalidCity
        With every problem of the file.
    """
    asked = tuple(replace(field, optional=True) for field in fields)
    layer = Layer(
        name=file.name, file=file.path.name, geometry=("Polygon", "MultiPolygon"), required=True, text=Text("面", "polygons"),
        fields=asked, system=file.system, foreign=True,
    )  # fmt: skip
    problems = list[Problem]()
    reading = _reader(file.path)(file.path, layer, problems)
    if reading is not None:
        missing = [field.name for field in fields if field.name not in reading.table]
        problems += [_missing(name, reading.columns, layer.file) for name in missing]
    if problems or reading is None:
        known = {} if reading is None else {layer.name: reading}
        told = _gathered(placed(problems, known, Dictionary(registers={}, layers={layer.name: layer})))
        raise InvalidCity([replace(problem, expected=_expected(file)) if problem.path == "crs" else problem for problem in told])
    notes += reading.notes
    reading = _mended(reading, layer.file, notes)
    systems = {} if file.system == "wgs84" else {layer.name: file.system}
    table: gpd.GeoDataFrame = in_wgs84({layer.name: reading}, systems, notes)[layer.name].table
    return table


def _reader(path: Path) -> Callable[[Path, Layer, list[Problem]], Reading | None]:
    """Return what reads a file of this form."""
    if path.suffix.lower() == GEOPACKAGE:
        from friendly_city.city.geopackage import read_geopackage

        return read_geopackage
    if path.suffix.lower() == SHAPEFILE:
        from friendly_city.city.shapefile import read_shapefile

        return read_shapefile
    return read_layer


def _mended(reading: Reading, file: str, notes: list[Text]) -> Reading:
    """Return a reading in which shapes that cross themselves are polygons of the same ground; how many there were is told."""
    table = reading.table
    shapes = table.geometry.to_numpy()
    wrong = np.flatnonzero(~shapely.is_valid(shapes))
    if not len(wrong):
        return reading
    parts, which = shapely.get_parts(shapely.make_valid(shapes[wrong]), return_index=True)
    areal = shapely.get_dimensions(parts) == 2
    lots = [parts[areal & (which == place)] for place in range(len(wrong))]
    mended = np.array([None, *(shapely.union_all(lot) for lot in lots)], dtype=object)[1:]
    kept = np.ones(len(table), bool)
    kept[wrong] = ~shapely.is_empty(mended)
    shapes = shapes.copy()
    shapes[wrong] = mended
    notes.append(Text(f"{file}：修复无效图形{len(wrong)}个", f"{file}: shapes that were not valid, mended: {len(wrong)}"))
    return replace(
        reading, table=gpd.GeoDataFrame(table.assign(geometry=gpd.GeoSeries(shapes, index=table.index, crs=WGS84)))[kept]
    )


def _missing(name: str, columns: Sequence[str], file: str) -> Problem:
    some = shorten(", ".join(sorted(columns))) or "none"
    return Problem(file, None, None, shorten(name), "no such column", f"one of the file: {some}", nearest(name, columns))


def _gathered(problems: Sequence[Problem]) -> list[Problem]:
    """Return problems, those in many rows of a column as one: it is likely the wrong column."""
    rows = Counter(problem.path for problem in problems if problem.line is not None)
    told = dict[object, Problem]()
    for number, problem in enumerate(problems):
        many = problem.line is not None and rows[problem.path] > FEW
        what = f"{problem.what}; {rows[problem.path]} rows are like this one" if many else problem.what
        told.setdefault(problem.path if many else number, replace(problem, what=what))
    return list(told.values())


def _expected(file: Foreign) -> str:
    return f"{as_said(file.system)}, or the system of the file named (--coordinates)"


def chosen(table: pd.DataFrame, column: str, values: Sequence[str], file: str) -> pd.Series[bool]:
    """Return which rows have one of some values in a column of text.

    Raises
    ------
    InvalidCity
        When none has.
    """
    mask = table[column].isin(list(values))
    if not mask.any():
        there = sorted(set(table[column]) - {""})
        what = f"no row has {' or '.join(map(repr, values))}"
        expected = f"a value that is there: {shorten(', '.join(there)) or 'none is'}"
        raise InvalidCity([Problem(file, None, None, column, what, expected, nearest(values[0], there))])
    return mask
