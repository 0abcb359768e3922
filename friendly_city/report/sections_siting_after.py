"""The end of the page on where to build next: the grades after the plan, and how it was worked out."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from friendly_city.access.impedance import walking_speed
from friendly_city.access.walking import walker
from friendly_city.audit.model import records
from friendly_city.audit.planned import mean_score
from friendly_city.audit.siting import FARTHEST, TRIED
from friendly_city.city.period import period_of
from friendly_city.labels import Language, label, number
from friendly_city.report.html import Cell, Column, Html, Row, element, join, rating_tag, table
from friendly_city.report.published import published_rows
from friendly_city.report.section import Section, section
from friendly_city.report.sections_siting import LISTED, limit_of, subject_of, who_of
from friendly_city.report.shown import titled
from friendly_city.report.siting_numbers import require_edition
from friendly_city.report.words import say

if TYPE_CHECKING:
    from friendly_city.audit.model import Audit
    from friendly_city.audit.planned import Regraded
    from friendly_city.audit.siting import CityPlan

Change = tuple[str, str, str]
"""Id of a criterion, rating before, rating after."""


def siting_grades(planned: CityPlan, regraded: Regraded, *, language: Language = "zh", edition: str = "public") -> Section:
    """Return the communities and criteria whose grades and ratings change.

    Parameters
    ----------
    planned : CityPlan
        The plan.
    regraded : Regraded
        ``planned.graded(checklist)``.
    language, edition
        In the public edition no credit is given that would tell of few children.
    """
    require_edition(edition)
    changed, before = regraded.communities, regraded.before
    shown = {"title": before.checklist.title.of(language), "all": len(before), "changed": len(changed)}
    if not len(changed):
        lead, body = say("siting_grades_none", language, title=shown["title"]), None
    else:
        ends = {name: number(mean_score(one), digits=2) for name, one in (("before", before), ("after", regraded.after))}
        lead = say("siting_grades_lead", language, **shown, **ends)
        if fallen := int((changed["score_after"] < changed["score_before"]).sum()):
            lead += ("" if language == "zh" else " ") + say("siting_grades_fallen", language, fallen=fallen)
        body = join([
            _communities(regraded, language),
            element("h3", say("siting_criteria", language)), _criteria(regraded, language, edition),
        ])  # fmt: skip
    return section(body, id="grades", title=say("siting_grades", language), subject=subject_of(planned), lead=lead)


def _communities(regraded: Regraded, language: Language) -> Html:
    audit, rows = regraded.before, list[Row]()
    for row in records(regraded.communities.head(LISTED)):
        before, after = float(row["score_before"]), float(row["score_after"])
        change = number(after - before, digits=2)
        grades = [_grade(audit, str(row[name]), language) for name in ("grade_before", "grade_after")]
        rows.append((
            audit.city.name_of(row["community_code"]).of(language),
            Cell(_arrow(number(before, digits=1), number(after, digits=1)), {"data_before": before, "data_after": after}),
            f"+{change}" if after > before else change,
            grades[0] if grades[0] == grades[1] else _arrow(grades[0], element("b", grades[1])),
        ))  # fmt: skip
    columns = [
        Column(title=say("community", language), heads_row=True),
        Column(title=say("score", language), numeric=True, half=True),
        Column(title=say("siting_change", language), numeric=True, half=True),
        Column(title=say("grade", language), half=True),
    ]
    caption, more = say("siting_grades", language), len(regraded.communities) - LISTED
    rest = element("p", say("siting_more_communities", language, count=more), class_="hint") if more > 0 else None
    return join([table(columns, rows, id="grades-table", caption=caption, layout="cards", titled=True), rest])


def _arrow(before: str, after: str) -> Html:
    return element("span", join([before, after], " → "), class_="whole")


def _grade(audit: Audit, grade: str, language: Language) -> str:
    names = {found.id: found.title.of(language) for found in audit.checklist.grades}
    return titled(names.get(grade, say("ungraded", language)))


def _criteria(regraded: Regraded, language: Language, edition: str) -> Html:
    places: dict[Change, list[str]] = {}
    for row in records(regraded.criteria):
        change = (row["criterion_id"], row["rating_before"], row["rating_after"])
        places.setdefault(change, []).append(row["community_code"])
    order = {item.id: place for place, item in enumerate(regraded.before.checklist.items)}
    rows: list[Row] = [
        (
            titled(regraded.before.checklist.item(name).criterion.title.of(language)),
            rating_tag(before, language),
            rating_tag(after, language),
            _places(regraded, name, codes, language, edition),
        )
        for (name, before, after), codes in sorted(places.items(), key=lambda found: order[found[0][0]])
    ]
    columns = [
        Column(title=say("criterion", language), heads_row=True, width="32%"),
        Column(title=say("siting_rating_before", language), half=True),
        Column(title=say("siting_rating_after", language), half=True),
        Column(title=say("siting_where_changed", language), width="36%"),
    ]
    caption = say("siting_criteria", language)
    return table(columns, rows, id="criteria-table", caption=caption, layout="cards", titled=True)


def _places(regraded: Regraded, criterion_id: str, codes: list[str], language: Language, edition: str) -> str:
    """Return the communities of a change, with the credit before and after where it is partial and may be told."""
    said = []
    for code in codes:
        name = regraded.before.city.name_of(code).of(language)
        ends = [_degree(one, code, criterion_id, edition) for one in (regraded.before, regraded.after)]
        if any(math.isnan(end) for end in ends) or set(ends) <= {0.0, 1.0}:
            said.append(name)
        else:
            before, after = (f"{number(100 * end, digits=0)} %" for end in ends)
            said.append(say("siting_degrees", language, name=name, before=before, after=after))
    return ("、" if language == "zh" else ", ").join(said)


def _degree(one: Audit, code: str, criterion_id: str, edition: str) -> float:
    """Return the credit of a finding as it may be published, NaN where it may not."""
    rows = published_rows(one.of(code), edition=edition)
    return next((float(row["degree"]) for row in rows if row["criterion_id"] == criterion_id), math.nan)


def siting_method(planned: CityPlan, *, language: Language = "zh", edition: str = "public") -> Section:
    """Return what is assumed, and which of it is this project's choice."""
    require_edition(edition)
    lines = [*_demand(planned, language), *_walks(planned, language), *_candidates(planned, language)]
    lines += [say(f"siting_method_{name}", language) for name in ("price", "typical")]
    lines += _objective(planned, language)
    body = element("ul", *(element("li", line) for line in lines), class_="plain")
    return section(body, id="method", title=say("siting_method", language), subject=subject_of(planned))


def _demand(planned: CityPlan, language: Language) -> list[str]:
    shown = {
        "who": who_of(planned, language), "kept": int(planned.places["kept"].sum()),
        "kind": label("facility", planned.kind).of(language), "day": f"{period_of(planned.period).end:%Y-%m-%d}",
    }  # fmt: skip
    own = [say("siting_method_subdistrict", language)] if planned.subdistrict else []
    return [say("siting_method_demand", language, **shown), *own]


def _walks(planned: CityPlan, language: Language) -> list[str]:
    speed = walking_speed(planned.age_band)
    shown = number(speed.m_per_min, digits=1)
    ours = say("siting_ours", language) if speed.basis == "ours" else ""
    source, limit = speed.source.of(language), limit_of(planned, language)
    said = [say("siting_method_limit", language, limit=limit, speed=shown, ours=ours, source=source)]
    if planned.walk == "metres":
        return [*said, say("siting_method_metres", language)]
    said.append(say("siting_method_pace", language, speed=shown, rule=walker(planned.age_band).rule.of(language)))
    return said if "crossings" in planned.city.registers else [*said, say("siting_method_no_crossings", language)]


def _candidates(planned: CityPlan, language: Language) -> list[str]:
    possible = planned.places[~planned.places["kept"]]
    count = len(possible)
    if count > 1 and possible["site"].astype(str).str.startswith("grid-").all():
        steps = np.concatenate([np.diff(np.unique(possible[axis].round(3))) for axis in ("x_m", "y_m")])
        spacing = number(round(float(steps.min(initial=np.inf)))) if len(steps) else "—"
        return [say("siting_method_grid", language, count=count, spacing=spacing)]
    return [say("siting_method_named", language, count=count)]


def _objective(planned: CityPlan, language: Language) -> list[str]:
    """Return what the objective takes for granted."""
    said = {
        "least_cost": say("siting_method_farthest", language, times=number(FARTHEST)),
        "score": say("siting_method_tried", language, tried=TRIED),
        "fairest": say("siting_method_fairest", language),
    }
    return [said[planned.plan.objective]] if planned.plan.objective in said else []
