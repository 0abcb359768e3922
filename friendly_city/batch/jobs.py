"""One job: run one notebook for one community (or the overview) with papermill, and write its page.

A job is plain data and runs in any process; two jobs never share a file. The notebook is put in place first, the page
last, so a page with a job's fingerprint means that both are whole, whatever was killed in between.
"""

from __future__ import annotations

import math
import re
import shutil
import tempfile
import time
import traceback
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from friendly_city.batch.files import sha256_of
from friendly_city.batch.fingerprint import has_fingerprint
from friendly_city.batch.outcome import Outcome, Status
from friendly_city.labels import Language
from friendly_city.report.files import written_whole
from friendly_city.report.page import plain

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from friendly_city.report.expected import Expected, ExpectedIndex

OVERVIEW = "index"
"""Key of the overview's job; the page of a community links to the overview beside it."""
FORKED = "friendly-city"
"""Name of the papermill engine that runs a notebook in a fork of this process."""
ATTEMPTS = 3
"""How often a job is tried whose worker died."""
HEADING = re.compile(r"<h1\b[^>]*>(.*?)</h1>", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What one run of a notebook needs.

    Attributes
    ----------
    key : str
        Community code, or ``index`` for the overview.
    name : str
        What headings of the page must begin with, and what the job is called while it runs.
    title : str
        Title of the page; '' for its first heading.
    subject : str
        What every section of the page must be about: the community's code, or the city's id. '' for any one, which may then
        be headed in any way.
    page, executed : Path
        Where the HTML page and the executed notebook go.
    timeout_s : int
        Seconds the notebook may take in all.
    memory_mb : int
        MiB of data a forked kernel may allocate; 0: no limit.
    engine : str
        papermill engine: ``friendly-city``, or ``friendly-city-kernel`` for a real kernel.
    expected : Expected or ExpectedIndex
        What the page must say; None compares no numbers.
    communities : int
        How many communities the page is about beside the overview's, which `expected` tells; it may then be larger.
    """

    key: str
    name: str
    notebook: Path
    parameters: dict[str, Any] = field(hash=False)
    page: Path
    executed: Path
    title: str
    language: Language
    fingerprint: str
    subject: str
    working_folder: Path
    timeout_s: int = 600
    memory_mb: int = 2048
    engine: str = FORKED
    expected: Expected | ExpectedIndex | None = field(default=None, hash=False, repr=False)
    communities: int = 0


def is_up_to_date(job: Job) -> bool:
    """Return whether the job's page and notebook are there and were made from the same things."""
    return job.executed.is_file() and has_fingerprint(job.page, job.fingerprint)


def run_job(job: Job) -> Outcome:
    """Run a job and say what became of it; never raises for what happens inside the notebook."""
    start = time.perf_counter()
    scratch = Path(tempfile.mkdtemp(prefix="friendly-city-"))
    try:
        error = _run(job, scratch)
    except Exception as err:  # noqa: BLE001 - one job must never stop the others
        error = f"{type(err).__name__}: {err}"
        traceback.clear_frames(err.__traceback__)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    status: Status = "failed" if error else "done"
    return Outcome(key=job.key, name=job.name, status=status, seconds=time.perf_counter() - start, error=error)


def _run(job: Job, scratch: Path) -> str:
    """Execute, export, put in place. Return the reason of a failure in one line, or ''."""
    from friendly_city.report.check import in_one_line, notebook_problems, page_problems
    from friendly_city.report.exporter import export_html

    book, error = _execute(job, scratch)
    if book is None:
        return error
    _make_reproducible(book, job)
    job.page.parent.mkdir(parents=True, exist_ok=True)
    error = error or "; ".join(notebook_problems(book))
    html = "" if error else export_html(book, language=job.language)
    error = error or in_one_line(
        page_problems(
            html,
            subject=job.subject,
            name=job.name if job.subject else "",
            title=book.metadata["title"],
            language=job.language,
            expected=job.expected,
            communities=job.communities,
            file=job.page.name,
        )
    )
    _write_notebook(book, job.executed)
    if error:
        job.page.unlink(missing_ok=True)  # a page of other data must not stand beside a failed notebook
        return error
    with written_whole(job.page) as temporary:
        temporary.write_text(html, encoding="utf-8", newline="\n")
    return ""


def _execute(job: Job, scratch: Path) -> tuple[NotebookNode | None, str]:
    """Run the notebook with papermill; one that fails is still returned, with its error in it."""
    import papermill
    from papermill.engines import papermill_engines
    from papermill.exceptions import PapermillExecutionError
    from traitlets.config import Config

    from friendly_city.batch.engine import ENGINES

    papermill_engines.register(job.engine, ENGINES[job.engine])  # also where the package is not installed
    config = Config()
    config.KernelManager.transport = "ipc"  # a real kernel has no port to race for; the socket path is this job's own
    config.KernelManager.ip = str(scratch / "k")
    deadline = time.monotonic() + job.timeout_s
    begun: list[NotebookNode] = []
    error = ""
    try:
        papermill.execute_notebook(
            job.notebook,
            None,
            parameters=job.parameters,
            engine_name=job.engine,
            kernel_name="python3",
            progress_bar=False,
            request_save_on_cell_execute=False,
            autosave_cell_every=0,
            cwd=str(job.working_folder),
            timeout_func=lambda _cell: max(1, math.ceil(deadline - time.monotonic())),
            extra_arguments=["--IPKernelApp.log_level=50"],  # an interrupt at shutdown is not news
            config=config,
            memory_mb=job.memory_mb,
            begun=begun,
        )
    except PapermillExecutionError as err:
        error = f"cell {err.exec_count}: {err.ename}: {err.evalue}"
    except Exception as err:  # noqa: BLE001 - a dead kernel or a time-out is this job's failure, not the batch's
        error = f"{type(err).__name__}: {str(err).strip().splitlines()[0] if str(err).strip() else ''}"
    return (begun[0], error) if begun else (None, error or "the notebook was not run")


def _make_reproducible(book: NotebookNode, job: Job) -> None:
    """Remove what differs between two equal runs: times, durations, absolute paths, random cell ids."""
    book.metadata["title"] = job.title or _first_heading(book) or job.name
    book.metadata["papermill"] = {"parameters": job.parameters}
    book.metadata["friendly_city"] = {"fingerprint": job.fingerprint, "key": job.key}
    if not job.subject:
        book.metadata["friendly_city"]["subject"] = ""  # the root of the page then names nobody, its sections do
    if job.key != OVERVIEW:
        book.metadata["friendly_city"]["overview"] = "../index.html"
    for cell in book.cells:
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell["id"] = "injected-parameters"


def _first_heading(book: NotebookNode) -> str:
    """Return the text of the first heading that an executed notebook shows, '' without one."""
    shown = (
        html for cell in book.cells for output in cell.get("outputs", []) if (html := output.get("data", {}).get("text/html"))
    )
    return next((plain(found[1]) for html in shown if (found := HEADING.search("".join(html)))), "")


def _write_notebook(book: NotebookNode, path: Path) -> None:
    import nbformat

    with written_whole(path) as temporary:
        temporary.write_text(nbformat.writes(book) + "\n", encoding="utf-8", newline="\n")  # type: ignore[no-untyped-call]


def files_of(job: Job) -> dict[str, str]:
    """Return the sha256 of the files a job has written, by file name relative to the output folder."""
    root = job.page.parent if job.key == "index" else job.page.parent.parent
    return {str(path.relative_to(root)): sha256_of(path) for path in (job.page, job.executed) if path.is_file()}
