"""Units of measurement: which there are, and how one turns into another of its kind.

A unit that is not listed is refused; a value is never compared with a threshold of another kind of unit.
"""

from __future__ import annotations

from friendly_city.errors import FriendlyCityError

# unit -> (kind of quantity, factor to that kind's base unit)
UNITS: dict[str, tuple[str, float]] = {
    "m": ("length", 1.0),
    "km": ("length", 1000.0),
    "m2": ("area", 1.0),
    "ha": ("area", 10_000.0),
    "km2": ("area", 1_000_000.0),
    "min": ("time", 1.0),
    "hours": ("time", 60.0),
    "months": ("months", 1.0),
    "count": ("count", 1.0),
    "kinds": ("kinds", 1.0),
    "zones": ("zones", 1.0),
    "documents": ("documents", 1.0),
    "persons": ("persons", 1.0),
    "books": ("books", 1.0),
    "places": ("places", 1.0),
    "classes": ("classes", 1.0),
    "share": ("share", 1.0),
    "per_1000": ("per person", 1.0),
    "per_100": ("per person", 10.0),
    "m2_per_person": ("area per person", 1.0),
    "m2_per_1000_m2": ("area per area", 1.0),
    "per_km2": ("per area", 1.0),
    "km_per_km2": ("length per area", 1.0),
    "per_year": ("per year", 1.0),
    "points": ("points", 1.0),
    "none": ("none", 1.0),
}


class UnitMismatch(FriendlyCityError):
    """Two quantities of different kinds were to be compared or converted."""

    exit_code = 3


def kind_of(unit: str) -> str:
    """Return what a unit measures, e.g. ``length``.

    Examples
    --------
    >>> kind_of("km")
    'length'
    """
    if unit not in UNITS:
        raise UnitMismatch(f"unknown unit {unit!r}; known: {', '.join(UNITS)}")
    return UNITS[unit][0]


def convert(value: float, unit: str, to: str) -> float:
    """Return `value` given in `unit` in the unit `to`.

    Raises
    ------
    UnitMismatch
        When the two units measure different things.

    Examples
    --------
    >>> convert(0.5, "km", "m")
    500.0
    """
    if kind_of(unit) != kind_of(to):
        raise UnitMismatch(f"cannot turn {unit} ({kind_of(unit)}) into {to} ({kind_of(to)})")
    return value * UNITS[unit][1] / UNITS[to][1]
