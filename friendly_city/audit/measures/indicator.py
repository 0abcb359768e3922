"""`indicator`: a published statistic of the community, the latest up to the period's end; one that is too old is not used."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from friendly_city.audit.measures.count import compared, distinct
from friendly_city.audit.measures.each import computed, texts
from friendly_city.audit.measures.measured import Measured, known_only, mark
from friendly_city.audit.measures.natural import factor
from friendly_city.units import UNITS, UnitMismatch

if TYPE_CHECKING:
    from friendly_city.audit.measures.context import Context
    from friendly_city.audit.measures.limits import Floats
    from friendly_city.audit.measures.rows import Rows
    from friendly_city.standards.model import Item
    from friendly_city.standards.requirement import Indicator

OLDEST_YEARS = 3
"""A figure is not used for a period that lies more than so many years after it. Ours: no standard says how old one may be."""


def measure(context: Context, item: Item) -> Measured:
    """Measure an `Indicator` in every community. A statistic in a unit that does not fit the threshold is not known."""
    asked: Indicator = item.criterion.requirement  # type: ignore[assignment]
    rows, size = _latest(context, asked.code), context.size
    value, year = np.full(size, np.nan), np.full(size, np.nan)
    value[rows.place] = rows.numbers("value") * _factors(rows, asked.threshold.unit)
    year[rows.place] = rows.numbers("year")
    known = ~np.isnan(value)
    missing = mark(~known, "unknown_value", before=None)
    missing = mark(context.period.end.year - year > OLDEST_YEARS, "expired", before=missing)
    missing = mark(np.isnan(year), "not_examined", before=missing)
    state = context.state("indicators", (asked.code,))
    low, high = np.where(known, value, -np.inf), np.where(known, value, np.inf)
    settled, at_least, at_most = compared(context, low, high, asked.threshold, state, missing=missing)
    return Measured(
        value=known_only(value, settled), degree=settled.degree, rating=settled.rating, cause=settled.cause,
        at_least=at_least, at_most=at_most, threshold=texts(at_least, at_most),
        facts=pd.DataFrame({"known": value, "year": year}), evidence=rows.evidence(),
        unit=asked.threshold.unit, method=computed(size),
    )  # fmt: skip


def _latest(context: Context, code: str) -> Rows:
    """Return the row of the latest year of each subject; of several, the last by id.

    The figure of a subdistrict or the district stands with the community it sits in. Where several communities hold figures
    of a code they are their own, and none is that of the whole.
    """
    rows = context.every_row("indicators")
    year = rows.numbers("year")
    rows = rows.keep(rows.coded("code").isin([code]) & (year <= context.period.end.year))
    if context.city.level != "community":
        holders, _ = distinct(rows, "community_code", context.size)
        rows = rows.keep(holders[rows.place] == 1)
    order = np.lexsort((rows.order, rows.numbers("year"), rows.place))
    last = np.zeros(len(order), bool)
    last[order[np.flatnonzero(np.diff(rows.place[order], append=-1))]] = True
    return rows.keep(last)


def _factors(rows: Rows, to: str) -> Floats:
    """Return the factor of each row to the threshold's unit, NaN where the units do not fit."""
    units = rows.coded("unit")
    found = np.full(len(units.distinct), np.nan)
    for place, unit in enumerate(units.distinct.tolist()):
        with suppress(UnitMismatch):
            found[place] = factor(unit, to) if unit in UNITS else np.nan
    return found[units.codes]
