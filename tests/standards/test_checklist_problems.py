"""A checklist that is wrong says what, where, and what would have been right; everything at once."""

from __future__ import annotations

import pytest

from friendly_city.errors import InvalidStandard, UnknownName
from friendly_city.standards.load import load_checklist
from tests.standards.small import CHECKLIST, STANDARD, checklist_of, once, said

# what is changed in the small checklist, into what, and everything that is then said of short.yaml
CASES = {
    "unknown criterion": (
        "criterion: s-principle}",
        "criterion: s-principal}",
        "21:17 select.1.criterion: no criterion 's-principal'; did you mean 's-principle'?",
    ),
    "criterion like none": (
        "criterion: s-principle}",
        "criterion: xyz}",
        "21:17 select.1.criterion: no criterion 'xyz'; expected one of s-rooms, s-principle, s-meetings",
    ),
    "criterion twice": (
        "criterion: s-principle}",
        "criterion: s-rooms}",
        "21:17 select.1.criterion: criterion 's-rooms' selected twice (first in line 20); expected once",
    ),
    "no grade for the lowest scores": (
        "at_least: 0}",
        "at_least: 10}",
        "13:52 grades.1.at_least: the lowest grade starts at 10; expected 0, so that every score has a grade",
    ),
    "misspelt key of a selection": (
        "{criterion: s-principle}",
        "{criterium: s-principle}",
        "21:5 select.1: 'criterion' is missing; expected text",
        "21:6 select.1.criterium: unknown key 'criterium'; expected one of criterion, weight; did you mean 'criterion'?",
    ),
    "selection is a text": (
        "{criterion: s-principle}",
        "s-principle",
        "21:5 select.1: 's-principle'; expected a mapping of criterion, weight",
    ),
    "weight of nothing": (
        "weight: 0.5",
        "weight: 0",
        "22:37 select.2.weight: a weight of 0; expected more than 0",
    ),
    "weight is a word": (
        "weight: 0.5",
        "weight: heavy",
        "22:37 select.2.weight: 'heavy'; expected a number",
    ),
    "a may as heavy as a shall": (
        "weight: 0.5",
        "weight: 3",
        "22:37 select.2.weight: a weight of 3 for a 'may'; expected less than that of a 'shall', 3",
    ),
    "a shall as light as a should": (
        "{criterion: s-rooms}",
        "{criterion: s-rooms, weight: 2}",
        "20:34 select.0.weight: a weight of 2 for a 'shall'; expected more than that of a 'should', 2",
    ),
    "should heavier than shall": (
        "{shall: 3, should: 2,",
        "{shall: 3, should: 4,",
        "9:10 weights: weights 3, 4, 1; expected shall > should ≥ may > 0",
    ),
    "should as heavy as shall": (
        "{shall: 3, should: 2,",
        "{shall: 3, should: 3,",
        "9:10 weights: weights 3, 3, 1; expected shall > should ≥ may > 0",
    ),
    "no weight": (
        "{shall: 3, should: 2, may: 1}",
        "{shall: 3, should: 2}",
        "9:10 weights: 'may' is missing; expected a number",
    ),
    "negative weight": (
        "may: 1}",
        "may: -1}",
        "9:10 weights: weights 3, 2, -1; expected shall > should ≥ may > 0",
    ),
    "weight of an unknown obligation": (
        "may: 1}",
        "may: 1, must: 5}",
        "9:40 weights.must: unknown key 'must'; expected one of shall, should, may",
    ),
    "gate that is not selected": (
        "gates: [s-rooms]",
        "gates: [s-room]",
        "18:9 gates.0: gate 's-room' is not selected; did you mean 's-rooms'?",
    ),
    "gate that is a should": (
        "gates: [s-rooms]",
        "gates: [s-rooms, s-principle]",
        "18:18 gates.1: gate 's-principle' is a 'should'; expected a 'shall'",
    ),
    "gate twice": (
        "gates: [s-rooms]",
        "gates: [s-rooms, s-rooms]",
        "18:18 gates.1: gate 's-rooms' given twice; expected once",
    ),
    "gates are a text": (
        "gates: [s-rooms]",
        "gates: s-rooms",
        "18:8 gates: 's-rooms'; expected a list",
    ),
    "cap that is no grade": (
        "gate_cap: poor",
        "gate_cap: pass",
        "14:11 gate_cap: no grade 'pass'; expected one of good, poor",
    ),
    "grades from the worst up": (
        "at_least: 0}",
        "at_least: 80}",
        "13:52 grades.1.at_least: at_least 80 after 70; expected grades from the best down",
    ),
    "grades of one score": (
        "at_least: 0}",
        "at_least: 70}",
        "13:52 grades.1.at_least: at_least 70 after 70; expected grades from the best down",
    ),
    "grade above 100": (
        "at_least: 70}",
        "at_least: 170}",
        "12:52 grades.0.at_least: a score of 170; expected 0 to 100",
    ),
    "grade twice": (
        "{id: poor, title",
        "{id: good, title",
        "13:10 grades.1.id: id 'good' given twice (first in line 12); expected an id of its own",
        "14:11 gate_cap: no grade 'poor'; expected good",
    ),
    "coverage in per cent": (
        "minimum_coverage: 0.5",
        "minimum_coverage: 66",
        "10:19 minimum_coverage: a share of 66; expected 0 to 1",
    ),
    "no coverage": (
        "minimum_coverage: 0.5\n",
        "",
        "1:1: 'minimum_coverage' is missing; expected a number",
    ),
    "dimension that is not declared": (
        "{id: community_family, title",
        "{id: community, title",
        "21:17 select.1.criterion: criterion 's-principle' has dimension 'community_family', which the checklist does not declare; did you mean 'community'?",
        "22:17 select.2.criterion: criterion 's-meetings' has dimension 'community_family', which the checklist does not declare; did you mean 'community'?",
    ),
    "unknown standard": (
        "standards: [small]",
        "standards: [smal]",
        "8:13 standards.0: no standard 'smal'; did you mean 'small'?",
    ),
    "no standard": (
        "standards: [small]",
        "standards: []",
        "8:12 standards: no standards; expected at least one",
    ),
    "nothing said of choices": (
        "choices:\n  - {zh: 权重自定, en: Weights are ours}\n",
        "choices: []\n",
        "15:10 choices: no choices; expected at least one",
    ),
    "date out of the calendar": (
        "due: 2025-12-31",
        "due: 2025-12-32",
        "17:6 due: '2025-12-32'; expected a date YYYY-MM-DD",
    ),
    "id with a space": (
        "id: short",
        "id: a short one",
        "1:5 id: id 'a short one'; expected a-z and 0-9, joined by - or _",
    ),
    "standard for a checklist": (
        "select:\n",
        "clauses: []\nselect:\n",
        "19:1 clauses: this is a standard; expected a checklist, with standards and select",
    ),
    "standard twice": (
        "standards: [small]",
        "standards: [small, small]",
        "8:20 standards.1: standard 'small' given twice; expected once",
    ),
}


@pytest.mark.parametrize(("old", "new", "messages"), [(old, new, rest) for old, new, *rest in CASES.values()], ids=CASES)
def test_a_fault_is_explained_at_its_place(old, new, messages, tmp_path):
    assert said(checklist_of, tmp_path, once(CHECKLIST, old, new)) == [f"short.yaml:{message}" for message in messages]


def test_faults_of_form_do_not_hide_faults_of_meaning(tmp_path):
    text = once(once(CHECKLIST, "weight: 0.5", "weight: heavy"), "s-principle}", "s-principal}")
    text = once(text, "gates: [s-rooms]", "gates: [s-room]")
    assert [message.split(" ")[0] for message in said(checklist_of, tmp_path, text)] == [
        "short.yaml:18:9",
        "short.yaml:21:17",
        "short.yaml:22:37",
    ]


def test_faults_of_the_standards_are_told_with_those_of_the_checklist(tmp_path):
    standard = once(STANDARD, "unit: m2", "unit: sqm")
    problems = said(checklist_of, tmp_path, once(CHECKLIST, "gate_cap: poor", "gate_cap: pour"), standard)
    assert [problem.split(";")[0] for problem in problems] == [
        "short.yaml:14:11 gate_cap: no grade 'pour'",
        "small.yaml:30:25 criteria.0.requirement.threshold.unit: unknown unit 'sqm'",
    ]


def test_a_criterion_about_the_district_cannot_be_selected(tmp_path):
    standard = once(STANDARD, "    subject: facility\n", "    subject: district\n")
    assert said(checklist_of, tmp_path, CHECKLIST, standard) == [
        "short.yaml:20:17 select.0.criterion: criterion 's-rooms' is about a district; expected a community or its facilities"
    ]


def test_one_criterion_id_in_two_standards_is_refused(tmp_path):
    (tmp_path / "other.yaml").write_text(once(STANDARD, "id: small", "id: other"), encoding="utf-8")
    problems = said(checklist_of, tmp_path, once(CHECKLIST, "[small]", "[small, other]"))
    assert problems == [
        f"short.yaml:8:20 standards.1: criterion {name!r} is also in 'small'; expected an id of its own"
        for name in ("s-rooms", "s-principle", "s-meetings")
    ]


def test_a_standard_must_have_the_id_its_file_is_named_by(tmp_path):
    assert said(checklist_of, tmp_path, CHECKLIST, once(STANDARD, "id: small", "id: little")) == [
        "short.yaml:8:13 standards.0: the file of 'small' has id 'little'; expected file and id of one name"
    ]


def test_a_folder_of_standards_that_is_not_there_is_an_unknown_name(tmp_path):
    (tmp_path / "short.yaml").write_text(CHECKLIST, encoding="utf-8")
    with pytest.raises(UnknownName, match="no folder of standards named"):
        load_checklist(tmp_path / "short.yaml", catalogue=tmp_path / "nowhere")


def test_without_a_folder_only_the_package_has_standards(tmp_path):
    (tmp_path / "short.yaml").write_text(CHECKLIST, encoding="utf-8")
    with pytest.raises(InvalidStandard, match=r"standards\.0: no standard 'small'"):
        load_checklist(tmp_path / "short.yaml")
