"""JSON Schema of standards and checklists, for editors: YAML completes and is checked while it is typed.

Worked out from the dataclasses, so that it never says other than the reader. It checks the form; what a file must mean beyond it
(references, limits that can be met, units that fit) only ``friendly-city standards check`` knows. An editor finds the schema by a
first line such as ``# yaml-language-server: $schema=schema/standard.json``.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, get_args, get_origin

from friendly_city.labels import Text
from friendly_city.standards.build import FORMS, KINDS
from friendly_city.standards.check import IDENTIFIER, ITEM, NAME
from friendly_city.standards.checklist import ChecklistFile
from friendly_city.standards.leaves import entry_of, parts_of
from friendly_city.standards.model import Standard
from friendly_city.standards.requirement import Filter, Requirement
from friendly_city.standards.tree import bare, may_be_empty
from friendly_city.standards.words import closed_list, described

DOCUMENTS: dict[str, type] = {"standard": Standard, "checklist": ChecklistFile}
"""The schemas there are, by name."""
DIALECT = "http://json-schema.org/draft-07/schema#"
"""The dialect that editors know best."""
SCALAR = ["string", "number", "boolean"]
"""A text may be written without quotes: the reader takes ``1.10`` and ``no`` as the texts they are."""
PATTERNS = {
    ("Standard", "id"): IDENTIFIER,
    ("ChecklistFile", "id"): NAME,
    ("Clause", "id"): IDENTIFIER,
    ("Criterion", "id"): IDENTIFIER,
    ("Dimension", "id"): NAME,
    ("Grade", "id"): NAME,
    ("Attest", "item"): ITEM,
    ("Response", "item"): ITEM,
    ("Indicator", "code"): ITEM,
}
Json = dict[str, Any]


def schema_of(name: str) -> Json:
    """Return the schema of a kind of document.

    Parameters
    ----------
    name : str
        One of `DOCUMENTS`.

    Examples
    --------
    >>> schema_of("standard")["definitions"]["Threshold"]["required"]
    ['unit']
    """
    kind = DOCUMENTS[name]
    definitions: dict[str, Json] = {}
    whole = _record(kind, definitions)
    return {"$schema": DIALECT, "title": f"friendly_city {name}", **whole, "definitions": dict(sorted(definitions.items()))}


def schema_text(name: str) -> str:
    """Return the schema of a kind of document as the text of a JSON file."""
    return json.dumps(schema_of(name), ensure_ascii=False, indent=1) + "\n"


def write_schemas(folder: Path) -> tuple[Path, ...]:
    """Write every schema into a folder, which is made if need be, and return the files.

    Parameters
    ----------
    folder : Path
        Where ``standard.json`` and ``checklist.json`` go.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths = tuple(folder / f"{name}.json" for name in DOCUMENTS)
    for path in paths:
        path.write_text(schema_text(path.stem), encoding="utf-8", newline="\n")
    return paths


def _record(kind: type, definitions: dict[str, Json]) -> Json:
    """Return the schema of a mapping with the fields of a dataclass; of a text, words must stand in both languages."""
    properties: dict[str, Json] = {}
    for name, part in parts_of(kind).items():
        of_field = {"type": SCALAR, "pattern": r"\S"} if kind is Text else _field(part.owner, name, part.kind, definitions)
        words = described(part.owner.__name__, name)
        properties[name] = ({"description": f"{words.zh}\n{words.en}"} if words else {}) | of_field
    required = [name for name, part in parts_of(kind).items() if part.required or (name == "kind" and kind in KINDS.values())]
    made: Json = {"type": "object", "properties": properties, "additionalProperties": False}
    return made | ({"required": required} if required else {})


def _field(owner: type, name: str, kind: Any, definitions: dict[str, Json]) -> Json:
    made = _value(name, bare(kind), definitions)
    if pattern := PATTERNS.get((owner.__name__, name)):
        made = made | {"pattern": f"^({pattern.pattern})$"}
    return {"anyOf": [made, EMPTY]} if may_be_empty(kind) else made


EMPTY: Json = {"enum": ["", None]}
"""Nothing is written: the same as leaving the key out."""


def _value(name: str, kind: Any, definitions: dict[str, Json]) -> Json:
    """Return the schema of what a field holds."""
    if kind is Requirement:
        return _reference("Requirement", definitions, _requirement)
    if kind is Filter:
        return _reference("Filter", definitions, lambda _: _filter())
    if parts_of(kind):
        return _reference(kind.__name__, definitions, partial(_record, kind))
    if get_origin(kind) is tuple:
        entry = entry_of(kind) or get_args(kind)[0]
        return {"type": "array", "items": _value("", entry, definitions)}
    return _scalar(name, kind)


def _reference(name: str, definitions: dict[str, Json], make: Callable[[dict[str, Json]], Json]) -> Json:
    if name not in definitions:
        definitions[name] = {}
        definitions[name] = make(definitions)
    return {"$ref": f"#/definitions/{name}"}


def _scalar(name: str, kind: Any) -> Json:
    """Return the schema of a text, number, date, truth value or name of a closed list."""
    if kind is bool:
        return {"type": "boolean"}
    if choices := closed_list(name, kind):
        return {"enum": list(choices)}
    if kind in (int, float):
        return {"type": ["integer" if kind is int else "number", "string"], "pattern": f"^({FORMS[kind].pattern})$"}
    if kind is date:
        return {"type": "string", "pattern": f"^({FORMS[kind].pattern})$"}
    return {"type": SCALAR}


def _requirement(definitions: dict[str, Json]) -> Json:
    """Return the schema of a requirement: which fields it has depends on its kind."""
    cases = [
        {
            "if": {"properties": {"kind": {"const": name}}, "required": ["kind"]},
            "then": _reference(kind.__name__, definitions, partial(_record, kind)),
        }
        for name, kind in KINDS.items()
    ]
    words = described("Criterion", "requirement")
    return {
        "type": "object",
        "description": f"{words.zh}\n{words.en}" if words else "",
        "properties": {"kind": {"enum": list(KINDS)}},
        "required": ["kind"],
        "allOf": cases,
    }


def _filter() -> Json:
    """Return the schema of a filter: for each field a text, texts, or bounds."""
    text: Json = {"type": SCALAR}
    number = _scalar("", float)
    bounds = {
        "type": "object",
        "properties": {"at_least": number, "at_most": number},
        "additionalProperties": False,
        "minProperties": 1,
    }
    wanted = {"anyOf": [text, {"type": "array", "items": text}, bounds]}
    return {"type": "object", "additionalProperties": wanted}
