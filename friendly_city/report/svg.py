"""A matplotlib figure as inline SVG: real text, no request, the same bytes each time.

Knows matplotlib's way of writing SVG. What is drawn is `charts` and `maps`; what is said about it is `figure`.
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.figure import Figure as Canvas

if TYPE_CHECKING:
    from matplotlib.axes import Axes

CHINESE_FONTS = (
    "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "WenQuanYi Micro Hei", "Microsoft YaHei", "PingFang SC", "SimHei",
)  # fmt: skip
POINTS_PER_INCH = 72
XLINK = "{http://www.w3.org/1999/xlink}"
NUMBER = re.compile(r"-?\d+\.\d+")
REFERENCE = re.compile(r"url\(#([^)]+)\)")
COORDINATES = frozenset({"d", "x", "y", "points", "transform", "width", "height"})
STYLE_DECIMALS = 2
MISSING_GLYPH = r"Glyph \d+ .* missing from font"
"""What matplotlib warns of while measuring Chinese without a Chinese font."""


def fonts() -> list[str]:
    """Return the font families for measuring text: the first Chinese font installed, then matplotlib's own.

    Readers see their own fonts, as the text of a figure stays text.
    """
    installed = {font.name for font in font_manager.fontManager.ttflist}
    return [*[name for name in CHINESE_FONTS if name in installed][:1], "DejaVu Sans"]


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
    with mpl.rc_context(settings), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=MISSING_GLYPH, category=UserWarning)
        yield


def render(draw: Callable[[Axes], object], *, size: tuple[float, float]) -> str:
    """Draw on axes that fill a new figure and return matplotlib's SVG.

    Parameters
    ----------
    draw : callable
        Given the Axes; what it returns is not used.
    size : (float, float)
        Width and height in CSS pixels at the figure's natural size.
    """
    with drawing():
        canvas = Canvas(figsize=(size[0] / POINTS_PER_INCH, size[1] / POINTS_PER_INCH), dpi=POINTS_PER_INCH)
        canvas.patch.set_visible(False)
        draw(canvas.add_axes((0, 0, 1, 1)))
        out = io.StringIO()
        canvas.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    return out.getvalue()


def clean(raw: str, *, prefix: str, label: str, class_: str, titles: Mapping[str, str], decimals: int = 1) -> str:
    """Return matplotlib's SVG as an element that can stand in a page.

    Prolog, doctype, metadata and the page-wide style go; ids get a prefix; the size follows the page; the font is the
    page's; marks whose gid is in `titles` get that text as a tooltip.

    Parameters
    ----------
    prefix : str
        Makes ids unique on a page, e.g. ``profile-wide-``.
    label : str
        What the figure says, for those who do not see it.
    titles : mapping
        gid of a mark to its tooltip.
    decimals : int
        Decimals kept in coordinates, in pixels.
    """
    root = ET.fromstring(raw)  # noqa: S314 - made by matplotlib a moment ago
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag.endswith("}metadata") or child.tag.endswith("}style"):
                parent.remove(child)
    for node in root.iter():
        _clean_node(node, prefix=prefix, titles=titles, decimals=decimals)
    root.attrib = {
        "viewBox": root.attrib["viewBox"],
        "class": class_,
        "role": "img",
        "aria-label": label,
        "style": "stroke-linejoin:round;stroke-linecap:butt" + (";display:none" if class_ == "narrow" else ""),
    }
    _drop_empty(root)
    _tighten(root, kept={prefix + gid for gid in titles})
    return ET.tostring(root, encoding="unicode")


def _clean_node(node: ET.Element, *, prefix: str, titles: Mapping[str, str], decimals: int) -> None:
    node.tag = node.tag.rpartition("}")[2]
    gid = node.attrib.get("id", "")
    for name, value in list(node.attrib.items()):
        del node.attrib[name]
        node.attrib[name.removeprefix(XLINK)] = _clean_value(name, value, prefix=prefix, decimals=decimals)
    if node.text is not None and not node.text.strip():
        node.text = None
    node.tail = None
    if gid in titles:
        tooltip = ET.Element("title")
        tooltip.text = titles[gid]
        node.insert(0, tooltip)


def _clean_value(name: str, value: str, *, prefix: str, decimals: int) -> str:
    if name == "id":
        return prefix + value
    if name == f"{XLINK}href" and value.startswith("#"):
        return "#" + prefix + value.removeprefix("#")
    if name == "style":
        value = re.sub(r"font-family:[^;]*(;|$)", "", value).strip().rstrip(";")
        value = NUMBER.sub(lambda found: _short(found[0], STYLE_DECIMALS), value).replace(": ", ":").replace("; ", ";")
    if name in COORDINATES:
        value = NUMBER.sub(lambda found: _short(found[0], decimals), " ".join(value.split()))
    value = value.replace("rotate(-0 ", "rotate(0 ")
    return REFERENCE.sub(rf"url(#{prefix}\1)", value)


def _short(number: str, decimals: int) -> str:
    text = f"{float(number):.{decimals}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def _drop_empty(root: ET.Element) -> None:
    """Drop groups and definitions with nothing in them, and rotations by nothing."""
    for parent in list(root.iter()):
        if parent.attrib.get("transform", "").startswith("rotate(0 "):
            del parent.attrib["transform"]
        for child in list(parent):
            if child.tag in {"g", "defs"} and not len(child):
                parent.remove(child)


def _tighten(root: ET.Element, *, kept: set[str]) -> None:
    """Drop what matplotlib writes for every mark and nothing needs: clips to the whole figure, unused ids, bare groups."""
    for node in root.iter():
        node.attrib.pop("clip-path", None)
    for parent in list(root.iter()):
        for child in [child for child in parent if child.tag == "clipPath"]:
            parent.remove(child)
    text = ET.tostring(root, encoding="unicode")
    used = {*REFERENCE.findall(text), *re.findall(r'href="#([^"]+)"', text), *kept}
    for node in root.iter():
        if node.attrib.get("id") not in used:
            node.attrib.pop("id", None)
        _share_style(node)
    _drop_empty(root)
    _unwrap(root)


def _share_style(node: ET.Element) -> None:
    """Write a style that all marks of a group have once, at the group."""
    marks = [child for child in node if child.tag == "use"]
    styles = {child.attrib.get("style", "") for child in marks}
    if len(marks) > 1 and len(styles) == 1 and len(marks) == len(node) and "style" not in node.attrib:
        node.attrib["style"] = styles.pop()
        for child in marks:
            child.attrib.pop("style", None)


def _unwrap(parent: ET.Element) -> None:
    """Put the children of groups without attributes in the place of the group."""
    children = []
    for child in parent:
        _unwrap(child)
        children += list(child) if child.tag == "g" and not child.attrib else [child]
    parent[:] = children
