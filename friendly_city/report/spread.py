"""The spread of the communities in each subsystem: one dot a community, a tick for the median."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from friendly_city.labels import Language, number
from friendly_city.report import palette
from friendly_city.report.charts import LABEL, PHONE_WIDTH, axes, pixels, words
from friendly_city.report.district_numbers import subsystem_spread
from friendly_city.report.shown import titled
from friendly_city.report.svg import drawing

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from friendly_city.audit.model import Audit

ROW, PHONE_ROW = 46.0, 62.0
BIN_POINTS = 2.0
"""Scores this close are stacked rather than drawn over each other."""


def spread_heights(rows: int) -> tuple[float, float]:
    """Return the height in px of the figure, wide and on phones."""
    return 44 + ROW * rows, 44 + PHONE_ROW * rows


def plot_spread(audit: Audit, *, ax: Axes | None = None, language: Language = "zh") -> Axes:
    """Draw each community's score in each subsystem as a dot, stacked where they coincide, and the median as a tick.

    Returns
    -------
    Axes
        In px; one row a subsystem in the checklist's order.
    """
    spread = subsystem_spread(audit)
    titles = {dimension.id: titled(dimension.title.of(language)) for dimension in audit.checklist.dimensions}
    with drawing():
        ax = axes(ax, (880, spread_heights(len(spread))[0]))
        width, height = pixels(ax)
        phone = width < PHONE_WIDTH
        left, right = (12.0, width - 16) if phone else (210.0, width - 80)
        step = (height - 38) / max(len(spread), 1)
        for value in (0, 25, 50, 75, 100):
            x = left + (right - left) * value / 100
            ax.plot([x, x], [6, height - 30], color=palette.LINE, linewidth=1, linestyle=(0, (2, 4)))
            words(
                ax,
                x if value < 100 else x + 10,
                height - 14,
                str(value),
                color=palette.SOFT,
                anchor="center" if value < 100 else "right",
            )
        for place, (dimension, row) in enumerate(spread.iterrows()):
            y = 6 + step * (place + (0.68 if phone else 0.55))
            scores = audit.dimension_scores(str(dimension))["score"].dropna().to_numpy()
            _dots(ax, scores, y=y, span=(left, right), room=step * (0.28 if phone else 0.4))
            middle = left + (right - left) * row["median"] / 100
            ax.plot([middle] * 2, [y - 12, y + 12], color=palette.INK, linewidth=2.5, solid_capstyle="butt", zorder=5)
            heading = y - step * 0.46 if phone else y
            words(
                ax,
                left - 8 if phone else left - 22,
                heading,
                titles[str(dimension)],
                size=LABEL,
                anchor="left" if phone else "right",
                bold=phone,
            )
            words(
                ax,
                right + 10 if phone else right + 44,
                heading,
                number(row["median"], digits=0),
                size=LABEL,
                anchor="right",
                bold=True,
            )
    return ax


def _dots(ax: Axes, scores: np.ndarray, *, y: float, span: tuple[float, float], room: float) -> None:
    """Draw scores as dots, those of one bin side by side above and below the line."""
    left, right = span
    bins = np.round(scores / BIN_POINTS).astype(int)
    shift = np.zeros(len(scores))
    for value in np.unique(bins):
        members = np.flatnonzero(bins == value)
        places = np.arange(len(members)) - (len(members) - 1) / 2
        shift[members] = places * min(4.5, 2 * room / max(len(members), 1))
    x = left + (right - left) * scores / 100
    ax.plot(x, y + shift, marker="o", linestyle="none", markersize=6, color=palette.TEAL, alpha=0.5, markeredgewidth=0)
