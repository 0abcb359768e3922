"""What a reader wants to know of a community's scores: how each subsystem stands, which is weakest, what can be gained.

Puts results of the audit side by side; computes no score.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from friendly_city.city.model import AGE_BANDS
from friendly_city.labels import Text

if TYPE_CHECKING:
    import pandas as pd

    from friendly_city.audit.model import CommunityAudit
    from friendly_city.standards.model import Checklist, Grade

FIRST_ACTIONS = 3
"""How many actions the first sentence of a page adds up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One subsystem of a community beside the district's communities. Scores 0–100, NaN without any data."""

    id: str
    title: Text
    score: float
    lower: float
    upper: float
    data_coverage: float
    district_median: float
    district_lowest: float
    district_highest: float

    @property
    def known(self) -> bool:
        """Return whether there is a score."""
        return not math.isnan(self.score)

    @property
    def applies(self) -> bool:
        """Return whether any criterion of the subsystem applies."""
        return not math.isnan(self.upper)


@lru_cache(maxsize=8)
def standings(c: CommunityAudit) -> tuple[Standing, ...]:
    """Return every subsystem of a community in the order of the checklist."""
    scores = c.scores
    return tuple(
        _standing(d.id, d.title, scores.loc[[d.id]].iloc[0], c.audit.dimension_scores(d.id)["score"])
        for d in c.checklist.dimensions
        if d.id in scores.index
    )


def total_standing(c: CommunityAudit) -> Standing:
    """Return the total of a community beside the district's."""
    return _standing("total", Text("总分", "Total"), c.scores.loc[["total"]].iloc[0], c.audit.dimension_scores()["score"])


def _standing(name: str, title: Text, row: pd.Series[float], district: pd.Series[float]) -> Standing:
    return Standing(
        id=name,
        title=title,
        score=float(row["score"]),
        lower=float(row["lower"]),
        upper=float(row["upper"]),
        data_coverage=float(row["data_coverage"]),
        district_median=float(district.median()),
        district_lowest=float(district.min()),
        district_highest=float(district.max()),
    )


def weakest(c: CommunityAudit) -> Standing | None:
    """Return the subsystem with the lowest score; None when none has one."""
    known = [standing for standing in standings(c) if standing.known]
    return min(known, key=lambda standing: standing.score, default=None)


def strongest(c: CommunityAudit) -> Standing | None:
    """Return the subsystem with the highest score; None when none has one."""
    known = [standing for standing in standings(c) if standing.known]
    return max(known, key=lambda standing: standing.score, default=None)


def pass_mark(checklist: Checklist) -> Grade:
    """Return the lowest grade that has to be reached; scores below it are drawn as weak."""
    return min((grade for grade in checklist.grades if grade.at_least > 0), key=lambda grade: grade.at_least)


def residents_by_band(c: CommunityAudit) -> dict[str, float]:
    """Return the children of a community by age band, persons."""
    return {band: float(c.city.residents(band)[c.code]) for band in AGE_BANDS}


def first_gain(c: CommunityAudit) -> float:
    """Return the points the first actions of the plan bring together.

    Gains add up exactly: an action changes a degree, not which criteria are rated.
    """
    return float(c.plan["gain"].head(FIRST_ACTIONS).sum())
