"""What one row, or two rows of one thing, may not say at once: more answers than proposals, a part larger than its whole."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from friendly_city.city.dictionary import Dictionary
from friendly_city.city.hours import check_hours, hours_hold
from friendly_city.city.tables import ROW
from friendly_city.errors import Problem

PARTS = {
    "meetings": (("answered_count", "proposals_count"),),
    "facilities": (("play_area_m2", "site_area_m2"), ("court_area_m2", "site_area_m2")),
}
"""Columns of which the first is a part of the second."""
FIGURE, STATE = ["community_code", "code", "year"], ["community_code", "register", "kind", "reported_date"]
"""What one figure, and one state, is about."""


def is_consistent(tables: Mapping[str, pd.DataFrame]) -> bool:
    """Return whether no row contradicts itself or another; text may be categories."""
    parts = [(tables[name], *pair) for name, pairs in PARTS.items() for pair in pairs if name in tables]
    return (
        not any((table[part] > table[whole]).any() for table, part, whole in parts)
        and not ("indicators" in tables and tables["indicators"].duplicated(FIGURE).any())
        and not ("reporting" in tables and len(_clashing(tables["reporting"])))
        and ("hours" not in tables or hours_hold(tables["hours"]))
    )


def check_consistency(tables: Mapping[str, pd.DataFrame], words: Dictionary, problems: list[Problem]) -> None:
    """Note rows that contradict themselves or each other; `tables` are typed registers."""
    for name, pairs in PARTS.items():
        for part, whole in pairs if name in tables else ():
            _check_part(tables[name], part, whole, words.registers[name].file, problems)
    if "indicators" in tables:
        _check_figures(tables["indicators"], words.registers["indicators"].file, problems)
    if "hours" in tables:
        check_hours(tables["hours"], words.registers["hours"].file, problems)
    if "reporting" in tables:
        _check_states(tables["reporting"], words.registers["reporting"].file, problems)


def _check_part(table: pd.DataFrame, part: str, whole: str, file: str, problems: list[Problem]) -> None:
    for row in table[table[part] > table[whole]].to_dict("records"):
        what = f"{row[part]:g} is more than {whole} {row[whole]:g}"
        problems.append(Problem(file, row[ROW], None, part, what, f"at most {whole}"))


def _check_figures(table: pd.DataFrame, file: str, problems: list[Problem]) -> None:
    """Note a second figure of one community, code and year."""
    doubled = table.duplicated(FIGURE, keep="first")
    if not doubled.any():
        return
    first = table.groupby(FIGURE, sort=False)[[ROW, "value"]].transform("first")
    again = table.assign(first=first[ROW], said=first["value"])[doubled]
    for row in again.to_dict("records"):
        what = f"{row['value']:g} though line {row['first']} gives {row['said']:g} for this community, code and year"
        problems.append(Problem(file, row[ROW], None, "value", what, "one figure"))


def _clashing(table: pd.DataFrame) -> pd.DataFrame:
    """Return pairs of states of one register and day that differ in a year both cover; of different days the later one holds."""
    some = table[table.duplicated(STATE, keep=False)]
    if some.empty:
        return some
    pairs = some.merge(some, on=STATE, suffixes=("", "_before"))
    meet = (pairs["year_from"] <= pairs["year_to_before"]) & (pairs["year_from_before"] <= pairs["year_to"])
    return pairs[meet & (pairs["state"] != pairs["state_before"]) & (pairs[f"{ROW}_before"] < pairs[ROW])]


def _check_states(table: pd.DataFrame, file: str, problems: list[Problem]) -> None:
    for row in _clashing(table).to_dict("records"):
        what = f"{row['state']} though line {row[f'{ROW}_before']} says {row['state_before']} of a year that both cover"
        problems.append(Problem(file, row[ROW], None, "state", what, "one state for a year, or a later reported_date"))
