"""Which numbers of people may stand in a published table, so that no count from 1 to 4 follows from the others.

Counts from 1 to 4 are hidden, and one more number in each sum they are part of is withheld: always the first that is not
small, never one chosen by its size. It is taken only where hidden and withheld numbers together would be the same for every
choice of hidden ones; otherwise nothing is said of any number in that sum. So who knows this rule, the sums and all that is
printed still finds every value from 1 to 4 possible for each hidden one (tests attack tables by trying all, by integer
programming and by replaying the rule).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

FEW = 5
"""Counts of people below this are not shown in the public edition; none is no secret."""

State = Literal["shown", "few", "withheld"]


def is_few(count: float) -> bool:
    """Return whether a count of people is too small to be published; none is no secret.

    Examples
    --------
    >>> [is_few(count) for count in (0, 1, 4, 5)]
    [False, True, True, False]
    """
    return 0 < round(count, 6) < FEW


def states_in_sum(counts: Sequence[float]) -> list[State]:
    """Return what may be said of numbers whose sum is known.

    Examples
    --------
    >>> states_in_sum([3, 40, 90, 0]), states_in_sum([40, 90, 0])
    (['few', 'withheld', 'shown', 'shown'], ['shown', 'shown', 'shown'])
    >>> states_in_sum([4, 4, 0])
    ['withheld', 'withheld', 'withheld']
    """
    few = [place for place, count in enumerate(counts) if is_few(count)]
    if not few:
        return ["shown"] * len(counts)
    spare = next((place for place, count in enumerate(counts) if count >= FEW), None)
    if spare is None or not _any_would_do(sum(counts[place] for place in few) + counts[spare], len(few)):
        return ["withheld"] * len(counts)
    return ["few" if place in few else "withheld" if place == spare else "shown" for place in range(len(counts))]


def _any_would_do(together: float, hidden: int) -> bool:
    """Return whether hidden counts of any size leave at least `FEW` of a sum for the withheld number."""
    return together >= (FEW - 1) * hidden + FEW


@dataclass(frozen=True, slots=True)
class Published:
    """What may be said of a table of groups by place: of each number, of each place's sum, and of the sum of all."""

    cells: tuple[tuple[State, ...], ...]
    totals: tuple[State, ...]
    whole: State


def published(table: Sequence[Sequence[float]]) -> Published:
    """Return what may be said of counts by place (rows) and group, where sums of rows and the sum of all are published too.

    Sums of groups over the places must not be published beside it.

    Examples
    --------
    >>> found = published([[1, 2, 0], [30, 40, 50], [60, 3, 80]])
    >>> found.totals, found.whole
    (('few', 'withheld', 'shown'), 'shown')
    >>> found.cells[1], found.cells[2]
    (('withheld', 'shown', 'shown'), ('withheld', 'few', 'shown'))
    """
    cells: list[list[State]] = [states_in_sum(row) for row in table]
    sums = [sum(row) for row in table]
    totals: list[State] = ["few" if is_few(total) else "shown" for total in sums]
    small = [place for place, total in enumerate(sums) if is_few(total)]
    for place in small:
        cells[place] = ["withheld"] * len(table[place])
    whole: State = "shown"
    if is_few(sum(sums)):
        nothing: State = "withheld"
        return Published(((nothing,) * len(table[0]),) * len(table), (nothing,) * len(table), "few")
    if not small:
        return Published(tuple(map(tuple, cells)), tuple(totals), whole)
    spare = next((p for p, row in enumerate(table) if max(row) >= FEW and not any(map(is_few, row))), None)
    if spare is None:
        return Published(tuple(map(tuple, cells)), tuple(totals), "withheld")
    group = next(place for place, count in enumerate(table[spare]) if count >= FEW)
    totals[spare], cells[spare][group] = "withheld", "withheld"
    if not _any_would_do(sum(sums[place] for place in small) + table[spare][group], len(small)):
        cells[spare], whole = ["withheld"] * len(table[spare]), "withheld"
    return Published(tuple(map(tuple, cells)), tuple(totals), whole)
