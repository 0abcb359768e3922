"""The answer: which sites in which order, what each adds and to which communities, and how good any plan could be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from friendly_city.access.costs import within
from friendly_city.access.siting.capacity import places_taken
from friendly_city.labels import Text

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from friendly_city.access.siting.service import Service

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]

Objective = Literal["most_children", "least_cost", "fewest_sites", "fairest", "score"]
Site = tuple[int, int]
"""Number of a service, number of a site in it."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Standing:
    """How children of one service stand with some sites open.

    Attributes
    ----------
    served : array (origins,)
        Children served within the limit (and for whom there is a place, where places count).
    walked_m : array (origins,)
        Metres all children of an origin walk together, at most `beyond_m` each.
    """

    served: Floats
    walked_m: Floats


def standing(one: Service, opened: Flags) -> Standing:
    """Return how children stand with some sites of a service open."""
    if one.capacity is None:
        near_m = one.nearest_m(opened)
        served = np.where(within(near_m, one.limit_m), one.demand, 0.0)
        return Standing(served=served, walked_m=one.demand * np.minimum(near_m, one.beyond_m))
    near, children = places_taken(one, opened)
    far, walkers = places_taken(one, opened, far=True)
    saved_m = np.bincount(far.origin, walkers * np.maximum(one.beyond_m - far.cost_m, 0.0), len(one.demand))
    return Standing(
        served=np.asarray(np.bincount(near.origin, children, len(one.demand)), dtype=float),
        walked_m=one.demand * one.beyond_m - saved_m,
    )


@dataclass(frozen=True, eq=False, kw_only=True)
class Plan:
    """A ranked plan.

    Attributes
    ----------
    objective : str
        What was asked for: ``most_children``, ``least_cost``, ``fewest_sites``, ``fairest`` or ``score``.
    services : tuple of Service
        The question.
    chosen : tuple of (service number, site number)
        Sites to be opened, in the order in which each adds most to those before it.
    budget : float
        What could be spent, inf when all could.
    value, bound : float
        What the plan reaches, and what no plan does better than: children served, each times the importance of its service
        (``most_children``), mean metres a child walks (``least_cost``), price of all sites (``fewest_sites``), share of the
        worst-served community that can be helped (``fairest``), score (``score``). NaN where no bound is known.
    gap : float
        Distance of value and bound, relative to what the plan adds (``most_children``) or to the value; 0 is proven best.
    binds : tuple of str
        What stands in the way of more: ``reach``, ``capacity``, ``budget``, ``time``; empty when all is reached.
    notes : tuple of Text
        The same in words.
    seconds : float
        How long the search took.
    """

    objective: Objective
    services: tuple[Service, ...]
    chosen: tuple[Site, ...]
    budget: float
    value: float
    bound: float
    gap: float
    binds: tuple[str, ...] = ()
    notes: tuple[Text, ...] = ()
    seconds: float = 0.0

    def opened(self, first: int | None = None) -> tuple[Flags, ...]:
        """Return for each service the sites that are open with the first sites of the plan, or with all."""
        flags = [one.kept.copy() for one in self.services]
        for number, site in self.chosen[:first]:
            flags[number][site] = True
        return tuple(flags)

    @cached_property
    def standings(self) -> tuple[tuple[Standing, ...], ...]:
        """Return how children stand without any new site, with the first, with two …: for each a standing of every service."""
        result = [tuple(standing(one, one.kept) for one in self.services)]
        for rank, (number, _) in enumerate(self.chosen, start=1):
            now = list(result[-1])
            now[number] = standing(self.services[number], self.opened(rank)[number])
            result.append(tuple(now))
        return tuple(result)

    @property
    def share_before(self) -> float:
        """Return the share of children served without any new site, over all services."""
        return self._share(0)

    @property
    def share_after(self) -> float:
        """Return the share of children served with the whole plan, over all services."""
        return self._share(len(self.chosen))

    def _share(self, rank: int) -> float:
        return _ratio(sum(now.served.sum() for now in self.standings[rank]), sum(one.demand.sum() for one in self.services))

    @property
    def sites(self) -> pd.DataFrame:
        """Return the list of sites.

        Columns ``rank``, ``service``, ``site``, ``price``, ``spent`` (up to here), ``children_persons`` (newly served by it),
        ``saved_m`` (metres that all children together walk less, there), ``share`` (of children served from here on) and
        ``communities`` (which gain, most first).
        """
        columns = ["rank", "service", "site", "price", "spent", "children_persons", "saved_m", "share", "communities"]
        rows, spent = [], 0.0
        for rank, (number, site) in enumerate(self.chosen, start=1):
            one = self.services[number]
            gain = self.gains[self.gains["rank"] == rank]
            spent += float(one.price[site])
            ordered = gain.sort_values(["children_persons", "saved_m"], ascending=False, kind="stable")
            people, saved = (float(gain[name].sum()) for name in ("children_persons", "saved_m"))
            who = tuple(ordered["community"])
            rows.append((rank, one.name, one.sites[site], one.price[site], spent, people, saved, self._share(rank), who))
        return pd.DataFrame(rows, columns=columns)

    @cached_property
    def gains(self) -> pd.DataFrame:
        """Return which communities gain what by each site.

        Columns ``rank``, ``service``, ``site``, ``community``, ``children_persons``, ``saved_m``.
        """
        columns = ["rank", "service", "site", "community", "children_persons", "saved_m"]
        rows = [row for rank in range(1, len(self.chosen) + 1) for row in self._gains_of(rank)]
        return pd.DataFrame(rows, columns=columns)

    def _gains_of(self, rank: int) -> Iterator[tuple[object, ...]]:
        number, site = self.chosen[rank - 1]
        one = self.services[number]
        before, now = self.standings[rank - 1][number], self.standings[rank][number]
        people = by_community(one, now.served - before.served)
        saved_m = by_community(one, before.walked_m - now.walked_m)
        for place in np.flatnonzero((np.abs(people) > 1e-6) | (np.abs(saved_m) > 1e-6)):
            yield (rank, one.name, one.sites[site], one.communities[place], float(people[place]), float(saved_m[place]))

    @property
    def communities(self) -> pd.DataFrame:
        """Return each community before and after.

        Columns ``service``, ``community``, ``children_persons``, ``share_before``, ``share_after`` (0–1, NaN without
        children), ``mean_before_m``, ``mean_after_m``.
        """
        parts = []
        for number, one in enumerate(self.services):
            people = by_community(one, one.demand)
            ends = {"before": self.standings[0][number], "after": self.standings[-1][number]}
            shares = {f"share_{name}": divided(by_community(one, now.served), people) for name, now in ends.items()}
            metres = {f"mean_{name}_m": divided(by_community(one, now.walked_m), people) for name, now in ends.items()}
            head = {"service": one.name, "community": list(one.communities), "children_persons": people}
            parts.append(pd.DataFrame({**head, **shares, **metres}))
        return pd.concat(parts, ignore_index=True)

    @property
    def curve(self) -> pd.DataFrame:
        """Return ``rank`` (0: without any new site), ``spent`` and ``share`` of children served."""
        price = [float(self.services[number].price[site]) for number, site in self.chosen]
        ranks = range(len(self.chosen) + 1)
        shares = [self._share(rank) for rank in ranks]
        return pd.DataFrame({"rank": ranks, "spent": np.cumsum([0.0, *price]), "share": shares})

    def __repr__(self) -> str:
        after = f"{self.share_before:.1%} of children served before, {self.share_after:.1%} after"
        gap = "not proven" if np.isnan(self.gap) else f"gap {self.gap:.2%}"
        return f"<Plan {self.objective}: {len(self.chosen)} sites, {after}, {gap}>"


def by_community(one: Service, amount: Floats) -> Floats:
    """Return the sum of an amount at origins by community of a service."""
    return np.asarray(np.bincount(one.community, amount, len(one.communities)), dtype=float)


def divided(part: Floats, whole: Floats) -> Floats:
    """Return the quotient, NaN where the whole is 0."""
    result = np.full(part.shape, np.nan)
    np.divide(part, whole, out=result, where=whole > 0)
    return result


def _ratio(part: float, whole: float) -> float:
    return float(part / whole) if whole > 0 else float("nan")


def mean_m(services: Sequence[Service], standings: Sequence[Standing]) -> float:
    """Return the mean metres a child walks, each service by its importance."""
    walked = sum(one.importance * now.walked_m.sum() for one, now in zip(services, standings, strict=True))
    return _ratio(walked, sum(one.importance * one.demand.sum() for one in services))


def shares_by_community(services: Sequence[Service], standings: Sequence[Standing]) -> Floats:
    """Return the share served of each community of each service, one after the other, NaN without children."""
    parts = [
        divided(by_community(one, now.served), by_community(one, one.demand))
        for one, now in zip(services, standings, strict=True)
    ]
    return np.concatenate([np.empty(0), *parts])
