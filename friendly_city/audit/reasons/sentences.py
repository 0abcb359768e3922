"""The reason sentence of every finding of a criterion."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, cast

import numpy as np

from friendly_city.audit.measures.each import banding
from friendly_city.audit.reasons import rated, rated_people
from friendly_city.audit.reasons.alike import Chosen, More, alike
from friendly_city.audit.reasons.unrated import unrated
from friendly_city.audit.reasons.unreported import unreported
from friendly_city.audit.reasons.words import Case, tidy
from friendly_city.labels import Text, number
from friendly_city.standards.requirement import ThresholdBasis

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from friendly_city.audit.measures.context import Context
    from friendly_city.audit.measures.measured import Measured
    from friendly_city.audit.reasons.alike import Ints
    from friendly_city.audit.reasons.rated import Say
    from friendly_city.standards.model import Item
    from friendly_city.standards.requirement import Band, Threshold

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
    more = More(missing, context.period, unreported(context, item, measured), bands_of(context, item))
    sorts = alike(measured, more, context.told)
    told = context.told.sentences.setdefault((item.id, missing, context.period.label), {})
    found = [told.get(shown) for shown in sorts.shown]
    new = np.array([place for place, text in enumerate(found) if text is None], dtype=np.intp)
    for place, case in zip(new.tolist(), cases(measured, more, sorts.first[new]), strict=True):
        found[place] = told[sorts.shown[place]] = tidy(unrated(item, case) if case.cause else called_local(item, say(case)))
    return sorts.sort, cast("list[Text]", found)


def called_local(item: Item, said: Text) -> Text:
    """Return a sentence that says the threshold is local, where it is."""
    threshold: Threshold | None = getattr(item.criterion.requirement, "threshold", None)
    if threshold is None or threshold.basis is not ThresholdBasis.LOCAL:
        return said
    return Text(f"{said.zh.rstrip('。')}（本地阈值）", f"{said.en.rstrip('.')} (local threshold)")


def bands_of(context: Context, item: Item) -> Chosen[Text | None]:
    """Return for each community the band of residents whose limits applied; None where there are no such bands."""
    threshold: Threshold | None = getattr(item.criterion.requirement, "threshold", None)
    by = banding(context, threshold) if threshold is not None and threshold.by == "population" else None
    if by is None or threshold is None:
        return Chosen(np.zeros(context.size, np.intp), [None])
    values, codes = np.unique(by, return_inverse=True)
    bands = [next((_band(value, band) for band in threshold.bands if inside(value, band)), None) for value in values.tolist()]
    return Chosen(codes, bands)


def inside(value: float, band: Band) -> bool:
    """Return whether a banding value lies in a band."""
    return (band.start is None or value >= band.start) and (band.below is None or value < band.below)


def _band(residents: float, band: Band) -> Text:
    some, low, high = number(residents), number(band.start or 0), number(band.below or math.nan)
    if band.below is None:
        return Text(f"（常住 {some} 人 → {low} 人以上一档）", f" ({some} residents → band from {low})")
    return Text(f"（常住 {some} 人 → {low}–{high} 人一档）", f" ({some} residents → band {low}–{high})")


def cases(measured: Measured, more: More, chosen: Ints) -> Iterator[Case]:
    """Yield the findings of some communities, by position, with their facts, their method, and `more` facts of each."""
    facts = measured.facts.iloc[chosen]
    names = list(facts.columns)
    columns = [facts[name].tolist() for name in names]
    numbers = (measured.value, measured.degree, measured.at_least, measured.at_most)
    fixed = [column[chosen].tolist() for column in (measured.method, *numbers)]
    words = [column[chosen].tolist() for column in (measured.rating, measured.cause)]
    rows = zip(*columns, strict=True) if columns else ((),) * len(chosen)
    places = chosen.tolist()
    for place, facts, method, value, degree, low, high, rating, cause in zip(places, rows, *fixed, *words, strict=True):
        known = dict(zip(names, facts, strict=True)) | {"method": method} | more.of(place)
        yield Case(facts=known, value=value, degree=degree, at_least=low, at_most=high, rating=rating, cause=cause)


def _missing_register(context: Context, item: Item) -> str:
    """Return the register that a criterion reads and the city lacks, '' when none."""
    requirement = item.criterion.requirement
    named = {"density": ("crossings",), "response": ("inspections",), "indicator": ("indicators",)}.get(requirement.kind, ())
    sides = [getattr(requirement, side, None) for side in ("numerator", "denominator")]
    own = (getattr(requirement, "register", ""), *(getattr(side, "register", "") for side in sides), *named)
    return next((name for name in own if name and not context.has(name)), "")
