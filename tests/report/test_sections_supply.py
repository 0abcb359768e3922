"""The section on supply says what its numbers say; the public edition rounds away single children and withholds the rest."""

from __future__ import annotations

import re
from html import unescape

import numpy as np
import pytest
from matplotlib import pyplot as plt

from friendly_city.access.impedance import Limit
from friendly_city.audit.service_access import service_access
from friendly_city.audit.supply import METHODS, service_supply
from friendly_city.errors import UnknownName
from friendly_city.labels import LANGUAGES
from friendly_city.report.sections_supply import plot_supply, rounded, supply_section, told_supply
from friendly_city.report.told import told
from tests.audit.cities import city_of
from tests.report.made import access, made_city


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


TOGETHER = [{"subdistrict_code": "440304001"}] * 2


def asked(*places, children=(1000, 500, 500), subdistrict="", **more):
    """Libraries at 300 m and 800 m; 1,000 children reach the first only, 500 both, 500 of community B the second only."""
    homes = [
        {"in": letter, "x_m": x, "children_6_12_persons": n}
        for letter, x, n in zip("AAB", (100.0, 500.0, 1100.0), children, strict=True)
    ]
    libraries = [
        {"in": "A", "kind": "library", "x_m": x, "capacity_places": n} for x, n in zip((300.0, 800.0), places, strict=False)
    ]
    city = city_of("AB", communities_of=TOGETHER, homes=homes, facilities=libraries)
    return service_access(
        city, kind="library", age_band="6-12", period="2022", limit=Limit(300, "m"), subdistrict=subdistrict, **more
    )


def visible(html):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", re.sub(r"<svg.*?</svg>", "", html, flags=re.DOTALL))).split())


def values(html):
    return [float(text) for text in re.findall(r'data-field="supply_per_1000" data-value="([^"]+)"', html)]


def test_the_numbers_are_those_worked_out_by_hand():
    """60 places for 1,500 are 40 per 1,000, 100 for 1,000 are 100: A has (1,000 x 40 + 500 x 140) / 1,500, B 100."""
    html = supply_section(asked(60, 100), language="en", edition="internal").html
    assert values(html) == pytest.approx([110_000 / 1500, 100])
    text = visible(html)
    assert "on average 80 places (library)" in text
    assert "Fewest in A, 73.3; most in B, 100." in text
    assert "doi 10.1068/b29120" in text
    assert "not known" not in text


def test_the_public_edition_has_two_digits():
    found = asked(60, 100)
    assert values(supply_section(found, language="en").html) == [73.0, 100.0]
    assert told_supply(told(found)).per_1000 == 80.0


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_each_method_is_named_with_its_doi(method, language):
    html = supply_section(asked(60, 100), language=language, method=method, edition="internal").html
    assert METHODS[method] in html
    found = service_supply(asked(60, 100), method=method)
    assert values(html) == pytest.approx(found.by_community["per_1000"].tolist())


def test_a_method_there_is_not_is_refused():
    with pytest.raises(UnknownName, match="method of sharing"):
        supply_section(asked(60, 100), method="four_step")


def test_how_many_places_are_not_known_is_said():
    html = supply_section(asked(60, None), language="en", edition="internal").html
    assert "Of 2 facilities (library) the places of 1 are not known." in visible(html)
    assert values(html) == pytest.approx([0, 40])


def test_where_no_place_is_known_facilities_are_counted_and_said_to_be():
    """One for 1,500, one for 1,000: 0.67 and 1 per 1,000; A has 0.67 + 1/3."""
    html = supply_section(asked(None, None), language="en", edition="internal").html
    assert "Of none are the places known, so facilities per 1,000 children are counted instead." in visible(html)
    assert "Facilities per 1,000" in html
    assert values(html) == pytest.approx([1, 1])


@pytest.mark.parametrize(("places", "children"), [((), (1000, 500, 500)), ((60, 100), (0, 0, 0))])
@pytest.mark.parametrize("language", LANGUAGES)
def test_next_to_nothing_is_a_sentence(places, children, language):
    html = supply_section(asked(*places, children=children), language=language, edition="internal").html
    assert "<table" not in html
    assert len(visible(html)) > 10


def test_communities_alike_are_counted():
    html = supply_section(asked(0, 0), language="en", edition="internal").html
    assert "Fewest" not in html
    assert "the four tenths" not in html, "nobody has anything, so there is no evenness"


def test_a_few_more_at_one_library_do_not_show():
    """Of A's 1,500 some can walk to the second library and some cannot; all reach one. Four more or less change nothing shown."""
    shown = {tuple(public((1000 - k, 500 + k, 500)).by_community["per_1000"]) for k in range(-2, 3)}
    assert shown == {(73.0, 100.0)}
    exact = {public((1000 - k, 500 + k, 500)).supply.by_community["per_1000"].iloc[1] for k in range(-2, 3)}
    assert len(exact) == 5


def public(children):
    return told_supply(told(asked(60, 100, children=children)))


@pytest.mark.parametrize("few", [1, 2, 3, 4])
def test_a_community_of_few_is_nowhere_and_shares_nothing(few):
    """B may not be counted, nor A, its pair: neither asks anywhere, so that no number is left to be worked back from."""
    found = public((1000, 500, few))
    assert found.by_community.empty
    assert found.supply.demand.tolist() == [0, 0, 0]


def test_few_children_out_of_reach_are_not_told():
    """Of 500 children of B 1 to 4 live out of reach: that may not be told, and A could give it away, so A is withheld too."""

    def shown(out):
        homes = [("A", 100.0, 1000), ("A", 500.0, 500), ("B", 1100.0, 500 - out), ("B", 1900.0, out)]
        rows = [{"in": letter, "x_m": x, "children_6_12_persons": n} for letter, x, n in homes]
        libraries = [{"in": "A", "kind": "library", "x_m": x, "capacity_places": n} for x, n in ((300.0, 60), (800.0, 100))]
        city = city_of("AB", communities_of=TOGETHER, homes=rows, facilities=libraries)
        found = service_access(city, kind="library", age_band="6-12", period="2022", limit=Limit(300, "m"))
        return told_supply(told(found)).by_community["per_1000"]

    for out in (1, 2, 3, 4):
        assert shown(out).isna().all(), "its halves may not be told, and those of A are withheld with it"
    assert shown(0).tolist() == [73.0, 100.0]


@pytest.mark.parametrize("edition", ["public", "internal"])
def test_of_small_communities_the_public_edition_says_less(edition):
    """One library for 60, 70, 40, 50 and 12 children each: of 12 even one digit would say too much."""
    found = told_supply(told(access(made_city([(60, 0), (70, 0), (40, 0), (50, 0), (12, 0)])), edition=edition))
    expected = sorted(1000 / n for n in (60, 70, 40, 50, 12))
    shown = found.by_community["per_1000"].tolist()
    if edition == "internal":
        assert shown == pytest.approx(expected)
    else:
        assert shown == pytest.approx([10, 20, 20, 20, np.nan], nan_ok=True)


@pytest.mark.parametrize("value", [0.83, 37.4, 99.6, 1234.0])
@pytest.mark.parametrize("change", [0.0001, 0.01, 0.5, 5.0, 50.0])
def test_values_as_far_apart_as_the_change_look_alike_somewhere_near(value, change):
    """Some value at least `change` away, or half of it to each side, is shown alike; else nothing is shown."""
    told_value = rounded(value, change)
    alike = [v for v in np.linspace(max(told_value - change, 0), told_value + change, 401) if rounded(v, change) == told_value]
    assert np.isnan(told_value) or max(alike) - min(alike) >= 0.95 * change


def test_the_picture_has_a_dot_for_each_community_and_the_mean():
    ax = plot_supply(np.array([10.0, 10.0, 40.0]), mean=25.0, language="en")
    dots = next(line for line in ax.lines if line.get_marker() == "o")
    x, y = dots.get_data()
    assert x[0] == x[1] < x[2]
    assert y[0] != y[1], "stacked, not drawn over each other"
    tick = next(line for line in ax.lines if line.get_gid() == "supply-mean")
    assert tick.get_xdata()[0] == pytest.approx((x[0] + x[2]) / 2)
    assert "mean 25" in [text.get_text() for text in ax.texts]
