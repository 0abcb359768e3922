"""Commands that bring standards and checklists out of the package and back: workbook, JSON catalogue, YAML, schema."""

from __future__ import annotations

from pathlib import Path

import click

from friendly_city.commands.explained import catalogue_option, explained
from friendly_city.commands.standards import standards
from friendly_city.errors import InvalidParameters


@standards.command("export", short_help="Write a standard or checklist in another form.")
@click.argument("name")
@click.option("--to", "form", type=click.Choice(["xlsx", "oscal", "yaml"]), required=True, help="oscal: a JSON catalogue.")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="File to write.")
@catalogue_option
@explained
def standards_export(name: str, form: str, out: Path, catalogue: str) -> int:
    """Write the standard or checklist NAME (or a YAML file) in another form.

    Example: friendly-city standards export london-plan-s4 --to xlsx --out london.xlsx
    """
    from friendly_city.standards.exchange import document_of, export_document

    export_document(document_of(name, catalogue=catalogue), form, out)
    click.echo(str(out))
    return 0


@standards.command("import", short_help="Read a standard or checklist from another form.")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--out", required=True, type=click.Path(path_type=Path), help="YAML file to write.")
@catalogue_option
@explained
def standards_import(file: Path, out: Path, catalogue: str) -> int:
    """Write the workbook or JSON catalogue FILE, as it was exported and maybe edited, as YAML.

    Exit 3 with every problem: of a workbook by sheet, row and column, of JSON by line and column; then nothing is written.

    Example: friendly-city standards import london.xlsx --out london.yaml
    """
    from friendly_city.standards.exchange import import_document, write_whole
    from friendly_city.standards.write import yaml_text

    if out.suffix not in (".yaml", ".yml"):
        raise InvalidParameters(f"--out {out}: a .yaml file is expected")
    write_whole(out, yaml_text(import_document(file, catalogue=catalogue)))
    click.echo(str(out))
    return 0


@standards.command("schema", short_help="Write the JSON Schemas, by which editors check YAML.")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Folder for the files.")
@explained
def standards_schema(out: Path) -> int:
    """Write the JSON Schemas of standards and checklists, by which an editor completes and checks YAML.

    An editor takes one by a first line such as  # yaml-language-server: $schema=schema/standard.json

    Example: friendly-city standards schema --out schema
    """
    from friendly_city.standards.schema import write_schemas

    for path in write_schemas(out):
        click.echo(str(path))
    return 0
