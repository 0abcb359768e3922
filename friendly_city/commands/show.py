"""Commands that show a standard or checklist: in the terminal, or as a book."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from friendly_city.commands.explained import catalogue_option, explained
from friendly_city.commands.standards import standards
from friendly_city.errors import UnknownName

if TYPE_CHECKING:
    from friendly_city.labels import Language

lang_option = click.option("--lang", "language", type=click.Choice(["zh", "en"]), default="zh", show_default=True)


@standards.command("show", short_help="Show a standard, a checklist or one criterion in words.")
@click.argument("name")
@click.argument("criterion", default="")
@lang_option
@catalogue_option
@explained
def standards_show(name: str, criterion: str, language: Language, catalogue: str) -> int:
    """Show a standard or checklist, or one CRITERION of it, in words.

    Example: friendly-city standards show db4403-t-236-2022 sz236-p21 --lang en
    """
    from friendly_city.audit.naming import measured
    from friendly_city.standards.load import load_named
    from friendly_city.standards.telling import criterion_lines, document_lines, items_told

    document = load_named(name, catalogue=catalogue)
    lines = document_lines(document, language, measured)
    if criterion:
        told = {found.id: (found, standard) for found, standard, _ in items_told(document)}
        if criterion not in told:
            raise UnknownName(f"criterion in {name}", criterion, tuple(told))
        lines = criterion_lines(*told[criterion], language, measured)
    for line in lines:
        click.echo(line)
    return 0


@standards.command("handbook", short_help="Write a standard or checklist as a book.")
@click.argument("name")
@lang_option
@click.option("--out", required=True, type=click.Path(path_type=Path), help="HTML file.")
@catalogue_option
@explained
def standards_handbook(name: str, language: Language, out: Path, catalogue: str) -> int:
    """Write a standard or checklist as a book: one HTML file that needs no network and prints.

    Example: friendly-city standards handbook community --lang en --out reports/handbook.html
    """
    from friendly_city.report.handbook import write_handbook
    from friendly_city.standards.load import load_named

    click.echo(str(write_handbook(load_named(name, catalogue=catalogue), out, language=language)))
    return 0
