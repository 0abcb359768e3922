"""An audit made beforehand, and whether it still answers a question: only for a city that nobody has touched since."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from friendly_city.audit.model import Audit
from friendly_city.city.model import City, Period
from friendly_city.standards.model import Checklist


def tables_of(city: City) -> dict[str, pd.DataFrame]:
    """Return every table of a city that an audit reads."""
    layers = {"boundaries": city.boundaries, "streets": city.streets, "barriers": city.barriers}
    own = {name: table for name, table in layers.items() if table is not None}
    return {**city.registers, **own, "communities by code": city.communities}


@dataclass(frozen=True, eq=False)
class ReadyAudit:
    """An audit with lazy copies of the tables it was made from.

    While such a copy lives, pandas copies a table before it changes anything in it; so a table whose columns lie where
    those of the copy lie is unchanged. To see that costs the same for a city of any size.
    """

    audit: Audit
    tables: Mapping[str, pd.DataFrame]

    @classmethod
    def of(cls, audit: Audit) -> ReadyAudit:
        """Return an audit with lazy copies of its city's tables."""
        return cls(audit, {name: table.copy(deep=False) for name, table in tables_of(audit.city.whole).items()})

    def answers(self, city: City, checklist: Checklist, period: Period) -> bool:
        """Return whether this is what auditing the city now would give."""
        asked = self.audit.city.whole is city and self.audit.period == period and self.audit.checklist == checklist
        return asked and all(untouched(table, self.tables.get(name)) for name, table in tables_of(city).items())


def untouched(table: pd.DataFrame, kept: pd.DataFrame | None) -> bool:
    """Return whether a table still is the one of which `kept` is a lazy copy.

    Examples
    --------
    >>> table = pd.DataFrame({"a": [1, 2], "b": ["x", "y"]})
    >>> kept = table.copy(deep=False)
    >>> untouched(table, kept)
    True
    >>> table.loc[0, "b"] = "z"
    >>> untouched(table, kept)
    False
    """
    if kept is None or len(table) != len(kept) or not table.columns.equals(kept.columns):
        return False
    columns = ((table.iloc[:, place].array, kept.iloc[:, place].array) for place in range(len(table.columns)))
    return all(lie_together(one, other) for one, other in columns)


def lie_together(one: Any, other: Any) -> bool:
    """Return whether two columns are the same memory; those that do not say where they lie are compared."""
    if type(one) is not type(other):
        return False
    if isinstance(one.dtype, pd.StringDtype):
        return bool(_addresses(one) == _addresses(other))
    left, right = np.asarray(one), np.asarray(other)
    if left.__array_interface__["data"] == right.__array_interface__["data"]:
        return bool(left.strides == right.strides)
    return bool(one.equals(other))


def _addresses(column: Any) -> list[tuple[int, int]]:
    chunked = column.__arrow_array__()  # the array itself, not a copy
    return [(buffer.address, chunk.offset) for chunk in chunked.chunks for buffer in chunk.buffers() if buffer is not None]
