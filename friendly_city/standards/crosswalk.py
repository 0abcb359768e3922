"""Loading a crosswalk: ``crosswalk/relations.yaml`` of the package, or a file of one's own.

A file has topics. A topic names who asks something on one subject (criteria, or clauses without one), with the figure, and
how each pair from two standards stands. A figure must stand in the clause or the requirement; a relation must be what the
requirements, or else the figures, say. Where neither can be compared, only ``overlaps`` may be said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from pathlib import Path
from typing import Literal

from friendly_city.labels import Text
from friendly_city.standards.axes import FOLDER, RELATIONS
from friendly_city.standards.build import build
from friendly_city.standards.check import check_ids
from friendly_city.standards.complaints import Complaints
from friendly_city.standards.load import load_standard, own_standards, read_document, standard_names
from friendly_city.standards.model import Clause, Criterion, Standard
from friendly_city.standards.reader import Node, read_nodes
from friendly_city.standards.relations import Ask, Crosswalk, Figure, Relation, RelationKind, compare_figures
from friendly_city.standards.standard import entries
from friendly_city.standards.strictness import compare_requirements
from friendly_city.standards.wording import figures

NUMBER = re.compile(r"(\d+(?:\.\d+)?)(万?)")
PER_CENT = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class AskFile:
    """One who asks, as the file names it."""

    criterion: str = ""
    clause: str = ""
    figure: Figure | None = None

    @property
    def id(self) -> str:
        """Return the id by which relations call it."""
        return self.criterion or self.clause


@dataclass(frozen=True, slots=True, kw_only=True)
class PairFile:
    """A relation as the file states it."""

    left: str
    kind: Literal["same", "stricter", "looser", "overlaps", "replaces"]
    right: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicFile:
    """One subject on which several standards ask something."""

    id: str
    about: Text
    asks: tuple[AskFile, ...]
    relations: tuple[PairFile, ...] = ()
    rest: Literal["", "overlaps"] = ""
    note: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CrosswalkFile:
    """What a crosswalk file says, before criteria and clauses are looked up."""

    id: str
    title: Text
    basis: Text
    topics: tuple[TopicFile, ...]


def load_crosswalk(name: str | Path = RELATIONS, *, catalogue: str | Path | None = None) -> Crosswalk:
    """Return a crosswalk between standards.

    Parameters
    ----------
    name : str or Path
        ``relations``, the package's own, or the path of a ``.yaml`` file.
    catalogue : str or Path, optional
        A folder with further standards; they win over the package's own.

    Raises
    ------
    InvalidStandard
        With every problem, each with line and column: also a relation that the figures contradict.

    Examples
    --------
    >>> [str(r.kind) for r in load_crosswalk().related("gb50180-5-0-3a") if r.right.id == "szpsg-t541-18"]
    ['stricter']
    """
    file, raw = read_document(name, FOLDER, "crosswalk")
    own = own_standards(catalogue)
    standards = {known: load_standard(own.get(known, known)) for known in sorted({*own, *standard_names()})}
    tree, complaints = read_nodes(raw, file), Complaints(file)
    written = build(tree, CrosswalkFile, complaints)
    check_ids(entries(tree, "topics"), complaints)
    relations: list[Relation] = []
    if written is not None:
        known = _Known(standards)
        for topic, node in zip(written.topics, entries(tree, "topics"), strict=True):
            relations += _relations(topic, node, known, complaints)
    complaints.require_none()
    if written is None:
        raise AssertionError(f"{file}: no crosswalk and no problem")
    return Crosswalk(id=written.id, title=written.title, basis=written.basis, relations=tuple(relations))


@lru_cache(maxsize=1)
def shipped() -> Crosswalk:
    """Return the package's own crosswalk, read once."""
    return load_crosswalk()


def related(id_: str) -> tuple[Relation, ...]:
    """Return how a criterion or clause of the catalogue stands to those of other standards.

    Examples
    --------
    >>> related("no-such-criterion")
    ()
    """
    return shipped().related(id_)


class _Known:
    """Criteria and clauses of every standard by id."""

    def __init__(self, standards: dict[str, Standard]) -> None:
        self.criteria: dict[str, tuple[Standard, Criterion]] = {c.id: (s, c) for s in standards.values() for c in s.criteria}
        self.clauses: dict[str, tuple[Standard, Clause]] = {c.id: (s, c) for s in standards.values() for c in s.clauses}

    def ask(self, asked: AskFile, node: Node, complaints: Complaints) -> Ask | None:
        """Return who is meant, or note why nobody."""
        if bool(asked.criterion) == bool(asked.clause):
            complaints.at(node, "not one to ask", expected="one of criterion, clause")
        elif asked.criterion and asked.criterion not in self.criteria:
            complaints.unknown(node.mapping["criterion"], "criterion", self.criteria)
        elif asked.clause and asked.clause not in self.clauses:
            complaints.unknown(node.mapping["clause"], "clause", self.clauses)
        elif asked.criterion:
            standard, criterion = self.criteria[asked.criterion]
            clause = standard.clause(criterion.clause)
            return Ask(standard=standard, clause=clause, criterion=criterion, figure=asked.figure)
        else:
            standard, clause = self.clauses[asked.clause]
            return Ask(standard=standard, clause=clause, figure=asked.figure)
        return None


def _relations(topic: TopicFile, node: Node, known: _Known, complaints: Complaints) -> list[Relation]:
    asks: dict[str, Ask] = {}
    for asked, place in zip(topic.asks, entries(node, "asks"), strict=True):
        found = known.ask(asked, place, complaints)
        if found is not None and asked.id in asks:
            complaints.at(place, f"{asked.id!r} given twice", expected="once")
        elif found is not None:
            _check_figure(found, place, complaints)
            asks[asked.id] = found
    if len(asks) < len(topic.asks):
        return []
    return [*_stated(topic, node, asks, complaints), *_others(topic, node, asks, complaints)]


def _stated(topic: TopicFile, node: Node, asks: dict[str, Ask], complaints: Complaints) -> Iterator[Relation]:
    seen: set[frozenset[str]] = set()
    for pair, place in zip(topic.relations, entries(node, "relations"), strict=True):
        unknown = [side for side in ("left", "right") if getattr(pair, side) not in asks]
        for side in unknown:
            complaints.unknown(place.mapping[side], "one who asks", asks)
        if unknown:
            continue
        names = frozenset((pair.left, pair.right))
        left, right = asks[pair.left], asks[pair.right]
        if left.standard.id == right.standard.id:
            complaints.at(place, f"both sides are of {left.standard.id!r}", expected="two standards")
        elif names in seen:
            complaints.at(place, f"{pair.left!r} and {pair.right!r} are related twice", expected="once")
        else:
            made = Relation(
                left=left, kind=RelationKind(pair.kind), right=right, topic=topic.id, about=topic.about, note=topic.note
            )
            _check_kind(made, place, complaints)
            yield made
        seen.add(names)


def _others(topic: TopicFile, node: Node, asks: dict[str, Ask], complaints: Complaints) -> Iterator[Relation]:
    """Yield the pairs that are not listed, when the topic says what they are; note them when it does not."""
    listed = {frozenset((pair.left, pair.right)) for pair in topic.relations}
    for one, other in combinations(asks, 2):
        left, right = asks[one], asks[other]
        if frozenset((one, other)) in listed or left.standard.id == right.standard.id:
            continue
        if not topic.rest:
            complaints.at(node, f"nothing is said of {one!r} and {other!r}", expected="a relation, or rest: overlaps")
            continue
        made = Relation(left=left, kind=RelationKind.OVERLAPS, right=right, topic=topic.id, about=topic.about, note=topic.note)
        _check_kind(made, node, complaints)
        yield made


def _check_figure(ask: Ask, node: Node, complaints: Complaints) -> None:
    """Note a figure that neither the clause nor the requirement has."""
    figure = ask.figure
    if figure is None:
        return
    place, numbers = node.mapping["figure"], _numbers(ask)
    values = [value for value in (figure.at_least, figure.at_most) if value is not None]
    if not values:
        complaints.at(place, "no figure", expected="at_least or at_most")
    times = PER_CENT if figure.unit == "share" else 1
    for value in (*values, *(float(found[0]) for found in NUMBER.findall(figure.said))):
        if not {round(value, 9), round(value * times, 9)} & numbers:
            complaints.at(
                place, f"{value:g} stands neither in clause {ask.clause.id!r} nor in the requirement", expected="its figure"
            )


def _numbers(ask: Ask) -> set[float]:
    said = ask.clause.text.zh + (ask.criterion.title.zh if ask.criterion else "")
    found = {float(digits) * (10_000 if wan else 1) for digits, wan in NUMBER.findall(said)}
    return {round(value, 9) for value in found | (set(figures(ask.criterion.requirement)) if ask.criterion else set())}


def _check_kind(relation: Relation, node: Node, complaints: Complaints) -> None:
    """Note a relation that is not what the requirements, or else the figures, say."""
    left, right, place = relation.left, relation.right, node.mapping.get("kind", node)
    if relation.kind is RelationKind.REPLACES:
        if left.standard.issued and right.standard.issued and left.standard.issued < right.standard.issued:
            complaints.at(
                place, f"{left.standard.id!r} is older than {right.standard.id!r}", expected="the later edition on the left"
            )
        return
    found = None
    if left.criterion and right.criterion:
        found = compare_requirements(left.criterion.requirement, right.criterion.requirement)
    told = "requirements" if found else "figures"
    open_ = found is None and relation.note is not None and relation.kind is RelationKind.OVERLAPS
    found = found or compare_figures(left.figure, right.figure)
    if found is None and relation.kind is not RelationKind.OVERLAPS:
        what = f"{left.id!r} and {right.id!r} cannot be compared: nothing shows that one is {relation.kind}"
        complaints.at(place, what, expected="overlaps, or a figure of each in one unit")
    elif found is not None and str(relation.kind) != str(found) and not open_:
        what = f"{left.id!r} is called {relation.kind}, but by the {told} it is {found}"
        complaints.at(place, what, expected=str(found) + ("" if told == "requirements" else ", or overlaps with a note why"))
