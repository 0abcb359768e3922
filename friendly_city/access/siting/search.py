"""Good plans quickly: greedy choice, then swaps, then swaps again from places nearby. Always the same answer.

Greedy is lazy: a site never adds more later than it did before, so that most need not be looked at again.
"""

from __future__ import annotations

import time
from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from friendly_city.access.siting.savings import Savings

    Floats = NDArray[np.float64]

LEAST = 1e-9
"""A gain must be larger than this part of the value to count."""

ROUNDS = 120
"""How often the search starts again nearby."""

MOVED = 3
"""Sites replaced at random for a new start."""


def greedy(problem: Savings) -> list[int]:
    """Return columns in the order in which each adds most for its price, as long as the budget lasts.

    With one price at least 63 % of the best value are reached (Nemhauser, G. L., Wolsey, L. A. and Fisher, M. L. 1978,
    doi 10.1007/BF01588971); with several prices the best single site is compared, which keeps a guarantee
    (Khuller, S., Moss, A. and Naor, J. 1999, doi 10.1016/S0020-0190(99)00031-9).
    """
    best = np.zeros(problem.matrix.shape[0])
    price = np.maximum(problem.price, 1e-12)
    alone = np.asarray(problem.matrix.sum(axis=0)).ravel()
    heap = [(-gain / price[column], column, 0) for column, gain in enumerate(alone)]
    heapify(heap)
    chosen: list[int] = []
    left = problem.budget
    while heap:
        _, column, seen = heappop(heap)
        if problem.price[column] > left + 1e-9:
            continue
        rows, saved = problem.of(column)
        if seen < len(chosen):
            gain = np.maximum(saved - best[rows], 0.0).sum()
            heappush(heap, (-gain / price[column], column, len(chosen)))
            continue
        if (saved <= best[rows]).all():
            break
        chosen.append(column)
        left -= problem.price[column]
        best[rows] = np.maximum(best[rows], saved)
    return [int(np.argmax(alone))] if len(alone) and alone.max() > best.sum() else chosen


def climbed(problem: Savings, chosen: list[int]) -> list[int]:
    """Return columns after the best swap, or the best addition, again and again until none helps.

    Teitz, M. B. and Bart, P. (1968), Heuristic methods for estimating the generalized vertex median of a weighted graph,
    doi 10.1287/opre.16.5.955. All swaps are weighed at once in one pass over the savings.
    """
    row, saved, column = problem.row, problem.saved, problem.column
    chosen = list(chosen)
    while True:
        gain = _moves(problem, chosen, row, saved, column)
        place, new = np.unravel_index(int(np.argmax(gain)), gain.shape) if gain.size else (0, 0)
        if not gain.size or gain[place, new] <= LEAST * max(1.0, problem.value(chosen)):
            return chosen
        if place < len(chosen):
            chosen[place] = int(new)
        else:
            chosen.append(int(new))


def _moves(problem: Savings, chosen: list[int], row: NDArray[np.intp], saved: Floats, column: NDArray[np.intp]) -> Floats:
    """Return the gain of putting each column in the place of each chosen one, and in the last line beside them."""
    rows, columns = problem.matrix.shape
    count = len(chosen)
    table = np.vstack([problem.table(chosen), np.zeros((2, rows))])
    owner = table.argmax(axis=0)
    best = table[owner, np.arange(rows)]
    table[owner, np.arange(rows)] = 0.0
    second = table.max(axis=0)
    loss = np.bincount(owner, best - second, count + 2)[:count]
    added = np.bincount(column, np.maximum(saved - best[row], 0.0), columns)
    regained = np.maximum(np.minimum(saved, best[row]) - second[row], 0.0)
    hit = np.flatnonzero(regained)
    key = np.minimum(owner[row[hit]], count) * columns + column[hit]
    again = np.bincount(key, regained[hit], (count + 1) * columns).reshape(count + 1, columns)[:count]
    gain = np.vstack([added + again - loss[:, None], added[None]])
    freed = np.append(problem.price[chosen], 0.0)
    left = problem.budget - problem.price[chosen].sum()
    gain[problem.price[None] > left + freed[:, None] + 1e-9] = -np.inf
    gain[:, chosen] = -np.inf
    return gain


def searched(problem: Savings, start: list[int], *, until: float, target: float = np.inf) -> list[int]:
    """Return the best columns found by climbing from many starts near the best so far.

    It ends after `ROUNDS`, at the clock time `until` (`time.monotonic`), or when the value `target` is reached.
    """
    random = np.random.default_rng(0)
    best = climbed(problem, start)
    value = problem.value(best)
    for _ in range(ROUNDS):
        if time.monotonic() > until or value >= target or len(best) >= problem.matrix.shape[1]:
            break
        other = climbed(problem, _shaken(problem, best, random))
        reached = problem.value(other)
        if reached >= value:
            best, value = other, reached
    return best


def _shaken(problem: Savings, chosen: list[int], random: np.random.Generator) -> list[int]:
    """Return columns of which some are others, within the budget."""
    kept = list(chosen)
    for place in sorted(random.choice(len(kept), min(MOVED, len(kept)), replace=False), reverse=True):
        kept.pop(int(place))
    left = problem.budget - problem.price[kept].sum()
    for column in random.permutation(problem.matrix.shape[1]):
        if len(kept) >= len(chosen):
            break
        if int(column) not in kept and problem.price[column] <= left + 1e-9:
            kept.append(int(column))
            left -= problem.price[column]
    return kept
