"""Cities small enough to work out by hand, built in memory; and criteria to put to them.

Community A is the square from (0, 0) to (1000, 1000), B the next one to the east, and so on. One straight street runs
through all of them at y = 500 and is cut at each boundary. Homes and facilities lie on it unless said otherwise.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import geopandas as gpd
import pandas as pd
from shapely import LineString, box

from friendly_city.audit.findings import findings_frame
from friendly_city.audit.measures.fields import registers as dictionary
from friendly_city.city.model import City
from friendly_city.city.period import period_of
from friendly_city.labels import Text
from friendly_city.standards import model
from friendly_city.standards.requirement import Condition, Filter

CRS = "EPSG:4547"
SIDE_M = 1000.0
NOTHING = Text("", "")


def code(letter: str) -> str:
    """A is 440304001001, B 440304001002 …"""
    return f"4403040010{ord(letter) - 64:02d}"


def letter_of(community_code: str) -> str:
    return chr(64 + int(community_code[-2:]))


def typed(register: str, rows: list[dict]) -> pd.DataFrame:
    """A register as the loader gives it: every column of the dictionary, typed, empty cells missing."""
    fields = dictionary()[register]
    columns = {}
    for name, field in fields.items():
        cells = [row.get(name) for row in rows]
        if field.type == "date":
            columns[name] = pd.to_datetime(pd.Series(cells, dtype=object))
        elif field.type == "boolean":
            columns[name] = pd.array(cells, dtype="boolean")
        elif field.type == "integer":
            columns[name] = pd.array(cells, dtype="Int64")
        elif field.type == "number":
            columns[name] = pd.Series(cells, dtype="float64")
        else:
            columns[name] = pd.Series(cells, dtype="str")
    for extra in ("x_m", "y_m"):
        if register in ("homes", "facilities", "crossings", "entrances"):
            columns[extra] = pd.Series([float(row.get(extra, 500.0)) for row in rows], dtype="float64")
    return pd.DataFrame(columns)


def _numbered(register: str, rows: list[dict]) -> list[dict]:
    """Rows with an id, a full community code, and a place in the middle of their community."""
    fields = dictionary()[register]
    key = next(iter(fields))
    result = []
    for number, row in enumerate(rows, start=1):
        given = dict(row)
        letter = given.pop("in", None)
        if letter:
            given.setdefault("community_code", code(letter))
            given.setdefault("x_m", SIDE_M * (ord(letter) - 65) + 500.0)
        if register != "communities":
            given.setdefault(key, f"{register[0].upper()}{number:03d}")
        result.append(given)
    return result


def city_of(communities: str = "A", *, streets: list[dict] | None = None, complete: bool = True, **tables: list[dict]) -> City:
    """Build a city. Rows name their community by ``in``: ``{"in": "A", "kind": "park"}``.

    With `complete`, every register of every community is fully reported unless `reporting` says otherwise.
    """
    places = [
        {"community_code": code(letter), "name": letter, "name_en": letter, "character": "estate"} for letter in communities
    ]
    for place, own in zip(places, tables.pop("communities_of", [{}] * len(places)), strict=True):
        place.update(own)
    registers = {"communities": typed("communities", places)}
    tables.setdefault("population", [])
    tables.setdefault("homes", [])
    tables.setdefault("facilities", [])
    reporting = tables.pop("reporting", [])
    for register, rows in tables.items():
        if rows is not None:
            registers[register] = typed(register, _numbered(register, rows))
    registers["reporting"] = typed("reporting", _numbered("reporting", _reporting(communities, reporting, complete)))
    boundaries = gpd.GeoDataFrame(
        {"community_code": [code(letter) for letter in communities]},
        geometry=[box(SIDE_M * (ord(c) - 65), 0, SIDE_M * (ord(c) - 64), SIDE_M) for c in communities],
        crs=CRS,
    ).set_index("community_code")
    return City(
        id="tiny", name=Text("小城", "Tiny"), folder=Path(), crs=CRS, synthetic=True, notice=NOTHING, sources=(),
        registers=registers, boundaries=boundaries, streets=_streets(communities, streets), barriers=None,
    )  # fmt: skip


def _reporting(communities: str, said: list[dict], complete: bool) -> list[dict]:
    names = ("facilities", "activities", "meetings", "documents", "staff", "inspections", "indicators", "crossings", "streets")
    rows = [{"in": c, "register": name, "state": "complete"} for c in communities for name in names if complete]
    spoken = {(row["in"], row["register"]) for row in said if not row.get("kind")}
    rows = [row for row in rows if (row["in"], row["register"]) not in spoken]
    return [{"year_from": 2021, "year_to": 2022, "reported_date": date(2022, 12, 31), **row} for row in (*rows, *said)]


def _streets(communities: str, rows: list[dict] | None) -> gpd.GeoDataFrame:
    if rows is None:
        rows = [{"in": c, "street_class": "branch"} for c in communities]
    rows = _numbered("streets", rows)
    lines = [LineString(row["line"]) if "line" in row else _middle(row["community_code"]) for row in rows]
    return gpd.GeoDataFrame(typed("streets", rows), geometry=lines, crs=CRS)


def _middle(community_code: str) -> LineString:
    west = SIDE_M * (int(community_code[-2:]) - 1)
    return LineString([(west, 500), (west + SIDE_M, 500)])


def people(communities: str, **bands: int) -> list[dict]:
    """Population rows: ``people("AB", age_0_3=10)`` puts 10 children aged 0–2 into both."""
    return [
        {"in": c, "age_from": int(name.split("_")[1]), "age_below": int(name.split("_")[2]), "sex": "female", "persons": persons}
        for c in communities
        for name, persons in bands.items()
    ]


def where(**fields: object) -> Filter:
    """``where(kind="park", category=("a", "b"))`` as a filter."""
    conditions = [
        Condition(field=name, any_of=value if isinstance(value, tuple) else (str(value),)) for name, value in fields.items()
    ]
    return Filter(conditions=tuple(conditions))


def criterion(requirement: object, *, subject: str = "community", identity: str = "c1", **more: object) -> model.Criterion:
    """A criterion around a requirement."""
    return model.Criterion(
        id=identity, clause="k", title=Text("标题", "title"), obligation=model.Obligation.SHALL, dimension="d",
        friendliness=model.Friendliness.SPACE, subject=model.SubjectKind(subject), requirement=requirement,
        evidence=NOTHING, remedy=Text("补", "mend"), department=NOTHING, **more,
    )  # fmt: skip


def checklist_of(*criteria: model.Criterion) -> model.Checklist:
    """A checklist of some criteria."""
    clause = model.Clause(id="k", number="1.1", text=NOTHING, text_basis=model.TextBasis.FULL, source="", keys=())
    dimension = model.Dimension(id="d", title=NOTHING)
    standard = model.Standard(
        id="s", number="S 1", title=NOTHING, issuer=NOTHING, issued=None, in_force=None, consulted=NOTHING, sources=(),
        dimensions=(dimension,), clauses=(clause,), criteria=criteria,
    )  # fmt: skip
    items = tuple(model.Item(criterion=each, standard=standard, clause=clause, weight=1.0) for each in criteria)
    grade = model.Grade(id="g", title=NOTHING, at_least=0)
    return model.Checklist(
        id="list", version="1", title=NOTHING, purpose=NOTHING, dimensions=(dimension,), items=items, grades=(grade,),
        gate_cap="g", minimum_coverage=0, choices=(),
    )  # fmt: skip


def findings(city: City, requirement: object, *, period: str = "2022", **more: object) -> pd.DataFrame:
    """The findings of one criterion, index A, B, …"""
    frame = findings_frame(city, checklist_of(criterion(requirement, **more)), period_of(period))
    return frame.set_index(frame["community_code"].map(letter_of))
