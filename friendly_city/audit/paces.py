"""What it costs children of each age to walk by their own rules: shares within a limit, by metres and at their pace."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import pandas as pd

from friendly_city.access.costs import within
from friendly_city.access.network import once_per_city
from friendly_city.access.pace import walking_costs_by_band
from friendly_city.access.walking import all_crossings, walker
from friendly_city.audit.measures.context import Context
from friendly_city.audit.measures.measured import COMPLETE
from friendly_city.audit.question import children_of
from friendly_city.city.model import AGE_BANDS
from friendly_city.city.period import period_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from friendly_city.audit.service_access import ServiceAccess
    from friendly_city.city.model import City


def paces(found: ServiceAccess) -> pd.DataFrame:
    """Return by age band how children walk and how many are within the limit of the facilities found.

    Returns
    -------
    DataFrame
        ``age_band``, ``m_per_min``, ``takes_steps``, ``wait_<kind>_min`` for each kind of crossing (inf where it is not
        used), ``share_by_metres`` and ``share_at_pace`` (0–1): within the limit along centre lines, and along pavements and
        over crossings. ``share_at_pace_low`` is ``share_at_pace``: a crossing that was not reported is none.
        ``share_at_pace_high`` has a signal at each junction of trunk roads where one may be missing in the register; the two are
        equal where all crossings are reported. ``crossings_not_complete_communities`` is in how many they are not.
    """
    unsure, asked = crossings_not_complete(found.city, found.period), found.asked_homes
    walked = partial(walking_costs_by_band, found.city, tuple(AGE_BANDS), found.open_facilities)
    low = walked()[asked]
    high = walked(presumed=unsure)[asked] if unsure else low
    rows = [_row(found, band, low[band], high[band]) for band in AGE_BANDS]
    return pd.DataFrame(rows).assign(crossings_not_complete_communities=len(unsure))


@once_per_city
def crossings_not_complete(city: City, period: str) -> tuple[str, ...]:
    """Return the codes of the communities whose crossings are not reported completely for a period.

    None without a register of crossings: then no street counts as a trunk road (`access.pace`), and nothing hangs on it.
    """
    if not city.has("crossings"):
        return ()
    context = Context(city.whole, period_of(period))
    return tuple(context.city.codes[context.state("crossings") != COMPLETE])


def _row(found: ServiceAccess, band: str, low: pd.Series[float], high: pd.Series[float]) -> dict[str, object]:
    """Return the row of a band, given the minutes from the homes asked about."""
    who, limit_m = walker(band), found.limit.metres(band)
    share = partial(_share, children_of(found.city, band)[found.asked_homes].to_numpy())
    least, most = (share(minutes, limit_m / who.speed.m_per_min) for minutes in (low, high))
    waits = {f"wait_{kind}_min": who.wait_min(kind) for kind in all_crossings()}
    return {
        "age_band": band,
        "m_per_min": who.speed.m_per_min,
        "takes_steps": who.takes_steps,
        **waits,
        "share_by_metres": share(found.homes["cost_m"], limit_m),
        "share_at_pace": least,
        "share_at_pace_low": least,
        "share_at_pace_high": most,
    }


def _share(people: NDArray[np.floating[Any]], costs: pd.Series[float], limit: float) -> float:
    """Return the share of people, 0–1, whose costs are within a limit; NaN without people."""
    total = people.sum()
    return float(people[within(costs.to_numpy(), limit)].sum() / total) if total else float("nan")
