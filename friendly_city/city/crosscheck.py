"""What must agree between registers: foreign keys, population and homes, inspections and their subjects."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from friendly_city.city.dictionary import Dictionary, Layer, Register
from friendly_city.city.model import AGE_BANDS
from friendly_city.city.tables import ROW
from friendly_city.errors import Problem, nearest, shorten

EDGES = (0, 3, 6, 12, 18)
"""Ages at which bands begin and end; no population row may lie across one."""


def check_keys(
    tables: Mapping[str, pd.DataFrame], register: Register | Layer, table: pd.DataFrame, problems: list[Problem]
) -> None:
    """Note values that refer to a row that is not there."""
    for field in register.fields:
        if not field.refers:
            continue
        target, column = field.refers.split(".")
        if target not in tables:
            continue
        known = tables[target][column]
        wrong = table[~table[field.name].isin(known) & (table[field.name] != "")]
        names = known.drop_duplicates().tolist() if len(wrong) else []
        problems += [
            Problem(
                register.file, int(row[ROW]), None, field.name, f"no {target} row {shorten(row[field.name])!r}",
                f"a {column} of {target}", nearest(str(row[field.name]), names),
            )
            for _, row in wrong.iterrows()
        ]  # fmt: skip


def check_population(table: pd.DataFrame, codes: pd.Series[str], problems: list[Problem]) -> None:
    """Note age ranges that overlap, are empty or lie across an age at which a band begins; communities without residents."""
    file = "population.csv"
    for _, row in table[table["age_from"] >= table["age_below"]].iterrows():
        problems.append(
            Problem(
                file,
                int(row[ROW]),
                None,
                "age_below",
                f"{row['age_below']:g} is not above age_from {row['age_from']:g}",
                "a range of ages",
            )
        )
    for edge in EDGES[1:]:
        across = table[(table["age_from"] < edge) & (table["age_below"] > edge)]
        for _, row in across.iterrows():
            problems.append(
                Problem(
                    file,
                    int(row[ROW]),
                    None,
                    "age_from",
                    f"ages {row['age_from']:g} to {row['age_below']:g} lie across {edge}",
                    "ranges that end at 3, 6, 12 and 18",
                )
            )
    ordered = table.sort_values(["community_code", "sex", "age_from"], kind="stable")
    same = (ordered[["community_code", "sex"]] == ordered[["community_code", "sex"]].shift()).all(axis=1)
    overlap = ordered[same & (ordered["age_from"] < ordered["age_below"].shift())]
    for _, row in overlap.iterrows():
        problems.append(
            Problem(
                file,
                int(row[ROW]),
                None,
                "age_from",
                f"ages {row['age_from']:g} to {row['age_below']:g} overlap another row of this community and sex",
                "ranges that do not overlap",
            )
        )
    for code in codes[~codes.isin(table["community_code"])]:
        problems.append(
            Problem(file, None, None, "community_code", f"no population for community {code}", "rows for every community")
        )


def check_homes(homes: pd.DataFrame, population: pd.DataFrame, problems: list[Problem]) -> None:
    """Note communities in which the children of the homes are not those of the population register."""
    for band, (start, below) in AGE_BANDS.items():
        column = f"children_{band.replace('-', '_')}_persons"
        inside = population[(population["age_from"] >= start) & (population["age_below"] <= below)]
        expected = inside.groupby("community_code")["persons"].sum()
        found = homes.groupby("community_code")[column].sum()
        both = pd.DataFrame({"homes": found, "population": expected}).fillna(0)
        for code, row in both[both["homes"] != both["population"]].iterrows():
            what = f"{row['homes']:g} children {band} in the homes of {code}, {row['population']:g} in population.csv"
            problems.append(Problem("homes.csv", None, None, column, what, "equal numbers"))


def check_inspections(inspections: pd.DataFrame, facilities: pd.DataFrame, problems: list[Problem]) -> None:
    """Note inspections of a facility that name none, or one of another community."""
    of_facility = inspections["subject_kind"] == "facility"
    for _, row in inspections[of_facility & (inspections["facility_id"] == "")].iterrows():
        problems.append(
            Problem(
                "inspections.csv",
                int(row[ROW]),
                None,
                "facility_id",
                "the cell is empty though the subject is a facility",
                "the facility inspected",
            )
        )
    home = facilities.drop_duplicates("facility_id").set_index("facility_id")["community_code"]
    there = inspections["facility_id"].map(home)
    wrong = inspections[there.notna() & (there != inspections["community_code"])]
    for _, row in wrong.iterrows():
        what = f"facility {row['facility_id']} is in community {home[row['facility_id']]}, not {row['community_code']}"
        problems.append(Problem("inspections.csv", int(row[ROW]), None, "community_code", what, "the community of the facility"))


def check_between(registers: Mapping[str, pd.DataFrame], words: Dictionary, problems: list[Problem]) -> None:
    """Note everything in which the registers of a city contradict each other."""
    for name, table in registers.items():
        check_keys(registers, words.registers[name], table, problems)
    if "population" in registers and "communities" in registers:
        check_population(registers["population"], registers["communities"]["community_code"], problems)
    if "homes" in registers and "population" in registers:
        check_homes(registers["homes"], registers["population"], problems)
    if "inspections" in registers and "facilities" in registers:
        check_inspections(registers["inspections"], registers["facilities"], problems)


def check_positions(table: pd.DataFrame, file: str, bounds: tuple[float, float, float, float], problems: list[Problem]) -> None:
    """Note points far from the city (bounds in degrees); exchanged longitude and latitude are recognised."""
    margin = 0.05  # about 5 km
    min_x, min_y, max_x, max_y = bounds
    x, y = table["longitude"], table["latitude"]
    inside = x.between(min_x - margin, max_x + margin) & y.between(min_y - margin, max_y + margin)
    swapped = y.between(min_x - margin, max_x + margin) & x.between(min_y - margin, max_y + margin)
    for place in np.flatnonzero((~inside & x.notna() & y.notna()).to_numpy()):
        row = table.iloc[place]
        what = (
            "longitude and latitude look swapped"
            if swapped.iloc[place]
            else f"{row['longitude']:g}, {row['latitude']:g} is far from the city"
        )
        problems.append(Problem(file, int(row[ROW]), None, "longitude", what, "a place within 5 km of the boundaries, in WGS84"))
