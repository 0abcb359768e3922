"""Homes made for a city that has none: every reading by hand, what is told, and what is refused."""

from __future__ import annotations

import json
import shutil

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from click.testing import CliRunner

from friendly_city.audit.service_access import service_access
from friendly_city.city.foreign import Foreign
from friendly_city.city.homes import WAYS, Sources, make_homes, write_homes
from friendly_city.city.load import load_city, load_part
from friendly_city.city.mending.faults import check_folder
from friendly_city.city.model import AGE_BANDS
from friendly_city.cli import main
from friendly_city.errors import InvalidCity, InvalidParameters
from tests.factories import CHILDREN, CODES, corner, geojson_text, rows_of, write_city

SIZE = 0.0002
"""Side of a house in degrees, about 20 m."""
HOUSES = [(0, 0.2, 0.2, 1, "flats"), (0, 0.7, 0.7, 4, "flats"), (0, 0.4, 0.4, 30, "offices"), (1, 0.5, 0.5, None, "flats")]
"""Community, where in it (parts of its square), storeys, use."""


@pytest.fixture
def bare(tmp_path):
    """The tiny city without homes."""
    return write_city(tmp_path / "city", homes=None)


def square(place, east, north, size=SIZE):
    west, south = corner(place)
    return shapely.box(x := west + 0.01 * east, y := south + 0.01 * north, x + size, y + size)


def houses(rows=HOUSES):
    table = pd.DataFrame([row[3:] for row in rows], columns=["floors", "use"]).astype({"floors": "Int64"})
    return gpd.GeoDataFrame(table.assign(name="楼"), geometry=[square(*row[:3]) for row in rows], crs="EPSG:4326")


def as_file(table, path):
    table.to_file(path, engine="pyogrio")
    return path


def foreign(path, **more):
    return Foreign(path=path, name="buildings", **more)


def persons(made):
    """Children by community and band, as far as there are homes."""
    return made.table.groupby("community_code")[list(CHILDREN)].sum()


def call(*words):
    return CliRunner().invoke(main, [str(word) for word in words])


@pytest.mark.parametrize("ending", ["geojson", "gpkg", "shp"])
def test_children_follow_footprint_and_storeys_whatever_the_form_of_the_file(bare, tmp_path, ending):
    """1 : 4 storeys on equal ground: 2 and 8, 4 and 16, 6 and 24, 8 and 32; offices have none; two communities have no house."""
    path = as_file(houses(), tmp_path / f"houses.{ending}")
    made = write_homes(bare, Sources(buildings=foreign(path), storeys="floors", residential=("use", ("flats",))))
    first = made.table[made.table["community_code"] == CODES[0]]
    assert first[list(CHILDREN)].to_numpy().tolist() == [[2, 4, 6, 8], [8, 16, 24, 32]]
    middle = shapely.get_coordinates(square(0, 0.2, 0.2).centroid)[0]
    assert first[["longitude", "latitude"]].iloc[0].tolist() == pytest.approx(middle, abs=2e-6)
    assert made.table["home_id"].tolist() == ["H1", "H2", "H3", "H4", "H5"]
    assert set(made.table["provenance"]) == {"derived"}
    assert made.ways == {"buildings": 2, "point": 2}
    assert made.children == 400


def test_the_city_loads_with_them_and_the_check_finds_nothing(bare, tmp_path):
    path = as_file(houses(), tmp_path / "houses.gpkg")
    write_homes(bare, Sources(buildings=foreign(path), storeys="floors"))
    city, checked = load_city(bare), check_folder(bare)
    assert checked.city is not None
    assert not checked.problems
    for band, column in zip(AGE_BANDS, CHILDREN, strict=True):
        homes = city.register("homes").groupby("community_code")[column].sum()
        assert homes.reindex(city.codes, fill_value=0).tolist() == city.residents(band).tolist()


def test_what_was_done_is_told(bare, tmp_path):
    far = [*HOUSES, (0, 300, 0, 2, "flats")]
    path = as_file(houses(far), tmp_path / "houses.geojson")
    made = make_homes(bare, Sources(buildings=foreign(path), storeys="floors", residential=("use", ("flats",))))
    assert [note.en for note in made.notes] == [
        "houses.geojson: residential 4, others left out 1",
        "buildings in no community, left out: 1",
        "communities by residential buildings (footprint × storeys): 2",
        "communities at one point: 2",
    ]
    storeys, nowhere = (warning.en for warning in made.warnings)
    assert storeys == "buildings without storeys, counted as one storey: 1"
    assert nowhere.endswith(f"their children at one point inside the boundary: 2 ({CODES[2]}, {CODES[3]})")
    assert not (bare / "homes.csv").exists()
    plain = make_homes(bare, Sources(buildings=foreign(path)))
    assert plain.warnings[0].en == "no column of storeys was named: every building counts as one storey"


def test_on_land_children_follow_the_area_of_the_cell_in_it(bare, tmp_path):
    """A field of 0.004 × 0.004 degrees (some 412 by 443 m); its children are inside it, as many as there are."""
    land = gpd.GeoDataFrame(geometry=[square(place, 0.3, 0.3, 0.004) for place in range(4)], crs="EPSG:4326")
    path = as_file(land, tmp_path / "land.shp")
    made = write_homes(bare, Sources(land=foreign(path), cell_m=200))
    assert made.ways == {"land": 4, "point": 0}
    assert (persons(made).to_numpy() == [10, 20, 30, 40]).all()
    points = shapely.points(made.table[["longitude", "latitude"]].to_numpy())
    assert shapely.intersects(shapely.buffer(shapely.union_all(land.geometry.to_numpy()), 2e-6), points).all()
    assert len(load_city(bare).register("homes")) == len(made.table) > 4 * 4


def test_land_stands_in_for_communities_without_a_building(bare, tmp_path):
    path = as_file(houses(), tmp_path / "houses.geojson")
    land = gpd.GeoDataFrame(geometry=[square(place, 0.3, 0.3, 0.004) for place in (0, 2)], crs="EPSG:4326")
    ground = Foreign(path=as_file(land, tmp_path / "land.gpkg"), name="land")
    made = make_homes(bare, Sources(buildings=foreign(path), storeys="floors", land=ground))
    assert made.ways == {"buildings": 2, "land": 1, "point": 1}
    assert (persons(made).to_numpy() == [10, 20, 30, 40]).all()


@pytest.mark.parametrize("ending", ["geojson", "gpkg", "shp"])
def test_buildings_that_cross_themselves_are_mended_and_told(bare, tmp_path, ending):
    """A bow tie of half a house's ground beside a whole house: 1 : 2; one without any ground is no building."""
    west, south = corner(0)
    x, y = west + 0.002, south + 0.002
    bow = shapely.Polygon([(x, y), (x + SIZE, y + SIZE), (x + SIZE, y), (x, y + SIZE)])
    line = shapely.Polygon([(x, y), (x + SIZE, y), (x, y), (x, y)])
    shapes = [bow, square(0, 0.7, 0.2), *[line] * (ending != "shp")]
    path = as_file(gpd.GeoDataFrame({"n": range(len(shapes))}, geometry=shapes, crs=4326), tmp_path / f"houses.{ending}")
    made = make_homes(bare, Sources(buildings=foreign(path)))
    first = made.table[made.table["community_code"] == CODES[0]].sort_values("longitude")[list(CHILDREN)].to_numpy()
    assert first.sum(axis=1).tolist() == pytest.approx([100 / 3, 200 / 3], abs=4)
    assert first.sum(axis=0).tolist() == [10, 20, 30, 40]
    assert first[:, 2].tolist() == [10, 20]
    assert made.notes[0].en == f"houses.{ending}: shapes that were not valid, mended: {len(shapes) - 1}"


def test_along_streets_children_are_spread_evenly_and_told_to_be_weakly_known(bare):
    made = write_homes(bare)
    assert made.ways == {"streets": 4, "point": 0}
    assert made.warnings[0].en.startswith("no layer of buildings or residential land")
    assert "weakest" in made.warnings[0].en
    assert "最弱" in made.warnings[0].zh
    assert (persons(made).to_numpy() == [10, 20, 30, 40]).all()
    city = load_city(bare)
    homes = city.register("homes")
    near = shapely.distance(shapely.points(homes[["x_m", "y_m"]].to_numpy()), shapely.union_all(city.streets.geometry.to_numpy()))
    assert near.max() <= 50.2  # positions are written to about 0.1 m
    cells = made.table["community_code"].value_counts()
    assert cells.min() >= 20
    assert homes.filter(like="children").to_numpy().sum(axis=1).max() <= 100 / cells.min() + 2


def test_along_trunk_roads_nobody_is_taken_to_live(tmp_path):
    folder = write_city(tmp_path / "city", homes=None, streets=lambda rows: [row | {"street_class": "trunk"} for row in rows])
    assert make_homes(folder).ways == {"streets": 0, "point": 4}


def test_communities_without_children_need_no_place_and_empty_places_are_left_out(tmp_path):
    def childless(rows):
        return [row | ({"persons": "0"} if row["community_code"] == CODES[3] and row["age_from"] != "18" else {}) for row in rows]

    folder = write_city(tmp_path / "city", homes=None, population=childless)
    many = [(0, 0.01 + 0.03 * (n % 30), 0.01 + 0.03 * (n // 30), 1, "flats") for n in range(500)]
    made = write_homes(folder, Sources(buildings=foreign(as_file(houses(many), tmp_path / "houses.gpkg"))))
    assert made.ways == {"buildings": 1, "point": 2}
    assert made.table[list(CHILDREN)].sum(axis=1).min() > 0
    assert persons(made).loc[CODES[0]].tolist() == [10, 20, 30, 40]
    assert CODES[3] not in set(made.table["community_code"])
    assert load_city(folder).residents("children")[CODES[3]] == 0


@pytest.mark.parametrize("system", ["gcj02", "EPSG:4547"])
def test_homes_are_written_in_the_system_declared_for_them_and_buildings_read_in_theirs(tmp_path, system):
    """Homes declared to be in another system come back to the very houses; houses in another system likewise."""
    plain = write_city(tmp_path / "plain", homes=None)
    table = houses()
    wgs84 = as_file(table, tmp_path / "houses.geojson")
    write_homes(plain, Sources(buildings=foreign(wgs84), storeys="floors"))
    declared = write_city(tmp_path / "declared", homes=None, settings={"coordinates": {"homes": system}})
    if system == "gcj02":
        from friendly_city.city.coordinates import gcj02_of

        moved = shapely.transform(table.geometry.to_numpy(), lambda xy: np.column_stack(gcj02_of(*xy.T)))
        theirs = as_file(table.set_geometry(gpd.GeoSeries(moved, crs=4326)), tmp_path / "theirs.geojson")
    else:
        theirs = as_file(table.to_crs(system), tmp_path / "theirs.shp")
    write_homes(declared, Sources(buildings=foreign(theirs, system=system), storeys="floors"))
    one, other = (load_city(folder).register("homes") for folder in (plain, declared))
    assert one[list(CHILDREN)].equals(other[list(CHILDREN)])
    np.testing.assert_allclose(one[["x_m", "y_m"]], other[["x_m", "y_m"]], atol=0.2)


def test_registers_in_a_workbook_are_read_those_that_are_needed(tmp_path):
    """Communities and population are sheets; a fault in the sheet of facilities is for the check of the city to tell."""
    from openpyxl import Workbook

    book = Workbook()
    for name in ("communities", "population", "facilities"):
        rows, sheet = rows_of(name), book.create_sheet(name)
        sheet.append(list(rows[0]))
        for row in rows:
            sheet.append(list((row | {"kind": "castle"} if name == "facilities" else row).values()))
    book.remove(book.worksheets[0])
    folder = write_city(tmp_path / "city", homes=None, communities=None, population=None, facilities=None)
    book.save(folder / "registers.xlsx")
    assert write_homes(folder).children == 400
    with pytest.raises(InvalidCity, match="'castle' is not known"):
        load_city(folder)


def test_communities_that_were_merged_are_one(bare, tmp_path):
    """The second is now the first, by aliases.csv: the one house in the first has the children of both."""
    (bare / "aliases.csv").write_text(f"old,new,since_date,reason\n{CODES[1]},{CODES[0]},2022-01-01,merged\n", encoding="utf-8")
    path = as_file(houses(HOUSES[:1]), tmp_path / "houses.gpkg")
    made = write_homes(bare, Sources(buildings=foreign(path)))
    assert made.ways == {"buildings": 1, "point": 2}
    assert persons(made).loc[CODES[0]].tolist() == [20, 40, 60, 80]
    assert load_city(bare).residents("children")[CODES[0]] == 200


# what is refused


def test_homes_that_are_there_are_written_over_only_with_force(bare):
    (bare / "homes.csv").write_text("precious", encoding="utf-8")
    with pytest.raises(InvalidParameters, match=r"homes\.csv: there is something already; expected none, or --force"):
        write_homes(bare)
    assert (bare / "homes.csv").read_text(encoding="utf-8") == "precious"
    assert write_homes(bare, force=True).children == 400
    assert len(load_city(bare).register("homes"))


def test_homes_in_another_form_are_not_hidden_by_new_ones(bare, tmp_path):
    from openpyxl import Workbook

    (bare / "homes.parquet").write_bytes(b"")
    with pytest.raises(InvalidParameters, match=r"homes\.parquet: there is something already"):
        write_homes(bare, force=True)
    (bare / "homes.parquet").unlink()
    book = Workbook()
    book.active.title = "homes"
    for row in (["home_id"], ["H1"]):
        book.active.append(row)
    book.save(bare / "registers.xlsx")
    with pytest.raises(InvalidParameters, match=r"registers\.xlsx: the sheet homes has rows"):
        write_homes(bare)


def refusal(folder, sources):
    with pytest.raises(InvalidCity) as caught:
        write_homes(folder, sources)
    assert not (folder / "homes.csv").exists()
    return [str(problem) for problem in caught.value.problems]


def test_age_ranges_that_straddle_a_band_are_refused(tmp_path):
    def straddling(rows):
        return [row | ({"age_below": "5"} if row["age_from"] == "0" else {}) for row in rows]

    folder = write_city(tmp_path / "city", homes=None, population=straddling)
    assert "population.csv:2 age_from: ages 0 to 5 lies across 3; expected ranges that end at 3, 6, 12 and 18" in refusal(
        folder, Sources()
    )


def test_faults_of_what_is_read_are_told_as_at_any_load_and_what_is_not_read_is_not(tmp_path):
    spoilt = {"facilities": lambda rows: [row | {"kind": "castle"} for row in rows], "staff": None}
    assert write_homes(write_city(tmp_path / "other", homes=None, **spoilt)).children == 400
    folder = write_city(tmp_path / "city", homes=None, population=lambda rows: [row | {"persons": "ten"} for row in rows])
    told = refusal(folder, Sources())
    assert told[0] == "population.csv:2 persons: 'ten' is not a whole number; expected a whole number"
    without = write_city(tmp_path / "without", homes=None, boundaries=None)
    assert refusal(without, Sources()) == ["boundaries.geojson: the file is missing; expected Boundaries of communities"]


def test_streets_are_asked_for_only_where_nothing_else_tells(tmp_path):
    folder = write_city(tmp_path / "city", homes=None, streets=None)
    assert refusal(folder, Sources()) == ["streets.geojson: the file is missing; expected Walkable streets"]
    assert make_homes(folder, Sources(buildings=foreign(as_file(houses(), tmp_path / "h.gpkg")))).children == 400
    assert load_part(folder, ["communities", "boundaries"]).streets.empty


@pytest.mark.parametrize("ending", ["geojson", "gpkg", "shp"])
def test_points_are_no_buildings(bare, tmp_path, ending):
    points = houses().set_geometry(gpd.GeoSeries(shapely.centroid(houses().geometry.to_numpy()), crs=4326))
    told = refusal(bare, Sources(buildings=foreign(as_file(points, tmp_path / f"houses.{ending}"))))
    assert len(told) == 4
    assert all(text.endswith("geometry: a Point; expected a Polygon or MultiPolygon") for text in told)


def test_a_missing_or_misspelt_column_and_value_are_told_with_what_is_there(bare, tmp_path):
    path = as_file(houses(), tmp_path / "houses.geojson")
    assert refusal(bare, Sources(buildings=foreign(path), storeys="floor", residential=("usage", ("x",)))) == [
        "houses.geojson floor: no such column; expected one of the file: floors, name, use; did you mean 'floors'?",
        "houses.geojson usage: no such column; expected one of the file: floors, name, use; did you mean 'use'?",
    ]
    assert refusal(bare, Sources(buildings=foreign(path), residential=("use", ("flat",)))) == [
        "houses.geojson use: no row has 'flat'; expected a value that is there: flats, offices; did you mean 'flats'?"
    ]


def test_storeys_that_are_no_number_are_told_by_line(bare, tmp_path):
    rows = [{"floors": floors, "geometry": shapely.geometry.mapping(square(0, 0.5, 0.5))} for floors in ("6", "many", None, -1)]
    path = tmp_path / "houses.geojson"
    path.write_text(geojson_text(rows), encoding="utf-8")
    told = refusal(bare, Sources(buildings=foreign(path), storeys="floors"))
    assert told == [
        "houses.geojson:3 floors: 'many' is not a number; expected a number",
        "houses.geojson:5 floors: -1 is below the minimum 0; expected 0 or more",
    ]


def test_a_column_of_words_for_storeys_is_told_once(bare, tmp_path):
    rows = [{"floors": "高层", "geometry": shapely.geometry.mapping(square(0, 0.5, 0.5))}] * 6
    path = tmp_path / "houses.geojson"
    path.write_text(geojson_text(rows), encoding="utf-8")
    assert refusal(bare, Sources(buildings=foreign(path), storeys="floors")) == [
        "houses.geojson:2 floors: '高层' is not a number; 6 rows are like this one; expected a number"
    ]


def test_a_file_without_or_in_another_coordinate_system_is_told(bare, tmp_path):
    path = as_file(houses().to_crs("EPSG:4547"), tmp_path / "houses.shp")
    assert refusal(bare, Sources(buildings=foreign(path))) == [
        "houses.shp crs: coordinates in EPSG:4547; expected WGS 84, or the system of the file named (--coordinates)"
    ]
    path.with_suffix(".prj").unlink()
    assert refusal(bare, Sources(buildings=foreign(path))) == [
        "houses.shp: houses.prj is missing; expected the coordinate system, as WKT"
    ]


def test_buildings_far_away_are_told(bare, tmp_path):
    path = as_file(houses([(0, 300, 0, 1, "flats")]), tmp_path / "houses.gpkg")
    (told,) = refusal(bare, Sources(buildings=foreign(path)))
    assert told.startswith("houses.gpkg geometry: nothing lies in a community of this city; expected polygons within")


def test_what_does_not_go_together_is_refused(tmp_path):
    path = as_file(houses(), tmp_path / "houses.geojson")
    for asked in ({"storeys": "floors"}, {"residential": ("use", ("flats",))}, {"land": foreign(path), "cell_m": 0}):
        with pytest.raises(InvalidParameters, match="expected"):
            Sources(**asked)
    for bad in ({"path": tmp_path / "houses.dxf"}, {"path": tmp_path / "no.gpkg"}, {"path": path, "system": "mars"}):
        with pytest.raises(InvalidParameters, match=r"houses\.dxf|no\.gpkg|mars"):
            Foreign(name="buildings", **bad)


# the command


def test_the_command_writes_and_tells(bare, tmp_path):
    path = as_file(houses(), tmp_path / "houses.gpkg")
    done = call("city", "homes", bare, "--buildings", path, "--storeys", "floors", "--residential", "use=flats")
    assert done.exit_code == 0, done.output
    assert done.output.splitlines()[0] == f"5 homes, 400 children in {bare / 'homes.csv'}"
    assert "2个社区按居住建筑（占地面积×层数） | communities by residential buildings (footprint × storeys): 2" in done.output
    assert done.output.count("  warning: ") == 2
    assert call("city", "check", bare, "--strict").exit_code == 0
    assert "homes.csv" in json.dumps(json.loads((bare / "datapackage.json").read_text(encoding="utf-8")))
    assert call("city", "homes", bare).exit_code == 2
    assert call("city", "homes", bare, "--force").exit_code == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--residential", "use"], "expected COLUMN=VALUE"),
        (["--residential", "use=flats", "--residential", "kind=x"], "expected one column"),
        (["--residential", "use=flats"], "expected a file of buildings or land too"),
        (["--buildings", "none.gpkg"], "none.gpkg: there is no such file"),
        (["--coordinates", "mars", "--land", "none.gpkg"], "none.gpkg: there is no such file"),
        (["--cell", "1"], "1 is not in the range"),
    ],
)
def test_bad_words_end_with_2(bare, words, said):
    done = call("city", "homes", bare, *words)
    assert done.exit_code == 2
    assert said in done.output.replace("1.0 is", "1 is")
    assert "Traceback" not in done.output


def test_every_way_has_a_name_in_two_languages():
    assert all(text.zh and text.en for text in WAYS.values())


# how near it comes: the demonstration city, whose homes are made and known


@pytest.fixture(scope="module")
def futian():
    return load_city("data/futian")


@pytest.fixture
def homeless(tmp_path):
    shutil.copytree("data/futian", tmp_path / "futian")
    (tmp_path / "futian" / "homes.csv").unlink()
    return tmp_path / "futian"


def share(city, band="6-12"):
    """Share of the children of a band within 15 minutes of a children's home."""
    found = service_access(city, kind="childrens_home", age_band=band, period="2022")
    return found.equity.set_index("figure")["value"]["within_share"]


def test_buildings_as_high_as_many_children_live_there_give_the_homes_back(futian, homeless, tmp_path):
    """Squares of 10 m at the homes, storeys by their children: within one child a band and home, and 0.3 points in the share.

    One home stands some centimetres outside of its community; in the two communities concerned its children are others'.
    """
    homes = futian.register("homes")
    people = homes.filter(like="children_").sum(axis=1)
    shapes = gpd.GeoSeries(
        shapely.buffer(shapely.points(homes[["x_m", "y_m"]].to_numpy()), 5, cap_style="square"), crs=futian.crs
    )
    path = as_file(gpd.GeoDataFrame({"floors": people / 4}, geometry=shapes.to_crs(4326)), tmp_path / "houses.gpkg")
    made = write_homes(homeless, Sources(buildings=foreign(path), storeys="floors"))
    assert made.ways == {"buildings": 92, "point": 0}
    assert made.children == people.sum()
    again = load_city(homeless)
    assert again.residents("children").tolist() == futian.residents("children").tolist()
    near = gpd.GeoSeries(gpd.points_from_xy(homes["x_m"], homes["y_m"]), crs=futian.crs)
    found = again.register("homes")
    which = near.sindex.nearest(gpd.points_from_xy(found["x_m"], found["y_m"]), return_all=False)[1]
    assert len(set(which)) == len(found) == len(homes)
    moved = found["community_code"].to_numpy() != homes["community_code"].to_numpy()[which]
    assert moved.sum() == 1
    concerned = {*found.loc[moved, "community_code"], *homes["community_code"].iloc[which[moved]]}
    same = ~found["community_code"].isin(concerned).to_numpy()
    gone = np.abs(found.filter(like="children_").to_numpy().sum(axis=1) - people.to_numpy()[which])
    assert gone[same].max() < 4
    assert abs(share(again) - share(futian)) < 0.003


def test_along_streets_the_share_is_two_points_off(futian, homeless):
    """The weakest reading, measured: 80.9 % where it is 82.9 %."""
    assert write_homes(homeless).ways == {"streets": 92, "point": 0}
    assert 0.01 < abs(share(load_city(homeless)) - share(futian)) < 0.03
