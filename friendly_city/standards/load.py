"""Loading standards and checklists: from the catalogue of the package by name, or from a YAML file by path."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from friendly_city.errors import InvalidStandard, Problem, UnknownName, shorten
from friendly_city.standards.checklist import Find, checklist_from
from friendly_city.standards.complaints import Complaints
from friendly_city.standards.model import Checklist, Standard
from friendly_city.standards.reader import MAX_BYTES, Node, read_nodes
from friendly_city.standards.standard import standard_from
from friendly_city.standards.tailoring import tailored_from
from friendly_city.standards.whole import whole

__all__ = ["checklist_names", "load_checklist", "load_document", "load_standard", "own_standards", "standard_names", "whole"]

CATALOGUE, CHECKLISTS = "catalogue", "checklists"
SUFFIXES = (".yaml", ".yml")


def standard_names() -> tuple[str, ...]:
    """Return the names of the standards in the catalogue, sorted.

    Examples
    --------
    >>> "db4403-t-236-2022" in standard_names()
    True
    """
    return names_in(CATALOGUE)


def checklist_names() -> tuple[str, ...]:
    """Return the names of the checklists of the package, sorted.

    Examples
    --------
    >>> "community" in checklist_names()
    True
    """
    return names_in(CHECKLISTS)


def load_standard(name: str | Path) -> Standard:
    """Return a standard.

    Parameters
    ----------
    name : str or Path
        A name of the catalogue (see `standard_names`), or the path of a ``.yaml`` file.

    Raises
    ------
    UnknownName
        When there is no such standard or file.
    InvalidStandard
        With every problem of the file, each as ``file:line:column path: what, expected, nearest``.

    Examples
    --------
    >>> load_standard("db4403-t-236-2022").number
    'DB4403/T 236—2022'
    """
    return _standard(*read_document(name, CATALOGUE, "standard"))


def load_checklist(name: str | Path, *, catalogue: str | Path | None = None) -> Checklist:
    """Return a checklist with the criteria it selects from its standards; a standard named by its id is taken whole.

    Parameters
    ----------
    name : str or Path
        A name of `checklist_names`, the path of a ``.yaml`` file, or the id of a standard.
    catalogue : str or Path, optional
        A folder with further standards, one ``<id>.yaml`` each; they win over the package's own.

    Raises
    ------
    UnknownName
        When there is no such checklist, file or folder.
    InvalidStandard
        With every problem of the file and of the standards it names.

    Examples
    --------
    >>> load_checklist("community").id
    'community'
    """
    return _checklist(name, own_standards(catalogue), ())


def _checklist(name: str | Path, own: dict[str, Path], above: tuple[str, ...]) -> Checklist:
    """Return a checklist; `above` are those that are made from it."""
    standards = (*own, *standard_names())
    if not str(name).endswith(SUFFIXES) and name not in checklist_names():
        if name in standards:
            return whole(load_standard(own.get(str(name), name)))
        raise UnknownName("checklist", name, (*checklist_names(), *standards))
    file, raw = read_document(name, CHECKLISTS, "checklist")
    complaints = Complaints(file)
    broken: list[InvalidStandard] = []
    find = finder(own, broken)

    def find_base(node: Node, noted: Complaints) -> Checklist | None:
        try:
            return _base(node, noted, Path(file), own, above)
        except InvalidStandard as err:
            broken.append(err)
            return None

    tree = read_nodes(raw, file)
    if "base" in tree.mapping:
        checklist = tailored_from(tree, complaints, find=find, find_base=find_base)
    else:
        checklist = checklist_from(tree, complaints, find=find)
    if broken:
        raise InvalidStandard([*complaints.sorted(), *(problem for err in broken for problem in err.problems)])
    complaints.require_none()
    if checklist is None:
        raise AssertionError(f"{file}: no checklist and no problem")
    return checklist


def _base(node: Node, noted: Complaints, file: Path, own: dict[str, Path], above: tuple[str, ...]) -> Checklist | None:
    """Return the checklist a node names: one of the package, a standard audited whole, or a file beside this one."""
    path = file.parent / node.text
    name: str | Path = path if node.text.endswith(SUFFIXES) else node.text
    trail = (*above, str(file.resolve()))
    if str(path.resolve()) in trail:
        noted.at(node, f"{node.shown} is made from this very checklist", expected="a checklist that is not")
        return None
    try:
        return _checklist(name, own, trail)
    except UnknownName as err:
        noted.unknown(node, "checklist", err.known)
        return None


def names_in(folder: str) -> tuple[str, ...]:
    """Return the names of the YAML files in a folder of this room, sorted."""
    found = files("friendly_city.standards").joinpath(folder).iterdir()
    return tuple(sorted(path.name.removesuffix(".yaml") for path in found if path.name.endswith(".yaml")))


def own_standards(catalogue: str | Path | None) -> dict[str, Path]:
    """Return the standards of a folder by name; files that are checklists are left out.

    Raises
    ------
    UnknownName
        When there is no such folder.
    """
    if not catalogue:
        return {}
    folder = Path(catalogue)
    if not folder.is_dir():
        raise UnknownName("folder of standards", str(catalogue), ())
    return {path.stem: path for path in sorted(folder.glob("*.yaml")) if kind_of_document(path) != "checklist"}


def kind_of_document(path: Path) -> str:
    """Return what a YAML file is by its keys at the top: ``standard``, ``checklist``, or '' for neither (or no YAML)."""
    try:
        keys = read_nodes(_bytes(path, "standard or checklist"), str(path)).mapping
    except InvalidStandard:
        return ""
    if "select" in keys or "standards" in keys or "base" in keys:
        return "checklist"
    return "standard" if "clauses" in keys or "criteria" in keys else ""


def load_named(name: str | Path, *, catalogue: str | Path | None = None) -> Standard | Checklist:
    """Return a standard or a checklist by name, of the package or of a folder of one's own, or by the path of its file.

    Raises
    ------
    UnknownName
        When there is no such standard, checklist or file.
    InvalidStandard
        With every problem.
    """
    if str(name).endswith(SUFFIXES):
        return load_document(name, catalogue=catalogue)
    if str(name) in checklist_names():
        return load_checklist(name, catalogue=catalogue)
    own = own_standards(catalogue)
    known = (*own, *standard_names())
    if str(name) not in known:
        raise UnknownName("standard or checklist", str(name), (*known, *checklist_names()))
    return load_standard(own.get(str(name), name))


def load_document(file: str | Path, *, catalogue: str | Path | None = None) -> Standard | Checklist:
    """Return what a YAML file holds, a standard or a checklist.

    Raises
    ------
    UnknownName
        When there is no such file.
    InvalidStandard
        With every problem of the file; also when it is neither.
    """
    raw = _bytes(Path(file), "standard or checklist")
    kind = kind_of_document(Path(file))
    if kind:
        return load_checklist(file, catalogue=catalogue) if kind == "checklist" else load_standard(file)
    tree = read_nodes(raw, str(file))
    keys = ", ".join(shorten(key) for key in tree.mapping) or "no keys"
    expected = "a standard with clauses and criteria, or a checklist with standards and select"
    problem = Problem(str(file), tree.line, tree.column, "", f"neither a standard nor a checklist: it has {keys}", expected)
    raise InvalidStandard([problem])


def finder(own: dict[str, Path], broken: list[InvalidStandard]) -> Find:
    """Return what finds the standards a checklist names; the problems of those that are broken are added to `broken`.

    Parameters
    ----------
    own : dict of str to Path
        Standards of one's own, from `own_standards`.
    broken : list of InvalidStandard
        Filled while standards are found.
    """

    def find(node: Node, noted: Complaints) -> Standard | None:
        try:
            return _find(node, noted, own)
        except InvalidStandard as err:
            broken.append(err)
            return None

    return find


def document_bytes(name: str | Path) -> tuple[str, bytes]:
    """Return the name used in messages and the bytes of a checklist or standard, by name or path.

    Raises
    ------
    UnknownName
        When there is no such name or file.
    """
    if str(name).endswith(SUFFIXES) or name in checklist_names():
        return read_document(name, CHECKLISTS, "checklist or standard")
    if name in standard_names():
        return read_document(name, CATALOGUE, "standard")
    raise UnknownName("standard or checklist", str(name), (*standard_names(), *checklist_names()))


def _find(node: Node, complaints: Complaints, own: dict[str, Path]) -> Standard | None:
    """Return the standard a node names, from a folder's own or the catalogue; note it when there is none."""
    known = (*own, *standard_names())
    if node.text not in known:
        complaints.unknown(node, "standard", known)
        return None
    standard = load_standard(own.get(node.text, node.text))
    if standard.id != node.text:
        complaints.at(node, f"the file of {node.shown} has id {standard.id!r}", expected="file and id of one name")
    return standard


def read_document(name: str | Path, folder: str, kind: str) -> tuple[str, bytes]:
    """Return the name used in messages and the bytes of a file given by name or path."""
    if str(name).endswith(SUFFIXES):
        return str(name), _bytes(Path(name), kind)
    known = names_in(folder)
    if name not in known:
        raise UnknownName(kind, name, known)
    return f"{folder}/{name}.yaml", files("friendly_city.standards").joinpath(folder, f"{name}.yaml").read_bytes()


def _bytes(path: Path, kind: str) -> bytes:
    """Return the bytes of a file, and no more of them than show that it is too large."""
    if not path.is_file():
        beside = sorted(str(other) for other in path.parent.glob("*.y*ml")) if path.parent.is_dir() else []
        raise UnknownName(f"{kind} file", str(path), beside)
    try:
        with path.open("rb") as stream:
            return stream.read(MAX_BYTES + 1)
    except OSError as err:
        problem = Problem(str(path), None, None, "", f"cannot be read: {err.strerror}", "a readable file")
        raise InvalidStandard([problem]) from err


@lru_cache(maxsize=128)
def _standard(file: str, raw: bytes) -> Standard:
    complaints = Complaints(file)
    standard = standard_from(read_nodes(raw, file), complaints)
    complaints.require_none()
    if standard is None:
        raise AssertionError(f"{file}: no standard and no problem")
    return standard
