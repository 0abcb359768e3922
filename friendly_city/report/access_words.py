"""What every section of an access page says alike: whom it asks about, shares, and what the public edition leaves out."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from friendly_city.access.impedance import Limit
from friendly_city.labels import Language, label, number, quantity
from friendly_city.report.html import Attribute, Cell, Html, element
from friendly_city.report.words import say

if TYPE_CHECKING:
    from friendly_city.audit.question import Asked
    from friendly_city.audit.service_access import ServiceAccess
    from friendly_city.report.told import Told

SHOWN = 12
"""Communities shown at once; the others are folded, if they are more than `FEW_MORE`."""
FEW_MORE = 4


def subject_of(found: Asked) -> str:
    """Return the code of the subdistrict asked about, or the id of the city."""
    return found.subdistrict or found.city.id


def place_of(found: Asked, language: Language) -> str:
    """Return the name of the city, or of the subdistrict in its city."""
    city = found.city.name.of(language)
    if not found.subdistrict:
        return city
    inside = found.city.codes[found.asked_communities]
    return say("access_subdistrict", language, city=city, subdistrict=found.city.subdistrict_of(str(inside[0])).of(language))


def asked(found: ServiceAccess, language: Language) -> dict[str, str]:
    """Return the words for place, age band, facility, period and limit, as the sentences of the page name them."""
    everyone = found.age_band == "children"
    return {
        "place": place_of(found, language),
        "band": say("access_all_ages", language) if everyone else label("age_band", found.age_band).of(language),
        "facility": label("facility", found.kind).of(language),
        "period": found.period,
        "time": found.when or found.period,
        "limit": limit_words(found.limit, language),
    }


def limit_words(limit: Limit, language: Language) -> str:
    """Return a limit with its unit.

    Examples
    --------
    >>> limit_words(Limit(15, "min"), "zh"), limit_words(Limit(500, "m"), "en")
    ('15 分钟', '500 m')
    """
    return quantity(limit.value, limit.unit, language)


def percent(share: float, *, digits: int = 1) -> str:
    """Return a share in per cent, – where there is none or it is withheld.

    Examples
    --------
    >>> percent(0.8288), percent(float("nan"))
    ('82.9 %', '–')
    """
    return f"{number(100 * share, digits=digits)} %" if math.isfinite(share) else "–"


def exactly(text: str, field: str, value: float) -> Cell:
    """Return a cell that carries the exact value its text stands for; without a value it carries none."""
    known: dict[str, Attribute] = {"data_field": field, "data_value": value} if math.isfinite(value) else {}
    return Cell(text, known)


def with_its_like(told: Told, code: str, language: Language) -> str:
    """Return the name of a community, and how many others that may be told of have the same share as it."""
    shares = told.by_community.set_index("community_code")["share_within"]
    alike = int((shares == shares[code]).sum())
    name = told.found.city.name_of(code).of(language)
    if alike == 1:
        return name
    return say("access_alike", language, community=name, count=number(alike))


def uncounted(told: Told, language: Language) -> Html | None:
    """Return that children of some communities are not counted; None where all are."""
    if not told.uncounted:
        return None
    return element("p", say("access_uncounted", language, count=number(told.uncounted)), class_="small")
