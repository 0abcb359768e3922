"""Pictures of a plan: who is served before and after it, and what each site adds.

Maps are in metres of the city's CRS and show the whole city, or the subdistrict that plans. Numbers come from `audit.siting`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from friendly_city.labels import Language, number
from friendly_city.report import palette
from friendly_city.report.charts import PHONE_WIDTH, SMALL, axes, require_language
from friendly_city.report.ground import blank_axes, bounds_of, draw_ground, draw_notice, draw_scale, seen
from friendly_city.report.maps import CATCHMENT
from friendly_city.report.marks import CROSS, DIAMOND, ROUND, TRIANGLE, draw_marks, mark_size
from friendly_city.report.svg import drawing
from friendly_city.report.words import say

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from friendly_city.access.siting.result import Plan
    from friendly_city.audit.siting import CityPlan

SERVED, NEW, UNSERVED = CATCHMENT[1], palette.AMBER, palette.TERRACOTTA
"""Colours of children served before, newly served, and not served."""
SITE = replace(ROUND, order=7)
"""A planned site, on top of everything but words."""
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
        In metres; each kind of mark has the gid ``before``, ``newly``, ``without``, ``there`` or ``planned``.
    """
    require_language(language)
    with drawing():
        ax = blank_axes(ax, width=8.8, height=6.4)
        frame = draw_ground(ax, planned.city, planned.asked_communities)
        kinds, homes = standing_of_homes(planned, after=after), planned.city.register("homes")[["x_m", "y_m"]].to_numpy()
        size = mark_size(ax, int((kinds != "").sum()))
        draw_marks(ax, homes[kinds == "before"], ROUND, SERVED, size=size, gid="before")
        draw_marks(ax, homes[kinds == "newly"], DIAMOND, NEW, size=size, gid="newly")
        draw_marks(ax, homes[kinds == "without"], CROSS, UNSERVED, size=size, gid="without")
        there = seen(planned.places.loc[planned.places["kept"], ["x_m", "y_m"]].to_numpy(dtype=float), frame)
        draw_marks(ax, there, TRIANGLE, palette.INK, size=size, gid="there")
        if after:
            _draw_sites(ax, planned.sites[["x_m", "y_m"]].to_numpy(dtype=float))
        draw_scale(ax, frame)
        draw_notice(ax, planned.city, language)
    return ax


def standing_of_homes(planned: CityPlan, *, after: bool) -> NDArray[np.str_]:
    """Return for each home of the city ``before``, ``newly`` or ``without``; '' where no children are asked about."""
    plan, people = planned.plan, planned.plan.services[0].demand
    before, now = (plan.standings[rank][0].served > 0 for rank in (0, -1 if after else 0))
    found = np.select([people <= 0, before, now], ["", "before", "newly"], "without")
    return np.asarray(found, dtype=np.str_)


def map_heights(planned: CityPlan) -> tuple[float, float]:
    """Return the height of a map in px, wide and on phones: that of what it shows, within reason."""
    min_x, min_y, max_x, max_y = bounds_of(planned.city, planned.asked_communities)
    shape = (max_y - min_y) / max(max_x - min_x, 1.0)
    wide = min(max(880.0 * shape, LOWEST), TALLEST)
    return round(wide), round(min(max(320.0 * shape, 210.0), 340.0))


def _draw_sites(ax: Axes, xy: NDArray[np.float64]) -> None:
    """Draw the planned sites as discs with their rank, the first on top; those after the first `NUMBERED` are small and bare."""
    _draw_discs(ax, xy[NUMBERED:], across=9.0)
    px = ax.viewLim.height / ax.bbox.height
    for rank, (x, y) in reversed(list(enumerate(xy[:NUMBERED], start=1))):
        _draw_discs(ax, np.array([(x, y)]), across=18.0)
        ax.text(
            x, y - 0.36 * SMALL * px, str(rank), fontsize=SMALL, color=palette.INK, ha="center", va="baseline", fontweight=700,
            zorder=SITE.order,
        )  # fmt: skip


def _draw_discs(ax: Axes, xy: NDArray[np.float64], *, across: float) -> None:
    """Draw discs of a plan's colour with a dark edge, px across."""
    draw_marks(ax, xy, replace(SITE, width=across + 1.0), palette.INK, gid="edge")
    draw_marks(ax, xy, replace(SITE, width=across - 1.0), NEW, gid="planned")


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
