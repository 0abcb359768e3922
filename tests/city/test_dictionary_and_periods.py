"""The data dictionary says what it must, and labels of periods are read strictly."""

from __future__ import annotations

from datetime import date

import pytest

from friendly_city.city.dictionary import dictionary
from friendly_city.city.model import ages_of
from friendly_city.city.period import period_of
from friendly_city.city.personal import is_personal_column
from friendly_city.errors import InvalidParameters, UnknownName
from friendly_city.units import UNITS

ITEMS = dictionary().items()


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.name)
def test_every_field_is_described_in_both_languages_and_has_a_known_type_and_unit(item):
    for field in item.fields:
        assert field.text.zh
        assert field.text.en
        assert field.type in ("string", "number", "integer", "boolean", "date")
        assert not field.unit or field.unit in UNITS
        assert not is_personal_column(field.name)


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.name)
def test_every_item_has_a_key_that_is_required_and_unique_and_a_provenance(item):
    fields = {field.name: field for field in item.fields}
    assert fields[item.key].unique
    assert fields[item.key].required
    assert fields["provenance"].enum


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.name)
def test_every_reference_has_a_target(item):
    fields = [field.name for field in item.fields]
    for field in item.fields:
        if field.refers:
            target, column = field.refers.split(".")
            assert dictionary().registers[target].key == column
        assert not field.not_before or field.not_before in fields


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.name)
def test_every_date_has_bounds(item):
    dates = [field for field in item.fields if field.type == "date"]
    assert all(isinstance(field.minimum, date) and field.minimum >= date(1900, 1, 1) for field in dates)
    assert all(field.maximum == date(2100, 12, 31) for field in dates)


@pytest.mark.parametrize(
    ("label", "start", "end", "years"),
    [
        ("2022", date(2022, 1, 1), date(2022, 12, 31), 1.0),
        ("2022Q1", date(2022, 1, 1), date(2022, 3, 31), 0.25),
        ("2024Q1", date(2024, 1, 1), date(2024, 3, 31), 0.25),
        ("2022Q2", date(2022, 4, 1), date(2022, 6, 30), 0.25),
        ("2022Q3", date(2022, 7, 1), date(2022, 9, 30), 0.25),
        ("2022Q4", date(2022, 10, 1), date(2022, 12, 31), 0.25),
    ],
)
def test_a_period_has_first_day_last_day_and_length(label, start, end, years):
    period = period_of(label)
    assert (period.label, period.start, period.end, period.years) == (label, start, end, years)


@pytest.mark.parametrize(
    "label", ["", "22", "2022Q5", "2022Q0", "2022q1", "2022-Q1", " 2022", "2022\n", "２０２２", "3022", "2022Q1 "]
)
def test_a_label_of_another_form_is_refused(label):
    with pytest.raises(InvalidParameters, match="is neither a year such as '2022' nor a quarter such as '2022Q3'"):
        period_of(label)


@pytest.mark.parametrize("label", [2022, 2022.0, None, date(2022, 1, 1)])
def test_a_label_that_is_not_text_is_refused_with_the_way_out(label):
    with pytest.raises(InvalidParameters, match=r"period must be text such as '2022'.*quote it"):
        period_of(label)


def test_an_age_band_that_is_not_there_is_told():
    assert ages_of("12-18") == (12, 18)
    with pytest.raises(UnknownName, match="no age band named '3-7'; did you mean '3-6'"):
        ages_of("3-7")
