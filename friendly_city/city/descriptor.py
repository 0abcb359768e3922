"""`datapackage.json`: what a city folder holds, as a Data Package with Table Schemas, readable by any tool.

Written from the dictionary and the files; read back only to see that the files it names are there.
"""

from __future__ import annotations

import hashlib
import json
import re
from datetime import date
from pathlib import Path
from typing import Any

from friendly_city.city.dictionary import GEOPACKAGE, PARQUET, SHAPEFILE, WORKBOOK, Field, Layer, Register, dictionary
from friendly_city.city.encoding import Writing, writing_of
from friendly_city.city.model import DataSource
from friendly_city.city.settings import NAME as SETTINGS
from friendly_city.city.settings import Settings, read_settings
from friendly_city.errors import InvalidCity, Problem, nearest, shorten

NAME = "datapackage.json"
TYPE = "application/vnd.apache.parquet"
LAYERS = {
    PARQUET: ("geoparquet", TYPE),
    GEOPACKAGE: ("gpkg", "application/geopackage+sqlite3"),
    SHAPEFILE: ("shp", "application/vnd.shp"),
}
"""Format and media type of layers that are not GeoJSON."""


def input_names() -> list[str]:
    """Return the name of every file of a city folder that is read, in the order in which problems are told."""
    words = dictionary()
    return [SETTINGS, NAME, *(item.file for item in words.decisions.values()), WORKBOOK, *words.names(), *words.sides()]


def _constraints(field: Field) -> dict[str, Any]:
    pairs = {
        "required": field.required or None,
        "unique": field.unique or None,
        "enum": list(field.enum) or None,
        "pattern": field.pattern or None,
        "minimum": field.minimum.isoformat() if isinstance(field.minimum, date) else field.minimum,
        "maximum": field.maximum.isoformat() if isinstance(field.maximum, date) else field.maximum,
    }
    return {name: value for name, value in pairs.items() if value is not None}


def _field(field: Field) -> dict[str, Any]:
    described: dict[str, Any] = {"name": field.name, "type": field.type}
    if field.type == "boolean":
        described |= {"trueValues": ["true"], "falseValues": ["false"]}
    if field.unit:
        described["unit"] = field.unit
    described |= {"title": field.text.zh, "description": field.text.en}
    constraints = _constraints(field)
    return described | ({"constraints": constraints} if constraints else {})


def _schema(register: Register) -> dict[str, Any]:
    targets = dictionary().registers
    foreign = [
        {"fields": [f.name], "reference": {"resource": f.refers.split(".")[0], "fields": [f.refers.split(".")[1]]}}
        for f in register.fields
        if f.refers and f.refers.split(".")[0] in targets
    ]
    schema: dict[str, Any] = {
        "fields": [_field(field) for field in register.fields],
        "primaryKey": [register.key],
        "missingValues": [""],
    }
    return schema | ({"foreignKeys": foreign} if foreign else {})


def _resource(path: Path, item: Register | Layer) -> dict[str, Any]:
    raw = path.read_bytes()
    shared = {
        "name": item.name,
        "path": path.name,
        "title": item.text.zh,
        "description": item.text.en,
        "encoding": "utf-8",
        "bytes": len(raw),
        "hash": f"sha256:{hashlib.sha256(raw).hexdigest()}",
    }
    parquet = path.suffix == PARQUET
    if isinstance(item, Register):
        form = {"format": "parquet", "mediatype": TYPE} if parquet else _as_written(path, item)
        return shared | {"type": "table", **form, "schema": _schema(item)}
    properties = [_field(field) for field in item.fields]
    layer_form, kind = LAYERS.get(path.suffix, ("geojson", "application/geo+json"))
    return shared | {
        "format": layer_form,
        "mediatype": kind,
        "geometry": list(item.geometry),
        "properties": properties,
    }


def _as_written(path: Path, item: Register) -> dict[str, Any]:
    """Return format, encoding and, where cells are not separated by commas, dialect of a CSV file."""
    writing = writing_of(path, [field.name for field in item.fields], []) or Writing()
    form: dict[str, Any] = {"format": "csv", "mediatype": "text/csv", "encoding": writing.codec}
    return form if writing.separator == "," else form | {"dialect": {"delimiter": writing.separator}}


def _workbook(path: Path) -> list[dict[str, Any]]:
    """Return the resource of a workbook with registers, if there is one."""
    if not path.is_file():
        return []
    raw = path.read_bytes()
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    described = {"name": "registers", "path": path.name, "title": "台账工作簿", "description": "Registers, one a sheet"}
    return [
        described | {"format": "xlsx", "mediatype": kind, "bytes": len(raw), "hash": f"sha256:{hashlib.sha256(raw).hexdigest()}"}
    ]


def _source(source: DataSource) -> dict[str, Any]:
    pairs = {
        "name": source.id,
        "title": f"{source.title.zh} / {source.title.en}",
        "path": source.url,
        "licence": source.licence,
        "accessed": source.accessed,
    }
    return {key: value for key, value in pairs.items() if value}


def _licences(sources: tuple[DataSource, ...]) -> list[dict[str, str]]:
    """Return each licence once; its name has only the characters that Data Package allows."""
    titles = sorted({source.licence for source in sources})
    return [{"name": re.sub(r"[^A-Za-z0-9._]+", "-", title).strip("-") or "other", "title": title} for title in titles]


def datapackage(folder: Path, settings: Settings) -> dict[str, Any]:
    """Return the Data Package descriptor of the registers and layers that are in a city folder, in the dictionary's order.

    Registers are tabular resources with a Table Schema; each file has its length (`bytes`) and sha256 (`hash`).
    """
    return {
        "profile": "data-package",
        "name": settings.id,
        "title": settings.name.zh,
        "description": settings.name.en,
        "notice": {"zh": settings.notice.zh, "en": settings.notice.en},
        "licenses": _licences(settings.sources),
        "sources": [_source(source) for source in settings.sources],
        "resources": _workbook(folder / WORKBOOK)
        + [_resource(folder / name, item) for item in dictionary().items() for name in item.forms if (folder / name).is_file()],
    }


def write_datapackage(folder: Path) -> Path:
    """Write `datapackage.json` for the files in a folder with a ``city.yaml`` and return its path; the same bytes each time.

    Raises
    ------
    InvalidCity
        When ``city.yaml`` is missing or does not say what it must.
    """
    problems: list[Problem] = []
    settings = read_settings(folder, problems)
    if settings is None:
        raise InvalidCity(problems)
    path = folder / NAME
    path.write_bytes((json.dumps(datapackage(folder, settings), ensure_ascii=False, indent=1) + "\n").encode("utf-8"))
    return path


def check_datapackage(folder: Path, problems: list[Problem]) -> None:
    """Note a descriptor that is missing, unreadable, or names files that are not there or leaves out some that are.

    A hash that is not the file's is no problem: people mend their data, and the descriptor is written anew when they publish.
    """
    path = folder / NAME
    if not path.is_file():
        expected = "a Data Package descriptor; friendly_city.city.descriptor.write_datapackage writes it"
        problems.append(Problem(NAME, None, None, "", "the file is missing", expected))
        return
    try:
        listed = [str(resource["path"]) for resource in json.loads(path.read_text(encoding="utf-8"))["resources"]]
    except (ValueError, KeyError, TypeError, RecursionError) as err:
        problems.append(Problem(NAME, None, None, "resources", f"cannot be read: {shorten(err)}", "a Data Package descriptor"))
        return
    known = [WORKBOOK, *dictionary().names()]
    for name in listed:
        if name not in known:
            problems.append(_resource_problem(f"{shorten(name)!r} is no file of a city folder", "names of the dictionary", name))
        elif not (folder / name).is_file():
            problems.append(_resource_problem(f"{name} is listed but not there", "the file"))
    for name in known:
        if name not in listed and (folder / name).is_file():
            problems.append(_resource_problem(f"{name} is there but not listed", "every register and layer"))


def _resource_problem(what: str, expected: str, name: str = "") -> Problem:
    known = dictionary().names()
    return Problem(NAME, None, None, "resources", what, expected, nearest(name, known) if name else "")
