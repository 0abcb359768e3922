"""What is allowed in a standard or checklist but is probably not meant: warnings, each with its place and how to mend it.

Errors are told when a document is loaded. A rule here is a small function; its id stands in the message.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from friendly_city.errors import Problem
from friendly_city.standards.model import Checklist, Criterion, Item, Obligation, Standard, SubjectKind, TextBasis
from friendly_city.standards.reader import Node, read_nodes
from friendly_city.standards.requirement import Access, Attest, Count, Indicator, Limits, Requirement, Threshold, ThresholdBasis

CHINESE = re.compile(r"[\u4e00-\u9fff]")
LETTERS = re.compile(r"[A-Za-z]{4}")
QUOTED = re.compile(r"《[^》]*》|“[^”]*”|\([^)]*\)|宜|应|可")
"""Chinese that may stand in an English text: titles, quotations, brackets, the three words of obligation."""
WHOLE = ("count", "persons", "places", "books", "classes", "zones", "kinds", "documents")
"""Units that are counted in whole numbers."""
LIGHT = 0.001
"""Share of all weight below which a criterion cannot matter. Ours."""
Rule = Callable[[Node, "Standard | Checklist"], "Iterator[Found]"]
Found = tuple[Node, str, str]


def lint(raw: bytes, file: str, document: Standard | Checklist) -> tuple[Problem, ...]:
    """Return the warnings of a document that has been loaded without an error, by line.

    Parameters
    ----------
    raw : bytes
        The file's bytes.
    file : str
        Its name in messages.
    document : Standard or Checklist
        What was loaded from it.
    """
    tree = read_nodes(raw, file)
    rules = STANDARD_RULES if isinstance(document, Standard) else CHECKLIST_RULES
    found = [
        Problem(file, node.line, node.column, node.path, f"{name}: {what}", expected)
        for name, rule in rules.items()
        for node, what, expected in rule(tree, document)
    ]
    return tuple(sorted(found, key=lambda problem: (problem.line or 0, problem.column or 0)))


def _listed(tree: Node, key: str) -> tuple[Node, ...]:
    return tree.mapping[key].items if key in tree.mapping else ()


def _criteria(tree: Node, document: Standard | Checklist) -> Iterator[tuple[Node, Criterion]]:
    if isinstance(document, Standard):
        yield from zip(_listed(tree, "criteria"), document.criteria, strict=True)


def _texts(node: Node) -> Iterator[Node]:
    if {"zh", "en"} <= set(node.mapping):
        yield node
    for child in (*node.mapping.values(), *node.items):
        yield from _texts(child)


def translation(tree: Node, _: Standard | Checklist) -> Iterator[Found]:
    """Yield texts that are the same in both languages, or in the wrong one."""
    for node in _texts(tree):
        zh, en = node.mapping["zh"], node.mapping["en"]
        if zh.text == en.text and CHINESE.search(zh.text):
            yield en, "the English text is the Chinese one", "a translation"
        elif CHINESE.search(QUOTED.sub("", en.text)):
            yield en, "Chinese in the English text", "English; names of documents in 《》"
        elif not CHINESE.search(zh.text) and LETTERS.search(zh.text):
            yield zh, "no Chinese in the Chinese text", "a translation"


def overlap(tree: Node, document: Standard | Checklist) -> Iterator[Found]:
    """Yield criteria that ask what another asks, figures apart."""
    seen: dict[object, str] = {}
    for node, criterion in _criteria(tree, document):
        alone = criterion.clause if criterion.subject is SubjectKind.FACILITY else ""  # which kind, only a checklist says
        asked = (_without_figures(criterion.requirement), criterion.subject, criterion.applies_to, criterion.age_bands, alone)
        if asked in seen:
            what = f"asks the same as {seen[asked]!r}, but for figures"
            yield node.mapping["requirement"], what, "one criterion, with steps or bands"
        seen.setdefault(asked, criterion.id)


def _without_figures(asked: Requirement) -> Requirement:
    if isinstance(asked, Attest):
        return asked
    plain = Threshold(unit=asked.threshold.unit, limits=Limits(at_least=0))
    if isinstance(asked, Indicator):
        return replace(asked, threshold=plain, target_year=None)
    return replace(asked, threshold=plain)


def part_credit(tree: Node, document: Standard | Checklist) -> Iterator[Found]:
    """Yield part credit that no value can reach."""
    for node, criterion in _criteria(tree, document):
        if isinstance(criterion.requirement, Attest):
            continue
        threshold, place = criterion.requirement.threshold, node.mapping["requirement"].mapping["threshold"]
        for limits, inner in _limits(threshold, place):
            yield from _unreachable(
                limits, inner, whole=threshold.unit in WHOLE and criterion.requirement.kind in ("count", "size")
            )


def _limits(threshold: Threshold, node: Node) -> Iterator[tuple[Limits, Node]]:
    if threshold.limits is not None:
        yield threshold.limits, node
    if threshold.bands:
        yield from ((band.limits, inner) for band, inner in zip(threshold.bands, node.mapping["bands"].items, strict=True))


def _unreachable(limits: Limits, node: Node, *, whole: bool) -> Iterator[Found]:
    low, zero = limits.at_least, limits.zero_at
    if whole and low is not None and zero is not None and zero < low <= zero + 1:
        yield node.mapping["zero_at"], f"no whole number lies between {zero:g} and {low:g}", "a lower zero_at, or none"
    for step, rung in zip(limits.steps, node.mapping["steps"].items if limits.steps else (), strict=True):
        if low is not None and step.value >= low:
            yield rung, f"a step at {step.value:g}, where at_least {low:g} is met already", "steps below at_least"


def text_basis(tree: Node, document: Standard | Checklist) -> Iterator[Found]:
    """Yield figures said to be the standard's that its text cannot bear."""
    assert isinstance(document, Standard)
    for node, criterion in _criteria(tree, document):
        asked, clause = criterion.requirement, document.clause(criterion.clause)
        if isinstance(asked, Attest) or asked.threshold.basis is not ThresholdBasis.STANDARD:
            continue
        place = node.mapping["requirement"].mapping["threshold"]
        if clause.text_basis is TextBasis.COMPARATOR:
            yield place, f"a figure of the standard, but clause {clause.id!r} is a comparator", "basis: comparator, or ours"
        elif not clause.verified and criterion.obligation is Obligation.SHALL:
            what = f"a 'shall' on a figure of clause {clause.id!r} that is not verified"
            yield place, what, "obligation: should, or a figure that was seen"


def ages(tree: Node, document: Standard | Checklist) -> Iterator[Found]:
    """Yield walks of an age band for which the criterion does not say it is meant."""
    for node, criterion in _criteria(tree, document):
        asked = criterion.requirement
        if isinstance(asked, Access) and criterion.age_bands and asked.age_band not in ("children", *criterion.age_bands):
            bands = ", ".join(criterion.age_bands)
            yield (
                node.mapping["requirement"].mapping["age_band"],
                f"{asked.age_band}, but the criterion is for {bands}",
                "one of them",
            )


def whole_number(tree: Node, document: Standard | Checklist) -> Iterator[Found]:
    """Yield limits between two whole numbers, asked of what is counted."""
    for node, criterion in _criteria(tree, document):
        asked = criterion.requirement
        if not isinstance(asked, Count) or asked.field:
            continue
        for limits, inner in _limits(asked.threshold, node.mapping["requirement"].mapping["threshold"]):
            for name in ("at_least", "at_most"):
                limit = getattr(limits, name)
                if limit is not None and limit != int(limit):
                    yield inner.mapping[name], f"{limit:g}, but what is counted comes in whole numbers", "a whole number"


def unused_clause(tree: Node, document: Standard | Checklist) -> Iterator[Found]:
    """Yield clauses on which nothing rests and that do not say why."""
    assert isinstance(document, Standard)
    used = {criterion.clause for criterion in document.criteria}
    for node, clause in zip(_listed(tree, "clauses"), document.clauses, strict=True):
        if clause.id not in used and clause.note is None:
            yield (
                node.mapping["id"],
                f"no criterion rests on clause {clause.id!r}",
                "a criterion, or a note that says why there is none",
            )


def source_seen(tree: Node, _: Standard | Checklist) -> Iterator[Found]:
    """Yield sources without a word on what of them was seen."""
    for node in _listed(tree, "sources"):
        if "seen" in node.mapping and not node.mapping["seen"].text.strip():
            yield node.mapping["seen"], "nothing is said of what was seen", "which part was seen, and when"


def _selected(tree: Node, document: Standard | Checklist) -> Iterator[tuple[Node, Item]]:
    assert isinstance(document, Checklist)
    items = {item.id: item for item in document.items}
    for node in _listed(tree, "select"):
        if node.mapping["criterion"].text in items:
            yield node, items[node.mapping["criterion"].text]


def weight(tree: Node, document: Standard | Checklist) -> Iterator[Found]:
    """Yield weights of their own that change nothing, or are too small to matter."""
    assert isinstance(document, Checklist)
    every = sum(item.weight for item in document.items)
    usual = tree.mapping["weights"].mapping if "weights" in tree.mapping else {}
    for node, item in _selected(tree, document):
        if "weight" not in node.mapping:
            continue
        obligation = str(item.criterion.obligation)
        if item.weight < LIGHT * every:
            yield node.mapping["weight"], f"{item.weight:g} of {every:g} cannot matter", "a greater weight, or leave it out"
        elif obligation in usual and float(usual[obligation].text) == item.weight:
            yield node.mapping["weight"], f"the weight of every {obligation!r}", "no weight of its own"


def unverified_gate(tree: Node, document: Standard | Checklist) -> Iterator[Found]:
    """Yield gates that rest on a figure restored from a damaged copy, or on a heading."""
    gates = {node.text: node for node in _listed(tree, "gates")}
    for _, item in _selected(tree, document):
        if item.gate and item.id in gates and (not item.clause.verified or item.clause.text_basis is TextBasis.HEADING):
            yield gates[item.id], f"gate {item.id!r} rests on a clause whose text is not sure", "a gate on a clause that was read"


def counted_twice(tree: Node, document: Standard | Checklist) -> Iterator[Found]:
    """Yield criteria that ask, figures apart, what another selected one asks: it weighs twice, unless they are alternatives."""
    assert isinstance(document, Checklist)
    joined = {name: group for group, found in enumerate(document.alternatives) for name in found.criteria}
    seen: dict[object, str] = {}
    for node, item in _selected(tree, document):
        criterion = item.criterion
        asked = (_without_figures(criterion.requirement), criterion.subject, criterion.applies_to)
        other = seen.setdefault(asked, item.id)
        if other != item.id and (item.id not in joined or joined.get(other) != joined[item.id]):
            yield node.mapping["criterion"], f"asks the same as {other!r} and weighs once more", "one of them, or 'alternatives'"


def empty_dimension(tree: Node, document: Standard | Checklist) -> Iterator[Found]:
    """Yield dimensions of a checklist in which nothing is selected."""
    assert isinstance(document, Checklist)
    used = {item.criterion.dimension for item in document.items}
    for node in _listed(tree, "dimensions"):
        if node.mapping["id"].text not in used:
            yield (
                node.mapping["id"],
                f"no criterion is selected in {node.mapping['id'].text!r}",
                "a criterion, or no such dimension",
            )


STANDARD_RULES: dict[str, Rule] = {
    "translation": translation,
    "overlap": overlap,
    "part-credit": part_credit,
    "text-basis": text_basis,
    "ages": ages,
    "whole-number": whole_number,
    "unused-clause": unused_clause,
    "source-seen": source_seen,
}
CHECKLIST_RULES: dict[str, Rule] = {
    "translation": translation,
    "weight": weight,
    "unverified-gate": unverified_gate,
    "counted-twice": counted_twice,
    "empty-dimension": empty_dimension,
}
