"""The planted facility that is near by air and far on foot: on the other side of a barrier, between two bridges."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from math import hypot

from friendly_city.city.demo.borders import Point
from friendly_city.city.demo.chance import stream
from friendly_city.city.demo.ground import Ground
from friendly_city.city.demo.people import People

NEAR_M, FAR_M = 230.0, 1400.0
"""Closer than 250 m by air and farther than 1,000 m on foot, with room for rounding."""
TRIED_HOMES = 30


@dataclass(frozen=True)
class Across:
    """A home (number), the community on the other side, and a place there."""

    home: int
    community: int
    point: Point
    straight_m: float
    walk_m: float


def separated(a: Point, b: Point, line: list[Point]) -> bool:
    """Return whether `a` and `b` are on two sides of a line: the straight way crosses it an odd number of times.

    Examples
    --------
    >>> separated((0, -1), (0, 1), [(-1, 0), (1, 0)])
    True
    """

    def side(p: Point, q: Point, r: Point) -> bool:
        return (q[0] - p[0]) * (r[1] - p[1]) > (q[1] - p[1]) * (r[0] - p[0])

    crossings = sum(side(a, c, d) != side(b, c, d) and side(a, b, c) != side(a, b, d) for c, d in itertools.pairwise(line))
    return crossings % 2 == 1


def gap_m(point: Point, others: list[Point]) -> float:
    """Return the straight distance to the nearest of some points."""
    return min(hypot(point[0] - x, point[1] - y) for x, y in others)


def found_across(people: People, ground: Ground, *, seed: int) -> Across:
    """Return a home and a place near by air across a barrier that is far on foot; the least far of those."""
    rng = stream(seed, "across")
    vertices = [point for line in ground.barrier_lines for point in line]
    close = [n for n, home in enumerate(people.homes) if gap_m(home.point, vertices) < 160]
    close.sort(key=lambda n: (-round(gap_m(people.homes[n].point, ground.bridges), 1), n))
    best = None
    for number in close[:TRIED_HOMES]:
        home = people.homes[number].point
        for community in range(len(ground.rings)):
            if community == people.homes[number].community or gap_m(home, ground.rings[community]) > NEAR_M:
                continue
            for line in ground.barrier_lines:

                def fits(point: Point, home: Point = home, line: list[Point] = line) -> bool:
                    return hypot(point[0] - home[0], point[1] - home[1]) < NEAR_M and separated(home, point, line)

                for site in ground.found_sites(community, 3, rng, fits=fits, tries=600):
                    walk = ground.walk.metres(home, [site])[0]
                    if walk >= FAR_M and (best is None or walk < best.walk_m):
                        straight = hypot(site[0] - home[0], site[1] - home[1])
                        best = Across(number, community, site, straight, walk)
    if best is None:
        raise AssertionError("no place is near by air and far on foot")
    return best
