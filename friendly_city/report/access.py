"""Pictures of access and of plans: minutes on a map, curves of shares, sites before and after.

Each takes and gives back matplotlib Axes, in metres of the city's CRS for maps. Numbers come from `audit.service_access`
and `audit.siting`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from friendly_city.access.costs import within
from friendly_city.audit.question import WITHIN
from friendly_city.audit.service_access import CURVE_MIN
from friendly_city.labels import Language, Text, label, number
from friendly_city.report import palette
from friendly_city.report.charts import LABEL, PHONE_WIDTH, axes, pixels, require_language, words
from friendly_city.report.figure import WIDE
from friendly_city.report.ground import blank_axes, draw_ground, draw_notice, draw_scale, seen
from friendly_city.report.maps import CATCHMENT
from friendly_city.report.marks import CROSS, ROUND, TRIANGLE, draw_marks, mark_size
from friendly_city.report.svg import drawing

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    import pandas as pd
    from matplotlib.axes import Axes

    from friendly_city.audit.service_access import ServiceAccess

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

    Of a subdistrict it shows that subdistrict and facilities beyond its border.

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
        In metres of the city's CRS; each kind of mark is one path with the gid ``untold``, ``minutes-5``, ``minutes-10``,
        ``minutes-15``, ``beyond`` or ``there``.
    """
    require_language(language)
    with drawing():
        ax = blank_axes(ax, width=8.8, height=6.4)
        frame = draw_ground(ax, found.city, found.asked_communities)
        codes = found.homes["community_code"]
        untold = np.zeros(len(codes), bool) if told is None else ~codes.isin(list(told)).to_numpy(dtype=bool)
        drawn = untold | (found.homes["children"] > 0).to_numpy()
        walked, xy = found.homes["minutes"].to_numpy()[drawn], found.homes[["x_m", "y_m"]].to_numpy()[drawn]
        size, lower = mark_size(ax, len(xy)), untold[drawn]
        draw_marks(ax, xy[lower], ROUND, palette.HATCH, size=size, gid="untold", name=TITLES["untold"].of(language))
        for upper, colour in zip(MINUTES, CATCHMENT, strict=True):
            here, name = within(walked, upper), f"≤ {upper} {MIN.of(language)}"
            draw_marks(ax, xy[here & ~lower], ROUND, colour, size=size, gid=f"minutes-{upper}", name=name)
            lower |= here
        draw_marks(ax, xy[~lower], CROSS, UNSERVED, size=size, gid="beyond", name=TITLES["beyond"].of(language))
        there = seen(found.open_facilities[["x_m", "y_m"]].to_numpy(dtype=float), frame)
        draw_marks(ax, there, TRIANGLE, palette.INK, size=size, gid="there", name=label("facility", found.kind).of(language))
        draw_scale(ax, frame)
        draw_notice(ax, found.city, language)
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
