"""Which findings of a criterion are worded alike, so that each sentence is made once.

Two findings are alike when everything a sentence can show of them is the same as it is shown: numbers as `labels.number`
writes them, dates, answers, rating, cause. A number that lies next to a rounding edge is like none but its equals.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from friendly_city.audit.reasons.words import SMALL

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from friendly_city.audit.measures.measured import Measured

    Ints = NDArray[np.intp]
    Features = NDArray[np.int64]

PRIME = np.uint64(0x9E3779B97F4A7C15)
EDGE = 1e-6
"""So near to the middle between two last digits a number is not taken together with others."""
LARGE = 1e9
"""From here on the distance to an edge cannot be told."""


def alike(measured: Measured) -> tuple[Ints, Ints]:
    """Return one finding of each sort, and the sort of each finding.

    Returns
    -------
    first : array of int, shape (sorts,)
        Communities, by position.
    sort : array of int, shape (n,)
        Position in `first`.
    """
    features = list(_features(measured))
    mixed = np.zeros(len(measured.rating), np.uint64)
    for feature in features:
        mixed = (mixed ^ feature.view(np.uint64)) * PRIME
        mixed ^= mixed >> np.uint64(32)
    _, first, sort = np.unique(mixed, return_index=True, return_inverse=True)
    if all(np.array_equal(feature, feature[first][sort]) for feature in features):
        return first, sort
    every = np.arange(len(mixed))  # two sorts fell on one number: rarer than a fault of memory, and told apart all the same
    return every, every


def _features(measured: Measured) -> Iterator[Features]:
    shares = measured.unit == "share"
    for texts in (measured.rating, measured.cause, measured.method):
        yield _numbered(texts)
    for name in measured.facts:
        yield from _shown_column(measured.facts[name], str(name), shares=shares)
    for limits in (measured.at_least, measured.at_most):
        yield _bits(limits)
    yield from shown(measured.value, (1.0, 100.0) if shares else (1.0,))
    with np.errstate(invalid="ignore"):
        yield (measured.degree > measured.value + 1e-9).astype(np.int64)


def _numbered(texts: NDArray[np.object_]) -> Features:
    return pd.factorize(texts)[0].astype(np.int64)


def _bits(values: NDArray[np.float64]) -> Features:
    return np.ascontiguousarray(values, dtype=float).view(np.int64)


def _shown_column(column: pd.Series[float], name: str, *, shares: bool) -> Iterator[Features]:
    if column.dtype.kind == "f":
        scales = (1e-3,) if name.endswith("_m") else (1.0, 100.0) if shares else (1.0,)
        yield from shown(column.to_numpy(), scales)
    elif column.dtype.kind in "biuM":
        yield column.to_numpy().astype(np.int64)
    else:
        yield _numbered(column.to_numpy(dtype=object))


def shown(values: NDArray[np.float64], scales: tuple[float, ...]) -> Iterator[Features]:
    """Yield numbers that agree for two values only when both, times each of the scales, are written alike.

    Whether a value is whole, and whether it is `SMALL`, is told apart too: sentences ask.

    Examples
    --------
    >>> [len(set(feature.tolist())) for feature in shown(np.array([12.31, 12.34]), (1.0,))]
    [1, 1, 1]
    >>> [len(set(feature.tolist())) for feature in shown(np.array([12.31, 12.36]), (1.0,))]
    [2, 1, 1]
    """
    whole = values == np.rint(values)
    alone = whole | ~np.isfinite(values)
    for scale in scales:
        value = values * scale
        size = np.abs(value)
        digits = np.where(size >= 100, 1.0, np.where(size >= 10, 10.0, 100.0))
        tens = np.where(np.isfinite(value), value * digits, 0.0)
        nearest = np.rint(tens)
        alone |= (np.abs(np.abs(tens - nearest) - 0.5) < EDGE) | (np.abs(tens) > LARGE)
        yield _bits(nearest / digits)
    yield _bits(np.where(alone, values, 0.0))
    yield whole.astype(np.int64) + 2 * (values >= SMALL) + 4 * alone
