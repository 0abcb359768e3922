"""The result of measuring one criterion in every community, and how a rating follows from what is known.

One rule for all kinds: what is known leaves an interval of possible degrees. If it is one degree, that is the
finding; if not, there is no data. So learning more can never lower what was certain.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from friendly_city.audit.measures.evidence import Evidence
    from friendly_city.audit.measures.limits import Bools, Floats
    from friendly_city.audit.measures.rows import Ints

    Words = NDArray[np.object_]

NO_REGISTER, NOT_REPORTED, PARTIAL, COMPLETE = -1, 0, 1, 2
"""Reporting states; the greater, the more is known."""

NOT_APPLICABLE_CAUSES = (
    "no_child", "no_facility", "no_street", "no_event", "no_base", "outside_bands", "not_this_kind_of_place", "other_subject",
    "another_counts",
)  # fmt: skip
NO_DATA_CAUSES = (
    "no_register", "not_reported", "partial_reporting", "unknown_value", "not_examined", "expired", "few_answers",
    "unknown_place", "unknown_residents",
)  # fmt: skip


@dataclass(frozen=True, eq=False, kw_only=True)
class Measured:
    """One criterion measured in n communities, in the order of `City.codes`.

    Attributes
    ----------
    value : array of float, shape (n,)
        In `unit`; NaN for no_data and not_applicable; inf for a way that does not exist.
    degree : array of float, shape (n,)
        0–1; NaN for no_data and not_applicable.
    rating, cause : array of str, shape (n,)
        Cause is '' for rated findings, else one of the causes of this module.
    at_least, at_most : array of float, shape (n,)
        Limits that applied, in the threshold's unit; NaN where none.
    threshold : array of str, shape (n,)
        The limits as short text.
    facts : DataFrame, n rows
        Numbers the reason sentence is made of; columns by kind.
    evidence : Evidence
        References ``register#id``. ``homes#<code>``, ``population#<code>`` and ``streets#<code>`` stand for all rows of
        that community.
    unit : str
        Unit of `value`.
    method : array of str, shape (n,)
        How it was learnt: examine, interview, observe, compute.
    """

    value: Floats
    degree: Floats
    rating: Words
    cause: Words
    at_least: Floats
    at_most: Floats
    threshold: Words
    facts: pd.DataFrame
    evidence: Evidence
    unit: str
    method: Words


@dataclass(frozen=True, slots=True, eq=False)
class Settled:
    """Degree, rating and cause of n communities."""

    degree: Floats
    rating: Words
    cause: Words


def causes(size: int) -> Words:
    """Return `size` empty causes."""
    return np.full(size, "", dtype=object)


def settle(least: Floats, most: Floats, state: Ints, *, missing: Words | None = None, outside: Words | None = None) -> Settled:
    """Return the rating of each community from the degrees that are possible.

    Parameters
    ----------
    least, most : array of float, shape (n,)
        Degrees that are possible with what is known. Equal: decided.
    state : array of int, shape (n,)
        Reporting state; below `PARTIAL` nothing is decided.
    missing : array of str, shape (n,), optional
        Cause of no data found by the kind itself, '' where there is none.
    outside : array of str, shape (n,), optional
        Cause why the criterion does not apply, '' where it does; before `missing`, after `state`.

    Examples
    --------
    >>> settled = settle(np.array([1.0, 0.5, 0.0]), np.array([1.0, 0.5, 1.0]), np.array([2, 2, 1]))
    >>> settled.rating.tolist(), settled.cause.tolist()
    (['met', 'partly_met', 'no_data'], ['', '', 'partial_reporting'])
    """
    decided = np.isclose(least, most, rtol=0, atol=1e-12)
    cause = np.where(decided, "", np.where(state == COMPLETE, "unknown_value", "partial_reporting")).astype(object)
    if missing is not None:
        cause = np.where(missing != "", missing, cause)
    if outside is not None:
        cause = np.where(outside != "", outside, cause)
    cause = np.where(state == NOT_REPORTED, "not_reported", np.where(state == NO_REGISTER, "no_register", cause))
    return settled_by(least, cause)


def settled_by(degree: Floats, cause: Words) -> Settled:
    """Return ratings from degrees where there is no cause against one, and from the cause elsewhere."""
    rating = np.where(degree >= 1, "met", np.where(degree <= 0, "not_met", "partly_met")).astype(object)
    inapplicable = np.isin(cause, np.array(NOT_APPLICABLE_CAUSES, dtype=object))
    rating = np.where(cause == "", rating, np.where(inapplicable, "not_applicable", "no_data"))
    return Settled(np.where(cause == "", degree, np.nan), rating, cause)


def known_only(values: Floats, settled: Settled) -> Floats:
    """Return values where a rating rests on them, NaN elsewhere."""
    return np.where(settled.cause == "", values, np.nan)


def mark(mask: Bools, cause: str, *, before: Words | None = None) -> Words:
    """Return `cause` where `mask` holds, elsewhere the causes found `before` ('' at first)."""
    rest = causes(len(mask)) if before is None else before
    return np.where(mask, cause, rest).astype(object)
