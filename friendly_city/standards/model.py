"""What a standard, a clause, a criterion and a checklist are.

Pure data: frozen, comparable, printable. Reading files is `reader` and `load`; deciding a rating is `audit`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property

from friendly_city.errors import UnknownName
from friendly_city.labels import Text
from friendly_city.standards.requirement import Filter, Requirement


class Obligation(StrEnum):
    """How strongly a criterion binds (GB/T 1.1): 应, 宜, 可."""

    SHALL = "shall"
    SHOULD = "should"
    MAY = "may"


class TextBasis(StrEnum):
    """How the text of a clause is known, strongest first."""

    FULL = "full"
    SUMMARY = "summary"
    SECONDARY = "secondary"
    COMPARATOR = "comparator"
    HEADING = "heading"


class Friendliness(StrEnum):
    """The four kinds of friendliness of Futian's action plan 2022–2025."""

    POLICY = "policy"
    SPACE = "space"
    SERVICE = "service"
    PARTICIPATION = "participation"


class Aspect(StrEnum):
    """The two halves of each subsystem of DB4403/T 236: content and space."""

    CONTENT = "content"
    SPACE = "space"


class SubjectKind(StrEnum):
    """What a criterion is about."""

    COMMUNITY = "community"
    FACILITY = "facility"
    SUBDISTRICT = "subdistrict"
    DISTRICT = "district"


SUBJECTS_AT: dict[SubjectKind, tuple[SubjectKind, ...]] = {
    SubjectKind.COMMUNITY: (SubjectKind.COMMUNITY, SubjectKind.FACILITY),
    SubjectKind.FACILITY: (SubjectKind.FACILITY,),
    SubjectKind.SUBDISTRICT: (SubjectKind.SUBDISTRICT, SubjectKind.FACILITY),
    SubjectKind.DISTRICT: (SubjectKind.DISTRICT, SubjectKind.FACILITY),
}
"""What criteria can be about at each level of audit; those about facilities count as the share that fits."""


class AgeBand(StrEnum):
    """Ages of children, from the first year up to but without the second."""

    TODDLER = "0-3"
    PRESCHOOL = "3-6"
    SCHOOL = "6-12"
    TEEN = "12-18"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dimension:
    """One subsystem (子体系) under which criteria are grouped and scored."""

    id: str
    title: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """A numbered place in a standard.

    `number` is empty when the number was not seen; it is never made up. `text` is our paraphrase.
    `keys` are the rows of the standards dossier the clause rests on. `verified` is False for figures (⚠) restored
    from a damaged copy.
    """

    id: str
    number: str
    text: Text
    text_basis: TextBasis
    source: str
    keys: tuple[str, ...]
    verified: bool = True
    note: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One checkable requirement. Its `id` never changes."""

    id: str
    clause: str
    title: Text
    obligation: Obligation
    dimension: str
    friendliness: Friendliness
    subject: SubjectKind
    requirement: Requirement
    evidence: Text
    remedy: Text
    department: Text
    aspect: Aspect | None = None
    age_bands: tuple[AgeBand, ...] = ()
    applies_to: Filter | None = None
    ours: Text | None = None

    # `applies_to` filters the communities register (e.g. character: urban_village); others are not applicable.
    # `ours` says which figure or reading in the requirement is this project's choice, not the standard's.


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a text was seen."""

    title: str
    url: str
    seen: str


@dataclass(frozen=True, kw_only=True)
class Standard:
    """A published document as data.

    `short` is what people call it, for tables; needed where it has no number. `items` are codes of inspections, documents or
    statistics it asks for that the data dictionary does not know.
    """

    id: str
    number: str
    title: Text
    issuer: Text
    issued: date | None
    in_force: date | None
    consulted: Text
    sources: tuple[Source, ...]
    dimensions: tuple[Dimension, ...]
    clauses: tuple[Clause, ...]
    criteria: tuple[Criterion, ...]
    short: Text | None = None
    items: tuple[str, ...] = ()

    @property
    def name(self) -> Text:
        """Return the shortest name: number, else short name, else title."""
        return Text(self.number, self.number) if self.number else self.short or self.title

    @cached_property
    def _clauses(self) -> dict[str, Clause]:
        return {clause.id: clause for clause in self.clauses}

    def clause(self, clause_id: str) -> Clause:
        """Return the clause with this id."""
        if clause_id not in self._clauses:
            raise UnknownName("clause", clause_id, tuple(self._clauses))
        return self._clauses[clause_id]

    def __repr__(self) -> str:
        return f"<Standard {self.number or self.id} {self.title.zh}: {len(self.clauses)} clauses, {len(self.criteria)} criteria>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Grade:
    """A grade and the score it starts at."""

    id: str
    title: Text
    at_least: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One criterion as a checklist uses it: with its standard, clause, weight, and whether it is a gate."""

    criterion: Criterion
    standard: Standard
    clause: Clause
    weight: float
    gate: bool = False

    @property
    def id(self) -> str:
        """Return the id of the criterion."""
        return self.criterion.id


class ChangeKind(StrEnum):
    """What a tailored checklist changes."""

    ADDED = "added"
    LOCAL = "local"
    REMOVED = "removed"
    THRESHOLD = "threshold"
    WEIGHT = "weight"
    GATE = "gate"
    SETTING = "setting"


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """Two persons or offices stand for a change: one proposed it, another approved it, in a document."""

    proposed_by: str
    by: str
    on: date
    document: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One difference between a tailored checklist and the one it is made from.

    Attributes
    ----------
    about : str
        Id of the criterion, or name of the setting.
    title, was, now, reason : Text
        What it is about in words; what the base says and what holds instead; why.
    eases : bool
        Whether it removes or loosens what must be done (a ``shall`` or a gate); such a change is always approved.
    base : str
        Id of the checklist that was changed.
    """

    kind: ChangeKind
    about: str
    title: Text
    was: Text
    now: Text
    reason: Text
    eases: bool
    base: str
    approved: Approval | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternatives:
    """Criteria of which one suffices, e.g. the same service asked for by two standards: the one best met counts."""

    title: Text
    criteria: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Checklist:
    """What is audited for a purpose: criteria of one or several standards, weighed.

    Attributes
    ----------
    gate_cap : str
        Id of the best grade a community with an unmet gate can have.
    minimum_coverage : float
        Data coverage (share of weight) below which no grade is given.
    choices : tuple of Text
        What this project chose because no standard says it: weights, cut-offs, caps. Printed in each report.
    due : date or None
        Date by which actions are due, with its source in `choices`.
    alternatives : tuple of Alternatives
        Groups in which one criterion counts instead of all.
    level : SubjectKind
        What is audited: each community, subdistrict, the district, or each facility of `kind`.
    base : str
        Id and version of the checklist this one is made from; '' when it is made from none.
    changes : tuple of Change
        Every difference from `base`, and of that from its own base.
    """

    id: str
    version: str
    title: Text
    purpose: Text
    dimensions: tuple[Dimension, ...]
    items: tuple[Item, ...]
    grades: tuple[Grade, ...]
    gate_cap: str
    minimum_coverage: float
    choices: tuple[Text, ...]
    due: date | None = None
    level: SubjectKind = SubjectKind.COMMUNITY
    kind: str = ""
    alternatives: tuple[Alternatives, ...] = ()
    base: str = ""
    changes: tuple[Change, ...] = ()

    @cached_property
    def _items(self) -> dict[str, Item]:
        return {item.id: item for item in self.items}

    def item(self, criterion_id: str) -> Item:
        """Return the item with this criterion id."""
        if criterion_id not in self._items:
            raise UnknownName("criterion", criterion_id, tuple(self._items))
        return self._items[criterion_id]

    @property
    def standards(self) -> tuple[Standard, ...]:
        """Return the standards the items come from, in order of first use."""
        return tuple({item.standard.id: item.standard for item in self.items}.values())

    def __repr__(self) -> str:
        return (
            f"<Checklist {self.id} {self.version} {self.title.zh}: {len(self.items)} criteria, {len(self.dimensions)} dimensions>"
        )
