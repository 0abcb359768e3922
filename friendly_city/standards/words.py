"""What each field of a standard or checklist is, in two languages, and which values it may have.

For the page that explains a workbook and for the JSON Schema. The sentences are in `fields.yaml`, by class and field.
"""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any, Literal, get_args, get_origin

from friendly_city.labels import Text, keys
from friendly_city.standards.check import CHILD_BANDS, POPULATIONS
from friendly_city.standards.reader import read_nodes
from friendly_city.standards.tree import bare
from friendly_city.units import UNITS

FIELDS = "fields.yaml"


@cache
def _sentences() -> dict[tuple[str, str], Text]:
    tree = read_nodes(files("friendly_city.standards").joinpath(FIELDS).read_bytes(), FIELDS)
    return {
        (owner, name): Text(node.mapping["zh"].text, node.mapping["en"].text)
        for owner, names in tree.mapping.items()
        for name, node in names.mapping.items()
    }


def described(owner: str, name: str) -> Text | None:
    """Return what a field of a class is; None when there are no words for it yet.

    Examples
    --------
    >>> described("Criterion", "obligation").en
    'How strongly it binds: shall, should or may.'
    """
    return _sentences().get((owner, name))


def fields_described() -> tuple[tuple[str, str], ...]:
    """Return class and field of each sentence there is."""
    return tuple(_sentences())


def closed_list(name: str, kind: Any) -> tuple[str, ...]:
    """Return the values a field may have; none when it is free.

    Examples
    --------
    >>> closed_list("verified", bool), closed_list("note", str)
    (('true', 'false'), ())
    """
    inner = bare(kind)
    if inner is bool:
        return ("true", "false")
    if get_origin(inner) is Literal:
        return tuple(str(value) for value in get_args(inner))
    if isinstance(inner, type) and issubclass(inner, StrEnum):
        return tuple(str(value) for value in inner)
    return _open_lists().get(name, ()) if inner is str else ()


@cache
def _open_lists() -> dict[str, tuple[str, ...]]:
    """Return the values of fields that are texts to the model and checked later."""
    return {
        "unit": tuple(UNITS),
        "by_unit": tuple(UNITS),
        "age_band": CHILD_BANDS,
        "population": POPULATIONS,
        "register": keys("register"),
    }
