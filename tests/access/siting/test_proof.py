"""The parts of the proof one by one, without the search that finds the best of a small case anyhow."""

from __future__ import annotations

import time
from itertools import chain, combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from friendly_city.access.siting.bound import bound_at, bounded
from friendly_city.access.siting.exact import best_savings
from friendly_city.access.siting.savings import cost_savings, cover_savings
from friendly_city.access.siting.search import greedy
from tests.access.siting.questions import questions

CALM = settings(max_examples=80, deadline=None, derandomize=True, database=None)
PROBLEMS = st.tuples(questions(sites=7), st.sampled_from([1.0, 2.0, 3.0, 4.5]), st.sampled_from([cover_savings, cost_savings]))


def all_plans(problem):
    """Return what every affordable set of columns saves."""
    columns = range(problem.matrix.shape[1])
    sets = chain.from_iterable(combinations(columns, size) for size in range(len(columns) + 1))
    return {some: problem.value(some) for some in sets if problem.price[list(some)].sum() <= problem.budget + 1e-9}


@CALM
@given(PROBLEMS)
def test_the_program_finds_the_best_without_a_start(given_):
    one, budget, make = given_
    problem = make([one], budget)
    columns, bound = best_savings(problem, needed=np.zeros(problem.matrix.shape[1], bool), seconds=20, gap=0)
    best = max(all_plans(problem).values())
    assert problem.value(columns) == pytest.approx(best)
    assert bound == pytest.approx(best)


@CALM
@given(PROBLEMS, st.floats(0, 1))
def test_the_bound_holds_and_rules_out_no_better_plan(given_, part):
    one, budget, make = given_
    problem = make([one], budget)
    plans = all_plans(problem)
    reached = part * max(plans.values())
    bound = bounded(problem, reached=reached, until=time.monotonic() + 5)
    assert bound.value >= max(plans.values()) * (1 - 1e-9)
    assert bound_at(problem, greedy(problem)) >= max(plans.values()) * (1 - 1e-9)
    possible, needed = set(np.flatnonzero(bound.possible(reached))), set(np.flatnonzero(bound.needed(reached)))
    for some, value in plans.items():
        if value > reached * (1 + 1e-6):
            assert needed <= set(some) <= possible
