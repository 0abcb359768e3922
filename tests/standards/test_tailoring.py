"""A checklist made from another: what changed is found by comparing; reasons and sign-off are asked; bad files are told."""

from __future__ import annotations

import json
import tempfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from friendly_city.audit.measures.written import check_document
from friendly_city.batch.fingerprint import checklist_hash
from friendly_city.errors import InvalidStandard
from friendly_city.labels import Text
from friendly_city.standards.changes import change_lines, changes, differences
from friendly_city.standards.load import kind_of_document, load_checklist, load_document, load_standard, whole
from friendly_city.standards.model import Approval, ChangeKind, Obligation, TextBasis
from friendly_city.standards.requirement import Attest, ThresholdBasis
from tests.standards.small import CHECKLIST, STANDARD, once

EXAMPLE = Path(__file__).parent / "tailored" / "community-tailored.yaml"
BASE = load_checklist("community")
SIGNED = {"proposed_by": "A", "by": "B", "on": "2025-01-02", "document": "D"}
WHY = {"reason": {"zh": "因", "en": "Why"}}


def made_of(**lists):
    """A checklist tailored from `community`, with these lists of changes."""
    written = {"id": "mine", "base": "community", "version": "1", "title": {"zh": "我的", "en": "Mine"}, **lists}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "mine.yaml"
        path.write_text(json.dumps(written, ensure_ascii=False), encoding="utf-8")
        return load_checklist(path)


def test_without_a_change_it_is_the_base_under_another_name():
    made = made_of()
    assert made.changes == ()
    assert made.base == "community 2022.1"
    same = {"id": BASE.id, "version": BASE.version, "title": BASE.title, "base": ""}
    assert replace(made, **same) == BASE
    assert differences(BASE, made) == ()


def test_a_standard_can_be_the_base():
    made = made_of(base="db4403-t-236-2022")
    assert made.items == whole(load_standard("db4403-t-236-2022")).items


def test_the_worked_example():
    made = load_checklist(EXAMPLE)
    assert [(str(c.kind), c.about) for c in changes(made)] == [
        ("threshold", "szpsg-t541-18"),
        ("removed", "sz236-p13c"),
        ("gate", "sz236-p17a"),
        ("weight", "sz236-p20"),
        ("gate", "sz236-p21"),
        ("threshold", "szpsg-t541-33"),
        ("removed", "szpsg-t541-4"),
        ("added", "szpsg-t541-11e"),
        ("local", "lg-homes"),
        ("setting", "minimum_coverage"),
    ]
    eased = {c.about: c.approved for c in made.changes if c.eases}
    assert set(eased) == {"sz236-p17a", "szpsg-t541-33", "szpsg-t541-4"}
    assert eased["szpsg-t541-4"] == Approval(proposed_by="区妇联", by="区未保办", on=date(2025, 3, 1), document="示例文件1号")
    by_about = {c.about: c for c in made.changes}
    assert by_about["szpsg-t541-18"].was.en == "≤ 500 m, ≥ 80 %, no credit from 0 %"
    assert by_about["szpsg-t541-18"].now.zh == "≤ 300 米，≥ 80 %，0 % 起不得分"
    assert by_about["minimum_coverage"].now.en == "50 %"
    assert made.choices[: len(BASE.choices)] == BASE.choices  # inherited
    assert check_document(EXAMPLE) == made
    assert kind_of_document(EXAMPLE) == "checklist"


def test_what_is_local_is_called_local_and_the_standard_is_left_alone():
    made = load_checklist(EXAMPLE)
    local = {i.id for i in made.items if getattr(i.criterion.requirement, "threshold", None) is not None
             and i.criterion.requirement.threshold.basis is ThresholdBasis.LOCAL}  # fmt: skip
    assert local == {"szpsg-t541-18", "szpsg-t541-33", "lg-homes"}
    untouched = next(c for c in made.item("szpsg-t541-18").standard.criteria if c.id == "szpsg-t541-18")
    assert untouched.requirement.within == 500
    own = made.item("lg-homes")
    assert (own.standard.id, own.standard.name.en, own.clause.number) == ("community-tailored", "local rule", "")
    assert (own.clause.text_basis, own.clause.source, own.weight) == (TextBasis.FULL, "示例文件4号", 3)


def test_the_changes_as_text():
    lines = list(change_lines(load_checklist(EXAMPLE), "en"))
    assert any(line.startswith("szpsg-t541-33  threshold: ") and "≥ 100 %, no credit from 0 % → ≥ 80 %" in line for line in lines)
    assert "    区妇联 → 区卫健局, 2025-03-01, 示例文件2号" in lines
    assert list(change_lines(BASE, "zh")) == []


def test_grade_lines_are_told_in_words():
    grades = [{"id": g.id, "title": {"zh": g.title.zh, "en": g.title.en}, "at_least": g.at_least} for g in BASE.grades]
    grades[0]["at_least"] = 90
    made = made_of(settings={"grades": grades, "due": "2030-12-31", **WHY})
    assert [(c.about, c.was.en, c.now.en) for c in made.changes] == [
        ("grades", "excellent 85, good 70, pass 60, below pass 0", "excellent 90, good 70, pass 60, below pass 0"),
        ("due", "2025-12-31", "2030-12-31"),
    ]
    assert made.grades[0].at_least == 90


def test_a_tailored_checklist_can_be_tailored_again_and_tells_both(tmp_path):
    (tmp_path / "first.yaml").write_text(EXAMPLE.read_text(encoding="utf-8"), encoding="utf-8")
    second = {"id": "second", "base": "first.yaml", "version": "2", "title": {"zh": "再", "en": "Again"},
              "weights": [{"criterion": "lg-homes", "weight": 5, **WHY}]}  # fmt: skip
    (tmp_path / "second.yaml").write_text(json.dumps(second, ensure_ascii=False), encoding="utf-8")
    made = load_checklist(tmp_path / "second.yaml")
    assert made.base == "community-tailored 1"
    assert [(c.base, c.about) for c in made.changes][-2:] == [
        ("community", "minimum_coverage"),
        ("community-tailored", "lg-homes"),
    ]
    assert len(made.changes) == 11


def test_a_checklist_cannot_be_made_from_itself(tmp_path):
    for name, base in (("a", "b.yaml"), ("b", "a.yaml")):
        text = f'id: {name}\nbase: {base}\nversion: "1"\ntitle: {{zh: 一, en: One}}\n'
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(InvalidStandard, match=r"b\.yaml:2:7 base: 'a\.yaml' is made from this very checklist"):
        load_checklist(tmp_path / "a.yaml")


def test_another_threshold_makes_another_fingerprint():
    made = [
        made_of(thresholds=[{"criterion": "sz236-p21", "threshold": {"unit": "m2", "at_least": at_least}, **WHY}])
        for at_least in (8, 8.0001, 8)
    ]
    hashes = [checklist_hash(checklist) for checklist in made]
    assert hashes[0] == hashes[2] != hashes[1]
    assert checklist_hash(BASE) not in hashes


# --- exactly the planted changes


def eased(item, kind):
    return item.gate or item.criterion.obligation is Obligation.SHALL


@st.composite
def plants(draw):
    """Changes of different criteria: what is written, and what must be found."""
    chosen = draw(st.lists(st.sampled_from(BASE.items), unique_by=lambda item: item.id, max_size=8))
    lists, planted = {}, set()
    for item in chosen:
        shall = item.criterion.obligation is Obligation.SHALL
        threshold = getattr(item.criterion.requirement, "threshold", None)
        plain = threshold is not None and threshold.limits is not None and threshold.limits.at_least and not threshold.bands
        able = ["without", "weights", *(["gates"] if shall else []), *(["thresholds"] if plain else [])]
        name = draw(st.sampled_from(able))
        entry = {"criterion": item.id, **WHY, "approved": SIGNED, "title": {"zh": "新", "en": "New"}}
        if name != "thresholds":
            del entry["title"]
        if name == "weights":
            entry["weight"] = draw(st.sampled_from([2.5, 2.75, 4] if shall else [0.5, 1.5, 1.25]))
        if name == "gates":
            entry["gate"] = not item.gate
        if name == "thresholds":
            entry["threshold"] = {
                "unit": threshold.unit,
                "at_least": threshold.limits.at_least * draw(st.sampled_from([0.5, 0.75])),
            }
        lists.setdefault(name, []).append(entry)
        kind = {"without": "removed", "weights": "weight", "gates": "gate", "thresholds": "threshold"}[name]
        planted.add((kind, item.id))
    return lists, planted


@settings(max_examples=25, deadline=None)
@given(plants())
def test_the_changes_are_exactly_the_planted_ones(planted):
    lists, wanted = planted
    made = made_of(**lists)
    assert {(str(change.kind), change.about) for change in made.changes} == wanted
    assert len(made.changes) == len(wanted)
    touched = {about for _, about in wanted}
    for item in BASE.items:
        if item.id not in touched:
            assert made.item(item.id) == item
    for change in made.changes:
        item = BASE.item(change.about)
        loosens = change.kind in (ChangeKind.REMOVED, ChangeKind.THRESHOLD) or (change.kind is ChangeKind.GATE and item.gate)
        lighter = change.kind is ChangeKind.WEIGHT and made.item(item.id).weight < item.weight
        assert change.eases == (eased(item, change.kind) and (loosens or lighter))


@settings(max_examples=15, deadline=None)
@given(plants())
def test_what_loosens_without_sign_off_is_refused_and_only_that(planted):
    lists, wanted = planted
    needs = sum(change.eases for change in made_of(**lists).changes)
    bare = {name: [{k: v for k, v in entry.items() if k != "approved"} for entry in entries] for name, entries in lists.items()}
    if not needs:
        assert {(str(c.kind), c.about) for c in made_of(**bare).changes} == wanted
        return
    with pytest.raises(InvalidStandard) as caught:
        made_of(**bare)
    assert len(caught.value.problems) == needs
    assert all("without sign-off" in str(problem) for problem in caught.value.problems)


# --- broken files

MINE = """\
id: mine
base: base.yaml
version: "1"
title: {zh: 我的, en: Mine}
thresholds:
  - {criterion: s-rooms, threshold: {unit: m2, at_least: 8}, reason: {zh: 因, en: Why}}
weights:
  - {criterion: s-principle, weight: 1.5, reason: {zh: 因, en: Why}}
"""
APPROVED = "approved: {proposed_by: A, by: B, on: 2025-01-02, document: D}"


def tailored(folder, text):
    (folder / "small.yaml").write_text(STANDARD, encoding="utf-8")
    (folder / "base.yaml").write_text(CHECKLIST, encoding="utf-8")
    (folder / "mine.yml").write_text(text, encoding="utf-8")
    return load_checklist(folder / "mine.yml", catalogue=folder)


def test_the_small_one_is_right(tmp_path):
    made = tailored(tmp_path, MINE)
    assert [(str(c.kind), c.about) for c in made.changes] == [("threshold", "s-rooms"), ("weight", "s-principle")]
    assert load_document(tmp_path / "mine.yml", catalogue=tmp_path) == made


LOCAL = """\
criteria:
  - id: l-one
    text: {zh: 一, en: One}
    text_basis: full
    source: page
    reason: {zh: 因, en: Why}
    title: {zh: 一, en: One}
    obligation: shall
    dimension: play
    friendliness: policy
    subject: community
    requirement: {kind: attest, register: documents, item: one}
    evidence: {zh: 证, en: Evidence}
    remedy: {zh: 做, en: Do}
    department: {zh: 部, en: Office}
"""
RULE = "  - {criterion: s-rooms, threshold: {unit: m2, at_least: 8}, reason: {zh: 因, en: Why}}\n"
WEIGHT = "  - {criterion: s-principle, weight: 1.5, reason: {zh: 因, en: Why}}\n"
CASES = {
    "no such base": ("base: base.yaml", "base: comunity", "mine.yml:2:7 base: no checklist 'comunity'; did you mean 'community'?"),
    "no reason": (", reason: {zh: 因, en: Why}}\nweights", "}\nweights", "6:5 thresholds.0: 'reason' is missing"),
    "an empty reason": ("weight: 1.5, reason: {zh: 因, en: Why}", "weight: 1.5, reason: {zh: 因, en: ''}",
        "8:63 weights.0.reason.en: an empty text"),
    "loosened without sign-off": ("at_least: 8}", "at_least: 5}",
        "6:5 thresholds.0: 's-rooms' must be met, and this loosens it without sign-off; expected approved: {proposed_by, by, on, document}"),
    "part credit loosens too": ("at_least: 8}", "at_least: 6, zero_at: 1}",
        "6:5 thresholds.0: 's-rooms' must be met, and this loosens it without sign-off"),
    "approved by who proposed it": ("at_least: 8}, ", "at_least: 5}, approved: {proposed_by: 区 办, by: 区办, on: 2025-01-02, document: D}, ",
        "6:95 thresholds.0.approved.by: '区办' proposed and approved it; expected two of them"),
    "approved in no document": ("at_least: 8}, ", "at_least: 5}, approved: {proposed_by: A, by: B, on: 2025-01-02, document: ''}, ",
        "6:122 thresholds.0.approved.document: nothing for 'document'; expected a document"),
    "approved on no day": ("at_least: 8}, ", "at_least: 5}, approved: {proposed_by: A, by: B, on: soon, document: D}, ",
        "6:100 thresholds.0.approved.on: 'soon'; expected a date YYYY-MM-DD"),
    "removed without sign-off": ("thresholds:\n" + RULE, "without:\n  - {criterion: s-rooms, reason: {zh: 因, en: Why}}\n",
        "6:5 without.0: 's-rooms' must be met, and this removes it without sign-off; expected approved: {proposed_by, by, on, document}"),
    "removed and changed": ("weights:\n", "without:\n  - {criterion: s-rooms, reason: {zh: 因, en: Why}}\nweights:\n",
        "6:17 thresholds.0.criterion: criterion 's-rooms' is not in the checklist"),
    "a gate removed without sign-off": ("weights:\n", "gates:\n  - {criterion: s-rooms, gate: false, reason: {zh: 因, en: Why}}\nweights:\n",
        "8:5 gates.0: 's-rooms' must be met, and this loosens it without sign-off"),
    "a gate on a should": ("weights:\n", "gates:\n  - {criterion: s-principle, gate: true, reason: {zh: 因, en: Why}}\nweights:\n",
        "8:17 gates.0.criterion: gate 's-principle' is a 'should'; expected a 'shall'"),
    "a change that is none": ("weight: 1.5", "weight: 2", "8:5 weights.0: this changes nothing"),
    "a threshold that is the base's": ("at_least: 8}", "at_least: 6, zero_at: 3}", "6:5 thresholds.0: this changes nothing"),
    "another unit": ("unit: m2, at_least: 8}", "unit: ha, at_least: 8}",
        "6:44 thresholds.0.threshold.unit: unit 'ha' in place of 'm2'; expected m2"),
    "a basis of its own": ("at_least: 8}", "at_least: 8, basis: ours}",
        "6:61 thresholds.0.threshold.basis: the basis of a local threshold is 'local'; expected no basis"),
    "a threshold for what is attested": ("criterion: s-rooms", "criterion: s-principle",
        "6:17 thresholds.0.criterion: criterion 's-principle' has no threshold: it is attested; expected one that is measured"),
    "within of what is not walked to": ("threshold: {unit: m2, at_least: 8}", "within: 300",
        "6:26 thresholds.0.within: nothing is walked to in this criterion; expected threshold"),
    "no figure": ("threshold: {unit: m2, at_least: 8}, ", "", "6:5 thresholds.0: no new figure; expected threshold or within"),
    "bands by something new": ("unit: m2, at_least: 8}", "unit: m2, by: population, by_unit: persons, bands: [{at_least: 8}]}",
        "6:48 thresholds.0.threshold.by: bands by 'population'; expected no bands, as in the base"),
    "unknown criterion": ("criterion: s-rooms", "criterion: s-room",
        "6:17 thresholds.0.criterion: criterion 's-room' is not in the checklist; did you mean 's-rooms'?"),
    "twice": (RULE, RULE + RULE, "7:17 thresholds.1.criterion: criterion 's-rooms' given twice (first in line 6); expected once"),
    "weight of a should above a shall": ("weight: 1.5", "weight: 3",
        "8:38 weights.0.weight: weight 3 of 's-principle' is not below 3 of 's-rooms'; expected every 'shall' above every 'should' and 'may'"),
    "weight of nothing": ("criterion: s-principle, weight: 1.5", "weight: 1.5",
        "8:5 weights.0: a weight of nothing or of two; expected one of criterion, obligation"),
    "no weight": ("weight: 1.5", "weight: 0", "8:38 weights.0.weight: a weight of 0; expected more than 0"),
    "a shall made lighter": (WEIGHT, "  - {obligation: shall, weight: 2.5, reason: {zh: 因, en: Why}}\n",
        "8:5 weights.0: 's-rooms' must be met, and this loosens it without sign-off"),
    "selected what is there": (WEIGHT, WEIGHT + "select:\n  - {criterion: s-rooms, reason: {zh: 因, en: Why}}\n",
        "10:17 select.0.criterion: criterion 's-rooms' is in the base already; expected one that is not"),
    "selected from nowhere": (WEIGHT, WEIGHT + "select:\n  - {criterion: sz236-p24, reason: {zh: 因, en: Why}}\n",
        "10:17 select.0.criterion: no criterion 'sz236-p24'; expected one of s-rooms, s-principle, s-meetings"),
    "a subsystem that is not there": (WEIGHT, WEIGHT + "standards: [db4403-t-236-2022]\nselect:\n"
        "  - {criterion: sz236-p24, reason: {zh: 因, en: Why}}\n",
        "11:17 select.0.criterion: criterion 'sz236-p24' has dimension 'social_security', which the checklist does not declare"),
    "settings as they are": (WEIGHT, WEIGHT + "settings:\n  gate_cap: poor\n  due: 2030-01-01\n  reason: {zh: 因, en: Why}\n",
        "10:3 settings.gate_cap: 'gate_cap' is as in the base; expected another value, or no entry"),
    "a better cap without sign-off": (WEIGHT, WEIGHT + "settings:\n  gate_cap: good\n  reason: {zh: 因, en: Why}\n",
        "10:3 settings: 'gate_cap' must be met, and this loosens it without sign-off"),
    "a cap that is no grade": (WEIGHT, WEIGHT + "settings:\n  gate_cap: goood\n  reason: {zh: 因, en: Why}\n",
        "10:13 settings.gate_cap: no grade 'goood'; did you mean 'good'?"),
    "coverage above one": (WEIGHT, WEIGHT + "settings:\n  minimum_coverage: 66\n  reason: {zh: 因, en: Why}\n",
        "10:21 settings.minimum_coverage: a share of 66; expected 0 to 1"),
    "coverage of nothing": (WEIGHT, WEIGHT + "settings:\n  minimum_coverage:\n  reason: {zh: 因, en: Why}\n",
        "10:20 settings.minimum_coverage: a share of nothing; expected 0 to 1"),
    "a local criterion without a source": (WEIGHT, WEIGHT + LOCAL.replace("    source: page\n", ""),
        "10:5 criteria.0: 'source' is missing; expected text"),
    "a local criterion without a reason": (WEIGHT, WEIGHT + LOCAL.replace("    reason: {zh: 因, en: Why}\n", ""),
        "10:5 criteria.0: 'reason' is missing"),
    "a local criterion called as another": (WEIGHT, WEIGHT + LOCAL.replace("l-one", "s-rooms"),
        "10:9 criteria.0.id: criterion 's-rooms' is in a standard already; expected an id of its own"),
    "a local criterion with a clause": (WEIGHT, WEIGHT + LOCAL + "    clause: c1\n",
        "24:5 criteria.0.clause: a local criterion names no clause; expected text, text_basis and source"),
    "a local criterion on a heading": (WEIGHT, WEIGHT + LOCAL.replace("text_basis: full", "text_basis: heading").replace(
        "{kind: attest, register: documents, item: one}", "{kind: count, register: facilities, threshold: {unit: count, at_least: 1}}"),
        "20:18 criteria.0.requirement: a requirement of kind 'count' on a clause of which only the title is known; expected kind: attest"),
    "misspelt list": ("weights:", "wieghts:", "7:1 wieghts: unknown key 'wieghts'"),
    "a list that is none": (RULE, "  criterion: s-rooms\n", "6:3 thresholds"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_what_is_wrong_is_told_with_line_and_column(name, tmp_path):
    old, new, *wanted = CASES[name]
    with pytest.raises(InvalidStandard) as caught:
        tailored(tmp_path, once(MINE, old, new))
    told = [str(problem).split("mine.yml:", 1)[1] for problem in caught.value.problems]
    assert len(told) == len(wanted), told
    for said, start in zip(told, wanted, strict=True):
        assert said.startswith(start.removeprefix("mine.yml:"))


def test_a_title_that_says_the_old_figure_must_be_said_anew():
    with pytest.raises(
        InvalidStandard, match=r"the title of 'szpsg-t541-18' still says 500; expected a 'title' with the new figure"
    ):
        made_of(thresholds=[{"criterion": "szpsg-t541-18", "within": 300, **WHY}])
    made = made_of(thresholds=[{"criterion": "szpsg-t541-18", "within": 300, "title": {"zh": "三百", "en": "300"}, **WHY}])
    assert made.item("szpsg-t541-18").criterion.title == Text("三百", "300")


def test_a_standard_cannot_call_its_threshold_local(tmp_path):
    (tmp_path / "small.yaml").write_text(once(STANDARD, "zero_at: 3}", "zero_at: 3, basis: local}"), encoding="utf-8")
    with pytest.raises(InvalidStandard, match="'local' is what a tailored checklist makes of a threshold"):
        load_standard(tmp_path / "small.yaml")


def test_names_a_local_criterion_reads_are_looked_up_with_line_and_column(tmp_path):
    (tmp_path / "small.yaml").write_text(STANDARD, encoding="utf-8")
    text = EXAMPLE.read_text(encoding="utf-8").replace("{kind: childrens_home}", "{kynd: childrens_home}")
    (tmp_path / "mine.yaml").write_text(text, encoding="utf-8")
    line = next(n for n, row in enumerate(text.splitlines(), start=1) if "kynd" in row)
    with pytest.raises(InvalidStandard, match=rf"mine\.yaml:{line}:15 .*no field of facilities 'kynd'; did you mean 'kind'"):
        check_document(tmp_path / "mine.yaml")


def test_weights_by_obligation_leave_those_named_alone():
    named = next(item.id for item in BASE.items if item.criterion.obligation is Obligation.MAY)
    made = made_of(weights=[{"obligation": "may", "weight": 0.5, **WHY}, {"criterion": named, "weight": 0.75, **WHY}])
    weights = {item.weight for item in made.items if item.criterion.obligation is Obligation.MAY}
    assert weights == {0.5, 0.75}
    assert made.item(named).weight == 0.75
    assert isinstance(BASE.item("sz236-p14").criterion.requirement, Attest)
