"""Commands that make and check the data of a city."""

from __future__ import annotations

from pathlib import Path

import click

from friendly_city.commands.explained import explained
from friendly_city.errors import MAX_SHOWN, InvalidCity

ENDS = ("one", "other")


@click.group()
def city() -> None:
    """Make and check the data of a city."""


@city.command("demo")
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


@city.command("check")
@click.argument("folder")
@click.option("--strict", is_flag=True, help="Exit 3 also for what only looks wrong.")
@explained
def city_check(folder: str, *, strict: bool) -> int:
    """Tell everything that is wrong with the data in FOLDER; exit 3 when something is.

    What is allowed but looks wrong is told too: places that look like GCJ-02 or BD-09, points that stand twice.

    Example: friendly-city city check data/futian
    """
    from friendly_city.city.doubtful import doubtful
    from friendly_city.city.load import load_city

    found = load_city(folder)
    click.echo(repr(found))
    for note in found.notes:
        click.echo(f"  {note.zh} | {note.en}")
    suspicions = doubtful(found)
    for problem in suspicions[:MAX_SHOWN]:
        click.echo(f"  looks wrong: {problem}")
    if len(suspicions) > MAX_SHOWN:
        click.echo(f"  … and {len(suspicions) - MAX_SHOWN} more that look wrong")
    return InvalidCity.exit_code if suspicions and strict else 0


@city.command("describe")
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


@city.command("pairs")
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


@city.command("new")
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
