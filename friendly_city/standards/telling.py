"""A criterion in words: what is looked at, what is asked, who must do it. For the terminal and for the handbook."""

from __future__ import annotations

from collections.abc import Iterator

from friendly_city.labels import Language, label
from friendly_city.standards.changes import change_lines
from friendly_city.standards.model import Checklist, Criterion, Item, Standard
from friendly_city.standards.requirement import Filter, Quantity, Requirement
from friendly_city.standards.tree import tree_of
from friendly_city.standards.wording import figures_of
from friendly_city.standards.write import on_one_line

NOT_TOLD = ("kind", "threshold", "where", "numerator", "denominator")
"""Fields of a requirement that are told in another way."""


def looked_at(asked: Requirement) -> str:
    """Return what a requirement reads, as a file has it: register, filter, fields; figures are apart.

    Examples
    --------
    >>> from friendly_city.standards.requirement import Attest
    >>> looked_at(Attest(register="inspections", item="safety_patrol_ledger"))
    'register inspections, item safety_patrol_ledger'
    """
    tree = tree_of(asked)
    assert isinstance(tree, dict)
    parts = [
        f"{name} {value if isinstance(value, str) else on_one_line(value)}"
        for name, value in tree.items()
        if name not in NOT_TOLD
    ]
    if isinstance(where := getattr(asked, "where", None), Filter) and where.conditions:
        parts.append(on_one_line(tree_of(where)))
    for side in ("numerator", "denominator"):
        if isinstance(quantity := getattr(asked, side, None), Quantity):
            parts.append(f"{side} {on_one_line(tree_of(quantity))}")
    return ", ".join(parts)


def criterion_lines(criterion: Criterion, standard: Standard, language: Language) -> Iterator[str]:
    """Yield a criterion: its name and obligation, what is asked, on what clause it rests, evidence and remedy."""
    clause = standard.clause(criterion.clause)
    kind = label("kind", criterion.requirement.kind).of(language)
    yield f"{criterion.id}  [{label('obligation', criterion.obligation).of(language)}] {criterion.title.of(language)}"
    yield f"    {kind}: {figures_of(criterion.requirement).of(language)}"
    yield f"    {looked_at(criterion.requirement)}"
    basis = label("text_basis", clause.text_basis).of(language)
    yield f"    {standard.name.of(language)} {clause.number or '—'} ({basis}): {clause.text.of(language)}"
    told = (criterion.evidence, criterion.remedy, criterion.department)
    yield "    " + " · ".join(text.of(language) for text in told)
    if criterion.ours:
        yield f"    {label('told', 'ours').of(language)}: {criterion.ours.of(language)}"


def document_lines(document: Standard | Checklist, language: Language) -> Iterator[str]:
    """Yield a whole standard or checklist as lines for a terminal."""
    yield f"{document.id}  {document.title.of(language)}"
    if isinstance(document, Standard):
        dates = " / ".join(day.isoformat() if day else "—" for day in (document.issued, document.in_force))
        yield f"{document.number or '—'} · {document.issuer.of(language)} · {dates}"
        yield document.consulted.of(language)
        yield from (f"  {source.title} {source.url} ({source.seen})".replace("  (", " (") for source in document.sources)
        told = [(criterion, document) for criterion in document.criteria]
    else:
        yield f"{document.version} · {document.purpose.of(language)}"
        yield from (f"  {choice.of(language)}" for choice in document.choices)
        yield from change_lines(document, language)
        told = [(item.criterion, item.standard) for item in document.items]
    for dimension in document.dimensions:
        own = [(criterion, standard) for criterion, standard in told if criterion.dimension == dimension.id]
        if own:
            yield ""
            yield f"## {dimension.title.of(language)} ({len(own)})"
            for criterion, standard in own:
                yield from criterion_lines(criterion, standard, language)


def items_told(document: Standard | Checklist) -> tuple[tuple[Criterion, Standard, Item | None], ...]:
    """Return the criteria of a standard or checklist with their standards; of a checklist also how it uses them."""
    if isinstance(document, Standard):
        return tuple((criterion, document, None) for criterion in document.criteria)
    return tuple((item.criterion, item.standard, item) for item in document.items)
