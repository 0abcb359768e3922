"""The page on access to one service says what its numbers say, in both languages and editions, of a city and a subdistrict."""

from __future__ import annotations

import html as markup
import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import friendly_city as fc
from friendly_city.audit.by_sex import within_by_sex
from friendly_city.audit.paces import paces
from friendly_city.audit.service_access import service_access
from friendly_city.labels import number
from friendly_city.report import sections_access as page
from friendly_city.report.check import page_problems
from friendly_city.report.exporter import export_html, notebook_of
from friendly_city.report.paces import table_of_choices
from friendly_city.report.palette import HATCH
from tests.factories import load_tiny
from tests.report.conftest import CODES
from tests.report.made import NORTH, SOUTH, access, made_city

SUBDISTRICT = "440304004"


@pytest.fixture(scope="module")
def city():
    return fc.load_city(Path(__file__).parents[2] / "data/futian")


@pytest.fixture(scope="module", params=["", SUBDISTRICT], ids=["city", "subdistrict"])
def found(city, request):
    return service_access(city, kind="childrens_home", age_band="6-12", period="2022", subdistrict=request.param)


def whole_page(found, language, edition):
    sections = page.access_sections(found, language=language, edition=edition)
    book = notebook_of(sections, title=page.access_title(found, language=language), subject=found.subdistrict or found.city.id)
    return export_html(book, language=language)


def problems(html, found, language):
    title = page.access_title(found, language=language)
    subject = found.subdistrict or found.city.id
    return [str(problem) for problem in page_problems(html, subject=subject, language=language, title=title)]


def values(html, field):
    """The exact values printed for a field, in the order of the page."""
    return [float(text) for text in re.findall(rf'data-field="{field}" data-value="([^"]+)"', html)]


def cells(html, table):
    """The texts of the cells of a table, row by row."""
    body = html.split(f'id="{table}"')[1].split("</table>")[0].split("<tbody")[1]
    return [
        [markup.unescape(re.sub(r"<[^>]+>", "", cell.split(">", 1)[1])).strip() for cell in re.split(r"<t[hd]", row)[1:]]
        for row in body.split("<tr")[1:]
    ]


def figures(html):
    return json.loads(markup.unescape(re.search(r'data-figures="([^"]*)"', html)[1]))


@pytest.mark.parametrize("edition", ["public", "internal"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_is_sound_and_small(found, language, edition):
    html = whole_page(found, language, edition)
    assert problems(html, found, language) == []
    assert len(html.encode()) < 500_000


def test_the_same_bytes_each_time(found):
    assert whole_page(found, "en", "public") == whole_page(found, "en", "public")


def test_the_figures_are_the_numbers(found):
    known = page.figures_of(found, edition="internal")
    equity = dict(zip(found.equity["figure"], found.equity["value"], strict=True))
    shares = found.left_out.set_index("community_code")["share_within"]
    assert known["children_persons"] == equity["children_persons"]
    assert known["share_within"] == pytest.approx(equity["within_share"])
    assert known["without_persons"] == found.left_out["without_persons"].sum()
    assert known["share_no_way"] == equity["no_way_share"]
    assert known["worst_share"] == equity["worst_community_share"] == shares[known["worst_community"]]
    assert known["best_share"] == equity["best_community_share"] == shares[known["best_community"]]
    assert known["gini_of_minutes"] == round(equity["gini_of_minutes"], 2)
    assert known["share_female"] == round(within_by_sex(found)["share_within"][0], 3)
    assert known["snapping_p99_m"] == round(np.percentile(found.straight_m, 99), 1)
    assert known.get("subdistrict", "") == found.subdistrict


def test_half_of_the_children_walk_at_most_the_median(found):
    known, share = page.figures_of(found), found.curve["share"]
    for part, name in ((0.5, "median_min"), (0.9, "p90_min")):
        minutes = int(known[name])
        assert share[minutes] >= part > share[minutes - 1]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_the_header_says_stands_in_its_figures(found, language):
    html = page.header_section(found, language=language).html
    known = figures(html)
    assert known == page.figures_of(found)
    assert values(html, "share_within") == [known["share_within"]]
    assert number(100 * known["share_within"], digits=1) in html
    for name in ("children_persons", "without_persons", "median_min", "p90_min", "facilities_count"):
        assert number(known[name]) in html
    assert found.city.name_of(known["worst_community"]).of(language) in html


def test_the_curve_and_its_table_are_the_curve(found):
    html = page.curve_section(found, language="en", edition="internal").html
    assert values(html, "share") == found.curve["share"].tolist()
    assert [int(row[0]) for row in cells(html, "curve-table")] == found.curve["minutes"].tolist()


def test_the_children_of_the_bands_add_up(found):
    html = page.minutes_section(found, language="en").html
    counts = values(html, "children_persons")
    assert sum(counts) == found.homes["children"].sum()
    reached = found.homes["children"][found.homes["minutes"] <= 10 + 1e-9].sum()
    assert sum(counts[:2]) == reached


def test_the_communities_are_those_of_the_numbers_most_children_without_first(found):
    html = page.left_out_section(found, language="en", edition="internal").html
    table = found.left_out[found.left_out["children_persons"] > 0]
    assert re.findall(r'data-code="(\d+)"', html) == table["community_code"].tolist()
    assert values(html, "without_persons") == table["without_persons"].tolist()
    assert values(html, "share_within") == table["share_within"].tolist()
    assert values(html, "children_persons") == table["children_persons"].tolist()


def test_shares_at_a_childs_pace_are_those_of_the_table(found):
    html = page.pace_section(found, language="en", edition="internal").html
    walked = paces(found)
    rows = cells(html, "pace-table")
    assert [row[3] for row in rows] == [f"{number(100 * share, digits=1)} %" for share in walked["share_by_metres"]]
    ends = [
        [number(100 * walked[f"share_at_pace_{end}"][place], digits=1) for end in ("low", "high")] for place in range(len(rows))
    ]
    assert [row[4] for row in rows] == [f"{low} %" if low == high else f"{low}–{high} %" for low, high in ends]
    assert cells(html, "parameters-table") == table_of_choices(language="en").to_numpy().tolist()


def test_each_age_has_the_share_it_has_when_asked_alone(found):
    html = page.evenness_section(found, language="en", edition="internal").html
    for band in ("0-3", "12-18"):
        again = replace_band(found, band)
        within = dict(zip(again.equity["figure"], again.equity["value"], strict=True))["within_share"]
        assert values(html, f"share_{band}") == [pytest.approx(within)]


def replace_band(found, band):
    return service_access(found.city, kind=found.kind, age_band=band, period=found.period, subdistrict=found.subdistrict)


def test_where_homes_meet_the_streets_is_said(found):
    html = page.streets_section(found, language="en").html
    assert number(np.median(found.straight_m), digits=1) in html
    assert number(np.percentile(found.straight_m, 99), digits=1) in html
    city = replace(found.city, streets=found.city.streets.iloc[:300])
    far = replace(found, city=city)
    count = int(np.isinf(far.straight_m).sum())
    assert count > 0
    assert f"our choice): {number(count)}." in page.streets_section(far, language="en").html


FEW = [(57, 3), (30, 40), (20, 20), (50, 0), (0, 12)]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("subdistrict", ["", SOUTH, NORTH])
def test_few_children_are_on_no_public_page(subdistrict, language):
    """Three of 60 live too far in the first community; the second is withheld with it."""
    found = access(made_city(FEW), subdistrict)
    html = whole_page(found, language, "public")
    assert problems(html, found, language) == []
    rows = {row[0]: row[1:] for row in cells(html, "left-out-table")}
    names = [found.city.name_of(code).of(language) for code in CODES]
    withheld = {"zh": "不公布", "en": "withheld"}[language]
    if subdistrict != NORTH:
        assert rows[names[0]] == ["60", withheld, withheld]
        assert rows[names[1]] == ["70", withheld, withheld]
        assert list(rows)[-2:] == names[:2]  # by code, wherever they would stand by their numbers
        assert "gini_of_minutes" not in figures(html)
        assert {"0.95", "0.05", "95 %", "95.0 %", "5.0 %"}.isdisjoint(re.findall(r"\d[\d.]*(?: %)?", " ".join(cells_of(html))))
    if subdistrict != SOUTH:
        assert rows[names[4]][:2] == ["12", "12"]
    assert not set(map(str, range(1, 5))) & {text for row in rows.values() for text in row}


def cells_of(html):
    return [text for table in ("left-out-table", "curve-table", "minutes-table", "groups-table") for row in cells(html, table)
            for text in row]  # fmt: skip


def test_the_internal_page_of_the_same_city_has_them():
    html = whole_page(access(made_city(FEW)), "en", "internal")
    rows = {row[0]: row[1:] for row in cells(html, "left-out-table")}
    assert rows["Yitian"] == ["60", "3", "95.0 %"]
    assert "gini_of_minutes" in figures(html)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_few_in_all_are_said_to_be_withheld(language):
    found = access(made_city([(57, 3), (40, 0), (33, 0), (9, 0), (12, 0)]))
    html = whole_page(found, language, "public")
    assert problems(html, found, language) == []
    assert {"share_within", "without_persons", "worst_share", "share_female"}.isdisjoint(figures(html))
    assert not values(html, "share_within")
    assert {"zh": "少于 5", "en": "a count below 5"}[language] in page.header_section(found, language=language).html


def empty_cases():
    none = made_city([(20, 20)] * 5)
    closed = none.registers | {"facilities": none.register("facilities").iloc[:0]}
    alone = none.register("communities").assign(subdistrict_code=[SOUTH, NORTH, NORTH, NORTH, NORTH])
    return {
        "no facility": access(replace(none, registers=closed)),
        "no children": access(made_city([(0, 0)] * 5)),
        "one community": access(replace(none, registers=none.registers | {"communities": alone}), SOUTH),
        "all within": access(made_city([(20, 0)] * 5)),
    }


@pytest.mark.parametrize("edition", ["public", "internal"])
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("case", ["no facility", "no children", "one community", "all within"])
def test_a_page_of_next_to_nothing_is_a_page(case, language, edition):
    found = empty_cases()[case]
    html = whole_page(found, language, edition)
    assert problems(html, found, language) == []
    assert "nan" not in re.sub(r"<[^>]*>", " ", html).lower().split()
    known = figures(html)
    expected = {"no facility": 0.0, "one community": 0.5, "all within": 1.0}
    assert known.get("share_within") == expected.get(case)
    if case == "no facility":
        assert known["share_no_way"] == 1.0
        assert "median_min" not in known
        assert {"zh": "没有开放的图书馆", "en": "no library is open"}[language] in html


def test_all_functions_of_the_page_are_in_its_notebook():
    source = (Path(__file__).parents[2] / "notebooks/access.ipynb").read_text(encoding="utf-8")
    shown = re.findall(r"page\.(\w+)\(found, \*\*shown(?:, method=supply_method)?\)", source)
    assert shown == [make.__name__ for make in page.SECTIONS]


def test_the_public_map_does_not_say_on_which_side_withheld_homes_are():
    found = access(made_city(FEW))
    shown, whole = (page.minutes_section(found, language="en", edition=edition).html for edition in ("public", "internal"))
    assert "homes of communities not told in the public edition" in shown
    assert "homes of communities not told in the public edition" not in whole
    assert [HATCH in drawing for drawing in re.findall(r"<svg.*?</svg>", shown)[:2]] == [True, True]
    assert [HATCH in drawing for drawing in re.findall(r"<svg.*?</svg>", whole)[:2]] == [False, False]


@pytest.mark.parametrize(("when", "low", "high"), [("2022-07-15 15:00", 0.25, 0.5), ("2022-07-15 21:00", 0.0, 0.25)])
def test_asked_at_a_moment_the_page_says_between_what_it_lies(tmp_path, when, low, high):
    """F1 is open in the afternoon; of a second home the hours are not known."""
    tiny = load_tiny(
        tmp_path / "city",
        facilities=lambda rows: [row | {"closed_date": ""} if row["facility_id"] == "F2" else row for row in rows],
    )
    found = service_access(tiny, kind="childrens_home", age_band="6-12", period="2022", when=when)
    assert found.share_bounds == pytest.approx((low, high))
    shown = page.header_section(found, language="en", edition="internal").html
    assert when in shown
    assert f"{100 * low:.0f} % if those of unknown hours are closed, {100 * high:.0f} % if they are open" in shown
    public = page.header_section(found, language="en").html  # 120 children: too few for shares at a moment
    assert "unknown hours are closed" not in public
    assert when in public
