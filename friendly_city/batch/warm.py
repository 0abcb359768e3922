"""Making a process ready for many notebooks: what every one needs is imported, loaded, audited and drawn once."""

from __future__ import annotations

import ctypes
import gc
import os
import sys
from pathlib import Path

import pyarrow as pa

from friendly_city.audit.engine import READY as READY_AUDIT
from friendly_city.audit.model import Audit
from friendly_city.audit.ready import ReadyAudit
from friendly_city.batch.settings import Settings
from friendly_city.city.load import READY as READY_CITY
from friendly_city.city.load import state_of
from friendly_city.city.model import City
from friendly_city.labels import Language
from friendly_city.prepared import prepare


def warm_up(audit: Audit, *, language: Language, edition: str) -> None:
    """Lay out an audit and its city for the notebooks of forked processes, and do once what all of them would do.

    Call it before forking. Starts no thread and opens no socket.
    """
    import_engine()
    from friendly_city.report import warming

    lay_out(audit.city.whole, audit)
    warming.warm_up(audit, language=language, edition=edition)
    give_back_memory()


def import_engine() -> None:
    """Import what every notebook needs to be run."""
    os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")  # as ipykernel sets it
    import pandas as pd
    import papermill  # noqa: F401

    import friendly_city.batch.engine  # noqa: F401

    pd.set_option("display.max_columns", 20)  # what pandas chooses when it is imported in a notebook


def lay_out(city: City, audit: Audit | None = None) -> None:
    """Lay out a city, and an audit of it, for the first `load_city` and `audit` of each forked process."""
    prepare(READY_CITY, (state_of(Path(city.folder)), city))
    if audit is not None:
        prepare(READY_AUDIT, ReadyAudit.of(audit))


def give_back_memory() -> None:
    """Return to the operating system what loading and auditing used and freed, so that forks do not inherit it."""
    gc.collect()
    pa.default_memory_pool().release_unused()
    if sys.platform.startswith("linux") and (trim := getattr(ctypes.CDLL(None), "malloc_trim", None)) is not None:
        trim(0)  # glibc keeps freed memory otherwise


def warm_up_from(settings: Settings) -> None:
    """Load, audit and warm up: what a worker does that is not a fork of a process which has done so."""
    from friendly_city.audit.engine import audit
    from friendly_city.city.load import load_city
    from friendly_city.standards.load import load_checklist

    checklist = load_checklist(settings.checklist, catalogue=settings.catalogue)
    found = audit(load_city(settings.data), checklist, period=settings.period)
    warm_up(found, language=settings.language, edition=settings.edition)
