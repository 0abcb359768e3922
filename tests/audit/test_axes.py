"""An audit read by an axis: the same findings, each once; the parts add up to the totals of the audit."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from friendly_city.audit.axes import COLUMNS, DISTRICT
from friendly_city.audit.model import Audit
from friendly_city.audit.scores import TOTAL, score_findings
from friendly_city.errors import UnknownName
from friendly_city.labels import Text
from friendly_city.standards.axes import NOT_PLACED, Axis, Group, Rule, axis_names
from friendly_city.standards.load import load_checklist

CHECKLIST = load_checklist("community")
CODES = pd.Index(["1", "2", "3"])
RATINGS = ("met", "partly_met", "not_met", "no_data", "not_applicable")
DEGREES = {"met": 1.0, "not_met": 0.0}


def audit_of(ratings, degree=0.5):
    """An audit with these ratings, by community and criterion."""
    rows = [
        {
            "community_code": code, "subject_code": code, "criterion_id": item.id, "dimension": item.criterion.dimension, "rating": rating,
            "degree": DEGREES.get(rating, degree if rating == "partly_met" else np.nan), "weight": item.weight, "gate": item.gate,
        }
        for code, of_code in zip(CODES, ratings, strict=True)
        for item, rating in zip(CHECKLIST.items, of_code, strict=True)
    ]  # fmt: skip
    findings = pd.DataFrame(rows)
    city = SimpleNamespace(codes=CODES, name=Text("市", "City"))
    scores = score_findings(findings, CHECKLIST)
    return Audit(city=city, checklist=CHECKLIST, period=None, findings=findings, scores=scores, plan=pd.DataFrame())


def of_seed(seed, degree):
    """Ratings of three communities; in each some rating is frequent or rare."""
    chance = np.random.default_rng(seed)
    return audit_of([chance.choice(RATINGS, len(CHECKLIST.items), p=chance.dirichlet([0.4] * 5)).tolist() for _ in CODES], degree)


audits = st.builds(of_seed, st.integers(0, 10**6), st.sampled_from([0.1, 0.25, 0.9]))


@settings(max_examples=20, deadline=None)
@given(audits, st.sampled_from(axis_names()))
def test_the_same_findings_each_once(audit, axis):
    reading = audit.by(axis)
    assert reading.findings.drop(columns="group").equals(audit.findings)
    assert set(reading.findings["group"]) == {group.id for group in reading.groups}
    assert sorted(name for group in reading.groups for name in reading.criteria_of(group.id)) == sorted(
        i.id for i in CHECKLIST.items
    )
    counts = reading.scores[reading.scores["community_code"] == "1"]["criteria"]
    assert counts.sum() == len(CHECKLIST.items)


@settings(max_examples=20, deadline=None)
@given(audits, st.sampled_from(axis_names()))
def test_the_parts_add_up_to_the_total(audit, axis):
    """Worked out anew from the groups: gained, rated and applicable weight of a community are those of the total."""
    reading = audit.by(axis)
    weight = audit.findings.assign(group=reading.findings["group"]).query("rating != 'not_applicable'")
    applicable = weight.groupby(["community_code", "group"])["weight"].sum()
    for code in CODES:
        parts, total = reading.of(code), audit.totals.loc[code]
        of_parts = applicable.loc[code] if code in applicable.index.get_level_values(0) else pd.Series(dtype=float)
        parts = parts.reindex(of_parts.index)
        if of_parts.empty:
            assert np.isnan(total["lower"])
            continue
        assert np.average(parts["lower"], weights=of_parts) == pytest.approx(total["lower"], abs=1e-6)
        assert np.average(parts["upper"], weights=of_parts) == pytest.approx(total["upper"], abs=1e-6)
        assert np.average(parts["data_coverage"], weights=of_parts) == pytest.approx(total["data_coverage"], abs=1e-6)
        rated = of_parts * parts["data_coverage"]
        if rated.sum() > 1e-9:
            assert np.average(parts["score"].fillna(0), weights=rated) == pytest.approx(total["score"], abs=1e-5)


@settings(max_examples=10, deadline=None)
@given(audits)
def test_by_the_subsystems_it_is_the_audits_own_table(audit):
    own = audit.scores[audit.scores["dimension"] != TOTAL]
    read = audit.by("dimension").scores
    columns = ["community_code", "score", "lower", "upper", "data_coverage"]
    left = own.rename(columns={"dimension": "group"}).sort_values(["community_code", "group"])[[*columns, "group"]]
    right = read.sort_values(["community_code", "group"])[[*columns, "group"]]
    pd.testing.assert_frame_equal(left.reset_index(drop=True), right.reset_index(drop=True), check_dtype=False)


def all_met():
    return audit_of([["met"] * len(CHECKLIST.items)] * len(CODES))


def test_what_no_group_takes_is_last_and_counted():
    one = Group(id="one", title=Text("一", "One"))
    axis = Axis(id="x", title=Text("轴", "X"), basis=Text("我", "me"), source=Text("", ""), groups=(one,),
                rules=(Rule(group="one", criteria=("sz236-p24",)),))  # fmt: skip
    reading = all_met().by(axis)
    assert [group.id for group in reading.groups] == ["one", NOT_PLACED]
    assert len(reading.not_placed) == len(CHECKLIST.items) - 1
    assert list(reading.of("1")["criteria"]) == [1, len(CHECKLIST.items) - 1]
    assert f"{len(reading.not_placed)} criteria not placed" in repr(reading)


def test_tables_have_the_columns_they_promise_and_names_that_are_not_there_are_told():
    audit = all_met()
    reading = audit.by("cfci")
    assert tuple(reading.scores.columns) == COLUMNS
    assert tuple(reading.district.columns) == DISTRICT
    assert list(reading.district["group"]) == ["g1", "g2", "g3", "g4", "g5"]
    assert reading.of_group("g1")["score"].tolist() == [100.0] * 3
    with pytest.raises(UnknownName, match="no axis named 'crd'; did you mean 'crc'"):
        audit.by("crd")
    with pytest.raises(UnknownName, match="no community named"):
        reading.of("9")
    with pytest.raises(UnknownName, match="no group of cfci named"):
        reading.of_group("g9")
