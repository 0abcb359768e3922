"""The crosswalk: every relation is recomputed from the figures; a contradiction is refused at its line and column."""

from __future__ import annotations

import re
from collections import Counter
from itertools import combinations

import pytest

from friendly_city.errors import InvalidStandard
from friendly_city.labels import keys, quantity
from friendly_city.standards.crosswalk import load_crosswalk, related
from friendly_city.standards.load import load_standard, standard_names
from friendly_city.standards.relations import RelationKind
from tests.standards.small import STANDARD, once

CROSSWALK = load_crosswalk()
CRITERIA = {c.id: c for name in standard_names() for c in load_standard(name).criteria}

NAMED_BY_THE_DOSSIER = {
    # conflicts
    ("gb50180-5-0-3a", "szpsg-t541-18"): "stricter",
    ("gb50180-5-0-3a", "jgj39-3-1-3"): "stricter",
    ("szpsg-t541-18", "jgj39-3-1-3"): "same",
    ("sz236-p21", "nr-n1-size"): "looser",
    ("sz236-p21", "szpsg-t541-33-size"): "same",
    ("sz236-p21", "nr-r1"): "same",
    # rules of one kind, and declared substitutes
    ("sz236-p13a", "fit-lap"): "looser",
    ("sz236-p13b", "fit-leap"): "looser",
    ("sz236-p13b", "lon-s4b-5-11"): "looser",
    ("gb50180-5-0-3b", "szpsg-t541-17"): "same",
    ("gb50180-5-0-3c", "szpsg-t541-15"): "same",
    ("szpsg-t541-19", "cdo-3"): "overlaps",
    ("sz236-p04", "szpsg-t541-22-floor"): "same",
    ("szpsg-3-5-2-4a", "gb55014-2-1-4-community"): "looser",
    ("szpsg-3-5-2-4b", "gb55014-2-1-3-reach"): "overlaps",
    ("crc-3-floor", "emb-1-least"): "overlaps",
    ("sz236-p24", "cd-1"): "overlaps",
    ("sz236-p23", "sz-wbz-3"): "overlaps",
}


@pytest.mark.parametrize(("pair", "kind"), NAMED_BY_THE_DOSSIER.items(), ids=lambda x: "-".join(x) if isinstance(x, tuple) else x)
def test_what_the_dossier_names_is_there(pair, kind):
    one, other = pair
    assert [str(r.kind) for r in related(one) if r.right.id == other] == [kind]
    turned = [r for r in related(other) if r.right.id == one]
    assert [r.kind for r in turned] == [RelationKind(kind).turned]


def asked(criterion):
    """What a plain requirement asks, written anew: (everything but the figures, floor, ceiling)."""
    requirement = criterion.requirement
    threshold = getattr(requirement, "threshold", None)
    if threshold is None or threshold.limits is None or threshold.bands:
        return None
    limits, within = threshold.limits, getattr(requirement, "within", None)
    rest = [requirement.kind, threshold.unit]
    rest += [str(getattr(requirement, name, "")) for name in ("where", "having", "measure", "age_band", "field", "of", "per", "register",
             "numerator", "denominator", "distinct", "code", "item")]  # fmt: skip
    floor = limits.at_least if limits.at_least is not None else float("-inf")
    ceiling = limits.at_most if limits.at_most is not None else float("inf")
    return rest, (floor, -ceiling, -(within or 0.0))


def test_every_relation_of_two_thresholds_is_what_the_thresholds_say():
    looked_at = 0
    for relation in CROSSWALK.relations:
        if not (relation.left.criterion and relation.right.criterion):
            continue
        left, right = asked(relation.left.criterion), asked(relation.right.criterion)
        if left is None or right is None or left[0] != right[0]:
            continue
        looked_at += 1
        more = {a > b for a, b in zip(left[1], right[1], strict=True) if a != b}
        wanted = {0: "same", 1: "stricter" if True in more else "looser", 2: "overlaps"}[len(more)]
        assert str(relation.kind) == wanted, relation
    assert looked_at >= 12


def test_every_stricter_looser_or_same_has_a_figure_or_the_same_question_on_both_sides():
    for relation in CROSSWALK.relations:
        if relation.kind is RelationKind.OVERLAPS:
            continue
        figures = relation.left.figure and relation.right.figure
        one, other = (side.criterion.requirement for side in (relation.left, relation.right)) if not figures else (None, None)
        assert figures or getattr(one, "item", 1) == getattr(other, "item", 2), relation


def test_every_pair_of_a_topic_from_two_standards_is_related_once():
    pairs = Counter((r.topic, frozenset((r.left.id, r.right.id))) for r in CROSSWALK.relations)
    assert set(pairs.values()) == {1}
    for topic in {r.topic for r in CROSSWALK.relations}:
        found = [r for r in CROSSWALK.relations if r.topic == topic]
        asks = {ask.id: ask.standard.id for r in found for ask in (r.left, r.right)}
        wanted = {frozenset(two) for two in combinations(asks, 2) if asks[two[0]] != asks[two[1]]}
        assert {frozenset((r.left.id, r.right.id)) for r in found} == wanted


def test_criteria_that_ask_the_very_same_question_in_two_standards_are_related():
    """Also those found by nobody: equal items, or ways to one kind of facility for one age."""
    by_question = {}
    for criterion in CRITERIA.values():
        requirement = criterion.requirement
        if requirement.kind == "attest":
            by_question.setdefault(("attest", requirement.item), []).append(criterion.id)
        elif requirement.kind == "access" and requirement.measure == "share_within":
            by_question.setdefault(("access", str(requirement.where), requirement.age_band), []).append(criterion.id)
    standard_of = {c.id: name for name in standard_names() for c in load_standard(name).criteria}
    lacking = [
        (one, other)
        for names in by_question.values()
        for one, other in combinations(names, 2)
        if standard_of[one] != standard_of[other] and other not in {r.right.id for r in related(one)}
    ]
    assert lacking == []


def test_relations_seen_from_one_side_and_the_other_are_the_same_ones():
    for relation in CROSSWALK.relations:
        back = [r for r in CROSSWALK.related(relation.right.id) if r.right is relation.left and r.topic == relation.topic]
        assert [r.kind.turned for r in back] == [relation.kind]
    assert related("sz236-p07") == ()


def test_texts_are_there_in_both_languages_and_a_figure_is_shown_with_its_unit():
    assert set(keys("relation")) == {str(kind) for kind in RelationKind}
    for relation in CROSSWALK.relations:
        for text in (relation.about, *([relation.note] if relation.note else [])):
            assert re.search(r"[\u4e00-\u9fff]", text.zh)
            assert not re.search(r"[\u4e00-\u9fff]", text.en)
    reach = next(r for r in related("gb50180-5-0-3a") if r.right.id == "szpsg-t541-18")
    assert reach.left.figure.shown("en") == f"≤ {quantity(300, 'm', 'en')}"
    assert reach.right.figure.shown("en") == "300–500 m"


OTHER = once(
    once(once(STANDARD, "id: small\n", "id: later\n"), "at_least: 6, zero_at: 3", "at_least: 10"), "issued: 2022", "issued: 2024"
)
for old, new in (("s-rooms", "l-rooms"), ("s-principle", "l-principle"), ("s-meetings", "l-meetings")):
    OTHER = once(OTHER, old, new)
OTHER = OTHER.replace("id: c1", "id: d1").replace("id: c2", "id: d2").replace("id: c3", "id: d3")
OTHER = OTHER.replace("clause: c1", "clause: d1").replace("clause: c2", "clause: d2").replace("clause: c3", "clause: d3")
TOPICS = """\
id: mine
title: {zh: 对照, en: Mine}
basis: {zh: 我, en: Me}
topics:
  - id: rooms
    about: {zh: 房间, en: Rooms}
    asks:
      - {criterion: s-rooms, figure: {unit: m2, at_least: 6}}
      - {criterion: l-rooms, figure: {unit: m2, at_least: 10}}
    relations:
      - {left: s-rooms, kind: looser, right: l-rooms}
  - id: clauses
    about: {zh: 条, en: Clauses}
    asks:
      - {clause: c2}
      - {clause: d2}
    relations:
      - {left: d2, kind: replaces, right: c2}
"""


def crosswalk(folder, text):
    (folder / "small.yaml").write_text(STANDARD, encoding="utf-8")
    (folder / "later.yaml").write_text(OTHER, encoding="utf-8")
    (folder / "mine.yml").write_text(text, encoding="utf-8")
    return load_crosswalk(folder / "mine.yml", catalogue=folder)


def test_a_crosswalk_of_ones_own_and_a_clause_that_replaces_another(tmp_path):
    found = crosswalk(tmp_path, TOPICS)
    assert [(r.left.id, str(r.kind), r.right.id) for r in found.relations] == [
        ("s-rooms", "looser", "l-rooms"),
        ("d2", "replaces", "c2"),
    ]
    assert [str(r.kind) for r in found.related("c2")] == ["replaced_by"]


CASES = {
    "contradicts the thresholds": ("kind: looser", "kind: stricter",
        "11:31 topics.0.relations.0.kind: 's-rooms' is called stricter, but by the requirements it is looser; expected looser"),
    "the same though it differs": ("kind: looser", "kind: same",
        "11:31 topics.0.relations.0.kind: 's-rooms' is called same, but by the requirements it is looser; expected looser"),
    "a figure that is made up": ("at_least: 10}}", "at_least: 12}}",
        "9:38 topics.0.asks.1.figure: 12 stands neither in clause 'd1' nor in the requirement; expected its figure"),
    "a figure of nothing": ("figure: {unit: m2, at_least: 10}", "figure: {unit: m2}",
        "9:38 topics.0.asks.1.figure: no figure; expected at_least or at_most"),
    "an unknown criterion": ("criterion: l-rooms, figure", "criterion: l-room, figure",
        "9:21 topics.0.asks.1.criterion: no criterion 'l-room'; did you mean 'l-rooms'?"),
    "an unknown clause": ("clause: d2", "clause: d",
        "16:18 topics.1.asks.1.clause: no clause 'd'; did you mean 'd3'?"),
    "neither criterion nor clause": ("{clause: d2}", "{figure: {unit: m, at_most: 1}}",
        "16:9 topics.1.asks.1: not one to ask; expected one of criterion, clause"),
    "related to a stranger": ("right: c2}", "right: c3}",
        "18:43 topics.1.relations.0.right: no one who asks 'c3'; expected one of c2, d2",
        "12:5 topics.1: nothing is said of 'c2' and 'd2'; expected a relation, or rest: overlaps"),
    "an older one replaces": ("{left: d2, kind: replaces, right: c2}", "{left: c2, kind: replaces, right: d2}",
        "18:26 topics.1.relations.0.kind: 'small' is older than 'later'; expected the later edition on the left"),
    "stricter without a figure": ("kind: replaces", "kind: stricter",
        ("18:26 topics.1.relations.0.kind: 'd2' and 'c2' cannot be compared: nothing shows that one is stricter; "
        "expected overlaps, or a figure of each in one unit")),
    "twice": ("      - {left: s-rooms, kind: looser, right: l-rooms}\n",
        "      - {left: s-rooms, kind: looser, right: l-rooms}\n      - {left: l-rooms, kind: stricter, right: s-rooms}\n",
        "12:9 topics.0.relations.1: 'l-rooms' and 's-rooms' are related twice; expected once"),
    "one standard with itself": ("      - {clause: d2}\n", "      - {clause: d2}\n      - {clause: d3}\n",
        "12:5 topics.1: nothing is said of 'c2' and 'd3'; expected a relation, or rest: overlaps"),
    "a kind that is none": ("kind: looser", "kind: loser",
        "11:31 topics.0.relations.0.kind: 'loser'; expected one of same, stricter, looser, overlaps, replaces; did you mean 'looser'?"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_what_is_wrong_is_told_with_line_and_column(name, tmp_path):
    old, new, *wanted = CASES[name]
    with pytest.raises(InvalidStandard) as caught:
        crosswalk(tmp_path, once(TOPICS, old, new))
    assert sorted(str(p).split("mine.yml:", 1)[1] for p in caught.value.problems) == sorted(wanted)


def test_two_of_one_standard_cannot_be_related(tmp_path):
    text = once(TOPICS, "      - {clause: d2}\n    relations:\n      - {left: d2, kind: replaces, right: c2}",
                "      - {clause: c3}\n    relations:\n      - {left: c2, kind: overlaps, right: c3}")  # fmt: skip
    with pytest.raises(InvalidStandard, match=r"18:9 topics\.1\.relations\.0: both sides are of 'small'; expected two standards"):
        crosswalk(tmp_path, text)
