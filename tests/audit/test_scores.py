"""Scores, bounds, gates, grades and ranks: hand-computed examples, properties, and an independent reference."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from friendly_city.audit.scores import aggregate, grades, ranks, score_findings

GRADES = (
    SimpleNamespace(id="excellent", at_least=85.0),
    SimpleNamespace(id="good", at_least=70.0),
    SimpleNamespace(id="pass", at_least=60.0),
    SimpleNamespace(id="not_yet", at_least=0.0),
)
CHECKLIST = SimpleNamespace(
    grades=GRADES,
    gate_cap="pass",
    minimum_coverage=0.66,
    dimensions=(SimpleNamespace(id="health"), SimpleNamespace(id="play")),
)
DEGREE = {"met": 1.0, "not_met": 0.0, "partly_met": 0.5, "no_data": np.nan, "not_applicable": np.nan}


def finding(community, rating, weight, *, degree=None, dimension="play", gate=False, criterion="x-1"):
    return {
        "community_code": community,
        "subject_code": community,
        "criterion_id": criterion,
        "dimension": dimension,
        "rating": rating,
        "degree": DEGREE[rating] if degree is None else degree,
        "weight": float(weight),
        "gate": gate,
    }


def table(*rows):
    return pd.DataFrame(rows)


def test_a_score_is_the_weighted_mean_degree():
    """(3·1 + 2·0.5 + 1·0) / (3 + 2 + 1) = 4/6 → 66.67."""
    found = table(finding("a", "met", 3), finding("a", "partly_met", 2), finding("a", "not_met", 1))
    assert aggregate(found, ["community_code"]).loc["a", "score"] == pytest.approx(100 * 4 / 6, abs=1e-8)


def test_a_criterion_without_data_is_not_counted_as_failed_but_widens_the_bounds():
    """Rated 3 of 3+1: score 100, lower 3/4 → 75, upper 100, coverage 0.75."""
    found = table(finding("a", "met", 3), finding("a", "no_data", 1))
    row = aggregate(found, ["community_code"]).loc["a"]
    assert row.to_dict() == {"score": 100.0, "lower": 75.0, "upper": 100.0, "data_coverage": 0.75}


def test_a_criterion_that_does_not_apply_leaves_the_weights():
    with_it = table(finding("a", "met", 3), finding("a", "not_met", 1), finding("a", "not_applicable", 50))
    without = table(finding("a", "met", 3), finding("a", "not_met", 1))
    pd.testing.assert_frame_equal(aggregate(with_it, ["community_code"]), aggregate(without, ["community_code"]))


def test_without_any_data_there_is_no_score_and_the_bounds_are_all_that_is_possible():
    row = aggregate(table(finding("a", "no_data", 3)), ["community_code"]).loc["a"]
    assert np.isnan(row["score"])
    assert (row["lower"], row["upper"], row["data_coverage"]) == (0.0, 100.0, 0.0)


def test_equal_scores_share_a_place_and_the_next_place_is_left_out():
    scores = pd.DataFrame({"score": [70.0, 90, 70, 50], "lower": [70.0, 90, 70, 50], "upper": [70.0, 90, 70, 50]})
    assert list(ranks(scores)["rank"]) == [2, 1, 2, 4]


def test_the_rank_interval_counts_only_those_that_are_certainly_better_or_worse():
    """B (60–70) overlaps C (65–80), so B may be 2nd or 3rd; A (90) is certainly above both."""
    scores = pd.DataFrame({"score": [90.0, 65, 75], "lower": [90.0, 60, 65], "upper": [90.0, 70, 80]})
    found = ranks(scores)
    assert list(found["rank_low"]) == [1, 2, 2]
    assert list(found["rank_high"]) == [1, 3, 3]


def test_an_unscored_community_has_no_rank_and_takes_no_place():
    scores = pd.DataFrame({"score": [np.nan, 60.0], "lower": [0.0, 60.0], "upper": [100.0, 60.0]})
    found = ranks(scores)
    assert pd.isna(found.loc[0, "rank"])
    assert found.loc[1].tolist() == [1, 1, 1]


@pytest.mark.parametrize(
    ("score", "coverage", "capped", "expected"),
    [
        (85.0, 1.0, False, "excellent"),
        (84.999, 1.0, False, "good"),
        (60.0, 0.66, False, "pass"),
        (95.0, 1.0, True, "pass"),
        (30.0, 1.0, True, "not_yet"),
        (95.0, 0.65, False, ""),
        (np.nan, 0.0, False, ""),
    ],
)
def test_a_grade_follows_score_gate_and_coverage(score, coverage, capped, expected):
    found = grades(pd.Series([score]), pd.Series([coverage]), pd.Series([capped]), CHECKLIST)
    assert list(found) == [expected]


def test_a_gate_without_data_does_not_cap():
    found = score_findings(table(finding("a", "no_data", 1, gate=True), finding("a", "met", 9)), CHECKLIST)
    assert found.loc[found["dimension"] == "total", "grade"].tolist() == ["excellent"]


def test_the_total_comes_first_then_dimensions_in_the_checklists_order():
    found = table(finding("b", "met", 1, dimension="play"), finding("a", "met", 1, dimension="health"))
    scores = score_findings(
        pd.concat([found, table(finding("a", "met", 1), finding("b", "not_met", 1, dimension="health"))]), CHECKLIST
    )
    assert scores[["community_code", "dimension"]].to_numpy().tolist() == [
        ["a", "total"], ["a", "health"], ["a", "play"], ["b", "total"], ["b", "health"], ["b", "play"],
    ]  # fmt: skip


RATINGS = st.sampled_from(["met", "not_met", "partly_met", "no_data", "not_applicable"])
ROWS = st.lists(st.tuples(RATINGS, st.integers(1, 5), st.floats(0.01, 0.99)), min_size=1, max_size=20)


def build(rows):
    return table(*(finding("a", r, w, degree=d if r == "partly_met" else None) for r, w, d in rows))


def naive(rows):
    """The definition, in plain Python."""
    gained = rated = applicable = 0.0
    for rating, weight, degree in rows:
        if rating == "not_applicable":
            continue
        applicable += weight
        if rating != "no_data":
            rated += weight
            gained += weight * {"met": 1.0, "not_met": 0.0, "partly_met": degree}[rating]
    if not applicable:
        return None
    return gained / rated * 100 if rated else None, gained / applicable * 100, (gained + applicable - rated) / applicable * 100


@given(ROWS)
def test_scores_equal_the_definition_in_plain_python(rows):
    row = aggregate(build(rows), ["community_code"]).loc["a"]
    expected = naive(rows)
    if expected is None:
        assert row.isna().all()
        return
    score, lower, upper = expected
    assert row["lower"] == pytest.approx(lower, abs=1e-7)
    assert row["upper"] == pytest.approx(upper, abs=1e-7)
    assert np.isnan(row["score"]) if score is None else row["score"] == pytest.approx(score, abs=1e-7)


@given(ROWS)
def test_the_score_lies_within_its_bounds(rows):
    row = aggregate(build(rows), ["community_code"]).loc["a"]
    if row.notna().all():
        assert row["lower"] <= row["score"] + 1e-7
        assert row["score"] <= row["upper"] + 1e-7


@given(ROWS, st.data())
def test_filling_in_what_was_unknown_never_lowers_the_lower_nor_raises_the_upper_bound(rows, data):
    before = aggregate(build(rows), ["community_code"]).loc["a"]
    filled = [
        (data.draw(st.sampled_from(["met", "not_met", "partly_met"])) if rating == "no_data" else rating, weight, degree)
        for rating, weight, degree in rows
    ]
    after = aggregate(build(filled), ["community_code"]).loc["a"]
    if before.notna().any():
        assert after["lower"] >= before["lower"] - 1e-7
        assert after["upper"] <= before["upper"] + 1e-7


@given(ROWS, st.randoms(use_true_random=False))
def test_the_order_of_findings_does_not_matter(rows, random):
    shuffled = rows[:]
    random.shuffle(shuffled)
    pd.testing.assert_frame_equal(aggregate(build(rows), ["community_code"]), aggregate(build(shuffled), ["community_code"]))


@given(st.lists(st.tuples(st.floats(0, 100), st.floats(0, 30), st.floats(0, 30)), min_size=1, max_size=15))
def test_a_rank_lies_within_its_interval(rows):
    scores = pd.DataFrame([{"score": s, "lower": max(0, s - down), "upper": min(100, s + up)} for s, down, up in rows])
    found = ranks(scores)
    assert (found["rank_low"] <= found["rank"]).all()
    assert (found["rank"] <= found["rank_high"]).all()
