"""From a criterion to its measure: the nine kinds, and to which communities a criterion applies at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from friendly_city.audit.measures import access, attest, count, density, frequency, indicator, ratio, response, size
from friendly_city.audit.measures.context import Context
from friendly_city.audit.measures.measured import NOT_APPLICABLE_CAUSES, Measured, causes, mark
from friendly_city.audit.measures.rows import select
from friendly_city.standards.model import SUBJECTS_AT, Item, SubjectKind

if TYPE_CHECKING:
    from friendly_city.audit.measures.measured import Words
    from friendly_city.standards.model import Criterion

MEASURES: dict[str, Callable[[Context, Item], Measured]] = {
    "attest": attest.measure,
    "count": count.measure,
    "size": size.measure,
    "ratio": ratio.measure,
    "frequency": frequency.measure,
    "access": access.measure,
    "density": density.measure,
    "response": response.measure,
    "indicator": indicator.measure,
}


def measure(context: Context, item: Item) -> Measured:
    """Measure one criterion of a checklist in every community.

    Returns
    -------
    Measured
        In the order of `City.codes`. Where the criterion does not apply (other subject, other kind of place, no child of
        its age bands) the rating is not_applicable, whatever the data.
    """
    measured = MEASURES[item.criterion.requirement.kind](context, item)
    return overruled(measured, scope(context, item.criterion))


def scope(context: Context, criterion: Criterion) -> Words:
    """Return why a criterion does not apply to a community, or cannot be known to; '' where it does."""
    size = context.size
    if criterion.subject not in SUBJECTS_AT[SubjectKind(context.city.level)]:
        return mark(np.ones(size, bool), "other_subject")
    result = causes(size)
    if criterion.age_bands and context.city.level != SubjectKind.FACILITY:  # nobody lives in one
        people = sum((context.residents(band.value) for band in criterion.age_bands), np.zeros(size))
        result = mark(people == 0, "no_child")
    if criterion.applies_to is not None:
        sure, maybe = select(context.communities, criterion.applies_to)
        result = mark(maybe & ~sure, "unknown_place", before=result)
        result = mark(~maybe, "not_this_kind_of_place", before=result)
    return result


def overruled(measured: Measured, cause: Words) -> Measured:
    """Return a measure with the communities left out for which there is a cause; none is left out twice."""
    out = cause != ""
    if not out.any():
        return measured
    inapplicable = np.isin(cause, np.array(NOT_APPLICABLE_CAUSES, dtype=object))
    rating = np.where(inapplicable, "not_applicable", "no_data")
    return replace(
        measured,
        value=np.where(out, np.nan, measured.value),
        degree=np.where(out, np.nan, measured.degree),
        rating=np.where(out, rating, measured.rating),
        cause=np.where(out, cause, measured.cause),
    )
