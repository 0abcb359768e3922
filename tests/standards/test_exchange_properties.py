"""Out and back again gives equal objects: YAML, workbook and JSON catalogue, for generated documents and all that are shipped."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, Phase, given, settings

from friendly_city.standards.build import build
from friendly_city.standards.checklist import ChecklistFile
from friendly_city.standards.complaints import Complaints
from friendly_city.standards.exchange import document_of, export_document, import_document
from friendly_city.standards.json_reader import read_json
from friendly_city.standards.load import checklist_names, standard_names
from friendly_city.standards.oscal import oscal_text
from friendly_city.standards.oscal_reading import tree_from_oscal
from friendly_city.standards.reader import read_nodes
from friendly_city.standards.sheet_reading import read_workbook
from friendly_city.standards.sheets import write_workbook
from friendly_city.standards.standard import standard_from
from friendly_city.standards.write import yaml_text
from tests.standards.generated import checklists, standards

ALWAYS_THE_SAME = settings(
    deadline=None,
    derandomize=True,
    database=None,
    max_examples=40,
    phases=[Phase.explicit, Phase.generate],  # to shrink a whole standard takes minutes
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def as_standard(tree, complaints):
    made = standard_from(tree, complaints)
    complaints.require_none()
    return made


def as_checklist(tree, complaints):
    made = build(tree, ChecklistFile, complaints)
    complaints.require_none()
    return made


def from_workbook(document, make):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "book.xlsx")
        write_workbook(document, path)
        kind, tree, complaints = read_workbook(path)
    assert kind is type(document)
    return make(tree, complaints)


@ALWAYS_THE_SAME
@given(standards())
def test_a_standard_survives_yaml(standard):
    text = yaml_text(standard)
    assert as_standard(read_nodes(text.encode(), "x.yaml"), Complaints("x.yaml")) == standard
    assert yaml_text(as_standard(read_nodes(text.encode(), "x.yaml"), Complaints("x.yaml"))) == text


@ALWAYS_THE_SAME
@given(standards())
def test_any_yaml_reader_gets_the_texts(standard):
    """Quotes stand wherever another reader would make a number, a date or a truth value of a text."""
    read = yaml.safe_load(yaml_text(standard))
    assert read["title"] == {"zh": standard.title.zh, "en": standard.title.en}
    assert [clause["number"] for clause in read["clauses"]] == [clause.number for clause in standard.clauses]
    assert read["id"] == standard.id


@ALWAYS_THE_SAME
@given(standards())
def test_a_standard_survives_a_catalogue(standard):
    text = oscal_text(standard)
    complaints = Complaints("x.json")
    assert as_standard(tree_from_oscal(read_json(text.encode(), "x.json"), complaints), complaints) == standard
    assert json.loads(text)


@ALWAYS_THE_SAME
@given(standards())
def test_a_standard_survives_a_workbook(standard):
    assert from_workbook(standard, as_standard) == standard


@ALWAYS_THE_SAME
@given(checklists())
def test_a_checklist_survives_yaml_and_a_workbook(checklist):
    read = read_nodes(yaml_text(checklist).encode(), "x.yaml")
    assert as_checklist(read, Complaints("x.yaml")) == checklist
    assert from_workbook(checklist, as_checklist) == checklist


@pytest.mark.parametrize("name", [*standard_names(), *checklist_names()])
def test_what_is_shipped_survives_every_form(name, tmp_path):
    document = document_of(name)
    export_document(document, "yaml", tmp_path / "x.yaml")
    export_document(document, "xlsx", tmp_path / "x.xlsx")
    assert document_of(tmp_path / "x.yaml") == document
    assert import_document(tmp_path / "x.xlsx") == document
    if not isinstance(document, ChecklistFile):
        export_document(document, "oscal", tmp_path / "x.json")
        assert import_document(tmp_path / "x.json") == document
