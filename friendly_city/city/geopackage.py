"""Reading a layer from a GeoPackage (OGC 12-128), a SQLite file, with nothing in it ever run.

The file is opened to be read only, by SQLite itself and not by GDAL; what is not a plain table is refused before a row is read,
and whatever SQLite would do but read columns is denied. A view, a trigger of one's own or a computed column could do anything.
"""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from friendly_city.city.dictionary import Layer
from friendly_city.city.layers import expected_crs, from_columns, is_expected
from friendly_city.city.tables import Reading
from friendly_city.errors import Problem, nearest, shorten

EXPECTED = "a GeoPackage as QGIS or GDAL writes it"
MAX_VALUE = 100_000_000
"""Bytes of one value."""
MAX_SECONDS, STEPS = 60, 100_000
"""Time that reading may take, looked at after so many steps of SQLite; ours."""
ENVELOPES = (0, 32, 48, 48, 64)
"""Bytes of the envelope before the shape, by its code."""
STANDARD = re.compile(r"(rtree|gpkg|trigger_(insert|delete)_feature_count)_.+")
"""Names of the triggers of the standard: they keep index and count when a row is written, which never happens here."""
PLAIN = re.compile(r"\s*CREATE\s+TABLE\b", re.IGNORECASE)
INDEX = re.compile(r'\s*CREATE\s+VIRTUAL\s+TABLE\s+("[^"]*"|\S+)\s+USING\s+rtree\b', re.IGNORECASE)
NEEDED = ("gpkg_contents", "gpkg_geometry_columns", "gpkg_spatial_ref_sys")
ALLOWED = (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ)


class _Refused(Exception):
    """What a file has that is not read: path, what, expected and perhaps the nearest name."""


def read_geopackage(path: Path, layer: Layer, problems: list[Problem]) -> Reading | None:
    """Return a layer from a GeoPackage as `layers.read_layer` does; `ROW` is the number of the feature, from 1.

    Where the file has several layers, the one that is named as the dictionary says is read.
    """
    wal = path.with_name(f"{path.name}-wal")
    if wal.is_file() and wal.stat().st_size:
        what = f"{wal.name} holds changes that are not in the file yet"
        problems.append(Problem(path.name, None, None, "", what, "the file closed in every program"))
        return None
    try:
        with closing(_opened(path)) as base:
            names, rows, place = _content(base, layer)
    except _Refused as found:
        problems.append(Problem(path.name, None, None, *found.args))
        return None
    except (sqlite3.Error, OverflowError) as err:
        problems.append(Problem(path.name, None, None, "", f"cannot be read: {shorten(err)}", EXPECTED))
        return None
    columns = {name: [row[number] for row in rows] for number, name in enumerate(names) if number != place}
    blobs = [row[place] for row in rows]
    shapes = shapely.from_wkb(np.array([None, *map(_wkb, blobs)], dtype=object)[1:], on_invalid="ignore")
    given = [f"{len(blob)} bytes" if isinstance(blob, bytes) else blob for blob in blobs]
    return from_columns(columns, shapes, given, layer=replace(layer, file=path.name), problems=problems)


def _opened(path: Path) -> sqlite3.Connection:
    """Return the open file; nothing but reading of columns is possible, and not for ever."""
    base = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
    base.text_factory = lambda raw: raw.decode("utf-8", "replace")
    base.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_VALUE)
    for said in ("trusted_schema = OFF", "query_only = ON", "cell_size_check = ON"):
        base.execute(f"PRAGMA {said}")
    end = time.monotonic() + MAX_SECONDS
    base.set_progress_handler(lambda: time.monotonic() > end, STEPS)
    base.set_authorizer(_permit)
    return base


def _permit(action: int, first: str | None, _second: str | None, _base: str | None, _inner: str | None) -> int:
    allowed = action in ALLOWED or (action == sqlite3.SQLITE_PRAGMA and first in ("table_xinfo", "application_id"))
    return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY


def _content(base: sqlite3.Connection, layer: Layer) -> tuple[list[str], list[Sequence[Any]], int]:
    """Return names of columns, rows, and which column has the shapes."""
    tables = _plain_tables(base)
    if not set(NEEDED) <= tables:
        raise _Refused("", "this SQLite file is no GeoPackage", EXPECTED)
    table, srs = _chosen(base, layer)
    if table not in tables:
        raise _Refused("", f"the layer {shorten(table)!r} is no table of the file", EXPECTED)
    _check_crs(base, srs, layer)
    found = base.execute("SELECT column_name FROM gpkg_geometry_columns WHERE table_name = ?", [table]).fetchone()
    info = base.execute(f"PRAGMA table_xinfo({_quoted(table)})").fetchall()  # number, name, type, not null, default, key, hidden
    if any(hidden for *_, hidden in info):
        raise _Refused("", f"the layer {shorten(table)!r} has computed columns", "columns with values")
    known = {field.name for field in layer.fields}
    kept = [(name, kind.upper()) for _, name, kind, _, _, key, _ in info if not key or name in known]
    names = [name for name, _ in kept]
    if found is None or found[0] not in names:
        raise _Refused("", f"the layer {shorten(table)!r} has no column of shapes", EXPECTED)
    wanted = ", ".join(map(_quoted, names))
    rows = base.execute(f"SELECT {wanted} FROM {_quoted(table)} ORDER BY rowid").fetchall()  # noqa: S608 - names of the file, quoted
    truths = [number for number, (_, kind) in enumerate(kept) if kind == "BOOLEAN"]
    return names, [_with_truths(row, truths) for row in rows], names.index(found[0])


def _plain_tables(base: sqlite3.Connection) -> set[str]:
    """Return the names of the tables; raise where the file holds what is no table, index or trigger of the standard."""
    tables = set()
    for kind, name, sql in base.execute("SELECT type, name, sql FROM sqlite_master").fetchall():
        said = f"the file holds the {kind} {shorten(name)!r}"
        if kind == "view" or (kind == "trigger" and not STANDARD.fullmatch(str(name))):
            raise _Refused("", said, "tables only")
        if kind == "table" and PLAIN.match(str(sql)):
            tables.add(str(name))
        elif kind == "table" and not INDEX.match(str(sql)):
            raise _Refused("", f"{said}, which is virtual", "tables only")
    return tables


def _chosen(base: sqlite3.Connection, layer: Layer) -> tuple[str, int]:
    """Return the table and the number of the coordinate system of the layer to be read."""
    found = dict(base.execute("SELECT table_name, srs_id FROM gpkg_contents WHERE data_type = 'features'").fetchall())
    if layer.name in found:
        return layer.name, found[layer.name]
    if len(found) != 1:
        names = [str(name) for name in found]
        what = f"{len(names)} layers" + (f": {shorten(', '.join(names))}" if names else "")
        raise _Refused("", what, f"one named {layer.name}", nearest(layer.name, names))
    return next(iter(found.items()))


def _check_crs(base: sqlite3.Connection, srs: int, layer: Layer) -> None:
    asked = "SELECT organization, organization_coordsys_id FROM gpkg_spatial_ref_sys WHERE srs_id = ?"
    maker, code = base.execute(asked, [srs]).fetchone() or ("", "")
    name = f"{str(maker).upper()}:{code}"
    if not is_expected(name, layer.system):
        said = "an unnamed system" if str(maker).upper() in ("", "NONE") else shorten(name)
        raise _Refused("crs", f"coordinates in {said}", expected_crs(layer.system))


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _with_truths(row: Sequence[Any], truths: Sequence[int]) -> Sequence[Any]:
    return [bool(v) if number in truths and v in (0, 1) else v for number, v in enumerate(row)] if truths else row


def _wkb(blob: object) -> bytes | None:
    """Return the shape in a value of a GeoPackage as WKB, None where it is none.

    Examples
    --------
    >>> _wkb(b"GP" + bytes([0, 1]) + bytes(4) + b"the shape")
    b'the shape'
    """
    if not isinstance(blob, bytes) or len(blob) < 8 or not blob.startswith(b"GP"):
        return None
    flags = blob[3]
    envelope, extended = (flags >> 1) & 7, flags & 32
    return None if extended or envelope >= len(ENVELOPES) else blob[8 + ENVELOPES[envelope] :]
