"""A figure on a page: drawn wide and narrow, saying its finding, with the numbers behind it.

A figure states what it shows three times: in `finding` for those who do not see it, in the picture, and as a table.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from friendly_city.labels import Language
from friendly_city.report.html import Content, Html, details, element, join
from friendly_city.report.pen import Pen
from friendly_city.report.svg import svg_of
from friendly_city.report.words import say

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Size = tuple[float, float]
WIDE = 880.0
"""Width in px of the rendering for pages; at the least page width that shows it, 14 px text is still 11 px."""
NARROW = 320.0
"""Width in px of the rendering for phones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A picture with its finding, caption and numbers; shows itself in a notebook and on a page.

    Attributes
    ----------
    id : str
        Unique on its page.
    wide, narrow : str
        SVG elements; a page shows one of them by its width, paper the wide one.
    finding : str
        What the picture says, in a sentence.
    caption, numbers : Html
        Words below the picture, and a table of what is drawn.
    """

    id: str
    wide: str
    narrow: str
    finding: str
    caption: Html
    numbers: Html
    language: Language

    @property
    def html(self) -> Html:
        """Return the ``<figure>`` element."""
        folded = details(say("see_numbers", self.language), self.numbers) if self.numbers else None
        return element("figure", Html(self.wide), Html(self.narrow), element("figcaption", self.caption), folded, id=self.id)

    def _repr_html_(self) -> str:
        return self.html

    def __repr__(self) -> str:
        return f"<Figure {self.id}: {self.finding}>"


def draw_figure(  # noqa: PLR0913 - a picture and all that is said about it, all named
    draw: Callable[[Axes], object],
    *,
    id: str,  # noqa: A002 - the HTML attribute
    heights: tuple[float, float],
    finding: str,
    caption: Content,
    numbers: Content,
    titles: Mapping[str, str] | None = None,
    language: Language = "zh",
    decimals: int = 1,
) -> Figure:
    """Draw a figure twice, for pages and for phones.

    Parameters
    ----------
    draw : callable
        Takes Axes that fill the whole figure, measured in px (1 point = 1 px); looks at their width to choose a layout.
    heights : (float, float)
        Height in px of the wide (880 px) and of the narrow (320 px) rendering.
    finding : str
        What the figure says; becomes the alternative text.
    caption, numbers
        Text below, and the table behind the figure.
    titles : mapping
        gid of a mark to its tooltip.
    decimals : int
        Decimals kept in coordinates; 0 makes large maps smaller.

    Returns
    -------
    Figure
        The same bytes for the same input.
    """
    made = {}
    for name, size in {"wide": (WIDE, heights[0]), "narrow": (NARROW, heights[1])}.items():
        pen = Pen(prefix=f"{id}-{name}-", titles=titles or {}, decimals=decimals)
        made[name] = svg_of(draw, size=size, pen=pen, label=finding, class_=name)
    return Figure(
        id=id,
        wide=made["wide"],
        narrow=made["narrow"],
        finding=finding,
        caption=join([caption]),
        numbers=join([numbers]),
        language=language,
    )
