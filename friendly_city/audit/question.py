"""A question about one service: which children it asks about, and which facilities are there.

What is found out is in `service_access`; where to build next in `siting`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from friendly_city.access.impedance import Limit
from friendly_city.access.network import once_per_city
from friendly_city.city.dictionary import dictionary
from friendly_city.city.model import AGE_BANDS, City
from friendly_city.city.period import period_of
from friendly_city.errors import InvalidParameters, UnknownName, shorten

if TYPE_CHECKING:
    from datetime import date

    from numpy.typing import NDArray

WITHIN = Limit(15, "min")
"""How far at most, unless said: the 15-minute circle of GB 50180—2018, at the speed of the age band."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Asked:
    """Whose children are asked about.

    Attributes
    ----------
    city : City
        The whole city: children walk to facilities beyond the border of their subdistrict.
    age_band : str
        Whose children count: a band, or ``children``.
    period : str
        Year or quarter; facilities open at its end count.
    subdistrict : str
        Code of the subdistrict whose children count; '' for those of the whole city.
    """

    city: City
    age_band: str
    period: str
    subdistrict: str = ""

    def __post_init__(self) -> None:
        """Refuse a path for a city, and a number for a code."""
        require_city(self.city)
        for name in ("kind", "age_band", "subdistrict"):
            require_text(name, getattr(self, name, ""))

    @property
    def whose(self) -> str:
        """Return whose children are asked about, in short, as a repr says it."""
        place = f"subdistrict {self.subdistrict} of {self.city.name.zh}" if self.subdistrict else self.city.name.zh
        return f"children {self.age_band} in {place}"

    @cached_property
    def asked_communities(self) -> NDArray[np.bool_]:
        """Return for each community of the city, in the order of its codes, whether its children count.

        Raises
        ------
        UnknownName
            When the city has no such subdistrict.
        """
        there = self.city.communities["subdistrict_code"].astype(str)
        if self.subdistrict and not there.eq(self.subdistrict).any():
            named = self.city.communities[["subdistrict_code", "subdistrict", "subdistrict_en"]].astype(str).drop_duplicates()
            known = {code: f"{code} {zh}" for code, zh, _ in sorted(named.itertuples(index=False))}
            aliases = {name: known[code] for code, *names in named.itertuples(index=False) for name in (code, *names)}
            raise UnknownName("subdistrict", self.subdistrict, tuple(known.values()), aliases)
        return (there.eq(self.subdistrict) | (self.subdistrict == "")).to_numpy(dtype=bool)

    @cached_property
    def asked_homes(self) -> NDArray[np.bool_]:
        """Return for each home of the city, in the order of the register, whether its children count."""
        place = _communities_of_homes(self.city)
        inside: NDArray[np.bool_] = (place >= 0) & self.asked_communities[place]
        return inside

    @cached_property
    def children(self) -> pd.Series[float]:
        """Return the children asked about at each home, persons; 0 where they do not count."""
        return children_of(self.city, self.age_band).where(self.asked_homes, 0.0)

    @property
    def persons(self) -> NDArray[np.float64]:
        """Return `children` as an array (homes,)."""
        return np.asarray(self.children, dtype=np.float64)


@dataclass(frozen=True, eq=False, kw_only=True)
class Question(Asked):
    """What is asked about one service.

    Attributes
    ----------
    kind : str
        Kind of facility.
    """

    kind: str

    @cached_property
    def open_facilities(self) -> pd.DataFrame:
        """Return the open facilities of the kind in the whole city."""
        return open_facilities(self.city, [self.kind], self.period)


def require_city(city: object) -> None:
    """Raise unless something is a city.

    Raises
    ------
    InvalidParameters
        When it is something else, such as the path of its folder.
    """
    if not isinstance(city, City):
        raise InvalidParameters(f"city must be a City, not {type(city).__name__} {shorten(repr(city))}: load_city(folder)")


def require_text(name: str, value: object) -> None:
    """Raise unless a parameter is text.

    Raises
    ------
    InvalidParameters
        When it is something else, such as a code read as a number.
    """
    if not isinstance(value, str):
        raise InvalidParameters(f"{name} must be text, not {type(value).__name__} {value!r}; expected e.g. '{value}' in quotes")


def require_amount(name: str, value: object) -> None:
    """Raise unless a parameter is a number from 0 on.

    Raises
    ------
    InvalidParameters
        When it is something else, such as a number in quotes.
    """
    if not isinstance(value, int | float | np.number):
        raise InvalidParameters(f"{name} must be a number, not {type(value).__name__} {value!r}; expected no quotes")
    if not value >= 0:
        raise InvalidParameters(f"{name} must be a number from 0 on; got {value}")


def require_limit(limit: object) -> None:
    """Raise unless a limit has its unit.

    Raises
    ------
    InvalidParameters
        When it is a bare number.
    """
    if not isinstance(limit, Limit):
        raise InvalidParameters(f"limit must say its unit; got {limit!r}, expected e.g. Limit(15, 'min')")


def children_of(city: City, age_band: str) -> pd.Series[float]:
    """Return the children of a band, or of all bands (``children``), at each home, persons; unknown counts as none.

    Raises
    ------
    UnknownName
        When there is no such band.
    """
    if age_band not in {*AGE_BANDS, "children"}:
        raise UnknownName("age band", age_band, (*AGE_BANDS, "children"))
    return pd.Series(_persons(city, age_band), index=city.register("homes").index)


@once_per_city
def _persons(city: City, age_band: str) -> NDArray[np.float64]:
    """Return the children of a band, or of all, at each home; not to be changed."""
    homes, bands = city.register("homes"), AGE_BANDS if age_band == "children" else (age_band,)
    columns = [homes[f"children_{band.replace('-', '_')}_persons"].to_numpy(dtype=np.float64) for band in bands]
    total: NDArray[np.float64] = np.nan_to_num(columns).sum(axis=0)
    total.flags.writeable = False
    return total


@once_per_city
def _communities_of_homes(city: City) -> NDArray[np.intp]:
    """Return the place of the community of each home, -1 for none; not to be changed."""
    place = city.places(city.register("homes")["community_code"])
    place.flags.writeable = False
    return place


def open_facilities(city: City, kinds: Sequence[str], period: str) -> pd.DataFrame:
    """Return the facilities of some kinds that are open at the end of a period.

    Raises
    ------
    UnknownName
        When there is no such kind.
    """
    require_kinds(kinds)
    table = city.register("facilities")
    return table[table["kind"].isin(list(kinds)) & in_use(table, period_of(period).end)]


def require_kinds(kinds: Sequence[str]) -> None:
    """Raise unless these are kinds of facilities.

    Raises
    ------
    InvalidParameters
        When they are one text.
    UnknownName
        When one is not.
    """
    if isinstance(kinds, str):
        raise InvalidParameters(f"kinds of facilities are a list, not text; expected [{kinds!r}]")
    known = dictionary().registers["facilities"].field("kind").enum
    for kind in kinds:
        if kind not in known:
            raise UnknownName("kind of facility", kind, tuple(known))


def in_use(facilities: pd.DataFrame, day: date) -> pd.Series[bool]:
    """Return which facilities are there on a day: opened by then, and not closed for good by then."""
    return pd.Series(in_use_on(facilities, [day])[:, 0], index=facilities.index)


def in_use_on(facilities: pd.DataFrame, days: Sequence[date]) -> NDArray[np.bool_]:
    """Return which facilities are there on each of some days, (facilities, days); see `in_use`."""
    opened, closed = (facilities[name].to_numpy("datetime64[ns]")[:, None] for name in ("opened_date", "closed_date"))
    when = np.array(days, "datetime64[ns]")
    return np.asarray(~(opened > when) & ~(closed <= when), dtype=bool)  # what is not known compares as false
