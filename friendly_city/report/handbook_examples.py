"""How each kind of requirement is rated: registers as small tables, and what the audit says of each community."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from friendly_city.audit.measures.fields import registers
from friendly_city.audit.naming import value_words
from friendly_city.labels import Language, Text, label, number
from friendly_city.report.html import Column, Html, element, join, rating_tag, table
from friendly_city.report.section import Section, section
from friendly_city.report.shown import titled
from friendly_city.report.words import say
from friendly_city.standards.examples import Drawn, Example, drawn_tables, examples
from friendly_city.standards.requirement import Attest
from friendly_city.standards.wording import figures_of

if TYPE_CHECKING:
    from friendly_city.standards.requirement import Requirement

DRAWN_ONLY = {
    "in": Text("社区", "community"),
    "x_m": Text("在街上的位置（米）", "place on the street (m)"),
    "metres": Text("长度（米）", "length (m)"),
}
"""Columns that only a drawing has."""
BANDS = "bands"


def kinds_section(asked: Iterable[Requirement], subject: str, language: Language) -> Section:
    """Return the chapter with a worked example of each kind of requirement that is asked, and of bands where there are any."""
    asked = list(asked)
    wanted = {requirement.kind for requirement in asked}
    banded = any(not isinstance(requirement, Attest) and requirement.threshold.bands for requirement in asked)
    shown = [example for example in examples() if example.id in wanted or (example.id == BANDS and banded)]
    title = titled(say("book_kinds", language))
    parts = [_example(example, language) for example in shown]
    return section(*parts, id="kinds", title=title, subject=subject, lead=say("book_kinds_lead", language))


def _example(example: Example, language: Language) -> Html:
    name = say("book_bands", language) if example.id == BANDS else label("kind", example.id).of(language)
    return element(
        "article",
        element("h3", titled(name)),
        element("p", example.said.of(language)),
        element("p", f"{say('book_asked', language)}: {figures_of(example.requirement).of(language)}"),
        element("div", *(_drawn(table_, example.id, language) for table_ in drawn_tables(example.drawn)), class_="drawn"),
        _rated(example, language),
        class_="criterion example",
        aria_label=name,
    )


def _drawn(drawn: Drawn, name: str, language: Language) -> Html:
    columns = [Column(title=_column(drawn.register, column, language)) for column in drawn.columns]
    named = [list(zip(drawn.columns, row, strict=True)) for row in drawn.rows]
    rows = [[_cell(drawn.register, column, cell, language) for column, cell in row] for row in named]
    return table(columns, rows, id=f"example-{name}-{drawn.register}", caption=label("register", drawn.register).of(language))


def _column(register: str, column: str, language: Language) -> str:
    if column in DRAWN_ONLY:
        return DRAWN_ONLY[column].of(language)
    field = registers()[register].get(column)
    return field.label.of(language) if field is not None else column


def _cell(register: str, column: str, cell: str, language: Language) -> str:
    return cell if column in DRAWN_ONLY else value_words(register, column, cell).of(language)


def _rated(example: Example, language: Language) -> Html:
    listed = [
        element("li", element("b", letter), " ", rating_tag(rating, language), None if degree is None else f" {number(degree)}")
        for letter, rating, degree in example.rated
    ]
    return join([element("ul", *listed, class_="rated", aria_label=say("book_rating", language))])
