"""What was planted in the demonstration city is found by the audit, and the city's published totals are reproduced.

That more supply and more data lower no lower bound is in `test_more_supply`, on the whole checklist.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
import yaml

import friendly_city as fc
from friendly_city.access.reach import cost_to_nearest
from friendly_city.report.walking import reach_of
from friendly_city.standards.requirement import Access, Attest, Count, Frequency, Response

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def audit():
    return fc.audit(fc.load_city(str(ROOT / "data/futian")), fc.load_checklist("community"), period="2022")


@pytest.fixture(scope="module")
def truths():
    found = yaml.safe_load((ROOT / "data/futian/truths.yaml").read_text(encoding="utf-8"))["truths"]
    return {truth["id"]: truth for truth in found}


def of_kind(c, *kinds):
    """The findings of a community whose requirement is of these kinds, with their items."""
    for _, row in c.findings.frame.iterrows():
        item = c.checklist.item(row["criterion_id"])
        if isinstance(item.criterion.requirement, kinds):
            yield row, item.criterion


def test_the_two_unreached_communities_are_the_only_ones_without_a_childrens_home_in_reach(audit, truths):
    planted = set(truths["no_childrens_home_in_reach"]["communities"])
    nobody = {c.code for c in audit if reach_of(c).unserved == reach_of(c).children > 0}
    assert nobody == planted


def test_the_access_criterion_rates_them_not_met_at_zero(audit, truths):
    for code in truths["no_childrens_home_in_reach"]["communities"]:
        rows = [
            row
            for row, criterion in of_kind(audit.of(code), Access)
            if criterion.requirement.within_unit == "min" and "childrens_home" in str(criterion.requirement.where)
        ]
        assert rows
        assert all((row["rating"], row["value"], row["degree"]) == ("not_met", 0.0, 0.0) for row in rows)


def test_what_is_near_by_air_is_far_on_foot(audit, truths):
    truth = truths["near_by_air_far_on_foot"]
    facilities = audit.city.register("facilities")
    site = facilities[facilities["facility_id"] == truth["facility_id"]]
    home = audit.city.register("homes").set_index("home_id").loc[truth["home_id"]]
    straight = ((site["x_m"].iloc[0] - home["x_m"]) ** 2 + (site["y_m"].iloc[0] - home["y_m"]) ** 2) ** 0.5
    walked = cost_to_nearest(audit.city, site)[truth["home_id"]]
    assert straight == pytest.approx(float(truth["straight_m"]), abs=1)
    assert walked == pytest.approx(float(truth["on_foot_m"]), abs=1)
    assert walked > 4 * straight


def test_the_twins_tie_in_score_and_rank(audit, truths):
    first, second = (audit.of(code) for code in truths["twins"]["communities"])
    assert first.score == pytest.approx(second.score, abs=1e-9)
    assert first.rank == second.rank
    assert (first.lower, first.upper) == (second.lower, second.upper)


def test_where_there_is_no_infant_the_criteria_for_infants_do_not_apply(audit, truths):
    c = audit.of(truths["no_child_of_a_band"]["communities"][0])
    for_infants = [row for row, criterion in of_kind(c, Access) if criterion.requirement.age_band == "0-3"]
    assert for_infants
    assert {row["rating"] for row in for_infants} == {"not_applicable"}
    assert {row["cause"] for row in for_infants} == {"no_child"}


def test_expired_evidence_is_unknown_and_never_not_met(audit, truths):
    c = audit.of(truths["evidence_expired"]["communities"][0])
    rows = [row for row, _ in of_kind(c, Attest, Response) if row["rating"] != "not_applicable"]
    assert rows
    assert {row["rating"] for row in rows} == {"no_data"}
    assert "expired" in {row["cause"] for row in rows}
    assert c.grade is None or c.data_coverage >= audit.checklist.minimum_coverage


def on_activities(c):
    return [row for row, criterion in of_kind(c, Count, Frequency) if criterion.requirement.register == "activities"]


def test_not_reported_is_unknown_while_reported_none_is_not_met(audit, truths):
    silent = on_activities(audit.of(truths["activities_not_reported"]["communities"][0]))
    idle = on_activities(audit.of(truths["activities_none"]["communities"][0]))
    assert {row["rating"] for row in silent} == {"no_data"}
    assert {row["rating"] for row in idle} == {"not_met"}
    assert {row["value"] for row in idle} == {0.0}


def test_the_rare_character_survives_into_findings_and_plan(audit, truths):
    code = truths["rare_character"]["communities"][0]
    assert audit.of(code).name.zh == "孖岭社区"
    assert "孖岭社区" in set(audit.plan["community"])


def test_the_published_totals_of_2022_are_reproduced_from_the_registers(audit):
    """The district women's federation's work summary: 92 communities, 103 homes, 161 bases, 114 rooms, 800 activities, 400 meetings."""
    city = audit.city
    kinds = city.register("facilities")["kind"].value_counts()
    assert len(city.codes) == 92
    assert (kinds["childrens_home"], kinds["base"], kinds["mother_baby_room"]) == (103, 161, 114)
    assert len(city.register("activities")) == 800
    assert city.register("activities")["category"].nunique() == 7
    assert len(city.register("meetings")) == 400


def test_the_census_of_2020_is_reproduced(audit):
    """Residents 1,553,225; 0–14 years 247,544 (city census bulletin)."""
    population = audit.city.register("population")
    assert population["persons"].sum() == 1_553_225
    assert population.loc[population["age_below"] <= 15, "persons"].sum() == 247_544


def test_permuted_registers_give_the_same_audit(audit):
    from dataclasses import replace

    city = audit.city
    shuffled = {name: table.sample(frac=1, random_state=7) for name, table in city.registers.items()}
    again = fc.audit(replace(city, registers=shuffled), audit.checklist, period="2022")
    columns = ["community_code", "criterion_id", "rating", "cause", "reason_zh", "evidence"]
    pd.testing.assert_frame_equal(again.findings[columns], audit.findings[columns])
    assert (again.findings["degree"] - audit.findings["degree"]).abs().max() < 1e-9
