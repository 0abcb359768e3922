"""Parameters are checked against the notebook before anything runs.

papermill itself only logs an unknown parameter and goes on, and passes a number where text is meant.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from friendly_city.errors import InvalidParameters, nearest, shorten

if TYPE_CHECKING:
    import ast

READ: dict[str, Callable[[str], Any]] = {
    "int": int,
    "float": float,
    "bool": {"true": True, "false": False}.__getitem__,
    "list": lambda text: text.split("+") if text else [],
}
"""How a value given as text becomes one of its type."""
TYPES: dict[str, type | tuple[type, ...]] = {"str": str, "int": int, "float": (int, float), "bool": bool, "list": list}


def find_notebook(name: str) -> Path:
    """Return the path of a notebook given by path or by its name in a `notebooks` folder.

    Looked for: `name` itself; ``notebooks/<name>.ipynb`` in the current folder and its parents; beside the package.

    Raises
    ------
    InvalidParameters
        When there is none.
    """
    given = Path(name)
    if given.suffix == ".ipynb":
        if given.is_file():
            return given
        raise InvalidParameters(f"no notebook at {name}")
    package = Path(__file__).parents[2]
    for folder in (Path.cwd(), *Path.cwd().parents, package):
        path = folder / "notebooks" / f"{name}.ipynb"
        if path.is_file():
            return path
    raise InvalidParameters(f"no notebooks/{name}.ipynb in this folder, above it, or beside the package; give --notebook")


def declared_parameters(notebook: Path) -> dict[str, str]:
    """Return the parameters a notebook declares, each with the name of its type ('' where it is not annotated)."""
    import ast

    return {name: ast.unparse(statement.annotation) for name, statement in _declarations(notebook).items()}


def default_parameters(notebook: Path) -> dict[str, Any]:
    """Return the parameters a notebook declares with their defaults; None where that is no plain value."""
    import ast

    found: dict[str, Any] = {}
    for name, statement in _declarations(notebook).items():
        try:
            found[name] = None if statement.value is None else ast.literal_eval(statement.value)
        except ValueError:
            found[name] = None
    return found


def _declarations(notebook: Path) -> dict[str, ast.AnnAssign]:
    """Return the annotated assignments of the cell tagged ``parameters``, by name."""
    import ast

    book = json.loads(notebook.read_text(encoding="utf-8"))
    for cell in book["cells"]:
        if "parameters" in cell.get("metadata", {}).get("tags", []):
            tree = ast.parse("".join(cell["source"]))
            return {
                node.target.id: node
                for node in tree.body
                if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
            }
    raise InvalidParameters(f"{notebook.name} has no cell tagged 'parameters'")


def typed(notebook: Path, given: Mapping[str, str]) -> dict[str, Any]:
    """Return values given as text in the types a notebook declares.

    Lists are written ``a+b``. A name the notebook does not have stays text: `check_parameters` tells it.

    Raises
    ------
    InvalidParameters
        When a text cannot be of its type.
    """
    declared = declared_parameters(notebook)
    return {name: _read(notebook, name, declared.get(name, "str"), text) for name, text in given.items()}


def _read(notebook: Path, name: str, kind: str, text: str) -> Any:
    if kind not in READ:
        return text
    try:
        return READ[kind](text)
    except (ValueError, KeyError):
        raise InvalidParameters(f"{notebook.name}: {name} must be {kind}, not {shorten(repr(text))}") from None


def check_parameters(notebook: Path, parameters: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what is wrong with parameters for a notebook: unknown names and values of another type."""
    declared = declared_parameters(notebook)
    wrong = []
    for name, value in parameters.items():
        if name not in declared:
            guess = nearest(name, declared)
            hint = f"; did you mean {guess!r}?" if guess else ""
            wrong.append(f"{notebook.name} has no parameter {name!r}{hint} (it has: {', '.join(declared)})")
            continue
        wanted = TYPES.get(declared[name])
        fits = wanted is None or (isinstance(value, wanted) and (wanted is bool or not isinstance(value, bool)))
        if not fits:
            wrong.append(f"{notebook.name}: {name} must be {declared[name]}, not {type(value).__name__} {shorten(repr(value))}")
    return tuple(wrong)


def require_parameters(notebook: Path, parameters: Mapping[str, Any]) -> None:
    """Raise when parameters do not fit a notebook.

    Raises
    ------
    InvalidParameters
        With everything that is wrong.
    """
    wrong = check_parameters(notebook, parameters)
    if wrong:
        raise InvalidParameters("\n".join(wrong))
