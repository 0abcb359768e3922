"""Maximal cover and least mean cost as one problem: each demand point saves most with the best of the open sites.

Maximise the sum over rows of the greatest saving among the chosen sites, within a budget. A row is a demand point of a
service, a column a site that is not open yet. For cover, all savings of a row are its children; for cost, they are the
metres its children need not walk. Reductions keep the best value as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.sparse import csc_array

from friendly_city.access.costs import Pairs

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from friendly_city.access.siting.service import Service

    Floats = NDArray[np.float64]
    Integers = NDArray[np.intp]

ALIKE_MAX = 20_000_000
"""Products of columns looked at for dominated candidates; beyond that many the search for them costs more than it saves."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Savings:
    """The reduced problem.

    Attributes
    ----------
    matrix : csc array (rows, columns)
        What each row saves with each column, above 0.
    price : array (columns,)
        What a column takes from the budget.
    budget : float
        How much there is.
    site : array (columns,)
        Which site each column is, numbered through all services.
    flat : bool
        Whether all savings of a row are the same (cover).
    """

    matrix: Any
    price: Floats
    budget: float
    site: Integers
    flat: bool

    @property
    def row(self) -> Integers:
        """Return the row of each saving, column by column."""
        return np.asarray(self.matrix.indices)

    @property
    def saved(self) -> Floats:
        """Return each saving, column by column."""
        return np.asarray(self.matrix.data)

    @property
    def column(self) -> Integers:
        """Return the column of each saving."""
        return np.repeat(np.arange(self.matrix.shape[1]), np.diff(self.matrix.indptr))

    def of(self, column: int) -> tuple[Integers, Floats]:
        """Return the rows and savings of a column."""
        part = slice(self.matrix.indptr[column], self.matrix.indptr[column + 1])
        return self.matrix.indices[part], self.matrix.data[part]

    def table(self, columns: Sequence[int]) -> Floats:
        """Return the savings of some columns, (columns, rows)."""
        result = np.zeros((len(columns), self.matrix.shape[0]))
        for place, column in enumerate(columns):
            rows, saved = self.of(column)
            result[place, rows] = saved
        return result

    def value(self, columns: Sequence[int]) -> float:
        """Return what is saved with some columns."""
        return float(self.table(columns).max(axis=0, initial=0.0).sum())

    def only(self, columns: Integers) -> Savings:
        """Return the problem with some of the columns."""
        kept = self.matrix[:, columns]
        return Savings(matrix=kept, price=self.price[columns], budget=self.budget, site=self.site[columns], flat=self.flat)


def cover_savings(services: Sequence[Service], budget: float) -> Savings:
    """Return the problem of covering most children: a row saves its children with each site within the limit."""
    pairs, weight = [], []
    for one in services:
        near = one.within_limit()
        there = np.zeros(len(one.demand), bool)
        there[near.origin[one.kept[near.destination]]] = True
        gain = one.importance * one.demand[near.origin]
        new = ~there[near.origin] & ~one.kept[near.destination] & (gain > 0)
        pairs.append(_chosen(near, new))
        weight.append(gain[new])
    return reduced(_joined(services, pairs, weight, budget, flat=True))


def cost_savings(services: Sequence[Service], budget: float) -> Savings:
    """Return the problem of least cost: a row saves metres of its children against the nearest site kept, or `beyond_m`."""
    pairs, weight = [], []
    for one in services:
        now_m = np.minimum(one.nearest_m(one.kept), one.beyond_m)
        gain = one.importance * one.demand[one.pairs.origin] * (now_m[one.pairs.origin] - one.pairs.cost_m)
        new = ~one.kept[one.pairs.destination] & (gain > 0)
        pairs.append(_chosen(one.pairs, new))
        weight.append(gain[new])
    return reduced(_joined(services, pairs, weight, budget, flat=False))


def _chosen(pairs: Pairs, some: NDArray[np.bool_]) -> Pairs:
    return Pairs(origin=pairs.origin[some], destination=pairs.destination[some], cost_m=pairs.cost_m[some])


def _joined(
    services: Sequence[Service], pairs: Sequence[Pairs], weight: Sequence[Floats], budget: float, *, flat: bool
) -> Savings:
    """Return the services side by side under one budget."""
    before = np.cumsum([0, *(len(one.demand) for one in services)])
    first = np.cumsum([0, *(len(one.sites) for one in services)])
    row = np.concatenate([some.origin + start for some, start in zip(pairs, before[:-1], strict=True)])
    column = np.concatenate([some.destination + start for some, start in zip(pairs, first[:-1], strict=True)])
    matrix = csc_array((np.concatenate(weight), (row, column)), shape=(before[-1], first[-1]))
    price = np.concatenate([one.price for one in services])
    return Savings(matrix=matrix, price=price, budget=budget, site=np.arange(first[-1]), flat=flat)


def reduced(problem: Savings) -> Savings:
    """Return a smaller problem with the same best value.

    Left out are columns that save nothing or are too dear, rows that save nothing, and, for cover, columns dominated by one
    that covers the same and more for no higher price; rows covered by the same columns become one.
    """
    useful = (np.diff(problem.matrix.indptr) > 0) & (problem.price <= problem.budget + 1e-9)
    small = problem.only(np.flatnonzero(useful))
    if small.flat and small.matrix.nnz:
        small = small.only(_undominated(small))
    matrix = small.matrix.tocsr()
    matrix.sort_indices()
    matrix = matrix[np.diff(matrix.indptr) > 0]
    if small.flat:
        matrix = _merged(matrix)
    return Savings(matrix=_sorted(csc_array(matrix)), price=small.price, budget=small.budget, site=small.site, flat=small.flat)


def _sorted(matrix: Any) -> Any:
    matrix.sort_indices()
    return matrix


def _merged(matrix: Any) -> Any:
    """Return a csr matrix of flat rows in which rows with the same columns are one row with the sum of their savings."""
    keys: dict[bytes, int] = {}
    ends = zip(matrix.indptr[:-1], matrix.indptr[1:], strict=True)
    number = np.array([keys.setdefault(matrix.indices[a:b].tobytes(), len(keys)) for a, b in ends], dtype=np.intp)
    first = np.unique(number, return_index=True)[1]
    weight = np.bincount(number, matrix.data[matrix.indptr[:-1]]) if len(number) else np.empty(0)
    result = matrix[first]
    result.data = np.repeat(weight, np.diff(result.indptr))
    return result


def _undominated(problem: Savings) -> Integers:
    """Return the columns of a cover problem that no other column replaces: covers all of it and costs no more."""
    ones = csc_array((np.ones(problem.matrix.nnz), problem.matrix.indices, problem.matrix.indptr), shape=problem.matrix.shape)
    by_row = np.bincount(problem.row, minlength=problem.matrix.shape[0])
    if float((by_row.astype(float) ** 2).sum()) > ALIKE_MAX * 10:
        return np.arange(ones.shape[1])
    both = (ones.T @ ones).tocoo()
    size = np.diff(ones.indptr)
    one, other, count = both.row, both.col, both.data
    inside = (one != other) & (count == size[one]) & (problem.price[other] <= problem.price[one])
    same = (count == size[other]) & (problem.price[other] == problem.price[one])
    replaced = one[inside & (~same | (other < one))]
    keep = np.ones(ones.shape[1], bool)
    keep[replaced] = False
    return np.flatnonzero(keep)
