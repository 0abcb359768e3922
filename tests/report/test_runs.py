"""The overview of a sweep, made in memory: every figure stands on it as the page told it, whatever the parameters."""

from __future__ import annotations

import pytest

from friendly_city.labels import Text
from friendly_city.report.check import page_problems
from friendly_city.report.exporter import export_html, notebook_of
from friendly_city.report.page import Page
from friendly_city.report.runs import Overview, RunPage, figure_text, figures_of, runs_crossed, runs_sections
from friendly_city.report.section import section

KINDS = (Text("图书馆", "library"), Text("公园", "park"))
PLACES = (Text("南街道", "South"), Text("北街道", "North"), Text("东街道", "East"))
SHARES = {
    ("library", "South"): 0.0,
    ("library", "North"): 0.42,
    ("library", "East"): 1.0,
    ("park", "South"): 0.6,
    ("park", "North"): 0.599,
}


def runs(names=("kind", "subdistrict")):
    for kind in KINDS:
        for place in PLACES:
            key = f"{kind.en}-{place.en}"
            found = (
                {"kind": kind.en, "share_within": SHARES[kind.en, place.en], "median_min": 7.25}
                if (kind.en, place.en) in SHARES
                else {}
            )
            error = "" if found else "cell 2: <b>no</b> way"
            yield RunPage(
                key=key,
                words=dict(zip(names, (kind, place), strict=True)),
                link=f"{key}/report.html" if found else "",
                error=error,
                figures=found,
            )


@pytest.fixture
def overview():
    return Overview(title="可达性", shared={"period": "2022", "city": "data/futian"}, runs=tuple(runs()))


def page_of(overview, language="zh"):
    return export_html(
        notebook_of(runs_sections(overview, language=language), title=overview.title, subject=overview.subject), language=language
    )


def cells(markup, table):
    page = Page(markup)
    grid = next(found for found in page.named("table") if found.attributes.get("id") == table)
    return {
        (found.attributes["data-run"], found.attributes["data-field"]): (page.text_of(found), found.attributes)
        for found in page.inside(grid)
        if "data-field" in found.attributes
    }


def test_every_figure_stands_in_the_table_and_once_in_the_crossed_one(overview):
    page = page_of(overview)
    told = cells(page, "runs-table")
    assert {key for key, name in told if name == "share_within"} == {f"{kind}-{place}" for kind, place in SHARES}
    assert told["library-North", "share_within"][0] == "42 %"
    assert told["library-North", "median_min"][0] == "7.2"
    crossed = cells(page, "crossed")
    assert {key: float(marks["data-value"]) for (key, _), (_, marks) in crossed.items()} == {
        f"{k}-{p}": s for (k, p), s in SHARES.items()
    }


def test_the_darker_the_higher_and_dark_cells_have_white_numbers(overview):
    crossed = cells(runs_crossed(overview).html, "crossed")
    colours = {key: dict(part.split(":") for part in marks["style"].split(";")) for (key, _), (_, marks) in crossed.items()}
    assert colours["park-North"]["color"] == "inherit"  # 59.9 %, printed as 60 but below the edge
    assert colours["park-South"]["color"] == colours["library-East"]["color"] == "#fff"
    assert len({found["background"] for found in colours.values()}) == 4


def test_a_page_that_failed_says_why_and_runs_nothing(overview):
    page = page_of(overview)
    assert "cell 2: &lt;b&gt;no&lt;/b&gt; way" in page
    assert "park-East/report.html" not in page
    assert "1 页没有生成" in page


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_is_right_in_both_languages(overview, language):
    titled = Overview(title="可达性" if language == "zh" else "Access", shared=overview.shared, runs=overview.runs)
    assert page_problems(page_of(titled, language), subject="runs", language=language, exists=lambda _: True) == ()


def test_one_parameter_or_no_share_gives_no_crossed_table(overview):
    one = [RunPage(key=run.key, words={"kind": run.words["kind"]}, figures=run.figures) for run in overview.runs]
    assert runs_crossed(Overview(title="t", shared={}, runs=one)) is None
    without = [RunPage(key=run.key, words=run.words, figures={"median_min": 1.0}) for run in overview.runs]
    assert runs_crossed(Overview(title="t", shared={}, runs=without)) is None


def test_a_share_of_which_more_is_worse_is_no_main_figure_and_columns_of_the_table_are_none():
    found = {"share_no_way": 0.5, "key": "x", "error": "y", "share_library": 0.25}
    one = Overview(title="t", shared={}, runs=[RunPage(key="a", words={"kind": KINDS[0]}, figures=found)])
    assert one.figures == ("share_no_way", "share_library")
    assert one.main == "share_library"


def test_figures_of_several_sections_are_gathered():
    html = (
        section("a", id="a", title="a", subject="1", figures={"x": 1.5, "y": 'q"<'}).html
        + section("b", id="b", title="b", subject="1", figures={"z": 2}).html
    )
    assert figures_of(f"<main>{html}</main>") == {"x": 1.5, "y": 'q"<', "z": 2}
    assert figures_of("<main></main>") == {}


def test_a_figure_that_is_no_number_is_refused():
    with pytest.raises(ValueError, match="JSON"):
        section("a", id="a", title="a", subject="1", figures={"x": float("nan")})


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("share_x", 0.1234, "12.3 %"),
        ("x_share", 1.0, "100.0 %"),
        ("a_min", 3.0, "3.0"),
        ("a_persons", 12345.0, "12,345"),
        ("objective", "fairest", "fairest"),
    ],
)
def test_a_figure_is_printed_by_the_unit_its_name_carries(name, value, said):
    assert figure_text(name, value) == said
