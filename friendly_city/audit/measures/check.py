"""Whether a checklist asks only for what the data dictionary has, in units that can be compared; all problems at once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from friendly_city.audit.measures import density, frequency, ratio, response
from friendly_city.audit.measures.access import supply_factor
from friendly_city.audit.measures.fields import NUMERIC, registers
from friendly_city.audit.measures.natural import factor, quotient, unit_in
from friendly_city.city.model import AGE_BANDS
from friendly_city.errors import InvalidStandard, Problem, nearest
from friendly_city.standards.model import SubjectKind
from friendly_city.standards.requirement import Filter
from friendly_city.units import UnitMismatch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from friendly_city.standards.model import Checklist, Item
    from friendly_city.standards.requirement import Access, Condition, Quantity, Ratio, Threshold

ITEM = re.compile(r"[a-z0-9_]{1,60}")
CHILD_BANDS = (*AGE_BANDS, "children")


def require_measurable(checklist: Checklist) -> None:
    """Raise when some criterion cannot be measured with the registers of the data dictionary.

    Raises
    ------
    InvalidStandard
        With every problem: file is the id of the standard, path the id of the criterion.
    """
    problems = [problem for item in checklist.items for problem in problems_of(item)]
    if problems:
        raise InvalidStandard(problems)


def problems_of(item: Item) -> tuple[Problem, ...]:
    """Return what is wrong with one criterion."""
    return tuple(_Check(item).problems())


@dataclass(frozen=True, slots=True)
class _Check:
    """The checks of one criterion; each yields its problems."""

    item: Item

    @property
    def asked(self) -> Any:
        """Return the requirement."""
        return self.item.criterion.requirement

    def problems(self) -> Iterator[Problem]:
        """Yield every problem."""
        if self.item.criterion.applies_to is not None:
            yield from self.filter("communities", self.item.criterion.applies_to)
        found = list(getattr(self, f"_{self.asked.kind}")())
        yield from found
        threshold: Threshold | None = getattr(self.asked, "threshold", None)
        if threshold is not None:
            yield from self._threshold(threshold)

    def problem(self, what: str, expected: str = "", near: str = "") -> Problem:
        """Return a problem of this criterion."""
        return Problem(self.item.standard.id, None, None, self.item.id, what, expected, near)

    def unknown(self, kind: str, name: str, known: Iterable[str]) -> Problem:
        """Return the problem of a name that is not known."""
        names = tuple(known)
        near = nearest(name, names)
        return self.problem(f"there is no {kind} {name!r}", "" if near else f"one of {', '.join(names)}", near)

    def filter(self, register: str, where: Filter) -> Iterator[Problem]:
        """Yield what is wrong with a filter on a register."""
        if register not in registers():
            yield self.unknown("register", register, registers())
            return
        for condition in where.conditions:
            yield from self._condition(register, condition)

    def _condition(self, register: str, condition: Condition) -> Iterator[Problem]:
        fields = registers()[register]
        if condition.field not in fields:
            yield self.unknown(f"field in {register} named", condition.field, fields)
            return
        field = fields[condition.field]
        permitted = ("true", "false") if field.type == "boolean" else field.any_of
        for value in condition.any_of:
            if permitted and value not in permitted:
                yield self.unknown(f"value of {register}.{condition.field}", value, permitted)
            if field.type in NUMERIC and not _is_number(value):
                yield self.problem(f"{register}.{condition.field} is a number and cannot be {value!r}", "a number")
        bounded = condition.at_least is not None or condition.at_most is not None
        if bounded and field.type not in NUMERIC:
            yield self.problem(f"{register}.{condition.field} is not a number and has no bounds", "any_of")

    def number(self, register: str, name: str) -> Iterator[Problem]:
        """Yield the problem of a field that is not a number of a register."""
        fields = registers().get(register, {})
        if name and name not in fields:
            yield self.unknown(f"field in {register} named", name, fields)
        elif name and fields[name].type not in NUMERIC:
            yield self.problem(f"{register}.{name} is not a number", "a numeric field")

    def measurable(self, register: str, field: str, to: str) -> Iterator[Problem]:
        """Yield what is wrong with reading a field (or counting rows) in the unit `to`."""
        wrong = list(self.number(register, field))
        yield from wrong or self.units(lambda: factor(unit_in(register, field), to))

    def units(self, convert: Callable[[], float]) -> Iterator[Problem]:
        """Yield the problem of units that cannot be compared."""
        try:
            convert()
        except UnitMismatch as mismatch:
            yield self.problem(str(mismatch), "a unit of the same kind")
        except KeyError:
            return  # an unknown register or field has its own problem

    def band(self, name: str, known: Iterable[str]) -> Iterator[Problem]:
        """Yield the problem of an age band that is not known."""
        if name not in known:
            yield self.unknown("age band", name, known)

    def item_code(self, code: str) -> Iterator[Problem]:
        """Yield the problem of a code that no register could contain."""
        if not ITEM.fullmatch(code):
            yield self.problem(f"{code!r} cannot be an item code", "small letters, digits and _")

    def _threshold(self, threshold: Threshold) -> Iterator[Problem]:
        if threshold.limits is None and not threshold.bands:
            yield self.problem("the threshold has neither limits nor bands", "limits or bands")
        if threshold.bands and not threshold.by:
            yield self.problem("the threshold has bands but does not say by what", "by: population or a field of facilities")
        if threshold.by == "population":
            yield from self.units(lambda: factor("persons", threshold.by_unit or "persons"))
        elif threshold.by and self._is_by_facility():
            yield from self._by_field(threshold)
        elif threshold.by:
            yield self.problem(f"the bands of a community cannot go by {threshold.by!r}", "population")

    def _by_field(self, threshold: Threshold) -> Iterator[Problem]:
        wrong = list(self.number("facilities", threshold.by))
        natural = "" if wrong else unit_in("facilities", threshold.by)
        yield from wrong or self.units(lambda: factor(natural, threshold.by_unit or natural))

    def _is_by_facility(self) -> bool:
        of_each = self.asked.kind == "ratio" and self.item.criterion.subject is SubjectKind.FACILITY
        return of_each or (self.asked.kind == "size" and self.asked.of != "total")

    def _attest(self) -> Iterator[Problem]:
        yield from self.item_code(self.asked.item)
        yield from self.filter("facilities", self.asked.where)

    def _count(self) -> Iterator[Problem]:
        asked = self.asked
        yield from self.filter(asked.register, asked.where)
        if asked.register in registers():
            yield from self._known_field(asked.register, asked.distinct)
            yield from self.measurable(asked.register, asked.field, asked.threshold.unit)

    def _size(self) -> Iterator[Problem]:
        asked = self.asked
        yield from self.filter("facilities", asked.where)
        yield from self.measurable("facilities", asked.field, asked.threshold.unit)

    def _ratio(self) -> Iterator[Problem]:
        asked: Ratio = self.asked
        yield from self._side(asked.numerator)
        yield from self._side(asked.denominator)
        if self.item.criterion.subject is SubjectKind.FACILITY:
            sides = {asked.numerator.register, asked.denominator.register}
            if sides != {"facilities"}:
                yield self.problem("a ratio of each facility reads facilities on both sides", "register: facilities")
        above, below = asked.numerator, asked.denominator
        yield from self.units(
            lambda: quotient(ratio.unit_of_side(above), ratio.unit_of_side(below), asked.per, asked.threshold.unit)
        )

    def _side(self, side: Quantity) -> Iterator[Problem]:
        if side.population:
            yield from self.band(side.population, (*CHILD_BANDS, "all"))
        elif not side.area:
            yield from self.filter(side.register, side.where)
            if side.register in registers():
                yield from self.number(side.register, side.field)
                yield from self._known_field(side.register, side.distinct)

    def _known_field(self, register: str, name: str) -> Iterator[Problem]:
        if name and name not in registers()[register]:
            yield self.unknown(f"field in {register} named", name, registers()[register])

    def _frequency(self) -> Iterator[Problem]:
        yield from self.filter(self.asked.register, self.asked.where)
        yield from self.units(lambda: frequency.unit_factor(self.asked))

    def _access(self) -> Iterator[Problem]:
        asked: Access = self.asked
        yield from self.filter("facilities", asked.where)
        yield from self.number("facilities", asked.field)
        yield from self.band(asked.age_band, CHILD_BANDS)
        if asked.measure != "nearest" and asked.within is None:
            yield self.problem("the reach is missing", "within, with within_unit")
        if asked.measure == "supply":
            yield from self.units(lambda: supply_factor(asked))
        elif asked.measure == "share_within":
            yield from self.units(lambda: factor("share", asked.threshold.unit))
        elif asked.threshold.unit != "min":
            yield from self.units(lambda: factor("m", asked.threshold.unit))

    def _density(self) -> Iterator[Problem]:
        yield from self.filter("streets", self.asked.where)
        yield from self.filter("streets", self.asked.having)
        yield from self.units(lambda: factor(density.NATURAL_UNITS[self.asked.measure], self.asked.threshold.unit))

    def _response(self) -> Iterator[Problem]:
        yield from self.item_code(self.asked.item)
        yield from self.units(lambda: response.unit_factor(self.asked))

    def _indicator(self) -> Iterator[Problem]:
        yield from self.item_code(self.asked.code)
        yield from self.units(lambda: factor(self.asked.threshold.unit, self.asked.threshold.unit))


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
