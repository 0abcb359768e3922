"""What a crosswalk is: what two standards ask on one subject, and how the two stand to each other."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property

from friendly_city.labels import Language, Text, quantity
from friendly_city.standards.model import Clause, Criterion, Standard
from friendly_city.standards.requirement import Limits
from friendly_city.standards.strictness import Strictness, compare_limits


class RelationKind(StrEnum):
    """How what is on the left stands to what is on the right."""

    SAME = "same"
    STRICTER = "stricter"
    LOOSER = "looser"
    OVERLAPS = "overlaps"
    REPLACES = "replaces"
    REPLACED_BY = "replaced_by"

    @property
    def turned(self) -> RelationKind:
        """Return how the right stands to the left."""
        pairs = (("stricter", "looser"), ("replaces", "replaced_by"))
        return RelationKind(next((other[0] if other[1] == self else other[1] for other in pairs if self in other), str(self)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """The figure by which two texts differ, as far as one figure says it; `said` is how the text puts it, e.g. 300–500."""

    unit: str
    at_least: float | None = None
    at_most: float | None = None
    said: str = ""

    @property
    def limits(self) -> Limits:
        """Return the figure as limits."""
        return Limits(at_least=self.at_least, at_most=self.at_most)

    def shown(self, language: Language) -> str:
        """Return the figure with its unit.

        Examples
        --------
        >>> Figure(unit="m", at_most=500, said="300–500").shown("en"), Figure(unit="share", at_least=0.9).shown("zh")
        ('300–500 m', '≥ 90 %')
        """
        if self.said:
            return f"{self.said}{quantity(2, self.unit, language).lstrip('2')}"
        limits = ((self.at_least, "≥"), (self.at_most, "≤"))
        return ", ".join(f"{sign} {quantity(value, self.unit, language)}" for value, sign in limits if value is not None)


def compare_figures(one: Figure | None, other: Figure | None) -> Strictness | None:
    """Return which figure asks more; None where one is not given or the units differ."""
    if one is None or other is None or one.unit != other.unit:
        return None
    return compare_limits(one.limits, other.limits)


@dataclass(frozen=True, kw_only=True, eq=False)
class Ask:
    """What one standard asks on a subject: a criterion, or a clause without one."""

    standard: Standard
    clause: Clause
    criterion: Criterion | None = None
    figure: Figure | None = None

    @property
    def id(self) -> str:
        """Return the id of the criterion, or of the clause."""
        return self.criterion.id if self.criterion else self.clause.id

    @property
    def text(self) -> Text:
        """Return what is asked in a few words."""
        return self.criterion.title if self.criterion else self.clause.text

    def __repr__(self) -> str:
        return f"<{self.id} of {self.standard.id}>"


@dataclass(frozen=True, kw_only=True, eq=False)
class Relation:
    """How what is asked on the left stands to what is asked on the right: left is stricter, looser … than right."""

    left: Ask
    kind: RelationKind
    right: Ask
    topic: str
    about: Text
    note: Text | None = None

    @property
    def turned(self) -> Relation:
        """Return the same relation seen from the right."""
        return replace(self, left=self.right, right=self.left, kind=self.kind.turned)

    def __repr__(self) -> str:
        return f"<Relation {self.left.id} {self.kind} {self.right.id}: {self.about.zh}>"


@dataclass(frozen=True, kw_only=True)
class Crosswalk:
    """Relations between standards.

    Attributes
    ----------
    basis : Text
        Who says so; a reading of ours is called that.
    """

    id: str
    title: Text
    basis: Text
    relations: tuple[Relation, ...]

    @cached_property
    def _by_id(self) -> dict[str, tuple[Relation, ...]]:
        found: dict[str, tuple[Relation, ...]] = {}
        for relation in self.relations:
            for seen in (relation, relation.turned):
                found[seen.left.id] = (*found.get(seen.left.id, ()), seen)
        return found

    def related(self, id_: str) -> tuple[Relation, ...]:
        """Return the relations of a criterion or clause, each seen from it; empty when there are none."""
        return self._by_id.get(id_, ())

    def __repr__(self) -> str:
        return f"<Crosswalk {self.id}: {len(self.relations)} relations between {len(self._by_id)} criteria and clauses>"
