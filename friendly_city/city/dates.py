"""Whether what is dated fits what is said of its register: not after it was reported, and in the years it covers.

Evidence and posts may be older than the years covered and still hold; what happens (activities, meetings) belongs to one year.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from friendly_city.city.dictionary import Dictionary
from friendly_city.city.tables import ROW
from friendly_city.errors import Problem

DATED = {
    "facilities": "opened_date", "activities": "held_date", "meetings": "held_date", "documents": "issued_date",
    "staff": "since_date", "inspections": "examined_date",
}  # fmt: skip
"""Day on which a row of each register began to be true; nobody can report it before."""
HAPPENS = ("activities", "meetings")
"""Registers of what happens in a year, not of what lasts."""


def check_dates(tables: Mapping[str, pd.DataFrame], words: Dictionary, problems: list[Problem]) -> None:
    """Note dates after the last report of their register by their community, and events outside the years it covers.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Typed registers with `reporting`; a register of which a community reported nothing is not compared.
    """
    reporting = tables["reporting"]
    for name, column in DATED.items():
        if name in tables:
            said = reporting[reporting["register"] == name]
            file = words.registers[name].file
            _check_reported(tables[name], column, said, file, problems)
            if name in HAPPENS:
                _check_years(tables[name], tables[name][column].dt.year, column, said, file=file, problems=problems)
    if "indicators" in tables:
        said = reporting[reporting["register"] == "indicators"].assign(year_from=-np.inf)
        _check_years(tables["indicators"], tables["indicators"]["year"], "year", said, file="indicators.csv", problems=problems)


def _check_reported(table: pd.DataFrame, column: str, said: pd.DataFrame, file: str, problems: list[Problem]) -> None:
    last = table["community_code"].map(said.groupby("community_code")["reported_date"].max())
    for row in table.assign(last=last)[table[column] > last].to_dict("records"):
        what = f"{row[column]:%Y-%m-%d} is after the register was reported, {row['last']:%Y-%m-%d}"
        expected = f"a date up to then, or a later reported_date of {row['community_code']} in reporting.csv"
        problems.append(Problem(file, row[ROW], None, column, what, expected))


def _check_years(
    table: pd.DataFrame, years: pd.Series[Any], column: str, said: pd.DataFrame, *, file: str, problems: list[Problem]
) -> None:
    """Note rows whose year lies in none of the spans of years said of their community."""
    spans = said[["community_code", "year_from", "year_to"]].drop_duplicates()
    rows = pd.DataFrame({"community_code": table["community_code"], "year": years, "place": np.arange(len(table))})
    pairs = rows.merge(spans, on="community_code")
    inside = pairs.loc[pairs["year"].between(pairs["year_from"], pairs["year_to"]), "place"]
    compared = pairs.loc[pairs["year"].notna(), "place"].unique()
    covered = {
        str(code): ", ".join(sorted(map(_span, own["year_from"], own["year_to"])))
        for code, own in spans.groupby("community_code")
    }
    for place in np.setdiff1d(compared, inside):
        row = table.iloc[place]
        code = str(row["community_code"])
        what = f"{rows['year'].iloc[place]:.0f} is not among the years reported by {code}: {covered[code]}"
        expected = "a date in these years, or reporting.csv with year_from and year_to that cover it"
        problems.append(Problem(file, int(row[ROW]), None, column, what, expected))


def _span(start: float, end: float) -> str:
    if np.isinf(start):
        return f"up to {end:.0f}"
    return f"{start:.0f}" if start == end else f"{start:.0f} to {end:.0f}"
