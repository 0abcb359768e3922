"""What facilities have to give, for each child who shares it: places per 1,000 children, by home and by community.

Places are shared among all children of the age band in the city who reach a facility (`access.supply`), whoever is asked about.
Facilities whose places are not known count as having none, and are told; where none is known, facilities are counted instead.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from friendly_city.access.costs import Pairs, costs_between
from friendly_city.access.decay import Decay, Within
from friendly_city.access.equity import concentration_index, gap, gini, palma_ratio
from friendly_city.access.impedance import walking_speed
from friendly_city.access.network import street_network
from friendly_city.access.reach import snapped, snapped_homes
from friendly_city.access.supply import portion, two_step_supply
from friendly_city.audit.question import children_of
from friendly_city.city.dictionary import dictionary
from friendly_city.errors import InvalidParameters, UnknownName, shorten
from friendly_city.units import kind_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from friendly_city.audit.service_access import ServiceAccess

    Floats = NDArray[np.float64]

PLACES = "capacity_places"
"""Field of the register of facilities that says how many places one has."""
COUNTED = ""
"""In place of a field: each facility is one."""

METHODS: Mapping[str, str] = MappingProxyType(
    {
        "two_step": "10.1068/b29120",
        "three_step": "10.1080/13658816.2011.624987",
        "balanced": "10.1371/journal.pone.0218773",
    }
)
"""Ways of sharing, with their DOI. ``two_step``: a child asks in full at every facility in reach. ``three_step``: and less
where it has a choice. ``balanced``: it is one child in all, divided among the facilities in reach; each gives its places back
in the same parts, so that places per child remain (ours: the level handed back by `access.supply.balanced_supply` depends on
how many homes children are spread over). Without decay the last two are the same."""


@dataclass(frozen=True, eq=False, kw_only=True)
class ServiceSupply:
    """Supply of a service per child; made by `service_supply`.

    Attributes
    ----------
    found : ServiceAccess
        What is asked: children of a band, open facilities of a kind, a limit.
    method : str
        One of `METHODS`.
    decay : Decay
        How much a facility counts the farther it is; beyond the limit none does.
    field : str
        What is shared, a field of the register, or `COUNTED`: facilities.
    demand : array (homes of the city,)
        Children who share, persons.
    supply : array (open facilities,)
        What each has to give; 0 where it is not known.
    unknown_count : int
        Open facilities of which the field is not known.
    pairs : Pairs
        Homes of the city and open facilities within the limit.
    """

    found: ServiceAccess
    method: str
    decay: Decay
    field: str
    demand: Floats
    supply: Floats
    unknown_count: int
    pairs: Pairs

    @cached_property
    def asked(self) -> Floats:
        """Return for each pair which part of a child asks there, 0–1."""
        pairs = self.pairs
        if kind_of(self.decay.unit) == "time":
            weight = self.decay.weights(pairs.cost_m / walking_speed(self.found.age_band).m_per_min, unit="min")
        else:
            weight = self.decay.weights(pairs.cost_m, unit="m")
        chosen = portion(pairs.origin, weight, len(self.demand))
        return {"two_step": weight, "three_step": weight * chosen, "balanced": chosen}[self.method]

    @cached_property
    def facilities(self) -> pd.DataFrame:
        """Return the open facilities: ``facility_id``, ``supply``, ``asked_persons``, ``per_1000`` (NaN where nobody asks)."""
        pairs, count = self.pairs, len(self.supply)
        load = np.bincount(pairs.destination, self.demand[pairs.origin] * self.asked, count)
        names = self.found.open_facilities["facility_id"].to_numpy()
        table = pd.DataFrame({"facility_id": names, "supply": self.supply, "asked_persons": load})
        return table.assign(per_1000=1000 * table["supply"] / table["asked_persons"].where(load > 0))

    @cached_property
    def homes(self) -> pd.DataFrame:
        """Return the homes asked about: ``home_id``, ``community_code``, ``children`` (who share), ``per_1000``."""
        every = 1000 * two_step_supply(self.pairs, self.supply, demand=self.demand, decay=self.asked)
        own = self.found.asked_homes
        table = self.found.city.register("homes").loc[own, ["home_id", "community_code"]]
        return table.assign(children=self.demand[own], per_1000=every[own]).reset_index(drop=True)

    @cached_property
    def by_community(self) -> pd.DataFrame:
        """Return the mean over the children of each community that has some, least first.

        Columns ``community_code``, ``children_persons``, ``per_1000``.
        """
        homes = self.homes.assign(given=self.homes["children"] * self.homes["per_1000"])
        table = homes.groupby("community_code", as_index=False)[["children", "given"]].sum()
        table = table[table["children"] > 0]
        table = table.assign(per_1000=table["given"] / table["children"]).rename(columns={"children": "children_persons"})
        table = table.drop(columns="given").sort_values(["per_1000", "community_code"], kind="stable", ignore_index=True)
        return table.astype({"community_code": str})

    @property
    def per_1000(self) -> float:
        """Return the mean over all children asked about; NaN without any."""
        people = self.homes["children"].to_numpy()
        return float((people * self.homes["per_1000"].to_numpy()).sum() / people.sum()) if people.sum() else float("nan")

    @property
    def equity(self) -> pd.DataFrame:
        """Return figures of evenness among children: ``figure``, ``value``."""
        amount, people = (self.homes[name].to_numpy(dtype=float) for name in ("per_1000", "children"))
        values = self.by_community.set_index("community_code")["per_1000"]
        ends = gap(values, better="higher") if len(values) else None
        rows = {
            "mean_per_1000": self.per_1000,
            "gini_of_supply": gini(amount, people),
            "palma_of_supply": palma_ratio(amount, people),
            "best_community_per_1000": ends.best_value if ends else np.nan,
            "worst_community_per_1000": ends.worst_value if ends else np.nan,
        }
        return pd.DataFrame({"figure": list(rows), "value": list(rows.values())})

    def concentration(self, rank_by: pd.Series[float]) -> float:
        """Return how far supply is concentrated among children of communities high in another ranking.

        Parameters
        ----------
        rank_by : Series
            A number for each community, by its code, e.g. the share of children of migrant families.

        Returns
        -------
        float
            -1 to 1, see `access.equity.concentration_index`.

        Raises
        ------
        InvalidParameters
            When a community has none.
        """
        rank = np.asarray(rank_by.reindex(self.homes["community_code"].astype(str)), dtype=np.float64)
        amount, people = (self.homes[name].to_numpy(dtype=float) for name in ("per_1000", "children"))
        return concentration_index(amount, people, rank_by=rank)


def service_supply(
    found: ServiceAccess,
    *,
    method: str = "two_step",
    decay: Decay | None = None,
    field: str = PLACES,
    communities: Collection[str] | None = None,
) -> ServiceSupply:
    """Return the supply of a service for each child who shares it.

    Parameters
    ----------
    found : ServiceAccess
        What is asked. Children within its limit of an open facility share it, wherever in the city they live.
    method : str
        One of `METHODS`.
    decay : Decay, optional
        How much a facility counts the farther it is, up to the limit of `found`; all alike if not given.
    field : str
        A number of the register of facilities. Where no open facility has one, facilities are counted.
    communities : collection of str, optional
        Codes of the communities whose children share; all if not given. Of others none counts, as if nobody lived there.

    Raises
    ------
    UnknownName
        When there is no such method.
    InvalidParameters
        When the register of facilities has no such number.
    """
    if method not in METHODS:
        raise UnknownName("method of sharing", method, tuple(METHODS))
    city, there = found.city, found.open_facilities
    given, unknown = _given(there, field)
    people = np.asarray(children_of(city, found.age_band), dtype=np.float64)
    homes = city.register("homes")["community_code"]
    if communities is not None:
        people = np.where(homes.isin(list(communities)), people, 0.0)
    limit_m = found.limit.metres(found.age_band)
    pairs = costs_between(street_network(city), snapped_homes(city), destinations=snapped(city, there), limit_m=limit_m)
    return ServiceSupply(
        found=found, method=method, decay=decay or Within(limit=np.inf, unit="m"), field=COUNTED if given is None else field,
        demand=people, supply=np.ones(len(there)) if given is None else given, unknown_count=unknown, pairs=pairs,
    )  # fmt: skip


def _given(facilities: pd.DataFrame, field: str) -> tuple[Floats | None, int]:
    """Return what each facility has to give, 0 where unknown, or None where all are; and how many are unknown."""
    known = {one.name for one in dictionary().registers["facilities"].fields if one.type in ("number", "integer")}
    if field not in known:
        raise InvalidParameters(f"the register of facilities has no number {shorten(field)!r}; places are {PLACES!r}")
    column = facilities[field] if field in facilities else pd.Series(np.nan, index=facilities.index)
    values = column.to_numpy(dtype=float, na_value=np.nan)
    unknown = int(np.isnan(values).sum())
    return (None if unknown == len(values) else np.nan_to_num(values, nan=0.0)), unknown
