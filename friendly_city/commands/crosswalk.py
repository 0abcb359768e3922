"""The command that shows how standards stand to each other, and where criteria stand on an axis."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from friendly_city.commands.explained import catalogue_option, explained
from friendly_city.commands.standards import standards

if TYPE_CHECKING:
    from friendly_city.labels import Language
    from friendly_city.standards.axes import Axis
    from friendly_city.standards.relations import Ask, Relation


@standards.command("crosswalk", short_help="Show how standards stand to each other.")
@click.argument("name", default="")
@click.option(
    "--axis", default="", help="Instead: where criteria stand on an axis (name or YAML file), e.g. crc, cfci, national."
)
@click.option("--relations", "file", default="", help="A crosswalk of your own (YAML file) instead of the package's.")
@click.option("--lang", "language", type=click.Choice(["zh", "en"]), default="zh", show_default=True)
@catalogue_option
@explained
def standards_crosswalk(name: str, axis: str, file: str, language: Language, catalogue: str) -> int:
    """Show how standards stand to each other: same, stricter, looser, overlaps, with the figures.

    NAME is a standard, a criterion or a clause; without it all relations are shown. With --axis NAME is a standard or a
    checklist (community when left out), and each criterion is shown in its group.

    Example: friendly-city standards crosswalk gb50180-5-0-3a
    """
    lines = _placed(name or "community", axis, language, catalogue) if axis else _related(name, file, language, catalogue)
    for line in lines:
        click.echo(line)
    return 0


def _related(name: str, file: str, language: Language, catalogue: str) -> Iterator[str]:
    from friendly_city.errors import UnknownName
    from friendly_city.standards.axes import RELATIONS
    from friendly_city.standards.crosswalk import load_crosswalk
    from friendly_city.standards.load import load_standard, own_standards, standard_names

    crosswalk = load_crosswalk(file or RELATIONS, catalogue=catalogue)
    own = own_standards(catalogue)
    known = [load_standard(own.get(found, found)) for found in sorted({*own, *standard_names()})]
    ids = {criterion.id for standard in known for criterion in standard.criteria}
    ids |= {clause.id for standard in known for clause in standard.clauses}
    if name and name not in ids and name not in {standard.id for standard in known}:
        raise UnknownName("standard, criterion or clause", name, sorted({standard.id for standard in known} | ids))
    found = [r for r in crosswalk.relations if name in {"", *_names(r.left), *_names(r.right)}]
    yield crosswalk.basis.of(language)
    topic = ""
    for relation in found:
        if relation.topic != topic:
            topic = relation.topic
            note = f"  {relation.note.of(language)}" if relation.note else ""
            yield from ("", f"{relation.about.of(language)} ({topic})", *([note] if note else []))
        yield "  " + _line(relation if name in {"", *_names(relation.left)} else relation.turned, language)
    yield ""
    yield f"{len(found)} relations"


def _names(ask: Ask) -> tuple[str, str, str]:
    return ask.id, ask.standard.id, ask.clause.id


def _line(relation: Relation, language: Language) -> str:
    from friendly_city.labels import label

    return f"{_side(relation.left, language)}  {label('relation', relation.kind).of(language)}  {_side(relation.right, language)}"


def _side(ask: Ask, language: Language) -> str:
    figure = f" [{ask.figure.shown(language)}]" if ask.figure else ""
    return f"{ask.id}{figure} ({ask.standard.name.of(language)})"


def _placed(name: str, axis_name: str, language: Language, catalogue: str) -> Iterator[str]:
    from friendly_city.standards.axes import load_axis
    from friendly_city.standards.load import load_checklist, load_standard, own_standards, standard_names

    axis, own = load_axis(axis_name), own_standards(catalogue)
    if name in own or name in standard_names():
        standard = load_standard(own.get(name, name))
        pairs = [(criterion, standard.id) for criterion in standard.criteria]
    else:
        pairs = [(item.criterion, item.standard.id) for item in load_checklist(name, catalogue=catalogue).items]
    yield f"{axis.title.of(language)}"
    yield axis.basis.of(language)
    placed = {criterion.id: axis.place(criterion, standard_id) for criterion, standard_id in pairs}
    yield from _groups(axis, placed, {criterion.id: criterion.title.of(language) for criterion, _ in pairs}, language)


def _groups(axis: Axis, placed: dict[str, str], titles: dict[str, str], language: Language) -> Iterator[str]:
    for group in axis.groups_of(placed.values()):
        names = [name for name, place in placed.items() if place == group.id]
        yield from ("", f"{group.title.of(language)}  {len(names)}")
        yield from (f"  {name}  {titles[name]}" for name in names)
