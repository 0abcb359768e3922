"""Which rows of a register count: a filter with three answers, and the rows in force in a period.

An empty cell in a column a filter reads makes the answer *maybe*: the row is neither counted nor ruled out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from friendly_city.audit.measures.columns import Columns
from friendly_city.audit.measures.evidence import Evidence
from friendly_city.audit.measures.fields import NUMERIC, registers

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from friendly_city.audit.measures.columns import Coded
    from friendly_city.audit.measures.limits import Bools, Floats
    from friendly_city.city.model import Period
    from friendly_city.standards.requirement import Condition, Filter

    Ints = NDArray[np.intp]


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


def _holds(columns: Columns, condition: Condition, numeric: bool) -> tuple[Bools, Bools]:  # noqa: FBT001
    """Return where a condition surely holds, and where it may."""
    if numeric:
        values = columns.numbers(condition.field)
        empty = np.isnan(values)
        sure = ~empty
        if condition.any_of:
            sure &= np.isin(values, [float(text) for text in condition.any_of])
    else:
        text = columns.coded(condition.field)
        empty = text.isin([""])
        sure = ~empty
        if condition.any_of:
            sure &= text.isin(condition.any_of)
    if condition.at_least is not None:
        sure &= np.nan_to_num(columns.numbers(condition.field), nan=-np.inf) >= condition.at_least
    if condition.at_most is not None:
        sure &= np.nan_to_num(columns.numbers(condition.field), nan=np.inf) <= condition.at_most
    return sure, sure | empty


def select(columns: Columns, where: Filter) -> tuple[Bools, Bools]:
    """Return which rows of a register surely pass a filter, and which surely or maybe.

    Examples
    --------
    >>> import pandas as pd
    >>> from friendly_city.standards.requirement import Condition, Filter
    >>> table = pd.DataFrame({"kind": ["park", "park", "library"], "site_area_m2": [2000.0, None, None]})
    >>> where = Filter(conditions=(Condition(field="kind", any_of=("park",)), Condition(field="site_area_m2", at_least=1000)))
    >>> [mask.tolist() for mask in select(Columns("facilities", table), where)]
    [[True, False, False], [True, True, False]]
    """
    fields, size = registers()[columns.register], len(columns.table)
    sure, maybe = np.ones(size, bool), np.ones(size, bool)
    for condition in where.conditions:
        holds, may = _holds(columns, condition, fields[condition.field].type in NUMERIC)
        sure, maybe = sure & holds, maybe & may
    return sure, maybe


SPANS = {
    "facilities": ("opened_date", "closed_date"), "staff": ("since_date", "until_date"),
    "documents": ("issued_date", "expires_date"), "inspections": ("examined_date", "expires_date"),
}  # fmt: skip
"""Columns with the first and the last day of a row; empty: without end (and facilities without beginning)."""

LAST_DAY_COUNTS = ("documents", "inspections")
"""Registers in which the last day still counts; a facility closed or a person gone on a day is not there any more."""


def in_force(columns: Columns, period: Period) -> Bools:
    """Return which rows of a register count in a period.

    Facilities open and staff in post on its last day, documents issued and not expired by then, inspections and
    statistics of that day or before; activities and meetings held within the period; of other registers, all rows.
    """
    start, end, register = np.datetime64(period.start), np.datetime64(period.end), columns.register
    if register in SPANS:
        first, last = (columns.days(name) for name in SPANS[register])
        ended = last < end if register in LAST_DAY_COUNTS else last <= end
        return np.asarray((np.isnat(first) | (first <= end)) & (np.isnat(last) | ~ended))
    if register in ("activities", "meetings"):
        held = columns.days("held_date")
        return np.asarray((held >= start) & (held <= end))
    if register == "indicators":
        return np.asarray(columns.numbers("year") <= period.end.year)
    return np.ones(len(columns.table), bool)


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Rows that count, or may count, in the order of the register.

    Attributes
    ----------
    columns : Columns
        The register.
    index : array of int, shape (rows,)
        Positions in the register, rising.
    place : array of int, shape (rows,)
        Position of the row's community in `City.codes`.
    sure : array of bool, shape (rows,)
        False where an empty cell leaves open whether the row counts.
    """

    columns: Columns
    index: Ints
    place: Ints
    sure: Bools

    @property
    def register(self) -> str:
        """Return the name of the register."""
        return self.columns.register

    @property
    def order(self) -> Ints:
        """Return the place of each row's id among all ids."""
        return self.columns.order[self.index]

    def __len__(self) -> int:
        return len(self.index)

    def keep(self, mask: Bools) -> Rows:
        """Return the rows where `mask` holds."""
        return Rows(self.columns, self.index[mask], self.place[mask], self.sure[mask])

    def numbers(self, name: str) -> Floats:
        """Return a column as floats, NaN where a cell is empty."""
        return self.columns.numbers(name)[self.index]

    def days(self, name: str) -> NDArray[np.datetime64]:
        """Return a column as days, NaT where a cell is empty."""
        return self.columns.days(name)[self.index]

    def coded(self, name: str) -> Coded:
        """Return a column as text by its distinct values, '' where a cell is empty."""
        return self.columns.coded(name).at(self.index)

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

    def evidence(self) -> Evidence:
        """Return the rows as references ``register#id`` of their communities."""
        return Evidence(rows=(self,))
