"""The page on where to build next: it says what the plan says, in two languages and editions, and tells of no few children."""

from __future__ import annotations

import html as markup
import json
import re
from collections import defaultdict
from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from matplotlib import pyplot as plt
from matplotlib.path import Path as Outline

import friendly_city as fc
from friendly_city.audit.planned import mean_score
from friendly_city.audit.siting import plan_sites
from friendly_city.errors import UnknownName
from friendly_city.labels import label, number
from friendly_city.report import sections_siting as page
from friendly_city.report import sections_siting_after as after
from friendly_city.report import siting as pictures
from friendly_city.report.check import page_problems
from friendly_city.report.exporter import export_html, notebook_of
from friendly_city.report.siting_numbers import counts_of, plan_states, states_of
from friendly_city.report.suppression import is_few

FUTIAN = Path(__file__).parents[2] / "data/futian"
NANYUAN = "440304001"
CASES = {
    "city": {"number": 3},
    "subdistrict": {"number": 3, "subdistrict": NANYUAN, "candidates": 250.0, "walk": "pace"},
    "nothing": {"number": 0},
}


@pytest.fixture(scope="module")
def city():
    return fc.load_city(FUTIAN)


@pytest.fixture(scope="module")
def plans(city):
    return {name: plan_sites(city, kind="library", period="2022", **case) for name, case in CASES.items()}


@pytest.fixture(scope="module")
def planned(plans):
    return plans["city"]


@pytest.fixture(scope="module")
def regraded(plans):
    checklist = fc.load_checklist("community")
    return {name: plan.graded(checklist) for name, plan in plans.items()}


@pytest.fixture(scope="module")
def few(city):
    """Where the first site of a plan for Nanyuan would serve one home more, with 3 children, and nobody else anything."""
    plan = plan_sites(city, kind="library", period="2022", number=2, subdistrict=NANYUAN, candidates=250.0)
    served = [now[0].served > 0 for now in plan.plan.standings]
    newly = np.flatnonzero(served[1] & ~served[0])
    homes = city.register("homes").copy()
    homes.loc[homes.index[~served[0]], "children_6_12_persons"] = 0
    homes.loc[homes.index[newly[0]], "children_6_12_persons"] = 3
    other = np.flatnonzero(plan.asked_homes & ~served[-1])[0]
    homes.loc[homes.index[other], "children_6_12_persons"] = 40  # and 40 without
    made = replace(city, registers={**city.registers, "homes": homes})
    possible = plan.places[plan.places["site"].isin(plan.sites["site"])]
    return plan_sites(made, kind="library", period="2022", number=2, subdistrict=NANYUAN, candidates=possible)


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def sections(plan, again, **shown):
    return (
        page.siting_header(plan, regraded=again, **shown), page.siting_limits(plan, **shown), page.siting_maps(plan, **shown),
        page.siting_sites(plan, **shown), after.siting_grades(plan, again, **shown), after.siting_method(plan, **shown),
    )  # fmt: skip


def text(html):
    return markup.unescape(re.sub(r"<[^>]+>", "", html))


def cells(html, table):
    """The texts of the cells of a table, row by row, its header left out."""
    body = html.split(f'id="{table}"')[1].split("</table>")[0].split("<tbody")[1]
    rows = body.split("<tr")[1:]
    return [[text(cell.split(">", 1)[1]).strip() for cell in re.split(r"<t[hd](?=[ >])", row)[1:]] for row in rows]


def figures(section):
    return json.loads(markup.unescape(re.search(r'data-figures="([^"]*)"', section.html)[1]))


@pytest.mark.parametrize("edition", ["public", "internal"])
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", CASES)
def test_the_page_is_sound_and_small(plans, regraded, name, language, edition):
    plan = plans[name]
    shown = sections(plan, regraded[name], language=language, edition=edition)
    html = export_html(notebook_of(shown, title=shown[0].title, subject=page.subject_of(plan)), language=language)
    subject = NANYUAN if name == "subdistrict" else "futian"
    assert [str(p) for p in page_problems(html, subject=subject, language=language)] == []
    assert len(html.encode()) < 400_000
    again = sections(plan, regraded[name], language=language, edition=edition)
    assert [one.html for one in again] == [one.html for one in shown]


def test_the_head_says_what_was_asked_and_found(planned, regraded):
    head = page.siting_header(planned, regraded=regraded["city"], language="en")
    assert head.title == "Futian District · library, 3 more: most children served · 2022"
    before, after_ = (f"{number(100 * share, digits=1)} %" for share in (planned.plan.share_before, planned.plan.share_after))
    added = number(planned.sites["children_persons"].sum())
    said = text(head.html)
    assert f"Of children (ages 6–12), {before} live within 900 m (about 15 min)" in said
    assert f"with the plan {after_}. {added} more are served." in said
    assert "Proven: no plan does better" in said
    assert f"rises by {number(regraded['city'].gain, digits=2)} points" in said
    assert "synthetic data" in said


def test_a_subdistrict_is_named_with_its_city_and_its_way_of_walking(plans):
    said = text(page.siting_header(plans["subdistrict"], language="en").html)
    assert "Nanyuan, Futian District · 2022 · public edition" in said
    assert "Library, 3 more" in said
    assert "within 15 min at a child's pace (waits at crossings included)" in said
    assert "福田区南园街道" in page.siting_header(plans["subdistrict"]).title


def test_the_figures_are_those_of_the_plan(planned, plans, regraded):
    found = figures(page.siting_header(planned, regraded=regraded["city"]))
    assert found == {
        "kind": "library", "objective": "most_children", "subdistrict": "", "walk": "metres", "number": 3, "sites": 3,
        "share_before": round(planned.plan.share_before, 3), "share_after": round(planned.plan.share_after, 3),
        "value": planned.plan.value, "gap": 0, "score_gain": regraded["city"].gain, "proven": "yes",
    }  # fmt: skip
    unknown = replace(planned, plan=replace(planned.plan, objective="score", value=76.5, bound=np.nan, gap=np.nan))
    found = figures(page.siting_header(unknown))
    assert (found["proven"], found["value"]) == ("no", 76.5)
    assert not {"gap", "score_gain"} & set(found)
    found = figures(page.siting_header(plans["subdistrict"]))
    assert (found["subdistrict"], found["walk"]) == (NANYUAN, "pace")


@pytest.mark.parametrize(
    ("gap", "words"), [(0.0, "Proven:"), (0.0213, "no plan is more than 2.13 % better"), (np.nan, "Not proven best.")]
)
def test_whether_it_is_proven_is_said(planned, gap, words):
    assert words in page.proof_of(replace(planned, plan=replace(planned.plan, gap=gap)), "en")


def test_other_objectives_say_what_they_reach(planned):
    plan = planned.plan
    walk = page.siting_header(replace(planned, plan=replace(plan, objective="least_cost")), language="en").html
    mean = [now[0].walked_m.sum() / planned.children.sum() for now in (plan.standings[-1], plan.standings[0])]
    assert f"walks {number(mean[0], digits=0)} m on average instead of {number(mean[1], digits=0)} m" in walk
    fair = page.siting_header(replace(planned, plan=replace(plan, objective="fairest", value=0.41)), language="en").html
    assert "the worst-served has 41.0 % of its children served" in fair


def test_what_stands_in_the_way_is_what_the_plan_says(planned):
    html = text(page.siting_limits(planned, language="zh").html)
    assert all(note.zh in html for note in planned.plan.notes)


def test_the_list_is_that_of_the_plan(planned):
    rows = cells(page.siting_sites(planned, language="en").html, "sites-table")
    sites = planned.sites
    assert [row[0].split(" · ")[0] for row in rows] == ["1", "2", "3"]
    assert [row[1] for row in rows] == [number(count) for count in sites["children_persons"]]
    assert [row[2] for row in rows] == [f"{number(100 * share, digits=1)} %" for share in sites["share"]]
    saved = sites["saved_m"] / planned.children.sum()
    assert [row[3] for row in rows] == [f"{number(metres, digits=1)} m" for metres in saved]
    for rank, row in enumerate(rows, start=1):
        gains = planned.plan.gains[planned.plan.gains["rank"] == rank]
        for code, count in zip(gains["community"], gains["children_persons"], strict=True):
            name = planned.city.name_of(code).en
            assert (f"{name} {number(count)}" if count else name) in row[4]
        assert planned.city.name_of(sites["community_code"][rank - 1]).en in row[0]


def test_the_curve_is_that_of_the_plan(planned):
    line = pictures.plot_gains(planned.plan).lines[-1]
    assert line.get_xdata().tolist() == [0, 1, 2, 3]
    assert line.get_ydata().tolist() == planned.plan.curve["share"].tolist()
    line = pictures.plot_gains(planned.plan, shown=[True, False, False, True]).lines[-1]
    assert line.get_xdata().tolist() == [0, 3]


def marks(ax):
    """How many marks of each kind are drawn: lines of their path."""
    found = defaultdict(int)
    for patch in ax.patches:
        found[patch.get_gid()] += int((patch.get_path().codes == Outline.MOVETO).sum())
    return found


def test_the_map_of_a_plan_moves_homes_from_without_to_served(planned):
    before, now = (marks(pictures.map_plan(planned, after=after_, language="en")) for after_ in (False, True))
    assert before["without"] / 2 == now["without"] / 2 + now["newly"]  # a cross has two strokes
    assert before["before"] == now["before"]
    assert now["before"] + now["newly"] + now["without"] / 2 == (planned.plan.services[0].demand > 0).sum()
    assert (before["planned"], now["planned"]) == (0, 3)
    assert now["there"] == planned.places["kept"].sum()


def test_a_map_of_a_subdistrict_shows_it_alone(plans, city):
    ax = pictures.map_plan(plans["subdistrict"])
    min_x, min_y, max_x, max_y = city.boundaries[plans["subdistrict"].asked_communities].total_bounds
    assert ax.get_xlim()[0] < min_x < max_x < ax.get_xlim()[1]
    assert ax.get_ylim()[0] < min_y < max_y < ax.get_ylim()[1]
    assert np.diff(ax.get_xlim()) < 0.5 * np.ptp(city.boundaries.total_bounds[[0, 2]])


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_grades_are_those_of_the_audits(planned, regraded, language):
    again = regraded["city"]
    html = after.siting_grades(planned, again, language=language).html
    rows = cells(html, "grades-table")
    assert [row[1] for row in rows] == [
        f"{number(before, digits=1)} → {number(now, digits=1)}"
        for before, now in again.communities[["score_before", "score_after"]].to_numpy()
    ]
    for one in (again.before, again.after):
        assert number(mean_score(one), digits=2) in html
    rows = cells(html, "criteria-table")
    changes = again.criteria.groupby(["criterion_id", "rating_before", "rating_after"])["community_code"].agg(list)
    assert len(rows) == len(changes)
    for (criterion_id, *ratings), codes in changes.items():
        title = again.before.checklist.item(criterion_id).criterion.title.of(language)
        words = [label("symbol", rating).of(language) + label("rating", rating).of(language) for rating in ratings]
        (row,) = (row for row in rows if row[0].lower() == title.lower() and row[1:3] == words)
        assert all(planned.city.name_of(code).of(language) in row[3] for code in codes)


def test_a_plan_that_finds_nothing_says_so(plans, regraded):
    plan, again = plans["nothing"], regraded["nothing"]
    shown = sections(plan, again, language="en")
    assert "no site chosen" in shown[0].title
    assert figures(shown[0])["share_before"] == figures(shown[0])["share_after"] == round(plan.plan.share_before, 3)
    assert "the budget is 0" in shown[1].html
    assert shown[2].html.count("<figure") == 1
    assert "No site was chosen" in shown[3].html
    assert "no community's score changes" in shown[4].html


def test_nobody_asked_about_is_said(city):
    homes = city.register("homes").assign(children_6_12_persons=0.0)
    nobody = replace(city, registers={**city.registers, "homes": homes})
    plan = plan_sites(nobody, kind="library", period="2022", number=2)
    assert "No children (ages 6–12) live here." in text(page.siting_header(plan, language="en").html)
    assert "share_before" not in figures(page.siting_header(plan))
    assert "<figure" in page.siting_maps(plan).html


def test_a_long_plan_is_listed_as_far_as_a_page_stays_small(planned, regraded, monkeypatch):
    monkeypatch.setattr(page, "LISTED", 2)
    monkeypatch.setattr(after, "LISTED", 2)
    monkeypatch.setattr(pictures, "NUMBERED", 1)
    monkeypatch.setattr(page, "NUMBERED", 1)
    html = page.siting_sites(planned, language="en").html
    assert len(cells(html, "sites-table")) == 2
    assert "1 more come after these" in html
    html = after.siting_grades(planned, regraded["city"], language="en").html
    assert len(cells(html, "grades-table")) == 2
    assert f"{len(regraded['city'].communities) - 2} more communities change less" in html
    ax = pictures.map_plan(planned)
    assert marks(ax)["planned"] == 3
    assert [some.get_text() for some in ax.texts][:1] == ["1"]
    assert "2" not in {some.get_text() for some in ax.texts}
    assert "the first 1 numbered by rank" in page.siting_maps(planned, language="en").html


def test_the_method_names_what_is_ours(plans):
    said = text(after.siting_method(plans["subdistrict"], language="en").html)
    for words in ("on a grid of 250 m", "our choice", "pavements and over crossings", "Only children of this subdistrict count"):
        assert words in said
    assert "centre lines" in text(after.siting_method(plans["city"], language="en").html)


def test_three_children_newly_served_are_not_told(few):
    assert counts_of(few)[1] == [3.0]
    public, internal = (sections(few, few.graded(fc.load_checklist("community")), language="en", edition=edition)
                        for edition in ("public", "internal"))  # fmt: skip
    assert "fewer than 5 more are served" in text(public[0].html)
    assert "3 more are served" in text(internal[0].html)
    assert cells(public[3].html, "sites-table")[0][1] == "fewer than 5"
    assert cells(internal[3].html, "sites-table")[0][1] == "3"
    # The share after, and what is left, would tell: 40 without of so many.
    assert "share_after" not in figures(public[0])
    assert figures(internal[0])["share_after"] == round(few.plan.share_after, 3)
    assert not {"value", "share_after"} & set(figures(public[0]))
    numbers = cells(public[2].html, "after-table")
    assert [row[1] for row in numbers][1:] == ["fewer than 5", "withheld"]
    assert "40" not in text(public[1].html)
    assert "40 children have no candidate" in text(internal[1].html)
    assert "not give the numbers" in text(public[1].html)
    assert "Walk saved" not in public[3].html
    assert "Walk saved" in internal[3].html


def printed(before, sites, without):
    """What a reader sees of a plan: numbers, 'few' or 'withheld', and the children served where a share is printed."""
    whole, each, shares = states_of(before, sites, without)
    counts = zip((sum(sites), without, before, *sites), (*whole, *each), strict=True)
    served = np.cumsum([before, *sites]).tolist()
    return (
        tuple(count if state == "shown" else state for count, state in counts),
        tuple(count for count, may in zip(served, shares, strict=True) if may),
        shares,
    )


@pytest.mark.parametrize("sites", [1, 2, 3])
@pytest.mark.parametrize("children", [16, 24, 33, 48])
def test_who_tries_all_plans_and_replays_the_rule_finds_no_few_children(children, sites):
    """All children are known, and that each site adds no more than the one before; each hidden 1 to 4 may be 3 more or less."""
    worlds = defaultdict(list)
    for added in product(range(children + 1), repeat=sites):
        if sum(added) <= children and list(added) == sorted(added, reverse=True):
            for without in range(children - sum(added) + 1):
                before = children - sum(added) - without
                worlds[printed(before, list(added), without)].append((sum(added), without, before, *added))
    told = 0
    for (seen, _, _), same in worlds.items():
        for place, state in enumerate(seen):
            possible = {world[place] for world in same}
            if any(map(is_few, possible)):
                assert max(possible) - min(possible) >= 3, (seen, possible)
            told += state not in {"few", "withheld"}
    assert told > 0


def test_shares_and_numbers_of_a_plan_without_few_are_all_printed(planned):
    assert not any(map(is_few, [*planned.plan.gains["children_persons"], *counts_of(planned)[1]]))
    states = plan_states(planned, edition="public")
    assert states.all_shown
    assert all(states.shares)
    assert states.limits


def test_a_community_of_few_children_hides_the_numbers_but_not_the_shares(planned):
    register = planned.city.register("population").copy()
    here = register["community_code"].astype(str).eq(planned.city.codes[0]) & register["age_from"].between(6, 11)
    register.loc[here, "persons"] = 0
    register.loc[register.index[here][0], "persons"] = 3
    few_live = replace(planned.city, registers={**planned.city.registers, "population": register})
    states = plan_states(replace(planned, city=few_live), edition="public")
    assert (states.added, states.before, states.without) == ("withheld",) * 3
    assert all(states.shares)
    assert not states.limits


def test_an_unknown_edition_or_language_is_refused(planned):
    with pytest.raises(UnknownName, match="edition named 'Public'"):
        page.siting_header(planned, edition="Public")
    with pytest.raises(UnknownName, match="edition"):
        after.siting_method(planned, edition="draft")
    with pytest.raises(ValueError, match="language"):
        pictures.plot_gains(planned.plan, language="fr")
    with pytest.raises(ValueError, match="language"):
        pictures.map_plan(planned, language="fr")
