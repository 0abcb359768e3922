"""Maps: one community with its facilities, catchment and unserved children; the district coloured by score.

Everything is drawn on matplotlib Axes in the city's metric CRS. Words stand beside the map (legend, caption), so that
they stay readable when the map shrinks; only the notice and the scale are drawn on it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from matplotlib import pyplot as plt
from matplotlib.collections import PatchCollection
from matplotlib.patches import PathPatch
from matplotlib.path import Path as Outline

from friendly_city.access.impedance import WALKING
from friendly_city.access.reach import cost_to_nearest, edges_within
from friendly_city.audit.scores import TOTAL
from friendly_city.labels import Language
from friendly_city.report import palette
from friendly_city.report.charts import PHONE_WIDTH
from friendly_city.report.svg import drawing

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from friendly_city.audit.model import Audit, CommunityAudit
    from friendly_city.city.model import City

MINUTES = (5, 10, 15)
"""Bands of the catchment (15-, 10- and 5-minute circles of GB 50180—2018, 2.0.x)."""
MARGIN = 0.12
"""Share of a community's extent shown around it, so that facilities beyond the boundary are seen."""
SIMPLIFY_M = 12.0
"""Detail left out of the district map, about a pixel."""
SCORE_STEP = 5.0
"""Width of a colour class on the district map, in points."""

GROUND = "#f1ede3"
STREET = "#dfd9cb"
BARRIER = "#8f8a80"
NEAR = "#7fa39b"
CATCHMENT = ("#1f7a6d", "#5fa396", "#a9cfc5")
"""Streets within 5, 10 and 15 minutes."""
SEQUENCE = ("#f3e3d3", "#e3d3b8", "#c9cfae", "#a3c0a2", "#78ab97", "#4c9283", "#25776a", "#135247")
"""From low to high: lighter to darker, so that it holds in grey and for the colour-blind."""

UNDERLAY: dict[str, Any] = {"facecolor": palette.CARD, "edgecolor": "none", "alpha": 0.85, "pad": 2.0}
"""What stands behind words on a map."""

MARKS: dict[str, tuple[str, str]] = {
    "childrens_home": ("^", palette.TEAL),
    "play_site": ("s", palette.AMBER),
    "mother_baby_room": ("D", palette.VIOLET),
    "library": ("P", palette.INK),
}
"""Facilities shown on a community's map: marker and colour; a shape and a colour each."""


@dataclass(frozen=True, eq=False)
class Reach:
    """Who reaches the nearest children's home within the last of `MINUTES`: for a map and for its words.

    `homes` has x_m, y_m, children (of the band), minutes (inf when unreachable), served.
    """

    band: str
    limit_min: int
    homes: pd.DataFrame

    @property
    def unserved(self) -> float:
        """Return the number of children of the band who do not reach one in time."""
        return float(self.homes.loc[~self.homes["served"], "children"].sum())

    @property
    def served(self) -> float:
        """Return the number of children of the band who reach one in time."""
        return self.children - self.unserved

    @property
    def children(self) -> float:
        """Return the number of children of the band."""
        return float(self.homes["children"].sum())


def facilities_open(city: City, kind: str, c: CommunityAudit) -> pd.DataFrame:
    """Return the facilities of a kind that are open at the end of the audited period, in the whole city."""
    table = city.register("facilities")
    end = pd.Timestamp(c.period.end)
    opened = table["opened_date"].isna() | (table["opened_date"] <= end)
    closed = table["closed_date"].notna() & (table["closed_date"] <= end)
    return table[(table["kind"] == kind) & opened & ~closed]


@lru_cache(maxsize=4)
def reach_of(c: CommunityAudit, *, kind: str = "childrens_home", band: str = "6-12") -> Reach:
    """Return who in a community reaches the nearest facility of `kind` within the last of `MINUTES`."""
    cost_m = cost_to_nearest(c.city, facilities_open(c.city, kind, c))
    homes = c.city.register("homes").set_index("home_id")
    homes = homes[homes["community_code"] == c.code]
    minutes = cost_m.reindex(homes.index) / WALKING[band].m_per_min
    children = homes[f"children_{band.replace('-', '_')}_persons"].astype(float)
    table = homes[["x_m", "y_m"]].assign(children=children, minutes=minutes, served=minutes <= MINUTES[-1])
    return Reach(band=band, limit_min=MINUTES[-1], homes=table.reset_index())


def _blank_axes(ax: Axes | None, *, width: float, height: float) -> Axes:
    if ax is None:
        figure = plt.figure(figsize=(width, height))
        ax = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    ax.set_axis_off()
    ax.set_aspect("equal")
    return ax


def _lines(layer: gpd.GeoDataFrame) -> Outline:
    """Return all lines of a layer as one path: one element in the picture instead of thousands."""
    vertices, codes = [np.empty((0, 2))], [np.empty(0, dtype=np.uint8)]
    for line in layer.geometry:
        xy = np.asarray(line.coords)[:, :2]
        vertices.append(xy)
        codes.append(np.array([Outline.MOVETO, *[Outline.LINETO] * (len(xy) - 1)], dtype=np.uint8))
    return Outline(np.concatenate(vertices), np.concatenate(codes))


def _rings(polygon: object) -> Outline:
    """Return a polygon or multipolygon as one closed path."""
    parts = getattr(polygon, "geoms", [polygon])
    rings = [ring for part in parts for ring in (part.exterior, *part.interiors)]
    return Outline.make_compound_path(*(Outline(np.asarray(ring.coords)[:, :2], closed=True) for ring in rings))


def _draw_lines(ax: Axes, layer: gpd.GeoDataFrame, *, colour: str, width: float, order: int, style: str = "-") -> None:
    if len(layer):
        patch = PathPatch(_lines(layer), facecolor="none", edgecolor=colour, linewidth=width, zorder=order, linestyle=style)
        patch.set_capstyle("round")
        ax.add_patch(patch)


def _frame(ax: Axes, bounds: tuple[float, float, float, float], margin: float) -> tuple[float, float, float, float]:
    """Show `bounds` with a margin, widened to the shape of the axes; return min_x, min_y, max_x, max_y."""
    min_x, min_y, max_x, max_y = bounds
    pad = margin * max(max_x - min_x, max_y - min_y)
    box = ax.get_window_extent()
    shape = box.width / box.height
    width, height = max_x - min_x + 2 * pad, max_y - min_y + 2 * pad
    width, height = max(width, height * shape), max(height, width / shape)
    mid_x, mid_y = (min_x + max_x) / 2, (min_y + max_y) / 2
    frame = (mid_x - width / 2, mid_y - height / 2, mid_x + width / 2, mid_y + height / 2)
    ax.set_xlim(frame[0], frame[2])
    ax.set_ylim(frame[1], frame[3])
    return frame


def _scale_bar(ax: Axes, frame: tuple[float, float, float, float]) -> None:
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


def _notice(ax: Axes, city: City, language: Language) -> None:
    if city.synthetic:
        place: dict[str, Any] = {"transform": ax.transAxes, "ha": "right", "va": "bottom", "zorder": 9, "bbox": UNDERLAY}
        ax.text(0.985, 0.02, city.notice.of(language), color=palette.SOFT, fontsize=14, **place)


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
        ax = _blank_axes(ax, width=7.6, height=5.4)
        city = c.city
        frame = _frame(ax, tuple(city.boundaries.loc[[c.code]].total_bounds), MARGIN)
        own = _rings(city.boundaries.geometry.loc[c.code])
        ax.add_patch(PathPatch(own, facecolor=GROUND, edgecolor="none", zorder=1))
        _draw_lines(ax, _within(city.streets, frame), colour=STREET, width=1.2, order=2)
        _draw_catchment(ax, c, frame)
        if city.barriers is not None:
            _draw_lines(ax, _within(city.barriers, frame), colour=BARRIER, width=4, order=4, style=(0, (1, 1.2)))  # type: ignore[arg-type]
        ax.add_patch(PathPatch(own, facecolor="none", edgecolor=palette.SOFT, linewidth=2, zorder=5))
        _draw_homes(ax, reach_of(c))
        _draw_facilities(ax, c, frame)
        _scale_bar(ax, frame)
        _notice(ax, city, language)
    return ax


def _within(layer: gpd.GeoDataFrame, frame: tuple[float, float, float, float]) -> gpd.GeoDataFrame:
    """Return the pieces that touch the frame, clipped to it, so that nothing hidden is written into the page."""
    near = layer.iloc[layer.sindex.intersection(frame)]
    clipped = near.clip_by_rect(*frame)
    lines = clipped[~clipped.is_empty].explode()
    return cast("gpd.GeoDataFrame", lines[lines.geom_type == "LineString"].to_frame("geometry"))


@lru_cache(maxsize=2)
def _catchment(c: CommunityAudit, limits_m: tuple[float, ...]) -> gpd.GeoDataFrame:
    """Return the streets within reach of a children's home, worked out once for the wide and the narrow picture."""
    return edges_within(c.city, facilities_open(c.city, "childrens_home", c), limits_m=limits_m)


def _draw_catchment(ax: Axes, c: CommunityAudit, frame: tuple[float, float, float, float]) -> None:
    speed = WALKING["6-12"].m_per_min
    limits = tuple(minutes * speed for minutes in MINUTES)
    pieces = _catchment(c, limits)
    for limit, colour in zip(limits, CATCHMENT, strict=True):
        shown = _within(pieces[np.isclose(pieces["limit_m"], limit)], frame)
        _draw_lines(ax, shown, colour=colour, width=2.6, order=3)


def _draw_homes(ax: Axes, reach: Reach) -> None:
    homes = reach.homes[reach.homes["children"] > 0]
    size = 24 + 90 * homes["children"] / max(homes["children"].max(), 1)
    near, far = homes["served"], ~homes["served"]
    ax.scatter(homes["x_m"][near], homes["y_m"][near], s=size[near], color=NEAR, alpha=0.85, linewidths=0, zorder=6)
    ax.scatter(
        homes["x_m"][far], homes["y_m"][far], s=size[far] * 1.5, color=palette.TERRACOTTA, marker="X", linewidths=0, zorder=6
    )


def _draw_facilities(ax: Axes, c: CommunityAudit, frame: tuple[float, float, float, float]) -> None:
    min_x, min_y, max_x, max_y = frame
    for kind, (marker, colour) in reversed(MARKS.items()):
        table = facilities_open(c.city, kind, c)
        inside = table["x_m"].between(min_x, max_x) & table["y_m"].between(min_y, max_y)
        size = 330 if kind == "childrens_home" else 130
        shown = table[inside]
        ax.scatter(shown["x_m"], shown["y_m"], s=size, marker=marker, color=colour, edgecolor="white", linewidths=1.6, zorder=7)


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
    """Draw the communities coloured by score; those without a score are hatched.

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
        ax = _blank_axes(ax, width=10.2, height=7.0)
        city = audit.city
        frame = _frame(ax, tuple(city.boundaries.total_bounds), 0.02)
        scores = audit.dimension_scores(dimension)["score"].reindex(city.codes)
        limits = score_classes(scores)
        shapes = _simplified(city)
        for code, score in scores.items():
            patch = PathPatch(_rings(shapes.loc[code]), zorder=1, linewidth=0.8, edgecolor="white")
            patch.set_facecolor(class_colour(float(score), limits))
            patch.set_gid(f"community-{code}")
            if np.isnan(score):
                patch.set_hatch("///")
            ax.add_patch(patch)
        if city.barriers is not None:
            _draw_lines(ax, city.barriers, colour=palette.AMBER, width=3, order=5, style=(0, (1, 1.2)))  # type: ignore[arg-type]
        _name_subdistricts(ax, city, language)
        _scale_bar(ax, frame)
        _notice(ax, city, language)
    return ax


def _simplified(city: City) -> gpd.GeoSeries:
    """Return the boundaries with fewer points, neighbours still sharing theirs."""
    shapes = shapely.coverage_simplify(city.boundaries.geometry.to_numpy(), SIMPLIFY_M)
    return gpd.GeoSeries(shapes, index=city.boundaries.index, crs=city.boundaries.crs)


def _name_subdistricts(ax: Axes, city: City, language: Language) -> None:
    """Outline each subdistrict and write its name in its middle."""
    groups = gpd.GeoDataFrame({"code": city.communities["subdistrict_code"]}, geometry=_simplified(city)).dissolve("code")
    names = city.communities.drop_duplicates("subdistrict_code").set_index("subdistrict_code")
    shapes = [PathPatch(_rings(shape)) for shape in groups.geometry]
    ax.add_collection(PatchCollection(shapes, facecolor="none", edgecolor=palette.INK, linewidth=1.4, zorder=3))
    wide = ax.get_window_extent().width >= PHONE_WIDTH
    for code, point in groups.geometry.representative_point().items():
        name = str(names.loc[code, "subdistrict" if language == "zh" else "subdistrict_en"])
        style = {"facecolor": palette.PAPER, "edgecolor": "none", "alpha": 0.78, "boxstyle": f"round,pad={0.25 if wide else 0.1}"}
        ax.text(
            point.x, point.y, name, fontsize=15 if wide else 11, color=palette.INK, ha="center", va="center", zorder=4, bbox=style
        )
