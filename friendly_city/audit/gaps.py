"""What gaps in the data cost: the width of each community's bounds, told by the register whose silence makes it.

Exact: the points of all registers add up to ``upper - lower``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from friendly_city.audit.reasons.unrated import register_of

if TYPE_CHECKING:
    from friendly_city.audit.model import Audit

WIDTH = "width_points"


def widths(audit: Audit) -> pd.DataFrame:
    """Return how much each register's gaps widen each subject's bounds.

    Parameters
    ----------
    audit : Audit
        An audit of any level.

    Returns
    -------
    DataFrame
        Index subjects (as in `Audit.codes`), a column for each register that lacks something, widest in all first; points of
        100. A row adds up to ``upper - lower`` of the subject's total.

    Examples
    --------
    >>> import friendly_city as fc
    >>> audit = fc.audit(fc.load_city("data/futian"), fc.load_checklist("community"), period="2022")
    >>> own = audit.totals["upper"] - audit.totals["lower"]
    >>> bool((widths(audit).sum(axis=1) - own).abs().max() < 1e-6)
    True
    """
    findings = audit.findings
    applies = findings[findings["rating"] != "not_applicable"]
    whole = applies.groupby("subject_code")["weight"].sum()
    registers = {item.id: register_of(item.criterion.requirement) for item in audit.checklist.items}
    unknown = applies[applies["rating"] == "no_data"]
    if unknown.empty:
        return pd.DataFrame(index=audit.codes).rename_axis(columns="register")
    lacking = pd.DataFrame(
        {
            "subject_code": unknown["subject_code"],
            "register": unknown["criterion_id"].map(registers),
            "points": 100 * unknown["weight"].astype(float) / unknown["subject_code"].map(whole),
        }
    )
    summed = lacking.pivot_table(values="points", index="subject_code", columns="register", aggfunc="sum", fill_value=0.0)
    table = summed.reindex(audit.codes, fill_value=0.0)
    return table[table.sum().sort_values(ascending=False, kind="stable").index].rename_axis(columns="register")


def cost_of_gaps(audit: Audit) -> pd.DataFrame:
    """Return what the gaps of each register cost in all.

    Returns
    -------
    DataFrame
        Index ``register``, widest first. ``findings_count`` without data, ``subjects_count`` with any of them, mean and greatest
        ``width_points`` (of all subjects), and ``widest_code``: where it is greatest.
    """
    table = widths(audit)
    registers = {item.id: register_of(item.criterion.requirement) for item in audit.checklist.items}
    unknown = audit.findings[audit.findings["rating"] == "no_data"]
    counts = unknown["criterion_id"].map(registers).value_counts()
    return pd.DataFrame(
        {
            "findings_count": counts.reindex(table.columns),
            "subjects_count": (table > 0).sum(),
            f"mean_{WIDTH}": table.mean(),
            f"greatest_{WIDTH}": table.max(),
            "widest_code": table.idxmax() if len(table.columns) else pd.Series(dtype="str"),
        }
    ).rename_axis(index="register")
