"""Does a page print what the result files say? Every marked number, both the exact one it carries and the one a reader sees.

Marked are elements with ``data-field``: see `friendly_city.report.shown`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence

from friendly_city.errors import Problem, shorten
from friendly_city.labels import Language, label, number
from friendly_city.report.expected import NUMBERS, TOTAL, Expected, ExpectedFinding, ExpectedIndex
from friendly_city.report.html import MISSING, exact, slug
from friendly_city.report.page import Element, Page
from friendly_city.report.words import say

NUMBER = re.compile("\u2212?\\d[\\d,]*(?:\\.\\d+)?")
IN_PER_CENT = frozenset({"data_coverage", "degree", "mean_coverage"})
WORKED_OUT = 1e-8
"""How far a number may be off that is worked out a second time, in points; those of the files must be the same."""
UNRANKED = 9999.0
"""What the overview sorts a community without a rank by."""
NAMED = 3
"""Criteria or communities named in one message."""


def shown_numbers(text: str) -> list[tuple[float, int]]:
    """Return the numbers a reader sees in a text, each with how many decimals it is given.

    Examples
    --------
    >>> shown_numbers("\u22121,204.50 – 7 %")
    [(-1204.5, 2), (7.0, 0)]
    """
    found = NUMBER.findall(text)
    return [(float(n.replace(",", "").replace("\u2212", "-")), len(n.partition(".")[2])) for n in found]


def reads_as(text: str, values: Sequence[float]) -> bool:
    """Return whether the numbers in a text are these, rounded; a value that is NaN is not printed.

    Examples
    --------
    >>> reads_as("61.2 – 70.0", [61.25, 70]), reads_as("61.3", [61.24]), reads_as("—", [float("nan")])
    (True, False, True)
    >>> reads_as("<0.1", [0.04]), reads_as("<0.1", [0.2])
    (True, False)
    """
    wanted = [value for value in values if not math.isnan(value)]
    found = shown_numbers(text)
    if text.startswith("<") and len(found) == len(wanted) == 1:
        return 0 < wanted[0] < found[0][0]
    return len(found) == len(wanted) and all(
        abs(seen - value) <= 0.5 * 10**-decimals + WORKED_OUT for (seen, decimals), value in zip(found, wanted, strict=True)
    )


def carries(element: Element, value: float, *, within: float = 0.0) -> bool:
    """Return whether the exact number an element carries is `value`."""
    written = element.attributes.get("data-value", "")
    if not written or math.isnan(value):
        return not written and math.isnan(value)
    try:
        return abs(float(written) - value) <= within
    except ValueError:
        return False


def differs(file: str, what: str, found: str, wanted: float | str, source: str) -> Problem:
    """Return the problem that something shows what a result file does not say."""
    expected = (exact(wanted) or MISSING) if isinstance(wanted, float) else wanted
    return Problem(file, None, None, what, f"shows {shorten(found)!r}", f"{shorten(expected)} ({source})")


def community_number_problems(page: Page, expected: Expected, *, file: str) -> Iterator[Problem]:
    """Yield each number, rating and reason on a community's page that is not that of the result files, and each missing one."""
    seen: set[tuple[str, str]] = set()
    rows = {slug("finding", name): finding.rating for name, finding in expected.findings.items()}
    for element in page.elements:
        marks = element.attributes
        if "data-field" in marks and "data-dimension" in marks:
            seen.add((marks["data-dimension"], marks["data-field"]))
            yield from _score(page, element, expected, file)
        elif "data-field" in marks and "data-criterion" in marks:
            seen.add((marks["data-criterion"], marks["data-field"]))
            yield from _finding(page, element, expected, file)
        elif "data-rating" in marks and element.name in {"li", "span"}:
            seen.add((marks["data-rating"], "count"))
            yield from _count(page, element, expected, file)
        elif "data-rating" in marks and rows.get(marks.get("id", ""), marks["data-rating"]) != marks["data-rating"]:
            yield differs(file, f"#{marks['id']} data-rating", marks["data-rating"], rows[marks["id"]], "findings.csv")
        elif marks.get("id") == "ratings-figure":
            yield from _ratings_figure(page, element, expected, file)
    yield from _lacking(page, expected, seen, file)


def _score(page: Page, element: Element, expected: Expected, file: str) -> Iterator[Problem]:
    dimension, field = element.attributes["data-dimension"], element.attributes["data-field"]
    where, text = f"{dimension} {field}", page.text_of(element)
    if dimension not in expected.scores:
        yield Problem(file, None, None, where, "is of a dimension that scores.csv does not have", ", ".join(expected.scores))
    elif field == "grade":
        yield from _grade(element, text, expected.grade, expected.grade_title, Problem(file, None, None, "grade", ""))
    elif field in NUMBERS:
        value = expected.scores[dimension][field]
        if not carries(element, value):
            yield differs(file, where, element.attributes.get("data-value", ""), value, "scores.csv")
        if not reads_as(text, [100 * value if field in IN_PER_CENT else value]):
            yield differs(file, where, text, value, "scores.csv")
        if text not in element.attributes.get("aria-label", text):
            yield differs(file, f"{where} aria-label", element.attributes["aria-label"], value, "scores.csv")


def _grade(element: Element, text: str, grade: str, title: str, place: Problem) -> Iterator[Problem]:
    """Compare id and words of a grade; `place` says where."""
    found = element.attributes.get("data-grade", "")
    if found != grade:
        yield differs(place.file, place.path, found, grade or "no grade", "scores.csv")
    elif element.attributes.get("data-by-score") == grade:
        yield differs(place.file, place.path, grade, "another grade by its score", "a lowered grade")
    elif title.lower() not in text.lower() or not text:
        yield differs(place.file, place.path, text, title, "scores.csv and the checklist")


def _finding(page: Page, element: Element, expected: Expected, file: str) -> Iterator[Problem]:
    criterion, field = element.attributes["data-criterion"], element.attributes["data-field"]
    finding = expected.findings.get(criterion)
    where = f"{criterion} {field}"
    if finding is None:
        yield Problem(file, None, None, where, "is of a criterion that findings.csv does not have for this community")
    elif field == "rating":
        yield from _rating(page, element, finding, expected, file)
    elif field == "value" and kept_back(page, element, expected.language):
        return
    elif field == "value":
        if not carries(element, finding.value):
            yield differs(file, where, element.attributes.get("data-value", ""), finding.value, "findings.csv")
        yield from _reason(page.text_of(element), finding, where, file)
    elif field in {"degree", "gain", "width"}:
        value = _worked_out(field, finding, expected)
        if not carries(element, value, within=0.0 if field == "degree" else WORKED_OUT):
            yield differs(file, where, element.attributes.get("data-value", ""), value, "findings.csv")
        if not reads_as(text := page.text_of(element), [100 * value if field in IN_PER_CENT else value]):
            yield differs(file, where, text, value, "findings.csv")


def kept_back(page: Page, element: Element, language: Language) -> bool:
    """Return whether a finding says that its value is not for the public, and indeed carries none."""
    said = say("value_withheld", language).strip(" 。.")
    return not element.attributes.get("data-value") and said in page.text_of(element)


def _worked_out(field: str, finding: ExpectedFinding, expected: Expected) -> float:
    """Return the credit of a finding, the points it could bring, or the points by which not knowing widens the range."""
    if field == "degree":
        return finding.degree
    if field == "gain":
        return 100 * finding.weight * (1 - finding.degree) / expected.weight(rated=True)
    return 100 * finding.weight / expected.weight(rated=False)


def _rating(page: Page, element: Element, finding: ExpectedFinding, expected: Expected, file: str) -> Iterator[Problem]:
    where = f"{element.attributes['data-criterion']} rating"
    if element.attributes.get("data-value") != finding.rating:
        yield differs(file, where, element.attributes.get("data-value", ""), finding.rating, "findings.csv")
        return
    markup, words = page.markup_of(element), label("rating", finding.rating).of(expected.language)
    if 'class="tag' not in markup:
        yield from _reason(page.text_of(element), finding, where, file)
    elif f'class="tag {finding.rating}"' not in markup or words not in page.text_of(element):
        yield differs(file, where, page.text_of(element), words, "findings.csv")


def _reason(text: str, finding: ExpectedFinding, where: str, file: str) -> Iterator[Problem]:
    reason = " ".join(finding.reason.split()).strip(" 。.；;")
    if reason not in text:
        yield differs(file, where, text, reason, "the reason in findings.csv")


def _count(page: Page, element: Element, expected: Expected, file: str) -> Iterator[Problem]:
    rating = element.attributes["data-rating"]
    if not reads_as(text := page.text_of(element), [float(expected.counts.get(rating, 0))]):
        yield differs(file, f"count of {rating}", text, float(expected.counts.get(rating, 0)), "findings.csv")


def _ratings_figure(page: Page, figure: Element, expected: Expected, file: str) -> Iterator[Problem]:
    """Compare the counts that the bar says in words for those who do not see it."""
    wanted = [float(len(expected.findings)), *map(float, expected.counts.values())]
    for drawing in (element for element in page.inside(figure) if element.name == "svg"):
        said = drawing.attributes.get("aria-label", "")
        if not reads_as(said, wanted):
            yield differs(file, "#ratings-figure", said, " ".join(number(count) for count in wanted), "findings.csv")


def _lacking(page: Page, expected: Expected, seen: set[tuple[str, str]], file: str) -> Iterator[Problem]:
    """Yield what a section should show and does not; a page of another notebook need not have the section."""
    sections = {element.attributes.get("id") for element in page.named("section")}
    if "summary" in sections:
        total = expected.scores.get(TOTAL, {})
        wanted = [
            "grade",
            *(name for name in NUMBERS if name in total and not (name.startswith("rank") and math.isnan(total[name]))),
        ]
        yield from missing("total", [name for name in wanted if (TOTAL, name) not in seen], file)
    if "ratings" in sections:
        yield from missing("counts of", [rating for rating in expected.counts if (rating, "count") not in seen], file)
    for section, applies in (("findings", True), ("not-applicable", False)):
        if section in sections:
            names = [n for n, f in expected.findings.items() if (f.rating != "not_applicable") is applies]
            yield from missing("rating of", [name for name in names if (name, "rating") not in seen], file)
    if "findings" in sections:
        names = [name for name, finding in expected.findings.items() if finding.rating != "not_applicable"]
        yield from missing("value and reason of", [name for name in names if (name, "value") not in seen], file)


def missing(what: str, names: Sequence[str], file: str) -> Iterator[Problem]:
    """Yield that a page does not show something of these; nothing when there are none."""
    if names:
        rest = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
        yield Problem(file, None, None, "", f"does not show the {what} {', '.join(names[:NAMED])}{rest}")


def index_number_problems(page: Page, expected: ExpectedIndex, *, file: str) -> Iterator[Problem]:
    """Yield each number of the overview that is not that of scores.csv, and each community it does not show."""
    code, seen = "", set()
    for element in page.elements:
        marks = element.attributes
        if element.name == "tr":
            code = marks.get("data-code", "")
            if code and code not in expected.totals:
                yield Problem(file, None, None, code, "is a community that scores.csv does not have")
        elif "data-mean" in marks:
            yield from _mean(page.text_of(element), marks["data-mean"], expected, file)
        elif marks.get("data-field") == "communities":
            yield from _grade_count(page.text_of(element), marks.get("data-grade", ""), expected, file)
        elif "data-field" in marks and code in expected.totals:
            seen.add((code, marks["data-field"]))
            yield from _cell(page, element, code, expected, file)
    if any(element.attributes.get("id") == "communities" for element in page.elements):
        lacking = [c for c in expected.totals if any((c, field) not in seen for field in (*_CELLS, "grade"))]
        yield from missing("totals of", lacking, file)
        yield from _lowered(page, file)


def _grade_count(text: str, grade: str, expected: ExpectedIndex, file: str) -> Iterator[Problem]:
    count = float(sum(found == grade for found in expected.grades.values()))
    if not reads_as(text, [count]):
        yield differs(file, f"communities graded {grade or 'not'}", text, count, "scores.csv")


def _lowered(page: Page, file: str) -> Iterator[Problem]:
    """Yield the number of lowered grades when it is not how many grades in the table are marked so."""
    marked = float(sum("data-by-score" in element.attributes for element in page.named("td")))
    for element in page.named("dd"):
        if element.attributes.get("data-mean") == "district_gated" and not reads_as(text := page.text_of(element), [marked]):
            yield differs(file, "district_gated", text, marked, "the marks in the table")


_CELLS: dict[str, tuple[str, ...]] = {
    "rank": ("rank",),
    "score": ("score",),
    "bounds": ("lower", "upper"),
    "rank_interval": ("rank_low", "rank_high"),
    "data_coverage": ("data_coverage",),
}
"""Cells of the table of communities, and the columns of scores.csv they show; the first is what they are sorted by."""


def _cell(page: Page, element: Element, code: str, expected: ExpectedIndex, file: str) -> Iterator[Problem]:
    field, total, text = element.attributes["data-field"], expected.totals[code], page.text_of(element)
    if field == "grade":
        grade = expected.grades.get(code, "")
        yield from _grade(
            element, text, grade, expected.grade_titles.get(grade, ""), Problem(file, None, None, f"{code} grade", "")
        )
    elif field in _CELLS:
        values = [total[name] for name in _CELLS[field]]
        sorted_by = UNRANKED if "rank" in field and math.isnan(values[0]) else values[0]
        if not carries(element, sorted_by):
            yield differs(file, f"{code} {field}", element.attributes.get("data-value", ""), sorted_by, "scores.csv")
        alone = values[:1] if field == "bounds" and values[0] == values[-1] else values  # nothing unknown, so no range
        if not reads_as(text, [100 * value for value in values] if field in IN_PER_CENT else alone):
            yield differs(file, f"{code} {field}", text, " – ".join(exact(value) or MISSING for value in values), "scores.csv")


def _mean(text: str, name: str, expected: ExpectedIndex, file: str) -> Iterator[Problem]:
    def mean(column: str) -> float:
        known = [total[column] for total in expected.totals.values() if not math.isnan(total[column])]
        return math.fsum(known) / len(known) if known else math.nan

    scores = [total["score"] for total in expected.totals.values() if not math.isnan(total["score"])]
    wanted = {
        "mean_score": [mean("score")],
        "mean_bounds": [mean("lower"), mean("upper")],
        "best_worst": [max(scores, default=math.nan), min(scores, default=math.nan)],
        "mean_coverage": [100 * mean("data_coverage")],
    }.get(name)
    if wanted is not None and not reads_as(text, wanted):
        yield differs(file, name, text, " – ".join(exact(value) or MISSING for value in wanted), "scores.csv")
