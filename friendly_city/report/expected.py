"""What the result files say of a community, to hold its page against.

Plain data, a few kB a community, so that a job in another process can carry it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from friendly_city.labels import Language, keys

NUMBERS = ("score", "lower", "upper", "data_coverage", "rank", "rank_low", "rank_high")
"""Columns of scores.csv that are numbers."""
FINDINGS = ("subject_code", "criterion_id", "rating", "degree", "value", "weight", "reason_zh", "reason_en")
"""Columns of findings.csv a page is held against."""
RATED = frozenset({"met", "partly_met", "not_met"})
FORMULA_STARTS = ("'=", "'+", "'-", "'@", "'\t")
TOTAL = "total"


@dataclass(frozen=True, slots=True)
class ExpectedFinding:
    """One row of findings.csv; `reason` in the language of the page."""

    rating: str
    degree: float
    value: float
    weight: float
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What the page of one community must show.

    Attributes
    ----------
    code : str
        The community.
    scores : mapping
        By dimension, ``total`` first, the columns `NUMBERS`; NaN for none.
    grade, grade_title : str
        Id of the grade, '' for none; its words in the language of the page, '' accepts any.
    findings : mapping
        By criterion.
    """

    code: str
    language: Language
    scores: Mapping[str, Mapping[str, float]]
    grade: str
    findings: Mapping[str, ExpectedFinding]
    grade_title: str = ""

    @property
    def counts(self) -> dict[str, int]:
        """Return how many findings have each of the five ratings."""
        found = [finding.rating for finding in self.findings.values()]
        return {rating: found.count(rating) for rating in keys("rating")}

    def weight(self, *, rated: bool) -> float:
        """Return the weight of the rated criteria, or of all that apply."""
        return sum(f.weight for f in self.findings.values() if (f.rating in RATED if rated else f.rating != "not_applicable"))


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedIndex:
    """What the overview must show: every community's totals.

    Attributes
    ----------
    totals, grades : mapping
        By community code: the columns `NUMBERS`, and the id of the grade.
    grade_titles : mapping
        By id of a grade, its words in the language of the page; a grade that is not in it accepts any.
    """

    language: Language
    totals: Mapping[str, Mapping[str, float]]
    grades: Mapping[str, str]
    grade_titles: Mapping[str, str] = field(default_factory=dict)


def as_number(value: Any) -> float:
    """Return a cell of a result file as a number; NaN for an empty one.

    Examples
    --------
    >>> as_number("0.5"), as_number(""), as_number(3)
    (0.5, nan, 3.0)
    """
    return math.nan if value is None or str(value) in {"", "<NA>", "nan"} else float(value)


def expected_pages(
    findings: Mapping[str, Sequence[Any]],
    scores: Mapping[str, Sequence[Any]],
    *,
    language: Language,
    codes: Iterable[str] | None = None,
    grade_titles: Mapping[str, str] | None = None,
) -> dict[str, Expected]:
    """Return what each community's page must show, by code.

    Parameters
    ----------
    findings, scores : mapping
        Columns of the result files by name: of a file read as text, or a DataFrame.
    language
        Language of the pages.
    codes : iterable of str
        Only these communities.
    grade_titles : mapping
        Words of each grade in that language.

    Examples
    --------
    >>> scores = {"community_code": ["1"], "dimension": ["total"], "grade": ["good"], **{name: ["5"] for name in NUMBERS}}
    >>> findings = {name: ["1"] for name in FINDINGS} | {"rating": ["met"]}
    >>> expected_pages(findings, scores, language="zh")["1"].scores["total"]["rank_low"]
    5.0
    """
    wanted = None if codes is None else frozenset(codes)
    rows: dict[str, dict[str, ExpectedFinding]] = {}
    names = ("subject_code", "criterion_id", "rating", "degree", "value", "weight", f"reason_{language}")
    for code, criterion, rating, degree, value, weight, reason in zip(*(findings[name] for name in names), strict=True):
        if wanted is None or code in wanted:
            made = ExpectedFinding(str(rating), as_number(degree), as_number(value), as_number(weight), _said(str(reason)))
            rows.setdefault(str(code), {})[str(criterion)] = made
    by_code, grades = _scores(scores, wanted)
    return {
        code: Expected(
            code=code,
            language=language,
            scores=by_dimension,
            grade=grades.get(code, ""),
            grade_title=(grade_titles or {}).get(grades.get(code, ""), ""),
            findings=rows.get(code, {}),
        )
        for code, by_dimension in by_code.items()
    }


def expected_index(
    scores: Mapping[str, Sequence[Any]], *, language: Language, grade_titles: Mapping[str, str] | None = None
) -> ExpectedIndex:
    """Return what the overview must show; the parameters are those of `expected_pages`.

    Examples
    --------
    >>> scores = {"community_code": ["1"], "dimension": ["total"], "grade": ["good"], **{name: ["5"] for name in NUMBERS}}
    >>> expected_index(scores, language="zh").grades
    {'1': 'good'}
    """
    by_code, grades = _scores(scores, None)
    totals = {code: rows[TOTAL] for code, rows in by_code.items() if TOTAL in rows}
    return ExpectedIndex(language=language, totals=totals, grades=grades, grade_titles=grade_titles or {})


def _scores(
    scores: Mapping[str, Sequence[Any]], wanted: frozenset[str] | None
) -> tuple[dict[str, dict[str, dict[str, float]]], dict[str, str]]:
    by_code: dict[str, dict[str, dict[str, float]]] = {}
    grades: dict[str, str] = {}
    names = ("community_code", "dimension", "grade", *NUMBERS)
    for code, dimension, grade, *numbers in zip(*(scores[name] for name in names), strict=True):
        if wanted is None or code in wanted:
            by_code.setdefault(str(code), {})[str(dimension)] = dict(zip(NUMBERS, map(as_number, numbers), strict=True))
            if dimension == TOTAL:
                grades[str(code)] = str(grade)
    return by_code, grades


def _said(reason: str) -> str:
    """Return a reason without the apostrophe that keeps a spreadsheet from running it."""
    return reason[1:] if reason.startswith(FORMULA_STARTS) else reason
