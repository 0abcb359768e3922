"""The command line: thin words over the library, plain messages, exit codes."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from friendly_city.cli import main
from tests.standards.small import CHECKLIST, STANDARD, once

ROOT = Path(__file__).parents[2]
FUTIAN = str(ROOT / "data/futian")
KNOWN = once(STANDARD, "item: children_first}", "item: child_first_statement}")
"""The small standard with an item that the data dictionary has."""


def call(*words):
    return CliRunner().invoke(main, list(words))


def commands(group, prefix=()):
    for name, command in group.commands.items():
        yield (*prefix, name), command
        if getattr(command, "commands", None):
            yield from commands(command, (*prefix, name))


@pytest.mark.parametrize("words", [words for words, _ in commands(main)], ids=" ".join)
def test_every_command_explains_itself(words):
    done = call(*words, "--help")
    assert done.exit_code == 0
    assert len(done.output) > 80


@pytest.mark.parametrize("words", [words for words, c in commands(main) if not getattr(c, "commands", None)], ids=" ".join)
def test_every_command_ends_its_help_with_an_example(words):
    assert f"Example: friendly-city {' '.join(words)}" in call(*words, "--help").output


@pytest.mark.parametrize("group", [(), ("city",), ("standards",), ("report",)], ids=lambda words: " ".join(words) or "all")
def test_no_line_of_a_group_is_cut_off(group):
    listed = call(*group, "--help").output.partition("Commands:")[2].strip().splitlines()
    assert listed
    assert all(line.rstrip().endswith(".") and not line.rstrip().endswith("..") for line in listed), listed


def test_the_standards_are_listed_with_their_size():
    done = call("standards", "list")
    assert done.exit_code == 0
    assert "db4403-t-236-2022" in done.output
    assert "72 criteria" in done.output


def test_a_good_checklist_passes_the_check():
    assert call("standards", "check", str(ROOT / "friendly_city/standards/checklists/community.yaml")).exit_code == 0


def test_a_bad_standard_ends_with_3_and_says_where(tmp_path):
    path = tmp_path / "x.yaml"
    path.write_text("id: x\nselect: [\n", encoding="utf-8")
    done = call("standards", "check", str(path))
    assert done.exit_code == 3
    assert "x.yaml:" in done.output
    assert "Traceback" not in done.output


def test_the_demonstration_city_passes_the_check():
    done = call("city", "check", str(ROOT / "data/futian"))
    assert done.exit_code == 0
    assert "92 communities" in done.output


def test_a_folder_that_is_not_there_is_said():
    done = call("city", "check", "data/nowhere")
    assert done.exit_code == 2
    assert "data/nowhere: there is no such folder" in done.output


@pytest.mark.parametrize(
    "words",
    [
        ("city", "check", "data/nowhere"),
        ("city", "describe", "data/nowhere"),
        ("standards", "check", "nowhere.yaml"),
        ("standards", "list", "--catalogue", "nowhere"),
        ("audit", "data/nowhere", "--period", "2022", "--out", "o"),
        ("audit", FUTIAN, "--period", "2022", "--out", "o", "--checklist", "nowhere.yaml"),
        ("audit", FUTIAN, "--period", "2022", "--out", "o", "--checklist", "comunity"),
        ("audit", FUTIAN, "--period", "2022", "--out", "o", "--catalogue", "nowhere"),
        ("audit", FUTIAN, "--period", "2031", "--out", "o"),
        ("city", "demo", FUTIAN + "/staff.csv"),
        ("city", "demo", "made", "--seed", "-1"),
    ],
    ids=" ".join,
)
def test_what_is_not_there_or_cannot_be_is_a_matter_of_usage(words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = call(*words)
    assert done.exit_code == 2, done.output
    assert "Traceback" not in done.output
    assert "(known: )" not in done.output
    assert list(tmp_path.iterdir()) == []


def test_a_city_that_is_a_file_is_bad_data():
    assert call("city", "check", FUTIAN + "/staff.csv").exit_code == 3


def test_an_unforeseen_failure_to_read_or_write_is_said_and_ends_with_3(monkeypatch):
    def refuse(*_words, **_more):
        raise PermissionError(13, "Permission denied", "x/staff.csv")

    monkeypatch.setattr("friendly_city.city.mending.faults.load_city", refuse)
    done = call("city", "check", FUTIAN)
    assert done.exit_code == 3
    assert done.output == "friendly-city: a file or folder cannot be read or written: x/staff.csv: Permission denied\n"


def test_a_document_is_told_by_its_keys_not_by_how_it_is_laid_out(tmp_path):
    path = tmp_path / "short.yaml"
    (tmp_path / "small.yaml").write_text(KNOWN, encoding="utf-8")
    path.write_text("select:\n" + CHECKLIST.split("select:\n")[1] + CHECKLIST.split("select:\n")[0], encoding="utf-8")
    done = call("standards", "check", str(path), "--catalogue", str(tmp_path))
    assert done.output.startswith("<Checklist short")
    path.write_text("{select: [], id: x}", encoding="utf-8")
    assert "short.yaml:1:1" in call("standards", "check", str(path)).output
    path.write_text("id: x\ntitle: y\n", encoding="utf-8")
    done = call("standards", "check", str(path))
    assert done.exit_code == 3
    assert "short.yaml:1:1: neither a standard nor a checklist: it has id, title; expected a standard with clauses" in done.output


def test_standards_of_ones_own_are_listed_and_audited_whole(tmp_path):
    (tmp_path / "small.yaml").write_text(KNOWN, encoding="utf-8")
    assert "standard   small  <Standard 1.10" in call("standards", "list", "--catalogue", str(tmp_path)).output
    words = ("--period", "2022", "--out", str(tmp_path / "o"), "--dry-run", "--community", "440304002016")
    done = call("audit", FUTIAN, "--checklist", "small", "--catalogue", str(tmp_path), *words)
    assert done.exit_code == 0, done.output
    assert "1 of 1 to run" in done.output


def test_a_standard_is_audited_whole_by_its_id(tmp_path):
    words = ("--period", "2022", "--out", str(tmp_path / "o"), "--dry-run", "--community", "440304002016")
    assert call("audit", FUTIAN, "--checklist", "db4403-t-236-2022", *words).exit_code == 0


def test_a_misspelt_name_in_a_standard_of_ones_own_stops_the_audit_with_its_place(tmp_path):
    (tmp_path / "small.yaml").write_text(once(KNOWN, "kind: mother_baby_room", "kind: mother_bady_room"), encoding="utf-8")
    done = call(
        "audit", FUTIAN, "--checklist", "small", "--catalogue", str(tmp_path), "--period", "2022", "--out", str(tmp_path / "o")
    )
    assert done.exit_code == 3
    assert "small.yaml:28:21" in done.output
    assert "did you mean 'mother_baby_room'?" in done.output


def test_describing_a_city_writes_the_descriptor_it_had(tmp_path):
    shutil.copytree(ROOT / "data/futian", tmp_path / "city")
    before = (tmp_path / "city/datapackage.json").read_bytes()
    (tmp_path / "city/datapackage.json").unlink()
    assert call("city", "describe", str(tmp_path / "city")).exit_code == 0
    assert (tmp_path / "city/datapackage.json").read_bytes() == before


def test_the_demonstration_city_is_made_where_asked(tmp_path):
    done = call("city", "demo", str(tmp_path / "made"))
    assert done.exit_code == 0
    assert (tmp_path / "made/communities.csv").read_bytes() == (ROOT / "data/futian/communities.csv").read_bytes()
