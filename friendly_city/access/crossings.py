"""Crossings over trunk roads: which nodes they serve, and the roads cut where one lies between two nodes.

Knows the register crossings and the rules of `walking`; `corners` makes pavements of what is returned here.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import shapely
from scipy.spatial import cKDTree

from friendly_city.access.catchment import _between, _substrings
from friendly_city.access.network import StreetNetwork, network_of, parts_of
from friendly_city.access.walking import crossing_kinds, major_classes, near_m

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from friendly_city.city.model import City

    Floats = NDArray[np.float64]
    Integers = NDArray[np.intp]
    Truths = NDArray[np.bool_]


def trunk_crossings(city: City) -> pd.DataFrame:
    """Return the crossings over trunk roads: ``kind``, ``x_m``, ``y_m`` and ``part``, the number of their city.

    Raises
    ------
    UnknownName
        When the city has no register crossings.
    """
    table = city.register("crossings")
    table = table[table["street_class"].isin(major_classes()) & table["x_m"].notna() & table["y_m"].notna()]
    part = parts_of(city, table["community_code"]) if city.part_of else 0
    return table[["kind", "x_m", "y_m"]].assign(part=part)


def kinds_by_node(streets: StreetNetwork, crossings: pd.DataFrame) -> Truths:
    """Return which kinds of crossing serve each node, (nodes, kinds): those at most `near_m` away.

    Parameters
    ----------
    streets : StreetNetwork
        The centre lines.
    crossings : DataFrame
        As `trunk_crossings` returns them.
    """
    result = np.zeros((len(streets.xy), len(crossing_kinds())), bool)
    part = np.zeros(len(streets.xy), np.intp)
    part[streets.tail] = part[streets.head] = streets.part
    which, node = _near(streets.xy, crossings)
    column = np.array([crossing_kinds().index(kind) for kind in crossings["kind"]], dtype=np.intp)
    same = part[node] == crossings["part"].to_numpy()[which]
    result[node[same], column[which[same]]] = True
    return result


def presumed_signals(streets: StreetNetwork, major: Truths, unreported: Truths) -> Truths:
    """Return at which nodes a signal may stand that nobody reported: junctions of trunk roads where reports are not complete.

    A junction is where three ends of streets or more meet, two of them or more of trunk roads. Between junctions no crossing
    is presumed (ours).

    Parameters
    ----------
    streets : StreetNetwork
        The centre lines.
    major, unreported : arrays (edges,) of bool
        Which of them are trunk roads, and which lie in a community whose crossings are not completely reported; one such at a
        junction is enough.
    """
    node = np.concatenate([streets.tail, streets.head])
    every, trunk, unsure = (
        np.bincount(node[np.tile(which, 2)], minlength=len(streets.xy))
        for which in (np.ones(len(major), bool), major, unreported)
    )
    return np.asarray((every >= 3) & (trunk >= 2) & (unsure > 0))


def _near(xy: Floats, crossings: pd.DataFrame) -> tuple[Integers, Integers]:
    """Return (crossing, node) of the pairs at most `near_m` apart."""
    if not len(xy) or not len(crossings):
        return np.empty(0, np.intp), np.empty(0, np.intp)
    found = cKDTree(xy).query_ball_point(crossings[["x_m", "y_m"]].to_numpy(dtype=float), near_m().value)
    which = np.repeat(np.arange(len(found)), [len(nodes) for nodes in found])
    return which, np.concatenate([np.asarray(nodes, dtype=np.intp) for nodes in found])


def cut_at_crossings(streets: StreetNetwork, major: Truths, crossings: pd.DataFrame) -> StreetNetwork:
    """Return the streets with every trunk road cut where a crossing lies between two of its nodes.

    A road is cut at a crossing at most `near_m` away, unless one of its own ends is that near to the crossing too.

    Parameters
    ----------
    streets : StreetNetwork
        The centre lines.
    major : array (edges,) of bool
        Which of them are trunk roads.
    crossings : DataFrame
        As `trunk_crossings` returns them.

    Returns
    -------
    StreetNetwork
        The very same one when nothing is cut; `row` still tells the street of each edge.
    """
    edge, along_m = _between_nodes(streets, np.flatnonzero(major), crossings)
    if not len(edge):
        return streets
    whole = np.unique(edge)
    ends = np.concatenate([np.zeros(len(whole)), streets.length_m[whole]])
    piece, from_m, to_m = _between(np.concatenate([np.tile(whole, 2), edge]), np.concatenate([ends, along_m]))
    kept = np.setdiff1d(np.arange(len(streets.length_m)), whole)
    every = np.concatenate([kept, piece])
    lines = np.concatenate([streets.lines[kept], _substrings(streets.lines[piece], from_m, to_m)])
    return replace(network_of(lines, part=streets.part[every]), row=streets.row[every])


def _between_nodes(streets: StreetNetwork, trunk: Integers, crossings: pd.DataFrame) -> tuple[Integers, Floats]:
    """Return (edge, along_m) of the places between nodes of trunk roads where a crossing lies."""
    points = shapely.points(crossings[["x_m", "y_m"]].to_numpy(dtype=float))
    which, place = shapely.STRtree(streets.lines[trunk]).query(points, predicate="dwithin", distance=near_m().value)
    edge = trunk[place]
    xy = shapely.get_coordinates(points)[which]
    ends = np.stack([streets.xy[streets.tail[edge]], streets.xy[streets.head[edge]]])
    off_m = np.hypot(*np.moveaxis(ends - xy, -1, 0)).min(axis=0)
    free = (off_m > near_m().value) & (streets.part[edge] == crossings["part"].to_numpy()[which])
    edge = edge[free]
    return edge, shapely.line_locate_point(streets.lines[edge], points[which[free]])
