"""A worker's side of a batch on several machines: a warm process for each thread that runs jobs, kept while the batch lasts.

A dask worker has threads, so it must not fork; the warm process is a new one, which forks a kernel for each notebook. Nothing
here imports dask: a station runs wherever `run_at_station` is called, and only there.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import shutil
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from multiprocessing.util import Finalize
from pathlib import Path

from friendly_city.batch.files import sha256_of
from friendly_city.batch.fingerprint import package_hash, versions
from friendly_city.batch.jobs import ATTEMPTS, Job
from friendly_city.batch.outcome import Outcome
from friendly_city.batch.settings import Settings
from friendly_city.errors import FriendlyCityError

IDLE_S = 600.0
"""Seconds after which a station without a job ends: its planner may have been killed."""


class Unfit(FriendlyCityError):
    """A worker cannot do the batch's work: other software, other data, no way to them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What every worker of a batch must know.

    Attributes
    ----------
    id : str
        Of this batch alone.
    package, versions
        What the planner runs; a worker with anything else would make other pages.
    settings : Settings
        What the planner was asked, with absolute paths. With a `city_address` workers fetch the city, else they see its folder;
        with an `out_address` they put pages there, else in its folder.
    folder : Path
        Where the planner's other paths are relative to.
    hashes : dict
        sha256 of the files of the city.
    sources : dict
        Text of checklists and standards that are files, by path.
    notebooks : dict
        Text of each notebook, by path.
    """

    id: str
    package: str
    versions: dict[str, str]
    settings: Settings
    folder: Path
    hashes: dict[str, str]
    sources: dict[str, str]
    notebooks: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """What became of a job, and the sha256 of what was put at the output's address, by name."""

    outcome: Outcome
    files: dict[str, str] | None = field(default=None, hash=False)


def warm_up_in(folder: Path, settings: Settings) -> None:
    """Get ready for the notebooks of a batch, in the folder they run in: what a warm process does first."""
    from friendly_city.batch.warm import warm_up_from

    os.chdir(folder)
    warm_up_from(settings)


def serve(line: Connection, parent: int, preparation: Callable[[], None]) -> None:
    """Be a warm process. What it needs is imported here, not in the worker, which does without."""
    from friendly_city.batch.pool import work

    work(line, parent, preparation)


class Slot:
    """One warm process, started anew when it has died, and the jobs it runs one after the other."""

    def __init__(self, preparation: Callable[[], None]) -> None:
        self._preparation = preparation
        self._process: SpawnProcess | None = None
        self._closed = False

    def run(self, job: Job) -> Outcome:
        """Run a job; one that kills its process `ATTEMPTS` times has failed."""
        for _ in range(ATTEMPTS):
            line = self._ready()
            try:
                line.send(job)
                outcome: Outcome = line.recv()
            except (EOFError, OSError):
                self._end()
                continue
            return outcome
        said = f"the process running it was killed {ATTEMPTS} times"
        return Outcome(key=job.key, name=job.name, status="failed", seconds=0.0, error=said)

    def _ready(self) -> Connection:
        """Return the line to a process that waits for a job."""
        if self._closed:
            raise Unfit("it is closing")
        if self._process is not None and not self._process.is_alive():
            self._end()
        if self._process is None:
            multiprocessing.current_process().daemon = False  # dask's nanny says so of its worker, which then may have no child
            context = multiprocessing.get_context("spawn")
            self._line, other = context.Pipe()
            self._process = context.Process(target=serve, args=(other, os.getpid(), self._preparation), daemon=False)
            self._process.start()
            other.close()
        return self._line

    def _end(self) -> None:
        if self._process is not None:
            self._line.close()
            self._process.kill()
            self._process.join()
            self._process = None

    def close(self) -> None:
        """End the process, whatever it does; a job that runs in it is lost."""
        self._closed = True
        process = self._process
        if process is not None and process.pid is not None:
            process.kill()
            process.join()


class Station:
    """What a worker keeps for a batch: the city, the notebooks, warm processes; made ready at the first job."""

    def __init__(self, order: Order) -> None:
        self.order = order
        self._scratch = Path(tempfile.mkdtemp(prefix="friendly-city-")).resolve()
        self._lock = threading.Lock()
        self._ready = self.closed = False
        self._slots: list[Slot] = []
        self._idle: list[Slot] = []
        self._timer: threading.Timer | None = None

    def run(self, job: Job) -> Ran:
        """Run a job here and put what it makes in place.

        Raises
        ------
        Unfit
            Where this worker cannot do the work; the job has not run.
        """
        with self._lock:
            self._wait_no_more()
            if not self._ready:
                self._open()
                self._ready = True
            slot = self._idle.pop() if self._idle else self._another()
        try:
            here = self._here(job)
            outcome = slot.run(here)
            return self._deliver(job, here, outcome) if self._asked.out_address else Ran(outcome=outcome)
        finally:
            with self._lock:
                self._idle.append(slot)
                if self.closed:
                    slot.close()
                elif len(self._idle) == len(self._slots):
                    self._wait()

    def close(self) -> None:
        """End the warm processes and forget everything."""
        self.closed = True
        for slot in list(self._slots):
            slot.close()
        self._wait_no_more()
        shutil.rmtree(self._scratch, ignore_errors=True)

    def _wait(self) -> None:
        """End this station if no job comes."""
        self._timer = threading.Timer(IDLE_S, close_station, [self.order.id])
        self._timer.daemon = True
        self._timer.start()

    def _wait_no_more(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _another(self) -> Slot:
        slot = Slot(partial(warm_up_in, self._folder, replace(self._asked, city_folder=self._data)))
        self._slots.append(slot)
        return slot

    @property
    def _asked(self) -> Settings:
        return self.order.settings

    @property
    def _folder(self) -> Path:
        """The folder notebooks run in."""
        return self._scratch if self._asked.city_address else self.order.folder

    @property
    def _data(self) -> Path:
        """The city's folder on this machine."""
        return self._scratch / self._asked.city if self._asked.city_address else self._asked.data

    def _open(self) -> None:
        """Fetch what is elsewhere, and make sure that software and data are those of the planner."""
        require_same_software(self.order)
        for place, text in enumerate(self.order.notebooks.values()):
            write(self._scratch / "notebooks" / f"{place}.ipynb", text)
        if self._asked.city_address:
            for name, text in self.order.sources.items():
                if (self._scratch / name).resolve().is_relative_to(self._scratch):
                    write(self._scratch / name, text)
            try:
                from friendly_city.batch.away import Store

                Store(self._asked.city_address).fetch(self._data)
            except Exception as err:
                raise Unfit(f"it cannot fetch {self._asked.city_address}: {type(err).__name__}: {err}") from err
        require_same_data(self.order, self._data, self._folder)

    def _here(self, job: Job) -> Job:
        """Return a job with the paths of this machine."""
        place = list(self.order.notebooks).index(str(job.notebook))
        job = replace(job, notebook=self._scratch / "notebooks" / f"{place}.ipynb", working_folder=self._folder)
        if not self._asked.out_address:
            return job
        out = self._scratch / "out"
        page, executed = (out / path.relative_to(self._asked.out) for path in (job.page, job.executed))
        return replace(job, page=page, executed=executed)

    def _deliver(self, job: Job, here: Job, outcome: Outcome) -> Ran:
        """Put notebook and page in place at the address: the notebook first, the page last; a failed one has no page."""
        from friendly_city.batch.away import Store

        files = {}
        if not here.executed.exists():  # killed: as where nothing is elsewhere, what stood there stays
            return Ran(outcome=outcome)
        try:
            store = Store(self._asked.out_address)
            for path, given in ((here.executed, job.executed), (here.page, job.page)):
                name = given.relative_to(self._asked.out).as_posix()
                if path.exists():
                    store.put(path, name)
                    files[name] = sha256_of(path)
                    path.unlink()
                else:
                    store.remove(name)
        except Exception as err:  # noqa: BLE001 - any file system may raise anything
            said = f"it could not be put in place: {type(err).__name__}: {err}"
            return Ran(outcome=replace(outcome, status="failed", error=said), files=files)
        return Ran(outcome=outcome, files=files)


def write(path: Path, text: str) -> None:
    """Write a text as it is, in a folder that is made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="")


def require_same_software(order: Order) -> None:
    """Raise Unfit unless this process has the planner's friendly_city and libraries: pages must not depend on the worker."""
    here, there = versions(), order.versions
    other = [
        f"{name} {here.get(name, 'none')} (planner: {there.get(name, 'none')})" for name in there if here.get(name) != there[name]
    ]
    if not other and package_hash() != order.package:
        other = [f"friendly_city with other files, {package_hash()[:12]} (planner: {order.package[:12]})"]
    if other:
        raise Unfit(f"it has {', '.join(other)}; install the same everywhere")


def require_same_data(order: Order, data: Path, folder: Path) -> None:
    """Raise Unfit unless this machine sees the planner's city and checklist."""
    if not folder.is_dir():
        raise Unfit(f"it does not see the folder {folder}; give addresses, or a folder that all machines share")
    wanted = {data / name: mark for name, mark in order.hashes.items()}
    wanted |= {folder / name: hashlib.sha256(text.encode("utf-8")).hexdigest() for name, text in order.sources.items()}
    for path, mark in wanted.items():
        if not path.is_file():
            raise Unfit(f"it does not see {path}; give an address, or a folder that all machines share")
        if sha256_of(path) != mark:
            raise Unfit(f"its {path} is not what the planner has")


_stations: dict[str, Station] = {}
_guard = threading.Lock()


def run_at_station(order: Order, job: Job) -> Ran:
    """Run a job in this process's station for an order, which is made at the first."""
    with _guard:
        station = _stations.get(order.id)
        if station is None:
            station = _stations[order.id] = Station(order)
    return station.run(job)


def close_station(order_id: str) -> None:
    """End this process's station for an order, if there is one."""
    with _guard:
        station = _stations.pop(order_id, None)
    if station is not None:
        station.close()


def close_stations() -> None:
    """End every station of this process."""
    for order_id in list(_stations):
        close_station(order_id)


Finalize(None, close_stations, exitpriority=100)  # before Python waits for child processes
