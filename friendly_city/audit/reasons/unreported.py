"""Which register leaves a finding open because it was not reported, and how many of its rows do not count for that reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from friendly_city.audit.measures.attest import inspections_of, positions_of
from friendly_city.audit.measures.context import KIND_COLUMNS, kinds_in
from friendly_city.audit.measures.density import crossings_of
from friendly_city.audit.measures.measured import NOT_REPORTED
from friendly_city.audit.reasons.alike import Chosen
from friendly_city.audit.reasons.words import NAMED
from friendly_city.labels import Text, label, number
from friendly_city.standards.model import SubjectKind
from friendly_city.standards.requirement import Condition, Filter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from friendly_city.audit.measures.context import Context
    from friendly_city.audit.measures.measured import Measured
    from friendly_city.audit.measures.rows import Rows
    from friendly_city.audit.reasons.alike import Ints
    from friendly_city.standards.model import Item


@dataclass(frozen=True, slots=True)
class Unreported:
    """A register (or some kinds in it) that a community did not report, and how many of its rows are there all the same."""

    register: str
    kinds: tuple[str, ...]
    rows: int

    def said(self) -> Text:
        """Return what was not reported: the register, or the kinds where only these are missing; and its rows that do not count.

        Examples
        --------
        >>> Unreported("facilities", ("play_site",), 0).said().en, Unreported("staff", (), 2).said().zh
        ('facilities (play site)', '人员台账未填报（已有相关记录 2 行，未声明齐全，不作依据）')
        """
        group = NAMED.get(self.register, {}).get(KIND_COLUMNS.get(self.register, ""), "")
        names = [label(group, kind) for kind in self.kinds if group]
        register, rows = label("register", self.register), number(self.rows)
        zh, en = f"{register.zh}未填报{'、'.join(name.zh for name in names)}", register.en
        if names:
            en += f" ({', '.join(name.en for name in names)})"
        if not self.rows:
            return Text(zh, en)
        some = "row on record does not count, as it was" if self.rows == 1 else "rows on record do not count, as they were"
        return Text(f"{zh}（已有相关记录 {rows} 行，未声明齐全，不作依据）", f"{en} ({rows} {some} not declared complete)")


Lack = tuple[Unreported, ...]
Read = tuple[str, tuple[str, ...], "Rows"]


def unreported(context: Context, item: Item, measured: Measured) -> Chosen[Lack]:
    """Return for each community the registers that its finding lacks; () where the cause is another."""
    places = np.flatnonzero(measured.cause == "not_reported")
    chosen = np.zeros(context.size, np.intp)
    reads = list({each[:2]: each for each in _read(context, item)}.values()) if len(places) else []
    if not reads:
        return Chosen(chosen, [()])
    lacks = np.column_stack([_lacks(context, *each, places) for each in reads])
    different, chosen[places] = np.unique(lacks, axis=0, return_inverse=True)
    chosen[places] += 1
    return Chosen(chosen, [(), *(_told(reads, row) for row in different.tolist())])


def _lacks(context: Context, register: str, kinds: tuple[str, ...], rows: Rows, places: Ints) -> Ints:
    """Return for some communities how many rows are there (-1: it is reported), and which kinds are to be named."""
    missing = context.state(register, kinds)[places] == NOT_REPORTED
    by_kind = [context.state(register, (kind,))[places] == NOT_REPORTED for kind in kinds]
    named = context.state(register, ("",))[places] != NOT_REPORTED
    count = rows.count(context.size)[places].astype(np.intp)
    return np.column_stack([np.where(missing, count, -1), *(missing & named & lacking for lacking in by_kind)])


def _told(reads: list[Read], row: list[int]) -> Lack:
    """Return what one row of `_lacks` of all registers says."""
    found = []
    for register, kinds, _ in reads:
        count, *named = row[: 1 + len(kinds)]
        row = row[1 + len(kinds) :]
        if count >= 0:
            found.append(
                Unreported(register, tuple(kind for kind, is_named in zip(kinds, named, strict=True) if is_named), count)
            )
    return tuple(found)


def _read(context: Context, item: Item) -> Iterator[Read]:
    """Yield each register that a criterion reads and a state is reported for, the kinds, and the rows."""
    asked: Any = item.criterion.requirement
    own = {"response": ("inspections", "item"), "indicator": ("indicators", "code")}.get(asked.kind)
    if asked.kind == "attest":
        yield from _attested(context, item)
    elif own:
        register, field = own
        yield _filtered(context, register, _of(field, getattr(asked, field)))
    elif asked.kind == "ratio":
        yield from (
            _filtered(context, side.register, side.where) for side in (asked.numerator, asked.denominator) if side.register
        )
    else:
        register = "streets" if asked.kind == "density" else getattr(asked, "register", "facilities")
        yield _filtered(context, register, asked.where)
    if getattr(asked, "measure", "") == "crossing_spacing":
        yield "crossings", (), crossings_of(context, asked.where)


def _attested(context: Context, item: Item) -> Iterator[Read]:
    asked: Any = item.criterion.requirement
    if asked.register == "documents":
        yield _filtered(context, "documents", _of("item", asked.item))
        return
    if item.criterion.subject is not SubjectKind.FACILITY:
        yield "inspections", (asked.item,), inspections_of(context, asked, "community")
        return
    facilities = _filtered(context, "facilities", asked.where)
    yield facilities
    rows = inspections_of(context, asked, "facility")
    among = positions_of(facilities[2])[context.inspected[rows.index]]
    yield "inspections", (asked.item,), rows.keep(among >= 0)


def _of(field: str, value: str) -> Filter:
    return Filter(conditions=(Condition(field=field, any_of=(value,)),))


def _filtered(context: Context, register: str, where: Filter) -> Read:
    return register, kinds_in(register, where), context.rows(register, where)
