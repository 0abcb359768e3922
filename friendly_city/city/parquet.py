"""Registers as Parquet and layers as GeoParquet: the same columns, typed as in the dictionary, checked like the others.

A column of a type that does not fit is refused; cells are checked where those of CSV files are (`check`, `tables`).
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from friendly_city.city.cells import check_cells, told_personal
from friendly_city.city.check import WANTED, check_constraints
from friendly_city.city.dictionary import Field, Layer, Register
from friendly_city.city.layers import WGS84, expected_crs, is_expected, sound_shapes
from friendly_city.city.personal import LEAST_MOBILE, is_mobile
from friendly_city.city.plain import has_plain_cells
from friendly_city.city.tables import ROW, Reading, check_header
from friendly_city.errors import Problem, shorten

GEOMETRY = "geometry"
FITS = {
    "string": (pa.types.is_string, pa.types.is_large_string),
    "number": (pa.types.is_integer, pa.types.is_floating),
    "integer": (pa.types.is_integer, pa.types.is_floating),
    "date": (pa.types.is_date32,),
    "boolean": (pa.types.is_boolean,),
}
TEXT = pa.dictionary(pa.int32(), pa.string())
ARROW = {"number": pa.float64(), "integer": pa.float64(), "date": pa.date32(), "boolean": pa.bool_()}
CRS84 = ("OGC:CRS84", WGS84)


def read_columns(path: Path, item: Register | Layer, problems: list[Problem]) -> pa.Table | None:
    """Return a register or layer as Arrow columns of one type for each type of the dictionary.

    Parameters
    ----------
    path : Path
        A Parquet file; a layer has its shapes as WKB in the column ``geometry``.
    item : Register or Layer
        What the dictionary says about it.
    problems : list of Problem
        Every fault of the file or of a whole column is added here.

    Returns
    -------
    Table or None
        The fields that are there, in the order of the dictionary: text by its distinct values (row ids: plain), numbers
        float64, dates date32, booleans; layers with ``geometry``. None when the file cannot be read.
    """
    texts = [field.name for field in item.fields if field.type == "string" and not field.unique]
    try:
        file = _opened(path, texts)
    except (pa.ArrowException, OSError) as err:
        problems.append(Problem(path.name, None, None, "", f"not Parquet: {shorten(err)}", "a Parquet file"))
        return None
    with file:
        schema = file.schema_arrow
        before = len(problems)
        check_header([name for name in schema.names if name != GEOMETRY], item, path.name, problems)
        fields = [field for field in item.fields if schema.names.count(field.name) == 1]
        for field in fields:
            if not fits(schema.field(field.name).type, field):
                what = f"a column of {schema.field(field.name).type}"
                problems.append(Problem(path.name, None, None, field.name, what, f"a column of {field.type}"))
        if isinstance(item, Layer):
            _check_geometry(schema, item, path.name, problems)
        if len(problems) > before:
            return None
        names = [field.name for field in fields] + [GEOMETRY] * isinstance(item, Layer)
        table = file.read(columns=names, use_threads=False).select(names)
    if item.required and not table.num_rows:
        problems.append(Problem(path.name, None, None, "", "no rows", f"at least one row in {path.name}"))
    types = {field.name: _arrow(field) for field in fields} | {GEOMETRY: pa.binary()}
    return pa.table({
        name: cells if cells.type == types[name] else cells.cast(types[name])
        for name, cells in zip(names, table.itercolumns(), strict=True)
    })  # fmt: skip


def _opened(path: Path, texts: list[str]) -> pq.ParquetFile:
    """Return an open file that gives some columns by their distinct values."""
    try:
        return pq.ParquetFile(path, read_dictionary=texts, memory_map=True)
    except KeyError:  # one of the columns is missing: the header will be told
        return pq.ParquetFile(path, memory_map=True)


def fits(found: pa.DataType, field: Field) -> bool:
    """Return whether a column of an Arrow type can hold a field; one without any value fits every field.

    Examples
    --------
    >>> from friendly_city.city.dictionary import dictionary
    >>> fits(pa.int16(), dictionary().registers["population"].field("persons"))
    True
    """
    value = found.value_type if pa.types.is_dictionary(found) else found
    return pa.types.is_null(value) or any(test(value) for test in FITS[field.type])


def _arrow(field: Field) -> pa.DataType:
    return ARROW.get(field.type) or (pa.string() if field.unique else TEXT)


def _check_geometry(schema: pa.Schema, layer: Layer, file: str, problems: list[Problem]) -> None:
    """Note a layer without shapes as WKB, or in other coordinates than WGS84."""
    if GEOMETRY not in schema.names or not pa.types.is_binary(schema.field(GEOMETRY).type):
        problems.append(Problem(file, None, None, GEOMETRY, "no column of shapes", "shapes as WKB (GeoParquet)"))
        return
    try:
        said = json.loads((schema.metadata or {})[b"geo"])["columns"][GEOMETRY]
        encoding, crs = said["encoding"], said.get("crs", CRS84[0])
    except (KeyError, ValueError, TypeError, AttributeError):
        problems.append(Problem(file, None, None, "geo", "no GeoParquet metadata for the column geometry", "GeoParquet"))
        return
    if encoding != "WKB":
        problems.append(Problem(file, None, None, GEOMETRY, f"shapes as {shorten(encoding)}", "shapes as WKB"))
    if (name := _crs_name(crs)) not in CRS84 and not is_expected(name, layer.system):
        problems.append(Problem(file, None, None, "crs", f"coordinates in {shorten(name)}", expected_crs(layer.system)))


def _crs_name(crs: Any) -> str:
    if isinstance(crs, dict) and isinstance(crs.get("id"), dict):
        return f"{crs['id'].get('authority')}:{crs['id'].get('code')}"
    return crs if isinstance(crs, str) else "an unknown CRS"


def frame_of(table: pa.Table, item: Register | Layer) -> pd.DataFrame:
    """Return Arrow columns from `read_columns` as a typed table: text as categories, '' for empty cells; without shapes."""
    return pd.DataFrame(
        {field.name: _column(table[field.name], field) for field in item.fields if field.name in table.schema.names}
    )


def _column(cells: pa.ChunkedArray, field: Field) -> Any:
    if field.type == "string":
        if field.unique:
            return pd.Series(cells.fill_null("") if cells.null_count else cells, dtype="str")
        return _categories(cells)
    if field.numeric:
        return cells.to_numpy()
    if field.type == "date":
        return cells.to_numpy().astype("datetime64[D]").astype("datetime64[s]")
    values = cells.combine_chunks()
    return pd.arrays.BooleanArray(values.fill_null(False).to_numpy(zero_copy_only=False), values.is_null().to_numpy(False))


def _categories(cells: pa.ChunkedArray) -> pd.Categorical:
    whole = cells.unify_dictionaries().combine_chunks()
    codes, values = whole.indices.fill_null(-1).to_numpy(), whole.dictionary.to_pylist()
    if whole.null_count:
        if "" not in values:
            values.append("")
        codes = np.where(codes < 0, values.index(""), codes)
    return pd.Categorical.from_codes(codes, pd.Index(values, dtype="str"))


def check_values(table: pd.DataFrame, item: Register | Layer, problems: list[Problem]) -> None:
    """Note cells of a table from `frame_of` that the dictionary's types or plain text do not allow."""
    for field in item.fields:
        if field.name not in table:
            continue
        cells = table[field.name]
        if field.numeric:
            problems += [
                Problem(item.file, int(line), None, field.name, *told_personal("a mobile number"))
                for value, line in zip(cells[cells >= LEAST_MOBILE], table.loc[cells >= LEAST_MOBILE, ROW], strict=True)
                if is_mobile(value)
            ]
            wrong = np.isinf(cells) | ((cells % 1 != 0) & cells.notna() if field.type == "integer" else False)
            for value, line in zip(cells[wrong], table.loc[wrong, ROW], strict=True):
                problems.append(
                    Problem(item.file, int(line), None, field.name, f"{value:g} is not {WANTED[field.type]}", WANTED[field.type])
                )
        elif field.type == "string" and not has_plain_cells(cells, field):
            check_cells(cells.tolist(), field, table[ROW].tolist(), file=item.file, problems=problems)


def read_parquet_register(path: Path, register: Register, problems: list[Problem]) -> Reading | None:
    """Return a register from a Parquet file, typed and checked by itself; `ROW` is the number of the row, from 1."""
    return _read(path, replace(register, file=path.name), problems)


def read_parquet_layer(path: Path, layer: Layer, problems: list[Problem]) -> Reading | None:
    """Return a layer from a GeoParquet file as `layers.read_layer` does; `ROW` is the number of the row, from 1."""
    named = replace(layer, file=path.name)
    reading = _read(path, named, problems)
    if reading is None:
        return None
    table, shapes = reading.table, shapely.from_wkb(reading.table.pop(GEOMETRY).to_numpy(dtype=object), on_invalid="ignore")
    shapes = sound_shapes(shapes, [None] * len(table), table[ROW].to_numpy(), layer=named, problems=problems)
    return Reading(gpd.GeoDataFrame(table, geometry=gpd.GeoSeries(shapes, index=table.index, crs=WGS84)), reading.whole)


def _read(path: Path, item: Register | Layer, problems: list[Problem]) -> Reading | None:
    before = len(problems)
    columns = read_columns(path, item, problems)
    if columns is None:
        return None
    table = frame_of(columns, item).assign(**{ROW: np.arange(1, columns.num_rows + 1)})
    texts = [field.name for field in item.fields if field.type == "string" and field.name in table]
    whole = len(problems) == before
    check_values(table, item, problems)
    table = table.astype(dict.fromkeys(texts, "str"))
    check_constraints(table, item, problems)
    if GEOMETRY in columns.schema.names:
        table[GEOMETRY] = pd.Series(columns[GEOMETRY].to_numpy(), dtype=object)
    return Reading(table, whole)
