"""Which of two requirements asks more: same, stricter, looser, or neither (they overlap).

What is compared is what it takes to be met in full, not part credit; `eases` also looks at part credit. Requirements that
do not measure the same thing cannot be compared here: that is for people to say.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace
from enum import StrEnum
from itertools import pairwise

from friendly_city.standards.requirement import Access, Attest, Band, Limits, Requirement, Threshold

SMALLEST = 1e-9
"""Degrees that differ by less are equal."""
NOTHING = Limits()
"""What a threshold asks where it does not apply."""


class Strictness(StrEnum):
    """How what the first asks stands to what the second asks."""

    SAME = "same"
    STRICTER = "stricter"
    LOOSER = "looser"
    OVERLAPS = "overlaps"

    @property
    def turned(self) -> Strictness:
        """Return how the second stands to the first."""
        return {Strictness.STRICTER: Strictness.LOOSER, Strictness.LOOSER: Strictness.STRICTER}.get(self, self)


def together(parts: Iterable[Strictness]) -> Strictness:
    """Return how the first stands to the second when several parts are compared.

    Examples
    --------
    >>> str(together([Strictness.SAME, Strictness.STRICTER])), str(together([Strictness.LOOSER, Strictness.STRICTER]))
    ('stricter', 'overlaps')
    """
    found = set(parts) - {Strictness.SAME}
    return found.pop() if len(found) == 1 else Strictness.OVERLAPS if found else Strictness.SAME


def compare_limits(one: Limits, other: Limits) -> Strictness:
    """Return which limits are harder to meet in full.

    Examples
    --------
    >>> str(compare_limits(Limits(at_most=300), Limits(at_most=500)))
    'stricter'
    >>> str(compare_limits(Limits(at_least=500, steps=()), Limits(at_least=500, zero_at=250)))
    'same'
    """
    (low, high), (other_low, other_high) = _met(one), _met(other)
    return together((_higher(low, other_low), _higher(-high, -other_high)))


def _met(limits: Limits) -> tuple[float, float]:
    """Return between which values limits are met in full."""
    low = -math.inf if limits.at_least is None else limits.at_least
    if limits.at_least is None and limits.at_most is None and limits.steps:  # a ladder: the lowest of its highest rungs
        top = max(step.degree for step in limits.steps)
        low = min(step.value for step in limits.steps if step.degree == top)
    return low, math.inf if limits.at_most is None else limits.at_most


def _higher(one: float, other: float) -> Strictness:
    if one == other:
        return Strictness.SAME
    return Strictness.STRICTER if one > other else Strictness.LOOSER


def compare_thresholds(one: Threshold, other: Threshold) -> Strictness | None:
    """Return which threshold asks more, band by band; None when their units or what the bands go by differ.

    Examples
    --------
    >>> small = Threshold(unit="m2", limits=Limits(at_least=6))
    >>> str(compare_thresholds(small, Threshold(unit="m2", limits=Limits(at_least=10))))
    'looser'
    """
    if one.unit != other.unit or len({t.by for t in (one, other) if t.bands}) > 1:
        return None
    return together(compare_limits(_at(one, point), _at(other, point)) for point in _points((*one.bands, *other.bands)))


def _points(bands: Iterable[Band]) -> list[float]:
    """Return a value within each stretch between the borders of bands; 0 when there are none."""
    ends = sorted({end for band in bands for end in (band.start, band.below) if end is not None})
    if not ends:
        return [0.0]
    between = [(low + high) / 2 for low, high in pairwise(ends)]
    return [ends[0] - 1, *between, ends[-1] + 1]


def _at(threshold: Threshold, value: float) -> Limits:
    """Return what is asked where the bands' value is this; nothing where no band holds."""
    if not threshold.bands:
        return threshold.limits or NOTHING
    for band in threshold.bands:
        if (band.start is None or band.start <= value) and (band.below is None or value < band.below):
            return band.limits
    return NOTHING


def compare_requirements(one: Requirement, other: Requirement) -> Strictness | None:
    """Return which requirement asks more; None when they do not measure the same thing.

    Two ways to a facility compare by the distance and by the share of children; all else must be equal.
    """
    if isinstance(one, Attest) or isinstance(other, Attest):
        same = isinstance(one, Attest) and isinstance(other, Attest) and (one.register, one.item) == (other.register, other.item)
        return Strictness.SAME if same else None
    if _measured(one) != _measured(other):
        return None
    asked = compare_thresholds(one.threshold, other.threshold)
    if asked is None or not (isinstance(one, Access) and isinstance(other, Access)):
        return asked
    return together((asked, _higher(-(one.within or 0.0), -(other.within or 0.0))))


def _measured(asked: Requirement) -> Requirement:
    """Return a requirement without its figures: two that are equal then measure the same thing."""
    if isinstance(asked, Attest):
        return asked
    bare = replace(asked, threshold=Threshold(unit=asked.threshold.unit))
    reached = isinstance(bare, Access) and bare.measure == "share_within"
    return replace(bare, within=None) if isinstance(bare, Access) and reached else bare


def eases(was: Requirement, now: Requirement) -> bool:
    """Return whether a requirement with new figures gives more credit than before for some value, or cannot be compared.

    Examples
    --------
    >>> from friendly_city.standards.requirement import Filter, Size
    >>> was = Size(of="each", where=Filter(), field="floor_area_m2", threshold=Threshold(unit="m2", limits=Limits(at_least=6)))
    >>> eases(was, replace(was, threshold=Threshold(unit="m2", limits=Limits(at_least=6, zero_at=3))))
    True
    """
    if compare_requirements(now, was) not in (Strictness.SAME, Strictness.STRICTER):
        return True
    if isinstance(was, Attest) or isinstance(now, Attest):
        return False
    before, after = was.threshold, now.threshold
    return any(_gives_more(_at(after, p), _at(before, p)) for p in _points((*before.bands, *after.bands)))


def _gives_more(now: Limits, was: Limits) -> bool:
    """Return whether limits give a higher degree somewhere; degrees are straight between the values looked at."""
    if NOTHING in (now, was):
        return now != was and now == NOTHING
    ends = sorted({end for limits in (now, was) for end in _corners(limits)})
    sides = [side for end in ends for side in (math.nextafter(end, -math.inf), end, math.nextafter(end, math.inf))]
    far = [ends[0] - 1, ends[-1] + 1]
    return any(degree(now, value) > degree(was, value) + SMALLEST for value in (*sides, *far))


def _corners(limits: Limits) -> list[float]:
    given = (limits.at_least, limits.at_most, limits.zero_at, *(step.value for step in limits.steps))
    return [value for value in given if value is not None]


def degree(limits: Limits, value: float) -> float:
    """Return how far limits are met by a value, 0 to 1, as `Limits` says.

    Examples
    --------
    >>> degree(Limits(at_least=6, zero_at=3), 4.5), degree(Limits(at_most=300), 301)
    (0.5, 0.0)
    """
    low, high = _met(limits)
    if low <= value <= high:
        return 1.0
    below = value < low
    rungs = [s.degree for s in limits.steps if (s.value <= value if below else s.value > high and value <= s.value)]
    zero, edge = limits.zero_at, low if below else high
    line = zero is not None and (zero < edge if below else zero > edge)
    along = max(0.0, (value - zero) / (edge - zero)) if zero is not None and line else 0.0
    return max([along, *rungs])
