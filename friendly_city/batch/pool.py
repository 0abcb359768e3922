"""Worker processes that run jobs, one at a time each, and what happens when one dies.

A worker is a fork of this process where that is safe, so it has everything that was loaded and audited here; elsewhere it
is a new process that prepares itself. A worker that dies is replaced and its job tried again; a job whose worker has died
`ATTEMPTS` times is reported as failed. When this process ends in any way, its workers and their kernels end too.
"""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal
import sys
import warnings
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from types import TracebackType
from typing import Self

from friendly_city.batch.fork import PR_SET_PDEATHSIG, unsafe_to_fork
from friendly_city.batch.jobs import ATTEMPTS, Job, run_job
from friendly_city.batch.outcome import Outcome

Preparation = Callable[[], None]


def work(line: Connection, parent: int, preparation: Preparation | None) -> None:
    """Run jobs from `line` until it is closed. Where a job needed a real kernel, end after it: its threads stay here."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent is interrupted, and ends its workers
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            return
    if preparation is not None:
        preparation()
    was_fit = not unsafe_to_fork()
    while True:
        try:
            job = line.recv()
        except EOFError:
            return
        line.send(run_job(job))
        if was_fit and unsafe_to_fork():
            return


class Worker:
    """One process and the job it has."""

    def __init__(self, preparation: Preparation | None, *, fork: bool) -> None:
        context = multiprocessing.get_context("fork") if fork else multiprocessing.get_context("spawn")
        self.line, other = context.Pipe()
        arguments = (other, os.getpid(), None if fork else preparation)
        self.process: BaseProcess = context.Process(target=work, args=arguments, daemon=False)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # Python counts threads that sleep inside libraries
            self.process.start()
        other.close()
        self.job: Job | None = None

    def give(self, job: Job) -> None:
        """Start a job."""
        self.job = job
        self.line.send(job)

    def end(self) -> None:
        """End the process, whatever it does."""
        self.line.close()
        self.process.kill()
        self.process.join()


class Pool:
    """Several workers.

    Parameters
    ----------
    size : int
        Workers at a time.
    preparation : callable
        What a worker does first where it is not a fork of this process.
    """

    def __init__(self, size: int, preparation: Preparation | None = None) -> None:
        self.size, self._preparation = size, preparation
        self._fork = not unsafe_to_fork()
        self._workers: list[Worker] = []

    def start(self) -> Self:
        """Start the workers now, from what this process has prepared so far."""
        while len(self._workers) < self.size:
            self._workers.append(self._worker())
        return self

    def _worker(self) -> Worker:
        return Worker(self._preparation, fork=self._fork)

    def run(self, jobs: Iterable[Job]) -> Iterator[Outcome]:
        """Run jobs and yield their outcomes as they end. A job is taken when there is a worker for it."""
        coming, again = iter(jobs), deque[Job]()
        tries: Counter[str] = Counter()
        self.start()
        while True:
            for worker in self._workers:
                if worker.job is None and (job := next(coming, None) or (again.popleft() if again else None)):
                    tries[job.key] += 1
                    worker.give(job)
            if not any(worker.job for worker in self._workers):
                return
            yield from self._ended(again, tries)

    def _ended(self, again: deque[Job], tries: Counter[str]) -> Iterator[Outcome]:
        """Wait until something ends; replace workers that are gone."""
        ready = wait([end for worker in self._workers for end in (worker.line, worker.process.sentinel)])
        for place, worker in enumerate(self._workers):
            if worker.line in ready or worker.process.sentinel in ready:
                outcome = self._heard(worker)
                job, worker.job = worker.job, None
                if outcome is not None:
                    yield outcome
                elif job is not None and tries[job.key] < ATTEMPTS:
                    again.append(job)
                elif job is not None:
                    said = f"the process running it was killed {ATTEMPTS} times"
                    yield Outcome(key=job.key, name=job.name, status="failed", seconds=0.0, error=said)
                if outcome is None or worker.process.sentinel in ready:
                    worker.end()
                    self._workers[place] = self._worker()

    @staticmethod
    def _heard(worker: Worker) -> Outcome | None:
        try:
            return worker.line.recv() if worker.line.poll() else None
        except (EOFError, ConnectionResetError):
            return None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        for worker in self._workers:
            worker.end()
        self._workers = []
