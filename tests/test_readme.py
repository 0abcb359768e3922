"""The README is true: its Python runs, its commands exist, its counts are those of the catalogue."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_five_lines_of_python_run(tmp_path, monkeypatch, capsys):
    code = re.search(r"```python\n(.*?)```", README, re.DOTALL)[1]
    assert len([line for line in code.splitlines() if line]) == 5
    monkeypatch.chdir(tmp_path)
    exec(compile(code.replace('"data/futian"', repr(str(ROOT / "data/futian"))), "README.md", "exec"), {})
    assert "440304010002" in capsys.readouterr().out
    assert (tmp_path / "report.html").stat().st_size > 20_000


def test_the_plan_of_several_services_runs():
    first, second = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    names = {}
    exec(compile(first.split("audit =")[0].replace('"data/futian"', repr(str(ROOT / "data/futian"))), "README.md", "exec"), names)
    exec(compile(second, "README.md", "exec"), names)
    assert set(names["plan"].by_service["service"]) == {"library", "childrens_home"}


@pytest.mark.parametrize("target", re.findall(r"(?:^|`)make (\w+)", README, re.MULTILINE))
def test_every_make_target_named_is_in_the_makefile(target):
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize("line", re.findall(r"(?<!--engine )friendly-city [a-z][^`\n]*", README))
def test_every_command_named_exists_with_its_options(line):
    import shlex

    from friendly_city.cli import main

    words = shlex.split(line.split("  ")[0])[1:]
    command = main
    while words and getattr(command, "commands", None) and words[0] in command.commands:
        command = command.commands[words.pop(0)]
    assert not getattr(command, "commands", None) or line.startswith(
        ("friendly-city audit", "friendly-city city", "friendly-city standards")
    )
    options = {name for parameter in command.params for name in parameter.opts}
    assert {word for word in words if word.startswith("--")} <= options


def test_every_file_linked_is_there():
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert (ROOT / target).exists(), target


def test_the_counts_of_the_standards_are_those_of_the_catalogue():
    from friendly_city.standards.load import load_standard

    guide, planning = load_standard("db4403-t-236-2022"), load_standard("szpsg-2025")
    by_basis = [clause.text_basis.value for clause in guide.clauses]
    assert (len(guide.clauses), by_basis.count("summary"), by_basis.count("heading")) == (29, 25, 4)
    assert sum(len(clause.keys) for clause in planning.clauses) == 53


@pytest.mark.parametrize(
    "path", ["README.md", "friendly_city/cli.py", *(f"notebooks/{p.name}" for p in (ROOT / "notebooks").glob("*.ipynb"))]
)
def test_every_community_code_in_an_example_is_one_of_the_demonstration_city(path):
    codes = {line.split(",")[0] for line in (ROOT / "data/futian/communities.csv").read_text(encoding="utf-8").splitlines()}
    assert set(re.findall(r"\b4403\d{8}\b", (ROOT / path).read_text(encoding="utf-8"))) <= codes
