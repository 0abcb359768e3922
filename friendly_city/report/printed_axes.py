"""Does a page read an audit by an axis as it must? Each finding stands in one group, and the numbers follow from the findings."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence

from friendly_city.errors import Problem
from friendly_city.report.expected import RATED, Expected, ExpectedFinding
from friendly_city.report.page import Element, Page
from friendly_city.report.printed import IN_PER_CENT, WORKED_OUT, carries, differs, missing, reads_as

FIELDS: dict[str, tuple[str, ...]] = {
    "criteria": ("criteria",),
    "score": ("score",),
    "bounds": ("lower", "upper"),
    "data_coverage": ("data_coverage",),
}
"""Cells of a group, and the numbers they show; the first is the one they carry. Bounds that are one number are shown once."""


def axis_number_problems(page: Page, expected: Expected, *, file: str) -> Iterator[Problem]:
    """Yield findings that are lost or counted twice in an axis, and each number that does not follow from the findings."""
    groups: dict[str, dict[str, tuple[str, ...]]] = {}
    for element in page.named("tr"):
        marks = element.attributes
        if "data-axis" in marks:
            groups.setdefault(marks["data-axis"], {})[marks["data-group"]] = tuple(marks.get("data-criteria", "").split())
    for axis, by_group in groups.items():
        yield from _not_once(axis, by_group, expected, file)
    known = {(axis, group): worked_out(names, expected) for axis, found in groups.items() for group, names in found.items()}
    seen = set()
    for element in page.elements:
        marks = element.attributes
        if "data-axis" in marks and "data-field" in marks:
            place = (marks["data-axis"], marks["data-group"])
            seen.add((*place, marks["data-field"]))
            yield from _number(page, element, known.get(place, {}), file)
    lacking = [f"{axis} {group}" for axis, group in known if any((axis, group, field) not in seen for field in FIELDS)]
    yield from missing("numbers of", lacking, file)


def worked_out(names: Sequence[str], expected: Expected) -> dict[str, float]:
    """Return what a group must show, worked out anew from the findings of its criteria."""
    found = [expected.findings[name] for name in names if name in expected.findings]
    rated, applicable = _weight(found, RATED), _weight(found, {*RATED, "no_data"})
    gained = sum(f.weight * f.degree for f in found if f.rating in RATED)
    return {
        "criteria": float(len(names)),
        "score": 100 * gained / rated if rated else math.nan,
        "lower": 100 * gained / applicable if applicable else math.nan,
        "upper": 100 * (gained + applicable - rated) / applicable if applicable else math.nan,
        "data_coverage": rated / applicable if applicable else math.nan,
    }


def _weight(found: Sequence[ExpectedFinding], ratings: set[str] | frozenset[str]) -> float:
    return sum(f.weight for f in found if f.rating in ratings)


def _not_once(axis: str, groups: dict[str, tuple[str, ...]], expected: Expected, file: str) -> Iterator[Problem]:
    times = Counter(name for names in groups.values() for name in names)
    wrong = sorted({*times, *expected.findings} - {n for n in expected.findings if times[n] == 1})
    if wrong:
        what = f"has {', '.join(f'{name} {times[name]} times' for name in wrong[:3])}"
        yield Problem(file, None, None, f"axis {axis}", what, "each finding of the community once")


def _number(page: Page, element: Element, group: dict[str, float], file: str) -> Iterator[Problem]:
    marks = element.attributes
    field, where = marks["data-field"], f"{marks['data-axis']} {marks['data-group']} {marks['data-field']}"
    if not group or field not in FIELDS:
        yield Problem(file, None, None, where, "is of a group without a row that names its criteria")
        return
    value, *more = (group[name] for name in FIELDS[field])
    shown = [value, *(other for other in more if abs(other - value) > WORKED_OUT)]
    if not carries(element, value, within=WORKED_OUT):
        yield differs(file, where, marks.get("data-value", ""), value, "findings.csv")
    if not reads_as(text := page.text_of(element), [100 * value] if field in IN_PER_CENT else shown):
        yield differs(file, where, text, value, "findings.csv")
