"""From walking costs to a figure for each community, on plain arrays.

`group` is the number of a community, 0 … groups - 1; `weight` the children at an origin. Knows no registers. How supply
is shared among those who reach it is in `supply`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from friendly_city.access.costs import LIMIT_TOLERANCE, Pairs, within

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Integers = NDArray[np.intp]


def _sums(group: Integers, value: Floats, groups: int) -> Floats:
    """Return the sum of values by group."""
    return np.asarray(np.bincount(group, value, groups), dtype=float)


def _ratio(numerator: Floats, denominator: Floats) -> Floats:
    """Return the quotient, NaN where the denominator is 0."""
    result = np.full(numerator.shape, np.nan)
    np.divide(numerator, denominator, out=result, where=denominator > 0)
    return result


def share_within(cost: Floats, limit: float, *, weight: Floats, group: Integers, groups: int) -> Floats:
    """Return by group the share of weight whose cost is at most a limit.

    Parameters
    ----------
    cost : array (origins,)
        Cost of each origin, inf when unreachable, in the unit of `limit`.
    limit : float
        Greatest cost.
    weight : array (origins,)
        Children at each origin.
    group : array (origins,)
        Community of each origin.
    groups : int
        Number of communities.

    Returns
    -------
    array (groups,)
        0–1; NaN for a group without weight.

    Examples
    --------
    >>> share_within(np.array([100.0, 300.0, np.inf]), 300, weight=np.array([1.0, 2.0, 1.0]), group=np.array([0, 0, 0]), groups=2)
    array([0.75,  nan])
    """
    inside = np.where(within(cost, limit), weight, 0.0)
    return _ratio(_sums(group, inside, groups), _sums(group, weight, groups))


def mean_cost(cost: Floats, *, weight: Floats, group: Integers, groups: int) -> Floats:
    """Return by group the mean of costs (or of supply) over the weight; inf when any weight is inf, NaN without weight.

    An origin without weight does not count, however far it is.

    Examples
    --------
    >>> mean_cost(np.array([100.0, 400.0]), weight=np.array([2.0, 1.0]), group=np.array([0, 0]), groups=1)
    array([200.])
    """
    counts = weight > 0
    total = _sums(group[counts], cost[counts] * weight[counts], groups)
    return _ratio(total, _sums(group[counts], weight[counts], groups))


def shares_by_limit(cost: Floats, limits: Floats, *, weight: Floats) -> Floats:
    """Return the share of all weight whose cost is at most each limit: the curve of served children by minutes.

    Returns
    -------
    array (limits,)
        0–1, never falling with the limit; NaN without weight.

    Examples
    --------
    >>> shares_by_limit(np.array([4.0, 9.0, np.inf]), np.array([5.0, 10.0]), weight=np.array([1.0, 2.0, 1.0])).tolist()
    [0.25, 0.75]
    """
    order = np.argsort(cost, kind="stable")
    reached = np.concatenate([[0.0], np.cumsum(weight[order])])
    limits = np.asarray(limits, dtype=float)
    far = limits + LIMIT_TOLERANCE * np.maximum(1.0, np.abs(limits))
    return _ratio(reached[np.searchsorted(cost[order], far, side="right")], np.full(limits.shape, weight.sum()))


def nearest_of(pairs: Pairs, *, origins: int) -> Floats:
    """Return the least cost of each origin, metres; inf for an origin that reaches nothing.

    Examples
    --------
    >>> pairs = Pairs(origin=np.array([0, 0]), destination=np.array([0, 1]), cost_m=np.array([70.0, 50.0]))
    >>> nearest_of(pairs, origins=2).tolist()
    [50.0, inf]
    """
    result = np.full(origins, np.inf)
    np.minimum.at(result, pairs.origin, pairs.cost_m)
    return result


def reachable_supply(pairs: Pairs, supply: Floats, *, origins: int, decay: Floats | None = None) -> Floats:
    """Return for each origin the sum of the supply it reaches: cumulative opportunities.

    Parameters
    ----------
    pairs : Pairs
        Who reaches what.
    supply : array (destinations,)
        E.g. places; ones to count facilities.
    origins : int
        Number of origins.
    decay : array (pairs,), optional
        Weight of each pair; 1 without it.

    References
    ----------
    Hansen, W. G. (1959), How accessibility shapes land use, doi 10.1080/01944365908978307.

    Examples
    --------
    >>> pairs = Pairs(origin=np.array([0, 0, 1]), destination=np.array([0, 1, 1]), cost_m=np.zeros(3))
    >>> reachable_supply(pairs, np.array([20.0, 30.0]), origins=3)
    array([50., 30.,  0.])
    """
    reached = supply[pairs.destination]
    return _sums(pairs.origin, reached if decay is None else reached * decay, origins)
