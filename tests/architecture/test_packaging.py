"""environment.yml, pyproject.toml and constraints.txt say the same."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
import yaml
from rattler import MatchSpec

ROOT = Path(__file__).parents[2]
SEVEN = ["jupyterlab", "pandas", "geopandas", "matplotlib", "nbconvert", "papermill", "pytest"]
CONDA_NAME = {"matplotlib": "matplotlib-base"}


def requirements() -> dict[str, str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return dict(re.fullmatch(r"([A-Za-z0-9_.-]+)>=([0-9.]+)", line).groups() for line in project["dependencies"])


def environment() -> list[str]:
    document = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    return [line for line in document["dependencies"] if isinstance(line, str)]


def test_the_users_seven_packages_come_first():
    assert list(requirements())[:7] == SEVEN


def test_environment_names_the_same_packages_with_the_same_bounds():
    python, *rest = environment()
    assert python == "python>=3.11"
    expected = [f"{CONDA_NAME.get(name, name)}>={bound}" for name, bound in requirements().items()]
    assert [line for line in rest if line != "pip"] == expected


@pytest.mark.parametrize("line", environment())
def test_conda_understands_each_line(line):
    spec = MatchSpec(line)
    assert spec.name is not None
    assert spec.name.normalized == re.split(r"[>= ]", line)[0]


def test_constraints_pin_every_requirement_exactly_and_name_no_index():
    text = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    assert "://" not in text
    assert "--" not in text.replace("# --", "")
    pins = dict(line.split("==") for line in text.splitlines() if line and not line.startswith("#"))
    names = {name.lower().replace("_", "-") for name in pins}
    assert {name.lower() for name in requirements()} <= names


@pytest.mark.parametrize("extra", ["dask", "osm", "sql"])
def test_an_extra_is_part_of_what_tests_install_and_is_pinned(extra):
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    assert set(extras[extra]) <= set(extras["dev"])
    pins = {line.split("==")[0].lower() for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()}
    assert {re.split(r"\[|[>=]=", line)[0] for line in extras[extra]} <= pins


def test_constraints_are_not_below_the_lower_bounds():
    text = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    pins = {k.lower().replace("_", "-"): v for k, v in (line.split("==") for line in text.splitlines() if "==" in line)}

    def key(version: str) -> list[int]:
        return [int(part) for part in re.findall(r"\d+", version)[:3]]

    low = {name: bound for name, bound in requirements().items() if key(pins[name.lower()]) < key(bound)}
    assert not low


def test_nothing_names_the_machine_it_was_built_on():
    words = ["/wo" + "rk/", "../sh" + "ared", "py" + "pi.org", "npm" + "js.com", "files.python" + "hosted"]
    suffixes = {".py", ".md", ".yml", ".yaml", ".toml", ".txt", ".cff", ".ipynb", ".css", ".j2", ".json", ".csv", ""}
    for path in ROOT.rglob("*"):
        first, *_ = path.relative_to(ROOT).parts
        hidden = first.startswith(".") and first not in {".ci", ".gitignore"}
        if path.is_dir() or hidden or first == "reports" or path.suffix not in suffixes or "__pycache__" in path.parts:
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        assert not [word for word in words if word in text], path
