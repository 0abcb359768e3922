"""A register as Parquet or a layer as GeoParquet is the same city, checked by the same checks."""

from __future__ import annotations

import json

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely

from friendly_city.city.demo.nation import _write_parquet
from friendly_city.city.descriptor import write_datapackage
from friendly_city.city.dictionary import dictionary
from friendly_city.city.load import load_city
from friendly_city.city.together import joined, load_together
from tests.city.conftest import problems_in
from tests.factories import write_city


def as_parquet(folder):
    """Turn every register and layer of a city folder that loads into Parquet."""
    city = load_city(folder)
    for name, table in city.registers.items():
        _write_parquet(table.drop(columns=["row", "x_m", "y_m"], errors="ignore"), folder / f"{name}.parquet")
        (folder / f"{name}.csv").unlink()
    for name in ("boundaries", "streets", "barriers"):
        path = folder / f"{name}.geojson"
        features = json.loads(path.read_text(encoding="utf-8"))["features"]
        shapes = [shapely.to_wkb(shapely.from_geojson(json.dumps(feature["geometry"]))) for feature in features]
        table = getattr(city, name).reset_index()[[field.name for field in dictionary().layers[name].fields]]
        _write_parquet(
            pd.DataFrame(table).assign(geometry=in_order_of(table, features, shapes, name)), folder / f"{name}.parquet", geo=True
        )
        path.unlink()
    write_datapackage(folder)
    return folder


def in_order_of(table, features, shapes, name):
    key = dictionary().layers[name].key
    by_key = {feature["properties"][key]: shape for feature, shape in zip(features, shapes, strict=True)}
    return [by_key[value] for value in table[key]]


@pytest.fixture
def parquet(folder):
    return as_parquet(folder)


def rewritten(folder, register, change):
    path = folder / f"{register}.parquet"
    metadata = pq.read_schema(path).metadata
    table = change(pq.read_table(path).replace_schema_metadata(None).to_pandas(types_mapper=pd.ArrowDtype))
    pq.write_table(pa.Table.from_pandas(table, preserve_index=False).replace_schema_metadata(metadata), path)
    return folder


def test_a_city_in_parquet_is_the_city_in_csv_and_geojson(tmp_path):
    csv = load_city(write_city(tmp_path / "csv"))
    parquet = load_city(as_parquet(write_city(tmp_path / "parquet")))
    assert list(parquet.registers) == list(csv.registers)
    for name, table in csv.registers.items():
        dates = {field.name: "datetime64[s]" for field in dictionary().registers[name].fields if field.type == "date"}
        frames = [one.drop(columns="row").astype(dates) for one in (parquet.registers[name], table)]
        pd.testing.assert_frame_equal(*frames, check_exact=True)
        text = [field.name for field in dictionary().registers[name].fields if field.type == "string"]
        assert (parquet.registers[name][text].dtypes == "str").all()
    for layer in ("boundaries", "streets"):
        pd.testing.assert_frame_equal(
            getattr(parquet, layer).drop(columns="row"), getattr(csv, layer).drop(columns="row"), check_dtype=False
        )
    assert "staff.parquet" in parquet.hashes


def test_a_register_in_both_forms_is_refused(folder):
    city = load_city(folder)
    _write_parquet(city.registers["staff"].drop(columns="row"), folder / "staff.parquet")
    write_datapackage(folder)
    assert "staff.parquet: staff.csv is there too; expected one of the two" in problems_in(folder)


def test_a_misspelt_parquet_file_is_told(parquet):
    (parquet / "staf.parquet").write_bytes((parquet / "staff.parquet").read_bytes())
    assert problems_in(parquet) == [
        "staf.parquet: no register or layer has this name; expected names of the dictionary; did you mean 'staff.parquet'?"
    ]


FAULTS = {
    "text for a number": ("population", lambda t: t.assign(persons="many"), "population.parquet persons: a column of"),
    "not whole": ("population", lambda t: t.assign(persons=t["persons"] + 0.5), "population.parquet:1 persons: "),
    "infinite": ("facilities", lambda t: t.assign(floor_area_m2=float("inf")), "facilities.parquet:1 floor_area_m2: inf is not a number"),
    "an unknown kind": ("facilities", lambda t: t.assign(kind="parc"), "facilities.parquet:1 kind: 'parc' is not known"),
    "a key twice": ("facilities", lambda t: t.assign(facility_id="F1"), "facilities.parquet:2 facility_id: 'F1' stands in an earlier row too"),
    "a community that is not there": ("staff", lambda t: t.assign(community_code="999999999999"), "staff.parquet:1 community_code: no communities row"),
    "a formula": ("facilities", lambda t: t.assign(name="=1+1"), "facilities.parquet:1 name: '=1+1' would run as a formula"),
    "a mobile number": ("documents", lambda t: t.assign(title="13800138000"), "documents.parquet:1 title: the cell holds what looks like a mobile"),
    "an unknown column": ("staff", lambda t: t.assign(rank=1), "staff.parquet:1 rank: unknown column"),
    "a missing column": ("staff", lambda t: t.drop(columns="role"), "staff.parquet:1 role: the column is missing"),
    "a place far away": ("homes", lambda t: t.assign(longitude=10.0), "homes.parquet:1 longitude: 10, "),
    "children that do not add up": ("homes", lambda t: t.assign(children_0_3_persons=t["children_0_3_persons"] + 1), "homes.parquet children_0_3_persons: "),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_told_by_file_row_and_column_and_seen_when_cities_are_read_together(parquet, fault):
    register, change, expected = FAULTS[fault]
    assert load_together([parquet]) is not None
    rewritten(parquet, register, change)
    found = problems_in(parquet)
    assert any(problem.startswith(expected) for problem in found), found
    assert load_together([parquet]) is None


def test_a_file_that_is_not_parquet_is_told(parquet):
    (parquet / "staff.parquet").write_bytes(b"staff_id\n")
    assert any(problem.startswith("staff.parquet: not Parquet") for problem in problems_in(parquet))


def test_a_layer_in_other_coordinates_is_refused(parquet):
    path = parquet / "streets.parquet"
    table = pq.read_table(path)
    geo = json.loads(table.schema.metadata[b"geo"])
    geo["columns"]["geometry"]["crs"] = {"id": {"authority": "EPSG", "code": 4547}}
    pq.write_table(table.replace_schema_metadata({"geo": json.dumps(geo)}), path)
    assert any(problem.startswith("streets.parquet crs: coordinates in EPSG:4547") for problem in problems_in(parquet))


def test_two_cities_held_together_keep_their_rows_and_know_their_cities(parquet, made):
    for name in ("entrances", "hours"):  # which the other city does not have
        (parquet / f"{name}.parquet").unlink()
    write_datapackage(parquet)
    folders = [made / "made-00001", parquet]
    whole, one_by_one = load_together(folders), joined([load_city(folder) for folder in folders])
    assert whole is not None
    assert sorted(set(whole.parts.tolist())) == [0, 1]
    assert whole.part_of == one_by_one.part_of
    for name, table in one_by_one.registers.items():
        pd.testing.assert_frame_equal(whole.registers[name].astype(table.dtypes), table, check_exact=True)
