"""The columns of a register as arrays, each worked out once: numbers, days, and text as codes into its distinct values.

Nothing here knows what a column means.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from friendly_city.audit.measures.fields import key_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from friendly_city.audit.measures.limits import Bools, Floats

    Ints = NDArray[np.intp]

Result = TypeVar("Result")


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


def words(column: pd.Series[Any]) -> NDArray[np.object_]:
    """Return a column as text, '' where a cell is empty, ``true``/``false`` for booleans, ISO for dates."""
    if pd.api.types.is_datetime64_any_dtype(column):
        column = column.dt.strftime("%Y-%m-%d")
    empty = column.isna().to_numpy()
    text = column.astype(object).where(~empty, "").to_numpy(dtype=object)
    if pd.api.types.is_bool_dtype(column) or any(isinstance(value, (bool, np.bool_)) for value in text[~empty][:1]):
        text = np.array([str(value).lower() for value in text], dtype=object)
    return text


@dataclass(frozen=True, slots=True, eq=False)
class Coded:
    """A column of text as positions in the list of its distinct values.

    Attributes
    ----------
    codes : array of int, shape (n,)
        Position in `distinct`.
    distinct : array of str
        Distinct values, '' for empty cells.

    Examples
    --------
    >>> coded(pd.Series(["park", None, "park"])).isin(["park"]).tolist()
    [True, False, True]
    """

    codes: Ints
    distinct: NDArray[np.object_]

    def isin(self, wanted: Collection[str]) -> Bools:
        """Return where the value is one of some."""
        return np.isin(self.distinct, np.array(list(wanted), dtype=object))[self.codes]

    @property
    def text(self) -> NDArray[np.object_]:
        """Return the values themselves, shape (n,)."""
        return self.distinct[self.codes]

    def at(self, positions: Ints) -> Coded:
        """Return the values at some positions."""
        return Coded(self.codes[positions], self.distinct)


def coded(column: pd.Series[Any]) -> Coded:
    """Return a column of text (booleans and dates as in `words`) by its distinct values."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        codes, values = column.cat.codes.to_numpy().astype(np.intp), np.asarray(column.cat.categories, dtype=object)
    else:
        found, distinct = pd.factorize(column)
        codes, values = found.astype(np.intp), words(pd.Series(distinct))
    if (codes < 0).any():
        codes, values = np.where(codes < 0, len(values), codes), np.append(values, "")
    return Coded(codes, np.asarray(values, dtype=object))


@dataclass(frozen=True, eq=False)
class Columns:
    """A register, column by column.

    Attributes
    ----------
    register : str
        Its name.
    table : DataFrame
        Its rows; every column of the dictionary.
    part : array of int, by row
        Number of the row's city, where several are audited together; -1 for a row of no community.
    """

    register: str
    table: pd.DataFrame
    part: Ints = field(default_factory=lambda: np.empty(0, np.intp), repr=False)
    _kept: dict[Hashable, Any] = field(default_factory=dict, repr=False)

    def _once(self, key: Hashable, make: Callable[[], Result]) -> Result:
        if key not in self._kept:
            self._kept[key] = make()
        return self._kept[key]  # type: ignore[no-any-return]

    def numbers(self, name: str) -> Floats:
        """Return a column as floats, NaN where a cell is empty."""
        return self._once(("numbers", name), lambda: numbers(self.table[name]))

    def days(self, name: str) -> NDArray[np.datetime64]:
        """Return a column as days, NaT where a cell is empty."""
        return self._once(("days", name), lambda: days(self.table[name]))

    def coded(self, name: str) -> Coded:
        """Return a column as text by its distinct values."""
        return self._once(("coded", name), lambda: coded(self.table[name]))

    @property
    def ids(self) -> pa.Array:
        """Return the row ids, '' where there is none."""

        def make() -> pa.Array:
            found = pa.array(self.table[key_of(self.register)], pa.string(), from_pandas=True)
            return (found.combine_chunks() if isinstance(found, pa.ChunkedArray) else found).fill_null("")

        return self._once("ids", make)

    @property
    def references(self) -> pa.Array:
        """Return the rows as references ``register#id``."""

        def make() -> pa.Array:
            name, mark = (pa.scalar(text, pa.string()) for text in (self.register, "#"))
            return pc.binary_join_element_wise(name, self.ids, mark)

        return self._once("references", make)

    @property
    def order(self) -> Ints:
        """Return numbers in which the row ids of each city are in order; in a sorted register those of the rows."""

        def make() -> Ints:
            size = len(self.table)
            if size == 0:
                return np.empty(0, np.intp)
            rises = pc.less_equal(self.ids.slice(0, size - 1), self.ids.slice(1)).to_numpy(zero_copy_only=False)
            if bool((rises | (np.diff(self.part) != 0)).all()):
                return np.arange(size)
            result = np.empty(size, np.intp)
            result[pc.sort_indices(self.ids).to_numpy()] = np.arange(size)
            return result

        return self._once("order", make)
