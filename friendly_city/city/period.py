"""Reading the label of a period: a year or a quarter of a year."""

from __future__ import annotations

import re
from datetime import date, timedelta

from friendly_city.city.model import Period
from friendly_city.errors import InvalidParameters


def period_of(label: str) -> Period:
    """Return the period a label names.

    Parameters
    ----------
    label : str
        ``"2022"`` or ``"2022Q3"``.

    Raises
    ------
    InvalidParameters
        When the label is not text of that form.

    Examples
    --------
    >>> period_of("2022Q3").end
    datetime.date(2022, 9, 30)
    """
    if not isinstance(label, str):
        raise InvalidParameters(f"period must be text such as '2022', not {type(label).__name__} {label!r}: quote it")
    match = re.fullmatch(r"((?:19|20)[0-9][0-9])(?:Q([1-4]))?", label)
    if not match:
        raise InvalidParameters(f"period {label!r} is neither a year such as '2022' nor a quarter such as '2022Q3'")
    year, quarter = int(match[1]), match[2]
    if quarter is None:
        return Period(label=label, start=date(year, 1, 1), end=date(year, 12, 31))
    first = 3 * int(quarter) - 2
    after = date(year + (first + 3 > 12), (first + 3 - 1) % 12 + 1, 1)
    return Period(label=label, start=date(year, first, 1), end=after - timedelta(days=1))
