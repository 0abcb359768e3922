"""Writing the city folder: always the same bytes for the same rows."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np

from friendly_city.city.demo.borders import Point
from friendly_city.city.demo.sketch import to_degrees

Cell = str | int | float | bool | None
Row = Mapping[str, Cell]


def text_of(cell: Cell) -> str:
    """Return a cell as it is written: no value is empty, booleans are true/false, whole floats have no point.

    Examples
    --------
    >>> [text_of(cell) for cell in (None, True, 2.0, 0.25, "x")]
    ['', 'true', '2', '0.25', 'x']
    """
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else f"{cell:.6f}".rstrip("0")
    return str(cell)


def write_table(path: Path, rows: Iterable[Row], fields: Sequence[str]) -> None:
    """Write rows as CSV: UTF-8, one line feed a row, fields in the order of the dictionary."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(fields)
    for row in rows:
        unknown = set(row) - set(fields)
        if unknown:
            raise AssertionError(f"{path.name} has no field {sorted(unknown)}")
        writer.writerow([text_of(row.get(field)) for field in fields])
    path.write_bytes(buffer.getvalue().encode("utf-8"))


def degrees(points: Sequence[Point]) -> list[tuple[float, float]]:
    """Return positions in metres as longitude and latitude with 6 decimals."""
    xy = np.array(points, dtype=float).reshape(-1, 2)
    longitude, latitude = to_degrees(xy[:, 0], xy[:, 1])
    return list(zip(longitude.tolist(), latitude.tolist(), strict=True))


def json_of(cell: Cell) -> str:
    """Return a cell as JSON.

    Examples
    --------
    >>> [json_of(cell) for cell in (None, True, 2.0, "x")]
    ['null', 'true', '2', '"x"']
    """
    if cell is None:
        return "null"
    return '"' + cell.replace('"', '\\"') + '"' if isinstance(cell, str) else text_of(cell)


def pairs_of(points: Sequence[Point]) -> str:
    """Return positions in metres as a JSON list of longitude and latitude."""
    return "[" + ",".join(f"[{x:.6f},{y:.6f}]" for x, y in degrees(points)) + "]"


def write_layer(path: Path, kind: str, features: Iterable[tuple[Row, Sequence[Point]]]) -> None:
    """Write a GeoJSON layer (WGS84), one feature a line; `kind` is ``Polygon`` (one open ring) or ``LineString``."""
    lines = []
    for properties, points in features:
        inner = ",".join(f'"{name}":{json_of(cell)}' for name, cell in properties.items())
        whole = f"[{pairs_of([*points, points[0]])}]" if kind == "Polygon" else pairs_of(points)
        lines.append(f'{{"type":"Feature","properties":{{{inner}}},"geometry":{{"type":"{kind}","coordinates":{whole}}}}}')
    text = '{"type":"FeatureCollection","features":[\n' + ",\n".join(lines) + "\n]}\n"
    path.write_bytes(text.encode("utf-8"))
