"""What of a community's findings may be published: no number from which fewer than `FEW` children could be counted."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from friendly_city.labels import LANGUAGES
from friendly_city.report.reading import residents_by_band
from friendly_city.report.shown import is_few, people_by_group
from friendly_city.report.words import say
from friendly_city.standards.requirement import Access, Ratio

if TYPE_CHECKING:
    from friendly_city.audit.model import CommunityAudit, Record
    from friendly_city.standards.model import Item


def published_rows(c: CommunityAudit, *, edition: str) -> tuple[Record, ...]:
    """Return the findings of a community as they may stand on its page.

    In the public edition a value that would tell of few children (a share of them, or so many places for each of them) is
    left out together with its degree, and the reason says so. The rating stays.
    """
    if edition != "public":
        return c.findings.rows
    residents = residents_by_band(c)
    shown = people_by_group(residents, edition=edition, language="en")
    secret = {band for band, text in shown.items() if text in (say("few", "en"), say("withheld", "en"))}
    counts = residents | {"children": sum(residents.values())}
    if is_few(counts["children"]):
        secret.add("children")
    withheld: Record = {f"reason_{language}": say("value_withheld", language) for language in LANGUAGES}
    withheld |= {"value": math.nan, "degree": math.nan}
    return tuple(
        {**row, **withheld}
        if not math.isnan(row["value"]) and tells(c.checklist.item(row["criterion_id"]), row["value"], counts, secret)
        else row
        for row in c.findings.rows
    )


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
