"""`response`: what children, parents and staff answered, on a scale of 1 to 5."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from friendly_city.audit.measures.count import compared
from friendly_city.audit.measures.each import texts
from friendly_city.audit.measures.measured import Measured, known_only, mark
from friendly_city.audit.measures.natural import factor

if TYPE_CHECKING:
    from friendly_city.audit.measures.context import Context
    from friendly_city.audit.measures.limits import Bools
    from friendly_city.audit.measures.rows import Rows
    from friendly_city.standards.model import Item
    from friendly_city.standards.requirement import Response

SCORES = ("1", "2", "3", "4", "5")


def measure(context: Context, item: Item) -> Measured:
    """Measure a `Response` in every community. Each answer weighs as many people as gave it; no number means one."""
    asked: Response = item.criterion.requirement  # type: ignore[assignment]
    size, rows = context.size, _answers(context, asked)
    valid = _valid(context, rows)
    expired = rows.count(size, ~valid) > 0
    rows = rows.keep(valid)
    people = np.nan_to_num(rows.numbers("answers_count"), nan=1.0)
    scores = rows.coded("answer").text.astype(float)
    answers = rows.sum(people, size)
    gained = rows.sum(people * (scores if asked.measure == "mean" else scores >= asked.positive_from), size)
    value = np.divide(gained, answers, out=np.zeros(size), where=answers > 0) * unit_factor(asked)
    few = answers < asked.minimum_answers
    missing = mark(few, "few_answers")
    missing = mark(answers == 0, "not_examined", before=missing)
    missing = mark((answers == 0) & expired, "expired", before=missing)
    state = context.state("inspections", (asked.item,))
    settled, at_least, at_most = compared(context, value, value, asked.threshold, state, missing=missing)
    return Measured(
        value=known_only(value, settled), degree=settled.degree, rating=settled.rating, cause=settled.cause,
        at_least=at_least, at_most=at_most, threshold=texts(at_least, at_most),
        facts=pd.DataFrame({"known": value, "answers": answers}), evidence=rows.evidence(),
        unit=asked.threshold.unit, method=np.full(size, "interview", dtype=object),
    )  # fmt: skip


def unit_factor(asked: Response) -> float:
    """Return the factor from the natural unit (share, or points for a mean) to the threshold's."""
    return factor("points" if asked.measure == "mean" else "share", asked.threshold.unit)


def _answers(context: Context, asked: Response) -> Rows:
    """Return the scored answers to an item up to the period's end, expired ones too."""
    rows = context.every_row("inspections")
    wanted = rows.coded("item").isin([asked.item]) & rows.coded("method").isin(["interview"])
    wanted &= rows.coded("answer").isin(SCORES)
    wanted &= rows.days("examined_date") <= context.end
    if asked.respondent != "any":
        wanted &= rows.coded("respondent").isin([asked.respondent])
    return rows.keep(wanted)


def _valid(context: Context, rows: Rows) -> Bools:
    expires = rows.days("expires_date")
    return np.asarray(np.isnat(expires) | (expires >= context.end))
