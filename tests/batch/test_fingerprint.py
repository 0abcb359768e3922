"""A report is up to date only when nothing it was made from has changed."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from friendly_city.batch import fingerprint as module
from friendly_city.labels import Text


@pytest.fixture
def made_from(tmp_path, monkeypatch):
    notebook = tmp_path / "n.ipynb"
    notebook.write_text("{}")
    city = SimpleNamespace(hashes={"facilities.csv": "aa", "staff.csv": "bb"})
    monkeypatch.setattr(module, "package_hash", lambda: "code")
    return {"city": city, "checklist": Text("清单", "list"), "notebook": notebook, "parameters": {"community": "1"}}


def test_the_same_things_give_the_same_fingerprint(made_from):
    assert module.fingerprint(**made_from) == module.fingerprint(**made_from)


@pytest.mark.parametrize("changed", ["data", "checklist", "notebook", "package", "versions", "parameters"])
def test_any_change_gives_another_fingerprint(made_from, monkeypatch, changed):
    before = module.fingerprint(**made_from)
    if changed == "data":
        made_from["city"].hashes["staff.csv"] = "bc"
    elif changed == "checklist":
        made_from["checklist"] = Text("清单", "other")
    elif changed == "notebook":
        made_from["notebook"].write_text("{ }")
    elif changed == "package":
        monkeypatch.setattr(module, "package_hash", lambda: "other code")
    elif changed == "versions":
        monkeypatch.setattr(module, "versions", lambda: {"pandas": "0"})
    else:
        made_from["parameters"] = {"community": "2"}
    assert module.fingerprint(**made_from) != before


def test_the_package_hash_covers_the_catalogue_and_the_code():
    assert len(module.package_hash()) == 64
    assert module.versions()["pandas"][0].isdigit()
