"""What a standard names must be in the data dictionary; a slip is told by file, line, column, with the nearest name."""

from __future__ import annotations

from importlib.resources import files

import pytest

from friendly_city.audit.measures.written import check_document, check_written
from friendly_city.errors import InvalidStandard
from tests.standards.small import CHECKLIST, STANDARD, once, said

KNOWN = once(STANDARD, "item: children_first}", "item: child_first_statement}")
MEETINGS = "      register: meetings\n"
SLIPS = {
    "kind of facility": ("kind: mother_baby_room", "kind: mother_baby_rom", "small.yaml:28:21", "no value of facilities.kind 'mother_baby_rom'", "mother_baby_room"),
    "category": ("{kind: mother_baby_room}", "{kind: park, category: comunity_park}", "small.yaml:28:37", "no value of facilities.category 'comunity_park'", "community_park"),
    "one of several": ("{kind: mother_baby_room}", "{kind: [park, librari]}", "small.yaml:28:28", "no value of facilities.kind 'librari'", "library"),
    "field of a filter": ("{kind: mother_baby_room}", "{knid: mother_baby_room}", "small.yaml:28:15", "no field of facilities 'knid'", "kind"),
    "field": ("field: floor_area_m2", "field: flor_area_m2", "small.yaml:29:14", "no field of facilities 'flor_area_m2'", "floor_area_m2"),
    "item": ("item: child_first_statement}", "item: child_first_statment}", "small.yaml:41:60", "no item of documents 'child_first_statment'", "child_first_statement"),
    "boolean": ("{kind: mother_baby_room}", "{nature_contact: ture}", "small.yaml:28:31", "no value of facilities.nature_contact 'ture'", "true"),
    "category of an activity": (MEETINGS, "      register: activities\n      where: {category: cares}\n", "small.yaml:55:25", "no value of activities.category 'cares'", "care"),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "place", "what", "near"), SLIPS.values(), ids=SLIPS)
def test_a_slip_is_told_with_its_place_and_the_nearest_name(old, new, place, what, near):
    (problem,) = check_written(once(KNOWN, old, new).encode(), "small.yaml")
    assert str(problem).startswith(f"{place} criteria.")
    assert what in str(problem)
    assert str(problem).endswith(f"did you mean {near!r}?")


@pytest.mark.parametrize(
    ("requirement", "what"),
    [
        ("{kind: count, register: facilties, threshold: {unit: count, at_least: 1}}", "no register 'facilties'"),
        ("{kind: count, register: staff, distinct: rol, threshold: {unit: count, at_least: 1}}", "no field of staff 'rol'"),
        ("{kind: response, item: feels_save_walking, threshold: {unit: share, at_least: 1}}", "no item of inspections 'feels_save_walking'"),
        ("{kind: indicator, code: green_coverage, threshold: {unit: share, at_least: 1}}", "no item of indicators 'green_coverage'"),
        ("{kind: access, where: {kind: librarys}, age_band: 3-6, within: 300, threshold: {unit: share, at_least: 1}}", "no value of facilities.kind 'librarys'"),
        ("{kind: density, measure: length_share, having: {kerbs_m: {at_most: 1}}, threshold: {unit: share, at_least: 1}}", "no field of streets 'kerbs_m'"),
        ("{kind: ratio, numerator: {register: facilities, field: book_count}, denominator: {population: all}, threshold: {unit: per_1000, at_least: 1}}", "no field of facilities 'book_count'"),
        ("{kind: size, of: best, where: {}, field: play_area_m2, threshold: {unit: m2, by: site_area, by_unit: m2, bands: [{at_least: 1}]}}", "no field of facilities 'site_area'"),
    ],
)  # fmt: skip
def test_every_kind_of_requirement_is_looked_at(requirement, what):
    text = once(
        KNOWN, "requirement: {kind: attest, register: documents, item: child_first_statement}", f"requirement: {requirement}"
    )
    (problem,) = check_written(text.encode(), "small.yaml")
    assert what in problem.what


def test_a_standard_may_declare_items_of_its_own():
    text = once(KNOWN, "item: child_first_statement}", "item: wish_tree}")
    assert len(check_written(text.encode(), "small.yaml")) == 1
    assert check_written(once(text, "criteria:\n", "items: [wish_tree]\ncriteria:\n").encode(), "small.yaml") == ()


def test_the_standards_of_the_package_name_only_what_is_known():
    for path in files("friendly_city.standards").joinpath("catalogue").iterdir():
        assert check_written(path.read_bytes(), path.name) == (), path.name


def test_a_checklist_is_checked_with_the_standards_of_its_folder(tmp_path):
    (tmp_path / "small.yaml").write_text(once(KNOWN, "field: floor_area_m2", "field: floor_area"), encoding="utf-8")
    (tmp_path / "short.yaml").write_text(CHECKLIST, encoding="utf-8")
    with pytest.raises(
        InvalidStandard, match=r"small\.yaml:29:14 criteria\.0\.requirement\.field: no field of facilities 'floor_area'"
    ):
        check_document(tmp_path / "short.yaml", catalogue=tmp_path)


def test_a_good_document_is_returned(tmp_path):
    (tmp_path / "small.yaml").write_text(KNOWN, encoding="utf-8")
    (tmp_path / "short.yaml").write_text(CHECKLIST, encoding="utf-8")
    assert said(check_document, tmp_path / "small.yaml") == []
    assert check_document(tmp_path / "short.yaml", catalogue=tmp_path).id == "short"
