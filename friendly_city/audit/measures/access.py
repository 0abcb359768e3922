"""`access`: how far children of an age band walk to the nearest facility, along the streets.

Children are where they live (`homes`), counted by band; facilities of every community count, a boundary is no wall.
Whether a community's own facilities are fully reported decides whether more may be near.

References
----------
Supply per child: two-step floating catchment area, W. Luo and F. Wang (2003), doi 10.1068/b29120.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from friendly_city.access.impedance import WALKING
from friendly_city.access.reach import cost_to_nearest
from friendly_city.audit.measures.context import bands_in, kinds_in
from friendly_city.audit.measures.count import compared
from friendly_city.audit.measures.each import computed, texts
from friendly_city.audit.measures.measured import COMPLETE, Measured, known_only, mark
from friendly_city.audit.measures.natural import factor, quotient, unit_in
from friendly_city.audit.measures.rows import joined, numbers
from friendly_city.units import kind_of

if TYPE_CHECKING:
    from friendly_city.audit.measures.context import Context
    from friendly_city.audit.measures.limits import Floats
    from friendly_city.audit.measures.rows import Rows
    from friendly_city.standards.model import Item
    from friendly_city.standards.requirement import Access


def measure(context: Context, item: Item) -> Measured:
    """Measure an `Access` in every community."""
    asked: Access = item.criterion.requirement  # type: ignore[assignment]
    size, rows = context.size, context.rows("facilities", asked.where)
    state = context.state("facilities", kinds_in("facilities", asked.where))
    sure = _value(context, asked, rows.keep(rows.sure))
    perhaps = sure if rows.sure.all() else _value(context, asked, rows)
    low, high = (perhaps, sure) if asked.measure == "nearest" else (sure, perhaps)
    best = {"share_within": 1.0, "nearest": 0.0, "supply": np.inf}[asked.measure]
    if asked.measure == "nearest":
        low = np.where(state == COMPLETE, low, best)
    else:
        high = np.where(state == COMPLETE, high, best)
    nobody = mark(children(context, asked.age_band) == 0, "no_child")
    settled, at_least, at_most = compared(context, low, high, asked.threshold, state, outside=nobody)
    elsewhere = float((state != COMPLETE).sum()) - (state != COMPLETE)
    facts = pd.DataFrame({"known": sure, "inside": rows.count(size, rows.sure), "state": state, "elsewhere": elsewhere})
    return Measured(
        value=known_only(sure, settled), degree=settled.degree, rating=settled.rating, cause=settled.cause,
        at_least=at_least, at_most=at_most, threshold=texts(at_least, at_most), facts=facts,
        evidence=joined(rows.evidence(size), context.whole("homes")), unit=asked.threshold.unit, method=computed(size),
    )  # fmt: skip


def children(context: Context, age_band: str) -> Floats:
    """Return the children of a band who live in each community by the homes register, persons."""
    return context.once(
        ("children", age_band),
        lambda: sum(
            (context.homes.sum(context.children_at_home(band), context.size) for band in bands_in(age_band)),
            np.zeros(context.size),
        ),
    )


def costs(context: Context, rows: Rows) -> Floats:
    """Return the metres on foot from each home to the nearest of some facilities; inf where there is no way."""

    def make() -> Floats:
        if not len(rows.ids):
            return np.full(len(context.homes.ids), np.inf)
        found = cost_to_nearest(context.city, rows.table)
        return found.reindex(context.homes.ids).to_numpy(dtype=float)

    return context.once(("costs", tuple(rows.ids)), make)


def metres_within(asked: Access, band: str) -> float:
    """Return the reach in metres; minutes at the walking speed of a band."""
    within = asked.within if asked.within is not None else np.inf
    if kind_of(asked.within_unit) == "time":
        return float(within * factor(asked.within_unit, "min") * WALKING[band].m_per_min)
    return float(within * factor(asked.within_unit, "m"))


def _value(context: Context, asked: Access, rows: Rows) -> Floats:
    """Return the mean over the band's children of what is measured at their homes, in the threshold's unit."""
    if asked.measure == "supply":
        return _supply(context, asked, rows)
    metres, total = costs(context, rows), children(context, asked.age_band)
    result = np.zeros(context.size)
    for band in bands_in(asked.age_band):
        people = context.children_at_home(band)
        if asked.measure == "share_within":
            gained = np.where(metres <= metres_within(asked, band) * (1 + 1e-12), people, 0.0)
        else:
            gained = np.where(people > 0, metres, 0.0) * np.where(people > 0, people, 1.0) * _per_metre(asked, band)
        result += context.homes.sum(gained, context.size)
    share = np.divide(result, total, out=np.zeros(context.size), where=total > 0)
    return share * factor("share", asked.threshold.unit) if asked.measure == "share_within" else share


def _per_metre(asked: Access, band: str) -> float:
    """Return the cost of one metre in the unit of the threshold."""
    if kind_of(asked.threshold.unit) == "time":
        return factor("min", asked.threshold.unit) / float(WALKING[band].m_per_min)
    return factor("m", asked.threshold.unit)


def supply_factor(asked: Access) -> float:
    """Return the factor from supply per child to the unit of the threshold."""
    return quotient(unit_in("facilities", asked.field), "persons", 1.0, asked.threshold.unit)


def _supply(context: Context, asked: Access, rows: Rows) -> Floats:
    """Return the mean supply per child: each facility is shared among all children of the band within its reach."""
    supply = numbers(rows.table[asked.field]) if asked.field else np.ones(len(rows.ids))
    per_band = [(context.children_at_home(band), metres_within(asked, band)) for band in bands_in(asked.age_band)]
    gained = [np.zeros(len(context.homes.ids)) for _ in per_band]
    for place, amount in enumerate(np.nan_to_num(supply, nan=0.0)):
        metres = costs(context, rows.keep(np.arange(len(rows.ids)) == place))
        near = [metres <= reach * (1 + 1e-12) for _, reach in per_band]
        sharing = sum(float(people[inside].sum()) for (people, _), inside in zip(per_band, near, strict=True))
        for total, inside in zip(gained, near, strict=True):
            total[inside] += amount / sharing if sharing > 0 else 0.0
    total = children(context, asked.age_band)
    at_home = [each * people for each, (people, _) in zip(gained, per_band, strict=True)]
    result = sum((context.homes.sum(each, context.size) for each in at_home), np.zeros(context.size))
    return np.divide(result, total, out=np.zeros(context.size), where=total > 0) * supply_factor(asked)
