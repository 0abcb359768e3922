"""Bad layers, settings and descriptors: each fault is told by file, line and place, with what was expected."""

from __future__ import annotations

import json

import pytest

from friendly_city.city.load import find_folder, load_city
from friendly_city.errors import InvalidCity, InvalidParameters
from tests.city.conftest import problems_in
from tests.factories import CODES, geojson_text, rows_of, write_city


def feature(number, **values):
    """Return a change that sets properties (or the geometry) of one feature, from 1."""

    def change(rows):
        rows[number - 1].update(values)
        return rows

    return change


def ring(*corners):
    return {"type": "Polygon", "coordinates": [[list(corner) for corner in (*corners, corners[0])]]}


def line(*places):
    return {"type": "LineString", "coordinates": [list(place) for place in places]}


SWAPPED = ring((22.53, 114.05), (22.53, 114.06), (22.54, 114.06))
BOW = ring((114.05, 22.53), (114.06, 22.54), (114.06, 22.53), (114.05, 22.54))
WIDE = ring((114.05, 22.53), (114.062, 22.53), (114.062, 22.54), (114.05, 22.54))

FEATURES = {
    "missing boundary": (
        {"boundaries": lambda rows: rows[1:]},
        f"boundaries.geojson community_code: no boundary for community {CODES[0]}; expected one for every community",
    ),
    "boundary of nobody": (
        {
            "boundaries": lambda rows: [
                *rows,
                rows[0] | {"community_code": "440304009001", "geometry": ring((114.07, 22.53), (114.08, 22.53), (114.08, 22.54))},
            ]
        },
        "boundaries.geojson:6 community_code: no communities row '440304009001'; expected a community_code of communities.csv",
    ),
    "boundary twice": (
        {"boundaries": lambda rows: [*rows, rows[0] | {"geometry": ring((114.07, 22.53), (114.08, 22.53), (114.08, 22.54))}]},
        f"boundaries.geojson:6 community_code: '{CODES[0]}' stands in an earlier row too",
    ),
    "boundary that crosses itself": (
        {"boundaries": feature(1, geometry=BOW)},
        "boundaries.geojson:2 geometry: not valid: Self-intersection[114.055 22.535]; expected a valid Polygon or MultiPolygon",
    ),
    "boundaries that overlap": (
        {"boundaries": feature(1, geometry=WIDE)},
        f"boundaries.geojson:2 geometry: {CODES[0]} and {CODES[1]} overlap by 227,8",
    ),
    "boundary with swapped coordinates": (
        {"boundaries": feature(2, geometry=SWAPPED)},
        "boundaries.geojson:3 geometry: coordinates such as 22.54, 114.06: longitude and latitude look swapped; expected longitude and",
    ),
    "boundary in metres": (
        {"boundaries": feature(2, geometry=ring((506000, 2492000), (507000, 2492000), (507000, 2493000)))},
        "boundaries.geojson:3 geometry: coordinates such as 507000, 2.493e+06 look projected; expected longitude and latitude in degrees",
    ),
    "street of one point": (
        {"streets": feature(3, geometry=line((114.05, 22.53)))},
        'streets.geojson:4 geometry: geometry that cannot be read: {"type": "LineString", "coordinates": [[114.05, 22.53]]}; expected a LineString',
    ),
    "street without length": (
        {"streets": feature(3, geometry=line((114.05, 22.53), (114.05, 22.53)))},
        "streets.geojson:4 geometry: not valid: Too few points in geometry component",
    ),
    "street that is a point": (
        {"streets": feature(3, geometry={"type": "Point", "coordinates": [114.05, 22.53]})},
        "streets.geojson:4 geometry: a Point; expected a LineString",
    ),
    "street without geometry": (
        {"streets": feature(3, geometry=None)},
        "streets.geojson:4 geometry: no geometry; expected a LineString",
    ),
    "street far away": (
        {"streets": feature(3, geometry=line((113.05, 22.53), (113.06, 22.53)))},
        "streets.geojson:4 geometry: the shape is far from the city; expected within 5 km of the boundaries",
    ),
    "street twice": ({"streets": feature(3, street_id="S1")}, "streets.geojson:4 street_id: 'S1' stands in an earlier row too"),
    "street of an unknown class": (
        {"streets": feature(3, street_class="brunch")},
        "streets.geojson:4 street_class: 'brunch' is not known; expected one of trunk, secondary, branch, path; did you mean 'branch'?",
    ),
    "pavement below nothing": (
        {"streets": feature(3, pavement_width_m=-2)},
        "streets.geojson:4 pavement_width_m: -2 is below the minimum 0; expected 0 or more",
    ),
    "half a side": ({"streets": feature(3, pavement_sides=1.5)}, "streets.geojson:4 pavement_sides: '1.5' is not a whole number"),
    "bridge that is a word": ({"streets": feature(3, bridge="yes")}, "streets.geojson:4 bridge: 'yes' is not true or false"),
    "list for a value": (
        {"streets": feature(3, kerb_m=[0.1])},
        "streets.geojson:4 kerb_m: [0.1] is no single value; expected text, number or null",
    ),
    "script in a layer": (
        {"barriers": feature(1, name="<script>")},
        "barriers.geojson:2 name: '<script>': markup is not allowed in a register; expected plain text",
    ),
    "NUL hidden in a layer": ({"barriers": feature(1, name="河\x00")}, "barriers.geojson:2 name: a control character U+0000"),
    "line break in a layer": ({"barriers": feature(1, name="河\n河")}, "barriers.geojson:2 name: a line break inside a cell"),
    "misspelt property": (
        {"barriers": lambda rows: [{("nam" if key == "name" else key): value for key, value in rows[0].items()}]},
        "barriers.geojson:2 name: the property is missing; expected every property of the dictionary, null if not known",
    ),
    "missing layer": ({"streets": None}, "streets.geojson: the file is missing; expected Walkable streets"),
    "layer without features": ({"streets": []}, "streets.geojson features: no features; expected at least one"),
}


@pytest.mark.parametrize(("changes", "expected"), FEATURES.values(), ids=FEATURES)
def test_a_bad_feature_is_told_with_its_line(problems_of, changes, expected):
    told = problems_of(**changes)
    assert told[0].startswith(expected), told
    assert len(told) == 1 or "property is missing" in expected, told


def test_a_misspelt_property_gets_the_nearest_name(problems_of):
    told = problems_of(barriers=lambda rows: [{("nam" if key == "name" else key): value for key, value in rows[0].items()}])
    assert told[1].endswith("nam: unknown property; expected properties of the barriers layer; did you mean 'name'?")


TEXTS = {
    "wrong CRS": (
        lambda text: text.replace("{", '{"crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::4547"}},', 1),
        "streets.geojson crs: coordinates in urn:ogc:def:crs:EPSG::4547; expected longitude and latitude in degrees, WGS84",
    ),
    "CRS without a name": (lambda text: text.replace("{", '{"crs":7,', 1), "streets.geojson crs: coordinates in an unnamed CRS"),
    "cut off": (lambda text: text[:900], "streets.geojson:"),
    "not JSON": (lambda text: "street_id,geometry\n", "streets.geojson:1: not JSON: Expecting value"),
    "NaN": (lambda text: text.replace("22.53]", "NaN]", 1), "streets.geojson: not JSON: NaN is not a number in JSON"),
    "too deep": (lambda text: "[" * 100_000, "streets.geojson: not JSON: maximum recursion depth exceeded"),
    "one feature": (lambda text: '{"type":"Feature"}', "streets.geojson:1 type: not a FeatureCollection"),
    "a list": (lambda text: "[]", "streets.geojson:1 type: not a FeatureCollection; expected GeoJSON (RFC 7946)"),
    "a number for a feature": (
        lambda text: '{"type":"FeatureCollection","features":[7]}',
        "streets.geojson:1 properties: not a feature with properties",
    ),
    "empty": (lambda text: "", "streets.geojson:1: the file is empty"),
    "byte order mark": (lambda text: "\ufeff" + text, "streets.geojson:1: the file starts with a byte order mark"),
}


@pytest.mark.parametrize(("spoil", "expected"), TEXTS.values(), ids=TEXTS)
def test_a_layer_that_is_no_geojson_in_wgs84_is_told(folder, spoil, expected):
    path = folder / "streets.geojson"
    path.write_text(spoil(path.read_text(encoding="utf-8")), encoding="utf-8")
    (told,) = problems_in(folder)
    assert told.startswith(expected)


@pytest.mark.parametrize("name", ["urn:ogc:def:crs:OGC:1.3:CRS84", "urn:ogc:def:crs:EPSG::4326"])
def test_a_layer_may_say_that_it_is_in_wgs84(folder, name):
    path = folder / "streets.geojson"
    text = path.read_text(encoding="utf-8").replace("{", json.dumps({"crs": {"properties": {"name": name}}})[:-1] + ",", 1)
    path.write_text(text, encoding="utf-8")
    assert len(load_city(folder).streets) == len(rows_of("streets"))


def test_lines_are_told_in_a_layer_printed_over_many_lines(folder):
    rows = rows_of("streets")
    rows[2]["street_class"] = "brunch"
    text = json.dumps(json.loads(geojson_text(rows)), indent=1)
    (folder / "streets.geojson").write_text(text, encoding="utf-8")
    (told,) = problems_in(folder)
    number = int(told.split(":")[1].split()[0])
    assert '"Feature"' in text.splitlines()[number - 1]
    assert text.splitlines()[: number - 1].count('   "type": "Feature",') == 2


SETTINGS = {
    "no CRS": ({"crs": None}, "city.yaml crs: the key is missing; expected a value"),
    "CRS in degrees": (
        {"crs": "EPSG:4326"},
        "city.yaml:5 crs: EPSG:4326 is not a projected CRS in metres; expected a code such as EPSG:4547",
    ),
    "CRS that is not there": ({"crs": "EPSG:999999"}, "city.yaml:5 crs: EPSG:999999 is not a projected CRS in metres"),
    "CRS in feet": ({"crs": "EPSG:2263"}, "city.yaml:5 crs: EPSG:2263 is not a projected CRS in metres"),
    "CRS of elsewhere": (
        {"crs": "EPSG:32633"},
        "city.yaml crs: the city lies at 114.05 to 114.07, 22.53 to 22.55, where EPSG:32633 is not to be used; expected a CRS made for it",
    ),
    "name in one language": ({"name": "小城"}, "city.yaml:2 name: not a text in two languages; expected {zh: …, en: …}"),
    "markup in the notice": (
        {"notice": {"zh": "<b>图", "en": "map"}},
        "city.yaml:7 notice: {'zh': '<b>图', 'en': 'map'}: markup is not allowed",
    ),
    "synthetic in words": ({"synthetic": "perhaps"}, "city.yaml:6 synthetic: 'perhaps'; expected true or false"),
    "id that is a path": ({"id": "../x"}, "city.yaml:1 id: '../x'; expected a short name of small letters, digits, - and _"),
    "unknown key": ({"notise": "x"}, "city.yaml:16 notise: unknown key; expected keys id, name, crs"),
    "no sources": (
        {"sources": []},
        "city.yaml:10 sources: no list of sources; expected at least one, with id, title and licence",
    ),
    "source without licence": (
        {"sources": [{"id": "a", "title": {"zh": "甲", "en": "A"}}]},
        "city.yaml:10 sources.1.licence: no value; expected a text",
    ),
    "source with a misspelt key": (
        {"sources": [{"id": "a", "title": {"zh": "甲", "en": "A"}, "licence": "MIT", "adress": "x"}]},
        "city.yaml:10 sources.1.adress: unknown key",
    ),
    "source that is a word": ({"sources": ["census"]}, "city.yaml:10 sources.1: not a mapping; expected keys id, title, licence"),
}


@pytest.mark.parametrize(("settings", "expected"), SETTINGS.values(), ids=SETTINGS)
def test_bad_settings_are_told(problems_of, settings, expected):
    (told,) = problems_of(settings=settings)
    assert told.startswith(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("id: [", "city.yaml:1: not YAML:"),
        ("a: b: c\n", "city.yaml:1: not YAML: mapping values are not allowed here"),
        ("id: x\naccessed: 2022-02-30\n", "city.yaml: not YAML: day is out of range for month"),
        ("- x\n", "city.yaml: not a mapping; expected keys id, name"),
        ("id: !!python/object/apply:os.getcwd []\n", "city.yaml:1: not YAML: could not determine a constructor"),
        ("", "city.yaml:1: the file is empty"),
    ],
)
def test_settings_that_are_no_mapping_are_told(folder, text, expected):
    (folder / "city.yaml").write_text(text, encoding="utf-8")
    told = problems_in(folder)
    assert told[0].startswith(expected)


def test_a_folder_without_settings_has_its_registers_checked_all_the_same(folder):
    (folder / "city.yaml").unlink()
    (folder / "homes.csv").unlink()
    told = problems_in(folder)
    assert told == [
        "city.yaml: the file is missing; expected keys id, name, crs, synthetic, notice, sources",
        "datapackage.json resources: homes.csv is listed but not there; expected the file",
        (
            "homes.csv: the file is missing; expected Places where people live, with children by age band; "
            "friendly-city city homes makes it from population"
        ),
    ]


DESCRIPTORS = {
    "missing": (None, "datapackage.json: the file is missing; expected a Data Package descriptor; friendly_city.city.descriptor"),
    "not JSON": ("{", "datapackage.json resources: cannot be read: Expecting property name"),
    "no resources": ("{}", "datapackage.json resources: cannot be read: 'resources'; expected a Data Package descriptor"),
    "a list": ("[]", "datapackage.json resources: cannot be read:"),
    "resources that are words": ('{"resources": ["a"]}', "datapackage.json resources: cannot be read:"),
    "outside of the folder": (
        '{"resources": [{"path": "../../secret.csv"}]}',
        "datapackage.json resources: '../../secret.csv' is no file of a city folder; expected names of the dictionary",
    ),
    "misspelt": (
        '{"resources": [{"path": "stuff.csv"}]}',
        "datapackage.json resources: 'stuff.csv' is no file of a city folder; expected names of the dictionary; did you mean 'staff.csv'?",
    ),
    "leaves files out": ('{"resources": []}', "datapackage.json resources: communities.csv is there but not listed"),
}


@pytest.mark.parametrize(("text", "expected"), DESCRIPTORS.values(), ids=DESCRIPTORS)
def test_a_bad_descriptor_is_told(folder, text, expected):
    path = folder / "datapackage.json"
    if text is None:
        path.unlink()
    else:
        path.write_text(text, encoding="utf-8")
    assert problems_in(folder)[0].startswith(expected)


def test_a_folder_that_is_not_there_is_told_with_where_it_was_looked_for(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InvalidParameters, match=r"data/nowhere: there is no such folder, neither in .* nor above it"):
        load_city("data/nowhere")
    with pytest.raises(InvalidParameters, match=r"nowhere: there is no such folder; expected a city folder"):
        load_city(tmp_path / "nowhere")


def test_a_file_is_no_city_folder(folder):
    with pytest.raises(InvalidCity, match="this is a file, not a folder"):
        load_city(folder / "city.yaml")


def test_a_relative_path_is_found_from_folders_below(tmp_path, monkeypatch):
    write_city(tmp_path / "data" / "tiny")
    below = tmp_path / "notebooks" / "more"
    below.mkdir(parents=True)
    monkeypatch.chdir(below)
    assert find_folder("data/tiny") == tmp_path / "data" / "tiny"
    assert load_city("data/tiny").id == "tiny"


def test_in_a_layer_on_one_line_a_feature_is_told_by_its_number_and_code(folder):
    path = folder / "boundaries.geojson"
    layer = json.loads(path.read_text(encoding="utf-8"))
    layer["features"][1]["geometry"] = BOW
    layer["features"][2]["properties"]["provenance"] = "guessed"
    del layer["features"][3]["properties"]["community_code"]
    path.write_text(json.dumps(layer), encoding="utf-8")
    told = problems_in(folder)
    assert any(p.startswith(f"boundaries.geojson:1 feature 2 ({CODES[1]}) geometry: not valid: Self-intersection") for p in told)
    assert any(p.startswith(f"boundaries.geojson:1 feature 3 ({CODES[2]}) provenance: 'guessed' is not known") for p in told)
    assert any(p.startswith("boundaries.geojson:1 feature 4 community_code: the property is missing") for p in told)


def test_a_latitude_out_of_range_is_not_taken_for_a_swapped_one(problems_of):
    beyond = line((114.05, 91.0), (114.06, 91.1))
    (told,) = problems_of(streets=lambda rows: [*rows, rows[0] | {"street_id": "S99", "geometry": beyond}])
    assert "114.06, 91.1: a latitude is out of range; expected longitude and latitude in degrees" in told
