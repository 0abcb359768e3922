"""Which units fit a requirement: a threshold is given in what the requirement measures.

Fields are known by their suffix only; that a register has them is the audit's to check.
"""

from __future__ import annotations

from friendly_city.standards.requirement import Access, Attest, Count, Indicator, Quantity, Ratio, Requirement, Size
from friendly_city.units import UNITS, kind_of

COUNTING = ("count", "kinds", "zones", "documents", "persons", "books", "places", "classes")
"""Units in which things are counted; they stand for each other."""
SUFFIXES = {
    "m2": "area",
    "ha": "area",
    "km2": "area",
    "m": "length",
    "km": "length",
    "min": "time",
    "share": "share",
    "persons": "counting",
    "places": "counting",
    "count": "counting",
}
"""What a field measures, by the last part of its name."""
MEASURES: dict[tuple[str, str], frozenset[str]] = {
    ("frequency", "events"): frozenset({"per year"}),
    ("frequency", "months"): frozenset({"months"}),
    ("frequency", "participants"): frozenset({"counting"}),
    ("frequency", "mean_participants"): frozenset({"counting"}),
    ("access", "share_within"): frozenset({"share"}),
    ("access", "nearest"): frozenset({"length", "time"}),
    ("density", "street_density"): frozenset({"length per area"}),
    ("density", "crossing_spacing"): frozenset({"length"}),
    ("density", "length_share"): frozenset({"share"}),
    ("response", "share"): frozenset({"share"}),
    ("response", "mean"): frozenset({"points"}),
}
"""What is measured, by kind of requirement and its measure."""
QUOTIENTS: dict[tuple[str, str], frozenset[str]] = {
    ("counting", "counting"): frozenset({"per person", "share"}),
    ("area", "counting"): frozenset({"area per person"}),
    ("area", "area"): frozenset({"area per area", "share"}),
    ("counting", "area"): frozenset({"per area"}),
    ("length", "area"): frozenset({"length per area"}),
}
"""What a quotient measures, by what its two sides measure."""
PLAIN = frozenset({"counting", "points", "none"})
"""Units of a quotient that leave it to `per` to say per how many."""


def measured_by(unit: str) -> str:
    """Return what a unit measures; ``counting`` for every unit of things.

    Examples
    --------
    >>> measured_by("places"), measured_by("ha")
    ('counting', 'area')
    """
    return "counting" if unit in COUNTING else kind_of(unit)


def measured_in(field: str) -> str:
    """Return what a field measures by its suffix; '' when the suffix says nothing.

    Examples
    --------
    >>> measured_in("floor_area_m2"), measured_in("serves_age_from")
    ('area', '')
    """
    return SUFFIXES.get(field.rsplit("_", 1)[-1], "") if "_" in field else ""


def fitting(asked: Requirement) -> frozenset[str]:
    """Return what the unit of a requirement's threshold may measure; empty where anything may fit.

    Examples
    --------
    >>> from friendly_city.standards.requirement import Filter, Size, Threshold
    >>> fitting(Size(of="each", where=Filter(), field="floor_area_m2", threshold=Threshold(unit="ha")))
    frozenset({'area'})
    """
    if isinstance(asked, (Attest, Indicator)):
        return frozenset()
    if isinstance(asked, Count):
        return _of_field(asked.field) if asked.field else frozenset({"counting"})
    if isinstance(asked, Size):
        return _of_field(asked.field)
    if isinstance(asked, Ratio):
        return _of_quotient(_side(asked.numerator), _side(asked.denominator))
    if isinstance(asked, Access) and asked.measure == "supply":
        return _of_quotient(measured_in(asked.field) if asked.field else "counting", "counting")
    return MEASURES[asked.kind, asked.measure]


def units_that_fit(measured: frozenset[str]) -> tuple[str, ...]:
    """Return the units that measure one of these things, in the order of `units`."""
    return tuple(unit for unit in UNITS if measured_by(unit) in measured)


def _of_field(field: str) -> frozenset[str]:
    measured = measured_in(field)
    return frozenset({measured} if measured else ())


def _side(side: Quantity) -> str:
    if side.area:
        return "area"
    return measured_in(side.field) if side.field else "counting"


def _of_quotient(above: str, below: str) -> frozenset[str]:
    if not above or not below:
        return frozenset()
    return QUOTIENTS.get((above, below), frozenset()) | PLAIN
