"""What it costs children of each age to walk by their own rules: shares within a limit, by metres and at their pace."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from friendly_city.access.pace import shares_at_pace
from friendly_city.access.walking import all_crossings, walker
from friendly_city.audit.measures.context import Context
from friendly_city.audit.measures.measured import COMPLETE
from friendly_city.city.model import AGE_BANDS
from friendly_city.city.period import period_of

if TYPE_CHECKING:
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
    unsure = crossings_not_complete(found.city, found.period)
    return pd.DataFrame([_row(found, band, unsure) for band in AGE_BANDS])


def crossings_not_complete(city: City, period: str) -> tuple[str, ...]:
    """Return the codes of the communities whose crossings are not reported completely for a period.

    None without a register of crossings: then no street counts as a trunk road (`access.pace`), and nothing hangs on it.
    """
    if not city.has("crossings"):
        return ()
    context = Context(city.whole, period_of(period))
    return tuple(context.city.codes[context.state("crossings") != COMPLETE])


def _row(found: ServiceAccess, band: str, unsure: tuple[str, ...]) -> dict[str, object]:
    who = walker(band)
    asked = partial(
        shares_at_pace,
        found.city,
        band,
        found.open_facilities,
        children=replace(found, age_band=band).children,
        limit_min=found.limit.metres(band) / who.speed.m_per_min,
    )
    by_metres, low = asked()
    high = asked(presumed=unsure)[1] if unsure else low
    waits = {f"wait_{kind}_min": who.wait_min(kind) for kind in all_crossings()}
    return {
        "age_band": band,
        "m_per_min": who.speed.m_per_min,
        "takes_steps": who.takes_steps,
        **waits,
        "share_by_metres": by_metres,
        "share_at_pace": low,
        "share_at_pace_low": low,
        "share_at_pace_high": high,
        "crossings_not_complete_communities": len(unsure),
    }
