"""Maps: one community with its facilities, catchment and unserved children; the district coloured by score.

What all maps share is in `ground`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from matplotlib.collections import PatchCollection
from matplotlib.patches import PathPatch

from friendly_city.audit.scores import TOTAL
from friendly_city.labels import Language
from friendly_city.report import palette
from friendly_city.report.charts import PHONE_WIDTH
from friendly_city.report.ground import (
    CITY_MARGIN,
    GROUND,
    blank_axes,
    draw_barriers,
    draw_lines,
    draw_notice,
    draw_scale,
    rings,
    show_frame,
)
from friendly_city.report.svg import drawing
from friendly_city.report.walking import GOAL, Frame, Reach, barriers, catchment, outlines, places, reach_of, streets

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from friendly_city.audit.model import Audit, CommunityAudit
    from friendly_city.city.model import City

MARGIN = 0.12
"""Share of a community's extent shown around it, so that facilities beyond the boundary are seen."""
SIMPLIFY_M = 12.0
"""Detail left out of the district map, about a pixel."""
SCORE_STEP = 5.0
"""Width of a colour class on the district map, in points."""

STREET = "#dfd9cb"
UNGRADED = "///"
"""Hatch of a community with too little data for a grade."""
NEAR = "#7fa39b"
CATCHMENT = ("#1f7a6d", "#5fa396", "#a9cfc5")
"""Streets within 5, 10 and 15 minutes."""
SEQUENCE = ("#f3e3d3", "#e3d3b8", "#c9cfae", "#a3c0a2", "#78ab97", "#4c9283", "#25776a", "#135247")
"""From low to high: lighter to darker, so that it holds in grey and for the colour-blind."""

MARKS: dict[str, tuple[str, str]] = {
    "childrens_home": ("^", palette.TEAL),
    "play_site": ("s", palette.AMBER),
    "mother_baby_room": ("D", palette.VIOLET),
    "library": ("P", palette.INK),
}
"""Facilities shown on a community's map: marker and colour; a shape and a colour each."""


def map_community(c: CommunityAudit, *, ax: Axes | None = None, language: Language = "zh") -> Axes:
    """Draw a community: streets by minutes to the nearest children's home, where children live, facilities.

    Parameters
    ----------
    c : CommunityAudit
        From `Audit.of`.
    ax : matplotlib Axes, optional
        Drawn into; a new figure otherwise.
    language : {"zh", "en"}
        Language of the notice.

    Returns
    -------
    Axes
        In metres of the city's CRS. Children who walk longer than 15 minutes are terracotta crosses, others dots.
    """
    with drawing():
        ax = blank_axes(ax, width=7.6, height=5.4)
        city = c.city
        outline = outlines(city)[c.code]
        frame = show_frame(ax, outline.bounds, MARGIN)
        own = rings(outline)
        ax.add_patch(PathPatch(own, facecolor=GROUND, edgecolor="none", zorder=1))
        draw_lines(ax, streets(city).within(frame), colour=STREET, width=1.2, order=2)
        for lines, colour in zip(catchment(c.audit), CATCHMENT, strict=True):
            draw_lines(ax, lines.within(frame), colour=colour, width=2.6, order=3)
        if (crossed := barriers(city)) is not None:
            draw_barriers(ax, crossed.within(frame))
        ax.add_patch(PathPatch(own, facecolor="none", edgecolor=palette.SOFT, linewidth=2, zorder=5))
        _draw_homes(ax, reach_of(c))
        _draw_facilities(ax, c, frame)
        draw_scale(ax, frame)
        draw_notice(ax, city, language)
    return ax


def _draw_homes(ax: Axes, reach: Reach) -> None:
    x, y, children, served = (reach.homes[name].to_numpy() for name in ("x_m", "y_m", "children", "served"))
    size = 24 + 90 * children / max(children.max(initial=0), 1)
    near, far = served & (children > 0), ~served & (children > 0)
    ax.scatter(x[near], y[near], s=size[near], color=NEAR, alpha=0.85, linewidths=0, zorder=6)
    ax.scatter(x[far], y[far], s=size[far] * 1.5, color=palette.TERRACOTTA, marker="X", linewidths=0, zorder=6)


def _draw_facilities(ax: Axes, c: CommunityAudit, frame: Frame) -> None:
    for kind, (marker, colour) in reversed(MARKS.items()):
        x, y = places(c.audit, kind).within(frame).T
        size = 330 if kind == GOAL else 130
        ax.scatter(x, y, s=size, marker=marker, color=colour, edgecolor="white", linewidths=1.6, zorder=7)


def score_classes(scores: pd.Series[float]) -> tuple[float, ...]:
    """Return the class limits of the district map: multiples of `SCORE_STEP` around the scores, at most eight classes.

    Examples
    --------
    >>> score_classes(pd.Series([63.2, 71.0, 78.9]))
    (60.0, 65.0, 70.0, 75.0, 80.0)
    """
    known = scores.dropna()
    low = np.floor(known.min() / SCORE_STEP) * SCORE_STEP if len(known) else 0.0
    high = np.ceil(known.max() / SCORE_STEP) * SCORE_STEP if len(known) else SCORE_STEP
    step = SCORE_STEP
    while (high - low) / step > len(SEQUENCE):
        step *= 2
        low, high = np.floor(low / step) * step, np.ceil(high / step) * step
    return tuple(float(limit) for limit in np.arange(low, max(high, low + step) + step / 2, step))


def ramp(count: int) -> tuple[str, ...]:
    """Return `count` colours spread over `SEQUENCE`, the darkest last."""
    places = np.linspace(len(SEQUENCE) - 1, 0, max(count, 1)).round().astype(int)[::-1]
    return tuple(SEQUENCE[place] for place in places)


def class_colour(score: float, limits: tuple[float, ...]) -> str:
    """Return the colour of a score, or the ground colour where there is none."""
    if np.isnan(score):
        return palette.SAND
    position = int(np.clip(np.searchsorted(limits, score, side="right") - 1, 0, len(limits) - 2))
    return ramp(len(limits) - 1)[position]


def map_scores(audit: Audit, *, ax: Axes | None = None, language: Language = "zh", dimension: str = TOTAL) -> Axes:
    """Draw the communities coloured by score; those with too little data for a grade, or without a score, are hatched.

    Each community is one shape with the gid ``community-<code>``.

    Parameters
    ----------
    audit : Audit
        From `friendly_city.audit`.
    ax : matplotlib Axes, optional
        Drawn into; a new figure otherwise.
    language : {"zh", "en"}
        Language of the subdistrict names and the notice.
    dimension : str
        ``total`` or a dimension of the checklist.

    Returns
    -------
    Axes
        In metres of the city's CRS.
    """
    with drawing():
        ax = blank_axes(ax, width=10.2, height=7.0)
        city = audit.city
        frame = show_frame(ax, tuple(city.whole.boundaries.total_bounds), CITY_MARGIN)
        scores = audit.dimension_scores(dimension)["score"].reindex(city.codes)
        limits = score_classes(scores)
        shapes = _simplified(city)
        ungraded = frozenset(audit.totals.index[audit.totals["grade"] == ""])
        for code, score in scores.items():
            patch = PathPatch(rings(shapes.loc[code]), zorder=1, linewidth=0.8, edgecolor="white")
            patch.set_facecolor(class_colour(float(score), limits))
            patch.set_gid(f"community-{code}")
            if np.isnan(score) or code in ungraded:
                patch.set(hatch=UNGRADED, edgecolor=palette.INK, zorder=1.5)
            ax.add_patch(patch)
        if (crossed := barriers(city)) is not None:
            draw_barriers(ax, crossed.whole())
        _name_subdistricts(ax, city.whole, language)
        draw_scale(ax, frame)
        draw_notice(ax, city, language)
    return ax


def _simplified(city: City) -> gpd.GeoSeries:
    """Return the boundaries with fewer points, neighbours still sharing theirs."""
    shapes = shapely.coverage_simplify(city.boundaries.geometry.to_numpy(), SIMPLIFY_M)
    return gpd.GeoSeries(shapes, index=city.boundaries.index, crs=city.boundaries.crs)


def _name_subdistricts(ax: Axes, city: City, language: Language) -> None:
    """Outline each subdistrict and write its name in its middle."""
    groups = gpd.GeoDataFrame({"code": city.communities["subdistrict_code"]}, geometry=_simplified(city)).dissolve("code")
    names = city.communities.drop_duplicates("subdistrict_code").set_index("subdistrict_code")
    shapes = [PathPatch(rings(shape)) for shape in groups.geometry]
    ax.add_collection(PatchCollection(shapes, facecolor="none", edgecolor=palette.INK, linewidth=1.4, zorder=3))
    wide = ax.bbox.width >= PHONE_WIDTH
    size, pad = (15.0, 0.25) if wide else (10.0, 0.1)
    style = {"facecolor": palette.PAPER, "edgecolor": "none", "alpha": 0.78, "boxstyle": f"round,pad={pad}"}
    middles = groups.geometry.representative_point()
    said = {code: str(names.loc[code, "subdistrict" if language == "zh" else "subdistrict_en"]) for code in middles.index}
    per_px = ax.viewLim.width / ax.bbox.width
    places = set_apart(
        [(point.x, point.y, text_width(said[code], size) * per_px) for code, point in middles.items()], 1.5 * size * per_px
    )
    for name, (x, y) in zip(said.values(), places, strict=True):
        ax.text(x, y, name, fontsize=size, color=palette.INK, ha="center", va="center", zorder=6, bbox=style)


def text_width(text: str, size: float) -> float:
    """Return about how wide a name is, in px: Chinese letters are as wide as high."""
    return size * sum(1.0 if letter > "\u2e7f" else 0.58 for letter in text)


def set_apart(labels: Sequence[tuple[float, float, float]], height: float) -> list[tuple[float, float]]:
    """Return places for labels (middle x, middle y, width) so that none covers another; those further down give way downwards.

    Examples
    --------
    >>> set_apart([(0, 0, 10), (4, 1, 10), (50, 0, 10)], 4)
    [(0, -3), (4, 1), (50, 0)]
    """
    placed: dict[int, tuple[float, float]] = {}
    for place in sorted(range(len(labels)), key=lambda place: -labels[place][1]):
        x, y, width = labels[place]
        for other in sorted(placed, key=lambda other: -placed[other][1]):
            beside = abs(placed[other][0] - x) >= (width + labels[other][2]) / 2
            if not beside and abs(placed[other][1] - y) < height:
                y = placed[other][1] - height
        placed[place] = (x, y)
    return [placed[place] for place in range(len(labels))]
