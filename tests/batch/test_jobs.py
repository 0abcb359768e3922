"""One job: a notebook that goes well, and each way in which one can go wrong."""

from __future__ import annotations

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from friendly_city.batch.jobs import Job, is_up_to_date, run_job
from friendly_city.batch.pool import Pool

KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
PARAMETERS = 'community: str = "0"  # code'


def notebook(path, *sources):
    cells = [new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]}, id="p"), *(new_code_cell(s) for s in sources)]
    for number, cell in enumerate(cells):
        cell["id"] = f"c{number}"
    nbformat.write(new_notebook(cells=cells, metadata=KERNEL), path)
    return path


def job(tmp_path, *sources, key="0440", timeout_s=60, fingerprint="abc123"):
    return Job(
        key=key,
        name="某社区",
        notebook=notebook(tmp_path / f"{key}.source.ipynb", *sources),
        parameters={"community": key},
        page=tmp_path / "out" / key / "report.html",
        executed=tmp_path / "out" / key / "audit.ipynb",
        title="某社区 · 2022",
        language="zh",
        fingerprint=fingerprint,
        subject=key,
        working_folder=tmp_path,
        timeout_s=timeout_s,
    )


def shown(html):
    return f"from IPython.display import HTML\nHTML({html!r})"


def test_a_job_writes_its_page_and_notebook_and_is_then_up_to_date(tmp_path):
    one = job(tmp_path, shown("<p>hello 孖岭</p>"))
    assert not is_up_to_date(one)
    outcome = run_job(one)
    assert (outcome.status, outcome.error) == ("done", "")
    page = one.page.read_text(encoding="utf-8")
    assert "hello 孖岭" in page
    assert "<title>某社区 · 2022</title>" in page
    assert is_up_to_date(one)


def test_a_page_with_another_fingerprint_is_out_of_date(tmp_path):
    run_job(job(tmp_path, shown("<p>x</p>")))
    assert not is_up_to_date(job(tmp_path, shown("<p>x</p>"), fingerprint="def456"))


def test_text_parameters_stay_text(tmp_path):
    one = job(tmp_path, "assert community == '0440', repr(community)", shown("<p>x</p>"))
    assert run_job(one).status == "done"


def test_two_runs_give_the_same_bytes(tmp_path):
    one = job(tmp_path, shown("<p>x</p>"), "print(1)")
    run_job(one)
    first = one.page.read_bytes(), one.executed.read_bytes()
    run_job(one)
    assert (one.page.read_bytes(), one.executed.read_bytes()) == first


def test_the_page_of_a_community_leads_back_to_the_overview_and_the_overview_nowhere(tmp_path):
    one, overview = job(tmp_path, shown("<p>x</p>")), job(tmp_path, shown("<p>x</p>"), key="index")
    assert [run_job(made).status for made in (one, overview)] == ["done", "done"]
    assert 'href="../index.html"' in one.page.read_text(encoding="utf-8")
    assert "../index.html" not in overview.page.read_text(encoding="utf-8")


def test_a_failing_cell_fails_the_job_with_its_reason_and_keeps_the_notebook(tmp_path):
    one = job(tmp_path, "1 / 0")
    outcome = run_job(one)
    assert outcome.status == "failed"
    assert "ZeroDivisionError: division by zero" in outcome.error
    assert "ZeroDivisionError" in one.executed.read_text(encoding="utf-8")
    assert not one.page.exists()


def test_a_failed_job_leaves_no_page_of_other_data(tmp_path):
    run_job(job(tmp_path, shown("<p>old</p>")))
    one = job(tmp_path, "1 / 0", fingerprint="def456")
    run_job(one)
    assert not one.page.exists()


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("import os; os._exit(3)", "DeadKernelError"),
        ("import time; time.sleep(60)", "CellTimeoutError"),
        ("import sys; print('careful', file=sys.stderr)", "stderr"),
    ],
    ids=["the kernel dies", "a cell takes too long", "something is written to stderr"],
)
def test_what_a_notebook_does_wrong_fails_its_job_only(tmp_path, source, reason):
    outcome = run_job(job(tmp_path, source, timeout_s=3))
    assert outcome.status == "failed"
    assert reason in outcome.error


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        (shown(""), "report.html: shows nothing"),
        (shown('<section data-community="999">x</section>'), "report.html section: shows 999; expected 0440"),
        (shown('<figure><svg viewBox="0 0 1 1"></svg><figcaption>x</figcaption></figure>'), "report.html figure 1: is empty"),
    ],
    ids=["nothing is shown", "another community is shown", "a figure is empty"],
)
def test_a_notebook_that_ran_but_drew_the_wrong_thing_fails_its_job(tmp_path, source, reason):
    one = job(tmp_path, source)
    outcome = run_job(one)
    assert outcome.status == "failed"
    assert reason in outcome.error
    assert not one.page.exists()
    assert one.executed.exists()


@pytest.mark.batch
def test_a_failed_job_never_stops_the_others(tmp_path):
    jobs = [job(tmp_path, shown(f"<p>{n}</p>") if n != 1 else "import os; os._exit(3)", key=f"000{n}") for n in range(3)]
    with Pool(2) as pool:
        outcomes = {outcome.key: outcome.status for outcome in pool.run(jobs)}
    assert outcomes == {"0000": "done", "0001": "failed", "0002": "done"}
    assert all(one.page.exists() == (one.key != "0001") for one in jobs)
