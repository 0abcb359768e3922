"""Street corners of hand-made crossings, and towns against a graph expanded by other means."""

from __future__ import annotations

import itertools

import networkx as nx
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString

from friendly_city.access.corners import corners_of, on_pavements
from friendly_city.access.costs import costs_between, nearest_costs
from friendly_city.access.network import network_of
from friendly_city.access.snapping import snap

EXACT = 1e-9
CALM = settings(max_examples=120, deadline=None, derandomize=True, database=None)
CLOSED = np.inf

CROSS = [LineString([(0, 0), end]) for end in ((100, 0), (0, 100), (-100, 0), (0, -100))]
"""Two trunk roads that cross at (0, 0)."""
SHOPS = [(50, 10), (10, 50), (-10, 50), (-50, 10), (-50, -10), (-10, -50), (10, -50), (50, -10)]
"""Two shops in each corner, 10 m off the roads, anticlockwise from the east."""
SQUARE = [(0, 0), (100, 0), (100, 100), (0, 100)]


def walk(lines, major, homes, shops, *, link_m=CLOSED):
    """Return the metres from each home to each shop; `link_m` is what crossing costs at every node, or at each."""
    streets = network_of(lines)
    corners = corners_of(streets, major)
    network = corners.network(np.broadcast_to(np.asarray(link_m, dtype=float), len(streets.xy)))
    here, there = (on_pavements(corners, snap(streets, xy), xy) for xy in (homes, shops))
    pairs = costs_between(network, here, destinations=there, limit_m=np.inf)
    result = np.full((len(homes), len(shops)), np.inf)
    result[pairs.origin, pairs.destination] = pairs.cost_m
    return result


def test_a_cross_of_trunk_roads_has_four_corners_at_its_middle_and_one_at_each_end():
    streets = network_of(CROSS)
    corners = corners_of(streets, [True] * 4)
    assert len(corners.node) == 4 + 4
    assert len(corners.tail) == 8
    assert len(corners.link) == 4


def test_in_a_corner_one_walks_round_it_and_over_the_road_one_waits_or_cannot():
    """From the shop north of the eastern arm (50, 10): its own corner 120; across one arm 20 by 120 + 30; across two 120 + 60."""
    lines = [LineString([(0, 0), end]) for end in ((1000, 0), (0, 1000), (-1000, 0), (0, -1000))]
    cost = walk(lines, [True] * 4, SHOPS[:1], SHOPS, link_m=30)[0]
    assert cost.tolist() == pytest.approx([20, 120, 150, 150, 180, 180, 150, 150], abs=EXACT)


def test_without_a_crossing_the_far_pavement_is_reached_round_the_end_of_the_road_only():
    """50 m to the end of the arm and 50 m back instead of straight across: 10 + 50 + 50 + 10."""
    cost = walk(CROSS, [True] * 4, SHOPS[:1], SHOPS)[0]
    assert cost[7] == pytest.approx(120, abs=EXACT)
    assert cost[1] == pytest.approx(120, abs=EXACT)
    assert cost[2] == pytest.approx(10 + 50 + 100 + 50 + 10, abs=EXACT)


def test_a_lane_belongs_to_the_corner_of_its_side():
    """A lane goes north from the middle of a trunk road: to the northern pavement 30 + 20 + 10, to the southern 40 more."""
    road = [LineString([(-1000, 0), (0, 0)]), LineString([(0, 0), (1000, 0)])]
    lane = LineString([(0, 0), (0, 60)])
    major = [True, True, False]
    shops = [(20, 10), (20, -10), (-20, 10), (-20, -10)]
    cost = walk([*road, lane], major, [(0, 30)], shops, link_m=40)[0]
    assert cost.tolist() == pytest.approx([60, 100, 60, 100], abs=EXACT)
    closed = walk([*road, lane], major, [(0, 30)], shops)[0]
    assert closed.tolist() == pytest.approx([60, 30 + 1000 + 980 + 10] * 2, abs=EXACT)


@pytest.mark.parametrize("turn", [0, 33, 90, 145, 180, 271])
@pytest.mark.parametrize("backwards", [False, True])
def test_neither_the_compass_nor_the_direction_in_which_a_road_is_drawn_matters(turn, backwards):
    radians = np.deg2rad(turn)
    spin = np.array([[np.cos(radians), -np.sin(radians)], [np.sin(radians), np.cos(radians)]])
    lines = [shapely.transform(line, lambda xy: xy @ spin.T) for line in CROSS]
    lines = [line.reverse() for line in lines] if backwards else lines
    shops = np.array(SHOPS) @ spin.T
    expected = walk(CROSS, [True] * 4, SHOPS, SHOPS, link_m=7)
    np.testing.assert_allclose(walk(lines, [True] * 4, shops, shops, link_m=7), expected, atol=1e-7)


def test_a_place_off_a_bend_or_off_the_end_of_a_lane_is_on_its_own_side_of_the_road():
    """North of a junction to which a lane comes from the south: all three streets are equally near, the lane is across."""
    lines = [LineString([(-1000, 0), (0, 0)]), LineString([(0, 0), (1000, 0)]), LineString([(0, -60), (0, 0)])]
    cost = walk(lines, [True, True, False], [(0, 10)], [(0, -30), (30, 10)], link_m=25)[0]
    assert cost.tolist() == pytest.approx([10 + 25 + 30, 10 + 30 + 10], abs=EXACT)


@pytest.mark.parametrize("place", [(-30, -4), (-10, -40), (-40, -10), (-4, -30)])
def test_outside_a_sharp_bend_a_place_is_outside_wherever_the_bend_is_cut(place):
    """A road comes from the east, turns at (0, 0) and goes back 20° more northerly: behind the tip is outside."""
    start, tip, end = (1000.0, 0.0), (0.0, 0.0), (1000 * np.cos(np.deg2rad(20)), 1000 * np.sin(np.deg2rad(20)))
    to_tip = np.hypot(*place)
    expected = pytest.approx([to_tip + 1000 + 500 + 60, to_tip + 500 + 10], abs=EXACT)
    for lines in ([LineString([start, tip]), LineString([tip, end])], [LineString([start, tip, end])]):
        assert walk(lines, [True] * len(lines), [place], [(500, 60), (500, -10)])[0].tolist() == expected


@pytest.mark.parametrize("ends", [[(-1000, 0), (1000, 0)], [(1000, 0), (-1000, 0)]])
def test_a_place_on_the_road_itself_is_on_both_sides(ends):
    road = [LineString(ends)]
    assert walk(road, [True], [(0, 0)], [(30, 5), (30, -5)])[0].tolist() == pytest.approx([35, 35], abs=EXACT)


def test_a_ring_road_without_a_crossing_holds_those_within():
    ring = [LineString([a, b]) for a, b in zip(SQUARE, SQUARE[1:] + SQUARE[:1], strict=True)]
    assert walk(ring, [True] * 4, [(50, 10)], [(50, -10)])[0, 0] == np.inf
    once = np.where(np.arange(4) == 0, 5.0, np.inf)
    assert walk(ring, [True] * 4, [(50, 10)], [(50, -10)], link_m=once)[0, 0] == pytest.approx(10 + 50 + 5 + 50 + 10, abs=EXACT)


def test_a_closed_road_drawn_as_one_line_has_an_inside_and_an_outside():
    ring = LineString([*SQUARE, SQUARE[0]])
    assert walk([ring], [True], [(50, 10)], [(50, -10)])[0, 0] == np.inf
    assert walk([ring], [True], [(50, 10)], [(50, -10)], link_m=5)[0, 0] == pytest.approx(125, abs=EXACT)


def test_a_piece_of_a_trunk_road_without_length_and_points_drawn_twice_change_nothing():
    """North of the road to south of it, round its end: 1 + 15 + 5 + 1."""
    road = [LineString([(0, 0), (0, 0), (10, 0), (10, 0)]), LineString([(10, 0), (10, 0)]), LineString([(10, 0), (20, 0)])]
    assert walk(road, [True] * 3, [(5, 1)], [(15, -1)])[0, 0] == pytest.approx(22, abs=EXACT)


def test_without_streets_and_for_places_that_are_not_known_there_is_no_way():
    streets = network_of([])
    corners = corners_of(streets, [])
    here = on_pavements(corners, snap(streets, [(0, 0)]), [(0, 0)])
    assert nearest_costs(corners.network(np.empty(0)), here, destinations=here).tolist() == [np.inf]
    assert walk(CROSS, [True] * 4, [(np.nan, 0), (900, 900)], [(50, 10)]).tolist() == [[np.inf], [np.inf]]


def test_trunk_roads_of_two_cities_have_nothing_to_do_with_each_other():
    """The same cross twice, one city with crossings: in the other the way across is round the end of the arm."""
    streets = network_of(CROSS * 2, part=[0] * 4 + [1] * 4)
    corners = corners_of(streets, [True] * 8)
    link_m = np.full(len(streets.xy), np.inf)
    link_m[streets.tail[streets.part == 0]] = 3.0
    homes, shops, part = [(30, 10)] * 2, [(30, -10)] * 2, np.array([0, 1])
    here, there = (on_pavements(corners, snap(streets, xy, part=part), xy) for xy in (homes, shops))
    assert nearest_costs(corners.network(link_m), here, destinations=there).tolist() == pytest.approx([83, 160], abs=EXACT)


CORNERS = [(c, r) for c in range(4) for r in range(4)]
ALL_STREETS = [((c, r), (c + dc, r + dr)) for c, r in CORNERS for dc, dr in ((1, 0), (0, 1), (1, 1)) if max(c + dc, r + dr) < 4]
POINT = st.tuples(st.integers(-60, 360), st.integers(-60, 360))


@st.composite
def towns(draw):
    """Return street lines, which are trunk roads, homes, shops, and what crossing costs by (column, row) of a node."""
    chosen = draw(st.lists(st.sampled_from(ALL_STREETS), min_size=1, max_size=20, unique=True))
    major = draw(st.lists(st.booleans(), min_size=len(chosen), max_size=len(chosen)))
    flip = draw(st.lists(st.booleans(), min_size=len(chosen), max_size=len(chosen)))
    lines = [LineString(np.array([b, a] if back else [a, b]) * 100.0) for (a, b), back in zip(chosen, flip, strict=True)]
    homes = draw(st.lists(POINT, min_size=1, max_size=5))
    shops = draw(st.lists(POINT, min_size=1, max_size=4))
    waits = draw(st.lists(st.sampled_from([np.inf, 0.0, 7.0, 60.0]), min_size=16, max_size=16))
    return lines, major, homes, shops, dict(zip(CORNERS, waits, strict=True))


def nearest(lines, major, homes, shops, waits, *, factor=None):
    streets = network_of(lines)
    corners = corners_of(streets, major)
    link_m = np.array([waits[tuple(np.rint(xy / 100).astype(int))] for xy in streets.xy])
    factor = None if factor is None else np.asarray(factor)
    here, there = (on_pavements(corners, snap(streets, xy), xy, factor=factor) for xy in (homes, shops))
    return nearest_costs(corners.network(link_m, factor=factor), here, destinations=there)


def expanded(lines, major, waits):
    """Return the graph of corners made edge by edge: a corner is (node, the trunk road end clockwise before it)."""
    graph, ends = nx.Graph(), {}
    for number, line in enumerate(lines):
        a, b = line.coords[0], line.coords[-1]
        for node, other, end in ((a, b, "first"), (b, a, "last")):
            ends.setdefault(node, []).append((np.arctan2(other[1] - node[1], other[0] - node[0]), number, end))
    corner = {}
    for node, around in ends.items():
        trunk = sorted(entry for entry in around if major[entry[1]])
        for angle, number, end in around:
            behind = [entry for entry in trunk if entry[0] <= angle] or trunk
            here = (node, behind[-1][1:]) if trunk else (node, None)
            previous = (node, trunk[trunk.index((angle, number, end)) - 1][1:]) if major[number] else here
            corner[number, end] = (here, previous)
            if major[number] and len(trunk) > 1:
                cost = waits[round(node[0] / 100), round(node[1] / 100)]
                if np.isfinite(cost):
                    graph.add_edge(here, previous, weight=cost)
    return graph, corner


def brute(lines, major, homes, shops, waits):
    """Return the nearest cost of each home, point by point with networkx; None for a place off a node, not looked at."""
    graph, corner = expanded(lines, major, waits)
    spots = {}
    for number, line in enumerate(lines):
        (first, first_right), (last, last_right) = corner[number, "first"], corner[number, "last"]
        ways = {"left": (first, last_right), "right": (first_right, last)} if major[number] else {"only": (first, last)}
        for side, (tail, head) in ways.items():
            spots[number, side] = [(0.0, tail), (line.length, head)]
    places = {}
    for name, xy in [*((("home", i), p) for i, p in enumerate(homes)), *((("shop", i), p) for i, p in enumerate(shops))]:
        point = shapely.Point(xy)
        gaps = [line.distance(point) for line in lines]
        for number, line in enumerate(lines):
            if gaps[number] > min(gaps) + 1e-6 or min(gaps) > 500:
                continue
            along = line.project(point)
            if min(gaps) > 1e-6 and min(along, line.length - along) < 1e-6 and any(major):
                places[name] = None
                continue
            (ax, ay), (bx, by) = line.coords
            turn = (bx - ax) * (xy[1] - ay) - (by - ay) * (xy[0] - ax)
            sides = ["only"] if not major[number] else ["left"] * (turn >= -1e-3) + ["right"] * (turn <= 1e-3)
            for side in sides:
                spots[number, side].append((along, (name, number, side)))
                graph.add_edge(name, (name, number, side), weight=gaps[number])
                places.setdefault(name, xy)
    for chain in spots.values():
        chain.sort(key=lambda spot: spot[0])
        for (a, here), (b, there) in itertools.pairwise(chain):
            if not graph.has_edge(here, there) or graph[here][there]["weight"] > b - a:
                graph.add_edge(here, there, weight=b - a)
    return [shortest(graph, places, number, len(shops)) for number in range(len(homes))]


def shortest(graph, places, number, count):
    """Return the least cost from a home to any shop; walking through another's door is no way."""
    if places.get(("home", number), True) is None or any(places.get(("shop", i), True) is None for i in range(count)):
        return None
    doors = {("home", i) for i in range(99)} - {("home", number)}
    best = np.inf
    for i in range(count):
        others = doors | ({("shop", j) for j in range(count)} - {("shop", i)})
        seen = nx.restricted_view(graph, [n for n in graph if n in others], [])
        if ("home", number) in seen and ("shop", i) in seen and nx.has_path(seen, ("home", number), ("shop", i)):
            best = min(best, nx.shortest_path_length(seen, ("home", number), ("shop", i), weight="weight"))
    return best


@CALM
@given(towns())
def test_costs_equal_those_of_a_graph_expanded_edge_by_edge(town):
    expected = brute(*town)
    found = nearest(*town)
    for one, other in zip(found, expected, strict=True):
        if other is not None:
            assert one == pytest.approx(other, abs=1e-6)


@CALM
@given(towns())
def test_without_trunk_roads_costs_are_those_of_the_centre_lines(town):
    lines, major, homes, shops, waits = town
    streets = network_of(lines)
    plain = nearest_costs(streets, snap(streets, homes), destinations=snap(streets, shops))
    np.testing.assert_allclose(nearest(lines, [False] * len(major), homes, shops, waits), plain, rtol=0, atol=EXACT)


@CALM
@given(towns())
def test_a_trunk_road_never_makes_anything_nearer(town):
    lines, major, homes, shops, waits = town
    plain = nearest(lines, [False] * len(major), homes, shops, waits)
    assert (nearest(*town) >= plain - EXACT).all()


@CALM
@given(towns(), st.sampled_from(CORNERS), st.sampled_from([0.0, 3.0, 30.0]))
def test_a_new_or_quicker_crossing_never_makes_anything_farther(town, where, cost):
    lines, major, homes, shops, waits = town
    better = waits | {where: min(waits[where], cost)}
    assert (nearest(lines, major, homes, shops, better) <= nearest(*town) + EXACT).all()


@CALM
@given(towns(), st.randoms(use_true_random=False))
def test_the_order_of_streets_and_the_direction_of_lines_change_nothing(town, random):
    lines, major, homes, shops, waits = town
    order = random.sample(range(len(lines)), len(lines))
    turned = [lines[i].reverse() if random.random() < 0.5 else lines[i] for i in order]
    found = nearest(turned, [major[i] for i in order], homes, shops, waits)
    np.testing.assert_allclose(found, nearest(*town), rtol=0, atol=1e-6)


@CALM
@given(towns(), st.sampled_from([1.0, 1.25, 3.0]))
def test_a_slope_never_makes_anything_nearer_and_a_factor_of_one_changes_nothing(town, factor):
    steep = nearest(*town, factor=[factor] * len(town[0]))
    plain = nearest(*town)
    assert (steep >= plain - EXACT).all()
    if factor == 1:
        np.testing.assert_allclose(steep, plain, rtol=0, atol=EXACT)
