"""What is within reach at a moment: worked out by hand, between bounds, and the same hour by hour."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import friendly_city as fc
from friendly_city.access.impedance import Limit
from friendly_city.audit.opening import access_by_hour, typical_day
from friendly_city.audit.service_access import service_access
from friendly_city.city.hours import DAYS
from friendly_city.errors import InvalidParameters, UnknownName
from tests.audit.cities import city_of
from tests.city.test_entrances_and_hours import one_row

CALM = settings(max_examples=40, deadline=None, derandomize=True, database=None)
ASKED = {"kind": "library", "age_band": "6-12", "period": "2022", "limit": Limit(100, "m")}
FRIDAY, SATURDAY, SUNDAY = "2022-07-15 10:00", "2022-07-16 10:00", "2022-07-17 10:00"
HOMES = [{"in": "A", "x_m": x, "children_6_12_persons": children} for x, children in ((100.0, 60), (500.0, 30), (900.0, 10))]
LIBRARIES = [{"in": "A", "kind": "library", "x_m": x} for x in (150.0, 450.0, 850.0)]
"""One 50 m from each home; of the third no hours are known."""
WEEK = {"in": "A", "facility_id": "F001", "days": "mo-fr", "opens": "09:00", "closes": "17:00"}
SATURDAYS = {"in": "A", "facility_id": "F002", "days": "sa", "opens": "09:00", "closes": "12:00"}


def town(*hours, facilities=LIBRARIES):
    return city_of(homes=HOMES, facilities=facilities, hours=list(hours))


@pytest.mark.parametrize(
    ("when", "bounds", "minutes", "known"),
    [
        (FRIDAY, (0.6, 0.7), [50 / 60, 350 / 60, 50 / 60], [50 / 60, 350 / 60, 750 / 60]),
        (SATURDAY, (0.3, 0.4), [350 / 60, 50 / 60, 50 / 60], [350 / 60, 50 / 60, 450 / 60]),
        (SUNDAY, (0.0, 0.1), [750 / 60, 350 / 60, 50 / 60], [np.inf] * 3),
    ],
)
def test_the_bounds_are_those_worked_out_by_hand(when, bounds, minutes, known):
    """Of 100 children 60 live by the library of the week, 30 by that of Saturday, 10 by the one whose hours nobody knows."""
    found = service_access(town(WEEK, SATURDAYS), **ASKED, when=when)
    assert found.share_bounds == pytest.approx(bounds)
    assert found.homes["minutes"].tolist() == pytest.approx(minutes)
    assert found.homes["minutes_known_open"].tolist() == pytest.approx(known)
    assert found.equity.set_index("figure")["value"]["within_share"] == pytest.approx(bounds[1])
    assert when in repr(found)


def test_without_a_moment_nothing_changes():
    bare, known = (service_access(city, **ASKED) for city in (city_of(homes=HOMES, facilities=LIBRARIES), town(WEEK)))
    pd.testing.assert_frame_equal(known.homes, bare.homes)
    assert list(bare.homes) == ["home_id", "community_code", "x_m", "y_m", "children", "cost_m", "minutes"]
    assert known.share_bounds == bare.share_bounds == (1.0, 1.0)
    assert (bare.when, len(bare.open_facilities)) == ("", 3)
    assert "2022" in repr(bare)


def test_the_facilities_shown_are_those_not_known_to_be_closed():
    found = service_access(town(WEEK, SATURDAYS), **ASKED, when=SATURDAY)
    assert found.open_facilities["facility_id"].tolist() == ["F002", "F003"]


def test_where_no_hours_are_known_nothing_is_known_to_be_within_reach():
    for city in (town(), city_of(homes=HOMES, facilities=LIBRARIES)):
        assert service_access(city, **ASKED, when=FRIDAY).share_bounds == (0.0, 1.0)


def test_a_facility_counts_when_it_is_there_on_that_day():
    """It opens for good on the 16th and is closed for good in October: there on the Saturday, at neither end of the year."""
    spell = [LIBRARIES[0] | {"opened_date": pd.Timestamp("2022-07-16"), "closed_date": pd.Timestamp("2022-10-01")}]
    always = WEEK | {"days": "mo-su"}
    shares = [service_access(town(always, facilities=spell), **ASKED, when=when).share_bounds for when in (FRIDAY, SATURDAY)]
    assert shares == [(0.0, 0.0), (0.6, 0.6)]
    assert service_access(town(always, facilities=spell), **ASKED).share_bounds == (0.0, 0.0)


def test_without_children_no_share_is_known():
    found = service_access(town(WEEK), **ASKED | {"age_band": "0-3"}, when=FRIDAY)
    assert np.isnan(found.share_bounds).all()
    assert access_by_hour(town(WEEK), **ASKED | {"age_band": "0-3"})["upper"].isna().all()


@pytest.mark.parametrize(
    ("when", "said"), [("Saturday morning", "such as '2022-07-16 10:00'"), ("2023-01-01 10:00", "not in 2022: 2022-01-01 to")]
)
def test_a_moment_that_is_none_is_refused(when, said):
    with pytest.raises(InvalidParameters, match=said):
        service_access(town(WEEK), **ASKED, when=when)


def test_a_season_decides_by_the_day():
    summer = WEEK | {"from_date": pd.Timestamp("2022-07-01"), "until_date": pd.Timestamp("2022-08-31")}
    assert service_access(town(summer), **ASKED, when="2022-07-01 10:00").share_bounds == pytest.approx((0.6, 1.0))
    assert service_access(town(summer), **ASKED, when="2022-09-02 10:00").share_bounds == pytest.approx((0.0, 0.4))


def test_the_week_is_seven_days_of_every_hour():
    found = access_by_hour(town(WEEK, SATURDAYS), **ASKED)
    assert len(found) == 7 * 24
    assert found["day"].drop_duplicates().tolist() == list(DAYS)
    assert (str(found["date"].iloc[0].date()), str(found["date"].iloc[-1].date())) == ("2022-05-09", "2022-05-15")
    by = found.set_index(["day", "time"])
    assert by.loc[("we", "09:00"), ["open_count", "unknown_count", "lower", "upper"]].tolist() == pytest.approx([1, 1, 0.6, 0.7])
    assert by.loc[("we", "17:00"), ["open_count", "unknown_count", "lower", "upper"]].tolist() == pytest.approx([0, 1, 0, 0.1])
    assert by.loc[("sa", "11:00"), ["lower", "upper"]].tolist() == pytest.approx([0.3, 0.4])
    assert found["open_count"].sum() == 5 * 8 + 3


def test_another_week_and_other_times_may_be_asked_for():
    found = access_by_hour(town(WEEK), **ASKED, week="2022-01-01", times=["16:59", "17:00"])
    assert found["date"].min() == pd.Timestamp("2021-12-27"), "the week of the first of January begins in the year before"
    assert found["time"].tolist() == ["16:59", "17:00"] * 7
    assert found["open_count"].tolist() == [1, 0] * 5 + [0, 0] * 2


@pytest.mark.parametrize(
    ("more", "error", "said"),
    [
        ({"kind": "libary"}, UnknownName, "library"),
        ({"week": "2021-05-12"}, InvalidParameters, "week must be a day from 2022-01-01 to 2022-12-31 such as '2022-05-15'"),
        ({"week": "May"}, InvalidParameters, "not 'May'"),
        ({"times": ["9:00"]}, InvalidParameters, "times must be such as '09:00', not '9:00'"),
        ({"times": ["24:00"]}, InvalidParameters, "not '24:00'"),
    ],
)
def test_wrong_questions_are_refused(more, error, said):
    with pytest.raises(error, match=said):
        access_by_hour(town(WEEK), **ASKED | more)


@pytest.mark.parametrize("period", ["2022", "2022Q1", "2022Q4"])
def test_the_typical_day_is_in_its_period(period):
    assert len(access_by_hour(town(WEEK), **ASKED | {"period": period}, week=typical_day(period), times=["10:00"])) == 7


weeks = st.lists(st.tuples(st.sampled_from(["F001", "F002", "F003"]), one_row), max_size=4)
moments = st.integers(0, 7 * 1440 - 1).map(lambda minutes: datetime.fromisoformat("2022-07-11") + timedelta(minutes=minutes))


def rows(some):
    return [{"in": "A", "facility_id": facility} | row for facility, row in some]


@CALM
@given(weeks, st.sampled_from(["F001", "F002", "F003"]), one_row, moments)
def test_more_hours_of_a_facility_with_hours_never_lower_access(some, facility, row, when):
    """And the lower bound is never above the upper one. (First hours make of unknown known, and may lower the upper bound.)"""
    when = f"{when:%Y-%m-%d %H:%M}"
    before, after = (
        service_access(town(*rows(known)), **ASKED, when=when).share_bounds for known in (some, [*some, (facility, row)])
    )
    assert before[0] <= before[1]
    assert after[0] >= before[0]
    if facility in {name for name, _ in some}:
        assert after[1] >= before[1]


@CALM
@given(weeks, moments)
def test_a_moment_alone_is_what_the_week_says_of_it(some, when):
    city = town(*rows(some))
    alone = service_access(city, **ASKED, when=f"{when:%Y-%m-%d %H:%M}").share_bounds
    week = access_by_hour(city, **ASKED, week=f"{when:%Y-%m-%d}", times=[f"{when:%H:%M}"])
    there = week[week["date"] == pd.Timestamp(when.date())]
    assert there[["lower", "upper"]].to_numpy().tolist() == [list(alone)]


def test_in_the_demonstration_city_no_hours_are_known():
    city = fc.load_city("data/futian")
    whole = service_access(city, kind="library", age_band="6-12", period="2022")
    at = service_access(city, kind="library", age_band="6-12", period="2022", when="2022-12-31 10:00")
    assert at.share_bounds == (0.0, whole.share_bounds[1])
    pd.testing.assert_frame_equal(at.homes[list(whole.homes)], whole.homes)
    week = access_by_hour(city, kind="library", age_band="6-12", period="2022", week="2022-12-31", times=["10:00"])
    assert week["lower"].eq(0).all()
    assert week["upper"].iloc[5] == pytest.approx(whole.share_bounds[1])
    with pytest.raises(UnknownName, match="subdistrict"):
        access_by_hour(city, kind="library", age_band="6-12", period="2022", subdistrict="440304999")
    part = service_access(city, kind="library", age_band="6-12", period="2022", subdistrict="440304001")
    week = access_by_hour(city, kind="library", age_band="6-12", period="2022", subdistrict="440304001", week="2022-12-31")
    assert part.share_bounds[1] != whole.share_bounds[1]
    assert week["upper"].iloc[-1] == pytest.approx(part.share_bounds[1])
