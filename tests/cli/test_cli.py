"""The command line: thin words over the library, plain messages, exit codes."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from friendly_city.cli import main

ROOT = Path(__file__).parents[2]


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
    assert done.exit_code == 3
    assert "data/nowhere" in done.output


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
