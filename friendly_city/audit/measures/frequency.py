"""`frequency`: how often in the period, in how many months, how many took part; scaled to a year."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from friendly_city.audit.measures.context import kinds_in
from friendly_city.audit.measures.count import compared, interval
from friendly_city.audit.measures.each import computed, texts
from friendly_city.audit.measures.measured import COMPLETE, Measured, causes, known_only, mark
from friendly_city.audit.measures.natural import factor

if TYPE_CHECKING:
    from friendly_city.audit.measures.context import Context
    from friendly_city.audit.measures.limits import Floats
    from friendly_city.audit.measures.rows import Rows
    from friendly_city.standards.model import Item
    from friendly_city.standards.requirement import Frequency

MONTHS_A_YEAR = 12
NATURAL_UNITS = {"events": "per_year", "months": "months", "participants": "persons", "mean_participants": "persons"}
"""Unit of each measure, for a year."""


def measure(context: Context, item: Item) -> Measured:
    """Measure a `Frequency` in every community."""
    asked: Frequency = item.criterion.requirement  # type: ignore[assignment]
    size, rows = context.size, context.rows(asked.register, asked.where)
    state = context.state(asked.register, kinds_in(asked.register, asked.where))
    complete = state == COMPLETE
    low, high = _interval(context, asked, rows, complete)
    scale = unit_factor(asked)
    low, high = low * scale, high * scale
    none = mark(complete & (rows.count(size) == 0), "no_event") if asked.measure == "mean_participants" else causes(size)
    settled, at_least, at_most = compared(context, low, high, asked.threshold, state, outside=none)
    known = low if asked.measure != "mean_participants" else _mean_known(rows, size) * scale
    facts = pd.DataFrame({"known": known, "events": rows.count(size, rows.sure), "state": state})
    return Measured(
        value=known_only(known, settled), degree=settled.degree, rating=settled.rating, cause=settled.cause,
        at_least=at_least, at_most=at_most, threshold=texts(at_least, at_most), facts=facts,
        evidence=rows.evidence(), unit=asked.threshold.unit, method=computed(size),
    )  # fmt: skip


def unit_factor(asked: Frequency) -> float:
    """Return the factor from the measure's natural unit to the threshold's; events may be asked for by count."""
    natural = NATURAL_UNITS[asked.measure]
    if natural == "per_year" and asked.threshold.unit != "per_year":
        natural = "count"
    return factor(natural, asked.threshold.unit)


def _interval(context: Context, asked: Frequency, rows: Rows, complete: np.ndarray) -> tuple[Floats, Floats]:
    """Return the least and greatest value of each community, for a year."""
    size, years = context.size, context.period.years
    if asked.measure == "events":
        low, high = interval(rows, "", size)
        return low / years, np.where(complete, high / years, np.inf)
    if asked.measure == "months":
        low = _months(rows.keep(rows.sure), size) / years
        return low, np.where(complete, _months(rows, size) / years, float(MONTHS_A_YEAR))
    low, high = interval(rows, "participants_persons", size)
    if asked.measure == "participants":
        return low / years, np.where(complete, high / years, np.inf)
    whole = complete & ~np.isinf(high) & (rows.count(size, ~rows.sure) == 0)
    mean = _mean_known(rows, size)
    return np.where(whole, mean, 0.0), np.where(whole, mean, np.inf)


def _months(rows: Rows, size: int) -> Floats:
    """Return in how many months of the period each community has a row."""
    month = rows.days("held_date").astype("datetime64[M]").astype(int)
    pairs = np.unique(np.stack([rows.place, month]), axis=1)
    return np.bincount(pairs[0], minlength=size).astype(float)


def _mean_known(rows: Rows, size: int) -> Floats:
    """Return the mean number taking part in events that surely count, 0 without any."""
    low, _ = interval(rows, "participants_persons", size)
    return low / np.maximum(rows.count(size, rows.sure), 1)
