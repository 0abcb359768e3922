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
from friendly_city.city.dictionary import dictionary
from friendly_city.city.model import AGE_BANDS
from friendly_city.city.period import period_of
from friendly_city.errors import UnknownName

if TYPE_CHECKING:
    from datetime import date

    from numpy.typing import NDArray

    from friendly_city.city.model import City

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
            raise UnknownName("subdistrict", self.subdistrict, tuple(sorted(there.unique())))
        return (there.eq(self.subdistrict) | (self.subdistrict == "")).to_numpy(dtype=bool)

    @cached_property
    def asked_homes(self) -> NDArray[np.bool_]:
        """Return for each home of the city, in the order of the register, whether its children count."""
        place = self.city.places(self.city.register("homes")["community_code"])
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


def children_of(city: City, age_band: str) -> pd.Series[float]:
    """Return the children of a band, or of all bands (``children``), at each home, persons; unknown counts as none.

    Raises
    ------
    UnknownName
        When there is no such band.
    """
    if age_band not in {*AGE_BANDS, "children"}:
        raise UnknownName("age band", age_band, (*AGE_BANDS, "children"))
    bands = AGE_BANDS if age_band == "children" else (age_band,)
    names = [f"children_{band.replace('-', '_')}_persons" for band in bands]
    total: pd.Series[float] = city.register("homes")[names].astype(float).fillna(0.0).sum(axis=1)
    return total


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
    UnknownName
        When one is not.
    """
    known = dictionary().registers["facilities"].field("kind").enum
    for kind in kinds:
        if kind not in known:
            raise UnknownName("kind of facility", kind, tuple(known))


def in_use(facilities: pd.DataFrame, day: date) -> pd.Series[bool]:
    """Return which facilities are there on a day: opened by then, and not closed for good by then."""
    when = pd.Timestamp(day)
    opened = facilities["opened_date"].isna() | (facilities["opened_date"] <= when)
    closed = facilities["closed_date"].notna() & (facilities["closed_date"] <= when)
    return opened & ~closed
