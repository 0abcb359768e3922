"""The streets that lie within reach of facilities, cut where a limit ends.

For maps and for measuring how many metres of street a facility serves. Knows no city (`reach` does).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from friendly_city.access.costs import nearest_costs, node_costs, require_limit
from friendly_city.access.snapping import Snap
from friendly_city.errors import InvalidParameters

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from friendly_city.access.network import StreetNetwork

    Floats = NDArray[np.float64]
    Integers = NDArray[np.intp]

SHORTEST_M = 1e-6
"""Cuts nearer to each other than this are one cut: rounding makes no pieces."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Pieces:
    """Parts of edges within reach, sorted by edge and along it.

    Attributes
    ----------
    edge : array (pieces,)
        Edge of the network.
    from_m, to_m : arrays (pieces,)
        Where the piece begins and ends, metres along the edge's line.
    cost_m : array (pieces,)
        Metres on foot from the middle of the piece to the nearest facility.
    limit_m : array (pieces,)
        Smallest of the limits within which the whole piece lies.
    lines : array (pieces,) of LineString
        Geometry.
    """

    edge: Integers
    from_m: Floats
    to_m: Floats
    cost_m: Floats
    limit_m: Floats
    lines: NDArray[np.object_]


def catchment(network: StreetNetwork, facilities: Snap, *, limits_m: Sequence[float]) -> Pieces:
    """Return the parts of streets from which a facility is reached within limits.

    Parameters
    ----------
    network : StreetNetwork
        The streets.
    facilities : Snap
        Facilities on the streets; the straight way from street to facility counts.
    limits_m : sequence of float
        Limits in metres, rising.

    Returns
    -------
    Pieces
        Cut exactly where a limit ends, so that each piece lies in one band; beyond the last limit nothing.

    Raises
    ------
    InvalidParameters
        When there is no limit, or they do not rise.

    Examples
    --------
    >>> from shapely import LineString
    >>> from friendly_city.access.network import network_of
    >>> from friendly_city.access.snapping import snap
    >>> street = network_of([LineString([(0, 0), (1000, 0)])])
    >>> pieces = catchment(street, snap(street, [(100, 0)]), limits_m=(300, 500))
    >>> pieces.from_m.tolist(), pieces.to_m.tolist(), pieces.limit_m.tolist()
    ([0.0, 400.0], [400.0, 600.0], [300.0, 500.0])
    """
    limits = np.asarray([require_limit(limit) for limit in limits_m], dtype=float)
    if not len(limits) or np.any(np.diff(limits) <= 0):
        raise InvalidParameters(f"catchment limits must be metres, rising; got {tuple(limits_m)}")
    edge, from_m, to_m = _between(*_cuts(network, facilities, limits))
    cost_m = _cost_at(network, facilities, edge, (from_m + to_m) / 2)
    band = np.searchsorted(limits, cost_m, side="left")
    edge, from_m, to_m, band = _runs(edge, from_m, to_m, band)
    keep = band < len(limits)
    edge, from_m, to_m, band = edge[keep], from_m[keep], to_m[keep], band[keep]
    cost_m = _cost_at(network, facilities, edge, (from_m + to_m) / 2)
    lines = _cut_lines(network, edge, from_m, to_m)
    return Pieces(edge=edge, from_m=from_m, to_m=to_m, cost_m=cost_m, limit_m=limits[band], lines=lines)


def _cost_at(network: StreetNetwork, facilities: Snap, edge: Integers, along_m: Floats) -> Floats:
    """Return the cost to the nearest facility from positions on edges."""
    here = Snap(size=len(edge), point=np.arange(len(edge)), edge=edge, along_m=along_m, straight_m=np.zeros(len(edge)))
    return nearest_costs(network, here, destinations=facilities)


def _cuts(network: StreetNetwork, facilities: Snap, limits: Floats) -> tuple[Integers, Floats]:
    """Return (edge, along_m) of both ends of each edge within reach and of every place where a limit may end on it."""
    cost_m = node_costs(network, facilities)
    tail_m, head_m = cost_m[network.tail], cost_m[network.head]
    near = np.minimum(tail_m, head_m) <= limits[-1]
    edges = np.flatnonzero(near)
    length_m = network.length_m[edges]
    left_m = limits[:, None] - facilities.straight_m
    along_m = [
        np.zeros(len(edges)),
        length_m,
        *(limits[:, None] - tail_m[edges]),
        *(length_m - limits[:, None] + head_m[edges]),
        *(facilities.along_m - left_m),
        *(facilities.along_m + left_m),
    ]
    edge = np.concatenate([np.tile(edges, 2 + 2 * len(limits)), np.tile(facilities.edge, 2 * len(limits))])
    place = np.concatenate(along_m)
    on_it = (place >= 0) & (place <= network.length_m[edge])
    return edge[on_it], place[on_it]


def _between(edge: Integers, along_m: Floats) -> tuple[Integers, Floats, Floats]:
    """Return the pieces between neighbouring cuts of an edge: edge, from, to."""
    order = np.lexsort((along_m, edge))
    edge, along_m = edge[order], along_m[order]
    piece = (edge[1:] == edge[:-1]) & (np.diff(along_m) > SHORTEST_M)
    return edge[:-1][piece], along_m[:-1][piece], along_m[1:][piece]


def _runs(edge: Integers, from_m: Floats, to_m: Floats, band: Integers) -> tuple[Integers, Floats, Floats, Integers]:
    """Join neighbouring pieces of one edge and one band."""
    first = np.ones(len(edge), bool)
    first[1:] = (edge[1:] != edge[:-1]) | (band[1:] != band[:-1])
    last = np.r_[first[1:], True] if len(edge) else first
    return edge[first], from_m[first], to_m[last], band[first]


def _cut_lines(network: StreetNetwork, edge: Integers, from_m: Floats, to_m: Floats) -> NDArray[np.object_]:
    """Return the geometry of pieces; a piece as long as its edge is the edge's own line."""
    lines = network.lines[edge]
    cut = np.flatnonzero((from_m > SHORTEST_M) | (to_m < network.length_m[edge] - SHORTEST_M))
    if len(cut):
        lines[cut] = _substrings(lines[cut], from_m[cut], to_m[cut])
    return np.asarray(lines, dtype=object)


def _substrings(lines: NDArray[np.object_], from_m: Floats, to_m: Floats) -> NDArray[np.object_]:
    """Return the part of each line between two distances along it."""
    xy, line = shapely.get_coordinates(lines, return_index=True)
    leg_m = np.hypot(*np.diff(xy, axis=0, prepend=xy[:1]).T)
    travelled_m = np.cumsum(leg_m)
    along_m = travelled_m - travelled_m[np.searchsorted(line, line, side="left")]
    between = (along_m > from_m[line] + SHORTEST_M) & (along_m < to_m[line] - SHORTEST_M)
    ends = np.concatenate([shapely.line_interpolate_point(lines, from_m), shapely.line_interpolate_point(lines, to_m)])
    every = np.arange(len(lines))
    owner = np.concatenate([every, every, line[between]])
    order = np.lexsort((np.concatenate([from_m, to_m, along_m[between]]), owner))
    vertices = np.concatenate([shapely.get_coordinates(ends), xy[between]])
    return np.asarray(shapely.linestrings(vertices[order], indices=owner[order]), dtype=object)
