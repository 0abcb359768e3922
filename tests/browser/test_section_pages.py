"""Pages on access, siting and services, and the overview of a sweep, as people meet them: on a phone, by screen reader, on paper."""

from __future__ import annotations

import pytest

from tests.browser.conftest import BEYOND, sheets

pytestmark = pytest.mark.browser
NANYUAN = "440304001"
PAGES = ("access", "siting", "services", "overview")
LANGUAGES = ("zh", "en")
WIDTHS = (320, 390, 1200)
WCAG = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
SMALLEST = """() => Math.min(...[...document.querySelectorAll('main *')]
    .filter(node => node.getClientRects().length && !node.closest('.unseen') && [...node.childNodes].some(child => child.nodeType === 3 && child.data.trim()))
    .map(node => {
        const svg = node.closest('svg');
        const scale = svg ? svg.getBoundingClientRect().width / svg.viewBox.baseVal.width : 1;
        return parseFloat(getComputedStyle(node).fontSize) * scale;
    }))"""
"""The smallest words on the page, px on the screen."""


def sections_of(language):
    """Return the sections of each page about one subdistrict, and of the overview over all of them."""
    from dataclasses import replace

    import friendly_city as fc
    from friendly_city.audit.service_access import service_access
    from friendly_city.audit.services import chain, services
    from friendly_city.audit.siting import plan_sites
    from friendly_city.labels import Text
    from friendly_city.report import sections_services as of_services
    from friendly_city.report import sections_siting as of_siting
    from friendly_city.report import sections_siting_after as after
    from friendly_city.report.runs import Overview, RunPage, figures_of, runs_sections
    from friendly_city.report.sections_access import access_sections
    from tests.browser.conftest import ROOT

    city = fc.load_city(ROOT / "data" / "futian")
    asked, shown = {"period": "2022", "subdistrict": NANYUAN}, {"language": language}
    checklist = fc.load_checklist("community")
    plan = plan_sites(city, kind="mother_baby_room", number=2, **asked)
    again = plan.graded(checklist)
    found = services(city, age_band="6-12", **asked)
    way = chain(city, age_band="6-12", stops=["primary_school|nine_year_school", "park"], **asked)
    pages = {
        "access": access_sections(service_access(city, kind="library", age_band="6-12", **asked), **shown),
        "siting": (
            of_siting.siting_header(plan, regraded=again, **shown), of_siting.siting_limits(plan, **shown),
            of_siting.siting_maps(plan, **shown), of_siting.siting_sites(plan, **shown),
            after.siting_grades(plan, again, **shown), after.siting_method(plan, **shown),
        ),
        "services": (
            of_services.services_header(found, **shown), of_services.services_table(found, **shown),
            of_services.services_counts(found, **shown), of_services.services_fewest(found, **shown),
            of_services.chain_section(way, **shown), of_services.services_method(found, **shown),
        ),
    }  # fmt: skip
    first = RunPage(
        key="a", words={"subdistrict": Text("南园街道", "Nanyuan")}, link="a/report.html",
        figures=figures_of(f"<main>{pages['services'][0].html}</main>"),
    )  # fmt: skip
    names = city.communities[["subdistrict", "subdistrict_en"]].drop_duplicates().astype(str).to_numpy().tolist()
    runs = [replace(first, key=en, words={"subdistrict": Text(zh, en)}) for zh, en in names]
    shared = {"age_band": "6-12", "stops": "primary_school|nine_year_school+park", "edition": "public", "limit_min": "15.0"}
    title = "儿童步行可达的各项服务" if language == "zh" else "Services children reach on foot"
    pages["overview"] = runs_sections(Overview(title=title, shared=shared, runs=runs, city=city), **shown)
    return pages


@pytest.fixture(scope="session")
def made(tmp_path_factory):
    """Write every page in both languages; return the files by page and language."""
    from friendly_city.report.exporter import export_html, notebook_of

    folder, files = tmp_path_factory.mktemp("sections"), {}
    for language in LANGUAGES:
        for name, sections in sections_of(language).items():
            file = files[name, language] = folder / f"{name}-{language}.html"
            book = notebook_of(sections, title=sections[0].title, subject=NANYUAN)
            file.write_text(export_html(book, language=language), encoding="utf-8")
    return files


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_fetched_cut_or_too_small(opened, made, name, language, width):
    shown = opened(made[name, language], width=width)
    assert shown.requests == [made[name, language].as_uri()]
    assert shown.complaints == []
    shown.page.evaluate("document.querySelectorAll('details').forEach(folded => { folded.open = true })")
    assert shown.page.evaluate("document.documentElement.scrollWidth") <= width
    assert shown.page.evaluate(BEYOND) == []
    assert shown.page.evaluate(SMALLEST) >= 10.95


@pytest.mark.parametrize("width", [320, 1200])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_no_violation_of_wcag_a_or_aa(opened, made, name, language, width):
    from axe_playwright_python.sync_playwright import Axe

    shown = opened(made[name, language], width=width)
    shown.page.evaluate("document.querySelectorAll('details').forEach(folded => { folded.open = true })")
    results = Axe().run(shown.page, options=WCAG)
    assert results.violations_count == 0, results.generate_report()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", PAGES)
def test_paper_cuts_nothing_and_leaves_no_sheet_empty(opened, made, tmp_path, name, language):
    page = opened(made[name, language], width=688).page
    page.emulate_media(media="print")
    assert page.evaluate("document.documentElement.scrollWidth") <= 688
    assert page.evaluate(BEYOND) == []
    assert min(sheets(page, tmp_path / "page.pdf")) > 40


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", PAGES[:3])
def test_the_tab_names_the_place_and_one_heading_leads_the_page(opened, made, name, language):
    page = opened(made[name, language]).page
    assert page.locator("h1").count() == 1
    assert ("福田区南园街道" if language == "zh" else "Nanyuan, Futian District") in page.title()
    assert "2022" in page.title()


def test_an_overview_of_many_figures_fits_a_desk(opened, made):
    page = opened(made["overview", "en"], width=1200).page
    assert page.locator(".scroll[tabindex]").count() == 0
    assert page.locator("#runs-table thead a").count() == 10
