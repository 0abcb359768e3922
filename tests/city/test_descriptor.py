"""The descriptor is a Data Package that another program reads, and that program finds the same faults."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from frictionless import Package, validate

from friendly_city.city.descriptor import write_datapackage
from friendly_city.city.dictionary import dictionary
from friendly_city.errors import InvalidCity
from tests.city.conftest import problems_in
from tests.factories import write_city

FUTIAN = Path(__file__).parents[2] / "data" / "futian"


def errors_of(folder):
    """Return the errors frictionless finds: resource, row, field, type."""
    return [
        (
            task.name,
            getattr(error, "row_number", None),
            getattr(error, "field_name", None) or getattr(error, "label", None),
            error.type,
        )
        for task in validate(str(folder / "datapackage.json")).tasks
        for error in task.errors
    ]


def test_frictionless_finds_nothing_wrong_with_a_city_that_loads(folder, tiny):
    assert errors_of(folder) == []


def test_frictionless_finds_nothing_wrong_with_the_demonstration_city():
    report = validate(str(FUTIAN / "datapackage.json"))
    assert report.valid, report.flatten(["name", "rowNumber", "fieldName", "type"])
    assert len(report.tasks) == len(list(FUTIAN.glob("*.csv"))) + len(list(FUTIAN.glob("*.geojson")))


def cell(register, number, **values):
    def change(rows):
        rows[number - 1].update(values)
        return rows

    return {register: change}


FAULTS = {
    "negative count": (cell("facilities", 3, play_area_m2="-3"), ("facilities", 4, "play_area_m2", "constraint-error")),
    "unknown kind": (cell("facilities", 3, kind="parc"), ("facilities", 4, "kind", "constraint-error")),
    "duplicate id": (cell("facilities", 2, facility_id="F1"), ("facilities", 3, "facility_id", "unique-error")),
    "empty required cell": (cell("facilities", 3, name=""), ("facilities", 4, "name", "constraint-error")),
    "impossible date": (cell("activities", 1, held_date="2022-02-30"), ("activities", 2, "held_date", "type-error")),
    "early date": (cell("activities", 1, held_date="1922-02-03"), ("activities", 2, "held_date", "constraint-error")),
    "thousands separator": (cell("facilities", 3, site_area_m2="12,000"), ("facilities", 4, "site_area_m2", "type-error")),
    "not whole": (cell("activities", 1, participants_persons="2.5"), ("activities", 2, "participants_persons", "type-error")),
    "not a boolean": (cell("facilities", 3, nature_contact="yes"), ("facilities", 4, "nature_contact", "type-error")),
    "form of a code": (cell("communities", 1, subdistrict_code="44"), ("communities", 2, "subdistrict_code", "constraint-error")),
    "unknown code": (cell("staff", 1, community_code="440304001009"), ("staff", 2, None, "foreign-key")),
    "unknown column": ({"staff": lambda rows: [row | {"salary": "1"} for row in rows]}, ("staff", None, "salary", "extra-label")),
}


@pytest.mark.parametrize(("changes", "expected"), FAULTS.values(), ids=FAULTS)
def test_frictionless_and_the_loader_find_the_same_fault_in_the_same_place(tmp_path, changes, expected):
    folder = write_city(tmp_path / "city", **changes)
    name, row, field, _ = expected
    assert expected in errors_of(folder)
    place = f"{name}.csv:{row or 1} {field or 'community_code'}:"
    assert any(told.startswith(place) for told in problems_in(folder))


@pytest.mark.parametrize(
    ("old", "new", "kind"), [("S2,", "S2,,", "extra-cell"), ("S2,", "", "missing-cell"), ("S2,", "\nS2,", "blank-row")]
)
def test_frictionless_and_the_loader_find_the_same_broken_row(folder, old, new, kind):
    path = folder / "staff.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    write_datapackage(folder)
    assert ("staff", 3, kind) in [(name, row, type_) for name, row, _, type_ in errors_of(folder)]
    assert problems_in(folder)[0].startswith("staff.csv:3: ")


def test_the_descriptor_describes_every_field_as_the_dictionary_does(folder):
    content = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    resources = {resource["name"]: resource for resource in content["resources"]}
    assert list(resources) == [*dictionary().registers, *dictionary().layers]
    for name, register in dictionary().registers.items():
        schema = resources[name]["schema"]
        assert [field["name"] for field in schema["fields"]] == [field.name for field in register.fields]
        assert all(field["title"] and field["description"] and field["type"] for field in schema["fields"])
        assert schema["primaryKey"] == [register.key]
    area = next(field for field in resources["facilities"]["schema"]["fields"] if field["name"] == "floor_area_m2")
    assert area == {
        "name": "floor_area_m2",
        "type": "number",
        "unit": "m2",
        "title": "建筑（使用）面积",
        "description": "floor area",
        "constraints": {"minimum": 0},
    }
    assert resources["activities"]["schema"]["foreignKeys"] == [
        {"fields": ["community_code"], "reference": {"resource": "communities", "fields": ["community_code"]}},
        {"fields": ["facility_id"], "reference": {"resource": "facilities", "fields": ["facility_id"]}},
    ]
    assert content["sources"] == [{"name": "made", "title": "测试数据 / test data", "licence": "CC0-1.0"}]
    assert content["licenses"] == [{"name": "CC0-1.0", "title": "CC0-1.0"}]


def test_the_descriptor_has_length_and_hash_of_each_file(folder):
    content = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    for resource in content["resources"]:
        raw = (folder / resource["path"]).read_bytes()
        assert (resource["bytes"], resource["hash"]) == (len(raw), f"sha256:{hashlib.sha256(raw).hexdigest()}")


def test_the_descriptor_is_written_with_the_same_bytes_each_time(folder):
    before = (folder / "datapackage.json").read_bytes()
    write_datapackage(folder)
    assert (folder / "datapackage.json").read_bytes() == before
    assert b"\r" not in before
    assert before.endswith(b"}\n")


def test_frictionless_reads_the_descriptor_as_a_package(folder):
    package = Package(str(folder / "datapackage.json"))
    assert package.get_resource("homes").schema.get_field("children_0_3_persons").type == "integer"
    assert len(package.get_resource("homes").read_rows()) == 8


def test_a_descriptor_needs_settings(folder):
    (folder / "city.yaml").unlink()
    with pytest.raises(InvalidCity, match=r"city\.yaml: the file is missing"):
        write_datapackage(folder)
