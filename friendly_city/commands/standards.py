"""Commands that look at standards and checklists."""

from __future__ import annotations

import click

from friendly_city.commands.explained import UNREADABLE as UNFIT
from friendly_city.commands.explained import catalogue_option, explained


@click.group()
def standards() -> None:
    """Look at the standards and checklists."""


@standards.command("list", short_help="List the standards and checklists of the package.")
@catalogue_option
@explained
def standards_list(catalogue: str) -> int:
    """List the standards and checklists that come with the package, and the standards of a folder of one's own.

    Example: friendly-city standards list
    """
    from friendly_city.standards.load import checklist_names, load_checklist, load_standard, own_standards, standard_names

    own = own_standards(catalogue)
    for name in sorted({*own, *standard_names()}):
        click.echo(f"standard   {name}  {load_standard(own.get(name, name))!r}")
    for name in checklist_names():
        click.echo(f"checklist  {name}  {load_checklist(name, catalogue=catalogue)!r}")
    return 0


@standards.command("check", short_help="Check a checklist or standard file.")
@click.argument("file")
@click.option("--strict", is_flag=True, help="Exit 3 also for warnings.")
@catalogue_option
@explained
def standards_check(file: str, catalogue: str, *, strict: bool) -> int:
    """Check a checklist or standard FILE (or one of the package by name); exit 3 with every problem as file:line:column.

    What is allowed but probably not meant is a warning: it is printed, and ends with 3 only with --strict.

    Example: friendly-city standards check friendly_city/standards/checklists/community.yaml
    """
    from friendly_city.audit.measures.written import check_document
    from friendly_city.standards.lint import lint
    from friendly_city.standards.load import document_bytes, load_named, own_standards

    file = str(own_standards(catalogue).get(file, file))
    written = file.endswith((".yaml", ".yml"))
    document = check_document(file, catalogue=catalogue) if written else load_named(file, catalogue=catalogue)
    click.echo(repr(document))
    name, raw = document_bytes(file)
    warnings = lint(raw, name, document)
    for warning in warnings:
        click.echo(f"warning: {warning}", err=True)
    return UNFIT if warnings and strict else 0
