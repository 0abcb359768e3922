"""All services at once, held against one service at a time; chains by hand on a straight street and by brute force."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import numpy as np
import pytest

import friendly_city as fc
from friendly_city.access.costs import nearest_costs
from friendly_city.access.impedance import Limit
from friendly_city.access.network import street_network
from friendly_city.access.reach import cost_to_nearest, costs_within, snapped
from friendly_city.audit.question import open_facilities
from friendly_city.audit.service_access import service_access
from friendly_city.audit.services import chain, services
from friendly_city.city.model import AGE_BANDS
from friendly_city.errors import InvalidParameters, UnknownName
from tests.factories import load_tiny

FUTIAN = Path(__file__).parents[2] / "data/futian"
YEAR = "2022"
NANYUAN = "440304001"


@pytest.fixture(scope="module")
def city():
    return fc.load_city(FUTIAN)


@pytest.fixture(scope="module")
def found(city):
    return services(city, age_band="6-12", period=YEAR)


@pytest.mark.parametrize(("kind", "band"), [("library", "6-12"), ("park", "0-3"), ("middle_school", "12-18")])
def test_a_share_is_that_of_the_service_alone(city, found, kind, band):
    alone = service_access(city, kind=kind, age_band=band, period=YEAR)
    row = found.shares[(found.shares["kind"] == kind) & (found.shares["age_band"] == band)].iloc[0]
    equity = dict(zip(alone.equity["figure"], alone.equity["value"], strict=True))
    assert row["share_within"] == pytest.approx(equity["within_share"], abs=1e-12)
    assert row["facilities"] == len(alone.open_facilities)


def test_every_service_and_band_has_a_row_and_places_that_serve_nobody_have_none(found):
    kinds = set(found.cost_m.columns)
    assert set(map(tuple, found.shares[["kind", "age_band"]].to_numpy())) == set(product(kinds, AGE_BANDS))
    assert "residential_plot" not in kinds
    assert "library" in kinds


def test_the_number_of_services_is_counted_home_by_home(city, found):
    limit_m = Limit(15, "min").metres("6-12")
    by_hand = sum(
        (cost_to_nearest(city, open_facilities(city, [kind], YEAR)).to_numpy() <= limit_m).astype(int)
        for kind in found.cost_m.columns
    )
    assert found.reached.tolist() == by_hand.tolist()
    people = found.children.to_numpy()
    assert found.counts["children_persons"].sum() == people.sum()
    assert found.counts["share"].sum() == pytest.approx(1)
    mean = (found.counts["services"] * found.counts["share"]).sum()
    assert mean == pytest.approx((people * by_hand).sum() / people.sum())


def test_the_mean_of_a_community_is_that_of_its_children(city, found):
    table = found.by_community
    assert table["mean_services"].is_monotonic_increasing
    code = table["community_code"].iloc[3]
    homes = city.register("homes")
    own = (homes["community_code"] == code).to_numpy()
    people = homes["children_6_12_persons"].to_numpy(dtype=float)[own]
    assert table["mean_services"].iloc[3] == pytest.approx((found.reached.to_numpy()[own] * people).sum() / people.sum())


def test_a_wider_limit_never_takes_a_service_away(city, found):
    wider = services(city, age_band="6-12", period=YEAR, limit=Limit(20, "min"))
    assert (wider.reached >= found.reached).all()
    assert (wider.shares["share_within"] >= found.shares["share_within"]).all()


def test_a_subdistrict_counts_its_own_children_only(city, found):
    own = services(city, age_band="6-12", period=YEAR, subdistrict=NANYUAN)
    inside = city.register("homes")["community_code"].str.startswith(NANYUAN).to_numpy()
    assert own.persons.sum() == found.persons[inside].sum() > 0
    assert (own.persons[~inside] == 0).all()
    assert own.by_community["community_code"].str.startswith(NANYUAN).all()
    assert (own.reached == found.reached).all()  # facilities everywhere count


def test_a_chain_is_the_shortest_of_all_ways(tmp_path):
    city = load_tiny(tmp_path / "city")
    way = chain(city, stops=["primary_school|childrens_home", "library|park"], age_band="6-12", period=YEAR)
    firsts, ends = (
        open_facilities(city, ["primary_school", "childrens_home"], YEAR),
        open_facilities(city, ["library", "park"], YEAR),
    )
    assert (len(firsts), len(ends)) == (2, 2)
    to_first = costs_within(city, firsts, limit_m=np.inf).pivot(index="home_id", columns="facility_id", values="cost_m")
    onward = nearest_costs(street_network(city), snapped(city, firsts), destinations=snapped(city, ends))
    by_hand = (to_first[firsts["facility_id"]].to_numpy() + onward).min(axis=1)
    assert way.cost_m[to_first.index].to_numpy() == pytest.approx(by_hand, abs=1e-9)


def test_a_chain_of_one_stop_is_the_nearest(city):
    way = chain(city, stops=["library"], age_band="6-12", period=YEAR)
    assert way.cost_m.to_numpy() == pytest.approx(cost_to_nearest(city, open_facilities(city, ["library"], YEAR)).to_numpy())
    assert way.share_within == pytest.approx(way.share_each)


def test_the_whole_way_is_never_nearer_than_any_stop_and_the_curve_never_falls(city):
    way = chain(city, stops=["primary_school|nine_year_school", "park|play_site"], age_band="6-12", period=YEAR)
    assert (way.cost_m.to_numpy()[:, None] >= way.nearest_m.to_numpy() - 1e-9).all()
    assert way.share_within <= way.share_each
    curve = way.curve(range(31))
    assert curve["share"].is_monotonic_increasing
    assert curve["share"][20] == pytest.approx(way.share_within)


def test_without_a_stop_of_a_kind_there_is_no_way(tmp_path):
    city = load_tiny(
        tmp_path / "city",
        facilities=lambda rows: [row | ({"closed_date": "2020-01-01"} if row["kind"] == "park" else {}) for row in rows],
    )
    way = chain(city, stops=["primary_school", "park"], age_band="6-12", period=YEAR)
    assert np.isinf(way.cost_m).all()
    assert way.share_within == 0


def test_without_facilities_or_children_nothing_is_reached_and_nothing_fails(tmp_path):
    closed = load_tiny(tmp_path / "none", facilities=lambda rows: [row | {"closed_date": "2020-01-01"} for row in rows])
    none = services(closed, age_band="6-12", period=YEAR)
    assert none.shares.empty
    assert none.counts["share"].tolist() == [1.0]
    empty = load_tiny(
        tmp_path / "empty",
        homes=lambda rows: [row | {key: "0" for key in row if key.startswith("children_")} for row in rows],
        population=lambda rows: [row | {"persons": "0"} if int(row["age_below"]) <= 18 else row for row in rows],
    )
    nobody = services(empty, age_band="6-12", period=YEAR)
    assert nobody.shares["share_within"].isna().all()
    assert nobody.by_community.empty


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"stops": []}, InvalidParameters),
        ({"stops": ["libary"]}, UnknownName),
        ({"stops": ["library"], "age_band": "7-9"}, UnknownName),
        ({"stops": ["library"], "subdistrict": "1"}, UnknownName),
    ],
)
def test_a_wrong_chain_is_refused(city, more, error):
    with pytest.raises(error):
        chain(city, **{"age_band": "6-12", "period": YEAR, **more})


@pytest.mark.parametrize("more", [{"kinds": ["libary"]}, {"age_band": "7-9"}, {"subdistrict": "1"}])
def test_a_wrong_question_is_refused(city, more):
    with pytest.raises(UnknownName):
        services(city, **{"age_band": "6-12", "period": YEAR, **more})


def test_what_is_found_says_in_one_line_what_was_asked(city, found):
    assert repr(found) == f"<Services of children 6-12 in 福田区, 2022: {len(found.facilities)} kinds, within 15 min>"
    way = chain(city, stops=["primary_school|nine_year_school", "park"], age_band="6-12", period=YEAR, subdistrict=NANYUAN)
    share = f"{100 * way.share_within:.1f} % within 20 min"
    place = f"children 6-12 in subdistrict {NANYUAN} of 福田区"
    assert repr(way) == f"<Chain of {place} by primary_school|nine_year_school > park, 2022: {share}>"


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"limit": 15}, r"limit must say its unit; got 15, expected e\.g\. Limit\(15, 'min'\)"),
        ({"kinds": "library"}, r"a list, not text; expected \['library'\]"),
        ({"subdistrict": 440304001}, "subdistrict must be text, not int 440304001; expected e.g. '440304001' in quotes"),
        ({"subdistrict": None}, "subdistrict must be text, not NoneType"),
        ({"age_band": 6}, "age_band must be text, not int 6"),
    ],
)
def test_a_question_of_another_form_is_refused_before_anything_is_walked(city, more, words):
    with pytest.raises(InvalidParameters, match=words):
        services(city, **{"age_band": "6-12", "period": YEAR, **more})


def test_stops_in_one_text_and_a_path_for_a_city_are_refused(city):
    with pytest.raises(InvalidParameters, match=r"stops are a list, not text; expected \['park'\]"):
        chain(city, stops="park", age_band="6-12", period=YEAR)
    with pytest.raises(InvalidParameters, match=r"city must be a City, not str 'data/futian': load_city"):
        service_access("data/futian", kind="park", age_band="6-12", period=YEAR)
    with pytest.raises(InvalidParameters, match="must say its unit"):
        service_access(city, kind="park", age_band="6-12", period=YEAR, limit=15)
