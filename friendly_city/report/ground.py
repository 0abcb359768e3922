"""What all maps share: axes in metres, the ground of a city or of a part of it, barriers, the scale, the notice.

Everything is drawn on matplotlib Axes in the city's metric CRS. Words stand beside a map (legend, caption), so that they
stay readable when it shrinks; only the notice and the scale are drawn on it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from matplotlib import pyplot as plt
from matplotlib.patches import PathPatch
from matplotlib.path import Path as Outline

from friendly_city.report import palette
from friendly_city.report.charts import PHONE_WIDTH
from friendly_city.report.walking import barriers

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from friendly_city.city.model import City
    from friendly_city.labels import Language
    from friendly_city.report.walking import Frame, Vertices

CITY_MARGIN, PART_MARGIN = 0.02, 0.08
"""Share of the extent shown around a city, and around a part of it, so that facilities beyond its border are seen."""

GROUND = "#f1ede3"
BARRIER = "#6b4a2b"
DOTS = (0, (1, 1.2))
"""Dashes of a barrier."""
UNDERLAY: dict[str, Any] = {"facecolor": palette.CARD, "edgecolor": "none", "alpha": 0.85, "pad": 2.0}
"""What stands behind words on a map."""


def blank_axes(ax: Axes | None, *, width: float, height: float) -> Axes:
    """Return axes of equal units without anything drawn: those given, or new ones of a size in inches."""
    if ax is None:
        figure = plt.figure(figsize=(width, height))
        ax = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    ax.set_axis_off()
    ax.set_aspect("equal")
    return ax


def show_frame(ax: Axes, bounds: Frame, margin: float) -> Frame:
    """Show `bounds` with a margin, widened to the shape of the axes; return min_x, min_y, max_x, max_y."""
    min_x, min_y, max_x, max_y = bounds
    pad = margin * max(max_x - min_x, max_y - min_y)
    box = ax.bbox
    shape = box.width / box.height
    width, height = max_x - min_x + 2 * pad, max_y - min_y + 2 * pad
    width, height = max(width, height * shape), max(height, width / shape)
    mid_x, mid_y = (min_x + max_x) / 2, (min_y + max_y) / 2
    frame = (mid_x - width / 2, mid_y - height / 2, mid_x + width / 2, mid_y + height / 2)
    ax.set_xlim(frame[0], frame[2])
    ax.set_ylim(frame[1], frame[3])
    return frame


def seen(xy: NDArray[np.float64], frame: Frame) -> NDArray[np.float64]:
    """Return the positions in a frame, its edge included.

    Examples
    --------
    >>> seen(np.array([(0.0, 0.0), (5.0, 1.0)]), (0, 0, 2, 2)).tolist()
    [[0.0, 0.0]]
    """
    inside: NDArray[np.float64] = xy[((xy >= frame[:2]) & (xy <= frame[2:])).all(axis=1)]
    return inside


def bounds_of(city: City, asked: NDArray[np.bool_]) -> Frame:
    """Return the extent of some communities of a city, in the order of its codes; in metres."""
    min_x, min_y, max_x, max_y = (float(edge) for edge in city.boundaries.loc[city.codes[asked]].total_bounds)
    return min_x, min_y, max_x, max_y


def draw_ground(ax: Axes, city: City, asked: NDArray[np.bool_]) -> Frame:
    """Draw what lies under a map of a city or of a part of it, and the barriers.

    A part has a border, and its neighbours are as far as they are seen a shade darker.

    Parameters
    ----------
    asked : array (communities,) of bool
        The communities the map is about, in the order of the city's codes; not none of them.

    Returns
    -------
    Frame
        What is seen, in metres.
    """
    part = not asked.all()
    frame = show_frame(ax, bounds_of(city, asked), PART_MARGIN if part else CITY_MARGIN)
    simple = shapely.coverage_simplify(city.boundaries.geometry.loc[city.codes].to_numpy(), (frame[2] - frame[0]) / ax.bbox.width)
    if part:
        _draw_areas(ax, shapely.clip_by_rect(simple[~asked], *frame), colour=palette.STONE, edge=palette.PAPER, order=1)
    _draw_areas(ax, simple[asked], colour=GROUND, edge=palette.CARD, order=1.5)
    if part:
        border = rings(shapely.union_all(simple[asked]))
        ax.add_patch(PathPatch(border, facecolor="none", edgecolor=palette.SOFT, linewidth=1.6, zorder=3))
    if (lines := barriers(city)) is not None:
        draw_barriers(ax, lines.within(frame))
    return frame


def _draw_areas(ax: Axes, shapes: NDArray[np.object_], *, colour: str, edge: str, order: float) -> None:
    """Draw areas of one colour as one path."""
    parts = shapely.get_parts(shapely.get_parts(shapes))
    parts = parts[(shapely.get_type_id(parts) == shapely.GeometryType.POLYGON) & ~shapely.is_empty(parts)]
    if len(parts):
        areas = rings(shapely.multipolygons(shapely.orient_polygons(parts)))
        ax.add_patch(PathPatch(areas, facecolor=colour, edgecolor=edge, linewidth=1.0, zorder=order))


def rings(area: BaseGeometry) -> Outline:
    """Return a polygon or multipolygon as one closed path."""
    parts = getattr(area, "geoms", [area])
    found = [ring for part in parts for ring in (part.exterior, *part.interiors)]
    return Outline.make_compound_path(*(Outline(np.asarray(ring.coords)[:, :2], closed=True) for ring in found))


def draw_lines(ax: Axes, lines: Vertices, *, colour: str, width: float, order: float, style: Any = "-") -> None:
    """Draw many lines as one path: one element in the picture instead of thousands."""
    xy, first = lines
    if len(xy):
        path = Outline(xy, np.where(first, Outline.MOVETO, Outline.LINETO).astype(np.uint8))
        patch = PathPatch(path, facecolor="none", edgecolor=colour, linewidth=width, zorder=order, linestyle=style)
        patch.set_capstyle("round")
        ax.add_patch(patch)


def draw_barriers(ax: Axes, lines: Vertices) -> None:
    """Draw what cannot be crossed on foot, the same on every map: brown dashes on white, seen on light and dark ground."""
    draw_lines(ax, lines, colour=palette.CARD, width=5, order=4)
    draw_lines(ax, lines, colour=BARRIER, width=3, order=4.1, style=DOTS)


def draw_scale(ax: Axes, frame: Frame) -> None:
    """Draw a bar of a round length, about a sixth of the width, in the lower left corner."""
    min_x, min_y, max_x, max_y = frame
    target = (max_x - min_x) / 6
    length = max(step for step in (100, 200, 500, 1000, 2000, 5000) if step <= max(target, 100))
    x, y = min_x + 0.02 * (max_x - min_x), min_y + 0.025 * (max_y - min_y)
    ax.plot([x, x + length], [y, y], color=palette.SOFT, linewidth=2, solid_capstyle="butt", zorder=9)
    text = f"{length} m" if length < 1000 else f"{length // 1000} km"
    ax.text(
        x, y + 0.016 * (max_y - min_y), text, color=palette.SOFT, fontsize=14, va="bottom", ha="left", zorder=9, bbox=UNDERLAY
    )


def draw_notice(ax: Axes, city: City, language: Language) -> None:
    """Write in the lower right corner that data are synthetic and whose they are; on phones it stands below the map."""
    said = [city.notice] if city.synthetic else []
    said += [city.attribution] if city.attribution else []
    if said and ax.bbox.width >= PHONE_WIDTH:
        place: dict[str, Any] = {"transform": ax.transAxes, "ha": "right", "va": "bottom", "zorder": 9, "bbox": UNDERLAY}
        ax.text(0.985, 0.02, "\n".join(text.of(language) for text in said), color=palette.SOFT, fontsize=14, **place)
