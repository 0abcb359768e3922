"""A finished page is looked at: each kind of defect, planted in a page that is right, gives its message and no other."""

from __future__ import annotations

import re

import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from friendly_city.report.check import in_one_line, notebook_problems, page_problems
from friendly_city.report.community import community_sections, page_title
from friendly_city.report.district import district_sections
from friendly_city.report.expected import expected_index, expected_pages
from friendly_city.report.exporter import export_html, notebook_of


def page_of(sections, subject, title="t", language="zh"):
    return export_html(notebook_of(sections, title=title, subject=subject), language=language)


def grade_titles(audit, language):
    return {grade.id: grade.title.of(language) for grade in audit.checklist.grades}


@pytest.fixture(scope="module")
def expected(audit):
    return {
        language: expected_pages(audit.findings, audit.scores, language=language, grade_titles=grade_titles(audit, language))
        for language in ("zh", "en")
    }


@pytest.fixture(scope="module")
def good(c):
    return page_of(community_sections(c), c.code, title=page_title(c))


@pytest.fixture(scope="module")
def other(all_met):
    return page_of(community_sections(all_met), all_met.code, title=page_title(all_met))


@pytest.fixture(scope="module")
def check(c, expected):
    def told(page, **changes):
        settings = {
            "subject": c.code,
            "name": c.name.zh,
            "title": page_title(c),
            "language": "zh",
            "expected": expected["zh"][c.code],
            "exists": lambda path: False,
        }
        return [str(problem) for problem in page_problems(page, **settings | changes)]

    return told


@pytest.fixture(scope="module")
def index(audit):
    return page_of(district_sections(audit), "index")


@pytest.fixture(scope="module")
def check_index(audit):
    def told(page):
        wanted = expected_index(audit.scores, language="zh", grade_titles=grade_titles(audit, "zh"))
        pages = {f"{code}/report.html" for code in audit.codes}
        found = page_problems(
            page, subject=audit.city.id, language="zh", expected=wanted, file="index.html",
            exists=lambda path: path in pages or path.startswith(("findings.", "scores.", "action_plan.", "communities.", "manifest.", "index.")),
        )  # fmt: skip
        return [str(problem) for problem in found]

    return told


def changed(page, pattern, by, *, count=1):
    """Change the first place a pattern is found; fails when there is none, so that no defect is planted in vain."""
    new, times = re.subn(pattern, by, page, count=count, flags=re.DOTALL)
    assert times == count
    assert new != page
    return new


def section(page, name):
    return re.search(rf'<section id="{name}".*?</section>', page, re.DOTALL)[0]


# -- pages that are right


def test_every_made_page_is_right_in_both_languages(audit, expected):
    for c in audit:
        for language in ("zh", "en"):
            title = page_title(c, language=language)
            page = page_of(community_sections(c, language=language), c.code, title=title, language=language)
            found = page_problems(
                page, subject=c.code, name=c.name.of(language), title=title, language=language,
                expected=expected[language][c.code],
            )  # fmt: skip
            assert found == (), (c.code, language)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_overview_is_right_in_both_languages(audit, language):
    page = page_of(district_sections(audit, language=language), "index", language=language)
    wanted = expected_index(audit.scores, language=language, grade_titles=grade_titles(audit, language))
    assert page_problems(page, subject=audit.city.id, title="t", language=language, expected=wanted) == ()


def test_a_page_of_another_notebook_need_not_show_the_sections_of_ours(expected, c):
    page = '<html lang="zh-Hans"><main><p>只有一句话</p></main></html>'
    assert page_problems(page, subject=c.code, language="zh", expected=expected["zh"][c.code]) == ()


# -- it shows nothing


@pytest.mark.parametrize(
    ("main", "problem"),
    [
        ("", "report.html: shows nothing; expected sections with text"),
        ("<p> </p>", "report.html: shows nothing; expected sections with text"),
        ("<style>p{color:red}</style><!-- words -->", "report.html: shows nothing; expected sections with text"),
        ("<figure>words</figure>", "report.html figure 1: is empty; expected a drawing with marks"),
        (
            "<figure><svg><path d='M0 0'/></svg></figure><figure><svg><g></g></svg>x</figure>",
            "report.html figure 2: is empty; expected a drawing with marks",
        ),
        (
            "<figure id='f'><svg role='img' aria-label=' '><path d='M0 0'/></svg>x</figure>",
            "report.html figure #f: does not say what it shows; expected role img with an aria-label, or aria-hidden",
        ),
    ],
)
def test_a_page_that_drew_nothing_is_found(main, problem):
    assert [str(p) for p in page_problems(f"<main>{main}</main>")] == [problem]


def test_a_page_without_a_main_part_shows_nothing():
    assert [p.what for p in page_problems("<p>words</p>")] == ["shows nothing"]


@pytest.mark.parametrize("name", ["ratings-figure", "profile-figure", "map-figure"])
def test_an_emptied_figure_is_found(good, check, name):
    marks = r"<(?:path|use|rect|circle|line|polygon)\b[^>]*>"
    figure = re.search(rf'<figure[^>]*id="{name}".*?</figure>', good, re.DOTALL)[0]
    page = good.replace(figure, re.sub(marks, "", figure))
    assert f"report.html figure #{name}: is empty; expected a drawing with marks" in check(page)


# -- it is of another unit


def test_a_page_of_another_community_is_found(c, all_met, good):
    found = [str(p) for p in page_problems(good, subject=all_met.code)]
    assert f"report.html html: shows {c.code}; expected {all_met.code}" in found
    assert f"report.html section #summary: shows {c.code}; expected {all_met.code}" in found
    assert f"report.html figure #map-figure: shows {c.code}; expected {all_met.code}" in found


@pytest.mark.parametrize("name", ["summary", "ratings", "map", "findings", "data"])
def test_one_section_of_another_community_is_found(good, other, check, all_met, c, name):
    page = good.replace(section(good, name), section(other, name))
    assert f"report.html section #{name}: shows {all_met.code}; expected {c.code}" in check(page)


def test_one_figure_of_another_community_is_found(good, other, check, all_met, c):
    figure = re.compile(r'<figure[^>]*id="map-figure".*?</figure>', re.DOTALL)
    page = good.replace(figure.search(good)[0], figure.search(other)[0])
    assert check(page) == [f"report.html figure #map-figure: shows {all_met.code}; expected {c.code}"]


def test_another_title_is_found(good, check, c, all_met):
    page = changed(good, "<title>[^<]*</title>", f"<title>{page_title(all_met)}</title>")
    assert check(page) == [f"report.html title: is {page_title(all_met)!r}; expected {page_title(c)!r}"]


def test_another_name_in_the_heading_is_found(good, check, c):
    assert check(changed(good, f"<h1>{c.name.zh}", "<h1>别的社区")) == ["report.html h1: names '别的社区'; expected 益田社区"]


def test_a_heading_outside_the_sections_may_say_anything(good, check):
    assert check(changed(good, '<section id="summary"', '<h1>关于这一页</h1><section id="summary"')) == []


def test_a_name_that_is_markup_is_compared_as_text(audit, markup_name):
    c = markup_name
    page = page_of(community_sections(c), c.code, title=page_title(c))
    assert page_problems(page, subject=c.code, name=c.name.zh, title=page_title(c)) == ()


# -- its numbers are not those of the result files


@pytest.mark.parametrize("field", ["score", "lower", "upper", "data_coverage", "rank", "rank_low", "rank_high"])
def test_a_changed_exact_number_is_found(good, check, field):
    page = changed(good, rf'(data-dimension="total" data-field="{field}" data-value=")[^"]*', r"\g<1>12.5")
    found = check(page)
    assert len(found) == 1
    assert found[0].startswith(f"report.html total {field}: shows '12.5'; expected ")
    assert found[0].endswith("(scores.csv)")


@pytest.mark.parametrize("field", ["score", "lower", "upper", "data_coverage", "rank", "rank_low", "rank_high"])
def test_a_changed_printed_number_is_found_though_the_exact_one_is_right(good, check, field):
    page = changed(good, rf'(data-dimension="total" data-field="{field}" data-value="[^"]*"[^>]*>)[\d.]+', r"\g<1>7")
    assert [problem.partition(";")[0].rstrip("%' ") for problem in check(page)[:1]] == [f"report.html total {field}: shows '7"]


def test_a_number_of_a_subsystem_is_compared_too(good, check):
    page = changed(good, r'(data-dimension="play" data-field="lower" data-value="[^"]*">)[\d.]+', r"\g<1>3.2")
    assert [problem.partition(";")[0] for problem in check(page)] == ["report.html play lower: shows '3.2'"]


def test_another_grade_is_found_by_id_and_by_word(good, check, c):
    by_id = check(changed(good, 'data-grade="[^"]*"', 'data-grade="best"'))
    assert by_id == [f"report.html grade: shows 'best'; expected {c.grade.id} (scores.csv)"]
    by_word = check(changed(good, r'(data-grade="[^"]*">)[^<]*', r"\1优秀"))
    assert by_word == [f"report.html grade: shows '优秀'; expected {c.grade.title.zh} (scores.csv and the checklist)"]


@pytest.mark.parametrize("rating", ["met", "partly_met", "not_met", "no_data", "not_applicable"])
def test_a_changed_count_of_a_rating_is_found(good, check, rating, c):
    page = changed(good, rf'(<li data-rating="{rating}">.*?) \d+</li>', r"\1 99</li>")
    found = check(page)
    assert len(found) == 1
    assert f"count of {rating}: shows" in found[0]
    assert found[0].endswith(f"99'; expected {c.findings.counts[rating]} (findings.csv)")


def test_counts_in_the_words_of_the_figure_are_compared(good, check):
    page = changed(good, r'(id="ratings-figure".*?aria-label="[^"]*?满足 )\d+', r"\g<1>99")
    assert [problem.partition(":")[0] for problem in check(page)] == ["report.html #ratings-figure"]


def test_another_rating_of_a_finding_is_found(good, check, c):
    criterion = c.findings.not_met["criterion_id"].iloc[0]
    start = f'data-criterion="{criterion}" data-field="rating" data-value='
    assert check(changed(good, f'({start})"not_met"', r'\1"met"')) == [
        f"report.html {criterion} rating: shows 'met'; expected not_met (findings.csv)"
    ]
    page = changed(good, f'({start}"not_met"[^>]*>)<span class="tag not_met">.*?</span>', r'\1<span class="tag met">满足</span>')
    assert check(page) == [f"report.html {criterion} rating: shows '满足'; expected 未满足 (findings.csv)"]


def test_another_rating_of_a_row_is_found(good, check, c):
    criterion = c.findings.not_met["criterion_id"].iloc[0]
    page = changed(good, rf'(<tr[^>]*id="finding-{criterion}"[^>]*data-rating=)"not_met"', r'\1"met"')
    assert check(page) == [f"report.html #finding-{criterion} data-rating: shows 'met'; expected not_met (findings.csv)"]


@pytest.mark.parametrize("field", ["value", "degree", "gain", "width"])
def test_a_changed_number_of_a_finding_is_found(good, check, field):
    page = changed(good, rf'(data-field="{field}" data-value=)"[^"]+"', r'\1"12345.5"')
    found = check(page)
    assert len(found) == 1
    assert f" {field}: shows '12345.5'; expected " in found[0]


def test_another_reason_is_found(good, check):
    page = changed(good, r'(data-field="value" data-value="[^"]+"[^>]*>)场地', r"\1广场")
    assert len(check(page)) == 1
    assert "(the reason in findings.csv)" in check(page)[0]


def test_findings_that_are_not_shown_are_named(good, check):
    page = changed(good, r"<tr[^>]*id=\"finding-[^>]*>.*?</tr>", "", count=6)
    lacking = [problem for problem in check(page) if "does not show" in problem]
    assert len(lacking) == 2
    assert re.search(r"does not show the rating of \S+, \S+, \S+ and \d more", lacking[0])


def test_a_total_that_is_not_shown_is_named(good, check):
    page = changed(good, r' data-dimension="total" data-field="rank_low"', "")
    assert check(page) == ["report.html: does not show the total rank_low"]


def test_a_criterion_or_dimension_unknown_to_the_files_is_found(good, check):
    page = changed(good, r'data-criterion="[^"]*" data-field="value"', 'data-criterion="nothing" data-field="value"')
    assert "report.html nothing value: is of a criterion that findings.csv does not have for this community" in check(page)
    page = changed(good, r'data-dimension="play"', 'data-dimension="work"')
    assert any("is of a dimension that scores.csv does not have" in problem for problem in check(page))


# -- the overview


@pytest.mark.parametrize("field", ["rank", "score", "bounds", "rank_interval", "data_coverage", "grade"])
def test_a_changed_cell_of_the_overview_is_found(index, check_index, field):
    page = changed(index, rf'(<td[^>]*data-field="{field}"[^>]*>)[^<]+', r"\g<1>7 – 8")
    found = check_index(page)
    assert len(found) == 1
    assert re.match(rf"index.html \d+ {field}: shows '7 – 8'; expected .* \(scores.csv", found[0])


@pytest.mark.parametrize("field", ["rank", "score", "bounds", "rank_interval", "data_coverage"])
def test_a_cell_of_the_overview_is_sorted_by_its_own_number(index, check_index, field):
    page = changed(index, rf'(data-field="{field}" data-value=")[^"]*', r"\g<1>0.125")
    assert [re.sub(r"\d{12}", "C", p).partition(";")[0] for p in check_index(page)] == [f"index.html C {field}: shows '0.125'"]


@pytest.mark.parametrize("name", ["mean_score", "mean_bounds", "best_worst", "mean_coverage"])
def test_a_changed_mean_of_the_overview_is_found(index, check_index, name):
    page = changed(index, rf'(data-mean="{name}"[^>]*>)[^<]+', r"\g<1>7 – 8")
    assert [problem.partition(";")[0] for problem in check_index(page)] == [f"index.html {name}: shows '7 – 8'"]


def test_a_changed_number_of_lowered_grades_is_found(index, check_index):
    page = changed(index, r'(data-mean="district_gated"[^>]*>)[^<]+', r"\g<1>9")
    assert [problem.partition(";")[0] for problem in check_index(page)] == ["index.html district_gated: shows '9'"]


def test_a_grade_cannot_be_lowered_to_itself(index, check_index, c):
    grade = c.grade.id
    page = changed(index, rf'(<tr data-code="{c.code}">.*?data-grade="{grade}")', rf'\g<1> data-by-score="{grade}"')
    assert f"index.html {c.code} grade: shows '{grade}'; expected another grade by its score (a lowered grade)" in check_index(
        page
    )


def test_how_much_is_unknown_is_compared_in_the_summary_of_a_provisional_score(audit, c):
    from dataclasses import replace

    scores = audit.scores.copy()
    scores.loc[(scores["community_code"] == c.code) & (scores["dimension"] == "total"), "grade"] = ""
    little = replace(audit, scores=scores).of(c.code)
    wanted = expected_pages(audit.findings, scores, language="zh")[c.code]
    page = page_of(community_sections(little), c.code)
    assert page_problems(page, expected=wanted) == ()
    problems = page_problems(changed(page, r'(<span data-rating="no_data">)\d+', r"\g<1>99"), expected=wanted)
    assert [str(problem).partition(";")[0] for problem in problems] == ["report.html count of no_data: shows '99'"]


def test_a_changed_count_of_a_grade_is_found(index, check_index):
    page = changed(index, r'(data-field="communities" data-grade="best"[^>]*>)\d+', r"\g<1>77")
    assert [problem.partition(";")[0] for problem in check_index(page)] == ["index.html communities graded best: shows '77'"]


def test_a_community_missing_from_or_foreign_to_the_overview_is_named(index, check_index, c):
    page = changed(index, rf'<tr data-code="{c.code}">.*?</tr>', "")
    assert check_index(page) == [f"index.html: does not show the totals of {c.code}"]
    page = changed(index, f'<tr data-code="{c.code}"', '<tr data-code="999"')
    assert "index.html 999: is a community that scores.csv does not have" in check_index(page)


def test_a_link_of_the_overview_to_a_page_that_is_not_there_is_found(index, check_index, c):
    page = changed(index, f'href="{c.code}/report.html"', 'href="999/report.html"')
    assert check_index(page) == ["index.html a: link to 999/report.html, which is not there; expected a file beside the page"]


# -- its language, its size


def test_an_english_page_in_a_chinese_run_is_found(c, check):
    found = check(page_of(community_sections(c, language="en"), c.code, title=page_title(c), language="en"))
    assert "report.html html lang: is 'en'; expected zh-Hans" in found
    assert "report.html section #findings: has 0% Chinese letters; expected text in Chinese, the language of the run" in found


def test_a_chinese_section_on_an_english_page_is_found(c, expected):
    own, foreign = community_sections(c, language="en"), community_sections(c, language="zh")
    page = page_of((*own[:10], foreign[10], *own[11:]), c.code, language="en")
    found = [str(p) for p in page_problems(page, subject=c.code, language="en", expected=expected["en"][c.code])]
    assert len(found) == 1
    assert re.fullmatch(
        r"report.html section #method: has \d+% Chinese letters; expected text in English, the language of the run", found[0]
    )


def test_the_language_in_the_head_is_compared(good, check):
    assert check(changed(good, '<html lang="zh-Hans"', '<html lang="zh-Hant"')) == [
        "report.html html lang: is 'zh-Hant'; expected zh-Hans"
    ]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_page_over_the_size_is_found(good, check, language):
    page = changed(good, "</main>", "<p>" + "友好" * 83_000 + "</p></main>")
    assert [re.sub(r"[\d,]+ bytes", "N bytes", problem) for problem in check(page)] == [
        "report.html: is N bytes; expected fewer than 500,000: fewer decimals in figures, shorter tables"
    ]


def test_the_overview_may_be_larger_by_5_kb_a_community_and_no_more(index, check_index):
    """The test city has 5 communities: 500,000 + 5 x 5,000 bytes."""
    room = 525_000 - len(index.encode()) - len("<!---->")
    fits, over = (changed(index, "</main>", f"<!--{'x' * (room + more)}--></main>") for more in (-1, 0))
    assert check_index(fits) == []
    assert check_index(over) == [
        "index.html: is 525,000 bytes; expected fewer than 525,000: fewer decimals in figures, shorter tables"
    ]


# -- the notebook beside it


def test_what_a_notebook_wrote_to_stderr_is_a_problem_also_in_its_plain_json():
    cell = new_code_cell("x", outputs=[new_output("stream", name="stderr", text="\ncareful\nmore\n")])
    plain = {"cells": [{"outputs": [{"output_type": "stream", "name": "stderr", "text": ["\n", "careful\n", "more\n"]}]}]}
    assert notebook_problems(new_notebook(cells=[cell])) == ("cell 1 wrote to stderr: careful",)
    assert notebook_problems(plain) == ("cell 1 wrote to stderr: careful",)
    assert (
        notebook_problems({"cells": [{"outputs": [{"output_type": "stream", "name": "stdout", "text": ["fine\n"]}]}, {}]}) == ()
    )


def test_many_problems_are_told_in_one_line():
    found = page_problems('<main><a href="#a">x</a><a href="#b">x</a><a href="#c">x</a><a href="#d">x</a></main>')
    assert in_one_line(found).endswith("| and 1 more")
    assert "\n" not in in_one_line(found)
    assert in_one_line([]) == ""
