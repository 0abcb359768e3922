"""Every notebook runs from top to bottom with its defaults, by papermill's own command, from the root and from its folder."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import nbformat
import pytest

from friendly_city.report.check import page_problems
from friendly_city.report.exporter import export_html

ROOT = Path(__file__).parents[2]
NAMES = sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb"))
NEEDS = {"second_city": "pyrosm"}
pytestmark = pytest.mark.batch


def papermill(name, out, *words, cwd=ROOT):
    command = [
        sys.executable,
        "-m",
        "papermill",
        str(ROOT / "notebooks" / f"{name}.ipynb"),
        str(out),
        "--no-progress-bar",
        *words,
    ]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=300, check=False)


def outputs(path):
    return [output for cell in json.loads(path.read_text(encoding="utf-8"))["cells"] for output in cell.get("outputs", [])]


@pytest.mark.parametrize("folder", [".", "notebooks"])
@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_runs_with_its_defaults(name, folder, tmp_path):
    if name in NEEDS and find_spec(NEEDS[name]) is None:
        pytest.skip(f"{name} needs {NEEDS[name]}, an extra that is not installed")
    out = tmp_path / "out.ipynb"
    done = papermill(name, out, cwd=ROOT / folder)
    assert done.returncode == 0, done.stderr
    shown = outputs(out)
    assert not [output for output in shown if output["output_type"] == "error" or output.get("name") == "stderr"]
    assert len(shown) > 5


def test_the_papermill_users_way_gives_the_community_asked_for(tmp_path):
    out = tmp_path / "out.ipynb"
    done = papermill("audit_community", out, "-r", "community", "440304002016", "-r", "period", "2022")
    assert done.returncode == 0, done.stderr
    text = "".join("".join(output.get("data", {}).get("text/html", "")) for output in outputs(out))
    assert 'data-community="440304002016"' in text
    assert 'data-community="440304001019"' not in text  # the notebook's default


def test_our_engine_is_found_by_papermills_command_and_gives_what_its_own_gives(tmp_path):
    words = ("-r", "community", "440304002016", "--cwd", str(ROOT))
    shown = {}
    for engine in ("nbclient", "friendly-city"):
        done = papermill("audit_community", tmp_path / f"{engine}.ipynb", "--engine", engine, *words)
        assert done.returncode == 0, done.stderr
        assert "real kernel" not in done.stderr
        cells = json.loads((tmp_path / f"{engine}.ipynb").read_text(encoding="utf-8"))["cells"]
        shown[engine] = [(cell["source"], cell.get("execution_count"), cell.get("outputs")) for cell in cells]
    assert shown["friendly-city"] == shown["nbclient"]
    assert len(shown["nbclient"]) > 10


def test_a_code_that_became_a_number_is_refused_with_the_remedy(tmp_path):
    out = tmp_path / "out.ipynb"
    done = papermill("audit_community", out, "-p", "community", "440304002016")
    assert done.returncode == 1
    assert "-r community 440304002016" in done.stderr
    assert any(output["output_type"] == "error" for output in outputs(out))


def test_siting_makes_a_sound_page_of_the_subdistrict_asked_for(tmp_path):
    out = tmp_path / "out.ipynb"
    words = ("-r", "subdistrict", "440304001", "-r", "walk", "pace", "-p", "number", "2", "-r", "language", "en")
    done = papermill("siting", out, *words)
    assert done.returncode == 0, done.stderr
    html = export_html(nbformat.read(out, as_version=4), language="en")
    assert [str(problem) for problem in page_problems(html, subject="440304001", language="en")] == []
    assert "&quot;walk&quot;: &quot;pace&quot;" in html
    assert "Nanyuan, Futian District · library, 2 more" in html
