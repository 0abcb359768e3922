"""The JSON catalogue: its shape is OSCAL's, identifiers are unique, and what could not be read back is refused with its place."""

from __future__ import annotations

import json
import re
from uuid import UUID

import jsonschema
import pytest

from friendly_city.errors import InvalidStandard
from friendly_city.standards.exchange import import_document
from friendly_city.standards.json_reader import read_json
from friendly_city.standards.load import load_standard, standard_names
from friendly_city.standards.oscal import OURS, catalog_of, oscal_text
from tests.standards.small import STANDARD, standard_of

TOKEN = {"type": "string", "pattern": r"^[A-Za-z_][A-Za-z0-9._-]*$"}
LINE = {"type": "string", "pattern": r"^\S(.*\S)?$"}
UUID5 = {"type": "string", "pattern": "^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"}


def closed(required, **properties):
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def many(name):
    return {"type": "array", "minItems": 1, "items": {"$ref": f"#/definitions/{name}"}}


DRESS = {"params": many("param"), "props": many("prop"), "parts": many("part")}
SHAPE = {
    "definitions": {
        "prop": closed(
            ["name", "value"], name=TOKEN, ns={"type": "string", "format": "uri"}, value=LINE, remarks={"type": "string"}
        ),
        "param": closed(
            ["id", "label", "values"], id=TOKEN, label={"type": "string"}, values={"type": "array", "minItems": 1, "items": LINE}
        ),
        "part": closed(["name"], id=TOKEN, name=TOKEN, ns={"type": "string"}, **{"class": TOKEN}, prose={"type": "string"}),
        "link": closed(["href"], href={"type": "string"}, rel=TOKEN),
        "control": closed(["id", "title"], id=TOKEN, **{"class": TOKEN}, title={"type": "string"}, links=many("link"), **DRESS),
        "group": closed(
            ["id", "title"], id=TOKEN, **{"class": TOKEN}, title={"type": "string"}, controls=many("control"), **DRESS
        ),
        "resource": closed(
            ["uuid"],
            uuid=UUID5,
            title={"type": "string"},
            rlinks={"type": "array", "items": closed(["href"], href={"type": "string"})},
            props=many("prop"),
        ),
    },
    **closed(
        ["catalog"],
        catalog=closed(
            ["uuid", "metadata"],
            uuid=UUID5,
            metadata=closed(
                ["title", "last-modified", "version", "oscal-version"],
                title={"type": "string"},
                **{
                    "last-modified": {"pattern": r"^\d{4}-\d\d-\d\dT00:00:00\+08:00$"},
                    "version": LINE,
                    "oscal-version": {"const": "1.1.2"},
                    "props": many("prop"),
                },
            ),
            groups=many("group"),
            **{"back-matter": closed([], resources={"type": "array", "items": {"$ref": "#/definitions/resource"}})},
        ),
    ),
}
"""What this project knows of OSCAL's catalogue, and no key of its own besides."""


def ids(value):
    if isinstance(value, dict):
        yield from (value[key] for key in ("id", "uuid") if key in value)
    for child in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from ids(child)


@pytest.mark.parametrize("name", standard_names())
def test_every_shipped_standard_has_the_shape_of_a_catalogue(name):
    catalog = catalog_of(load_standard(name))
    assert [error.message for error in jsonschema.Draft7Validator(SHAPE).iter_errors(catalog)] == []
    found = list(ids(catalog))
    assert len(found) == len(set(found)), "an identifier is given twice"


def test_groups_are_dimensions_controls_criteria_and_links_lead_to_clauses(tmp_path):
    groups = catalog_of(standard_of(tmp_path))["catalog"]["groups"]
    assert [group["id"] for group in groups] == ["clauses", "dimension_play", "dimension_community_family"]
    assert [[control["id"] for control in group["controls"]] for group in groups[1:]] == [
        ["criterion_s-rooms"],
        ["criterion_s-principle", "criterion_s-meetings"],
    ]
    rooms = groups[1]["controls"][0]
    assert rooms["links"] == [{"href": "#clause_c1", "rel": "clause"}]
    assert [(param["label"], param["values"]) for param in rooms["params"]] == [
        ("requirement.threshold.at_least", ["6"]),
        ("requirement.threshold.zero_at", ["3"]),
    ]
    assert {prop["name"]: prop["value"] for prop in rooms["props"]}.items() >= {
        "obligation": "shall",
        "requirement.where": "kind: mother_baby_room",
    }.items()


def test_nothing_is_taken_from_the_clock(tmp_path):
    standard = standard_of(tmp_path)
    first, again = oscal_text(standard), oscal_text(standard)
    assert first == again
    head = json.loads(first)["catalog"]
    assert head["metadata"]["last-modified"] == "2022-04-28T00:00:00+08:00"
    other = json.loads(oscal_text(standard_of(tmp_path, STANDARD.replace("at_least: 6", "at_least: 7"))))["catalog"]
    assert UUID(head["uuid"]).version == 5
    assert head["uuid"] != other["uuid"], "another content is another document"


def spoiled(folder, old, new):
    """Every problem of the small catalogue with one place changed, without the folder."""
    text = oscal_text(standard_of(folder))
    assert old in text
    path = folder / "x.json"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InvalidStandard) as caught:
        import_document(path)
    return [str(problem).removeprefix(f"{folder}/") for problem in caught.value.problems]


SPOILED = [
    ('"value": "shall"', '"value": "shal"', "criteria.0.obligation: 'shal'; expected one of shall, should, may; did you mean 'shall'?"),
    ('"#clause_c1"', '"#clause_c9"', "criteria.0.clause: no clause 'c9'; expected one of c1, c2, c3"),
    ('"#clause_c1"', '"#c1"', ": '#c1'; expected #clause_<id>"),
    ('"criterion_s-rooms"', '"s-rooms"', ": 's-rooms'; expected criterion_<id>"),
    ('"name": "obligation"', '"name": "obligaton"', "unknown key 'obligaton'; expected one of id, clause, title, obligation,"),
    (f'"ns": "{OURS}"', '"ns": "urn:other"', "a prop or part of another namespace, 'urn:other'"),
    ('"name": "sort-id"', '"name": "sort"', "no prop 'sort-id'; expected sort-id: the place among all clauses or criteria"),
    ('"class": "dimension"', '"class": "family"', "a group of class 'family'; expected one of clauses, dimension"),
    ('"values": [', '"values": ["1", ', "2 values; expected one"),
    ('"title": "小标准"', '"titel": "小标准"', "unknown key 'titel'; expected one of title, last-modified,"),
    ('"catalog"', '"profile"', 'no catalogue; expected {"catalog": …}, as it was exported'),
    ('"metadata": {', '"metadata": {"title": "x", ', "key 'title' given twice; expected once"),
    ('"groups": [', '"groups": [,', "expected a value"),
    ('"value": "facility"', '"value": ["facility"]', "a list; expected a text"),
    ('"kind: mother_baby_room"', '"kind: [x"', "props.6.value: not YAML: expected ',' or ']'"),
    ('"kind: mother_baby_room"', '"kind: x}, b: {c"', "not YAML"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "message"), SPOILED, ids=[message[:40] for *_, message in SPOILED])
def test_what_is_unfit_is_told_with_line_and_column(old, new, message, tmp_path):
    lines = spoiled(tmp_path, old, new)
    assert any(message in line for line in lines), lines
    assert all(re.match(r"x\.json:\d+:\d+ ?", line) for line in lines), lines


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "x.json:1:1: not JSON: the text ends"),
        ("{", "x.json:1:2: not JSON; expected a text in quotes"),
        ('{"a": 1} x', "x.json:1:10: more than one value"),
        ('{"a": nan}', "x.json:1:7: not JSON: 'nan}'"),
        ('["\\ud800"]', "x.json:1:10: half a character"),
        ('["a\nb"]', "x.json:1:4: not JSON: Invalid control character at"),
        ('{"a":\n 01}', "x.json:2:3: not JSON; expected ',' or '}'"),
        ("[" * 50, "x.json:1:34: more than 32 levels"),
    ],
)
def test_what_is_no_json_is_told_with_its_place(text, what):
    with pytest.raises(InvalidStandard) as caught:
        read_json(text.encode(), "x.json")
    assert str(caught.value.problems[0]).startswith(what)


@pytest.mark.parametrize("text", ['{"a": [1, 2.50, -1e9, true, null, "x\\u00e9\\/\\ud83d\\ude00"], "b": {}}', "[]", '  "x" '])
def test_json_is_read_as_the_standard_library_reads_it(text):
    def plain(node):
        if isinstance(node.value, dict):
            return {key: plain(child) for key, child in node.value.items()}
        return [plain(child) for child in node.items] if isinstance(node.value, tuple) else node.value

    words = {"true": "true", "null": "", "false": "false"}
    expected = json.loads(text, parse_float=str, parse_int=str)
    assert plain(read_json(text.encode(), "x")) == json.loads(
        json.dumps(expected).replace(": null", ': ""').replace("null", '""').replace("true", '"true"')
    ), words
