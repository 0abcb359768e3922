"""The action list: what is lacking, who mends it, and how many points it brings.

A gain is exact: the points by which the community's total score rises when that one criterion turns to met and all
else stays. Criteria without data are not actions; they are listed apart as what to find out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from friendly_city.audit.scores import RATED

if TYPE_CHECKING:
    from friendly_city.city.model import City
    from friendly_city.standards.model import Checklist

COLUMNS = (
    "community_code", "community", "criterion_id", "dimension", "obligation", "rating", "remedy_zh", "remedy_en",
    "department_zh", "department_en", "gain", "due",
)  # fmt: skip


def plan_actions(findings: pd.DataFrame, checklist: Checklist, city: City) -> pd.DataFrame:
    """Return one row per action, by community (or other subject, its code in ``community_code``) and falling gain.

    Returns
    -------
    DataFrame
        Columns `COLUMNS`; `gain` in points of the total score; `due` an ISO date or ''.
    """
    rated = findings["rating"].isin(RATED)
    weight_rated = findings["weight"].where(rated, 0.0).groupby(findings["subject_code"]).transform("sum")
    gain = 100 * findings["weight"] * (1 - findings["degree"]) / weight_rated
    lacking = findings.assign(gain=gain)[findings["rating"].isin(["not_met", "partly_met"])]
    items = {item.id: item.criterion for item in checklist.items}
    criteria = lacking["criterion_id"].map(items)
    plan = lacking.assign(
        community_code=lacking["subject_code"],
        community=lacking["subject_code"].map(city.communities["name"]),
        department_zh=[criterion.department.zh for criterion in criteria],
        department_en=[criterion.department.en for criterion in criteria],
        due=checklist.due.isoformat() if checklist.due else "",
        gain=lacking["gain"].round(9),
    )
    order = np.lexsort((plan["criterion_id"], -plan["gain"], plan["community_code"]))
    return plan.iloc[order][list(COLUMNS)].reset_index(drop=True)


def to_find_out(findings: pd.DataFrame) -> pd.DataFrame:
    """Return the findings without data, heaviest first: what is unknown and widens the bounds."""
    unknown = findings[findings["rating"] == "no_data"]
    return unknown.iloc[np.lexsort((unknown["criterion_id"], -unknown["weight"], unknown["subject_code"]))]
