"""DB4403/T 236—2022, Futian's norms and the checklist `community`, against facts written down by hand from the sources."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from friendly_city.standards.load import load_checklist, load_standard
from friendly_city.standards.model import AgeBand, Friendliness, Obligation, SubjectKind, TextBasis
from friendly_city.standards.requirement import Attest, Count, Frequency, Indicator, Size, ThresholdBasis

SZ = load_standard("db4403-t-236-2022")
FT = load_standard("futian-norms-2022")
CHECKLIST = load_checklist("community")
SZ_CRITERIA = {criterion.id: criterion for criterion in SZ.criteria}
FT_CRITERIA = {criterion.id: criterion for criterion in FT.criteria}

PRINCIPLES = ("4.1", "4.2", "4.3", "4.4")
SZ_KEYS = [*(f"SZ236-{number}" for number in PRINCIPLES), *(f"SZ236-P{number:02d}" for number in range(1, 26))]
FT_KEYS = [*(f"FT-N{number}" for number in range(1, 5)), *(f"FT-F{number}" for number in range(1, 9))]

# The press wording: 宜 for these, 鼓励 (encouraged) for these; all other P rows without 宜 are read as shall.
SHOULD = {"p04", "p05", "p08", "p13", "p15", "p22", "p25"}
ENCOURAGED = {"p02", "p10", "p14"}
HOSPITAL = {"p02", "p06", "p09", "p10"}
ADDED = {"sz236-p11c": Obligation.SHOULD, "sz236-p13c": Obligation.MAY, "sz236-p17c": Obligation.MAY}
"""Criteria that measure more than the clause says; they bind no more than this."""

# criterion | type of requirement | figure of the standard | unit
FIGURES = [
    ("sz236-p01", Indicator, 1.12, "per_1000"),
    ("sz236-p21", Size, 6.0, "m2"),
    ("sz236-p22", Size, 3.0, "zones"),
    ("sz236-p23", Count, 1.0, "persons"),
    ("sz236-p24", Count, 1.0, "persons"),
    ("sz236-p25", Indicator, 1.0, "count"),
]


def test_every_row_of_section_a_is_in_exactly_one_clause():
    assert Counter(key for clause in SZ.clauses for key in clause.keys) == Counter(SZ_KEYS)


def test_every_row_of_section_c_is_in_exactly_one_clause():
    assert Counter(key for clause in FT.clauses for key in clause.keys) == Counter(FT_KEYS)


def test_only_the_four_principles_have_a_clause_number():
    assert {clause.number for clause in SZ.clauses if clause.number} == set(PRINCIPLES)
    assert all(clause.number == "" for clause in FT.clauses)


def test_titles_alone_are_headings_and_press_rows_are_summaries():
    basis = {key: clause.text_basis for standard in (SZ, FT) for clause in standard.clauses for key in clause.keys}
    for key in (*SZ_KEYS, *FT_KEYS):
        wanted = TextBasis.SUMMARY if "-P" in key else TextBasis.FULL if "-F" in key else TextBasis.HEADING
        assert basis[key] is wanted, key


def test_number_and_dates_are_those_of_the_cover():
    assert (SZ.number, SZ.issued, SZ.in_force) == ("DB4403/T 236—2022", date(2022, 4, 28), date(2022, 6, 1))
    assert (FT.number, FT.issued, FT.in_force) == ("", None, None)


def test_every_clause_has_a_criterion_but_those_about_hospitals():
    assert {clause.id for clause in SZ.clauses} - {criterion.clause for criterion in SZ.criteria} == HOSPITAL


def test_obligations_follow_the_press_wording():
    for criterion in SZ.criteria:
        wanted = Obligation.MAY if criterion.clause in ENCOURAGED else Obligation.SHALL
        wanted = Obligation.SHOULD if criterion.clause in SHOULD or criterion.clause.startswith("4-") else wanted
        assert criterion.obligation is ADDED.get(criterion.id, wanted), criterion.id


@pytest.mark.parametrize(("criterion_id", "kind", "figure", "unit"), FIGURES)
def test_figures_of_the_standard_are_kept(criterion_id, kind, figure, unit):
    requirement = SZ_CRITERIA[criterion_id].requirement
    assert isinstance(requirement, kind)
    assert requirement.threshold.limits.at_least == figure
    assert requirement.threshold.unit == unit
    assert requirement.threshold.basis is ThresholdBasis.STANDARD


def test_no_other_figure_is_said_to_be_the_standards():
    thresholds = {c.id: c.requirement.threshold for s in (SZ, FT) for c in s.criteria if not isinstance(c.requirement, Attest)}
    standard = {name for name, threshold in thresholds.items() if threshold.basis is ThresholdBasis.STANDARD}
    derived = {"sz236-p24-cover"}  # all communities follows from one each
    assert standard == {name for name, *_ in FIGURES} | derived


@pytest.mark.parametrize("criterion_id", ["sz236-p21", "sz236-p22"])
def test_each_mother_baby_room_is_measured(criterion_id):
    requirement = SZ_CRITERIA[criterion_id].requirement
    assert requirement.of == "each"
    assert [(c.field, c.any_of) for c in requirement.where.conditions] == [("kind", ("mother_baby_room",))]


def test_a_figure_of_ours_or_a_comparator_says_so_in_words():
    for standard in (SZ, FT):
        for criterion in standard.criteria:
            if getattr(criterion.requirement, "threshold", None) is None:
                continue
            if criterion.requirement.threshold.basis is not ThresholdBasis.STANDARD:
                assert criterion.ours is not None, criterion.id


def test_facts_of_the_district_never_bind():
    assert not any(criterion.obligation is Obligation.SHALL for criterion in FT.criteria)
    shoulds = {criterion.clause for criterion in FT.criteria if criterion.obligation is Obligation.SHOULD}
    assert shoulds == {"n1", "n2", "n3", "n4", "f5"}


@pytest.mark.parametrize(("criterion_id", "register", "average"), [("ft-f2a", "activities", 8.7), ("ft-f3a", "meetings", 4.35)])
def test_averages_are_district_totals_over_92_communities(criterion_id, register, average):
    total = {"activities": 800, "meetings": 400}[register]
    requirement = FT_CRITERIA[criterion_id].requirement
    assert isinstance(requirement, Frequency)
    assert (requirement.register, requirement.threshold.unit) == (register, "per_year")
    assert requirement.threshold.limits.at_least == average == round(total / 92, 2)
    assert requirement.threshold.basis is ThresholdBasis.COMPARATOR


def test_seven_categories_and_one_home_and_station_are_comparators():
    for name, least in (("ft-f8a", 7), ("ft-homes-a", 1), ("ft-stations-a", 1)):
        threshold = FT_CRITERIA[name].requirement.threshold
        assert (threshold.limits.at_least, threshold.basis) == (least, ThresholdBasis.COMPARATOR)


def test_only_districts_and_subdistricts_stay_out_of_the_audit():
    above = {c.id: c.subject for c in SZ.criteria if c.subject in (SubjectKind.DISTRICT, SubjectKind.SUBDISTRICT)}
    assert above == {
        "sz236-p01": SubjectKind.DISTRICT,
        "sz236-p07": SubjectKind.DISTRICT,
        "sz236-p23": SubjectKind.SUBDISTRICT,
        "sz236-p24-cover": SubjectKind.DISTRICT,
        "sz236-p25": SubjectKind.DISTRICT,
    }


def test_the_checklist_spans_subsystems_kinds_and_ages():
    per_dimension = Counter(item.criterion.dimension for item in CHECKLIST.items)
    assert 66 <= len(CHECKLIST.items) <= 80
    assert len(per_dimension) == 8
    assert min(per_dimension.values()) >= 4
    assert {item.criterion.requirement.kind for item in CHECKLIST.items} == {
        "attest", "count", "size", "ratio", "frequency", "access", "density", "response", "indicator",
    }  # fmt: skip
    assert {item.criterion.friendliness for item in CHECKLIST.items} == set(Friendliness)
    assert {band for item in CHECKLIST.items for band in item.criterion.age_bands} == set(AgeBand)


def test_weights_grades_and_gates_of_the_checklist():
    weights = {Obligation.SHALL: 3, Obligation.SHOULD: 2, Obligation.MAY: 1}
    assert all(item.weight == weights[item.criterion.obligation] for item in CHECKLIST.items)
    assert [(g.id, g.at_least) for g in CHECKLIST.grades] == [("excellent", 85), ("good", 70), ("pass", 60), ("not_yet", 0)]
    assert (CHECKLIST.gate_cap, CHECKLIST.minimum_coverage, CHECKLIST.due) == ("pass", 0.66, date(2025, 12, 31))
    assert {item.id for item in CHECKLIST.items if item.gate} == {"sz236-p24", "sz236-p17a"}


def test_criteria_of_the_checklist_stand_in_the_order_of_the_dimensions():
    order = [dimension.id for dimension in CHECKLIST.dimensions]
    places = [order.index(item.criterion.dimension) for item in CHECKLIST.items]
    assert places == sorted(places)
