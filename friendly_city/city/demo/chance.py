"""Reproducible chance: one seed, one stream of numbers for each topic, and fair whole-number shares.

Each topic has its own stream, so that a change in one register does not shake the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from zlib import crc32

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

SEED = 236
"""The seed of the committed demonstration city (after DB4403/T 236)."""


def stream(seed: int, topic: str) -> np.random.Generator:
    """Return the generator of a topic; only uniform numbers are drawn from it, which are the same on every machine.

    Examples
    --------
    >>> int(stream(236, "streets").integers(1000)) == int(stream(236, "streets").integers(1000))
    True
    """
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, crc32(topic.encode())])))


def apportion(total: int, weights: Sequence[float] | NDArray[np.float64]) -> list[int]:
    """Share a whole number by weight with the method of largest remainders; the parts sum to `total`.

    Parameters
    ----------
    total : int
        What is shared, 0 or more.
    weights : sequence of float
        Not negative, not all zero. A weight of 0 gets nothing. Equal remainders: the earlier place wins.

    Examples
    --------
    >>> apportion(10, [1, 1, 1])
    [4, 3, 3]
    """
    shares = np.asarray(weights, dtype=float)
    exact = np.round(shares * (total / shares.sum()), 9)
    parts = np.floor(exact).astype(int)
    missing = int(total - parts.sum())
    order = sorted(np.flatnonzero(shares > 0).tolist(), key=lambda i: (-round(float(exact[i] - parts[i]), 9), i))
    for i in order[:missing]:
        parts[i] += 1
    return [int(part) for part in parts]


def pick(rng: np.random.Generator, options: Sequence[str], weights: Sequence[float]) -> str:
    """Return one of the options, by weight.

    Examples
    --------
    >>> pick(stream(1, "doc"), ("a", "b"), (0, 1))
    'b'
    """
    edge, point = 0.0, float(rng.random()) * sum(weights)
    for option, weight in zip(options, weights, strict=True):
        edge += weight
        if point < edge:
            return option
    return options[-1]
