"""The table of paces of the demonstration city, and its words."""

from __future__ import annotations

import numpy as np
import pytest

import friendly_city as fc
from friendly_city.access.impedance import WALKING
from friendly_city.access.pace import walking_costs
from friendly_city.audit.paces import paces
from friendly_city.audit.question import children_of
from friendly_city.audit.service_access import service_access
from friendly_city.city.model import AGE_BANDS
from friendly_city.report.paces import table_of_choices, table_of_paces


@pytest.fixture(scope="module")
def found():
    return service_access(fc.load_city("data/futian"), kind="childrens_home", age_band="6-12", period="2022")


@pytest.fixture(scope="module")
def table(found):
    return paces(found)


def test_there_is_a_row_for_each_band_with_its_speed(table):
    assert table["age_band"].tolist() == list(AGE_BANDS)
    assert table["m_per_min"].tolist() == [WALKING[band].m_per_min for band in AGE_BANDS]


def test_the_share_by_metres_is_that_of_the_rest_of_the_notebook(found, table):
    within = found.equity.set_index("figure")["value"]["within_share"]
    assert table.set_index("age_band")["share_by_metres"]["6-12"] == pytest.approx(within, abs=1e-12)


def test_the_share_at_pace_is_of_children_within_15_minutes_and_never_above_that_by_metres(found, table):
    for row in table.itertuples():
        people = children_of(found.city, row.age_band).to_numpy()
        walked = walking_costs(found.city, row.age_band, found.open_facilities).to_numpy()
        assert row.share_at_pace == pytest.approx(people[walked <= 15 + 1e-9].sum() / people.sum(), abs=1e-12)
        assert row.share_at_pace <= row.share_by_metres
    assert (table["share_at_pace"] < table["share_by_metres"]).any()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_for_people_a_crossing_that_is_not_used_is_a_dash(table, language):
    shown = table_of_paces(table, language=language)
    assert shown.shape == (4, 10)
    waits = table.filter(like="wait_").to_numpy()
    assert ((shown.iloc[:, 3:8] == "–").to_numpy() == np.isinf(waits)).all()
    assert shown.iloc[:, 8:].map(lambda text: text.endswith("%")).all(axis=None)


@pytest.mark.parametrize(("language", "ours"), [("zh", "本项目所定"), ("en", "our choice")])
def test_every_parameter_is_listed_with_its_basis_and_reason(language, ours):
    listed = table_of_choices(language=language)
    assert len(listed) == 2 * len(AGE_BANDS) + 5 + 3
    assert (listed.iloc[:, 2] == ours).all()
    assert listed.map(lambda text: bool(text.strip())).all(axis=None)
