"""The guide for authors is true: its files load and are audited as they stand, and every example in it can be measured."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest
import yaml
from click.testing import CliRunner

import friendly_city as fc
from friendly_city.audit.measures.written import check_document
from friendly_city.cli import main
from friendly_city.standards.build import KINDS

GUIDE = files("friendly_city.standards").joinpath("AUTHORING.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```yaml\n(.*?)```", GUIDE, flags=re.DOTALL)
EXAMPLES = dict(re.findall(r"^\| `(\w+)` \|.*\| `(\{kind: .*\})` \|$", GUIDE, flags=re.MULTILINE))


@pytest.fixture
def folder(tmp_path):
    for block in BLOCKS:
        (tmp_path / f"{yaml.safe_load(block)['id']}.yaml").write_text(block, encoding="utf-8")
    return tmp_path


def test_the_standard_and_the_checklist_are_audited_as_they_stand(folder):
    checklist = fc.load_checklist(folder / "our-list.yaml", catalogue=folder)
    audit = fc.audit(fc.load_city("data/futian"), checklist, period="2022")
    rated = audit.findings[audit.findings["rating"].isin(["met", "partly_met", "not_met"])]
    assert set(rated["criterion_id"]) == {item.id for item in checklist.items}
    assert [item.weight for item in checklist.items] == [2, 1, 4, 2, 2, 2]


@pytest.mark.parametrize("words", [["our-town.yaml"], ["our-list.yaml", "--catalogue", "."]])
def test_the_commands_check_them(folder, words, monkeypatch):
    monkeypatch.chdir(folder)
    result = CliRunner().invoke(main, ["standards", "check", *words])
    assert result.exit_code == 0, result.output


def test_every_kind_has_an_example():
    assert set(EXAMPLES) == set(KINDS)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_an_example_can_be_measured(kind, folder):
    """Put in place of the first requirement of the guide's standard."""
    standard = yaml.load(BLOCKS[0], Loader=yaml.BaseLoader)
    criterion = standard["criteria"][0] | {
        "requirement": yaml.load(EXAMPLES[kind], Loader=yaml.BaseLoader),
        "subject": "community",
    }
    path = folder / "our-town.yaml"
    path.write_text(yaml.safe_dump(standard | {"criteria": [criterion]}, allow_unicode=True), encoding="utf-8")
    check_document(path)
    audit = fc.audit(fc.load_city("data/futian"), fc.load_standard(path), period="2022")
    assert set(audit.findings["rating"]) - {"no_data"}


def test_a_misspelt_word_is_told_with_its_place(folder):
    path = folder / "our-town.yaml"
    path.write_text(BLOCKS[0].replace("of: each", "of: eech"), encoding="utf-8")
    result = CliRunner().invoke(main, ["standards", "check", str(path)])
    assert result.exit_code == 3
    line = BLOCKS[0].splitlines().index("      of: each") + 1
    assert f":{line}:11 " in result.output
