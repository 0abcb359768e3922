"""From a city and a checklist to the table of findings: every criterion in every community."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa

from friendly_city.audit.measures.alternatives import one_counts
from friendly_city.audit.measures.check import require_measurable
from friendly_city.audit.measures.context import Context
from friendly_city.audit.measures.kinds import measure
from friendly_city.audit.reasons.alike import Told
from friendly_city.audit.reasons.sentences import reasons_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from friendly_city.audit.measures.measured import Measured
    from friendly_city.city.model import City, Period
    from friendly_city.standards.model import Checklist, Item

COLUMNS = (
    "period", "checklist", "standard", "clause", "criterion_id", "dimension", "obligation", "subject_kind", "subject_code",
    "community_code", "rating", "degree", "value", "unit", "threshold", "method", "evidence", "reason_zh", "reason_en",
    "remedy_zh", "remedy_en", "weight", "gate", "cause",
)  # fmt: skip


PER_CRITERION = (
    "period", "checklist", "standard", "clause", "criterion_id", "dimension", "obligation", "subject_kind", "unit", "remedy_zh",
    "remedy_en", "weight", "gate",
)  # fmt: skip
"""Columns that are the same in every community."""


@dataclass(frozen=True, slots=True, eq=False)
class Texts:
    """Text of n communities by m criteria, as positions in the list of different values.

    Attributes
    ----------
    codes : array of int, shape (n, m)
        Positions in `distinct`.
    distinct : Arrow array of text
        Each once.
    """

    codes: NDArray[np.int64]
    distinct: pa.Array


@dataclass(frozen=True, slots=True, eq=False)
class FindingColumns:
    """The findings of n communities by m criteria, column by column.

    Attributes
    ----------
    codes : Index
        Codes of the communities or other subjects, sorted.
    lies_in : sequence of str
        The community of each facility; the subject's own code at other levels.
    fixed : mapping of str to list
        Columns of `PER_CRITERION`, m values each.
    numbers : mapping of str to array, shape (n, m)
        ``degree`` and ``value``.
    texts : mapping of str to Texts
        The other columns.
    """

    codes: pd.Index[str]
    lies_in: Sequence[str]
    fixed: Mapping[str, list[Any]]
    numbers: Mapping[str, NDArray[np.float64]]
    texts: Mapping[str, Texts]

    def to_frame(self) -> pd.DataFrame:
        """Return the findings as a table: columns `COLUMNS`, by community, then in the order of the checklist."""
        communities, criteria = len(self.codes), len(self.fixed["criterion_id"])
        if not criteria:
            return pd.DataFrame({name: [] for name in COLUMNS})
        community = pd.Series(self.codes, dtype="str").array.take(np.repeat(np.arange(communities), criteria))
        lies_in = pd.Series(self.lies_in, dtype="str").array.take(np.repeat(np.arange(communities), criteria))
        columns: dict[str, Any] = {"subject_code": community, "community_code": lies_in}
        for name, values in self.fixed.items():
            columns[name] = pd.Series(values).array.take(np.tile(np.arange(criteria), communities))
        columns |= {name: values.ravel() for name, values in self.numbers.items()}
        for name, texts in self.texts.items():
            columns[name] = pd.Series(texts.distinct, dtype="str").array.take(texts.codes.ravel())
        return pd.DataFrame({name: columns[name] for name in COLUMNS})

    def to_arrow(self, chosen: NDArray[np.bool_]) -> pa.Table:
        """Return the findings of the communities in a mask as an Arrow table, rows and columns as in `to_frame`.

        Text that repeats is held by its distinct values, in the order in which they come: the table does not depend on the
        communities that are not chosen.
        """
        communities, criteria = int(chosen.sum()), len(self.fixed["criterion_id"])
        every = np.tile(np.arange(criteria), communities)
        community = _dictionary(np.repeat(np.arange(communities), criteria), pa.array(self.codes[chosen], pa.string()))
        columns: dict[str, pa.Array] = {"subject_code": community, "community_code": community}
        for name, values in self.fixed.items():
            columns[name] = _repeated(pa.array(values), every)
        columns |= {name: pa.array(values[chosen].ravel()) for name, values in self.numbers.items()}
        for name, texts in self.texts.items():
            codes = texts.codes[chosen].ravel()
            columns[name] = texts.distinct.take(pa.array(codes)) if name == "evidence" else _dictionary(codes, texts.distinct)
        return pa.table({name: columns[name] for name in COLUMNS})


def _repeated(values: pa.Array, every: NDArray[np.int64]) -> pa.Array:
    """Return numbers, or text by its distinct values, at positions that come again and again."""
    if not pa.types.is_string(values.type):
        return values.take(pa.array(every))
    once = values.dictionary_encode()
    return pa.DictionaryArray.from_arrays(once.indices.take(pa.array(every)), once.dictionary)


def _dictionary(codes: NDArray[np.int64], values: pa.Array) -> pa.DictionaryArray:
    """Return text by its distinct values, in the order in which they come."""
    numbers, used = pd.factorize(codes)
    return pa.DictionaryArray.from_arrays(pa.array(numbers, pa.int32()), values.take(pa.array(used)))


def findings_frame(city: City, checklist: Checklist, period: Period) -> pd.DataFrame:
    """Return the findings of all communities.

    Returns
    -------
    DataFrame
        Columns `COLUMNS`, sorted by community code, then in the order of the checklist. `value` is in `unit` (inf where
        there is no way), `degree` 0–1; both NaN for no_data and not_applicable. `evidence` is a sorted list of
        ``register#id`` separated by spaces. `cause` says why there is no rating, '' where there is one.

    Raises
    ------
    InvalidStandard
        When a criterion asks for a register, field, value or unit that the data dictionary does not have.
    """
    return findings_of(city, checklist, period).to_frame()


def findings_of(city: City, checklist: Checklist, period: Period, told: Told | None = None) -> FindingColumns:
    """Return the findings of all communities column by column: what `findings_frame` makes a table of.

    `told` are sentences made for other cities against the same checklist.
    """
    require_measurable(checklist)
    context, items = Context(city, period, told or Told()), checklist.items
    codes = list(city.codes)
    measured = one_counts([measure(context, item) for item in items], checklist)
    blocks = [_block(context, item, found, codes) for item, found in zip(items, measured, strict=True)]
    size = (len(items), len(codes))
    return FindingColumns(
        codes=city.codes,
        lies_in=[(city.cut.lies_in if city.cut else {}).get(code, code) for code in codes],
        fixed=_fixed(checklist, period, [block.unit for block in blocks]),
        numbers={name: np.array([block.numbers[name] for block in blocks]).reshape(size).T for name in ("degree", "value")},
        texts={name: _stacked([block.texts[name] for block in blocks], size) for name in TEXTS},
    )


TEXTS = ("rating", "threshold", "method", "evidence", "reason_zh", "reason_en", "cause")


@dataclass(frozen=True, slots=True, eq=False)
class _Block:
    """The findings of one criterion: numbers, and text as (positions, values)."""

    unit: str
    numbers: dict[str, NDArray[np.float64]]
    texts: dict[str, tuple[NDArray[Any], pa.Array]]


def _block(context: Context, item: Item, measured: Measured, codes: list[str]) -> _Block:
    reason, sentences = reasons_of(context, item, measured)
    said = {name: _coded(getattr(measured, name)) for name in ("rating", "threshold", "method", "cause")}
    said["evidence"] = np.arange(len(codes)), measured.evidence.texts(codes)
    said["reason_zh"] = reason, pa.array([text.zh for text in sentences], pa.string())
    said["reason_en"] = reason, pa.array([text.en for text in sentences], pa.string())
    return _Block(measured.unit, {"degree": measured.degree, "value": measured.value}, said)


def _coded(texts: NDArray[np.object_]) -> tuple[NDArray[Any], pa.Array]:
    codes, values = pd.factorize(texts)
    return codes, pa.array(values, pa.string())


def _stacked(columns: Sequence[tuple[NDArray[Any], pa.Array]], size: tuple[int, int]) -> Texts:
    starts = np.cumsum([0, *(len(values) for _, values in columns)])
    codes = [codes + start for (codes, _), start in zip(columns, starts[:-1].tolist(), strict=True)]
    values = pa.concat_arrays([pa.array([], pa.string()), *(values for _, values in columns)])
    once = values.dictionary_encode()
    place = once.indices.to_numpy().astype(np.int64)
    return Texts(place[np.array(codes, dtype=np.int64).reshape(size).T], once.dictionary)


def _fixed(checklist: Checklist, period: Period, units: list[str]) -> dict[str, list[Any]]:
    rows = [
        (
            period.label,
            checklist.id,
            item.standard.id,
            item.clause.number,
            item.id,
            item.criterion.dimension,
            item.criterion.obligation.value,
            str(checklist.level),
            unit,
            item.criterion.remedy.zh,
            item.criterion.remedy.en,
            item.weight,
            item.gate,
        )
        for item, unit in zip(checklist.items, units, strict=True)
    ]
    return {name: [row[place] for row in rows] for place, name in enumerate(PER_CRITERION)}
