"""The made ground of the city in one object, and places found on it: beside streets, inside communities."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from math import hypot

import numpy as np

from friendly_city.city.demo.barriers import Barrier
from friendly_city.city.demo.borders import Arc, Point, area_of, ring_of, smooth_arcs, trace_arcs
from friendly_city.city.demo.facts import Facts
from friendly_city.city.demo.green import is_green
from friendly_city.city.demo.plan import Plan, anywhere
from friendly_city.city.demo.sketch import inside, sketch_district
from friendly_city.city.demo.streets import Piece, made_plane, pieces_of, set_barriers, thin_out, web_of
from friendly_city.city.demo.walk import Walk
from friendly_city.errors import InvalidParameters

TRIES = 4000


@dataclass(frozen=True, eq=False)
class Ground:
    """Communities (rings by number), street pieces, barriers with their lines in metres."""

    rings: list[list[Point]]
    arcs: list[Arc]
    pieces: list[Piece]
    barriers: list[Barrier]
    barrier_lines: list[list[Point]]
    bridges: list[Point]

    @cached_property
    def walk(self) -> Walk:
        """Return the walking graph."""
        return Walk(self.pieces)

    @cached_property
    def areas_m2(self) -> list[float]:
        """Return the area of each community."""
        return [area_of(ring) for ring in self.rings]

    @cached_property
    def middles(self) -> list[Point]:
        """Return the middle of each community: the mean of its vertices."""
        return [(sum(x for x, _ in ring) / len(ring), sum(y for _, y in ring) / len(ring)) for ring in self.rings]

    @cached_property
    def fronts(self) -> list[list[Piece]]:
        """Return for each community the streets that places stand on: no bridges, not in green areas if avoidable."""
        result: list[list[Piece]] = [[] for _ in self.rings]
        for piece in self.pieces:
            if not piece.bridge and piece.length_m >= 30:
                result[piece.community].append(piece)
        return [self._settled(some) for some in result]

    def _settled(self, pieces: list[Piece]) -> list[Piece]:
        built = [piece for piece in pieces if not is_green(*middle(piece))]
        return built if sum(piece.length_m for piece in built) > 900 else pieces

    def within(self, community: int, point: Point) -> bool:
        """Return whether a position lies in a community."""
        ring = np.array(self.rings[community])
        return bool(inside(ring, np.array([point[0]]), np.array([point[1]]))[0])

    def sites(
        self,
        community: int,
        count: int,
        rng: np.random.Generator,
        *,
        away_m: tuple[float, float] = (8.0, 32.0),
        apart_m: float = 25.0,
        fits: Callable[[Point], bool] = anywhere,
    ) -> list[Point]:
        """Return places beside the streets of a community: inside it, some metres away from the street, apart.

        Raises
        ------
        InvalidParameters
            When the made ground has no room for them.
        """
        found = self.found_sites(community, count, rng, away_m=away_m, apart_m=apart_m, fits=fits)
        if len(found) < count:
            raise InvalidParameters(
                f"with this seed community {community} has room for {len(found)} of {count} places: take another seed"
            )
        return found

    def found_sites(
        self,
        community: int,
        count: int,
        rng: np.random.Generator,
        *,
        away_m: tuple[float, float] = (8.0, 32.0),
        apart_m: float = 25.0,
        fits: Callable[[Point], bool] = anywhere,
        tries: int = TRIES,
    ) -> list[Point]:
        """Return up to `count` such places, fewer where no more are found."""
        pieces = self.fronts[community]
        edges = np.cumsum([piece.length_m for piece in pieces])
        found: list[Point] = []
        for turn in range(tries):
            if len(found) == count:
                break
            gap = apart_m * (1 - turn / tries)
            place = float(rng.random()) * float(edges[-1])
            number = int(np.searchsorted(edges, place, side="right"))
            along = place - (float(edges[number - 1]) if number else 0.0)
            off = (away_m[0] + (away_m[1] - away_m[0]) * float(rng.random())) * (1 if rng.random() < 0.5 else -1)
            point = beside(pieces[number], along, off)
            near = any(hypot(point[0] - x, point[1] - y) < gap for x, y in found)
            if not near and fits(point) and self.within(community, point):
                found.append(point)
        return found


def middle(piece: Piece) -> Point:
    """Return the position halfway along a piece."""
    return beside(piece, piece.length_m / 2, 0.0)


def beside(piece: Piece, along_m: float, off_m: float) -> Point:
    """Return the position `along_m` metres along a piece and `off_m` metres to its left, rounded to 0.1 m."""
    for (ax, ay), (bx, by) in zip(piece.points, piece.points[1:], strict=False):
        length = hypot(bx - ax, by - ay)
        if along_m <= length or (bx, by) == piece.points[-1]:
            part = min(along_m / length, 1.0)
            x, y = ax + part * (bx - ax), ay + part * (by - ay)
            return round(x - off_m * (by - ay) / length, 1), round(y + off_m * (bx - ax) / length, 1)
        along_m -= length
    raise AssertionError("a piece has no segment")


def made_ground(facts: Facts, plan: Plan, *, seed: int) -> Ground:
    """Return the ground: communities, streets, barriers."""
    count = len(facts.communities)
    arcs = smooth_arcs(trace_arcs(sketch_district(facts, seed=seed)), count)
    plane = made_plane(arcs, facts, plan, seed=seed)
    web = web_of(plane, arcs, facts, seed=seed)
    barriers = set_barriers(web, arcs, facts)
    thin_out(web, seed=seed)
    lines = [[plane.points[i] for i in barrier.vertices] for barrier in barriers]
    bridges = [plane.points[i] for barrier in barriers for i in barrier.bridges]
    rings = [ring_of(arcs, label) for label in range(count)]
    return Ground(rings, arcs, pieces_of(web, arcs), barriers, lines, bridges)
