"""Hashing files, and clearing up after a run that was killed."""

from __future__ import annotations

import hashlib
from pathlib import Path

from friendly_city.report.files import UNFINISHED


def sha256_of(path: Path) -> str:
    """Return the sha256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def remove_unfinished(folder: Path) -> None:
    """Remove what a killed run left half-written."""
    for path in folder.rglob(f"{UNFINISHED}*"):
        path.unlink(missing_ok=True)
