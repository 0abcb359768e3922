"""`datapackage.json`: what a city folder holds, as a Data Package with Table Schemas, readable by any tool.

Written from the dictionary and the files; read back only to see that the files it names are there.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from friendly_city.city.dictionary import Field, Layer, Register, dictionary
from friendly_city.errors import Problem, shorten

NAME = "datapackage.json"


def _constraints(field: Field) -> dict[str, Any]:
    pairs = {
        "required": field.required or None,
        "unique": field.unique or None,
        "enum": list(field.enum) or None,
        "pattern": field.pattern or None,
        "minimum": field.minimum,
        "maximum": field.maximum,
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
    if isinstance(item, Register):
        return shared | {"type": "table", "format": "csv", "mediatype": "text/csv", "schema": _schema(item)}
    properties = [_field(field) for field in item.fields]
    return shared | {
        "format": "geojson",
        "mediatype": "application/geo+json",
        "geometry": list(item.geometry),
        "properties": properties,
    }


def describe(folder: Path, settings: dict[str, Any]) -> dict[str, Any]:
    """Return the Data Package descriptor of a city folder.

    Parameters
    ----------
    folder : Path
        With the registers and layers.
    settings : dict
        Content of ``city.yaml``: id, name, notice, sources with their licences.
    """
    sources = [
        {
            "title": f"{source['title']['zh']} / {source['title']['en']}",
            "path": source.get("url", ""),
            "licence": source["licence"],
        }
        for source in settings["sources"]
    ]
    words = dictionary()
    found = [item for item in (*words.registers.values(), *words.layers.values()) if (folder / item.file).is_file()]
    return {
        "profile": "data-package",
        "name": settings["id"],
        "title": settings["name"]["zh"],
        "description": settings["name"]["en"],
        "notice": settings["notice"],
        "sources": [{key: value for key, value in source.items() if value} for source in sources],
        "resources": [_resource(folder / item.file, item) for item in found],
    }


def write_datapackage(folder: Path) -> Path:
    """Write `datapackage.json` for the registers and layers in a folder with a ``city.yaml``; the same bytes each time."""
    import yaml

    settings = yaml.safe_load((folder / "city.yaml").read_text(encoding="utf-8"))
    content = describe(folder, settings)
    path = folder / NAME
    path.write_bytes((json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode("utf-8"))
    return path


def check_datapackage(folder: Path, problems: list[Problem]) -> None:
    """Note a descriptor that is missing, unreadable, or names files that are not there or leaves out some that are."""
    path = folder / NAME
    if not path.is_file():
        problems.append(
            Problem(
                NAME, None, None, "", "the file is missing", "a Data Package descriptor (friendly_city.city.descriptor writes it)"
            )
        )
        return
    try:
        listed = {resource["path"] for resource in json.loads(path.read_text(encoding="utf-8"))["resources"]}
    except (ValueError, KeyError, TypeError) as err:
        problems.append(Problem(NAME, None, None, "resources", f"cannot be read: {shorten(err)}", "a Data Package descriptor"))
        return
    there = {item.file for item in dictionary().items() if (folder / item.file).is_file()}
    problems += [
        Problem(NAME, None, None, "resources", f"{name} is listed but not there", "the file") for name in sorted(listed - there)
    ]
    problems += [
        Problem(NAME, None, None, "resources", f"{name} is not listed", "every register and layer")
        for name in sorted(there - listed)
    ]
