"""A sketch of the district on a fine grid: which cell belongs to which community.

The outline follows the published extent, the seeds of the communities the published extents of the subdistricts.
Everything else is made: this is a schematic map, not a survey.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from pyproj import Transformer
from scipy import ndimage

from friendly_city.city.demo.chance import stream
from friendly_city.city.demo.facts import Facts, rows_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Labels = NDArray[np.int64]

CRS, DEGREES = "EPSG:4547", "EPSG:4326"
CELL_M = 20.0
MARGIN_CELLS = 24
WARPS = ((2600.0, 75.0), (1000.0, 36.0), (430.0, 15.0))  # wave length and reach of the perturbation, m: ours


@dataclass(frozen=True)
class Sketch:
    """Labels of cells (row northwards, column eastwards): index of the community, -1 outside; corner of cell (0, 0)."""

    labels: Labels
    west_m: float
    south_m: float


@cache
def _transformer(source: str, target: str) -> Transformer:
    return Transformer.from_crs(source, target, always_xy=True)


def to_metres(longitude: Floats, latitude: Floats) -> tuple[Floats, Floats]:
    """Return easting and northing in metres (EPSG:4547) of WGS84 positions."""
    east, north = _transformer(DEGREES, CRS).transform(longitude, latitude)
    return np.asarray(east), np.asarray(north)


def to_degrees(east: Floats, north: Floats) -> tuple[Floats, Floats]:
    """Return longitude and latitude (WGS84) of positions in metres, rounded to 6 decimals (0.1 m)."""
    longitude, latitude = _transformer(CRS, DEGREES).transform(east, north)
    return np.round(longitude, 6), np.round(latitude, 6)


def inside(ring: Floats, x: Floats, y: Floats) -> NDArray[np.bool_]:
    """Return for points whether they lie in a ring (n, 2) of vertices in metres, by counting crossings.

    Examples
    --------
    >>> square = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])
    >>> inside(square, np.array([0.5, 2.0]), np.array([0.5, 0.5])).tolist()
    [True, False]
    """
    result = np.zeros(np.shape(x), dtype=bool)
    for (x1, y1), (x2, y2) in zip(ring, np.roll(ring, -1, axis=0), strict=True):
        if y1 == y2:
            continue
        straddles = (y1 > y) != (y2 > y)
        result ^= straddles & (x < (x2 - x1) * (y - y1) / (y2 - y1) + x1)
    return result


def outline_ring() -> Floats:
    """Return the outline of the district, rounded by cutting corners twice, as (n, 2) in metres."""
    rows = rows_of("outline.csv")
    degrees = np.array([[float(row["longitude"]), float(row["latitude"])] for row in rows])
    ring = np.column_stack(to_metres(degrees[:, 0], degrees[:, 1]))
    for _ in range(1):
        after = np.roll(ring, -1, axis=0)
        ring = np.stack([0.75 * ring + 0.25 * after, 0.25 * ring + 0.75 * after], axis=1).reshape(-1, 2)
    return ring


def warp(seed: int, x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Return positions moved by a few smooth waves, so that borders bend as real ones do."""
    rng = stream(seed, "warp")
    east, north = x.copy(), y.copy()
    for length, reach in WARPS:
        for _ in range(3):
            angle, phase_x, phase_y = rng.random(3) * 2 * np.pi
            along = (x * np.cos(angle) + y * np.sin(angle)) * (2 * np.pi / length)
            east += reach * np.sin(along + phase_x)
            north += reach * np.sin(along + phase_y)
    return east, north


def nearest_seed(seeds: Floats, x: Floats, y: Floats) -> Labels:
    """Return for points the index of the nearest seed; the distance favours straight, crosswise borders like roads."""
    best, label = np.full(x.shape, np.inf), np.zeros(x.shape, dtype=np.int64)
    for i, (east, north) in enumerate(seeds):
        across, up = np.abs(x - east), np.abs(y - north)
        distance = 0.55 * np.maximum(across, up) + 0.45 * np.sqrt(across * across + up * up)
        closer = distance < best
        best[closer], label[closer] = distance[closer], i
    return label


def without_strays(labels: Labels) -> Labels:
    """Return labels where each community is one piece; cells cut off from it go to a neighbour."""
    labels = labels.copy()
    for i in range(int(labels.max()) + 1):
        pieces, count = ndimage.label(labels == i)
        if count > 1:
            sizes = np.bincount(pieces.ravel())
            labels[(pieces > 0) & (pieces != 1 + int(np.argmax(sizes[1:])))] = -2
    rows, columns = np.nonzero(labels == -2)
    while rows.size:
        for row, column in zip(rows, columns, strict=True):
            around = [labels[row + 1, column], labels[row - 1, column], labels[row, column + 1], labels[row, column - 1]]
            known = [int(value) for value in around if value != -2]
            if known:
                labels[row, column] = max(set(known), key=lambda value: (known.count(value), value))
        rows, columns = np.nonzero(labels == -2)
    return labels


def in_one_piece(labels: Labels) -> Labels:
    """Return labels where each community is one piece and touches itself at no corner only."""
    for _ in range(8):
        cleaned = without_touching_corners(without_strays(labels))
        if np.array_equal(cleaned, labels):
            break
        labels = cleaned
    return labels


def without_touching_corners(labels: Labels) -> Labels:
    """Return labels where no two cells of one community meet only at a corner."""
    for _ in range(20):
        a, b, c, d = labels[:-1, :-1], labels[:-1, 1:], labels[1:, :-1], labels[1:, 1:]
        falling = (a == d) & (b != a) & (c != a)
        rising = (b == c) & (a != b) & (d != b)
        if not (falling.any() or rising.any()):
            break
        for row, column in np.argwhere(falling):
            labels[row, column + 1] = labels[row, column]
        for row, column in np.argwhere(rising):
            labels[row, column] = labels[row, column + 1]
    return labels


def sketch_district(facts: Facts, *, seed: int) -> Sketch:
    """Return the labelled grid of the district."""
    ring = outline_ring()
    west, south = np.floor(ring.min(axis=0) / CELL_M - MARGIN_CELLS) * CELL_M
    columns, rows = (np.ceil((ring.max(axis=0) - (west, south)) / CELL_M) + MARGIN_CELLS).astype(int)
    x, y = np.meshgrid(west + (np.arange(columns) + 0.5) * CELL_M, south + (np.arange(rows) + 0.5) * CELL_M)
    bent_x, bent_y = warp(seed, x, y)
    within = inside(ring, bent_x, bent_y)
    degrees = np.array([[float(row["seed_longitude"]), float(row["seed_latitude"])] for row in facts.communities])
    seeds = np.column_stack(to_metres(degrees[:, 0], degrees[:, 1]))
    for _ in range(3):
        labels = np.where(within, nearest_seed(seeds, bent_x, bent_y), -1)
        middles = np.array([[bent_x[labels == i].mean(), bent_y[labels == i].mean()] for i in range(len(seeds))])
        seeds = np.round(seeds + 0.45 * (middles - seeds), 3)
    labels = np.where(within, nearest_seed(seeds, bent_x, bent_y), -1)
    return Sketch(in_one_piece(labels), float(west), float(south))
