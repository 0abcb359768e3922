"""From a point to the street: the nearest position on an edge and the straight way to it.

Knows points in metres and a network; knows no costs along streets (`costs`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from friendly_city.errors import InvalidParameters

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from friendly_city.access.network import StreetNetwork

    Floats = NDArray[np.float64]
    Integers = NDArray[np.intp]

SNAP_LIMIT_M = 500.0
"""A point farther than this from every street cannot be reached on foot (ours)."""

LOOK_M = (40.0, 90.0)
"""How far is looked around a point at first; only the speed depends on it."""

TIE_M = 1e-6
"""Streets whose distances differ by less are equally near (ours: rounding noise); the cheaper way is taken."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Snap:
    """Where points meet the streets; a row for each point and each of its equally near streets.

    A point too far from every street has no row. Rows are sorted by point, then by edge.

    Attributes
    ----------
    size : int
        Number of points.
    point : array (rows,)
        Which point, 0 … size - 1.
    edge : array (rows,)
        Edge of the network.
    along_m : array (rows,)
        Distance from the edge's first point along its line, metres.
    straight_m : array (rows,)
        Straight distance from the point to the street, metres.
    """

    size: int
    point: Integers
    edge: Integers
    along_m: Floats
    straight_m: Floats

    @property
    def near(self) -> NDArray[np.bool_]:
        """Return for each point whether it meets a street."""
        return np.bincount(self.point, minlength=self.size).astype(bool)

    def at(self, points: Integers) -> Snap:
        """Return some points, given by rising numbers, numbered from 0."""
        number = np.full(self.size, -1, dtype=np.intp)
        number[points] = np.arange(len(points))
        chosen = number[self.point] >= 0
        return Snap(
            size=len(points),
            point=number[self.point][chosen],
            edge=self.edge[chosen],
            along_m=self.along_m[chosen],
            straight_m=self.straight_m[chosen],
        )

    @property
    def distance_m(self) -> Floats:
        """Return the straight distance of each point to the nearest street in metres, inf beyond the limit."""
        result = np.full(self.size, np.inf)
        np.minimum.at(result, self.point, self.straight_m)
        return result


def snap(network: StreetNetwork, xy: Any, *, limit_m: float = SNAP_LIMIT_M, part: Any = 0) -> Snap:
    """Find the nearest position on a street for each point.

    Parameters
    ----------
    network : StreetNetwork
        The streets.
    xy : array-like (n, 2)
        Points in metres, in the CRS of the network. A point with an unknown position meets no street.
    limit_m : float
        Greatest straight distance to a street, metres.
    part : int or array (n,)
        Number of the city of each point; it meets streets of its own city only.

    Returns
    -------
    Snap

    Raises
    ------
    InvalidParameters
        When `xy` has another shape, or the limit is negative or not a number.

    Examples
    --------
    >>> from shapely import LineString
    >>> from friendly_city.access.network import network_of
    >>> found = snap(network_of([LineString([(0, 0), (100, 0)])]), [(30, 40), (30, 900)])
    >>> found.along_m.tolist(), found.distance_m.tolist()
    ([30.0], [40.0, inf])
    """
    points = np.asarray(xy, dtype=float).reshape(-1, 2) if np.size(xy) == 0 else np.asarray(xy, dtype=float)
    if points.ndim != 2 or points.shape[1] != 2:
        raise InvalidParameters(f"points must be an array of shape (n, 2), in metres; got {points.shape}")
    if not limit_m >= 0:
        raise InvalidParameters(f"the snapping limit must be metres from 0 on; got {limit_m}")
    known = np.flatnonzero(np.isfinite(points).all(axis=1))
    shapes = shapely.points(points[known])
    part = np.broadcast_to(np.asarray(part, dtype=np.intp), len(points))[known]
    which, edge = _nearest(network, shapes, part, limit_m)
    along_m = shapely.line_locate_point(network.lines[edge], shapes[which])
    straight_m = shapely.distance(network.lines[edge], shapes[which])
    return Snap(size=len(points), point=known[which], edge=edge, along_m=along_m, straight_m=straight_m)


def _nearest(network: StreetNetwork, shapes: NDArray[np.object_], part: Integers, limit_m: float) -> tuple[Integers, Integers]:
    """Return (shape, edge) of each nearest edge of the same city within the limit, ties included, sorted."""
    found = [(np.empty(0, np.intp), np.empty(0, np.intp))]
    for number, (edges, tree) in network.trees.items():
        own = np.flatnonzero(part == number)
        if len(own):
            which, edge = _nearest_in(tree, shapes[own], limit_m)
            found.append((own[which], edges[edge]))
    which, edge = (np.concatenate(side) for side in zip(*found, strict=True))
    order = np.lexsort((edge, which))
    return which[order], edge[order]


def _nearest_in(tree: shapely.STRtree, shapes: NDArray[np.object_], limit_m: float) -> tuple[Integers, Integers]:
    """Return (shape, edge) of each nearest edge within the limit, ties included.

    Most points lie near a street: what is around them is looked through first, the nearest is searched for the others.
    """
    found, left = [], np.arange(len(shapes))
    for near_m in LOOK_M:
        if near_m < limit_m:
            which, edge, settled = _looked_around(tree, shapes[left], near_m)
            found.append((left[which], edge))
            left = left[~settled]
    (which, _), distance = tree.query_nearest(shapes[left], all_matches=False, return_distance=True)
    inside = distance <= limit_m
    which, distance = left[which[inside]], distance[inside]
    tied, edge = tree.query(shapes[which], predicate="dwithin", distance=distance + TIE_M)
    whole = [*found, (which[tied], edge)]
    return np.concatenate([which for which, _ in whole]), np.concatenate([edge for _, edge in whole])


def _looked_around(
    tree: shapely.STRtree, shapes: NDArray[np.object_], near_m: float
) -> tuple[Integers, Integers, NDArray[np.bool_]]:
    """Return (shape, edge) of the nearest edges of the points that surely have them within `near_m`, and which these are."""
    x, y = shapely.get_coordinates(shapes).T
    which, edge = tree.query(shapely.box(x - near_m, y - near_m, x + near_m, y + near_m))  # and some more
    distance = shapely.distance(shapes[which], tree.geometries[edge])
    least = np.full(len(shapes), np.inf)
    np.minimum.at(least, which, distance)
    settled = least <= near_m - 2 * TIE_M
    tied = settled[which] & (distance <= least[which] + TIE_M)
    return which[tied], edge[tied], settled
