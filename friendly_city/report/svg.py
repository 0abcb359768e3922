"""matplotlib's settings for figures whose text stays text, and a figure drawn as an SVG element of a page.

What is drawn is `charts` and `maps`; how elements are written is `pen`; what is said about a figure is `figure`.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

import matplotlib as mpl
from matplotlib import font_manager

from friendly_city.report.bare import BareAxes
from friendly_city.report.pen import PageRenderer, Pen, svg_element

if TYPE_CHECKING:
    from matplotlib.axes import Axes

CHINESE_FONTS = (
    "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "WenQuanYi Micro Hei", "Microsoft YaHei", "PingFang SC", "SimHei",
)  # fmt: skip
MISSING_GLYPH = r"Glyph \d+ .* missing from font"
"""What matplotlib warns of while measuring Chinese without a Chinese font."""


def fonts() -> list[str]:
    """Return the font families for measuring text: the first Chinese font installed, then matplotlib's own.

    Readers see their own fonts, as the text of a figure stays text.
    """
    return list(_fonts(CHINESE_FONTS, len(font_manager.fontManager.ttflist)))


@lru_cache(maxsize=8)
def _fonts(wanted: tuple[str, ...], known: int) -> tuple[str, ...]:  # noqa: ARG001 - looked up anew when a font is added
    installed = {font.name for font in font_manager.fontManager.ttflist}
    return (*[name for name in wanted if name in installed][:1], "DejaVu Sans")


def use_svg() -> None:
    """Show figures in this notebook as SVG with real text, so that the reader's browser draws Chinese with its own fonts.

    For the first cell of a notebook; it changes matplotlib's settings for the session, which no plot function does.
    Outside a notebook nothing is shown differently.
    """
    from matplotlib_inline.backend_inline import set_matplotlib_formats

    mpl.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "friendly_city", "font.family": fonts()})
    warnings.filterwarnings("ignore", message=MISSING_GLYPH, category=UserWarning)
    from IPython import get_ipython

    if get_ipython() is not None:
        set_matplotlib_formats("svg")  # type: ignore[no-untyped-call]


def find_fonts() -> None:
    """Let matplotlib look for fonts now, so that kernels started later find its cache and write nothing to stderr."""
    fonts()


@contextmanager
def drawing() -> Iterator[None]:
    """Draw with the project's settings and leave matplotlib's own as they were.

    Without a Chinese font matplotlib warns of each glyph while measuring; the text is right all the same, so that one
    warning is silenced.
    """
    settings: dict[Any, Any] = {
        "svg.fonttype": "none",
        "svg.hashsalt": "friendly_city",
        "font.family": fonts(),
        "hatch.linewidth": 2.0,
        "path.simplify": False,
        "text.parse_math": False,  # a dollar sign in a name is a dollar sign
        "axes.unicode_minus": True,
    }
    if all(mpl.rcParams[name] == value for name, value in settings.items()):  # inside another drawing
        yield
        return
    with mpl.rc_context(settings), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=MISSING_GLYPH, category=UserWarning)
        yield


def svg_of(draw: Callable[[Axes], object], *, size: tuple[float, float], pen: Pen, label: str, class_: str) -> str:
    """Draw on bare axes and return the SVG element.

    Parameters
    ----------
    draw : callable
        Given axes of this size, on which 1 point is 1 px; what it returns is not used.
    size : (float, float)
        Width and height in CSS pixels at the figure's natural size.
    pen : Pen
        Writes the elements; knows their prefix and tooltips.
    label, class_ : str
        As in `friendly_city.report.pen.svg_element`.
    """
    with drawing():
        surface = BareAxes(size)
        draw(cast("Axes", surface))
        renderer = PageRenderer(size, pen)
        surface.draw(renderer)
        drawn = renderer.finish()
    return svg_element(drawn, size=size, label=label, class_=class_)
