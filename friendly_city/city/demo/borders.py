"""From labelled cells to clean borders: arcs that two communities share, smoothed once for both.

Because a border is one arc for both sides, there can be no gap and no overlap.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from friendly_city.city.demo.sketch import CELL_M, Sketch

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

Corner = tuple[int, int]
Point = tuple[float, float]

SMOOTHINGS = 34
TOLERANCE_M = 5.0
AREA_KM2 = 78.66
"""Area of the district (facts: zh.wikipedia.org 福田区)."""


@dataclass(frozen=True)
class Arc:
    """A border from one junction to the next; `left` and `right` are indices of communities, -1 outside."""

    left: int
    right: int
    points: tuple[Point, ...]


def border_steps(sketch: Sketch) -> dict[Corner, list[Corner]]:
    """Return the corners of cells along borders, each with the corners one step away along a border."""
    labels = sketch.labels
    steps: dict[Corner, list[Corner]] = {}
    pairs: list[tuple[Corner, Corner]] = []
    for row, column in np.argwhere(labels[1:, :] != labels[:-1, :]).tolist():
        pairs.append(((row + 1, column), (row + 1, column + 1)))
    for row, column in np.argwhere(labels[:, 1:] != labels[:, :-1]).tolist():
        pairs.append(((row, column + 1), (row + 1, column + 1)))
    for one, other in pairs:
        steps.setdefault(one, []).append(other)
        steps.setdefault(other, []).append(one)
    return {corner: sorted(near) for corner, near in sorted(steps.items())}


def sides(sketch: Sketch, one: Corner, other: Corner) -> tuple[int, int]:
    """Return what lies left and right of a step from one corner to the next."""
    (row, column), (to_row, to_column) = one, other
    labels = sketch.labels
    low_row, low_column = min(row, to_row), min(column, to_column)
    if row == to_row:
        above, below = int(labels[row, low_column]), int(labels[row - 1, low_column])
        return (above, below) if to_column > column else (below, above)
    west, east = int(labels[low_row, column - 1]), int(labels[low_row, column])
    return (west, east) if to_row > row else (east, west)


def trace_arcs(sketch: Sketch) -> list[Arc]:
    """Return all borders of a sketch as raw staircase arcs, in a fixed order."""
    steps = border_steps(sketch)
    junctions = [corner for corner, near in steps.items() if len(near) != 2]
    used: set[tuple[Corner, Corner]] = set()
    arcs = []
    for start in junctions:
        for first in steps[start]:
            if (start, first) in used:
                continue
            path = [start, first]
            while len(steps[path[-1]]) == 2:
                path.append(next(corner for corner in steps[path[-1]] if corner != path[-2]))
            used.update(itertools.pairwise(path))
            used.update(zip(path[1:], path, strict=False))
            points = tuple((sketch.west_m + c * CELL_M, sketch.south_m + r * CELL_M) for r, c in path)
            arcs.append(Arc(*sides(sketch, start, first), points))
    return arcs


def smoothed(points: tuple[Point, ...]) -> Floats:
    """Return a path with its stairs smoothed away; its two ends stay."""
    path = np.array(points)
    for _ in range(SMOOTHINGS):
        if len(path) > 2:
            path[1:-1] = 0.25 * path[:-2] + 0.5 * path[1:-1] + 0.25 * path[2:]
    return path


def thinned(path: Floats, tolerance_m: float) -> Floats:
    """Return a path without the vertices that lie within a tolerance of a straight line (Douglas-Peucker).

    Examples
    --------
    >>> thinned(np.array([[0.0, 0.0], [5.0, 0.1], [10.0, 0.0]]), 1.0).tolist()
    [[0.0, 0.0], [10.0, 0.0]]
    """
    if len(path) < 3:
        return path
    start, along = path[0], path[-1] - path[0]
    length = max(float(np.sqrt((along * along).sum())), 1e-9)
    offset = np.abs(along[0] * (path[:, 1] - start[1]) - along[1] * (path[:, 0] - start[0])) / length
    far = int(np.argmax(np.round(offset, 6)))
    if offset[far] <= tolerance_m:
        return path[[0, -1]]
    return np.concatenate([thinned(path[: far + 1], tolerance_m)[:-1], thinned(path[far:], tolerance_m)])


def ring_of(arcs: list[Arc], label: int) -> list[Point]:
    """Return the vertices around a community, counter-clockwise, first not repeated."""
    pieces = {arc.points[0]: arc.points for arc in arcs if arc.left == label}
    pieces |= {arc.points[-1]: arc.points[::-1] for arc in arcs if arc.right == label}
    start = min(pieces)
    ring: list[Point] = []
    at = start
    for _ in range(len(pieces)):
        ring += pieces[at][:-1]
        at = pieces[at][-1]
    if at != start or len(ring) != sum(len(points) - 1 for points in pieces.values()):
        raise AssertionError(f"the border of community {label} is not one ring")
    return ring


def area_of(ring: list[Point]) -> float:
    """Return the area within a ring in m², positive when counter-clockwise.

    Examples
    --------
    >>> area_of([(0, 0), (2, 0), (2, 1), (0, 1)])
    2.0
    """
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, ring[1:] + ring[:1], strict=True)) / 2


def smooth_arcs(raw: list[Arc], count: int) -> list[Arc]:
    """Return the arcs smoothed, thinned and scaled so that `count` communities cover the district's area."""
    arcs = [Arc(arc.left, arc.right, tuple(map(tuple, thinned(smoothed(arc.points), TOLERANCE_M).tolist()))) for arc in raw]
    total = sum(area_of(ring_of(arcs, label)) for label in range(count))
    scale = float(np.sqrt(AREA_KM2 * 1e6 / total))
    middle = np.mean([point for arc in arcs for point in arc.points], axis=0)

    def moved(point: Point) -> Point:
        return (
            round(float(middle[0] + (point[0] - middle[0]) * scale), 1),
            round(float(middle[1] + (point[1] - middle[1]) * scale), 1),
        )

    mapped: Callable[[tuple[Point, ...]], tuple[Point, ...]] = lambda points: tuple(moved(p) for p in points)  # noqa: E731
    return [Arc(arc.left, arc.right, mapped(arc.points)) for arc in arcs]
