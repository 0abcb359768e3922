"""What became of a batch, for those who only want to know that: light to import."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Self

from friendly_city.labels import keys, label

Status = Literal["done", "skipped", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a job."""

    key: str
    name: str
    status: Status
    seconds: float
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many findings there are, by rating; how many are not met, and how many of those are gates."""

    findings: int
    ratings: Mapping[str, int]
    unmet: int
    unmet_gates: int

    def __str__(self) -> str:
        by_rating = ", ".join(f"{self.ratings[key]} {label('rating', key).en}" for key in keys("rating"))
        return f"{self.findings} findings: {by_rating}"


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchResult:
    """What a batch did.

    Attributes
    ----------
    index : Path
        The overview.
    files : tuple of Path
        Result files and manifest.
    """

    outcomes: tuple[Outcome, ...]
    counts: Counts
    index: Path
    files: tuple[Path, ...]

    @property
    def failed(self) -> tuple[Outcome, ...]:
        """Return the outcomes of jobs that failed."""
        return tuple(outcome for outcome in self.outcomes if outcome.status == "failed")

    def count(self, status: Status) -> int:
        """Return how many jobs ended so."""
        return sum(outcome.status == status for outcome in self.outcomes)

    @classmethod
    def of_manifest(cls, manifest: Mapping[str, Any], *, index: Path, files: Sequence[Path]) -> Self:
        """Return the result of a run that found nothing to do."""
        outcomes = tuple(
            Outcome(key=key, name=run["name"], status="skipped", seconds=0.0) for key, run in manifest["runs"].items()
        )
        return cls(outcomes=outcomes, counts=Counts(**manifest["findings"]), index=index, files=tuple(files))

    def __repr__(self) -> str:
        said = f"{self.count('done')} done, {self.count('skipped')} unchanged, {self.count('failed')} failed"
        return f"<BatchResult: {said}: {self.index}>"
