"""`attest`: is it so? The latest valid inspection of a community or of its facilities, or a document in force."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from friendly_city.audit.measures.context import kinds_in
from friendly_city.audit.measures.evidence import Evidence
from friendly_city.audit.measures.measured import COMPLETE, NOT_REPORTED, Measured, Settled, causes, known_only, mark, settle
from friendly_city.audit.measures.rows import Rows, later
from friendly_city.standards.model import SubjectKind

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from friendly_city.audit.measures.context import Context
    from friendly_city.audit.measures.limits import Bools, Floats
    from friendly_city.audit.measures.measured import Words
    from friendly_city.audit.measures.rows import Ints
    from friendly_city.standards.model import Item
    from friendly_city.standards.requirement import Attest

DEGREES = {"yes": 1.0, "partly": 0.5, "no": 0.0}
NEVER = np.datetime64("NaT", "D")


def measure(context: Context, item: Item) -> Measured:
    """Measure an `Attest` in every community; facility by facility when that is the criterion's subject."""
    asked: Attest = item.criterion.requirement  # type: ignore[assignment]
    if asked.register == "documents":
        return _documents(context, asked)
    if item.criterion.subject is SubjectKind.FACILITY:
        return _facilities(context, asked)
    return _community(context, asked)


def _expiry(rows: Rows, dated: str, valid_months: int | None) -> NDArray[np.datetime64]:
    """Return the last day on which each row is good evidence; NaT when it does not expire."""
    own = rows.days("expires_date")
    if valid_months is None:
        return own
    return np.asarray(np.fmin(own, later(rows.days(dated), valid_months)))


def _dated(context: Context, asked: Attest, date: str) -> Rows:
    """Return the rows of the item dated up to the period's end."""
    rows = context.every_row(asked.register)
    return rows.keep(rows.coded("item").isin([asked.item]) & (rows.days(date) <= context.end))


def _last_day(values: NDArray[np.datetime64], place: Ints, size: int) -> NDArray[np.datetime64]:
    """Return the latest of some dates by community, NaT where there is none."""
    result = np.full(size, NEVER)
    order = np.argsort(values, kind="stable")
    order = order[~np.isnat(values[order])]
    result[place[order]] = values[order]
    return result


def _result(
    settled: Settled, value: Floats, facts: pd.DataFrame, evidence: Evidence, method: Words, *, unit: str = "none"
) -> Measured:
    size = len(value)
    nothing = np.full(size, np.nan)
    return Measured(
        value=known_only(value, settled), degree=settled.degree, rating=settled.rating, cause=settled.cause,
        at_least=nothing, at_most=nothing, threshold=np.full(size, "yes", dtype=object), facts=facts, evidence=evidence,
        unit=unit, method=method,
    )  # fmt: skip


def _documents(context: Context, asked: Attest) -> Measured:
    size, rows = context.size, _dated(context, asked, "issued_date")
    ends = _expiry(rows, "issued_date", asked.valid_months)
    valid = np.isnat(ends) | (ends >= context.end)
    count, old = rows.count(size, valid), rows.count(size, ~valid)
    state = context.state("documents", (asked.item,))
    degree = (count > 0).astype(float)
    missing = mark((count == 0) & (old > 0), "expired")
    settled = settle(degree, np.where(state == COMPLETE, degree, 1.0), state, missing=missing)
    facts = pd.DataFrame({
        "documents": count,
        "issued": _last_day(rows.days("issued_date")[valid], rows.place[valid], size),
        "expired": _last_day(ends[~valid], rows.place[~valid], size),
        "state": state,
    })  # fmt: skip
    evidence = rows.keep(valid | (count == 0)[rows.place]).evidence()
    return _result(settled, degree, facts, evidence, np.full(size, "examine", dtype=object))


@dataclass(frozen=True, slots=True, eq=False)
class Latest:
    """The latest answer for each of n subjects, communities or facilities.

    Attributes
    ----------
    row : array of int, shape (n,)
        Position among the inspections, -1 where there is none.
    date, ends : array of datetime64[D], shape (n,)
        Date of the answer, and the last day on which it is good evidence (NaT: does not expire).
    degree : array of float, shape (n,)
        1 yes, 0.5 partly, 0 no, NaN none.
    answer, method : array of str, shape (n,)
    expired : array of bool, shape (n,)
    """

    row: Ints
    date: NDArray[np.datetime64]
    ends: NDArray[np.datetime64]
    degree: Floats
    answer: Words
    method: Words
    expired: Bools

    @property
    def found(self) -> Bools:
        """Return which subjects have an answer, expired or not."""
        return self.row >= 0

    @property
    def used(self) -> Ints:
        """Return the positions of the rows that hold."""
        return self.row[self.found]


def latest(context: Context, asked: Attest, rows: Rows, *, subjects: Ints, part: Ints) -> Latest:
    """Return the latest answer for each subject; of one day's answers the worst, of equal ones the last by id.

    Parameters
    ----------
    rows : Rows
        Inspections of the item.
    subjects : array of int, by row
        Whom each is about.
    part : array of int, by subject
        City each subject belongs to.
    """
    answers = rows.coded("answer")
    degrees = np.array([DEGREES.get(answer, np.nan) for answer in answers.distinct.tolist()])[answers.codes]
    dates, ends = rows.days("examined_date"), _expiry(rows, "examined_date", asked.valid_months)
    order = np.lexsort((rows.order, -degrees, dates))
    row = np.full(len(part), -1, dtype=np.intp)
    row[subjects[order]] = order
    last = _of(ends, row, NEVER)
    method = np.where(row >= 0, _of(rows.coded("method").text, row, ""), usual_methods(rows, part)[part])
    return Latest(
        row=row, date=_of(dates, row, NEVER), ends=last, degree=_of(degrees, row, np.nan), answer=_of(answers.text, row, ""),
        method=method, expired=np.asarray(~np.isnat(last) & (last < context.end)),
    )  # fmt: skip


def _of(column: NDArray, rows: Ints, otherwise: object) -> NDArray:  # type: ignore[type-arg]
    padded = np.append(column, np.array([otherwise], dtype=column.dtype))
    return padded[rows]


def usual_methods(rows: Rows, part: Ints) -> Words:
    """Return the most frequent method in each city, the first by name of equally frequent ones; ``examine`` when there is none.

    Parameters
    ----------
    rows : Rows
        Inspections.
    part : array of int
        Numbers of cities, all those that occur.
    """
    methods, cities = rows.coded("method"), int(part.max(initial=0)) + 1
    names, code = np.unique(methods.distinct.astype(str), return_inverse=True)
    count = np.zeros((cities, len(names)), np.intp)
    np.add.at(count, (rows.columns.part[rows.index], code[methods.codes]), 1)
    if not len(names):
        return np.full(cities, "examine", dtype=object)
    return np.where(count.any(axis=1), names[count.argmax(axis=1)], "examine").astype(object)


def inspections_of(context: Context, asked: Attest, kind: str) -> Rows:
    """Return the answers yes, partly, no to an item about subjects of a kind, up to the period's end."""
    rows = _dated(context, asked, "examined_date")
    return rows.keep(rows.coded("subject_kind").isin([kind]) & rows.coded("answer").isin(DEGREES))


def _community(context: Context, asked: Attest) -> Measured:
    rows = inspections_of(context, asked, context.city.level)
    last = latest(context, asked, rows, subjects=rows.place, part=context.part)
    missing = mark(last.expired, "expired", before=mark(~last.found, "not_examined"))
    degree = np.nan_to_num(last.degree, nan=0.0)
    settled = settle(degree, degree, context.state("inspections", (asked.item,)), missing=missing)
    ended = np.where(last.expired, last.ends, NEVER)
    facts = pd.DataFrame({"answer": last.answer, "date": last.date, "expired": ended})
    return _result(settled, degree, facts, _only(rows, last.used).evidence(), last.method)


def positions_of(rows: Rows) -> Ints:
    """Return where each row of the register stands among `rows`, -1 for none; one more -1 at the end, for no row."""
    result = np.full(len(rows.columns.table) + 1, -1, dtype=np.intp)
    result[rows.index] = np.arange(len(rows))
    return result


def _only(rows: Rows, positions: Ints) -> Rows:
    return rows.keep(np.isin(np.arange(len(rows)), positions))


def _facilities(context: Context, asked: Attest) -> Measured:
    size, facilities = context.size, context.rows("facilities", asked.where)
    rows = inspections_of(context, asked, "facility")
    subject = positions_of(facilities)[context.inspected[rows.index]]
    rows, subject = rows.keep(subject >= 0), subject[subject >= 0]
    last = latest(context, asked, rows, subjects=subject, part=context.part[facilities.place])
    known = last.found & ~last.expired & facilities.sure
    mean = facilities.sum(np.where(known, last.degree, 0.0), size) / np.maximum(facilities.count(size), 1)
    method = usual_methods(rows, context.part)[context.part]
    by_id = np.argsort(facilities.order)[::-1]
    method[facilities.place[by_id]] = last.method[by_id]
    return _result(
        _settled_of_facilities(context, asked, facilities, last, mean), mean, _facts_of_facilities(facilities, last, known, size),
        facilities.evidence() + _only(rows, last.used).evidence(), method, unit="share",
    )  # fmt: skip


def _settled_of_facilities(context: Context, asked: Attest, facilities: Rows, last: Latest, mean: Floats) -> Settled:
    size = context.size
    listed = context.state("facilities", kinds_in("facilities", asked.where))
    inspected = context.state("inspections", (asked.item,))
    none = (facilities.count(size) == 0) & (listed == COMPLETE)
    state = np.where((inspected <= NOT_REPORTED) & ~none, np.minimum(inspected, listed), listed)
    missing = causes(size)
    for cause, mask in (("not_examined", ~last.found), ("expired", last.expired), ("unknown_value", ~facilities.sure)):
        missing = mark(facilities.count(size, mask) > 0, cause, before=missing)
    most = np.where(listed == COMPLETE, mean, mean + 1)  # where not all are listed, nothing is decided
    return settle(mean, most, state, missing=missing, outside=mark(none, "no_facility"))


def _facts_of_facilities(facilities: Rows, last: Latest, known: Bools, size: int) -> pd.DataFrame:
    def having(mask: Bools) -> Floats:
        return facilities.count(size, mask)

    return pd.DataFrame({
        "total": having(facilities.sure),
        "known": having(known),
        **{answer: having(known & (last.degree == degree)) for answer, degree in DEGREES.items()},
        "expired": _last_day(np.where(last.expired, last.ends, NEVER), facilities.place, size),
    })  # fmt: skip
