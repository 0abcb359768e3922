"""From the tree of a file to a `Standard`: each clause and criterion made by itself, so that one fault hides no other."""

from __future__ import annotations

from dataclasses import replace

from friendly_city.standards.build import build, build_criterion
from friendly_city.standards.check import NAME, check_basis, check_clause, check_filter, check_id, check_ids, check_requirement
from friendly_city.standards.complaints import Complaints
from friendly_city.standards.model import Clause, Criterion, Standard
from friendly_city.standards.reader import Node


def standard_from(tree: Node, complaints: Complaints) -> Standard | None:
    """Return the standard a tree describes, or None when its form is wrong; every problem is noted.

    Parameters
    ----------
    tree : Node
        The whole file, from `read_nodes`.
    complaints : Complaints
        Every problem of form and meaning is noted here.
    """
    if "select" in tree.mapping:
        complaints.at_key(tree, "select", "this is a checklist", expected="a standard, with clauses and criteria")
        return None
    head = build(tree, Standard, complaints, given={"clauses": (), "criteria": ()})
    if "id" in tree.mapping:
        check_id(tree.mapping["id"], complaints)
    check_ids(entries(tree, "dimensions"), complaints, pattern=NAME)
    clauses = _clauses(tree, complaints)
    criteria = _criteria(tree, clauses, complaints)
    return replace(head, clauses=tuple(clauses.values()), criteria=criteria) if head else None


def entries(tree: Node, name: str) -> tuple[Node, ...]:
    """Return the nodes of a list at the top of a file; none when there is no such list."""
    return tree.mapping[name].items if name in tree.mapping else ()


def _listed(tree: Node, name: str, complaints: Complaints) -> tuple[Node, ...]:
    """Return the nodes of a list that is made entry by entry, and note when it is no list."""
    node = tree.mapping.get(name)
    if node is not None and not isinstance(node.value, tuple):
        complaints.at(node, node.shown, expected="a list")
    return entries(tree, name)


def ids_in(nodes: tuple[Node, ...]) -> tuple[str, ...]:
    """Return the ids written in the entries of a list, each once, also of entries that are wrong otherwise."""
    return tuple(dict.fromkeys(node.mapping["id"].text for node in nodes if "id" in node.mapping))


def _clauses(tree: Node, complaints: Complaints) -> dict[str, Clause]:
    nodes = _listed(tree, "clauses", complaints)
    check_ids(nodes, complaints)
    clauses: dict[str, Clause] = {}
    for node in nodes:
        clause = build(node, Clause, complaints)
        if clause is not None:
            check_clause(clause, node, complaints)
            clauses.setdefault(clause.id, clause)
    return clauses


def _criteria(tree: Node, clauses: dict[str, Clause], complaints: Complaints) -> tuple[Criterion, ...]:
    nodes = _listed(tree, "criteria", complaints)
    check_ids(nodes, complaints)
    known = {"clause": ids_in(entries(tree, "clauses")), "dimension": ids_in(entries(tree, "dimensions"))}
    made = []
    for node in nodes:
        criterion, asked = build_criterion(node, complaints)
        for name, ids in known.items():
            reference = node.mapping.get(name)
            if reference is not None and isinstance(reference.value, str) and reference.text not in ids:
                complaints.unknown(reference, name, ids)
        if asked is not None:
            subject = node.mapping["subject"].text if "subject" in node.mapping else ""
            check_requirement(asked, node.mapping["requirement"], subject, complaints)
        if criterion is not None:
            _check_whole(criterion, clauses, node, complaints)
            made.append(criterion)
    return tuple(made)


def _check_whole(criterion: Criterion, clauses: dict[str, Clause], node: Node, complaints: Complaints) -> None:
    if criterion.applies_to is not None:
        check_filter(criterion.applies_to, node.mapping["applies_to"], complaints)
    if criterion.clause in clauses:
        check_basis(criterion, clauses[criterion.clause], node, complaints)
