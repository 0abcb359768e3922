"""Whether what is dated fits what is said of its register: not after it was reported, and in the years it covers.

Evidence and posts may be older than the years covered and still hold; what happens (activities, meetings) belongs to one year.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from friendly_city.city.dictionary import Dictionary
from friendly_city.city.plain import shared_codes
from friendly_city.city.tables import ROW
from friendly_city.errors import Problem

DATED = {
    "facilities": "opened_date", "activities": "held_date", "meetings": "held_date", "documents": "issued_date",
    "staff": "since_date", "inspections": "examined_date",
}  # fmt: skip
"""Day on which a row of each register began to be true; nobody can report it before."""
HAPPENS = ("activities", "meetings")
"""Registers of what happens in a year, not of what lasts."""


@dataclass(frozen=True, slots=True, eq=False)
class _Dated:
    """A register with the column that says when, the year of each row, and the rows of `reporting` about it."""

    register: str
    table: pd.DataFrame
    column: str
    years: pd.Series[Any]
    said: pd.DataFrame


def check_dates(tables: Mapping[str, pd.DataFrame], words: Dictionary, problems: list[Problem]) -> None:
    """Note dates after the last report of their register by their community, and events outside the years it covers.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Typed registers with `reporting`; a register of which a community reported nothing is not compared.
    """
    for dated in _with_days(tables):
        _tell_late(dated, words.registers[dated.register].file, problems)
    for dated in _with_years(tables):
        _tell_outside(dated, words.registers[dated.register].file, problems)


def dates_agree(tables: Mapping[str, pd.DataFrame]) -> bool:
    """Return whether no date is one that `check_dates` would note; text may be categories."""
    late = (_is_late(dated).any() for dated in _with_days(tables))
    return not any(late) and not any(_is_outside(dated).any() for dated in _with_years(tables))


def _said(tables: Mapping[str, pd.DataFrame], register: str) -> pd.DataFrame:
    reporting = tables["reporting"]
    columns = reporting[["community_code", "year_from", "year_to", "reported_date"]]
    return columns[(reporting["register"] == register).to_numpy()]


def _with_days(tables: Mapping[str, pd.DataFrame]) -> Iterator[_Dated]:
    for name, column in DATED.items():
        if name in tables:
            yield _Dated(name, tables[name], column, tables[name][column].dt.year, _said(tables, name))


def _with_years(tables: Mapping[str, pd.DataFrame]) -> Iterator[_Dated]:
    yield from (dated for dated in _with_days(tables) if dated.register in HAPPENS)
    if "indicators" in tables:
        table, said = tables["indicators"], _said(tables, "indicators").assign(year_from=-np.inf)
        yield _Dated("indicators", table, "year", table["year"], said)


def _last_reported(dated: _Dated) -> NDArray[np.datetime64]:
    """Return when each row's community last reported the register, NaT where it did not."""
    place, said, count = shared_codes(dated.table["community_code"], dated.said["community_code"])
    reported = dated.said["reported_date"].to_numpy()
    last = np.full(count + 1, np.datetime64("NaT"), reported.dtype)
    np.fmax.at(last, said, reported)
    return last[place]


def _is_late(dated: _Dated) -> NDArray[np.bool_]:
    return np.asarray(dated.table[dated.column].to_numpy() > _last_reported(dated))


def _tell_late(dated: _Dated, file: str, problems: list[Problem]) -> None:
    late = _is_late(dated)
    for row, last in zip(dated.table[late].to_dict("records"), pd.Series(_last_reported(dated)[late]), strict=True):
        what = f"{row[dated.column]:%Y-%m-%d} is after the register was reported, {last:%Y-%m-%d}"
        expected = f"a date up to then, or a later reported_date of {row['community_code']} in reporting.csv"
        problems.append(Problem(file, row[ROW], None, dated.column, what, expected))


def _is_outside(dated: _Dated) -> NDArray[np.bool_]:
    """Return which rows have a year that lies in none of the spans of years said of their community, if any were."""
    place, said, count = shared_codes(dated.table["community_code"], dated.said["community_code"])
    spans = np.unique(np.column_stack([said, dated.said[["year_from", "year_to"]].to_numpy(dtype=float)]), axis=0)
    there = np.bincount(spans[:, 0].astype(np.intp), minlength=count + 1)
    start, year = np.cumsum(there) - there, dated.years.to_numpy(dtype=float, na_value=np.nan)
    compared = (there[place] > 0) & ~np.isnan(year)
    inside = np.zeros(len(year), bool)
    for number in range(int(there.max(initial=0))):
        some = np.flatnonzero(compared & (number < there[place]))
        span = spans[start[place[some]] + number]
        inside[some] |= (span[:, 1] <= year[some]) & (year[some] <= span[:, 2])
    return np.asarray(compared & ~inside)


def _tell_outside(dated: _Dated, file: str, problems: list[Problem]) -> None:
    outside = np.flatnonzero(_is_outside(dated))
    if not len(outside):
        return
    spans = dated.said[["community_code", "year_from", "year_to"]].drop_duplicates()
    covered = {
        str(code): ", ".join(sorted(map(_span, own["year_from"], own["year_to"])))
        for code, own in spans.groupby("community_code")
    }
    for place in outside:
        row = dated.table.iloc[place]
        code = str(row["community_code"])
        what = f"{dated.years.iloc[place]:.0f} is not among the years reported by {code}: {covered[code]}"
        expected = "a date in these years, or reporting.csv with year_from and year_to that cover it"
        problems.append(Problem(file, int(row[ROW]), None, dated.column, what, expected))


def _span(start: float, end: float) -> str:
    if np.isinf(start):
        return f"up to {end:.0f}"
    return f"{start:.0f}" if start == end else f"{start:.0f} to {end:.0f}"
