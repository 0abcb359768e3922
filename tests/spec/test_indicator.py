"""Published statistics."""

from __future__ import annotations

import pytest

from friendly_city.standards.requirement import Indicator, Limits, Threshold


def indicator(unit="share", **limits):
    return Indicator(code="screened", target_year=2025, threshold=Threshold(unit=unit, limits=Limits(**limits)))


FIGURES = """
indicators
in | code     | year | value | unit
A  | screened | 2020 | 0.5   | share
A  | screened | 2022 | 0.95  | share
A  | screened | 2023 | 0.1   | share
B  | screened | 2021 | 0.8   | share
C  | other    | 2022 | 0.99  | share
D  | screened | 2023 | 0.99  | share
E  | screened | 2022 | 95    | km
F  | screened | 2022 | 0.95  | share
reporting
in | register   | kind     | state
F  | indicators | screened | not_reported
"""

SPECS = [
    (
        "the latest figure up to the end of the period; none is not zero; a unit that does not fit is not known",
        FIGURES,
        indicator(at_least=0.9),
        {
            "A": "met",
            "B": "not_met",
            "C": "no_data not_examined",
            "D": "no_data not_examined",
            "E": "no_data unknown_value",
            "F": "no_data not_reported",
        },
    ),
    ("part credit on the way to the target", FIGURES, indicator(at_least=0.9, zero_at=0.5), {"A": "met", "B": "partly_met 0.75"}),
    ("a ceiling", FIGURES, indicator(at_most=0.9), {"A": "not_met", "B": "met"}),
    ("a range", FIGURES, indicator(at_least=0.7, at_most=0.9), {"A": "not_met", "B": "met"}),
    (
        "units of one kind are converted",
        """
        indicators
        in | code     | year | value | unit
        A  | screened | 2022 | 0.5   | km
        B  | screened | 2022 | 500   | m
        C  | screened | 2022 | 499   | m
        """,
        indicator("m", at_least=500),
        {"A": "met", "B": "met", "C": "not_met"},
    ),
    ("a city without the register knows nothing", "without: indicators", indicator(at_least=0.9), {"A": "no_data no_register"}),
]


@pytest.mark.parametrize(("title", "drawn", "requirement", "expected"), SPECS, ids=[spec[0] for spec in SPECS])
def test_published_figures(title, drawn, requirement, expected, rate):
    found = rate(drawn, requirement, communities="ABCDEF")
    assert {letter: found[letter] for letter in expected} == expected
