"""`size`: a numeric column of facilities, of each, of the best, or in total."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from friendly_city.audit.measures.context import kinds_in
from friendly_city.audit.measures.count import compared, interval
from friendly_city.audit.measures.each import best_of, computed, share_that_fits, texts
from friendly_city.audit.measures.measured import COMPLETE, Measured, known_only, mark
from friendly_city.audit.measures.natural import factor, unit_in

if TYPE_CHECKING:
    from friendly_city.audit.measures.context import Context
    from friendly_city.audit.measures.rows import Ints, Rows
    from friendly_city.standards.model import Item
    from friendly_city.standards.requirement import Size


def measure(context: Context, item: Item) -> Measured:
    """Measure a `Size` in every community."""
    asked: Size = item.criterion.requirement  # type: ignore[assignment]
    rows = context.rows("facilities", asked.where)
    state = context.state("facilities", kinds_in("facilities", asked.where))
    scale = factor(unit_in("facilities", asked.field), asked.threshold.unit)
    if asked.of == "total":
        return _total(context, asked, rows, state, scale)
    values = rows.numbers(asked.field) * scale
    judge_all = share_that_fits if asked.of == "each" else best_of
    return judge_all(context, rows, values, asked.threshold, state=state)


def _total(context: Context, asked: Size, rows: Rows, state: Ints, scale: float) -> Measured:
    size = context.size
    low, high = interval(rows, asked.field, size)
    low, high = low * scale, np.where(state == COMPLETE, high * scale, np.inf)
    none = mark((rows.count(size) == 0) & (state == COMPLETE), "no_facility")
    settled, at_least, at_most = compared(context, low, high, asked.threshold, state, outside=none)
    cells = rows.numbers(asked.field)
    facts = pd.DataFrame({
        "total": rows.count(size, rows.sure),
        "known": rows.count(size, rows.sure & ~np.isnan(cells)),
        "sum": low,
    })  # fmt: skip
    return Measured(
        value=known_only(low, settled), degree=settled.degree, rating=settled.rating, cause=settled.cause,
        at_least=at_least, at_most=at_most, threshold=texts(at_least, at_most), facts=facts,
        evidence=rows.evidence(), unit=asked.threshold.unit, method=computed(size),
    )  # fmt: skip
