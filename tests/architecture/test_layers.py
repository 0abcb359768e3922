"""The rooms: imports run one way, and some libraries live in one room only."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "friendly_city"
ROOMS_BELOW = {
    "errors": set(),
    "units": {"errors"},
    "labels": {"errors", "units"},
    "prepared": set(),
    "standards": {"errors", "units", "labels"},
    "city": {"errors", "units", "labels", "prepared"},
    "access": {"errors", "units", "labels", "standards", "city"},
    "audit": {"errors", "units", "labels", "standards", "city", "access", "prepared"},
    "report": {"errors", "units", "labels", "standards", "city", "access", "audit"},
    "batch": {"errors", "units", "labels", "standards", "city", "access", "audit", "report", "prepared"},
    "commands": {"errors", "units", "labels", "standards", "city", "access", "audit", "report", "batch"},
    "cli": {"errors", "units", "labels", "standards", "city", "access", "audit", "report", "batch", "commands"},
}
ONLY_IN = {
    "matplotlib": {"report"},
    "nbconvert": {"report", "batch"},
    "nbclient": {"report", "batch"},
    "papermill": {"batch"},
    "click": {"cli", "commands"},
    "pydantic": {"standards"},
    "pandera": {"city"},
    "xlsxwriter": {"batch", "standards", "city"},
    "openpyxl": {"city"},
    "sqlalchemy": {"city"},
    "geoalchemy2": {"city"},
    "psycopg": {"city"},
    "tqdm": {"batch"},
    "dask": {"batch"},
    "distributed": {"batch"},
    "fsspec": {"batch"},
    "pyrosm": {"city"},
}
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py")


def imported(path: Path) -> set[str]:
    """Every module name a file imports, at its top or inside functions, type checking included."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            names.add(node.module or "")
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).with_suffix("").parts[0]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_run_one_way(path):
    room = room_of(path)
    allowed = ROOMS_BELOW[room] | {room}
    ours = {name.split(".")[1] for name in imported(path) if name.startswith("friendly_city.")}
    ours &= set(ROOMS_BELOW)
    assert ours <= allowed, f"{path.name} in room {room} imports {ours - allowed}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_heavy_libraries_stay_in_their_rooms(path):
    used = {name.split(".")[0] for name in imported(path)}
    for library, rooms in ONLY_IN.items():
        if library in used:
            assert room_of(path) in rooms, f"{library} in {path.relative_to(PACKAGE)}"


def test_every_room_is_known():
    rooms = {room_of(path) for path in MODULES}
    assert rooms <= set(ROOMS_BELOW), f"new room without a place in the order: {rooms - set(ROOMS_BELOW)}"


def test_pydantic_is_used_in_one_module_only():
    users = [path for path in MODULES if "pydantic" in {name.split(".")[0] for name in imported(path)}]
    assert len(users) == 1, users
