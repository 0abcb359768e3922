"""City blocks: communities are cut into blocks by streets, block by block, until blocks are small enough.

A plane of faces with shared edges: a street end that meets an edge becomes a vertex for both sides, so streets touch
only at shared ends.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from math import atan2, cos, hypot, pi, sin

import numpy as np

from friendly_city.city.demo.borders import Arc, Point, area_of

SNAP_M = 48.0
SHORTEST_M = 45.0
ATTEMPTS = 8

Edge = tuple[int, int]


@dataclass
class Line:
    """What an edge is: `kind` is ``border`` (with the arc's number) or ``inner`` (with the depth of the cut)."""

    kind: str
    number: int


@dataclass
class Plane:
    """Vertices in metres, faces as rings of vertices (counter-clockwise), and the line each edge belongs to."""

    points: list[Point] = field(default_factory=list)
    rings: dict[int, list[int]] = field(default_factory=dict)
    community: dict[int, int] = field(default_factory=dict)
    owner: dict[Edge, int] = field(default_factory=dict)
    line: dict[Edge, Line] = field(default_factory=dict)

    def vertex(self, point: Point) -> int:
        """Add a vertex and return its number."""
        self.points.append((round(point[0], 1), round(point[1], 1)))
        return len(self.points) - 1

    def mark(self, a: int, b: int, line: Line) -> None:
        """Say what an edge is."""
        self.line[min(a, b), max(a, b)] = line

    def face(self, ring: list[int], community: int, number: int) -> None:
        """Add or replace a face."""
        self.rings[number], self.community[number] = ring, community
        for edge in zip(ring, ring[1:] + ring[:1], strict=True):
            self.owner[edge] = number

    def insert(self, a: int, b: int, point: Point) -> int:
        """Put a vertex into the edge from `a` to `b`, for the faces on both sides, and return it."""
        new = self.vertex(point)
        line = self.line.pop((min(a, b), max(a, b)))
        self.mark(a, new, line)
        self.mark(new, b, line)
        for one, other in ((a, b), (b, a)):
            number = self.owner.pop((one, other), None)
            if number is not None:
                ring = self.rings[number]
                ring.insert(ring.index(one) + 1, new)
                self.owner[one, new] = self.owner[new, other] = number
        return new

    def outline(self, number: int) -> list[Point]:
        """Return the positions around a face."""
        return [self.points[i] for i in self.rings[number]]


def plane_of(arcs: list[Arc], count: int) -> Plane:
    """Return the plane whose faces are the communities."""
    plane, known = Plane(), {}
    pieces: dict[int, list[list[int]]] = {label: [] for label in range(count)}
    for number, arc in enumerate(arcs):
        path = []
        for place, point in enumerate(arc.points):
            at_end = place in (0, len(arc.points) - 1)
            if not (at_end and point in known):
                vertex = plane.vertex(point)
                if at_end:
                    known[point] = vertex
            else:
                vertex = known[point]
            path.append(vertex)
        for edge in itertools.pairwise(path):
            plane.mark(*edge, Line("border", number))
        for label, way in ((arc.left, path), (arc.right, path[::-1])):
            if label >= 0:
                pieces[label].append(way)
    for label, ways in pieces.items():
        plane.face(joined(ways), label, label)
    return plane


def joined(ways: list[list[int]]) -> list[int]:
    """Return the ring that some ways make, each starting where another ends.

    Examples
    --------
    >>> joined([[1, 2], [3, 1], [2, 3]])
    [1, 2, 3]
    """
    after = {way[0]: way for way in ways}
    ring, at = [], ways[0][0]
    for _ in ways:
        ring += after[at][:-1]
        at = after[at][-1]
    return ring


def first_hit(ring: list[Point], start: Point, angle: float) -> tuple[int, Point, float] | None:
    """Return where a ray first meets a ring: edge number, position and distance."""
    (x, y), dx, dy = start, cos(angle), sin(angle)
    best = None
    for i, (ax, ay) in enumerate(ring):
        bx, by = ring[(i + 1) % len(ring)]
        ex, ey = bx - ax, by - ay
        cross = dx * ey - dy * ex
        if abs(cross) < 1e-9:
            continue
        along = ((ax - x) * ey - (ay - y) * ex) / cross
        part = ((ax - x) * dy - (ay - y) * dx) / cross
        if along > 1e-6 and -1e-9 <= part <= 1 + 1e-9 and (best is None or along < best[2]):
            best = (i, (x + along * dx, y + along * dy), along)
    return best


def middle_of(ring: list[Point], rng: np.random.Generator) -> Point:
    """Return a point inside a ring near its middle: of the chord through the centroid, or through the longest edge."""
    twice = [a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, ring[1:] + ring[:1], strict=True)]
    pairs = list(zip(ring, ring[1:] + ring[:1], twice, strict=True))
    x = sum((a[0] + b[0]) * c for a, b, c in pairs) / (3 * sum(twice))
    y = sum((a[1] + b[1]) * c for a, b, c in pairs) / (3 * sum(twice))
    crossings = sum(((a[1] > y) != (b[1] > y)) and x < (b[0] - a[0]) * (y - a[1]) / (b[1] - a[1]) + a[0] for a, b, _ in pairs)
    if crossings % 2:
        return x, y
    a, b, _ = max(pairs, key=lambda pair: round(hypot(pair[1][0] - pair[0][0], pair[1][1] - pair[0][1]), 3))
    edge = atan2(b[1] - a[1], b[0] - a[0])
    start = (0.5 * (a[0] + b[0]) + 0.01 * cos(edge + pi / 2), 0.5 * (a[1] + b[1]) + 0.01 * sin(edge + pi / 2))
    hit = first_hit(ring, start, edge + pi / 2 + 0.2 * (rng.random() - 0.5))
    return start if hit is None else ((start[0] + hit[1][0]) / 2, (start[1] + hit[1][1]) / 2)


def extent(ring: list[Point], angle: float) -> tuple[float, float]:
    """Return how far a ring reaches along a direction: least and greatest."""
    reach = [x * cos(angle) + y * sin(angle) for x, y in ring]
    return min(reach), max(reach)


def clear(ring: list[Point], start: Point, end: Point) -> bool:
    """Return whether a straight line from inside a ring to its vertex `end` stays inside."""
    length = hypot(end[0] - start[0], end[1] - start[1])
    hit = first_hit(ring, start, atan2(end[1] - start[1], end[0] - start[0]))
    return hit is None or hit[2] > length - 0.2


@dataclass(frozen=True)
class Cutter:
    """How blocks are cut: the wanted block area in m² and the main direction of streets, at a place in a community."""

    rng: np.random.Generator
    wanted_m2: Callable[[Point, int], float]
    direction: Callable[[Point, int], float]

    def target(self, plane: Plane, ring: list[Point], start: Point, angle: float, face: int) -> int | None:
        """Return the vertex a street from `start` ends in: one near the hit, or a new one on the edge hit."""
        hit = first_hit(ring, start, angle)
        if hit is None or hit[2] < SHORTEST_M / 2:
            return None
        numbers = plane.rings[face]
        near = sorted((round(hypot(x - hit[1][0], y - hit[1][1]), 3), i) for i, (x, y) in enumerate(ring))
        for distance, i in near[:3]:
            if distance <= SNAP_M and clear(ring, start, ring[i]):
                return numbers[i]
        if near[0][0] < 12.0:
            return None
        return plane.insert(numbers[hit[0]], numbers[(hit[0] + 1) % len(numbers)], hit[1])

    def cut(self, plane: Plane, face: int, depth: int) -> tuple[int, int] | None:
        """Cut a face in two by a street across its longer side, or return None when it is small enough."""
        ring = plane.outline(face)
        area, community = area_of(ring), plane.community[face]
        middle = middle_of(ring, self.rng)
        wanted = self.wanted_m2(middle, community)
        if area < wanted * (0.75 + 0.6 * self.rng.random()):
            return None
        for _ in range(ATTEMPTS):
            pieces = self.try_cut(plane, face, middle, 0.18 * area)
            if pieces:
                return self.divide(plane, face, pieces, depth)
        return None

    def try_cut(self, plane: Plane, face: int, middle: Point, least_m2: float) -> list[int] | None:
        """Return the vertices of a street across a face that leaves no sliver, or None."""
        ring, rng = plane.outline(face), self.rng
        main = self.direction(middle, plane.community[face])
        spans = [extent(ring, main + turn) for turn in (0.0, pi / 2)]
        longer = 0 if spans[0][1] - spans[0][0] >= spans[1][1] - spans[1][0] else 1
        if rng.random() < 0.1:
            longer = 1 - longer
        axis = main + longer * pi / 2
        shift = 0.24 * (rng.random() - 0.5) * (spans[longer][1] - spans[longer][0])
        start = (middle[0] + shift * cos(axis), middle[1] + shift * sin(axis))
        across = axis + pi / 2 + 0.16 * (rng.random() - 0.5)
        bend = 0.14 * (rng.random() - 0.5)
        if not clear(ring, middle, start):
            return None
        first = self.target(plane, ring, start, across, face)
        if first is None:
            return None
        last = self.target(plane, plane.outline(face), start, across + pi + bend, face)
        if last is None or first == last:
            return None
        street = [first, plane.vertex(start), last]
        halves = halves_of(plane.rings[face], street)
        small = min(area_of([plane.points[i] for i in half]) for half in halves)
        return street if small >= least_m2 and min(len(half) for half in halves) > 3 else None

    def divide(self, plane: Plane, face: int, street: list[int], depth: int) -> tuple[int, int]:
        """Replace a face by the two on either side of a street, and return their numbers."""
        left, right = halves_of(plane.rings[face], street)
        for edge in itertools.pairwise(street):
            plane.mark(*edge, Line("inner", depth))
        new = max(plane.rings) + 1
        community = plane.community[face]
        plane.face(left, community, face)
        plane.face(right, community, new)
        return face, new


def halves_of(ring: list[int], street: list[int]) -> tuple[list[int], list[int]]:
    """Return the two rings that a street between two vertices of a ring makes.

    Examples
    --------
    >>> halves_of([1, 2, 3, 4], [1, 9, 3])
    ([9, 3, 4, 1], [1, 2, 3, 9])
    """
    first, last = ring.index(street[0]), ring.index(street[-1])
    turned = ring[first:] + ring[:first]
    place = (last - first) % len(ring)
    ahead, behind = turned[: place + 1], turned[place:] + turned[:1]
    return street[1:-1] + behind, ahead + street[1:-1][::-1]


def cut_blocks(plane: Plane, cutter: Cutter) -> None:
    """Cut every face of a plane until all blocks are small enough."""
    waiting = [(face, 0) for face in sorted(plane.rings)]
    while waiting:
        face, depth = waiting.pop(0)
        pieces = cutter.cut(plane, face, depth)
        if pieces:
            waiting += [(piece, depth + 1) for piece in pieces]
