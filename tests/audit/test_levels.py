"""Levels of audit: how a city is cut, that nothing is lost or doubled, and what is found at each level."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import friendly_city as fc
from friendly_city.audit.measures.context import Context
from friendly_city.audit.measures.measured import COMPLETE, NOT_REPORTED, PARTIAL
from friendly_city.city.level import cut
from friendly_city.city.period import period_of
from friendly_city.errors import InvalidParameters, InvalidStandard, UnknownName
from friendly_city.standards.requirement import Condition, Filter

FACILITIES = ("childrens_home", "mother_baby_room", "child_friendly_base")
LARGER = ("subdistrict", "district", "unicef_cfci")


@pytest.fixture(scope="module")
def city():
    return fc.load_city("data/futian")


def test_a_city_cut_into_communities_is_the_city(city):
    assert cut(city, "community") is city
    assert cut(cut(city, "district"), "community") is city


@pytest.mark.parametrize("level", ["subdistrict", "district"])
@pytest.mark.parametrize("band", ["all", "0-3", "12-18"])
def test_no_resident_is_lost_or_doubled(city, level, band):
    assert cut(city, level).residents(band).sum() == city.residents(band).sum() > 0


@pytest.mark.parametrize("level", ["subdistrict", "district"])
def test_no_area_and_no_floor_area_is_lost_or_doubled(city, level):
    whole = cut(city, level)
    assert whole.area_km2.sum() == pytest.approx(city.area_km2.sum(), rel=1e-9)
    if city.communities["residential_floor_area_m2"].notna().all():
        column = "residential_floor_area_m2"
        assert whole.communities[column].sum() == pytest.approx(city.communities[column].sum())


def test_subjects_are_the_subdistricts_and_the_district(city):
    parts, district = cut(city, "subdistrict"), cut(city, "district")
    assert list(parts.codes) == sorted(city.communities["subdistrict_code"].unique())
    assert parts.name_of("440304001").zh == "南园街道"
    assert parts.subdistrict_of("440304001").zh == "福田区"
    assert list(district.codes) == ["440304"]
    assert district.name_of("440304").zh == "福田区"


def test_each_row_belongs_to_the_subject_of_its_community(city):
    parts = cut(city, "subdistrict")
    codes = city.communities.index.to_series()
    assert [parts.codes[place] for place in parts.places(codes)] == list(city.communities["subdistrict_code"])
    assert list(parts.places(pd.Series(["999999999999"]))) == [-1]


def test_facilities_of_a_kind_are_subjects_with_their_own_rows_only(city):
    homes = cut(city, "facility", "childrens_home")
    register = city.register("facilities")
    assert list(homes.codes) == sorted(register.loc[register["kind"] == "childrens_home", "facility_id"])
    assert set(homes.register("facilities")["kind"]) == {"childrens_home"}
    assert len(homes.register("activities")) == (city.register("activities")["facility_id"].isin(homes.codes)).sum() > 0
    assert not homes.has("documents")
    first = homes.codes[0]
    assert homes.cut.lies_in[first] == register.set_index("facility_id").loc[first, "community_code"]
    assert city.register("facilities")["community_code"].str.len().eq(12).all(), "the city itself is untouched"


@pytest.mark.parametrize(
    ("level", "kind", "error", "said"),
    [
        ("suburb", "", UnknownName, "no level named 'suburb'"),
        ("facility", "", InvalidParameters, "needs a kind"),
        ("district", "park", InvalidParameters, "takes no kind"),
        ("facility", "childrens_hom", UnknownName, "did you mean 'childrens_home'"),
    ],
)
def test_what_cannot_be_cut_is_refused(city, level, kind, error, said):
    with pytest.raises(error, match=said):
        cut(city, level, kind)


def test_a_larger_subject_has_reported_only_when_all_its_communities_have(city):
    period = period_of("2022")
    for register in ("facilities", "staff", "activities"):
        own = Context(city, period).state(register)
        by_part = pd.Series(own, index=city.codes).groupby(city.communities["subdistrict_code"])
        expected = [group.iloc[0] if len(set(group)) == 1 else PARTIAL for _, group in by_part]
        assert list(Context(cut(city, "subdistrict"), period).state(register)) == expected
    assert {COMPLETE, NOT_REPORTED} & set(Context(city, period).state("staff"))


def test_a_facility_has_the_state_of_its_community(city):
    period, homes = period_of("2022"), cut(city, "facility", "childrens_home")
    own = pd.Series(Context(city, period).state("facilities", ("childrens_home",)), index=city.codes)
    assert list(Context(homes, period).state("facilities", ("childrens_home",))) == [own[c] for c in homes.cut.lies_in.values()]


KINDS = st.sampled_from(["park", "library", "kindergarten", "base", "mother_baby_room"])


@settings(max_examples=15, deadline=None)
@given(KINDS)
def test_counts_of_the_parts_are_the_count_of_the_whole(kind):
    city = fc.load_city("data/futian")
    where, period = Filter(conditions=(Condition(field="kind", any_of=(kind,)),)), period_of("2022")
    counts = [
        (context := Context(cut(city, level), period)).rows("facilities", where).count(context.size).sum()
        for level in ("community", "subdistrict", "district")
    ]
    assert counts[0] == counts[1] == counts[2] > 0


@pytest.mark.parametrize("name", FACILITIES)
def test_findings_of_facilities_name_the_facility_and_its_community(city, name):
    audit = fc.audit(city, fc.load_checklist(name), period="2022")
    rows = audit.findings
    assert set(rows["subject_kind"]) == {"facility"}
    assert list(audit.codes) == list(dict.fromkeys(rows["subject_code"]))
    assert [audit.city.cut.lies_in[code] for code in rows["subject_code"]] == list(rows["community_code"])
    assert set(audit.scores["community_code"]) == set(audit.codes)
    assert not (rows["rating"] == "not_applicable").all()
    assert audit.of(audit.codes[0]).findings.counts["met"] + audit.of(audit.codes[0]).findings.counts["no_data"] > 0


@pytest.mark.parametrize("name", LARGER)
def test_findings_of_larger_subjects(city, name):
    checklist = fc.load_checklist(name)
    audit = fc.audit(city, checklist, period="2022")
    assert set(audit.findings["subject_kind"]) == {str(checklist.level)}
    assert list(audit.findings["community_code"]) == list(audit.findings["subject_code"])


def test_the_area_of_each_home_is_held_against_the_limit(city):
    audit = fc.audit(city, fc.load_checklist("childrens_home"), period="2022")
    area = audit.findings[audit.findings["criterion_id"] == "sys-2"].set_index("subject_code")
    register = city.register("facilities").set_index("facility_id")["floor_area_m2"].reindex(area.index)
    assert (area["rating"] == "met").tolist() == (register >= 40).tolist()
    assert (area["rating"] == "not_met").sum() == 3


def test_coverage_counts_communities_not_facilities(city):
    audit = fc.audit(city, fc.load_checklist("district"), period="2022")
    found = audit.findings.set_index("criterion_id").loc["ft-bases-cover"]
    bases = city.register("facilities").query("kind == 'base'")
    assert found["value"] == pytest.approx(bases["community_code"].nunique() / 92)
    assert found["rating"] == "partly_met"
    assert "有儿童友好基地的社区" in found["reason_zh"]


def test_a_figure_of_one_community_is_not_the_districts(city):
    """The green coverage of 92 communities is no figure of the district; one alone under a code is."""
    rows = city.register("indicators")
    one = rows.head(1).assign(code="paediatricians_per_1000", value=1.3, unit="per_1000", indicator_id="X1")
    more = one.assign(community_code=city.codes[1], indicator_id="X2")
    from dataclasses import replace

    def rating(*extra):
        registers = {**city.registers, "indicators": pd.concat([rows, *extra], ignore_index=True)}
        audit = fc.audit(replace(city, registers=registers), fc.load_checklist("district"), period="2022")
        return audit.findings.set_index("criterion_id").loc["sz236-p01", "rating"]

    assert rating(one) == "met"
    assert rating(one, more) == "no_data"


def test_a_rollout_of_standards_is_audited_by_community(city):
    audit = fc.audit(city, fc.load_checklist("standards_rollout"), period="2022")
    assert list(audit.codes) == list(city.codes)
    assert set(audit.findings["subject_kind"]) == {"community"}


BASE = (
    "id: x\nversion: '1'\n{level}title: {{zh: 一, en: a}}\npurpose: {{zh: 一, en: a}}\nminimum_coverage: 0.5\n"
    "weights: {{shall: 3, should: 2, may: 1}}\ngrades: [{{id: a, title: {{zh: 一, en: a}}, at_least: 0}}]\ngate_cap: a\n"
    "standards: [db4403-t-236-2022, futian-norms-2022]\ndimensions: [{{id: social_security, title: {{zh: 一, en: a}}}}, "
    "{{id: community_family, title: {{zh: 一, en: a}}}}]\nchoices: [{{zh: 一, en: a}}]\nselect: [{{criterion: {criterion}}}]\n"
)


@pytest.mark.parametrize(
    ("level", "criterion", "said"),
    [
        ("", "sz236-p23", "is about a subdistrict; expected a community or its facilities"),
        ("level: subdistrict\n", "sz236-p24", "is about a community; expected a subdistrict or its facilities"),
        ("level: facility\nkind: childrens_home\n", "sz236-p24", "is about a community; expected a facility"),
        ("level: facility\n", "sz236-p21", "'kind' is missing"),
        ("level: district\nkind: park\n", "sz236-p24-cover", "a kind of facility for level 'district'"),
        ("level: village\n", "sz236-p24", "'village'"),
        ("", "ft-homes-used", "counts what one facility has"),
    ],
)
def test_a_checklist_of_the_wrong_level_is_refused_with_its_place(tmp_path, level, criterion, said):
    path = tmp_path / "x.yaml"
    path.write_text(BASE.format(level=level, criterion=criterion), encoding="utf-8")
    with pytest.raises(InvalidStandard, match=said) as err:
        fc.load_checklist(path)
    assert all(problem.line and problem.column for problem in err.value.problems)
