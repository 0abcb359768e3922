"""What a reader wants to know of a community's scores: how each subsystem stands, which is weakest, what can be gained.

Puts results of the audit side by side; computes no score.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from friendly_city.access.network import once_per_city
from friendly_city.audit.model import records
from friendly_city.audit.scores import DECIMALS, TOTAL
from friendly_city.city.model import AGE_BANDS
from friendly_city.labels import Text
from friendly_city.report.once import once_per_audit

if TYPE_CHECKING:
    from friendly_city.audit.model import Audit, CommunityAudit
    from friendly_city.city.model import City
    from friendly_city.standards.model import Checklist, Grade

TIED = 10.0**-DECIMALS
"""Scores this close to the start of a grade have reached it, as in the audit."""
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


def is_lived_in(c: CommunityAudit) -> bool:
    """Return whether people live in the subject, so that residents are told: not in a facility."""
    return c.city.level != "facility"


def is_mapped(c: CommunityAudit) -> bool:
    """Return whether the page maps the ways on foot: in a facility nobody lives, and of a larger subject they fill no page."""
    return c.city.level == "community"


@once_per_audit
def district_ranges(audit: Audit) -> dict[str, tuple[float, float, float]]:
    """Return median, lowest and highest score of each subsystem and of the total."""
    groups = audit.scores.groupby("dimension")["score"]
    parts = (part.tolist() for part in (groups.median(), groups.min(), groups.max()))
    return dict(zip((str(name) for name in groups.median().index), zip(*parts, strict=True), strict=True))


def standings(c: CommunityAudit) -> tuple[Standing, ...]:
    """Return every subsystem of a community in the order of the checklist."""
    return _standings(c.audit, c.code)


@once_per_audit
def _standings(audit: Audit, code: str) -> tuple[Standing, ...]:
    rows = {row["dimension"]: row for row in records(audit.rows_of("scores", code))}
    return tuple(_standing(audit, d.id, d.title, rows[d.id]) for d in audit.checklist.dimensions if d.id in rows)


def total_standing(c: CommunityAudit) -> Standing:
    """Return the total of a community beside the district's."""
    return _standing(c.audit, TOTAL, Text("总分", "Total"), c.scores.loc[[TOTAL]].to_dict("records")[0])


def _standing(audit: Audit, name: str, title: Text, row: Mapping[Any, Any]) -> Standing:
    median, lowest, highest = district_ranges(audit)[name]
    return Standing(
        id=name,
        title=title,
        score=float(row["score"]),
        lower=float(row["lower"]),
        upper=float(row["upper"]),
        data_coverage=float(row["data_coverage"]),
        district_median=median,
        district_lowest=lowest,
        district_highest=highest,
    )


def provisional(c: CommunityAudit) -> bool:
    """Return whether a community has a score but too little data for a grade: its numbers may still change a lot."""
    return c.grade is None and not math.isnan(c.score)


def comparable(c: CommunityAudit) -> list[Standing]:
    """Return the subsystems that may be called weak or strong: none where the data do not suffice for a grade."""
    if c.grade is None:
        return []
    enough = c.checklist.minimum_coverage
    return [standing for standing in standings(c) if standing.known and standing.data_coverage >= enough]


def weakest(c: CommunityAudit) -> Standing | None:
    """Return the subsystem with the lowest score; None when none has enough data."""
    return min(comparable(c), key=lambda standing: standing.score, default=None)


def strongest(c: CommunityAudit) -> Standing | None:
    """Return the subsystem with the highest score; None when none has enough data."""
    return max(comparable(c), key=lambda standing: standing.score, default=None)


def grade_by_score(checklist: Checklist, score: float) -> Grade | None:
    """Return the grade a score has by itself, whatever gates say; None without a score."""
    reached = [grade for grade in checklist.grades if score + TIED >= grade.at_least]
    return max(reached, key=lambda grade: grade.at_least, default=None)


def lowered_from(checklist: Checklist, score: float, grade: str) -> Grade | None:
    """Return the grade a community would have by its score, when an unmet gate gave it another; None when it keeps its own."""
    by_score = grade_by_score(checklist, score)
    return by_score if by_score and grade and by_score.id != grade else None


def pass_mark(checklist: Checklist) -> Grade:
    """Return the lowest grade that has to be reached; scores below it are drawn as weak."""
    return min((grade for grade in checklist.grades if grade.at_least > 0), key=lambda grade: grade.at_least)


def residents_by_band(c: CommunityAudit) -> dict[str, float]:
    """Return the children of a community by age band, persons."""
    return _residents(c.city)[c.code]


@once_per_city
def _residents(city: City) -> dict[str, dict[str, float]]:
    by_band = [city.residents(band).tolist() for band in AGE_BANDS]
    return {code: dict(zip(AGE_BANDS, counts, strict=True)) for code, *counts in zip(city.codes, *by_band, strict=True)}


def first_gain(c: CommunityAudit) -> float:
    """Return the points the first actions of the plan bring together.

    Gains add up exactly: an action changes a degree, not which criteria are rated.
    """
    return float(c.plan["gain"].head(FIRST_ACTIONS).sum())
