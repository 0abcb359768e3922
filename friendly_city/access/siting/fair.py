"""The fairest plan: the worst-served community first.

In rounds: the share of the worst-served community that can be helped is made as large as it can be; a community that cannot
do better even with every candidate open then keeps what it has, and the next round looks at the others. When a round frees
nobody, what is left of the budget goes to most children, each weighted by the share of its community that has nothing now.
The rounds and the weight are this project's choice.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.sparse import coo_array, csr_array

from friendly_city.access.siting.capacity import Program, cover_program, place_program, with_worst
from friendly_city.access.siting.plan import DEFAULT, Effort, Question, asked, opened_sites, placed, prices, relative, told
from friendly_city.access.siting.ranking import ranked
from friendly_city.access.siting.result import Plan, Standing, shares_by_community, standing
from friendly_city.access.siting.service import Service

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]

SAME = 1e-7
"""Difference of shares that is rounding."""

SLACK = 1e-9
"""How much below a share already reached a later round may be, for rounding."""


def fairest(services: Question, *, budget: float, effort: Effort = DEFAULT) -> Plan:
    """Return the plan within a budget that serves the worst-served community first (max-min share, then in rounds).

    A community of which no candidate can serve more children is told in `Plan.notes`, not held against the others.
    `Plan.value` is the share of the worst-served community that can be helped, of all services.

    Parameters
    ----------
    services : Service or sequence of Service
        What is planned.
    budget : float
        What may be spent on all services together.
    effort : Effort
        How hard to look.

    Raises
    ------
    InvalidParameters
        When the budget is negative or not a number, or nothing is to be planned.

    Examples
    --------
    >>> from friendly_city.access.costs import Pairs
    >>> from friendly_city.access.siting.service import service
    >>> pairs = Pairs(origin=np.array([0, 1, 2]), destination=np.array([0, 1, 1]), cost_m=np.zeros(3))
    >>> where = {"community": [0, 1, 1], "communities": ["north", "south"], "kept": [True, False]}
    >>> fairest(service("base", pairs, demand=[9, 1, 1], sites=["a", "b"], limit_m=1, **where), budget=1).value
    1.0
    """
    question, began = asked(services, budget), time.monotonic()
    now = shares_by_community(question, [standing(one, one.kept) for one in question])
    can = shares_by_community(question, [standing(one, np.ones(len(one.sites), bool)) for one in question])
    helped = can > now + SAME
    program = place_program(question) if placed(question) else cover_program(question)
    program = program.within_budget(prices(question), min(budget, 1e12))
    sites, bound = _in_rounds(program, question, now, can, effort) if helped.any() else ([], 1.0)
    plan = Plan(
        objective="fairest", services=question, chosen=ranked(question, sites, by="worst"), budget=budget, value=0, bound=0, gap=0
    )
    value = worst_share(question, plan.standings[-1], helped)
    bound = max(bound, value)
    return told(plan, value=value, bound=bound, gap=relative(bound - value, bound), began=began)


def worst_share(question: Sequence[Service], standings: Sequence[Standing], some: Flags) -> float:
    """Return the least share served of some communities; 1 when there is none of them."""
    return float(shares_by_community(question, standings)[some].min(initial=1.0))


def _in_rounds(
    program: Program, question: Sequence[Service], now: Floats, can: Floats, effort: Effort
) -> tuple[list[tuple[int, int]], float]:
    """Return the sites, and an upper bound on the share of the worst-served community in the first round."""
    until = time.monotonic() + effort.seconds
    shares = _shares(program, question)
    active, first = can > now + SAME, np.inf
    variables = None
    while active.any():
        round_ = with_worst(program, shares[np.flatnonzero(active)])
        worth = np.zeros(round_.matrix.shape[1])
        worth[-1] = 1.0
        found = round_.best(worth, seconds=(until - time.monotonic()) / 2, gap=effort.gap)
        first = min(found.bound, 1.0) if np.isinf(first) else first
        if found.variables is None:
            break
        variables, reached = found.variables[:-1], float(found.variables[-1])
        floor = np.minimum(reached, can[active]) - SLACK
        program = program.with_rules(shares[np.flatnonzero(active)], floor, np.inf)
        held = active & (can <= reached + SAME)
        active &= ~held
        if not held.any():
            break
    last = program.best(_lacking(program, question, now), seconds=until - time.monotonic(), gap=effort.gap)
    variables = variables if last.variables is None else last.variables
    return opened_sites(variables, question), first


def _shares(program: Program, question: Sequence[Service]) -> Any:
    """Return the share of each community that is served, as rows over the variables of a program."""
    rows, weights, start = [], [], 0
    for one in question:
        people = np.bincount(one.community, one.demand, len(one.communities))[one.community]
        rows.append(start + one.community)
        weights.append(np.divide(1.0, people, out=np.zeros(len(people)), where=people > 0))
        start += len(one.communities)
    row, weight = np.concatenate(rows), np.concatenate(weights)
    sums = coo_array((weight, (row, np.arange(len(row)))), shape=(start, len(row)))
    return csr_array(sums @ program.served)


def _lacking(program: Program, question: Sequence[Service], now: Floats) -> Floats:
    """Return what a variable is worth in the last round: children served, by the share of their community without now."""
    start, weights = 0, []
    for one in question:
        without = 1.0 - np.nan_to_num(now[start : start + len(one.communities)], nan=1.0)
        weights.append(one.importance * without[one.community])
        start += len(one.communities)
    return np.asarray(program.served.T @ np.concatenate(weights), dtype=float)
