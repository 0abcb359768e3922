"""From costs to communities, and supply against published answers."""

from __future__ import annotations

import numpy as np
import pytest

from friendly_city.access.costs import Pairs
from friendly_city.access.measures import mean_cost, reachable_supply, share_within, two_step_supply


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


def test_two_step_supply_gives_the_answer_of_luo_and_wang():
    """Luo and Wang 2003, doi 10.1068/b29120, figure 3: physician a serves eight residents, b four; resident 5 is not a's."""
    reach = [(i - 1, 0) for i in (1, 2, 3, 4, 6, 7, 9, 10)] + [(i - 1, 1) for i in (4, 5, 8, 11)]
    supply = two_step_supply(pairs_of(reach), np.array([1.0, 1.0]), demand=np.ones(11))
    expected = [0.125, 0.125, 0.125, 0.375, 0.25, 0.125, 0.125, 0.25, 0.125, 0.125, 0.25]
    assert supply == pytest.approx(expected, abs=1e-12)


def test_two_step_supply_shares_all_when_everything_is_reached():
    """Test of the R package fca: 21 units for 10 people are 2.1 for each."""
    reach = [(origin, destination) for origin in range(4) for destination in range(6)]
    supply = two_step_supply(pairs_of(reach), np.arange(1.0, 7), demand=np.arange(1.0, 5))
    assert supply == pytest.approx([2.1] * 4, abs=1e-12)


@pytest.mark.parametrize(
    ("towards", "away", "cross", "expected"),
    [
        (40, 40, 80, (0.331444, 0.579828, 7.286418)),
        (20, 40, 80, (0.435340, 0.683724, 5.727977)),
        (40, 20, 80, (0.331072, 0.577858, 7.299992)),
        (20, 20, 40, (0.442568, 0.666758, 5.740525)),
    ],
)
def test_two_step_supply_with_decay_gives_the_hospital_example(towards, away, cross, expected):
    """Hospital example of pysal access 1.1.10 (BSD-3): impedance 1 / cost up to 61; cost 1 within a tract."""
    cost = np.array([[1, cross, towards], [cross, 1, towards], [away, away, 1]], dtype=float)
    origin, destination = np.nonzero(cost <= 61)
    pairs = Pairs(origin=origin, destination=destination, cost_m=cost[origin, destination])
    found = two_step_supply(pairs, np.array([15.0, 20.0, 100.0]), demand=np.array([100.0, 50.0, 10.0]), decay=1 / pairs.cost_m)
    assert found == pytest.approx(expected, abs=1e-6)


def test_two_step_supply_hands_out_exactly_what_there_is():
    rng = np.random.default_rng(7)
    reach = np.argwhere(rng.random((30, 8)) < 0.4)
    pairs = Pairs(origin=reach[:, 0], destination=reach[:, 1], cost_m=np.zeros(len(reach)))
    supply, demand = rng.integers(1, 50, 8).astype(float), rng.integers(1, 90, 30).astype(float)
    assert set(reach[:, 1]) == set(range(8))
    assert (two_step_supply(pairs, supply, demand=demand) * demand).sum() == pytest.approx(supply.sum())
