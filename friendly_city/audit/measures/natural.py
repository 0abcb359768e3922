"""In which unit a measured number comes, and the factor to the unit a threshold is given in.

Counts of things (pieces, kinds, places, persons …) may be asked for under any counting unit; everything else only in a
unit of the same kind.
"""

from __future__ import annotations

from friendly_city.audit.measures.fields import registers
from friendly_city.units import UNITS, UnitMismatch, convert, kind_of

COUNTING = ("count", "kinds", "zones", "documents", "persons", "books", "places", "classes")
QUOTIENTS = {
    ("counting", "counting"): "per_1000", ("area", "counting"): "m2_per_person", ("area", "area"): "m2_per_1000_m2",
    ("counting", "area"): "per_km2", ("length", "area"): "km_per_km2",
}  # fmt: skip
BASE_OF_QUOTIENT = {"per_1000": 1000.0, "m2_per_person": 1.0, "m2_per_1000_m2": 1000.0, "per_km2": 1e6, "km_per_km2": 1e3}
"""Value of the quotient of base units (pieces, m, m²) in the quotient's own unit, e.g. 1 m/m² = 1,000 km/km²."""


def factor(unit: str, to: str) -> float:
    """Return by what a value in `unit` is multiplied to be in `to`.

    Raises
    ------
    UnitMismatch
        When the two measure different things.

    Examples
    --------
    >>> factor("km", "m"), factor("count", "documents")
    (1000.0, 1.0)
    """
    if unit in COUNTING and to in COUNTING:
        return 1.0
    return convert(1.0, unit, to)


def unit_in(register: str, field: str, *, rows: str = "count") -> str:
    """Return the natural unit of a field, or `rows` when no field is named (rows are counted)."""
    return registers()[register][field].unit if field else rows


def quotient(numerator: str, denominator: str, per: float, to: str) -> float:
    """Return by what the plain quotient of two quantities is multiplied to be in the unit `to`.

    `per` matters only where `to` does not itself say per how many (``none``, ``points``, counting units).

    Examples
    --------
    >>> quotient("places", "persons", 1000, "per_1000"), quotient("places", "places", 100, "per_100")
    (1000.0, 100.0)
    >>> quotient("m2", "ha", 1000, "m2_per_1000_m2"), quotient("m", "km2", 1, "km_per_km2")
    (0.1, 0.001)
    >>> quotient("count", "count", 1, "share")
    1.0
    """
    sides = _broad(numerator), _broad(denominator)
    if to == "share" and sides[0] == sides[1]:
        return _base(numerator) / _base(denominator)
    if to in COUNTING or to in ("none", "points"):
        return per
    natural = QUOTIENTS.get(sides, "")
    if not natural:
        raise UnitMismatch(f"{numerator} per {denominator} cannot be compared with a threshold in {to}")
    return _base(numerator) / _base(denominator) * BASE_OF_QUOTIENT[natural] * convert(1.0, natural, to)


def _broad(unit: str) -> str:
    return "counting" if unit in COUNTING else kind_of(unit)


def _base(unit: str) -> float:
    return 1.0 if unit in COUNTING else UNITS[unit][1]
