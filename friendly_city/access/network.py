"""The streets as a graph: where pieces meet, how long each is, what hangs together.

Knows lines in metres; knows neither homes nor facilities (`snapping`, `costs`). Streets join only where their end
points coincide: two lines that cross without a common end point do not meet (one may be a bridge).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import cached_property, wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

import numpy as np
import shapely
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from friendly_city.errors import InvalidParameters

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd
    from numpy.typing import NDArray

    from friendly_city.city.model import City

    Floats = NDArray[np.float64]
    Integers = NDArray[np.intp]

JOIN_M = 0.01
"""End points nearer than this are one node (ours). Positions in a city folder have six decimals, about 0.1 m: ends that
are the same in the file are joined, ends that differ there in the last decimal are not."""

APART_M = 1e6
"""Metres put between the ends of two cities' streets, in a direction of its own, when they are joined."""

STEPS = 6
"""How many positions ahead are looked at before a tree is built."""

Words = ParamSpec("Words")
Result = TypeVar("Result")


@dataclass(frozen=True, eq=False, kw_only=True)
class StreetNetwork:
    """Street pieces joined at their ends; edges can be walked both ways.

    Attributes
    ----------
    xy : array (nodes, 2)
        Positions of the nodes in metres.
    tail, head : arrays (edges,)
        Nodes at the first and the last point of each edge.
    length_m : array (edges,)
        Length of the line itself, bends included, in metres.
    lines : array (edges,) of LineString
        Geometry of each edge.
    row : array (edges,)
        Position of each edge's street in the table it was made from.
    part : array (edges,)
        Number of the city each edge belongs to, where several are held as one; streets of two cities never meet.
    """

    xy: Floats
    tail: Integers
    head: Integers
    length_m: Floats
    lines: NDArray[np.object_]
    row: Integers
    part: Integers

    @cached_property
    def graph(self) -> Any:
        """Return the symmetric scipy csr array (nodes, nodes) of lengths; of parallel edges the shortest."""
        count = len(self.xy)
        real = self.tail != self.head
        low, high = np.minimum(self.tail, self.head)[real], np.maximum(self.tail, self.head)[real]
        length = self.length_m[real]
        order = np.lexsort((length, high, low))
        low, high, length = low[order], high[order], length[order]
        first = np.ones(len(low), bool)
        first[1:] = (low[1:] != low[:-1]) | (high[1:] != high[:-1])
        ends = (np.concatenate([low[first], high[first]]), np.concatenate([high[first], low[first]]))
        return csr_array(coo_array((np.tile(length[first], 2), ends), shape=(count, count)))

    @cached_property
    def component(self) -> Integers:
        """Return the number of the connected part each node belongs to; 0 is the part with most nodes."""
        count, labels = connected_components(self.graph, directed=False)
        rank = np.argsort(np.argsort(-np.bincount(labels, minlength=count), kind="stable"), kind="stable")
        return np.asarray(rank[labels], dtype=np.intp)

    @cached_property
    def trees(self) -> dict[int, tuple[Integers, shapely.STRtree]]:
        """Return for each city its edges and the spatial index over their lines."""
        edges = {int(part): np.flatnonzero(self.part == part) for part in np.unique(self.part)}
        return {part: (own, shapely.STRtree(self.lines[own])) for part, own in edges.items()}

    def __repr__(self) -> str:
        parts = int(self.component.max()) + 1 if len(self.xy) else 0
        return (
            f"<StreetNetwork: {len(self.xy)} nodes, {len(self.length_m)} edges, "
            f"{self.length_m.sum() / 1000:.1f} km in {parts} part{'s' * (parts != 1)}>"
        )


def network_of(lines: Any, *, join_m: float = JOIN_M, part: Any = 0) -> StreetNetwork:
    """Build the network of street lines.

    Parameters
    ----------
    lines : sequence of LineString
        Street pieces with coordinates in metres; missing and empty ones are left out.
    join_m : float
        End points at most so far apart are one node, metres.
    part : int or sequence of int
        Number of the city of each line; lines of different cities are never joined, wherever they lie.

    Returns
    -------
    StreetNetwork

    Raises
    ------
    InvalidParameters
        When something is not a LineString.

    Examples
    --------
    >>> from shapely import LineString
    >>> network_of([LineString([(0, 0), (100, 0)]), LineString([(100, 0), (100, 50)])])
    <StreetNetwork: 3 nodes, 2 edges, 0.1 km in 1 part>
    """
    shapes = np.asarray(lines, dtype=object)
    row = np.flatnonzero(~(shapely.is_missing(shapes) | shapely.is_empty(shapes)))
    shapes = shapes[row]
    if np.any(shapely.get_type_id(shapes) != shapely.GeometryType.LINESTRING):
        raise InvalidParameters("streets must be LineStrings; split MultiLineStrings into their parts first")
    corners, counts = shapely.get_coordinates(shapes), shapely.get_num_coordinates(shapes)
    after = np.cumsum(counts)
    ends = np.concatenate([corners[after - counts], corners[after - 1]])
    part = np.broadcast_to(np.asarray(part, dtype=np.intp), len(lines))[row]
    apart = np.tile(part, 2) * APART_M
    xy, node = _joined(np.column_stack([apart, ends]), join_m)
    half = len(shapes)
    length_m = shapely.length(shapes)
    return StreetNetwork(xy=xy[:, 1:], tail=node[:half], head=node[half:], length_m=length_m, lines=shapes, row=row, part=part)


def _joined(ends: Floats, join_m: float) -> tuple[Floats, Integers]:
    """Return distinct positions and which of them each end is; a node lies at the first of its ends."""
    order = np.lexsort(ends.T[::-1])
    new = np.ones(len(ends), bool)
    new[1:] = (ends[order[1:]] != ends[order[:-1]]).any(axis=1)
    spots, spot = ends[order[new]], np.empty(len(ends), np.intp)
    spot[order] = np.cumsum(new) - 1
    pairs = np.empty((0, 2), np.intp) if _are_apart(spots, join_m) else cKDTree(spots).query_pairs(join_m, output_type="ndarray")
    near = coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(len(spots), len(spots)))
    label = connected_components(near, directed=False)[1] if len(spots) else np.empty(0, np.intp)
    first = np.unique(label, return_index=True)[1]
    return spots[first], np.asarray(label[spot], dtype=np.intp)


def _are_apart(spots: Floats, join_m: float) -> bool:
    """Return whether surely no two positions, sorted by city and x, are within `join_m`: looks at the next few of each."""
    for step in range(1, min(STEPS, len(spots))):
        ahead = np.abs(spots[step:] - spots[:-step])
        close = (ahead[:, 0] == 0) & (ahead[:, 1] <= join_m)
        if not close.any():
            return True
        if (close & (ahead[:, 2] <= join_m)).any():
            return False
    return len(spots) <= STEPS


def once_per_city(make: Callable[Concatenate[City, Words], Result]) -> Callable[Concatenate[City, Words], Result]:
    """Keep what a function of a city and some words returned for as long as that very city object lives.

    A city is not changed in place; `dataclasses.replace` makes another city, for which the work is done anew.
    """
    kept: WeakKeyDictionary[City, dict[Hashable, Result]] = WeakKeyDictionary()

    @wraps(make)
    def once(city: City, /, *words: Words.args, **named: Words.kwargs) -> Result:
        own, asked = kept.setdefault(city, {}), (words, *sorted(named.items()))
        if asked not in own:
            own[asked] = make(city, *words, **named)
        return own[asked]

    return once


def require_metres(layer: gpd.GeoDataFrame) -> None:
    """Refuse a layer whose coordinates are not metres.

    Raises
    ------
    InvalidParameters
        When the layer has no CRS or one in other units.
    """
    crs = layer.crs
    if crs is None or {axis.unit_name for axis in crs.axis_info[:2]} != {"metre"}:
        raise InvalidParameters(f"walking is measured in metres: project the streets first (their CRS is {crs})")


@once_per_city
def street_network(city: City) -> StreetNetwork:
    """Return the walking network of a city's streets, built once for each city object.

    Raises
    ------
    InvalidParameters
        When the streets are not in a CRS with metres, or are not LineStrings.
    """
    require_metres(city.streets)
    part = parts_of(city, city.streets["community_code"]) if city.part_of else 0
    return network_of(city.streets.geometry.to_numpy(), part=part)


def parts_of(city: City, codes: pd.Series[str]) -> Integers:
    """Return the number of the city of some community codes, -1 for unknown ones."""
    return np.append(city.parts, -1)[city.places(codes)]
