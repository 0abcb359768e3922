"""`access`: how far children of an age band walk to the nearest facility, along the streets.

Children are where they live (`homes`), counted by band; facilities of every community count, a boundary is no wall.
Whether a community's own facilities are fully reported decides whether more may be near.
Supply is shared among all who reach it (two-step floating catchment area, see `access.supply.two_step_supply`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from friendly_city.access.costs import costs_between, nearest_costs
from friendly_city.access.impedance import Limit, walking_speed
from friendly_city.access.measures import mean_cost, share_within
from friendly_city.access.reach import homes_and_facilities
from friendly_city.access.supply import two_step_supply
from friendly_city.audit.measures.context import bands_in, kinds_in
from friendly_city.audit.measures.count import compared
from friendly_city.audit.measures.each import computed, texts
from friendly_city.audit.measures.evidence import Evidence
from friendly_city.audit.measures.measured import COMPLETE, Measured, known_only, mark
from friendly_city.audit.measures.natural import factor, quotient, unit_in
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
    elsewhere = context.in_city(state != COMPLETE) - (state != COMPLETE)
    facts = pd.DataFrame({"known": sure, "inside": rows.count(size, rows.sure), "state": state, "elsewhere": elsewhere})
    return Measured(
        value=known_only(sure, settled), degree=settled.degree, rating=settled.rating, cause=settled.cause,
        at_least=at_least, at_most=at_most, threshold=texts(at_least, at_most), facts=facts,
        evidence=Evidence(rows=(rows,), whole=("homes",)), unit=asked.threshold.unit, method=computed(size),
    )  # fmt: skip


def children_at_home(context: Context, age_band: str) -> Floats:
    """Return the children of a band at each of the context's homes, persons."""
    return np.asarray(np.sum([context.children_at_home(band) for band in bands_in(age_band)], axis=0), dtype=float)


def children(context: Context, age_band: str) -> Floats:
    """Return the children of a band who live in each community by the homes register, persons."""
    return context.once(("children", age_band), lambda: context.homes.sum(children_at_home(context, age_band), context.size))


def costs(context: Context, rows: Rows) -> Floats:
    """Return the metres on foot from each home to the nearest of some facilities; inf where there is no way."""

    def make() -> Floats:
        network, homes, facilities = homes_and_facilities(context.city, rows.index)
        return nearest_costs(network, homes, destinations=facilities)[context.homes.index]

    return context.once(("costs", rows.index.tobytes()), make)


def reach(asked: Access) -> float:
    """Return the reach in metres; minutes at the walking speed of the age band."""
    within = asked.within if asked.within is not None else np.inf
    return Limit(within, asked.within_unit).metres(asked.age_band)


def cost_factor(asked: Access) -> float:
    """Return the cost of one metre in the unit of the threshold, m or min."""
    unit = asked.threshold.unit
    if kind_of(unit) == "time":
        return factor("min", unit) / walking_speed(asked.age_band).m_per_min
    return factor("m", unit)


def supply_factor(asked: Access) -> float:
    """Return the factor from supply per child to the unit of the threshold."""
    return quotient(unit_in("facilities", asked.field), "persons", 1.0, asked.threshold.unit)


def _value(context: Context, asked: Access, rows: Rows) -> Floats:
    """Return the mean over the band's children of what is measured at their homes, in the threshold's unit; 0 without any."""
    people, place, size = children_at_home(context, asked.age_band), context.homes.place, context.size
    if asked.measure == "share_within":
        value = share_within(costs(context, rows), reach(asked), weight=people, group=place, groups=size)
    elif asked.measure == "nearest":
        value = mean_cost(costs(context, rows) * cost_factor(asked), weight=people, group=place, groups=size)
    else:
        value = mean_cost(_supply(context, asked, rows, people), weight=people, group=place, groups=size)
    return np.where(children(context, asked.age_band) > 0, value, 0.0)


def _supply(context: Context, asked: Access, rows: Rows, people: Floats) -> Floats:
    """Return at each home the supply per child: each facility is shared among all children of the band within its reach."""
    supply = rows.numbers(asked.field) if asked.field else np.ones(len(rows))
    network, homes, facilities = homes_and_facilities(context.city, rows.index)
    pairs = costs_between(network, homes.at(context.homes.index), destinations=facilities, limit_m=reach(asked))
    return two_step_supply(pairs, np.nan_to_num(supply, nan=0.0), demand=people) * supply_factor(asked)
