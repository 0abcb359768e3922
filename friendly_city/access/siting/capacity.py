"""Programs in which children are served in part: places that run out, and shares of communities.

A program's first variables are the sites, 1 where one is open; the others say what share of the children of an origin is
served. `cover_program` has one for each origin, `place_program` one for each pair, so that a site gives no more than it has.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.sparse import block_diag, coo_array, csr_array, hstack, vstack

from friendly_city.access.siting.exact import Solved, solved

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from friendly_city.access.costs import Pairs
    from friendly_city.access.siting.service import Service

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]


@dataclass(frozen=True, eq=False, kw_only=True)
class Program:
    """A linear program over sites that are open or not, and shares of children served.

    Attributes
    ----------
    sites : int
        How many of the variables, the first ones, are sites.
    matrix, low, high : sparse array (rules, variables) and arrays (rules,)
        The rules.
    least : array (variables,)
        1 for sites that stay open, else 0.
    served : sparse array (origins, variables)
        Children served at each origin for each variable, all services one after the other.
    saved : array (variables,)
        Weighted metres that children need not walk, against `beyond_m`.
    """

    sites: int
    matrix: Any
    low: Floats
    high: Floats
    least: Floats
    served: Any
    saved: Floats

    def with_rules(self, matrix: Any, low: Any, high: Any) -> Program:
        """Return the program with more rules."""
        rows = csr_array(matrix)
        ends = (np.broadcast_to(np.asarray(end, float), rows.shape[0]) for end in (low, high))
        below, above = (np.concatenate(pair) for pair in zip((self.low, self.high), ends, strict=True))
        return replace(self, matrix=vstack([self.matrix, rows], format="csr"), low=below, high=above)

    def within_budget(self, price: Floats, budget: float) -> Program:
        """Return the program with a budget for the sites."""
        row = np.zeros((1, self.matrix.shape[1]))
        row[0, : self.sites] = price
        return self.with_rules(row, -np.inf, budget)

    def only(self, opened: Flags) -> Program:
        """Return the program in which it is settled which sites are open: `least` opens them, a rule keeps the others shut."""
        least = self.least.copy()
        least[: self.sites] = opened
        row = np.zeros((1, self.matrix.shape[1]))
        row[0, : self.sites] = ~opened
        return replace(self, least=least).with_rules(row, 0.0, 0.0)

    def best(self, worth: Floats, *, seconds: float = 60.0, gap: float = 0.0) -> Solved:
        """Return the solution in which the variables are worth most."""
        whole = np.arange(self.matrix.shape[1]) < self.sites
        scale = max(float(np.abs(worth).max(initial=0.0)), 1e-12)
        found = solved(-worth / scale, self.matrix, self.low, self.high, whole=whole, seconds=seconds, gap=gap, least=self.least)
        return replace(found, bound=-found.bound * scale)


def cover_program(services: Sequence[Service]) -> Program:
    """Return the program in which an origin is served when an open site is within the limit."""
    return _joined([_cover(one) for one in services], [len(one.sites) for one in services])


def place_program(services: Sequence[Service], *, far: bool = False) -> Program:
    """Return the program in which each child takes a place at one site, within the limit, or with `far` within any reach.

    The children of an origin may go to several sites. A service without capacity has room for all.
    """
    return _joined([_places(one, far=far) for one in services], [len(one.sites) for one in services])


def _cover(one: Service) -> Program:
    near = one.within_limit()
    sites, origins = len(one.sites), len(one.demand)
    rows = np.concatenate([near.origin, np.arange(origins)])
    columns = np.concatenate([near.destination, sites + np.arange(origins)])
    values = np.concatenate([-np.ones(len(near.origin)), np.ones(origins)])
    served = coo_array((one.demand, (np.arange(origins), sites + np.arange(origins))), shape=(origins, sites + origins))
    return Program(
        sites=sites, matrix=coo_array((values, (rows, columns)), shape=(origins, sites + origins)).tocsr(),
        low=np.full(origins, -np.inf), high=np.zeros(origins), least=_least(one, origins), served=served.tocsr(),
        saved=np.zeros(sites + origins),
    )  # fmt: skip


def _places(one: Service, *, far: bool) -> Program:
    pairs = one.pairs if far else one.within_limit()
    sites, origins, count = len(one.sites), len(one.demand), len(pairs.origin)
    room = np.full(sites, one.demand.sum()) if one.capacity is None else one.capacity
    here, there, share = pairs.origin, pairs.destination, np.arange(count)
    people = one.demand[here]
    once = coo_array((np.ones(count), (here, sites + share)), shape=(origins, sites + count))
    rows = np.concatenate([there, np.arange(sites)])
    columns = np.concatenate([sites + share, np.arange(sites)])
    full = coo_array((np.concatenate([people, -room]), (rows, columns)), shape=(sites, sites + count))
    is_open = coo_array(
        (np.repeat([1.0, -1.0], count), (np.tile(share, 2), np.concatenate([sites + share, there]))), shape=(count, sites + count)
    )
    served = coo_array((people, (here, sites + share)), shape=(origins, sites + count))
    gain = one.importance * people * np.maximum(one.beyond_m - pairs.cost_m, 0.0)
    return Program(
        sites=sites, matrix=vstack([once, full, is_open], format="csr"), low=np.full(origins + sites + count, -np.inf),
        high=np.concatenate([np.ones(origins), np.zeros(sites + count)]), least=_least(one, count), served=served.tocsr(),
        saved=np.concatenate([np.zeros(sites), gain]),
    )  # fmt: skip


def _least(one: Service, others: int) -> Floats:
    return np.concatenate([one.kept.astype(float), np.zeros(others)])


def _joined(parts: Sequence[Program], sites: Sequence[int]) -> Program:
    """Return several programs as one, the sites of all of them first."""
    sizes = [part.matrix.shape[1] for part in parts]
    starts = np.cumsum([0, *sizes[:-1]])
    first = [start + np.arange(own) for start, own in zip(starts, sites, strict=True)]
    rest = [start + np.arange(own, size) for start, own, size in zip(starts, sites, sizes, strict=True)]
    order = np.concatenate([*first, *rest])
    return Program(
        sites=sum(sites),
        matrix=csr_array(block_diag([part.matrix for part in parts], format="csc")[:, order]),
        low=np.concatenate([part.low for part in parts]),
        high=np.concatenate([part.high for part in parts]),
        least=np.concatenate([part.least for part in parts])[order],
        served=csr_array(block_diag([part.served for part in parts], format="csc")[:, order]),
        saved=np.concatenate([part.saved for part in parts])[order],
    )


def with_worst(program: Program, shares: Any) -> Program:
    """Return the program with one more variable, the last, that is at most each of some shares (rows over the variables)."""
    rules, count = csr_array(shares), shares.shape[0]
    wider = hstack([program.matrix, csr_array((program.matrix.shape[0], 1))], format="csr")
    served = hstack([program.served, csr_array((program.served.shape[0], 1))], format="csr")
    larger = replace(
        program, matrix=wider, served=served, least=np.append(program.least, 0.0), saved=np.append(program.saved, 0.0)
    )
    return larger.with_rules(hstack([rules, csr_array(-np.ones((count, 1)))], format="csr"), 0.0, np.inf)


def places_taken(one: Service, opened: Flags, *, far: bool = False) -> tuple[Pairs, Floats]:
    """Return pairs of origin and site, and the children who go from one to the other: as many as there is room for.

    With `far` the whole way of all is the shortest there is; without it as many as possible are served within the limit.
    """
    program = place_program([one], far=far).only(opened)
    worth = program.saved if far else np.asarray(program.served.sum(axis=0)).ravel()
    found = program.best(worth)
    pairs = one.pairs if far else one.within_limit()
    shares = np.zeros(len(pairs.origin)) if found.variables is None else found.variables[program.sites :]
    return pairs, np.clip(shares, 0.0, 1.0) * one.demand[pairs.origin]
