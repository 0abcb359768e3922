"""When is a report up to date? When nothing it was made from has changed.

The fingerprint covers the data, the checklist with its standards, the notebook, this package's own code, the versions
of the libraries that draw and write, and the parameters. Ranks and district medians make every page depend on all data.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import platform
import re
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from friendly_city.batch.files import sha256_of

if TYPE_CHECKING:
    from friendly_city.city.model import City
    from friendly_city.standards.model import Checklist

LIBRARIES = (
    "pandas",
    "geopandas",
    "numpy",
    "scipy",
    "shapely",
    "matplotlib",
    "papermill",
    "nbconvert",
    "nbclient",
    "ipykernel",
)
LENGTH = 16
"""Hexadecimal digits of a fingerprint."""
MARK = re.compile(r'<meta name="friendly-city-fingerprint" content="([0-9a-f]+)"')
HEAD_LENGTH = 4096
"""Characters at the start of a page in which its fingerprint stands."""


def digest(content: object) -> str:
    """Return the sha256 of JSON-like content, independent of key order.

    Examples
    --------
    >>> digest({"a": 1, "b": 2}) == digest({"b": 2, "a": 1})
    True
    """
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, default=_plain)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _plain(value: object) -> object:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.asdict(value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"cannot fingerprint {type(value).__name__}")


def versions() -> dict[str, str]:
    """Return the versions of Python, this package and the libraries a result can depend on."""
    found = {"python": platform.python_version()}
    for name in ("friendly-city", *LIBRARIES):
        try:
            found[name] = version(name)
        except PackageNotFoundError:  # run from a source tree that is not installed
            found[name] = "not installed"
    return found


@cache
def package_hash() -> str:
    """Return a hash over this package's own files: code, catalogue, template, labels."""
    root = Path(__file__).parents[1]
    files = sorted(path for path in root.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return digest({str(path.relative_to(root)): sha256_of(path) for path in files})


def checklist_hash(checklist: Checklist) -> str:
    """Return a hash over everything a checklist says, with its standards, each once."""
    items = [{"criterion": i.id, "standard": i.standard.id, "weight": i.weight, "gate": i.gate} for i in checklist.items]
    if checklist.changes:  # its criteria are not those of their standards
        items = [{**of_item, "as_changed": item.criterion} for of_item, item in zip(items, checklist.items, strict=True)]
    said = {field.name: getattr(checklist, field.name) for field in dataclasses.fields(checklist) if field.name != "items"}
    return digest({"checklist": said, "items": items, "standards": list(checklist.standards)})


@dataclasses.dataclass(frozen=True, slots=True)
class Foundation:
    """What all pages of a batch are made from; worked out once."""

    data: dict[str, str]
    checklist: str
    package: str
    versions: dict[str, str]


def foundation_of(city: City, checklist: Checklist) -> Foundation:
    """Return what every page of a city and checklist depends on."""
    return Foundation(dict(city.hashes), checklist_hash(checklist), package_hash(), versions())


def fingerprint(foundation: Foundation, notebook: Path, parameters: Mapping[str, Any]) -> str:
    """Return the fingerprint of one page, `LENGTH` hexadecimal digits."""
    made_from = {"foundation": foundation, "notebook": sha256_of(notebook), "parameters": dict(parameters)}
    return digest(made_from)[:LENGTH]


def has_fingerprint(page: Path, wanted: str) -> bool:
    """Return whether a page is there and carries a fingerprint."""
    try:
        with page.open(encoding="utf-8") as file:
            found = MARK.search(file.read(HEAD_LENGTH))
    except (OSError, UnicodeDecodeError):  # not there, or no page of ours
        return False
    return found is not None and found[1] == wanted
