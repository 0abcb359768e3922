"""One notebook for many questions: every combination, checked before anything runs; what pages say is what the table says."""

from __future__ import annotations

import csv
import json

import nbformat
import pytest
from click.testing import CliRunner
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from friendly_city.batch import sweep as planning
from friendly_city.batch.check import InvalidOutput
from friendly_city.batch.check_sweep import check_sweep, is_sweep, make_sweep_again
from friendly_city.batch.parameters import default_parameters, typed
from friendly_city.batch.run import run_batch
from friendly_city.batch.sweep import Sweep, plan_sweep
from friendly_city.batch.swept import run_sweep
from friendly_city.cli import main
from friendly_city.errors import InvalidParameters, UnknownName
from friendly_city.report.page import Page
from tests.factories import CODES, write_city

KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
PARAMETERS = """\
city: str = "tiny"  # folder
kind: str = "library"  # kind of facility
subdistrict: str = ""  # code
number: int = 1  # how many
wanted: list = []  # more kinds
language: str = "zh"  # zh or en
"""
WORK = """\
import friendly_city as fc
from friendly_city.report.section import section

place = fc.load_city(city)
if kind == "park":
    raise ValueError("no parks today")
there = place.register("facilities")
share = float((there["kind"] == kind).mean())
"""
SHOWN = """\
section("有 说明 的 一段 文字", id="one", title="一", subject=place.id, heading=False, themed=True,
        figures={"kind": kind, "share_of_kind": share, "number": number, "name": "=1+1"})
"""


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A folder with a city and a notebook, which is where people stand."""
    monkeypatch.chdir(tmp_path)
    write_city(tmp_path / "tiny")
    cells = [
        new_markdown_cell("# 一段标题\n\n说明", metadata={"tags": ["remove-cell"]}, id="m"),
        new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]}, id="p"),
        new_code_cell(WORK, id="w"),
        new_code_cell(SHOWN, id="s"),
    ]
    nbformat.write(new_notebook(cells=cells, metadata=KERNEL), tmp_path / "counts.ipynb")
    return tmp_path


def asked(here, **more):
    each = {"kind": ("library", "childrens_home"), "subdistrict": ("all",)}
    return Sweep(**{"notebook": "counts.ipynb", "each": each, "out": here / "out", "quiet": True, **more})


def table(out):
    with (out / "runs.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_combination_is_a_run_with_its_words(here):
    planned = plan_sweep(asked(here))
    assert [run.job.key for run in planned.runs] == [
        f"{kind}-{code}" for kind in ("library", "childrens_home") for code in ("440304001", "440304002")
    ]
    assert planned.runs[1].words["subdistrict"].zh == "北街道"
    assert planned.runs[0].job.parameters == {
        "kind": "library", "subdistrict": "440304001", "language": "zh",
    }  # fmt: skip
    assert not (here / "out").exists()


def test_an_audit_is_not_written_over_a_sweep(here):
    run_sweep(plan_sweep(asked(here, each={"kind": ("library",)})))
    before = {path: path.read_bytes() for path in (here / "out").rglob("*") if path.is_file()}
    with pytest.raises(
        InvalidParameters, match="out holds what friendly-city sweep counts has written; give this audit a folder"
    ):
        run_batch("tiny", period="2022", out=here / "out", quiet=True)
    assert {path: path.read_bytes() for path in (here / "out").rglob("*") if path.is_file()} == before


def test_all_stands_for_what_the_city_has(here):
    def values(name):
        return [run.given[name] for run in plan_sweep(asked(here, each={name: ("all",)})).runs]

    assert values("kind") == sorted(set(plan_sweep(asked(here)).city.register("facilities")["kind"]))
    assert values("subdistrict") == ["440304001", "440304002"]
    assert values("subdistrict") == [
        run.given["subdistrict"] for run in plan_sweep(asked(here, each={"subdistrict": ("440304001", "all")})).runs
    ]


def test_a_sweep_writes_pages_a_table_and_an_overview_that_agree(here):
    planned = plan_sweep(asked(here))
    done = run_sweep(planned)
    assert [outcome.status for outcome in done.outcomes] == ["done"] * 4
    rows = table(here / "out")
    facilities = planned.city.register("facilities")
    for row in rows:
        assert float(row["share_of_kind"]) == (facilities["kind"] == row["kind"]).mean()
    assert [row["subdistrict"] for row in rows] == ["440304001", "440304002"] * 2
    page = Page(done.index.read_text(encoding="utf-8"))
    links = {found.attributes["href"] for found in page.named("a")}
    assert {f"{row['key']}/report.html" for row in rows} <= links
    shown = {
        (e.attributes["data-run"], e.attributes["data-value"])
        for e in page.elements
        if e.attributes.get("data-field") == "share_of_kind"
    }
    assert shown == {(row["key"], row["share_of_kind"]) for row in rows}
    assert "一段标题" in page.text_of(next(page.named("h1")))
    assert check_sweep(here / "out") == ()


def test_nothing_at_all_is_a_share_like_any_other(here):
    run_sweep(plan_sweep(asked(here, each={"kind": ("library", "nothing"), "subdistrict": ("all",)})))
    assert [row["share_of_kind"] for row in table(here / "out")][2:] == ["0.0", "0.0"]
    assert check_sweep(here / "out") == ()


def test_text_of_a_page_is_no_formula_in_the_table(here):
    run_sweep(plan_sweep(asked(here, each={"kind": ("library",)})))
    assert table(here / "out")[0]["name"] == "'=1+1"
    assert check_sweep(here / "out") == ()


def test_what_is_unchanged_is_not_run_again_and_what_has_changed_is(here):
    run_sweep(plan_sweep(asked(here)))
    before = {path: path.read_bytes() for path in (here / "out").rglob("*") if path.name != "manifest.json" and path.is_file()}
    assert plan_sweep(asked(here)).fresh == ()
    again = run_sweep(plan_sweep(asked(here)))
    assert [outcome.status for outcome in again.outcomes] == ["skipped"] * 4
    assert before == {path: path.read_bytes() for path in before}
    assert len(plan_sweep(asked(here, shared={"number": "2"})).fresh) == 4
    register = here / "tiny" / "communities.csv"
    register.write_text(register.read_text(encoding="utf-8").replace("东园社区", "新园社区"), encoding="utf-8")
    assert len(plan_sweep(asked(here)).fresh) == 4


def test_one_that_fails_stops_no_other_and_is_told(here):
    done = run_sweep(plan_sweep(asked(here, each={"kind": ("park", "library")})))
    assert [outcome.status for outcome in done.outcomes] == ["failed", "done"]
    assert "no parks today" in table(here / "out")[0]["error"]
    page = Page(done.index.read_text(encoding="utf-8"))
    assert "no parks today" in page.text_of(next(page.named("main")))
    assert not (here / "out/park/report.html").exists()
    assert (here / "out/park/counts.ipynb").exists()
    told = check_sweep(here / "out")
    assert [problem.file for problem in told] == ["park/report.html"]
    assert "no parks today" in told[0].what


def test_the_check_sees_what_was_changed(here):
    run_sweep(plan_sweep(asked(here)))
    page = here / "out/library-440304001/report.html"
    page.write_text(page.read_text(encoding="utf-8").replace("kind&quot;: 0.", "kind&quot;: 7."), encoding="utf-8")
    (here / "out/library-440304002/counts.ipynb").unlink()
    told = "\n".join(map(str, check_sweep(here / "out")))
    assert "library-440304001/report.html: was changed after the run" in told
    assert "runs.csv library-440304001 share_of_kind: is 0." in told
    assert "index.html library-440304001 share_of_kind: is 0." in told
    assert "library-440304002/counts.ipynb: is not there" in told
    assert "--each kind=library,childrens_home --each subdistrict=all" in make_sweep_again(here / "out")


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"each": {}}, "nothing varies"),
        ({"each": {"kind": ()}}, "no value of kind"),
        ({"each": {"kid": ("a",)}}, "did you mean 'kind'"),
        ({"each": {"number": ("1", "two")}}, "number must be int, not 'two'"),
        ({"each": {"number": ("all",)}}, "number must be int, not 'all'"),
        ({"each": {"kind": ("all",), "wanted": ("all",)}}, "wanted=all"),
        ({"each": {"kind": ("library",)}, "shared": {"kind": "park"}}, "cannot both vary"),
        ({"each": {"language": ("zh", "en")}}, "cannot both vary"),
        ({"shared": {"number": "1.5"}}, "number must be int"),
        ({"each": {"kind": ("a/b", "a b")}}, "would both be in the folder a-b"),
        ({"each": {"kind": ("index",)}}, "cannot name a folder"),
        ({"each": {"kind": ("Runs.csv",)}}, "cannot name a folder"),
        ({"each": {"kind": ("x" * 300,)}}, "cannot name a folder"),
        ({"each": {"city": ("tiny", "nowhere")}}, "there is no such folder"),
        ({"each": {"subdistrict": ("440304009",)}}, "440304009"),
        ({"jobs": -1}, "jobs and memory"),
        ({"notebook": "nowhere"}, "no notebooks/nowhere.ipynb"),
        ({"shared": {"city": "nowhere"}}, "there is no such folder"),
    ],
)
def test_a_wrong_question_is_refused_before_anything_is_written(here, more, said):
    with pytest.raises((InvalidParameters, UnknownName), match=said):
        plan_sweep(asked(here, **more))
    assert not (here / "out").exists()


def test_too_many_combinations_are_refused(here, monkeypatch):
    monkeypatch.setattr(planning, "MOST", 3)
    with pytest.raises(InvalidParameters, match="4 combinations"):
        plan_sweep(asked(here))


def test_results_are_never_written_among_the_data(here):
    with pytest.raises(InvalidParameters, match="must not lie one in the other"):
        plan_sweep(asked(here, out=here / "tiny" / "out"))


def test_pages_of_other_values_in_the_folder_are_told_and_left(here):
    run_sweep(plan_sweep(asked(here, each={"kind": ("library", "park")})))
    planned = plan_sweep(asked(here, each={"kind": ("childrens_home",)}))
    assert planned.strays == (here / "out/library/report.html",)
    assert run_sweep(planned).strays == planned.strays
    assert [(problem.file, problem.what) for problem in check_sweep(here / "out")] == [
        ("library/report.html", "is not of this sweep")
    ]
    (here / "out/library/report.html").unlink()
    assert check_sweep(here / "out") == ()


def test_a_folder_that_holds_something_else_is_refused(here):
    (here / "out").mkdir()
    for held, said in (({"checklist": {}, "runs": {}}, "another command"), ({"notebook": "notebooks/access.ipynb"}, "access")):
        (here / "out/manifest.json").write_text(json.dumps(held), encoding="utf-8")
        with pytest.raises(InvalidParameters, match=f"holds what .*{said}"):
            plan_sweep(asked(here))


def test_what_was_killed_leaves_no_page_of_other_data(here):
    each = {"kind": ("library",)}
    run_sweep(plan_sweep(asked(here, each=each)))
    book = nbformat.read(here / "counts.ipynb", as_version=4)
    book.cells[2].source = "import os, signal\nos.kill(os.getppid(), signal.SIGKILL)"  # the worker, not only the kernel
    nbformat.write(book, here / "counts.ipynb")
    done = run_sweep(plan_sweep(asked(here, each=each)))
    assert [outcome.status for outcome in done.outcomes] == ["failed"]
    assert not (here / "out/library/report.html").exists()
    assert not (here / "out/library/counts.ipynb").exists()
    assert [problem.what for problem in check_sweep(here / "out")] == ["is not there: the process running it was killed 3 times"]


def test_what_was_unchanged_keeps_its_seconds(here):
    def seconds():
        return {key: run["seconds"] for key, run in json.loads((here / "out/manifest.json").read_text())["runs"].items()}

    run_sweep(plan_sweep(asked(here, each={"kind": ("library",)})))
    took = seconds()["library"]
    assert took > 0
    run_sweep(plan_sweep(asked(here, each={"kind": ("library", "childrens_home")})))
    assert seconds()["library"] == took
    assert seconds()["childrens_home"] > 0


def test_two_cities_in_folders_of_one_name_are_told_apart(here):
    for where in "ab":
        write_city(here / where / "tiny")
    each = {"city": ("a/tiny", "b/tiny")}
    before = [run.job.fingerprint for run in plan_sweep(asked(here, each=each)).runs]
    register = here / "a/tiny/communities.csv"
    register.write_text(register.read_text(encoding="utf-8").replace("东园社区", "新园社区"), encoding="utf-8")
    after = [run.job.fingerprint for run in plan_sweep(asked(here, each=each)).runs]
    assert before[0] != after[0]
    with pytest.raises(InvalidParameters, match="must not lie one in the other"):
        plan_sweep(asked(here, each=each, out=here / "b/tiny/out"))


def test_the_language_of_the_page_is_part_of_what_it_is_made_from(here):
    book = nbformat.read(here / "counts.ipynb", as_version=4)
    book.cells[1].source = book.cells[1].source.replace('language: str = "zh"  # zh or en\n', "")
    nbformat.write(book, here / "mute.ipynb")
    marks = {plan_sweep(asked(here, notebook="mute.ipynb", language=lang)).runs[0].job.fingerprint for lang in ("zh", "en")}
    assert len(marks) == 2


def test_values_of_one_name_have_their_code_beside_it(here):
    register = here / "tiny/communities.csv"
    register.write_text(register.read_text(encoding="utf-8").replace("北街道", "南街道"), encoding="utf-8")
    words = [run.words["subdistrict"].zh for run in plan_sweep(asked(here, each={"subdistrict": ("all",)})).runs]
    assert words == ["南街道（440304001）", "南街道（440304002）"]


def test_the_check_tells_of_damage_and_does_not_stumble(here):
    run_sweep(plan_sweep(asked(here, each={"kind": ("library",)}, shared={"wanted": "a b"})))
    page, index = here / "out/library/report.html", here / "out/index.html"
    page.write_text(page.read_text(encoding="utf-8").replace('data-figures="{', 'data-figures="{{'), encoding="utf-8")
    index.write_text(index.read_text(encoding="utf-8").replace("data-value", "data-lost"), encoding="utf-8")
    told = "\n".join(map(str, check_sweep(here / "out")))
    assert "library/report.html data-figures: cannot be read" in told
    assert "index.html library share_of_kind: is" in told
    assert "sweep counts.ipynb --lang zh" in make_sweep_again(here / "out")
    assert "--set 'wanted=a b'" in make_sweep_again(here / "out")
    manifest = here / "out/manifest.json"
    for name, value in (("runs", []), ("language", "fr")):
        manifest.write_text(json.dumps({**json.loads(manifest.read_text(encoding="utf-8")), name: value}), encoding="utf-8")
        with pytest.raises(InvalidOutput, match="does not say"):
            check_sweep(here / "out")
        assert is_sweep(here / "out")


def test_text_becomes_what_the_notebook_declares(here):
    notebook = here / "counts.ipynb"
    assert typed(notebook, {"number": "3", "wanted": "a+b", "kind": "7", "other": "x"}) == {
        "number": 3, "wanted": ["a", "b"], "kind": "7", "other": "x",
    }  # fmt: skip
    assert default_parameters(notebook)["wanted"] == []


def test_the_command_runs_checks_and_tells(here):
    words = ["sweep", "counts.ipynb", "--each", "kind=library,park", "--out", "out", "--quiet"]
    dry = CliRunner().invoke(main, [*words, "--dry-run"])
    assert dry.exit_code == 0
    assert "2 of 2 to run" in dry.output
    assert not (here / "out").exists()
    done = CliRunner().invoke(main, [*words, "--set", "number=3", "--json"])
    assert done.exit_code == 1
    said = json.loads(done.stdout)
    assert [row["status"] for row in said["outcomes"]] == ["done", "failed"]
    assert [(row["key"], row["error"][:6]) for row in table(here / "out")] == [("library", ""), ("park", "cell 3")]
    assert json.loads((here / "out/manifest.json").read_text(encoding="utf-8"))["parameters"]["number"] == 3
    assert is_sweep(here / "out")
    checked = CliRunner().invoke(main, ["report", "check", "out"])
    assert checked.exit_code == 1
    assert "friendly-city sweep counts" in checked.output


@pytest.mark.parametrize("words", [["--each", "kind"], ["--each", "kind=a", "--each", "kind=b"], ["--each", "k-d=a"]])
def test_a_malformed_word_is_usage(here, words):
    done = CliRunner().invoke(main, ["sweep", "counts.ipynb", *words, "--out", "out"])
    assert done.exit_code == 2
    assert "--each" in done.output


def test_codes_of_communities_are_written_out(here):
    book = nbformat.read("counts.ipynb", as_version=4)
    book.cells[1].source += 'community: str = "x"  # code\n'
    nbformat.write(book, "by_community.ipynb")
    planned = plan_sweep(asked(here, notebook="by_community.ipynb", each={"community": ("all",)}))
    assert [run.given["community"] for run in planned.runs] == sorted(CODES)
    assert planned.runs[0].words["community"].en == "Dongyuan"
