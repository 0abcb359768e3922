"""The command that makes a city folder from an extract of OpenStreetMap."""

from __future__ import annotations

from pathlib import Path

import click

from friendly_city.commands.city import city
from friendly_city.commands.explained import explained

FILE = click.Path(path_type=Path)


@city.command("osm", short_help="Make a city from an extract of OpenStreetMap.")
@click.argument("folder", type=FILE)
@click.option("--pbf", required=True, type=FILE, help="Extract of OpenStreetMap, .osm.pbf; nothing is fetched.")
@click.option(
    "--communities", type=FILE, help="Vector file with their polygons, or a city folder; else areas of the map, or a grid."
)
@click.option(
    "--cell", "cell_m", default=500.0, show_default=True, type=click.FloatRange(50, 10_000), help="Cell of the grid, metres."
)
@click.option("--kinds", type=FILE, help="Your own list of which tags become which kind (YAML).")
@click.option("--synthetic-children", default=0, type=click.IntRange(min=0), help="Make so many children; every page says so.")
@click.option("--complete", is_flag=True, help="Take the map as all there is of streets and of the kinds looked for.")
@click.option("--crs", default="", help="Projected CRS in metres, e.g. EPSG:4547; else the UTM zone.")
@click.option("--date", default="", help="Day the extract is of; else its latest edit. Its year is the one that can be audited.")
@click.option("--name", default="", help="Name of the city; else that of the file.")
@explained
def city_osm(folder: Path, pbf: Path, *, communities: Path | None, kinds: Path | None, **options: object) -> int:
    """Write a city folder from an extract of OpenStreetMap to FOLDER: streets, crossings, facilities, communities.

    Nothing is made up unless asked for: without --synthetic-children nobody lives there, and the folder says what it lacks.

    Example: friendly-city city osm my-city --pbf extract.osm.pbf --synthetic-children 10000
    """
    from friendly_city.city.openstreetmap import Wanted, make_city

    made = make_city(pbf, folder, Wanted(communities=communities, kinds=kinds, **options))  # type: ignore[arg-type]
    click.echo(str(made.folder))
    for name, count in made.counts.items():
        click.echo(f"  {name}: {count}")
    for note in made.notes:
        click.echo(f"  {note}")
    return 0
