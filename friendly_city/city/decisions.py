"""What people decided about the data, kept beside them: communities renamed or merged, rows that are one facility.

``aliases.csv`` and ``same.csv`` are read when they are there, checked like registers, and applied at load: the files of the
registers stay as they came. What was done is told in `City.notes`.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from friendly_city.city.check import checked
from friendly_city.city.dictionary import Dictionary, Layer, Register, dictionary
from friendly_city.city.encoding import as_usual
from friendly_city.city.tables import ROW, Reading, read_register
from friendly_city.errors import Problem, nearest, shorten
from friendly_city.labels import Text

COMMUNITY, FACILITY = "communities.community_code", "facilities.facility_id"
PEOPLE = ["community_code", "age_from", "age_below", "sex"]
"""What a population row is about; rows of merged communities are added up."""
FIGURE = ["community_code", "code", "year", "value", "unit"]
"""What a published figure says; merged communities that say the same say it once, others contradict each other."""

Readings = dict[str, Reading]


def applied(
    folder: Path, registers: Readings, layers: Readings, notes: list[Text], problems: list[Problem]
) -> tuple[Readings, Readings]:
    """Return registers and layers as the decisions in the folder of a city have them; unchanged where there are none."""
    aliases = _read(folder, "aliases", notes, problems)
    if aliases is not None and "communities" in registers:
        new = _resolved(aliases, registers["communities"].table, problems)
        registers, layers = _renamed(registers, new, notes), _renamed(layers, new, notes)
    same = _read(folder, "same", notes, problems)
    if same is not None and "facilities" in registers:
        registers = _without_doubles(registers, _kept(same, registers["facilities"].table, problems), notes)
    return registers, layers


def _read(folder: Path, name: str, notes: list[Text], problems: list[Problem]) -> pd.DataFrame | None:
    """Return a table of decisions, or None where there is none or it has a fault."""
    item, before = dictionary().decisions[name], len(problems)
    if not (folder / item.file).is_file():
        return None
    reading = read_register(folder / item.file, item, problems)
    table = None if reading is None else checked(reading.table, item, problems)
    notes += () if reading is None else reading.notes
    return table if len(problems) == before else None


def _resolved(aliases: pd.DataFrame, communities: pd.DataFrame, problems: list[Problem]) -> dict[str, str]:
    """Return the community that each former code or name is now, followed to the end."""
    file, known = dictionary().decisions["aliases"].file, set(communities["community_code"])
    step = dict(zip(aliases["old"], aliases["new"], strict=True))
    found = {}
    for old, row in zip(aliases["old"], aliases[ROW], strict=True):
        new, seen = old, {old}
        while (new := step[new]) in step and new not in seen:
            seen.add(new)
        if new in seen:
            what, expected, near = f"{shorten(old)} leads back to itself", "a way that ends at a community", ""
        elif new not in known:
            what, expected, near = f"no communities row {shorten(new)!r}", "a code of communities.csv", nearest(new, known)
        else:
            found[old] = new
            continue
        problems.append(Problem(file, int(row), None, "new", what, expected, near))
    return found


def _renamed(readings: Readings, new: Mapping[str, str], notes: list[Text]) -> Readings:
    words = dictionary()
    items = {item.name: item for item in words.items()}
    return {name: _with_new(items[name], reading, new, notes) for name, reading in readings.items()}


def _with_new(item: Register | Layer, reading: Reading, new: Mapping[str, str], notes: list[Text]) -> Reading:
    """Return a register or layer that calls communities what they are now."""
    table, column = reading.table, "community_code"
    if column not in table or not (old := table[column].isin(list(new))).any():
        return reading
    count, was = int(old.sum()), ", ".join(sorted(set(table.loc[old, column])))
    said = f"{item.file}: {count} rows of {was}"
    if item.name == "communities":
        notes.append(Text(f"{item.file}：{was}已更名或合并，{count}行不计", f"{said} set aside, renamed or merged"))
        return replace(reading, table=table[~old].reset_index(drop=True))
    notes.append(Text(f"{item.file}：{count}行的{was}按aliases.csv计入现社区", f"{said} are of what it is now, by aliases.csv"))
    now = table.assign(**{column: table[column].replace(dict(new))})
    return replace(reading, table=now if _stands_twice(item, table) else _gathered(item, now))


def _stands_twice(item: Register | Layer, table: pd.DataFrame) -> bool:
    """Return whether people or figures stand twice before anything is merged: a fault to be told, not to be added up."""
    about = {"population": PEOPLE, "indicators": FIGURE}.get(item.name, [])
    return bool(about) and set(about) <= set(table.columns) and bool(table.duplicated(about).any())


def _gathered(item: Register | Layer, table: Any) -> Any:
    """Return a table in which merged communities have one shape, and one row for the same people."""
    if item.name == "boundaries" and isinstance(table, gpd.GeoDataFrame) and table.geometry.notna().all():
        whole = table.dissolve("community_code", sort=False).geometry
        kept = table.drop_duplicates("community_code").reset_index(drop=True)
        shapes = gpd.GeoSeries(whole.loc[kept["community_code"]].to_numpy(), index=kept.index, crs=table.crs)
        return gpd.GeoDataFrame(kept.assign(geometry=shapes))
    if item.name == "indicators" and set(FIGURE) <= set(table.columns):
        return table.drop_duplicates(FIGURE).reset_index(drop=True)
    if item.name == "population" and set(PEOPLE) <= set(table.columns):
        sums = table.groupby(PEOPLE, dropna=False, sort=False)["persons"].transform(lambda persons: persons.sum(skipna=False))
        return table.assign(persons=sums).drop_duplicates(PEOPLE).reset_index(drop=True)
    return table


def _kept(same: pd.DataFrame, facilities: pd.DataFrame, problems: list[Problem]) -> dict[str, str]:
    """Return for each row that is the same as an earlier one the facility it is counted as."""
    file = dictionary().decisions["same"].file
    place = {name: number for number, name in enumerate(facilities["facility_id"])}
    before = len(problems)
    for row in same.to_dict("records"):
        problems += [_unknown(file, row, name, place) for name in ("one", "other") if row[name] not in place]
        if row["one"] == row["other"]:
            problems.append(Problem(file, row[ROW], None, "other", f"{row['one']} twice", "two different rows"))
    if len(problems) > before:
        return {}
    root = {name: name for name in place}
    for row in same[same["decision"] == "same"].to_dict("records"):
        first, second = sorted((_root(root, row["one"]), _root(root, row["other"])), key=place.__getitem__)
        root[second] = first
    for row in same[same["decision"] == "different"].to_dict("records"):
        if _root(root, row["one"]) == _root(root, row["other"]):
            what = f"{row['one']} and {row['other']} are the same by other rows"
            problems.append(Problem(file, row[ROW], None, "decision", what, "decisions that do not contradict each other"))
    return {name: kept for name in place if (kept := _root(root, name)) != name}


def _unknown(file: str, row: Mapping[Any, Any], column: str, known: Mapping[str, int]) -> Problem:
    what = f"no facilities row {shorten(row[column])!r}"
    return Problem(file, row[ROW], None, column, what, "a facility_id of facilities.csv", nearest(row[column], known))


def _root(root: Mapping[str, str], name: str) -> str:
    while root[name] != name:
        name = root[name]
    return name


def _without_doubles(registers: Readings, kept: Mapping[str, str], notes: list[Text]) -> Readings:
    """Return registers in which a facility that stands twice is counted once, and everything about it speaks of that one row."""
    if not kept:
        return registers
    words, facilities = dictionary(), registers["facilities"]
    once = facilities.table[~facilities.table["facility_id"].isin(list(kept))].reset_index(drop=True)
    pairs = ", ".join(f"{other} = {one}" for other, one in kept.items())
    notes.append(
        Text(f"facilities.csv：{len(kept)}行按same.csv判定为重复，不再计（{pairs}）",
             f"facilities.csv: {len(kept)} rows set aside, the same as others by same.csv ({pairs})")
    )  # fmt: skip
    found = registers | {"facilities": replace(facilities, table=once)}
    return {name: _of_kept(words, name, reading, kept) for name, reading in found.items()}


def _of_kept(words: Dictionary, name: str, reading: Reading, kept: Mapping[str, str]) -> Reading:
    columns = [field.name for field in words.registers[name].fields if field.refers == FACILITY and field.name in reading.table]
    if not columns:
        return reading
    return replace(reading, table=reading.table.assign(**{c: reading.table[c].replace(dict(kept)) for c in columns}))


def with_offers(text: str, offered: pd.DataFrame) -> tuple[str, int]:
    r"""Return the text of ``same.csv`` with the pairs that are not in it yet, undecided, and how many these are.

    Parameters
    ----------
    text : str
        Of the file as it is; '' when there is none. What stands in it is kept as it is.
    offered : DataFrame
        From `identity.pairs`.

    Examples
    --------
    >>> pair = pd.DataFrame({"one": ["F1"], "other": ["F2"], "likelihood": [0.987654]})
    >>> with_offers("", pair)
    ('one,other,likelihood,decision,by,on\nF1,F2,0.988,,,\n', 1)
    >>> with_offers("one,other,likelihood,decision,by,on\nF2,F1,,different,office,2026-01-01\n", pair)[1]
    0
    """
    header = [field.name for field in dictionary().decisions["same"].fields]
    there = {frozenset((row["one"], row["other"])) for row in csv.DictReader(io.StringIO(text))}
    fresh = [row for row in offered.to_dict("records") if frozenset((row["one"], row["other"])) not in there]
    out = io.StringIO()
    writer = csv.DictWriter(out, header, lineterminator="\n", restval="")
    if not text:
        writer.writeheader()
    for row in fresh:
        writer.writerow({"one": row["one"], "other": row["other"], "likelihood": f"{row['likelihood']:.3f}"})
    joint = "\n" if text and not text.endswith("\n") else ""
    return text + joint + out.getvalue(), len(fresh)


def written_pairs(folder: Path) -> str:
    """Return the text of ``same.csv`` as the templates write one, '' where there is none."""
    item = dictionary().decisions["same"]
    path = folder / item.file
    return as_usual(path, [field.name for field in item.fields]) if path.is_file() else ""


def decided_pairs(folder: Path) -> set[frozenset[str]]:
    """Return the pairs of ``same.csv`` that are decided; those of a file with faults are for `load_city` to tell."""
    table = _read(folder, "same", [], [])
    if table is None:
        return set()
    decided = table[table["decision"] != ""]
    return {frozenset(pair) for pair in zip(decided["one"], decided["other"], strict=True)}
