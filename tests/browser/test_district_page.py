"""The district page as people meet it: offline, on a phone, by screen reader, with and without script, on paper."""

from __future__ import annotations

import pytest

from tests.browser.conftest import WIDTHS, sheets

pytestmark = pytest.mark.browser
WCAG = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}


@pytest.fixture(scope="module")
def pages(audit, tmp_path_factory):
    from friendly_city.report.district import district_sections
    from friendly_city.report.exporter import export_html, notebook_of

    folder = tmp_path_factory.mktemp("district")
    for language in ("zh", "en"):
        book = notebook_of(district_sections(audit, language=language), title="district", subject=audit.city.id)
        (folder / f"{language}.html").write_text(export_html(book, language=language), encoding="utf-8")
    return {language: folder / f"{language}.html" for language in ("zh", "en")}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_asks_for_nothing_but_itself(opened, pages, language):
    shown = opened(pages[language])
    assert shown.requests == [pages[language].as_uri()]
    assert shown.complaints == []
    assert pages[language].stat().st_size < 500_000


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_axe_finds_no_violation_of_wcag_a_or_aa(opened, pages, language, width):
    from axe_playwright_python.sync_playwright import Axe

    shown = opened(pages[language], width=width)
    results = Axe().run(shown.page, options=WCAG)
    assert results.violations_count == 0, results.generate_report()


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_nobody_has_to_scroll_sideways(opened, pages, language, width):
    page = opened(pages[language], width=width).page
    assert page.evaluate("document.documentElement.scrollWidth") <= width


SQUEEZED = """() => [...document.querySelectorAll('#communities td, #gaps-table td, #grades-table td')]
    .filter(cell => cell.getClientRects().length && cell.textContent.trim().length > 3 && cell.clientWidth < 34)
    .map(cell => cell.outerHTML.slice(0, 80))"""


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_tables_fit_their_box_and_no_cell_has_one_letter_a_line(opened, pages, language, width):
    page = opened(pages[language], width=width).page
    assert page.locator(".scroll[tabindex]:not(details *)").count() == 0
    assert page.evaluate(SQUEEZED) == []


def names(page):
    rows = page.locator("#communities tbody tr")
    return [rows.nth(place).locator("th").inner_text() for place in range(rows.count()) if rows.nth(place).is_visible()]


def test_the_table_reads_without_script_and_sorts_with_it(opened, pages):
    still = opened(pages["zh"], script=False).page
    before = names(still)
    assert len(before) == 92
    assert still.locator("input").is_hidden()
    page = opened(pages["zh"]).page
    assert names(page) == before
    head = page.locator("#communities thead th", has_text="数据覆盖")
    head.locator("button").click()
    assert head.get_attribute("aria-sort") == "ascending"
    values = page.evaluate(
        "[...document.querySelectorAll('#communities tbody tr')].map(row => parseFloat(row.cells[6].dataset.value))"
    )
    assert values == sorted(values)
    assert names(page) != before


def test_grades_sort_by_their_order_with_none_last(opened, pages):
    page = opened(pages["zh"]).page
    page.get_by_role("button", name="等级").click()
    grades = page.evaluate("[...document.querySelectorAll('#communities tbody tr')].map(row => row.cells[7].dataset.grade)")
    order = ["not_yet", "pass", "good", "excellent", ""]
    assert [order.index(grade) for grade in grades] == sorted(order.index(grade) for grade in grades)
    assert grades.count("") == 3


def test_what_a_column_sorts_by_is_said_by_the_script(opened, pages):
    assert "按下限" in opened(pages["zh"]).page.inner_text("#communities thead")
    still = opened(pages["zh"], script=False).page
    assert "按下限" not in still.inner_text("#communities thead")
    assert "重新排序" not in still.inner_text("#communities")


def test_typing_what_no_name_has_says_so(opened, pages):
    page = opened(pages["zh"]).page
    page.locator("#filter").fill("火星")
    assert page.get_by_role("status").inner_text() == "没有名称含这些字的社区或街道。"
    page.locator("#filter").fill("福保")
    assert page.get_by_role("status").inner_text() == "5 / 92 个社区"


def test_ungraded_communities_are_hatched_on_the_map(opened, pages):
    page = opened(pages["zh"]).page
    hatched = page.locator("#district-map svg.wide g[id*='community-'] path[style*='url(#']")
    assert hatched.count() == 3
    assert "数据不足，不评等级" in page.inner_text("#district-map")


def test_typing_a_subdistrict_shows_its_communities_only(opened, pages):
    page = opened(pages["zh"]).page
    page.locator("#filter").fill("福保")
    assert len(names(page)) == 5
    page.locator("#filter").fill("")
    assert len(names(page)) == 92


def test_paper_shows_the_whole_table_and_the_map(opened, pages, tmp_path):
    import subprocess

    page = opened(pages["zh"]).page
    page.emulate_media(media="print")
    assert not page.locator("#filter").is_visible()
    letters = sheets(page, tmp_path / "page.pdf")
    assert len(letters) <= 8
    assert min(letters) > 100
    text = subprocess.run(["pdftotext", "-layout", tmp_path / "page.pdf", "-"], capture_output=True, text=True, check=True).stdout
    assert all(name in text.replace(" ", "") for name in names(page))
    assert "示意图" in text
    assert "按下限" not in text
    assert text.count("最弱子体系") == 3  # the head of the table stands on each of its sheets
