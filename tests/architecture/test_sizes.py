"""Small modules, small functions, plain names."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODULES = sorted((ROOT / "friendly_city").rglob("*.py"))
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
FORBIDDEN_NAMES = ("utils", "helpers", "manager", "common", "misc")
NAMED_BY_OTHERS = {"get_msg"}
"""What nbclient calls on a kernel's channel."""
FORBIDDEN_VERBS = ("get_", "do_", "process_")


def functions(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [node for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]


def body_lines(node):
    first = node.body[0]
    documented = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)
    body = node.body[1:] if documented else node.body
    return body[-1].end_lineno - body[0].lineno + 1 if body else 0


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_has_at_most_400_lines(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_function_body_has_at_most_60_lines(path):
    long = {node.name: body_lines(node) for node in functions(path) if body_lines(node) > 60}
    assert not long


def test_the_median_function_body_is_about_ten_lines():
    lengths = sorted(body_lines(node) for path in MODULES for node in functions(path))
    assert lengths[len(lengths) // 2] <= 10


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_names_say_what_they_are(path):
    assert path.stem not in FORBIDDEN_NAMES
    named = [node.name for node in functions(path) if node.name not in NAMED_BY_OTHERS]
    verbs = [name for name in named if name.lstrip("_").startswith(FORBIDDEN_VERBS)]
    assert not verbs


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_public_things_have_docstrings(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree), "module docstring"
    public = [node for node in tree.body if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_")]
    assert not [node.name for node in public if not ast.get_docstring(node)]


def test_there_are_notebooks():
    assert {path.name for path in NOTEBOOKS} >= {"start.ipynb", "audit_community.ipynb", "district_overview.ipynb"}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_a_notebook_is_thin_and_committed_without_outputs(path):
    book = json.loads(path.read_text(encoding="utf-8"))
    assert len(book["cells"]) <= 25
    assert book["metadata"]["kernelspec"]["name"] == "python3"
    for cell in book["cells"]:
        source = "".join(cell["source"])
        parameters = "parameters" in cell["metadata"].get("tags", [])  # declarations only, see the test after this one
        assert len(source.splitlines()) <= (16 if parameters else 10), source
        if cell["cell_type"] == "code":
            assert cell["outputs"] == []
            assert cell["execution_count"] is None
            nodes = list(ast.walk(ast.parse(source)))
            assert not [node for node in nodes if isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.For, ast.While))]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_a_notebook_has_one_commented_parameters_cell(path):
    book = json.loads(path.read_text(encoding="utf-8"))
    code = [cell for cell in book["cells"] if cell["cell_type"] == "code"]
    tagged = [cell for cell in code if "parameters" in cell["metadata"].get("tags", [])]
    assert tagged == code[:1]
    tree = ast.parse("".join(tagged[0]["source"]))
    assert all(isinstance(node, ast.AnnAssign) and isinstance(node.value, (ast.Constant, ast.List)) for node in tree.body)
    assert all("#" in line for line in "".join(tagged[0]["source"]).splitlines() if line.strip())
