"""Marks on a map: dots, crosses, open diamonds, triangles.

All of one kind and colour are one path, so that a page of thousands stays small. Sizes are in px of a page (points of a
figure); places in metres.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.patches import PathPatch
from matplotlib.path import Path as Outline

from friendly_city.report import palette
from friendly_city.report.bare import POINTS_PER_INCH
from friendly_city.report.charts import PHONE_WIDTH

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

MOST, PHONE_MOST = 3000, 1200
"""Dots of one kind beyond which those close to each other are drawn as one; a third of it for marks of several lines."""
MANY = 500
"""Homes from which on the marks of a map are small."""
SMALLER, ON_PHONES = 0.7, 0.6
"""Size of marks on a map of many homes, and on phones, against a page with few."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A mark on a map.

    Attributes
    ----------
    lines : tuple of tuple of (float, float)
        What is drawn around its place, px.
    width : float
        Width of these lines, px.
    order : float
        Higher ones lie on top.
    filled : bool
        Whether the first line is the outline of a filled shape, with a light edge.
    """

    lines: tuple[tuple[tuple[float, float], ...], ...]
    width: float
    order: float
    filled: bool = False


ROUND = Mark(lines=(((0.0, 0.0), (0.0, 0.0)),), width=6.5, order=5)
"""A line without length has round ends: a dot as large as it is wide."""
CROSS = Mark(lines=(((-4.0, -4.0), (4.0, 4.0)), ((-4.0, 4.0), (4.0, -4.0))), width=2.0, order=5.5)
DIAMOND = Mark(lines=(((0.0, -5.0), (5.0, 0.0), (0.0, 5.0), (-5.0, 0.0), (0.0, -5.0)),), width=2.0, order=5.2)
TRIANGLE = Mark(lines=(((-7.0, -5.0), (7.0, -5.0), (0.0, 7.0), (-7.0, -5.0)),), width=1.0, order=6, filled=True)


def mark_size(ax: Axes, homes: int) -> float:
    """Return how large marks are on a map of so many homes, 1 for few on a wide page."""
    return (SMALLER if homes > MANY else 1.0) * (ON_PHONES if _is_narrow(ax) else 1.0)


def draw_marks(
    ax: Axes, xy: NDArray[np.float64], mark: Mark, colour: str, *, size: float = 1.0, gid: str, name: str = ""
) -> None:
    """Draw the same mark at many places as one path; nothing where there is no place.

    Parameters
    ----------
    ax : Axes
        Whose frame is set.
    xy : array (places, 2)
        Metres.
    size : float
        From `mark_size`.
    gid : str
        Of the path.
    name : str
        Its word in a legend; none when empty.
    """
    if not len(xy):
        return
    per_px = ax.viewLim.width / _width_px(ax)
    most = PHONE_MOST if _is_narrow(ax) else MOST
    xy = thinned(xy, per_px, most if mark is ROUND else most // 3)
    lines = np.rint(np.asarray(mark.lines) * size) * per_px  # whole px: all marks of a kind look alike when places are rounded
    points = (xy[:, None, None, :] + lines).reshape(-1, 2)
    codes = np.full(lines.shape[:2], Outline.LINETO, dtype=np.uint8)
    codes[:, 0] = Outline.MOVETO
    patch = PathPatch(Outline(points, np.tile(codes.ravel(), len(xy))), zorder=mark.order, gid=gid)
    patch.set(facecolor=colour if mark.filled else "none", edgecolor=palette.CARD if mark.filled else colour)
    patch.set(linewidth=mark.width if mark.filled else max(mark.width * size, 1.0), capstyle="round")
    if name:
        patch.set_label(name)
    ax.add_patch(patch)


def thinned(xy: NDArray[np.float64], px: float, most: int) -> NDArray[np.float64]:
    """Return the points as they are, or at most about `most` of them: one of those within some px of each other.

    Examples
    --------
    >>> len(thinned(np.array([(0.0, 0.0), (1.0, 1.0), (90.0, 0.0)]), 4.0, most=2))
    2
    """
    step = 1.0
    found = xy
    while len(found) > most:
        _, first = np.unique(np.floor(xy / (step * px)), axis=0, return_index=True)
        found, step = xy[np.sort(first)], 1.5 * step
    return found


def _width_px(ax: Axes) -> float:
    """Return the width of the axes in px of a page."""
    return float(ax.bbox.width * POINTS_PER_INCH / ax.figure.dpi)


def _is_narrow(ax: Axes) -> bool:
    return _width_px(ax) < PHONE_WIDTH
