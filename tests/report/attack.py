"""An attacker with a solver: what hidden numbers can be, given all that is printed of a table by place and group."""

from __future__ import annotations

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

FEW = 5


def intervals(cells, totals, whole, *, hidden_cells, hidden_totals):
    """The least and most that hidden numbers can be, by integer programming.

    Parameters
    ----------
    cells : list of list
        By place and group: a number, 'few' or 'withheld'. A withheld number is at least 5 where others of its row are hidden as
        small ones or printed, else it can be anything.
    totals : list
        Of each place: a number, 'few' or 'withheld'.
    whole
        Of all: a number, 'few', 'withheld', or the least and most it can be.
    hidden_cells, hidden_totals : list
        Positions (place, group), and places, to attack.
    """
    rows, width = len(cells), len(cells[0])
    low, high = np.zeros(rows * width), np.full(rows * width, 1e6)
    for place, state in enumerate(cell for row in cells for cell in row):
        if not isinstance(state, str):
            low[place] = high[place] = state
        elif state == "few":
            low[place], high[place] = 1, FEW - 1
        elif set(map(str, cells[place // width])) != {"withheld"}:
            low[place] = FEW
    one = [np.kron(np.arange(rows) == row, np.ones(width)) for row in range(rows)]
    said = np.array([_bounds(total) for total in (*totals, whole)], dtype=float)
    sums = LinearConstraint(np.array([*one, np.ones(rows * width)]), *said.T)

    def extreme(aim, sign):
        done = milp(sign * aim, constraints=sums, bounds=Bounds(low, high), integrality=np.ones(rows * width))
        assert done.success, (cells, totals, whole)
        return round(sign * done.fun)

    aims = [np.eye(rows * width)[place * width + group] for place, group in hidden_cells] + [
        one[place] for place in hidden_totals
    ]
    return [(extreme(aim, 1), extreme(aim, -1)) for aim in aims]


def _bounds(said):
    if isinstance(said, tuple):
        return said
    return {"few": (1, FEW - 1), "withheld": (0, np.inf)}.get(said) or (said, said)
