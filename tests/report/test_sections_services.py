"""The page of all services: its numbers are those of the audit room, in both languages, editions, for city and subdistrict."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from matplotlib import pyplot as plt

import friendly_city as fc
from friendly_city.access.impedance import Limit
from friendly_city.audit.services import chain, services
from friendly_city.report.check import page_problems
from friendly_city.report.exporter import export_html, notebook_of
from friendly_city.report.page import Page
from friendly_city.report.published import countable
from friendly_city.report.runs import figures_of
from friendly_city.report.sections_services import (
    chain_section,
    plot_chain,
    services_counts,
    services_fewest,
    services_header,
    services_method,
    services_table,
)
from tests.factories import load_tiny

FUTIAN = Path(__file__).parents[2] / "data/futian"
STOPS = ["primary_school|nine_year_school", "park|play_site"]


@pytest.fixture(scope="module")
def city():
    return fc.load_city(FUTIAN)


def made(city, *, language="zh", edition="public", **asked):
    asked = {"age_band": "6-12", "period": "2022", **asked}
    found, way = services(city, **asked), chain(city, stops=STOPS, **asked)
    parts = [
        make(found, language=language, edition=edition)
        for make in (services_header, services_table, services_counts, services_fewest)
    ]
    parts.append(services_method(found, language=language))
    parts.append(chain_section(way, language=language, edition=edition))
    return found, way, export_html(notebook_of(parts, title="t", subject=asked.get("subdistrict") or city.id), language=language)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("subdistrict", ["", "440304001"])
@pytest.mark.parametrize("band", ["6-12", "children"])
def test_the_page_is_right(city, language, subdistrict, band):
    _, _, page = made(city, language=language, subdistrict=subdistrict, age_band=band)
    assert page_problems(page, subject=subdistrict or city.id, language=language) == ()


def test_every_number_of_the_table_is_that_of_the_audit_room(city):
    found, way, html = made(city)
    page = Page(html)
    printed = {
        (cell.attributes["data-kind"], cell.attributes["data-age"]): (float(cell.attributes["data-value"]), page.text_of(cell))
        for cell in page.elements
        if "data-kind" in cell.attributes
    }
    assert len(printed) == len(found.shares)
    for row in found.shares.itertuples():
        value, text = printed[row.kind, row.age_band]
        assert value == row.share_within
        assert text == f"{100 * row.share_within:.0f} %"
    figures = figures_of(html)
    assert figures["share_chain"] == way.share_within
    own = found.shares[found.shares["age_band"] == "6-12"].set_index("kind")["share_within"]
    assert {name: value for name, value in figures.items() if name not in {"share_chain", "mean_services"}} == {
        f"share_{kind}": share for kind, share in own.items()
    }
    assert f"{100 * way.share_within:.1f} %" in html


def test_a_share_that_tells_of_few_children_is_kept_back_in_public_only(tmp_path):
    """Of the 30 children of a community 2 live by the only library: its share would tell of them."""
    city = load_tiny(
        tmp_path / "city",
        homes=lambda rows: [
            row | {"children_6_12_persons": {"H7": "2", "H8": "28"}.get(row["home_id"], row["children_6_12_persons"])}
            for row in rows
        ],
    )
    asked = {"age_band": "6-12", "period": "2022", "subdistrict": "440304002", "limit": Limit(500, "m")}
    found = services(city, kinds=["library"], **asked)
    inside = found.persons @ found.within("6-12")[:, 0]
    assert inside == 2
    public, internal = (figures_of(services_header(found, edition=edition).html) for edition in ("public", "internal"))
    assert "share_library" not in public
    assert internal["share_library"] == pytest.approx(2 / 60)
    cell = {
        e.attributes["data-age"]: e.attributes for e in Page(services_table(found).html).elements if "data-kind" in e.attributes
    }["6-12"]
    assert "data-value" not in cell
    way = chain(city, stops=["library"], **asked)
    assert "mean_services" not in public
    assert internal["mean_services"] == round(found.persons @ found.reached / 60, 1)
    assert figures_of(chain_section(way).html) == {}
    assert figures_of(chain_section(way, edition="internal").html) == {"share_chain": pytest.approx(2 / 60)}


def test_the_picture_and_the_words_of_a_chain_tell_of_the_same_children(city):
    """A community of 3 children is left out of the public page: of the sentence, of the table, of the curve and of its mark."""
    homes = city.register("homes").copy()
    own_homes = homes.index[homes["community_code"] == city.codes[0]]
    homes.loc[own_homes, "children_6_12_persons"] = 0
    homes.loc[own_homes[0], "children_6_12_persons"] = 3
    few = replace(city, registers={**city.registers, "homes": homes})
    way = chain(few, stops=STOPS, age_band="6-12", period="2022", limit=Limit(15, "min"))
    inside, people = way.inside[:, 0], way.persons
    counted = countable(few, "6-12")[few.places(few.register("homes")["community_code"])]
    own = people[counted & inside].sum() / people[counted].sum()
    assert own != way.share_within
    assert figures_of(chain_section(way).html)["share_chain"] == own
    for edition, share in (("public", own), ("internal", way.share_within)):
        lines = plot_chain(way, edition=edition).lines
        none, everyone, mark = lines[0].get_ydata()[0], lines[2].get_ydata()[0], lines[-1].get_ydata()[0]
        assert (none - mark) / (none - everyone) == pytest.approx(share, abs=1e-12)
    curve = next(line for line in plot_chain(way).lines if line.get_gid() == "chain-curve").get_ydata()
    shares = [people[counted & (way.minutes <= minute)].sum() / people[counted].sum() for minute in range(31)]
    assert (none - curve) / (none - everyone) == pytest.approx(shares, abs=1e-9)
    plt.close("all")


def test_a_city_without_facilities_or_children_says_so(tmp_path):
    none = load_tiny(tmp_path / "none", facilities=lambda rows: [row | {"closed_date": "2020-01-01"} for row in rows])
    _, _, page = made(none)
    assert page_problems(page, subject="tiny", language="zh") == ()
    empty = load_tiny(
        tmp_path / "empty",
        homes=lambda rows: [row | {key: "0" for key in row if key.startswith("children_")} for row in rows],
        population=lambda rows: [row | {"persons": "0"} if int(row["age_below"]) <= 18 else row for row in rows],
    )
    _, _, page = made(empty, language="en")
    assert "no children of this age" in page
    assert page_problems(page, subject="tiny", language="en") == ()


def test_the_chain_says_what_single_stops_would_promise(city):
    way = chain(city, stops=STOPS, age_band="6-12", period="2022", limit=Limit(15, "min"))
    text = chain_section(way, language="en").html
    assert f"{100 * way.share_each:.1f} %" in text
    assert f"{100 * way.share_within:.1f} %" in text
    assert way.share_within < way.share_each
    assert "primary school or nine-year school" in text
    assert replace(way, limit=Limit(40, "min")).share_within > way.share_within
