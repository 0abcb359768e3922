"""A standard or a checklist by whatever a person calls it: a name of the package, a name of their own folder, a file."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from friendly_city.errors import UnknownName
from friendly_city.standards.load import (
    CATALOGUE,
    CHECKLISTS,
    SUFFIXES,
    checklist_names,
    load_checklist,
    load_document,
    load_standard,
    own_standards,
    standard_names,
)
from friendly_city.standards.model import Checklist, Standard


def load_named(name: str, *, catalogue: str | Path | None = None) -> Standard | Checklist:
    """Return the standard or checklist of a name or of the path of a YAML file.

    Raises
    ------
    UnknownName
        When there is none.
    InvalidStandard
        With every problem of the file.

    Examples
    --------
    >>> load_named("community").id, load_named("gb-50180-2018").number
    ('community', 'GB 50180—2018')
    """
    if name.endswith(SUFFIXES):
        return load_document(name, catalogue=catalogue)
    own = own_standards(catalogue)
    if name in own or name in standard_names():
        return load_standard(own.get(name, name))
    if name in checklist_names():
        return load_checklist(name, catalogue=catalogue)
    raise UnknownName("standard or checklist", name, (*own, *standard_names(), *checklist_names()))


def source_of(name: str, *, catalogue: str | Path | None = None) -> tuple[str, bytes]:
    """Return the name in messages and the bytes of what `load_named` would load."""
    own = own_standards(catalogue)
    if name.endswith(SUFFIXES) or name in own:
        path = Path(own.get(name, name))
        return str(path), path.read_bytes()
    folder = CATALOGUE if name in standard_names() else CHECKLISTS
    return f"{folder}/{name}.yaml", files("friendly_city.standards").joinpath(folder, f"{name}.yaml").read_bytes()
