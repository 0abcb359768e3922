"""A community's page as people meet it: offline, on a phone, by keyboard, by screen reader, on paper."""

from __future__ import annotations

import pytest

from tests.browser.conftest import BEYOND, WIDTHS, sheets

pytestmark = pytest.mark.browser
WCAG = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
SMALLEST = """() => Math.min(...[...document.querySelectorAll('svg text')]
    .filter(text => text.getClientRects().length)
    .map(text => parseFloat(getComputedStyle(text).fontSize) * text.closest('svg').getBoundingClientRect().width / text.closest('svg').viewBox.baseVal.width))"""


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_asks_for_nothing_but_itself(opened, reports, language):
    shown = opened(reports[language])
    assert shown.requests == [reports[language].as_uri()]
    assert shown.complaints == []


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_axe_finds_no_violation_of_wcag_a_or_aa(opened, reports, language, width):
    from axe_playwright_python.sync_playwright import Axe

    shown = opened(reports[language], width=width)
    shown.page.evaluate("document.querySelectorAll('details').forEach(folded => { folded.open = true })")
    results = Axe().run(shown.page, options=WCAG)
    assert results.violations_count == 0, results.generate_report()


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_nobody_has_to_scroll_sideways(opened, reports, language, width):
    page = opened(reports[language], width=width).page
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", [320, 560, 660, 700, 796, 768, 1280])
def test_words_in_figures_are_at_least_11_px(opened, reports, width):
    assert opened(reports["zh"], width=width).page.evaluate(SMALLEST) >= 10.95


@pytest.mark.parametrize(("width", "visible"), [(320, "narrow"), (1280, "wide")])
def test_one_drawing_of_each_figure_is_shown(opened, reports, width, visible):
    page = opened(reports["zh"], width=width).page
    shown = page.evaluate(
        "[...document.querySelectorAll('figure > svg')].filter(svg => svg.getClientRects().length).map(svg => svg.className.baseVal)"
    )
    assert len(shown) == page.locator("figure").count()
    assert set(shown) == {visible}


def test_everything_can_be_read_without_script(opened, reports):
    page = opened(reports["zh"], script=False).page
    text = page.inner_text("main")
    assert "先做什么" in text
    assert page.locator("button").count() == 0


def test_a_click_on_a_clause_leads_to_it_and_another_shows_the_evidence(opened, reports):
    page = opened(reports["zh"]).page
    row = page.locator("#findings tr[data-rating]").first
    row.locator("a[href^='#clause-']").click()
    target = page.evaluate("location.hash.slice(1)")
    assert page.locator(f"[id='{target}']").is_visible()
    folded = page.locator("#findings .evidence details").first
    folded.locator("summary").click()
    assert folded.locator("code").first.is_visible()


def test_the_key_hides_and_shows_findings_of_a_rating(opened, reports):
    page = opened(reports["zh"]).page
    met = page.locator("#findings tr[data-rating=met]")
    button = page.locator("ul.key li[data-rating=met] button")
    assert met.first.is_visible()
    button.click()
    assert button.get_attribute("aria-pressed") == "false"
    assert not met.first.is_visible()
    button.press("Enter")
    assert met.first.is_visible()


def test_the_first_key_press_offers_to_skip_to_the_content(opened, reports):
    page = opened(reports["zh"]).page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert page.evaluate("document.activeElement.getBoundingClientRect().top") >= 0


@pytest.mark.parametrize("kind", ["little", "largest", "poor"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_paper_shows_what_needs_doing_on_few_sheets_and_nothing_is_cut(opened, unlike, tmp_path, kind, language):
    page = opened(unlike[kind, language], width=718).page
    page.emulate_media(media="print")
    assert page.evaluate(BEYOND) == []
    lacking = page.locator("#findings tr[data-rating=not_met], #findings tr[data-rating=partly_met]")
    assert all(lacking.nth(place).is_visible() for place in range(lacking.count()))
    assert page.locator("#missing-table tbody tr").last.is_visible()
    assert not page.locator("#findings tr[data-rating=met]").first.is_visible()
    assert not page.locator("#clauses table").first.is_visible()
    assert page.locator("#method .on-paper").is_visible()
    assert page.locator("figure svg.wide").first.is_visible()
    letters = sheets(page, tmp_path / "page.pdf")
    assert 5 <= len(letters) <= 10
    assert min(letters) > 40


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("kind", ["little", "largest", "poor"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_words_reach_beyond_the_page_or_their_cell(opened, unlike, kind, language, width):
    page = opened(unlike[kind, language], width=width).page
    page.evaluate("document.querySelectorAll('details').forEach(folded => { folded.open = true })")
    assert page.evaluate(BEYOND) == []
    assert width < 660 or page.locator(".scroll[tabindex]").count() == 0


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("kind", ["little", "largest"])
def test_axe_finds_no_violation_on_unlike_pages(opened, unlike, kind, width):
    from axe_playwright_python.sync_playwright import Axe

    shown = opened(unlike[kind, "zh"], width=width)
    shown.page.evaluate("document.querySelectorAll('details').forEach(folded => { folded.open = true })")
    results = Axe().run(shown.page, options=WCAG)
    assert results.violations_count == 0, results.generate_report()


def test_a_provisional_score_is_grey(opened, reports, unlike):
    colour = "getComputedStyle(document.querySelector('.big > b')).color"
    assert opened(unlike["little", "zh"]).page.evaluate(colour) == "rgb(86, 99, 96)"
    assert opened(reports["zh"]).page.evaluate(colour) != "rgb(86, 99, 96)"


def test_only_a_table_that_is_too_wide_is_a_stop_for_the_keyboard(opened, reports):
    page = opened(reports["zh"]).page
    assert page.locator(".scroll[tabindex]").count() == 0
    page.evaluate("document.querySelector('#findings .scroll').style.width = '200px'; dispatchEvent(new Event('resize'))")
    assert page.locator(".scroll[tabindex='0'][role=region]").count() == 1


def test_the_key_says_how_many_findings_are_shown_and_has_no_button_without_rows(opened, reports):
    page = opened(reports["zh"]).page
    rows, met = page.locator("#findings tr[data-rating]").count(), page.locator("#findings tr[data-rating=met]").count()
    assert f"{rows} / {rows}" in page.inner_text(".hint")
    page.locator("ul.key li[data-rating=met] button").click()
    assert f"{rows - met} / {rows}" in page.inner_text(".hint")
    assert page.locator("ul.key li[data-rating=not_applicable] button").count() == 0


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_page_is_under_500_kb(reports, language):
    assert reports[language].stat().st_size < 500_000


def test_paper_shows_each_figure_once_and_wide(opened, reports):
    page = opened(reports["zh"]).page
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 700, "height": 1000})
    shown = page.evaluate(
        "[...document.querySelectorAll('figure > svg')].filter(svg => svg.getClientRects().length).map(svg => svg.className.baseVal)"
    )
    assert set(shown) == {"wide"}
    assert len(shown) == page.locator("figure").count()
