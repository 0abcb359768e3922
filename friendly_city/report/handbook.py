"""A standard or checklist as a book: what is asked, by whom it is said, how far the text is known, and what it would rate."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from friendly_city.labels import Language, label, number, quantity
from friendly_city.report.exporter import export_html, notebook_of
from friendly_city.report.files import written_whole
from friendly_city.report.html import Column, Html, element, join, link, obligation_tag, table
from friendly_city.report.section import Section, section
from friendly_city.report.shown import items_list, standard_name
from friendly_city.report.words import say
from friendly_city.standards.changes import change_lines
from friendly_city.standards.model import Criterion, Item, Standard
from friendly_city.standards.requirement import Attest, Limits, Threshold
from friendly_city.standards.strictness import degree
from friendly_city.standards.telling import items_told, looked_at
from friendly_city.standards.wording import figures_of

if TYPE_CHECKING:
    from friendly_city.standards.model import Checklist

STEP = 0.1
"""How far beside a limit an example lies, as a share of it. Ours."""


def write_handbook(document: Standard | Checklist, path: Path, *, language: Language = "zh") -> Path:
    """Write the handbook as one HTML file and return its path.

    Raises
    ------
    OSError
        When the file cannot be written.
    """
    title = f"{document.title.of(language)} · {say('handbook', language)}"
    page = export_html(
        notebook_of(handbook_sections(document, language=language), title=title, subject=document.id), language=language
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    with written_whole(path) as temporary:
        temporary.write_text(page, encoding="utf-8", newline="\n")
    return path


def handbook_sections(document: Standard | Checklist, *, language: Language = "zh") -> tuple[Section, ...]:
    """Return the sections: head with contents, a chapter for each dimension, clauses and sources, choices of ours."""
    told = items_told(document)
    chapters = [
        (dimension.id, dimension.title.of(language), [entry for entry in told if entry[0].dimension == dimension.id])
        for dimension in document.dimensions
    ]
    chapters = [chapter for chapter in chapters if chapter[2]]
    return (
        _head(document, [(name, title) for name, title, _ in chapters], language),
        *(
            section(
                *(_criterion(*entry, language) for entry in entries),
                id=f"chapter-{name}",
                title=f"{title} · {say('book_criteria', language, count=len(entries))}",
                subject=document.id,
            )
            for name, title, entries in chapters
        ),
        _clauses(document, language),
        _ours(document, language),
    )


def _head(document: Standard | Checklist, chapters: list[tuple[str, str]], language: Language) -> Section:
    if isinstance(document, Standard):
        days = {"issued": document.issued, "in_force": document.in_force}
        dated = [f"{say(name, language)} {day.isoformat()}" for name, day in days.items() if day]
        facts, lead = [document.number, document.issuer.of(language), *dated], document.consulted.of(language)
    else:
        facts, lead = [document.version, label("level", document.level).of(language)], document.purpose.of(language)
    anchors = [
        *((f"chapter-{name}", title) for name, title in chapters),
        ("clauses", say("clauses", language)),
        ("ours", say("ours", language)),
    ]
    nav = element(
        "nav",
        element("ul", *(element("li", link(anchor, title)) for anchor, title in anchors)),
        aria_label=say("contents", language),
    )
    head = join([
        element("p", say("handbook", language), class_="eyebrow"),
        element("h1", document.title.of(language)),
        element("p", " · ".join(fact for fact in facts if fact)),
        element("p", lead, class_="lead"),
        nav,
    ])  # fmt: skip
    return section(head, id="head", title=document.title.of(language), subject=document.id, heading=False, themed=True)


def _criterion(criterion: Criterion, standard: Standard, item: Item | None, language: Language) -> Html:
    clause, asked = standard.clause(criterion.clause), criterion.requirement
    rows = {
        "book_asked": join([figures_of(asked).of(language), element("br"), element("code", looked_at(asked))]),
        "book_clause": join([
            standard_name(standard, language), " ", clause.number, " · ", label("text_basis", clause.text_basis).of(language),
            element("br"), clause.text.of(language),
        ]),
        "book_evidence": criterion.evidence.of(language),
        "book_remedy": f"{criterion.remedy.of(language)} · {criterion.department.of(language)}",
    }  # fmt: skip
    if criterion.ours:
        rows["ours"] = criterion.ours.of(language)
    if item is not None:
        rows["book_weight"] = number(item.weight) + (f" · {label('change_word', 'gate').of(language)}" if item.gate else "")
    listed = [part for key, value in rows.items() for part in (element("dt", say(key, language)), element("dd", value))]
    about = [criterion.id, label("kind", asked.kind).of(language), label("subject", criterion.subject).of(language)]
    return element(
        "div",
        element("h3", obligation_tag(criterion.obligation.value, language), " ", criterion.title.of(language)),
        element("p", " · ".join(about), class_="small"),
        element("dl", *listed),
        _examples(criterion, language),
        id=criterion.id, class_="criterion",
    )  # fmt: skip


def worked_examples(threshold: Threshold) -> list[tuple[str, float, float]]:
    """Return values on both sides of every limit with the degree each gets: (band, value, degree); the band is '' without bands.

    Examples
    --------
    >>> worked_examples(Threshold(unit="m2", limits=Limits(at_least=6)))
    [('', 5.4, 0.0), ('', 6, 1.0)]
    """
    bands = [(_band(band.start, band.below), band.limits) for band in threshold.bands] or [("", threshold.limits or Limits())]
    return [(band, value, degree(limits, value)) for band, limits in bands for value in _values(limits)]


def _band(start: float | None, below: float | None) -> str:
    if start is None:
        return f"< {number(below or 0)}"
    return f"≥ {number(start)}" if below is None else f"{number(start)} – < {number(below)}"


def _values(limits: Limits) -> list[float]:
    found: set[float] = set()
    for limit, side in ((limits.at_least, -1), (limits.at_most, 1)):
        if limit is not None:
            outside = limit + side * (abs(limit) * STEP or STEP)
            found |= {limit, round(outside, 6)}
            if limits.zero_at is not None and (limits.zero_at < limit) == (side < 0):
                found |= {limits.zero_at, round((limits.zero_at + limit) / 2, 6)}
    found |= {step.value for step in limits.steps}
    return sorted(value for value in found if value >= 0)


def _examples(criterion: Criterion, language: Language) -> Html | None:
    asked = criterion.requirement
    if isinstance(asked, Attest):
        return None
    threshold = asked.threshold
    columns = [Column(title=say("book_value", language), numeric=True), Column(title=say("book_degree", language), numeric=True),
               Column(title=say("book_rating", language))]  # fmt: skip
    rows = [
        [quantity(value, threshold.unit, language), number(found, digits=2), label("rating", rating_of(found)).of(language)]
        for _, value, found in worked_examples(threshold)
    ]
    if threshold.bands:
        columns.insert(0, Column(title=f"{threshold.by} ({label('unit', threshold.by_unit).of(language)})", heads_row=True))
        rows = [[band, *row] for (band, _, _), row in zip(worked_examples(threshold), rows, strict=True)]
    return table(columns, rows, id=f"{criterion.id}-examples", caption=say("book_examples", language))


def rating_of(found: float) -> str:
    """Return the rating of a degree.

    Examples
    --------
    >>> rating_of(1.0), rating_of(0.4), rating_of(0)
    ('met', 'partly_met', 'not_met')
    """
    return "met" if found >= 1 else "partly_met" if found > 0 else "not_met"


def _clauses(document: Standard | Checklist, language: Language) -> Section:
    standards = (document,) if isinstance(document, Standard) else document.standards
    columns = [Column(title=say("book_clause", language), heads_row=True, width="20%"), Column(title=say("book_text", language)),
               Column(title=say("book_basis", language), width="18%")]  # fmt: skip
    parts: list[Html] = []
    for standard in standards:
        rows = [
            [clause.number or clause.id, clause.text.of(language), label("text_basis", clause.text_basis).of(language)]
            for clause in standard.clauses
        ]
        parts += [
            element("h3", standard.title.of(language)),
            items_list([f"{source.title} {source.url} ({source.seen})" for source in standard.sources]),
            table(columns, rows, id=f"{standard.id}-clauses", caption=standard.name.of(language)),
        ]
    return section(*parts, id="clauses", title=say("clauses", language), subject=document.id)


def _ours(document: Standard | Checklist, language: Language) -> Section:
    if isinstance(document, Standard):
        said = [f"{c.title.of(language)}: {c.ours.of(language)}" for c in document.criteria if c.ours]
    else:
        said = [choice.of(language) for choice in document.choices] + list(change_lines(document, language))
    body = items_list(list(said)) if said else element("p", say("none", language))
    return section(body, id="ours", title=say("ours", language), subject=document.id)
