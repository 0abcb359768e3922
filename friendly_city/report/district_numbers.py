"""The district's numbers: spreads, gaps and counts over all communities. Puts results side by side; rates nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from friendly_city.audit.scores import RATED, TOTAL
from friendly_city.labels import keys
from friendly_city.report.reading import lowered_from, weakest

if TYPE_CHECKING:
    from friendly_city.audit.model import Audit
    from friendly_city.standards.model import Dimension, Grade, Item


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """What one criterion costs the district.

    `points` are points of the total score lost on it, averaged over the communities; `counts` how often it has each rating.
    """

    item: Item
    points: float
    counts: dict[str, int]


def ordered(audit: Audit) -> pd.DataFrame:
    """Return the total scores, best first, unscored last, ties by code."""
    totals = audit.totals.sort_index()
    return totals.sort_values("score", ascending=False, kind="stable", na_position="last")


def grade_counts(audit: Audit) -> dict[str, int]:
    """Return how many communities have each grade id ('' for none)."""
    return {str(grade): int(count) for grade, count in audit.totals["grade"].value_counts().items()}


def lowered_communities(audit: Audit) -> dict[str, Grade]:
    """Return the communities whose grade an unmet gate lowered, each with the grade it would have by its score."""
    found = {
        str(code): lowered_from(audit.checklist, float(row["score"]), str(row["grade"])) for code, row in audit.totals.iterrows()
    }
    return {code: grade for code, grade in found.items() if grade}


def subsystem_spread(audit: Audit) -> pd.DataFrame:
    """Return median, lowest, highest and gap (highest − lowest) of each dimension, in the checklist's order."""
    scores = audit.scores[audit.scores["dimension"] != TOTAL]
    order = [d.id for d in audit.checklist.dimensions if d.id in set(scores["dimension"])]
    groups = scores.groupby("dimension")["score"]
    spread = pd.DataFrame({"median": groups.median(), "lowest": groups.min(), "highest": groups.max()}).reindex(order)
    return spread.assign(gap=spread["highest"] - spread["lowest"])


def lowest_subsystem(audit: Audit, code: str) -> Dimension | None:
    """Return the dimension in which a community scores lowest; None when there is too little data to say."""
    weak = weakest(audit.of(code))
    return None if weak is None else next(dimension for dimension in audit.checklist.dimensions if dimension.id == weak.id)


def criterion_gaps(audit: Audit) -> list[Gap]:
    """Return every criterion with the points it costs, most first; ties in the checklist's order."""
    findings = audit.findings
    rated = findings["rating"].isin(RATED)
    weight = findings["weight"].where(rated, 0.0).groupby(findings["subject_code"]).transform("sum")
    lost = (100 * findings["weight"] * (1 - findings["degree"]) / weight).where(rated, 0.0)
    points = lost.groupby(findings["criterion_id"]).sum() / len(audit)
    found = findings.groupby(["criterion_id", "rating"]).size().to_dict()
    gaps = [
        Gap(
            item=item,
            points=float(points[item.id]),
            counts={rating: int(found.get((item.id, rating), 0)) for rating in keys("rating")},
        )
        for item in audit.checklist.items
    ]
    return sorted(gaps, key=lambda gap: -gap.points)
