"""Alternatives inside a dimension: one of several criteria counts, and scores, bounds and gains stay exact."""

from __future__ import annotations

from dataclasses import replace
from importlib.resources import files

import numpy as np
import pytest

import friendly_city as fc
from friendly_city.errors import InvalidStandard
from friendly_city.labels import Text
from friendly_city.standards.changes import differences
from friendly_city.standards.model import Alternatives

NAMES = ("ft-n1b", "ft-n3b", "ft-n4b")
CHECKLIST = fc.load_checklist("community")
SOURCE = files("friendly_city.standards").joinpath("checklists/community.yaml").read_text(encoding="utf-8")
GROUP = Alternatives(title=Text("任一规范", "Any of the norms"), criteria=NAMES)


@pytest.fixture(scope="module")
def audits():
    city = fc.load_city("data/futian")
    checklists = CHECKLIST, replace(CHECKLIST, alternatives=(GROUP,))
    return [fc.audit(city, checklist, period="2022") for checklist in checklists]


def table(audit, column):
    return audit.findings.pivot_table(index="subject_code", columns="criterion_id", values=column, aggfunc="first", dropna=False)


def test_exactly_one_of_a_group_counts_and_it_is_the_best(audits):
    was, now = (table(audit, "rating")[list(NAMES)] for audit in audits)
    counted = (now != "not_applicable").sum(axis=1)
    assert (counted == (was != "not_applicable").any(axis=1)).all()
    assert (now.eq("met").any(axis=1) == was.eq("met").any(axis=1)).all()
    unknown = was.eq("no_data").any(axis=1) & ~was.eq("met").any(axis=1)
    assert now[unknown].eq("no_data").any(axis=1).all()
    assert unknown.any()
    left_out = audits[1].findings.query("cause == 'another_counts'")
    assert len(left_out) > 100
    assert left_out["reason_zh"].str.contains("择一").all()
    assert left_out["degree"].isna().all()


def test_the_score_is_the_mean_with_the_best_degree_of_the_group(audits):
    was, _ = audits
    rows = was.findings
    in_group = rows["criterion_id"].isin(NAMES)
    rated = rows["degree"].notna()
    known = table(was, "degree")[list(NAMES)]
    ratings = table(was, "rating")[list(NAMES)]
    best = known.max(axis=1).where(~(ratings.eq("no_data").any(axis=1) & ~ratings.eq("met").any(axis=1)))
    weight = float(rows.loc[in_group, "weight"].iloc[0])
    others = rows[rated & ~in_group]
    gained = (others["weight"] * others["degree"]).groupby(others["subject_code"]).sum()
    whole = others["weight"].groupby(others["subject_code"]).sum()
    counts = best.notna()
    score = 100 * (gained + weight * best.fillna(0)) / (whole + weight * counts)
    assert audits[1].totals["score"].to_numpy() == pytest.approx(score.reindex(audits[1].totals.index).to_numpy(), abs=1e-7)


def test_bounds_hold_whatever_the_unknown_turn_out_to_be(audits):
    totals = audits[1].totals
    assert (totals["lower"] <= totals["score"] + 1e-9).all()
    assert (totals["score"] <= totals["upper"] + 1e-9).all()


def test_a_gain_is_what_meeting_the_one_that_counts_would_bring():
    pair = ("sz236-4-2a", "sz236-4-2b")
    checklist = replace(CHECKLIST, alternatives=(replace(GROUP, criteria=pair),))
    audit = fc.audit(fc.load_city("data/futian"), checklist, period="2022")
    plan = audit.plan[audit.plan["criterion_id"].isin(pair)]
    assert len(plan) > 3
    for row in plan.to_dict("records"):
        own = audit.findings[(audit.findings["subject_code"] == row["community_code"]) & audit.findings["degree"].notna()]
        degree = own["degree"].where(own["criterion_id"] != row["criterion_id"], 1.0)
        after = 100 * (own["weight"] * degree).sum() / own["weight"].sum()
        assert after - audit.totals.loc[row["community_code"], "score"] == pytest.approx(row["gain"], abs=1e-7)


def test_without_groups_nothing_changes(audits):
    assert not (audits[0].findings["cause"] == "another_counts").any()
    others = ~audits[0].findings["criterion_id"].isin(NAMES)
    for column in ("rating", "reason_zh", "value"):
        left, right = (audit.findings.loc[others, column].to_numpy() for audit in audits)
        assert all((one == other) | ((one != one) & (other != other)) for one, other in zip(left, right, strict=True))
    assert np.isfinite(audits[1].totals["score"]).all()


def test_a_checklist_file_says_so_and_comparing_finds_it(tmp_path):
    path = tmp_path / "community.yaml"
    said = f"alternatives:\n  - {{title: {{zh: 任一规范, en: Any of the norms}}, criteria: [{', '.join(NAMES)}]}}\n"
    path.write_text(SOURCE.replace("select:\n", said + "select:\n"), encoding="utf-8")
    made = fc.load_checklist(path)
    assert made.alternatives == (GROUP,)
    assert [(one.about, one.now.en) for one in differences(CHECKLIST, made)] == [("alternatives", " / ".join(NAMES))]


@pytest.mark.parametrize(
    ("criteria", "said"),
    [
        ("[ft-n1b]", "one alternative; expected two or more"),
        ("[ft-n1b, ft-n9b]", "alternative 'ft-n9b' is not selected"),
        ("[ft-n1b, sz236-p03]", "are not of one weight and dimension"),
        ("[sz236-p24, sz236-4-2a]", "is a gate"),
        ("[ft-n1b, ft-n1b]", "stands in two places"),
    ],
)
def test_what_cannot_be_alternatives_is_refused_with_its_place(tmp_path, criteria, said):
    path = tmp_path / "community.yaml"
    line = f"  - {{title: {{zh: 任一, en: Any}}, criteria: {criteria}}}\n"
    path.write_text(SOURCE.replace("select:\n", f"alternatives:\n{line}select:\n"), encoding="utf-8")
    with pytest.raises(InvalidStandard, match=said) as err:
        fc.load_checklist(path)
    number = path.read_text(encoding="utf-8").splitlines().index(line.rstrip("\n")) + 1
    assert {problem.line for problem in err.value.problems} == {number}
