"""Fixtures of the city room: a tiny city to spoil, and the problems found in a spoilt one."""

from __future__ import annotations

import pytest

from friendly_city.city.dictionary import dictionary
from friendly_city.city.load import load_city
from friendly_city.errors import InvalidCity
from tests.factories import write_city


@pytest.fixture
def folder(tmp_path):
    """A valid tiny city that a test may spoil."""
    return write_city(tmp_path / "city")


@pytest.fixture
def tiny(folder):
    return load_city(folder)


@pytest.fixture
def problems_of(tmp_path):
    """Return what is told about a city written with changes, as text, one problem each.

    Optional registers and layers that are not changed are left out: they take time to read.
    """

    def told(*, settings=None, **changes):
        left_out = {item.name: None for item in dictionary().items() if not item.required}
        return problems_in(write_city(tmp_path / "spoilt", settings=settings, **left_out | changes))

    return told


def problems_in(folder):
    """Return the problems of a folder as text; a city that loads is a failure."""
    with pytest.raises(InvalidCity) as caught:
        load_city(folder)
    assert caught.value.exit_code == 3
    return [str(problem) for problem in caught.value.problems]
