"""From a city and a checklist to the table of findings: every criterion in every community."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from friendly_city.audit.measures.check import require_measurable
from friendly_city.audit.measures.context import Context
from friendly_city.audit.measures.kinds import measure
from friendly_city.audit.reasons.sentences import reasons_of

if TYPE_CHECKING:
    from friendly_city.city.model import City, Period
    from friendly_city.standards.model import Checklist, Item

COLUMNS = (
    "period", "checklist", "standard", "clause", "criterion_id", "dimension", "obligation", "subject_kind", "subject_code",
    "community_code", "rating", "degree", "value", "unit", "threshold", "method", "evidence", "reason_zh", "reason_en",
    "remedy_zh", "remedy_en", "weight", "gate", "cause",
)  # fmt: skip


def findings_frame(city: City, checklist: Checklist, period: Period) -> pd.DataFrame:
    """Return the findings of all communities.

    Returns
    -------
    DataFrame
        Columns `COLUMNS`, sorted by community code, then in the order of the checklist. `value` is in `unit` (inf where
        there is no way), `degree` 0–1; both NaN for no_data and not_applicable. `evidence` is a sorted list of
        ``register#id`` separated by spaces. `cause` says why there is no rating, '' where there is one.

    Raises
    ------
    InvalidStandard
        When a criterion asks for a register, field, value or unit that the data dictionary does not have.
    """
    require_measurable(checklist)
    context = Context(city, period)
    blocks = [_block(context, checklist, item, place) for place, item in enumerate(checklist.items)]
    if not blocks:
        return pd.DataFrame({name: [] for name in COLUMNS})
    table = pd.concat(blocks, ignore_index=True)
    return table.sort_values(["community_code", "_place"], kind="stable", ignore_index=True)[list(COLUMNS)]


def _block(context: Context, checklist: Checklist, item: Item, place: int) -> pd.DataFrame:
    """Return the findings of one criterion."""
    measured, criterion = measure(context, item), item.criterion
    zh, en = reasons_of(context, item, measured)
    codes = np.asarray(context.city.codes, dtype=object)
    return pd.DataFrame({
        "_place": place,
        "period": context.period.label,
        "checklist": checklist.id,
        "standard": item.standard.id,
        "clause": item.clause.number,
        "criterion_id": item.id,
        "dimension": criterion.dimension,
        "obligation": criterion.obligation.value,
        "subject_kind": "community",
        "subject_code": codes,
        "community_code": codes,
        "rating": measured.rating,
        "degree": measured.degree,
        "value": measured.value,
        "unit": measured.unit,
        "threshold": measured.threshold,
        "method": measured.method,
        "evidence": [" ".join(refs) for refs in measured.evidence],
        "reason_zh": zh,
        "reason_en": en,
        "remedy_zh": criterion.remedy.zh,
        "remedy_en": criterion.remedy.en,
        "weight": item.weight,
        "gate": item.gate,
        "cause": measured.cause,
    })  # fmt: skip
