"""Small random questions, and the best answer to them by trying every set of sites."""

from __future__ import annotations

from itertools import chain, combinations

import numpy as np
from hypothesis import strategies as st

from friendly_city.access.costs import Pairs
from friendly_city.access.siting.result import mean_m, shares_by_community, standing
from friendly_city.access.siting.service import service


def question(table, *, limit_m=300.0, name="base", **more):
    """Return a service from a table of metres (origins, sites), inf where there is no way."""
    table = np.asarray(table, dtype=float)
    origin, site = np.nonzero(np.isfinite(table))
    pairs = Pairs(origin=origin, destination=site, cost_m=table[origin, site])
    more.setdefault("demand", np.ones(len(table)))
    more.setdefault("sites", [f"{name} {number}" for number in range(table.shape[1])])
    more.setdefault("beyond_m", 1000.0)
    return service(name, pairs, limit_m=limit_m, **more)


@st.composite
def questions(draw, *, name="base", sites=5, origins=7, priced=True, placed=False):
    """Draw a service with ties, places without a way, kept sites, prices and three communities."""
    rows, columns = draw(st.integers(1, origins)), draw(st.integers(1, sites))
    cost = st.sampled_from([0.0, 100.0, 200.0, 300.0, 400.0, 900.0, np.inf])
    table = draw(st.lists(st.lists(cost, min_size=columns, max_size=columns), min_size=rows, max_size=rows))
    more = {
        "demand": draw(st.lists(st.integers(0, 9), min_size=rows, max_size=rows)),
        "kept": draw(st.lists(st.sampled_from([False, False, False, True]), min_size=columns, max_size=columns)),
        "community": draw(st.lists(st.integers(0, 2), min_size=rows, max_size=rows)),
        "communities": ("north", "middle", "south"),
        "importance": draw(st.sampled_from([1.0, 0.5, 3.0])),
    }
    if priced:
        more["price"] = draw(st.lists(st.sampled_from([1.0, 1.0, 2.0, 2.5]), min_size=columns, max_size=columns))
    if placed:
        more["capacity"] = draw(st.lists(st.integers(0, 12), min_size=columns, max_size=columns))
    return question(table, name=name, **more)


def every_plan(services, budget):
    """Yield the standings of every affordable set of sites, and its price."""
    sites = [(place, site) for place, one in enumerate(services) for site in np.flatnonzero(~one.kept)]
    for chosen in chain.from_iterable(combinations(sites, size) for size in range(len(sites) + 1)):
        price = sum(services[place].price[site] for place, site in chosen)
        if price <= budget + 1e-9:
            opened = [one.kept.copy() for one in services]
            for place, site in chosen:
                opened[place][site] = True
            yield [standing(one, flags) for one, flags in zip(services, opened, strict=True)], price


def children(services, standings):
    return sum(one.importance * now.served.sum() for one, now in zip(services, standings, strict=True))


def best_children(services, budget):
    return max(children(services, now) for now, _ in every_plan(services, budget))


def least_mean(services, budget):
    return min(mean_m(services, now) for now, _ in every_plan(services, budget))


def cheapest_whole(services):
    plans = list(every_plan(services, np.inf))
    most = max(sum(now.served.sum() for now in standings) for standings, _ in plans)
    return min(price for standings, price in plans if sum(now.served.sum() for now in standings) >= most - 1e-6)


def best_worst(services, budget):
    """The largest share of the worst-served community among those that can be helped at all."""
    plans = [shares_by_community(services, now) for now, _ in every_plan(services, np.inf)]
    helped = np.nanmax(np.nan_to_num(plans, nan=-1), axis=0) > np.nan_to_num(plans[0], nan=-1) + 1e-7
    affordable = (shares_by_community(services, now)[helped].min(initial=1.0) for now, _ in every_plan(services, budget))
    return max(affordable)
