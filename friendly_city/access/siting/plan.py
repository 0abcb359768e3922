"""The answers: which sites serve most children, let them walk least, serve all with fewest, or the worst-served first.

Existing sites stay. One budget may be spent on several services. Every plan says how far from the best it can be at most.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from friendly_city.access.siting.bound import bound_at, bounded
from friendly_city.access.siting.capacity import place_program
from friendly_city.access.siting.exact import best_savings, cheapest_cover
from friendly_city.access.siting.ranking import ranked
from friendly_city.access.siting.result import Plan, Site, mean_m, standing
from friendly_city.access.siting.savings import Savings, cost_savings, cover_savings
from friendly_city.access.siting.search import greedy, searched
from friendly_city.access.siting.service import Service
from friendly_city.access.siting.words import explained, reachable, too_dear
from friendly_city.errors import InvalidParameters

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

SECONDS = 60.0
"""How long a plan is looked for, unless another time is given."""

SEARCH, RELAX = 0.15, 0.35
"""Part of the time for the search nearby and, at most until, for the relaxation; the rest is the solver's."""

LARGE, SEARCH_LARGE, RELAX_LARGE = 300_000, 0.35, 0.95
"""Savings beyond which the solver would not even finish its first relaxation in time; its part of the time then goes to the
search and to ours."""

PROVEN = 1e-9
"""Relative gap that is rounding."""

Question = Service | Sequence[Service]


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """How hard to look.

    Attributes
    ----------
    seconds : float
        After so long the best plan so far is returned, with its gap.
    gap : float
        A plan this near to the best is good enough (relative).
    quick : bool
        Only the greedy choice, with the bound that follows from it.
    """

    seconds: float = SECONDS
    gap: float = 0.0
    quick: bool = False

    def __post_init__(self) -> None:
        """Refuse a time or gap that is none."""
        for name, value in (("seconds", self.seconds), ("gap", self.gap)):
            if not 0 <= value < np.inf:
                raise InvalidParameters(f"{name} must be a number from 0 on; got {value}")


DEFAULT = Effort()


def most_children(services: Question, *, budget: float, effort: Effort = DEFAULT) -> Plan:
    """Return the plan within a budget that serves most children within the limit (maximal covering location problem).

    Parameters
    ----------
    services : Service or sequence of Service
        What is planned; a child of a service counts its `importance`.
    budget : float
        What may be spent on all services together; with the default price of 1 the number of sites.
    effort : Effort
        How hard to look.

    Returns
    -------
    Plan
        Proven best when its `gap` is 0.

    Raises
    ------
    InvalidParameters
        When the budget is negative or not a number, or nothing is to be planned.

    References
    ----------
    Church, R. and ReVelle, C. (1974), The maximal covering location problem, doi 10.1007/BF01942293.

    Examples
    --------
    >>> from friendly_city.access.costs import Pairs
    >>> from friendly_city.access.siting.service import service
    >>> pairs = Pairs(origin=np.array([0, 1, 1]), destination=np.array([0, 0, 1]), cost_m=np.array([120.0, 300.0, 80.0]))
    >>> base = service("base", pairs, demand=[40, 10], sites=["park", "school"], limit_m=250)
    >>> most_children(base, budget=1).sites[["site", "children_persons"]].values.tolist()
    [['park', 40.0]]
    """
    question, began = asked(services, budget), time.monotonic()
    base = [standing(one, one.kept) for one in question]
    start = sum(one.importance * now.served.sum() for one, now in zip(question, base, strict=True))
    if placed(question):
        sites, upper = _with_places(question, budget, effort, far=False)
        added = upper - start
    else:
        sites, added = _best(cover_savings(question, budget), question, effort)
    chosen = ranked(question, sites, by="children")
    plan = Plan(objective="most_children", services=question, chosen=chosen, budget=budget, value=0, bound=0, gap=0)
    value = sum(one.importance * now.served.sum() for one, now in zip(question, plan.standings[-1], strict=True))
    bound = max(start + added, value)
    return told(plan, value=float(value), bound=float(bound), gap=relative(bound - value, value - start), began=began)


def least_cost(services: Question, *, budget: float, effort: Effort = DEFAULT) -> Plan:
    """Return the plan within a budget with the least mean metres a child walks to the nearest site (p-median problem).

    A child without a site within `Service.beyond_m` counts as walking that far. Parameters, errors are those of
    `most_children`.

    References
    ----------
    Hakimi, S. L. (1964), Optimum locations of switching centers and the absolute centers and medians of a graph,
    doi 10.1287/opre.12.3.450.
    """
    question, began = asked(services, budget), time.monotonic()
    base = mean_m(question, [standing(one, one.kept) for one in question])
    people = sum(one.importance * one.demand.sum() for one in question)
    if placed(question):
        sites, saved = _with_places(question, budget, effort, far=True)
        least = sum(one.importance * one.demand.sum() * one.beyond_m for one in question) - saved
    else:
        sites, saved = _best(cost_savings(question, budget), question, effort, now=base * people)
        least = base * people - saved
    plan = Plan(
        objective="least_cost", services=question, chosen=ranked(question, sites, by="metres"), budget=budget, value=0,
        bound=0, gap=0,
    )  # fmt: skip
    value = mean_m(question, plan.standings[-1])
    bound = min(least / people, value) if people else value
    return told(plan, value=value, bound=bound, gap=relative(value - bound, value), began=began)


def fewest_sites(services: Question, *, budget: float = np.inf, effort: Effort = DEFAULT) -> Plan:
    """Return the cheapest plan that serves all children who can be served (location set covering problem).

    Children whom no candidate reaches are told in `Plan.notes`, not held against it. When the budget is not enough, or there
    are not places for all, the plan is that of `most_children`, and the notes say what all would take. Parameters, errors
    are those of `most_children`.

    References
    ----------
    Toregas, C., Swain, R., ReVelle, C. and Bergman, L. (1971), The location of emergency service facilities,
    doi 10.1287/opre.19.6.1363.
    """
    question, began = asked(services, budget), time.monotonic()
    every = cover_savings(question, sum(float(one.price.sum()) for one in question))
    if placed(question):
        sites, least = _all_with_places(question, effort)
    else:
        columns, least = cheapest_cover(every.matrix, every.price, seconds=effort.seconds, gap=effort.gap)
        sites = None if columns is None else _sites(every.site[columns], question)
    price = np.inf if sites is None else sum(question[place].price[site] for place, site in sites)
    if sites is None or price > budget:
        most = most_children(question, budget=min(budget, every.budget), effort=effort)
        return too_dear(replace(most, objective="fewest_sites", budget=budget), price=price, least=least)
    plan = Plan(
        objective="fewest_sites", services=question, chosen=ranked(question, sites, by="children"), budget=budget, value=0,
        bound=0, gap=0,
    )  # fmt: skip
    value = float(sum(question[place].price[site] for place, site in plan.chosen))
    bound = min(least, value)
    return told(plan, value=value, bound=bound, gap=relative(value - bound, value), began=began)


def asked(services: Question, budget: float) -> tuple[Service, ...]:
    """Return the services, or refuse a question that is none."""
    question = (services,) if isinstance(services, Service) else tuple(services)
    if not question:
        raise InvalidParameters("a plan needs at least one service")
    if not budget >= 0:
        raise InvalidParameters(f"a budget must be a number from 0 on; got {budget}")
    return question


def placed(question: Sequence[Service]) -> bool:
    """Return whether places count in any of the services."""
    return any(one.capacity is not None for one in question)


def prices(question: Sequence[Service]) -> Floats:
    """Return the prices of all sites of all services, one after the other."""
    return np.concatenate([one.price for one in question])


def _sites(numbers: NDArray[np.intp], question: Sequence[Service]) -> list[Site]:
    """Return sites numbered through all services as (service number, site number)."""
    first = np.cumsum([0, *(len(one.sites) for one in question)])
    place = np.searchsorted(first, numbers, side="right") - 1
    return [(int(here), int(number - first[here])) for here, number in zip(place, numbers, strict=True)]


def relative(difference: float, whole: float) -> float:
    """Return a difference as a part of a whole, 0 when it is rounding."""
    if difference <= PROVEN * max(1.0, abs(whole)):
        return 0.0
    return float(difference / whole) if whole > 0 else float("inf")


def told(plan: Plan, *, value: float, bound: float, gap: float, began: float) -> Plan:
    """Return the plan with what it reaches and what stands in its way."""
    bound = value if gap == 0 else bound
    known = replace(plan, value=value, bound=bound, gap=gap, seconds=time.monotonic() - began)
    binds, notes = explained(known)
    return replace(known, binds=binds, notes=notes)


def _best(problem: Savings, question: Sequence[Service], effort: Effort, *, now: float | None = None) -> tuple[list[Site], float]:
    """Return the sites that save most, and an upper bound on what can be saved.

    A gap is relative to what is saved, or with `now`, the cost before, to the cost that remains.
    """
    every = list(range(problem.matrix.shape[1]))
    if problem.price.sum() <= problem.budget + 1e-9:
        columns, upper = every, problem.value(every)
    else:
        columns, upper = _columns(problem, effort, now)
    free = np.flatnonzero(problem.price <= 0).tolist()
    return _sites(problem.site[sorted({*columns, *free})], question), upper


def _columns(problem: Savings, effort: Effort, now: float | None) -> tuple[list[int], float]:
    """Return the columns found best: greedy, then swaps, then what the relaxation leaves open to the solver."""
    began = time.monotonic()
    best = greedy(problem)
    if effort.quick:
        return best, bound_at(problem, best)
    large = problem.matrix.nnz > LARGE
    best = searched(problem, best, until=began + (SEARCH_LARGE if large else SEARCH) * effort.seconds)
    reached = problem.value(best)
    enough = effort.gap * (reached if now is None else now - reached)
    until = began + (RELAX_LARGE if large else RELAX) * effort.seconds
    bound = bounded(problem, reached=reached, until=until, enough=enough)
    kept = np.flatnonzero(bound.possible(reached))
    rest = problem.only(kept)
    if bound.value - reached <= enough or rest.matrix.nnz > LARGE or not reached > 0:
        return best, max(bound.value, reached)
    seconds = effort.seconds - (time.monotonic() - began)
    found, limit = best_savings(rest, needed=bound.needed(reached)[kept], seconds=seconds, gap=enough / reached)
    if found is not None and problem.value(kept[found].tolist()) > reached:
        best = kept[found].tolist()
        reached = problem.value(best)
    return best, max(reached, min(bound.value, limit))


def _with_places(question: Sequence[Service], budget: float, effort: Effort, *, far: bool) -> tuple[list[Site], float]:
    """Return the best sites where places count, and an upper bound on children served or, with `far`, metres saved."""
    program = place_program(question, far=far).within_budget(prices(question), min(budget, 1e12))
    weight = np.concatenate([np.full(len(one.demand), one.importance) for one in question])
    worth = program.saved if far else np.asarray(program.served.T @ weight)
    found = program.best(worth, seconds=effort.seconds, gap=effort.gap)
    return opened_sites(found.variables, question), found.bound


def opened_sites(variables: Floats | None, question: Sequence[Service]) -> list[Site]:
    """Return the new sites a program's variables open."""
    kept = np.concatenate([one.kept for one in question])
    if variables is None:
        return []
    return _sites(np.flatnonzero((variables[: len(kept)] > 0.5) & ~kept), question)


def _all_with_places(question: Sequence[Service], effort: Effort) -> tuple[list[Site] | None, float]:
    """Return the cheapest sites with a place for every child who can be reached, None when there are none, and a bound."""
    reached = np.concatenate([reachable(one) for one in question])
    program = place_program(question)
    program = program.with_rules(program.served, reached, np.inf)
    worth = np.concatenate([-prices(question), np.zeros(program.matrix.shape[1] - program.sites)])
    found = program.best(worth, seconds=effort.seconds, gap=effort.gap)
    if found.variables is None:
        return None, np.inf if found.impossible else max(0.0, -found.bound)
    return opened_sites(found.variables, question), max(0.0, -found.bound)
