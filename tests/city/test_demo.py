"""The demonstration city is what it says: exact totals, clean geometry, the same bytes again."""

from __future__ import annotations

import csv
import itertools
import json
from collections import Counter
from pathlib import Path

import pytest
import shapely
import yaml
from pyproj import Transformer
from shapely.geometry import LineString, Point, Polygon

from friendly_city.city.demo import make_demo
from friendly_city.errors import InvalidParameters

FUTIAN = Path(__file__).parents[2] / "data" / "futian"
METRES = Transformer.from_crs("EPSG:4326", "EPSG:4547", always_xy=True)
YEAR_END = "2022-12-31"
CENSUS = {  # facts: 2020 census, by first age and first age beyond
    (0, 1): (7_583, 6_612),
    (1, 5): (38_026, 33_459),
    (5, 10): (48_528, 42_069),
    (10, 15): (38_002, 33_265),
    (15, 20): (34_498, 23_982),
}


def table(name, folder=FUTIAN):
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def features(name, folder=FUTIAN):
    return json.loads((folder / f"{name}.geojson").read_text(encoding="utf-8"))["features"]


def in_metres(coordinates):
    return [METRES.transform(*pair) for pair in coordinates]


def open_in_2022(kind, rows=None):
    rows = rows or table("facilities")
    return [
        row
        for row in rows
        if row["kind"] == kind and row["opened_date"] <= YEAR_END and (row["closed_date"] == "" or row["closed_date"] > YEAR_END)
    ]


@pytest.fixture(scope="module")
def lines():
    return [(f["properties"], LineString(in_metres(f["geometry"]["coordinates"]))) for f in features("streets")]


@pytest.fixture(scope="module")
def barriers():
    return [LineString(in_metres(f["geometry"]["coordinates"])) for f in features("barriers")]


@pytest.fixture(scope="module")
def areas():
    rings = {f["properties"]["community_code"]: f["geometry"]["coordinates"][0] for f in features("boundaries")}
    return {code: Polygon(in_metres(ring)) for code, ring in rings.items()}


def test_the_committed_city_is_made_again_byte_for_byte(tmp_path):
    make_demo(tmp_path)
    made = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    kept = {path.name: path.read_bytes() for path in FUTIAN.iterdir()}
    assert sorted(made) == sorted(kept)
    assert [name for name in kept if made[name] != kept[name]] == []


def test_another_seed_gives_another_city_with_the_same_totals(tmp_path):
    make_demo(tmp_path, seed=1)
    assert (tmp_path / "streets.geojson").read_bytes() != (FUTIAN / "streets.geojson").read_bytes()
    assert sum(int(row["persons"]) for row in table("population", tmp_path)) == 1_553_225
    assert len(table("activities", tmp_path)) == 800
    assert len(open_in_2022("base", table("facilities", tmp_path))) == 161


def test_a_place_without_room_is_said_and_not_squeezed_in():
    from friendly_city.city.demo.chance import stream
    from friendly_city.city.demo.ground import Ground
    from friendly_city.city.demo.streets import Piece

    square = [(0.0, 0.0), (100.0, 0.0), (100.0, 100.0), (0.0, 100.0)]
    ground = Ground([square], [], [Piece("branch", ((0.0, 50.0), (100.0, 50.0)), 0)], [], [], [])
    with pytest.raises(InvalidParameters, match="another seed"):
        ground.sites(0, 1, stream(1, "x"), fits=lambda _point: False)


def test_the_folder_is_small():
    assert sum(path.stat().st_size for path in FUTIAN.iterdir()) < 4_000_000
    assert (FUTIAN / "streets.geojson").stat().st_size < 1_650_000


def test_files_have_plain_line_ends_and_end_with_one():
    for path in FUTIAN.iterdir():
        content = path.read_bytes()
        assert b"\r" not in content, path.name
        assert content.endswith(b"\n"), path.name
        assert not content.startswith(b"\xef\xbb\xbf"), path.name


def test_there_are_92_communities_in_10_subdistricts_without_the_virtual_unit():
    rows = table("communities")
    assert len({row["community_code"] for row in rows}) == len(rows) == 92
    sizes = Counter(row["subdistrict"] for row in rows)
    assert sizes == {
        "南园街道": 8, "园岭街道": 7, "福田街道": 13, "沙头街道": 12, "香蜜湖街道": 9,
        "梅林街道": 13, "莲花街道": 12, "华富街道": 8, "福保街道": 5, "华强北街道": 5,
    }  # fmt: skip
    assert "440304400498" not in {row["community_code"] for row in rows}
    assert all(row["community_code"].startswith(row["subdistrict_code"]) for row in rows)


def test_each_name_has_its_own_pinyin():
    rows = table("communities")
    assert len({row["name_en"] for row in rows}) == 92
    assert all(row["name_en"].replace("'", "").replace(" ", "").isalpha() and row["name_en"].isascii() for row in rows)
    by_name = {row["name"]: row["name_en"] for row in rows}
    assert by_name["孖岭社区"] == "Maling"
    assert by_name["福安社区"] == "Fu'an"
    assert by_name["莲花北社区"] == "Lianhuabei"
    assert {row["subdistrict_en"] for row in rows} >= {"Xiangmihu", "Huaqiangbei", "Meilin"}


@pytest.mark.parametrize("ages", CENSUS)
def test_each_census_group_adds_up_by_sex(ages):
    rows = [row for row in table("population") if ages[0] <= int(row["age_from"]) and int(row["age_below"]) <= ages[1]]
    male = sum(int(row["persons"]) for row in rows if row["sex"] == "male")
    female = sum(int(row["persons"]) for row in rows if row["sex"] == "female")
    assert (male, female) == CENSUS[ages]


def test_the_residents_add_up():
    rows = table("population")
    sexes = Counter()
    for row in rows:
        sexes[row["sex"]] += int(row["persons"])
    assert sexes == {"male": 803_830, "female": 749_395}
    children = sum(int(row["persons"]) for row in rows if int(row["age_below"]) <= 15)
    assert children == 247_544
    huafu = {row["community_code"] for row in table("communities") if row["subdistrict"] == "华富街道"}
    assert sum(int(row["persons"]) for row in rows if row["community_code"] in huafu) == 59_995


def test_the_ranges_of_ages_touch_and_cover_everybody():
    rows = [row for row in table("population") if row["community_code"] == "440304001019" and row["sex"] == "male"]
    ages = [(int(row["age_from"]), int(row["age_below"])) for row in rows]
    assert ages[0][0] == 0
    assert all(one[1] == after[0] for one, after in itertools.pairwise(ages))
    assert ages[-1][1] == 200


@pytest.mark.parametrize("band", [(0, 3), (3, 6), (6, 12), (12, 18)])
def test_the_children_of_the_homes_are_those_of_the_population(band):
    residents, homes = Counter(), Counter()
    for row in table("population"):
        if band[0] <= int(row["age_from"]) and int(row["age_below"]) <= band[1]:
            residents[row["community_code"]] += int(row["persons"])
    for row in table("homes"):
        homes[row["community_code"]] += int(row[f"children_{band[0]}_{band[1]}_persons"])
    assert homes == residents


def test_each_community_has_20_to_30_homes():
    assert set(Counter(row["community_code"] for row in table("homes")).values()) <= set(range(20, 31))


@pytest.mark.parametrize(
    ("kinds", "number"),
    [
        (("childrens_home",), 103),
        (("base",), 161),
        (("mother_baby_room",), 114),
        (("rights_station",), 103),
        (("primary_school", "middle_school", "nine_year_school"), 126),
        (("kindergarten",), 167),
        (("park",), 129),
    ],
)
def test_the_published_number_of_facilities_is_exact(kinds, number):
    assert sum(len(open_in_2022(kind)) for kind in kinds) == number


def test_the_homes_are_one_a_community_one_a_subdistrict_and_one_for_the_district():
    homes = open_in_2022("childrens_home")
    assert Counter(row["level"] for row in homes) == {"community": 92, "subdistrict": 10, "district": 1}
    assert len({row["community_code"] for row in homes if row["level"] == "community"}) == 92


def test_the_bases_have_the_published_news_and_mix():
    bases = open_in_2022("base")
    assert sum(row["opened_date"] >= "2022-01-01" for row in bases) == 28
    assert sum(row["level"] == "city" for row in bases) == 11
    mix = {"practice": 36, "community": 16, "school": 15, "park": 9, "hospital": 7, "library": 4, "mobility": 2, "street": 1}
    found = Counter(row["category"] for row in bases)
    assert all(abs(found[kind] - 161 * share / 90) < 1 for kind, share in mix.items())


def test_activities_meetings_and_posts_have_the_published_numbers():
    activities, meetings = table("activities"), table("meetings")
    assert (len(activities), len(meetings)) == (800, 400)
    assert len({row["category"] for row in activities}) == 7
    assert all(row["held_date"].startswith("2022-") for row in activities + meetings)
    homes = {row["facility_id"]: row["community_code"] for row in open_in_2022("childrens_home")}
    assert all(homes[row["facility_id"]] == row["community_code"] for row in activities)
    roles = Counter(row["role"] for row in table("staff") if row["until_date"] == "")
    assert (roles["executive_member"], roles["mediator"]) == (1_732, 20)
    assert roles["child_director"] in range(86, 91)


def test_the_library_branches_are_those_of_the_catalogue():
    from friendly_city.city.demo.facts import rows_of

    branches = rows_of("libraries.csv")
    known = {row["community_code"] for row in branches if row["community_code"]}
    libraries = open_in_2022("library")
    assert (len(branches), len(known)) == (87, 84)
    assert {row["community_code"] for row in libraries if row["level"] == "community"} == known
    assert Counter(row["level"] for row in libraries) == {"community": 84, "subdistrict": 10, "district": 1}
    without = {row["name"] for row in table("communities") if row["community_code"] not in known}
    assert len(without) == 8


def test_each_row_and_feature_says_how_it_is_known():
    known = {"register", "published_total", "derived", "synthetic"}
    for path in FUTIAN.glob("*.csv"):
        assert {row["provenance"] for row in table(path.stem)} <= known, path.name
    for name in ("boundaries", "streets", "barriers"):
        assert {feature["properties"]["provenance"] for feature in features(name)} == {"synthetic"}


def test_the_city_says_that_it_is_synthetic_and_names_its_sources():
    city = yaml.safe_load((FUTIAN / "city.yaml").read_text(encoding="utf-8"))
    assert city["synthetic"] is True
    assert city["notice"] == {"zh": "示意图 · 合成数据", "en": "schematic map · synthetic data"}
    assert all(source["licence"] and source["title"]["zh"] and source["title"]["en"] for source in city["sources"])


def test_each_published_total_names_a_source_of_the_city():
    from friendly_city.city.demo.facts import rows_of

    city = yaml.safe_load((FUTIAN / "city.yaml").read_text(encoding="utf-8"))
    assert {row["source"] for row in rows_of("totals.csv")} <= {source["id"] for source in city["sources"]}


def test_each_item_that_criteria_ask_for_has_evidence():
    from friendly_city.city.demo.facts import rows_of

    kinds = {row["facility_id"]: row["kind"] for row in table("facilities")}
    found = {("inspections", row["item"], kinds.get(row["facility_id"], "")) for row in table("inspections")}
    found |= {("responses", row["item"], row["respondent"]) for row in table("inspections") if row["method"] == "interview"}
    found |= {("documents", row["item"], "") for row in table("documents")}
    found |= {("indicators", row["code"], "") for row in table("indicators")}
    wanted = {(row["register"], row["item"], row["facility_kind"]) for row in rows_of("items.csv")}
    assert wanted - found == set()


def test_communities_share_their_borders_without_gap_or_overlap(areas):
    whole = shapely.union_all(list(areas.values()))
    total = sum(area.area for area in areas.values())
    assert all(area.is_valid for area in areas.values())
    assert whole.geom_type == "Polygon"
    assert len(whole.interiors) == 0
    assert abs(whole.area - total) < 1.0
    assert abs(total / 1e6 - 78.66) < 0.005


def test_a_community_is_drawn_with_15_to_60_vertices(areas):
    numbers = [len(area.exterior.coords) - 1 for area in areas.values()]
    assert min(numbers) >= 15
    assert max(numbers) <= 60


def test_the_district_follows_the_published_extents_softly(areas):
    from friendly_city.city.demo.facts import rows_of

    names = {row["community_code"]: row["subdistrict"] for row in table("communities")}
    for row in rows_of("extents.csv"):
        west, south = METRES.transform(float(row["west"]), float(row["south"]))
        east, north = METRES.transform(float(row["east"]), float(row["north"]))
        extent = shapely.box(west, south, east, north)
        some = [area for code, area in areas.items() if row["name"] in (names[code], "福田区")]
        part = shapely.union_all(some)
        assert part.intersection(extent).area > 0.8 * part.area, row["name"]


def test_places_lie_in_their_community(areas):
    for row in [*table("homes"), *table("facilities")]:
        point = Point(METRES.transform(float(row["longitude"]), float(row["latitude"])))
        assert areas[row["community_code"]].buffer(0.2).contains(point), row


def test_homes_are_near_a_street(lines):
    tree = shapely.STRtree([line for _, line in lines])
    points = [Point(METRES.transform(float(row["longitude"]), float(row["latitude"]))) for row in table("homes")]
    _, distances = tree.query_nearest(points, return_distance=True, all_matches=False)
    assert max(distances) < 120


def test_a_street_belongs_to_a_community_it_touches_at_its_middle(lines, areas):
    for properties, line in lines:
        middle = line.interpolate(0.5, normalized=True)
        assert areas[properties["community_code"]].distance(middle) < 1.5, properties["street_id"]


def test_streets_touch_only_at_shared_ends(lines):
    shapes = [line for _, line in lines]
    tree = shapely.STRtree(shapes)
    one, other = tree.query(shapes, predicate="intersects")
    wrong = []
    for i, j in zip(one.tolist(), other.tolist(), strict=True):
        if i < j:
            shared = shapes[i].intersection(shapes[j])
            ends = shapely.MultiPoint([shapes[k].coords[e] for k in (i, j) for e in (0, -1)])
            if not ends.buffer(0.15).covers(shared):
                wrong.append((lines[i][0]["street_id"], lines[j][0]["street_id"]))
    assert wrong == []
    assert all(line.is_simple for line in shapes)


def test_the_streets_are_one_network():
    near = {}
    for feature in features("streets"):
        ends = [tuple(feature["geometry"]["coordinates"][i]) for i in (0, -1)]
        near.setdefault(ends[0], set()).add(ends[1])
        near.setdefault(ends[1], set()).add(ends[0])
    seen, waiting = set(), [next(iter(near))]
    while waiting:
        at = waiting.pop()
        if at not in seen:
            seen.add(at)
            waiting += near[at]
    assert len(seen) == len(near)


def test_only_bridges_cross_a_barrier(lines, barriers):
    crossing = [properties for properties, line in lines if any(line.intersects(barrier) for barrier in barriers)]
    assert len(barriers) == 3
    assert all(properties["bridge"] for properties in crossing)
    assert len(crossing) == sum(properties["bridge"] for properties, _ in lines)
    assert 8 <= len(crossing) <= 16
    for barrier in barriers:
        assert sum(line.intersects(barrier) for _, line in lines) >= 3


def test_street_density_differs_between_communities(lines, areas):
    metres = Counter()
    for properties, line in lines:
        metres[properties["community_code"]] += line.length
    density = sorted(metres[code] / 1000 / (area.area / 1e6) for code, area in areas.items())
    assert 9.5 < sum(metres.values()) / 1000 / 78.66 < 14
    assert density[0] > 2.5
    assert 10 < sum(value >= 12 for value in density) < 60


def test_most_is_reported_but_not_all():
    states = Counter(row["state"] for row in table("reporting") if row["kind"] == "")
    assert sum(states.values()) == 92 * 9
    assert 0.03 < 1 - states["complete"] / sum(states.values()) < 0.12
    assert min(states.values()) > 10


def test_some_evidence_has_expired_and_some_is_missing():
    rows = table("inspections")
    expired = [row for row in rows if row["expires_date"] and row["expires_date"] < YEAR_END]
    assert 0.01 < len(expired) / len(rows) < 0.08
    made_of = Counter(row["item"] for row in rows if row["subject_kind"] == "community" and row["respondent"] == "")
    assert made_of
    assert any(number < 92 for number in made_of.values())
    assert all(number > 75 for number in made_of.values())
