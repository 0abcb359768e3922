"""What the data dictionary says about the fields a requirement may read: type, unit, permitted values.

Knows names and units only; holds no data of any city.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from friendly_city.city import dictionary
from friendly_city.labels import Text

NUMERIC = ("number", "integer")
SUFFIX_UNITS = {
    "_km2": "km2", "_m2": "m2", "_km": "km", "_m": "m", "_min": "min", "_share": "share", "_per_1000": "per_1000",
    "_persons": "persons", "_places": "places", "_classes": "classes", "_books": "books", "_zones": "zones", "_count": "count",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Field:
    """One column of a register: its type, its unit (``none`` for text), permitted values, label."""

    name: str
    type: str
    unit: str
    any_of: tuple[str, ...]
    label: Text


def unit_of(name: str, declared: str = "") -> str:
    """Return the unit of a column: as declared, else by the suffix of its name, else ``none``.

    Examples
    --------
    >>> unit_of("floor_area_m2"), unit_of("books_count", "books"), unit_of("level")
    ('m2', 'books', 'none')
    """
    return declared or next((unit for suffix, unit in SUFFIX_UNITS.items() if name.endswith(suffix)), "none")


def _brief(text: str) -> str:
    """Return a label without the explanation in brackets at its end."""
    return re.sub(r"(（[^（）]*）| \([^()]*\))$", "", text)


def _field(field: dictionary.Field) -> Field:
    label = Text(_brief(field.text.zh), _brief(field.text.en).split(", ", maxsplit=1)[0])
    return Field(field.name, field.type, unit_of(field.name, field.unit), field.enum, label)


@cache
def _tables() -> dict[str, dictionary.Register | dictionary.Layer]:
    known = dictionary.dictionary()
    return {**known.registers, "streets": known.layers["streets"]}


@cache
def registers() -> dict[str, dict[str, Field]]:
    """Return the fields of each register, and of the streets layer, by name.

    Examples
    --------
    >>> registers()["facilities"]["site_area_m2"].unit
    'm2'
    """
    return {name: {field.name: _field(field) for field in table.fields} for name, table in _tables().items()}


def key_of(register: str) -> str:
    """Return the column that identifies a row of a register.

    Examples
    --------
    >>> key_of("facilities"), key_of("streets")
    ('facility_id', 'street_id')
    """
    return _tables()[register].key
