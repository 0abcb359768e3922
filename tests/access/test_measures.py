"""From costs to communities and to curves."""

from __future__ import annotations

import numpy as np
import pytest

from friendly_city.access.costs import Pairs
from friendly_city.access.measures import mean_cost, nearest_of, reachable_supply, share_within, shares_by_limit


def pairs_of(reach):
    """Return pairs from a list of (origin, destination)."""
    origin, destination = np.array(sorted(reach)).T
    return Pairs(origin=origin, destination=destination, cost_m=np.zeros(len(origin)))


def test_a_share_is_weighted_by_children_and_unknown_without_them():
    cost = np.array([100.0, 600.0, np.inf, 10.0, 400.0])
    weight = np.array([30.0, 10.0, 0.0, 0.0, 5.0])
    share = share_within(cost, 500, weight=weight, group=np.array([0, 0, 0, 1, 2]), groups=4)
    assert share == pytest.approx([0.75, np.nan, 1.0, np.nan], nan_ok=True)


def test_a_mean_leaves_out_homes_without_children_and_is_infinite_when_a_child_reaches_none():
    cost = np.array([100.0, 400.0, np.inf, np.inf])
    weight = np.array([2.0, 1.0, 0.0, 4.0])
    assert mean_cost(cost, weight=weight, group=np.array([0, 0, 0, 1]), groups=3) == pytest.approx(
        [200, np.inf, np.nan], nan_ok=True
    )


def test_supply_within_reach_is_summed_and_zero_where_nothing_is():
    assert reachable_supply(pairs_of([(0, 0), (0, 1), (2, 1)]), np.array([5.0, 7.0]), origins=4).tolist() == [12, 0, 7, 0]


def test_supply_within_reach_is_weighted_by_decay():
    found = reachable_supply(pairs_of([(0, 0), (0, 1), (1, 1)]), np.array([4.0, 10.0]), origins=2, decay=np.array([1, 0.5, 0.1]))
    assert found == pytest.approx([9, 1])


def test_the_nearest_of_pairs_is_infinite_where_there_is_no_pair():
    pairs = Pairs(origin=np.array([0, 0, 2]), destination=np.array([0, 1, 0]), cost_m=np.array([30.0, 20.0, 0.0]))
    assert nearest_of(pairs, origins=4).tolist() == [20, np.inf, 0, np.inf]


def test_the_curve_of_shares_is_the_share_at_each_limit():
    rng = np.random.default_rng(3)
    cost, weight = rng.integers(0, 30, 200) * 0.1, rng.integers(0, 9, 200).astype(float)
    cost[rng.random(200) < 0.1] = np.inf
    limits = np.arange(0, 31) * 0.1
    one = np.zeros(200, np.intp)
    expected = [share_within(cost, limit, weight=weight, group=one, groups=1)[0] for limit in limits]
    assert shares_by_limit(cost, limits, weight=weight) == pytest.approx(expected, abs=1e-12)
    assert expected[-1] < 1


def test_the_curve_of_shares_of_nobody_is_unknown():
    assert np.isnan(shares_by_limit(np.array([1.0]), np.array([5.0, 6.0]), weight=np.zeros(1))).all()
