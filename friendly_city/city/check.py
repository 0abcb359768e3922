"""Checking a register against the dictionary: types, then constraints with pandera; all failures at once, by line and column."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaErrors

from friendly_city.city.dictionary import Field, Register
from friendly_city.city.tables import ROW
from friendly_city.errors import Problem, nearest, shorten

NUMBER = r"-?\d+(\.\d+)?([eE][+-]?\d+)?"
INTEGER = r"-?\d+"
DATE = r"\d{4}-\d{2}-\d{2}"
EARLIEST, LATEST = pd.Timestamp("1900-01-01"), pd.Timestamp("2100-12-31")
FULL_WIDTH = re.compile(r"[０-９．－]")
THOUSANDS = re.compile(r"\d,\d")


def typed(table: pd.DataFrame, register: Register, problems: list[Problem]) -> pd.DataFrame:
    """Return a register with the dictionary's types; a cell that is not of its type is noted and left empty.

    Text stays text ('' when empty), numbers and integers become float64 (NaN), dates datetime64 (NaT), booleans ``boolean`` (NA).
    """
    columns: dict[str, Any] = {}
    for field in register.fields:
        cells = table[field.name]
        columns[field.name] = _converted(cells, field)
        if field.type != "string":
            lost = (cells != "").to_numpy() & pd.isna(columns[field.name]).to_numpy()
            problems += [
                Problem(register.file, int(table[ROW].iloc[place]), None, field.name, *_not_of_type(cells.iloc[place], field))
                for place in np.flatnonzero(lost)
            ]
    return pd.DataFrame(columns, index=table.index).assign(**{ROW: table[ROW]})


def _converted(cells: pd.Series[str], field: Field) -> pd.Series[Any]:
    if field.numeric:
        pattern = NUMBER if field.type == "number" else INTEGER
        numbers = pd.to_numeric(cells.where(cells.str.fullmatch(pattern), None), errors="coerce").astype("float64")
        return numbers.where(np.isfinite(numbers))
    if field.type == "date":
        return pd.to_datetime(cells.where(cells.str.fullmatch(DATE), None), format="%Y-%m-%d", errors="coerce")
    if field.type == "boolean":
        return cells.map({"true": True, "false": False}).astype("boolean")
    return cells


def _not_of_type(cell: str, field: Field) -> tuple[str, str]:
    wanted = {"number": "a number", "integer": "a whole number", "date": "a date YYYY-MM-DD", "boolean": "true or false"}[
        field.type
    ]
    said = repr(shorten(cell))
    if FULL_WIDTH.search(cell):
        return f"{said} has full-width digits", f"{wanted} in half-width digits"
    if field.numeric and THOUSANDS.search(cell):
        return f"{said} has thousands separators", f"{wanted} without them"
    if field.numeric and cell.endswith("%"):
        return f"{said} is a percentage", f"{wanted}; a share is 0 to 1"
    return f"{said} is not {wanted}", wanted


@cache
def schema(register: Register) -> pa.DataFrameSchema:
    """Return the pandera schema of a register; each check is named by what it asks."""
    return pa.DataFrameSchema({field.name: pa.Column(checks=list(_checks(field)), nullable=True) for field in register.fields})


def _checks(field: Field) -> Iterator[pa.Check]:
    if field.required:
        yield pa.Check(lambda cells: cells.notna() & (cells.astype("str") != ""), error="required", ignore_na=False)
    if field.unique:
        yield pa.Check(lambda cells: ~cells.duplicated(keep="first") | (cells == ""), error="unique")
    if field.enum:
        yield pa.Check.isin([*field.enum, ""], error="enum")
    if field.pattern:
        yield pa.Check.str_matches(rf"^(?:{field.pattern})?$", error="pattern")
    if field.minimum is not None:
        yield pa.Check.ge(field.minimum, error="minimum")
    if field.maximum is not None:
        yield pa.Check.le(field.maximum, error="maximum")
    if field.type == "date":
        yield pa.Check(lambda days: (days >= EARLIEST) & (days <= LATEST), error="era")


def check_register(table: pd.DataFrame, register: Register, problems: list[Problem]) -> None:
    """Note every cell of a typed register that breaks a constraint, and dates out of order."""
    try:
        schema(register).validate(table, lazy=True)
    except SchemaErrors as err:
        failures = err.failure_cases.dropna(subset=["index"])
        problems += [
            _constraint(register, str(row["column"]), str(row["check"]), row["failure_case"], int(table[ROW].loc[row["index"]]))
            for _, row in failures.iterrows()
        ]
    for field in register.fields:
        if field.not_before:
            wrong = table[table[field.name] < table[field.not_before]]
            problems += [
                Problem(
                    register.file,
                    int(row[ROW]),
                    None,
                    field.name,
                    f"{row[field.name]:%Y-%m-%d} is before {field.not_before} {row[field.not_before]:%Y-%m-%d}",
                    f"on or after {field.not_before}",
                )
                for _, row in wrong.iterrows()
            ]


def _constraint(register: Register, column: str, check: str, value: object, line: int) -> Problem:
    field = register.field(column)
    said = shorten(f"{value:g}" if isinstance(value, float) else value)
    near = ""
    if check == "required":
        what, expected = "the cell is empty", field.text.en
    elif check == "unique":
        what, expected = f"{said!r} stands in an earlier row too", "a value of its own"
    elif check == "enum":
        what, expected, near = f"{said!r}", f"one of {', '.join(field.enum)}", nearest(str(value), field.enum)
    elif check == "pattern":
        what, expected = f"{said!r}", f"a text like {field.pattern}"
    elif check == "minimum":
        what, expected = f"{said} is below the minimum {field.minimum:g}", f"{field.minimum:g} or more"
    elif check == "maximum":
        what, expected = f"{said} is above the maximum {field.maximum:g}", f"{field.maximum:g} or less"
    else:
        what, expected = f"{said} is not of this age", f"a date from {EARLIEST.year} to {LATEST.year}"
    return Problem(register.file, line, None, column, what, expected, near)


def check_share_indicators(table: pd.DataFrame, file: str, problems: list[Problem]) -> None:
    """Note indicators in the unit ``share`` that are not between 0 and 1."""
    wrong = table[(table["unit"] == "share") & ~table["value"].between(0, 1) & table["value"].notna()]
    problems += [
        Problem(file, int(row[ROW]), None, "value", f"a share of {row['value']:g}", "0 to 1") for _, row in wrong.iterrows()
    ]


def to_register(table: pd.DataFrame, register: Register, problems: list[Problem]) -> pd.DataFrame:
    """Return a register typed and checked; problems are added to the list."""
    result = typed(table, register, problems)
    check_register(result, register, problems)
    return result
