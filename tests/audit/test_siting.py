"""A plan for the demonstration city: what it says is what an audit anew finds; wrong questions are refused."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import LineString, box

import friendly_city as fc
from friendly_city.access.impedance import Limit
from friendly_city.access.reach import cost_to_nearest
from friendly_city.access.siting.plan import Effort
from friendly_city.audit import siting
from friendly_city.audit.planned import mean_score, with_facilities
from friendly_city.audit.question import children_of, open_facilities
from friendly_city.audit.service_access import service_access
from friendly_city.audit.siting import grid, plan_sites
from friendly_city.city.model import City
from friendly_city.errors import InvalidParameters, UnknownName
from friendly_city.labels import Text

FUTIAN = Path(__file__).parents[2] / "data/futian"
YEAR = "2022"


@pytest.fixture(scope="module")
def city():
    return fc.load_city(FUTIAN)


@pytest.fixture(scope="module")
def planned(city):
    return plan_sites(city, kind="library", period=YEAR, number=3)


@pytest.fixture(scope="module")
def checklist():
    return fc.load_checklist("community")


def share(city, kind, limit_m=900.0):
    people = children_of(city, "6-12").to_numpy()
    return people[cost_to_nearest(city, open_facilities(city, [kind], YEAR)).to_numpy() <= limit_m].sum() / people.sum()


def test_the_shares_are_those_of_the_city_without_and_with_the_facilities(city, planned):
    assert planned.plan.share_before == pytest.approx(share(city, "library"))
    assert planned.plan.share_after == pytest.approx(share(planned.city_after, "library"))
    assert planned.plan.gap == 0
    assert planned.plan.share_after > planned.plan.share_before


def test_the_list_has_places_in_their_communities(city, planned):
    assert planned.sites["rank"].tolist() == [1, 2, 3]
    assert set(planned.sites["community_code"]) <= set(city.codes)
    assert planned.sites[["x_m", "y_m"]].notna().all(axis=None)


def test_the_city_itself_stays_as_it_was(city, planned):
    before, after = (one.register("facilities") for one in (city, planned.city_after))
    assert len(after) == len(before) + 3
    assert (after.dtypes == before.dtypes).all()
    pd.testing.assert_frame_equal(after.iloc[: len(before)], before)
    new = after.iloc[len(before) :]
    assert set(new["provenance"]) == {"planned"}
    assert new["floor_area_m2"].eq(before.loc[before["kind"] == "library", "floor_area_m2"].median()).all()
    # Longitude and latitude are those of the point in metres.
    assert new["latitude"].between(before["latitude"].min(), before["latitude"].max()).all()


def test_candidates_may_be_facilities_of_other_kinds(city):
    plan = plan_sites(city, kind="library", period=YEAR, number=2, candidates=["cultural_room"])
    ids = set(open_facilities(city, ["cultural_room"], YEAR)["facility_id"])
    assert set(plan.sites["site"]) <= ids
    finer = plan_sites(city, kind="library", period=YEAR, number=2, candidates=["cultural_room", "public_venue"])
    assert finer.plan.value >= plan.plan.value


@pytest.mark.parametrize("objective", ["least_cost", "fewest_sites", "fairest"])
def test_every_objective_keeps_to_the_number(city, objective):
    plan = plan_sites(city, kind="library", period=YEAR, number=2, objective=objective, effort=Effort(seconds=15))
    assert 0 < len(plan.plan.chosen) <= 2
    assert plan.plan.notes


def test_by_score_the_gain_is_what_an_audit_anew_finds(city, checklist, monkeypatch):
    monkeypatch.setattr(siting, "TRIED", 2)
    plan = plan_sites(city, kind="library", period=YEAR, number=1, objective="score", checklist=checklist)
    regraded = plan.graded(checklist)
    assert plan.plan.value == pytest.approx(mean_score(regraded.after))
    assert regraded.gain > 0
    assert np.isnan(plan.plan.gap)
    assert len(siting._promising(plan.plan.services[0], [])) == 2
    assert "not proven best" in plan.plan.notes[0].en
    assert (regraded.communities["score_after"] - regraded.communities["score_before"]).abs().min() > 0
    assert set(regraded.criteria["community_code"]) >= set(regraded.communities["community_code"])


def test_adding_nothing_changes_nothing(city):
    empty = pd.DataFrame({"name": [], "community_code": [], "x_m": [], "y_m": []})
    assert with_facilities(city, "library", empty, period=YEAR).register("facilities") is city.register("facilities")


def test_a_grid_lies_in_the_communities(city):
    points = grid(city, 800.0)
    assert points["site"].is_unique
    assert set(points["community_code"]) <= set(city.codes)
    assert len(grid(city, 400.0)) == pytest.approx(4 * len(points), rel=0.1)
    assert len(points) == pytest.approx(city.area_km2.sum() / 0.64, rel=0.1)


@pytest.mark.parametrize(
    ("more", "error", "words"),
    [
        ({"kind": "libary"}, UnknownName, "library"),
        ({"objective": "best"}, UnknownName, "objective"),
        ({"objective": "score"}, InvalidParameters, "checklist"),
        ({"age_band": "7-9"}, UnknownName, "age band"),
        ({"candidates": ["parks"]}, UnknownName, "park"),
        ({"candidates": -5.0}, InvalidParameters, "spacing"),
        ({"candidates": pd.DataFrame({"site": ["a"]})}, InvalidParameters, "missing: name"),
        ({"number": -1}, InvalidParameters, "number must be a number from 0 on; got -1"),
        ({"number": "3"}, InvalidParameters, "number must be a number, not str '3'; expected no quotes"),
        ({"limit": 900}, InvalidParameters, r"limit must say its unit; got 900, expected e\.g\. Limit\(15, 'min'\)"),
        ({"walk": "minutes"}, UnknownName, r"way of walking named 'minutes'.*\(known: metres, pace\)"),
        ({"walk": "pace", "age_band": "7-9"}, UnknownName, "age band"),
    ],
)
def test_wrong_questions_are_refused(city, more, error, words):
    with pytest.raises(error, match=words):
        plan_sites(city, **({"kind": "library", "period": YEAR} | more))


def test_access_to_a_service_adds_up(city):
    found = service_access(city, kind="library", age_band="6-12", period=YEAR)
    figures = found.equity.set_index("figure")["value"]
    assert figures["within_share"] == pytest.approx(share(city, "library"))
    assert found.curve["share"].is_monotonic_increasing
    assert found.curve["share"][15] == pytest.approx(share(city, "library"))
    table = found.left_out
    assert table["children_persons"].sum() == pytest.approx(figures["children_persons"])
    assert table["without_persons"].is_monotonic_decreasing
    assert 1 - table["without_persons"].sum() / figures["children_persons"] == pytest.approx(figures["within_share"])
    nearer = service_access(city, kind="library", age_band="6-12", period=YEAR, limit=Limit(300, "m"))
    assert nearer.equity.set_index("figure")["value"]["within_share"] == pytest.approx(share(city, "library", 300.0))


NANYUAN = "440304001"


def test_a_subdistrict_asks_for_its_own_children_and_walks_to_facilities_anywhere(city):
    whole = service_access(city, kind="library", age_band="6-12", period=YEAR)
    part = service_access(city, kind="library", age_band="6-12", period=YEAR, subdistrict=NANYUAN)
    own = whole.homes[whole.homes["community_code"].str.startswith(NANYUAN)].reset_index(drop=True)
    assert 0 < len(own) < len(whole.homes)
    pd.testing.assert_frame_equal(part.homes, own)
    assert len(part.open_facilities) == len(whole.open_facilities)


def test_a_subdistrict_plans_inside_itself_for_its_own_children(city):
    plan = plan_sites(city, kind="library", period=YEAR, number=2, subdistrict=NANYUAN, candidates=250.0)
    assert plan.sites["community_code"].str.startswith(NANYUAN).all()
    assert plan.children.sum() == plan.plan.services[0].demand.sum() < children_of(city, "6-12").sum()
    assert plan.plan.share_after > plan.plan.share_before


def test_a_subdistrict_that_is_not_there_is_refused(city):
    with pytest.raises(UnknownName, match="subdistrict"):
        service_access(city, kind="library", age_band="6-12", period=YEAR, subdistrict="440304999")


@pytest.mark.parametrize("name", ["Nanyuan", "南园", "南园街道"])
def test_a_subdistrict_is_known_by_its_code_and_its_name_leads_to_it(city, name):
    with pytest.raises(UnknownName, match=f"did you mean '{NANYUAN} 南园街道'.*known: {NANYUAN} 南园街道, "):
        service_access(city, kind="library", age_band="6-12", period=YEAR, subdistrict=name)


def test_a_city_and_a_checklist_are_things_not_names(city):
    checklist = fc.load_checklist("community")
    for asked, said in (
        ({"checklist": "community"}, "checklist must be a Checklist or a Standard, not str 'community': load_checklist"),
        ({"checklist": None}, "not NoneType None"),
        ({"city": "data/futian", "checklist": checklist}, "city must be a City, not str 'data/futian': load_city"),
    ):
        with pytest.raises(InvalidParameters, match=re.escape(said)):
            fc.audit(**{"city": city, **asked}, period=YEAR)
    with pytest.raises(InvalidParameters, match="checklist must be a Checklist"):
        plan_sites(city, kind="library", period=YEAR, number=1).graded("community")


# A trunk road along y = 0, closed round its north side by a ring, so that no way leads round its ends; a lane on each side.
ROAD = [LineString([(x, 0), (x + 500, 0)]) for x in (-1000, -500, 0, 500)]
RING = [LineString(ends) for ends in pairwise([(1000, 0), (1000, 2000), (-1000, 2000), (-1000, 0)])]
LANES = [LineString([(0, 0), (0, 300)]), LineString([(0, -300), (0, 0)])]
CODE = "440304001001"
NORTH, SOUTH = ("north", 0, 290), ("south", 0, -150)
"""Candidates: name, x, y. By metres the southern one is 270 m from the northern home and 50 m from the southern one."""


def town(*crossings):
    """A city with 30 children at (0, 120), north of the road, 20 at (0, -100), south of it, and no library."""
    children = {"children_0_3_persons": 0.0, "children_3_6_persons": 0.0, "children_12_18_persons": 0.0}
    where = {"community_code": CODE, "x_m": 0.0}
    homes = pd.DataFrame([
        {"home_id": "H0", "y_m": 120.0, "children_6_12_persons": 30.0, **where, **children},
        {"home_id": "H1", "y_m": -100.0, "children_6_12_persons": 20.0, **where, **children},
    ])  # fmt: skip
    columns = {"facility_id": "", "kind": "", "name": "", "community_code": "", "x_m": 0.0, "y_m": 0.0}
    facilities = pd.DataFrame(columns, index=[]).assign(opened_date=pd.NaT, closed_date=pd.NaT)
    over = pd.DataFrame(list(crossings), columns=["kind", "x_m", "y_m"]).astype({"x_m": float, "y_m": float})
    names = {"community_code": CODE, "name": "路口", "name_en": "Crossroads", "subdistrict_code": CODE[:9]} | {
        "subdistrict": "南街道",
        "subdistrict_en": "South",
    }
    lines = [*ROAD, *RING, *LANES]
    classes = ["trunk"] * 7 + ["branch"] * 2
    streets = gpd.GeoDataFrame({"street_id": range(9), "street_class": classes}, geometry=lines, crs="EPSG:4547")
    square = gpd.GeoDataFrame(geometry=[box(-1000, -1000, 1000, 2000)], index=pd.Index([CODE], name="community_code"))
    return City(
        id="town", name=Text("镇", "Town"), folder=Path(), crs="EPSG:4547", synthetic=True, notice=Text("", ""), sources=(),
        registers={
            "communities": pd.DataFrame([names]), "homes": homes, "facilities": facilities,
            "crossings": over.assign(street_class="trunk", community_code=CODE),
        },
        boundaries=square.set_crs("EPSG:4547"), streets=streets, barriers=None,
    )  # fmt: skip


def chosen(walk, *crossings, limit_m=300.0, objective="most_children", age_band="6-12"):
    possible = pd.DataFrame([NORTH, SOUTH], columns=["site", "x_m", "y_m"]).assign(community_code=CODE)
    plan = plan_sites(
        town(*crossings), kind="library", period=YEAR, number=1, limit=Limit(limit_m, "m"), candidates=possible.assign(name=possible["site"]),
        walk=walk, objective=objective, age_band=age_band,
    )  # fmt: skip
    assert plan.walk == walk
    return plan.sites["site"].tolist(), plan.plan.value


def test_a_trunk_road_without_a_crossing_moves_the_site_to_the_other_side():
    """By metres the southern site serves both homes (270 and 50 m); at a child's pace it serves 20, the northern one 30."""
    assert chosen("metres") == (["south"], 50.0)
    assert chosen("pace") == (["north"], 30.0)


def test_a_wait_counts_as_the_metres_walked_in_it():
    """A minute at the signal is 60 m: 270 + 60 = 330 m, one metre too many for a limit of 329 m."""
    signal = ("signal", 0, 0)
    assert chosen("pace", signal, limit_m=329.0) == (["north"], 30.0)
    assert chosen("pace", signal, limit_m=330.0) == (["south"], 50.0)


def test_each_age_walks_by_its_own_rules():
    """Nobody but children of 6 to 12 lives here; as children of all ages they cross at signals only, at 50 m a minute."""
    assert chosen("pace", ("zebra", 0, 0), limit_m=900.0, age_band="children") == (["north"], 30.0)
    assert chosen("pace", ("signal", 0, 0), limit_m=320.0, age_band="children") == (["south"], 50.0)
    assert chosen("pace", ("signal", 0, 0), limit_m=319.0, age_band="children") == (["north"], 30.0)


def test_who_finds_no_way_at_a_pace_counts_as_walking_twice_the_limit():
    """North: 30 walk 170 m and 20 count 600 m, 342 m on average; south by metres: 30 walk 270 m and 20 walk 50 m, 182 m."""
    assert chosen("pace", objective="least_cost") == (["north"], pytest.approx(342.0))
    assert chosen("metres", objective="least_cost") == (["south"], pytest.approx(182.0))


def test_by_score_at_a_pace_a_note_says_that_the_audit_walks_centre_lines(city, checklist, monkeypatch):
    monkeypatch.setattr(siting, "TRIED", 1)
    plan = plan_sites(city, kind="library", period=YEAR, number=1, objective="score", checklist=checklist, walk="pace")
    assert plan.plan.notes[-1] == siting.AUDITED_BY_METRES
    assert "centre lines" in plan.plan.notes[-1].en
    assert plan.plan.value == pytest.approx(mean_score(plan.graded(checklist).after))


def test_notes_call_services_and_communities_in_their_language(city):
    plan = plan_sites(city, kind="library", period=YEAR, number=2).plan
    assert plan.notes[0].zh.startswith("图书馆（室）：")
    assert "侨香社区" in plan.notes[0].zh
    assert plan.notes[0].en.startswith("library: ")
    assert plan.notes[0].en.endswith("not all in Qiaoxiang.")
    assert set(plan.gains["community"]) <= set(city.codes)


def test_a_plan_says_in_one_line_what_was_asked(planned):
    assert repr(planned) == f"<Siting of library for {planned.whose}, 2022: {planned.plan!r}>"
    assert "\n" not in repr(planned)
