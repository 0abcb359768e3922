"""An output folder is held against its own result files: each defect planted in a good one gives its message and no other."""

from __future__ import annotations

import json
import re
import shutil

import nbformat
import pytest
from click.testing import CliRunner

from friendly_city.batch.check import InvalidOutput, check_output, dead_links, make_again, pages_of, read_results
from friendly_city.batch.fingerprint import foundation_of
from friendly_city.batch.jobs import Job
from friendly_city.batch.manifest import write_manifest
from friendly_city.batch.outcome import Outcome
from friendly_city.batch.plan import Batch
from friendly_city.batch.results import counts_of, write_results
from friendly_city.batch.settings import Settings
from friendly_city.cli import main
from friendly_city.errors import InvalidParameters, Problem
from friendly_city.report.community import community_sections, page_title
from friendly_city.report.district import district_sections
from friendly_city.report.exporter import export_html, notebook_of
from friendly_city.report.words import say

FINGERPRINT = "abc123"


def written(folder, audit, key, sections, title, *, subject):
    """Write a page and its notebook as a job does, without a kernel."""
    page = folder / ("index.html" if key == "index" else f"{key}/report.html")
    executed = folder / ("index.ipynb" if key == "index" else f"{key}/audit.ipynb")
    book = notebook_of(sections, title=title, subject=key)
    book.metadata["friendly_city"]["fingerprint"] = FINGERPRINT
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(export_html(book, language="zh"), encoding="utf-8")
    executed.write_text(nbformat.writes(book), encoding="utf-8")
    name = audit.city.name.zh if key == "index" else audit.of(key).name.zh
    return Job(
        key=key, name=name, notebook=page, parameters={}, page=page, executed=executed, title=title, language="zh",
        fingerprint=FINGERPRINT, subject=subject, working_folder=folder,
    )  # fmt: skip


@pytest.fixture(scope="session")
def good(audit, tmp_path_factory):
    """An output folder as a batch leaves it, with nothing wrong."""
    folder = tmp_path_factory.mktemp("out") / "2022"
    folder.mkdir()
    write_results(audit, folder)
    jobs = [written(folder, audit, c.code, community_sections(c), page_title(c), subject=c.code) for c in audit]
    title = say("page_title", "zh", name=audit.city.name.zh, period="2022")
    jobs.append(written(folder, audit, "index", district_sections(audit), title, subject=audit.city.id))
    outcomes = [Outcome(key=job.key, name=job.name, status="done", seconds=1.0) for job in jobs]
    settings = Settings(city="data/tiny", period="2022", out=folder)
    batch = Batch(
        settings=settings, audit=audit, foundation=foundation_of(audit.city, audit.checklist), jobs=tuple(jobs[:-1]), others=(),
        overview=jobs[-1], counts=counts_of(audit), made_from="",
    )  # fmt: skip
    write_manifest(batch, jobs, outcomes, results=settings.results, earlier={})
    return folder


@pytest.fixture
def out(good, tmp_path):
    return shutil.copytree(good, tmp_path / "2022")


def told(folder):
    return [str(problem) for problem in check_output(folder)]


def change(path, pattern, by):
    """Change the first place where a pattern is found, and fail when there is none."""
    old = path.read_text(encoding="utf-8")
    new, times = re.subn(pattern, by, old, count=1, flags=re.DOTALL)
    assert times == 1
    assert new != old
    path.write_text(new, encoding="utf-8", newline="\n")


def change_json(path, edit):
    content = json.loads(path.read_text(encoding="utf-8"))
    edit(content)
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")


def test_a_good_output_has_no_problem(good):
    assert told(good) == []
    assert len(pages_of(good)) == 6
    assert dead_links(good / "index.html") == ()


def test_a_page_that_is_missing_is_named_with_the_reason_it_failed(out, c):
    (out / c.code / "report.html").unlink()
    missing = f"{c.code}/report.html: is not there; expected a page, as manifest.json names it"
    dead = f"index.html a: link to {c.code}/report.html, which is not there; expected a file beside the page"
    assert told(out) == [dead, missing]
    change_json(out / "manifest.json", lambda m: m["runs"][c.code].update(status="failed", error="cell 3: KeyError: 'x'"))
    assert told(out)[1] == missing.replace("is not there;", "is not there: cell 3: KeyError: 'x';")


@pytest.mark.parametrize("name", ["findings.parquet", "action_plan.xlsx", "communities.gpkg"])
def test_a_result_file_that_is_missing_or_changed_is_named(out, name):
    (out / name).write_bytes(b"other")
    assert told(out) == [f"{name}: was changed after the run; expected the sha256 in manifest.json"]
    (out / name).unlink()
    assert told(out) == [
        f"{name}: is not there; expected a file written by friendly-city audit",
        f"index.html a: link to {name}, which is not there; expected a file beside the page",
    ]


def test_a_score_changed_in_the_file_is_found_on_both_pages(out, c):
    change(out / "scores.csv", rf"({c.code},total,)[\d.]+", r"\g<1>12.5")
    found = told(out)
    assert found[0] == "scores.csv: was changed after the run; expected the sha256 in manifest.json"
    assert any(problem.startswith(f"index.html {c.code} score: shows ") and "expected 12.5" in problem for problem in found)
    assert any(problem.startswith(f"{c.code}/report.html total score: shows ") for problem in found)


def test_a_reason_changed_in_the_file_is_found_on_its_page(out, c):
    change(out / "findings.csv", "场地合计", "广场合计")
    assert {problem.partition(" ")[0] for problem in told(out)} == {"findings.csv:", f"{c.code}/report.html"}


def test_pages_that_changed_places_are_found(out, audit):
    one, two = (out / code for code in audit.codes[:2])
    one.rename(out / "x")
    two.rename(one)
    (out / "x").rename(two)
    found = told(out)
    for code, other in (audit.codes[:2], audit.codes[1::-1]):
        assert f"{code}/report.html section #summary: shows {other}; expected {code}" in found
        assert f"{code}/audit.ipynb metadata: is of {other}; expected {code}" in found


def test_a_page_that_is_not_linked_from_the_overview_is_named(out, c):
    change(out / "index.html", rf'<a href="{c.code}/report.html">(.*?)</a>', r"\1")
    assert told(out) == [f"index.html {c.code}: its page is not linked; expected a link to {c.code}/report.html"]


def test_a_folder_that_is_no_community_is_named(out, c):
    shutil.copytree(out / c.code, out / "999")
    assert (
        "999/report.html: is of a community that scores.csv does not have; expected a folder named by a community code"
        in told(out)
    )


def test_an_overview_that_is_missing_is_named(out):
    (out / "index.html").unlink()
    assert told(out) == ["index.html: is not there; expected a page, as manifest.json names it"]


def test_a_link_out_of_the_folder_is_dead(out, tmp_path):
    (tmp_path / "secret.csv").write_text("x", encoding="utf-8")
    change(out / "index.html", 'href="scores.csv"', 'href="../secret.csv"')
    assert told(out) == ["index.html a: link to ../secret.csv, which is not there; expected a file beside the page"]
    assert [str(p) for p in dead_links(out / "index.html")] == told(out)


def test_links_to_what_is_written_last_are_not_dead_at_the_end_of_a_batch(out):
    (out / "manifest.json").unlink()
    assert dead_links(out / "index.html") == ()
    assert len(dead_links(out / "index.html", pending=())) == 1


# -- the notebook beside a page


def with_output(output):
    return lambda book: book["cells"][0]["outputs"].append(output)


@pytest.mark.parametrize(
    ("output", "problem"),
    [
        ({"output_type": "stream", "name": "stderr", "text": ["careful\n"]}, "cell 1 wrote to stderr: careful"),
        ({"output_type": "error", "ename": "KeyError", "evalue": "x", "traceback": []}, "cell 1: KeyError: x"),
    ],
)
def test_what_went_wrong_in_a_notebook_is_found(out, c, output, problem):
    change_json(out / c.code / "audit.ipynb", with_output(output))
    assert told(out) == [f"{c.code}/audit.ipynb: {problem}; expected no error and nothing on stderr"]


def test_a_notebook_that_is_missing_or_unreadable_is_named(out, c):
    (out / c.code / "audit.ipynb").write_text("{", encoding="utf-8")
    (out / "index.ipynb").unlink()
    found = told(out)
    assert any(problem.startswith(f"{c.code}/audit.ipynb: is no notebook: ") for problem in found)
    assert "index.ipynb: is not there; expected the executed notebook beside its page" in found


def test_a_notebook_of_another_run_is_found(out, c):
    change(out / c.code / "report.html", FINGERPRINT, "def456")
    assert told(out) == [
        f"{c.code}/audit.ipynb metadata: has another fingerprint than the page beside it; expected both of one run"
    ]


def test_a_section_that_the_page_lost_is_found(out, c):
    change(out / c.code / "report.html", r'<section id="profile".*?</section>', "")
    assert f"{c.code}/report.html: lacks profile; expected every section of its notebook" in told(out)


# -- not an output at all


@pytest.mark.parametrize("name", ["manifest.json", "scores.csv", "findings.csv"])
def test_a_folder_without_what_is_needed_to_check_it_is_no_output(out, name):
    (out / name).unlink()
    with pytest.raises(InvalidOutput, match=rf"{name}: is not there; expected a file written by friendly-city audit"):
        check_output(out)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"parameters": {}, "runs": []}', "{"])
def test_a_manifest_that_says_nothing_is_refused(out, text):
    (out / "manifest.json").write_text(text, encoding="utf-8")
    with pytest.raises(InvalidOutput, match=r"manifest.json: is not the manifest of a batch"):
        check_output(out)


def test_a_language_that_is_not_known_is_refused(out):
    change_json(out / "manifest.json", lambda m: m["parameters"].update(language="fr"))
    with pytest.raises(InvalidOutput, match=r"manifest.json parameters: language 'fr' is not known; expected zh, en"):
        check_output(out)


@pytest.mark.parametrize(
    ("name", "pattern", "by", "message"),
    [
        ("scores.csv", ",total,[^,]*", ",total,many", "scores.csv:2 score: 'many' is no number; expected a number or nothing"),
        ("scores.csv", "rank_low", "ranklow", "scores.csv:1 rank_low: column is missing"),
        ("findings.csv", ",not_met,", ",bad,", "'bad' is no rating; expected met, no_data, not_applicable, not_met, partly_met"),
        ("findings.csv", "\n", ",one too many\n", "findings.csv: cannot be read"),
        ("scores.csv", ".*", "", "scores.csv: cannot be read"),
    ],
)
def test_result_files_that_cannot_be_read_are_refused_with_the_place(out, name, pattern, by, message):
    change(out / name, pattern, by)
    with pytest.raises(InvalidOutput) as caught:
        read_results(out)
    assert message in str(caught.value)


def test_a_folder_that_is_not_there_is_a_usage_error(tmp_path):
    with pytest.raises(InvalidParameters, match="report check takes the --out of friendly-city audit"):
        check_output(tmp_path / "x")


# -- the command


def call(*words):
    return CliRunner().invoke(main, ["report", "check", *map(str, words)])


def test_the_command_ends_with_0_1_2_or_3(out, tmp_path, c):
    done = call(out)
    assert (done.exit_code, done.stdout, done.stderr) == (0, "", "6 pages looked at, 0 problems in 0 files\n")
    (out / c.code / "audit.ipynb").unlink()
    done = call(out)
    assert done.exit_code == 1
    assert done.stdout == f"{c.code}/audit.ipynb: is not there; expected the executed notebook beside its page\n"
    assert f"--out {out} --force --community {c.code}" in done.stderr
    assert call(tmp_path / "nothing").exit_code == 2
    (out / "scores.csv").unlink()
    done = call(out)
    assert done.exit_code == 3
    assert "scores.csv: is not there" in done.stderr
    assert "Traceback" not in done.output


def test_the_command_that_makes_pages_again_names_a_few_communities_or_none(good):
    few = [Problem(f"{n}/report.html", None, None, "", "x") for n in range(3)]
    many = [Problem(f"{n}/report.html", None, None, "", "x") for n in range(30)]
    begins = f"make them again with: friendly-city audit data/tiny --checklist community --period 2022 --lang zh --edition public --out {good} --force"
    assert make_again(good, few) == begins + " --community 0 --community 1 --community 2"
    assert make_again(good, many) == begins
