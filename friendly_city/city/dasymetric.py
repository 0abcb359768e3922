"""Children of a community spread over the places where people can live: dasymetric mapping.

After Mennis, J. (2003), Generating surface models of population using dasymetric mapping, The Professional Geographer 55(1),
31–42, https://doi.org/10.1111/0033-0124.10042: what is known for an area is given to the parts of it that are lived in, by their
weight, so that the sum of the area stays. Here the sum stays in whole persons. Knows shapes in metres, no files (`homes`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import shapely

from friendly_city.errors import InvalidParameters

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]
    Shapes = NDArray[np.object_]

STREET_M = 50.0
"""Metres from a street within which the middle of a cell counts as lived in; ours."""
CELL_M = 100.0
"""Side of a cell in metres, unless said; ours."""
MAX_CELLS = 5_000_000
"""Cells looked at together at most; ours, for the memory of a small computer."""
CLOSE = 6
"""Decimals of a person to which claims are compared: equal areas differ by the noise of their coordinates; ours."""
GOLDEN = (5**0.5 - 1) / 2
"""Multiples of it, taken without their whole part, stay apart however many there are."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Places:
    """Where people can live.

    Attributes
    ----------
    xy : array (places, 2)
        Metres.
    community : array (places,)
        Position of each place's community.
    weight : array (places,)
        How much of it is lived in, above 0; in units of its own, only compared within a community.
    """

    xy: Floats
    community: Integers
    weight: Floats

    def of(self, communities: NDArray[np.bool_]) -> Places:
        """Return the places in some communities, given as a mask."""
        kept = communities[self.community]
        return Places(xy=self.xy[kept], community=self.community[kept], weight=self.weight[kept])

    def within(self, count: int) -> NDArray[np.bool_]:
        """Return which of so many communities have a place."""
        return np.asarray(np.bincount(self.community, minlength=count) > 0)


def joined(lots: list[Places]) -> Places:
    """Return several lots of places as one."""
    return Places(
        xy=np.concatenate([lot.xy for lot in lots]),
        community=np.concatenate([lot.community for lot in lots]),
        weight=np.concatenate([lot.weight for lot in lots]),
    )


def shared(total: int, weights: Floats) -> Integers:
    """Return whole numbers that add up to a total, as near to the weights as can be; ties go to the first.

    Examples
    --------
    >>> shared(10, np.array([1.0, 1.0, 2.0])).tolist()
    [3, 2, 5]
    """
    return shared_by_group(np.array([total]), np.zeros(len(weights), dtype=np.int64), weights)


def shared_by_group(totals: Any, group: Integers, weights: Floats) -> Integers:
    """Return whole numbers that add up to the total of each group, by the largest remainder; ties go to the first.

    Parameters
    ----------
    totals : array (groups,) of int
        What is shared out.
    group : array (n,) of int
        Group of each taker; every group with something to share out has one.
    weights : array (n,)
        Above 0.

    Examples
    --------
    >>> shared_by_group([3, 10], np.array([1, 0, 0, 1]), np.array([1.0, 2.0, 4.0, 3.0])).tolist()
    [3, 1, 2, 7]
    """
    wanted = np.asarray(totals, dtype=np.int64)
    exact = wanted[group] * weights / np.bincount(group, weights, len(wanted))[group]
    whole: Integers = np.floor(exact).astype(np.int64)
    left = wanted - np.bincount(group, whole, len(wanted)).astype(np.int64)
    order = np.lexsort((np.round(whole - exact, CLOSE), group))
    count = np.bincount(group, minlength=len(wanted))
    rank = np.arange(len(order)) - (np.cumsum(count) - count)[group[order]]
    whole[order] += rank < left[group[order]]
    return whole


def spread(totals: Any, places: Places) -> Integers:
    """Return the persons of each group at each place, (places, groups); those of a community add up to its total.

    Of places with equal claims to the last persons those come first that lie apart, others for each group, so that no corner
    is preferred; the order in which places are given changes nothing.

    Parameters
    ----------
    totals : array (communities, groups) of int
        Persons; every community that has some has a place.
    places : Places
        Where they live.

    Examples
    --------
    >>> houses = Places(xy=np.array([[0.0, 0], [9, 0]]), community=np.array([0, 0]), weight=np.array([100.0, 300.0]))
    >>> spread([[10, 4]], houses).tolist()
    [[3, 1], [7, 3]]
    """
    wanted = np.asarray(totals, dtype=np.int64)
    curve, phase = _apart(places)
    result = np.zeros((len(places.weight), wanted.shape[1]), dtype=np.int64)
    for column in range(wanted.shape[1]):
        order = curve[np.argsort((phase + column / wanted.shape[1]) % 1, kind="stable")]
        result[order, column] = shared_by_group(wanted[:, column], places.community[order], places.weight[order])
    return result


def _apart(places: Places) -> tuple[Integers, Floats]:
    """Return the places of each community along a Hilbert curve, and for each a number below 1, unlike its neighbours'."""
    if not len(places.weight):
        return np.empty(0, np.int64), np.empty(0)
    along = gpd.GeoSeries(gpd.points_from_xy(*places.xy.T)).hilbert_distance().to_numpy()
    curve = np.lexsort((places.xy[:, 1], places.xy[:, 0], along, places.community))
    count = np.bincount(places.community)
    rank = np.arange(len(curve)) - (np.cumsum(count) - count)[places.community[curve]]
    return curve, (rank * GOLDEN) % 1


def points_of(boundaries: Shapes) -> Places:
    """Return one place for each community: a point inside its boundary."""
    count = len(boundaries)
    xy = shapely.get_coordinates(shapely.point_on_surface(boundaries))
    return Places(xy=xy, community=np.arange(count), weight=np.ones(count))


def buildings_in(boundaries: Shapes, buildings: Shapes, storeys: Floats) -> Places:
    """Return buildings as places, by footprint × storeys, m²; one belongs to the community of a point on its surface.

    Parameters
    ----------
    boundaries, buildings : arrays of Polygon
        Metres. A building outside of every community is no place.
    storeys : array (buildings,)
        NaN where they are not known: then 1.
    """
    points = shapely.point_on_surface(buildings)
    which, community = _own(boundaries, points)
    weight = shapely.area(buildings) * np.where(np.isnan(storeys), 1.0, storeys)
    return Places(xy=shapely.get_coordinates(points[which]), community=community, weight=weight[which])


def cells_of_land(boundaries: Shapes, land: Shapes, side_m: float) -> Places:
    """Return the cells of a grid as places, by the area of land in them, m²; land that is given twice counts once.

    Parameters
    ----------
    boundaries, land : arrays of Polygon
        Metres.
    side_m : float
        Side of a cell, metres; cells lie on whole multiples of it.

    Raises
    ------
    InvalidParameters
        When there are too many cells.
    """
    parts, community = _land_by_community(boundaries, land)
    which, cell = _cells_over(shapely.bounds(parts), side_m)
    pieces = shapely.intersection(parts[which], shapely.box(*(cell * side_m).T, *((cell + 1) * side_m).T))
    area = shapely.area(pieces)
    which, cell, pieces, area = which[area > 0], cell[area > 0], pieces[area > 0], area[area > 0]
    key = np.column_stack([community[which], cell])
    first, place = np.unique(key, axis=0, return_inverse=True)
    order = np.lexsort((-area, place.reshape(-1)))
    largest = order[np.unique(place.reshape(-1)[order], return_index=True)[1]]
    xy = shapely.get_coordinates(shapely.point_on_surface(pieces[largest]))
    weight = np.bincount(place.reshape(-1), area, len(first)).astype(np.float64)
    return Places(xy=xy, community=first[:, 0], weight=weight)


def cells_by_streets(boundaries: Shapes, streets: Shapes, side_m: float) -> Places:
    """Return the middles of the cells of a grid that lie at most `STREET_M` from a street, all of one weight.

    Parameters
    ----------
    boundaries : array of Polygon
        Metres.
    streets : array of LineString
        Metres.
    side_m : float
        As for `cells_of_land`.

    Raises
    ------
    InvalidParameters
        When there are too many cells.
    """
    cell = np.unique(_cells_over(shapely.bounds(boundaries), side_m)[1], axis=0)
    middles = shapely.points((cell + 0.5) * side_m)
    near = np.unique(shapely.STRtree(streets).query(middles, predicate="dwithin", distance=STREET_M)[0])
    which, community = _own(boundaries, middles[near])
    return Places(xy=shapely.get_coordinates(middles[near][which]), community=community, weight=np.ones(len(which)))


def _own(boundaries: Shapes, points: Shapes) -> tuple[Integers, Integers]:
    """Return (point, community) for the points that lie in one; on a border the first community has it."""
    community, point = shapely.STRtree(points).query(boundaries, predicate="intersects")
    order = np.lexsort((community, point))
    which, first = np.unique(point[order], return_index=True)
    return which, community[order][first]


def _land_by_community(boundaries: Shapes, land: Shapes) -> tuple[Shapes, Integers]:
    """Return land as polygons that do not overlap, each with its community."""
    shapely.prepare(boundaries)
    community, which = shapely.STRtree(land).query(boundaries, predicate="intersects")
    order = np.argsort(community, kind="stable")
    community, which = community[order], which[order]
    inside = shapely.covers(boundaries[community], land[which])
    pieces = land[which]
    pieces[~inside] = shapely.intersection(boundaries[community[~inside]], pieces[~inside])
    own, begin = np.unique(community, return_index=True)
    whole = np.array([None, *(shapely.union_all(lot) for lot in np.split(pieces, begin[1:]) if len(lot))], dtype=object)[1:]
    parts, number = shapely.get_parts(whole, return_index=True)
    areal = shapely.area(parts) > 0
    return parts[areal], own[number[areal]]


def _cells_over(bounds: Floats, side_m: float) -> tuple[Integers, Integers]:
    """Return (box, (column, row)) of every cell that a box touches."""
    low, high = np.floor(bounds[:, :2] / side_m).astype(np.int64), np.floor(bounds[:, 2:] / side_m).astype(np.int64)
    across, up = (high - low + 1).T
    count = across * up
    if count.sum() > MAX_CELLS:
        raise InvalidParameters(f"{count.sum():,} cells of {side_m:g} m; expected at most {MAX_CELLS:,}: take larger cells")
    which = np.repeat(np.arange(len(count)), count)
    number = np.arange(len(which)) - np.repeat(np.cumsum(count) - count, count)
    return which, low[which] + np.column_stack([number % across[which], number // across[which]])
