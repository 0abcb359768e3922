"""A section of a page: what one cell of a report notebook shows."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from html import escape
from importlib.resources import files

from friendly_city.report.html import Content, Html, element, join

TEMPLATE = "template"


@cache
def template_text(name: str) -> str:
    """Return a file of the page template, e.g. ``theme.css``."""
    return files("friendly_city.report").joinpath(TEMPLATE, name).read_text(encoding="utf-8")


@cache
def theme_style() -> Html:
    """Return the style of sections, to be shown once in a notebook; a written page has it in its head instead."""
    return Html(f"<style>{template_text('theme.css')}</style>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One part of a page, with its heading, ready to be shown.

    Attributes
    ----------
    id : str
        Anchor on the page, the same in every report.
    title : str
        Heading in the language of the page, also the entry in the table of contents.
    html : Html
        The whole ``<section>`` element.
    themed : bool
        Whether it brings the style along in a notebook (the first section of a page does).
    """

    id: str
    title: str
    html: Html
    themed: bool = False

    def _repr_html_(self) -> str:
        return (theme_style() if self.themed else "") + self.html

    def __repr__(self) -> str:
        return f"<Section {self.id}: {self.title}>"


def section(
    *children: Content,
    id: str,  # noqa: A002 - the HTML attribute
    title: str,
    subject: str,
    lead: Content = None,
    heading: bool = True,
    themed: bool = False,
    figures: Mapping[str, float | str] | None = None,
) -> Section:
    """Return a section with its heading and a first sentence.

    Parameters
    ----------
    subject : str
        Code of the community or id of the city shown; stands as ``data-community`` on the element.
    lead : str
        One or two sentences under the heading.
    heading : bool
        Without one, the title only labels the section.
    figures : mapping of str to float or str
        What the page found, in numbers: a batch of notebooks gathers them into a table. A figure that is withheld, or that
        there is none of, is left out; nothing stands here that may not stand on the page.
    """
    head = join(
        [
            element("h2", title, id=f"{id}-title") if heading else None,
            element("p", lead, class_="lead") if lead else None,
        ]
    )
    html = element(
        "section",
        head,
        Html(join(children).replace("<figure ", f'<figure data-community="{escape(subject)}" ')),
        id=id,
        class_="fc",
        data_community=subject,
        aria_labelledby=f"{id}-title" if heading else None,
        aria_label=None if heading else title,
        data_figures=json.dumps(dict(figures), ensure_ascii=False, allow_nan=False) if figures is not None else None,
    )
    return Section(id=id, title=title, html=html, themed=themed)
