"""Pictures of access and of plans: minutes on a map, curves of shares, sites before and after.

Each takes and gives back matplotlib Axes, in metres of the city's CRS for maps. Numbers come from `audit.service_access`
and `audit.siting`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.collections import PatchCollection
from matplotlib.patches import PathPatch
from matplotlib.ticker import MaxNLocator

from friendly_city.access.costs import within
from friendly_city.labels import Language, Text, label, number
from friendly_city.report import palette
from friendly_city.report.charts import require_language
from friendly_city.report.maps import (
    CATCHMENT,
    GROUND,
    UNDERLAY,
    _blank_axes,
    _draw_barriers,
    _frame,
    _notice,
    _rings,
    _scale_bar,
)
from friendly_city.report.svg import drawing
from friendly_city.report.walking import barriers, outlines

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from friendly_city.access.siting.result import Plan
    from friendly_city.audit.service_access import ServiceAccess
    from friendly_city.audit.siting import CityPlan
    from friendly_city.city.model import City

MINUTES = (5, 10, 15)
"""Bands of the map; longer walks are crosses."""

DOT = 9.0
"""Area of the dot of a home, in points."""

NEW = palette.AMBER
"""Colour of what a plan adds."""

UNSERVED = palette.RATING["not_met"]
"""Colour of children who are not served."""

MIN = Text("分钟", "min")
TITLES = {
    "share": Text("儿童比例", "share of children"),
    "minutes": Text("步行分钟", "minutes on foot"),
    "sites": Text("新增点数", "sites added"),
    "beyond": Text("更远或不可达", "farther, or no way"),
    "there": Text("现有设施", "existing"),
    "planned": Text("规划点", "planned"),
    "before": Text("原已服务", "served before"),
    "newly": Text("新增服务", "newly served"),
    "without": Text("未服务", "not served"),
}


def map_minutes(found: ServiceAccess, *, ax: Axes | None = None, language: Language = "zh") -> Axes:
    """Draw the homes of a city by minutes to the nearest facility; those beyond 15 minutes are crosses."""
    require_language(language)
    with drawing():
        ax = _ground(found.city, ax, language)
        homes = found.homes[found.homes["children"] > 0]
        walked, xy = homes["minutes"].to_numpy(), homes[["x_m", "y_m"]].to_numpy()
        lower = 0.0
        for upper, colour in zip(MINUTES, CATCHMENT, strict=True):
            here = within(walked, upper) & (walked >= lower if lower == 0 else ~within(walked, lower))
            _dots(ax, xy[here], colour, f"≤ {upper} {MIN.of(language)}")
            lower = upper
        _crosses(ax, xy[~within(walked, MINUTES[-1])], TITLES["beyond"].of(language))
        _marks(ax, found.open_facilities[["x_m", "y_m"]].to_numpy(), palette.INK, label("facility", found.kind).of(language))
        _legend(ax)
    return ax


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


def plot_share_by_minutes(found: ServiceAccess, *, ax: Axes | None = None, language: Language = "zh") -> Axes:
    """Draw the share of children who reach a facility within each minute."""
    require_language(language)
    with drawing():
        ax = _chart(ax, TITLES["minutes"].of(language), TITLES["share"].of(language))
        ax.plot(found.curve["minutes"], found.curve["share"], color=palette.TEAL, linewidth=2.5, gid="share-by-minutes")
        for minutes in MINUTES:
            share = float(found.curve["share"][minutes])
            ax.plot([minutes], [share], marker="o", color=palette.TEAL, markersize=6)
            ax.annotate(_percent(share), (minutes, share), textcoords="offset points", xytext=(6, -16), fontsize=14)
    return ax


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
