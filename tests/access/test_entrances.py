"""A facility is entered at its entrances; hand-worked ways, and what must hold in every town."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString

from friendly_city.access.pace import walking_costs, walking_costs_within
from friendly_city.access.reach import cost_to_nearest, costs_within, edges_within, homes_and_facilities, unreachable
from friendly_city.city.belonging import rows_about
from tests.access.test_properties import CALM, POINT, towns
from tests.access.test_walking import CLASSES, HOME, LINES, town  # noqa: F401 - a fixture

EXACT = 1e-9
COMMUNITY = "440304001001"
STREET = [LineString([(-500, 0), (500, 0)])]
PARK = (0, 300)
"""Its middle lies 300 m from the street."""


def with_entrances(city, gates):
    """Return the city with a register of entrances: (facility, x, y) of each."""
    table = pd.DataFrame(list(gates), columns=["facility_id", "x_m", "y_m"]).astype({"x_m": float, "y_m": float})
    table = table.assign(facility_id=table["facility_id"].astype("str"), community_code=COMMUNITY)
    return replace(city, registers={**city.registers, "entrances": table})


@pytest.fixture
def park(city_of, facilities_at):
    """Return metres from one home to a park whose middle is 300 m off the street, given its gates."""

    def walk(*gates, home=(100, 0)):
        city = with_entrances(city_of(STREET, [home]), [("F0", *gate) for gate in gates])
        return cost_to_nearest(city, facilities_at([PARK])).tolist()

    return walk


def test_a_park_without_a_gate_is_reached_in_its_middle(park):
    """100 m along the street and 300 m across the grass."""
    assert park() == pytest.approx([400], abs=EXACT)


def test_a_park_with_a_gate_at_the_street_is_reached_there(park):
    """60 m along the street to the gate at x = 40, which stands 10 m off it."""
    assert park((40, 10)) == pytest.approx([70], abs=EXACT)


def test_the_nearest_gate_counts_and_the_middle_is_no_door_any_more(park):
    assert park((-400, 0)) == pytest.approx([500], abs=EXACT)
    assert park((-400, 0), (150, 20)) == pytest.approx([70], abs=EXACT)


def test_a_gate_far_from_every_street_leads_nowhere(park):
    assert park((0, 501), (-400, 0)) == pytest.approx([500], abs=EXACT)
    assert park((0, 501)) == [np.inf]


def test_a_park_none_of_whose_gates_meets_a_street_is_told_as_no_facility(city_of, facilities_at):
    city = with_entrances(city_of(STREET, [(0, 0)]), [("F0", 0, 501)])
    assert unreachable(city, facilities_at([PARK]))["cause"].tolist() == ["no_facility"]


def test_other_facilities_are_reached_as_before(city_of, facilities_at):
    """F1 stands 50 m off the street at x = -30; F0 has a gate. A table of candidates has no facilities."""
    city = with_entrances(city_of(STREET, [(-100, 0)]), [("F0", 40, 10)])
    both = facilities_at([PARK, (-30, 50)])
    assert costs_within(city, both, limit_m=1000).to_numpy().tolist() == [["H0", "F0", 150.0], ["H0", "F1", 120.0]]
    grid = both.drop(columns="facility_id")
    assert cost_to_nearest(city, grid.iloc[:1]).tolist() == pytest.approx([400], abs=EXACT)


def test_a_pair_stands_once_however_many_gates_there_are(city_of, facilities_at):
    city = with_entrances(city_of(STREET, [(0, 0)]), [("F0", 40, 10), ("F0", -30, 0), ("F0", 30, 0)])
    assert costs_within(city, facilities_at([PARK]), limit_m=100).to_numpy().tolist() == [["H0", "F0", 30.0]]


def test_the_catchment_begins_at_the_gates(city_of, facilities_at):
    city = with_entrances(city_of(STREET, []), [("F0", -300, 0), ("F0", 300, 0)])
    pieces = edges_within(city, facilities_at([PARK]), limits_m=(100,))
    assert [tuple(line.bounds) for line in pieces.geometry] == [(-400, 0, -200, 0), (200, 0, 400, 0)]


def test_an_audit_walks_to_the_gates(city_of, facilities_at):
    city = with_entrances(city_of(STREET, [(100, 0)]), [("F1", 40, 10)])
    city = replace(city, registers={**city.registers, "facilities": facilities_at([(0, 0), PARK])})
    _, _, there = homes_and_facilities(city, np.array([1]))
    assert there.size == 1
    assert there.straight_m.tolist() == [10.0]


def test_a_gate_on_this_side_of_a_trunk_road_spares_the_crossing(town, facilities_at):  # noqa: F811
    """A site south of the road that no child reaches; with a gate 20 m north of it, on the lane, it is 100 m to walk."""
    city = town(LINES, CLASSES, [HOME])
    site = facilities_at([(0, -240)])
    assert walking_costs(city, "6-12", site).tolist() == [np.inf]
    opened = with_entrances(city, [("F0", 0, 20)])
    assert walking_costs(opened, "6-12", site).tolist() == pytest.approx([100 / 60], abs=EXACT)
    pairs = walking_costs_within(opened, "6-12", site, limit_min=5)
    assert pairs["facility_id"].tolist() == ["F0"]


def test_rows_are_about_facilities_of_the_table_only(city_of, facilities_at):
    city = with_entrances(city_of(STREET, []), [("F1", 0, 0), ("F9", 1, 0), ("F1", 2, 0), ("F0", 3, 0)])
    place, row = rows_about(city, facilities_at([(0, 0), (0, 0), (0, 0)]), "entrances")
    assert list(zip(place.tolist(), row.tolist(), strict=True)) == [(0, 3), (1, 0), (1, 2)]
    assert rows_about(city, facilities_at([]), "entrances")[0].tolist() == []
    assert rows_about(city, facilities_at([(0, 0)]), "hours")[0].tolist() == []


gates = st.lists(st.tuples(st.integers(0, 9), POINT), max_size=6)


def walk(city_of, facilities_at, given_town, some):
    """Return the metres of all pairs; `some` are gates, each of the facility with its number (as there are facilities)."""
    lines, homes, facilities = given_town
    city = with_entrances(city_of(lines, homes), [(f"F{number % len(facilities)}", *xy) for number, xy in some])
    table = facilities_at(facilities)
    pairs = costs_within(city, table, limit_m=np.inf).pivot_table(index="home_id", columns="facility_id", values="cost_m")
    index = [f"H{i}" for i in range(len(homes))]
    return pairs.reindex(index=index, columns=table["facility_id"]).fillna(np.inf).to_numpy(dtype=float)


@CALM
@given(towns(), gates.filter(bool), POINT)
def test_one_more_gate_of_a_facility_never_raises_a_cost(city_of, facilities_at, given_town, some, new):
    before = walk(city_of, facilities_at, given_town, some)
    after = walk(city_of, facilities_at, given_town, [*some, (some[0][0], new)])
    assert (after <= before + 1e-9).all()


@CALM
@given(towns(), gates, st.integers(0, 9))
def test_a_gate_at_the_own_point_of_a_facility_without_another_changes_nothing(city_of, facilities_at, given_town, some, number):
    count = len(given_town[2])
    others = [(gate, xy) for gate, xy in some if gate % count != number % count]
    before = walk(city_of, facilities_at, given_town, others)
    after = walk(city_of, facilities_at, given_town, [*others, (number, given_town[2][number % count])])
    assert (after == before).all()


@CALM
@given(towns(), gates.filter(bool))
def test_a_facility_costs_what_its_cheapest_gate_costs(city_of, facilities_at, given_town, some):
    """Gates as facilities of their own, by the least of each."""
    lines, homes, facilities = given_town
    found = walk(city_of, facilities_at, given_town, some)
    owner = np.array([number % len(facilities) for number, _ in some])
    alone = walk(city_of, facilities_at, (lines, homes, [xy for _, xy in some]), [])
    for place in set(owner.tolist()):
        assert found[:, place] == pytest.approx(alone[:, owner == place].min(axis=1), abs=1e-9)


@CALM
@given(towns(), gates.filter(bool), st.randoms(use_true_random=False))
def test_names_and_the_order_of_rows_change_nothing(city_of, facilities_at, given_town, some, random):
    lines, homes, facilities = given_town
    table = facilities_at(facilities)
    names = {name: f"Z{code}" for name, code in zip(table["facility_id"], random.sample(range(90), len(table)), strict=True)}
    owners = [(f"F{number % len(facilities)}", *xy) for number, xy in some]
    city = with_entrances(city_of(lines, homes), owners)
    other = with_entrances(city_of(lines, homes), random.sample([(names[name], x, y) for name, x, y in owners], len(owners)))
    renamed = table.assign(facility_id=table["facility_id"].map(names).astype("str")).sample(frac=1, random_state=7)
    assert cost_to_nearest(other, renamed).to_numpy() == pytest.approx(cost_to_nearest(city, table).to_numpy(), abs=1e-9)


def test_no_way_is_shorter_than_the_straight_line_to_the_nearest_gate(city_of, facilities_at, manhattan):
    homes, own = [(20, 30), (250, 90)], [(60, 150), (10, 10)]
    city = with_entrances(city_of(manhattan(4, 3), homes), [("F0", *xy) for xy in own])
    air = shapely.distance(shapely.points(homes)[:, None], shapely.points(own)[None, :]).min(axis=1)
    assert (cost_to_nearest(city, facilities_at([PARK])).to_numpy() >= air - EXACT).all()
