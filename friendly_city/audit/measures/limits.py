"""From a value to a degree: limits, ladders, ranges and bands, vectorised.

Knows no registers. Values and limits are plain arrays in one unit; how a requirement words this is in
`standards.requirement` (`Limits`, `Threshold`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from friendly_city.standards.requirement import Limits, Threshold

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]

TOLERANCE = 1e-9
"""Relative difference below which a value counts as equal to its limit (0.1 × 3 is not more than 0.3)."""


def reaches(values: Floats, limit: float) -> Bools:
    """Return where values are at least `limit`, up to rounding of floating point.

    Examples
    --------
    >>> reaches(np.array([0.1 * 3, 0.29]), 0.3).tolist()
    [True, False]
    """
    return np.asarray(values >= limit - TOLERANCE * max(1.0, abs(limit)))


def keeps(values: Floats, limit: float) -> Bools:
    """Return where values are at most `limit`, up to rounding of floating point."""
    return np.asarray(values <= limit + TOLERANCE * max(1.0, abs(limit)))


def floor_of(limits: Limits) -> float | None:
    """Return the floor: `at_least`, or for a ladder without limits the lowest of its highest rungs."""
    if limits.at_least is not None or limits.at_most is not None or not limits.steps:
        return limits.at_least
    top = max(step.degree for step in limits.steps)
    return min(step.value for step in limits.steps if step.degree == top)


def degree(values: Floats, limits: Limits) -> Floats:
    """Return how far values fulfil limits, 0–1; NaN values give NaN.

    A value within the limits (inclusive) has 1. Outside, `zero_at` gives a straight line down to 0, `steps` the degree
    of the highest rung reached (rungs below the floor count from below, rungs above the ceiling from above), else 0.

    Examples
    --------
    >>> from friendly_city.standards.requirement import Limits
    >>> degree(np.array([0.0, 3.0, 6.0]), Limits(at_least=6, zero_at=0)).tolist()
    [0.0, 0.5, 1.0]
    >>> degree(np.array([240.0, 260.0, np.inf]), Limits(at_least=250, at_most=300)).tolist()
    [0.0, 1.0, 0.0]
    """
    floor, ceiling = floor_of(limits), limits.at_most
    low = ~reaches(values, floor) if floor is not None else np.zeros(values.shape, bool)
    high = ~keeps(values, ceiling) if ceiling is not None else np.zeros(values.shape, bool)
    result = np.where(low | high, 0.0, 1.0)
    if limits.zero_at is not None:
        if floor is not None and limits.zero_at < floor:
            result = np.where(low, np.clip((values - limits.zero_at) / (floor - limits.zero_at), 0, 1), result)
        if ceiling is not None and limits.zero_at > ceiling:
            result = np.where(high, np.clip((limits.zero_at - values) / (limits.zero_at - ceiling), 0, 1), result)
    for step in limits.steps:
        if floor is not None:
            result = np.where(low & reaches(values, step.value), np.maximum(result, step.degree), result)
        if ceiling is not None and step.value > ceiling:
            result = np.where(high & keeps(values, step.value), np.maximum(result, step.degree), result)
    return np.where(np.isnan(values), np.nan, result)


def least_and_most(low: Floats, high: Floats, limits: Limits) -> tuple[Floats, Floats]:
    """Return the least and the greatest degree that a value somewhere in [low, high] can have.

    Degrees rise to the limits, stay 1 within, and fall beyond: the least is at an end, the greatest at the point of the
    interval next to the limits.

    Examples
    --------
    >>> from friendly_city.standards.requirement import Limits
    >>> least, most = least_and_most(np.array([200.0]), np.array([np.inf]), Limits(at_least=250, at_most=300))
    >>> least.tolist(), most.tolist()
    ([0.0], [1.0])
    """
    at_low, at_high = degree(low, limits), degree(high, limits)
    floor = floor_of(limits)
    peak = floor if floor is not None else limits.at_most if limits.at_most is not None else 0.0
    return np.minimum(at_low, at_high), degree(np.clip(peak, low, high), limits)


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """What is asked of each of n subjects, and between which degrees their values can lie.

    Attributes
    ----------
    least, most : array of float, shape (n,)
        Degrees, 0–1; NaN where no band holds.
    at_least, at_most : array of float, shape (n,)
        The limits that apply, in the unit of the threshold; NaN where there is none.
    banded : array of bool, shape (n,)
        Whether some band (or the one set of limits) applies.
    """

    least: Floats
    most: Floats
    at_least: Floats
    at_most: Floats
    banded: Bools


def judge(low: Floats, high: Floats, threshold: Threshold, *, by: Floats | None = None) -> Asked:
    """Compare the intervals [low, high] with a threshold.

    Parameters
    ----------
    low, high : array of float, shape (n,)
        The least and the greatest value that is possible with what is known, in the threshold's unit.
    threshold : Threshold
        One set of limits, or bands.
    by : array of float, shape (n,), optional
        The banding value in `threshold.by_unit`; NaN (unknown) lies in no band.
    """
    shape = low.shape
    least, most, at_least, at_most = (np.full(shape, np.nan) for _ in range(4))
    result = Asked(least, most, at_least, at_most, np.zeros(shape, bool))
    pieces = [(np.ones(shape, bool), threshold.limits)] if threshold.limits is not None else []
    if threshold.limits is None and by is not None:
        pieces = [(within_band(by, band.start, band.below), band.limits) for band in threshold.bands]
    for mask, limits in pieces:
        result.banded[mask] = True
        result.least[mask], result.most[mask] = least_and_most(low[mask], high[mask], limits)
        floor = floor_of(limits)
        result.at_least[mask] = np.nan if floor is None else floor
        result.at_most[mask] = np.nan if limits.at_most is None else limits.at_most
    return result


def within_band(by: Floats, start: float | None, below: float | None) -> Bools:
    """Return where start ≤ by < below; None is open.

    Examples
    --------
    >>> within_band(np.array([0.0, 5000.0, np.nan]), None, 5000).tolist()
    [True, False, False]
    """
    inside = ~np.isnan(by)
    if start is not None:
        inside &= by >= start
    if below is not None:
        inside &= by < below
    return np.asarray(inside)


def limit_text(at_least: float, at_most: float) -> str:
    """Return the limits as the short text of the findings, '' for none.

    Examples
    --------
    >>> limit_text(6, float("nan")), limit_text(float("nan"), 0.15), limit_text(250, 300)
    ('≥ 6', '≤ 0.15', '250 – 300')
    """
    if math.isnan(at_least):
        return "" if math.isnan(at_most) else f"≤ {at_most:.10g}"
    return f"≥ {at_least:.10g}" if math.isnan(at_most) else f"{at_least:.10g} – {at_most:.10g}"
