"""The command that makes the homes of a city that has no register of them."""

from __future__ import annotations

from pathlib import Path

import click

from friendly_city.commands.city import city
from friendly_city.commands.explained import explained
from friendly_city.errors import InvalidParameters

FILE = click.Path(path_type=Path)


@city.command("homes", short_help="Make the homes of a city that has no register of them.")
@click.argument("folder")
@click.option("--buildings", type=FILE, help="Polygons of buildings: GeoJSON, GeoPackage or shapefile.")
@click.option("--storeys", default="", metavar="COLUMN", help="Their column with storeys; 1 where it is empty or not named.")
@click.option(
    "--residential", multiple=True, metavar="COLUMN=VALUE", help="Which buildings (or land) people live in; else all. May repeat."
)
@click.option("--land", type=FILE, help="Polygons of residential land; with --buildings for communities without any.")
@click.option(
    "--cell",
    "cell_m",
    default=100.0,
    show_default=True,
    type=click.FloatRange(10, 1000),
    help="Cell on land or along streets, m.",
)
@click.option(
    "--coordinates", default="wgs84", show_default=True, help="System of these files: wgs84, cgcs2000, gcj02, bd09, EPSG:…"
)
@click.option("--force", is_flag=True, help="Write over a homes.csv that is there.")
@explained
def city_homes(
    folder: str,
    *,
    buildings: Path | None,
    storeys: str,
    residential: tuple[str, ...],
    land: Path | None,
    cell_m: float,
    coordinates: str,
    force: bool,
) -> int:
    """Write FOLDER/homes.csv: the children of each community, spread over buildings, land or cells along streets.

    For a city that knows its population by community but not where people live. Every row says derived; what was done is told.

    Example: friendly-city city homes my-city --buildings buildings.gpkg --storeys floors --residential use=residential
    """
    from friendly_city.city.foreign import Foreign
    from friendly_city.city.homes import Sources, write_homes

    sources = Sources(
        buildings=Foreign(path=buildings, name="buildings", system=coordinates) if buildings else None,
        land=Foreign(path=land, name="land", system=coordinates) if land else None,
        storeys=storeys,
        residential=_residential(residential),
        cell_m=cell_m,
    )
    made = write_homes(folder, sources, force=force)
    click.echo(f"{len(made.table):,} homes, {made.children:,} children in {Path(folder) / 'homes.csv'}")
    for note in made.notes:
        click.echo(f"  {note.zh} | {note.en}")
    for warning in made.warnings:
        click.echo(f"  warning: {warning.zh} | {warning.en}")
    return 0


def _residential(said: tuple[str, ...]) -> tuple[str, tuple[str, ...]] | None:
    """Return the column and the values of what people live in."""
    pairs = [text.partition("=") for text in said]
    if any(not column or not value for column, _, value in pairs):
        raise InvalidParameters(f"--residential {' '.join(said)}; expected COLUMN=VALUE")
    columns = {column for column, _, _ in pairs}
    if len(columns) > 1:
        raise InvalidParameters(f"--residential names {', '.join(sorted(columns))}; expected one column")
    return (columns.pop(), tuple(value for _, _, value in pairs)) if pairs else None
