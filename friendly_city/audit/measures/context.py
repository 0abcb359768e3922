"""What one audit reads: rows in force, reporting state, residents, walking costs; each worked out once.

Nothing here judges.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import pandas as pd

from friendly_city.audit.measures.columns import Columns, numbers
from friendly_city.audit.measures.fields import registers
from friendly_city.audit.measures.measured import COMPLETE, NO_REGISTER, NOT_REPORTED, PARTIAL
from friendly_city.audit.measures.rows import Rows, in_force, select
from friendly_city.audit.reasons.alike import Told
from friendly_city.city.model import AGE_BANDS
from friendly_city.city.plain import rows_of

if TYPE_CHECKING:
    from friendly_city.audit.measures.columns import Coded
    from friendly_city.audit.measures.limits import Bools, Floats
    from friendly_city.audit.measures.rows import Ints
    from friendly_city.city.model import City, Period
    from friendly_city.standards.requirement import Filter

KIND_COLUMNS = {
    "facilities": "kind", "activities": "category", "documents": "item", "staff": "role", "inspections": "item",
    "indicators": "code", "crossings": "kind",
}  # fmt: skip
ALWAYS_COMPLETE = ("communities", "population", "homes")
"""Registers that a city cannot be loaded without and for which nobody reports a state."""

UNSAID, OTHER_YEARS = -1, -2
"""What was said of a register in a community: nothing at all, or only of years that do not cover the period."""
STATES = {"complete": COMPLETE, "partial": PARTIAL, "not_reported": NOT_REPORTED}
Result = TypeVar("Result")


def covers(reporting: pd.DataFrame, period: Period) -> Bools:
    """Return which rows of the reporting register cover the whole of a period."""
    start, end = numbers(reporting["year_from"]), numbers(reporting["year_to"])
    return np.asarray((start <= period.start.year) & (period.end.year <= end))


def kinds_in(register: str, where: Filter) -> tuple[str, ...]:
    """Return the kinds a filter names, () when it names none.

    Examples
    --------
    >>> from friendly_city.standards.requirement import Condition, Filter
    >>> kinds_in("facilities", Filter(conditions=(Condition(field="kind", any_of=("park",)),)))
    ('park',)
    """
    column = KIND_COLUMNS.get(register, "")
    return next((condition.any_of for condition in where.conditions if condition.field == column), ())


def bands_in(age_band: str) -> tuple[str, ...]:
    """Return the bands of children a band consists of."""
    return tuple(AGE_BANDS) if age_band == "children" else (age_band,)


@dataclass(frozen=True, eq=False)
class Context:
    """One city in one period, and what was already worked out about it."""

    city: City
    period: Period
    told: Told = field(default_factory=Told, repr=False)
    _kept: dict[Hashable, Any] = field(default_factory=dict, repr=False)

    def once(self, key: Hashable, make: Callable[[], Result]) -> Result:
        """Return what `make` returns, made at the first call with this key."""
        if key not in self._kept:
            self._kept[key] = make()
        return self._kept[key]  # type: ignore[no-any-return]

    @property
    def size(self) -> int:
        """Return the number of communities."""
        return len(self.city.codes)

    @cached_property
    def end(self) -> np.datetime64:
        """Return the last day of the period."""
        return np.datetime64(self.period.end)

    def columns(self, register: str) -> Columns:
        """Return a register or the streets; a column (or register) of the dictionary that is not there is all empty."""

        def make() -> Columns:
            table = self.city.streets if register == "streets" else self.city.registers.get(register, pd.DataFrame())
            missing = [name for name in registers()[register] if name not in table]
            if missing:
                table = table.assign(**{name: pd.Series(pd.NA, index=table.index, dtype=object) for name in missing})
            return Columns(register, table, np.append(self.part, -1)[self.city.places(table["community_code"])])

        return self.once(("columns", register), make)

    @cached_property
    def communities(self) -> Columns:
        """Return the register of communities in the order of `City.codes`."""
        return Columns("communities", self.city.communities.reset_index(), self.part)

    @cached_property
    def part(self) -> Ints:
        """Return the number of each community's city, all 0 where there is but one."""
        return self.city.parts

    def in_city(self, mask: Bools) -> Floats:
        """Return for each community in how many of its city `mask` holds."""
        return np.asarray(np.bincount(self.part, mask.astype(float))[self.part], dtype=float)

    def every_row(self, register: str) -> Rows:
        """Return all rows of a register, of whatever date."""

        def make() -> Rows:
            columns = self.columns(register)
            place = self.city.places(columns.table["community_code"])
            rows = Rows(columns, np.arange(len(place)), place, np.ones(len(place), bool))
            return rows if bool((place >= 0).all()) else rows.keep(place >= 0)

        return self.once(("every", register), make)

    @cached_property
    def inspected(self) -> Ints:
        """Return the row of facilities that each inspection is about, -1 for none."""
        inspections, facilities = self.columns("inspections"), self.columns("facilities")
        return rows_of(inspections.table["facility_id"], facilities.table["facility_id"], inspections.part, facilities.part)

    def rows(self, register: str, where: Filter) -> Rows:
        """Return the rows of a register that are in force and pass a filter, surely or maybe."""

        def make() -> Rows:
            rows = self.once(("in force", register), lambda: self._in_force(register))
            sure, maybe = (mask[rows.index] for mask in select(rows.columns, where))
            return Rows(rows.columns, rows.index[maybe], rows.place[maybe], sure[maybe])

        return self.once((register, where), make)

    def _in_force(self, register: str) -> Rows:
        rows = self.every_row(register)
        return rows.keep(in_force(rows.columns, self.period)[rows.index])

    def has(self, register: str) -> bool:
        """Return whether the city has a register (streets are always there)."""
        return register == "streets" or self.city.has(register)

    def state(self, register: str, kinds: tuple[str, ...] = ()) -> Ints:
        """Return the reporting state of each community, the worst over `kinds`.

        A row for the exact kind wins over the one for all kinds; without either the state is `PARTIAL`. Rows that do not cover
        the period say that it was not reported, where no other row covers it. Asked for no kind in particular, the worst of
        all rows of the register holds.
        """
        return self.once(("state", register, kinds), lambda: self._state_of_subjects(register, kinds))

    def _state_of_subjects(self, register: str, kinds: tuple[str, ...]) -> Ints:
        """Return the states as they are reported, by community: a larger subject has what all of its have, else `PARTIAL`."""
        cut = self.city.cut
        if cut is None:
            return self._state(register, kinds)
        if not self.has(register):
            return np.full(self.size, NO_REGISTER, dtype=np.intp)
        states, codes = self.whole.state(register, kinds), cut.whole.codes
        if cut.lies_in:
            return states[codes.get_indexer(pd.Index(list(cut.lies_in.values()), dtype=object))]
        place = self.city.places(codes.to_series())
        worst, best = np.full(self.size, COMPLETE, dtype=np.intp), np.full(self.size, NO_REGISTER, dtype=np.intp)
        np.minimum.at(worst, place, states)
        np.maximum.at(best, place, states)
        return np.where(worst == best, worst, PARTIAL)

    @cached_property
    def whole(self) -> Context:
        """Return the context of the city cut into communities."""
        return self if self.city.cut is None else Context(self.city.whole, self.period)

    def _state(self, register: str, kinds: tuple[str, ...]) -> Ints:
        if not self.has(register):
            return np.full(self.size, NO_REGISTER, dtype=np.intp)
        if register in ALWAYS_COMPLETE:
            return np.full(self.size, COMPLETE, dtype=np.intp)
        said = self._said.get(register, {})
        general = said.get("", np.full(self.size, UNSAID, dtype=np.intp))
        overall = np.where(general == OTHER_YEARS, NOT_REPORTED, np.where(general == UNSAID, PARTIAL, general))
        each = [said[kind] for kind in (kinds or tuple(said)) if kind in said]
        states = [np.where(own >= 0, own, np.where((own == OTHER_YEARS) & (general < 0), NOT_REPORTED, overall)) for own in each]
        if not kinds or len(each) < len(kinds):
            states.append(overall)
        return np.asarray(np.minimum.reduce(states))

    @cached_property
    def _said(self) -> dict[str, dict[str, Ints]]:
        """Return register -> kind -> state by community, below 0 where nothing was said of the period; the latest row holds."""
        if not self.city.has("reporting"):
            return {}
        rows = self.every_row("reporting")
        covered = covers(rows.columns.table, self.period)[rows.index]
        frame = pd.DataFrame({
            "place": rows.place,
            "register": rows.coded("register").codes,
            "kind": rows.coded("kind").codes,
            "state": np.where(covered, _states(rows.coded("state")), OTHER_YEARS),
            "date": rows.days("reported_date"),
            "covered": covered,
        })  # fmt: skip
        names = rows.columns.coded("register").distinct, rows.columns.coded("kind").distinct
        result: dict[str, dict[str, Ints]] = {}
        order = ["covered", "date", "state"]
        ordered = frame.sort_values(order, ascending=[True, True, False], kind="stable", na_position="first")
        for (register, kind), said in ordered.groupby(["register", "kind"], sort=True):
            states = np.full(self.size, UNSAID, dtype=np.intp)
            states[said["place"].to_numpy()] = said["state"].to_numpy(dtype=np.intp)
            result.setdefault(str(names[0][int(str(register))]), {})[str(names[1][int(str(kind))])] = states
        return result

    def residents(self, band: str) -> Floats:
        """Return residents of an age band by community, persons."""
        return self.once(("residents", band), lambda: numbers(self.city.residents(band)))

    @cached_property
    def areas(self) -> Floats:
        """Return the areas of the communities, km²."""
        return numbers(self.city.area_km2)

    @cached_property
    def homes(self) -> Rows:
        """Return where people live."""
        return self.every_row("homes")

    def children_at_home(self, band: str) -> Floats:
        """Return the children of one band at each of `homes`, persons."""
        column = f"children_{band.replace('-', '_')}_persons"
        return np.nan_to_num(self.homes.numbers(column), nan=0.0)


def _states(said: Coded) -> Ints:
    return np.array([STATES.get(state, -1) for state in said.distinct.tolist()], dtype=np.intp)[said.codes]
