"""Every objective equals the best of all sets of sites on small random cases; what a plan says of itself adds up."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from friendly_city.access.siting.fair import fairest
from friendly_city.access.siting.plan import Effort, fewest_sites, least_cost, most_children
from friendly_city.access.siting.result import mean_m
from tests.access.siting.questions import best_children, best_worst, cheapest_whole, children, least_mean, questions

CALM = settings(max_examples=80, deadline=None, derandomize=True, database=None)
FEW = settings(max_examples=40, deadline=None, derandomize=True, database=None)
BUDGETS = st.sampled_from([0.0, 1.0, 2.0, 3.0, 4.5, np.inf])
SEVERAL = st.one_of(
    st.tuples(questions(sites=6)), st.tuples(questions(sites=3, origins=4), questions(name="room", sites=3, origins=4))
)


def consistent(plan):
    """Check that a plan keeps to its budget and that its tables say the same."""
    spent = sum(plan.services[place].price[site] for place, site in plan.chosen)
    assert spent <= plan.budget + 1e-9
    assert not any(plan.services[place].kept[site] for place, site in plan.chosen)
    assert len(set(plan.chosen)) == len(plan.chosen)
    before, after = (sum(now.served.sum() for now in plan.standings[end]) for end in (0, -1))
    assert plan.sites["children_persons"].sum() == pytest.approx(after - before, abs=1e-5)
    assert plan.gains["children_persons"].sum() == pytest.approx(after - before, abs=1e-5)
    assert plan.curve["share"].to_numpy()[-1] == pytest.approx(plan.share_after, nan_ok=True)
    told = plan.communities
    served = (told["share_after"] * told["children_persons"]).sum()
    assert served == pytest.approx(after, abs=1e-5)
    assert bool(plan.notes) or not plan.binds
    assert plan.gap == 0
    assert plan.value == plan.bound


@CALM
@given(SEVERAL, BUDGETS)
def test_most_children(services, budget):
    plan = most_children(services, budget=budget)
    assert plan.value == pytest.approx(best_children(services, budget))
    assert plan.value == pytest.approx(children(services, plan.standings[-1]))
    consistent(plan)


@CALM
@given(SEVERAL, BUDGETS)
def test_least_cost(services, budget):
    plan = least_cost(services, budget=budget)
    assert plan.value == pytest.approx(least_mean(services, budget), nan_ok=True)
    if not np.isnan(plan.value):
        assert plan.value == pytest.approx(mean_m(services, plan.standings[-1]))
        consistent(plan)


@CALM
@given(SEVERAL)
def test_fewest_sites(services):
    plan = fewest_sites(services)
    assert plan.value == pytest.approx(cheapest_whole(services))
    consistent(plan)


@FEW
@given(SEVERAL, BUDGETS)
def test_fairest(services, budget):
    plan = fairest(services, budget=budget)
    assert plan.value == pytest.approx(best_worst(services, budget), abs=1e-6)
    consistent(plan)


@FEW
@given(questions(sites=4, origins=5, placed=True), st.sampled_from([0.0, 1.0, 2.0, 4.5]))
def test_where_places_count(one, budget):
    most, least, fair = (make([one], budget=budget) for make in (most_children, least_cost, fairest))
    assert most.value == pytest.approx(best_children([one], budget), abs=1e-5)
    assert least.value == pytest.approx(least_mean([one], budget), nan_ok=True, abs=1e-4)
    assert fair.value == pytest.approx(best_worst([one], budget), abs=1e-5)
    taken = most.standings[-1][0].served.sum()
    assert taken <= one.capacity[most.opened()[0]].sum() + 1e-5


@FEW
@given(SEVERAL, BUDGETS)
def test_quick_is_never_better_and_its_bound_holds(services, budget):
    quick, best = (most_children(services, budget=budget, effort=Effort(quick=how)) for how in (True, False))
    assert quick.value <= best.value + 1e-9 <= quick.bound + 2e-9
    quick, best = (least_cost(services, budget=budget, effort=Effort(quick=how)) for how in (True, False))
    if not np.isnan(best.value):
        assert quick.bound - 1e-9 <= best.value <= quick.value + 1e-9


@FEW
@given(questions(sites=6, priced=False), st.integers(1, 4))
def test_greedy_reaches_what_is_proven_of_it(one, budget):
    start = most_children(one, budget=0).value
    quick, best = (most_children(one, budget=budget, effort=Effort(quick=how)).value - start for how in (True, False))
    assert quick >= (1 - (1 - 1 / budget) ** budget) * best - 1e-9
