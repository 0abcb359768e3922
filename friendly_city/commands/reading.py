"""Commands that let a standard or checklist be read: `standards show`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from friendly_city.commands.explained import catalogue_option, explained
from friendly_city.commands.standards import standards

if TYPE_CHECKING:
    from friendly_city.labels import Language

language_option = click.option("--lang", "language", type=click.Choice(["zh", "en"]), default="zh", show_default=True)


@standards.command("show")
@click.argument("name")
@click.argument("criterion", default="")
@language_option
@catalogue_option
@explained
def standards_show(name: str, criterion: str, language: Language, catalogue: str) -> int:
    """Tell standard or checklist NAME (or a YAML file), or one CRITERION of it, in words.

    Example: friendly-city standards show community szpsg-t541-8 --lang en
    """
    from friendly_city.report.plain_text import told
    from friendly_city.standards.named import load_named

    click.echo(told(load_named(name, catalogue=catalogue), language=language, criterion=criterion))
    return 0
