"""Reading a layer from a shapefile: ``.shp``, ``.shx``, ``.dbf`` and ``.prj``, and ``.cpg`` where the encoding is named.

GDAL reads it, from copies of these files in a folder of its own: so it finds nothing beside them, and no name leads it elsewhere.
"""

from __future__ import annotations

import shutil
import tempfile
import warnings
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from friendly_city.city.dictionary import SIDES, Layer
from friendly_city.city.encoding import SAID, encoding_of_bytes
from friendly_city.city.layers import expected_crs, from_columns, is_expected
from friendly_city.city.tables import Reading
from friendly_city.errors import Problem, nearest, shorten
from friendly_city.labels import Text

EXPECTED = "a shapefile as QGIS, ArcGIS or GDAL write it"
NEEDED = {
    ".shx": "the index of the shapes",
    ".dbf": "the properties of the features",
    ".prj": "the coordinate system, as WKT",
}
CODE_PAGES = {"UTF-8": "utf-8", "UTF8": "utf-8", "65001": "utf-8"} | dict.fromkeys(
    ("GB18030", "GBK", "GB2312", "CP936", "936", "ANSI 936", "54936"), "gb18030"
)
"""What ``.cpg`` may hold, and what it means."""
SHAPES = (9994).to_bytes(4, "big")
"""First bytes of every ``.shp``."""
LEAST_TABLE = 65
"""Bytes of a ``.dbf`` with one column and no row."""
NAME_LENGTH = 10
"""Characters of the name of a column of a ``.dbf``."""
LEAST_CONFIDENCE = 25
"""Per cent of likeness from which the WKT of a ``.prj`` counts as a system that has a code; PROJ's measure, the bound ours."""


def read_shapefile(path: Path, layer: Layer, problems: list[Problem]) -> Reading | None:
    """Return a layer from a shapefile as `layers.read_layer` does; `ROW` is the number of the feature, from 1.

    Names of columns are those of the dictionary, cut to ten characters.
    """
    named, before = replace(layer, file=path.name), len(problems)
    for suffix, text in NEEDED.items():
        if not path.with_suffix(suffix).is_file():
            problems.append(Problem(path.name, None, None, "", f"{path.with_suffix(suffix).name} is missing", text))
    if len(problems) == before:
        _check_crs(path, named, problems)
    encoding = _encoding(path, problems) if len(problems) == before else None
    found = None if encoding is None else _read(path, encoding, problems)
    if encoding is None or found is None:
        return None
    columns, blobs = found
    shapes = shapely.from_wkb(blobs, on_invalid="ignore")
    given = [None if blob is None else f"{len(blob)} bytes" for blob in blobs]
    reading = from_columns(_with_names(columns, layer), shapes, given, layer=named, problems=problems)
    if reading is None or encoding == "utf-8":
        return reading
    how, file = SAID[encoding], path.with_suffix(".dbf").name
    return replace(reading, notes=(Text(f"{file}：按{how.zh}读取", f"{file}: read as {how.en}"),))


def _check_crs(path: Path, layer: Layer, problems: list[Problem]) -> None:
    from pyproj import CRS
    from pyproj.exceptions import CRSError

    try:
        text = path.with_suffix(".prj").read_bytes()[:10_000].decode("utf-8", "replace")
        code = CRS.from_wkt(text).to_epsg(min_confidence=LEAST_CONFIDENCE)
    except CRSError:
        problems.append(Problem(path.with_suffix(".prj").name, 1, None, "", "no coordinate system", NEEDED[".prj"]))
        return
    if not is_expected(f"EPSG:{code}", layer.system):
        said = f"EPSG:{code}" if code else "a system without a code"
        problems.append(Problem(path.name, None, None, "crs", f"coordinates in {said}", expected_crs(layer.system)))


def _encoding(path: Path, problems: list[Problem]) -> str | None:
    """Return the encoding of the properties: as ``.cpg`` says, else found out."""
    page, raw = path.with_suffix(".cpg"), path.with_suffix(".dbf").read_bytes()
    said = page.read_bytes()[:100].decode("ascii", "replace").strip() if page.is_file() else ""
    if said and said.upper() not in CODE_PAGES:
        near, what = nearest(said.upper(), CODE_PAGES), f"{shorten(said)!r} is no encoding that is read"
        problems.append(Problem(page.name, 1, None, "", what, "UTF-8 or GB18030", near))
        return None
    if len(raw) < LEAST_TABLE:
        problems.append(Problem(path.with_suffix(".dbf").name, None, None, "", "this is no table", EXPECTED))
        return None
    begin = int.from_bytes(raw[8:10], "little")
    wanted = [CODE_PAGES[said.upper()]] if said else ["utf-8", "gb18030"]
    found = encoding_of_bytes(raw[begin:].rstrip(b"\x1a\x00").replace(b"\x00", b" "), wanted)
    if found is None:
        what = f"bytes that are not {' or '.join(SAID[one].en for one in wanted)}"
        problems.append(Problem(path.with_suffix(".dbf").name, None, None, "", what, f"{page.name} with the encoding"))
    return found


def _read(path: Path, encoding: str, problems: list[Problem]) -> tuple[dict[str, Any], Any] | None:
    """Return the columns as they are named in the file, and the shapes as WKB."""
    from pyogrio import errors, raw

    if path.read_bytes()[: len(SHAPES)] != SHAPES:
        problems.append(Problem(path.name, None, None, "", "this is no shapefile", EXPECTED))
        return None
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for suffix in (".shp", *SIDES):
            if suffix != ".cpg" and path.with_suffix(suffix).is_file():
                shutil.copyfile(path.with_suffix(suffix), Path(folder) / f"layer{suffix}")
        try:
            about, _, shapes, values = raw.read(Path(folder) / "layer.shp", encoding=encoding)
        except (
            errors.DataSourceError,
            errors.DataLayerError,
            errors.FeatureError,
            errors.FieldError,
            errors.GeometryError,
        ) as err:
            told = shorten(str(err).replace(folder, "").replace("/layer.", f"{path.stem}."))
            problems.append(Problem(path.name, None, None, "", f"cannot be read: {told}", EXPECTED))
            return None
    columns = {str(name): _plain(array) for name, array in zip(about["fields"], values, strict=True)}
    return columns, shapes


def _plain(array: Any) -> list[Any]:
    """Return values of a column, None where there is none."""
    if array.dtype.kind == "M":
        return [None if np.isnat(value) else value.astype("datetime64[D]").item() for value in array]
    return [None if isinstance(value, float) and np.isnan(value) else value for value in array.tolist()]


def _with_names(columns: Mapping[str, Any], layer: Layer) -> dict[str, Any]:
    """Return columns by the names of the dictionary, of which the file has the first characters."""
    known = {field.name[:NAME_LENGTH].lower(): field.name for field in layer.fields}
    return {known.get(name.lower(), name): values for name, values in columns.items()}
