"""What gaps cost: the points of all registers add up to the width of the bounds, and filling a register takes its part away."""

from __future__ import annotations

from dataclasses import replace

import pytest

import friendly_city as fc
from friendly_city.audit.gaps import cost_of_gaps, widths


@pytest.fixture(scope="module")
def city():
    return fc.load_city("data/futian")


@pytest.mark.parametrize("checklist", ["community", "standards_rollout", "childrens_home", "db4403-t-236-2022"])
def test_the_registers_add_up_to_the_width_of_every_subject(city, checklist):
    asked = fc.load_standard(checklist) if checklist.startswith("db") else fc.load_checklist(checklist)
    audit = fc.audit(city, asked, period="2022")
    whole = audit.totals["upper"] - audit.totals["lower"]
    own = widths(audit).sum(axis=1)
    assert own.max() > 0
    assert (own - whole.fillna(0)).abs().max() < 1e-6


def test_the_cost_counts_what_the_findings_say(city):
    audit = fc.audit(city, fc.load_checklist("community"), period="2022")
    found = cost_of_gaps(audit)
    unknown = audit.findings[audit.findings["rating"] == "no_data"]
    assert found["findings_count"].sum() == len(unknown)
    assert (found["subjects_count"] <= unknown["subject_code"].nunique()).all()
    assert found["mean_width_points"].is_monotonic_decreasing
    worst = found.loc["inspections"]
    assert widths(audit).loc[worst["widest_code"], "inspections"] == worst["greatest_width_points"]


def test_a_register_that_is_taken_away_costs_what_it_bore(city):
    without = replace(city, registers={name: table for name, table in city.registers.items() if name != "meetings"})
    checklist = fc.load_checklist("community")
    before, after = (cost_of_gaps(fc.audit(one, checklist, period="2022")) for one in (city, without))
    assert after.loc["meetings", "mean_width_points"] > 5 * before.loc["meetings", "mean_width_points"]
    assert after.loc["meetings", "subjects_count"] == len(city.codes)


def test_where_everything_is_known_nothing_is_lost(city):
    audit = fc.audit(city, fc.load_checklist("community"), period="2022")
    known = replace(audit, findings=audit.findings[audit.findings["rating"] != "no_data"])
    assert (widths(known).to_numpy() == 0).all()
    assert cost_of_gaps(known).empty
