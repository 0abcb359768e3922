"""The command line: words to calls, nothing else. Heavy imports happen inside the commands, so that --help is quick."""

from __future__ import annotations

import json as json_text
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from friendly_city import __version__
from friendly_city.commands import compare as _compare  # noqa: F401 - registers its command
from friendly_city.commands import crosswalk as _crosswalk  # noqa: F401 - registers its command
from friendly_city.commands import exchange as _exchange  # noqa: F401 - registers its commands
from friendly_city.commands import homes as _homes  # noqa: F401 - registers its command
from friendly_city.commands import osm as _osm  # noqa: F401 - registers its command
from friendly_city.commands import show as _show  # noqa: F401 - registers its commands
from friendly_city.commands.city import city
from friendly_city.commands.explained import catalogue_option, explained
from friendly_city.commands.standards import standards
from friendly_city.commands.sweep import sweep
from friendly_city.errors import MAX_SHOWN, InvalidParameters

if TYPE_CHECKING:
    from friendly_city.batch.outcome import BatchResult


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="friendly-city")
def main() -> None:
    """Audit how friendly a city is to its children, openly, with evidence.

    Example: friendly-city audit data/futian --period 2022 --out reports/2022
    """


@main.command(short_help="Audit every community of a city.")
@click.argument("city")
@click.option("--checklist", default="community", show_default=True, help="Name of a checklist, YAML file, or id of a standard.")
@catalogue_option
@click.option("--period", required=True, help="Year or quarter: 2022, 2022Q3.")
@click.option("--out", required=True, help="Folder for reports and result files; with --scheduler also an address.")
@click.option(
    "--community",
    "--subject",
    "communities",
    multiple=True,
    help="Only this subject's report (code; may be repeated).",
)
@click.option("--jobs", default=0, help="Notebooks at a time; 0: one a processor.", show_default=True)
@click.option("--lang", "language", type=click.Choice(["zh", "en"]), default="zh", show_default=True)
@click.option(
    "--edition",
    type=click.Choice(["public", "internal"]),
    default="public",
    show_default=True,
    help="public hides small counts.",
)
@click.option("--notebook", default="", help="Notebook for each subject: name or path; else that of the checklist's level.")
@click.option("--timeout", "timeout_s", default=600, show_default=True, help="Seconds a notebook may take.")
@click.option("--memory", "memory_mb", default=2048, show_default=True, help="MiB a notebook may allocate; 0: no limit.")
@click.option(
    "--engine",
    type=click.Choice(["friendly-city", "friendly-city-kernel"]),
    default="friendly-city",
    show_default=True,
    help="papermill engine; friendly-city-kernel starts a real kernel for each notebook.",
)
@click.option("--scheduler", default="", help="Run on dask workers: tcp://host:port, or a dask scheduler file.")
@click.option("--force", is_flag=True, help="Run again what is unchanged.")
@click.option("--results-only", is_flag=True, help="No notebooks: CITY, or a folder of cities, to Parquet by city.")
@click.option("--dry-run", is_flag=True, help="Check everything, print what would run, write nothing.")
@click.option("--fail-on", type=click.Choice(["not_met", "gate"]), help="Exit 1 when a criterion (or a gate) is not met.")
@click.option("--json", "as_json", is_flag=True, help="Print the outcome as JSON on stdout.")
@click.option("-q", "--quiet", is_flag=True, help="No progress on stderr.")
@explained
def audit(*, out: str, dry_run: bool, fail_on: str | None, as_json: bool, results_only: bool, **settings: object) -> int:
    """Audit every community of CITY: result files, a notebook and a report each, an overview.

    Exit code: 0 all ran, 1 some report failed, 2 usage (also: something named does not exist), 3 invalid data or standard,
    130 interrupted.

    Example: friendly-city audit data/futian --period 2022 --out reports/2022 --community 440304002016
    """
    from friendly_city.batch.away import at_hand
    from friendly_city.batch.settings import Settings, out_of
    from friendly_city.batch.unchanged import nothing_to_do

    if results_only:
        unfit = {"--community": settings["communities"], "--dry-run": dry_run, "--fail-on": fail_on}
        unfit["--scheduler"] = settings["scheduler"]
        refused = [name for name, value in unfit.items() if value]
        return _audit_nation(Path(out), as_json=as_json, refused=refused, **settings)
    with at_hand(Settings(**out_of(out), **settings)) as asked:  # type: ignore[arg-type]
        if dry_run:
            from friendly_city.batch.plan import plan_batch

            batch = plan_batch(asked)
            for job in batch.fresh:
                click.echo(f"{job.key} {job.name} -> {asked.shown(job.page)}")
            click.echo(f"{len(batch.fresh)} of {len(batch.jobs)} to run; nothing written", err=True)
            return 0
        result = nothing_to_do(asked)
        if result is None:
            from friendly_city.batch.plan import plan_batch
            from friendly_city.batch.run import execute_batch

            result = execute_batch(plan_batch(asked))
    click.echo(_as_json(result, asked.shown) if as_json else "\n".join(_outcome_table(result, asked.shown)))
    asked_to_fail = {"not_met": result.counts.unmet, "gate": result.counts.unmet_gates}.get(fail_on or "", 0)
    return 1 if result.failed or asked_to_fail else 0


def _audit_nation(out: Path, *, as_json: bool, refused: list[str], **settings: object) -> int:
    """Audit one city or many without notebooks and tell what became of those that are not done."""
    from friendly_city.batch.nation import audit_nation
    from friendly_city.batch.settings import NationSettings

    if refused:
        raise InvalidParameters(f"{', '.join(refused)}: not together with --results-only")
    words = ("period", "checklist", "catalogue", "jobs", "force", "quiet")
    asked = NationSettings(nation=str(settings["city"]), out=out, **{word: settings[word] for word in words})  # type: ignore[arg-type]
    result = audit_nation(asked)
    if as_json:
        click.echo(result.manifest.read_text(encoding="utf-8"), nl=False)
        return result.exit_code
    for outcome in result.of("invalid", "failed"):
        click.echo(f"{outcome.status}  {outcome.city}  ({outcome.folder})")
        for problem in outcome.problems[:MAX_SHOWN]:
            click.echo(f"  {problem}")
    click.echo(f"{result.counts}\n{result.manifest}")
    return result.exit_code


def _as_json(result: BatchResult, shown: Callable[[Path], str]) -> str:
    rows = [
        {"key": o.key, "name": o.name, "status": o.status, "seconds": round(o.seconds, 2), "error": o.error}
        for o in result.outcomes
    ]
    return json_text.dumps({"index": shown(result.index), "outcomes": rows}, ensure_ascii=False)


def _outcome_table(result: BatchResult, shown: Callable[[Path], str]) -> Iterable[str]:
    """Yield the lines a person reads at the end: failures in full, the rest counted, then the paths as `shown`."""
    for outcome in result.failed:
        yield f"failed  {outcome.key}  {outcome.name}  {outcome.seconds:.1f} s  {outcome.error}"
    yield f"{result.count('done')} done, {result.count('skipped')} unchanged, {result.count('failed')} failed"
    yield str(result.counts)
    yield from (shown(path) for path in (result.index, *result.files))


@main.group()
def report() -> None:
    """Look at finished reports."""


@report.command("check", short_help="Hold finished reports against their result files.")
@click.argument("out", type=click.Path(path_type=Path))
@explained
def report_check(out: Path) -> int:
    """Hold every page in OUT against the result files beside it; nothing is written.

    Looks for numbers that differ, parts of another community, empty figures, dead or remote links, a wrong language, pages
    that are too large or missing, and errors in the notebooks. Exit code: 0 all is well, 1 some page is not, 2 usage,
    3 OUT is no output of a batch.

    Example: friendly-city report check reports/2022
    """
    from friendly_city.batch.check import check_output, make_again, pages_of
    from friendly_city.batch.check_sweep import check_sweep, is_sweep, make_sweep_again

    swept = is_sweep(out)
    problems = check_sweep(out) if swept else check_output(out)
    for problem in problems:
        click.echo(str(problem))
    pages = len(pages_of(out))
    failing = len({problem.file for problem in problems})
    click.echo(f"{pages} pages looked at, {len(problems)} problems in {failing} files", err=True)
    if problems:
        click.echo(make_sweep_again(out) if swept else make_again(out, problems), err=True)
    return 1 if problems else 0


main.add_command(city)
main.add_command(standards)
main.add_command(sweep)


if __name__ == "__main__":
    main()
