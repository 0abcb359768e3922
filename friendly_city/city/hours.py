"""Opening hours: on which days, from when until when, in which season; and what was open at a moment.

A facility of which nothing is written is neither open nor closed: it is not known. Public holidays are not known either: on
one, what is written of that day of the week is taken to hold.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from friendly_city.city.belonging import rows_about
from friendly_city.city.period import period_of
from friendly_city.city.tables import ROW
from friendly_city.errors import InvalidParameters, Problem, shorten

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from friendly_city.city.model import City

DAYS = ("mo", "tu", "we", "th", "fr", "sa", "su")
"""Days of the week, in the order of `datetime.weekday`."""
SPAN = re.compile(f"({'|'.join(DAYS)})(?:-({'|'.join(DAYS)}))?")
CLOCK = "[0-9]{2}:[0-9]{2}"
OPEN, CLOSED, UNKNOWN = "open", "closed", "unknown"
MOMENT = "%Y-%m-%d %H:%M"
"""How a moment is written, e.g. ``2022-07-16 10:00``."""
FORM = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}")


def days_of(text: str) -> frozenset[int]:
    """Return the days of the week that a text names, Monday being 0; none of a range that ends before it begins.

    Parameters
    ----------
    text : str
        Days and ranges of days, in the form that the dictionary asks for.

    Examples
    --------
    >>> sorted(days_of("mo-we sa")), sorted(days_of("fr-mo"))
    ([0, 1, 2, 5], [])
    """
    ends = [(found[1], found[2] or found[1]) for part in text.split(" ") if (found := SPAN.fullmatch(part))]
    return frozenset(day for first, last in ends for day in range(DAYS.index(first), DAYS.index(last) + 1))


def moment_of(text: str, period: str) -> datetime:
    """Return a moment of a period.

    Parameters
    ----------
    text : str
        Day and minute, e.g. ``"2022-07-16 10:00"``, in the time of the city.
    period : str
        Year or quarter in which it must lie.

    Raises
    ------
    InvalidParameters
        When it is not such a text, or lies outside of the period.

    Examples
    --------
    >>> moment_of("2022-07-16 10:00", "2022Q3")
    datetime.datetime(2022, 7, 16, 10, 0)
    """
    moment = _read(text)
    if moment is None:
        raise InvalidParameters(f"when must be a day and a minute such as '2022-07-16 10:00', not {shorten(text)!r}")
    whole = period_of(period)
    if not whole.start <= moment.date() <= whole.end:
        raise InvalidParameters(f"when {text!r} is not in {period}: {whole.start} to {whole.end}")
    return moment


def _read(text: object) -> datetime | None:
    try:
        return datetime.strptime(text, MOMENT) if isinstance(text, str) and FORM.fullmatch(text) else None  # noqa: DTZ007
    except ValueError:  # a day that is not in the calendar
        return None


def open_at(city: City, facilities: pd.DataFrame, when: datetime) -> pd.Series[str]:
    """Return what is known of each of some facilities at a moment.

    Parameters
    ----------
    city : City
        With the register hours where hours are known.
    facilities : DataFrame
        Rows of the register facilities. Whether they are in use on that day is another question (`opened_date`).
    when : datetime
        Day and minute in the time of the city. A row of hours holds from the minute it opens up to but without the one it closes.

    Returns
    -------
    Series
        By row of `facilities`: ``open`` when any of its rows of hours holds; ``closed`` when it has rows and none does;
        ``unknown`` when it has none. Public holidays are not known: on one, the day of the week decides.
    """
    known, held = hours_during(city, facilities, [when])
    state = np.where(held[:, 0], OPEN, np.where(known, CLOSED, UNKNOWN))
    return pd.Series(state, index=facilities.index, dtype="str", name="state")


def hours_during(
    city: City, facilities: pd.DataFrame, moments: Sequence[datetime]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return which of some facilities have known hours, and which are open at each of some moments.

    Parameters
    ----------
    city, facilities : City and DataFrame
        As for `open_at`.
    moments : sequence of datetime
        Days and minutes in the time of the city.

    Returns
    -------
    tuple of array (facilities,) and array (facilities, moments)
        Whether it has rows of hours; whether any of them holds.
    """
    place, row = rows_about(city, facilities, "hours")
    known = np.bincount(place, minlength=len(facilities)) > 0
    held = np.zeros((len(facilities), len(moments)), dtype=bool)
    if len(row) and moments:
        of, at = np.nonzero(_hold(city.register("hours").iloc[row], moments))
        held[place[of], at] = True
    return known, held


def _hold(table: pd.DataFrame, moments: Sequence[datetime]) -> NDArray[np.bool_]:
    """Return which rows of hours hold at some moments, (rows, moments)."""
    codes, texts = pd.factorize(table["days"])
    named = np.array([[day in days_of(text) for day in range(len(DAYS))] for text in texts], dtype=bool)
    today = named[codes][:, [moment.weekday() for moment in moments]]
    day, minute = np.array([moment.date() for moment in moments], "datetime64[D]"), np.array([f"{one:%H:%M}" for one in moments])
    begins, ends = (table[name].to_numpy("datetime64[D]")[:, None] for name in ("from_date", "until_date"))
    opens, closes = (table[name].to_numpy(str)[:, None] for name in ("opens", "closes"))
    return np.asarray(today & ~(begins > day) & ~(ends < day) & (opens <= minute) & (minute < closes), dtype=bool)


def hours_hold(table: pd.DataFrame) -> bool:
    """Return whether no row of hours is one that `check_hours` would note; text may be categories."""
    return not (_are_backward(table["days"]).any() or _are_never(table).any())


def check_hours(table: pd.DataFrame, file: str, problems: list[Problem]) -> None:
    """Note ranges of days that end before they begin, and hours that close before they open."""
    for row in table[_are_backward(table["days"])].to_dict("records"):
        expected = "days in the order of the week, e.g. mo-fr; over its end in two, e.g. fr-su mo"
        what = f"{shorten(row['days'])!r} has a range that ends before it begins"
        problems.append(Problem(file, row[ROW], None, "days", what, expected))
    for row in table[_are_never(table)].to_dict("records"):
        what = f"{row['closes']} is not after opens {row['opens']}"
        problems.append(Problem(file, row[ROW], None, "closes", what, "a later minute; over midnight is two rows, up to 24:00"))


def _are_backward(days: pd.Series[str]) -> NDArray[np.bool_]:
    codes, texts = pd.factorize(days)
    wrong = np.array([any(not days_of(part) for part in text.split(" ")) for text in texts], dtype=bool)
    return np.asarray(wrong[codes], dtype=bool)


def _are_never(table: pd.DataFrame) -> NDArray[np.bool_]:
    opens, closes = (table[name].astype("str") for name in ("opens", "closes"))
    written = opens.str.fullmatch(CLOCK) & closes.str.fullmatch(CLOCK)
    return np.asarray(written & (closes <= opens), dtype=bool)
