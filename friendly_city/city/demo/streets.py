"""Streets: from the cut blocks to pieces between crossings, with classes and furniture, and bridges over barriers."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field, replace
from math import cos, hypot, sin

from friendly_city.city.demo.barriers import END_M, PLANS, Barrier, barrier_arcs, place_barrier, ways_on_sides
from friendly_city.city.demo.blocks import Cutter, Edge, Plane, cut_blocks, plane_of
from friendly_city.city.demo.borders import Arc, Point
from friendly_city.city.demo.chance import stream
from friendly_city.city.demo.facts import Facts
from friendly_city.city.demo.green import is_green
from friendly_city.city.demo.plan import Plan

BLOCK_M2 = {"urban_village": 28_000, "old_estate": 46_000, "estate": 63_000, "business": 66_000}
TWIN_BLOCK_M2 = 19_000
GREEN_BLOCK_M2 = 200_000
Kind = tuple[str, int, int]
EDGE_ROADS = ((509_600.0, 2_492_900.0, 2_496_300.0), (499_100.0, 2_493_600.0, 2_495_900.0))  # x, y from, y to


@dataclass(frozen=True)
class Piece:
    """A street piece from one crossing to the next: class, positions in metres, community, whether it is a bridge."""

    street_class: str
    points: tuple[Point, ...]
    community: int
    bridge: bool = False

    @property
    def length_m(self) -> float:
        """Return its length in metres."""
        return sum(hypot(b[0] - a[0], b[1] - a[1]) for a, b in zip(self.points, self.points[1:], strict=False))


@dataclass
class Web:
    """Street edges of the plane: each with class, border arc (-1: none) and community (-1: a border)."""

    plane: Plane
    edges: dict[Edge, Kind] = field(default_factory=dict)
    bridges: list[tuple[int, int, int]] = field(default_factory=list)

    def near(self) -> dict[int, list[int]]:
        """Return the neighbours by street of each vertex, sorted."""
        result: dict[int, list[int]] = {}
        for a, b in sorted(self.edges):
            result.setdefault(a, []).append(b)
            result.setdefault(b, []).append(a)
        return result

    def shorten(self, at: int, other: int) -> int | None:
        """Let the street from `other` end before the barrier vertex `at`; return the new end, None if it vanishes."""
        kind = self.edges.pop((min(at, other), max(at, other)))
        (x, y), (to_x, to_y) = self.plane.points[at], self.plane.points[other]
        length = hypot(to_x - x, to_y - y)
        if length < END_M + 8:
            return None
        part = END_M / length
        end = self.plane.vertex((x + part * (to_x - x), y + part * (to_y - y)))
        self.edges[other, end] = kind
        return end


def made_plane(arcs: list[Arc], facts: Facts, plan: Plan, *, seed: int) -> Plane:
    """Return the district cut into blocks: small ones in urban villages, large ones in green areas."""
    rng = stream(seed, "blocks")
    turns = [0.3 * (float(rng.random()) - 0.5) for _ in facts.communities]

    def wanted(point: Point, community: int) -> float:
        if community in plan.twins:
            return TWIN_BLOCK_M2
        return GREEN_BLOCK_M2 if is_green(*point) else BLOCK_M2[facts.communities[community]["character"]]

    def direction(point: Point, community: int) -> float:
        return turns[community] + 0.1 * sin(point[0] / 1900) + 0.1 * cos(point[1] / 1500)

    plane = plane_of(arcs, len(facts.communities))
    cut_blocks(plane, Cutter(rng, wanted, direction))
    return plane


def is_edge_road(a: Point, b: Point) -> bool:
    """Return whether a piece of the outline is a street: the roads along the east and west edge of the district."""
    x, y = (a[0] + b[0]) / 2, (a[1] + b[1]) / 2
    (east, low, high), (west, from_y, to_y) = EDGE_ROADS
    return (x > east and low < y < high) or (x < west and from_y < y < to_y)


def web_of(plane: Plane, arcs: list[Arc], facts: Facts, *, seed: int) -> Web:
    """Return the streets of a plane: borders are main roads, cuts are lanes or, in green areas, paths."""
    rng = stream(seed, "classes")
    web = Web(plane)
    places = [(row["subdistrict"], row["character"]) for row in facts.communities]
    for (a, b), line in sorted(plane.line.items()):
        start, end = plane.points[a], plane.points[b]
        middle = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
        if line.kind == "border":
            arc = arcs[line.number]
            if min(arc.left, arc.right) < 0:
                if is_edge_road(start, end):
                    web.edges[a, b] = ("trunk", line.number, -1)
                continue
            same = places[arc.left][0] == places[arc.right][0]
            kind = "path" if is_green(*middle) and same else "secondary" if same else "trunk"
            web.edges[a, b] = (kind, line.number, -1)
        else:
            face = plane.owner.get((a, b), plane.owner.get((b, a), 0))
            community = plane.community[face]
            village = places[community][1] == "urban_village"
            lane = line.number >= 5 and rng.random() < (0.35 if village else 0.1)
            web.edges[a, b] = ("path" if is_green(*middle) or lane else "branch", -1, community)
    return web


def set_barriers(web: Web, arcs: list[Arc], facts: Facts) -> list[Barrier]:
    """Put the barriers into the web: streets end before them, bridges cross them."""
    numbers = {plan.id: barrier_arcs(arcs, facts, plan) for plan in PLANS}
    closed = {number for some in numbers.values() for number in some}
    web.edges = {edge: kind for edge, kind in web.edges.items() if kind[1] not in closed}
    barriers = [place_barrier(web.plane, plan, numbers[plan.id], web.near()) for plan in PLANS]
    for barrier in barriers:
        near = web.near()
        sides = ways_on_sides(web.plane, list(barrier.vertices), near)
        for vertex in barrier.vertices:
            left, right = sides.get(vertex, (near.get(vertex, []), []))
            ends = [[web.shorten(vertex, other) for other in side if other in near[vertex]] for side in (left, right)]
            if vertex in barrier.bridges:
                over = [next(end for end in side if end is not None) for side in ends]
                web.bridges.append((over[0], vertex, over[1]))
    return barriers


def chains_of(web: Web) -> list[tuple[list[int], Kind]]:
    """Return the streets as chains of vertices between crossings, ends, and changes of class or border."""
    near = web.near()
    at_bridge = {vertex for bridge in web.bridges for vertex in bridge}

    def kind(a: int, b: int) -> Kind:
        return web.edges[(a, b) if (a, b) in web.edges else (b, a)]

    def passes(vertex: int) -> bool:
        others = near[vertex]
        return len(others) == 2 and vertex not in at_bridge and kind(vertex, others[0]) == kind(vertex, others[1])

    done: set[Edge] = set()
    chains = []
    for start in sorted(vertex for vertex in near if not passes(vertex)):
        for first in near[start]:
            if (start, first) in done:
                continue
            path = [start, first]
            while passes(path[-1]) and path[-1] != start:
                path.append(next(vertex for vertex in near[path[-1]] if vertex != path[-2]))
            done.update(itertools.pairwise(path))
            done.update(zip(path[1:], path, strict=False))
            chains.append((path, kind(start, first)))
    return chains


def thin_out(web: Web, *, seed: int) -> None:
    """Take away a few lanes, so that blocks differ, then everything that is not connected with the main web."""
    rng = stream(seed, "thin")
    near = web.near()
    for path, (kind, number, _) in chains_of(web):
        crossings = min(len(near[path[0]]), len(near[path[-1]])) >= 3
        if number < 0 and kind != "trunk" and crossings and rng.random() < 0.07:
            for a, b in itertools.pairwise(path):
                web.edges.pop((a, b) if (a, b) in web.edges else (b, a))
    keep_connected(web)


def keep_connected(web: Web) -> None:
    """Drop streets that cannot be reached from the largest connected part of the web."""
    near = web.near()
    for one, _, other in web.bridges:
        near[one], near[other] = [*near[one], other], [*near[other], one]
    seen: set[int] = set()
    best: set[int] = set()
    for start in near:
        if start in seen:
            continue
        part, waiting = {start}, [start]
        while waiting:
            for other in near[waiting.pop()]:
                if other not in part:
                    part.add(other)
                    waiting.append(other)
        seen |= part
        best = max(best, part, key=len)
    web.edges = {edge: kind for edge, kind in web.edges.items() if edge[0] in best}


def pieces_of(web: Web, arcs: list[Arc]) -> list[Piece]:
    """Return the street pieces; a road on a border goes to the one of its two communities that has fewer such metres."""
    plane, near = web.plane, web.near()
    on_border: dict[int, float] = {}
    result = []
    for path, (kind, number, community) in chains_of(web):
        piece = Piece(kind, tuple(plane.points[i] for i in path), community)
        if number >= 0:
            pair = [label for label in (arcs[number].left, arcs[number].right) if label >= 0]
            side = min(pair, key=lambda label: (round(on_border.get(label, 0.0), 1), label))
            on_border[side] = on_border.get(side, 0.0) + piece.length_m
            result.append(replace(piece, community=side))
        else:
            result.append(piece)
    of_vertex = {path[-1]: piece.community for (path, _), piece in zip(chains_of(web), result, strict=True)}
    of_vertex |= {path[0]: piece.community for (path, _), piece in zip(chains_of(web), result, strict=True)}
    for one, vertex, other in web.bridges:
        if one in near:
            points = tuple(plane.points[i] for i in (one, vertex, other))
            result.append(Piece("secondary", points, of_vertex[one], bridge=True))
    return result
