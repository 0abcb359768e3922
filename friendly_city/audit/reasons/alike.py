"""Which findings of a criterion are worded alike, so that each sentence is made once.

Two findings are alike when everything a sentence can show of them is the same as it is shown: numbers as `labels.number`
writes them, dates, answers, rating, cause. A number that lies next to a rounding edge is like none but its equals.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import numpy as np
import pandas as pd

from friendly_city.audit.reasons.words import SMALL

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from friendly_city.audit.measures.measured import Measured
    from friendly_city.audit.reasons.unreported import Unreported
    from friendly_city.city.model import Period
    from friendly_city.labels import Text

    Ints = NDArray[np.intp]
    Features = NDArray[np.int64]

Thing = TypeVar("Thing", bound=Hashable)
PRIME = np.uint64(0x9E3779B97F4A7C15)
EDGE = 1e-6
"""So near to the middle between two last digits a number is not taken together with others."""
MOST_TOLD = 200_000
"""Sentences kept, about 100 MB."""
ONLY_UNRATED = ("known", "sum", "expired")
"""Facts that only sentences of findings without a rating show."""
ONLY_UNMET = ("inside", "elsewhere")
"""Facts that no sentence of a finding rated met shows."""
LARGE = 1e9
"""From here on the distance to an edge cannot be told."""


@dataclass(eq=False)
class Told:
    """Sentences that were made, by what they show; kept while cities are audited against one checklist.

    Attributes
    ----------
    numbers : dict
        A number for each thing that is shown: texts, registers not reported, sizes of facilities.
    sentences : dict
        By criterion, register that is missing, and period; then by what is shown.
    """

    numbers: dict[Hashable, int] = field(default_factory=dict)
    sentences: dict[tuple[str, str, str], dict[bytes, Text]] = field(default_factory=dict)

    def make_room(self) -> None:
        """Forget all when there are too many."""
        if sum(map(len, self.sentences.values())) > MOST_TOLD:
            self.sentences.clear()
            self.numbers.clear()


@dataclass(frozen=True, slots=True, eq=False)
class Chosen(Generic[Thing]):
    """One of some things for each community.

    Attributes
    ----------
    codes : array of int, shape (n,)
        Position in `distinct`.
    distinct : list
        Things; one that does not differ from another shows the same.
    """

    codes: Ints
    distinct: list[Thing]

    def of(self, place: int) -> Thing:
        """Return the thing of one community."""
        return self.distinct[int(self.codes[place])]


@dataclass(frozen=True, slots=True, eq=False)
class More:
    """What sentences show beside the measured facts.

    Attributes
    ----------
    missing : str
        Register that the criterion reads and the city lacks, '' when none.
    period : Period
        Period audited.
    unreported : Chosen
        Registers that leave a finding open.
    bands : Chosen
        The band of residents whose limits applied, None where there are no such bands.
    """

    missing: str
    period: Period
    unreported: Chosen[tuple[Unreported, ...]]
    bands: Chosen[Text | None]

    def of(self, place: int) -> dict[str, Any]:
        """Return the facts of one community."""
        own = {"unreported": self.unreported.of(place), "band": self.bands.of(place)}
        return {"missing": self.missing, "period": self.period, **own}


@dataclass(frozen=True, slots=True, eq=False)
class Sorts:
    """Findings that are worded alike.

    Attributes
    ----------
    first : array of int, shape (sorts,)
        One community of each sort, by position.
    sort : array of int, shape (n,)
        Position in `first` of each community.
    shown : list of bytes
        What is shown of each sort; equal for equal sentences of a criterion in other cities too.
    """

    first: Ints
    sort: Ints
    shown: list[bytes]


def alike(measured: Measured, more: More, told: Told) -> Sorts:
    """Return which findings are worded alike; texts are numbered as they are `told`."""
    features = list(_features(measured, told.numbers))
    features += [_listed(each.distinct, told.numbers)[each.codes] for each in (more.unreported, more.bands)]
    mixed = np.zeros(len(measured.rating), np.uint64)
    for feature in features:
        mixed = (mixed ^ feature.view(np.uint64)) * PRIME
        mixed ^= mixed >> np.uint64(32)
    _, first, sort = np.unique(mixed, return_index=True, return_inverse=True)
    if not all(np.array_equal(feature, feature[first][sort]) for feature in features):
        first = sort = np.arange(len(mixed))  # two sorts fell on one number: rarer than a fault of memory, yet told apart
    rows = np.stack([feature[first] for feature in features], axis=1)
    return Sorts(first, sort, [row.tobytes() for row in rows])


def _features(measured: Measured, numbers: dict[Hashable, int]) -> Iterator[Features]:
    shares = measured.unit == "share"
    for texts in (measured.rating, measured.cause, measured.method):
        yield _numbered(texts, numbers)
    rated = measured.cause == ""
    for name in measured.facts:
        column = measured.facts[name].to_numpy()
        if name in ONLY_UNRATED or name in ONLY_UNMET:
            hidden = rated if name in ONLY_UNRATED else measured.rating == "met"
            column = np.where(hidden, np.zeros(1, column.dtype), column)
        yield from _shown_column(column, str(name), numbers, shares=shares)
    if "smallest" in measured.facts:
        yield (measured.facts["smallest"] == measured.facts["largest"]).to_numpy().astype(np.int64)
    for limits in (measured.at_least, measured.at_most):
        yield _bits(limits)
    yield from shown(measured.value, (1.0, 100.0) if shares else (1.0,))
    with np.errstate(invalid="ignore"):
        yield (measured.degree > measured.value + 1e-9).astype(np.int64)


def _numbered(texts: NDArray[np.object_], numbers: dict[Hashable, int]) -> Features:
    codes, values = pd.factorize(texts)
    return _listed(values, numbers)[codes]


def _listed(things: Sequence[Hashable] | NDArray[np.object_], numbers: dict[Hashable, int]) -> Features:
    return np.array([numbers.setdefault(thing, len(numbers)) for thing in things], dtype=np.int64)


def _bits(values: NDArray[np.float64]) -> Features:
    return np.ascontiguousarray(values, dtype=float).view(np.int64)


def _shown_column(column: NDArray[Any], name: str, numbers: dict[Hashable, int], *, shares: bool) -> Iterator[Features]:
    if column.dtype.kind == "f":
        scales = (1e-3,) if name.endswith("_m") else (1.0, 100.0) if shares else (1.0,)
        yield from shown(column, scales)
    elif column.dtype.kind in "biuM":
        yield column.astype(np.int64)
    elif name == "banded":  # NaN is like no other NaN, but its bits are
        yield _listed([np.array(rows, dtype=float).tobytes() for rows in column.tolist()], numbers)
    else:
        yield _numbered(column.astype(object), numbers)


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
