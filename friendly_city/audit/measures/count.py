"""`count`: how many rows, how many distinct values, or what sum."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from friendly_city.audit.measures.context import kinds_in
from friendly_city.audit.measures.each import banding, computed, texts
from friendly_city.audit.measures.limits import judge
from friendly_city.audit.measures.measured import COMPLETE, Measured, known_only, mark, settle
from friendly_city.audit.measures.natural import factor, unit_in

if TYPE_CHECKING:
    from friendly_city.audit.measures.context import Context
    from friendly_city.audit.measures.limits import Floats
    from friendly_city.audit.measures.measured import Settled, Words
    from friendly_city.audit.measures.rows import Ints, Rows
    from friendly_city.standards.model import Item
    from friendly_city.standards.requirement import Count, Threshold


def interval(rows: Rows, field: str, size: int) -> tuple[Floats, Floats]:
    """Return the least and the greatest number of rows, or sum of `field`, that each community may have.

    Rows that only may count, and empty cells, widen the interval; an empty cell without bound.
    """
    if not field:
        return rows.count(size, rows.sure), rows.count(size)
    values = rows.numbers(field)
    low = rows.sum(np.where(rows.sure, values, 0.0), size)
    high = rows.sum(values, size)
    high[rows.place[np.isnan(values)]] = np.inf
    return low, high


def distinct(rows: Rows, field: str, size: int) -> tuple[Floats, Floats]:
    """Return the least and the greatest number of distinct values of `field` that each community may have."""
    text = rows.coded(field)
    certain = rows.sure & ~text.isin([""])
    there = np.zeros((size, len(text.distinct)), bool)
    there[rows.place[certain], text.codes[certain]] = True
    low = there.sum(axis=1).astype(float)
    return low, low + rows.count(size, ~certain)


def compared(
    context: Context,
    low: Floats,
    high: Floats,
    threshold: Threshold,
    state: Ints,
    *,
    missing: Words | None = None,
    outside: Words | None = None,
) -> tuple[Settled, Floats, Floats]:
    """Return the rating of intervals of values, and the limits that applied, by community."""
    by = banding(context, threshold)
    asked = judge(low, high, threshold, by=by)
    open_band = np.zeros(context.size, bool) if by is None else np.isnan(by)
    beyond = mark(~asked.banded & ~open_band, "outside_bands", before=outside)
    unknown = mark(open_band, "unknown_residents", before=missing)
    settled = settle(asked.least, asked.most, state, missing=unknown, outside=beyond)
    return settled, asked.at_least, asked.at_most


def measure(context: Context, item: Item) -> Measured:
    """Measure a `Count` in every community."""
    asked: Count = item.criterion.requirement  # type: ignore[assignment]
    size, rows = context.size, context.rows(asked.register, asked.where)
    scale = 1.0 if asked.distinct else factor(unit_in(asked.register, asked.field), asked.threshold.unit)
    low, high = distinct(rows, asked.distinct, size) if asked.distinct else interval(rows, asked.field, size)
    state = context.state(asked.register, kinds_in(asked.register, asked.where))
    low, high = low * scale, np.where(state == COMPLETE, high * scale, np.inf)
    settled, at_least, at_most = compared(context, low, high, asked.threshold, state)
    facts = pd.DataFrame({"known": low, "rows": rows.count(size, rows.sure), "state": state})
    return Measured(
        value=known_only(low, settled), degree=settled.degree, rating=settled.rating, cause=settled.cause,
        at_least=at_least, at_most=at_most, threshold=texts(at_least, at_most), facts=facts,
        evidence=rows.evidence(), unit=asked.threshold.unit, method=computed(size),
    )  # fmt: skip
