"""The reason sentence of every finding of a criterion."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from friendly_city.audit.reasons import rated, rated_people
from friendly_city.audit.reasons.alike import alike
from friendly_city.audit.reasons.unrated import unrated
from friendly_city.audit.reasons.words import Case, tidy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from friendly_city.audit.measures.context import Context
    from friendly_city.audit.measures.measured import Measured
    from friendly_city.audit.reasons.alike import Ints
    from friendly_city.audit.reasons.rated import Say
    from friendly_city.labels import Text
    from friendly_city.standards.model import Item

RATED: dict[str, Callable[[Item], Say]] = {
    "attest": rated.attest,
    "count": rated.count,
    "size": rated.size,
    "ratio": rated.ratio,
    "frequency": rated_people.frequency,
    "access": rated_people.access,
    "density": rated_people.density,
    "response": rated_people.response,
    "indicator": rated_people.indicator,
}


def reasons_of(context: Context, item: Item, measured: Measured) -> tuple[Ints, list[Text]]:
    """Return which sentence each community has, in the order of `City.codes`, and the sentences.

    Each is one sentence: for a rating the value with its unit, what was asked, and what it rests on; for no data what is
    missing and what is known; for not applicable why.
    """
    say = RATED[item.criterion.requirement.kind](item)
    missing = _missing_register(context, item)
    sorts, told = alike(measured, context.told), context.told.sentences
    keys = [(item.id, missing, shown) for shown in sorts.shown]
    new = np.array([place for place, key in enumerate(keys) if key not in told], dtype=np.intp)
    for place, case in zip(new.tolist(), cases(measured, missing, sorts.first[new]), strict=True):
        told[keys[place]] = tidy(unrated(item, case) if case.cause else say(case))
    return sorts.sort, [told[key] for key in keys]


def cases(measured: Measured, missing: str, chosen: Ints) -> Iterator[Case]:
    """Yield the findings of some communities, by position, with their facts."""
    facts = measured.facts.iloc[chosen]
    names = list(facts.columns)
    columns = [facts[name].tolist() for name in names]
    numbers = (measured.value, measured.degree, measured.at_least, measured.at_most)
    fixed = [column[chosen].tolist() for column in (measured.method, *numbers)]
    words = [column[chosen].tolist() for column in (measured.rating, measured.cause)]
    rows = zip(*columns, strict=True) if columns else ((),) * len(chosen)
    for facts, method, value, degree, low, high, rating, cause in zip(rows, *fixed, *words, strict=True):
        known = dict(zip(names, facts, strict=True)) | {"method": method, "missing": missing}
        yield Case(facts=known, value=value, degree=degree, at_least=low, at_most=high, rating=rating, cause=cause)


def _missing_register(context: Context, item: Item) -> str:
    """Return the register that a criterion reads and the city lacks, '' when none."""
    requirement = item.criterion.requirement
    named = {"density": ("crossings",), "response": ("inspections",), "indicator": ("indicators",)}.get(requirement.kind, ())
    sides = [getattr(requirement, side, None) for side in ("numerator", "denominator")]
    own = (getattr(requirement, "register", ""), *(getattr(side, "register", "") for side in sides), *named)
    return next((name for name in own if name and not context.has(name)), "")
