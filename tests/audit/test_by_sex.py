"""Girls and boys within the limit, worked out by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from friendly_city.audit.by_sex import shares_by_sex, within_by_sex
from tests.report.conftest import CODES
from tests.report.made import access, made_city

HALVES = [(50, 50), (100, 0), (0, 0), (0, 0), (0, 0)]


def with_sexes(city, girls):
    """Return the city with so many girls of 100 children aged 6–12 by community; None where sex is not told."""
    table = city.register("population").copy()
    school = table["age_from"] == 6
    for code, count in girls.items():
        for sex, persons in (("female", count), ("male", None if count is None else 100 - count)):
            rows = school & (table["community_code"] == code) & (table["sex"] == sex)
            table.loc[rows, "persons"] = 50 if persons is None else persons
            if persons is None:
                table.loc[rows, "sex"] = "total"
    return replace(city, registers=city.registers | {"population": table})


def test_the_two_differ_by_the_communities_they_live_in():
    found = access(with_sexes(made_city(HALVES), {CODES[0]: 60, CODES[1]: 20}))
    shares = within_by_sex(found).set_index("sex")["share_within"]
    assert shares["female"] == pytest.approx((60 * 0.5 + 20 * 1.0) / 80)
    assert shares["male"] == pytest.approx((40 * 0.5 + 80 * 1.0) / 120)


def test_a_community_of_which_no_sex_is_told_is_left_out():
    found = access(with_sexes(made_city(HALVES), {CODES[0]: 60, CODES[1]: None}))
    assert within_by_sex(found)["share_within"].tolist() == pytest.approx([0.5, 0.5])
    assert np.isnan(shares_by_sex(found.city, "6-12").loc[CODES[1]]).all()


def test_without_any_sex_there_is_no_share():
    found = access(with_sexes(made_city(HALVES), {CODES[0]: None, CODES[1]: None}))
    assert within_by_sex(found)["share_within"].isna().all()


@pytest.mark.parametrize("band", ["6-12", "children"])
def test_the_shares_of_a_community_add_up(band):
    shares = shares_by_sex(made_city([(8, 2)] * 5, girls=0.25), band)
    assert shares["female"].tolist() == pytest.approx([0.25] * 5)
    assert shares.sum(axis=1).tolist() == pytest.approx([1.0] * 5)
