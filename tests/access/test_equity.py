"""How evenly access is spread: answers worked out by hand, and what must hold always."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from friendly_city.access.equity import concentration_index, gap, gini, left_out, palma_ratio
from friendly_city.access.impedance import Limit
from friendly_city.errors import InvalidParameters, UnknownName

CALM = settings(max_examples=150, deadline=None, derandomize=True, database=None)
GROUP = st.tuples(st.integers(0, 60), st.integers(0, 9), st.integers(-5, 5))
INDICES = (gini, palma_ratio, lambda amount, weight: concentration_index(amount, weight, rank_by=-amount))


def arrays(groups):
    return np.array(groups, dtype=float).T


def person_by_person(amount, weight):
    """The mean difference between any two persons over twice the mean: the definition of the Gini coefficient."""
    each = np.repeat(amount, weight.astype(int))
    return np.abs(each[:, None] - each[None, :]).mean() / (2 * each.mean())


@CALM
@given(st.lists(GROUP, min_size=1, max_size=8))
def test_gini_is_the_mean_difference_between_persons(groups):
    amount, weight, _ = arrays(groups)
    assume((amount * weight).sum() > 0)
    assert gini(amount, weight) == pytest.approx(person_by_person(amount, weight), abs=1e-12)


def test_gini_worked_out_by_hand():
    """Amounts 1, 2, 3, 4 of one person each: the differences add to 20 over 16 pairs, 1.25 / (2 × 2.5) = 0.25."""
    assert gini(np.array([1.0, 2, 3, 4]), np.ones(4)) == pytest.approx(0.25, abs=1e-12)
    assert gini(np.array([0.0, 0, 0, 8]), np.ones(4)) == pytest.approx(0.75, abs=1e-12)


def test_gini_of_the_same_for_all_is_0_and_of_nothing_unknown():
    assert gini(np.full(3, 7.0), np.array([1.0, 2, 5])) == pytest.approx(0, abs=1e-12)
    assert np.isnan(gini(np.zeros(3), np.ones(3)))
    assert np.isnan(gini(np.ones(3), np.zeros(3)))


def test_a_concentration_index_worked_out_by_hand():
    """Four families by income with 4, 3, 2, 1 places: ranks 1/8, 3/8, 5/8, 7/8 give 2 × 3.75 / 10 - 1 = -0.25."""
    places = np.array([4.0, 3, 2, 1])
    assert concentration_index(places, np.ones(4), rank_by=np.arange(4.0)) == pytest.approx(-0.25, abs=1e-12)
    assert concentration_index(places, np.ones(4), rank_by=np.ones(4)) == pytest.approx(0, abs=1e-12)


@CALM
@given(st.lists(GROUP, min_size=1, max_size=8))
def test_a_ranking_turned_round_turns_the_sign_and_none_is_beyond_gini(groups):
    amount, weight, rank = arrays(groups)
    assume((amount * weight).sum() > 0)
    index = concentration_index(amount, weight, rank_by=rank)
    assert concentration_index(amount, weight, rank_by=-rank) == pytest.approx(-index, abs=1e-12)
    assert abs(index) <= gini(amount, weight) + 1e-12


def test_the_palma_ratio_worked_out_by_hand():
    """Ten persons with 1 … 10: the best has 10, the worst four 1 + 2 + 3 + 4 = 10."""
    assert palma_ratio(np.arange(1.0, 11), np.ones(10)) == pytest.approx(1, abs=1e-12)
    assert palma_ratio(np.full(5, 3.0), np.ones(5)) == pytest.approx(0.25, abs=1e-12)
    # Five persons: half of the best one is the tenth, the two worst are the four tenths: 0.2 / 0.15.
    assert palma_ratio(np.array([0.4, 0.2, 0.25, 0.1, 0.05]), np.ones(5)) == pytest.approx(4 / 3, abs=1e-12)


def test_the_palma_ratio_is_without_end_when_the_worst_served_have_nothing():
    assert palma_ratio(np.array([0.0, 1.0]), np.ones(2)) == np.inf
    assert np.isnan(palma_ratio(np.zeros(2), np.ones(2)))
    assert np.isnan(palma_ratio(np.empty(0), np.empty(0)))


@CALM
@given(st.lists(GROUP, min_size=1, max_size=8), st.integers(1, 9), st.randoms(use_true_random=False))
def test_units_sizes_and_the_order_of_rows_change_nothing(groups, factor, random):
    amount, weight, _ = arrays(groups)
    order = random.sample(range(len(amount)), len(amount))
    halves = (np.tile(amount, 2), np.tile(weight / 2, 2))
    for index in INDICES:
        same = pytest.approx(index(amount, weight), rel=1e-9, abs=1e-9, nan_ok=True)
        assert index(amount * factor, weight) == same
        assert index(amount, weight * factor) == same
        assert index(amount[order], weight[order]) == same
        assert index(*halves) == same


@CALM
@given(st.lists(GROUP, min_size=2, max_size=8), st.integers(0, 7), st.integers(0, 7))
def test_giving_from_one_who_has_more_to_one_who_has_less_never_raises_gini(groups, giver, taker):
    amount, weight, _ = arrays(groups)
    weight = np.maximum(weight, 1)
    giver, taker = giver % len(amount), taker % len(amount)
    part = min(weight[giver], weight[taker]) * max(0.0, amount[giver] - amount[taker]) / 4
    after = amount.copy()
    after[giver] -= part / weight[giver]
    after[taker] += part / weight[taker]
    assume(amount.sum() > 0)
    assert gini(after, weight) <= gini(amount, weight) + 1e-12


@pytest.mark.parametrize("index", INDICES)
def test_a_cost_without_end_is_no_amount(index):
    with pytest.raises(InvalidParameters, match="a cost without end is no amount"):
        index(np.array([1.0, np.inf]), np.ones(2))
    with pytest.raises(InvalidParameters, match="from 0 on"):
        index(np.array([1.0, np.nan]), np.ones(2))
    with pytest.raises(InvalidParameters, match="weights must be"):
        index(np.ones(2), np.array([1.0, -1]))


def test_an_unknown_rank_is_refused():
    with pytest.raises(InvalidParameters, match="must have a rank"):
        concentration_index(np.ones(2), np.ones(2), rank_by=np.array([1.0, np.nan]))


def test_a_gap_in_costs_goes_the_other_way_and_may_be_without_end():
    cost = pd.Series({"a": 400.0, "b": np.inf, "c": 300.0, "d": np.nan})
    found = gap(cost, better="lower")
    assert (found.best, found.worst) == ("c", "b")
    assert (found.difference, found.ratio) == (np.inf, np.inf)
    everywhere = gap(pd.Series({"a": np.inf, "b": np.inf}), better="lower")
    assert (everywhere.difference, everywhere.ratio) == (0.0, 1.0)
    assert gap(pd.Series({"a": 0.0, "b": 0.5}), better="higher").ratio == np.inf


def test_a_gap_of_nothing_or_by_another_word_is_refused():
    with pytest.raises(InvalidParameters, match="'higher' or 'lower'; not 'more'"):
        gap(pd.Series({"a": 1.0}), better="more")
    with pytest.raises(InvalidParameters, match="at least one community"):
        gap(pd.Series({"a": np.nan}), better="higher")


HOMES = pd.Series(["b", "a", "a", "b"])
COST = np.array([520.0, 700.0, np.inf, 900.0])
CHILDREN = {"3-6": np.array([1.0, 2, 3, 0]), "6-12 girls": np.array([10.0, 20, 30, 0])}


def test_who_is_left_out_is_told_by_community_and_band_at_the_speed_of_the_band():
    """Ten minutes are 500 m at 3–6 and 600 m at 6–12."""
    table = left_out(COST, Limit(10, "min"), children=CHILDREN, community=HOMES)
    assert table.columns.tolist() == [
        "community_code",
        "band",
        "children_persons",
        "within_persons",
        "beyond_persons",
        "no_way_persons",
        "share_within",
    ]
    assert table.iloc[:, :6].to_numpy().tolist() == [
        ["a", "3-6", 5, 0, 2, 3],
        ["a", "6-12 girls", 50, 0, 20, 30],
        ["b", "3-6", 1, 0, 1, 0],
        ["b", "6-12 girls", 10, 10, 0, 0],
    ]
    assert table["share_within"].tolist() == [0, 0, 0, 1]


def test_a_community_without_children_has_no_share_and_everybody_is_counted_once():
    children = {"0-3": np.array([0.0, 4, 5, 0])}
    table = left_out(COST, Limit(0.8, "km"), children=children, community=HOMES).set_index("community_code")
    assert np.isnan(table.loc["b", "share_within"])
    assert table.loc["a", "share_within"] == pytest.approx(4 / 9)
    parts = table[["within_persons", "beyond_persons", "no_way_persons"]].sum(axis=1)
    assert parts.tolist() == table["children_persons"].tolist()


def test_a_band_there_is_not_is_refused():
    with pytest.raises(UnknownName, match="age band"):
        left_out(COST, Limit(500, "m"), children={"girls": np.ones(4)}, community=HOMES)
