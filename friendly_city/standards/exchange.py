"""Standards and checklists out to other forms and back: YAML, workbooks, JSON catalogues.

All go through one tree, so the checks and messages are those of a YAML file, whatever the form. What is read back is written as
YAML only when it says the same as what was read.
"""

from __future__ import annotations

from pathlib import Path

from friendly_city.errors import InvalidParameters, InvalidStandard, UnknownName
from friendly_city.standards.build import build
from friendly_city.standards.checklist import ChecklistFile, checklist_from
from friendly_city.standards.complaints import Complaints
from friendly_city.standards.json_reader import MAX_BYTES, read_json
from friendly_city.standards.load import document_bytes, finder, load_checklist, load_standard, own_standards, standard_names
from friendly_city.standards.model import Standard
from friendly_city.standards.oscal import oscal_text
from friendly_city.standards.oscal_reading import tree_from_oscal
from friendly_city.standards.reader import Node, read_nodes
from friendly_city.standards.sheet_reading import read_workbook
from friendly_city.standards.sheets import write_workbook
from friendly_city.standards.standard import standard_from
from friendly_city.standards.write import yaml_text

FORMS = ("yaml", "xlsx", "oscal")
"""Forms a document can be written in."""
Document = Standard | ChecklistFile


def document_of(name: str | Path, *, catalogue: str | Path | None = None) -> Document:
    """Return a standard, or a checklist as its file says it, by name or path, once it has passed every check.

    Raises
    ------
    UnknownName
        When there is no such standard, checklist or file.
    InvalidStandard
        With every problem.

    Examples
    --------
    >>> type(document_of("community")).__name__
    'ChecklistFile'
    """
    own = own_standards(catalogue)
    if str(name) in own or str(name) in standard_names():
        return load_standard(own.get(str(name), name))
    file, raw = document_bytes(name)
    tree = read_nodes(raw, file)
    if "select" not in tree.mapping:
        return load_standard(name)
    load_checklist(name, catalogue=catalogue)
    return _checklist_file(tree, Complaints(file))


def export_document(document: Document, form: str, path: Path) -> None:
    """Write a document in one of `FORMS`, whole or not at all.

    Raises
    ------
    InvalidParameters
        For a form that is not known or cannot hold the document.
    """
    if form not in FORMS:
        raise InvalidParameters(f"no form {form!r}; there are {', '.join(FORMS)}")
    if form == "xlsx":
        write_workbook(document, path)
    elif form == "yaml":
        write_whole(path, yaml_text(document))
    elif isinstance(document, Standard):
        write_whole(path, oscal_text(document))
    else:
        raise InvalidParameters(f"{document.id!r} is a checklist; a catalogue holds a standard: export it as xlsx or yaml")


def import_document(path: Path, *, catalogue: str | Path | None = None) -> Document:
    """Return what a workbook or a JSON catalogue holds, with every check that a YAML file has to pass.

    Parameters
    ----------
    path : Path
        An ``.xlsx`` or ``.json`` file.
    catalogue : str or Path, optional
        A folder with standards of one's own, from which a checklist may select.

    Raises
    ------
    UnknownName
        When there is no such file.
    InvalidParameters
        When it is neither by its name.
    InvalidStandard
        With every problem: of a workbook by sheet, row and column, of JSON by line and column.
    """
    if path.suffix.lower() not in (".xlsx", ".json"):
        raise InvalidParameters(f"{path}: an .xlsx workbook or an OSCAL catalogue as .json is expected")
    if not path.is_file():
        raise UnknownName("file", str(path), sorted(str(other) for other in path.parent.glob(f"*{path.suffix}")))
    if path.suffix.lower() == ".xlsx":
        kind, tree, complaints = read_workbook(path)
        document = _checked(tree, complaints, catalogue) if kind is ChecklistFile else _standard(tree, complaints)
    else:
        with path.open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
        complaints_of_json = Complaints(str(path))
        document = _standard(tree_from_oscal(read_json(raw, str(path)), complaints_of_json), complaints_of_json)
    _require_same(document, str(path))
    return document


def write_whole(path: Path, text: str) -> None:
    """Write a text file, whole or not at all."""
    temporary = path.with_name(f".{path.name}.part")
    try:
        temporary.write_text(text, encoding="utf-8", newline="\n")
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _standard(tree: Node, complaints: Complaints) -> Standard:
    standard = standard_from(tree, complaints)
    complaints.require_none()
    if standard is None:
        raise AssertionError(f"{complaints.file}: no standard and no problem")
    return standard


def _checked(tree: Node, complaints: Complaints, catalogue: str | Path | None) -> ChecklistFile:
    """Return a checklist as its file says it, once its criteria have been found in the standards it names."""
    broken: list[InvalidStandard] = []
    checklist_from(tree, complaints, find=finder(own_standards(catalogue), broken))
    if broken:
        raise InvalidStandard([*complaints.sorted(), *(problem for err in broken for problem in err.problems)])
    return _checklist_file(tree, complaints)


def _checklist_file(tree: Node, complaints: Complaints) -> ChecklistFile:
    written = build(tree, ChecklistFile, complaints)
    complaints.require_none()
    if written is None:
        raise AssertionError(f"{complaints.file}: no checklist and no problem")
    return written


def _require_same(document: Document, file: str) -> None:
    """Raise when the document would not read back from YAML as it is, e.g. because the file would be too large."""
    complaints = Complaints(file)
    tree = read_nodes(yaml_text(document).encode(), file)
    again = standard_from(tree, complaints) if isinstance(document, Standard) else build(tree, ChecklistFile, complaints)
    if again != document:
        raise AssertionError(f"{file}: what would be written as YAML is not what was read")
