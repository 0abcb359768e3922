"""What changed between two audits of the same subjects: finding by finding, and what that did to each score."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from friendly_city.audit.scores import RATED

if TYPE_CHECKING:
    from friendly_city.audit.model import Audit

KEY = ["subject_code", "criterion_id"]
NOT_THERE = "not_there"
"""In place of a rating, where a criterion or subject is in one audit only."""


def changed_findings(before: Audit, after: Audit) -> pd.DataFrame:
    """Return the findings whose rating or degree differs, or that are in one audit only.

    Returns
    -------
    DataFrame
        Columns subject_code, criterion_id, rating_before, rating_after, degree_before, degree_after, reason_zh and reason_en
        of the later audit, else of the earlier; sorted by subject and criterion.
    """
    columns = [*KEY, "rating", "degree", "reason_zh", "reason_en"]
    both = before.findings[columns].merge(after.findings[columns], on=KEY, how="outer", suffixes=("_before", "_after"))
    for name in ("rating_before", "rating_after"):
        both[name] = both[name].astype(object).where(both[name].notna(), NOT_THERE)
    same_degree = np.isclose(both["degree_before"], both["degree_after"], rtol=0, atol=1e-12, equal_nan=True)
    changed = both[(both["rating_before"] != both["rating_after"]) | ~same_degree].sort_values(KEY)
    said = {f"reason_{lang}": changed[f"reason_{lang}_after"].fillna(changed[f"reason_{lang}_before"]) for lang in ("zh", "en")}
    kept = [*KEY, "rating_before", "rating_after", "degree_before", "degree_after"]
    return changed[kept].assign(**said).reset_index(drop=True)


def attributed(before: Audit, after: Audit) -> pd.DataFrame:
    """Return how much each criterion changed the total score of each subject; the parts sum exactly to the change.

    A score is the sum of 100·w·d / W over its rated criteria, W the sum of their weights. What a criterion adds to the change
    is its part after minus its part before (0 where it is not rated). So a criterion whose own rating stays changes a little
    when another enters or leaves the weights; nothing is left over and nothing depends on an order. See OECD/JRC, Handbook on
    Constructing Composite Indicators (2008), doi 10.1787/9789264043466-en, for linear aggregation.

    Returns
    -------
    DataFrame
        Columns subject_code, criterion_id, part_before, part_after, change, in points; those that are 0 on both sides are left
        out. A subject without any rated criterion in one of the audits has no score there; its parts there are 0.
    """
    parts = _parts(before.findings).merge(_parts(after.findings), on=KEY, how="outer", suffixes=("_before", "_after"))
    parts = parts.fillna({"part_before": 0.0, "part_after": 0.0})
    parts["change"] = parts["part_after"] - parts["part_before"]
    there = (parts["part_before"] != 0) | (parts["part_after"] != 0)
    return parts[there].sort_values(KEY).reset_index(drop=True)


def _parts(findings: pd.DataFrame) -> pd.DataFrame:
    rated = findings["rating"].isin(RATED)
    weight = findings["weight"].astype(float).where(rated, 0.0)
    whole = weight.groupby(findings["subject_code"]).transform("sum")
    part = (100 * weight * findings["degree"].fillna(0.0) / whole.where(whole > 0)).fillna(0.0)
    return findings[KEY].assign(part=part)
