"""Telling a person how far a batch is: a bar on a terminal, a line now and then elsewhere. On stderr only."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Self

from friendly_city.batch.outcome import Outcome

LINES = 10
"""Lines printed over a whole batch where there is no terminal."""


class Progress:
    """Count finished jobs, with the name of the last and the time remaining."""

    def __init__(self, total: int, *, quiet: bool = False) -> None:
        self.total, self.quiet, self.done = total, quiet, 0
        self._start = time.monotonic()
        self._bar = None
        if not quiet and sys.stderr.isatty():
            from tqdm import tqdm

            self._bar = tqdm(total=total, unit="", file=sys.stderr, colour=None, dynamic_ncols=True)

    def step(self, outcome: Outcome) -> None:
        """Count one finished job."""
        self.done += 1
        if self._bar is not None:
            self._bar.set_postfix_str(f"{outcome.name} {outcome.status}", refresh=False)
            self._bar.update()
        elif not self.quiet and (self.done % max(1, self.total // LINES) == 0 or outcome.status == "failed"):
            spent = time.monotonic() - self._start
            left = spent / self.done * (self.total - self.done)
            print(f"{self.done}/{self.total} {outcome.name} {outcome.status}, about {left:.0f} s left", file=sys.stderr)  # noqa: T201

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        if self._bar is not None:
            self._bar.close()
