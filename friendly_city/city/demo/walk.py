"""Walking distances in the made city, only to put planted truths where they hold.

Its own few lines, so that what `access` measures is not built with `access`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from friendly_city.city.demo.borders import Point
    from friendly_city.city.demo.streets import Piece

    Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Foot:
    """Where a point meets the streets: straight segment, metres along it, metres to it."""

    segment: int
    along_m: float
    straight_m: float


class Walk:
    """The straight segments of all street pieces, as a graph."""

    def __init__(self, pieces: list[Piece]) -> None:
        number: dict[Point, int] = {}
        ends = []
        for piece in pieces:
            for a, b in zip(piece.points, piece.points[1:], strict=False):
                ends.append((number.setdefault(a, len(number)), number.setdefault(b, len(number))))
        self.nodes = np.array(list(number))
        self.ends = np.array(ends)
        self.start, self.way = self.nodes[self.ends[:, 0]], self.nodes[self.ends[:, 1]] - self.nodes[self.ends[:, 0]]
        self.lengths = np.sqrt((self.way**2).sum(axis=1))
        size = (len(number), len(number))
        self.graph = coo_array((self.lengths, (self.ends[:, 0], self.ends[:, 1])), shape=size).tocsr()

    def foot(self, point: Point) -> Foot:
        """Return where a point meets its nearest street."""
        off = np.array(point) - self.start
        part = np.clip((off * self.way).sum(axis=1) / (self.lengths**2), 0, 1)
        gap = np.sqrt(((off - part[:, None] * self.way) ** 2).sum(axis=1))
        best = int(np.argmin(np.round(gap, 3)))
        return Foot(best, float(part[best] * self.lengths[best]), float(gap[best]))

    def metres(self, start: Point, ends: list[Point]) -> list[float]:
        """Return the way on foot from a point to each of others, metres; inf where there is none."""
        foot = self.foot(start)
        a, b = self.ends[foot.segment]
        to_nodes = dijkstra(self.graph, directed=False, indices=[a, b])
        reach = np.minimum(to_nodes[0] + foot.along_m, to_nodes[1] + self.lengths[foot.segment] - foot.along_m)
        return [self._arrive(foot, self.foot(end), reach) for end in ends]

    def _arrive(self, foot: Foot, other: Foot, reach: Floats) -> float:
        c, d = self.ends[other.segment]
        way = min(reach[c] + other.along_m, reach[d] + self.lengths[other.segment] - other.along_m)
        if other.segment == foot.segment:
            way = min(way, abs(foot.along_m - other.along_m))
        return float(way + foot.straight_m + other.straight_m)
