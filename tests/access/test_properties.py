"""What must hold in every town."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString

from friendly_city.access.catchment import catchment
from friendly_city.access.costs import chain_costs, costs_between, nearest_costs
from friendly_city.access.measures import share_within, shares_by_limit
from friendly_city.access.network import network_of
from friendly_city.access.snapping import Snap, snap
from friendly_city.errors import InvalidParameters

CORNERS = [(c, r) for c in range(4) for r in range(4)]
ALL_STREETS = [((c, r), (c + dc, r + dr)) for c, r in CORNERS for dc, dr in ((1, 0), (0, 1), (1, 1)) if max(c + dc, r + dr) < 4]
POINT = st.tuples(st.integers(-60, 360), st.integers(-60, 360))
CALM = settings(max_examples=120, deadline=None, derandomize=True, database=None)


@st.composite
def towns(draw):
    """Return street lines of a town, homes and facilities; positions are whole metres, so ties are common."""
    chosen = draw(st.lists(st.sampled_from(ALL_STREETS), min_size=1, max_size=20, unique=True))
    bends = draw(st.lists(st.integers(-40, 40), min_size=len(chosen), max_size=len(chosen)))
    lines = []
    for (a, b), bend in zip(chosen, bends, strict=True):
        start, end = np.array(a) * 100.0, np.array(b) * 100.0
        lines.append(LineString([start, (start + end) / 2 + (bend if bend > 25 else 0), end]))
    homes = draw(st.lists(POINT, min_size=1, max_size=6))
    facilities = draw(st.lists(POINT, min_size=1, max_size=5))
    return lines, homes, facilities


def walk(lines, homes, facilities):
    network = network_of(lines)
    return nearest_costs(network, snap(network, homes), destinations=snap(network, facilities))


def table(network, origins, destinations):
    """Return all costs as an array (origins, destinations)."""
    pairs = costs_between(network, origins, destinations=destinations, limit_m=np.inf)
    result = np.full((origins.size, destinations.size), np.inf)
    result[pairs.origin, pairs.destination] = pairs.cost_m
    return result


def on_streets(network, places):
    """Return points on the streets themselves, given as (edge, share of its length)."""
    edge = np.array([number % len(network.length_m) for number, _ in places])
    along_m = np.array([share for _, share in places]) * network.length_m[edge]
    return Snap(size=len(edge), point=np.arange(len(edge)), edge=edge, along_m=along_m, straight_m=np.zeros(len(edge)))


@CALM
@given(towns())
def test_no_cost_is_negative_or_unknown_and_none_is_below_the_straight_line(town):
    lines, homes, facilities = town
    cost = walk(lines, homes, facilities)
    assert not np.isnan(cost).any()
    air = shapely.distance(shapely.points(homes)[:, None], shapely.points(facilities)[None, :]).min(axis=1)
    assert (cost >= air - 1e-9).all()


@CALM
@given(towns(), POINT)
def test_a_new_facility_never_raises_a_cost(town, new):
    lines, homes, facilities = town
    assert (walk(lines, homes, [*facilities, new]) <= walk(lines, homes, facilities)).all()


@CALM
@given(towns(), st.integers(0, 99))
def test_closing_a_street_at_which_nobody_starts_or_ends_never_lowers_a_cost(town, number):
    lines, homes, facilities = town
    used = set(snap(network_of(lines), [*homes, *facilities]).edge.tolist())
    closed = number % len(lines)
    if closed not in used:
        fewer = lines[:closed] + lines[closed + 1 :]
        assert (walk(fewer, homes, facilities) >= walk(lines, homes, facilities) - 1e-9).all()


@CALM
@given(towns(), st.floats(0, 360), st.tuples(st.integers(-5000, 500_000), st.integers(-5000, 2_500_000)))
def test_turning_and_moving_the_town_changes_nothing(town, degrees, shift):
    lines, homes, facilities = town
    angle = np.radians(degrees)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])

    def moved(xy):
        return np.asarray(xy, dtype=float) @ turn.T + shift

    there = [LineString(moved(line.coords)) for line in lines]
    assert walk(there, moved(homes), moved(facilities)) == pytest.approx(walk(lines, homes, facilities), abs=1e-5)


@CALM
@given(towns(), st.randoms(use_true_random=False))
def test_the_order_of_rows_and_the_direction_of_lines_change_nothing(town, random):
    lines, homes, facilities = town
    shuffled = [line.reverse() if random.random() < 0.5 else line for line in random.sample(lines, len(lines))]
    order = random.sample(range(len(homes)), len(homes))
    cost = walk(shuffled, [homes[i] for i in order], random.sample(facilities, len(facilities)))
    assert cost == pytest.approx(walk(lines, homes, facilities)[order], abs=1e-9)


@CALM
@given(towns())
def test_there_is_as_far_as_back(town):
    lines, homes, facilities = town
    network = network_of(lines)
    here, there = snap(network, homes), snap(network, facilities)
    assert table(network, here, there) == pytest.approx(table(network, there, here).T, abs=1e-9)


@CALM
@given(towns(), st.lists(st.tuples(st.integers(0, 99), st.floats(0, 1)), min_size=3, max_size=6))
def test_a_detour_is_never_shorter(town, places):
    network = network_of(town[0])
    points = on_streets(network, places)
    cost = table(network, points, points)
    assert np.diag(cost).tolist() == [0.0] * points.size
    assert (cost[:, None, :] <= cost[:, :, None] + cost[None, :, :] + 1e-9).all()


@CALM
@given(towns())
def test_the_nearest_is_the_least_of_all(town):
    lines, homes, facilities = town
    network = network_of(lines)
    here, there = snap(network, homes), snap(network, facilities)
    assert nearest_costs(network, here, destinations=there) == pytest.approx(table(network, here, there).min(axis=1), abs=1e-9)


@CALM
@given(towns(), st.integers(0, 700))
def test_a_limit_keeps_exactly_the_pairs_within_it(town, limit):
    lines, homes, facilities = town
    network = network_of(lines)
    here, there = snap(network, homes), snap(network, facilities)
    everything = table(network, here, there)
    pairs = costs_between(network, here, destinations=there, limit_m=limit)
    kept = np.zeros(everything.shape, bool)
    kept[pairs.origin, pairs.destination] = True
    clear = np.abs(everything - limit) > 1e-6
    assert (kept == (everything <= limit))[clear].all()
    assert pairs.cost_m == pytest.approx(everything[pairs.origin, pairs.destination], abs=1e-9)


@CALM
@given(
    towns(),
    st.integers(1, 200),
    st.integers(1, 400),
    st.lists(st.tuples(st.integers(0, 99), st.floats(0, 1)), min_size=1, max_size=8),
)
def test_a_place_lies_in_the_catchment_just_when_its_cost_is_within_the_limit(town, near, more, places):
    lines, _, facilities = town
    network = network_of(lines)
    limits = np.array([near, near + more], dtype=float)
    there = snap(network, facilities)
    pieces = catchment(network, there, limits_m=limits)
    points = on_streets(network, places)
    cost = nearest_costs(network, points, destinations=there)
    for edge, along_m, paid in zip(points.edge, points.along_m, cost, strict=True):
        if np.abs(limits - paid).min() > 1e-4:
            on = (pieces.edge == edge) & (pieces.from_m - 1e-5 <= along_m) & (along_m <= pieces.to_m + 1e-5)
            expected = limits[limits > paid].min() if paid < limits[-1] else None
            found = set(pieces.limit_m[on])
            assert (expected in found) if expected is not None else not found
    assert shapely.length(pieces.lines) == pytest.approx(pieces.to_m - pieces.from_m, abs=1e-6)
    assert (pieces.cost_m <= pieces.limit_m + 1e-9).all()


@CALM
@given(towns(), st.lists(POINT, min_size=1, max_size=4), st.lists(POINT, min_size=1, max_size=3))
def test_a_chain_is_the_shortest_of_all_ways_through_one_of_each_kind(town, schools, playgrounds):
    lines, homes, _ = town
    network = network_of(lines)
    home, school, play = (snap(network, xy) for xy in (homes, schools, playgrounds))
    there, on = table(network, home, school), table(network, school, play)
    expected = (there[:, :, None] + on[None, :, :]).min(axis=(1, 2))
    assert chain_costs(network, home, stops=(school, play)) == pytest.approx(expected, abs=1e-9)
    assert chain_costs(network, home, stops=(school,)) == pytest.approx(there.min(axis=1), abs=1e-9)


@CALM
@given(towns(), st.lists(st.integers(0, 900), min_size=2, max_size=8), st.lists(st.integers(0, 50), min_size=6, max_size=6))
def test_a_wider_limit_never_lowers_a_share(town, limits, children):
    cost, weight = walk(*town), np.array(children[: len(town[1])], dtype=float)
    group = np.arange(len(cost)) % 2
    shares = np.array([share_within(cost, limit, weight=weight, group=group, groups=2) for limit in sorted(limits)])
    known = ~np.isnan(shares[0])
    assert (np.diff(shares[:, known], axis=0) >= 0).all()
    curve = shares_by_limit(cost, np.sort(limits).astype(float), weight=weight)
    assert np.isnan(curve).all() or (np.diff(curve) >= 0).all()


@CALM
@given(towns(), POINT, st.integers(0, 900))
def test_a_new_facility_never_lowers_a_share(town, new, limit):
    lines, homes, facilities = town
    weight, group = np.ones(len(homes)), np.zeros(len(homes), np.intp)
    shares = [
        share_within(walk(lines, homes, some), limit, weight=weight, group=group, groups=1)[0]
        for some in (facilities, [*facilities, new])
    ]
    assert shares[0] <= shares[1]


def test_a_chain_without_a_stop_is_refused():
    network = network_of([LineString([(0, 0), (100, 0)])])
    with pytest.raises(InvalidParameters, match="at least one stop"):
        chain_costs(network, snap(network, [(0, 0)]), stops=())
