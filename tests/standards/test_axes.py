"""Where criteria stand on the axes: each in exactly one group, everything the axes name exists."""

from __future__ import annotations

from dataclasses import replace

import pytest

from friendly_city.errors import InvalidStandard, UnknownName
from friendly_city.labels import Text
from friendly_city.standards.axes import NOT_PLACED, axis_names, load_axis, unknown_names
from friendly_city.standards.load import checklist_names, load_checklist, load_standard, standard_names
from friendly_city.standards.model import Friendliness
from tests.standards.small import once

STANDARDS = tuple(load_standard(name) for name in standard_names())
SIZES = {"national": 5, "cfci": 5, "crc": 14, "friendliness": 4, "dimension": 8}


def test_the_axes_are_there():
    assert {name: len(load_axis(name).groups) for name in axis_names()} == SIZES
    with pytest.raises(UnknownName, match="did you mean 'cfci'"):
        load_axis("cfcy")


@pytest.mark.parametrize("axis", axis_names())
@pytest.mark.parametrize("name", checklist_names())
def test_every_criterion_of_every_shipped_checklist_is_placed(axis, name):
    places = load_axis(axis).places(load_checklist(name))
    assert [criterion for criterion, place in places.items() if place == NOT_PLACED] == []


@pytest.mark.parametrize("axis", axis_names())
def test_every_criterion_of_the_catalogue_is_placed_and_every_rule_places_one(axis):
    axis = load_axis(axis)
    pairs = [(c, s) for s in STANDARDS for c in s.criteria]
    assert [c.id for c, s in pairs if axis.place(c, s) == NOT_PLACED] == []
    first = {next(i for i, rule in enumerate(axis.rules) if rule.fits(c, s.id)) for c, s in pairs}
    assert first == set(range(len(axis.rules))), "a rule that places nothing"


@pytest.mark.parametrize("axis", axis_names())
def test_what_an_axis_names_exists(axis):
    assert unknown_names(load_axis(axis), STANDARDS) == ()


def test_a_name_that_is_gone_is_found():
    axis = load_axis("crc")
    gone = replace(axis, rules=(replace(axis.rules[0], criteria=("gone",)), *axis.rules[1:]))
    assert unknown_names(gone, STANDARDS) == ("criteria: gone",)


def test_two_axes_are_what_the_files_of_the_standards_say():
    for standard in STANDARDS:
        for criterion in standard.criteria:
            assert load_axis("friendliness").place(criterion, standard) == criterion.friendliness
            assert load_axis("dimension").place(criterion, standard) == criterion.dimension
    assert {group.id for group in load_axis("friendliness").groups} == set(Friendliness)


def test_the_goals_and_dimensions_are_those_of_their_standards():
    cfci, national = load_standard("unicef-cfci"), load_standard("ndrc-2021-1380")
    for group, clause in zip(load_axis("cfci").groups, [c for c in cfci.clauses if "-g" in c.id], strict=True):
        assert (
            group.title.en.lower() in clause.text.en.lower().replace(" and treated", ", treated").replace(" in laws", "")
            or group.id == "g1"
        )
    titles = [clause.text.zh for clause in national.clauses if clause.id.startswith("ndrc-d")]
    for group, title in zip(load_axis("national").groups, titles, strict=True):
        assert group.title.zh in title
    # the goals of the initiative stand under themselves
    assert [load_axis("cfci").place(c, cfci) for c in cfci.criteria[:5]] == ["g1", "g2", "g3", "g4", "g5"]


def test_a_reading_of_ours_is_called_that():
    for name in ("national", "cfci", "crc"):
        basis = load_axis(name).basis
        assert "本项目判读" in basis.zh
        assert "our reading" in basis.en


AXIS = """\
id: mine
title: {zh: 轴, en: Mine}
basis: {zh: 我, en: Me}
source: {zh: 无, en: Nowhere}
groups:
  - {id: one, title: {zh: 一, en: One}}
  - {id: two, title: {zh: 二, en: Two}}
rules:
  - {group: one, criteria: [sz236-p24], note: {zh: 因, en: Because}}
  - {group: two, dimensions: [play], friendliness: [space]}
"""


def axis_of(folder, text):
    path = folder / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    return load_axis(path)


def test_what_no_rule_places_is_told_and_the_first_rule_wins(tmp_path):
    axis = axis_of(tmp_path, AXIS)
    places = axis.places(load_checklist("community"))
    assert places["sz236-p24"] == "one"
    assert places["sz236-p13a"] == "two"
    assert places["sz236-p13c"] == NOT_PLACED  # play, but not space
    assert [group.id for group in axis.groups_of(places.values())] == ["one", "two", NOT_PLACED]
    assert axis.groups_of([NOT_PLACED])[0].title == Text("未归入", "Not placed")


CASES = {
    "unknown group": ("group: two", "group: too", "10:13 rules.1.group: no group 'too'; did you mean 'two'?"),
    "takes everything": ("{group: two, dimensions: [play], friendliness: [space]}", "{group: two}",
        "10:5 rules.1: a rule that would take every criterion; expected one of criteria, clauses, standards, dimensions, friendliness"),
    "placed twice": ("dimensions: [play]", "criteria: [x, sz236-p24]",
        "10:32 rules.1.criteria.1: criterion 'sz236-p24' is placed twice (first in line 9); expected one place"),
    "a kind that is none": ("friendliness: [space]", "friendliness: [spaces]",
        "10:53 rules.1.friendliness.0: 'spaces'; expected one of policy, space, service, participation; did you mean 'space'?"),
    "group twice": ("id: two", "id: one",
        "7:10 groups.1.id: id 'one' given twice (first in line 6); expected an id of its own",
        "10:13 rules.1.group: no group 'two'; expected one"),
    "a misspelt list": ("dimensions:", "dimension:",
        ("10:18 rules.1.dimension: unknown key 'dimension'; expected one of group, criteria, clauses, standards, dimensions, "
        "friendliness, note; did you mean 'dimensions'?")),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_what_is_wrong_is_told_with_line_and_column(name, tmp_path):
    old, new, *wanted = CASES[name]
    with pytest.raises(InvalidStandard) as caught:
        axis_of(tmp_path, once(AXIS, old, new))
    assert [str(p).split("mine.yaml:", 1)[1] for p in caught.value.problems] == wanted
