"""The facts the demonstration city stands on: names, codes, published totals, extents, library branches.

Small files beside this module; ``source`` in ``totals.csv`` names a source of ``city.yaml``. Positions of communities
inside the district are not among the facts: ``seed_longitude`` and ``seed_latitude`` are our sketch.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files

Row = dict[str, str]


def rows_of(name: str) -> list[Row]:
    """Return the rows of a facts file, every cell as text.

    Examples
    --------
    >>> len(rows_of("communities.csv"))
    92
    """
    text = files("friendly_city.city.demo").joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


@dataclass(frozen=True)
class Facts:
    """What is known and published about Futian.

    Attributes
    ----------
    communities : list of Row
        The 92 residents' committees, sorted by code. The virtual unit 福田保税区虚拟社区 has no residents' committee
        and is left out.
    totals : mapping of str to int
        Published totals by key.
    branches : list of Row
        Library branches that stand in the city library's catalogue, with the code of today's community if there is one.
    items : list of Row
        What inspections, documents, answers and indicators are made for.
    """

    communities: list[Row]
    totals: Mapping[str, int]
    branches: list[Row]
    items: list[Row]

    @cached_property
    def codes(self) -> list[str]:
        """Return the community codes, sorted."""
        return [row["community_code"] for row in self.communities]

    @cached_property
    def code_of(self) -> dict[str, str]:
        """Return the code of each community by its name."""
        return {row["name"]: row["community_code"] for row in self.communities}

    @cached_property
    def by_code(self) -> dict[str, Row]:
        """Return the row of each community by its code."""
        return {row["community_code"]: row for row in self.communities}

    @cached_property
    def branch_codes(self) -> set[str]:
        """Return the codes of the communities that have a library branch."""
        return {row["community_code"] for row in self.branches if row["community_code"]}


def known_facts() -> Facts:
    """Return the facts that come with the package.

    Examples
    --------
    >>> known_facts().totals["childrens_homes"]
    103
    """
    return Facts(
        communities=sorted(rows_of("communities.csv"), key=lambda row: row["community_code"]),
        totals={row["key"]: int(row["value"]) for row in rows_of("totals.csv")},
        branches=rows_of("libraries.csv"),
        items=rows_of("items.csv"),
    )
