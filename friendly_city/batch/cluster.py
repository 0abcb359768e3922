"""The planner's side of a batch on several machines: jobs go to the workers of a dask scheduler, outcomes come back.

A worker never has more jobs than threads, and each is meant for one worker, so it is known which jobs were running where a
worker was lost. dask's own count of failures also blames those that were waiting there, and depends on the scheduler.
"""

from __future__ import annotations

import logging
import time
import uuid
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from distributed import Client, Future, KilledWorker, wait

from friendly_city.batch.files import remove_unfinished
from friendly_city.batch.jobs import ATTEMPTS, Job
from friendly_city.batch.outcome import Outcome
from friendly_city.batch.plan import Batch
from friendly_city.batch.station import Order, Ran, close_station, run_at_station
from friendly_city.city.connection import PLACE
from friendly_city.errors import FriendlyCityError, InvalidParameters

log = logging.getLogger("friendly_city")

CONNECT_S = 30
"""Seconds to reach the scheduler, or to fetch an outcome."""
END_S = 10
"""Seconds for the workers to end what they keep for the batch."""
LOOK_S = 1.0
"""Seconds between two looks at which workers are there, while nothing ends."""
PATIENCE_S = 60.0
"""Seconds without any worker after which the batch gives up."""


class ClusterLost(FriendlyCityError):
    """Scheduler or workers are gone in the middle of a batch."""


@dataclass(frozen=True, slots=True)
class Given:
    """A job that a worker has, and how many workers were lost with it before."""

    job: Job
    worker: str
    lost: int


def connect(scheduler: str) -> Client:
    """Return a client of a scheduler, by address or scheduler file.

    Raises
    ------
    InvalidParameters
        When there is none.
    """
    words: dict[str, Any] = {"address": scheduler}
    if "://" not in scheduler and (Path(scheduler).exists() or ":" not in scheduler):
        if not Path(scheduler).is_file():
            raise InvalidParameters(f"--scheduler {scheduler} is neither an address (tcp://host:port) nor a scheduler file")
        words = {"scheduler_file": scheduler}
    try:
        return Client(**words, timeout=CONNECT_S, set_as_default=False)
    except (OSError, ValueError, TypeError, KeyError) as err:
        raise InvalidParameters(f"no dask scheduler at {scheduler}: {err}") from err


def order_of(batch: Batch) -> Order:
    """Return what every worker must know of a batch."""
    asked, foundation, city = batch.settings, batch.foundation, batch.audit.city
    if any(name.startswith(f"{PLACE}#") for name in city.hashes):
        raise InvalidParameters(
            f"{asked.data}: registers in a database are not read by several machines; audit it without --scheduler"
        )
    notebooks = {job.notebook.absolute() for job in (*batch.jobs, batch.overview)}
    return Order(
        id=uuid.uuid4().hex,
        package=foundation.package,
        versions=foundation.versions,
        settings=replace(asked, out=asked.out.absolute(), city_folder=city.folder.absolute(), away=None),
        folder=Path.cwd(),
        hashes=dict(city.hashes),
        sources={str(path): text_of(path) for path in asked.sources},
        notebooks={str(path): text_of(path) for path in sorted(notebooks)},
    )


def text_of(path: Path) -> str:
    """Return a text with its line ends as they are."""
    with path.open(encoding="utf-8", newline="") as file:
        return file.read()


class Cluster:
    """The workers of a scheduler, in place of a `Pool`.

    Parameters
    ----------
    batch : Batch
        What they are to work for; `Settings.jobs`, when given, is how many notebooks run at a time on all of them.
    """

    def __init__(self, batch: Batch) -> None:
        self._batch = batch
        self._order = order_of(batch)
        self._client: Client | None = None
        self._running: dict[Future[Ran], Given] = {}
        self._refused: dict[str, str] = {}
        self._used: set[str] = set()
        self._has_lost = False
        self._seen = time.monotonic()

    def start(self) -> Self:
        """Reach the scheduler now."""
        if self._client is None:
            self._client = connect(self._batch.settings.scheduler)
        return self

    def run(self, jobs: Iterable[Job]) -> Iterator[Outcome]:
        """Run jobs and yield their outcomes as they end."""
        waiting = deque((job, 0) for job in jobs)
        if waiting:
            self.start()
            self._seen = time.monotonic()
        while waiting or self._running:
            threads = self._workers()
            yield from self._lost(threads, waiting)
            self._hand_out(waiting, threads)
            yield from self._ended(waiting)
        if self._has_lost:
            self._tidy()

    @property
    def _connected(self) -> Client:
        assert self._client is not None
        return self._client

    def _workers(self) -> dict[str, int]:
        """Return the threads of each worker that is there and fit.

        Raises
        ------
        InvalidParameters
            When there are workers and none of them is fit.
        ClusterLost
            When the scheduler is gone, or there have been no workers for `PATIENCE_S`.
        """
        scheduler = self._batch.settings.scheduler
        self._require_scheduler()
        try:
            there = self._connected.nthreads()
        except (OSError, TimeoutError, RuntimeError, ValueError) as err:
            raise ClusterLost(f"the scheduler at {scheduler} is gone; run the same command to go on ({err})") from err
        fit = {address: threads for address, threads in there.items() if address not in self._refused}
        if fit:
            self._seen = time.monotonic()
        elif there and self._used <= set(self._refused):
            said = "\n".join(f"  {address}: {reason}" for address, reason in sorted(self._refused.items()))
            raise InvalidParameters(f"no worker of {scheduler} is fit for this batch:\n{said}")
        elif time.monotonic() - self._seen > PATIENCE_S:
            raise ClusterLost(f"no worker at {scheduler} for {PATIENCE_S:.0f} s; run the same command to go on")
        return fit

    def _require_scheduler(self) -> None:
        """Raise ClusterLost when the connection is gone: dask then calls every job cancelled."""
        if self._connected.status != "running":
            raise ClusterLost(f"the scheduler at {self._batch.settings.scheduler} is gone; run the same command to go on")

    def _hand_out(self, waiting: deque[tuple[Job, int]], threads: dict[str, int]) -> None:
        """Give jobs to workers until all are busy."""
        limit = self._batch.settings.jobs or len(self._running) + len(waiting)
        while waiting and len(self._running) < limit:
            job, lost = waiting[0]
            worker = self._place_for(lost, threads)
            if worker is None:
                return
            waiting.popleft()
            self._used.add(worker)
            sent = replace(job, notebook=job.notebook.absolute(), page=job.page.absolute(), executed=job.executed.absolute())
            key = f"friendly-city-{job.key}-{uuid.uuid4().hex}"
            future = self._connected.submit(run_at_station, self._order, sent, key=key, pure=False, workers=[worker])
            self._running[future] = Given(job, worker, lost)

    def _place_for(self, lost: int, threads: dict[str, int]) -> str | None:
        """Return a worker with room. A job with which a worker was lost runs alone, so that no other is blamed with it."""
        busy: dict[str, list[int]] = {worker: [] for worker in threads}
        for given in self._running.values():
            busy.setdefault(given.worker, []).append(given.lost)
        for worker in sorted(threads, key=lambda worker: (len(busy[worker]) / threads[worker], worker)):
            here = busy[worker]
            if not here or (not lost and not any(here) and len(here) < threads[worker]):
                return worker
        return None

    def _lost(self, threads: dict[str, int], waiting: deque[tuple[Job, int]]) -> Iterator[Outcome]:
        """Take back the jobs of workers that are gone."""
        for future, given in list(self._running.items()):
            if given.worker not in threads and given.worker not in self._refused and not future.done():
                del self._running[future]
                future.cancel()
                yield from self._again(given, 1, waiting)

    def _again(self, given: Given, losses: int, waiting: deque[tuple[Job, int]]) -> Iterator[Outcome]:
        """Try a job once more, after the others, or report it: its worker was lost too often."""
        self._has_lost = True
        lost, job = given.lost + losses, given.job
        if lost < ATTEMPTS:
            waiting.append((job, lost))
            return
        said = f"the worker running it was lost {lost} times"
        yield Outcome(key=job.key, name=job.name, status="failed", seconds=0.0, error=said)

    def _ended(self, waiting: deque[tuple[Job, int]]) -> Iterator[Outcome]:
        """Wait a moment for jobs to end; yield their outcomes."""
        if not self._running:
            time.sleep(LOOK_S)
            return
        with suppress(TimeoutError, CancelledError), self._connected.as_current():
            wait(list(self._running), timeout=LOOK_S, return_when="FIRST_COMPLETED")
        self._require_scheduler()
        for future in [future for future in self._running if future.done()]:
            given = self._running.pop(future)
            try:
                ran = future.result(timeout=CONNECT_S)
            except KilledWorker as err:
                yield from self._again(given, err.allowed_failures + 1, waiting)
            except (CancelledError, TimeoutError, OSError):
                yield from self._again(given, 1, waiting)
            except Exception as err:  # noqa: BLE001 - a job never raises: this worker cannot do the work
                self._refuse(given.worker, err)
                waiting.appendleft((given.job, given.lost))
            else:
                if ran.files is not None and self._batch.settings.away is not None:
                    self._batch.settings.away.note(given.job, ran.files)
                yield ran.outcome

    def _refuse(self, worker: str, err: Exception) -> None:
        """Give this worker no more jobs, and say why."""
        if worker not in self._refused:
            self._refused[worker] = str(err) if isinstance(err, FriendlyCityError) else f"{type(err).__name__}: {err}"
            log.warning("worker %s gets no jobs: %s", worker, self._refused[worker])

    def _tidy(self) -> None:
        """Remove what lost workers left half-written."""
        away = self._batch.settings.away
        if away is not None:
            away.store.remove_unfinished()
        else:
            remove_unfinished(self._batch.settings.out)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        """Cancel what still runs, end the stations, leave the scheduler."""
        client, self._client = self._client, None
        if client is None:
            return
        if client.status == "running":
            with suppress(Exception):
                client.cancel(list(self._running), force=True)
                there = sorted(self._used & set(client.nthreads()))
                close = partial(client.run, close_station, self._order.id, workers=there, on_error="ignore")
                client.sync(close, callback_timeout=END_S)
        self._running.clear()
        with suppress(Exception), quiet(logging.getLogger("distributed.client")):  # what is wrong has been said
            client.close(timeout=END_S)


@contextmanager
def quiet(logger: logging.Logger) -> Iterator[None]:
    """Keep a logger from saying anything while the block runs."""
    before = logger.disabled
    logger.disabled = True
    try:
        yield
    finally:
        logger.disabled = before
