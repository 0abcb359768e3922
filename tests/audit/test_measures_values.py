"""Each kind once, worked out by hand: value, degree, limits, evidence, reasons."""

from __future__ import annotations

import math

import pytest

from friendly_city.standards.requirement import (
    Access,
    Attest,
    Band,
    Condition,
    Count,
    Density,
    Filter,
    Frequency,
    Indicator,
    Limits,
    Quantity,
    Ratio,
    Response,
    Size,
    Step,
    Threshold,
)
from tests.audit.cities import city_of, findings, people, where


def limits(unit, **more):
    return Threshold(unit=unit, limits=Limits(**more))


def one(city, requirement, **more):
    return findings(city, requirement, **more).loc["A"]


def test_attest_gives_the_degree_of_the_answer_and_its_method():
    """Partly is 0.5 (see `requirement.Attest`)."""
    inspection = {
        "in": "A",
        "subject_kind": "community",
        "item": "x",
        "method": "observe",
        "answer": "partly",
        "examined_date": "2022-05-03",
    }
    row = one(city_of(inspections=[inspection]), Attest(register="inspections", item="x"))
    assert (row["degree"], row["value"], row["unit"], row["threshold"], row["method"]) == (0.5, 0.5, "none", "yes", "observe")
    assert row["evidence"] == "inspections#I001"
    assert row["reason_zh"] == "2022-05-03 现场核查，部分达到要求"
    assert row["reason_en"] == "Observed on 2022-05-03: partly as asked"


def test_attest_of_facilities_is_the_mean_of_their_answers():
    """(1 + 0.5 + 0) / 3 = 0.5."""
    facilities = [{"in": "A", "kind": "park"} for _ in range(3)]
    inspections = [
        {
            "in": "A",
            "subject_kind": "facility",
            "facility_id": f"F00{n}",
            "item": "x",
            "method": "observe",
            "answer": answer,
            "examined_date": "2022-05-03",
        }
        for n, answer in enumerate(("yes", "partly", "no"), start=1)
    ]
    requirement = Attest(register="inspections", item="x", where=where(kind="park"))
    row = one(city_of(facilities=facilities, inspections=inspections), requirement, subject="facility")
    assert (row["degree"], row["value"], row["unit"]) == (0.5, 0.5, "share")
    assert row["evidence"] == "facilities#F001 facilities#F002 facilities#F003 inspections#I001 inspections#I002 inspections#I003"
    assert row["reason_zh"] == "公园 3 处：1 处达到、1 处部分达到、1 处未达到，要求全部达到"


def test_attest_of_a_document_names_the_day_it_expired():
    documents = [{"in": "A", "item": "x", "title": "t", "issued_date": "2020-01-01", "expires_date": "2021-12-31"}]
    row = one(city_of(documents=documents), Attest(register="documents", item="x"))
    assert (row["rating"], row["cause"], row["evidence"]) == ("no_data", "expired", "documents#D001")
    assert "2021-12-31" in row["reason_zh"]


def test_validity_in_months_runs_from_the_day_of_the_inspection():
    """24 months from 2020-06-30 end on 2022-06-30; the second quarter ends on that day, the third later."""
    inspection = {
        "in": "A",
        "subject_kind": "community",
        "item": "x",
        "method": "examine",
        "answer": "yes",
        "examined_date": "2020-06-30",
    }
    city = city_of(inspections=[inspection])
    requirement = Attest(register="inspections", item="x", valid_months=24)
    assert one(city, requirement, period="2022Q2")["rating"] == "met"
    assert one(city, requirement, period="2022Q3")["cause"] == "expired"


def test_count_of_a_sum_is_converted_to_the_unit_asked_for():
    """3,000 m² + 12,000 m² = 1.5 ha."""
    facilities = [{"in": "A", "kind": "park", "site_area_m2": area} for area in (3000, 12_000)]
    requirement = Count(
        register="facilities", where=where(kind="park"), field="site_area_m2", threshold=limits("ha", at_least=2, zero_at=0)
    )
    row = one(city_of(facilities=facilities), requirement)
    assert (row["value"], row["degree"], row["unit"], row["threshold"]) == (1.5, 0.75, "ha", "≥ 2")
    assert row["reason_zh"] == "公园 2 处，用地面积合计 1.5 公顷，要求 ≥ 2 公顷"
    assert row["reason_en"] == "Land area of 2 parks: 1.5 ha in all; asked: at least 2 ha"


def test_count_of_nothing_says_so_plainly():
    row = one(city_of(), Count(register="facilities", where=where(kind="library"), threshold=limits("count", at_least=1)))
    assert (row["value"], row["rating"], row["evidence"]) == (0, "not_met", "")
    assert row["reason_zh"] == "没有图书馆（室），要求 ≥ 1 处"
    assert row["reason_en"] == "No libraries; asked: at least 1"


def test_size_of_each_tells_how_many_fit_and_the_smallest():
    """6 and 8 fit, 4.8 does not: 2 of 3."""
    facilities = [{"in": "A", "kind": "mother_baby_room", "floor_area_m2": area} for area in (6, 4.8, 8)]
    requirement = Size(of="each", where=where(kind="mother_baby_room"), field="floor_area_m2", threshold=limits("m2", at_least=6))
    row = one(city_of(facilities=facilities), requirement)
    assert row["value"] == row["degree"] == pytest.approx(2 / 3)
    assert (row["unit"], row["threshold"]) == ("share", "≥ 6 m²")
    assert row["reason_zh"] == "母婴室 3 处，建筑（使用）面积 4.8 至 8 m²，其中 2 处符合要求（每处 ≥ 6 m²）"
    assert row["reason_en"] == "3 mother-baby rooms: floor area 4.8 to 8 m²; 2 as asked (at least 6 m² each)"


def test_size_of_the_best_is_the_one_that_fits_best_in_its_own_band():
    """Park 1 (0.2 ha) has 290 of 300 m², park 2 (1 ha) has 600 of 600 m²: the second fits."""
    facilities = [
        {"in": "A", "kind": "park", "site_area_m2": 2000, "play_area_m2": 290},
        {"in": "A", "kind": "park", "site_area_m2": 10_000, "play_area_m2": 600},
    ]
    bands = (Band(below=3000, limits=Limits(at_least=300)), Band(start=3000, limits=Limits(at_least=600)))
    threshold = Threshold(unit="m2", by="site_area_m2", by_unit="m2", bands=bands)
    row = one(
        city_of(facilities=facilities), Size(of="best", where=where(kind="park"), field="play_area_m2", threshold=threshold)
    )
    assert (row["rating"], row["value"], row["threshold"]) == ("met", 600, "≥ 600")


def test_size_in_bands_names_from_where_to_where_the_limits_go():
    facilities = [
        {"in": "A", "kind": "park", "site_area_m2": 2000, "play_area_m2": 290},
        {"in": "A", "kind": "park", "site_area_m2": 10_000, "play_area_m2": 600},
    ]
    bands = (Band(below=3000, limits=Limits(at_least=300)), Band(start=3000, limits=Limits(at_least=600)))
    threshold = Threshold(unit="m2", by="site_area_m2", by_unit="m2", bands=bands)
    row = one(
        city_of(facilities=facilities), Size(of="each", where=where(kind="park"), field="play_area_m2", threshold=threshold)
    )
    assert (row["degree"], row["threshold"]) == (0.5, "≥ 300 … 600 m²")
    assert (
        row["reason_zh"]
        == "公园 2 处，其中 1 处儿童游戏场地面积符合要求（用地面积 2,000 m² → ≥ 300 m²，实有 290 m²；用地面积 10,000 m² → ≥ 600 m²，实有 600 m²）"
    )


def test_ratio_per_thousand_children():
    """45 places for 10,000 children under 3: 4.5 per 1,000."""
    city = city_of(population=people("A", age_0_3=10_000), facilities=[{"in": "A", "kind": "childcare", "capacity_places": 45}])
    places = Quantity(register="facilities", where=where(kind="childcare"), field="capacity_places")
    row = one(
        city,
        Ratio(numerator=places, denominator=Quantity(population="0-3"), per=1000, threshold=limits("per_1000", at_least=4.5)),
    )
    assert (row["value"], row["rating"]) == (4.5, "met")
    assert row["evidence"] == "facilities#F001 population#440304001001"
    assert row["reason_zh"] == "每千名 0–3 岁儿童有托育机构的托位 4.5，要求 ≥ 4.5"
    assert row["reason_en"] == "Places of childcare institutions: 4.5 per 1,000 children aged 0–3; asked: at least 4.5"


def test_ratio_of_area_to_area():
    """86 m² of play area on 1 ha (10,000 m²): 8.6 m² per 1,000 m²."""
    plot = where(kind="residential_plot")
    city = city_of(facilities=[{"in": "A", "kind": "residential_plot", "play_area_m2": 86, "site_area_m2": 10_000}])
    requirement = Ratio(
        numerator=Quantity(register="facilities", where=plot, field="play_area_m2"),
        denominator=Quantity(register="facilities", where=plot, field="site_area_m2"),
        threshold=limits("m2_per_1000_m2", at_least=8.6),
    )
    row = one(city, requirement)
    assert row["value"] == pytest.approx(8.6)
    assert row["rating"] == "met"


def test_frequency_counts_months_and_scales_a_quarter():
    """July and September of one quarter: 2 of 3 months, 8 a year."""
    activities = [{"in": "A", "held_date": day, "category": "care"} for day in ("2022-07-01", "2022-07-31", "2022-09-30")]
    requirement = Frequency(register="activities", measure="months", threshold=limits("months", at_least=12, zero_at=0))
    row = one(city_of(activities=activities), requirement, period="2022Q3")
    assert (row["value"], row["degree"]) == (8, pytest.approx(8 / 12))


def test_few_children_taking_part_are_not_counted_out_in_a_reason():
    city = city_of(activities=[{"in": "A", "held_date": "2022-07-01", "category": "care", "participants_persons": 3}])
    row = one(city, Frequency(register="activities", measure="participants", threshold=limits("persons", at_least=12)))
    assert row["value"] == 3
    assert row["reason_zh"] == "本期活动 1 次，折合每年参加儿童不足 5 人次，要求 ≥ 12 人次"
    assert "3" not in row["reason_en"]


def test_access_weighs_homes_by_their_children():
    """30 children 600 m away, 70 at the school: 70 % within 500 m, 180 m on average, 3 minutes at 60 m/min."""
    homes = [{"in": "A", "x_m": 0, "children_6_12_persons": 30}, {"in": "A", "x_m": 600, "children_6_12_persons": 70}]
    city = city_of(homes=homes, facilities=[{"in": "A", "kind": "primary_school", "x_m": 600}])
    school = where(kind="primary_school")
    share = one(city, Access(where=school, age_band="6-12", within=500, threshold=limits("share", at_least=0.85)))
    assert share["value"] == pytest.approx(0.7)
    assert share["reason_zh"] == "6–12 岁儿童 70 % 能在 500 米内走到小学，要求 ≥ 85 %（本社区内 1 处）"
    assert (
        share["reason_en"]
        == "70 % of children aged 6–12 reach a primary school within 500 m; asked: at least 85 % (1 inside the community)"
    )
    assert share["evidence"] == "facilities#F001 homes#440304001001"
    metres = one(city, Access(where=school, age_band="6-12", measure="nearest", threshold=limits("m", at_most=500)))
    minutes = one(city, Access(where=school, age_band="6-12", measure="nearest", threshold=limits("min", at_most=10)))
    assert (metres["value"], minutes["value"]) == (pytest.approx(180), pytest.approx(3))


def test_access_without_any_way_is_infinite_and_said_in_words():
    city = city_of(homes=[{"in": "A", "children_6_12_persons": 30}])
    requirement = Access(where=where(kind="library"), age_band="6-12", measure="nearest", threshold=limits("m", at_most=500))
    row = one(city, requirement)
    assert math.isinf(row["value"])
    assert row["reason_zh"] == "有 6–12 岁儿童从住处走不到任何图书馆（室），要求 ≤ 500 米（本社区内没有图书馆（室））"


def test_supply_is_shared_among_those_who_reach_it():
    """Two homes of 50 children share 20 places: 200 per 1,000."""
    homes = [{"in": "A", "x_m": 0, "children_0_3_persons": 50}, {"in": "A", "x_m": 600, "children_0_3_persons": 50}]
    city = city_of(homes=homes, facilities=[{"in": "A", "kind": "childcare", "x_m": 300, "capacity_places": 20}])
    requirement = Access(
        where=where(kind="childcare"),
        age_band="0-3",
        measure="supply",
        within=300,
        field="capacity_places",
        threshold=limits("per_1000", at_least=45),
    )
    assert one(city, requirement)["value"] == pytest.approx(200)


def test_density_and_spacing():
    """1 km of street on 1 km², 4 crossings: 1 km/km², one every 250 m."""
    crossings = [{"in": "A", "kind": "zebra", "street_class": "branch"} for _ in range(4)]
    city = city_of(crossings=crossings)
    assert one(city, Density(measure="street_density", threshold=limits("km_per_km2", at_least=10)))["value"] == pytest.approx(1)
    spacing = one(city, Density(measure="crossing_spacing", threshold=limits("m", at_most=250)))
    assert (spacing["rating"], spacing["value"]) == ("met", pytest.approx(250))
    assert spacing["reason_zh"] == "可步行街道 1 公里，过街设施 4 处，平均间距 250 米，要求 ≤ 250 米"


def test_street_without_crossing_is_infinitely_spaced_and_said_in_words():
    row = one(city_of(crossings=[]), Density(measure="crossing_spacing", threshold=limits("m", at_most=250)))
    assert (row["rating"], row["value"]) == ("not_met", math.inf)
    assert row["reason_zh"] == "可步行街道 1 公里，没有过街设施，间距要求 ≤ 250 米"


def test_share_of_length_as_asked():
    """300 of 400 m are flush: 75 %."""
    streets = [
        {"in": "A", "street_class": "branch", "kerb_m": 0.1, "line": [(0, 0), (300, 0)]},
        {"in": "A", "street_class": "branch", "kerb_m": 0.2, "line": [(300, 0), (400, 0)]},
    ]
    low = Filter(conditions=(Condition(field="kerb_m", at_most=0.15),))
    row = one(
        city_of(streets=streets), Density(measure="length_share", having=low, threshold=limits("share", at_least=1, zero_at=0.5))
    )
    assert (row["value"], row["degree"]) == (pytest.approx(0.75), pytest.approx(0.5))


def test_response_weighs_answers_by_people():
    """12 of 16 people give 4: 75 %, mean (12 × 4 + 4 × 2) / 16 = 3.5."""
    answers = [
        {"in": "A", "subject_kind": "community", "item": "q", "method": "interview", "respondent": "child", "answer": answer,
         "answers_count": count, "examined_date": "2022-02-02"}
        for answer, count in (("4", 12), ("2", 4))
    ]  # fmt: skip
    city = city_of(inspections=answers)
    share = one(city, Response(item="q", threshold=limits("share", at_least=0.8)))
    assert (share["value"], share["method"]) == (0.75, "interview")
    assert share["reason_zh"] == "16 份答复中 75 % 评分不低于 4 分，要求 ≥ 80 %"
    assert one(city, Response(item="q", measure="mean", threshold=limits("points", at_least=4)))["value"] == 3.5


def test_indicator_names_its_year_and_target():
    city = city_of(indicators=[{"in": "A", "code": "x", "year": 2021, "value": 0.84, "unit": "share"}])
    row = one(city, Indicator(code="x", target_year=2025, threshold=limits("share", at_least=0.9)))
    assert (row["value"], row["evidence"]) == (0.84, "indicators#I001")
    assert row["reason_zh"] == "2021 年统计值为 84 %，要求 ≥ 90 %（2025 年目标）"
    assert row["reason_en"] == "The 2021 figure is 84 %; asked: at least 90 % (target for 2025)"


@pytest.mark.parametrize(
    ("value", "limit", "expected"),
    [
        (5, Limits(at_least=6, steps=(Step(value=3, degree=0.4), Step(value=5, degree=0.8))), 0.8),
        (2, Limits(at_least=6, steps=(Step(value=3, degree=0.4), Step(value=5, degree=0.8))), 0.0),
        (4, Limits(at_most=2, steps=(Step(value=3, degree=0.6), Step(value=5, degree=0.2))), 0.2),
        (3, Limits(at_most=2, zero_at=4), 0.5),
        (9, Limits(at_least=4, at_most=6, zero_at=0), 0.0),
        (1, Limits(at_least=4, at_most=6, zero_at=0), 0.25),
        (2, Limits(steps=(Step(value=1, degree=0.5), Step(value=3, degree=1.0))), 0.5),
        (3, Limits(steps=(Step(value=1, degree=0.5), Step(value=3, degree=1.0))), 1.0),
    ],
)
def test_degrees_of_ladders_and_lines(value, limit, expected):
    facilities = [{"in": "A", "kind": "park"} for _ in range(value)]
    requirement = Count(register="facilities", where=where(kind="park"), threshold=Threshold(unit="count", limits=limit))
    assert one(city_of(facilities=facilities), requirement)["degree"] == pytest.approx(expected)


def test_metres_and_kilometres_ask_the_same():
    homes = [{"in": "A", "x_m": 0, "children_6_12_persons": 30}, {"in": "A", "x_m": 1000, "children_6_12_persons": 70}]
    park_in_the_middle = {"in": "A", "kind": "park", "x_m": 500, "site_area_m2": 5000}
    city = city_of(
        homes=homes, facilities=[park_in_the_middle], crossings=[{"in": "A", "kind": "zebra", "street_class": "branch"}]
    )
    park = where(kind="park")
    pairs = [
        (Access(where=park, age_band="6-12", within=within, within_unit=unit, threshold=limits("share", at_least=1)) for within, unit in ((500, "m"), (0.5, "km"))),
        (Access(where=park, age_band="6-12", measure="nearest", threshold=limits(unit, at_most=most)) for unit, most in (("m", 500), ("km", 0.5))),
        (Size(of="each", where=park, field="site_area_m2", threshold=limits(unit, at_least=least)) for unit, least in (("m2", 5000), ("ha", 0.5), ("km2", 0.005))),
        (Density(measure="crossing_spacing", threshold=limits(unit, at_most=most)) for unit, most in (("m", 250), ("km", 0.25))),
    ]  # fmt: skip
    for same in pairs:
        degrees = {one(city, requirement)["degree"] for requirement in same}
        assert len(degrees) == 1
        assert not any(math.isnan(degree) for degree in degrees)


def test_findings_have_exactly_the_agreed_columns_in_order():
    from friendly_city.audit.findings import COLUMNS

    frame = findings(city_of("BA"), Count(register="facilities", threshold=limits("count", at_least=1)))
    assert tuple(frame.columns) == COLUMNS
    assert list(frame.index) == ["A", "B"]
    assert list(frame["remedy_zh"]) == ["补", "补"]


def test_what_was_not_reported_is_the_register_that_was_asked_of():
    """The centre is on record; what is missing is the inspections. Of two registers, and of a kind of facility, too."""
    asked_of = {"item": "open", "subject_kind": "facility", "method": "observe", "answer": "yes", "examined_date": "2022-05-05"}
    city = city_of(
        "ABC",
        facilities=[{"in": c, "kind": "health_centre"} for c in "ABC"],
        inspections=[{"in": "A", "facility_id": "F001", **asked_of}],
        reporting=[
            {"in": "A", "register": "inspections", "state": "not_reported"},
            {"in": "B", "register": "inspections", "state": "not_reported"},
            {"in": "B", "register": "facilities", "kind": "health_centre", "state": "not_reported"},
            {"in": "C", "register": "facilities", "kind": "park", "state": "not_reported"},
            {"in": "C", "register": "inspections", "state": "not_reported"},
        ],
    )
    found = findings(city, Attest(register="inspections", item="open", where=where(kind="health_centre")), subject="facility")
    assert found.loc["A", "reason_zh"] == (
        "2022 年核查台账未填报（已有相关记录 1 行，未声明齐全，不作依据）：社区健康服务中心 1 处是否满足要求不清楚"
    )
    assert found.loc["A", "reason_en"] == (
        "Not reported for 2022: inspections (1 row on record does not count, as it was not declared complete); "
        "whether 1 community health centre is as asked is not known"
    )
    assert found.loc["B", "reason_zh"] == (
        "2022 年设施台账未填报社区健康服务中心（已有相关记录 1 行，未声明齐全，不作依据），核查台账未填报：是否满足不清楚"
    )
    assert found.loc["C", "reason_zh"] == "2022 年核查台账未填报：社区健康服务中心 1 处是否满足要求不清楚"


ONE_ROOM = {"in": "A", "kind": "mother_baby_room"}


@pytest.mark.parametrize(
    ("zones", "zh", "en"),
    [
        ((1,), "母婴室 1 处，功能分区数 1 区，不符合要求（≥ 3 区）", "1 mother-baby room: functional zones 1; not as asked (at least 3)"),
        ((1, 2), "母婴室 2 处，功能分区数 1 至 2 区，都不符合要求（每处 ≥ 3 区）", "2 mother-baby rooms: functional zones 1 to 2; none as asked (at least 3 each)"),
        ((3, 4), "母婴室 2 处，功能分区数 3 至 4 区，都符合要求（每处 ≥ 3 区）", "2 mother-baby rooms: functional zones 3 to 4; all as asked (at least 3 each)"),
    ],
)  # fmt: skip
def test_none_and_all_are_said_in_words(zones, zh, en):
    rooms = [ONE_ROOM | {"zones_count": count} for count in zones]
    asked = Size(of="each", where=where(kind="mother_baby_room"), field="zones_count", threshold=limits("zones", at_least=3))
    row = one(city_of(facilities=rooms), asked)
    assert (row["reason_zh"], row["reason_en"]) == (zh, en)


def test_seats_a_class_are_said_as_people_say_them():
    """1,104 places in 24 classes are 46 a class."""
    schools = [{"in": "A", "kind": "primary_school", "capacity_places": 1104, "classes_count": 24}]
    side = where(kind="primary_school")
    seats = Ratio(
        numerator=Quantity(register="facilities", where=side, field="capacity_places"),
        denominator=Quantity(register="facilities", where=side, field="classes_count"),
        threshold=limits("places", at_most=45),
    )
    row = one(city_of(facilities=schools), seats, subject="facility")
    assert row["reason_zh"] == "小学 1 所，每班学位 46 个，不符合要求（≤ 45 个）"
    assert row["reason_en"] == "1 primary school: 46 places per class; not as asked (at most 45)"


@pytest.mark.parametrize(
    ("yes", "zh", "en"),
    [
        ((False,), "公共场所 1 处，不符合，要求全部符合", "1 public venue, not as asked; asked: all"),
        ((False, False), "公共场所 2 处，都不符合，要求全部符合", "Not one of 2 public venues is as asked; asked: all"),
        ((True, True), "公共场所 2 处，都符合，要求全部符合", "All 2 public venues are as asked; asked: all"),
        (
            (True, False),
            "公共场所 2 处，其中 1 处符合，占 50 %，要求全部符合",
            "1 of 2 public venues is as asked (50 %); asked: all",
        ),
    ],
)
def test_a_share_of_all_is_not_said_in_per_cent(yes, zh, en):
    venues = [{"in": "A", "kind": "public_venue", "has_mother_baby_room": has} for has in yes]
    share = Ratio(
        numerator=Quantity(register="facilities", where=where(kind="public_venue", has_mother_baby_room="true")),
        denominator=Quantity(register="facilities", where=where(kind="public_venue")),
        threshold=limits("share", at_least=1, zero_at=0),
    )
    row = one(city_of(facilities=venues), share)
    assert (row["reason_zh"], row["reason_en"]) == (zh, en)


@pytest.mark.parametrize(
    ("method", "zh", "en"),
    [
        ("examine", "2022-05-03 查阅，未见符合要求的凭证", "Examined on 2022-05-03: there is no evidence of it"),
        ("observe", "2022-05-03 现场核查，未达到要求", "Observed on 2022-05-03: not as asked"),
        ("interview", "2022-05-03 访谈，答复是没有做到", "Asked in interviews on 2022-05-03: it is not done"),
    ],
)
def test_a_no_is_said_as_it_was_found(method, zh, en):
    found = {"in": "A", "subject_kind": "community", "item": "x", "method": method, "answer": "no", "examined_date": "2022-05-03"}
    row = one(city_of(inspections=[found]), Attest(register="inspections", item="x"))
    assert (row["reason_zh"], row["reason_en"]) == (zh, en)


def test_a_whole_year_is_not_scaled_to_a_year():
    city = city_of("AB", activities=[{"in": "A", "held_date": "2022-02-02", "category": "care"}])
    found = findings(city, Frequency(register="activities", threshold=limits("per_year", at_least=4)))
    assert found["reason_en"].tolist() == [
        "1 activity in the period; asked: at least 4 a year",
        "No activities in the period; asked: at least 4 a year",
    ]
    quarter = findings(city, Frequency(register="activities", threshold=limits("per_year", at_least=4)), period="2022Q1")
    assert quarter.loc["A", "reason_en"] == "1 activity in the period, 4 a year; asked: at least 4 a year"


BY_RESIDENTS = Threshold(
    unit="m2",
    by="population",
    by_unit="persons",
    bands=(
        Band(start=10_000, below=20_000, limits=Limits(at_least=20)),
        Band(start=20_000, below=40_000, limits=Limits(at_least=40)),
    ),
)


def test_the_band_that_applied_is_said_and_whose_size_lies_in_none():
    city = city_of(
        "AB",
        population=people("A", age_18_200=24_501) + people("B", age_18_200=400),
        facilities=[{"in": c, "kind": "police_room", "floor_area_m2": 30} for c in "AB"],
    )
    found = findings(
        city, Count(register="facilities", where=where(kind="police_room"), field="floor_area_m2", threshold=BY_RESIDENTS)
    )
    assert (
        found.loc["A", "reason_zh"]
        == "社区警务室 1 处，建筑（使用）面积合计 30 m²，要求 ≥ 40 m²（常住 24,501 人 → 20,000–40,000 人一档）"
    )
    assert found.loc["A", "reason_en"].endswith("asked: at least 40 m² (24,501 residents → band 20,000–40,000)")
    assert found.loc["B", "reason_zh"] == "标准只对常住人口 10,000 至 40,000 人的社区作要求，本社区不在其内，不适用"


def test_of_facilities_outside_the_bands_it_is_said_that_they_are():
    bands = (Band(start=3000, below=9000, limits=Limits(at_least=300)),)
    threshold = Threshold(unit="m2", by="site_area_m2", by_unit="m2", bands=bands)
    parks = [{"in": "A", "kind": "park", "site_area_m2": 2000, "play_area_m2": 290}]
    row = one(city_of(facilities=parks), Size(of="each", where=where(kind="park"), field="play_area_m2", threshold=threshold))
    assert row["reason_zh"] == "标准只对用地面积 3,000 至 9,000 m²的公园作要求，本社区的都不在其内，不适用"
    assert (
        row["reason_en"]
        == "The standard asks this of parks with land area from 3,000 to 9,000 m², and none here is; not applicable"
    )
