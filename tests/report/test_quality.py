"""The page on the quality of the data: it says what the tables say, in both languages, and is a page like the others."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest

import friendly_city as fc
from friendly_city.audit.gaps import cost_of_gaps
from friendly_city.city.dictionary import dictionary
from friendly_city.city.quality import completeness, freshness, gaps
from friendly_city.labels import number
from friendly_city.report import quality
from friendly_city.report.check import page_problems


@pytest.fixture(scope="module")
def futian():
    return fc.audit(fc.load_city("data/futian"), fc.load_checklist("community"), period="2022")


def cells(html, table):
    """The texts of the cells of a table, row by row, its header left out."""
    body = html.split(f'id="{table}"')[1].split("</table>")[0].split("<tbody")[1]
    rows = body.split("<tr")[1:]
    return [[re.sub(r"<[^>]+>", "", cell.split(">", 1)[1]).strip() for cell in re.split(r"<t[hd]", row)[1:]] for row in rows]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_is_sound_and_small(futian, language, tmp_path):
    path = quality.write_quality(futian, tmp_path / "pages" / "quality.html", language=language)
    html = path.read_text(encoding="utf-8")
    assert [str(p) for p in page_problems(html, subject=futian.city.id, language=language)] == []
    assert len(html.encode()) < 500_000
    assert path.read_bytes() == quality.write_quality(futian, tmp_path / "again.html", language=language).read_bytes()


def test_the_numbers_are_those_of_the_tables(futian):
    html = "".join(section.html for section in quality.quality_sections(futian, language="en"))
    fresh = freshness(futian.city, on=date(2022, 12, 31))
    shown = cells(html, "freshness-table")
    assert [row[1] for row in shown] == [number(count) for count in fresh["rows_count"]]
    assert [row[7] for row in shown] == [number(count) if count else "—" for count in fresh["expired_count"]]
    cost = cost_of_gaps(futian)
    shown = cells(html, "cost-table")
    assert [row[1] for row in shown] == [number(count) for count in cost["findings_count"]]
    assert [row[3] for row in shown] == [number(mean, digits=2) for mean in cost["mean_width_points"]]
    assert [row[3] for row in cells(html, "gaps-table")] == [number(count) for count in gaps(futian.city)["lacking_count"]]
    shares = 100 * completeness(futian.city).groupby(level="register", sort=False).mean()
    first = cells(html, "completeness-table")[0][1:]
    assert first == [number(value, digits=0) for value in shares[shares.columns[0]]]


def test_every_register_has_its_row_of_colours(futian):
    ax = quality.plot_completeness(futian.city)
    widths = {}
    for patch in ax.patches:
        widths[round(patch.get_y(), 3)] = widths.get(round(patch.get_y(), 3), 0) + patch.get_width()
    assert len(widths) == len(futian.city.registers)
    assert max(widths.values()) - min(widths.values()) < 1e-6  # no community is left out


def test_what_looks_wrong_is_listed(futian):
    table = futian.city.registers["facilities"].copy()
    for column in ("longitude", "latitude", "kind"):
        table.loc[table.index[1], column] = table.loc[table.index[0], column]
    city = replace(futian.city, registers=futian.city.registers | {"facilities": table})
    html = quality.doubts_table(replace(futian, city=city), language="en").html
    assert "the same place as line 2" in html
    assert "Nothing was found" in quality.doubts_table(futian, language="en").html


def test_fields_are_called_by_their_words(futian):
    zh = quality.gaps_table(futian, language="zh").html
    assert dictionary().registers["facilities"].field("court_area_m2").text.zh in zh
    assert "court_area_m2" not in zh
