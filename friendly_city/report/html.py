"""Small builders of HTML that escape whatever they are given.

Knows elements, tables and tags. Text that came from data is always `str` and always escaped; only what these builders
made is `Html` and passes as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from html import escape
from typing import Literal

from friendly_city.labels import Language, label

VOID = frozenset({"br", "hr", "img", "meta", "col", "wbr"})
MISSING = "—"
CHINESE = re.compile(r"[\u4e00-\u9fff]")
LONG = 400
"""Texts from this length on are not kept: they seldom stand on two pages."""

Attribute = str | float | bool | None


class Html(str):
    """Markup that is already safe. Only the builders of this package make it."""

    __slots__ = ()

    def __add__(self, other: str) -> Html:
        """Return both one after the other; text is escaped."""
        return Html(str.__add__(self, safe(other)))


Content = str | None
"""Text (escaped), `Html` (taken as it is) or nothing."""


def safe(content: Content) -> Html:
    """Return content as markup: text escaped, markup unchanged, nothing as an empty string.

    Examples
    --------
    >>> safe("<b>")
    '&lt;b&gt;'
    >>> safe(Html("<b>"))
    '<b>'
    """
    if content is None:
        return Html("")
    if isinstance(content, Html):
        return content
    return _escaped(content) if len(content) < LONG else Html(escape(content, quote=False))


@lru_cache(maxsize=8192)
def _escaped(text: str) -> Html:
    return Html(escape(text, quote=False))


def join(parts: Iterable[Content], between: Content = "") -> Html:
    """Return the parts one after another, text escaped."""
    return Html(safe(between).join([part if isinstance(part, Html) else safe(part) for part in parts]))


@lru_cache(maxsize=4096)
def _named(name: str, value: str) -> str:
    return f' {_hyphened(name)}="{escape(value)}"'


@lru_cache(maxsize=256)
def _hyphened(name: str) -> str:
    return name.rstrip("_").replace("_", "-")


def _attribute(name: str, value: Attribute) -> str:
    if value is None or value is False:
        return ""
    if value is True:
        return f" {_hyphened(name)}"
    if isinstance(value, str):
        return _named(name, value) if len(value) < LONG else f' {_hyphened(name)}="{escape(value)}"'
    return f' {_hyphened(name)}="{exact(value)}"'


def element(tag: str, *children: Content, **attributes: Attribute) -> Html:
    """Return an element; ``class_`` is ``class``, ``data_x`` is ``data-x``; None and False attributes are left out.

    Examples
    --------
    >>> element("p", "1 < 2", class_="lead", data_value=0.5)
    '<p class="lead" data-value="0.5">1 &lt; 2</p>'
    """
    shown = "".join([_attribute(name, value) for name, value in attributes.items()]) if attributes else ""
    if tag in VOID:
        return Html(f"<{tag}{shown}>")
    inner = "".join([child if isinstance(child, Html) else safe(child) for child in children])
    return Html(f"<{tag}{shown}>{inner}</{tag}>")


def exact(value: float) -> str:
    """Return a number as a machine reads it back without loss; '' when there is none.

    Examples
    --------
    >>> exact(0.1), exact(3.0), exact(float("nan"))
    ('0.1', '3', '')
    """
    if value != value:  # noqa: PLR0124 - only NaN differs from itself
        return ""
    return str(int(value)) if float(value).is_integer() else repr(float(value))


@lru_cache(maxsize=4096)
def slug(*parts: str) -> str:
    """Return an id for an element: letters, digits and hyphens; equal parts give equal ids.

    Examples
    --------
    >>> slug("clause", "db4403-t-236-2022", "4.1 (a)")
    'clause-db4403-t-236-2022-4-1-a'
    """
    return re.sub(r"[^0-9A-Za-z一-鿿]+", "-", "-".join(parts)).strip("-")


def link(target: str, *children: Content, **attributes: Attribute) -> Html:
    """Return a link to a place on the same page, by its id."""
    return element("a", *children, href=f"#{target}", **attributes)


def swatches(entries: Iterable[tuple[str, str]]) -> list[Html]:
    """Return the items of a key: a patch of each colour with its words, to stand in ``<ul class="key">``.

    Examples
    --------
    >>> swatches([("#fff", "none")])
    ['<li><i class="swatch" style="background:#fff" aria-hidden="true"></i>none</li>']
    """
    return [
        element("li", element("i", class_="swatch", style=f"background:{colour}", aria_hidden="true"), text)
        for colour, text in entries
    ]


def bold(text: str, part: str) -> Html:
    """Return `text` escaped, with the first `part` in bold, standing on its own and not inside a longer number.

    Examples
    --------
    >>> bold("有 120 m²，要求 20", "20")
    '有 120 m²，要求 <b>20</b>'
    """
    if not part or part == MISSING:
        return safe(text)
    found = re.search(rf"(?<![\d.,]){re.escape(part)}(?![\d])", text)
    if not found:
        return safe(text)
    return join([text[: found.start()], element("b", part), text[found.end() :]])


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a table.

    Attributes
    ----------
    title, unit : str
        Words of the header; the unit follows in brackets.
    numeric : bool
        Set to the right, in tabular figures.
    width : str
        CSS width, e.g. ``14%``; '' leaves it to the browser.
    heads_row : bool
        The cell names its row (``<th scope="row">``).
    half : bool
        On a card two of these stand side by side.
    from_width : {"", "tablet", "desk"}
        Shown only on screens at least that wide, and on paper.
    sorts_by : str
        What the page's script sorts it by, where that is not what stands in its cells.
    """

    title: str
    unit: str = ""
    numeric: bool = False
    width: str = ""
    heads_row: bool = False
    half: bool = False
    from_width: Literal["", "tablet", "desk"] = ""
    sorts_by: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """Content of a cell with attributes, such as the exact value a test can read back."""

    content: Content
    attributes: dict[str, Attribute] = field(default_factory=dict)


Row = Sequence[Content | Cell]


def table(  # noqa: PLR0913 - what a table can be, all named
    columns: Sequence[Column],
    rows: Iterable[Row],
    *,
    id: str,  # noqa: A002 - the HTML attribute
    caption: Content,
    layout: Literal["scroll", "cards"] = "scroll",
    row_attributes: Sequence[dict[str, Attribute]] = (),
    class_: str = "",
    sortable: str = "",
    titled: bool = False,
) -> Html:
    """Return a table in a container that scrolls when it is wider than the page; the page's script then opens it to the keyboard.

    Parameters
    ----------
    columns, rows
        Headers, and one sequence of cells a row. None and '' show as ``—``.
    id : str
        Fixed id of the table.
    caption : str
        What the table says.
    layout
        ``scroll``: narrow screens scroll the table; ``cards``: they show each row as a card (roles are written out so
        that it stays a table for screen readers).
    row_attributes
        Attributes of each row, in the order of the rows.
    sortable : str
        Lets the page's script sort it and say so in these words; without script the table is as it stands.
    titled : bool
        The heading above already says the caption, so it is kept for screen readers only.

    Returns
    -------
    Html
        The markup, the same for the same input.
    """
    cards = layout == "cards"
    rows = list(rows)
    attributes = list(row_attributes) or [{} for _ in rows]
    if len(attributes) != len(rows):
        raise ValueError(f"{len(rows)} rows but attributes for {len(attributes)}")
    body = [_row(columns, row, extra, cards=cards) for row, extra in zip(rows, attributes, strict=True)]
    grid = element(
        "table",
        element("caption", element("span", caption, class_="unseen") if titled else caption, id=f"{id}-caption"),
        _widths(columns),
        _head(columns, cards=cards),
        element("tbody", *body, role="rowgroup" if cards else None),
        id=id,
        class_=" ".join(filter(None, (class_, layout))),
        role="table" if cards else None,
        data_sortable=sortable or None,
    )
    return element("div", grid, class_="scroll")


def _widths(columns: Sequence[Column]) -> Html:
    if not any(column.width for column in columns):
        return Html("")
    return element("colgroup", *(element("col", style=f"width:{c.width}" if c.width else None) for c in columns))


def _head(columns: Sequence[Column], *, cards: bool) -> Html:
    role = "columnheader" if cards else None
    cells = [
        element("th", _title(c), scope="col", class_=_class(c, cards=cards), role=role, data_sorts_by=c.sorts_by or None)
        for c in columns
    ]
    row = element("tr", *cells, role="row" if cards else None)
    return element("thead", row, role="rowgroup" if cards else None)


def _title(column: Column) -> str:
    """Return the words of a header; brackets are those of its language."""
    if not column.unit:
        return column.title
    return f"{column.title}（{column.unit}）" if CHINESE.search(column.title) else f"{column.title} ({column.unit})"


def _class(column: Column, *, cards: bool) -> str | None:
    kind = "number" if column.numeric else ""
    half = "half" if column.half and cards else ""
    from_width = f"from-{column.from_width}" if column.from_width else ""
    return " ".join(filter(None, (kind, half, from_width))) or None


def _row(columns: Sequence[Column], row: Row, extra: dict[str, Attribute], *, cards: bool) -> Html:
    if len(row) != len(columns):
        raise ValueError(f"a row of {len(row)} cells under {len(columns)} columns")
    cells = [_cell(column, cell, cards=cards) for column, cell in zip(columns, row, strict=True)]
    return element("tr", *cells, role="row" if cards else None, **extra)


def _cell(column: Column, cell: Content | Cell, *, cards: bool) -> Html:
    content, extra = (cell.content, cell.attributes) if isinstance(cell, Cell) else (cell, {})
    role = ("rowheader" if column.heads_row else "cell") if cards else None
    attributes: dict[str, Attribute] = {
        "scope": "row" if column.heads_row else None,
        "class_": _class(column, cards=cards),
        "role": role,
        "data_label": _title(column) if cards else None,
    }
    return element("th" if column.heads_row else "td", content or MISSING, **(attributes | extra))


@lru_cache(maxsize=64)
def rating_tag(rating: str, language: Language) -> Html:
    """Return a rating as symbol, word and colour: never colour alone."""
    symbol = element("i", label("symbol", rating).of(language), aria_hidden="true")
    return element("span", symbol, label("rating", rating).of(language), class_=f"tag {rating}")


@lru_cache(maxsize=64)
def obligation_tag(obligation: str, language: Language) -> Html:
    """Return how strongly a criterion binds: 应 (shall), 宜 (should) or 可 (may)."""
    return element("b", label("obligation", obligation).of(language), class_=f"ob {obligation}")


def details(summary: Content, *children: Content, class_: str | None = None) -> Html:
    """Return content that is folded away behind a summary."""
    return element("details", element("summary", summary), *children, class_=class_)
