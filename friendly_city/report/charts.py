"""Charts of an audit: ratings, profile, ranking. Each takes and gives back matplotlib Axes.

They draw in px (1 point = 1 px, from the top left) and choose a layout by the width of the Axes, so that the same function serves
pages, phones and notebooks. Text is placed by its baseline and anchor, which need no font metrics.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from friendly_city.labels import LANGUAGES, Language, label, number
from friendly_city.report import palette
from friendly_city.report.bare import POINTS_PER_INCH
from friendly_city.report.reading import Standing, pass_mark, standings
from friendly_city.report.shown import titled
from friendly_city.report.svg import drawing
from friendly_city.report.words import say

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from friendly_city.audit.model import Audit, CommunityAudit

SMALL, LABEL, COUNT = 14.0, 16.0, 20.0
"""Sizes of text in px; none is below 14."""
PHONE_WIDTH = 520.0
ROW, PHONE_ROW, RANKING_ROW = 40.0, 54.0, 21.0
Anchor = Literal["left", "center", "right"]


def axes(ax: Axes | None, size: tuple[float, float]) -> Axes:
    """Return `ax`, or Axes that fill a new figure of this size in px."""
    if ax is not None:
        return ax
    from matplotlib import pyplot as plt

    canvas = plt.figure(figsize=(size[0] / POINTS_PER_INCH, size[1] / POINTS_PER_INCH))
    return canvas.add_axes((0, 0, 1, 1))


def pixels(ax: Axes) -> tuple[float, float]:
    """Measure Axes in px from their top left corner, without frame; return width and height."""
    box = ax.bbox
    per_px = ax.figure.dpi / POINTS_PER_INCH
    width, height = box.width / per_px, box.height / per_px
    ax.set_xlim(0, width)
    ax.set_ylim(height, 0)
    ax.axis("off")
    return width, height


def words(
    ax: Axes,
    x: float,
    y: float,
    text: str,
    *,
    size: float = SMALL,
    color: str = palette.INK,
    anchor: Anchor = "left",
    bold: bool = False,
) -> None:
    """Write text whose middle is about at y, by baseline and anchor."""
    ax.text(
        x, y + 0.36 * size, text, fontsize=size, color=color, ha=anchor, va="baseline", rotation_mode="anchor",
        fontweight=700 if bold else 400,
    )  # fmt: skip


def bar(ax: Axes, x: tuple[float, float], y: float, *, width: float, color: str, gid: str | None = None) -> None:
    """Draw a horizontal bar with round ends."""
    ax.plot(list(x), [y, y], linewidth=width, color=color, solid_capstyle="round", gid=gid)


def plot_ratings(c: CommunityAudit, *, ax: Axes | None = None, language: Language = "zh") -> Axes:
    """Draw how many criteria have each of the five ratings, as one bar.

    Parameters
    ----------
    c : CommunityAudit
        One community's audit.
    ax : Axes, optional
        Where to draw; a new figure otherwise.
    language
        Language of the words.

    Returns
    -------
    Axes
        With one patch a rating that occurs, gid ``rating-<rating>``, as wide as its share of all criteria.
    """
    from matplotlib.patches import Rectangle

    require_language(language)
    with drawing():
        ax = axes(ax, (880, 48))
        width, height = pixels(ax)
        counts = {rating: count for rating, count in c.findings.counts.items() if count}
        gap, start = 3.0, 0.0
        free = width - gap * (len(counts) - 1)
        for rating, count in counts.items():
            long = free * count / len(c.findings)
            hatch = "//" if rating == "no_data" else None
            patch = Rectangle(
                (start, 0), long, height, facecolor=palette.RATING[rating], hatch=hatch, linewidth=0, gid=f"rating-{rating}"
            )
            patch.set_edgecolor(palette.HATCH)
            ax.add_patch(patch)
            if long > COUNT * 0.6 * len(str(count)) + 4:
                middle = start + long / 2
                words(ax, middle, height / 2, str(count), size=COUNT, color=palette.ON_RATING[rating], anchor="center", bold=True)
            start += long + gap
    return ax


def rating_titles(c: CommunityAudit, language: Language) -> dict[str, str]:
    """Return the tooltip of each rating's part of the bar."""
    return {
        f"rating-{rating}": say("rating_count", language, rating=label("rating", rating).of(language), count=count)
        for rating, count in c.findings.counts.items()
    }


def plot_profile(c: CommunityAudit, *, ax: Axes | None = None, language: Language = "zh") -> Axes:
    """Draw the subsystems of a community beside the district.

    A dot is the score, a thin line its bounds, a pale band the district's range, a tick its median. Scores below the
    pass mark are hollow and terracotta; without data there is a question mark.

    Returns
    -------
    Axes
        Each subsystem has an invisible strip with gid ``subsystem-<id>`` that carries its tooltip.
    """
    require_language(language)
    rows = standings(c)
    with drawing():
        ax = axes(ax, (880, profile_heights(len(rows))[0]))
        width, height = pixels(ax)
        phone = width < PHONE_WIDTH
        left, right = (12.0, width - 16) if phone else (172.0 if language == "zh" else 206.0, width - 128)
        top = _profile_key(ax, left, phone=phone, language=language, mark=pass_mark(c.checklist).at_least)
        step = (height - top - 30) / max(len(rows), 1)
        _scale(ax, left, right, top, height - 26)
        for place, row in enumerate(rows):
            y = top + step * (place + 0.5)
            _profile_row(ax, row, y=y, step=step, span=(left, right), mark=pass_mark(c.checklist).at_least, language=language)
    return ax


def profile_heights(rows: int) -> tuple[float, float]:
    """Return the height in px of the profile, wide and on phones."""
    return 72 + ROW * rows, 142 + PHONE_ROW * rows


def _scale(ax: Axes, left: float, right: float, top: float, bottom: float) -> None:
    for value in (0, 25, 50, 75, 100):
        x = left + (right - left) * value / 100
        ax.plot([x, x], [top, bottom], color=palette.LINE, linewidth=1, linestyle=(0, (2, 4)))
        anchor: Anchor = "right" if value == 100 and right > ax.viewLim.x1 - 20 else "center"
        words(ax, x if anchor == "center" else x + 12, bottom + 15, str(value), color=palette.SOFT, anchor=anchor)


def _profile_key(ax: Axes, left: float, *, phone: bool, language: Language, mark: float) -> float:
    """Draw what the marks mean; return where the rows begin."""
    starts: tuple[float, ...]
    ys: tuple[float, ...]
    if phone:
        starts, ys = (left, left + 150, left, left + 150, left), (12.0, 12.0, 38.0, 38.0, 64.0)
    else:
        shifts = (-100, 46, 190, 342, 424) if language == "en" else (0, 112, 224, 336, 412)
        starts, ys = tuple(left + shift for shift in shifts), (14.0,) * len(shifts)
    bar(ax, (starts[0] + 3, starts[0] + 21), ys[0], width=10, color=palette.BAND)
    ax.plot([starts[1] + 6] * 2, [ys[1] - 8, ys[1] + 8], color=palette.SOFT, linewidth=2)
    bar(ax, (starts[2], starts[2] + 22), ys[2], width=4, color="#8fbcb2")
    _dot(ax, starts[3] + 8, ys[3], weak=False)
    _dot(ax, starts[4] + 8, ys[4], weak=True)
    indent = (30, 16, 30, 22, 22)
    keys = ("key_range", "key_median", "key_bounds", "key_score", "key_weak")
    for x, y, gap, key in zip(starts, ys, indent, keys, strict=True):
        words(ax, x + gap, y, say(key, language, mark=number(mark)), color=palette.SOFT)
    return 88.0 if phone else 38.0


def _dot(ax: Axes, x: float, y: float, *, weak: bool) -> None:
    face, edge = (palette.CARD, palette.TERRACOTTA) if weak else (palette.TEAL, palette.CARD)
    if weak:
        ax.plot([x], [y], marker="o", linestyle="none", markersize=18, markerfacecolor=palette.CARD, markeredgewidth=0)
    ax.plot(
        [x],
        [y],
        marker="o",
        linestyle="none",
        markersize=14 if weak else 17,
        markerfacecolor=face,
        markeredgecolor=edge,
        markeredgewidth=3.5 if weak else 2,
    )


def _profile_row(
    ax: Axes, row: Standing, *, y: float, step: float, span: tuple[float, float], mark: float, language: Language
) -> None:
    left, right = span
    phone = left < 100
    line = y + 12 if phone else y

    def at(score: float) -> float:
        return left + (right - left) * score / 100

    weak = row.known and row.score < mark
    if row.district_lowest == row.district_lowest:
        bar(ax, (at(row.district_lowest), at(row.district_highest)), line, width=10, color=palette.BAND)
        ax.plot([at(row.district_median)] * 2, [line - 13, line + 13], color=palette.SOFT, linewidth=2, solid_capstyle="butt")
    if row.applies:
        bar(ax, (at(row.lower), at(row.upper)), line, width=4, color="#e0a08f" if weak else "#8fbcb2")
    if row.known:
        _dot(ax, at(row.score), line, weak=weak)
    color = palette.RUST if weak else palette.TEAL if row.known else palette.SOFT
    said = number(row.score, digits=0) if row.known else "?" if row.applies else "–"
    bounds = f"{number(row.lower, digits=0)}–{number(row.upper, digits=0)}" if row.applies and row.lower < row.upper else ""
    title, heading = titled(row.title.of(language)), y - 14 if phone else y
    words(ax, left - 8 if phone else left - 22, heading, title, size=LABEL, anchor="left" if phone else "right", bold=phone)
    words(ax, right - 52 if phone else right + 56, heading, said, size=COUNT, color=color, anchor="right", bold=True)
    words(ax, right + 10 if phone else right + 66, heading, bounds, color=palette.SOFT, anchor="right" if phone else "left")
    _strip(ax, y, step, gid=f"subsystem-{row.id}")


def _strip(ax: Axes, y: float, step: float, *, gid: str) -> None:
    """Lay an invisible strip over a row, to carry its tooltip."""
    from matplotlib.patches import Rectangle

    ax.add_patch(
        Rectangle((0, y - step / 2), ax.viewLim.x1, step, facecolor=palette.CARD, alpha=0.0, linewidth=0, gid=gid, zorder=9)
    )


def profile_titles(c: CommunityAudit, language: Language) -> dict[str, str]:
    """Return the tooltip of each subsystem of the profile."""
    return {f"subsystem-{row.id}": standing_sentence(row, language) for row in standings(c)}


def standing_sentence(row: Standing, language: Language) -> str:
    """Return a subsystem's score, bounds and place in the district as one sentence."""
    numbers = {
        name: number(getattr(row, name), digits=0)
        for name in ("score", "lower", "upper", "district_median", "district_lowest", "district_highest")
    }
    key = "standing" if row.known else "standing_unknown" if row.applies else "standing_not_applicable"
    return say(key, language, title=row.title.of(language), **numbers)


def plot_ranking(audit: Audit, *, ax: Axes | None = None, language: Language = "zh") -> Axes:
    """Draw the total scores of all communities with their bounds, best first.

    Returns
    -------
    Axes
        Each community has a strip with gid ``community-<code>`` that carries its tooltip.
    """
    require_language(language)
    totals = audit.totals.sort_values(["score", "lower"], ascending=False, kind="stable", na_position="last")
    with drawing():
        ax = axes(ax, (880, ranking_height(len(totals))))
        width, height = pixels(ax)
        phone = width < PHONE_WIDTH
        left, right = (118.0, width - 40) if phone else (230.0, width - 110)
        _scale(ax, left, right, 8, height - 26)
        step = (height - 42) / max(len(totals), 1)
        mark = pass_mark(audit.checklist).at_least
        for place, (code, row) in enumerate(totals.iterrows()):
            _ranking_row(
                ax,
                str(code),
                {str(name): value for name, value in row.items()},
                y=8 + step * (place + 0.5),
                step=step,
                span=(left, right),
                mark=mark,
            )
            name = audit.city.name_of(str(code)).of(language)
            words(ax, left - 12, 8 + step * (place + 0.5), name, anchor="right")
    return ax


def ranking_height(communities: int) -> float:
    """Return the height in px of a ranking, wide and on phones alike."""
    return 42 + RANKING_ROW * communities


def _ranking_row(
    ax: Axes, code: str, row: dict[str, Any], *, y: float, step: float, span: tuple[float, float], mark: float
) -> None:
    left, right = span
    known = row["score"] == row["score"]

    def at(score: float) -> float:
        return left + (right - left) * score / 100

    weak = known and row["score"] < mark
    unsure = row["grade"] == ""
    if row["upper"] == row["upper"]:
        bar(
            ax,
            (at(row["lower"]), at(row["upper"])),
            y,
            width=4,
            color=palette.BAND if unsure else "#e0a08f" if weak else "#8fbcb2",
        )
    if known:
        face, edge = (palette.CARD, palette.TERRACOTTA) if weak else (palette.TEAL, palette.TEAL)
        face, edge = (palette.CARD, palette.SOFT) if unsure else (face, edge)
        ax.plot(
            [at(row["score"])],
            [y],
            marker="o",
            linestyle="none",
            markersize=9,
            markerfacecolor=face,
            markeredgecolor=edge,
            markeredgewidth=2,
        )
    words(
        ax,
        right + 34,
        y,
        number(row["score"], digits=0),
        color=palette.SOFT if unsure else palette.RUST if weak else palette.TEAL,
        anchor="right",
        bold=True,
    )
    _strip(ax, y, step, gid=f"community-{code}")


def require_language(language: str) -> None:
    """Raise unless `language` is one of the two."""
    if language not in LANGUAGES:
        raise ValueError(
            f"The `language` parameter must be one of {', '.join(repr(name) for name in LANGUAGES)}; not {language!r}."
        )
