"""Parameters are checked against the notebook before anything runs."""

from __future__ import annotations

import nbformat
import pytest

from friendly_city.batch.parameters import check_parameters, declared_parameters, find_notebook, require_parameters
from friendly_city.errors import InvalidParameters


@pytest.fixture
def notebook(tmp_path):
    book = nbformat.v4.new_notebook()
    source = 'community: str = "1"  # code\nyear: int = 2022  # year\nshare: float = 0.5  # share\nopen: bool = True  # open\nloose = 1  # no type'
    book.cells = [nbformat.v4.new_code_cell(source, metadata={"tags": ["parameters"]})]
    path = tmp_path / "x.ipynb"
    nbformat.write(book, path)
    return path


def test_declared_parameters_are_those_with_a_type(notebook):
    assert declared_parameters(notebook) == {"community": "str", "year": "int", "share": "float", "open": "bool"}


def test_right_parameters_pass(notebook):
    assert check_parameters(notebook, {"community": "0440", "year": 1, "share": 1, "open": False}) == ()


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"comunity": "1"}, "x.ipynb has no parameter 'comunity'; did you mean 'community'?"),
        ({"community": 440304002001}, "x.ipynb: community must be str, not int 440304002001"),
        ({"year": "2022"}, "x.ipynb: year must be int, not str '2022'"),
        ({"year": True}, "x.ipynb: year must be int, not bool True"),
        ({"open": 1}, "x.ipynb: open must be bool, not int 1"),
    ],
)
def test_a_wrong_parameter_is_refused_by_name(notebook, parameters, message):
    with pytest.raises(InvalidParameters, match=message.replace("?", r"\?")):
        require_parameters(notebook, parameters)


def test_every_wrong_parameter_is_told_at_once(notebook):
    assert len(check_parameters(notebook, {"x": 1, "y": 2, "year": "z"})) == 3


def test_a_notebook_without_parameters_cell_is_refused(tmp_path):
    nbformat.write(nbformat.v4.new_notebook(), tmp_path / "x.ipynb")
    with pytest.raises(InvalidParameters, match="no cell tagged 'parameters'"):
        declared_parameters(tmp_path / "x.ipynb")


def test_a_notebook_is_found_above_the_current_folder(tmp_path, monkeypatch):
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks" / "mine.ipynb").write_text("{}")
    (tmp_path / "deep" / "er").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "deep" / "er")
    assert find_notebook("mine") == tmp_path / "notebooks" / "mine.ipynb"


def test_a_notebook_that_is_nowhere_is_refused():
    with pytest.raises(InvalidParameters, match=r"no notebooks/nothing\.ipynb"):
        find_notebook("nothing")
