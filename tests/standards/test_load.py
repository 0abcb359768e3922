"""Standards and checklists are found by name or by path, and a standard can be audited whole."""

from __future__ import annotations

import subprocess
import sys

import pytest

from friendly_city.errors import InvalidParameters, InvalidStandard, UnknownName
from friendly_city.standards import load
from friendly_city.standards.load import checklist_names, load_checklist, load_standard, standard_names, whole
from friendly_city.standards.model import Obligation, SubjectKind
from tests.standards.small import CHECKLIST, STANDARD, checklist_of, once, standard_of


def test_the_catalogue_lists_its_names_in_order():
    assert standard_names() == tuple(sorted(standard_names()))
    assert {"db4403-t-236-2022", "futian-norms-2022", "szpsg-2025"} <= set(standard_names())
    assert "community" in checklist_names()


def test_a_misspelt_name_is_answered_with_the_nearest():
    with pytest.raises(UnknownName, match="no standard named 'db4403-t-236-2020'; did you mean 'db4403-t-236-2022'") as caught:
        load_standard("db4403-t-236-2020")
    assert caught.value.exit_code == 2
    with pytest.raises(UnknownName, match="no checklist named 'comunity'; did you mean 'community'"):
        load_checklist("comunity")


@pytest.mark.parametrize("name", ["", "../community", "catalogue/szpsg-2025", 2022, None, "community.yaml/"])
def test_only_names_of_the_list_are_names(name):
    with pytest.raises(UnknownName):
        load_checklist(name)


def test_a_file_that_is_not_there_is_answered_with_one_beside_it(tmp_path):
    standard_of(tmp_path)
    with pytest.raises(UnknownName, match="no standard file named") as caught:
        load_standard(tmp_path / "smal.yaml")
    assert caught.value.known == (str(tmp_path / "small.yaml"),)


def test_a_folder_is_no_file(tmp_path):
    (tmp_path / "x.yaml").mkdir()
    with pytest.raises(UnknownName):
        load_standard(tmp_path / "x.yaml")


def test_a_path_may_be_text_and_relative(tmp_path, monkeypatch):
    expected = standard_of(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert load_standard("small.yaml") == expected
    (tmp_path / "small.yaml").write_text(once(STANDARD, "obligation: shall", "obligation: must"), encoding="utf-8")
    with pytest.raises(InvalidStandard) as caught:
        load_standard("small.yaml")
    assert str(caught.value.problems[0]) == "small.yaml:21:17 criteria.0.obligation: 'must'; expected one of shall, should, may"


def test_files_of_the_package_have_short_names_in_messages():
    assert load.read_document("szpsg-2025", load.CATALOGUE, "standard")[0] == "catalogue/szpsg-2025.yaml"
    assert load.read_document("community", load.CHECKLISTS, "checklist")[0] == "checklists/community.yaml"


def test_a_huge_file_is_refused_without_reading_it_all(tmp_path):
    with (tmp_path / "x.yaml").open("wb") as stream:
        stream.truncate(10**9)
    with pytest.raises(InvalidStandard, match="the file has more than 1,000,000 bytes"):
        load_standard(tmp_path / "x.yaml")


def test_a_file_is_read_again_when_it_has_changed(tmp_path):
    first = standard_of(tmp_path)
    assert standard_of(tmp_path) is first
    assert standard_of(tmp_path, once(STANDARD, "A small standard", "A better standard")).title.en == "A better standard"


def test_the_same_file_gives_equal_checklists(tmp_path):
    assert checklist_of(tmp_path) == checklist_of(tmp_path)


def test_standards_of_a_folder_win_over_those_of_the_package(tmp_path):
    own = once(STANDARD, "id: small", "id: szpsg-2025")
    (tmp_path / "szpsg-2025.yaml").write_text(own, encoding="utf-8")
    (tmp_path / "short.yaml").write_text(once(CHECKLIST, "[small]", "[szpsg-2025]"), encoding="utf-8")
    assert load_checklist(tmp_path / "short.yaml", catalogue=tmp_path).standards[0].title.en == "A small standard"


def test_standards_of_a_folder_stand_beside_those_of_the_package(tmp_path):
    (tmp_path / "small.yaml").write_text(STANDARD, encoding="utf-8")
    text = once(once(CHECKLIST, "[small]", "[small, db4403-t-236-2022]"), "select:\n", "select:\n  - {criterion: sz236-p24}\n")
    (tmp_path / "short.yaml").write_text(text, encoding="utf-8")
    # its dimension is not one of the small checklist: that it is looked at shows that it was found
    with pytest.raises(
        InvalidStandard, match="criterion 'sz236-p24' has dimension 'social_security', which the checklist does not"
    ):
        load_checklist(tmp_path / "short.yaml", catalogue=tmp_path)


def test_loading_needs_neither_tables_nor_maps():
    code = (
        "import sys; from friendly_city.standards.load import load_checklist; load_checklist('community');"
        "print([m for m in ('numpy', 'pandas', 'geopandas', 'matplotlib') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == "[]"


def test_a_standard_audited_whole_has_every_criterion_about_a_community_or_its_facilities(tmp_path):
    district = once(
        STANDARD, "friendliness: participation\n    subject: community", "friendliness: participation\n    subject: district"
    )
    checklist = whole(standard_of(tmp_path, district))
    assert [(item.id, item.weight, item.gate) for item in checklist.items] == [("s-rooms", 3, False), ("s-principle", 2, False)]
    assert (checklist.id, checklist.title.en) == ("small", "A small standard")
    assert checklist.item("s-rooms").clause.id == "c1"


def test_a_standard_audited_whole_has_only_dimensions_that_are_used(tmp_path):
    text = once(STANDARD, "    dimension: play\n", "    dimension: community_family\n")
    assert [dimension.id for dimension in whole(standard_of(tmp_path, text)).dimensions] == ["community_family"]


def test_a_standard_about_the_district_cannot_be_audited_whole(tmp_path):
    text = STANDARD.replace("subject: community", "subject: district").replace("subject: facility", "subject: district")
    with pytest.raises(InvalidParameters, match="no criterion of 'small' is about a community or its facilities"):
        whole(standard_of(tmp_path, text))


@pytest.mark.parametrize("name", standard_names())
def test_each_standard_of_the_catalogue_is_audited_whole_or_has_nothing_for_a_community(name):
    standard = load_standard(name)
    audited = [
        criterion
        for criterion in standard.criteria
        if criterion.subject is SubjectKind.COMMUNITY
        or (criterion.subject is SubjectKind.FACILITY and criterion.requirement.kind not in ("count", "frequency"))
    ]
    if not audited:
        with pytest.raises(InvalidParameters, match="no criterion of"):
            whole(standard)
        return
    assert [item.criterion for item in whole(standard).items] == audited


def test_whole_standards_are_weighed_and_graded_as_the_community_checklist_is():
    community = load_checklist("community")
    checklist = whole(load_standard("db4403-t-236-2022"))
    assert [(grade.id, grade.title, grade.at_least) for grade in checklist.grades] == [
        (grade.id, grade.title, grade.at_least) for grade in community.grades
    ]
    assert checklist.minimum_coverage == community.minimum_coverage
    weights = {item.criterion.obligation: item.weight for item in checklist.items}
    assert weights == {item.criterion.obligation: item.weight for item in community.items}
    assert weights[Obligation.SHALL] > weights[Obligation.SHOULD]
    assert checklist.choices
