"""From the facts and one seed to a city folder, always the same bytes."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import cast

import yaml

from friendly_city.city.demo import evidence, layers, registers, reporting
from friendly_city.city.demo.facilities import facility_rows, made_facilities
from friendly_city.city.demo.facts import Facts, known_facts
from friendly_city.city.demo.ground import made_ground
from friendly_city.city.demo.people import People, home_rows, made_people, population_rows
from friendly_city.city.demo.plan import made_plan
from friendly_city.city.demo.truths import across_truth, community_truths, truths_text
from friendly_city.city.demo.writing import Row, write_layer, write_table
from friendly_city.city.descriptor import write_datapackage

FLOOR_AREA_M2 = 31
"""Residential floor area per resident: ours."""


def community_rows(facts: Facts, people: People) -> list[Row]:
    """Return the rows of ``communities.csv``; names and codes are real, character and floor area are ours."""
    fields = ("community_code", "name", "name_en", "subdistrict_code", "subdistrict", "subdistrict_en", "character")
    return [
        {field: row[field] for field in fields}
        | {"residential_floor_area_m2": FLOOR_AREA_M2 * people.residents(i), "provenance": "register"}
        for i, row in enumerate(facts.communities)
    ]


def fields_by_register() -> dict[str, list[str]]:
    """Return the fields of each register in the order of the dictionary."""
    text = files("friendly_city.city").joinpath("dictionary.yaml").read_text(encoding="utf-8")
    tables = cast("dict[str, dict[str, dict[str, object]]]", yaml.safe_load(text))
    return {name: list(table["fields"]) for name, table in tables.items() if "fields" in table}


def write_city(folder: Path, *, seed: int) -> None:
    """Make the demonstration city and write it to a folder.

    Parameters
    ----------
    folder : Path
        Made if missing; files of the same names are replaced.
    seed : int
        The committed city has seed 236.
    """
    facts = known_facts()
    plan = made_plan(facts)
    ground = made_ground(facts, plan, seed=seed)
    people = made_people(facts, ground, plan, seed=seed)
    facilities = made_facilities(facts, people, ground, plan, seed=seed)
    tables: dict[str, list[Row]] = {
        "communities": community_rows(facts, people),
        "population": population_rows(facts, people),
        "homes": home_rows(facts, people),
        "facilities": facility_rows(facts, facilities),
        "activities": registers.activity_rows(facts, facilities, plan, seed=seed),
        "meetings": registers.meeting_rows(facts, plan, seed=seed),
        "documents": registers.document_rows(facts, plan, seed=seed),
        "staff": registers.staff_rows(facts, plan, seed=seed),
        "inspections": evidence.inspection_rows(facts, plan, facilities, seed=seed),
        "indicators": evidence.indicator_rows(facts, plan, seed=seed),
        "crossings": reporting.crossing_rows(facts, ground, plan, seed=seed),
        "reporting": reporting.reporting_rows(facts, plan, seed=seed),
    }
    folder.mkdir(parents=True, exist_ok=True)
    fields = fields_by_register()
    for name, rows in tables.items():
        write_table(folder / f"{name}.csv", rows, fields[name])
    write_layer(folder / "boundaries.geojson", "Polygon", layers.boundary_features(facts, ground))
    write_layer(folder / "streets.geojson", "LineString", layers.street_features(facts, ground, plan, seed=seed))
    write_layer(folder / "barriers.geojson", "LineString", layers.barrier_features(ground))
    truths = [*community_truths(plan), across_truth(people, ground, facilities, seed=seed)]
    (folder / "truths.yaml").write_bytes(truths_text(facts, truths).encode("utf-8"))
    (folder / "city.yaml").write_bytes(files("friendly_city.city.demo").joinpath("city.yaml").read_bytes())
    write_datapackage(folder)
