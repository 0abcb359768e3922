"""Which thresholds can be met and say one thing: one row is a threshold in m², and what is said of it."""

from __future__ import annotations

import pytest

from tests.standards.small import STANDARD, once, said, standard_of

# threshold | what is wrong, from the column of the threshold on; empty: nothing
TABLE = """
at_least: 6                                                    |
at_most: 6                                                     |
at_least: 6, at_most: 6                                        |
at_least: 6, at_most: 5                                        | at_least: at_least 6 is above at_most 5; expected at_least ≤ at_most
at_least: 6, zero_at: 3                                        |
at_least: 6, zero_at: 6                                        | zero_at: zero_at 6 is not outside the limits; expected below 6
at_least: 6, zero_at: 8                                        | zero_at: zero_at 8 is not outside the limits; expected below 6
at_most: 6, zero_at: 8                                         |
at_most: 6, zero_at: 5                                         | zero_at: zero_at 5 is not outside the limits; expected above 6
at_least: 6, at_most: 8, zero_at: 4                            |
at_least: 6, at_most: 8, zero_at: 9                            |
at_least: 6, at_most: 8, zero_at: 7                            | zero_at: zero_at 7 is not outside the limits; expected below 6 or above 8
zero_at: 3                                                     | : nothing is asked; expected at_least, at_most or steps
basis: standard                                                | : nothing is asked; expected at_least, at_most, steps or bands
steps: [{value: 3, degree: 0.5}, {value: 6, degree: 1}]        |
steps: [{value: 3, degree: 0}, {value: 6, degree: 0.5}]        |
steps: [{value: 6, degree: 0.5}, {value: 3, degree: 1}]        | steps.1.value: value 3 after 6; expected steps that rise
steps: [{value: 3, degree: 1}, {value: 6, degree: 0.5}]        | steps.1.degree: degree 0.5 after 1; expected steps that rise
steps: [{value: 3, degree: 0.5}, {value: 6, degree: 0.5}]      | steps.1.degree: degree 0.5 after 0.5; expected steps that rise
steps: [{value: 3, degree: 50}]                                | steps.0.degree: a degree of 50; expected a number from 0 to 1
steps: [{value: 3, degree: -0.5}]                              | steps.0.degree: a degree of -0.5; expected a number from 0 to 1
steps: [{value: 3}]                                            | steps.0: 'degree' is missing; expected a number
steps: []                                                      | : nothing is asked; expected at_least, at_most or steps
at_least: 6, zero_at: 3, steps: [{value: 3, degree: 0.5}]      | zero_at: both zero_at and steps; expected one of them
bands: []                                                      | : nothing is asked; expected at_least, at_most, steps or bands
by: population, at_least: 6                                    | by: 'by' without bands; expected bands
by: population, by_unit: persons, bands: [{at_least: 6}]       |
by: site_area_m2, by_unit: ha, bands: [{below: 1, at_least: 6}, {start: 1, below: 5, at_least: 7}, {start: 5, at_least: 9}] |
by: site_area_m2, by_unit: m, bands: [{at_least: 6}]           | by_unit: unit 'm' does not fit what is measured; expected one of m2, ha, km2
by: population, by_unit: m2, bands: [{at_least: 6}]            | by_unit: unit 'm2' does not fit what is measured; expected one of count, kinds, zones, documents, persons, books, places, classes
by: population, by_unit: heads, bands: [{at_least: 6}]         | by_unit: unknown unit 'heads'; expected one of
by: population, bands: [{at_least: 6}]                         | : 'by_unit' is missing; expected what the bands go by, and its unit
by_unit: persons, bands: [{at_least: 6}]                       | : 'by' is missing; expected what the bands go by, and its unit
by: population, by_unit: persons, at_least: 6, bands: [{at_least: 6}] | bands: both limits and bands; expected one of them
by: population, by_unit: persons, bands: [{below: 5, at_least: 6}, {start: 6, at_least: 7}] | bands.1.start: start 6 after a band below 5; expected start 5, without gap or overlap
by: population, by_unit: persons, bands: [{below: 5, at_least: 6}, {start: 4, at_least: 7}] | bands.1.start: start 4 after a band below 5; expected start 5, without gap or overlap
by: population, by_unit: persons, bands: [{below: 5, at_least: 6}, {at_least: 7}]           | bands.1: an open start after a band below 5; expected start 5, without gap or overlap
by: population, by_unit: persons, bands: [{start: 5, at_least: 6}, {start: 9, at_least: 7}] | bands.0: an open band that is not the last; expected 'below'
by: population, by_unit: persons, bands: [{start: 5, below: 5, at_least: 6}]                | bands.0: a band from 5 to below 5; expected start < below
by: population, by_unit: persons, bands: [{start: 5, below: 9}]                             | bands.0: nothing is asked; expected at_least, at_most or steps
by: population, by_unit: persons, bands: [{at_least: 6, at_most: 5}]                        | bands.0.at_least: at_least 6 is above at_most 5; expected at_least ≤ at_most
by: population, by_unit: persons, bands: [{from: 5, at_least: 6}]                           | bands.0.from: unknown key 'from'; expected one of start, below, at_least, at_most, zero_at, steps
"""
ROWS = [[part.strip() for part in line.split("|")] for line in TABLE.strip().splitlines()]
PREFIX = "criteria.0.requirement.threshold"


@pytest.mark.parametrize(("written", "expected"), ROWS, ids=[row[0] for row in ROWS])
def test_a_threshold_can_be_met_and_says_one_thing(written, expected, tmp_path):
    problems = said(standard_of, tmp_path, once(STANDARD, "{unit: m2, at_least: 6, zero_at: 3}", f"{{unit: m2, {written}}}"))
    messages = [problem.split(f" {PREFIX}", 1)[1].lstrip(".") for problem in problems]
    assert len(messages) == bool(expected)
    assert all(message.startswith(expected) for message in messages)


@pytest.mark.parametrize(
    "limits", ["at_least: 60", "at_most: 1.01", "at_least: -0.1", "at_least: 0.8, zero_at: -1", "steps: [{value: 50, degree: 1}]"]
)
def test_a_share_lies_between_0_and_1(limits, tmp_path):
    text = once(STANDARD, "{unit: m2, at_least: 6, zero_at: 3}", f"{{unit: share, {limits}}}")
    text = once(text, "field: floor_area_m2", "field: green_share")
    (message,) = said(standard_of, tmp_path, text)
    assert message.endswith("; expected a number from 0 to 1")
