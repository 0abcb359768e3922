"""What differs between two audits of a city: which findings changed and why, and what each criterion did to the score.

Two periods against one checklist, or one period against two editions of it: both are two audits.

The score of a subject (a community, or at other levels a subdistrict, district or facility) is 100·A/W with A = Σ w·d and
W = Σ w over its rated criteria (weight w, degree d). From before (0) to after (1) it changes by the sum over the criteria of

    effect = 100 · (W̄ · Δ(w·d) − Ā · Δw) / (W₀ · W₁)

where W̄ and Ā are the means of both sides and w = 0 where a criterion is not rated or not there. This is exact, gives 0 to
every criterion that did not change, and does not depend on an order of the changes: it is the Shapley value of the two
factors A and 1/W, shared out by what each criterion brought to them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from friendly_city.audit.scores import RATED

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from friendly_city.audit.model import Audit

KEY = ["subject_code", "criterion_id"]
COMPARED = ("rating", "degree", "value", "threshold", "weight", "evidence", "reason_zh", "reason_en")
"""Columns of the findings that are shown before and after."""
WHYS = ("added", "removed", "data", "scope", "value and threshold", "threshold", "value", "evidence", "requirement", "weight")
"""Why a finding changed: the criterion is new or gone; it became known or unknown, applicable or not; the limit moved; what was
measured moved; other evidence; another reading of the same value (part credit, kind); its weight."""


@dataclass(frozen=True, eq=False, kw_only=True)
class AuditChange:
    """Two audits side by side.

    Attributes
    ----------
    before, after : Audit
        The two.
    findings : DataFrame
        One row per finding that changed: subject_code, criterion_id, `COMPARED` with ``_before`` and ``_after``, ``why``
        (one of `WHYS`) and ``effect`` on the total score in points.
    scores : DataFrame
        One row per subject: score and grade before and after, ``difference``, and how many findings changed.
    """

    before: Audit
    after: Audit
    findings: pd.DataFrame
    scores: pd.DataFrame

    @cached_property
    def by_criterion(self) -> pd.DataFrame:
        """Return for each changed criterion: subjects whose rating changed, mean effect over all subjects."""
        rerated = self.findings["rating_before"].ne(self.findings["rating_after"])
        groups = self.findings.assign(rerated=rerated).groupby("criterion_id", sort=False)
        size = max(len(self.scores), 1)
        table = pd.DataFrame({"subjects": groups["rerated"].sum(), "mean_effect": groups["effect"].sum() / size})
        return table.sort_values("mean_effect", kind="stable").reset_index()

    def of(self, code: str) -> pd.DataFrame:
        """Return the changed findings of one subject, the largest effect first."""
        own = self.findings[self.findings["subject_code"] == code]
        return own.sort_values("effect", key=np.abs, ascending=False, kind="stable").reset_index(drop=True)

    def __repr__(self) -> str:
        moved = int((self.scores["difference"].abs() > 0).sum())
        regraded = int((self.scores["grade_before"] != self.scores["grade_after"]).sum())
        return f"<Change: {len(self.findings)} findings, {moved} scores, {regraded} grades of {len(self.scores)} subjects>"


def compare(before: Audit, after: Audit) -> AuditChange:
    """Compare two audits of a city, finding by finding.

    Parameters
    ----------
    before, after : Audit
        Of the same city, in two periods or against two editions of a checklist.

    Returns
    -------
    AuditChange
        Its effects sum to the difference of the total scores of every subject.
    """
    both = _side_by_side(before.findings, after.findings)
    both["effect"] = effects(both)
    changed = both[_differs(both)].copy()
    changed["why"] = _why(changed)
    columns = [*KEY, *(f"{name}_{side}" for name in COMPARED for side in ("before", "after")), "why", "effect"]
    findings = changed[columns].reset_index(drop=True)
    return AuditChange(before=before, after=after, findings=findings, scores=_scores(before, after, findings))


def effects(both: pd.DataFrame) -> NDArray[np.float64]:
    """Return the effect of each criterion on the score of its subject, in points; NaN where a side has no score.

    Parameters
    ----------
    both : DataFrame
        One row per subject and criterion; rating, degree and weight, each ``_before`` and ``_after``.

    Examples
    --------
    >>> both = pd.DataFrame({
    ...     "subject_code": "a", "rating_before": ["met", "not_met"], "rating_after": ["met", "met"],
    ...     "degree_before": [1, 0], "degree_after": [1, 1], "weight_before": [3, 1], "weight_after": [3, 1]})
    >>> effects(both).tolist()
    [0.0, 25.0]
    """
    weight, gained = ({side: _part(both, side)[place] for side in ("before", "after")} for place in (0, 1))
    code = both["subject_code"]
    (w0, w1), (a0, a1) = (
        [part[side].groupby(code).transform("sum") for side in ("before", "after")] for part in (weight, gained)
    )
    moved = (w0 + w1) / 2 * (gained["after"] - gained["before"]) - (a0 + a1) / 2 * (weight["after"] - weight["before"])
    product = w0 * w1
    return (100 * moved / product.where(product > 0)).to_numpy(dtype=float)


def _part(both: pd.DataFrame, side: str) -> tuple[pd.Series[float], pd.Series[float]]:
    """Return weight and weighted degree on one side; 0 where a criterion is not rated or not there."""
    rated = both[f"rating_{side}"].isin(RATED)
    weight = both[f"weight_{side}"].astype(float).where(rated, 0.0)
    return weight, (weight * both[f"degree_{side}"].astype(float)).where(rated, 0.0)


def _side_by_side(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Return the findings of both audits by subject and criterion, in the order of the later one."""
    sides = [frame[[*KEY, *COMPARED]] for frame in (before, after)]
    return sides[0].merge(sides[1], how="outer", on=KEY, suffixes=("_before", "_after"), sort=False)


def _same(both: pd.DataFrame, name: str) -> pd.Series[bool]:
    old, new = both[f"{name}_before"], both[f"{name}_after"]
    return old.eq(new).fillna(value=False).astype(bool) | (old.isna() & new.isna())


def _differs(both: pd.DataFrame) -> pd.Series[bool]:
    """Return which findings changed: rating, degree, value, limit or weight; another date of a document alone is none."""
    same = pd.concat([_same(both, name) for name in ("rating", "degree", "value", "threshold", "weight")], axis=1)
    return ~same.all(axis=1)


def _why(both: pd.DataFrame) -> NDArray[np.object_]:
    def either(rating: str) -> pd.Series[bool]:
        return both["rating_before"].eq(rating) != both["rating_after"].eq(rating)

    value, threshold = ~_same(both, "value"), ~_same(both, "threshold")
    reread = ~_same(both, "rating") | ~_same(both, "degree")
    chosen = {
        "added": both["rating_before"].isna(),
        "removed": both["rating_after"].isna(),
        "scope": either("not_applicable"),
        "data": either("no_data"),
        "value and threshold": value & threshold,
        "threshold": threshold,
        "value": value,
        "evidence": reread & ~_same(both, "evidence"),
        "requirement": reread,
    }
    masks = [mask.fillna(value=False).to_numpy(dtype=bool) for mask in chosen.values()]
    return np.select(masks, [np.array(name, dtype=object) for name in chosen], default="weight")


def _scores(before: Audit, after: Audit, findings: pd.DataFrame) -> pd.DataFrame:
    names = ["score", "grade"]
    table = before.totals[names].add_suffix("_before").join(after.totals[names].add_suffix("_after"), how="outer")
    table["difference"] = table["score_after"] - table["score_before"]
    table["changed"] = findings.groupby("subject_code").size().reindex(table.index, fill_value=0)
    columns = ["score_before", "score_after", "difference", "grade_before", "grade_after", "changed"]
    return table[columns].rename_axis("subject_code").reset_index()
