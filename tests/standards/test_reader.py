"""YAML as a tree of nodes: texts stay, places are right, nothing is executed."""

from __future__ import annotations

import pytest
import yaml

from friendly_city.errors import InvalidStandard
from friendly_city.standards.reader import MAX_BYTES, read_nodes


def problems_of(raw):
    with pytest.raises(InvalidStandard) as caught:
        read_nodes(raw if isinstance(raw, bytes) else raw.encode(), "x.yaml")
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize(
    "text", ["1.10", "no", "010", "0x1F", "1e3", "2022-06-01", "~", "null", "on", "=", "1_000", "12:30:00", ".5"]
)
def test_a_scalar_stays_the_text_it_was(text):
    assert read_nodes(f"key: {text}".encode(), "x.yaml").mapping["key"].value == text


def test_nothing_is_an_empty_text():
    assert read_nodes(b"key:\nother: ''\n", "x.yaml").mapping["key"].value == ""


def test_each_node_knows_its_line_column_and_path():
    tree = read_nodes("标题: 文\nlist:\n  - {a: 1, b: [x,  y]}\n".encode(), "x.yaml")
    last = tree.mapping["list"].items[0].mapping["b"].items[1]
    assert (last.text, last.line, last.column, last.path) == ("y", 3, 20, "list.0.b.1")
    assert (tree.mapping["标题"].line, tree.mapping["标题"].column) == (1, 5)
    assert tree.keys == {"标题": (1, 1), "list": (2, 1)}
    assert tree.mapping["list"].items[0].keys["b"] == (3, 12)


def test_both_parsers_give_the_same_tree(monkeypatch):
    raw = "题: {zh: 孖岭 😀 x, en: 'a ''b'''}\nmore:\n- |\n  one\n  two\n- >-\n  three\n  four\n- \"\\u5B56\"\n".encode()
    quick = read_nodes(raw, "x.yaml")
    monkeypatch.delattr(yaml, "CBaseLoader")
    assert read_nodes(raw, "x.yaml") == quick


BAD = {
    "empty": (b"", "x.yaml:1:1: the file is empty; expected a mapping of id, title …"),
    "blank": (b" \n\n", "x.yaml:1:1: the file is empty; expected a mapping of id, title …"),
    "comments only": (b"# nothing\n", "x.yaml:1:1: the file is empty; expected a mapping of id, title …"),
    "byte order mark": (b"\xef\xbb\xbfid: x", "x.yaml:1:1: the file starts with a byte order mark; expected UTF-8 without one"),
    "GBK": (
        "id: x\ntitle: {zh: 儿童}".encode("gbk"),
        "x.yaml:2:13: bytes that are not UTF-8 (GBK?); expected a file saved as UTF-8",
    ),
    "UTF-16": ("id: x".encode("utf-16"), "x.yaml:1:1: bytes that are not UTF-8 (GBK?); expected a file saved as UTF-8"),
    "too large": (b"a: " + b"x" * MAX_BYTES, "x.yaml: the file has more than 1,000,000 bytes; expected a smaller file"),
    "long text": (b"id: x\na: " + b"x" * 10_001, "x.yaml:2:4 a: a text of 10,001 characters; expected at most 10,000"),
    "control character": (b"id: x\nt: a\x00b", "x.yaml:2:5: a control character, code 0; expected plain text"),
    "list": (b"- a\n- b\n", "x.yaml:1:1: the file is a list, not a mapping; expected keys and values at the top"),
    "text": (b"\nhello\n", "x.yaml:2:1: the file is 'hello', not a mapping; expected keys and values at the top"),
    "two documents": (b"a: 1\n---\nb: 2\n", "x.yaml:2:1: a second document; expected one document in a file"),
    "key twice": (b"a: 1\nb: 2\na: 3\n", "x.yaml:3:1 a: key 'a' given twice (first in line 1); expected once"),
    "key twice inside": (b"a:\n  - {z: 1, z: 2}\n", "x.yaml:2:12 a.0.z: key 'z' given twice (first in line 2); expected once"),
    "key is a list": (b"? [a, b]\n: c\n", "x.yaml:1:3: a key that is a list; expected text"),
    "key is a mapping": (b"a: {{x: y}: z}", "x.yaml:1:5 a: a key that is a mapping; expected text"),
    "python object": (
        b'a: !!python/object/apply:os.system ["touch pwned"]',
        "x.yaml:1:4 a: a tag, tag:yaml.org,2002:python/object/apply:os.system; expected plain text; nothing is executed",
    ),
    "standard tag": (b"a: !!str 5", "x.yaml:1:4 a: a tag, tag:yaml.org,2002:str; expected plain text; nothing is executed"),
    "own tag": (b"a:\n  - !x 5", "x.yaml:2:5 a.0: a tag, !x; expected plain text; nothing is executed"),
    "bare tag": (b"a: ! 5", "x.yaml:1:4 a: a tag, !; expected plain text; nothing is executed"),
    "anchor": (b"a: &x 5", "x.yaml:1:4 a: an anchor or alias; expected the text written out"),
    "tab": (b"a:\n\t- b\n", "x.yaml:2:1: not YAML: found character '\\t' that cannot start any token; expected valid YAML"),
    "brace left open": (b"a: {b: 1\n", "x.yaml:2:1: not YAML: expected ',' or '}', but got '<stream end>'; expected valid YAML"),
    "quote left open": (b"a: 'b\n", "x.yaml:2:1: not YAML: found unexpected end of stream; expected valid YAML"),
    "colon in a text": (b"a: b: c\n", "x.yaml:1:5: not YAML: mapping values are not allowed here; expected valid YAML"),
    "unknown alias": (b"a: *b\n", "x.yaml:1:4 a: an anchor or alias; expected the text written out"),
    "too deep": (b"a: " + b"[" * 5000, "x.yaml:1:36: more than 32 levels; expected a flatter document"),
}


@pytest.mark.parametrize(("raw", "message"), BAD.values(), ids=BAD)
def test_a_file_that_cannot_be_read_says_why_and_where(raw, message):
    assert problems_of(raw) == [message]


@pytest.mark.parametrize(("raw", "message"), BAD.values(), ids=BAD)
def test_the_message_is_the_same_without_libyaml(raw, message, monkeypatch):
    monkeypatch.delattr(yaml, "CBaseLoader")
    assert problems_of(raw) == [message]


def test_a_bomb_of_aliases_is_refused_and_not_expanded():
    lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    lines += [f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]" for old, new in zip("abcdefgh", "bcdefghi", strict=True)]
    problems = problems_of("\n".join(lines))
    assert len(problems) == 9 + 8 * 9
    assert problems[0] == "x.yaml:1:4 a: an anchor or alias; expected the text written out"


def test_all_problems_of_a_tree_come_at_once():
    assert problems_of("a: !x 1\na: 2\nb: &y 3\n") == [
        "x.yaml:1:4 a: a tag, !x; expected plain text; nothing is executed",
        "x.yaml:2:1 a: key 'a' given twice (first in line 1); expected once",
        "x.yaml:3:4 b: an anchor or alias; expected the text written out",
    ]


def test_nothing_in_a_file_is_executed(tmp_path):
    target = tmp_path / "pwned"
    problems_of(f'a: !!python/object/apply:os.mkdir ["{target}"]')
    assert not target.exists()


def test_merge_keys_are_ordinary_keys():
    assert list(read_nodes(b"a: {<<: {b: 1}}", "x.yaml").mapping["a"].mapping) == ["<<"]
