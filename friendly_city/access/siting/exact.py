"""The best plan and the proof of it, by integer programming (HiGHS in `scipy.optimize.milp`).

Savings of a row are written as a ladder: a step is reached when an open site is on it or on a higher one, so that the
program is as large as the pairs are many, and its continuous relaxation is as tight as any known for this problem.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array, csr_array, vstack

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from friendly_city.access.siting.savings import Savings

    Floats = NDArray[np.float64]
    Integers = NDArray[np.intp]

LEAST_SECONDS = 0.1
"""A solver is given no less."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Solved:
    """What the solver found: the program's variables, None when it found no plan in time, and what no plan is better than.

    `impossible` tells that it proved there to be no plan at all.
    """

    variables: Floats | None
    bound: float
    impossible: bool = False


def solved(
    objective: Floats,
    matrix: Any,
    low: Floats,
    high: Floats,
    *,
    whole: NDArray[np.bool_],
    seconds: float,
    gap: float = 0.0,
    least: Any = 0.0,
) -> Solved:
    """Return the solution of: minimise ``objective @ x`` with ``low <= matrix @ x <= high``, ``least <= x <= 1``.

    Parameters
    ----------
    objective : array (variables,)
        Cost of each variable.
    matrix : sparse array (rules, variables)
        The rules.
    low, high : arrays (rules,)
        Between what each rule holds.
    whole : array (variables,) of bool
        Variables that are 0 or 1.
    seconds : float
        After so long the best found so far is returned.
    gap : float
        Relative gap at which to stop.
    least : float or array
        Lower bounds, 1 for what is fixed.
    """
    if not len(objective):
        return Solved(variables=np.empty(0), bound=0.0)
    found = milp(
        objective,
        integrality=whole.astype(int),
        bounds=Bounds(least, 1.0),
        constraints=[LinearConstraint(matrix, low, high)] if matrix.shape[0] else (),
        options={"time_limit": max(LEAST_SECONDS, seconds), "mip_rel_gap": gap},
    )
    bound = found.mip_dual_bound
    if bound is None:
        bound = found.fun if found.status == 0 and found.fun is not None else -np.inf
    return Solved(variables=found.x, bound=float(bound), impossible=found.status == 2)


def best_savings(problem: Savings, *, needed: NDArray[np.bool_], seconds: float, gap: float) -> tuple[list[int] | None, float]:
    """Return the columns that save most, None if none were found in time, and an upper bound on what can be saved.

    `needed` are columns known to be in every better plan; the bound is -inf when the budget has no room for them.
    """
    sites = problem.matrix.shape[1]
    worth, ladder = _ladder(problem)
    steps = len(worth)
    pay = csr_array((problem.price, (np.zeros(sites, np.intp), np.arange(sites))), shape=(1, sites + steps))
    rules = vstack([ladder, pay], format="csr")
    low, high = np.full(steps + 1, -np.inf), np.append(np.zeros(steps), problem.budget)
    whole = np.arange(sites + steps) < sites
    least = np.concatenate([needed.astype(float), np.zeros(steps)])
    scale = max(float(worth.mean()), 1e-12) if len(worth) else 1.0
    objective = np.concatenate([np.zeros(sites), -worth / scale])
    found = solved(objective, rules, low, high, whole=whole, seconds=seconds, gap=gap, least=least)
    if found.impossible:
        return None, -np.inf
    columns = None if found.variables is None else np.flatnonzero(found.variables[:sites] > 0.5).tolist()
    return columns, -found.bound * scale


def _ladder(problem: Savings) -> tuple[Floats, Any]:
    """Return what each step is worth, and the rules ``step - next higher step of the row - sites on the step <= 0``."""
    matrix = problem.matrix
    row, column, saved = problem.row, problem.column, problem.saved
    order = np.lexsort((column, -saved, row))
    row, column, saved = row[order], column[order], saved[order]
    new = np.ones(len(row), bool)
    new[1:] = (row[1:] != row[:-1]) | (saved[1:] != saved[:-1])
    step = np.cumsum(new) - 1
    first = np.flatnonzero(new)
    of_row, height = row[first], saved[first]
    last = np.ones(len(first), bool)
    last[:-1] = of_row[1:] != of_row[:-1]
    worth = height - np.where(last, 0.0, np.append(height[1:], 0.0))
    steps, sites = len(first), matrix.shape[1]
    higher = np.flatnonzero(~np.append(True, last[:-1])) if steps else np.empty(0, np.intp)
    rule = np.concatenate([step, np.arange(steps), higher])
    variable = np.concatenate([column, sites + np.arange(steps), sites + higher - 1])
    value = np.concatenate([-np.ones(len(step)), np.ones(steps), -np.ones(len(higher))])
    return worth, coo_array((value, (rule, variable)), shape=(steps, sites + steps)).tocsr()


def cheapest_cover(matrix: Any, price: Floats, *, seconds: float, gap: float = 0.0) -> tuple[list[int] | None, float]:
    """Return the cheapest columns that together cover every row, None if none were found in time, and a lower bound.

    Parameters
    ----------
    matrix : sparse array (rows, columns)
        What covers what; every row must have a column.
    price : array (columns,)
        Price of each.
    """
    rows, columns = matrix.shape
    ones = csr_array(matrix).astype(bool).astype(float)
    one = np.ones(columns, bool)
    found = solved(price, ones, np.ones(rows), np.full(rows, np.inf), whole=one, seconds=seconds, gap=gap)
    chosen = None if found.variables is None else np.flatnonzero(found.variables > 0.5).tolist()
    return chosen, max(0.0, found.bound)
