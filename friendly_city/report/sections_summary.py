"""The first screen of a community's page: who was audited, the score on its scale, the ratings, profile."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from friendly_city.labels import Language, keys, label, number
from friendly_city.report.changes import changed_in_short
from friendly_city.report.charts import plot_profile, plot_ratings, profile_heights, profile_titles, rating_titles
from friendly_city.report.figure import Figure, draw_figure
from friendly_city.report.html import Attribute, Column, Html, Row, element, join, link, safe, table
from friendly_city.report.published import children_said
from friendly_city.report.reading import (
    is_lived_in,
    is_mapped,
    lowered_from,
    pass_mark,
    provisional,
    standings,
    strongest,
    total_standing,
    weakest,
)
from friendly_city.report.section import Section, section
from friendly_city.report.shown import (
    finding_anchor,
    name_of,
    of_score,
    points,
    points_cell,
    standard_name,
    synthetic_warning,
    titled,
)
from friendly_city.report.words import rich, say, worded

if TYPE_CHECKING:
    from friendly_city.audit.model import CommunityAudit
    from friendly_city.standards.model import Grade

CONTENTS = ("profile", "map", "missing", "findings", "unknown", "not_applicable", "axes", "method", "data", "clauses")
"""Sections named in the table of contents of a community's page, in its order."""


@worded
def header_section(c: CommunityAudit, *, language: Language = "zh", edition: str = "public") -> Section:
    """Return who was audited, and the score with bounds, grade, rank and data coverage.

    Parameters
    ----------
    c : CommunityAudit
        One community's audit.
    language
        Language of the page.
    edition
        ``public`` hides counts of children below 5, ``internal`` shows them.
    """
    top = join(
        [
            synthetic_warning(c.city, language),
            element("div", _who(c, language, edition), _score(c, language), class_="top"),
        ]
    )
    names = element(
        "ul",
        *(
            element("li", link(_anchor(key), contents_title(c, key, language)))
            for key in CONTENTS
            if key != "map" or is_mapped(c)
        ),
    )
    nav = element("nav", names, aria_label=say("contents", language))
    parts = (top, _rule(c, language), _gates(c, language), nav)
    return section(*parts, id="summary", title=say("summary", language), subject=c.code, heading=False, themed=True)


def _anchor(key: str) -> str:
    return key.replace("_", "-")


def contents_title(c: CommunityAudit, key: str, language: Language) -> str:
    """Return the heading of a section of a community's page."""
    return say(key, language, count=number(len(standings(c))))


def _who(c: CommunityAudit, language: Language, edition: str) -> Html:
    bands = children_said(c, edition=edition, language=language)
    total = bands.pop("children")
    by_band = " · ".join(
        say("children_band", language, band=label("age_band", band).of(language), count=n) for band, n in bands.items()
    )
    hidden = say("few_note", language) if say("withheld", language) in (*bands.values(), total) else None
    separator = "、" if language == "zh" else ", "
    against = say(
        "against", language, title=c.checklist.title.of(language), id=c.checklist.id, version=c.checklist.version,
        count=len(c.checklist.items), standards=separator.join(standard_name(s, language) for s in c.checklist.standards),
    )  # fmt: skip
    return element(
        "div",
        element(
            "p", say("eyebrow", language, period=c.period.label, edition=label("edition", edition).of(language)), class_="eyebrow"
        ),
        element("h1", name_of(c.name, language)),
        element("p", _place(c, language)),
        element("p", say("children_total", language, count=total)) if is_lived_in(c) else None,
        element("small", by_band) if is_lived_in(c) else None,
        element("small", hidden) if hidden else None,
        element("small", against),
        changed_in_short(c.checklist, language),
        class_="who",
    )


def _place(c: CommunityAudit, language: Language) -> str:
    around = c.subdistrict.of(language)
    if around == c.city.name.of(language):
        return say("place_alone", language, city=around, code=c.code)
    return say("place", language, city=c.city.name.of(language), subdistrict=around, code=c.code)


def _score(c: CommunityAudit, language: Language) -> Html:
    rows = {
        "bounds": bounds_value(c, language),
        "grade": _grade(c, language),
        "rank": _rank(c, language),
        "coverage": rich("coverage_value", language, share=_coverage(c)),
    }
    listed = [element("dt", say(key, language)) + element("dd", value) for key, value in rows.items()]
    return element("div", _big(c, language), element("dl", Html("".join(listed))), class_="score")


def _big(c: CommunityAudit, language: Language) -> Html:
    """Return the score in large figures with its unit; grey and called provisional where there is too little data for a grade."""
    weak = c.score < pass_mark(c.checklist).at_least
    kind = "none" if math.isnan(c.score) else "provisional" if provisional(c) else "weak" if weak else None
    said = f"{say('score', language)} {number(c.score, digits=0)} {say('of_100', language)}"
    figures = element(
        "b", number(c.score, digits=0), class_=kind, aria_label=said, role="img", **of_score("total", "score", c.score)
    )
    unit = None if math.isnan(c.score) else element("span", say("points", language), aria_hidden="true")
    note = element("em", say("provisional", language)) if provisional(c) else None
    return element("div", figures, unit, note, class_="big")


def bounds_value(c: CommunityAudit, language: Language) -> Html:
    """Return the possible range of the score; where everything is known the score alone, as there is no range."""
    unknown = c.findings.counts["no_data"]
    if not unknown and c.lower == c.upper:
        both = element("span", points("total", "upper", c.upper), **of_score("total", "lower", c.lower))
        return rich("bounds_certain", language, score=both)
    return rich(
        "bounds_value",
        language,
        unknown=unknown,
        lower=points("total", "lower", c.lower),
        upper=points("total", "upper", c.upper),
    )


def _grade(c: CommunityAudit, language: Language) -> Html:
    grade, by_score = c.grade.id if c.grade else "", _lowered_from(c)
    words = say("grade_none", language)
    if c.grade and by_score:
        words = say("grade_lowered", language, grade=titled(c.grade.title.of(language)), by_score=by_score.title.of(language))
    elif c.grade:
        words = say("grade_value", language, grade=titled(c.grade.title.of(language)))
    marks: dict[str, Attribute] = {"data_dimension": "total", "data_field": "grade", "data_grade": grade}
    return element("span", words, **marks, data_by_score=by_score.id if by_score else None)


def _lowered_from(c: CommunityAudit) -> Grade | None:
    return lowered_from(c.checklist, c.score, c.grade.id if c.grade else "")


def _coverage(c: CommunityAudit) -> Html:
    return element("span", f"{number(100 * c.data_coverage, digits=0)} %", **of_score("total", "data_coverage", c.data_coverage))


def _rank(c: CommunityAudit, language: Language) -> Html:
    places = {"rank": c.rank, "low": c.rank_low, "high": c.rank_high}
    if c.rank is None:
        return safe(say("rank_none", language))
    fields = {"rank": "rank", "low": "rank_low", "high": "rank_high"}
    shown = {
        name: element("span", str(place), **of_score("total", fields[name], float(place or 0))) for name, place in places.items()
    }
    return rich("rank_value", language, count=len(c.audit), **shown)


def _rule(c: CommunityAudit, language: Language) -> Html:
    """Draw the score with its bounds on the scale of grades; the numbers stand beside it as text."""
    total = total_standing(c)
    weak = " provisional" if provisional(c) else " weak" if c.score < pass_mark(c.checklist).at_least else ""
    marks = [element("i", class_="track")]
    if total.applies:
        marks.append(element("i", class_=f"range{weak}", style=f"left:{total.lower:.2f}%;width:{total.upper - total.lower:.2f}%"))
    if not math.isnan(total.district_median):
        left = f"left:{total.district_median:.2f}%"
        words = f"{say('median', language)} {number(total.district_median, digits=0)}"
        marks += [element("i", class_="median", style=left), element("u", words, style=left)]
    if total.known:
        marks.append(element("i", class_=f"dot{weak}", style=f"left:{total.score:.2f}%"))
    grades = sorted(c.checklist.grades, key=lambda grade: grade.at_least)
    for grade in grades:
        left = f"left:{grade.at_least:.2f}%"
        marks += [
            element("i", class_="cut", style=left),
            element("span", number(grade.at_least), element("em", grade.title.of(language)), style=left),
        ]
    return element("div", *marks, class_="rule", aria_hidden="true")


def _gates(c: CommunityAudit, language: Language) -> Html | None:
    if not c.capped_by:
        return None
    cap, by_score = next(grade for grade in c.checklist.grades if grade.id == c.checklist.gate_cap), _lowered_from(c)
    key, before = ("gates_lowered", by_score.title.of(language)) if by_score else ("gates", "")
    names = [link(finding_anchor(name), c.checklist.item(name).criterion.title.of(language)) for name in c.capped_by]
    listed = join(names, "、" if language == "zh" else ", ")
    return element(
        "p", rich(key, language, count=len(names), cap=cap.title.of(language), by_score=before, list=listed), class_="gate"
    )


@worded
def ratings_section(c: CommunityAudit, *, language: Language = "zh", edition: str = "public") -> Section:  # noqa: ARG001 - one signature for all
    """Return how many criteria have each rating, as one bar with its key."""
    counts = c.findings.counts
    separator = "，" if language == "zh" else ", "
    listed = separator.join(
        say("rating_count", language, rating=label("rating", r).of(language), count=n) for r, n in counts.items()
    )
    key = element(
        "ul",
        *(
            element(
                "li", element("i", class_=f"swatch {r}", aria_hidden="true"), _key_words(r, counts[r], language), data_rating=r
            )
            for r in keys("rating")
        ),
        class_="key",
        data_filters="findings",
        data_hint=say("ratings_hint", language),
    )
    figure = draw_figure(
        lambda ax: plot_ratings(c, ax=ax, language=language),
        id="ratings-figure", heights=(44, 44), finding=say("ratings_finding", language, total=len(c.findings), list=listed),
        caption=key, numbers=None, titles=rating_titles(c, language), language=language,
    )  # fmt: skip
    bare = Html(figure.html.replace("<figure ", '<figure class="bare" ', 1))
    return section(bare, id="ratings", title=say("ratings", language), subject=c.code, heading=False)


def _key_words(rating: str, count: int, language: Language) -> str:
    return f"{label('symbol', rating).of(language)} {label('rating', rating).of(language)} {count}"


@worded
def profile_section(c: CommunityAudit, *, language: Language = "zh", edition: str = "public") -> Section:  # noqa: ARG001 - one signature for all
    """Return the subsystems of a community beside the district."""
    grade = pass_mark(c.checklist)
    lead = say("profile_lead", language, count=len(c.audit), mark=number(grade.at_least), grade=grade.title.of(language))
    title = contents_title(c, "profile", language)
    return section(profile_figure(c, language=language).html, id="profile", title=title, subject=c.code, lead=lead)


def profile_figure(c: CommunityAudit, *, language: Language = "zh") -> Figure:
    """Return the profile as a figure with its numbers."""
    finding = _profile_finding(c, language)
    return draw_figure(
        lambda ax: plot_profile(c, ax=ax, language=language),
        id="profile-figure", heights=profile_heights(len(standings(c))), finding=finding, caption=finding,
        numbers=_profile_numbers(c, language), titles=profile_titles(c, language), language=language,
    )  # fmt: skip


def _profile_finding(c: CommunityAudit, language: Language) -> str:
    weak, strong = weakest(c), strongest(c)
    if weak is None or strong is None:
        return say("profile_finding_provisional" if provisional(c) else "profile_finding_none", language)
    if weak.score == strong.score:
        return say("profile_finding_even", language, score=number(weak.score, digits=0))
    return say(
        "profile_finding", language, weak=titled(weak.title.of(language)), low=number(weak.score, digits=0),
        median=number(weak.district_median, digits=0), strong=strong.title.of(language), high=number(strong.score, digits=0),
    )  # fmt: skip


def _profile_numbers(c: CommunityAudit, language: Language) -> Html:
    names = ("score", "lower", "upper", "median", "lowest", "highest")
    columns = [
        Column(title=say("subsystem", language), heads_row=True),
        *(Column(title=say(name, language), numeric=True) for name in names),
    ]
    rows: list[Row] = [
        (
            titled(row.title.of(language)),
            *(points_cell(row.id, field, getattr(row, field)) for field in ("score", "lower", "upper")),
            *(number(value, digits=1) for value in (row.district_median, row.district_lowest, row.district_highest)),
        )
        for row in (*standings(c), total_standing(c))
    ]
    return table(columns, rows, id="profile-table", caption=say("profile_numbers", language))
