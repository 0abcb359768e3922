"""The district page: every section in both languages, its numbers those of the audit, its links those of the folder."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

from friendly_city.labels import number
from friendly_city.report import district, district_numbers, district_tables
from friendly_city.report.maps import class_colour, map_scores, score_classes

SECTIONS = [
    "district_header", "district_map", "district_grades", "district_subsystems", "district_ranking",
]  # fmt: skip
TABLES = ["district_list", "district_gaps", "district_unknown", "district_trouble", "district_files"]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", SECTIONS + TABLES)
def test_every_section_stands_in_both_languages(audit, name, language):
    draw = getattr(district if name in SECTIONS else district_tables, name)
    found = draw(audit, language=language)
    assert found.html.startswith("<section")
    assert 'data-community="futian"' in found.html
    assert "nan" not in re.sub(r"<[^>]*>", " ", found.html).lower().split()


def test_names_that_are_markup_are_escaped(audit):
    for found in district.district_sections(audit):
        assert "<script>" not in found.html


def test_every_score_of_the_list_is_the_exact_one(audit):
    html = district_tables.district_list(audit).html
    shown = dict(re.findall(r'data-code="(\d+)" data-field="score" data-value="([^"]*)"', html))
    totals = audit.totals["score"]
    assert set(shown) == set(totals.index)
    for code, value in shown.items():
        assert (value == "") == bool(np.isnan(totals[code]))
        assert value == "" or float(value) == totals[code]


def test_a_community_is_linked_unless_it_has_no_report(audit):
    first, second = audit.codes[0], audit.codes[1]
    html = district_tables.district_list(audit, without_report=[second]).html
    assert f'href="{first}/report.html"' in html
    assert f'href="{second}/report.html"' not in html


def test_what_failed_is_named_and_what_was_not_asked_for_is_counted(audit):
    html = district_tables.district_trouble(audit, failed=[audit.codes[1]], left_out=list(audit.codes[2:4]), language="en").html
    assert html.index("Maling") < html.index("failed") < html.index("Reports of 2 of the 5 communities were not asked for")
    assert "Shawei" not in html
    only = district_tables.district_trouble(audit, left_out=list(audit.codes[2:4])).html
    assert "5 个社区中有 2 个本次没有要求生成报告" in only
    assert "<table" not in only


def with_totals(audit, **columns):
    """Return an audit whose totals of the first community are these."""
    from dataclasses import replace

    scores = audit.scores.copy()
    for name, value in columns.items():
        scores.loc[(scores["community_code"] == audit.codes[0]) & (scores["dimension"] == "total"), name] = value
    return replace(audit, scores=scores)


def row_of(html, code):
    return re.search(rf'<tr data-code="{code}">.*?</tr>', html)[0]


def test_an_ungraded_community_is_hatched_provisional_and_has_no_weakest_subsystem(audit):
    code = audit.codes[0]
    other = with_totals(audit, grade="", data_coverage=0.4)
    shapes = {patch.get_gid(): patch for patch in map_scores(other).patches if patch.get_gid()}
    assert shapes[f"community-{code}"].get_hatch()
    assert not shapes[f"community-{audit.codes[1]}"].get_hatch()
    assert "数据不足，不评等级" in district.district_map(other).html
    row = row_of(district_tables.district_list(other).html, code)
    assert "<small>暂计</small>" in row
    assert row.endswith('<td class="from-desk">—</td></tr>')


def test_a_map_on_which_all_are_graded_has_no_hatch_in_its_key(audit, monkeypatch):
    graded = audit.scores.assign(grade=audit.scores["grade"].where(audit.scores["grade"] != "", "pass"))
    from dataclasses import replace

    assert "swatch hatched" not in district.district_map(replace(audit, scores=graded)).html


def test_only_grades_that_a_gate_lowered_are_marked_and_counted(audit):
    code = audit.codes[0]
    lowered = with_totals(audit, score=80.0, grade="pass")
    html = district_tables.district_list(lowered).html
    assert html.count("†") == 2
    assert 'data-by-score="good"' in row_of(html, code)
    assert "因门槛降级，按分数为良好" in row_of(html, code)
    assert '<dd data-mean="district_gated">1</dd>' in district.district_header(lowered).html
    kept = with_totals(audit, score=65.0, grade="pass")
    assert "†" not in district_tables.district_list(kept).html
    assert '<dd data-mean="district_gated">0</dd>' in district.district_header(kept).html


def test_grades_are_sorted_by_their_order_and_none_comes_last(audit):
    html = district_tables.district_list(audit).html
    order = {"start": "0", "pass": "1", "good": "2", "best": "3", "": ""}
    found = re.findall(r'data-field="grade" data-grade="(\w*)" data-value="(\d*)"', html)
    assert len(found) == len(audit)
    assert all(order[grade] == value for grade, value in found)


def test_the_contents_of_the_overview_name_sections_that_are_there(audit):
    html = "".join(found.html for found in district.district_sections(audit))
    nav = re.search(r"<nav.*?</nav>", html)[0]
    assert len(re.findall(r'href="#', nav)) == 9
    assert all(f'<section id="{name}"' in html for name in re.findall(r'href="#([^"]+)"', nav))


def test_names_on_a_map_do_not_cover_each_other():
    from friendly_city.report.maps import set_apart

    placed = set_apart([(0, 0, 10), (4, 1, 10), (3, -1, 10), (50, 0, 10)], 4)
    for a, (x, y) in enumerate(placed):
        assert all(abs(x - u) >= 10 or abs(y - v) >= 4 for u, v in placed[a + 1 :])
    assert placed[3] == (50, 0)


def test_the_points_lost_add_up_to_what_is_missing_from_a_full_score(audit):
    """Over all criteria the points lost are 100 − score, averaged over communities (0 for one without a score)."""
    lost = sum(gap.points for gap in district_numbers.criterion_gaps(audit))
    missing = (100 - audit.totals["score"]).fillna(0).sum() / len(audit)
    assert lost == pytest.approx(missing, abs=1e-6)


def test_gaps_come_in_order_and_count_every_community(audit):
    gaps = district_numbers.criterion_gaps(audit)
    assert [gap.points for gap in gaps] == sorted((gap.points for gap in gaps), reverse=True)
    assert all(sum(gap.counts.values()) == len(audit) for gap in gaps)


def test_the_spread_is_that_of_the_scores(audit):
    spread = district_numbers.subsystem_spread(audit)
    health = audit.dimension_scores("health")["score"].dropna().tolist()
    assert spread.loc["health", "lowest"] == min(health)
    assert spread.loc["health", "highest"] == max(health)
    assert spread.loc["health", "median"] == pytest.approx(float(np.median(health)))


def test_the_list_is_by_score_with_the_unscored_last(audit):
    scores = district_numbers.ordered(audit)["score"].tolist()
    known = [score for score in scores if score == score]
    assert known == sorted(known, reverse=True)
    assert scores[: len(known)] == known


def test_every_community_has_its_shape_on_the_map_in_the_colour_of_its_score(audit):
    ax = map_scores(audit)
    shapes = {patch.get_gid(): patch for patch in ax.patches if patch.get_gid()}
    assert set(shapes) == {f"community-{code}" for code in audit.codes}
    limits = score_classes(audit.totals["score"])
    from matplotlib.colors import to_rgba

    for code, score in audit.totals["score"].items():
        assert shapes[f"community-{code}"].get_facecolor() == to_rgba(class_colour(float(score), limits))
        assert bool(shapes[f"community-{code}"].get_hatch()) == bool(np.isnan(score))


@pytest.mark.parametrize(
    ("scores", "limits"),
    [([63.2, 71, 78.9], (60, 65, 70, 75, 80)), ([70.0, 70.0], (70, 75)), ([0.0, 100.0], (0, 20, 40, 60, 80, 100)), ([], (0, 5))],
)
def test_classes_are_round_and_at_most_eight(scores, limits):
    assert score_classes(pd.Series(scores, dtype=float)) == limits


def test_a_higher_score_is_never_lighter():
    limits = (60.0, 65.0, 70.0, 75.0, 80.0)
    from matplotlib.colors import to_rgb

    light = [sum(to_rgb(class_colour(score, limits))) for score in (61.0, 66.0, 71.0, 76.0)]
    assert light == sorted(light, reverse=True)


def test_the_main_finding_names_the_criterion_that_costs_most(audit):
    worst = district_numbers.criterion_gaps(audit)[0]
    html = district.district_header(audit, language="en").html
    assert worst.item.criterion.title.en in html
    assert f"not met in {worst.counts['not_met']} communities" in html


def test_the_header_prints_the_mean_of_the_scores(audit):
    html = district.district_header(audit).html
    mean = number(audit.totals["score"].mean(), digits=1)
    assert f'<dd data-mean="mean_score">{mean}</dd>' in html


def test_the_same_audit_gives_the_same_bytes(audit):
    once, twice = ("".join(section.html for section in district.district_sections(audit)) for _ in range(2))
    assert once == twice
