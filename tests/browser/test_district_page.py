"""The district page as people meet it: offline, on a phone, by screen reader, with and without script, on paper."""

from __future__ import annotations

import pytest

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


@pytest.mark.parametrize("width", [320, 768, 1280])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_nobody_has_to_scroll_sideways(opened, pages, language, width):
    page = opened(pages[language], width=width).page
    assert page.evaluate("document.documentElement.scrollWidth") <= width


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


def test_typing_a_subdistrict_shows_its_communities_only(opened, pages):
    page = opened(pages["zh"]).page
    page.locator("#filter").fill("福保")
    assert len(names(page)) == 5
    page.locator("#filter").fill("")
    assert len(names(page)) == 92


def test_paper_shows_the_whole_table_and_the_map(opened, pages, tmp_path):
    import shutil
    import subprocess

    page = opened(pages["zh"]).page
    page.pdf(path=tmp_path / "page.pdf", format="A4", print_background=True)
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext (poppler-utils) is not installed: paper cannot be read back")
    text = subprocess.run(["pdftotext", "-layout", tmp_path / "page.pdf", "-"], capture_output=True, text=True, check=True).stdout
    assert all(name in text.replace(" ", "") for name in names(page))
    assert "示意图" in text
