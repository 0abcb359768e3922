"""A standard or checklist as a book: what is asked, by whom it is said, how far the text is known, and what it would rate.

`handbook_criteria` writes each criterion, `handbook_examples` how each kind of requirement is rated.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from friendly_city.labels import Language, label
from friendly_city.report.exporter import export_html, notebook_of
from friendly_city.report.files import written_whole
from friendly_city.report.handbook_criteria import Told, clause_id, criterion_article
from friendly_city.report.handbook_examples import kinds_section
from friendly_city.report.html import Column, Html, element, join, link, table
from friendly_city.report.section import Section, section, template_text
from friendly_city.report.shown import items_list, titled
from friendly_city.report.words import say
from friendly_city.standards.changes import change_lines
from friendly_city.standards.model import Checklist, Clause, Standard, TextBasis
from friendly_city.standards.telling import items_told

if TYPE_CHECKING:
    from friendly_city.standards.model import Source


class Chapter(NamedTuple):
    """The criteria of one dimension."""

    id: str
    title: str
    told: list[Told]


def write_handbook(document: Standard | Checklist, path: Path, *, language: Language = "zh") -> Path:
    """Write the handbook as one HTML file and return its path.

    Raises
    ------
    OSError
        When the file cannot be written.
    """
    title = f"{document.title.of(language)} · {say('handbook', language)}"
    sections = handbook_sections(document, language=language)
    page = export_html(notebook_of(sections, title=title, subject=document.id), language=language)
    path.parent.mkdir(parents=True, exist_ok=True)
    with written_whole(path) as temporary:
        temporary.write_text(page, encoding="utf-8", newline="\n")
    return path


def handbook_sections(document: Standard | Checklist, *, language: Language = "zh") -> tuple[Section, ...]:
    """Return the sections: head, a chapter a dimension, how each kind is rated, clauses and sources, our choices."""
    told = items_told(document)
    chapters = [Chapter(d.id, d.title.of(language), [t for t in told if t[0].dimension == d.id]) for d in document.dimensions]
    chapters = [chapter for chapter in chapters if chapter.told]
    return (
        _head(document, chapters, language),
        *(_chapter(document, chapter, language) for chapter in chapters),
        kinds_section([criterion.requirement for criterion, _, _ in told], document.id, language),
        _clauses(document, language),
        _ours(document, language),
    )


def _chapter(document: Standard | Checklist, chapter: Chapter, language: Language) -> Section:
    return section(
        *(criterion_article(*told, language) for told in chapter.told),
        id=f"chapter-{chapter.id}",
        title=titled(chapter.title),
        subject=document.id,
        lead=say("book_criteria", language, count=len(chapter.told)),
    )


def _head(document: Standard | Checklist, chapters: list[Chapter], language: Language) -> Section:
    facts = _facts_of_standard(document, language) if isinstance(document, Standard) else _facts_of_checklist(document, language)
    listed = [part for key, value in facts if value for part in (element("dt", say(key, language)), element("dd", value))]
    head = join([
        Html(f"<style>{template_text('handbook.css')}</style>"),
        element("p", say("handbook", language), class_="eyebrow"),
        element("h1", document.title.of(language)),
        element("dl", *listed, class_="book-facts"),
        _contents(chapters, language),
    ])  # fmt: skip
    return section(head, id="head", title=document.title.of(language), subject=document.id, heading=False, themed=True)


def _facts_of_standard(standard: Standard, language: Language) -> list[tuple[str, str]]:
    days = {"book_issued": standard.issued, "book_in_force": standard.in_force}
    return [
        ("book_number", standard.number),
        ("book_issuer", standard.issuer.of(language)),
        *((key, day.isoformat()) for key, day in days.items() if day),
        ("book_known", standard.consulted.of(language)),
        ("book_clauses_known", _known(standard.clauses, language)),
    ]


def _facts_of_checklist(checklist: Checklist, language: Language) -> list[tuple[str, str]]:
    clauses = {(item.standard.id, item.clause.id): item.clause for item in checklist.items}
    return [
        ("book_purpose", checklist.purpose.of(language)),
        ("book_edition", f"{checklist.version} · {label('level', checklist.level).of(language)}"),
        (
            "book_standards",
            ("；" if language == "zh" else "; ").join(f"{s.number} {s.title.of(language)}".strip() for s in checklist.standards),
        ),
        ("book_clauses_known", _known(clauses.values(), language)),
    ]


def _known(clauses: Iterable[Clause], language: Language) -> str:
    """Return how many clauses are known in which way, the best first."""
    found = Counter(clause.text_basis for clause in clauses)
    return " · ".join(f"{label('text_basis', basis).of(language)} {found[basis]}" for basis in TextBasis if found[basis])


def _contents(chapters: list[Chapter], language: Language) -> Html:
    entries = [(f"chapter-{chapter.id}", titled(chapter.title), str(len(chapter.told))) for chapter in chapters]
    last = (("kinds", "book_kinds"), ("book-clauses", "clauses"), ("ours", "ours"))
    entries += [(name, titled(say(key, language)), "") for name, key in last]
    listed = [element("li", link(name, title), element("span", count)) for name, title, count in entries]
    return element("nav", element("ol", *listed), aria_label=say("contents", language), class_="book-contents")


def _clauses(document: Standard | Checklist, language: Language) -> Section:
    parts = [
        part for standard, clauses in _clauses_by_standard(document) for part in _clauses_of(standard, clauses, language)
    ]  # fmt: skip
    lead = say("book_clauses_lead", language)
    return section(*parts, id="book-clauses", title=titled(say("clauses", language)), subject=document.id, lead=lead)


def _clauses_by_standard(document: Standard | Checklist) -> list[tuple[Standard, list[Clause]]]:
    """Return the clauses of a standard; of a checklist those its criteria rest on, by standard."""
    if isinstance(document, Standard):
        return [(document, list(document.clauses))]
    used = {(item.standard.id, item.clause.id) for item in document.items}
    return [(s, [clause for clause in s.clauses if (s.id, clause.id) in used]) for s in document.standards]


def _clauses_of(standard: Standard, clauses: list[Clause], language: Language) -> list[Html]:
    columns = [
        Column(title=say("book_clause", language), heads_row=True, width="14%"),
        Column(title=say("book_text", language)),
        Column(title=say("book_basis", language), width="30%"),
    ]
    rows = [
        [
            element("span", clause.number or say("number_unseen", language), id=clause_id(standard, clause)),
            join([clause.text.of(language), element("small", clause.note.of(language)) if clause.note else None]),
            join([basis_words(clause, language), element("small", _seen(clause.source))]),
        ]
        for clause in clauses
    ]
    return [
        element("h3", f"{standard.number} {standard.title.of(language)}".strip()),
        items_list([_source(source) for source in standard.sources], class_="book-sources"),
        table(columns, rows, id=f"{standard.id}-clauses", caption=standard.name.of(language), layout="cards", titled=True),
    ]


def basis_words(clause: Clause, language: Language) -> Html:
    """Return how the text of a clause is known, and whether its figure could be verified."""
    doubt = element("span", say("unverified", language), class_="warn") if not clause.verified else None
    return join([label("text_basis", clause.text_basis).of(language), doubt], " ")


def _source(source: Source) -> Html:
    return join([source.title, _seen(source.url) if source.url else None, f"（{source.seen}）" if source.seen else None], " ")


def _seen(where: str) -> Html:
    """Return where a text was seen; an address is shown as it is, not as a link: the book needs no network."""
    return element("span", where, class_="address")


def _ours(document: Standard | Checklist, language: Language) -> Section:
    if isinstance(document, Standard):
        said = [f"{c.title.of(language)}: {c.ours.of(language)}" for c in document.criteria if c.ours]
    else:
        said = [choice.of(language) for choice in document.choices] + list(change_lines(document, language))
    body = items_list(list(said), class_="book-ours") if said else element("p", say("none", language))
    return section(body, id="ours", title=titled(say("ours", language)), subject=document.id)
