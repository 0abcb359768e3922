"""Cases worked out by hand, and why a plan does not do more, in words."""

from __future__ import annotations

import numpy as np
import pytest

from friendly_city.access.siting.fair import fairest
from friendly_city.access.siting.plan import Effort, fewest_sites, least_cost, most_children
from friendly_city.errors import InvalidParameters
from tests.access.siting.questions import question

FAR = np.inf
STREET = np.abs(np.arange(5)[:, None] - np.arange(5)) * 100.0
"""Five homes in a line, 100 m apart, a candidate at each."""


def sites(plan):
    return plan.sites["site"].tolist()


def said(plan, language="en"):
    return " ".join(note.of(language) for note in plan.notes)


def test_one_median_of_a_line_is_its_middle():
    plan = least_cost(question(STREET), budget=1)
    assert sites(plan) == ["base 2"]
    assert plan.value == pytest.approx((200 + 100 + 0 + 100 + 200) / 5)


def test_two_sites_cover_a_line_of_five_with_100_m_each():
    plan = fewest_sites(question(STREET, limit_m=100))
    assert plan.value == plan.bound == 2
    assert plan.share_after == 1
    assert plan.binds == ()


def test_where_greedy_is_caught_the_exact_plan_is_not():
    # The middle site covers four of six; the two others together cover all.
    table = [[0, FAR, FAR], [0, 0, FAR], [0, 0, FAR], [FAR, 0, 0], [FAR, 0, 0], [FAR, FAR, 0]]
    one = question(table)
    assert sites(most_children(one, budget=2, effort=Effort(quick=True)))[0] == "base 1"
    assert most_children(one, budget=2, effort=Effort(quick=True)).value == 5
    best = most_children(one, budget=2)
    assert best.value == 6
    assert sorted(sites(best)) == ["base 0", "base 2"]


def test_a_budget_is_spent_on_the_service_where_it_does_most():
    base = question([[0.0], [0.0]], demand=[10, 10], price=3.0)
    room = question([[0.0, FAR], [FAR, 0.0]], name="room", demand=[8, 7], price=1.0)
    assert sites(most_children([base, room], budget=3)) == ["base 0"]
    assert sites(most_children([base, room], budget=2)) == ["room 0", "room 1"]
    assert sites(most_children([base, room], budget=4)) == ["room 0", "base 0"]


def test_the_fairest_plan_goes_where_the_other_does_not():
    table = [[0.0, FAR], [FAR, 0.0], [50.0, FAR]]
    where = {"demand": [50, 10, 40], "community": [0, 1, 0], "communities": ["large", "small"], "kept": [False, False]}
    one = question(table, **where)
    assert sites(most_children(one, budget=1)) == ["base 0"]
    # With one site somebody stays at 0: the rest goes by who lacks most, here all alike, so to the larger.
    assert fairest(one, budget=1).value == 0
    assert fairest(one, budget=2).value == 1
    half = question(
        [*table, [0.0, FAR]],
        **(where | {"demand": [50, 10, 40, 5], "community": [0, 1, 0, 2], "communities": ["large", "small", "third"]}),
    )
    assert fairest(half, budget=2).value == 1


def test_the_fairest_plan_helps_the_worse_community_though_fewer_live_there():
    # Kept: site 0 serves half of the large community. Site 1 would serve the other 50 there, site 2 the 30 of the small one.
    table = [[0, FAR, FAR], [FAR, 0, FAR], [FAR, FAR, 0]]
    one = question(table, demand=[50, 50, 30], kept=[True, False, False], community=[0, 0, 1], communities=["large", "small"])
    assert sites(most_children(one, budget=1)) == ["base 1"]
    plan = fairest(one, budget=1)
    assert sites(plan) == ["base 2"]
    assert plan.value == 0.5


def test_each_site_says_what_it_adds_and_to_whom():
    one = question(STREET, limit_m=100, demand=[5, 4, 3, 2, 1], community=[0, 0, 1, 1, 1], communities=["west", "east"])
    plan = most_children(one, budget=2)
    assert plan.sites[["site", "children_persons", "spent"]].values.tolist() == [["base 1", 12.0, 1.0], ["base 4", 3.0, 2.0]] or (
        plan.sites[["site", "children_persons", "spent"]].values.tolist() == [["base 1", 12.0, 1.0], ["base 3", 3.0, 2.0]]
    )
    first = plan.gains[plan.gains["rank"] == 1].set_index("community")["children_persons"]
    assert first.to_dict() == {"west": 9.0, "east": 3.0}
    assert plan.communities["share_before"].tolist() == [0, 0]
    assert plan.communities["share_after"].tolist() == [1, 1]


def test_places_run_out():
    one = question([[0.0, 0.0], [0.0, 0.0]], demand=[10, 10], capacity=[8, 6])
    plan = most_children(one, budget=1)
    assert sites(plan) == ["base 0"]
    assert plan.value == pytest.approx(8)
    both = most_children(one, budget=2)
    assert both.value == pytest.approx(14)
    assert both.binds == ("capacity",)
    assert "14 places" in said(both)
    assert "6 children" in said(both)
    assert "名额" in said(both, "zh")


def test_children_go_farther_where_the_nearest_is_full():
    one = question([[0.0, 200.0]], demand=[10], capacity=[6, 6], beyond_m=1000)
    assert least_cost(one, budget=2).value == pytest.approx(4 * 200 / 10)
    assert least_cost(one, budget=1).value == pytest.approx(4 * 1000 / 10)


def test_communities_that_no_candidate_reaches_are_named():
    one = question(
        [[0.0], [FAR], [500.0], [0.0]], demand=[3, 4, 5, 6], community=[0, 1, 2, 2], communities=["north", "island", "south"]
    )
    plan = most_children(one, budget=5)
    assert plan.binds == ("reach",)
    assert "9 children" in said(plan)
    assert "nobody in island; not all in south." in said(plan)
    assert "完全不可达：island" in said(plan, "zh")
    assert "north" not in said(plan)


def test_the_budget_binds_and_says_what_more_would_do():
    plan = most_children(question(STREET, limit_m=50), budget=3)
    assert plan.binds == ("budget",)
    assert "budget of 3" in said(plan)
    assert "2 more children" in said(plan)
    assert "100%" in said(plan)
    far = least_cost(question(STREET, limit_m=400), budget=1)
    assert far.binds == ("budget",)
    assert "120 m less" in said(far)


def test_all_within_a_budget_that_is_not_enough():
    plan = fewest_sites(question(STREET, limit_m=100), budget=1)
    assert plan.binds[0] == "budget"
    assert "takes 2, the budget is 1" in said(plan)
    assert plan.objective == "fewest_sites"
    assert plan.share_after == pytest.approx(0.6)


def test_all_without_places_for_all():
    plan = fewest_sites(question([[0.0, 0.0]], demand=[10], capacity=[4, 4]))
    assert plan.binds[0] == "capacity"
    assert "not places for all" in said(plan)
    assert plan.standings[-1][0].served.sum() == pytest.approx(8)


def test_nothing_to_choose_is_said():
    dear = most_children(question(STREET, price=9.0), budget=2)
    assert dear.chosen == ()
    assert "cheapest candidate takes 9" in said(dear)
    none = most_children(question(STREET, kept=True), budget=2)
    assert "no candidate" in said(none)
    served = most_children(question([[0.0, 0.0]], kept=[True, False]), budget=2)
    assert "No candidate adds anything." in said(served)
    assert served.binds == ()


@pytest.mark.parametrize("make", [most_children, least_cost, fairest])
@pytest.mark.parametrize("budget", [-1, float("nan")])
def test_a_budget_that_is_none_is_refused(make, budget):
    with pytest.raises(InvalidParameters, match="budget"):
        make(question(STREET), budget=budget)


def test_questions_that_do_not_hang_together_are_refused():
    with pytest.raises(InvalidParameters, match="at least one service"):
        most_children([], budget=1)
    with pytest.raises(InvalidParameters, match="5 sites; got 2"):
        question(STREET, price=[1, 2])
    with pytest.raises(InvalidParameters, match="demand"):
        question(STREET, demand=[1, 2, 3, 4, -5])
    with pytest.raises(InvalidParameters, match="seconds"):
        Effort(seconds=-1)


def test_nobody_and_nothing():
    plan = most_children(question(np.full((1, 1), FAR), demand=[0]), budget=1)
    assert plan.chosen == ()
    assert np.isnan(plan.share_after)
    assert plan.value == 0
