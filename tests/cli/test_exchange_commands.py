"""standards export, import, schema: files out, files in, exit codes and messages."""

from __future__ import annotations

import json

import openpyxl
import pytest
from click.testing import CliRunner

from friendly_city.cli import main
from friendly_city.standards.load import load_checklist, load_standard


def run(*args):
    return CliRunner().invoke(main, ["standards", *(str(arg) for arg in args)])


@pytest.mark.parametrize(("form", "suffix"), [("xlsx", "xlsx"), ("oscal", "json")])
def test_a_standard_goes_out_and_comes_back(form, suffix, tmp_path):
    out, back = tmp_path / f"london.{suffix}", tmp_path / "london-plan-s4.yaml"
    done = run("export", "london-plan-s4", "--to", form, "--out", out)
    assert (done.exit_code, done.stdout) == (0, f"{out}\n")
    done = run("import", out, "--out", back)
    assert (done.exit_code, done.stdout) == (0, f"{back}\n")
    assert load_standard(back) == load_standard("london-plan-s4")
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([out.name, back.name]), "nothing else is left"


def test_a_checklist_goes_out_and_comes_back(tmp_path):
    assert run("export", "community", "--to", "xlsx", "--out", tmp_path / "c.xlsx").exit_code == 0
    assert run("import", tmp_path / "c.xlsx", "--out", tmp_path / "c.yaml").exit_code == 0
    assert load_checklist(tmp_path / "c.yaml") == load_checklist("community")


def test_an_unfit_workbook_is_refused_with_every_problem_and_nothing_is_written(tmp_path):
    run("export", "london-plan-s4", "--to", "xlsx", "--out", tmp_path / "x.xlsx")
    book = openpyxl.load_workbook(tmp_path / "x.xlsx")
    book["criteria"]["E2"], book["clauses"]["B2"] = "shal", 4
    book.save(tmp_path / "x.xlsx")
    done = run("import", tmp_path / "x.xlsx", "--out", tmp_path / "x.yaml")
    assert done.exit_code == 3
    assert "2 problems in the standard:" in done.stderr
    assert "x.xlsx[clauses]:2:2 B number: a number, '4'" in done.stderr
    assert "x.xlsx[criteria]:2:5 E obligation: 'shal'" in done.stderr
    assert not (tmp_path / "x.yaml").exists()


@pytest.mark.parametrize(
    ("args", "code", "message"),
    [
        (("export", "london-plan-s5", "--to", "xlsx", "--out", "x.xlsx"), 2, "did you mean 'london-plan-s4'?"),
        (("export", "community", "--to", "oscal", "--out", "x.json"), 2, "'community' is a checklist"),
        (("export", "london-plan-s4", "--to", "pdf", "--out", "x.pdf"), 2, "'pdf' is not one of"),
        (("export", "london-plan-s4", "--to", "yaml", "--out", "no/such/x.yaml"), 3, "cannot be read or written"),
        (("import", "x.csv", "--out", "x.yaml"), 2, "an .xlsx workbook or an OSCAL catalogue as .json is expected"),
        (("import", "x.xlsx", "--out", "x.yaml"), 2, "no file named 'x.xlsx'"),
        (("import", "x.xlsx", "--out", "x.txt"), 2, "a .yaml file is expected"),
    ],
)
def test_bad_use_is_explained(args, code, message, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = run(*args)
    assert done.exit_code == code
    assert message in done.stderr
    assert not list(tmp_path.iterdir())


def test_schemas_are_written(tmp_path):
    done = run("schema", "--out", tmp_path / "schema")
    assert done.exit_code == 0
    assert json.loads((tmp_path / "schema" / "standard.json").read_text(encoding="utf-8"))["title"] == "friendly_city standard"
