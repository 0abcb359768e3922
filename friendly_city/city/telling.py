"""How the problems of a city folder are told: in order, by the names of the files that are there, without personal data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from friendly_city.city import descriptor
from friendly_city.city.dictionary import GEOPACKAGE, PARQUET, SHAPEFILE
from friendly_city.city.personal import masked
from friendly_city.errors import Problem

FORMS = (PARQUET, GEOPACKAGE, SHAPEFILE)
"""Endings of files that a register or layer may be in instead of CSV and GeoJSON."""


def named_as_there(problems: Iterable[Problem], names: Mapping[str, str]) -> list[Problem]:
    """Return problems with the names of the files that are there, and without personal data that a faulty cell may hold.

    Parameters
    ----------
    problems : iterable of Problem
        With the names of the files as the dictionary has them.
    names : mapping of str to str
        What each of these is called in this folder.
    """
    renamed = {old: new for old, new in names.items() if old != new}

    def told(text: str) -> str:
        for old, new in renamed.items():
            text = text.replace(old, new)
        return masked(text)

    return [
        replace(
            problem,
            file=names.get(problem.file, problem.file),
            path=masked(problem.path),
            what=told(problem.what),
            expected=told(problem.expected),
            nearest=told(problem.nearest),
        )
        for problem in problems
    ]


def in_order(problems: Sequence[Problem]) -> list[Problem]:
    """Return problems by file and line, and of several in one cell the first that was found: the others follow from it."""
    order = descriptor.input_names()
    ordered = sorted(problems, key=lambda p: (order.index(p.file) if p.file in order else -1, p.line or 0))
    first: dict[object, Problem] = {}
    for number, problem in enumerate(ordered):
        in_cell = problem.line is not None and problem.path and (problem.file.endswith((".csv", *FORMS)) or "#" in problem.file)
        first.setdefault((problem.file, problem.line, problem.path) if in_cell else number, problem)
    return list(first.values())
