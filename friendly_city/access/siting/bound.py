"""How good any plan can be: an upper bound by Lagrangian relaxation, and which sites it rules out.

That each demand point counts once is relaxed: a multiplier for each row is the value it is worth anyhow, and sites are paid
for what they save beyond it. Whatever the multipliers, no plan is better than the bound; they are improved step by step.

References
----------
Fisher, M. L. (1981), The Lagrangian relaxation method for solving integer programming problems, doi 10.1287/mnsc.27.1.1.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from friendly_city.access.siting.savings import Savings

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]

STEPS = 2000
"""Improvements of the multipliers at most."""

PATIENCE, SHRINK, SMALLEST = 15, 1.5, 1e-4
"""After so many steps without a better bound the step is made so much smaller, until it is this small."""

ROUNDING = 1e-9
"""Relative difference that may be rounding: a site is not ruled out for less."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Bound:
    """An upper bound, and for each column how much worse it makes the bound to choose it, or not to."""

    value: float
    with_it: Floats
    without_it: Floats

    def possible(self, reached: float) -> Flags:
        """Return which columns may be part of a plan that is better than one already reached."""
        return np.asarray(self.with_it > reached * (1 - ROUNDING))

    def needed(self, reached: float) -> Flags:
        """Return which columns every better plan has."""
        return np.asarray(self.without_it < reached * (1 - ROUNDING))


def bounded(problem: Savings, *, reached: float, until: float, enough: float = 0.0) -> Bound:
    """Return an upper bound on what any plan saves.

    Parameters
    ----------
    problem : Savings
        The problem.
    reached : float
        What a known plan saves.
    until : float
        Clock time (`time.monotonic`) at which to stop with what there is.
    enough : float
        A bound this little above `reached` is good enough.
    """
    row, saved, column = problem.row, problem.saved, problem.column
    most = np.zeros(problem.matrix.shape[0])
    np.maximum.at(most, row, saved)
    worth = most / 2
    best, best_worth = _bound(problem, worth, row, saved, column)[0], worth
    step, since = 1.0, 0
    for _ in range(STEPS):
        bound, chosen = _bound(problem, worth, row, saved, column)
        if bound.value < best.value - 1e-7 * abs(best.value):
            best, best_worth, since = bound, worth, 0
        else:
            since += 1
        if since >= PATIENCE:
            step, since, worth = step / SHRINK, 0, best_worth
            continue
        paid = np.bincount(row, (saved > worth[row]) * chosen[column], len(worth))
        slope = 1.0 - paid
        length = float((slope**2).sum())
        met = best.value <= max(reached * (1 + ROUNDING), reached + enough)
        if length == 0 or step < SMALLEST or met or time.monotonic() > until:
            break
        worth = np.clip(worth - step * (bound.value - reached) / length * slope, 0.0, most)
    return best


def bound_at(problem: Savings, chosen: list[int]) -> float:
    """Return an upper bound at once: what a plan saves, and what the best further sites would add if none shared with another.

    Nemhauser, G. L., Wolsey, L. A. and Fisher, M. L. (1978), doi 10.1007/BF01588971.
    """
    best = problem.table(chosen).max(axis=0, initial=0.0)
    return _bound(problem, best, problem.row, problem.saved, problem.column)[0].value


def _bound(
    problem: Savings, worth: Floats, row: NDArray[np.intp], saved: Floats, column: NDArray[np.intp]
) -> tuple[Bound, Floats]:
    """Return the bound of some multipliers, and how much of each column is bought at it."""
    pay = np.bincount(column, np.maximum(saved - worth[row], 0.0), problem.matrix.shape[1])
    price = problem.price
    order = np.argsort(-pay / np.maximum(price, 1e-12), kind="stable")
    spent = np.cumsum(price[order])
    fits = spent <= problem.budget + 1e-9
    bought = np.zeros(len(pay))
    bought[order[fits]] = 1.0
    rest = int(np.argmin(fits)) if not fits.all() else len(order)
    rate = 0.0
    if rest < len(order):
        edge = order[rest]
        rate = pay[edge] / price[edge]
        bought[edge] = (problem.budget - (spent[rest] - price[edge])) / price[edge]
    value = float(worth.sum() + pay @ bought)
    surplus = pay - rate * price
    with_it = value + np.minimum(surplus, 0.0)
    without_it = value - np.maximum(surplus, 0.0)
    return Bound(value=value, with_it=with_it, without_it=without_it), bought
