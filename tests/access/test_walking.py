"""Children at their own pace: parameters, trunk roads between home and school, and what must hold in every town."""

from __future__ import annotations

import itertools
from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString

from friendly_city.access.impedance import WALKING, parameters
from friendly_city.access.pace import pavements, walking_costs, walking_costs_by_band, walking_costs_within, walking_pairs
from friendly_city.access.reach import cost_to_nearest, costs_within
from friendly_city.access.walking import Choice, crossing_kinds, major_classes, near_m, walker
from friendly_city.city.dictionary import dictionary
from friendly_city.errors import InvalidParameters, UnknownName

EXACT = 1e-9
BANDS = ("0-3", "3-6", "6-12", "12-18", "children", "all")
CALM = settings(max_examples=25, deadline=None, derandomize=True, database=None)


@pytest.fixture(scope="session")
def town(city_of):
    """Return a function that builds a city with classes of streets and crossings (kind, x, y), all over trunk roads."""

    def build(lines, classes, homes, crossings=(), **columns):
        city = city_of(lines, homes)
        table = pd.DataFrame(list(crossings), columns=["kind", "x_m", "y_m"]).astype({"x_m": float, "y_m": float})
        table = table.assign(street_class="trunk", community_code="440304001001")
        streets = city.streets.assign(street_class=list(classes), **columns)
        return replace(city, streets=streets, registers={**city.registers, "crossings": table})

    return build


# A trunk road along y = 0 from (-1000, 0) to (1000, 0), closed round its ends by a fence: a lane north and one south of it.
ROAD = [LineString([(x, 0), (x + 500, 0)]) for x in (-1000, -500, 0, 500)]
NORTH, SOUTH = LineString([(0, 0), (0, 300)]), LineString([(0, -300), (0, 0)])
RING = [LineString([(1000, 0), (1000, 2000)]), LineString([(1000, 2000), (-1000, 2000)]), LineString([(-1000, 2000), (-1000, 0)])]
"""Trunk roads that close the northern side: the road and the ring hold it, none goes round an end."""
LINES = [*ROAD, *RING, NORTH, SOUTH]
CLASSES = ["trunk"] * 7 + ["branch"] * 2
HOME, SCHOOL = (0, 120), (0, -240)


def minutes(city, band, sites, facilities_at):
    return walking_costs(city, band, facilities_at(sites)).to_numpy()


def test_a_school_across_a_trunk_road_without_a_crossing_cannot_be_reached_by_a_child_alone(town, facilities_at):
    city = town(LINES, CLASSES, [HOME])
    assert minutes(city, "6-12", [SCHOOL], facilities_at).tolist() == [np.inf]
    assert cost_to_nearest(city, facilities_at([SCHOOL])).tolist() == pytest.approx([360])


def test_an_adolescent_crosses_there_and_waits_a_minute(town, facilities_at):
    city = town(LINES, CLASSES, [HOME])
    assert minutes(city, "12-18", [SCHOOL], facilities_at) == pytest.approx([360 / (1000 / 15) + 1], abs=EXACT)


def test_the_way_round_by_the_signal_is_taken_with_its_wait(town, facilities_at):
    """120 to the road, 500 to the signal, a minute, 500 back, 240: 1,360 m and one wait; at 60 m a minute 23 min 40 s."""
    city = town(LINES, CLASSES, [HOME], [("signal", 500, 0)])
    assert minutes(city, "6-12", [SCHOOL], facilities_at) == pytest.approx([1360 / 60 + 1], abs=EXACT)
    assert minutes(city, "3-6", [SCHOOL], facilities_at) == pytest.approx([1360 / 50 + 1], abs=EXACT)
    assert minutes(city, "12-18", [SCHOOL], facilities_at) == pytest.approx([360 / (1000 / 15) + 1], abs=EXACT)


@pytest.mark.parametrize(
    ("kind", "waits"),
    [
        ("signal", {"0-3": 1, "3-6": 1, "6-12": 1, "12-18": 1, "children": 1, "all": 1}),
        ("zebra", {"0-3": 0.5, "3-6": 0.5, "6-12": np.inf, "12-18": 0.5, "children": np.inf, "all": 0.5}),
        ("bridge", {"0-3": np.inf, "3-6": 1.5, "6-12": 1.5, "12-18": 1, "children": np.inf, "all": 1}),
        ("underpass", {"0-3": np.inf, "3-6": 1.5, "6-12": 1.5, "12-18": 1, "children": np.inf, "all": 1}),
    ],
)
def test_each_kind_of_crossing_serves_who_may_use_it(town, facilities_at, kind, waits):
    city = town(LINES, CLASSES, [HOME], [(kind, 3, -4)])
    for band, wait in waits.items():
        expected = 360 / WALKING[band].m_per_min + wait
        assert minutes(city, band, [SCHOOL], facilities_at) == pytest.approx([expected], abs=EXACT), band


@pytest.mark.parametrize(("x", "served"), [(24.9, True), (25.1, False)])
def test_a_crossing_serves_a_node_within_25_m(town, facilities_at, x, served):
    """One beyond lies between two nodes: there and back it is 2 × 25.1 m farther."""
    city = town(LINES, CLASSES, [HOME], [("signal", x, 0)])
    detour = 0 if served else 2 * x
    assert minutes(city, "6-12", [SCHOOL], facilities_at) == pytest.approx([(360 + detour) / 60 + 1], abs=1e-6)


def test_a_crossing_between_two_nodes_is_crossed_where_it_lies(town, facilities_at):
    """200 m east of the lanes, drawn 5 m off the road: 120 + 200, a minute, 200 + 240; and from right beside it 15 + 10."""
    city = town(LINES, CLASSES, [HOME, (200, 15)], [("signal", 200, 5)])
    found = minutes(city, "6-12", [SCHOOL, (200, -10)], facilities_at)
    assert found == pytest.approx([(120 + 200 + 10) / 60 + 1, 25 / 60 + 1], abs=EXACT)
    assert minutes(city, "6-12", [SCHOOL], facilities_at)[0] == pytest.approx(760 / 60 + 1, abs=EXACT)


def test_a_crossing_over_another_street_opens_no_trunk_road(town, facilities_at):
    city = town(LINES, CLASSES, [HOME], [("signal", 0, 0)])
    other = city.registers["crossings"].assign(street_class="branch")
    city = replace(city, registers={**city.registers, "crossings": other})
    assert minutes(city, "6-12", [SCHOOL], facilities_at).tolist() == [np.inf]


def test_shops_in_each_corner_of_two_trunk_roads_by_hand(town, facilities_at):
    """From 50 m east on the north side, 10 m off: own corner 120 m, one arm a minute more, across both two minutes more."""
    arms = [LineString([(0, 0), end]) for end in ((1000, 0), (0, 1000), (-1000, 0), (0, -1000))]
    city = town(arms, ["trunk"] * 4, [(50, 10)], [("signal", 0, 0)])
    shops = [(10, 50), (-10, 50), (-10, -50), (10, -50)]
    found = [minutes(city, "6-12", [shop], facilities_at)[0] for shop in shops]
    assert found == pytest.approx([2, 3, 4, 3], abs=EXACT)


def test_a_stroller_takes_no_steps_and_slopes_cost_time(town, facilities_at):
    """Steps of 100 m straight, or 300 m round a block; one leg of the block has a slope of 4 %: 20 m more."""
    block = [(0, 0), (0, 100), (100, 100), (100, 0)]
    lines = [LineString([(-50, 0), (0, 0)]), LineString([(0, 0), (100, 0)]), LineString([(100, 0), (150, 0)])]
    lines += [LineString(pair) for pair in itertools.pairwise(block)]
    steps = pd.array([False, True, None, False, False, False], dtype="boolean")
    slope = [np.nan, np.nan, 0, -4, np.nan, 0]
    city = town(lines, ["branch"] * 6, [(-50, 0)], steps=steps, slope_percent=slope)
    assert minutes(city, "3-6", [(150, 0)], facilities_at) == pytest.approx([200 / 50], abs=EXACT)
    assert minutes(city, "0-3", [(150, 0)], facilities_at) == pytest.approx([420 / 50], abs=EXACT)
    assert minutes(city, "0-3", [(0, 50)], facilities_at) == pytest.approx([(50 + 60) / 50], abs=EXACT)


def test_pairs_within_minutes_are_those_of_the_costs(town, facilities_at):
    city = town(LINES, CLASSES, [HOME, (0, 30)], [("signal", 500, 0)])
    sites = facilities_at([SCHOOL, (0, 290)])
    table = walking_costs_within(city, "6-12", sites, limit_min=20)
    assert table.columns.tolist() == ["home_id", "facility_id", "minutes"]
    assert table[["home_id", "facility_id"]].to_numpy().tolist() == [["H0", "F1"], ["H1", "F1"]]
    assert table["minutes"].tolist() == pytest.approx([170 / 60, 260 / 60], abs=EXACT)
    pairs = walking_pairs(city, "6-12", sites, limit_m=20 * 60.0)
    assert (pairs.origin.tolist(), pairs.destination.tolist()) == ([0, 1], [1, 1])
    assert pairs.cost_m.tolist() == pytest.approx([170, 260], abs=EXACT)
    with pytest.raises(InvalidParameters, match="limit"):
        walking_pairs(city, "6-12", sites, limit_m=-1.0)


def test_by_metres_the_road_is_no_barrier_at_a_pace_it_is(town, facilities_at):
    city = town(LINES, CLASSES, [HOME, (0, -100)])
    assert cost_to_nearest(city, facilities_at([SCHOOL])).tolist() == pytest.approx([360, 140], abs=EXACT)
    assert minutes(city, "6-12", [SCHOOL], facilities_at) == pytest.approx([np.inf, 140 / 60], abs=EXACT)


def test_bands_together_walk_as_each_alone(town, facilities_at):
    crossings = [("zebra", -500, 0), ("bridge", 500, 0)]
    streets = {"steps": [False] * 8 + [True], "community_code": [HERE] * 9}
    city = town(LINES, CLASSES, [HOME, (0, -100)], crossings, **streets)
    for presumed in ((), (HERE,)):
        together = walking_costs_by_band(city, BANDS[:4], facilities_at([SCHOOL]), presumed=presumed)
        assert together.columns.tolist() == list(BANDS[:4])
        for band in BANDS[:4]:
            alone = walking_costs(city, band, facilities_at([SCHOOL]), presumed=presumed)
            pd.testing.assert_series_equal(alone, together[band], check_exact=True, check_names=False)
    assert together.nunique(axis=1).max() > 1


def test_without_a_register_of_crossings_no_road_is_a_barrier(town, facilities_at):
    city = town(LINES, CLASSES, [HOME])
    city = replace(city, registers={"homes": city.registers["homes"]})
    assert minutes(city, "6-12", [SCHOOL], facilities_at) == pytest.approx([6], abs=EXACT)


def test_the_pavements_of_a_city_are_built_once(town):
    city = town(LINES, CLASSES, [HOME])
    assert pavements(city) is pavements(city, takes_steps=False) is pavements(city)


HERE, THERE = "440304001001", "440304001002"


def test_a_signal_is_presumed_at_the_junction_of_a_community_that_did_not_report(town, facilities_at):
    """The junction of road and lanes at (0, 0): one home is across the road; presumed, it is 360 m and a minute.

    All that meets there is of one community. Of the other are only the ends of the road and the ring: no junction.
    """
    communities = [HERE, THERE, THERE, HERE, HERE, HERE, HERE, THERE, THERE]
    city = town(LINES, CLASSES, [HOME, (0, -100)], community_code=communities)
    walked = partial(walking_costs, city, "6-12", facilities_at([SCHOOL]))
    south = 140 / 60
    assert walked().tolist() == walked(presumed=[HERE]).tolist() == pytest.approx([np.inf, south], abs=EXACT)
    for codes in ({THERE}, [HERE, THERE]):
        assert walked(presumed=codes).tolist() == pytest.approx([360 / 60 + 1, south], abs=EXACT)
    assert walked().tolist() == pytest.approx([np.inf, south], abs=EXACT)  # presumed for one question only


def test_one_street_of_the_community_at_the_junction_is_enough(town, facilities_at):
    city = town(LINES, CLASSES, [HOME], community_code=[HERE] * 8 + [THERE])
    walked = walking_costs(city, "6-12", facilities_at([SCHOOL]), presumed=[THERE])
    assert walked.to_numpy() == pytest.approx([360 / 60 + 1], abs=EXACT)


def test_where_a_crossing_is_known_none_other_is_presumed(town, facilities_at):
    """A zebra is reported at the junction: a child alone does not use it, and no signal is made of it."""
    city = town(LINES, CLASSES, [HOME], [("zebra", 0, 0)], community_code=[HERE] * 9)
    assert walking_costs(city, "6-12", facilities_at([SCHOOL]), presumed=[HERE]).tolist() == [np.inf]


def test_between_junctions_nothing_is_presumed(town, facilities_at):
    """Joints of two pieces of one road are no junctions; where a third trunk road ends on them, at (1000, 0), one is."""
    lines = [*ROAD, *RING, LineString([(1000, -10), (1000, 0)])]
    city = town(lines, ["trunk"] * 8, [(400, 20)], community_code=[HERE] * 8)
    laid = pavements(city, presumed=[HERE])
    assert laid.corners.streets.xy[laid.kinds.any(axis=1)].tolist() == [[1000, 0]]


def test_presuming_builds_no_pavement_anew(town):
    city = town(LINES, CLASSES, [HOME], community_code=[HERE] * 9)
    before = pavements(city)
    presumed = pavements(city, presumed=[HERE])
    assert presumed.corners is before.corners
    assert presumed.kinds.sum() == 1
    assert pavements(city) is before
    assert pavements(city, presumed=()) is before
    assert not before.kinds.any()


def test_every_figure_has_a_reason_in_two_languages_and_a_basis():
    content = parameters()
    entries = [content["major"], content["near_m"], content["slope"], *content["crossings"].values()]
    entries += [band["speed"] for band in content["bands"].values()]
    for entry in entries:
        assert entry["basis"] in {"source", "ours"}
        assert entry["zh"].strip()
        assert entry["en"].strip()
    assert tuple(content["bands"]) == BANDS


def test_kinds_and_classes_are_those_of_the_dictionary():
    crossings = dictionary().registers["crossings"]
    assert set(crossing_kinds()) == set(crossings.field("kind").enum)
    assert set(major_classes()) <= set(crossings.field("street_class").enum)


def test_unknown_bands_and_senseless_figures_are_refused(town, facilities_at):
    with pytest.raises(UnknownName, match="age band"):
        walker("6-11")
    with pytest.raises(InvalidParameters, match="0 or more"):
        Choice(value=-1, reason=near_m().reason, basis="ours")
    with pytest.raises(InvalidParameters, match="missing: y_m"):
        walking_costs(town(LINES, CLASSES, [HOME]), "6-12", pd.DataFrame({"x_m": [1.0]}))


def test_no_age_may_do_what_an_older_one_may_not_except_be_led_over_a_zebra():
    """A child alone (6–12) does not use a zebra over a trunk road, at which an adult leads the younger ones."""
    order = ("0-3", "3-6", "12-18")
    for younger, older in itertools.pairwise(order):
        assert all(walker(older).wait_min(kind) <= walker(younger).wait_min(kind) for kind in (*crossing_kinds(), "none"))
    assert not walker("6-12").may_cross("zebra")


CORNERS = [(c, r) for c in range(4) for r in range(4)]
ALL_STREETS = [((c, r), (c + dc, r + dr)) for c, r in CORNERS for dc, dr in ((1, 0), (0, 1)) if max(c + dc, r + dr) < 4]
POINT = st.tuples(st.integers(-60, 360), st.integers(-60, 360))
KINDS = st.sampled_from(["signal", "zebra", "bridge", "underpass"])
CROSSING = st.tuples(KINDS, st.integers(0, 12).map(lambda n: n * 25), st.integers(0, 3).map(lambda n: n * 100))


@st.composite
def grids(draw):
    """Return lines, classes, homes, sites and crossings of a small town; some crossings lie between two nodes."""
    chosen = draw(st.lists(st.sampled_from(ALL_STREETS), min_size=1, max_size=20, unique=True))
    classes = draw(st.lists(st.sampled_from(["trunk", "branch"]), min_size=len(chosen), max_size=len(chosen)))
    lines = [LineString(np.array(pair) * 100.0) for pair in chosen]
    homes, sites = (draw(st.lists(POINT, min_size=1, max_size=4)) for _ in range(2))
    return lines, classes, homes, sites, draw(st.lists(CROSSING, max_size=8))


@pytest.mark.parametrize("band", ["0-3", "3-6", "6-12", "12-18"])
@CALM
@given(grid=grids(), new=CROSSING)
def test_a_new_crossing_never_makes_anything_farther_and_closing_a_bridge_never_helps(town, facilities_at, band, grid, new):
    lines, classes, homes, sites, crossings = grid
    less = minutes(town(lines, classes, homes, crossings), band, sites, facilities_at)
    more = minutes(town(lines, classes, homes, [*crossings, new, ("bridge", *new[1:])]), band, sites, facilities_at)
    assert (more <= less + EXACT).all()
    assert not np.isnan(less).any()


@CALM
@given(grid=grids())
def test_a_slower_child_never_gains_nor_does_one_at_a_pace_above_the_centre_line(town, facilities_at, grid):
    lines, classes, homes, sites, crossings = grid
    city = town(lines, classes, homes, crossings)
    small, older = (minutes(city, band, sites, facilities_at) for band in ("3-6", "12-18"))
    assert (older <= small + EXACT).all()
    assert (minutes(city, "3-6", sites, facilities_at) <= minutes(city, "0-3", sites, facilities_at) + EXACT).all()
    plain_m = cost_to_nearest(city, facilities_at(sites)).to_numpy()
    for band in BANDS:
        assert (minutes(city, band, sites, facilities_at) >= plain_m / walker(band).speed.m_per_min - EXACT).all()


@CALM
@given(grid=grids())
def test_without_trunk_roads_minutes_are_metres_by_the_speed(town, facilities_at, grid):
    lines, classes, homes, sites, crossings = grid
    city = town(lines, ["branch"] * len(classes), homes, crossings)
    plain_m = cost_to_nearest(city, facilities_at(sites)).to_numpy()
    pairs = costs_within(city, facilities_at(sites), limit_m=300)
    for band in BANDS:
        speed = walker(band).speed.m_per_min
        np.testing.assert_allclose(minutes(city, band, sites, facilities_at), plain_m / speed, rtol=0, atol=EXACT)
        paced = walking_costs_within(city, band, facilities_at(sites), limit_min=300 / speed)
        assert paced[["home_id", "facility_id"]].equals(pairs[["home_id", "facility_id"]])
        np.testing.assert_allclose(paced["minutes"], pairs["cost_m"] / speed, rtol=0, atol=EXACT)


@CALM
@given(grid=grids(), random=st.randoms(use_true_random=False))
def test_the_order_of_streets_changes_nothing(town, facilities_at, grid, random):
    lines, classes, homes, sites, crossings = grid
    order = random.sample(range(len(lines)), len(lines))
    other = town([lines[i] for i in order], [classes[i] for i in order], homes, crossings[::-1])
    for band in ("3-6", "6-12"):
        before = minutes(town(lines, classes, homes, crossings), band, sites, facilities_at)
        np.testing.assert_allclose(minutes(other, band, sites, facilities_at), before, rtol=0, atol=1e-6)


@CALM
@given(grid=grids(), unsure=st.sets(st.sampled_from([HERE, THERE])), random=st.randoms(use_true_random=False))
def test_what_is_presumed_never_makes_anything_farther_and_the_more_is_presumed_the_less(
    town, facilities_at, grid, unsure, random
):
    lines, classes, homes, sites, crossings = grid
    city = town(lines, classes, homes, crossings, community_code=[random.choice([HERE, THERE]) for _ in lines])
    for band in ("0-3", "6-12", "12-18"):
        none, some, both = (
            walking_costs(city, band, facilities_at(sites), presumed=codes).to_numpy() for codes in ((), unsure, (HERE, THERE))
        )
        assert (some <= none + EXACT).all()
        assert (both <= some + EXACT).all()
        if not unsure:
            assert (some == none).all()
