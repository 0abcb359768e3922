"""What it costs children of each age to walk by their own rules: shares within a limit, by metres and at their pace."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from friendly_city.access.pace import shares_at_pace
from friendly_city.access.walking import all_crossings, walker
from friendly_city.city.model import AGE_BANDS

if TYPE_CHECKING:
    from friendly_city.audit.service_access import ServiceAccess


def paces(found: ServiceAccess) -> pd.DataFrame:
    """Return by age band how children walk and how many are within the limit of the facilities found.

    Returns
    -------
    DataFrame
        ``age_band``, ``m_per_min``, ``takes_steps``, ``wait_<kind>_min`` for each kind of crossing (inf where it is not
        used), ``share_by_metres`` and ``share_at_pace`` (0–1): within the limit along centre lines, and along pavements and
        over crossings.
    """
    return pd.DataFrame([_row(found, band) for band in AGE_BANDS])


def _row(found: ServiceAccess, band: str) -> dict[str, object]:
    who = walker(band)
    limit_min = found.limit.metres(band) / who.speed.m_per_min
    by_metres, at_pace = shares_at_pace(
        found.city, band, found.open_facilities, children=replace(found, age_band=band).children, limit_min=limit_min
    )
    waits = {f"wait_{kind}_min": who.wait_min(kind) for kind in all_crossings()}
    return {
        "age_band": band,
        "m_per_min": who.speed.m_per_min,
        "takes_steps": who.takes_steps,
        **waits,
        "share_by_metres": by_metres,
        "share_at_pace": at_pace,
    }
