"""Which rows of a register count: a filter with three answers, and the rows in force in a period.

An empty cell in a column a filter reads makes the answer *maybe*: the row is neither counted nor ruled out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from friendly_city.audit.measures.fields import NUMERIC, registers

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from friendly_city.audit.measures.limits import Bools, Floats
    from friendly_city.city.model import Period
    from friendly_city.standards.requirement import Condition, Filter

    Ints = NDArray[np.intp]


def numbers(column: pd.Series[float]) -> Floats:
    """Return a column as floats, NaN where a cell is empty."""
    return pd.to_numeric(column, errors="coerce").to_numpy(dtype=float, na_value=np.nan)


def days(column: pd.Series[pd.Timestamp]) -> NDArray[np.datetime64]:
    """Return a column of dates as days, NaT where a cell is empty.

    Examples
    --------
    >>> days(pd.Series(["2022-05-01", None])).astype(str).tolist()
    ['2022-05-01', 'NaT']
    """
    return pd.to_datetime(column).to_numpy().astype("datetime64[D]")


def later(dates: NDArray[np.datetime64], months: int) -> NDArray[np.datetime64]:
    """Return dates moved on by months; the last day of a month stays within its month.

    Examples
    --------
    >>> later(np.array(["2021-11-30"], "M8[D]"), 3).astype(str).tolist()
    ['2022-02-28']
    """
    month = dates.astype("datetime64[M]")
    moved = (month + months).astype("datetime64[D]") + (dates - month.astype("datetime64[D]"))
    last = (month + months + 1).astype("datetime64[D]") - np.timedelta64(1, "D")
    return np.asarray(np.minimum(moved, last))


def words(column: pd.Series[Any]) -> NDArray[np.object_]:
    """Return a column as text, '' where a cell is empty, ``true``/``false`` for booleans, ISO for dates."""
    if pd.api.types.is_datetime64_any_dtype(column):
        column = column.dt.strftime("%Y-%m-%d")
    empty = column.isna().to_numpy()
    text = column.astype(object).where(~empty, "").to_numpy(dtype=object)
    if pd.api.types.is_bool_dtype(column) or any(isinstance(value, (bool, np.bool_)) for value in text[~empty][:1]):
        text = np.array([str(value).lower() for value in text], dtype=object)
    return text


def _holds(table: pd.DataFrame, condition: Condition, numeric: bool) -> tuple[Bools, Bools]:  # noqa: FBT001
    """Return where a condition surely holds, and where it may."""
    column = table[condition.field]
    if numeric:
        values = numbers(column)
        empty = np.isnan(values)
        sure = ~empty
        if condition.any_of:
            sure &= np.isin(values, [float(text) for text in condition.any_of])
    else:
        text = words(column)
        empty = text == ""
        sure = ~empty
        if condition.any_of:
            sure &= np.isin(text, np.array(condition.any_of, dtype=object))
    if condition.at_least is not None:
        sure &= np.nan_to_num(numbers(column), nan=-np.inf) >= condition.at_least
    if condition.at_most is not None:
        sure &= np.nan_to_num(numbers(column), nan=np.inf) <= condition.at_most
    return sure, sure | empty


def select(table: pd.DataFrame, where: Filter, register: str) -> tuple[Bools, Bools]:
    """Return which rows surely pass a filter, and which surely or maybe.

    Examples
    --------
    >>> from friendly_city.standards.requirement import Condition, Filter
    >>> table = pd.DataFrame({"kind": ["park", "park", "library"], "site_area_m2": [2000.0, None, None]})
    >>> where = Filter(conditions=(Condition(field="kind", any_of=("park",)), Condition(field="site_area_m2", at_least=1000)))
    >>> [mask.tolist() for mask in select(table, where, "facilities")]
    [[True, False, False], [True, True, False]]
    """
    fields = registers()[register]
    sure, maybe = np.ones(len(table), bool), np.ones(len(table), bool)
    for condition in where.conditions:
        holds, may = _holds(table, condition, fields[condition.field].type in NUMERIC)
        sure, maybe = sure & holds, maybe & may
    return sure, maybe


SPANS = {
    "facilities": ("opened_date", "closed_date"), "staff": ("since_date", "until_date"),
    "documents": ("issued_date", "expires_date"), "inspections": ("examined_date", "expires_date"),
}  # fmt: skip
"""Columns with the first and the last day of a row; empty: without end (and facilities without beginning)."""

LAST_DAY_COUNTS = ("documents", "inspections")
"""Registers in which the last day still counts; a facility closed or a person gone on a day is not there any more."""


def in_force(table: pd.DataFrame, register: str, period: Period) -> Bools:
    """Return which rows of a register count in a period.

    Facilities open and staff in post on its last day, documents issued and not expired by then, inspections and
    statistics of that day or before; activities and meetings held within the period; of other registers, all rows.
    """
    start, end = np.datetime64(period.start), np.datetime64(period.end)
    if register in SPANS:
        first, last = (days(table[name]) for name in SPANS[register])
        ended = last < end if register in LAST_DAY_COUNTS else last <= end
        return np.asarray((np.isnat(first) | (first <= end)) & (np.isnat(last) | ~ended))
    if register in ("activities", "meetings"):
        held = days(table["held_date"])
        return np.asarray((held >= start) & (held <= end))
    if register == "indicators":
        return np.asarray(numbers(table["year"]) <= period.end.year)
    return np.ones(len(table), bool)


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Rows that count, or may count, in the order of the register.

    Attributes
    ----------
    register : str
        Name of the register.
    table : DataFrame
        The rows.
    place : array of int, shape (rows,)
        Position of the row's community in `City.codes`.
    ids : array of str, shape (rows,)
        Row ids, for evidence.
    sure : array of bool, shape (rows,)
        False where an empty cell leaves open whether the row counts.
    """

    register: str
    table: pd.DataFrame
    place: Ints
    ids: NDArray[np.object_]
    sure: Bools

    def keep(self, mask: Bools) -> Rows:
        """Return the rows where `mask` holds."""
        return Rows(self.register, self.table[mask], self.place[mask], self.ids[mask], self.sure[mask])

    def count(self, size: int, mask: Bools | None = None) -> Floats:
        """Return how many rows (where `mask` holds) each of `size` communities has."""
        place = self.place if mask is None else self.place[mask]
        return np.bincount(place, minlength=size).astype(float)

    def sum(self, values: Floats, size: int) -> Floats:
        """Return the sum of `values` by community; NaN counts as nothing."""
        return np.bincount(self.place, np.where(np.isnan(values), 0.0, values), minlength=size).astype(float)

    def extreme(self, values: Floats, size: int, *, largest: bool) -> Floats:
        """Return the largest (or smallest) of `values` by community, NaN where there is none."""
        result = np.full(size, -np.inf if largest else np.inf)
        known = ~np.isnan(values)
        (np.maximum if largest else np.minimum).at(result, self.place[known], values[known])
        result[self.count(size, known) == 0] = np.nan
        return result

    def evidence(self, size: int) -> list[tuple[str, ...]]:
        """Return the rows of each community as sorted references ``register#id``."""
        found: list[list[str]] = [[] for _ in range(size)]
        for place, row in zip(self.place.tolist(), self.ids.tolist(), strict=True):
            found[place].append(f"{self.register}#{row}")
        return [tuple(sorted(refs)) for refs in found]


def joined(*parts: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Return the evidence of several registers together, sorted, without doubles.

    Examples
    --------
    >>> joined([("staff#S2",), ()], [("staff#S1", "staff#S2"), ()])
    [('staff#S1', 'staff#S2'), ()]
    """
    return [tuple(sorted({ref for refs in each for ref in refs})) for each in zip(*parts, strict=True)]
