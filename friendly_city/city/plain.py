"""Quick looks at whole columns: whether there is anything in them that the slower checks must see, which tell what and where.

A column that passes is free of what `tables.check_cells` and the dictionary's constraints refuse; one that does not pass
need not be wrong.
"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from friendly_city.city.cells import MAX_CELL, SUSPECT, may_hold_personal
from friendly_city.city.personal import personal_in

if TYPE_CHECKING:
    from friendly_city.city.dictionary import Field

Numbers = NDArray[np.intp] | int
SHORTEST_PERSONAL = 11
"""Digits of the shortest number that tells who a person is, among codes."""

_INNER = np.zeros(256, bool)
_INNER[[*b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_-."]] = True
_FIRST = _INNER.copy()
_FIRST[[*b"-."]] = False


def distinct(cells: pd.Series[Any]) -> list[Any]:
    """Return the values of a column, each at least once: its categories, or all there are."""
    values = cells.cat.categories if isinstance(cells.dtype, pd.CategoricalDtype) else cells.unique()
    return list(values)


def codes_of(cells: pd.Series[Any]) -> tuple[NDArray[np.intp], pd.Index[Any]]:
    """Return a column of text as positions in the list of its distinct values, and these.

    Examples
    --------
    >>> codes, values = codes_of(pd.Series(["b", "a", "b"], dtype="str"))
    >>> codes.tolist(), values.tolist()
    ([0, 1, 0], ['b', 'a'])
    """
    if isinstance(cells.dtype, pd.CategoricalDtype):
        return cells.cat.codes.to_numpy().astype(np.intp), cells.cat.categories
    codes, values = pd.factorize(cells)
    return codes, pd.Index(values)


def shared_codes(one: pd.Series[Any], other: pd.Series[Any]) -> tuple[NDArray[np.intp], NDArray[np.intp], int]:
    """Return two columns of text as positions in one list of distinct values (-1 for missing ones), and how many these are.

    Examples
    --------
    >>> one, other, count = shared_codes(pd.Series(["b", "a"], dtype="str"), pd.Series(["c", "b"], dtype="str"))
    >>> one.tolist(), other.tolist(), count
    ([0, 1], [2, 0], 3)
    """
    (codes, values), (numbers, names) = codes_of(one), codes_of(other)
    every = pd.Index(values).union(pd.Index(names), sort=False)
    place = [np.append(every.get_indexer(pd.Index(some)), -1) for some in (values, names)]
    return place[0][codes], place[1][numbers], len(every)


def rows_of(cells: pd.Series[Any], known: pd.Series[Any], part: Numbers = 0, known_part: Numbers = 0) -> NDArray[np.intp]:
    """Return the row of `known` that has the value of each cell, in the same city; -1 where there is none.

    Parameters
    ----------
    cells, known : Series
        Text, or categories.
    part, known_part : array of int, or int
        Number of the city of each row; rows with -1 are in none.

    Examples
    --------
    >>> rows_of(pd.Series(["b", "c"], dtype="str"), pd.Series(["a", "b"], dtype="str")).tolist()
    [1, -1]
    """
    (codes, values), (numbers, names) = codes_of(cells), codes_of(known)
    among = np.append(pd.Index(values).get_indexer(pd.Index(names)), -1)[numbers]  # a missing value has the number -1
    part, known_part = np.broadcast_to(part, len(codes)), np.broadcast_to(known_part, len(among))
    row = np.full((int(max(part.max(initial=0), known_part.max(initial=0))) + 1, len(values) + 1), -1, dtype=np.intp)
    there = np.flatnonzero((among >= 0) & (known_part >= 0))
    row[known_part[there], among[there]] = there
    return np.where(part >= 0, row[part, codes], -1)


def _texts(cells: pd.Series[Any]) -> pa.Array:
    found = pa.array(cells, pa.large_string(), from_pandas=True)
    return found.combine_chunks() if isinstance(found, pa.ChunkedArray) else found


def is_code(texts: pa.Array) -> bool:
    """Return whether all texts consist of ASCII letters, digits, ``_``, ``-`` and ``.``, and begin with none of the last two.

    Such text is no formula, no markup, hides nothing and has no space around it.

    Examples
    --------
    >>> is_code(pa.array(["F0001", "a-b", ""], pa.large_string())), is_code(pa.array(["-1"], pa.large_string()))
    (True, False)
    """
    if texts.null_count or not len(texts):
        return not len(texts)
    _, ends, data = texts.buffers()
    offsets = np.frombuffer(ends, np.int64)[texts.offset : texts.offset + len(texts) + 1]
    raw = np.frombuffer(data, np.uint8) if data is not None else np.empty(0, np.uint8)
    starts = offsets[:-1][np.diff(offsets) > 0]
    return bool(_INNER[raw[offsets[0] : offsets[-1]]].all() and _FIRST[raw[starts]].all() and np.diff(offsets).max() <= MAX_CELL)


def _longest(texts: pa.Array) -> int:
    return int(pc.max(pc.binary_length(texts)).as_py() or 0)


def has_plain_cells(cells: pd.Series[Any], field: Field) -> bool:
    """Return whether surely no cell of a column of text has a fault that `tables.check_cells` tells."""
    free = may_hold_personal(field)
    texts = _texts(pd.Series(cells.cat.categories) if isinstance(cells.dtype, pd.CategoricalDtype) else cells)
    if is_code(texts) and (not free or _longest(texts) < SHORTEST_PERSONAL):
        return True
    values = pc.unique(texts).to_pylist()
    joined = "\n".join(values)
    if any(len(value) > MAX_CELL for value in values) or joined.count("\n") >= max(len(values), 1) or "\r" in joined:
        return False
    return not (SUSPECT.search(joined) or (free and personal_in(joined)))


def fulfils(cells: pd.Series[Any], field: Field, part: NDArray[np.intp] | None = None) -> bool:
    """Return whether surely every cell of a typed column is as the dictionary asks.

    Parameters
    ----------
    cells : Series
        Text ('' when empty; may be categories), float64, datetime64 or nullable boolean.
    field : Field
        What is asked.
    part : array of int, optional
        Number of the city of each row, rising: values that must differ need do so in one city only.
    """
    if field.type == "string":
        return _texts_fulfil(cells, field, part)
    if field.required and bool(cells.isna().any()):
        return False
    low, high = (cells.min(), cells.max()) if field.minimum is not None or field.maximum is not None else (None, None)
    return (field.minimum is None or _none_or(low, low >= _bound(field.minimum))) and (  # type: ignore[operator]
        field.maximum is None or _none_or(high, high <= _bound(field.maximum))  # type: ignore[operator]
    )


def _none_or(value: Any, holds: Any) -> bool:
    return bool(pd.isna(value)) or bool(holds)


def _bound(value: float | date) -> float | pd.Timestamp:
    return pd.Timestamp(value) if isinstance(value, date) else value


def _keys_fulfil(texts: pa.Array, field: Field, part: NDArray[np.intp] | None) -> bool:
    if texts.null_count or not is_unique(texts, part) or (field.required and pc.any(pc.equal(texts, "")).as_py()):
        return False
    return not field.pattern or bool(pc.all(pc.match_substring_regex(texts, f"^(?:{field.pattern})?$")).as_py())


def _texts_fulfil(cells: pd.Series[Any], field: Field, part: NDArray[np.intp] | None) -> bool:
    if field.unique:
        return _keys_fulfil(_texts(cells), field, part)
    if not (field.required or field.enum or field.pattern):
        return True
    values = distinct(cells)
    if any(not isinstance(value, str) for value in values) or (field.required and "" in values):
        return False
    if field.enum and not set(values) <= {*field.enum, ""}:
        return False
    return not field.pattern or all(re.fullmatch(rf"(?:{field.pattern})?", value) for value in values)


def is_unique(texts: pa.Array, part: NDArray[np.intp] | None = None) -> bool:
    """Return whether no text stands twice (in one city); quick where they rise from row to row.

    Examples
    --------
    >>> is_unique(pa.array(["a", "b", "a"])), is_unique(pa.array(["a", "b", "a"]), np.array([0, 0, 1]))
    (False, True)
    """
    if len(texts) < 2:
        return True
    rises = pc.less(texts.slice(0, len(texts) - 1), texts.slice(1)).to_numpy(zero_copy_only=False)
    if bool((rises if part is None else rises | (np.diff(part) > 0)).all()):
        return True
    if part is None:
        return len(pc.unique(texts)) == len(texts)
    return not pd.DataFrame({"part": part, "text": pd.Series(texts, dtype="str")}).duplicated().any()
