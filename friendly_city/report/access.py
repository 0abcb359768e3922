"""Pictures of access and of plans: minutes on a map, curves of shares, sites before and after.

Each takes and gives back matplotlib Axes, in metres of the city's CRS for maps. Numbers come from `audit.service_access`
and `audit.siting`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely
from matplotlib.collections import PatchCollection
from matplotlib.patches import PathPatch
from matplotlib.path import Path as Outline

from friendly_city.access.costs import within
from friendly_city.audit.question import WITHIN
from friendly_city.audit.service_access import CURVE_MIN
from friendly_city.labels import Language, Text, label, number
from friendly_city.report import palette
from friendly_city.report.bare import POINTS_PER_INCH
from friendly_city.report.charts import LABEL, PHONE_WIDTH, axes, pixels, require_language, words
from friendly_city.report.figure import WIDE
from friendly_city.report.maps import (
    CATCHMENT,
    GROUND,
    MARGIN,
    STREET,
    _blank_axes,
    _draw_barriers,
    _draw_lines,
    _frame,
    _notice,
    _rings,
    _scale_bar,
)
from friendly_city.report.svg import drawing
from friendly_city.report.walking import barriers, outlines, streets

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    import pandas as pd
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from friendly_city.audit.service_access import ServiceAccess
    from friendly_city.report.walking import Frame

MINUTES = (5, 10, 15)
"""Bands of the map; longer walks are crosses."""

DOT = 9.0
"""Area of the dot of a home, in points."""

NEW = palette.AMBER
"""Colour of what a plan adds."""

UNSERVED = palette.RATING["not_met"]
"""Colour of children who are not served."""

CURVE_HEIGHTS = (340.0, 270.0)
"""Height in px of the curve, wide and on phones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A mark on a map: its lines in px around its place."""

    name: str
    lines: tuple[tuple[tuple[float, float], ...], ...]
    filled: bool = False


ROUND = Mark(name="round", lines=(((0.0, 0.0), (0.0, 0.0)),))
"""A line without length has round ends: a dot as large as it is wide."""
CROSS = Mark(name="cross", lines=(((-3.0, -3.0), (3.0, 3.0)), ((-3.0, 3.0), (3.0, -3.0))))
TRIANGLE = Mark(name="triangle", lines=(((-6.0, -4.5), (6.0, -4.5), (0.0, 6.5), (-6.0, -4.5)),), filled=True)

MIN = Text("分钟", "min")
TITLES = {
    "share": Text("儿童比例", "share of children"),
    "minutes": Text("步行分钟", "minutes on foot"),
    "beyond": Text("更远或不可达", "farther, or no way"),
    "untold": Text("不公布", "withheld"),
}


def map_minutes(
    found: ServiceAccess, *, told: Collection[str] | None = None, ax: Axes | None = None, language: Language = "zh"
) -> Axes:
    """Draw homes with children by minutes to the nearest facility; those beyond 15 minutes are crosses.

    Of a subdistrict it shows that subdistrict with its streets, and facilities beyond its border.

    Parameters
    ----------
    found : ServiceAccess
        From `audit.service_access.service_access`.
    told : collection of str, optional
        Communities whose homes are drawn by minutes; of others all homes, with and without children, are grey. All, unless said.
    ax : Axes, optional
        Drawn into; a new figure otherwise.
    language : {"zh", "en"}
        Language of the notice and of the words for a legend (``ax.legend()``).

    Returns
    -------
    Axes
        In metres of the city's CRS. Marks of one kind are one path: it keeps a page of thousands of homes small.
    """
    require_language(language)
    with drawing():
        ax = _blank_axes(ax, width=8.8, height=6.4)
        frame = _place(ax, found)
        codes = found.homes["community_code"]
        untold = np.zeros(len(codes), bool) if told is None else ~codes.isin(list(told)).to_numpy(dtype=bool)
        drawn = untold | (found.homes["children"] > 0).to_numpy()
        walked, xy = found.homes["minutes"].to_numpy()[drawn], found.homes[["x_m", "y_m"]].to_numpy()[drawn]
        lower = untold[drawn]
        _marked(ax, xy[lower], ROUND, palette.HATCH, 6.5, name=TITLES["untold"].of(language), order=5)
        for upper, colour in zip(MINUTES, CATCHMENT, strict=True):
            here = within(walked, upper)
            _marked(ax, xy[here & ~lower], ROUND, colour, 6.5, name=f"≤ {upper} {MIN.of(language)}", order=5)
            lower |= here
        _marked(ax, xy[~lower], CROSS, UNSERVED, 1.6, name=TITLES["beyond"].of(language), order=5.5)
        there = found.open_facilities[["x_m", "y_m"]].to_numpy(dtype=float)
        seen = ((there >= frame[:2]) & (there <= frame[2:])).all(axis=1)
        _marked(ax, there[seen], TRIANGLE, palette.INK, 1.0, name=label("facility", found.kind).of(language), order=6)
        _scale_bar(ax, frame)
        _notice(ax, found.city, language)
    return ax


def _place(ax: Axes, found: ServiceAccess) -> Frame:
    """Draw the ground of a city, or of a subdistrict with its streets; return what is seen."""
    shapes = outlines(found.city)
    own = [shapes[code] for code in found.city.codes[found.asked_communities]]
    bounds = np.array([shape.bounds for shape in own])
    extent = (*bounds[:, :2].min(axis=0).tolist(), *bounds[:, 2:].max(axis=0).tolist())
    frame = _frame(ax, extent, MARGIN if found.subdistrict else 0.02)
    simple = shapely.coverage_simplify(np.array(own, dtype=object), 0.7 * (frame[2] - frame[0]) / ax.bbox.width)  # a pixel
    ground = [PathPatch(_rings(shape)) for shape in simple]
    ax.add_collection(PatchCollection(ground, facecolor=GROUND, edgecolor=palette.CARD, linewidth=1.0, zorder=1))
    if found.subdistrict:
        _draw_lines(ax, streets(found.city).within(frame), colour=STREET, width=1.2, order=2)
        border = PathPatch(_rings(shapely.unary_union(simple)), facecolor="none", edgecolor=palette.SOFT, linewidth=2, zorder=4.5)
        ax.add_patch(border)
    if (lines := barriers(found.city)) is not None:
        _draw_barriers(ax, lines.within(frame))
    return frame


def _marked(ax: Axes, xy: NDArray[np.float64], mark: Mark, colour: str, width: float, *, name: str, order: float) -> None:
    """Draw the same mark at many places as one path; its lines are as wide as said, in px."""
    if not len(xy):
        return
    per_px = ax.viewLim.width / ax.bbox.width * ax.figure.dpi / POINTS_PER_INCH
    smaller = 1.0 if ax.bbox.width * POINTS_PER_INCH / ax.figure.dpi >= PHONE_WIDTH else 0.6
    lines = np.asarray(mark.lines) * per_px * smaller
    points = (xy[:, None, None, :] + lines[None]).reshape(-1, 2)
    codes = np.full(lines.shape[:2], Outline.LINETO, dtype=np.uint8)
    codes[:, 0] = Outline.MOVETO
    patch = PathPatch(Outline(points, np.tile(codes.ravel(), len(xy))), edgecolor=colour, linewidth=width * smaller, zorder=order)
    patch.set(facecolor=colour if mark.filled else "none", label=name, capstyle="round", gid=f"marks-{mark.name}")
    if mark.filled:
        patch.set_edgecolor(palette.CARD)
    ax.add_patch(patch)


def plot_share_by_minutes(
    curve: pd.DataFrame, *, limit_min: float = WITHIN.value, ax: Axes | None = None, language: Language = "zh"
) -> Axes:
    """Draw the share of children who reach a facility within each minute; at 5, 10 and 15 minutes it is written.

    Parameters
    ----------
    curve : DataFrame
        ``minutes`` and ``share`` (0–1), as `ServiceAccess.curve`.
    limit_min : float
        Where the limit is drawn, minutes.
    ax : Axes, optional
        In px; made when it is not given.
    """
    require_language(language)
    with drawing():
        ax = axes(ax, (WIDE, CURVE_HEIGHTS[0]))
        width, height = pixels(ax)
        phone = width < PHONE_WIDTH
        left, right, top, bottom = 52.0, width - (12 if phone else 30), 16.0, height - 54
        last = float(CURVE_MIN)

        def at(minutes: float, share: float) -> tuple[float, float]:
            return left + (right - left) * minutes / last, bottom - (bottom - top) * share

        for share in (0.0, 0.25, 0.5, 0.75, 1.0):
            y = at(0, share)[1]
            ax.plot([left, right], [y, y], color=palette.LINE, linewidth=1)
            words(ax, left - 10, y, f"{100 * share:.0f}%", color=palette.SOFT, anchor="right")
        for minutes in range(0, CURVE_MIN + 1, 10 if phone else 5):
            words(ax, at(minutes, 0)[0], bottom + 16, str(minutes), color=palette.SOFT, anchor="center")
        words(ax, right, bottom + 40, TITLES["minutes"].of(language), color=palette.SOFT, anchor="right")
        if limit_min <= last:
            x = at(limit_min, 0)[0]
            ax.plot([x, x], [top, bottom], color=palette.SOFT, linewidth=1.5, linestyle=(0, (4, 4)))
        if curve["share"].notna().any():
            x, y = np.array([at(*row) for row in curve[["minutes", "share"]].to_numpy(dtype=float)]).T
            ax.plot(x, y, color=palette.TEAL, linewidth=3.5, gid="share-by-minutes", solid_joinstyle="round")
            _written(ax, curve, at)
    return ax


def _written(ax: Axes, curve: pd.DataFrame, at: Callable[[float, float], tuple[float, float]]) -> None:
    """Mark the shares at the ends of the bands and write them."""
    shares = dict(zip(curve["minutes"], curve["share"], strict=True))
    for minutes in (minute for minute in MINUTES if minute in shares):
        x, y = at(minutes, shares[minutes])
        ax.plot(
            [x], [y], marker="o", markersize=10, color=palette.TEAL, markeredgecolor=palette.CARD, markeredgewidth=2, zorder=6
        )
        below = shares[minutes] > 0.15
        words(ax, x + 8, y + (18 if below else -16), f"{number(100 * shares[minutes], digits=0)}%", size=LABEL, bold=True)
