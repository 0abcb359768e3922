"""An audit read by an axis: the same findings, grouped by articles, goals or dimensions. Nothing is audited again.

Each finding stands in exactly one group, so none is lost or counted twice; the totals are those of the audit.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import pandas as pd

from friendly_city.audit.scores import DECIMALS, aggregate, score_findings
from friendly_city.errors import UnknownName
from friendly_city.standards.axes import NOT_PLACED, Axis, load_axis
from friendly_city.standards.model import Dimension

if TYPE_CHECKING:
    from pathlib import Path

    from friendly_city.audit.model import Audit
    from friendly_city.standards.axes import Group

COLUMNS = ("community_code", "group", "criteria", "score", "lower", "upper", "data_coverage")
DISTRICT = ("group", "criteria", "median", "lowest", "highest", "data_coverage")


def read_by(audit: Audit, axis: Axis | str | Path) -> Reading:
    """Return an audit read by an axis.

    Parameters
    ----------
    audit : Audit
        The audit; it is not made again.
    axis : Axis, str or Path
        An axis, a name of `friendly_city.standards.axes.axis_names`, or the path of a file.

    Raises
    ------
    UnknownName
        When there is no such axis.
    """
    return Reading(audit=audit, axis=axis if isinstance(axis, Axis) else load_axis(axis))


@dataclass(frozen=True, eq=False, kw_only=True)
class Reading:
    """The findings of an audit by the groups of an axis."""

    audit: Audit
    axis: Axis

    @cached_property
    def places(self) -> dict[str, str]:
        """Return the group of every criterion of the checklist."""
        return self.axis.places(self.audit.checklist)

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """Return the groups that have a criterion, in the order of the axis; what is not placed comes last."""
        return self.axis.groups_of(self.places.values())

    @property
    def not_placed(self) -> tuple[str, ...]:
        """Return the criteria that no rule of the axis places."""
        return self.criteria_of(NOT_PLACED)

    def criteria_of(self, group: str) -> tuple[str, ...]:
        """Return the criteria of a group, in the order of the checklist."""
        return tuple(name for name, place in self.places.items() if place == group)

    @cached_property
    def findings(self) -> pd.DataFrame:
        """Return the findings of the audit, row by row the same, with a column ``group``."""
        return self.audit.findings.assign(group=self.audit.findings["criterion_id"].map(self.places))

    @cached_property
    def scores(self) -> pd.DataFrame:
        """Return one row per community and group: columns `COLUMNS`, groups in the order of the axis."""
        counts = pd.Series(self.places).value_counts()
        blocks = aggregate(self.findings, ["group", "subject_code"]).rename_axis(["group", "community_code"]).reset_index()
        blocks["criteria"] = blocks["group"].map(counts)
        order = {group.id: place for place, group in enumerate(self.groups)}
        found = blocks.assign(place=blocks["group"].map(order)).sort_values(["community_code", "place"])
        return found[list(COLUMNS)].reset_index(drop=True)

    def of(self, code: str) -> pd.DataFrame:
        """Return the groups of one community, index ``group``.

        Raises
        ------
        UnknownName
            When the city has no such community.
        """
        if code not in self.audit.codes:
            raise UnknownName("community", code, tuple(self.audit.codes))
        return self.scores[self.scores["community_code"] == code].set_index("group")

    def of_group(self, group: str) -> pd.DataFrame:
        """Return one group in every community, index ``community_code``.

        Raises
        ------
        UnknownName
            When no criterion of the checklist stands in such a group.
        """
        known = tuple(found.id for found in self.groups)
        if group not in known:
            raise UnknownName(f"group of {self.axis.id}", group, known)
        return self.scores[self.scores["group"] == group].set_index("community_code")

    @cached_property
    def district(self) -> pd.DataFrame:
        """Return one row per group: number of criteria, median, lowest and highest score, mean data coverage."""
        by_group = self.scores.groupby("group", sort=False)
        summed = by_group.agg(
            criteria=("criteria", "first"),
            median=("score", "median"),
            lowest=("score", "min"),
            highest=("score", "max"),
            data_coverage=("data_coverage", "mean"),
        )
        order = [group.id for group in self.groups if group.id in summed.index]
        return summed.loc[order].round(DECIMALS).reset_index()[list(DISTRICT)]

    @cached_property
    def regrouped(self) -> Audit:
        """Return the audit with the groups, by their short names, in the place of its dimensions; its totals are the same."""
        checklist = self.audit.checklist
        items = tuple(
            replace(item, criterion=replace(item.criterion, dimension=self.places[item.id])) for item in checklist.items
        )
        dimensions = tuple(Dimension(id=group.id, title=group.name) for group in self.groups)
        regrouped = replace(checklist, items=items, dimensions=dimensions)
        findings = self.audit.findings.assign(dimension=self.findings["group"])
        plan = self.audit.plan.assign(dimension=self.audit.plan["criterion_id"].map(self.places))
        scores = score_findings(findings, regrouped)
        return replace(self.audit, checklist=regrouped, findings=findings, scores=scores, plan=plan)

    def __repr__(self) -> str:
        apart = f", {len(self.not_placed)} criteria not placed" if self.not_placed else ""
        return f"<Reading of {self.audit.city.name.zh} by {self.axis.id}: {len(self.groups)} groups{apart}>"
