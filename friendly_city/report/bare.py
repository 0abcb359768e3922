"""Axes without axes: what of matplotlib's Axes the figures of a page need, and nothing that is measured or laid out twice.

A plot function draws on these as on Axes; the artists are matplotlib's own. Ticks, spines, titles, autoscaling and colour
cycles, which no figure of a page shows, are left out: making them took most of the time of a figure.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure as Canvas
from matplotlib.lines import Line2D
from matplotlib.markers import MarkerStyle
from matplotlib.text import Text
from matplotlib.transforms import Affine2D, Bbox, BboxTransformFrom, BboxTransformTo, IdentityTransform

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.backend_bases import RendererBase

POINTS_PER_INCH = 72


@cache
def _canvas() -> Canvas:
    """Return the figure all bare axes share; artists ask it for its resolution only."""
    return Canvas(dpi=POINTS_PER_INCH)


class Words(Text):
    """Text that stands on its baseline and need not be measured: whoever shows it places it by its anchor."""

    def draw(self, renderer: RendererBase) -> None:
        """Hand the text to the renderer."""
        if not self.get_text():
            return
        x, y = self.get_transform().transform(self.get_unitless_position())
        gc = renderer.new_gc()
        gc.set_foreground(self.get_color())
        _, height = renderer.get_canvas_width_height()
        renderer.draw_text(gc, x, height - y, self.get_text(), self.get_fontproperties(), 0.0, ismath=False, mtext=self)
        gc.restore()


class BareAxes:
    """A surface of a size in px on which artists are put.

    Parameters
    ----------
    size : (float, float)
        Width and height in px.
    """

    def __init__(self, size: tuple[float, float]) -> None:
        self.size = size
        self.figure = _canvas()
        self.bbox = Bbox.from_extents(0, 0, *size)
        self.viewLim = Bbox.from_extents(0, 0, 1, 1)
        self.transAxes = BboxTransformTo(self.bbox)
        self.transData = Affine2D()
        self.artists: list[Artist] = []
        self._equal = False
        self._place()

    def set_xlim(self, left: float, right: float) -> None:
        """Say which x lie at the left and right edges."""
        self.viewLim.intervalx = (left, right)
        self._place()

    def set_ylim(self, bottom: float, top: float) -> None:
        """Say which y lie at the lower and upper edges."""
        self.viewLim.intervaly = (bottom, top)
        self._place()

    def _place(self) -> None:
        self.transData.set_matrix(self.transAxes.get_matrix() @ BboxTransformFrom(self.viewLim).get_matrix())

    def set_axis_off(self) -> None:
        """Do nothing: there are no axes."""

    def axis(self, shown: str) -> None:
        """Do nothing: there are no axes."""

    def set_aspect(self, aspect: str) -> None:
        """Say whether a unit is as long across as up (``equal``)."""
        self._equal = aspect == "equal"

    def _shrink(self) -> None:
        """Shrink the surface around its middle until a unit is as long across as up, as matplotlib does before it draws."""
        whole, (width, height) = Bbox.from_bounds(0, 0, 1, 1), self.size
        ratio = abs(self.viewLim.height / self.viewLim.width)
        self.bbox.set_points(whole.shrunk_to_aspect(ratio, whole, height / width).anchored("C", whole).get_points() * self.size)
        self._place()

    def add_patch(self, patch: Artist) -> None:
        """Put a patch on the surface."""
        self._add(patch)

    def add_collection(self, collection: Artist) -> None:
        """Put a collection on the surface."""
        self._add(collection)

    def plot(self, x: Sequence[float], y: Sequence[float], **style: Any) -> None:
        """Draw a line, or marks without a line."""
        self._add(Line2D(x, y, **style))

    def text(
        self, x: float, y: float, text: str, *, transform: Any = None, bbox: dict[str, Any] | None = None, **style: Any
    ) -> None:
        """Write text; only text with a ground behind it is measured."""
        made = (Words if bbox is None else Text)(x, y, text, **style)
        made.set_transform(self.transData if transform is None else transform)
        if bbox is not None:
            made.set_bbox(bbox)
        self._add(made)

    def scatter(  # noqa: PLR0913 - what a mark can be, all named
        self, x: Any, y: Any, *, s: Any, marker: str = "o", color: str, linewidths: float, zorder: float,
        edgecolor: str | None = None, alpha: float | None = None,
    ) -> None:  # fmt: skip
        """Draw marks whose area in square px is `s`."""
        style = MarkerStyle(marker)
        marks = PathCollection(
            (style.get_path().transformed(style.get_transform()),), np.ravel(s), offsets=np.column_stack([x, y]),
            offset_transform=self.transData, facecolors=color, edgecolors=edgecolor or color, linewidths=linewidths, alpha=alpha,
            zorder=zorder,
        )  # fmt: skip
        marks.set_transform(IdentityTransform())
        self._add(marks)

    def _add(self, artist: Artist) -> None:
        artist.set_figure(self.figure)
        if not artist.is_transform_set():
            artist.set_transform(self.transData)
        self.artists.append(artist)

    def draw(self, renderer: RendererBase) -> None:
        """Draw all artists, the lowest first."""
        if self._equal:
            self._shrink()
        for artist in sorted(self.artists, key=lambda artist: artist.zorder):
            artist.draw(renderer)
