"""What people answered."""

from __future__ import annotations

import pytest

from friendly_city.standards.requirement import Band, Limits, Response, Step, Threshold


def response(measure="share", unit="share", respondent="any", minimum=10, **limits):
    threshold = Threshold(unit=unit, limits=Limits(**limits))
    return Response(item="safe", respondent=respondent, measure=measure, minimum_answers=minimum, threshold=threshold)


ANSWERS = """
inspections
in | subject_kind | item | method    | respondent | answer | answers_count | examined_date | expires_date
A  | community    | safe | interview | child      | 5      | 6             | 2022-05-01    |
A  | community    | safe | interview | child      | 4      | 2             | 2022-05-01    |
A  | community    | safe | interview | parent     | 3      | 2             | 2022-05-01    |
B  | community    | safe | interview | child      | 2      | 9             | 2022-05-01    |
C  | community    | safe | interview | child      | 5      | 20            | 2021-05-01    | 2022-05-01
D  | community    | safe | interview | parent     | 1      | 20            | 2022-05-01    |
D  | community    | safe | observe   |            | 5      | 20            | 2022-05-01    |
D  | community    | safe | interview | parent     | 5      | 20            | 2023-05-01    |
F  | community    | safe | interview | child      | 5      | 20            | 2022-05-01    |
reporting
in | register    | kind | state
F  | inspections | safe | not_reported
"""

SPECS = [
    (
        "the share of answers of 4 or 5, each answer by as many as gave it",
        ANSWERS,
        response(at_least=0.8),
        {
            "A": "met",
            "B": "no_data few_answers",
            "C": "no_data expired",
            "D": "not_met",
            "E": "no_data not_examined",
            "F": "no_data not_reported",
        },
    ),
    (
        "the mean: (6 × 5 + 2 × 4 + 2 × 3) / 10 = 4.4",
        ANSWERS,
        response("mean", "points", at_least=4.4),
        {"A": "met", "D": "not_met"},
    ),
    (
        "children only: 8 answers are too few",
        ANSWERS,
        response(respondent="child", at_least=0.8),
        {"A": "no_data few_answers", "D": "no_data not_examined"},
    ),
    (
        "fewer answers may be enough where the criterion says so",
        ANSWERS,
        response(respondent="child", minimum=5, at_least=0.8),
        {"A": "met", "B": "not_met"},
    ),
    (
        "a ladder of shares",
        ANSWERS,
        response(at_least=0.9, steps=(Step(value=0.8, degree=0.6), Step(value=0.5, degree=0.3))),
        {"A": "partly_met 0.6", "D": "not_met"},
    ),
]


@pytest.mark.parametrize(("title", "drawn", "requirement", "expected"), SPECS, ids=[spec[0] for spec in SPECS])
def test_what_people_answer(title, drawn, requirement, expected, rate):
    found = rate(drawn, requirement, communities="ABCDEF")
    assert {letter: found[letter] for letter in expected} == expected


def test_an_answer_without_a_number_of_people_is_one_answer(rate):
    drawn = """
    inspections
    in | subject_kind | item | method    | respondent | answer | answers_count | examined_date
    A  | community    | safe | interview | child      | 5      |               | 2022-05-01
    A  | community    | safe | interview | child      | 1      | 3             | 2022-05-01
    population
    in | age_from | age_below | persons
    A  | 18       | 200       | 900
    """
    bands = (Band(limits=Limits(at_least=0.25)),)
    requirement = Response(
        item="safe", minimum_answers=4, threshold=Threshold(unit="share", by="population", by_unit="persons", bands=bands)
    )
    assert rate(drawn, requirement) == {"A": "met"}
