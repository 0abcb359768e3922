"""A report is up to date only when nothing it was made from has changed."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest

from friendly_city.batch import fingerprint as module
from friendly_city.standards.load import load_checklist


@pytest.fixture
def made_from(tmp_path, monkeypatch):
    notebook = tmp_path / "n.ipynb"
    notebook.write_text("{}")
    city = SimpleNamespace(hashes={"facilities.csv": "aa", "staff.csv": "bb"})
    monkeypatch.setattr(module, "package_hash", lambda: "code")
    return {"city": city, "checklist": load_checklist("community"), "notebook": notebook, "parameters": {"community": "1"}}


def mark(made_from):
    foundation = module.foundation_of(made_from["city"], made_from["checklist"])
    return module.fingerprint(foundation, made_from["notebook"], made_from["parameters"])


def test_the_same_things_give_the_same_fingerprint(made_from):
    assert mark(made_from) == mark(made_from)


def heavier(checklist):
    first, *rest = checklist.items
    return replace(checklist, items=(replace(first, weight=first.weight + 1), *rest))


def reworded(checklist):
    standard = checklist.items[0].standard
    clause = replace(standard.clauses[0], number="9.9")
    other = replace(standard, clauses=(clause, *standard.clauses[1:]))
    items = tuple(replace(item, standard=other) if item.standard is standard else item for item in checklist.items)
    return replace(checklist, items=items)


@pytest.mark.parametrize("changed", ["data", "weight", "clause", "grade", "notebook", "package", "versions", "parameters"])
def test_any_change_gives_another_fingerprint(made_from, monkeypatch, changed):
    before = mark(made_from)
    checklist = made_from["checklist"]
    if changed == "data":
        made_from["city"].hashes["staff.csv"] = "bc"
    elif changed == "weight":
        made_from["checklist"] = heavier(checklist)
    elif changed == "clause":
        made_from["checklist"] = reworded(checklist)
    elif changed == "grade":
        made_from["checklist"] = replace(checklist, gate_cap="good")
    elif changed == "notebook":
        made_from["notebook"].write_text("{ }")
    elif changed == "package":
        monkeypatch.setattr(module, "package_hash", lambda: "other code")
    elif changed == "versions":
        monkeypatch.setattr(module, "versions", lambda: {"pandas": "0"})
    else:
        made_from["parameters"] = {"community": "2"}
    assert mark(made_from) != before


def test_the_package_hash_covers_the_catalogue_and_the_code():
    assert len(module.package_hash()) == 64
    assert module.versions()["pandas"][0].isdigit()


def test_a_page_carries_its_fingerprint_and_what_is_no_text_carries_none(tmp_path):
    page = tmp_path / "report.html"
    assert not module.has_fingerprint(page, "ab12")
    page.write_text('<meta name="friendly-city-fingerprint" content="ab12">福田', encoding="utf-8")
    assert module.has_fingerprint(page, "ab12")
    assert not module.has_fingerprint(page, "ab13")
    page.write_bytes(page.read_text(encoding="utf-8").encode("gb18030"))
    assert not module.has_fingerprint(page, "ab12")
