"""The table of paces of the demonstration city, and its words."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import friendly_city as fc
from friendly_city.access.impedance import WALKING
from friendly_city.access.pace import walking_costs
from friendly_city.audit.paces import crossings_not_complete, paces
from friendly_city.audit.question import children_of
from friendly_city.audit.service_access import service_access
from friendly_city.city.model import AGE_BANDS
from friendly_city.report.paces import table_of_choices, table_of_paces

ALONE = list(AGE_BANDS).index("6-12")
"""Row of the children who walk alone."""


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


@pytest.fixture(scope="module")
def reported(found):
    """Return a function that gives the paces when the crossings of some communities are in another state."""

    def build(**states):
        said = found.city.register("reporting")
        changed = said["community_code"].map(states)
        state = changed.where(said["register"].eq("crossings") & changed.notna(), said["state"])
        city = replace(found.city, registers={**found.city.registers, "reporting": said.assign(state=state)})
        return paces(replace(found, city=city))

    return build


@pytest.fixture(scope="module")
def complete(found, reported):
    return reported(**dict.fromkeys(found.city.codes, "complete"))


def test_where_all_crossings_are_reported_there_is_one_share_the_very_same_as_before(table, complete):
    assert (complete["crossings_not_complete_communities"] == 0).all()
    for name in ("share_at_pace", "share_at_pace_low", "share_at_pace_high"):
        assert complete[name].tolist() == table["share_at_pace"].tolist()
    shown = table_of_paces(complete, language="en")
    assert shown.columns[-1] == "children within: at a child's pace"
    assert not shown.iloc[:, -1].str.contains("–").any()


@pytest.mark.parametrize("state", ["partial", "not_reported"])
def test_where_they_are_not_the_share_is_a_range_above_the_one_of_before(found, table, reported, state):
    codes = found.city.codes
    some, every = (reported(**dict.fromkeys(codes, "complete") | dict.fromkeys(codes[:n], state)) for n in (40, len(codes)))
    assert (some["crossings_not_complete_communities"] == 40).all()
    for lot in (some, every):
        assert lot["share_at_pace_low"].tolist() == table["share_at_pace"].tolist()
        assert (lot["share_at_pace_high"] >= lot["share_at_pace_low"]).all()
    low, of_some, of_all = some["share_at_pace_low"][ALONE], some["share_at_pace_high"][ALONE], every["share_at_pace_high"][ALONE]
    assert low < of_some <= of_all <= table["share_by_metres"][ALONE]


@pytest.mark.parametrize(
    ("language", "said"), [("zh", "（9个社区的过街设施未完整填报）"), ("en", " (crossings not fully reported in 9 communities)")]
)
def test_a_range_is_printed_with_what_it_comes_from(table, language, said):
    """In the demonstration city six communities reported their crossings in part and three not at all."""
    shown = table_of_paces(table, language=language)
    assert shown.columns[-1].endswith(said)
    low, high = (f"{100 * table[f'share_at_pace_{end}'][ALONE]:.1f}" for end in ("low", "high"))
    assert low < high
    assert shown.iloc[ALONE, -1] == f"{low}–{high} %"
    assert not shown.iloc[0, -1].count("–")


def test_years_that_were_not_reported_and_cities_that_report_nothing_are_not_complete(found):
    assert len(crossings_not_complete(found.city, "2022")) == 9
    assert crossings_not_complete(found.city, "2023") == tuple(found.city.codes)
    silent = {name: table for name, table in found.city.registers.items() if name != "reporting"}
    assert crossings_not_complete(replace(found.city, registers=silent), "2022") == tuple(found.city.codes)
    without = {name: table for name, table in silent.items() if name != "crossings"}
    assert crossings_not_complete(replace(found.city, registers=without), "2022") == ()


@pytest.mark.parametrize(("language", "ours"), [("zh", "本项目所定"), ("en", "our choice")])
def test_every_parameter_is_listed_with_its_basis_and_reason(language, ours):
    listed = table_of_choices(language=language)
    assert len(listed) == 2 * len(AGE_BANDS) + 5 + 3
    assert (listed.iloc[:, 2] == ours).all()
    assert listed.map(lambda text: bool(text.strip())).all(axis=None)
