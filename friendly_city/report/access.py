"""Pictures of access and of plans: minutes on a map, curves of shares, sites before and after.

Each takes and gives back matplotlib Axes, in metres of the city's CRS for maps. Numbers come from `audit.service_access`
and `audit.siting`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from matplotlib import pyplot as plt
from matplotlib.collections import PatchCollection
from matplotlib.patches import PathPatch
from matplotlib.path import Path as Outline
from matplotlib.ticker import MaxNLocator

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
    UNDERLAY,
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

    from friendly_city.access.siting.result import Plan
    from friendly_city.audit.service_access import ServiceAccess
    from friendly_city.audit.siting import CityPlan
    from friendly_city.city.model import City
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
    "sites": Text("新增点数", "sites added"),
    "beyond": Text("更远或不可达", "farther, or no way"),
    "untold": Text("不公布", "withheld"),
    "there": Text("现有设施", "existing"),
    "planned": Text("规划点", "planned"),
    "before": Text("原已服务", "served before"),
    "newly": Text("新增服务", "newly served"),
    "without": Text("未服务", "not served"),
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


def map_plan(planned: CityPlan, *, after: bool = True, ax: Axes | None = None, language: Language = "zh") -> Axes:
    """Draw who is served without the planned sites, or with them; the sites are numbered as they rank."""
    require_language(language)
    with drawing():
        ax = _ground(planned.city, ax, language)
        one, plan = planned.plan.services[0], planned.plan
        before, now = plan.standings[0][0].served > 0, plan.standings[-1 if after else 0][0].served > 0
        xy, there = planned.city.register("homes")[["x_m", "y_m"]].to_numpy(), one.demand > 0
        _dots(ax, xy[before & there], CATCHMENT[1], TITLES["before"].of(language))
        _dots(ax, xy[now & ~before & there], NEW, TITLES["newly"].of(language))
        _crosses(ax, xy[~now & there], TITLES["without"].of(language))
        kept = planned.places[planned.places["kept"]]
        _marks(ax, kept[["x_m", "y_m"]].to_numpy(), palette.INK, TITLES["there"].of(language))
        if after:
            _numbered(ax, planned.sites[["x_m", "y_m"]].to_numpy(), TITLES["planned"].of(language))
        _legend(ax)
    return ax


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


def plot_gains(plan: Plan, *, ax: Axes | None = None, language: Language = "zh") -> Axes:
    """Draw the share of children served after each site of a plan, from none on."""
    require_language(language)
    with drawing():
        ax = _chart(ax, TITLES["sites"].of(language), TITLES["share"].of(language))
        ax.plot(plan.curve["rank"], plan.curve["share"], color=palette.TEAL, linewidth=2.5, marker="o", gid="share-by-sites")
        for place in {0, len(plan.curve) - 1}:
            share = float(plan.curve["share"][place])
            ax.annotate(_percent(share), (place, share), textcoords="offset points", xytext=(6, -16), fontsize=14)
        ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    return ax


def _percent(share: float) -> str:
    return f"{number(100 * share, digits=1)}%"


def _chart(ax: Axes | None, across: str, up: str) -> Axes:
    """Return Axes from 0 to 1 with named axes."""
    if ax is None:
        ax = plt.figure(figsize=(7.6, 4.2)).add_axes((0.1, 0.16, 0.87, 0.8))
    ax.set_xlabel(across, fontsize=14)
    ax.set_ylabel(up, fontsize=14)
    ax.set_ylim(0, 1.04)
    ax.yaxis.set_major_formatter(lambda share, _: f"{100 * share:.0f}%")
    ax.tick_params(labelsize=14)
    ax.spines[["top", "right"]].set_visible(False)
    return ax


def _ground(city: City, ax: Axes | None, language: Language) -> Axes:
    """Draw what lies under every map: communities, barriers, scale, notice."""
    ax = _blank_axes(ax, width=8.8, height=6.4)
    shapes = [PathPatch(_rings(shape)) for shape in outlines(city).values()]
    ax.add_collection(PatchCollection(shapes, facecolor=GROUND, edgecolor=palette.CARD, linewidth=1.0, zorder=1))
    lines = barriers(city)
    if lines is not None:
        _draw_barriers(ax, lines.whole())
    _scale_bar(ax, _frame(ax, tuple(city.boundaries.total_bounds), 0.02))
    _notice(ax, city, language)
    return ax


def _dots(ax: Axes, xy: NDArray[np.float64], colour: str, name: str) -> None:
    if len(xy):
        ax.scatter(xy[:, 0], xy[:, 1], s=DOT, color=colour, linewidth=0, zorder=5, label=name)


def _crosses(ax: Axes, xy: NDArray[np.float64], name: str) -> None:
    if len(xy):
        ax.scatter(xy[:, 0], xy[:, 1], s=2.2 * DOT, color=UNSERVED, marker="x", linewidth=1.4, zorder=5.5, label=name)


def _marks(ax: Axes, xy: NDArray[np.float64], colour: str, name: str) -> None:
    if len(xy):
        ax.scatter(
            xy[:, 0], xy[:, 1], s=34, color=colour, marker="^", edgecolor=palette.CARD, linewidth=0.8, zorder=6, label=name
        )


def _numbered(ax: Axes, xy: NDArray[np.float64], name: str) -> None:
    if not len(xy):
        return
    ax.scatter(xy[:, 0], xy[:, 1], s=170, color=NEW, edgecolor=palette.INK, linewidth=1.2, zorder=7, label=name)
    middle: dict[str, Any] = {"ha": "center", "va": "center", "fontsize": 14, "zorder": 8, "color": palette.INK}
    for rank, (x, y) in enumerate(xy, start=1):
        ax.text(x, y, str(rank), **middle)


def _legend(ax: Axes) -> None:
    legend = ax.legend(loc="upper left", fontsize=14, frameon=True, markerscale=1.2)
    legend.get_frame().set(facecolor=palette.CARD, edgecolor="none", alpha=UNDERLAY["alpha"])
