"""Workers: a job each at a time, replaced when they die, gone when their parent is."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest

from friendly_city.batch import pool as pool_room
from friendly_city.batch.pool import ATTEMPTS, Pool
from tests.batch.test_jobs import job, shown

ROOT = Path(__file__).parents[2]
KILL_WORKER = "import os, signal\nos.kill(os.getppid(), signal.SIGKILL)\nimport time\ntime.sleep(30)"
"""The parent of a kernel is its worker."""
PID = "import os\nopen(f'{os.getppid()}.pid', 'w').close()\n"
"""Leaves the worker's process id as the name of a file."""


def touch(path: Path) -> None:
    path.touch()


def test_jobs_run_in_several_workers_and_all_end(tmp_path):
    jobs = [
        job(tmp_path, shown(f"<p>{n}</p>") + "\nimport os; open(f'{os.getppid()}.pid', 'w').close()", key=f"k{n}")
        for n in range(5)
    ]
    with Pool(2) as pool:
        outcomes = list(pool.run(jobs))
    assert sorted(outcome.key for outcome in outcomes) == [f"k{n}" for n in range(5)]
    assert len(list(tmp_path.glob("*.pid"))) == 2


def test_a_job_that_kills_its_worker_is_reported_after_three_tries_and_the_others_are_done(tmp_path):
    count = f"open({str(tmp_path / 'tries')!r}, 'a').write('x')\n"
    jobs = [job(tmp_path, count + KILL_WORKER, key="bad"), *(job(tmp_path, shown("<p>x</p>"), key=f"good{n}") for n in range(3))]
    with Pool(2) as pool:
        outcomes = {outcome.key: outcome for outcome in pool.run(jobs)}
    assert outcomes["bad"].status == "failed"
    assert outcomes["bad"].error == f"the process running it was killed {ATTEMPTS} times"
    assert (tmp_path / "tries").read_text() == "x" * ATTEMPTS
    assert {outcomes[f"good{n}"].status for n in range(3)} == {"done"}


def test_a_job_whose_worker_is_killed_once_is_done_in_the_end(tmp_path):
    mark = str(tmp_path / "killed")
    source = f"import os\nif not os.path.exists({mark!r}):\n    open({mark!r}, 'w').close()\n    " + KILL_WORKER.replace(
        "\n", "\n    "
    )
    with Pool(1) as pool:
        outcomes = [outcome.status for outcome in pool.run([job(tmp_path, source + "\n" + shown("<p>x</p>"))])]
    assert outcomes == ["done"]


def test_workers_that_cannot_be_forks_prepare_themselves(tmp_path, monkeypatch):
    monkeypatch.setattr(pool_room, "unsafe_to_fork", lambda: "other threads")
    with Pool(1, preparation=partial(touch, tmp_path / "prepared")) as pool:
        outcomes = [outcome.status for outcome in pool.run([job(tmp_path, shown("<p>x</p>"))])]
    assert outcomes == ["done"]
    assert (tmp_path / "prepared").exists()


def test_a_worker_goes_on_after_a_job_that_needed_a_real_kernel(tmp_path):
    sources = ["from comm import create_comm\nc = create_comm(target_name='ours')\n" + shown("<p>x</p>"), shown("<p>y</p>")]
    jobs = [job(tmp_path, source, key=f"k{n}") for n, source in enumerate(sources)]
    with Pool(1) as pool:
        assert [(outcome.status, outcome.error) for outcome in pool.run(jobs)] == [("done", "")] * 2


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT], ids=["killed", "interrupted"])
def test_nothing_is_left_running_when_a_batch_ends_early(tmp_path, how):
    """The batch runs notebooks that would take a minute; when it is gone, so are its workers and their kernels."""
    slow = tmp_path / "slow.ipynb"
    one = job(
        tmp_path,
        f"open({str(tmp_path)!r} + f'/{{__import__(\"os\").getpid()}}.pid', 'w').close()\nimport time; time.sleep(60)",
        key="slow",
    )
    text = one.notebook.read_text().replace("community: str", 'city: str = \\"\\"\\ncommunity: str')
    for name in ("checklist", "period", "language", "edition"):
        text = text.replace("community: str", f'{name}: str = \\"\\"\\ncommunity: str', 1)
    slow.write_text(text)
    words = [
        "audit",
        "data/futian",
        "--period",
        "2022",
        "--out",
        str(tmp_path / "o"),
        "--notebook",
        str(slow),
        "--jobs",
        "2",
        "-q",
    ]
    process = subprocess.Popen(
        [sys.executable, "-m", "friendly_city.cli", *words], cwd=ROOT, start_new_session=True, stderr=subprocess.PIPE, text=True
    )
    deadline = time.monotonic() + 90
    while len(list(tmp_path.glob("*.pid"))) < 2:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.05)
    kernels = [int(path.stem) for path in tmp_path.glob("*.pid")]
    os.kill(process.pid, how)
    _, said = process.communicate(timeout=30)
    if how == signal.SIGINT:
        assert process.returncode == 130
        assert "what was finished is kept" in said
    time.sleep(1)
    assert [
        pid for pid in kernels if Path(f"/proc/{pid}").exists() and "Z" not in Path(f"/proc/{pid}/stat").read_text().split(")")[1]
    ] == []
