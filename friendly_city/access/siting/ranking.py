"""In which order the sites of a plan are built: each the one that adds most for its price to those before it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from friendly_city.access.costs import within
from friendly_city.access.siting.capacity import places_taken
from friendly_city.access.siting.result import Site, by_community, divided

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from friendly_city.access.siting.service import Service

    Floats = NDArray[np.float64]
    Integers = NDArray[np.intp]

NOTHING = 1e-9
"""Children or metres that count as none."""


def ranked(services: Sequence[Service], sites: Sequence[Site], *, by: str) -> tuple[Site, ...]:
    """Return the sites of a plan in order, without those that add nothing.

    Parameters
    ----------
    services : sequence of Service
        The question.
    sites : sequence of (service number, site number)
        The plan.
    by : str
        ``children`` newly served, ``metres`` saved, or ``worst``: the community served worst so far first. Where places
        count, sites are in the order of the children who go there.
    """
    if any(one.capacity is not None for one in services):
        return _by_places(services, sites, far=by == "metres")
    states = [_State(one, [site for number, site in sites if number == place]) for place, one in enumerate(services)]
    left, order = sorted(set(sites)), list[Site]()
    while left:
        gains = {site: states[site[0]].gain(site[1]) for site in left}
        left = [site for site in left if gains[site][by == "metres"] > NOTHING]
        if left:
            values = {site: states[site[0]].key(site[1], by, gains[site]) for site in left}
            best = max(left, key=lambda site: (values[site], (-site[0], -site[1])))
            states[best[0]].opens(best[1])
            order.append(best)
            left.remove(best)
    return tuple(order)


class _State:
    """How near the nearest open site of a service is to each origin, while sites are opened one by one."""

    def __init__(self, one: Service, sites: Sequence[int]) -> None:
        self.one = one
        self.near_m = np.minimum(one.nearest_m(one.kept), np.inf)
        chosen = np.isin(one.pairs.destination, sites)
        origin, site, cost_m = one.pairs.origin[chosen], one.pairs.destination[chosen], one.pairs.cost_m[chosen]
        self.reach = {number: (origin[site == number], cost_m[site == number]) for number in sites}

    def gain(self, site: int) -> tuple[float, float]:
        """Return children newly served and metres saved, by importance."""
        here, cost_m = self.reach[site]
        one, now_m = self.one, self.near_m[here]
        people = one.importance * one.demand[here]
        new = within(cost_m, one.limit_m) & ~within(now_m, one.limit_m)
        saved = np.maximum(np.minimum(now_m, one.beyond_m) - cost_m, 0.0)
        return float((people * new).sum()), float((people * saved).sum())

    def key(self, site: int, by: str, gain: tuple[float, float]) -> tuple[float, ...]:
        """Return what the best site has most of."""
        price = max(float(self.one.price[site]), NOTHING)
        if by == "metres":
            return (gain[1] / price,)
        return ((self._lifts(site),) if by == "worst" else ()) + (gain[0] / price, gain[1] / price)

    def _lifts(self, site: int) -> float:
        """Return the children newly served, each by the share of the community that was without so far."""
        here, cost_m = self.reach[site]
        one = self.one
        served = by_community(one, np.where(within(self.near_m, one.limit_m), one.demand, 0.0))
        without = 1.0 - divided(served, by_community(one, one.demand))
        new = within(cost_m, one.limit_m) & ~within(self.near_m[here], one.limit_m)
        return float((np.nan_to_num(without)[one.community[here]] ** 2 * one.demand[here] * new).sum())

    def opens(self, site: int) -> None:
        """Open a site."""
        here, cost_m = self.reach[site]
        np.minimum.at(self.near_m, here, cost_m)


def _by_places(services: Sequence[Service], sites: Sequence[Site], *, far: bool) -> tuple[Site, ...]:
    """Return the sites by how many children go there when all are open."""
    people: dict[Site, float] = {}
    for number, one in enumerate(services):
        opened = one.kept.copy()
        own = [site for place, site in sites if place == number]
        opened[own] = True
        pairs, children = places_taken(one, opened, far=far)
        by_site = np.bincount(pairs.destination, children, len(one.sites))
        people |= {(number, site): one.importance * float(by_site[site]) for site in own}
    return tuple(sorted((site for site in people if people[site] > 1e-6), key=lambda site: (-people[site], site)))
