"""A standard, a checklist or one criterion as plain text for a terminal. Says what `audit.telling` says; knows no HTML."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from friendly_city.audit.telling import asked, bands_of, filter_words, measured
from friendly_city.errors import UnknownName
from friendly_city.labels import Language, Text, label, number
from friendly_city.standards.model import Checklist, Standard

if TYPE_CHECKING:
    from friendly_city.standards.model import Clause, Criterion, Item

NUMBER_NOT_SEEN = Text("编号未见", "number not seen")
WORDS = {
    "clause": Text("条文", "clause"),
    "measured": Text("评什么", "measured"),
    "asked": Text("要求", "asked"),
    "applies": Text("适用于", "applies to"),
    "evidence": Text("凭证", "evidence"),
    "remedy": Text("整改", "remedy"),
    "department": Text("责任部门", "department"),
    "ours": Text("本项目所定", "our choice"),
    "weight": Text("权重", "weight"),
    "gate": Text("门槛指标", "gate"),
    "note": Text("注", "note"),
    "unverified": Text("数字未核实", "figure not verified"),
    "consulted": Text("读到多少", "how far it was read"),
    "issuer": Text("发布", "issued by"),
    "choices": Text("本项目所定", "our choices"),
    "no_criteria": Text("不设指标", "no criterion"),
}


def told(document: Standard | Checklist, *, language: Language, criterion: str = "") -> str:
    """Return a document, or one of its criteria, as text.

    Raises
    ------
    UnknownName
        When it has no such criterion.

    Examples
    --------
    >>> from friendly_city.standards.load import load_standard
    >>> print(told(load_standard("futian-norms-2022"), language="en").splitlines()[0].startswith("Futian"))
    True
    """
    if criterion:
        return "\n".join(_one(document, criterion, language))
    lines = _checklist(document, language) if isinstance(document, Checklist) else _standard(document, language)
    return "\n".join(lines)


def clause_name(clause: Clause, language: Language) -> str:
    """Return the number of a clause, or that it was not seen."""
    return clause.number or NUMBER_NOT_SEEN.of(language)


def _one(document: Standard | Checklist, name: str, language: Language) -> Iterator[str]:
    if isinstance(document, Checklist):
        item = document.item(name)
        yield from _criterion(item.criterion, item.clause, language, item)
        return
    found = {criterion.id: criterion for criterion in document.criteria}
    if name not in found:
        raise UnknownName("criterion", name, tuple(found))
    yield from _criterion(found[name], document.clause(found[name].clause), language, None)


def _standard(standard: Standard, language: Language) -> Iterator[str]:
    yield f"{standard.number}  {standard.title.of(language)}".strip()
    yield _line("issuer", f"{standard.issuer.of(language)}  {standard.issued or ''}".strip(), language)
    yield _line("consulted", standard.consulted.of(language), language)
    for clause in standard.clauses:
        yield ""
        yield from _clause(clause, language)
        own = [criterion for criterion in standard.criteria if criterion.clause == clause.id]
        for criterion in own:
            yield ""
            yield from _criterion(criterion, None, language, None)
        if not own:
            yield f"  – {WORDS['no_criteria'].of(language)}"


def _checklist(checklist: Checklist, language: Language) -> Iterator[str]:
    yield f"{checklist.title.of(language)}  {checklist.version}"
    yield checklist.purpose.of(language)
    yield f"{WORDS['choices'].of(language)}:"
    yield from (f"  – {choice.of(language)}" for choice in checklist.choices)
    for dimension in checklist.dimensions:
        yield ""
        yield f"## {dimension.title.of(language)}"
        for item in checklist.items:
            if item.criterion.dimension == dimension.id:
                yield ""
                yield from _criterion(item.criterion, item.clause, language, item)


def _clause(clause: Clause, language: Language) -> Iterator[str]:
    basis = label("text_basis", clause.text_basis).of(language)
    doubt = "" if clause.verified else f", {WORDS['unverified'].of(language)}"
    yield f"{clause_name(clause, language)}  {clause.text.of(language)}  [{basis}{doubt}; {clause.source}]"
    if clause.note is not None:
        yield f"  {WORDS['note'].of(language)}: {clause.note.of(language)}"


def _criterion(criterion: Criterion, clause: Clause | None, language: Language, item: Item | None) -> Iterator[str]:
    yield f"  {criterion.id}  {criterion.title.of(language)}  ({label('obligation', criterion.obligation).of(language)})"
    if clause is not None:
        basis = label("text_basis", clause.text_basis).of(language)
        shown = f"{clause_name(clause, language)} {clause.text.of(language)} [{basis}; {clause.source}]"
        yield _line("clause", f"{item.standard.name.of(language)} {shown}" if item else shown, language, indent=4)
    yield _line("measured", measured(criterion).of(language), language, indent=4)
    yield from _asked(criterion, language)
    if criterion.applies_to is not None:
        yield _line("applies", filter_words("communities", criterion.applies_to).of(language), language, indent=4)
    texts = {"evidence": criterion.evidence, "remedy": criterion.remedy, "department": criterion.department}
    for key, text in texts.items():
        yield _line(key, text.of(language), language, indent=4)
    if criterion.ours is not None:
        yield _line("ours", criterion.ours.of(language), language, indent=4)
    if item is not None:
        gate = f", {WORDS['gate'].of(language)}" if item.gate else ""
        yield _line("weight", f"{number(item.weight)}{gate}", language, indent=4)


def _asked(criterion: Criterion, language: Language) -> Iterator[str]:
    threshold = getattr(criterion.requirement, "threshold", None)
    rows = bands_of(threshold) if threshold is not None else ()
    if not rows:
        yield _line("asked", asked(criterion.requirement).of(language), language, indent=4)
        return
    yield _line("asked", "", language, indent=4)
    for row in rows:
        credit = f" ({row.credit.of(language)})" if row.credit.zh else ""
        yield f"      {row.range.of(language)}: {row.asked.of(language)}{credit}"


def _line(key: str, said: str, language: Language, *, indent: int = 0) -> str:
    colon = "：" if language == "zh" else ": "
    return f"{' ' * indent}{WORDS[key].of(language)}{colon}{said}".rstrip()
