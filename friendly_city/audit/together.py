"""Auditing several cities at once: one pass over all their communities, places counted within each city."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from friendly_city.audit.findings import findings_of
from friendly_city.audit.scores import score_findings

if TYPE_CHECKING:
    from friendly_city.audit.findings import FindingColumns
    from friendly_city.audit.reasons.alike import Told
    from friendly_city.city.model import City, Period
    from friendly_city.standards.model import Checklist


@dataclass(frozen=True, eq=False)
class Together:
    """Findings and scores of several cities held as one (`friendly_city.city.together`).

    Attributes
    ----------
    city : City
        `City.parts` tells the city of each community.
    findings : FindingColumns
        Column by column.
    scores : DataFrame
        As `Audit.scores`, ranks within each city; ``community_code`` and ``dimension`` are categories.
    """

    city: City
    findings: FindingColumns
    scores: pd.DataFrame


def audit_together(city: City, checklist: Checklist, period: Period, told: Told | None = None) -> Together:
    """Audit every community of several cities; each city's findings and scores are those of its own audit.

    `told` are sentences made for other cities against the same checklist; new ones are added.
    """
    findings = findings_of(city, checklist, period, told)
    city_of = pd.Series(city.parts, index=city.codes)
    return Together(city, findings, score_findings(_to_be_scored(findings), checklist, city_of))


def _to_be_scored(findings: FindingColumns) -> pd.DataFrame:
    """Return what scores are made of, text as categories."""
    communities, criteria = findings.numbers["degree"].shape
    every = np.tile(np.arange(criteria), communities)
    rating = findings.texts["rating"]
    fixed = {name: pd.Series(findings.fixed[name]).array.take(every) for name in ("weight", "gate")}
    named = {name: _categories(findings.fixed[name], every) for name in ("criterion_id", "dimension")}
    return pd.DataFrame({
        "subject_code": pd.Categorical.from_codes(np.repeat(np.arange(communities), criteria), findings.codes),
        "rating": _categories(rating.distinct.to_pylist(), rating.codes.ravel()),
        "degree": findings.numbers["degree"].ravel(),
        **fixed,
        **named,
    })  # fmt: skip


def _categories(values: list[str], codes: np.ndarray) -> pd.Categorical:
    number, distinct = pd.factorize(np.array(values, dtype=object), sort=True)
    return pd.Categorical.from_codes(number[codes], pd.Index(distinct, dtype="str"))
