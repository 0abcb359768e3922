"""The JSON Schemas for editors: up to date, true for every shipped file, and a planted fault is seen."""

from __future__ import annotations

from copy import deepcopy
from importlib.resources import files

import jsonschema
import pytest
import yaml
from hypothesis import given

from friendly_city.standards.leaves import parts_of
from friendly_city.standards.load import CATALOGUE, CHECKLISTS, checklist_names, standard_names
from friendly_city.standards.model import Dimension
from friendly_city.standards.schema import DOCUMENTS, schema_of, schema_text, write_schemas
from friendly_city.standards.tree import bare, hints
from friendly_city.standards.write import yaml_text
from tests.standards.generated import standards
from tests.standards.small import CHECKLIST, STANDARD
from tests.standards.test_exchange_properties import ALWAYS_THE_SAME

PACKAGE = files("friendly_city.standards")


class Editor(yaml.SafeLoader):
    """Reads scalars as an editor does (YAML 1.2): numbers and truth values, but a date is a text."""


Editor.yaml_implicit_resolvers = {
    mark: [(tag, form) for tag, form in rules if not tag.endswith(":timestamp")]
    for mark, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def faults(name, document):
    return [error.message for error in jsonschema.Draft7Validator(schema_of(name)).iter_errors(document)]


def loaded(text):
    return yaml.load(text, Loader=Editor)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_schema_in_the_package_is_up_to_date(name):
    written = PACKAGE.joinpath("schema", f"{name}.json").read_text(encoding="utf-8")
    assert written == schema_text(name), "friendly-city standards schema --out friendly_city/standards/schema"


def test_what_was_looked_at_before_does_not_change_the_schema():
    for cached in (parts_of, hints, bare):
        cached.cache_clear()
    bare(tuple[Dimension, ...])  # equal to the type of the field, and another object
    assert schema_of("checklist")["properties"]["dimensions"]["type"] == "array"


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_schema_is_a_schema(name):
    jsonschema.Draft7Validator.check_schema(schema_of(name))


@pytest.mark.parametrize(
    ("kind", "file"),
    [("standard", f"{CATALOGUE}/{name}.yaml") for name in standard_names()]
    + [("checklist", f"{CHECKLISTS}/{name}.yaml") for name in checklist_names()],
)
def test_every_shipped_file_is_valid(kind, file):
    assert faults(kind, loaded(PACKAGE.joinpath(file).read_text(encoding="utf-8"))) == []


def test_texts_without_quotes_are_valid_as_they_are_to_the_reader():
    assert faults("standard", loaded(STANDARD)) == []
    assert faults("checklist", loaded(CHECKLIST)) == []


@ALWAYS_THE_SAME
@given(standards())
def test_whatever_the_reader_takes_is_valid(standard):
    assert faults("standard", loaded(yaml_text(standard))) == []


def put(*path, value):
    def change(document):
        *above, last = path
        for part in above:
            document = document[part]
        document[last] = value

    return change


def without(*path):
    def change(document):
        *above, last = path
        for part in above:
            document = document[part]
        del document[last]

    return change


FAULTS = [
    (put("isued", value="2022-01-01"), "'isued' was unexpected"),
    (put("criteria", 0, "remdy", value={}), "'remdy' was unexpected"),
    (put("criteria", 0, "requirement", "kind", value="sise"), "'sise' is not one of ['attest', 'count', 'size',"),
    (put("criteria", 0, "requirement", "feild", value="x"), "'feild' was unexpected"),
    (put("criteria", 0, "requirement", "register", value="facilities"), "'register' was unexpected"),
    (put("criteria", 0, "requirement", "threshold", "unit", value="m3"), "'m3' is not one of ['m', 'km',"),
    (put("criteria", 0, "requirement", "threshold", "at_least", value="six"), "'six' is not valid under any"),
    (put("criteria", 0, "requirement", "threshold", "limits", value={}), "'limits' was unexpected"),
    (put("criteria", 0, "obligation", value="must"), "'must' is not one of ['shall', 'should', 'may']"),
    (put("criteria", 0, "title", value="one language"), "'one language' is not of type 'object'"),
    (put("criteria", 0, "title", "zh", value=" "), "' ' does not match"),
    (put("criteria", 0, "age_bands", value="0-3"), "'0-3' is not of type 'array'"),
    (put("criteria", 0, "id", value="S rooms"), "'S rooms' does not match"),
    (put("criteria", 2, "requirement", "register", value="activites"), "'activites' is not one of ['activities', 'meetings']"),
    (put("issued", value="28.4.2022"), "is not valid under any of the given schemas"),
    (without("criteria", 0, "requirement"), "'requirement' is a required property"),
    (without("criteria", 0, "requirement", "kind"), "'kind' is a required property"),
    (without("criteria", 0, "requirement", "threshold"), "'threshold' is a required property"),
    (without("criteria", 0, "title", "en"), "'en' is a required property"),
    (without("clauses"), "'clauses' is a required property"),
]


@pytest.mark.parametrize(("change", "message"), FAULTS, ids=[message[:40] for _, message in FAULTS])
def test_a_planted_fault_is_seen(change, message):
    document = deepcopy(loaded(STANDARD))
    change(document)
    assert any(message in fault for fault in faults("standard", document)), faults("standard", document)


def test_an_editor_is_told_what_a_field_is():
    definitions = schema_of("standard")["definitions"]
    assert "How strongly it binds" in definitions["Criterion"]["properties"]["obligation"]["description"]
    assert definitions["Quantity"]["properties"]["register"]["enum"][:2] == ["communities", "population"]


def test_the_schemas_are_written_into_a_folder(tmp_path):
    paths = write_schemas(tmp_path / "new" / "schema")
    assert [path.name for path in paths] == ["standard.json", "checklist.json"]
    assert paths[0].read_text(encoding="utf-8") == schema_text("standard")
