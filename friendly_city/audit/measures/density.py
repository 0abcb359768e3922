"""`density`: how much street a community has, how far apart its crossings are, how much of it is as it should be.

Street pieces belong to the community of their middle (column ``community_code``); lengths in the city's metric CRS.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from friendly_city.audit.measures.count import compared
from friendly_city.audit.measures.each import computed, texts
from friendly_city.audit.measures.evidence import Evidence
from friendly_city.audit.measures.fields import registers
from friendly_city.audit.measures.measured import COMPLETE, Measured, causes, known_only, mark
from friendly_city.audit.measures.natural import factor
from friendly_city.audit.measures.rows import select
from friendly_city.standards.requirement import Filter

if TYPE_CHECKING:
    from friendly_city.audit.measures.context import Context
    from friendly_city.audit.measures.limits import Bools, Floats
    from friendly_city.audit.measures.rows import Ints, Rows
    from friendly_city.standards.model import Item
    from friendly_city.standards.requirement import Density

STREETS = Evidence(whole=("streets",))
NATURAL_UNITS = {"street_density": "km_per_km2", "crossing_spacing": "m", "length_share": "share"}


def measure(context: Context, item: Item) -> Measured:
    """Measure a `Density` in every community."""
    asked: Density = item.criterion.requirement  # type: ignore[assignment]
    rows = context.rows("streets", asked.where)
    kind = {"street_density": _street_density, "crossing_spacing": _crossing_spacing, "length_share": _length_share}
    low, high, state, facts, evidence = kind[asked.measure](context, asked, rows)
    scale = factor(NATURAL_UNITS[asked.measure], asked.threshold.unit)
    low, high = low * scale, high * scale
    none = causes(context.size)
    if asked.measure != "street_density":
        none = mark((rows.count(context.size) == 0) & (context.state("streets") == COMPLETE), "no_street")
    settled, at_least, at_most = compared(context, low, high, asked.threshold, state, outside=none)
    known = high if asked.measure == "crossing_spacing" else low
    return Measured(
        value=known_only(known, settled), degree=settled.degree, rating=settled.rating, cause=settled.cause,
        at_least=at_least, at_most=at_most, threshold=texts(at_least, at_most),
        facts=facts.assign(known=known), evidence=evidence, unit=asked.threshold.unit, method=computed(context.size),
    )  # fmt: skip


Measure = tuple["Floats", "Floats", "Ints", pd.DataFrame, Evidence]


def lengths(context: Context, rows: Rows, mask: Bools | None = None) -> Floats:
    """Return the metres of street of each community among `rows` (where `mask` holds)."""
    chosen = rows if mask is None else rows.keep(mask)
    every = context.once("street lengths", context.city.streets.geometry.length.to_numpy)
    return chosen.sum(every[chosen.index], context.size)


def _street_density(context: Context, asked: Density, rows: Rows) -> Measure:
    del asked
    state = context.state("streets")
    sure, every = lengths(context, rows, rows.sure), lengths(context, rows)
    per_km2 = 1 / (1000 * context.areas)
    facts = pd.DataFrame({"street_m": sure, "area_km2": context.areas})
    return sure * per_km2, np.where(state == COMPLETE, every * per_km2, np.inf), state, facts, STREETS


def crossings_of(context: Context, where: Filter) -> Rows:
    """Return the crossings on the streets a filter selects, by the conditions that crossings have a column for."""
    known = registers()["crossings"]
    return context.rows("crossings", Filter(conditions=tuple(c for c in where.conditions if c.field in known)))


def _crossing_spacing(context: Context, asked: Density, rows: Rows) -> Measure:
    crossings, size = crossings_of(context, asked.where), context.size
    streets, crossed = context.state("streets"), context.state("crossings")
    sure, every = lengths(context, rows, rows.sure), lengths(context, rows)
    least, most = crossings.count(size, crossings.sure), crossings.count(size)
    low = np.divide(sure, most, out=np.full(size, np.inf), where=most > 0)
    high = np.divide(every, least, out=np.full(size, np.inf), where=least > 0)
    low = np.where(crossed == COMPLETE, low, 0.0)
    high = np.where(streets == COMPLETE, high, np.inf)
    facts = pd.DataFrame({"street_m": sure, "crossings": least})
    evidence = crossings.evidence() + STREETS
    return low, high, np.minimum(streets, crossed), facts, evidence


def _length_share(context: Context, asked: Density, rows: Rows) -> Measure:
    having, may = (mask[rows.index] for mask in select(rows.columns, asked.having))
    yes = lengths(context, rows, rows.sure & having)
    no = lengths(context, rows, rows.sure & ~may)
    every = lengths(context, rows)
    state = context.state("streets")
    low = np.divide(yes, every, out=np.zeros(context.size), where=every > 0)
    high = np.divide(every - no, every, out=np.ones(context.size), where=every > 0)
    complete = state == COMPLETE
    facts = pd.DataFrame({"street_m": every, "open_m": every - yes - no})
    open_share = (every - yes - no) > 1e-6 * every
    high = np.where(open_share, high, low)  # no rounding difference where everything is known
    return np.where(complete, low, 0.0), np.where(complete, high, 1.0), state, facts, STREETS
