"""The section on when a service is within reach says what its numbers say, and nothing where hours are not known."""

from __future__ import annotations

import re
from html import unescape

import pytest
from matplotlib import pyplot as plt

from friendly_city.audit.service_access import service_access
from friendly_city.labels import LANGUAGES
from friendly_city.report.opening import LEAST, opening_section, plot_week, week_of
from tests.audit.cities import city_of
from tests.audit.test_opening import ASKED, LIBRARIES, SATURDAYS, WEEK

CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def asked(*hours, children=(600, 300, 100), **more):
    """1,000 children: 600 by the library of the week, 300 by that of Saturday, 100 by the one whose hours nobody knows."""
    homes = [{"in": "A", "x_m": x, "children_6_12_persons": n} for x, n in zip((100.0, 500.0, 900.0), children, strict=True)]
    city = city_of(homes=homes, facilities=LIBRARIES, hours=list(hours))
    return service_access(city, **ASKED, **more)


def visible(html):
    return unescape(re.sub(r"<[^>]+>", " ", re.sub(r"<svg.*?</svg>", "", html, flags=re.DOTALL)))


def rows(html):
    """Return the cells of each row of the table of numbers, by its heading."""
    grid = re.search(r'<table id="opening-table".*?</table>', html, re.DOTALL)[0]
    found = re.findall(r'<tr><th scope="row">(.*?)</th>(.*?)</tr>', grid)
    return {head: re.findall(r">([^<]+)</td>", cells) for head, cells in found}


def test_the_numbers_are_those_worked_out_by_hand():
    """Wednesday, Saturday, Sunday; 10 in 100 children live by the library that may be open or not."""
    found = rows(opening_section(asked(WEEK, SATURDAYS), language="en").html)
    assert len(found) == 24
    assert found["10:00"] == ["60 – 70 %", "30 – 40 %", "0 – 10 %"]
    assert found["13:00"] == ["60 – 70 %", "0 – 10 %", "0 – 10 %"]
    assert found["17:00"] == ["0 – 10 %"] * 3


def test_a_share_that_is_sure_is_one_number():
    third = {"in": "A", "facility_id": "F003", "days": "mo-su", "opens": "00:00", "closes": "24:00"}
    html = opening_section(asked(WEEK, SATURDAYS, third), language="en").html
    assert rows(html)["10:00"] == ["70 %", "40 %", "10 %"]
    assert "not known: the pale part" not in html
    assert "hours not known, if open" not in html


def test_the_picture_says_its_finding_and_what_is_not_known():
    html = opening_section(asked(WEEK, SATURDAYS), language="en").html
    assert (
        html.count(
            "At most 60 % of the children have one near that is known to be open on a school day, 30 % on Saturday, 0 % on"
        )
        == 2
    )
    assert "The hours of 1 of 3 facilities are not known" in html
    assert "in the week of 2022-05-15" in html
    assert "Saturday, 10:00: 30 – 40 %" in html


def test_the_bars_are_as_tall_as_the_shares():
    week = week_of(asked(WEEK, SATURDAYS), "2022-05-15")
    ax = plot_week(week, language="en")
    at = {patch.get_gid(): patch for patch in ax.patches if patch.get_gid()}
    assert len(at) == 3 * 24
    bars = [patch for patch in ax.patches if not patch.get_gid()]
    sure, perhaps = ([bar for bar in bars if bool(bar.get_hatch()) is pale] for pale in (False, True))
    whole = at["hour-we-10"].get_height()
    assert len(sure) == 8 + 3, "eight hours of the school day, three of the Saturday"
    assert len(perhaps) == 3 * 24, "one library may be open at every hour"
    assert {round(bar.get_height() / whole, 6) for bar in sure} == {0.6, 0.3}
    assert {round(bar.get_height() / whole, 6) for bar in perhaps} == {0.1}


def test_a_moment_asks_for_its_own_week():
    html = opening_section(asked(WEEK, when="2022-07-16 10:00"), language="en").html
    assert "in the week of 2022-07-16" in html


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_no_hours_are_known_a_sentence_says_so(language):
    section = opening_section(asked(), language=language)
    said = {"zh": "开放时间不详", "en": "Opening hours are not known"}[language]
    assert said in section.html
    assert "<figure" not in section.html
    other = {"in": "A", "facility_id": "F009", "days": "mo-su", "opens": "00:00", "closes": "24:00"}
    assert said in opening_section(asked(other), language=language).html, "hours of other facilities say nothing of these"


def test_the_public_edition_shows_nothing_of_few_children():
    """499 children: one per cent of them are fewer than five."""
    few, enough = (asked(WEEK, children=(n - 200, 100, 100)) for n in (LEAST - 1, LEAST))
    for edition, found, shown in (("public", few, False), ("internal", few, True), ("public", enough, True)):
        html = opening_section(found, language="en", edition=edition).html
        assert ("<figure" in html) is shown
        assert ("fewer than 500 children" in html) is not shown


def test_without_children_there_is_nothing_to_show():
    html = opening_section(asked(WEEK, children=(0, 0, 0)), language="en", edition="internal").html
    assert "No children of this age live here." in html
    assert "<figure" not in html


def test_shares_are_in_whole_per_cent_where_they_are_drawn_too():
    week = week_of(asked(WEEK, children=(601, 300, 100)), "2022-05-15")
    assert week["lower"].max() == 60
    assert (week[["lower", "upper"]] % 1 == 0).all(axis=None)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_section_is_in_its_language_and_the_same_each_time(language):
    one, other = (opening_section(asked(WEEK, SATURDAYS), language=language).html for _ in range(2))
    assert one == other
    assert one.startswith('<section id="opening" class="fc" data-community="tiny"')
    text = visible(one)
    assert not re.search(r"\bnan\b|\binf\b|None|\{\w+\}", text)
    assert bool(CHINESE.search(text)) is (language == "zh")
    assert not (language == "zh" and re.search(r"\b(the|is|not|and|hours)\b", text))


def test_another_language_is_refused():
    with pytest.raises(ValueError, match="language"):
        opening_section(asked(WEEK), language="fr")
    with pytest.raises(ValueError, match="language"):
        plot_week(week_of(asked(WEEK), "2022-05-15"), language="fr")
