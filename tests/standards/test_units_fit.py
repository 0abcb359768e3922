"""Which units a threshold may have: one row is a requirement, with units that fit and units that do not."""

from __future__ import annotations

import pytest

from tests.standards.small import STANDARD, once, said, standard_of

REQUIREMENT = """\
      kind: size
      of: each
      where: {kind: mother_baby_room}
      field: floor_area_m2
      threshold: {unit: m2, at_least: 6, zero_at: 3}
"""

# requirement | units that fit | units that do not
TABLE = """
kind: size, of: each, where: {}, field: floor_area_m2                                  | m2 ha            | m count share none
kind: size, of: best, where: {}, field: books_count                                    | books count      | m2 share
kind: size, of: total, where: {}, field: capacity_places                               | places classes   | m2 per_1000
kind: size, of: each, where: {}, field: serves_age_from                                | none count share |
kind: count, register: facilities                                                      | count places     | m2 share per_year
kind: count, register: facilities, distinct: category                                  | kinds            | share
kind: count, register: facilities, field: site_area_m2                                 | ha m2            | count
kind: ratio, numerator: {register: facilities}, denominator: {population: 0-3}         | per_1000 share   | m2_per_person per_km2
kind: ratio, numerator: {register: facilities, field: site_area_m2}, denominator: {population: all} | m2_per_person    | per_1000 m2
kind: ratio, numerator: {register: facilities}, denominator: {area: true}              | per_km2          | per_1000 share
kind: ratio, numerator: {register: facilities, field: floor_area_m2}, denominator: {register: communities, field: residential_floor_area_m2} | m2_per_1000_m2 share | m2_per_person
kind: frequency, register: activities                                                  | per_year         | count months persons
kind: frequency, register: activities, measure: months                                 | months           | per_year
kind: frequency, register: meetings, measure: participants                             | persons          | per_year share
kind: frequency, register: meetings, measure: mean_participants                        | persons          | per_1000
kind: access, where: {}, age_band: 3-6, within: 500                                    | share            | m min per_1000
kind: access, where: {}, age_band: 3-6, measure: nearest                               | m km min         | share m2
kind: access, where: {}, age_band: 3-6, within: 500, measure: supply, field: capacity_places  | per_1000 per_100 | m2_per_person
kind: access, where: {}, age_band: 3-6, within: 500, measure: supply, field: play_area_m2     | m2_per_person    | per_1000 m2
kind: density, measure: street_density                                                 | km_per_km2       | km m
kind: density, measure: crossing_spacing                                               | m km             | count share
kind: density, measure: length_share                                                   | share            | m
kind: response, item: safe                                                             | share            | points
kind: response, item: safe, measure: mean                                              | points           | share
kind: indicator, code: green                                                           | share m2 points  |
"""
ROWS = [[part.strip() for part in line.split("|")] for line in TABLE.strip().splitlines()]


def said_of(folder, asked, unit):
    text = once(STANDARD, REQUIREMENT, f"      {{{asked}, threshold: {{unit: {unit}, at_least: 0.5}}}}\n")
    return said(standard_of, folder, text)


@pytest.mark.parametrize(("asked", "unit"), [(asked, unit) for asked, right, _ in ROWS for unit in right.split()])
def test_a_unit_that_fits_is_taken(asked, unit, tmp_path):
    assert said_of(tmp_path, asked, unit) == []


@pytest.mark.parametrize(("asked", "unit"), [(asked, unit) for asked, _, wrong in ROWS for unit in wrong.split()])
def test_a_unit_of_another_kind_is_refused(asked, unit, tmp_path):
    (message,) = said_of(tmp_path, asked, unit)
    assert f"criteria.0.requirement.threshold.unit: unit '{unit}' does not fit what is measured; expected " in message
