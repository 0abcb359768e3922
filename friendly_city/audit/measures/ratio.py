"""`ratio`: one quantity per another, of a community or of each of its facilities."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from friendly_city.audit.measures.context import kinds_in
from friendly_city.audit.measures.count import compared, distinct, interval
from friendly_city.audit.measures.each import computed, share_that_fits, texts
from friendly_city.audit.measures.evidence import Evidence
from friendly_city.audit.measures.measured import COMPLETE, Measured, known_only, mark
from friendly_city.audit.measures.natural import quotient, unit_in
from friendly_city.standards.model import SubjectKind
from friendly_city.standards.requirement import Filter

if TYPE_CHECKING:
    from friendly_city.audit.measures.context import Context
    from friendly_city.audit.measures.limits import Floats
    from friendly_city.audit.measures.measured import Words
    from friendly_city.audit.measures.rows import Ints, Rows
    from friendly_city.standards.model import Item
    from friendly_city.standards.requirement import Quantity, Ratio


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """One side of a ratio in every community: an interval, its reporting state, its rows."""

    low: Floats
    high: Floats
    state: Ints
    evidence: Evidence


def unit_of_side(side: Quantity) -> str:
    """Return the natural unit of one side: persons, km², the field's, or ``count`` for rows."""
    if side.population:
        return "persons"
    return "km2" if side.area else unit_in(side.register, side.field)


def measure(context: Context, item: Item) -> Measured:
    """Measure a `Ratio` in every community; facility by facility when that is the criterion's subject."""
    asked: Ratio = item.criterion.requirement  # type: ignore[assignment]
    scale = quotient(unit_of_side(asked.numerator), unit_of_side(asked.denominator), asked.per, asked.threshold.unit)
    if item.criterion.subject is SubjectKind.FACILITY:
        return _of_each(context, asked, scale)
    above, below = _side(context, asked.numerator), _side(context, asked.denominator)
    low, high = _divided(above.low, below.high) * scale, _divided(above.high, below.low) * scale
    if asked.threshold.unit == "share" and _part_of_whole(asked):
        high = np.minimum(high, 1.0)
    state = np.minimum(above.state, below.state)
    nothing = _nothing_below(below, asked.denominator)
    missing = _residents_missing(context, asked)
    settled, at_least, at_most = compared(context, low, high, asked.threshold, state, missing=missing, outside=nothing)
    facts = pd.DataFrame({"numerator": above.low, "denominator": below.low, "known": low})
    return Measured(
        value=known_only(low, settled), degree=settled.degree, rating=settled.rating, cause=settled.cause,
        at_least=at_least, at_most=at_most, threshold=texts(at_least, at_most), facts=facts,
        evidence=above.evidence + below.evidence, unit=asked.threshold.unit, method=computed(context.size),
    )  # fmt: skip


def _residents_missing(context: Context, asked: Ratio) -> Words:
    """Return where it is not known how many live in a community, of those a side counts."""
    bands = [side.population for side in (asked.numerator, asked.denominator) if side.population]
    unknown = np.zeros(context.size, bool)
    for band in bands:
        unknown |= np.isnan(context.residents(band))
    return mark(unknown, "unknown_residents")


def _divided(above: Floats, below: Floats) -> Floats:
    """Return above / below, infinity where there is nothing below; not both are infinite."""
    result = np.full(above.shape, np.inf)
    np.divide(above, below, out=result, where=below > 0)
    return result


def _side(context: Context, side: Quantity) -> Side:
    full = np.full(context.size, COMPLETE, dtype=np.intp)
    if side.population:
        people = context.residents(side.population)
        least, most = np.nan_to_num(people, nan=0.0), np.where(np.isnan(people), np.inf, people)
        return Side(least, most, full, Evidence(whole=("population",)))
    if side.area:
        return Side(context.areas, context.areas, full, Evidence(whole=("boundaries",)))
    rows = context.rows(side.register, side.where)
    state = context.state(side.register, kinds_in(side.register, side.where))
    low, high = distinct(rows, side.distinct, context.size) if side.distinct else interval(rows, side.field, context.size)
    return Side(low, np.where(state == COMPLETE, high, np.inf), state, rows.evidence())


def _part_of_whole(asked: Ratio) -> bool:
    """Return whether the numerator counts rows (or the same field) that the denominator counts too."""
    above, below = asked.numerator, asked.denominator
    inside = set(below.where.conditions) <= set(above.where.conditions)
    return (above.register, above.field) == (below.register, below.field) and bool(above.register) and inside


def _nothing_below(below: Side, side: Quantity) -> Words:
    cause = "no_child" if side.population else "no_facility" if side.register == "facilities" else "no_base"
    return mark(below.high == 0, cause)


def _of_each(context: Context, asked: Ratio, scale: float) -> Measured:
    """Return the share of facilities whose own ratio fits; a facility with nothing below the line is not asked."""
    where = Filter(conditions=tuple(dict.fromkeys((*asked.numerator.where.conditions, *asked.denominator.where.conditions))))
    rows = context.rows("facilities", where)
    below = _cells(rows, asked.denominator)
    rows = rows.keep(below != 0)
    above, below = _cells(rows, asked.numerator), _cells(rows, asked.denominator)
    state = context.state("facilities", kinds_in("facilities", where))
    return share_that_fits(context, rows, above / below * scale, asked.threshold, state=state)


def _cells(rows: Rows, side: Quantity) -> Floats:
    return rows.numbers(side.field) if side.field else np.ones(len(rows.place))
