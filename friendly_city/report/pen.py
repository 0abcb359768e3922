"""What matplotlib draws as an SVG element for a page: small, real text, no request, the same bytes each time.

Knows matplotlib's way of writing SVG and what of it a page does not need. Each element is written once, clean, as it is
drawn: no clip to the whole figure, no id nobody refers to, no group that says nothing.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib._path import convert_to_string  # type: ignore[attr-defined]
from matplotlib.backends.backend_svg import RendererSVG
from matplotlib.colors import to_hex
from matplotlib.path import Path
from matplotlib.transforms import Affine2D

if TYPE_CHECKING:
    from matplotlib.backend_bases import GraphicsContextBase
    from matplotlib.font_manager import FontProperties
    from matplotlib.text import Text
    from matplotlib.transforms import Transform
    from numpy.typing import NDArray

NUMBER = re.compile(r"-?\d+\.\d+")
REFERENCE = re.compile(r"url\(#([^)]+)\)")
FAMILY = re.compile(r"font-family:[^;]*(;|$)")
WHOLE = re.compile(r"\.0+(?!\d)")
TAIL = re.compile(r"(\.\d*?[1-9])0+(?!\d)")
COORDINATES = frozenset({"d", "x", "y", "points", "width", "height"})
STYLE_DECIMALS = 2
WRITTEN_DECIMALS = 6
"""Decimals matplotlib writes; numbers are rounded to them first, so that a tie falls as it does in its own files."""
DOT = re.compile(r"M (\S+ \S+) L \1(?= M|$)")
"""A line without length."""
COMMANDS = [b"M", b"L", b"Q", b"C", b"z"]
ANCHORS = {"left": "start", "center": "middle", "right": "end"}
ATTRIBUTE_ESCAPES = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#13;", "\n": "&#10;", "\t": "&#09;"}
)
TEXT_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


def rounded(text: str, decimals: int) -> str:
    """Return text with every decimal number in it rounded, trailing zeros dropped.

    Examples
    --------
    >>> rounded("M 120.04 -0.04 L 0.26 10.50", 1)
    'M 120 0 L 0.3 10.5'
    """
    found = NUMBER.findall(text)
    if not found:
        return text
    template = NUMBER.sub(f"%.{decimals}f", text.replace("%", "%%"))
    values = [float(number) for number in found]
    if "-0." in text:  # what rounds to nothing has no sign
        values = [round(value, decimals) + 0.0 for value in values]
    text = WHOLE.sub("", template % tuple(values))
    return TAIL.sub(r"\1", text) if decimals > 1 else text


def short_numbers(values: NDArray[np.float64], decimals: int) -> NDArray[np.float64]:
    """Return numbers ready to be written with few decimals: rounded as matplotlib writes them, no minus before a nought.

    Examples
    --------
    >>> short_numbers(np.array([-0.04, 12.24999999]), 1).tolist()
    [0.0, 12.25]
    """
    written = np.rint(values * 10**WRITTEN_DECIMALS) / 10**WRITTEN_DECIMALS
    written = np.where(written == 0, values, written)  # rounding noise keeps its sign there
    return np.where((written <= -(10**-WRITTEN_DECIMALS)) & (written > -0.5 * 10**-decimals), 0.0, written)


@lru_cache(maxsize=4096)
def clean_style(style: str) -> str:
    """Return a style without what the page sets itself, its numbers short.

    Examples
    --------
    >>> clean_style("font-family: 'Noto'; fill: #1f7a6d; stroke-width: 1.600")
    'fill:#1f7a6d;stroke-width:1.6'
    """
    style = FAMILY.sub("", style).strip().rstrip(";")
    return rounded(style, STYLE_DECIMALS).replace(": ", ":").replace("; ", ";")


class _Open:
    """An element that is being written: its tag, its attributes as text, what is in it, and the styles of its marks."""

    __slots__ = ("attributes", "parts", "styles", "tag")

    def __init__(self, tag: str, attributes: str) -> None:
        self.tag = tag
        self.attributes = attributes
        self.parts: list[str] = []
        self.styles: list[str] = []


class Pen:
    """Writes elements in the order matplotlib draws them; takes the place of matplotlib's own XML writer.

    Parameters
    ----------
    prefix : str
        Makes ids unique on a page, e.g. ``profile-wide-``.
    titles : mapping
        gid of a mark to its tooltip.
    decimals : int
        Decimals kept in coordinates, in px.
    """

    def __init__(self, *, prefix: str, titles: Mapping[str, str], decimals: int) -> None:
        self.prefix = prefix
        self.titles = titles
        self.decimals = decimals
        self._open = [_Open("svg", "")]

    @property
    def written(self) -> str:
        """Return all elements so far."""
        return "".join(self._open[0].parts)

    def start(self, tag: str, attrib: Mapping[str, str] | None = None, **extra: str) -> int:
        """Open an element."""
        given = {**attrib, **extra} if attrib else extra
        self._open.append(_Open(tag, self._attributes(tag, given)))
        if tag == "g" and (title := self.titles.get(given.get("id", ""))) is not None:
            self._open[-1].parts.append(f"<title>{title.translate(TEXT_ESCAPES)}</title>")
        return len(self._open) - 1

    def end(self, tag: str | None = None, indent: bool = True) -> None:  # noqa: ARG002, FBT001, FBT002 - matplotlib's signature
        """Close the element opened last; a group without attributes leaves only what is in it."""
        done, around = self._open.pop(), self._open[-1]
        if done.tag == "g" and len(done.styles) == len(done.parts) > 1 and not done.attributes and len(set(done.styles)) == 1:
            shared = f' style="{done.styles[0]}"'
            done.attributes, done.parts = shared, [part.replace(shared, "", 1) for part in done.parts]
        if not done.parts and done.tag in {"g", "defs"}:
            return
        if done.tag == "g" and not done.attributes:
            around.parts += done.parts
            return
        inner = "".join(done.parts)
        around.parts.append(f"<{done.tag}{done.attributes}>{inner}</{done.tag}>" if inner else f"<{done.tag}{done.attributes} />")

    def element(self, tag: str, text: str | None = None, attrib: Mapping[str, str] | None = None, **extra: str) -> None:
        """Write a whole element."""
        given = {**attrib, **extra} if attrib else extra
        around = self._open[-1]
        if tag == "use":
            around.styles.append(clean_style(given.get("style", "")))
        inner = f">{text.translate(TEXT_ESCAPES)}</{tag}>" if text else " />"
        around.parts.append(f"<{tag}{self._attributes(tag, given)}{inner}")

    def path(self, data: str, style: str) -> None:
        """Write a path whose numbers are short already."""
        self._open[-1].parts.append(f'<path d="{data}" style="{self._clean("style", style)}" />')

    def _attributes(self, tag: str, given: Mapping[str, str]) -> str:
        return "".join([
            f' {name.removeprefix("xlink:")}="{self._clean(name, value)}"'
            for name, value in given.items()
            if value and (name != "id" or tag != "g" or value in self.titles)
        ])  # fmt: skip

    def _clean(self, name: str, value: str) -> str:
        if name in COORDINATES:
            return rounded(" ".join(value.split()), self.decimals)
        if name == "style":
            value = clean_style(value)
            return REFERENCE.sub(rf"url(#{self.prefix}\1)", value) if "url(" in value else value
        if name == "id":
            return self.prefix + value
        return f"#{self.prefix}{value[1:]}" if name == "xlink:href" else value


@lru_cache(maxsize=1024)
def _size_of(text: str, prop: FontProperties) -> tuple[float, float, float]:
    renderer = RendererSVG(1, 1, io.StringIO(), metadata={"Date": None})  # type: ignore[no-untyped-call]
    return renderer.get_text_width_height_descent(text, prop, ismath=False)  # type: ignore[no-untyped-call,no-any-return]


def _measured(_: RendererSVG, s: str, prop: FontProperties, ismath: object) -> tuple[float, float, float]:  # noqa: ARG001
    """Return width, height and descent of text in px, measured once in a process."""
    return _size_of(s, prop)


class PageRenderer(RendererSVG):
    """matplotlib's SVG renderer with a `Pen` for a writer."""

    get_text_width_height_descent = _measured

    def __init__(self, size: tuple[float, float], pen: Pen) -> None:
        super().__init__(*size, io.StringIO(), metadata={"Date": None})  # type: ignore[no-untyped-call]
        self.pen = pen
        self.writer = pen  # type: ignore[assignment]

    def finish(self) -> str:
        """Return what was drawn, hatches at its end."""
        self._write_hatches()  # type: ignore[no-untyped-call]
        return self.pen.written

    def draw_path(
        self,
        gc: GraphicsContextBase,
        path: Path,
        transform: Transform,
        rgbFace: Any = None,  # noqa: N803 - matplotlib's signature
    ) -> None:
        """Write a path with the decimals of the pen; maps have thousands of points, so they are rounded as numbers."""
        flipped = transform + Affine2D().scale(1, -1).translate(0, self.height)
        xy = short_numbers(flipped.transform(path.vertices), self.pen.decimals)
        frame = (0.0, 0.0, self.width, self.height) if rgbFace is None and gc.get_hatch_path() is None else None
        data = convert_to_string(Path(xy, path.codes), None, frame, False, None, self.pen.decimals, COMMANDS, False)
        short = DOT.sub(r"M \1h0", " ".join(data.decode("ascii").split()))
        self.pen.path(short, self._get_style(gc, rgbFace))  # type: ignore[no-untyped-call]

    def draw_text(
        self,
        gc: GraphicsContextBase,
        x: float,
        y: float,
        s: str,
        prop: FontProperties,
        angle: float,  # noqa: ARG002
        ismath: object = False,  # noqa: ARG002, FBT002
        mtext: Text | None = None,
    ) -> None:
        """Write text as text, at its anchor; readers see their own fonts."""
        side = "left"
        if mtext is not None:  # x is the left end, as far as this machine's fonts know
            x, side = mtext.get_transform().transform(mtext.get_unitless_position())[0], mtext.get_horizontalalignment()
        style = _text_style(prop.get_weight(), prop.get_size(), side, to_hex(gc.get_rgb()))
        self.pen.element("text", s, style=style, x=f"{x:f}", y=f"{y:f}")


@lru_cache(maxsize=256)
def _text_style(weight: int | str, size: float, anchor: str, colour: str) -> str:
    bold = f"font-weight: {weight}; " if weight not in {400, "normal", "regular"} else ""
    return f"{bold}font-size: {size:g}px; font-family: page; text-anchor: {ANCHORS[anchor]}; fill: {colour}"


def svg_element(drawn: str, *, size: tuple[float, float], label: str, class_: str) -> str:
    """Return the SVG element of what was drawn.

    Parameters
    ----------
    drawn : str
        From `PageRenderer.finish`.
    size : (float, float)
        Width and height in px; the element itself takes the width of its page.
    label : str
        What the figure says, for those who do not see it.
    class_ : str
        ``wide`` or ``narrow``; a narrow one is hidden where the page's style is missing.

    Examples
    --------
    >>> svg_element("", size=(880, 44), label="a & b", class_="wide")[:61]
    '<svg viewBox="0 0 880 44" class="wide" role="img" aria-label='
    """
    width, height = (f"{length:f}".rstrip("0").rstrip(".") for length in size)
    style = "stroke-linejoin:round;stroke-linecap:butt" + (";display:none" if class_ == "narrow" else "")
    head = f'viewBox="0 0 {width} {height}" class="{class_}" role="img" aria-label="{label.translate(ATTRIBUTE_ESCAPES)}"'
    return f'<svg {head} style="{style}">{drawn}</svg>'
