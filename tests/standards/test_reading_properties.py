"""What holds for any text: it survives reading, order of keys is nothing, and no file ends in a bare traceback."""

from __future__ import annotations

import random
from contextlib import suppress
from copy import deepcopy

import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from friendly_city.errors import InvalidStandard
from friendly_city.standards.checklist import checklist_from
from friendly_city.standards.complaints import Complaints
from friendly_city.standards.reader import read_nodes
from friendly_city.standards.standard import standard_from
from tests.standards.small import CHECKLIST, STANDARD

ALWAYS_THE_SAME = settings(deadline=None, derandomize=True, database=None, max_examples=100)
STANDARD_TREE = yaml.load(STANDARD, Loader=yaml.BaseLoader)
CHECKLIST_TREE = yaml.load(CHECKLIST, Loader=yaml.BaseLoader)
SMALL = standard_from(read_nodes(STANDARD.encode(), "small.yaml"), Complaints("small.yaml"))
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)


def written(value, *, style='"'):
    dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    return yaml.dump(value, Dumper=dumper, allow_unicode=True, default_style=style, sort_keys=False, width=10_000).encode()


def standard(raw):
    """The standard of some bytes and its problems, with no file and no cache between."""
    complaints = Complaints("x.yaml")
    made = standard_from(read_nodes(raw, "x.yaml"), complaints)
    return made, complaints.problems


def checklist(raw):
    complaints = Complaints("x.yaml")
    made = checklist_from(read_nodes(raw, "x.yaml"), complaints, find=lambda _node, _noted: SMALL)
    return made, complaints.problems


def shuffled(value, chance):
    if isinstance(value, dict):
        keys = list(value)
        chance.shuffle(keys)
        return {key: shuffled(value[key], chance) for key in keys}
    return [shuffled(child, chance) for child in value] if isinstance(value, list) else value


def places(value, path=()):
    """The path of every node of a plain tree."""
    yield path
    for key, child in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from places(child, (*path, key))


def replaced(value, path, new):
    if not path:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = replaced(value[path[0]], path[1:], new)
    return copy


@ALWAYS_THE_SAME
@example("1.10")
@example("no")
@example("孖岭 😀 \u2028\x85\t")
@given(TEXTS)
def test_any_text_survives_reading(text):
    assert read_nodes(written({"key": [text]}), "x.yaml").mapping["key"].items[0].value == text


@ALWAYS_THE_SAME
@given(TEXTS.filter(str.strip))
def test_any_text_survives_into_the_object(text):
    tree = deepcopy(STANDARD_TREE)
    tree["clauses"][0]["number"] = tree["title"]["zh"] = text
    made, problems = standard(written(tree))
    assert problems == []
    assert (made.clauses[0].number, made.title.zh) == (text, text)


@ALWAYS_THE_SAME
@given(st.integers(0, 10**6))
def test_the_order_of_keys_is_nothing(seed):
    chance = random.Random(seed)
    assert standard(written(shuffled(STANDARD_TREE, chance), style=None)) == (SMALL, [])
    assert checklist(written(shuffled(CHECKLIST_TREE, chance), style=None)) == checklist(CHECKLIST.encode())


SOME = st.recursive(
    st.sampled_from(
        ["", "x", "0", "-1", "0.5", "1e9", "true", "shall", "s-rooms", "access", "2022-01-01", "<b>", "=1+1", "../../x"]
    ),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["zh", "id", "kind", "at_least", "x"]), inner, max_size=2)
    ),
    max_leaves=4,
)
STANDARD_PLACES = tuple(places(STANDARD_TREE))
CHECKLIST_PLACES = tuple(places(CHECKLIST_TREE))


def judged(read, raw):
    """Read bytes; there is an object, or a problem, and each problem has a place."""
    with suppress(InvalidStandard):
        made, problems = read(raw)
        assert made is not None or problems
        assert all(problem.line and problem.column and problem.what for problem in problems)


@settings(ALWAYS_THE_SAME, max_examples=300)
@given(st.sampled_from(STANDARD_PLACES), SOME)
def test_whatever_stands_in_a_standard_no_traceback_is_shown(path, new):
    judged(standard, written(replaced(STANDARD_TREE, path, new)))


@settings(ALWAYS_THE_SAME, max_examples=300)
@given(st.sampled_from(CHECKLIST_PLACES), SOME)
def test_whatever_stands_in_a_checklist_no_traceback_is_shown(path, new):
    judged(checklist, written(replaced(CHECKLIST_TREE, path, new)))


@settings(ALWAYS_THE_SAME, max_examples=200)
@given(
    st.integers(0, len(STANDARD)),
    st.integers(0, 40),
    st.sampled_from(["", "{", "}", "'", "\n", "\t", ": ", "- ", "&a ", "*a", "!x ", "\x00", "#", "|", "%", "? "]),
)
def test_wherever_a_file_is_torn_no_traceback_is_shown(start, length, patch):
    judged(standard, (STANDARD[:start] + patch + STANDARD[start + length :]).encode())
