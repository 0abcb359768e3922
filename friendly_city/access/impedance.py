"""What walking costs: how fast children of an age walk, and limits that know their unit.

Costs are metres along the streets; minutes are metres divided by the speed of an age band. A limit in minutes is never
compared with a cost in metres.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, TypeVar

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


_WITH_AN_ADULT = Text(
    "GB 50180—2018 术语（据二手资料）：步行10分钟约合500米（50米/分钟）；有研究测得学龄前儿童过街平均0.88米/秒（52.8米/分钟，"
    "Varela-Martínez 等，International Journal of Crashworthiness 29(5)，880–883，2024）。用于本年龄段为本项目所定。",
    "GB 50180—2018, definitions (as quoted): a 10-minute walk is about 500 m (50 m/min). Pre-school children were measured "
    "crossing streets at 0.88 m/s on average (52.8 m/min; Varela-Martínez et al., International Journal of Crashworthiness "
    "29(5), 880–883, 2024). Its use for this age is this project's choice.",
)
_SCHOOL_AGE = Text(
    "GB 50180—2018 术语（据二手资料）：步行5分钟约合300米（60米/分钟）。用于本年龄段为本项目所定。",
    "GB 50180—2018, definitions (as quoted): a 5-minute walk is about 300 m (60 m/min). Its "
    "use for this age is this project's choice.",
)
_ADOLESCENT = Text(
    "GB 50180—2018 术语（据二手资料）：步行15分钟合800–1000米，取其上限（66.7米/分钟）。用于本年龄段为本项目所定。",
    "GB 50180—2018, definitions (as quoted): a 15-minute walk is 800–1,000 m; the upper end (66.7 m/min). "
    "Its use for this age is this project's choice.",
)

WALKING: Mapping[str, WalkingSpeed] = MappingProxyType(
    {
        "0-3": WalkingSpeed(m_per_min=50.0, source=_WITH_AN_ADULT, basis="ours"),
        "3-6": WalkingSpeed(m_per_min=50.0, source=_WITH_AN_ADULT, basis="ours"),
        "6-12": WalkingSpeed(m_per_min=60.0, source=_SCHOOL_AGE, basis="ours"),
        "12-18": WalkingSpeed(m_per_min=1000 / 15, source=_ADOLESCENT, basis="ours"),
        "children": WalkingSpeed(m_per_min=50.0, source=_WITH_AN_ADULT, basis="ours"),
        "all": WalkingSpeed(m_per_min=60.0, source=_SCHOOL_AGE, basis="ours"),
    }
)
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
        """Refuse a negative limit, and a unit of neither length nor time."""
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
