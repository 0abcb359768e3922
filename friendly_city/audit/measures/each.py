"""Facility by facility: the share that fits, and the best one.

Shared by `size` and by criteria whose subject is a facility. A facility of which something needed is unknown leaves the
community undecided; one whose size lies in no band is not asked anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from friendly_city.audit.measures.limits import judge, limit_text
from friendly_city.audit.measures.measured import COMPLETE, Measured, known_only, mark, settle
from friendly_city.audit.measures.natural import factor, unit_in
from friendly_city.labels import label

if TYPE_CHECKING:
    from friendly_city.audit.measures.context import Context
    from friendly_city.audit.measures.limits import Asked, Bools, Floats
    from friendly_city.audit.measures.measured import Words
    from friendly_city.audit.measures.rows import Ints, Rows
    from friendly_city.standards.requirement import Threshold


def banding(context: Context, threshold: Threshold) -> Floats | None:
    """Return the banding value of each community, residents in `by_unit`; None without bands."""
    if not threshold.by:
        return None
    return context.residents("all") * factor("persons", threshold.by_unit or "persons")


def banding_of_rows(context: Context, threshold: Threshold, rows: Rows) -> Floats | None:
    """Return the banding value of each facility: its own column, or the residents of its community."""
    if threshold.by in ("", "population"):
        by = banding(context, threshold)
        return None if by is None else by[rows.place]
    natural = unit_in(rows.register, threshold.by)
    return rows.numbers(threshold.by) * factor(natural, threshold.by_unit or natural)


@dataclass(frozen=True, slots=True, eq=False)
class Facilities:
    """Facilities judged one by one.

    Attributes
    ----------
    rows : Rows
        Those that are asked something (in some band, or their band unknown).
    asked : Asked
        Degrees and limits, by row.
    measures : array of float
        In the threshold's unit, by row; NaN unknown.
    open : array of bool
        Whether something needed of the row is unknown.
    beyond : array of bool, by community
        Whether there are facilities but none in any band.
    by : array of float or None
        Banding value of each, in the threshold's `by_unit`.
    """

    rows: Rows
    asked: Asked
    measures: Floats
    open: Bools
    beyond: Bools
    by: Floats | None


def judged(context: Context, rows: Rows, values: Floats, threshold: Threshold) -> Facilities:
    """Judge each facility on its own value."""
    by = banding_of_rows(context, threshold, rows)
    unknown = np.isnan(values)
    low, high = np.where(unknown, -np.inf, values), np.where(unknown, np.inf, values)
    asked = judge(low, high, threshold, by=by)
    open_band = np.zeros(len(values), bool) if by is None else np.isnan(by)
    asked.least[open_band], asked.most[open_band] = 0.0, 1.0
    kept = asked.banded | open_band
    beyond = (rows.count(context.size) > 0) & (rows.count(context.size, kept) == 0)
    asked = type(asked)(asked.least[kept], asked.most[kept], asked.at_least[kept], asked.at_most[kept], asked.banded[kept])
    rows, values = rows.keep(kept), values[kept]
    return Facilities(rows, asked, values, (asked.least != asked.most) | ~rows.sure, beyond, None if by is None else by[kept])


def _outside(context: Context, each: Facilities, state: Ints) -> Words:
    none = each.rows.count(context.size) == 0
    return mark(none & (state == COMPLETE) & ~each.beyond, "no_facility", before=mark(none & each.beyond, "outside_bands"))


def _facts(context: Context, each: Facilities, fits: Bools) -> dict[str, Floats]:
    size, rows, known = context.size, each.rows, np.where(each.open, np.nan, each.measures)
    return {
        "total": rows.count(size, rows.sure),
        "known": rows.count(size, rows.sure & ~each.open),
        "fit": rows.count(size, fits),
        "smallest": rows.extreme(known, size, largest=False),
        "largest": rows.extreme(known, size, largest=True),
    }


def _banded(each: Facilities, size: int, threshold: Threshold) -> list[list[tuple[float, float, float, float]]]:
    """Return of each community's facilities the size their band goes by, their limits and their value; [] without such bands."""
    result: list[list[tuple[float, float, float, float]]] = [[] for _ in range(size)]
    if each.by is not None and threshold.by != "population":
        rows = np.column_stack([each.by, each.asked.at_least, each.asked.at_most, each.measures])
        for place, row in zip(each.rows.place.tolist(), rows.tolist(), strict=True):
            result[place].append(tuple(row))
    return [sorted(rows) for rows in result]


def _asked_of_any(context: Context, threshold: Threshold) -> tuple[Floats, Floats]:
    """Return the limits that hold in a community for facilities of whatever size; NaN where it depends on the size."""
    nothing = np.zeros(context.size)
    by = banding(context, threshold) if threshold.by in ("", "population") else None
    asked = judge(nothing, nothing, threshold, by=by)
    return asked.at_least, asked.at_most


@dataclass(frozen=True, slots=True, eq=False)
class _Limits:
    """Limits of each community: what all its facilities have in common (NaN where they differ), and in words."""

    at_least: Floats
    at_most: Floats
    differ: Bools
    text: Words


def _asked_of_community(context: Context, each: Facilities, threshold: Threshold) -> _Limits:
    """Return what the facilities of each community are asked; where limits differ, the text says from where to where."""
    size, rows, asked = context.size, each.rows, each.asked
    first = [rows.extreme(limit, size, largest=False) for limit in (asked.at_least, asked.at_most)]
    last = [rows.extreme(limit, size, largest=True) for limit in (asked.at_least, asked.at_most)]
    differ = (np.nan_to_num(first[0]) != np.nan_to_num(last[0])) | (np.nan_to_num(first[1]) != np.nan_to_num(last[1]))
    none, anyway = rows.count(size) == 0, _asked_of_any(context, threshold)
    lowest = [np.where(none, limit, own) for limit, own in zip(anyway, first, strict=True)]
    at_least, at_most = (np.where(differ, np.nan, limit) for limit in lowest)
    unit = f" {label('unit', threshold.unit).en}"
    text = texts(at_least, at_most, suffix=unit)
    for place in np.flatnonzero(differ):
        side = 1 if np.isnan(first[0][place]) else 0
        text[place] = f"{'≥≤'[side]} {first[side][place]:.10g} … {last[side][place]:.10g}{unit}".rstrip()
    return _Limits(at_least, at_most, differ, text)


def share_that_fits(context: Context, rows: Rows, values: Floats, threshold: Threshold, *, state: Ints) -> Measured:
    """Return the mean degree of a community's facilities; the value is the share with degree 1.

    Parameters
    ----------
    rows : Rows
        Facilities, sure or maybe.
    values : array of float, by row
        In the threshold's unit; NaN unknown.
    state : array of int, by community
        Reporting state of facilities of this kind.
    """
    each, size = judged(context, rows, values, threshold), context.size
    total = each.rows.count(size)
    certain = (state == COMPLETE) & (each.rows.count(size, each.open) == 0)
    mean = each.rows.sum(each.asked.least, size) / np.maximum(total, 1)
    settled = settle(np.where(certain, mean, 0.0), np.where(certain, mean, 1.0), state, outside=_outside(context, each, state))
    fits = (each.asked.least == 1) & ~each.open
    asked = _asked_of_community(context, each, threshold)
    facts = pd.DataFrame(_facts(context, each, fits) | {"differ": asked.differ, "banded": _banded(each, size, threshold)})
    return Measured(
        value=known_only(each.rows.count(size, fits) / np.maximum(total, 1), settled),
        degree=settled.degree, rating=settled.rating, cause=settled.cause, at_least=asked.at_least, at_most=asked.at_most,
        threshold=asked.text, facts=facts, evidence=each.rows.evidence(),
        unit="share", method=computed(size),
    )  # fmt: skip


def best_of(context: Context, rows: Rows, values: Floats, threshold: Threshold, *, state: Ints) -> Measured:
    """Return the greatest degree among a community's facilities; the value is that facility's."""
    each, size = judged(context, rows, values, threshold), context.size
    sure = ~each.open
    least = np.nan_to_num(each.rows.extreme(np.where(sure, each.asked.least, np.nan), size, largest=True), nan=0.0)
    most = np.nan_to_num(each.rows.extreme(each.asked.most, size, largest=True), nan=0.0)
    settled = settle(least, np.where(state == COMPLETE, most, 1.0), state, outside=_outside(context, each, state))
    best = _best_row(each, sure, size)
    value = _picked(each.measures, best)
    anyway, none = _asked_of_any(context, threshold), best < 0
    at_least = np.where(none, anyway[0], _picked(each.asked.at_least, best))
    at_most = np.where(none, anyway[1], _picked(each.asked.at_most, best))
    facts = pd.DataFrame(_facts(context, each, (each.asked.least == 1) & sure))
    return Measured(
        value=known_only(value, settled), degree=settled.degree, rating=settled.rating, cause=settled.cause,
        at_least=at_least, at_most=at_most, threshold=texts(at_least, at_most), facts=facts,
        evidence=each.rows.evidence(), unit=threshold.unit, method=computed(size),
    )  # fmt: skip


def _best_row(each: Facilities, sure: Bools, size: int) -> Ints:
    """Return the row with the greatest degree, then value, then id, of each community; -1 for none."""
    result = np.full(size, -1, dtype=np.intp)
    known = np.flatnonzero(sure)
    order = known[np.lexsort((each.rows.order[known], each.measures[known], each.asked.least[known]))]
    result[each.rows.place[order]] = order
    return result


def _picked(column: Floats, rows: Ints) -> Floats:
    return np.where(rows >= 0, np.append(column, np.nan)[rows], np.nan)


def texts(at_least: Floats, at_most: Floats, *, suffix: str = "") -> Words:
    """Return the short text of the limits of each community, '' where none applied."""
    (low, lows), (high, highs) = (pd.factorize(limits, use_na_sentinel=False) for limits in (at_least, at_most))
    pairs, place = np.unique(low * max(len(highs), 1) + high, return_inverse=True)
    shown = [limit_text(float(lows[pair // len(highs)]), float(highs[pair % len(highs)])) for pair in pairs.tolist()]
    return np.array([(text + suffix).rstrip() if text else "" for text in shown], dtype=object)[place]


def computed(size: int) -> Words:
    """Return the method of what is worked out from registers."""
    return np.full(size, "compute", dtype=object)
