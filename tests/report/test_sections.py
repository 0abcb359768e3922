"""Sections of a community's page: every text in both languages, every number that of the results, small counts hidden."""

from __future__ import annotations

import csv
import io
import math
import re
from html import unescape

import pytest

from friendly_city.report.community import (
    SECTIONS,
    clauses_section,
    community_sections,
    finding_section,
    findings_section,
    header_section,
    map_section,
)
from friendly_city.report.html import exact
from friendly_city.report.sections_map import nobody_reaches
from friendly_city.report.sections_method import commands, findings_csv
from friendly_city.report.shown import finding_anchor, people, people_by_group, threshold_text
from friendly_city.report.words import NOUNS, say, texts

CHINESE = re.compile(r"[一-鿿]")
LANGUAGES = ("zh", "en")


def page(c, **options):
    return "".join(section.html for section in community_sections(c, **options))


def visible(html):
    html = re.sub(r'<(\w+)[^>]* lang="zh-Hans"[^>]*>.*?</\1>', "", html)
    return unescape(re.sub(r"<[^>]+>", " ", html))


def test_every_text_has_both_languages_and_the_same_names_in_both():
    for key, text in texts().items():
        assert set(text) == {"zh", "en"}, key
        assert all(text.values()), key
        names = [set(re.findall(r"\{(\w+)\}", text[language])) - set(NOUNS) for language in LANGUAGES]
        assert names[0] == names[1], key
        assert not CHINESE.search(text["en"]), key


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("community", ["c", "all_met", "nothing_known", "markup_name", "three_children"])
@pytest.mark.parametrize("make", SECTIONS, ids=lambda make: make.__name__)
def test_every_section_stands_for_every_kind_of_community(make, community, language, request):
    section = make(request.getfixturevalue(community), language=language)
    assert section.title
    assert section.html.startswith(f'<section id="{section.id}" class="fc" data-community="440304001')
    assert not re.search(r"\bnan\b|\binf\b|None|\{\w+\}", visible(section.html))


def test_an_english_page_is_english(c):
    html = page(c, language="en")
    assert not CHINESE.search(visible(html))
    assert '<span lang="zh-Hans" class="other">(益田社区)</span>' in html


def test_a_chinese_page_has_no_english_sentence(c):
    text = visible(page(c, language="zh"))
    assert not re.search(r"\b(the|is|not|and|points|district)\b", text)


def test_names_and_reasons_from_the_data_are_escaped(markup_name):
    html = page(markup_name)
    assert "<script" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "<b>填报" not in html


def test_every_printed_number_of_a_finding_is_the_one_found(c):
    html = page(c)
    rows = c.findings.frame.set_index("criterion_id")
    printed = re.findall(r'data-criterion="([^"]+)" data-field="(value|rating|degree)" data-value="([^"]*)"', html)
    assert {name for name, _, _ in printed} == set(rows.index)
    for name, field, value in printed:
        found = rows.loc[name, field]
        if isinstance(found, float):
            assert (value == "" and math.isnan(found)) or float(value) == found
        else:
            assert value == found


def test_every_printed_score_is_that_of_the_results(c):
    printed = re.findall(r'data-dimension="([^"]+)" data-field="([^"]+)" data-value="([^"]*)"[^>]*>([^<]*)<', page(c))
    assert {name for name, *_ in printed} == set(c.scores.index)
    for name, field, value, shown in printed:
        assert float(value) == pytest.approx(float(c.scores.loc[name, field]), abs=0)
        if field == "data_coverage":
            assert shown == f"{100 * float(value):.0f} %"
        else:
            assert abs(float(shown) - float(value)) <= 0.5


def test_gains_of_the_page_are_those_of_the_plan(c):
    printed = dict(re.findall(r'data-criterion="([^"]+)" data-field="gain" data-value="([^"]*)"', page(c)))
    assert {name: float(value) for name, value in printed.items()} == dict(
        zip(c.plan["criterion_id"], c.plan["gain"], strict=True)
    )


def test_no_link_of_the_page_is_dead_or_leaves_it(c):
    html = page(c)
    ids = re.findall(r'\bid="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    targets = re.findall(r'<a href="([^"]+)"', html)
    assert len(targets) > 60
    assert all(target.startswith(("#", "data:text/csv")) for target in targets)
    assert {target[1:] for target in targets if target.startswith("#")} <= set(ids)


def test_each_finding_leads_to_its_clause_in_one_click_and_shows_its_rows_in_another(c):
    html = page(c)
    for item in c.checklist.items:
        row = re.search(rf'<tr role="row" id="{finding_anchor(item.id)}".*?</tr>', html)[0]
        assert item.id in set(c.findings.not_applicable["criterion_id"]) or re.search(r'href="#clause-[^"]+"', row)
    assert re.search(r"<details><summary>19 行</summary><ul><li>设施台账 <code>F0000</code>", html)


def test_an_unseen_clause_number_and_an_unverified_figure_are_said(c):
    html = page(c)
    assert html.count("条号未见") >= 8
    assert "⚠ 数值待核" in html
    assert "仅见标题" in html


def test_thresholds_of_ours_and_comparators_are_named(c):
    assert "阈值为参照值，非标准要求" in page(c)
    assert "threshold is a comparator" in page(c, language="en")


def test_an_unmet_gate_is_named_with_the_grade_it_caps(c):
    assert c.capped_by == ("db4403-health-0",)
    html = header_section(c).html
    assert "1 项门槛指标未满足，等级最高只能是“合格”" in html
    assert 'href="#finding-db4403-health-0"' in html


def test_without_data_there_is_no_score_and_the_range_is_whole(nothing_known):
    html = header_section(nothing_known).html
    assert 'aria-label="得分 — 分（满分 100）"' in html
    assert "数据不足，不评级" in html
    assert "无数据，不排位" in html
    assert "先补数据" in page(nothing_known)


def test_when_all_is_met_there_is_nothing_to_do(all_met):
    html = page(all_met)
    assert "有数据的指标全部满足。" in html
    assert "没有未满足或部分满足的指标。" in html


def test_the_first_sentence_adds_up_the_first_actions(c):
    to = c.score + c.plan["gain"].head(3).sum()
    assert (
        f'得分可从 <span data-dimension="total" data-field="score" data-value="{exact(c.score)}">{c.score:.0f}</span> 到 <b>{to:.0f}</b>'
        in page(c)
    )


def test_few_children_are_not_counted_out_in_public(three_children):
    public, internal = header_section(three_children).html, header_section(three_children, edition="internal").html
    assert "常住儿童 少于 5 人" in public
    assert "少于 5" not in internal
    assert "常住儿童 3 人" in internal


def test_the_map_does_not_give_away_what_the_head_of_the_page_withholds(three_children, c):
    assert "公开版不列6–12 岁儿童人数" in map_section(three_children).html
    assert "<table" not in map_section(three_children).html
    assert "这里没有6–12 岁儿童" in map_section(three_children, edition="internal").html
    assert "<table" in map_section(c).html


def with_totals(c, **columns):
    """Return the same community's audit with other totals."""
    from dataclasses import replace

    scores = c.audit.scores.copy()
    for name, value in columns.items():
        scores.loc[(scores["community_code"] == c.code) & (scores["dimension"] == "total"), name] = value
    return replace(c.audit, scores=scores).of(c.code)


def test_without_a_grade_a_score_is_provisional_and_nothing_is_called_weakest(c):
    little = with_totals(c, grade="", data_coverage=0.4)
    html = page(little)
    unknown = c.findings.counts["no_data"]
    assert '<b class="provisional"' in html
    assert "<em>暂计</em>" in html
    assert f'32 项中 <span data-rating="no_data">{unknown}</span> 项不清楚' in html
    assert "最弱的是" not in html
    assert "最强" not in html
    box = finding_section(little).html
    assert box.index('class="wanted"') < box.index("已经知道的不足")
    assert re.findall(r'data-field="(\w+)"', box[box.index("<ol") :])[:3] == ["width"] * 3
    assert "provisional" not in page(c)
    assert "最弱的是" in page(c)


def test_a_subsystem_with_little_data_is_not_called_weakest(c):
    from dataclasses import replace

    from friendly_city.report.reading import weakest

    weak = weakest(c)
    scores = c.audit.scores.copy()
    scores.loc[(scores["community_code"] == c.code) & (scores["dimension"] == weak.id), "data_coverage"] = 0.3
    assert weakest(replace(c.audit, scores=scores).of(c.code)).id != weak.id


def test_a_lowered_grade_says_what_the_score_alone_would_give(c):
    html = header_section(with_totals(c, score=80.0, grade="pass")).html
    assert "合格（按分数为良好，因未过门槛降级" in html
    assert 'data-grade="pass" data-by-score="good"' in html
    assert "等级由“良好”降为“合格”" in html
    english = header_section(with_totals(c, score=80.0, grade="pass"), language="en").html
    assert "Pass (Good by score, lowered by a gate that is not met" in english
    kept = header_section(with_totals(c, score=65.0, grade="pass")).html
    assert "降级" not in kept
    assert "data-by-score" not in kept


def test_a_score_about_which_all_is_known_has_no_range(all_met, c):
    html = header_section(all_met).html
    assert "各项都有数据，没有范围" in html
    assert "（0 项无数据）" not in html
    assert "项无数据）" in header_section(c).html


def test_a_gain_below_a_tenth_is_said_as_that():
    from friendly_city.report.shown import gain_text

    assert [gain_text(gain) for gain in (2.14, 0.1, 0.0999, 0.013)] == ["+2.1", "+0.1", "<0.1", "<0.1"]


def test_that_no_child_reaches_a_childrens_home_is_said_in_the_summary_and_below_the_map(three_children, c, markup_name):
    far = nobody_reaches(markup_name, language="zh", edition="internal")
    assert re.fullmatch(r"[\d,]+ 名 6–12 岁儿童，没有一名能在 15 分钟内步行到儿童之家。", far)
    assert far in finding_section(markup_name, edition="internal").html
    assert far in map_section(markup_name, edition="internal").html
    assert nobody_reaches(c, language="zh", edition="public") == ""
    assert nobody_reaches(three_children, language="zh", edition="internal") == ""


def test_evidence_names_the_facility_and_the_figure_asked_of_it(c):
    from dataclasses import replace

    import pandas as pd

    from friendly_city.report.evidence import evidence_lines, unit_of

    table = c.city.register("facilities").assign(
        name="彩田<公园>", name_en="Caitian park", play_area_m2=[0.0, 12.5, *[float("nan")] * 6]
    )
    city = replace(c.city, registers={**c.city.registers, "facilities": table, "inspections": pd.DataFrame(
        [{"inspection_id": "I1", "examined_date": pd.Timestamp("2022-03-01"), "answer": "no"}])})  # fmt: skip
    audit = replace(c.audit, city=city)
    lines = evidence_lines(audit, ["facilities#F00", "facilities#F02", "inspections#I1", "facilities#F99"], "play_area_m2", "zh")
    assert lines[0] == "<li>设施台账 <code>F00</code> 彩田&lt;公园&gt; 0 m²</li>"
    assert lines[1] == "<li><code>F02</code> 彩田&lt;公园&gt;</li>"
    assert lines[2] == "<li><code>F99</code></li>"
    assert lines[3] == "<li>核查台账 <code>I1</code> 2022-03-01</li>"
    assert "Caitian park 0 m²" in evidence_lines(audit, ["facilities#F00"], "play_area_m2", "en")[0]
    assert unit_of("capacity_places") == "places"


def test_what_is_required_is_said_once_in_a_finding(c):
    row = re.search(r'<tr role="row" id="finding-db4403-health-0".*?</tr>', findings_section(c).html)[0]
    assert re.sub(r"<[^>]+>", "", row).count("要求") == 1


def test_clauses_come_in_the_order_of_their_numbers(c):
    shown = re.findall(r'<th scope="row"[^>]*>(?:<[^>]+>)?([^<]+)', clauses_section(c).html)
    numbers = [[int(part) for part in number.split(".")] for number in shown if number[0].isdigit()]
    assert len(numbers) > 20
    assert numbers == sorted(numbers)
    assert all(not number[0].isdigit() for number in shown[len(numbers) :])


def test_a_hidden_count_cannot_be_worked_out_from_the_total():
    shown = people_by_group({"a": 1, "b": 300, "c": 40}, edition="public", language="zh")
    assert shown == {"a": "少于 5", "b": "不公布", "c": "40"}
    two = people_by_group({"a": 1, "b": 300, "c": 2}, edition="public", language="zh")
    assert two == {"a": "少于 5", "b": "不公布", "c": "少于 5"}  # as for 1 and 1: the rule tells nothing
    ones = people_by_group({"a": 1, "b": 300, "c": 1}, edition="public", language="zh")
    assert ones == {"a": "少于 5", "b": "不公布", "c": "少于 5"}
    tight = people_by_group({"a": 1, "b": 5}, edition="public", language="zh")
    assert tight == {"a": "不公布", "b": "不公布"}


def test_none_is_no_secret_and_needs_no_second_suppression():
    shown = people_by_group({"a": 0, "b": 300, "c": 40}, edition="public", language="zh")
    assert shown == {"a": "0", "b": "300", "c": "40"}


@pytest.mark.parametrize(("count", "shown"), [(0, "0"), (1, "少于 5"), (4, "少于 5"), (5, "5"), (1234, "1,234")])
def test_counts_from_five_on_are_shown(count, shown):
    assert people(count, edition="public", language="zh") == shown


def test_thresholds_of_shares_are_in_per_cent():
    assert threshold_text("≥ 0.85", "share", "en") == "≥ 85 %"
    assert threshold_text("250–300", "m2", "en") == "250–300 m²"
    assert threshold_text("", "m2", "en") == ""


def test_what_does_not_apply_is_listed_with_its_reason(c):
    html = page(c)
    assert f"{len(c.findings.not_applicable)} 项不适用及其理由" in html


def test_unknown_criteria_say_how_to_find_out(c):
    html = page(c)
    assert html.count("查规划图与现场照片") == c.findings.counts["no_data"]


def test_the_commands_make_the_same_page(c):
    lines = commands(c, language="en", edition="internal").splitlines()
    assert lines[0] == (
        "friendly-city audit data/futian --checklist community --period 2022 --community 440304001001 "
        "--lang en --edition internal --out reports/2022"
    )
    assert "-r community 440304001001 -r period 2022 -r language en -r edition internal" in lines[1]


def test_the_download_holds_all_findings_and_no_formula(c):
    rows = list(csv.DictReader(io.StringIO(findings_csv(c, "zh"))))
    assert [row["criterion_id"] for row in rows] == list(c.findings.frame["criterion_id"])
    assert [float(row["value"]) for row in rows if row["value"]] == list(c.findings.frame["value"].dropna())
    poisoned = c.findings.frame.assign(reason_zh="=1+1")
    from dataclasses import replace

    other = replace(c.audit, findings=poisoned).of(c.code)
    assert "'=1+1" in findings_csv(other, "zh")


def test_no_page_names_another_community(audit):
    names = [str(name) for name in audit.city.communities["name"] if "<" not in str(name)]
    for own in audit:
        html = page(own)
        assert not [name for name in names if name in html and name != own.name.zh]


def test_wrong_words_for_language_and_edition_are_refused(c):
    with pytest.raises(ValueError, match="`language` parameter must be one of 'zh', 'en'; not 'de'"):
        community_sections(c, language="de")
    with pytest.raises(ValueError, match="`edition` parameter must be one of 'public', 'internal'; not 'secret'"):
        community_sections(c, edition="secret")


def test_a_text_that_stands_twice_is_refused_with_its_line():
    from friendly_city.report.words import InvalidTexts, merged

    with pytest.raises(InvalidTexts, match=r"b\.yaml:2.*x.*stands twice"):
        merged({"a.yaml": "x: {zh: 一, en: one}", "b.yaml": "y: {zh: 二, en: two}\nx: {zh: 三, en: three}"})
    with pytest.raises(InvalidTexts, match="stands twice"):
        merged({"a.yaml": "x: {zh: 一, en: one}\nx: {zh: 三, en: three}"})


def test_an_unknown_text_suggests_the_nearest():
    from friendly_city.errors import UnknownName

    with pytest.raises(UnknownName, match="did you mean 'evidence'"):
        say("evidense", "zh")
