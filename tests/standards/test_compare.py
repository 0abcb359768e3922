"""Two editions compared: each planted change is found and only those; what a change does to scores sums exactly."""

from __future__ import annotations

import json
from dataclasses import replace

import pandas as pd
import pytest
import yaml
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

import friendly_city as fc
from friendly_city.audit.change import attributed, changed_findings
from friendly_city.cli import main
from friendly_city.labels import Text
from friendly_city.standards.compare import compare, edit_lines
from friendly_city.standards.load import load_standard
from friendly_city.standards.model import Obligation

STANDARD = load_standard("db4403-t-236-2022")
ROOM = next(c for c in STANDARD.criteria if c.id == "sz236-p21")


def with_criterion(changed):
    return replace(STANDARD, criteria=tuple(changed if c.id == changed.id else c for c in STANDARD.criteria))


def with_room(at_least):
    threshold = ROOM.requirement.threshold
    limits = replace(threshold.limits, at_least=at_least)
    return with_criterion(replace(ROOM, requirement=replace(ROOM.requirement, threshold=replace(threshold, limits=limits))))


@pytest.mark.parametrize(("at_least", "strictness"), [(8.0, "stricter"), (4.0, "looser")])
def test_a_moved_threshold_is_found_and_said_to_ask_more_or_less(at_least, strictness):
    (edit,) = compare(STANDARD, with_room(at_least))
    assert (edit.what, edit.about, edit.field) == ("criterion", "sz236-p21", "requirement.threshold.at_least")
    assert (edit.was, edit.now, str(edit.strictness)) == ("6", f"{at_least:g}", strictness)
    assert any({"stricter": "更严", "looser": "更宽"}[strictness] in line for line in edit_lines([edit], "zh"))


PLANTS = {
    "title": lambda c: replace(c, title=Text("新", "New")),
    "obligation": lambda c: replace(c, obligation=Obligation.MAY if c.obligation is not Obligation.MAY else Obligation.SHOULD),
    "department": lambda c: replace(c, department=Text("某局", "Some office")),
    "age_bands": lambda c: replace(c, age_bands=() if c.age_bands else ("0-3",)),
    "removed": lambda _: None,
}


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.sampled_from([c.id for c in STANDARD.criteria]), st.sampled_from(sorted(PLANTS)), max_size=6))
def test_each_planted_change_is_found_and_only_those(plants):
    made = [PLANTS[plants[c.id]](c) if c.id in plants else c for c in STANDARD.criteria]
    new = replace(STANDARD, criteria=tuple(c for c in made if c is not None))
    found = {(e.about, e.field.split(".")[0] or "removed") for e in compare(STANDARD, new)}
    assert found == {(name, plant) for name, plant in plants.items()}
    back = {(e.about, e.field.split(".")[0] or "removed") for e in compare(new, STANDARD)}
    assert back == found


def test_clauses_and_the_head_are_compared():
    clause = replace(STANDARD.clauses[0], number="9.9")
    new = replace(STANDARD, clauses=(clause, *STANDARD.clauses[1:]), issued=None)
    assert {(e.what, e.field) for e in compare(STANDARD, new)} == {("clause", "number"), ("standard", "issued")}


@pytest.fixture(scope="module")
def city():
    return fc.load_city("data/futian")


def test_the_parts_of_a_change_sum_exactly_to_it(city):
    audits = [fc.audit(city, standard, period="2022") for standard in (STANDARD, with_room(12.0))]
    parts = attributed(*audits).groupby("subject_code")["change"].sum()
    change = audits[1].totals["score"] - audits[0].totals["score"]
    assert (change.abs() > 0.01).sum() > 5
    assert parts.reindex(change.index).fillna(0.0).to_numpy() == pytest.approx(change.to_numpy(), abs=1e-8)
    changed = changed_findings(*audits)
    assert set(changed["criterion_id"]) == {"sz236-p21"}
    both = audits[0].findings.merge(audits[1].findings, on=["subject_code", "criterion_id"])
    differs = (both["rating_x"] != both["rating_y"]) | ((both["degree_x"] - both["degree_y"]).abs() > 1e-12)
    assert len(changed) == int(differs.sum()) > 0


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["met", "partly_met", "not_met", "no_data", "not_applicable"]), st.floats(0.1, 5)), min_size=8, max_size=8),
       st.integers(0, 4), st.integers(0, 4))  # fmt: skip
def test_parts_sum_whatever_enters_or_leaves_the_weights(drawn, first, second):
    degree = {"met": 1.0, "partly_met": 0.3, "not_met": 0.0}

    def audit(rows):
        frame = pd.DataFrame([
            {"subject_code": "a", "criterion_id": f"c{k}", "rating": rating, "degree": degree.get(rating, float("nan")), "weight": weight}
            for k, (rating, weight) in rows
        ], columns=["subject_code", "criterion_id", "rating", "degree", "weight"])  # fmt: skip
        return type("Made", (), {"findings": frame})

    numbered = list(enumerate(drawn))
    before, after = audit(numbered[first:]), audit([(k, drawn[7 - k]) for k, _ in numbered[: 8 - second]])

    def score(found):
        rated = found.findings[found.findings["rating"].isin(degree)]
        return 100 * (rated["weight"] * rated["degree"]).sum() / rated["weight"].sum() if len(rated) else 0.0

    assert attributed(before, after)["change"].sum() == pytest.approx(score(after) - score(before), abs=1e-9)


def test_the_command_tells_changes_and_their_effect(tmp_path):
    from importlib.resources import files

    source = files("friendly_city.standards").joinpath("checklists/community.yaml").read_text(encoding="utf-8")
    path = tmp_path / "community.yaml"
    path.write_text(source.replace("  - {criterion: sz236-p21}\n", "  - {criterion: sz236-p21, weight: 5}\n"), encoding="utf-8")
    words = ["standards", "compare", "community", str(path), "--city", "data/futian", "--period", "2022"]
    told = CliRunner().invoke(main, [*words, "--lang", "en"])
    assert told.exit_code == 0, told.output
    assert "sz236-p21  weight" in told.output
    assert "1 changes" in told.output
    assert "0 findings changed" in told.output
    found = json.loads(CliRunner().invoke(main, [*words, "--json"]).output)
    moved = {row["community_code"]: row["score_after"] - row["score_before"] for row in found["scores"]}
    sums = pd.DataFrame(found["attribution"]).groupby("subject_code")["change"].sum()
    assert moved
    assert all(sums[code] == pytest.approx(change, abs=1e-7) for code, change in moved.items())


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["community", "db4403-t-236-2022"], 2, "one is a standard, the other a checklist"),
        (["communty", "community"], 2, "did you mean 'community'"),
        (["community", "community", "--city", "data/futian"], 2, "are given together"),
    ],
)
def test_what_cannot_be_compared_is_told(words, code, said):
    result = CliRunner().invoke(main, ["standards", "compare", *words])
    assert result.exit_code == code
    assert said in result.output


def test_yaml_is_what_is_compared_not_its_layout(tmp_path):
    from friendly_city.standards.write import yaml_text

    path = tmp_path / f"{STANDARD.id}.yaml"
    path.write_text(yaml_text(STANDARD), encoding="utf-8")
    assert yaml.safe_load(path.read_text(encoding="utf-8"))["id"] == STANDARD.id
    assert compare(STANDARD, load_standard(path)) == ()
