"""More than one machine: a real dask scheduler and real worker processes on the loopback interface."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CODES = [
    "440304001019", "440304001020", "440304001023", "440304001025", "440304001026", "440304001028",
    "440304001029", "440304001031", "440304002016", "440304002017", "440304002021", "440304002024",
]  # fmt: skip
START_S, RUN_S, END_S = 60, 240, 30
pytestmark = [pytest.mark.batch, pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc")]

WITHOUT = """
import sys
sys.modules["distributed"] = None
from friendly_city.cli import main
main()
"""
KILL_WARM_PROCESS = "os.kill(os.getppid(), signal.SIGKILL)"
KILL_WORKER = "os.kill(int(open(f'/proc/{os.getppid()}/stat').read().rsplit(')', 1)[1].split()[1]), signal.SIGKILL)"


class Processes:
    """A scheduler and two workers of one thread each, and how to start and end them."""

    def __init__(self, folder: Path, *, package: Path = ROOT, nanny: bool = False) -> None:
        folder.mkdir(parents=True)
        self.folder, self.file, self._package = folder, folder / "scheduler.json", package
        self._logs = []
        self.scheduler = self._start("dask_scheduler", "--port", "0")
        wait_until(self.file.is_file, START_S)
        self.address = json.loads(self.file.read_text(encoding="utf-8"))["address"]
        words = [
            "--nthreads",
            "1",
            "--nanny" if nanny else "--no-nanny",
            "--local-directory",
            str(folder),
            "--death-timeout",
            str(START_S),
        ]
        self.workers = [self._start("dask_worker", *words, "--name", name) for name in ("one", "two")]

    def _start(self, module: str, *words: str) -> subprocess.Popen[bytes]:
        log = (self.folder / f"{module}-{len(self._logs)}.log").open("wb")
        self._logs.append(log)
        command = [sys.executable, "-m", f"distributed.cli.{module}", "--host", "127.0.0.1", "--no-dashboard"]
        command += ["--scheduler-file", str(self.file), *words]
        return subprocess.Popen(command, cwd=self.folder, env=environment(self._package), stdout=log, stderr=log)

    def end(self) -> None:
        """End the workers, then the scheduler."""
        for processes in (self.workers, [self.scheduler]):
            for process in processes:
                process.terminate()
            for process in processes:
                try:
                    process.wait(END_S)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()
        for log in self._logs:
            log.close()


def environment(package: Path = ROOT) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(package), "PYTHONDONTWRITEBYTECODE": "1"}


def wait_until(true, seconds: float) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


def command(out: str | Path, *words: str, city: str = "data/futian", codes=CODES) -> list[str]:
    chosen = [word for code in codes for word in ("--community", code)]
    return [sys.executable, "-m", "friendly_city.cli", "audit", city, "--period", "2022", "--out", str(out), *chosen, *words]


def audit(out: str | Path, *words: str, **named) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(out, *words, **named), cwd=ROOT, env=environment(), capture_output=True, text=True, timeout=RUN_S, check=False
    )


def files(folder: Path) -> dict[str, bytes]:
    """Every file of an output folder; of the manifest, what does not depend on the clock."""
    found = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    manifest = json.loads(found["manifest.json"])
    for run in manifest["runs"].values():
        run["seconds"] = None
    return {**found, "manifest.json": json.dumps(manifest, sort_keys=True).encode()}


def pages_and_results(folder: Path) -> dict[str, bytes]:
    return {name: text for name, text in files(folder).items() if name != "manifest.json"}


def outcomes(done: subprocess.CompletedProcess[str]) -> dict[str, dict[str, str]]:
    """What --json says, by key; no key twice."""
    rows = json.loads(done.stdout)["outcomes"]
    by_key = {row["key"]: row for row in rows}
    assert len(by_key) == len(rows)
    return by_key


def with_last_cell(folder: Path, code: str, act: str) -> Path:
    """The notebook of a community, which for one community ends with an act."""
    book = json.loads((ROOT / "notebooks" / "audit_community.ipynb").read_text(encoding="utf-8"))
    source = f"import os, signal\nif community == {code!r}:\n    {act}"
    book["cells"].append(
        {"cell_type": "code", "id": "act", "metadata": {}, "source": source, "outputs": [], "execution_count": None}
    )
    path = folder / "act.ipynb"
    path.write_text(json.dumps(book), encoding="utf-8")
    return path


@pytest.fixture
def start(tmp_path):
    """Start clusters that end with the test."""
    started = []

    def begin(**words) -> Processes:
        started.append(Processes(tmp_path / f"dask-{len(started)}", **words))
        return started[-1]

    yield begin
    for processes in started:
        processes.end()


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    processes = Processes(tmp_path_factory.mktemp("cluster") / "dask")
    yield processes
    processes.end()


@pytest.fixture(scope="module")
def local(tmp_path_factory) -> dict[str, bytes]:
    """The files of the same batch on this machine alone."""
    out = tmp_path_factory.mktemp("local") / "out"
    done = audit(out)
    assert done.returncode == 0, done.stdout + done.stderr
    return files(out)


def test_two_workers_write_what_one_machine_writes_byte_for_byte(cluster, local, tmp_path):
    out = tmp_path / "out"
    done = audit(out, "--scheduler", str(cluster.file), "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    assert {key: row["status"] for key, row in outcomes(done).items()} == dict.fromkeys([*CODES, "index"], "done")
    assert files(out) == local


def test_city_and_output_may_be_at_addresses(cluster, local, tmp_path):
    """Through fsspec, with the same bytes; a second run finds everything unchanged and a damaged page is made again."""
    place = tmp_path / "bucket"
    shutil.copytree(ROOT / "data" / "futian", place / "data" / "futian")
    city, out = f"file://{place}/data/futian", f"file://{place}/reports/2022"
    scheduler = ("--scheduler", cluster.address)
    done = audit(out, *scheduler, city=city)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{out}/index.html" in done.stdout.splitlines()
    assert files(place / "reports" / "2022") == local
    page = place / "reports" / "2022" / CODES[3] / "report.html"
    page.write_text(page.read_text(encoding="utf-8").replace("fingerprint", "footprint", 1), encoding="utf-8")
    done = audit(out, *scheduler, "--json", city=city)
    assert done.returncode == 0, done.stdout + done.stderr
    assert {key for key, row in outcomes(done).items() if row["status"] == "done"} == {CODES[3], "index"}
    assert pages_and_results(place / "reports" / "2022") == {
        name: text for name, text in local.items() if name != "manifest.json"
    }
    before = pages_and_results(place / "reports" / "2022")
    done = audit(out, *scheduler, "--json", city=city)
    assert {row["status"] for row in outcomes(done).values()} == {"skipped"}
    assert pages_and_results(place / "reports" / "2022") == before


def test_a_worker_that_is_killed_costs_no_report(start, local, tmp_path):
    cluster, out = start(), tmp_path / "out"
    words = command(out, "--scheduler", cluster.address, "--json")
    with subprocess.Popen(words, cwd=ROOT, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as run:
        wait_until(lambda: run.poll() is not None or len([*out.glob("*/report.html")]) >= 3, RUN_S)
        cluster.workers[0].send_signal(signal.SIGKILL)
        assert run.poll() is None, "the batch had ended before the worker was killed"
        said, error = run.communicate(timeout=RUN_S)
    done = subprocess.CompletedProcess(words, run.returncode, said, error)
    assert done.returncode == 0, said + error
    assert {key: row["status"] for key, row in outcomes(done).items()} == dict.fromkeys([*CODES, "index"], "done")
    assert files(out) == local


@pytest.mark.parametrize(
    ("act", "said"),
    [
        pytest.param(KILL_WARM_PROCESS, "the process running it was killed 3 times", id="its warm process"),
        pytest.param(KILL_WORKER, "the worker running it was lost 3 times", id="the dask worker"),
    ],
)
def test_a_notebook_that_kills_what_runs_it_is_reported_after_three_tries(start, tmp_path, act, said):
    cluster, out, codes = start(nanny=True), tmp_path / "out", CODES[:4]
    notebook = with_last_cell(tmp_path, codes[1], act)
    done = audit(out, "--scheduler", cluster.address, "--json", "--notebook", str(notebook), codes=codes)
    assert done.returncode == 1, done.stdout + done.stderr
    rows = outcomes(done)
    assert rows[codes[1]]["error"] == said
    assert {key for key, row in rows.items() if row["status"] == "done"} == {codes[0], *codes[2:], "index"}
    assert not [*out.rglob(".unfinished-*")]
    assert not (out / codes[1] / "report.html").exists()


def children(pid: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]


def test_an_interrupt_keeps_what_is_finished_and_ends_what_runs(cluster, tmp_path):
    out = tmp_path / "out"
    words = command(out, "--scheduler", cluster.address)
    with subprocess.Popen(words, cwd=ROOT, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as run:
        wait_until(lambda: run.poll() is not None or [*out.glob("*/report.html")], RUN_S)
        run.send_signal(signal.SIGINT)
        said, error = run.communicate(timeout=RUN_S)
    assert run.returncode == 130, said + error
    assert "Traceback" not in error
    kept = {path: path.read_bytes() for path in out.glob("*/report.html")}
    assert 0 < len(kept) < len(CODES)
    tracker = "multiprocessing.resource_tracker"
    for worker in cluster.workers:
        lines = [Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8") for pid in children(worker.pid)]
        assert all(tracker in line for line in lines), lines
    done = audit(out, "--scheduler", cluster.address, "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    assert {key for key, row in outcomes(done).items() if row["status"] == "skipped"} >= {path.parent.name for path in kept}
    assert {path: path.read_bytes() for path in kept} == kept


def test_without_its_scheduler_a_batch_ends_and_says_how_to_go_on(start, tmp_path):
    cluster, out = start(), tmp_path / "out"
    words = command(out, "--scheduler", cluster.address, codes=CODES[:6])
    with subprocess.Popen(words, cwd=ROOT, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as run:
        wait_until(lambda: run.poll() is not None or [*out.glob("*/report.html")], RUN_S)
        cluster.scheduler.kill()
        said, error = run.communicate(timeout=RUN_S)
    assert run.returncode == 1, said + error
    assert "friendly-city: the scheduler at" in error
    assert "is gone; run the same command to go on" in error
    assert not (out / "manifest.json").exists()


def test_workers_with_another_package_are_refused(start, tmp_path):
    other = tmp_path / "other"
    shutil.copytree(ROOT / "friendly_city", other / "friendly_city", ignore=shutil.ignore_patterns("__pycache__"))
    with (other / "friendly_city" / "labels.py").open("a", encoding="utf-8") as file:
        file.write("# another version\n")
    cluster = start(package=other)
    done = audit(tmp_path / "out", "--scheduler", cluster.address, codes=CODES[:2])
    assert done.returncode == 2, done.stdout + done.stderr
    assert "friendly_city with other files" in done.stderr
    assert "install the same everywhere" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_folder_that_workers_do_not_see_as_the_planner_does_is_named(tmp_path):
    from friendly_city.batch.files import sha256_of
    from friendly_city.batch.station import Unfit, require_same_data

    (tmp_path / "city").mkdir()
    (tmp_path / "city" / "a.csv").write_text("1", encoding="utf-8")
    mark = sha256_of(tmp_path / "city" / "a.csv")
    order = order_with(hashes={"a.csv": mark})
    require_same_data(order, tmp_path / "city", tmp_path)
    with pytest.raises(Unfit, match="does not see"):
        require_same_data(order, tmp_path / "elsewhere", tmp_path)
    (tmp_path / "city" / "a.csv").write_text("2", encoding="utf-8")
    with pytest.raises(Unfit, match="not what the planner has"):
        require_same_data(order, tmp_path / "city", tmp_path)


def test_a_checklist_of_ones_own_goes_with_the_order_where_the_city_is_fetched(tmp_path):
    from friendly_city.batch.fingerprint import package_hash, versions
    from friendly_city.batch.settings import Settings
    from friendly_city.batch.station import Station, Unfit

    (tmp_path / "data" / "city").mkdir(parents=True)
    (tmp_path / "data" / "city" / "a.csv").write_text("1", encoding="utf-8")
    mark = hashlib.sha256(b"1").hexdigest()
    address = f"file://{tmp_path}/data/city"
    asked = Settings(city="data/city", city_address=address, period="2022", out=Path("out"), checklist="own/list.yaml")
    same = {"package": package_hash(), "versions": versions(), "settings": asked, "sources": {"own/list.yaml": "id: own\n"}}
    station = Station(order_with(**same, hashes={"a.csv": mark}))
    station._open()
    assert (station._folder / "own" / "list.yaml").read_text(encoding="utf-8") == "id: own\n"
    assert (station._folder / "data" / "city" / "a.csv").read_text(encoding="utf-8") == "1"
    station.close()
    assert not station._folder.exists()
    other = Station(order_with(**same, hashes={"a.csv": "0" * 64}))
    with pytest.raises(Unfit, match="not what the planner has"):
        other._open()
    other.close()


def order_with(**words):
    from friendly_city.batch.settings import Settings
    from friendly_city.batch.station import Order

    asked = Settings(city="city", period="2022", out=Path("out"))
    given = {
        "id": "1",
        "package": "",
        "versions": {},
        "settings": asked,
        "folder": Path(),
        "hashes": {},
        "sources": {},
        "notebooks": {},
    }
    return Order(**{**given, **words})


def test_without_the_extra_the_message_says_what_to_install(tmp_path):
    words = ["audit", "data/futian", "--period", "2022", "--out", str(tmp_path / "out"), "--scheduler", "tcp://127.0.0.1:1"]
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT, *words],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2, done.stderr
    assert "pip install 'friendly-city[dask]'" in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_scheduler_that_is_no_file_and_no_address_is_refused(tmp_path):
    done = audit(tmp_path / "out", "--scheduler", "no-such-file.json", codes=CODES[:1])
    assert done.returncode == 2, done.stderr
    assert "neither an address" in done.stderr
    assert not (tmp_path / "out").exists()


def test_an_address_without_a_scheduler_is_refused(tmp_path):
    done = audit("memory://reports", codes=CODES[:1])
    assert done.returncode == 2, done.stderr
    assert "--scheduler" in done.stderr
