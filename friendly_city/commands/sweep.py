"""The command that runs one notebook for many questions."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from friendly_city.commands.explained import explained
from friendly_city.errors import InvalidParameters

if TYPE_CHECKING:
    from friendly_city.labels import Language


@click.command(short_help="Run a notebook for every combination of some values.")
@click.argument("notebook")
@click.option("--each", multiple=True, required=True, help="NAME=A,B,… or NAME=all; may be repeated: every combination is run.")
@click.option("--set", "shared", multiple=True, help="NAME=VALUE, the same in all runs; may be repeated. Lists: a+b.")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Folder for pages, overview and table.")
@click.option("--jobs", default=0, help="Notebooks at a time; 0: one a processor.", show_default=True)
@click.option("--lang", "language", type=click.Choice(["zh", "en"]), default="zh", show_default=True)
@click.option("--timeout", "timeout_s", default=600, show_default=True, help="Seconds a notebook may take.")
@click.option("--memory", "memory_mb", default=2048, show_default=True, help="MiB a notebook may allocate; 0: no limit.")
@click.option(
    "--engine", type=click.Choice(["friendly-city", "friendly-city-kernel"]), default="friendly-city", show_default=True
)
@click.option("--force", is_flag=True, help="Run again what is unchanged.")
@click.option("--dry-run", is_flag=True, help="Check everything, print what would run, write nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the outcome as JSON on stdout.")
@click.option("-q", "--quiet", is_flag=True, help="No progress on stderr.")
@explained
def sweep(  # noqa: PLR0913 - the words of the command
    notebook: str,
    *,
    each: Sequence[str],
    shared: Sequence[str],
    out: Path,
    language: Language,
    dry_run: bool,
    as_json: bool,
    jobs: int,
    timeout_s: int,
    memory_mb: int,
    engine: str,
    force: bool,
    quiet: bool,
) -> int:
    """Run NOTEBOOK (name or path) for each value of some parameters: a page each, an overview, a table of what they found.

    NAME=all stands for every kind, subdistrict, community or age_band of the city. Exit code: 0 all ran, 1 some page failed,
    2 usage, 3 invalid data or standard, 130 interrupted.

    Example: friendly-city sweep access --each kind=library,childrens_home --each subdistrict=all --out reports/access
    """
    from friendly_city.batch.sweep import Sweep, plan_sweep
    from friendly_city.batch.swept import run_sweep

    planned = plan_sweep(
        Sweep(
            notebook=notebook,
            each={name: tuple(value.split(",")) for name, value in _pairs(each, "--each").items()},
            shared=_pairs(shared, "--set"),
            out=out,
            language=language,
            jobs=jobs,
            timeout_s=timeout_s,
            memory_mb=memory_mb,
            engine=engine,
            force=force,
            quiet=quiet,
        )
    )
    if dry_run:
        for job in planned.fresh:
            click.echo(f"{job.key} {job.name} -> {job.page}")
        click.echo(f"{len(planned.fresh)} of {len(planned.runs)} to run; nothing written", err=True)
        return 0
    done = run_sweep(planned)
    if as_json:
        rows = [
            {"key": o.key, "name": o.name, "status": o.status, "seconds": round(o.seconds, 2), "error": o.error}
            for o in done.outcomes
        ]
        click.echo(json.dumps({"index": str(done.index), "table": str(done.table), "outcomes": rows}, ensure_ascii=False))
    else:
        for outcome in done.failed:
            click.echo(f"failed  {outcome.key}  {outcome.name}  {outcome.seconds:.1f} s  {outcome.error}")
        if done.strays:
            click.echo(f"{len(done.strays)} pages in {out} are not of this sweep, e.g. {done.strays[0]}; remove them", err=True)
        counts = {status: sum(outcome.status == status for outcome in done.outcomes) for status in ("done", "skipped", "failed")}
        click.echo(f"{counts['done']} done, {counts['skipped']} unchanged, {counts['failed']} failed\n{done.index}\n{done.table}")
    return 1 if done.failed else 0


def _pairs(words: Sequence[str], option: str) -> dict[str, str]:
    """Return NAME=VALUE words as a mapping.

    Raises
    ------
    InvalidParameters
        When a word is not of that form, or a name stands twice.
    """
    found: dict[str, str] = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not equals or not name.isidentifier():
            raise InvalidParameters(f"{option} takes NAME=VALUE, e.g. kind=library; not {word!r}")
        if name in found:
            raise InvalidParameters(f"{option} names {name} twice; write {name}=A,B")
        found[name] = value
    return found
