"""What must hold of any plan: more money or more candidates never serve fewer; names and order change nothing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from friendly_city.access.costs import Pairs
from friendly_city.access.siting.fair import fairest
from friendly_city.access.siting.plan import fewest_sites, least_cost, most_children
from tests.access.siting.questions import questions

CALM = settings(max_examples=40, deadline=None, derandomize=True, database=None)
WITHIN = [(most_children, 1), (least_cost, -1), (fairest, 1)]


def shuffled(one, seed):
    """Return the same question with origins, sites and communities in another order."""
    rng = np.random.default_rng(seed)
    home, site, place = (rng.permutation(size) for size in (len(one.demand), len(one.sites), len(one.communities)))
    back, there, around = np.argsort(home), np.argsort(site), np.argsort(place)
    origin, destination = back[one.pairs.origin], there[one.pairs.destination]
    order = np.lexsort((destination, origin))
    return replace(
        one, pairs=Pairs(origin=origin[order], destination=destination[order], cost_m=one.pairs.cost_m[order]),
        demand=one.demand[home], community=around[one.community[home]], communities=tuple(one.communities[i] for i in place),
        sites=tuple(one.sites[i] for i in site), kept=one.kept[site], price=one.price[site],
    )  # fmt: skip


@pytest.mark.parametrize(("make", "sign"), WITHIN)
@CALM
@given(one=questions(), budgets=st.tuples(st.integers(0, 5), st.integers(0, 5)))
def test_a_larger_budget_is_never_worse(make, sign, one, budgets):
    small, large = (make(one, budget=budget).value for budget in sorted(budgets))
    assert np.isnan(small) or sign * large >= sign * small - 1e-6


@pytest.mark.parametrize(("make", "sign"), WITHIN)
@CALM
@given(one=questions(), seed=st.integers(0, 99))
def test_relabelling_changes_nothing(make, sign, one, seed):
    plans = [make(each, budget=2) for each in (one, shuffled(one, seed))]
    assert plans[0].value == pytest.approx(plans[1].value, nan_ok=True, abs=1e-6)
    assert plans[0].binds == plans[1].binds


@pytest.mark.parametrize(("make", "sign"), WITHIN[:2])
@CALM
@given(one=questions(), new=st.lists(st.sampled_from([0.0, 250.0, 400.0, np.inf]), min_size=7, max_size=7))
def test_a_new_candidate_never_worsens(make, sign, one, new):
    cost = np.array(new[: len(one.demand)])
    near = np.flatnonzero(np.isfinite(cost))
    pairs = Pairs(
        origin=np.append(one.pairs.origin, near),
        destination=np.append(one.pairs.destination, np.full(len(near), len(one.sites))),
        cost_m=np.append(one.pairs.cost_m, cost[near]),
    )
    larger = replace(
        one, pairs=pairs, sites=(*one.sites, "new"), kept=np.append(one.kept, False), price=np.append(one.price, 1.0)
    )
    before, after = (make(each, budget=2).value for each in (one, larger))
    assert np.isnan(before) or sign * after >= sign * before - 1e-9


@CALM
@given(one=questions(), more=st.integers(0, 4))
def test_a_kept_site_never_raises_what_all_takes(one, more):
    site = more % len(one.sites)
    kept, price = one.kept.copy(), one.price.copy()
    kept[site], price[site] = True, 0.0
    assert fewest_sites(replace(one, kept=kept, price=price)).value <= fewest_sites(one).value + 1e-9


@CALM
@given(one=questions(), times=st.sampled_from([2.0, 7.0, 0.25]))
def test_ten_times_the_children_are_the_same_plan(one, times):
    first, second = (most_children(each, budget=2) for each in (one, replace(one, demand=one.demand * times)))
    assert second.value == pytest.approx(times * first.value)
    assert second.share_after == pytest.approx(first.share_after, nan_ok=True)


@CALM
@given(one=questions())
def test_the_curve_of_the_plan_never_falls_and_gains_never_rise_at_one_price(one):
    same = replace(one, price=np.where(one.kept, 0.0, 1.0))
    plan = most_children(same, budget=4)
    steps = plan.curve["share"].diff().dropna().to_numpy()
    assert (steps >= 0).all()
    assert (np.diff(steps) <= 1e-12).all()
