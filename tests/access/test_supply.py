"""Supply per child against published answers, exact fractions and a plain reference."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from friendly_city.access.costs import Pairs
from friendly_city.access.supply import balanced_supply, three_step_supply, two_step_supply
from friendly_city.errors import InvalidParameters

METHODS = (two_step_supply, three_step_supply, balanced_supply)
CALM = settings(max_examples=150, deadline=None, derandomize=True, database=None)


def pairs_of(reach):
    """Return pairs from a list of (origin, destination)."""
    origin, destination = np.array(sorted(reach), dtype=np.intp).reshape(-1, 2).T
    return Pairs(origin=origin, destination=destination, cost_m=np.zeros(len(origin)))


def plain(method, weights, supply, demand):
    """The formulas of the papers, pair by pair, in whatever numbers `weights` are (an independent reference)."""

    def portion(key, axis):
        total = sum(w for other, w in weights.items() if other[axis] == key[axis])
        return weights[key] / total if total else 0

    asked = given = weights
    if method is three_step_supply:
        asked = given = {key: w * portion(key, 0) for key, w in weights.items()}
    elif method is balanced_supply:
        asked = {key: portion(key, 0) for key in weights}
        given = {key: portion(key, 1) for key in weights}
    result = [0] * len(demand)
    for there, units in enumerate(supply):
        load = sum(demand[i] * w for (i, j), w in asked.items() if j == there)
        for (i, j), w in given.items():
            if j == there and load:
                result[i] += units / load * w
    return result


@st.composite
def markets(draw):
    """Return sparse weights (whole numbers of sixteenths), supply and demand, zeros among all."""
    origins, destinations = draw(st.integers(1, 7)), draw(st.integers(1, 6))
    cells = [(i, j) for i in range(origins) for j in range(destinations)]
    chosen = sorted(draw(st.sets(st.sampled_from(cells))))
    weights = {cell: Fraction(draw(st.integers(0, 16)), 16) for cell in chosen}
    supply = [Fraction(n) for n in draw(st.lists(st.integers(0, 40), min_size=destinations, max_size=destinations))]
    demand = [Fraction(n) for n in draw(st.lists(st.integers(0, 90), min_size=origins, max_size=origins))]
    return weights, supply, demand


def found(method, weights, supply, demand):
    decay = np.array([float(w) for w in weights.values()])
    return method(
        pairs_of(weights), np.array(supply, dtype=float), demand=np.array(demand, dtype=float), decay=decay
    )  # fmt: skip


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.__name__)
@CALM
@given(market=markets())
def test_a_method_gives_the_exact_answer_of_its_formula(method, market):
    expected = [float(value) for value in plain(method, *market)]
    assert found(method, *market) == pytest.approx(expected, rel=1e-12, abs=1e-12)


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


HOSPITALS = ((15, 20, 100), (100, 50, 10))


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.__name__)
@pytest.mark.parametrize(("towards", "away", "cross"), [(40, 40, 80), (20, 40, 80), (40, 20, 80), (20, 20, 40)])
def test_the_hospital_example_equals_exact_fractions(method, towards, away, cross):
    table = [[1, cross, towards], [cross, 1, towards], [away, away, 1]]
    weights = {(i, j): Fraction(1, table[i][j]) for i in range(3) for j in range(3) if table[i][j] <= 61}
    supply, demand = ([Fraction(n) for n in side] for side in HOSPITALS)
    expected = [float(value) for value in plain(method, weights, supply, demand)]
    assert found(method, weights, supply, demand) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("method", [two_step_supply, three_step_supply])
@CALM
@given(market=markets())
def test_what_is_handed_out_is_what_is_reached_by_somebody(method, market):
    weights, supply, demand = market
    reached = {j for (i, j), w in weights.items() if w and demand[i]}
    total = sum(units for j, units in enumerate(supply) if j in reached)
    assert (found(method, *market) * np.array(demand, dtype=float)).sum() == pytest.approx(float(total))


@CALM
@given(market=markets())
def test_the_balanced_method_neither_inflates_demand_nor_levels(market):
    weights, supply, demand = market
    share = {key: w / sum(v for other, v in weights.items() if other[0] == key[0]) for key, w in weights.items() if w}
    load = [sum(demand[i] * part for (i, j), part in share.items() if j == there) for there in range(len(supply))]
    assert sum(load) == sum(people for i, people in enumerate(demand) if any(key[0] == i for key in share))
    levels = sum(units / people for units, people in zip(supply, load, strict=True) if people)
    assert found(balanced_supply, *market).sum() == pytest.approx(float(levels))


@CALM
@given(market=markets(), extra=st.dictionaries(st.integers(0, 6), st.integers(0, 16)), units=st.integers(0, 50))
def test_a_new_facility_never_lowers_two_step_supply(market, extra, units):
    weights, supply, demand = market
    more = dict(sorted({**weights, **{(i, len(supply)): Fraction(w, 16) for i, w in extra.items() if i < len(demand)}}.items()))
    before, after = found(two_step_supply, *market), found(two_step_supply, more, [*supply, units], demand)
    assert (after >= before - 1e-12).all()


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.__name__)
@CALM
@given(market=markets(), random=st.randoms(use_true_random=False))
def test_names_of_origins_and_facilities_change_nothing(method, market, random):
    weights, supply, demand = market
    here, there = (random.sample(range(len(side)), len(side)) for side in (demand, supply))
    renamed = dict(sorted(((here[i], there[j]), w) for (i, j), w in weights.items()))
    moved_supply, moved_demand = [0] * len(supply), [0] * len(demand)
    for old, new in enumerate(there):
        moved_supply[new] = supply[old]
    for old, new in enumerate(here):
        moved_demand[new] = demand[old]
    assert found(method, renamed, moved_supply, moved_demand)[here] == pytest.approx(found(method, *market), abs=1e-12)


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.__name__)
def test_numbers_that_cannot_be_shared_out_are_refused(method):
    pairs = pairs_of([(0, 0)])
    for supply, demand, decay in [([-1], [1], None), ([1], [np.nan], None), ([np.inf], [1], None), ([1], [1], np.array([-0.1]))]:
        with pytest.raises(InvalidParameters, match="from 0 on"):
            method(pairs, np.array(supply, dtype=float), demand=np.array(demand, dtype=float), decay=decay)
    with pytest.raises(InvalidParameters, match="one weight for each of the 1 pairs"):
        method(pairs, np.ones(1), demand=np.ones(1), decay=np.ones(2))
