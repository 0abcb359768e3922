"""Whether a standard, as it is written, names registers, fields, values and items of the data dictionary.

Works on the tree of the file, so that each slip has its line and column; what the names mean is checked in `check`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from friendly_city.audit.measures.check import require_measurable
from friendly_city.audit.measures.fields import registers
from friendly_city.city.dictionary import dictionary
from friendly_city.errors import InvalidStandard
from friendly_city.standards.complaints import Complaints
from friendly_city.standards.load import load_document, own_standards, whole
from friendly_city.standards.model import SUBJECTS_AT, Checklist, SubjectKind
from friendly_city.standards.reader import Node, read_nodes

if TYPE_CHECKING:
    from friendly_city.city.dictionary import Field
    from friendly_city.errors import Problem
    from friendly_city.standards.model import Standard

READS = {"size": "facilities", "access": "facilities", "density": "streets", "response": "inspections", "indicator": "indicators"}
"""Register of the kinds of requirement that need not name one."""
ITEMS = {"documents": "item", "inspections": "item", "indicators": "code"}
"""Column with the code of what a row is about."""


def require_written(checklist: Checklist, *, catalogue: str | Path | None = None) -> None:
    """Raise when a checklist's standards, as far as they come from a folder of one's own, name what is not known.

    Raises
    ------
    InvalidStandard
        With every problem, each with file, line and column.
    """
    own = own_standards(catalogue)
    files = [own[standard.id] for standard in checklist.standards if standard.id in own]
    problems = [problem for path in files for problem in check_written(path.read_bytes(), str(path))]
    if problems:
        raise InvalidStandard(problems)


def check_document(file: str | Path, *, catalogue: str | Path | None = None) -> Standard | Checklist:
    """Return the standard or checklist of a file, checked in form, meaning and against the data dictionary.

    Raises
    ------
    InvalidStandard
        With every problem.
    """
    document = load_document(file, catalogue=catalogue)
    if isinstance(document, Checklist):
        require_written(document, catalogue=catalogue)
        if document.base and (local := check_written(Path(file).read_bytes(), str(file))):
            raise InvalidStandard(local)
        require_measurable(document)
        return document
    problems = check_written(Path(file).read_bytes(), str(file))
    if problems:
        raise InvalidStandard(problems)
    if any(criterion.subject in SUBJECTS_AT[SubjectKind.COMMUNITY] for criterion in document.criteria):
        require_measurable(whole(document))
    return document


def check_written(raw: bytes, file: str) -> tuple[Problem, ...]:
    """Return every name in the criteria of a standard that the data dictionary does not know.

    Parameters
    ----------
    raw : bytes
        The YAML file of a standard, or of a tailored checklist with criteria of its own, that has been loaded without a problem.
    file : str
        Its name in messages.
    """
    tree, complaints = read_nodes(raw, file), Complaints(file)
    own = tuple(node.text for node in tree.mapping["items"].items) if "items" in tree.mapping else ()
    for criterion in tree.mapping["criteria"].items if "criteria" in tree.mapping else ():
        if "applies_to" in criterion.mapping:
            _check_filter(criterion.mapping["applies_to"], "communities", complaints)
        _check_requirement(criterion.mapping["requirement"], own, complaints)
    return tuple(complaints.sorted())


def _check_requirement(asked: Node, own: tuple[str, ...], complaints: Complaints) -> None:
    parts, kind = asked.mapping, asked.mapping["kind"].text
    register = READS.get(kind) or (parts["register"].text if "register" in parts else "")
    for name in ("item", "code"):
        if name in parts:
            known = (*_field(register, ITEMS[register]).known, *own)
            if parts[name].text not in known:
                complaints.unknown(parts[name], f"item of {register}", known)
    _check_part(asked, "facilities" if kind == "attest" else register, complaints)
    for side in ("numerator", "denominator"):
        if side in parts:
            inner = parts[side].mapping
            _check_part(parts[side], inner["register"].text if "register" in inner else "", complaints)
    threshold = parts.get("threshold")
    by = threshold.mapping.get("by") if threshold is not None else None
    if by is not None and by.text != "population":
        _check_name(by, "facilities", complaints)


def _check_part(node: Node, register: str, complaints: Complaints) -> None:
    """Note what is not known in a mapping with `register`, `field`, `distinct`, `where`, `having`."""
    parts = node.mapping
    if register and register not in registers():
        complaints.unknown(parts["register"], "register", registers())
        return
    for name in ("field", "distinct"):
        if name in parts and register:
            _check_name(parts[name], register, complaints)
    for name in ("where", "having"):
        if name in parts and register:
            _check_filter(parts[name], register, complaints)


def _check_name(node: Node, register: str, complaints: Complaints) -> None:
    if node.text not in registers()[register]:
        complaints.unknown(node, f"field of {register}", registers()[register])


def _check_filter(where: Node, register: str, complaints: Complaints) -> None:
    for name, wanted in where.mapping.items():
        if name not in registers()[register]:
            line, column = where.keys[name]
            key = Node(name, line, column, f"{where.path}.{name}")
            complaints.unknown(key, f"field of {register}", registers()[register])
            continue
        field = _field(register, name)
        known = ("true", "false") if field.type == "boolean" else field.enum or field.known
        for value in wanted.items if isinstance(wanted.value, tuple) else (wanted,) if isinstance(wanted.value, str) else ():
            if known and value.text not in known:
                complaints.unknown(value, f"value of {register}.{name}", known)


def _field(register: str, name: str) -> Field:
    words = dictionary()
    table = words.layers[register] if register in words.layers else words.registers[register]
    return next(field for field in table.fields if field.name == name)
