"""Several services planned under one budget, and plans in which places run out.

The same question as `siting.plan_sites` for each kind; one budget is spent where it does most. With places, a facility serves
no more children than it has places for; a child without a place within the limit is not served.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from friendly_city.access.siting.plan import DEFAULT, Effort
from friendly_city.audit.planned import Regraded, regraded, with_facilities
from friendly_city.audit.question import WITHIN, Asked, Question, require_limit
from friendly_city.audit.siting import GRID_M, WALKS, WAYS, service_of, sites_of
from friendly_city.audit.supply import PLACES
from friendly_city.errors import InvalidParameters, UnknownName

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from friendly_city.access.impedance import Limit
    from friendly_city.access.siting.result import Plan
    from friendly_city.city.model import City
    from friendly_city.standards.model import Checklist, Standard


@dataclass(frozen=True, eq=False, kw_only=True)
class ServicesPlan(Asked):
    """A plan for several services of a city, or of one of its subdistricts.

    Attributes
    ----------
    plan : Plan
        The answer; its services are called by their kinds.
    places : DataFrame
        Every site of every service, existing and possible: ``service``, ``site``, ``name``, ``community_code``, ``x_m``,
        ``y_m``, ``kept`` and ``places`` (NaN where they do not count).
    presumed : mapping of str to int
        Existing facilities by kind whose places are not known and taken to be those of the typical one.
    """

    plan: Plan
    places: pd.DataFrame
    presumed: Mapping[str, int]

    @property
    def sites(self) -> pd.DataFrame:
        """Return the list of sites of all services, best first: that of the plan, with those of `places`."""
        where = self.places.drop(columns="kept")
        return self.plan.sites.merge(where, on=["service", "site"], how="left", validate="one_to_one")

    @property
    def by_service(self) -> pd.DataFrame:
        """Return what each service gets: ``service``, ``sites``, ``spent``, ``share_before``, ``share_after`` (0–1)."""
        rows = []
        for number, one in enumerate(self.plan.services):
            chosen = [site for service, site in self.plan.chosen if service == number]
            people = one.demand.sum()
            ends = [self.plan.standings[rank][number].served.sum() / people if people else np.nan for rank in (0, -1)]
            rows.append((one.name, len(chosen), float(one.price[chosen].sum()), *ends))
        return pd.DataFrame(rows, columns=["service", "sites", "spent", "share_before", "share_after"])

    @cached_property
    def city_after(self) -> City:
        """Return the city with the planned facilities of all services in its register."""
        city, sites = self.city, self.sites
        for kind in sites["service"].unique():
            city = with_facilities(city, kind, sites[sites["service"] == kind], period=self.period)
        return city

    def graded(self, checklist: Checklist | Standard) -> Regraded:
        """Return the audits of the city without and with all that is planned."""
        return regraded(self.city, self.city_after, checklist, period=self.period)


def plan_services(  # noqa: PLR0913 - what makes up the question, all named
    city: City,
    *,
    prices: Mapping[str, float],
    budget: float,
    period: str,
    objective: str = "most_children",
    with_places: bool = False,
    limit: Limit = WITHIN,
    age_band: str = "6-12",
    subdistrict: str = "",
    candidates: Sequence[str] | pd.DataFrame | float = GRID_M,
    walk: str = "metres",
    effort: Effort = DEFAULT,
) -> ServicesPlan:
    """Plan where facilities of several kinds should be added with one budget.

    Parameters
    ----------
    city : City
        With the registers homes and facilities.
    prices : mapping of str to float
        Kinds of facilities to be added, and what one takes from the budget, in any unit. A kind may stand alone.
    budget : float
        What may be spent in all, in the unit of the prices.
    period : str
        Year or quarter.
    objective : str
        ``most_children``, ``least_cost``, ``fewest_sites`` or ``fairest``: over all kinds, each child of each counting alike.
    with_places : bool
        Whether places run out: an existing facility has those of the register, one that does not say and a new one those of
        the typical facility of its kind, the median (ours).
    limit, age_band, subdistrict, candidates, walk, effort
        As in `siting.plan_sites`, the same for all kinds. Two services may share a site: each has its own facility there.

    Raises
    ------
    InvalidParameters
        When no kind is given, a price or the budget is negative or not a number, or no facility of a kind has known places.
    UnknownName
        When the objective, a kind, the band or the way of walking is unknown.
    """
    if objective not in WAYS:
        raise UnknownName("objective", objective, tuple(WAYS))
    if walk not in WALKS:
        raise UnknownName("way of walking", walk, WALKS)
    if not prices:
        raise InvalidParameters("prices must name at least one kind of facility, e.g. {'library': 1}")
    require_limit(limit)
    limit_m = limit.metres(age_band)
    services, tables, presumed = [], [], {}
    for kind, price in prices.items():
        asked = Question(city=city, kind=kind, age_band=age_band, period=period, subdistrict=subdistrict)
        sites = sites_of(asked, candidates)
        room = None
        if with_places:
            room, presumed[kind] = _room(asked, sites)
        services.append(service_of(asked, sites, limit_m=limit_m, walk=walk, price=price, capacity=room))
        tables.append(sites.assign(service=kind, places=np.nan if room is None else room))
    return ServicesPlan(
        city=city, age_band=age_band, period=period, subdistrict=subdistrict, presumed=presumed,
        plan=WAYS[objective](services, budget=budget, effort=effort), places=pd.concat(tables, ignore_index=True),
    )  # fmt: skip


def _room(asked: Question, sites: pd.DataFrame) -> tuple[NDArray[np.float64], int]:
    """Return the places of each site, the existing first, and of how many existing ones they are presumed."""
    table = asked.city.register("facilities")
    of_kind = table.loc[table["kind"] == asked.kind, PLACES].astype(float)
    if not of_kind.notna().any():
        raise InvalidParameters(f"of no facility of the kind {asked.kind!r} are the places known: plan without places")
    own = asked.open_facilities[PLACES].to_numpy(dtype=float, na_value=np.nan)
    room = np.full(len(sites), float(of_kind.median()))
    known = np.flatnonzero(~np.isnan(own))
    room[known] = own[known]
    return room, len(own) - len(known)
