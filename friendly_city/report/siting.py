"""Pictures of a plan: who is served before and after it, and what each site adds.

Maps are in metres of the city's CRS and show the whole city, or the subdistrict that plans. Numbers come from `audit.siting`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from matplotlib.collections import PatchCollection, PathCollection
from matplotlib.markers import MarkerStyle
from matplotlib.patches import PathPatch
from matplotlib.path import Path as Outline
from matplotlib.transforms import IdentityTransform

from friendly_city.labels import Language, number
from friendly_city.report import palette
from friendly_city.report.charts import PHONE_WIDTH, SMALL, axes, require_language
from friendly_city.report.maps import (
    CATCHMENT,
    GROUND,
    _blank_axes,
    _draw_barriers,
    _frame,
    _notice,
    _rings,
    _scale_bar,
)
from friendly_city.report.svg import drawing
from friendly_city.report.walking import barriers
from friendly_city.report.words import say

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from friendly_city.access.siting.result import Plan
    from friendly_city.audit.siting import CityPlan
    from friendly_city.report.walking import Frame

    Points = NDArray[np.float64]

SERVED, NEW, UNSERVED = CATCHMENT[1], palette.AMBER, palette.TERRACOTTA
"""Colours of children served before, newly served, and not served."""
MARGIN = 0.03
"""Share of the extent shown around it."""
DOTS, PHONE_DOTS = 3000, 1200
"""Homes of one kind beyond which those close to each other are drawn as one; a third of it for crosses, which are longer."""
MANY = 500
"""Homes from which on their marks are small."""
NUMBERED = 20
"""Sites that have their number on the map."""
TALLEST, LOWEST = 640.0, 400.0
"""Height of a map in px, on pages."""
CURVE_HEIGHTS = (300.0, 260.0)
NAMED = 6
"""Points of the curve up to which each tells its share, on phones."""
STEPS = (0.01, 0.02, 0.05, 0.1, 0.2)
"""Distances of the lines behind the curve."""


def map_plan(planned: CityPlan, *, after: bool = True, ax: Axes | None = None, language: Language = "zh") -> Axes:
    """Draw who is served without the planned sites, or with them; the sites are numbered as they rank.

    Parameters
    ----------
    planned : CityPlan
        From `audit.siting.plan_sites`.
    after : bool
        With the planned sites.
    ax : Axes, optional
        Drawn into; a new figure otherwise.
    language
        Language of the notice.

    Returns
    -------
    Axes
        In metres; each kind of mark is one artist with the gid ``before``, ``newly``, ``without``, ``there`` or ``planned``.
    """
    require_language(language)
    with drawing():
        ax = _blank_axes(ax, width=8.8, height=6.4)
        frame = _frame(ax, bounds_of(planned), MARGIN)
        _ground(ax, planned, frame)
        px, phone = (frame[2] - frame[0]) / ax.bbox.width, ax.bbox.width < PHONE_WIDTH
        kinds, homes = standing_of_homes(planned, after=after), planned.city.register("homes")[["x_m", "y_m"]].to_numpy()
        size = (1.0 if phone else 1.7) * (1.0 if (kinds != "").sum() > MANY else 1.7)
        most = PHONE_DOTS if phone else DOTS
        room = {"before": most, "newly": most, "without": most // 3}
        xy = {kind: thinned(homes[kinds == kind], px, count) for kind, count in room.items()}
        _dots(ax, xy["before"], width=2.2 * size, colour=SERVED, gid="before")
        _dots(ax, xy["newly"], width=2.8 * size, colour=NEW, gid="newly")
        _crosses(ax, xy["without"], reach_m=1.4 * size * px, width=0.9 * size, gid="without")
        kept = _inside(planned.places.loc[planned.places["kept"], ["x_m", "y_m"]].to_numpy(), frame)
        _marks(ax, kept, marker="^", size=30 * size, colour=palette.INK, edge=palette.CARD, gid="there")
        if after:
            _numbered(ax, planned.sites[["x_m", "y_m"]].to_numpy())
        _scale_bar(ax, frame)
        _notice(ax, planned.city, language)
    return ax


def standing_of_homes(planned: CityPlan, *, after: bool) -> NDArray[np.str_]:
    """Return for each home of the city ``before``, ``newly`` or ``without``; '' where no children are asked about."""
    plan, people = planned.plan, planned.plan.services[0].demand
    before, now = (plan.standings[rank][0].served > 0 for rank in (0, -1 if after else 0))
    found = np.select([people <= 0, before, now], ["", "before", "newly"], "without")
    return np.asarray(found, dtype=np.str_)


def bounds_of(planned: CityPlan) -> Frame:
    """Return what a map of a plan shows: the communities asked about, in metres."""
    boundaries = planned.city.boundaries[planned.asked_communities]
    min_x, min_y, max_x, max_y = (float(edge) for edge in boundaries.total_bounds)
    return min_x, min_y, max_x, max_y


def map_heights(planned: CityPlan) -> tuple[float, float]:
    """Return the height of a map in px, wide and on phones: that of what it shows, within reason."""
    min_x, min_y, max_x, max_y = bounds_of(planned)
    shape = (max_y - min_y) / max(max_x - min_x, 1.0)
    wide = min(max(880.0 * shape, LOWEST), TALLEST)
    return round(wide), round(min(max(320.0 * shape, 210.0), 340.0))


def _ground(ax: Axes, planned: CityPlan, frame: Frame) -> None:
    """Draw what lies under the map: communities, those asked about lighter, and barriers."""
    px = (frame[2] - frame[0]) / ax.bbox.width
    shapes = shapely.coverage_simplify(planned.city.boundaries.geometry.to_numpy(), px)
    shapes = shapely.clip_by_rect(shapes, *frame)
    for asked, colour in ((False, palette.STONE), (True, GROUND)):
        here = shapes[planned.asked_communities == asked]
        outlines = [PathPatch(_rings(shape)) for shape in here[~shapely.is_empty(here)]]
        if outlines:
            edge = palette.CARD if asked else palette.PAPER
            ax.add_collection(PatchCollection(outlines, facecolor=colour, edgecolor=edge, linewidth=1.0, zorder=1 + asked / 2))
    if (lines := barriers(planned.city)) is not None:
        _draw_barriers(ax, lines.within(frame))


def _inside(xy: Points, frame: Frame) -> Points:
    min_x, min_y, max_x, max_y = frame
    x, y = xy.T
    return np.asarray(xy[(x >= min_x) & (x <= max_x) & (y >= min_y) & (y <= max_y)])


def thinned(xy: Points, px: float, most: int) -> Points:
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


def _dots(ax: Axes, xy: Points, *, width: float, colour: str, gid: str) -> None:
    """Draw dots as one path of lines without length and with round ends: ten letters a dot instead of sixty."""
    if len(xy):
        codes = np.tile(np.array([Outline.MOVETO, Outline.CLOSEPOLY], dtype=np.uint8), len(xy))
        _stroke(ax, Outline(np.repeat(xy, 2, axis=0), codes), width=width, colour=colour, gid=gid, cap="round")


def _crosses(ax: Axes, xy: Points, *, reach_m: float, width: float, gid: str) -> None:
    if len(xy):
        arms = reach_m * np.array([(-1, -1), (1, 1), (-1, 1), (1, -1)])
        codes = np.tile(np.array([Outline.MOVETO, Outline.LINETO], dtype=np.uint8), 2 * len(xy))
        _stroke(ax, Outline((xy[:, None, :] + arms).reshape(-1, 2), codes), width=width, colour=UNSERVED, gid=gid, cap="butt")


def _stroke(ax: Axes, path: Outline, *, width: float, colour: str, gid: str, cap: Any) -> None:
    lines = PathPatch(path, facecolor="none", edgecolor=colour, linewidth=width, zorder=5, gid=gid)
    lines.set_capstyle(cap)
    ax.add_patch(lines)


def _marks(ax: Axes, xy: Points, *, marker: str, size: float, colour: str, edge: str, gid: str) -> None:
    if len(xy):
        style = MarkerStyle(marker)
        marks = PathCollection(
            (style.get_path().transformed(style.get_transform()),), np.array([size]), offsets=xy, offset_transform=ax.transData,
            facecolors=colour, edgecolors=edge, linewidths=0.8, zorder=6, gid=gid,
        )  # fmt: skip
        marks.set_transform(IdentityTransform())
        ax.add_collection(marks)


def _numbered(ax: Axes, xy: Points) -> None:
    """Draw the planned sites as discs with their rank, the first on top; those after the first `NUMBERED` are small and bare."""
    _marks(ax, xy[NUMBERED:], marker="o", size=60, colour=NEW, edge=palette.INK, gid="planned")
    for rank, (x, y) in reversed(list(enumerate(xy[:NUMBERED], start=1))):
        _marks(ax, np.array([(x, y)]), marker="o", size=330, colour=NEW, edge=palette.INK, gid="planned")
        px = ax.viewLim.height / ax.bbox.height
        ax.text(
            x, y - 0.36 * SMALL * px, str(rank), fontsize=SMALL, color=palette.INK, ha="center", va="baseline", fontweight=700,
            zorder=6,
        )  # fmt: skip


def plot_gains(plan: Plan, *, ax: Axes | None = None, language: Language = "zh", shown: Sequence[bool] | None = None) -> Axes:
    """Draw the share of children served after each site of a plan, from none on.

    Parameters
    ----------
    plan : Plan
        A plan.
    ax : Axes, optional
        Drawn into; a new figure otherwise.
    language
        Language of the words.
    shown : sequence of bool, optional
        Which points may be drawn, from none on; all when not given.

    Returns
    -------
    Axes
        Sites across, shares (0–1) up; the line has the gid ``share-by-sites``.
    """
    require_language(language)
    curve = plan.curve[np.ones(len(plan.curve), bool) if shown is None else np.asarray(shown)]
    ranks, shares, last = curve["rank"].tolist(), curve["share"].tolist(), max(len(plan.curve) - 1, 1)
    low, high, step = curve_range(shares)
    with drawing():
        ax = axes(ax, (880, CURVE_HEIGHTS[0]))
        phone = ax.bbox.width < PHONE_WIDTH
        left, right, top, bottom = (46, 24, 16, 30) if phone else (64, 60, 20, 36)
        across = last / (ax.bbox.width - left - right)
        up = (high - low) / (ax.bbox.height - top - bottom)
        ax.axis("off")
        ax.set_xlim(-left * across, last + right * across)
        ax.set_ylim(low - bottom * up, high + top * up)
        style: dict[str, Any] = {"fontsize": SMALL, "va": "baseline", "zorder": 4}
        for level in np.arange(low, high + step / 2, step):
            ax.plot([0, last], [level, level], color=palette.LINE, linewidth=1, linestyle=(0, (2, 4)))
            said = f"{number(100 * level, digits=0)}%"
            ax.text(-10 * across, level - 5 * up, said, color=palette.SOFT, ha="right", **style)
        for rank in range(0, last + 1, max(1, round(last / (NAMED if phone else 3 * NAMED)))):
            said = say("siting_now", language) if rank == 0 else str(rank)
            ax.text(rank, low - 22 * up, said, color=palette.SOFT, ha="center", **style)
        ax.plot(ranks, shares, color=palette.TEAL, linewidth=2.5, marker="o", markersize=7, gid="share-by-sites", zorder=3)
        for place, (rank, share) in enumerate(zip(ranks, shares, strict=True)):
            if place == 0:  # beside the rising line, not on it
                ax.text(
                    rank + 10 * across, share - 16 * up, percent(share), color=palette.INK, ha="left", fontweight=700, **style
                )
            elif place == len(ranks) - 1 or last <= (NAMED - 2 if phone else 2 * NAMED):
                ax.text(rank, share + 10 * up, percent(share), color=palette.INK, ha="center", fontweight=700, **style)
    return ax


def curve_range(shares: Sequence[float]) -> tuple[float, float, float]:
    """Return from which to which share the curve is drawn, and how far apart the lines behind it are.

    Examples
    --------
    >>> curve_range([0.844, 0.898])
    (0.82, 0.92, 0.02)
    """
    known = [share for share in shares if share == share]  # noqa: PLR0124 - only NaN differs from itself
    least, most = (min(known), max(known)) if known else (0.0, 1.0)
    step = next((step for step in STEPS if most - least <= 4 * step), STEPS[-1])
    low = max(0, np.floor(least / step - 0.3)) * step
    high = min(np.ceil(1 / step - 1e-9), np.ceil((most + 0.3 * step) / step)) * step
    return round(float(low), 6), round(float(max(high, low + step)), 6), step


def percent(share: float) -> str:
    """Return a share as it stands on the page; ``—`` for none.

    Examples
    --------
    >>> percent(0.8437)
    '84.4 %'
    """
    return f"{number(100 * share, digits=1)} %" if np.isfinite(share) else number(share)
