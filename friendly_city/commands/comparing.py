"""Commands that look at change: `standards compare`."""

from __future__ import annotations

import json as json_text
from typing import TYPE_CHECKING

import click

from friendly_city.commands.explained import catalogue_option, explained
from friendly_city.commands.reading import language_option
from friendly_city.commands.standards import standards
from friendly_city.errors import InvalidParameters

if TYPE_CHECKING:
    from friendly_city.audit.change import AuditChange
    from friendly_city.labels import Language
    from friendly_city.standards.compare import Comparison


@standards.command("compare")
@click.argument("old")
@click.argument("new")
@click.option("--city", default="", help="City folder: also tell what the change does to its communities.")
@click.option("--period", default="", help="Year or quarter, with --city.")
@click.option("--checklist", default="", help="With --city: audit by this checklist, with either edition; else all criteria.")
@click.option("--json", is_flag=True, help="As JSON.")
@language_option
@catalogue_option
@explained
def standards_compare(
    old: str, new: str, *, city: str, period: str, checklist: str, json: bool, language: Language, catalogue: str
) -> int:
    """Tell what changed from edition OLD to NEW (names or YAML files), and with --city what that does.

    Example: friendly-city standards compare old.yaml new.yaml --city data/futian --period 2022
    """
    from friendly_city.report.compared import plain, told, told_effect
    from friendly_city.standards.compare import compare
    from friendly_city.standards.named import load_named

    if bool(city) != bool(period) or (checklist and not city):
        raise InvalidParameters("--city and --period go together, and --checklist needs both")
    comparison = compare(load_named(old, catalogue=catalogue), load_named(new, catalogue=catalogue))
    effect = _effect(comparison, city, period, checklist, catalogue) if city else None
    if json:
        click.echo(json_text.dumps(plain(comparison, language, effect), ensure_ascii=False, indent=1))
        return 0
    click.echo(told(comparison, language))
    if effect is not None:
        click.echo("\n" + told_effect(effect, language))
    return 0


def _effect(comparison: Comparison, city: str, period: str, checklist: str, catalogue: str) -> AuditChange:
    import friendly_city as fc
    from friendly_city.audit.change import compare
    from friendly_city.standards.compare import with_edition
    from friendly_city.standards.model import Checklist, Standard

    place = fc.load_city(city)
    sides: list[Checklist | Standard] = [comparison.old, comparison.new]
    if checklist:
        if not isinstance(comparison.old, Standard) or not isinstance(comparison.new, Standard):
            raise InvalidParameters("--checklist is for two standards; two checklists are audited as they are")
        listed, first = fc.load_checklist(checklist, catalogue=catalogue or None), comparison.old.id
        sides = [with_edition(listed, edition, instead_of=first) for edition in (comparison.old, comparison.new)]
    before, after = (fc.audit(place, side, period=period) for side in sides)
    return compare(before, after)
