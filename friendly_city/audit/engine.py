"""The verb of the room: audit a city against a checklist."""

from __future__ import annotations

import numpy as np

from friendly_city.audit.findings import findings_frame
from friendly_city.audit.measures.context import covers
from friendly_city.audit.model import Audit
from friendly_city.audit.plan import plan_actions
from friendly_city.audit.question import require_city
from friendly_city.audit.ready import ReadyAudit
from friendly_city.audit.scores import score_findings
from friendly_city.city.level import cut
from friendly_city.city.model import City, Period
from friendly_city.city.period import period_of
from friendly_city.errors import InvalidParameters, shorten
from friendly_city.prepared import hand_out, prepared
from friendly_city.standards.model import Checklist, Standard

READY = "audit"
"""Name under which an audit made beforehand is laid out."""


def require_covered(city: City, period: Period) -> None:
    """Raise when no register of any community covers a period: everything would be unknown.

    Raises
    ------
    InvalidParameters
        Which says what years are covered.
    """
    for said in uncovered(city, period).values():
        raise InvalidParameters(said)


def uncovered(city: City, period: Period) -> dict[int, str]:
    """Return what to say of each city (by number, where several are held as one) of which no register covers a period."""
    if not city.has("reporting"):
        return {}
    reporting = city.register("reporting")
    part = city.parts[city.places(reporting["community_code"])]
    found = {}
    for number in np.setdiff1d(part, part[covers(reporting, period)]).tolist():
        spans = np.unique(reporting.loc[part == number, ["year_from", "year_to"]].to_numpy(dtype=float), axis=0)
        years = ", ".join(f"{start:g}" if start == end else f"{start:g}–{end:g}" for start, end in spans.tolist())
        found[number] = f"the city holds nothing for {period.label}: reporting.csv covers {years}; audit one of these years"
    return found


def require_checklist(checklist: object) -> None:
    """Raise unless something is a checklist or a standard.

    Raises
    ------
    InvalidParameters
        When it is something else, such as a name.
    """
    if not isinstance(checklist, Checklist | Standard):
        said = f"{type(checklist).__name__} {shorten(repr(checklist))}"
        raise InvalidParameters(f"checklist must be a Checklist or a Standard, not {said}: load_checklist('community')")


def audit(city: City, checklist: Checklist | Standard, *, period: str) -> Audit:
    """Audit every community of a city against a checklist in a period; or every other subject the checklist is for.

    Parameters
    ----------
    city : City
        From `load_city`.
    checklist : Checklist or Standard
        From `load_checklist`; a standard is audited whole, with the default weights and grades.
    period : str
        A year, ``"2022"``, or a quarter, ``"2022Q3"``. Text, not a number.

    Returns
    -------
    Audit
        Findings, scores and plan of all communities; `Audit.of` gives one community's view.

    Raises
    ------
    InvalidParameters
        When the city or the checklist is only named, the period is not one, or the city's registers cover no part of it in
        any community.
    InvalidStandard
        When a criterion asks for a register, column or item that the data dictionary does not have.
    """
    require_city(city)
    require_checklist(checklist)
    if isinstance(checklist, Standard):
        from friendly_city.standards.load import whole

        checklist = whole(checklist)
    span = period_of(period)
    ready: ReadyAudit | None = prepared(READY)
    if ready is not None and ready.answers(city, checklist, span):
        hand_out(READY)
        return ready.audit
    require_covered(city.whole, span)
    city = cut(city, checklist.level, checklist.kind)
    findings = findings_frame(city, checklist, span)
    return Audit(
        city=city,
        checklist=checklist,
        period=span,
        findings=findings,
        scores=score_findings(findings, checklist),
        plan=plan_actions(findings, checklist, city),
    )
