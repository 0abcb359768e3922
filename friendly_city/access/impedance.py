"""What walking costs: how fast children of an age walk, and limits that know their unit.

Costs are metres along the streets; minutes are metres divided by the speed of an age band. A limit in minutes is never
compared with a cost in metres.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from numbers import Real
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from friendly_city.access.costs import within
from friendly_city.errors import InvalidParameters, UnknownName
from friendly_city.labels import Text
from friendly_city.units import UnitMismatch, convert, kind_of

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    Number = TypeVar("Number", float, NDArray[np.float64], pd.Series[float])


@dataclass(frozen=True, slots=True, kw_only=True)
class WalkingSpeed:
    """How fast children of an age band walk.

    Attributes
    ----------
    m_per_min : float
        Metres a minute.
    source : Text
        The figure this speed is taken from.
    basis : str
        ``source`` when the source gives this speed for this age, ``ours`` when the choice for this age is this project's.
    """

    m_per_min: float
    source: Text
    basis: Literal["source", "ours"]

    def __post_init__(self) -> None:
        """Refuse a speed that is not above 0."""
        if not 0 < self.m_per_min < float("inf"):
            raise InvalidParameters(f"a walking speed must be metres a minute above 0; got {self.m_per_min}")


def _speeds() -> Mapping[str, WalkingSpeed]:
    """Return the speeds of ``walking.yaml`` by age band."""
    bands = parameters()["bands"]
    return MappingProxyType({band: _speed(entry["speed"]) for band, entry in bands.items()})


def _speed(entry: Mapping[str, Any]) -> WalkingSpeed:
    m_per_min = entry["metres"] / entry["minutes"]
    return WalkingSpeed(m_per_min=m_per_min, source=Text(entry["zh"], entry["en"]), basis=entry["basis"])


@cache
def parameters() -> Mapping[str, Any]:
    """Return the content of ``walking.yaml``: how children walk, every figure with its source or as a choice of ours."""
    import yaml

    text = files("friendly_city.access").joinpath("walking.yaml").read_text(encoding="utf-8")
    content: Mapping[str, Any] = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - both are safe loaders
    return content


WALKING: Mapping[str, WalkingSpeed] = _speeds()
"""Walking speed by age band. ``children`` walk as fast as the slowest among them; infants go with an adult."""


def walking_speed(band: str) -> WalkingSpeed:
    """Return the walking speed of an age band.

    Raises
    ------
    UnknownName
        When there is no such band.

    Examples
    --------
    >>> walking_speed("6-12").m_per_min
    60.0
    """
    if band not in WALKING:
        raise UnknownName("age band", band, tuple(WALKING))
    return WALKING[band]


def minutes(cost_m: Number, band: str) -> Number:
    """Return how long children of a band walk for `cost_m` metres (number, array or Series); inf stays inf.

    Examples
    --------
    >>> minutes(900.0, "6-12")
    15.0
    """
    return cost_m / walking_speed(band).m_per_min


def metres(limit_min: Number, band: str) -> Number:
    """Return how far children of a band walk in `limit_min` minutes (number, array or Series), in metres.

    Examples
    --------
    >>> metres(15.0, "6-12")
    900.0
    """
    return limit_min * walking_speed(band).m_per_min


@dataclass(frozen=True, slots=True)
class Limit:
    """How far or how long at most, with its unit (m, km or min).

    Examples
    --------
    >>> Limit(15, "min").metres("6-12")
    900.0
    >>> Limit(15, "min").holds([14.0, 16.0], unit="min").tolist()
    [True, False]
    """

    value: float
    unit: str

    def __post_init__(self) -> None:
        """Refuse what is no number, a negative limit, and a unit of neither length nor time."""
        value: object = self.value
        if not isinstance(value, Real):
            said = f"{type(value).__name__} {value!r}"
            raise InvalidParameters(f"a walking limit must be a number, not {said}; expected e.g. Limit(15, 'min')")
        if kind_of(self.unit) not in {"length", "time"}:
            raise UnitMismatch(f"a walking limit is a length or a time, not {self.unit} ({kind_of(self.unit)})")
        if not self.value >= 0:
            raise InvalidParameters(f"a walking limit must be 0 or more; got {self.value}")

    def holds(self, cost: object, *, unit: str) -> NDArray[np.bool_]:
        """Return where costs, given in `unit`, are at most this limit.

        Raises
        ------
        UnitMismatch
            When the unit is of another kind: minutes and metres need an age band (`metres`) to be compared.
        """
        return within(cost, convert(self.value, self.unit, unit))

    def metres(self, band: str) -> float:
        """Return this limit in metres for children of an age band."""
        if kind_of(self.unit) == "length":
            return convert(self.value, self.unit, "m")
        return metres(convert(self.value, self.unit, "min"), band)
