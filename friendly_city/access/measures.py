"""From walking costs to a figure for each community, on plain arrays.

`group` is the number of a community, 0 … groups - 1; `weight` the children at an origin. Knows no registers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from friendly_city.access.costs import Pairs, within

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


def reachable_supply(pairs: Pairs, supply: Floats, *, origins: int) -> Floats:
    """Return for each origin the sum of the supply of the destinations it reaches.

    Examples
    --------
    >>> pairs = Pairs(origin=np.array([0, 0, 1]), destination=np.array([0, 1, 1]), cost_m=np.zeros(3))
    >>> reachable_supply(pairs, np.array([20.0, 30.0]), origins=3)
    array([50., 30.,  0.])
    """
    return _sums(pairs.origin, supply[pairs.destination], origins)


def two_step_supply(pairs: Pairs, supply: Floats, *, demand: Floats, decay: Floats | None = None) -> Floats:
    """Return supply per demand at each origin by the two-step floating catchment area method.

    Step one divides each destination's supply by the demand that reaches it; step two sums these ratios over the
    destinations an origin reaches. Supply is shared, never counted twice.

    Parameters
    ----------
    pairs : Pairs
        Who reaches what.
    supply : array (destinations,)
        E.g. places.
    demand : array (origins,)
        E.g. children.
    decay : array (pairs,), optional
        Weight of each pair in both steps; 1 without it.

    Returns
    -------
    array (origins,)
        Supply per unit of demand; 0 where nothing is reached.

    References
    ----------
    Luo, W. and Wang, F. (2003), doi 10.1068/b29120.

    Examples
    --------
    >>> pairs = Pairs(origin=np.array([0, 1]), destination=np.array([0, 0]), cost_m=np.zeros(2))
    >>> two_step_supply(pairs, np.array([30.0]), demand=np.array([100.0, 200.0]))
    array([0.1, 0.1])
    """
    weight = np.ones(len(pairs.origin)) if decay is None else decay
    reached = _sums(pairs.destination, demand[pairs.origin] * weight, len(supply))
    ratio = np.nan_to_num(_ratio(supply.astype(float), reached))
    return _sums(pairs.origin, ratio[pairs.destination] * weight, len(demand))
