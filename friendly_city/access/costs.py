"""Walking costs in metres between points anywhere on the streets, exact, for arrays.

A way is: straight to the street, along the streets, straight to the goal. Points lie in the middle of edges; no position
is moved to a corner. Unreachable is inf, never NaN. Knows no city (`reach` does).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from friendly_city.access.snapping import Snap
from friendly_city.errors import InvalidParameters

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from friendly_city.access.network import StreetNetwork

    Floats = NDArray[np.float64]
    Integers = NDArray[np.intp]

CELLS_AT_ONCE = 4_000_000
"""Costs held in memory at a time by `costs_between` (32 MB)."""

LIMIT_TOLERANCE = 1e-9
"""Relative difference below which a cost counts as equal to a limit: sums of lengths are rounded."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Pairs:
    """Costs of walking between points: one entry for each pair within reach, sorted by origin, then destination.

    Attributes
    ----------
    origin, destination : arrays (pairs,)
        Numbers of the points.
    cost_m : array (pairs,)
        Metres on foot.
    """

    origin: Integers
    destination: Integers
    cost_m: Floats


def require_limit(limit_m: float) -> float:
    """Return a limit in metres, or refuse one that is negative or not a number.

    Raises
    ------
    InvalidParameters
        When it is.
    """
    if not limit_m >= 0:
        raise InvalidParameters(f"a limit must be metres from 0 on; got {limit_m}")
    return limit_m


def within(cost: Any, limit: float) -> NDArray[np.bool_]:
    """Return where costs are at most `limit`, both in one unit, up to rounding.

    Examples
    --------
    >>> within([0.1 * 3, 0.31, float("inf")], 0.3).tolist()
    [True, False, False]
    """
    return np.asarray(np.asarray(cost, dtype=float) <= limit + LIMIT_TOLERANCE * max(1.0, abs(limit)))


def _with_sources(network: StreetNetwork, source: Integers, node: Integers, offset_m: Floats, count: int) -> Any:
    """Return the graph with `count` more nodes, each with one-way edges of `offset_m` to nodes of the network."""
    graph = network.graph
    order = np.lexsort((offset_m, node, source))
    source, node, offset_m = source[order], node[order], offset_m[order]
    first = np.ones(len(source), bool)
    first[1:] = (source[1:] != source[:-1]) | (node[1:] != node[:-1])
    added = np.cumsum(np.bincount(source[first], minlength=count)) + graph.nnz
    data = np.concatenate([graph.data, offset_m[first]])
    indices = np.concatenate([graph.indices, node[first]])
    size = len(network.xy) + count
    return csr_array((data, indices, np.concatenate([graph.indptr, added])), shape=(size, size))


def _ends(network: StreetNetwork, points: Snap) -> tuple[Integers, Floats]:
    """Return the nodes at both ends of each row's edge, (2 rows,), and the metres from the point to them."""
    node = np.concatenate([network.tail[points.edge], network.head[points.edge]])
    rest_m = network.length_m[points.edge] - points.along_m
    return node, np.concatenate([points.straight_m + points.along_m, points.straight_m + rest_m])


def _same_edge(origins: Snap, destinations: Snap) -> tuple[Integers, Integers]:
    """Return the pairs of rows that lie on one edge."""
    order = np.argsort(destinations.edge, kind="stable")
    edges = destinations.edge[order]
    start = np.searchsorted(edges, origins.edge, side="left")
    count = np.searchsorted(edges, origins.edge, side="right") - start
    row = np.repeat(np.arange(len(origins.edge)), count)
    step = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    return row, order[np.repeat(start, count) + step]


def _direct(origins: Snap, destinations: Snap) -> tuple[Integers, Integers, Floats]:
    """Return (origin, destination, metres) of ways that do not leave one edge."""
    here, there = _same_edge(origins, destinations)
    along_m = np.abs(origins.along_m[here] - destinations.along_m[there])
    cost_m = origins.straight_m[here] + along_m + destinations.straight_m[there]
    return origins.point[here], destinations.point[there], cost_m


def _by_point(points: Snap, row_cost: Floats) -> Floats:
    """Return the least cost over the rows of each point, (…, size); inf for points without a row."""
    result = np.full((*row_cost.shape[:-1], points.size), np.inf)
    if row_cost.shape[-1]:
        first = np.flatnonzero(np.r_[True, points.point[1:] != points.point[:-1]])
        result[..., points.point[first]] = np.minimum.reduceat(row_cost, first, axis=-1)
    return result


def nearest_costs(network: StreetNetwork, origins: Snap, *, destinations: Snap) -> Floats:
    """Return the metres on foot from each origin to the nearest destination.

    Parameters
    ----------
    network : StreetNetwork
        The streets.
    origins, destinations : Snap
        Points on the streets, see `snapping.snap`.

    Returns
    -------
    array (origins,)
        Metres, straight ways at both ends included; inf when no destination can be reached.

    Examples
    --------
    >>> from shapely import LineString
    >>> from friendly_city.access.network import network_of
    >>> from friendly_city.access.snapping import snap
    >>> streets = network_of([LineString([(0, 0), (100, 0)]), LineString([(100, 0), (100, 100)])])
    >>> nearest_costs(streets, snap(streets, [(30, 0)]), destinations=snap(streets, [(110, 50), (100, 90)])).tolist()
    [130.0]
    """
    result = _by_point(origins, _from_nodes(network, origins, node_costs(network, destinations)))
    who, _, cost_m = _direct(origins, destinations)
    np.minimum.at(result, who, cost_m)
    return result


def chain_costs(network: StreetNetwork, origins: Snap, *, stops: Sequence[Snap]) -> Floats:
    """Return the least metres on foot from each origin by way of one point of each kind, in order: home, school, play.

    Parameters
    ----------
    network : StreetNetwork
        The streets.
    origins : Snap
        Where children start.
    stops : sequence of Snap
        Points of each kind, in the order they are visited; not the nearest of each, but those of the shortest whole way.

    Returns
    -------
    array (origins,)
        Metres; inf when there is no way through all kinds.

    Raises
    ------
    InvalidParameters
        When there is no stop.

    Examples
    --------
    >>> from shapely import LineString
    >>> from friendly_city.access.network import network_of
    >>> from friendly_city.access.snapping import snap
    >>> street = network_of([LineString([(0, 0), (1000, 0)])])
    >>> schools, playground = snap(street, [(100, 0), (500, 0)]), snap(street, [(600, 0)])
    >>> chain_costs(street, snap(street, [(200, 0)]), stops=(schools, playground)).tolist()
    [400.0]
    """
    if not stops:
        raise InvalidParameters("a chain needs at least one stop after the start")
    *before, last = stops
    for stop in reversed(before):
        last = _ahead(stop, nearest_costs(network, stop, destinations=last))
    return nearest_costs(network, origins, destinations=last)


def _ahead(points: Snap, rest_m: Floats) -> Snap:
    """Return the points from which the rest of a way can be walked, its metres added to the way to each."""
    row = np.flatnonzero(np.isfinite(rest_m[points.point]))
    return Snap(
        size=points.size,
        point=points.point[row],
        edge=points.edge[row],
        along_m=points.along_m[row],
        straight_m=points.straight_m[row] + rest_m[points.point[row]],
    )


def node_costs(network: StreetNetwork, destinations: Snap) -> Floats:
    """Return the metres on foot from each node of the network to the nearest destination, inf when unreachable."""
    if not len(destinations.edge):
        return np.full(len(network.xy), np.inf)
    node, offset_m = _ends(network, destinations)
    graph = _with_sources(network, np.zeros(len(node), np.intp), node, offset_m, 1)
    return np.asarray(dijkstra(graph, indices=len(network.xy)))[: len(network.xy)]


def _from_nodes(network: StreetNetwork, points: Snap, cost_m: Floats) -> Floats:
    """Return the cost at each row of points when they walk by way of an end of their edge; `cost_m` is (…, nodes)."""
    node, offset_m = _ends(network, points)
    both = cost_m[..., node] + offset_m
    half = len(points.edge)
    return np.asarray(np.minimum(both[..., :half], both[..., half:]))


def costs_between(network: StreetNetwork, origins: Snap, *, destinations: Snap, limit_m: float) -> Pairs:
    """Return the metres on foot of all pairs of points within a limit.

    Parameters
    ----------
    network : StreetNetwork
        The streets.
    origins, destinations : Snap
        Points on the streets.
    limit_m : float
        Greatest cost, metres; inf for every pair that is connected.

    Returns
    -------
    Pairs

    Raises
    ------
    InvalidParameters
        When the limit is negative or not a number.

    Examples
    --------
    >>> from shapely import LineString
    >>> from friendly_city.access.network import network_of
    >>> from friendly_city.access.snapping import snap
    >>> street = network_of([LineString([(0, 0), (100, 0)])])
    >>> points = snap(street, [(10, 0), (50, 0), (95, 0)])
    >>> pairs = costs_between(street, points, destinations=points, limit_m=45)
    >>> pairs.cost_m.tolist()
    [0.0, 40.0, 40.0, 0.0, 45.0, 45.0, 0.0]
    """
    require_limit(limit_m)
    step = max(1, CELLS_AT_ONCE // max(1, len(network.xy) + 2 * len(origins.edge) + origins.size))
    parts = [_chunk(network, origins, destinations, start, step, limit_m) for start in range(0, destinations.size, step)]
    empty = np.empty(0, np.intp)
    origin = np.concatenate([empty, *(part.origin for part in parts)])
    destination = np.concatenate([empty, *(part.destination for part in parts)])
    cost_m = np.concatenate([np.empty(0), *(part.cost_m for part in parts)])
    order = np.lexsort((destination, origin))
    return Pairs(origin=origin[order], destination=destination[order], cost_m=cost_m[order])


def _chunk(network: StreetNetwork, origins: Snap, destinations: Snap, start: int, step: int, limit_m: float) -> Pairs:
    """Return the pairs for destinations `start` … `start + step - 1`."""
    chosen = (destinations.point >= start) & (destinations.point < start + step)
    some = Snap(
        size=min(step, destinations.size - start),
        point=destinations.point[chosen] - start,
        edge=destinations.edge[chosen],
        along_m=destinations.along_m[chosen],
        straight_m=destinations.straight_m[chosen],
    )
    node, offset_m = _ends(network, some)
    count = len(network.xy)
    graph = _with_sources(network, np.tile(some.point, 2), node, offset_m, some.size)
    far_m = limit_m + LIMIT_TOLERANCE * max(1.0, limit_m)
    at_nodes = np.asarray(dijkstra(graph, indices=np.arange(count, count + some.size), limit=far_m))[:, :count]
    table = _by_point(origins, _from_nodes(network, origins, at_nodes))
    who, whom, cost_m = _direct(origins, some)
    np.minimum.at(table, (whom, who), cost_m)
    destination, origin = np.nonzero(within(table, limit_m) & np.isfinite(table))
    return Pairs(origin=origin, destination=destination + start, cost_m=table[destination, origin])
