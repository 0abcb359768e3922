"""What of a community's findings may be published: no number from which fewer than `FEW` children could be counted."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from friendly_city.access.network import once_per_city
from friendly_city.audit.question import children_of
from friendly_city.city.model import AGE_BANDS
from friendly_city.labels import LANGUAGES, Language, number
from friendly_city.report.reading import residents_by_band
from friendly_city.report.shown import said_as
from friendly_city.report.suppression import Published, State, is_few, published
from friendly_city.report.words import say
from friendly_city.standards.requirement import Access, Ratio

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from friendly_city.audit.model import CommunityAudit, Record
    from friendly_city.city.model import City
    from friendly_city.standards.model import Item


def published_rows(c: CommunityAudit, *, edition: str) -> tuple[Record, ...]:
    """Return the findings of a community as they may stand on its page.

    In the public edition a value that would tell of few children (a share of them, or so many places for each of them) is
    left out together with its degree, and the reason says so. The rating stays.
    """
    if edition != "public":
        return c.findings.rows
    residents = residents_by_band(c)
    counts = residents | {"children": sum(residents.values())}
    secret = {band for band, state in children_states(c, edition=edition).items() if state != "shown"}
    withheld: Record = {f"reason_{language}": say("value_withheld", language) for language in LANGUAGES}
    withheld |= {"value": math.nan, "degree": math.nan}
    return tuple(
        {**row, **withheld}
        if not math.isnan(row["value"]) and tells(c.checklist.item(row["criterion_id"]), row["value"], counts, secret)
        else row
        for row in c.findings.rows
    )


def children_states(c: CommunityAudit, *, edition: str) -> dict[str, State]:
    """Return what may be said of the children of each band of a community, and of them all (``children``)."""
    bands = residents_by_band(c)
    if edition != "public":
        return dict.fromkeys((*bands, "children"), "shown")
    found, place = _published(c.city), int(c.city.codes.get_indexer(pd.Index([c.code]))[0])
    return {**dict(zip(bands, found.cells[place], strict=True)), "children": found.totals[place]}


def children_said(c: CommunityAudit, *, edition: str, language: Language) -> dict[str, str]:
    """Return the numbers of children of each band of a community, and of them all (``children``), as they may be printed."""
    bands = residents_by_band(c)
    counts = bands | {"children": sum(bands.values())}
    return {name: said_as(state, counts[name], language) for name, state in children_states(c, edition=edition).items()}


def children_of_city(city: City, *, edition: str, language: Language) -> str:
    """Return the number of children of a city; where it may not be said, that they are at least those of the printed numbers."""
    counts, found = _children(city), _published(city)
    if edition != "public" or found.whole == "shown":
        return number(float(counts.sum()))
    if found.whole == "few":
        return say("few", language)
    printed = [
        sum(row) if total == "shown" else sum(count for count, state in zip(row, cells, strict=True) if state == "shown")
        for row, cells, total in zip(counts.tolist(), found.cells, found.totals, strict=True)
    ]
    return say("at_least_people", language, count=number(sum(printed)))


def countable(city: City, band: str) -> NDArray[np.bool_]:
    """Return for each community whether the number of its children of a band, or of all (``children``), may be printed.

    Both registers that count children are looked at: the population, and the homes.
    """
    return _shown(_published(city), band) & _shown(_published_homes(city), band)


def _shown(found: Published, band: str) -> NDArray[np.bool_]:
    states = found.totals if band == "children" else [row[list(AGE_BANDS).index(band)] for row in found.cells]
    return np.array([state == "shown" for state in states], dtype=bool)


@once_per_city
def _published_homes(city: City) -> Published:
    place = city.places(city.register("homes")["community_code"])
    known = place >= 0
    counts = [
        np.bincount(place[known], children_of(city, band).to_numpy()[known], minlength=len(city.codes)) for band in AGE_BANDS
    ]
    return published(np.column_stack(counts).tolist())


def _children(city: City) -> NDArray[np.float64]:
    """Return the children by community and band."""
    return np.column_stack([city.residents(band).to_numpy(dtype=float) for band in AGE_BANDS])


@once_per_city
def _published(city: City) -> Published:
    return published(_children(city).tolist())


def tells(item: Item, value: float, children: dict[str, float], secret: set[str]) -> bool:
    """Return whether the value of a finding lets one count few children, or children whose number the page keeps back.

    Parameters
    ----------
    children : dict of str to float
        Children of each band (and ``children``), persons.
    secret : set of str
        Bands whose number is not printed.
    """
    requirement = item.criterion.requirement
    if isinstance(requirement, Access):
        band = requirement.age_band
        share = value if requirement.measure == "share_within" else 0.0
        part = share * children.get(band, 0.0)
        return band in secret or is_few(part) or is_few(children.get(band, 0.0) - part)
    if isinstance(requirement, Ratio):
        return bool({requirement.numerator.population, requirement.denominator.population} & secret)
    return False


def told_together(city: City, band: str, communities: NDArray[np.bool_]) -> bool:
    """Return whether the children of a band in some communities may be counted together: where each may be counted alone.

    Parameters
    ----------
    band : str
        A band, or ``children``.
    communities : array of bool
        Which communities, in the order of the city's codes.
    """
    found = _published(city)
    states = found.totals if band == "children" else [cells[list(AGE_BANDS).index(band)] for cells in found.cells]
    return all(state == "shown" for state, counts in zip(states, communities, strict=True) if counts)
