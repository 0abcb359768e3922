"""Supply per child where facilities are shared: floating catchment areas with two steps, three steps, and balanced.

Supply is what a facility has to give (places, staff, square metres); demand is who asks for it (children at an origin).
A weight for each pair says how much it counts, see `decay`; without it every pair within reach counts alike.
All take sparse pairs; an origin that reaches nothing has 0, a place nobody reaches gives nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from friendly_city.errors import InvalidParameters

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from friendly_city.access.costs import Pairs

    Floats = NDArray[np.float64]
    Integers = NDArray[np.intp]


def two_step_supply(pairs: Pairs, supply: Floats, *, demand: Floats, decay: Floats | None = None) -> Floats:
    """Return supply per demand at each origin by the two-step floating catchment area method (2SFCA).

    Step one divides each destination's supply by the demand that reaches it; step two sums these ratios over the
    destinations an origin reaches. Supply is shared, never counted twice. With `decay` it is the enhanced method (E2SFCA).

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

    Raises
    ------
    InvalidParameters
        When a supply, demand or weight is negative, infinite or not a number.

    References
    ----------
    Luo, W. and Wang, F. (2003), Measures of spatial accessibility to health care in a GIS environment, doi 10.1068/b29120.
    Luo, W. and Qi, Y. (2009), doi 10.1016/j.healthplace.2009.06.002 (with decay).

    Examples
    --------
    >>> from friendly_city.access.costs import Pairs
    >>> pairs = Pairs(origin=np.array([0, 1]), destination=np.array([0, 0]), cost_m=np.zeros(2))
    >>> two_step_supply(pairs, np.array([30.0]), demand=np.array([100.0, 200.0]))
    array([0.1, 0.1])
    """
    weight = _checked(pairs, supply, demand, decay)
    return _shared(pairs, supply, demand, asked=weight, given=weight)


def three_step_supply(pairs: Pairs, supply: Floats, *, demand: Floats, decay: Floats | None = None) -> Floats:
    """Return supply per demand at each origin by the three-step method (3SFCA): demand chooses among what it reaches.

    Before the two steps each pair is weighted once more by its share of all the weight of its origin, so that the demand of
    an origin with many choices is not counted in full at each of them.

    Parameters and what is returned are those of `two_step_supply`.

    References
    ----------
    Wan, N., Zou, B. and Sternberg, T. (2012), A three-step floating catchment area method for analyzing spatial access to
    health services, doi 10.1080/13658816.2011.624987.

    Examples
    --------
    >>> from friendly_city.access.costs import Pairs
    >>> pairs = Pairs(origin=np.array([0, 0, 1]), destination=np.array([0, 1, 1]), cost_m=np.zeros(3))
    >>> three_step_supply(pairs, np.array([30.0, 30.0]), demand=np.array([20.0, 20.0]))
    array([2., 1.])
    """
    weight = _checked(pairs, supply, demand, decay)
    chosen = weight * portion(pairs.origin, weight, len(demand))
    return _shared(pairs, supply, demand, asked=chosen, given=chosen)


def balanced_supply(pairs: Pairs, supply: Floats, *, demand: Floats, decay: Floats | None = None) -> Floats:
    """Return the level of supply at each origin by the balanced method (BFCA): nothing is counted twice, nothing is lost.

    Each origin's demand is divided among the destinations it reaches, each destination's level of service (supply per demand
    that comes) among the origins that reach it, both in proportion to the weights. Hence the demand that is counted is the
    demand there is, and the levels at the origins add up to the levels at the destinations that anybody reaches.

    Parameters and what is returned are those of `two_step_supply`.

    References
    ----------
    Paez, A., Higgins, C. D. and Vivona, S. F. (2019), Demand and level of service inflation in floating catchment area (FCA)
    methods, doi 10.1371/journal.pone.0218773.

    Examples
    --------
    >>> from friendly_city.access.costs import Pairs
    >>> pairs = Pairs(origin=np.array([0, 1]), destination=np.array([0, 0]), cost_m=np.zeros(2))
    >>> balanced_supply(pairs, np.array([30.0]), demand=np.array([100.0, 200.0]))
    array([0.05, 0.05])
    """
    weight = _checked(pairs, supply, demand, decay)
    asked = portion(pairs.origin, weight, len(demand))
    given = portion(pairs.destination, weight, len(supply))
    return _shared(pairs, supply, demand, asked=asked, given=given)


def _shared(pairs: Pairs, supply: Floats, demand: Floats, *, asked: Floats, given: Floats) -> Floats:
    """Divide supply by the demand that asks for it, weighted by `asked`, and hand it back to origins by `given`."""
    here, there = pairs.origin, pairs.destination
    load = np.bincount(there, demand[here] * asked, len(supply))
    level = np.zeros(len(supply))
    np.divide(supply, load, out=level, where=load > 0)
    return np.asarray(np.bincount(here, level[there] * given, len(demand)), dtype=float)


def portion(owner: Integers, weight: Floats, owners: int) -> Floats:
    """Return each weight as a share of the sum of its owner; 0 where that is 0.

    Examples
    --------
    >>> portion(np.array([0, 0, 1, 2]), np.array([1.0, 3.0, 2.0, 0.0]), 3).tolist()
    [0.25, 0.75, 1.0, 0.0]
    """
    total = np.bincount(owner, weight, owners)[owner]
    result = np.zeros(len(weight))
    np.divide(weight, total, out=result, where=total > 0)
    return result


def _checked(pairs: Pairs, supply: Floats, demand: Floats, decay: Floats | None) -> Floats:
    """Return the weight of each pair, or refuse numbers that cannot be shared out."""
    weight = np.ones(len(pairs.origin)) if decay is None else np.asarray(decay, dtype=float)
    for name, values in (("supply", supply), ("demand", demand), ("decay", weight)):
        if len(values) and not (values.min() >= 0 and values.max() < np.inf):
            raise InvalidParameters(f"{name} must be numbers from 0 on; got {values.min():g} to {values.max():g}")
    if len(weight) != len(pairs.origin):
        raise InvalidParameters(f"decay must have one weight for each of the {len(pairs.origin)} pairs; got {len(weight)}")
    return weight
