"""Builders of HTML: everything that came from data is escaped, and a table stays a table."""

from __future__ import annotations

import re

import pytest

from friendly_city.report.html import (
    Cell,
    Column,
    Html,
    bold,
    details,
    element,
    exact,
    join,
    link,
    obligation_tag,
    rating_tag,
    safe,
    table,
)

ATTACK = '<script>alert("x")</script>'
COLUMNS = [Column(title="甲", heads_row=True), Column(title="长", unit="米", numeric=True)]


def test_text_is_escaped_wherever_it_goes():
    made = [safe(ATTACK), join([ATTACK]), element("p", ATTACK), link("x", ATTACK), bold(ATTACK, "x"), details(ATTACK, ATTACK)]
    assert not [html for html in made if "<script" in html]
    assert element("p", title=ATTACK).count('"') == 2


def test_text_added_to_markup_is_escaped():
    assert element("b", "x") + "<i>" == "<b>x</b>&lt;i&gt;"
    assert isinstance(element("b") + element("i"), Html)


def test_table_cells_captions_and_headers_are_escaped():
    html = table([Column(title=ATTACK, heads_row=True)], [[ATTACK]], id="t", caption=ATTACK)
    assert "<script" not in html


def test_a_table_has_a_caption_and_headers_that_say_what_they_head():
    html = table(COLUMNS, [["东", "3"]], id="t", caption="标题")
    assert '<caption id="t-caption">标题</caption>' in html
    assert '<th scope="col">甲</th>' in html
    assert '<th scope="col" class="number">长（米）</th>' in html
    assert '<th scope="row">东</th>' in html


def test_a_table_is_no_stop_for_the_keyboard_until_the_script_finds_it_too_wide():
    assert table(COLUMNS, [], id="t", caption="标题").startswith('<div class="scroll"><table id="t"')


def test_brackets_of_a_unit_are_those_of_the_language():
    html = table([Column(title="Gain", unit="points"), Column(title="可得", unit="分")], [], id="t", caption="c")
    assert ">Gain (points)</th>" in html
    assert ">可得（分）</th>" in html


def test_a_column_for_wide_screens_is_marked_in_its_head_and_in_every_row():
    columns = [Column(title="甲", heads_row=True), Column(title="乙", numeric=True, from_width="desk", sorts_by="按下限")]
    html = table(columns, [["东", "3"], ["西", "4"]], id="t", caption="c")
    assert html.count('class="number from-desk"') == 3
    assert html.count('data-sorts-by="按下限"') == 1


@pytest.mark.parametrize("missing", [None, "", Cell(None)])
def test_a_missing_value_is_a_dash(missing):
    assert '<td class="number">—</td>' in table(COLUMNS, [["东", missing]], id="t", caption="c")


def test_a_table_of_cards_keeps_its_roles():
    html = table(COLUMNS, [["东", "3"]], id="t", caption="c", layout="cards")
    assert re.findall(r'role="(\w+)"', html) == [
        "table", "rowgroup", "row", "columnheader", "columnheader", "rowgroup", "row", "rowheader", "cell",
    ]  # fmt: skip
    assert 'data-label="长（米）"' in html


def test_a_row_that_does_not_fit_the_columns_is_refused():
    with pytest.raises(ValueError, match="a row of 1 cells under 2 columns"):
        table(COLUMNS, [["东"]], id="t", caption="c")


def test_an_exact_number_reads_back_the_same():
    for value in (0.1 + 0.2, 1 / 3, 12.0, 1e-12, -4.25):
        assert float(exact(value)) == value
    assert exact(float("nan")) == ""


def test_bold_takes_whole_numbers_only():
    assert bold("120 m² 与 20 m²", "20 m²") == "120 m² 与 <b>20 m²</b>"
    assert bold("120 m²", "20 m²") == "120 m²"


@pytest.mark.parametrize("rating", ["met", "partly_met", "not_met", "no_data", "not_applicable"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_rating_is_symbol_and_word_not_colour_alone(rating, language):
    text = re.sub(r"<[^>]+>", " ", rating_tag(rating, language)).split()
    assert text[0] in "●◐○?–"
    assert text[1]


def test_an_obligation_is_its_word():
    assert obligation_tag("shall", "zh") == '<b class="ob shall">应</b>'
