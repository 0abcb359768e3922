"""Pictures of access: minutes on a map, curves of shares. Those of plans are in `siting`.

Each takes and gives back matplotlib Axes, in metres of the city's CRS for maps. Numbers come from `audit.service_access`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.collections import PatchCollection
from matplotlib.patches import PathPatch

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

    from friendly_city.audit.service_access import ServiceAccess
    from friendly_city.city.model import City

MINUTES = (5, 10, 15)
"""Bands of the map; longer walks are crosses."""

DOT = 9.0
"""Area of the dot of a home, in points."""

UNSERVED = palette.RATING["not_met"]
"""Colour of children who are not served."""

MIN = Text("分钟", "min")
TITLES = {
    "share": Text("儿童比例", "share of children"),
    "minutes": Text("步行分钟", "minutes on foot"),
    "beyond": Text("更远或不可达", "farther, or no way"),
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


def _legend(ax: Axes) -> None:
    legend = ax.legend(loc="upper left", fontsize=14, frameon=True, markerscale=1.2)
    legend.get_frame().set(facecolor=palette.CARD, edgecolor="none", alpha=UNDERLAY["alpha"])
