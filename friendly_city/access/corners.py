"""Street corners: trunk roads as two pavements that meet only where the road is crossed.

At a node of k trunk road ends the ends cut the surroundings into k sectors; each sector is a corner. Other streets begin
at the corner of their sector; a trunk road becomes a left and a right pavement, each from corner to corner. Corners on two
sides of a road end are joined by a link that costs what crossing there costs. At the end of a trunk road (k = 1) one walks
round it, and without trunk roads (k = 0) the corner is the node itself. Knows no city and no age band (`pace`, `walking`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from friendly_city.access.network import StreetNetwork
from friendly_city.access.snapping import Snap

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Integers = NDArray[np.intp]
    Truths = NDArray[np.bool_]

AT_END_M = 1e-6
"""A position nearer to the end of a street is at its node; a place nearer to a trunk road is on both sides of it (ours)."""

AROUND_M = 1e-3
"""How far before and behind a position the direction of a bent road is looked at (ours)."""

TURN = 2 * np.pi
APART = 8.0
"""Put between the bearings (0 to 2π) of two nodes when they are searched together."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Corners:
    """The corners of a network and what lies between them.

    Attributes
    ----------
    streets : StreetNetwork
        The centre lines.
    major : array (edges,)
        Which of them are trunk roads, with a pavement on either side.
    node : array (corners,)
        Node of each corner.
    tail, head : arrays (pavements,)
        Corners at both ends. Pavement e is edge e, the left one of a trunk road seen from tail to head; the right ones follow.
    right : array (edges,)
        Number of the right pavement of a trunk road; of another street its only one.
    link : array (links, 2)
        Corners on two sides of the end of a trunk road.
    bearing : array (major ends,)
        Bearings of the ends of trunk roads, increased by `APART` a node; sorted.
    """

    streets: StreetNetwork
    major: Truths
    node: Integers
    tail: Integers
    head: Integers
    right: Integers
    link: Integers
    bearing: Floats

    def network(self, link_m: Floats, *, factor: Floats | None = None) -> StreetNetwork:
        """Return the corners as a network on which `costs` are worked out.

        Parameters
        ----------
        link_m : array (nodes,)
            What crossing a trunk road costs at each node, in metres of walking; inf where it cannot be crossed.
        factor : array (edges,), optional
            By how much a metre of each street counts more, e.g. for its slope; 1 without it.

        Returns
        -------
        StreetNetwork
            Nodes are corners; edges are pavements, then crossing links (row -1).
        """
        streets, edge = self.streets, self.edge
        cost_m = link_m[self.node[self.link[:, 0]]]
        link, cost_m = self.link[np.isfinite(cost_m)], cost_m[np.isfinite(cost_m)]
        length_m = streets.length_m if factor is None else streets.length_m * factor
        spot = self.node[link[:, 0]]
        end = np.asarray(shapely.linestrings(np.repeat(streets.xy[spot][:, None], 2, axis=1)), dtype=object).reshape(-1)
        part = np.zeros(len(streets.xy), np.intp)
        part[streets.tail] = part[streets.head] = streets.part
        return StreetNetwork(
            xy=streets.xy[self.node],
            tail=np.concatenate([self.tail, link[:, 0]]),
            head=np.concatenate([self.head, link[:, 1]]),
            length_m=np.concatenate([length_m[edge], cost_m]),
            lines=np.concatenate([streets.lines[edge], end]),
            row=np.concatenate([streets.row[edge], np.full(len(link), -1)]),
            part=np.concatenate([streets.part[edge], part[spot]]),
        )

    @property
    def edge(self) -> Integers:
        """Return the edge of each pavement."""
        return np.concatenate([np.arange(len(self.major)), np.flatnonzero(self.major)])


def corners_of(streets: StreetNetwork, major: Any) -> Corners:
    """Return the corners of a network.

    Parameters
    ----------
    streets : StreetNetwork
        The centre lines.
    major : array-like (edges,) of bool
        Which edges are trunk roads; one without length has no sides and counts as another street.

    Examples
    --------
    >>> from shapely import LineString
    >>> from friendly_city.access.network import network_of
    >>> road = [LineString([(-100, 0), (0, 0)]), LineString([(0, 0), (100, 0)])]
    >>> lane = [LineString([(0, 0), (0, 50)])]
    >>> corners = corners_of(network_of(road + lane), [True, True, False])
    >>> len(corners.node), len(corners.tail), len(corners.link)
    (5, 5, 2)
    """
    major = np.asarray(major, dtype=bool).reshape(len(streets.length_m)) & (streets.length_m > 0)
    node, bearing, trunk = np.concatenate([streets.tail, streets.head]), _bearings(streets.lines), np.tile(major, 2)
    ends = np.bincount(node[trunk], minlength=len(streets.xy))
    first = np.cumsum(np.maximum(ends, 1)) - np.maximum(ends, 1)
    order = np.lexsort((~trunk, bearing, node))
    begun = np.cumsum(trunk[order])
    rank = np.empty(len(node), np.intp)
    rank[order] = begun - (np.cumsum(ends) - ends)[node[order]]
    turns = np.maximum(ends, 1)[node]
    after, before = first[node] + (rank - 1) % turns, first[node] + (rank - 2) % turns
    half, number = len(major), np.flatnonzero(major)
    right = np.arange(half)
    right[number] = half + np.arange(len(number))
    crossed = np.flatnonzero(trunk & (ends[node] > 1))
    return Corners(
        streets=streets,
        major=major,
        node=np.repeat(np.arange(len(ends)), np.maximum(ends, 1)),
        tail=np.concatenate([after[:half], before[number]]),
        head=np.concatenate([np.where(major, before[half:], after[half:]), after[half + number]]),
        right=right,
        link=np.column_stack([before[crossed], after[crossed]]),
        bearing=np.sort(node[trunk] * APART + bearing[trunk]),
    )


def on_pavements(corners: Corners, points: Snap, xy: Any, *, factor: Floats | None = None) -> Snap:
    """Return points on the streets as points on the pavements: on a trunk road, on the side where they lie.

    Parameters
    ----------
    corners : Corners
        Of the network the points were snapped to.
    points : Snap
        Where the points meet the streets.
    xy : array-like (size, 2)
        Where they lie. A point on the middle of a trunk road belongs to both pavements; one that lies off a node, to the
        corner of the sector it lies in.
    factor : array (edges,), optional
        As given to `Corners.network`.
    """
    xy = np.asarray(xy, dtype=float).reshape(points.size, 2)
    side = _sides(corners, points, xy[points.point])
    left, right = np.flatnonzero(side[0]), np.flatnonzero(side[1] & corners.major[points.edge])
    row = np.concatenate([left, right])
    pavement = np.concatenate([points.edge[left], corners.right[points.edge[right]]])
    order = np.lexsort((pavement, points.point[row]))
    row, pavement = row[order], pavement[order]
    along_m = points.along_m[row] if factor is None else points.along_m[row] * factor[points.edge[row]]
    return replace(points, point=points.point[row], edge=pavement, along_m=along_m, straight_m=points.straight_m[row])


def _bearings(lines: NDArray[np.object_]) -> Floats:
    """Return the direction (0 to 2π) in which each line leaves its first point, then in which it leaves its last."""
    lines = shapely.remove_repeated_points(lines)
    xy, after = shapely.get_coordinates(lines), np.cumsum(shapely.get_num_coordinates(lines))
    first = np.append(0, after)[: len(after)]
    way = np.concatenate([xy[first + 1] - xy[first], xy[after - 2] - xy[after - 1]])
    return _bearing(way[:, 0], way[:, 1])


def _bearing(dx: Floats, dy: Floats) -> Floats:
    bearing = np.arctan2(dy, dx) % TURN
    return np.asarray(np.where(bearing >= TURN, 0.0, bearing))


def _sides(corners: Corners, points: Snap, xy: Floats) -> tuple[Truths, Truths]:
    """Return for each row whether it belongs to the left (or only) and to the right pavement of its edge."""
    left = _is_left(corners.streets.lines[points.edge], points.along_m, xy)
    on_it = points.straight_m <= AT_END_M
    left, right = left | on_it | ~corners.major[points.edge], ~left | on_it
    for end, corner in ((0.0, corners.tail), (1.0, corners.head)):
        off_m = np.abs(points.along_m - end * corners.streets.length_m[points.edge])
        at = np.flatnonzero((off_m <= AT_END_M) & ~on_it)
        sector = _sector(corners, (corners.streets.head if end else corners.streets.tail)[points.edge[at]], xy[at])
        left[at] = corner[points.edge[at]] == sector
        right[at] = corner[corners.right[points.edge[at]]] == sector
    kept = np.bincount(points.point, left | right, points.size)[points.point] > 0
    return left | ~kept, right | ~kept


def _is_left(lines: NDArray[np.object_], along_m: Floats, xy: Floats) -> Truths:
    """Return whether places lie left of lines, seen along them at the position nearest to each place."""
    at, behind, ahead = (
        shapely.get_coordinates(shapely.line_interpolate_point(lines, np.maximum(along_m + step, 0.0)))
        for step in (0.0, -AROUND_M, AROUND_M)
    )
    to_place, back, forth = (_bearing(*(other - at).T) for other in (xy, behind, ahead))
    return np.asarray((to_place - forth) % TURN < (back - forth) % TURN)


def _sector(corners: Corners, node: Integers, xy: Floats) -> Integers:
    """Return the corner in whose sector each place lies that is nearest to a node."""
    count = np.bincount(corners.node, minlength=len(corners.streets.xy))
    first = np.cumsum(count) - count
    bearing = _bearing(*(xy - corners.streets.xy[node]).T)
    begin = np.searchsorted(corners.bearing, node * APART, side="left")
    rank = np.searchsorted(corners.bearing, node * APART + bearing, side="right") - begin
    return np.asarray(first[node] + (rank - 1) % count[node], dtype=np.intp)
