"""Checking a table against the dictionary: types, then constraints with pandera; all failures at once, by line and column."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from friendly_city.city.dictionary import Field, Layer, Register
from friendly_city.city.plain import fulfils
from friendly_city.city.tables import ROW
from friendly_city.errors import Problem, nearest, shorten
from friendly_city.units import UNITS

if TYPE_CHECKING:
    import pandera.pandas as pa

NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")
INTEGER = re.compile(r"[+-]?[0-9]+")
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
WANTED = {"number": "a number", "integer": "a whole number", "date": "a date YYYY-MM-DD", "boolean": "true or false"}
FULL_WIDTH = re.compile(r"[０-９．－／]")
THOUSANDS = re.compile(r"[0-9][,，'’ ][0-9]{3}(?![0-9])")


def typed(table: pd.DataFrame, item: Register | Layer, problems: list[Problem]) -> pd.DataFrame:
    """Return a table with the dictionary's types; a cell that is not of its type is noted and left empty.

    Parameters
    ----------
    table : DataFrame
        Text in columns of the dictionary (not necessarily all), and `ROW`.

    Returns
    -------
    DataFrame
        Same rows. Text stays text ('' when empty), numbers and integers become float64 (NaN), dates datetime64 (NaT),
        booleans ``boolean`` (NA).
    """
    columns: dict[str, Any] = {}
    for field in item.fields:
        if field.name not in table:
            continue
        cells = table[field.name]
        columns[field.name] = _converted(cells, field)
        if field.type != "string":
            lost = (cells != "").to_numpy() & pd.isna(columns[field.name]).to_numpy()
            problems += [
                Problem(item.file, int(table[ROW].iloc[place]), None, field.name, *_not_of_type(cells.iloc[place], field))
                for place in np.flatnonzero(lost)
            ]
    return pd.DataFrame(columns, index=table.index).assign(**{ROW: table[ROW]})


def _converted(cells: pd.Series[str], field: Field) -> pd.Series[Any]:
    if field.numeric:
        form = NUMBER if field.type == "number" else INTEGER
        numbers = np.array([float(cell) if form.fullmatch(cell) else np.nan for cell in cells.tolist()], dtype=np.float64)
        return pd.Series(np.where(np.isfinite(numbers), numbers, np.nan), index=cells.index)
    if field.type == "date":
        days: list[Any] = [cell if DATE.fullmatch(cell) else None for cell in cells.tolist()]
        return pd.Series(pd.to_datetime(days, format="%Y-%m-%d", errors="coerce"), index=cells.index)
    if field.type == "boolean":
        return cells.map({"true": True, "false": False}).astype("boolean")
    return cells


def _not_of_type(cell: str, field: Field) -> tuple[str, str]:
    wanted, said = WANTED[field.type], repr(shorten(cell))
    if FULL_WIDTH.search(cell):
        return f"{said} has full-width digits", f"{wanted} in half-width digits"
    if field.numeric and THOUSANDS.search(cell):
        return f"{said} has thousands separators", f"{wanted} without them"
    if field.numeric and cell.endswith(("%", "％")):
        return f"{said} is a percentage", f"{wanted}; a share is 0 to 1"
    if field.type == "date" and DATE.fullmatch(cell):
        return f"{said} is not in the calendar", wanted
    return f"{said} is not {wanted}", wanted


@cache
def _schema(fields: tuple[Field, ...]) -> pa.DataFrameSchema:
    """Return the pandera schema of some columns; each check is named by what it asks."""
    import pandera.pandas as pa

    return pa.DataFrameSchema({field.name: pa.Column(checks=list(_checks(field)), nullable=True) for field in fields})


def _checks(field: Field) -> Iterator[pa.Check]:
    import pandera.pandas as pa

    if field.required:
        yield pa.Check(lambda cells: cells.notna() & (cells.astype("str") != ""), error="required", ignore_na=False)
    if field.unique:
        yield pa.Check(lambda cells: ~cells.duplicated(keep="first") | (cells == ""), error="unique")
    if field.enum:
        yield pa.Check.isin([*field.enum, ""], error="enum")
    if field.pattern:
        yield pa.Check.str_matches(rf"^(?:{field.pattern})?$", error="pattern")
    if field.minimum is not None:
        yield pa.Check.ge(_bound(field.minimum), error="minimum")
    if field.maximum is not None:
        yield pa.Check.le(_bound(field.maximum), error="maximum")


def _bound(value: float | date) -> float | pd.Timestamp:
    return pd.Timestamp(value) if isinstance(value, date) else value


def check_constraints(table: pd.DataFrame, item: Register | Layer, problems: list[Problem]) -> None:
    """Note every cell of a typed table that breaks a constraint of the dictionary, and dates out of order."""
    fields = tuple(field for field in item.fields if field.name in table)
    doubtful = tuple(field for field in fields if not fulfils(table[field.name], field))
    if doubtful:
        _tell_broken(table, doubtful, item, problems)
    for field in fields:
        if field.not_before and field.not_before in table:
            _check_order(table, field, item.file, problems)


def _tell_broken(table: pd.DataFrame, fields: tuple[Field, ...], item: Register | Layer, problems: list[Problem]) -> None:
    """Note every cell of some columns that breaks a constraint."""
    from pandera.errors import SchemaErrors

    try:
        _schema(fields).validate(table, lazy=True)
    except SchemaErrors as err:
        for failure in err.failure_cases.to_dict("records"):
            if pd.isna(failure["index"]):
                raise  # a check that could not run is a fault of this module, not of the data
            row = table.loc[failure["index"]]
            problems.append(_broken(item, str(failure["column"]), str(failure["check"]), failure["failure_case"], row=row))


def _check_order(table: pd.DataFrame, field: Field, file: str, problems: list[Problem]) -> None:
    wrong = table[table[field.name] < table[field.not_before]]
    for row in wrong.to_dict("records"):
        what = f"{_said(row[field.name])} is before {field.not_before} {_said(row[field.not_before])}"
        problems.append(Problem(file, row[ROW], None, field.name, what, f"on or after {field.not_before}"))


def _said(value: object) -> str:
    if value is pd.NaT:
        return "nothing"
    if isinstance(value, (date, pd.Timestamp)):
        return f"{value:%Y-%m-%d}"
    return f"{value:g}" if isinstance(value, (int, float)) else shorten(value)


def _misplaced(column: str, value: float, other: float) -> str:
    """Return what is likely wrong with a longitude or latitude beyond its bounds, seen beside the other of the two."""
    if abs(value) > 180:
        return "the position looks projected"
    swapped = column == "latitude" and abs(other) <= 90
    return "longitude and latitude look swapped" if swapped else "it is out of range"


def _broken(item: Register | Layer, column: str, check: str, value: object, *, row: pd.Series[Any]) -> Problem:
    field = next(field for field in item.fields if field.name == column)
    said, near, line = _said(value), "", int(row[ROW])
    if check == "required":
        what, expected = "the cell is empty", field.text.en
    elif check == "unique":
        what, expected = f"{said!r} stands in an earlier row too", "a value of its own"
    elif check == "enum":
        what, expected, near = f"{said!r} is not known", f"one of {', '.join(field.enum)}", nearest(str(value), field.enum)
    elif check == "pattern":
        what, expected = f"{said!r} has another form", f"text like {field.pattern}: {field.text.en}"
    elif column in ("longitude", "latitude"):
        other = float(row.get("longitude" if column == "latitude" else "latitude", np.nan))
        guess = _misplaced(column, float(str(value)), other)
        what, expected = f"{said} is no {column}; {guess}", "degrees in WGS84"
    elif check == "minimum":
        what, expected = f"{said} is below the minimum {_said(field.minimum)}", f"{_said(field.minimum)} or more"
    else:
        what, expected = f"{said} is above the maximum {_said(field.maximum)}", f"{_said(field.maximum)} or less"
    if field.type == "date" and check in ("minimum", "maximum"):
        expected = f"a date from {_said(field.minimum)} to {_said(field.maximum)}"
    return Problem(item.file, line, None, column, what, expected, near)


def check_indicators(table: pd.DataFrame, file: str, problems: list[Problem]) -> None:
    """Note indicators in an unknown unit, and shares that are not between 0 and 1."""
    if not {"unit", "value"} <= set(table.columns):
        return
    for row in table[~table["unit"].isin(UNITS) & (table["unit"] != "")].to_dict("records"):
        near, said = nearest(row["unit"], UNITS), f"{shorten(row['unit'])!r} is not a known unit"
        problems.append(Problem(file, row[ROW], None, "unit", said, "a unit of friendly_city.units", near))
    shares = table[(table["unit"] == "share") & table["value"].notna()]
    for row in shares[~shares["value"].between(0, 1)].to_dict("records"):
        problems.append(Problem(file, row[ROW], None, "value", f"a share of {row['value']:g}", "0 to 1"))


def checked(table: pd.DataFrame, item: Register | Layer, problems: list[Problem]) -> pd.DataFrame:
    """Return a table typed and checked by itself; problems are added to the list."""
    result = typed(table, item, problems)
    check_constraints(result, item, problems)
    return result
