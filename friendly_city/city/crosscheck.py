"""What must agree between registers: foreign keys, population and homes, inspections and their subjects."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

import numpy as np
import pandas as pd

from friendly_city.city.consistency import check_consistency
from friendly_city.city.dates import check_dates
from friendly_city.city.dictionary import Dictionary, Layer, Register
from friendly_city.city.model import AGE_BANDS
from friendly_city.city.plain import Numbers, codes_of, rows_of, shared_codes
from friendly_city.city.tables import ROW
from friendly_city.errors import Problem, nearest, shorten

EDGES = tuple(below for _, below in AGE_BANDS.values())
"""Ages at which a band ends; no population row may lie across one."""
SEXES = ("male", "female")


def refer(cells: pd.Series[str], known: pd.Series[str], part: Numbers, known_part: Numbers) -> bool:
    """Return whether all values (but empty ones) stand among the known ones of the same city.

    Parameters
    ----------
    cells, known : Series
        Text, or categories.
    part, known_part : array of int, or 0
        Number of the city of each row.
    """
    return bool(((rows_of(cells, known, part, known_part) >= 0) | (cells == "").to_numpy()).all())


def check_keys(table: pd.DataFrame, item: Register | Layer, targets: Mapping[str, pd.DataFrame], problems: list[Problem]) -> None:
    """Note values that refer to a row that is not there; `targets` are the registers read as a whole."""
    for field in item.fields:
        target, _, column = field.refers.partition(".")
        if target not in targets or field.name not in table:
            continue
        known = targets[target][column]
        if refer(table[field.name], known, 0, 0):
            continue
        wrong = table[~table[field.name].isin(known) & (table[field.name] != "")]
        names = known.unique().tolist() if len(wrong) else []
        for value, line in zip(wrong[field.name], wrong[ROW], strict=True):
            what, expected = f"no {target} row {shorten(value)!r}", f"a {column} of {target}.csv"
            problems.append(Problem(item.file, int(line), None, field.name, what, expected, nearest(value, names)))


def ages_are_apart(table: pd.DataFrame) -> bool:
    """Return whether no age range of the population register is empty, lies across the end of a band, or overlaps another."""
    start, below = table["age_from"].to_numpy(), table["age_below"].to_numpy()
    if not (start < below).all() or any(((start < edge) & (below > edge)).any() for edge in EDGES):
        return False
    group = codes_of(table["community_code"])[0] * len(SEXES) + (table["sex"] == SEXES[1]).to_numpy()
    order = np.lexsort((start, group))
    same = group[order][1:] == group[order][:-1]
    return bool((start[order][1:] >= below[order][:-1])[same].all())


def check_ranges(table: pd.DataFrame, problems: list[Problem]) -> None:
    """Note age ranges of the population register that are empty, lie across the end of a band, or overlap."""
    if ages_are_apart(table):
        return
    empty = table["age_from"] >= table["age_below"]
    _note(table[empty], "age_below", "{} is not a range of ages", "age_below above age_from", problems)
    for edge in EDGES:
        across = table[(table["age_from"] < edge) & (table["age_below"] > edge)]
        _note(across, "age_from", f"{{}} lies across {edge}", "ranges that end at 3, 6, 12 and 18", problems)
    ordered = table[~empty].sort_values(["community_code", "sex", "age_from", ROW], kind="stable")
    group = [ordered["community_code"], ordered["sex"]]
    reached = ordered.groupby(["community_code", "sex"])["age_below"].cummax().groupby(group).shift()
    overlap = ordered[ordered["age_from"] < reached]
    _note(overlap, "age_from", "{} overlaps another row of this community and sex", "ranges that do not overlap", problems)


def _note(rows: pd.DataFrame, path: str, what: str, expected: str, problems: list[Problem]) -> None:
    for row in rows.to_dict("records"):
        ages = f"ages {row['age_from']:g} to {row['age_below']:g}"
        problems.append(Problem("population.csv", row[ROW], None, path, what.format(ages), expected))


def ages_are_covered(table: pd.DataFrame, codes: Iterable[str]) -> bool:
    """Return whether the ages of children of both sexes are all there in every community; ranges apart from each other."""
    numbers, values = codes_of(table["community_code"])
    place = pd.Index(codes).get_indexer(pd.Index(values))[numbers]
    years = np.clip(np.minimum(table["age_below"].to_numpy(), EDGES[-1]) - table["age_from"].to_numpy(), 0, None)
    group = place * len(SEXES) + (table["sex"] == SEXES[1]).to_numpy()
    return bool((np.bincount(group[place >= 0], years[place >= 0], len(SEXES) * len(pd.Index(codes))) >= EDGES[-1]).all())


def check_coverage(table: pd.DataFrame, codes: Iterable[str], problems: list[Problem]) -> None:
    """Note communities whose children's ages are not all there: an age without a row would count as one without children."""
    if ages_are_covered(table, codes):
        return
    file, adult = "population.csv", EDGES[-1]
    years = (table["age_below"].clip(upper=adult) - table["age_from"]).clip(lower=0)
    found = years.groupby([table["community_code"], table["sex"]]).sum()
    for code in codes:
        there = [float(found.get((code, sex), 0)) for sex in SEXES]
        if not any(there):
            what, expected = (
                f"no population for community {code}",
                "rows for every community, with 0 persons where there are none",
            )
            problems.append(Problem(file, None, None, "community_code", what, expected))
            continue
        for sex, count in zip(SEXES, there, strict=True):
            if count < adult:
                what = f"ages 0 to {adult} of community {code}, {sex}, are not all there: {count:g} of {adult} years"
                problems.append(
                    Problem(file, None, None, "age_from", what, "rows for every age, with 0 persons where there are none")
                )


def children_agree(homes: pd.DataFrame, population: pd.DataFrame) -> bool:
    """Return whether the children of the homes are those of the population register in every community and band."""
    home, row, count = shared_codes(homes["community_code"], population["community_code"])
    ages, persons = population[["age_from", "age_below"]].to_numpy(), population["persons"].to_numpy()
    for band, (start, below) in AGE_BANDS.items():
        inside = (ages[:, 0] >= start) & (ages[:, 1] <= below)
        found = np.bincount(home, homes[_children(band)].to_numpy(), count)
        if not np.array_equal(found, np.bincount(row[inside], persons[inside], count)):
            return False
    return True


def _children(band: str) -> str:
    return f"children_{band.replace('-', '_')}_persons"


def check_homes(homes: pd.DataFrame, population: pd.DataFrame, problems: list[Problem]) -> None:
    """Note communities in which the children of the homes are not those of the population register."""
    if children_agree(homes, population):
        return
    for band, (start, below) in AGE_BANDS.items():
        column = _children(band)
        inside = population[(population["age_from"] >= start) & (population["age_below"] <= below)]
        expected = inside.groupby("community_code")["persons"].sum()
        found = homes.groupby("community_code")[column].sum()
        both = pd.DataFrame({"homes": found, "population": expected}).fillna(0)
        for code, row in both[both["homes"] != both["population"]].iterrows():
            what = f"{row['homes']:g} children {band} in the homes of {code}, {row['population']:g} in population.csv"
            problems.append(Problem("homes.csv", None, None, column, what, "equal numbers"))


def subjects_agree(inspections: pd.DataFrame, facilities: pd.DataFrame, part: Numbers, facility_part: Numbers) -> bool:
    """Return whether every inspection of a facility names it, and in its own community; `part` as in `refer`."""
    if ((inspections["subject_kind"] == "facility") & (inspections["facility_id"] == "")).any():
        return False
    facility = rows_of(inspections["facility_id"], facilities["facility_id"], part, facility_part)
    (codes, values), (numbers, names) = (codes_of(table["community_code"]) for table in (inspections, facilities))
    community = np.append(pd.Index(values).get_indexer(pd.Index(names))[numbers], -1)
    return bool(((facility < 0) | (community[facility] == codes)).all())


def check_subjects(inspections: pd.DataFrame, problems: list[Problem]) -> None:
    """Note inspections of a facility that do not say which."""
    unnamed = inspections[(inspections["subject_kind"] == "facility") & (inspections["facility_id"] == "")]
    for line in unnamed[ROW]:
        what = "the cell is empty though the subject is a facility"
        problems.append(Problem("inspections.csv", int(line), None, "facility_id", what, "the facility inspected"))


def check_homes_of_subjects(inspections: pd.DataFrame, facilities: pd.DataFrame, problems: list[Problem]) -> None:
    """Note inspections of a facility that stands in another community."""
    if subjects_agree(inspections, facilities, 0, 0):
        return
    place = facilities.drop_duplicates("facility_id").set_index("facility_id")["community_code"]
    there = inspections["facility_id"].map(place)
    wrong = inspections.assign(there=there)[there.notna() & (there != inspections["community_code"])]
    for row in wrong.to_dict("records"):
        what = f"facility {row['facility_id']} is in community {row['there']}, not {row['community_code']}"
        problems.append(Problem("inspections.csv", row[ROW], None, "community_code", what, "the community of the facility"))


def check_between(tables: Mapping[str, pd.DataFrame], whole: Collection[str], words: Dictionary, problems: list[Problem]) -> None:
    """Note everything in which the registers of a city contradict each other.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Typed registers, as far as they could be read.
    whole : collection of str
        Names of those that were read whole; others are not referred to. Sums are compared only between registers without
        a problem of their own, so that one slip is not told twice.
    words : Dictionary
        The data dictionary.
    """
    targets = {name: tables[name] for name in whole}
    for name, table in tables.items():
        check_keys(table, words.registers[name], targets, problems)
    faulty = {problem.file for problem in problems}
    clean = {name: table for name, table in tables.items() if words.registers[name].file not in faulty}
    if "population" in clean:
        before = len(problems)
        check_ranges(clean["population"], problems)
        if "communities" in clean and len(problems) == before:
            check_coverage(clean["population"], clean["communities"]["community_code"].sort_values(), problems)
        if "homes" in clean and len(problems) == before:
            check_homes(clean["homes"], clean["population"], problems)
    if "inspections" in clean:
        check_subjects(clean["inspections"], problems)
        if "facilities" in clean:
            check_homes_of_subjects(clean["inspections"], clean["facilities"], problems)
    check_consistency(clean, words, problems)
    if "reporting" in clean:
        check_dates(clean, words, problems)
