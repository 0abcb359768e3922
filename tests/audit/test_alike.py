"""A sentence made for all findings that show the same is the one each would get by itself, in whatever city and period."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import friendly_city as fc
from friendly_city.audit.measures.context import Context
from friendly_city.audit.measures.kinds import measure
from friendly_city.audit.reasons.alike import More, Told
from friendly_city.audit.reasons.sentences import RATED, _missing_register, bands_of, cases, reasons_of
from friendly_city.audit.reasons.unrated import unrated
from friendly_city.audit.reasons.unreported import unreported
from friendly_city.audit.reasons.words import tidy
from friendly_city.city.period import period_of
from friendly_city.city.together import joined
from friendly_city.standards.requirement import Band, Limits, Size, Threshold
from tests.audit.cities import checklist_of, city_of, criterion, where
from tests.audit.random_cities import random_city
from tests.audit.test_measures_properties import EVERYTHING
from tests.audit.test_together import renumbered

FUTIAN = Path(__file__).parents[2] / "data" / "futian"
BY_SIZE = tuple(
    Band(start=start, below=below, limits=Limits(at_least=least)) for start, below, least in ((0, 20, 200), (20, None, 400))
)
BY_RESIDENTS = tuple(
    Band(start=start, below=below, limits=Limits(at_least=least)) for start, below, least in ((0, 50, 200), (50, None, 400))
)
BANDED = checklist_of(
    *EVERYTHING.items[0].standard.criteria,
    *(
        criterion(
            Size(of=of, where=where(kind="park"), field="site_area_m2", threshold=threshold),
            identity=f"e{number}",
            subject="facility" if of == "each" else "community",
        )
        for number, (of, threshold) in enumerate(
            (
                ("each", Threshold(unit="m2", by="capacity_places", by_unit="places", bands=BY_SIZE)),
                ("each", Threshold(unit="m2", by="population", by_unit="persons", bands=BY_RESIDENTS)),
                ("best", Threshold(unit="m2", by="population", by_unit="persons", bands=BY_RESIDENTS)),
                ("total", Threshold(unit="m2", by="population", by_unit="persons", bands=BY_RESIDENTS)),
            )
        )
    ),
)


def assert_as_one_by_one(context, checklist):
    for item in checklist.items:
        measured = measure(context, item)
        sort, texts = reasons_of(context, item, measured)
        say, missing = RATED[item.criterion.requirement.kind](item), _missing_register(context, item)
        more = More(missing, context.period, unreported(context, item, measured), bands_of(context, item))
        every = cases(measured, more, np.arange(context.size))
        assert [texts[number] for number in sort] == [tidy(unrated(item, c) if c.cause else say(c)) for c in every], item.id


@pytest.mark.parametrize("first", range(0, 60, 20))
def test_in_small_cities_with_gaps_of_every_sort(first):
    told = Told()
    cities = [renumbered(random_city(seed), seed) for seed in range(first, first + 20)]
    for period in ("2022", "2021Q3"):
        for city in cities:
            assert_as_one_by_one(Context(city, period_of(period), told), BANDED)
    assert_as_one_by_one(Context(joined([city for city in cities if city.has("reporting")]), period_of("2022"), told), BANDED)


@pytest.mark.parametrize("checklist", ["community", "szpsg-2025", "db4403-t-236-2022"])
def test_in_the_demonstration_city(checklist):
    told, city = Told(), fc.load_city(FUTIAN)
    for period in ("2022", "2022Q3"):
        assert_as_one_by_one(Context(city, period_of(period), told), fc.load_checklist(checklist))


def test_two_sizes_that_are_written_alike_are_not_taken_for_one():
    areas = {"A": (1000.001, 1000.002), "B": (1000.0015, 1000.0015)}
    parks = [{"in": letter, "kind": "park", "site_area_m2": area} for letter, each in areas.items() for area in each]
    asked = Size(
        of="each", where=where(kind="park"), field="site_area_m2", threshold=Threshold(unit="m2", limits=Limits(at_least=1))
    )
    context = Context(city_of("AB", facilities=parks), period_of("2022"))
    assert_as_one_by_one(context, checklist_of(criterion(asked, subject="facility")))
