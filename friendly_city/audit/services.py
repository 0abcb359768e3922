"""All services at once: which of them children of each age reach on foot, how many, and ways by several in order.

One service in depth is `service_access`. Pictures are in `report.sections_services`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from friendly_city.access.costs import chain_costs, within
from friendly_city.access.impedance import Limit, walking_speed
from friendly_city.access.measures import mean_cost, shares_by_limit
from friendly_city.access.network import street_network
from friendly_city.access.reach import cost_to_nearest, snapped, snapped_homes
from friendly_city.audit.question import WITHIN, Asked, open_facilities, require_kinds, require_limit
from friendly_city.city.model import AGE_BANDS
from friendly_city.errors import InvalidParameters
from friendly_city.labels import number

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from friendly_city.city.model import City

NO_SERVICE = frozenset({"residential_plot"})
"""Kinds of the facilities register that serve nobody."""

OR = "|"
"""Between kinds of facility of which any will do as a stop."""

CHAIN = Limit(20, "min")
"""How long the whole way of a chain may take, unless said (ours)."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Services(Asked):
    """What children reach of everything the facilities register has.

    Attributes
    ----------
    limit : Limit
        How far at most.
    cost_m : DataFrame (homes, kinds)
        Metres on foot from each home of the city to the nearest open facility of each kind, inf without a way.
    facilities : Series
        Open facilities of each kind.
    """

    limit: Limit
    cost_m: pd.DataFrame
    facilities: pd.Series[int]

    def __repr__(self) -> str:
        within = f"within {number(self.limit.value)} {self.limit.unit}"
        return f"<Services of {self.whose}, {self.period}: {len(self.facilities)} kinds, {within}>"

    def within(self, age_band: str) -> NDArray[np.bool_]:
        """Return which kinds children of a band reach within the limit from each home, (homes, kinds)."""
        return within(self.cost_m.to_numpy(), self.limit.metres(age_band))

    @cached_property
    def shares(self) -> pd.DataFrame:
        """Return the share of children who reach each service.

        Returns
        -------
        DataFrame
            ``kind``, ``age_band``, ``facilities`` (open in the city), ``children_persons``, ``within_persons``,
            ``share_within`` (0–1, NaN without children): a row for each kind and band.
        """
        tables = []
        for band in AGE_BANDS:
            people = replace(self, age_band=band).persons
            reached = people @ self.within(band)
            total = people.sum()
            tables.append(
                pd.DataFrame(
                    {
                        "kind": self.cost_m.columns,
                        "age_band": band,
                        "facilities": self.facilities.to_numpy(),
                        "children_persons": total,
                        "within_persons": reached,
                        "share_within": reached / total if total else np.nan,
                    }
                )
            )
        return pd.concat(tables, ignore_index=True)

    @property
    def reached(self) -> pd.Series[int]:
        """Return how many kinds of service the children asked about reach from each home: cumulative opportunities."""
        return pd.Series(self.within(self.age_band).sum(axis=1), index=self.cost_m.index, name="services")

    @property
    def counts(self) -> pd.DataFrame:
        """Return how many children reach how many services.

        Returns
        -------
        DataFrame
            ``services`` (0 … number of kinds), ``children_persons``, ``share`` (0–1): a row for each number of services.
        """
        people, kinds = self.persons, len(self.cost_m.columns)
        persons = np.bincount(self.reached.to_numpy(), people, kinds + 1)
        total = people.sum()
        share = persons / total if total else np.full(kinds + 1, np.nan)
        return pd.DataFrame({"services": np.arange(kinds + 1), "children_persons": persons, "share": share})

    @property
    def by_community(self) -> pd.DataFrame:
        """Return how many services a child reaches on average, fewest first.

        Returns
        -------
        DataFrame
            ``community_code``, ``children_persons``, ``mean_services``, of the communities asked about that have children.
        """
        city, people = self.city, self.persons
        place = city.places(city.register("homes")["community_code"])
        mean = mean_cost(np.asarray(self.reached, dtype=np.float64), weight=people, group=place, groups=len(city.codes))
        persons = np.bincount(place[place >= 0], people[place >= 0], len(city.codes))
        table = pd.DataFrame({"community_code": city.codes, "children_persons": persons, "mean_services": mean})
        table = table[self.asked_communities & (persons > 0)]
        return table.sort_values(["mean_services", "community_code"], ignore_index=True)


def services(
    city: City, *, age_band: str, period: str, subdistrict: str = "", limit: Limit = WITHIN, kinds: Sequence[str] = ()
) -> Services:
    """Return what children reach on foot of everything there is.

    Parameters
    ----------
    city, age_band, period, subdistrict : City and str
        What is asked, see `Asked`.
    limit : Limit
        How far at most.
    kinds : sequence of str
        Kinds of facilities; all that serve somebody and are open somewhere in the city if not given.

    Raises
    ------
    InvalidParameters
        When kinds or limit are of another form.
    UnknownName
        When there is no such kind, band or subdistrict.
    """
    require_limit(limit)
    require_kinds(kinds)
    asked = Asked(city=city, age_band=age_band, period=period, subdistrict=subdistrict)
    there = sorted(set(city.register("facilities")["kind"]) - NO_SERVICE)
    found = {kind: open_facilities(city, [kind], period) for kind in (kinds or there)}
    if not kinds:
        found = {kind: table for kind, table in found.items() if len(table)}
    cost_m = pd.DataFrame({kind: cost_to_nearest(city, table) for kind, table in found.items()})
    if not found:
        cost_m = pd.DataFrame(index=pd.Index(city.register("homes")["home_id"], name="home_id"))
    asked.children  # noqa: B018 - refuses an unknown band or subdistrict now
    return Services(
        city=city, age_band=age_band, period=period, subdistrict=subdistrict, limit=limit, cost_m=cost_m,
        facilities=pd.Series({kind: len(table) for kind, table in found.items()}, dtype=int),
    )  # fmt: skip


@dataclass(frozen=True, eq=False, kw_only=True)
class Chain(Asked):
    """The way from home by way of several stops in order, e.g. home, school, playground.

    Attributes
    ----------
    stops : tuple of tuple of str
        Kinds of facility of each stop; any of a stop's kinds will do.
    limit : Limit
        How far at most in all.
    cost_m : Series
        Metres of the shortest whole way by ``home_id``, inf without one.
    nearest_m : DataFrame (homes, stops)
        Metres from home straight to the nearest of each stop.
    """

    stops: tuple[tuple[str, ...], ...]
    limit: Limit
    cost_m: pd.Series[float]
    nearest_m: pd.DataFrame

    def __repr__(self) -> str:
        way = " > ".join(OR.join(names) for names in self.stops)
        within = f"{number(100 * self.share_within, digits=1)} % within {number(self.limit.value)} {self.limit.unit}"
        return f"<Chain of {self.whose} by {way}, {self.period}: {within}>"

    @property
    def minutes(self) -> pd.Series[float]:
        """Return how long the whole way takes children of the band, by ``home_id``."""
        return (self.cost_m / walking_speed(self.age_band).m_per_min).rename("minutes")

    @property
    def limit_min(self) -> float:
        """Return the limit in minutes of the band."""
        return self.limit.metres(self.age_band) / walking_speed(self.age_band).m_per_min

    @property
    def inside(self) -> NDArray[np.bool_]:
        """Return which homes have the whole way (first column), and each stop alone, within the limit: (homes, 1 + stops)."""
        costs = np.column_stack([self.cost_m.to_numpy(), self.nearest_m.to_numpy()])
        return within(costs, self.limit.metres(self.age_band))

    def curve(self, minutes: Sequence[float]) -> pd.DataFrame:
        """Return the share of children who walk the whole way within some minutes: ``minutes``, ``share`` (0–1)."""
        steps = np.asarray(minutes, dtype=float)
        share = shares_by_limit(np.asarray(self.minutes, dtype=np.float64), steps, weight=self.persons)
        return pd.DataFrame({"minutes": steps, "share": share})

    @property
    def share_within(self) -> float:
        """Return the share of children who walk the whole way within the limit, 0–1; NaN without children."""
        return self._share(self.inside[:, 0])

    @property
    def share_each(self) -> float:
        """Return the share of children who reach each stop alone within the limit: what single services would promise."""
        return self._share(np.asarray(self.inside[:, 1:].all(axis=1)))

    def _share(self, homes: NDArray[np.bool_]) -> float:
        people = self.persons
        return float(people[homes].sum() / people.sum()) if people.sum() else float("nan")


def chain(city: City, *, stops: Sequence[str], age_band: str, period: str, subdistrict: str = "", limit: Limit = CHAIN) -> Chain:
    """Return how far children walk from home by way of one facility of each stop, in order.

    The shortest whole way counts, not the nearest of each.

    Parameters
    ----------
    stops : sequence of str
        Kind of facility of each stop; kinds of which any will do are written ``primary_school|nine_year_school``.
    limit : Limit
        How far at most in all.

    Raises
    ------
    InvalidParameters
        When there is no stop, or stops or limit are of another form.
    UnknownName
        When there is no such kind, band or subdistrict.
    """
    require_limit(limit)
    if isinstance(stops, str):
        raise InvalidParameters(f"stops are a list, not text; expected [{stops!r}]")
    if not stops:
        raise InvalidParameters("a chain needs at least one stop, e.g. primary_school")
    kinds = tuple(tuple(part.strip() for part in stop.split(OR)) for stop in stops)
    there = [open_facilities(city, names, period) for names in kinds]
    cost_m = chain_costs(street_network(city), snapped_homes(city), stops=[snapped(city, table) for table in there])
    index = pd.Index(city.register("homes")["home_id"], name="home_id")
    found = Chain(
        city=city, age_band=age_band, period=period, subdistrict=subdistrict, stops=kinds, limit=limit,
        cost_m=pd.Series(cost_m, index=index, name="cost_m"),
        nearest_m=pd.DataFrame({OR.join(names): cost_to_nearest(city, table) for names, table in zip(kinds, there, strict=True)}),
    )  # fmt: skip
    found.children  # noqa: B018 - refuses an unknown band or subdistrict now
    return found
