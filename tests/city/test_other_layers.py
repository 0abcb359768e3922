"""A layer as GeoPackage or shapefile is the same layer; a hostile one is refused in words, and nothing in it is run."""

from __future__ import annotations

import shutil
import sqlite3
import struct
import time
from contextlib import closing

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from friendly_city.city.descriptor import write_datapackage
from friendly_city.city.dictionary import dictionary
from friendly_city.city.geopackage import MAX_SECONDS, read_geopackage
from friendly_city.city.load import load_city
from friendly_city.city.shapefile import read_shapefile
from tests.city.conftest import problems_in

LAYERS = ("boundaries", "streets", "barriers")
STREETS = dictionary().layers["streets"]


def frame(folder, name):
    """A layer of a city folder as people's programs would hold it."""
    table = gpd.read_file(folder / f"{name}.geojson")
    return table.astype({"bridge": bool}) if "bridge" in table else table


def as_geopackage(folder, *, several=False):
    for name in LAYERS:
        frame(folder, name).to_file(folder / f"{name}.gpkg", layer=name if several else "layer 1", engine="pyogrio")
        if several:
            frame(folder, "streets").to_file(folder / f"{name}.gpkg", layer="other", engine="pyogrio")
    return without_geojson(folder)


def as_shapefile(folder, encoding="UTF-8"):
    for name in LAYERS:
        table = frame(folder, name)
        table.columns = [column if column == "geometry" else column[:10] for column in table.columns]
        if "bridge" in table:
            table["bridge"] = table["bridge"].map({True: "true", False: "false"})
        table.to_file(folder / f"{name}.shp", encoding=encoding, engine="pyogrio")
    return without_geojson(folder)


def without_geojson(folder):
    for name in LAYERS:
        (folder / f"{name}.geojson").unlink()
    write_datapackage(folder)
    return folder


FORMS = {
    "GeoPackage": as_geopackage,
    "GeoPackage with several layers": lambda folder: as_geopackage(folder, several=True),
    "shapefile": as_shapefile,
    "shapefile in GBK": lambda folder: as_shapefile(folder, "GBK"),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_city_with_layers_in_another_form_is_the_same_city(folder, form):
    plain, city = load_city(folder), load_city(FORMS[form](folder))
    for name in LAYERS:
        one, other = (getattr(c, name).drop(columns="row") for c in (plain, city))
        assert one.geometry.normalize().geom_equals_exact(other.geometry.normalize(), 1e-6).all()
        pd.testing.assert_frame_equal(
            pd.DataFrame(one.drop(columns="geometry")), pd.DataFrame(other.drop(columns="geometry")), check_dtype=False
        )
    said = ["boundaries", "streets", "barriers"] if "GBK" in form else []
    assert [note.en for note in city.notes] == [f"{name}.dbf: read as GB18030 (GBK)" for name in said]


def test_files_beside_a_shapefile_are_part_of_what_is_hashed(folder):
    assert {"streets.shp", "streets.shx", "streets.dbf", "streets.prj"} <= set(load_city(as_shapefile(folder)).hashes)


def test_a_layer_in_two_forms_is_refused(folder):
    frame(folder, "streets").to_file(folder / "streets.gpkg", engine="pyogrio")
    write_datapackage(folder)
    assert "streets.gpkg: streets.geojson is there too; expected one of the two" in problems_in(folder)


def test_a_fault_in_a_geopackage_is_told_by_feature_and_column(folder):
    as_geopackage(folder)
    altered(folder, "UPDATE \"layer 1\" SET street_class = 'brunch' WHERE street_id = 'S3'")
    told = problems_in(folder)
    assert told == [
        "streets.gpkg:3 street_class: 'brunch' is not known; expected one of trunk, secondary, branch, path; did you mean 'branch'?"
    ]


def altered(folder, *commands, name="streets"):
    """Run SQL on a GeoPackage as somebody may have done; the index of GDAL goes, its functions are not there."""
    with closing(sqlite3.connect(folder / f"{name}.gpkg")) as base:
        for (trigger,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            base.execute(f'DROP TRIGGER "{trigger}"')
        for command in commands:
            base.executescript(command)
        base.commit()


ENDLESS = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x FROM n"
RENAMED = 'ALTER TABLE "layer 1" RENAME TO kept;'
HOSTILE = {
    "a view for the layer": (
        [RENAMED, f'CREATE VIEW "layer 1" AS {ENDLESS};'],
        "streets.gpkg: the file holds the view 'layer 1'; expected tables only",
    ),
    "a view for what SQLite looks at first": (
        [f"DROP TABLE gpkg_contents; CREATE VIEW gpkg_contents AS {ENDLESS};"],
        "streets.gpkg: the file holds the view 'gpkg_contents'; expected tables only",
    ),
    "a trigger": (
        ['CREATE TRIGGER mine AFTER UPDATE ON "layer 1" BEGIN DELETE FROM "layer 1"; END;'],
        "streets.gpkg: the file holds the trigger 'mine'; expected tables only",
    ),
    "a virtual table": (
        ["CREATE VIRTUAL TABLE mine USING fts5(x);"],
        "streets.gpkg: the file holds the table 'mine', which is virtual; expected tables only",
    ),
    "computed columns": (
        ['ALTER TABLE "layer 1" ADD COLUMN more GENERATED ALWAYS AS (hex(zeroblob(1000000000))) VIRTUAL;'],
        "streets.gpkg: the layer 'layer 1' has computed columns; expected columns with values",
    ),
    "a layer that is no table": (
        ["PRAGMA foreign_keys = OFF; UPDATE gpkg_contents SET table_name = '/vsicurl/http://127.0.0.1/x';"],
        "streets.gpkg: the layer '/vsicurl/http://127.0.0.1/x' is no table of the file; expected a GeoPackage",
    ),
    "a layer with a name like a command": (
        ["PRAGMA foreign_keys = OFF; UPDATE gpkg_contents SET table_name = 'x\"; DROP TABLE y; --';"],
        "streets.gpkg: the layer 'x\"; DROP TABLE y; --' is no table of the file; expected a GeoPackage",
    ),
    "no layers": (["DELETE FROM gpkg_contents;"], "streets.gpkg: 0 layers; expected one named streets"),
    "two layers, none of them named": (
        ["INSERT INTO gpkg_contents (table_name, data_type, identifier) VALUES ('street', 'features', 'x');"],
        "streets.gpkg: 2 layers: layer 1, street; expected one named streets; did you mean 'street'?",
    ),
    "another system": (
        ["UPDATE gpkg_contents SET srs_id = -1;"],
        "streets.gpkg crs: coordinates in an unnamed system; expected longitude and latitude in degrees",
    ),
    "another SQLite file": (
        ["DROP TABLE gpkg_geometry_columns;"],
        "streets.gpkg: this SQLite file is no GeoPackage; expected a GeoPackage as QGIS or GDAL writes it",
    ),
    "a shape that claims to be huge": (
        [
            "UPDATE \"layer 1\" SET geom = X'475000010000000001020000 00FFFFFFFF' WHERE street_id = 'S2';".replace(
                "0000 00", "000000"
            )
        ],
        'streets.gpkg:2 geometry: geometry that cannot be read: "17 bytes"; expected a LineString',
    ),
    "a shape that is text": (
        ["UPDATE \"layer 1\" SET geom = 'LINESTRING(0 0, 1 1)' WHERE street_id = 'S2';"],
        "streets.gpkg:2 geometry: geometry that cannot be read:",
    ),
    "no shape": (
        ["UPDATE \"layer 1\" SET geom = NULL WHERE street_id = 'S2';"],
        "streets.gpkg:2 geometry: no geometry; expected a LineString",
    ),
    "a column more": (
        ['ALTER TABLE "layer 1" ADD COLUMN phone TEXT;'],
        "streets.gpkg:1 phone: personal data may not be in a register",
    ),
}


@pytest.fixture(scope="module")
def packed(tmp_path_factory):
    from tests.factories import write_city

    return as_geopackage(write_city(tmp_path_factory.mktemp("packed") / "city"))


@pytest.mark.parametrize("fault", HOSTILE)
def test_a_hostile_geopackage_is_told_and_nothing_in_it_is_run(packed, tmp_path, fault):
    commands, expected = HOSTILE[fault]
    folder = shutil.copytree(packed, tmp_path / "city")
    altered(folder, *commands)
    before = (folder / "streets.gpkg").read_bytes()
    begun = time.monotonic()
    told = problems_in(folder)
    assert time.monotonic() - begun < MAX_SECONDS / 2
    assert told[0].startswith(expected), told
    assert (folder / "streets.gpkg").read_bytes() == before
    assert not [path.name for path in folder.iterdir() if path.name.startswith("streets.gpkg-")]


def test_an_endless_read_is_ended(packed, tmp_path, monkeypatch):
    from friendly_city.city import geopackage

    monkeypatch.setattr(geopackage, "MAX_SECONDS", -1)
    monkeypatch.setattr(geopackage, "STEPS", 1)
    problems = []
    assert read_geopackage(packed / "streets.gpkg", STREETS, problems) is None
    assert [str(problem) for problem in problems] == [
        "streets.gpkg: cannot be read: interrupted; expected a GeoPackage as QGIS or GDAL writes it"
    ]


def test_a_geopackage_that_leads_out_of_the_folder_is_refused(packed, tmp_path):
    folder = shutil.copytree(packed, tmp_path / "city")
    (folder / "streets.gpkg").rename(tmp_path / "elsewhere.gpkg")
    (folder / "streets.gpkg").symlink_to(tmp_path / "elsewhere.gpkg")
    assert problems_in(folder) == [
        "streets.gpkg: the file is a link out of the folder; expected the file itself, in the folder of the city"
    ]


def test_a_part_of_a_shapefile_that_leads_out_of_the_folder_is_refused(folder, tmp_path):
    as_shapefile(folder)
    (folder / "streets.dbf").rename(tmp_path / "elsewhere.dbf")
    (folder / "streets.dbf").symlink_to(tmp_path / "elsewhere.dbf")
    assert problems_in(folder) == [
        "streets.dbf: the file is a link out of the folder; expected the file itself, in the folder of the city"
    ]


def test_changes_that_another_program_has_not_written_yet_are_told(packed, tmp_path):
    folder = shutil.copytree(packed, tmp_path / "city")
    (folder / "streets.gpkg-wal").write_bytes(b"x")
    assert problems_in(folder)[0].startswith("streets.gpkg: streets.gpkg-wal holds changes that are not in the file yet")


@given(st.lists(st.tuples(st.integers(0, 10**6), st.binary(min_size=1, max_size=9)), min_size=1, max_size=6), st.booleans())
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_corrupted_geopackage_is_read_or_told(packed, tmp_path, changes, cut):
    raw = bytearray((packed / "streets.gpkg").read_bytes())
    for place, new in changes:
        raw[place % len(raw) : place % len(raw) + len(new)] = new
    path = tmp_path / "streets.gpkg"
    path.write_bytes(raw[: changes[0][0] % len(raw)] if cut else raw)
    problems = []
    reading = read_geopackage(path, STREETS, problems)
    assert problems or reading is not None


PARTS = {
    ".prj": "streets.shp: streets.prj is missing; expected the coordinate system, as WKT",
    ".dbf": "streets.shp: streets.dbf is missing; expected the properties of the features",
    ".shx": "streets.shp: streets.shx is missing; expected the index of the shapes",
}


@pytest.mark.parametrize("suffix", PARTS)
def test_a_part_of_a_shapefile_that_is_missing_is_told(folder, suffix):
    as_shapefile(folder)
    (folder / f"streets{suffix}").unlink()
    assert PARTS[suffix] in problems_in(folder)


SHAPE_FAULTS = {
    "another system": (
        ".prj",
        lambda raw: __import__("pyproj").CRS("EPSG:4547").to_wkt("WKT1_ESRI").encode(),
        "streets.shp crs: coordinates in EPSG:4547; expected longitude and latitude in degrees",
    ),
    "no system": (".prj", lambda raw: b"here", "streets.prj:1: no coordinate system; expected the coordinate system, as WKT"),
    "an encoding that is not read": (
        ".cpg",
        lambda raw: b"Latin1",
        "streets.cpg:1: 'Latin1' is no encoding that is read; expected UTF-8",
    ),
    "bytes that are not what is said": (
        ".dbf",
        lambda raw: raw.replace(b"trunk", b"\xb6\xab\xff\xffk").replace(b"branch", b"\xff" * 6),
        "streets.dbf: bytes that are not UTF-8; expected streets.cpg with the encoding",
    ),
    "no shapefile but a virtual layer": (
        ".shp",
        lambda raw: (
            b'<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>/vsicurl/http://127.0.0.1/</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>'
        ),
        "streets.shp: this is no shapefile; expected a shapefile as QGIS, ArcGIS or GDAL write it",
    ),
    "cut off": (".shp", lambda raw: raw[:60], "streets.shp: cannot be read:"),
    "no table": (".dbf", lambda raw: b"", "streets.dbf: this is no table; expected a shapefile"),
}


@pytest.mark.parametrize("fault", SHAPE_FAULTS)
def test_a_shapefile_that_is_none_is_told(folder, fault):
    suffix, change, expected = SHAPE_FAULTS[fault]
    as_shapefile(folder)
    path = folder / f"streets{suffix}"
    path.write_bytes(change(path.read_bytes()))
    told = problems_in(folder)
    assert any(problem.startswith(expected) for problem in told), told


@pytest.fixture(scope="module")
def shaped(tmp_path_factory):
    from tests.factories import write_city

    return as_shapefile(write_city(tmp_path_factory.mktemp("shaped") / "city"))


@given(
    st.sampled_from([".shp", ".shx", ".dbf"]),
    st.lists(st.tuples(st.integers(0, 10**5), st.binary(min_size=1, max_size=9)), min_size=1, max_size=6),
    st.booleans(),
)
@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_corrupted_shapefile_is_read_or_told(shaped, tmp_path, suffix, changes, cut):
    for part in shaped.glob("streets.*"):
        shutil.copy(part, tmp_path / part.name)
    path = tmp_path / f"streets{suffix}"
    raw = bytearray(path.read_bytes())
    for place, new in changes:
        raw[place % len(raw) : place % len(raw) + len(new)] = new
    path.write_bytes(raw[: changes[0][0] % len(raw)] if cut else raw)
    problems = []
    reading = read_shapefile(tmp_path / "streets.shp", STREETS, problems)
    assert problems or reading is not None


def test_a_shape_that_claims_two_thousand_million_points_is_no_shape():
    assert shapely.from_wkb(struct.pack("<BII", 1, 2, 2**31 - 1), on_invalid="ignore") is None
