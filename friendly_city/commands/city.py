"""Commands that make and check the data of a city."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from friendly_city.commands.explained import explained
from friendly_city.errors import MAX_SHOWN, InvalidCity

if TYPE_CHECKING:
    from friendly_city.city.mending.faults import Checked
    from friendly_city.labels import Language

ENDS = ("one", "other")


@click.group()
def city() -> None:
    """Make and check the data of a city."""


@city.command("demo", short_help="Write the demonstration city anew.")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--seed", default=236, type=click.IntRange(min=0), show_default=True, help="Another seed gives another made city.")
@click.option("--cities", type=int, help="Instead: so many made cities in FOLDER, for measuring (Parquet).")
@explained
def city_demo(folder: Path, seed: int, cities: int | None) -> int:
    """Write the demonstration city (real names and totals, made geometry and distribution) to FOLDER.

    Example: friendly-city city demo data/futian
    """
    from friendly_city.city.demo import make_demo, make_nation

    if cities is None:
        make_demo(folder, seed=seed)
    else:
        make_nation(folder, cities=cities, seed=seed)
    click.echo(str(folder))
    return 0


@city.command("check", short_help="Tell everything that is wrong with the data of a city.")
@click.argument("folder")
@click.option("--strict", is_flag=True, help="Exit 3 also for what only looks wrong.")
@click.option("--json", "as_json", type=click.Path(path_type=Path, allow_dash=True), help="Write faults as JSON; - prints them.")
@click.option("--xlsx", type=click.Path(path_type=Path), help="Write a workbook with each faulty cell marked.")
@click.option("--fix", type=click.Path(path_type=Path), help="Write a mended copy of the folder; what takes judgement stays.")
@explained
def city_check(folder: str, *, strict: bool, as_json: Path | None, xlsx: Path | None, fix: Path | None) -> int:
    """Tell everything that is wrong with the data in FOLDER; exit 3 when something is.

    What is allowed but looks wrong is told too: places that look like GCJ-02 or BD-09, points that stand twice.

    Example: friendly-city city check data/futian --xlsx faults.xlsx
    """
    from friendly_city.city.mending.faults import check_folder

    checked = check_folder(folder)
    quiet = as_json is not None and str(as_json) == "-"
    if as_json is not None:
        _write_faults(checked, None if quiet else as_json)
    if xlsx is not None:
        from friendly_city.city.mending.marked import write_marked

        write_marked(checked, xlsx)
    if not quiet:
        _tell_checked(checked)
    if fix is not None:
        _fix(folder, fix, quiet=quiet)
    if checked.city is None and not quiet:
        raise InvalidCity(checked.problems)
    return InvalidCity.exit_code if checked.city is None or (checked.problems and strict) else 0


def _write_faults(checked: Checked, path: Path | None) -> None:
    """Write the faults of a folder as JSON, or print them."""
    import json

    loads = checked.city is not None
    said = {"folder": checked.folder.name, "loads": loads, "faults": [fault.to_dict() for fault in checked.faults]}
    text = json.dumps(said, ensure_ascii=False, indent=1)
    if path is None:
        click.echo(text)
    else:
        path.write_text(text + "\n", encoding="utf-8")


def _tell_checked(checked: Checked) -> None:
    """Tell a city that loads, what was noted while it was read, and what looks wrong with it."""
    if checked.city is None:
        return
    click.echo(repr(checked.city))
    for note in checked.city.notes:
        click.echo(f"  {note.zh} | {note.en}")
    for problem in checked.problems[:MAX_SHOWN]:
        click.echo(f"  looks wrong: {problem}")
    if len(checked.problems) > MAX_SHOWN:
        click.echo(f"  … and {len(checked.problems) - MAX_SHOWN} more that look wrong")


def _fix(folder: str, out: Path, *, quiet: bool) -> None:
    """Write a mended copy and tell what is left to a person."""
    from friendly_city.city.mending.copy import CHANGES, write_mended
    from friendly_city.city.mending.faults import WRONG, check_folder

    changes = write_mended(folder, out)
    left = sum(fault.severity == WRONG for fault in check_folder(out).faults)
    if not quiet:
        click.echo(f"{len(changes)} changes in {out}, listed in {out / CHANGES}; {left} faults left that take judgement")


@city.command("quality", short_help="Write a page on how fresh and complete the data are.")
@click.argument("folder")
@click.option("--checklist", default="community", show_default=True, help="What gaps are weighed by.")
@click.option("--period", required=True, help="Year or quarter, e.g. 2022 or 2022Q3.")
@click.option("--lang", "language", type=click.Choice(["zh", "en"]), default="zh", show_default=True)
@click.option("--out", type=click.Path(path_type=Path), required=True, help="The page to write.")
@explained
def city_quality(folder: str, *, checklist: str, period: str, language: Language, out: Path) -> int:
    """Write a page on how fresh and complete the data in FOLDER are, and what their gaps cost in points.

    Example: friendly-city city quality data/futian --period 2022 --out reports/quality.html
    """
    import friendly_city as fc
    from friendly_city.report.quality import write_quality

    audit = fc.audit(fc.load_city(folder), fc.load_checklist(checklist), period=period)
    click.echo(str(write_quality(audit, out, language=language)))
    return 0


@city.command("describe", short_help="Write datapackage.json anew.")
@click.argument("folder")
@explained
def city_describe(folder: str) -> int:
    """Write FOLDER/datapackage.json anew after registers were added or edited.

    Example: friendly-city city describe data/futian
    """
    from friendly_city.city.descriptor import write_datapackage
    from friendly_city.city.load import find_folder

    click.echo(str(write_datapackage(find_folder(folder))))
    return 0


@city.command("pairs", short_help="Offer facilities that look like one and the same.")
@click.argument("folder")
@click.option(
    "--at-least", default=0.5, type=click.FloatRange(0, 1), show_default=True, help="Likelihood from which a pair is told."
)
@click.option("--write", is_flag=True, help="Add the pairs to FOLDER/same.csv, to be decided there.")
@explained
def city_pairs(folder: str, *, at_least: float, write: bool) -> int:
    """Offer rows of the facilities register that look like one facility, likeliest first, unless they are decided.

    Write same or different into the column decision of FOLDER/same.csv, with the office that decided and the day: at the next
    load what is the same counts once. An empty decision changes nothing.

    Example: friendly-city city pairs data/futian
    """
    from friendly_city.city.decisions import decided_pairs, with_offers, written_pairs
    from friendly_city.city.identity import pairs
    from friendly_city.city.load import find_folder, load_city

    path = find_folder(folder)
    offered, decided = pairs(load_city(folder), at_least=at_least), decided_pairs(path)
    for row in offered.to_dict("records"):
        if frozenset((row["one"], row["other"])) not in decided:
            one, other = (f"{row[f'name_{end}']} ({row[end]}, {row[f'kind_{end}']}, line {row[f'row_{end}']})" for end in ENDS)
            click.echo(f"{row['likelihood']:.2f}  {row['distance_m']:,.0f} m  {one} = {other}")
    if write:
        file = path / "same.csv"
        text, count = with_offers(written_pairs(path), offered)
        if count:
            file.write_text(text, encoding="utf-8", newline="")
        click.echo(f"{count} pairs added to {file}")
    return 0


@city.command("new", short_help="Write the templates of a new city.")
@click.argument("folder", type=click.Path(path_type=Path))
@explained
def city_new(folder: Path) -> int:
    """Write the templates of a new city to FOLDER: a workbook and CSV, layers, the data dictionary as a page, next steps.

    Example: friendly-city city new my-city
    """
    from friendly_city.city.templates import new_city

    for path in new_city(folder):
        click.echo(str(path))
    return 0
