"""How fresh and complete the tiny city is, by hand; and what it takes to be told a gap."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from friendly_city.city.load import load_city
from friendly_city.city.quality import completeness, freshness, gaps
from tests.factories import CODES, load_tiny

FUTIAN = Path(__file__).parents[2] / "data" / "futian"


def test_a_register_says_when_and_by_how_many(tiny):
    found = freshness(tiny, on=date(2024, 12, 31))
    assert found.loc["activities", "rows_count"] == 4
    assert found.loc["activities", "communities_share"] == 0.25
    assert found.loc["activities", "latest_date"] == pd.Timestamp("2022-11-10")
    assert found.loc["activities", "reported_share"] == 1
    assert found.loc["activities", "last_reported_date"] == pd.Timestamp("2023-01-10")
    assert found.loc["activities", "offices_count"] == 0  # the tiny city does not say
    assert found.loc["documents", "expired_count"] == 1  # 2024-02-29
    assert freshness(tiny, on=date(2024, 2, 28)).loc["documents", "expired_count"] == 0
    assert found.loc["homes", "reported_share"] == 0  # nobody reports homes
    assert found.loc["facilities", "provenance"] == "synthetic 6"


def test_the_offices_that_reported_are_counted(tmp_path):
    def named(rows):
        return [row | {"reported_by": "甲街道办事处" if place // 8 % 2 else "乙街道办事处"} for place, row in enumerate(rows)]

    found = freshness(load_tiny(tmp_path, reporting=named), on=date(2022, 12, 31))
    assert found["offices_count"].max() == 2


def test_the_column_of_offices_may_be_left_out(folder):
    path = folder / "reporting.csv"
    rows = [line.split(",") for line in path.read_text(encoding="utf-8").splitlines()]
    place = rows[0].index("reported_by")
    text = "\n".join(",".join(row[:place] + row[place + 1 :]) for row in rows)
    path.write_text(text + "\n", encoding="utf-8", newline="")
    found = freshness(load_city(folder), on=date(2022, 12, 31))
    assert found["offices_count"].max() == 0
    assert found.loc["activities", "reported_share"] == 1


def test_without_reporting_nobody_knows_when(tmp_path):
    found = freshness(load_tiny(tmp_path, reporting=None), on=date(2022, 12, 31))
    assert found["reported_share"].isna().all()
    assert found["last_reported_date"].isna().all()


def test_completeness_is_the_share_of_filled_cells(tiny):
    """Two of the four communities' facilities: community 1 has a home with books and a room without."""
    found = completeness(tiny)
    assert list(found.columns) == list(CODES)
    assert found.loc[("facilities", "books_count")].tolist() == [0.5, 0, 0, 0.5]
    assert found.loc[("facilities", "name")].tolist() == [1, 1, 1, 1]
    assert np.isnan(found.loc[("activities", "held_date"), CODES[1]])
    assert found.loc[("facilities", "nature_contact"), CODES[2]] == 1


def test_a_field_that_one_community_leaves_empty_is_a_gap(tmp_path):
    def blank(rows):
        return [row | {"floor_area_m2": "" if row["community_code"] == CODES[3] else "50"} for row in rows]

    found = gaps(load_tiny(tmp_path, facilities=blank)).set_index(["register", "field"])
    assert found.loc[("facilities", "floor_area_m2"), "communities"] == CODES[3]
    assert found.loc[("facilities", "floor_area_m2"), "lacking_count"] == 1


def test_nothing_is_a_gap_that_nobody_fills(tiny):
    assert "closed_date" not in set(gaps(tiny)["field"])


@pytest.mark.parametrize("make", [completeness, gaps, lambda city: freshness(city, on=date(2022, 12, 31))])
def test_the_demonstration_city_has_a_table(make):
    assert len(make(load_city(FUTIAN))) >= 1
