"""When a service is within reach: the share of children with an open facility near, by hour and day of a week.

Facilities whose hours are not known make bounds: closed for the lower, open for the upper. Public holidays are not known.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from friendly_city.access.costs import costs_between
from friendly_city.access.network import street_network
from friendly_city.access.reach import snapped, snapped_homes
from friendly_city.audit.question import WITHIN, Question, in_use_on, require_kinds, require_limit
from friendly_city.city.hours import DAYS, hours_during, moment_of
from friendly_city.city.period import period_of
from friendly_city.errors import InvalidParameters, shorten

if TYPE_CHECKING:
    from friendly_city.access.impedance import Limit
    from friendly_city.city.model import City

TIMES = tuple(f"{hour:02d}:00" for hour in range(24))
"""Every full hour."""
TYPICAL = (5, 15)
"""Month and day whose week is shown for a year, unless another is asked for; ours: between the holidays of May and June."""


def typical_day(period: str) -> str:
    """Return a day in whose week the hours of a period are shown: 15 May of a year, the middle of a quarter.

    Examples
    --------
    >>> typical_day("2022"), typical_day("2022Q3")
    ('2022-05-15', '2022-08-15')
    """
    whole = period_of(period)
    middle = whole.start + (whole.end - whole.start) / 2
    return str(date(whole.start.year, *TYPICAL) if whole.years == 1 else middle)


def access_by_hour(
    city: City,
    *,
    kind: str,
    age_band: str,
    period: str,
    week: str = "",
    times: Sequence[str] = TIMES,
    subdistrict: str = "",
    limit: Limit = WITHIN,
) -> pd.DataFrame:
    """Return the share of children who reach an open facility of a kind, by day and time of a week.

    Parameters
    ----------
    city, kind, age_band, period, subdistrict : City and str
        What is asked, see `Question`.
    week : str
        A day of the period, e.g. ``2022-05-18``, whose week is shown from Monday to Sunday, even where that leaves the
        period; that of `typical_day` if not given.
    times : sequence of str
        Times of the day, ``HH:MM``; every full hour if not given.
    limit : Limit
        How far at most.

    Returns
    -------
    DataFrame
        A row for each day and time: ``date``, ``day`` (mo … su), ``time``, ``open_count`` and ``unknown_count`` (facilities
        known to be open, and those whose hours are not known), ``lower`` and ``upper`` (0–1; NaN without children): the share
        of children within the limit of one when the unknown are closed, and when they are open.

    Raises
    ------
    UnknownName
        When there is no such kind, band or subdistrict.
    InvalidParameters
        When the day is none of the period, or a time is none of the day.
    """
    require_limit(limit)
    require_kinds([kind])
    asked = Question(city=city, kind=kind, age_band=age_band, period=period, subdistrict=subdistrict)
    monday, clock = _monday(week or typical_day(period), period), [_time(text) for text in times]
    table = city.register("facilities")
    table = table[table["kind"] == kind]
    pairs = costs_between(
        street_network(city), snapped_homes(city), destinations=snapped(city, table), limit_m=limit.metres(age_band)
    )
    people = asked.children.to_numpy()
    total = people.sum()

    @cache
    def share(chosen: bytes) -> float:
        reached = np.zeros(len(people), dtype=bool)
        reached[pairs.origin[np.frombuffer(chosen, dtype=bool)[pairs.destination]]] = True
        return float(people[reached].sum() / total) if total else float("nan")

    days = [monday + timedelta(days=number) for number in range(len(DAYS))]
    moments = [datetime.combine(day, minute) for day in days for minute in clock]
    known, held = hours_during(city, table, moments)
    there = dict(zip(days, in_use_on(table, days).T, strict=True))
    rows = []
    for moment, now in zip(moments, held.T, strict=True):
        day = moment.date()
        surely, perhaps = there[day] & now, there[day] & (now | ~known)
        counts = int(surely.sum()), int((perhaps & ~surely).sum())
        said = pd.Timestamp(day), DAYS[day.weekday()], f"{moment:%H:%M}"
        rows.append((*said, *counts, share(surely.tobytes()), share(perhaps.tobytes())))
    return pd.DataFrame(rows, columns=["date", "day", "time", "open_count", "unknown_count", "lower", "upper"])


def _monday(text: str, period: str) -> date:
    """Return the Monday of the week of a day of a period."""
    try:
        day = moment_of(f"{text} 00:00", period).date()
    except InvalidParameters:
        whole = period_of(period)
        days = f"a day from {whole.start} to {whole.end} such as {typical_day(period)!r}"
        raise InvalidParameters(f"week must be {days}, not {shorten(text)!r}") from None
    return day - timedelta(days=day.weekday())


def _time(text: str) -> time:
    try:
        found = time.fromisoformat(text)
    except (ValueError, TypeError):
        found = None
    if found is None or f"{found:%H:%M}" != text:
        raise InvalidParameters(f"times must be such as '09:00', not {shorten(text)!r}")
    return found
