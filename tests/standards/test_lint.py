"""The linter: what is shipped is clean, and each rule finds its planted fault at its place, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from importlib.resources import files

import pytest
from click.testing import CliRunner

from friendly_city.cli import main
from friendly_city.standards.lint import CHECKLIST_RULES, STANDARD_RULES, lint
from friendly_city.standards.load import checklist_names, load_checklist, load_standard, standard_names
from tests.standards.small import STANDARD

SHIPPED = files("friendly_city.standards")


@pytest.mark.parametrize("name", standard_names())
def test_a_shipped_standard_is_clean(name):
    raw = SHIPPED.joinpath(f"catalogue/{name}.yaml").read_bytes()
    assert [str(problem) for problem in lint(raw, name, load_standard(name))] == []


@pytest.mark.parametrize("name", checklist_names())
def test_a_shipped_checklist_is_clean(name):
    raw = SHIPPED.joinpath(f"checklists/{name}.yaml").read_bytes()
    assert [str(problem) for problem in lint(raw, name, load_checklist(name))] == []


COPY = """  - id: s-again
    clause: c1
    title: {zh: 又一条, en: Once more}
    obligation: should
    dimension: play
    friendliness: space
    subject: facility
    requirement: {kind: size, of: each, where: {kind: mother_baby_room}, field: floor_area_m2, threshold: {unit: m2, at_least: 10}}
    evidence: {zh: 台账, en: Register}
    remedy: {zh: 扩建, en: Enlarge}
    department: {zh: 街道, en: Subdistrict}
"""
PLANTS = {
    "translation, the same": ("title: {zh: 母婴室面积, en: Rooms are large enough}", "title: {zh: 母婴室面积, en: 母婴室面积}", "translation", "the English text is the Chinese one"),
    "translation, Chinese": ("en: Rooms are large enough", "en: Rooms 母婴室 large", "translation", "Chinese in the English text"),
    "translation, English": ("title: {zh: 母婴室面积,", "title: {zh: Rooms are large,", "translation", "no Chinese in the Chinese text"),
    "the same asked twice": ("  - id: s-principle\n", COPY + "  - id: s-principle\n", "overlap", "asks the same as 's-rooms'"),
    "step that is met already": ("at_least: 6, zero_at: 3", "at_least: 6, steps: [{value: 3, degree: 0.5}, {value: 7, degree: 0.8}]", "part-credit", "a step at 7"),
    "clause without a criterion": ("clauses:\n", "clauses:\n  - {id: c9, number: '', text: {zh: 九, en: Nine}, text_basis: full, source: page, keys: []}\n", "unused-clause", "no criterion rests on clause 'c9'"),
    "source not seen": ("seen: part", 'seen: ""', "source-seen", "nothing is said of what was seen"),
}  # fmt: skip


@pytest.mark.parametrize("name", PLANTS)
def test_a_planted_fault_is_found_at_its_place(name, tmp_path):
    before, after, rule, what = PLANTS[name]
    text = STANDARD.replace(before, after, 1)
    assert text != STANDARD
    path = tmp_path / "small.yaml"
    path.write_text(text, encoding="utf-8")
    clean = {str(problem).split(":", 3)[-1] for problem in lint(STANDARD.encode(), "small.yaml", _loaded(tmp_path, STANDARD))}
    found = [
        problem
        for problem in lint(text.encode(), "small.yaml", _loaded(tmp_path, text))
        if str(problem).split(":", 3)[-1] not in clean
    ]
    matching = [problem for problem in found if f"{rule}: " in problem.what and what in problem.what]
    assert len(matching) == 1, [str(problem) for problem in found]
    line = text.splitlines()[matching[0].line - 1]
    assert matching[0].column
    assert line[matching[0].column - 1 :].strip()


def _loaded(folder, text):
    path = folder / "loaded.yaml"
    path.write_text(text, encoding="utf-8")
    return load_standard(path)


CHECKLIST_PLANTS = {
    "a weight that is that of all": ("{criterion: sz236-p21}", "{criterion: sz236-p21, weight: 3}", "weight", "the weight of every 'shall'"),
    "a weight that cannot matter": ("{criterion: sz236-p22}", "{criterion: sz236-p22, weight: 0.01}", "weight", "cannot matter"),
}  # fmt: skip


@pytest.mark.parametrize("name", CHECKLIST_PLANTS)
def test_a_planted_fault_of_a_checklist_is_found(name, tmp_path):
    before, after, rule, what = CHECKLIST_PLANTS[name]
    source = SHIPPED.joinpath("checklists/community.yaml").read_text(encoding="utf-8")
    path = tmp_path / "community.yaml"
    path.write_text(source.replace(before, after), encoding="utf-8")
    (problem,) = lint(path.read_bytes(), "c.yaml", load_checklist(path))
    assert f"{rule}: " in problem.what
    assert what in problem.what
    assert "weight" in path.read_text(encoding="utf-8").splitlines()[problem.line - 1]


def test_a_gate_on_a_damaged_figure_is_found():
    raw, checklist = SHIPPED.joinpath("checklists/community.yaml").read_bytes(), load_checklist("community")
    unsure = tuple(
        replace(item, clause=replace(item.clause, verified=False)) if item.id == "sz236-p24" else item for item in checklist.items
    )
    (problem,) = lint(raw, "c.yaml", replace(checklist, items=unsure))
    assert "unverified-gate: gate 'sz236-p24'" in problem.what
    assert raw.decode().splitlines()[problem.line - 1][problem.column - 1 :].startswith("sz236-p24")


def test_every_rule_has_a_planted_fault():
    planted = {plant[2] for plant in (*PLANTS.values(), *CHECKLIST_PLANTS.values())} | {"unverified-gate"}
    assert planted == set(STANDARD_RULES) | set(CHECKLIST_RULES)


def test_warnings_end_with_3_only_when_strict(tmp_path):
    path = tmp_path / "community.yaml"
    source = SHIPPED.joinpath("checklists/community.yaml").read_text(encoding="utf-8")
    path.write_text(source.replace("{criterion: sz236-p21}", "{criterion: sz236-p21, weight: 3}"), encoding="utf-8")
    plain = CliRunner().invoke(main, ["standards", "check", str(path)])
    assert plain.exit_code == 0
    assert "warning: " in plain.output
    assert CliRunner().invoke(main, ["standards", "check", str(path), "--strict"]).exit_code == 3
    assert CliRunner().invoke(main, ["standards", "check", "community", "--strict"]).exit_code == 0


def test_there_are_sixty_broken_documents_with_their_messages():
    from tests.standards.test_checklist_problems import CASES
    from tests.standards.test_standard_problems import ASKED, FORM, MEANING

    tables = (FORM, MEANING, ASKED, CASES)
    messages = {rest for table in tables for row in table.values() for rest in row[-1:]}
    assert sum(map(len, tables)) >= len(messages) >= 60
