"""Is it so: yes, partly, no."""

from __future__ import annotations

import pytest

from friendly_city.standards.requirement import Attest
from tests.audit.cities import where

INSPECTED = Attest(register="inspections", item="ramp")
TWO_YEARS = Attest(register="inspections", item="ramp", valid_months=24)
DOCUMENT = Attest(register="documents", item="plan")
EACH = Attest(register="inspections", item="ramp", where=where(kind="park"))

SPECS = [
    (
        "the answer is the rating",
        """
        inspections
        in | subject_kind | item | method  | answer | examined_date
        A  | community    | ramp | observe | yes    | 2022-03-01
        B  | community    | ramp | observe | partly | 2022-03-01
        C  | community    | ramp | observe | no     | 2022-03-01
        D  | community    | lift | observe | yes    | 2022-03-01
        """,
        INSPECTED,
        {"A": "met", "B": "partly_met 0.5", "C": "not_met", "D": "no_data not_examined"},
    ),
    (
        "the latest answer holds, of one day the worst, never one after the period",
        """
        inspections
        in | subject_kind | item | method  | answer | examined_date
        A  | community    | ramp | observe | no     | 2021-03-01
        A  | community    | ramp | observe | yes    | 2022-03-01
        B  | community    | ramp | observe | yes    | 2022-03-01
        B  | community    | ramp | observe | no     | 2022-03-01
        B  | community    | ramp | observe | partly | 2022-03-01
        C  | community    | ramp | observe | no     | 2022-03-01
        C  | community    | ramp | observe | yes    | 2023-01-01
        D  | community    | ramp | observe | yes    | 2023-01-01
        """,
        INSPECTED,
        {"A": "met", "B": "not_met", "C": "not_met", "D": "no_data not_examined"},
    ),
    (
        "evidence past its own expiry or older than its validity is not evidence",
        """
        inspections
        in | subject_kind | item | method  | answer | examined_date | expires_date
        A  | community    | ramp | observe | yes    | 2022-03-01    | 2022-12-30
        B  | community    | ramp | observe | yes    | 2022-03-01    | 2022-12-31
        C  | community    | ramp | observe | yes    | 2020-12-30    |
        D  | community    | ramp | observe | yes    | 2020-12-31    |
        E  | community    | ramp | observe | no     | 2019-01-01    | 2030-01-01
        """,
        TWO_YEARS,
        {"A": "no_data expired", "B": "met", "C": "no_data expired", "D": "met", "E": "no_data expired"},
    ),
    (
        "a document counts while it is in force; without one it matters whether all were reported",
        """
        documents
        in | item | title | issued_date | expires_date
        A  | plan | t     | 2020-01-01  |
        B  | plan | t     | 2020-01-01  | 2022-06-30
        C  | plan | t     | 2023-01-01  |
        D  | rule | t     | 2020-01-01  |
        E  | rule | t     | 2020-01-01  |
        F  | plan | t     | 2020-01-01  |
        reporting
        in | register  | kind | state
        D  | documents |      | partial
        E  | documents | plan | not_reported
        F  | documents |      | partial
        """,
        DOCUMENT,
        {
            "A": "met",
            "B": "no_data expired",
            "C": "not_met",
            "D": "no_data partial_reporting",
            "E": "no_data not_reported",
            "F": "met",
        },
    ),
    (
        "of facilities the share of yes counts, once all are known",
        """
        facilities
        facility_id | in | kind
        P1 | A | park
        P2 | A | park
        P3 | B | park
        P4 | B | park
        P5 | C | park
        L1 | D | library
        P6 | F | park
        inspections
        facility_id | in | subject_kind | item | method  | answer | examined_date
        P1 | A | facility | ramp | observe | yes    | 2022-03-01
        P2 | A | facility | ramp | observe | partly | 2022-03-01
        P3 | B | facility | ramp | observe | yes    | 2022-03-01
        P5 | C | facility | ramp | observe | yes    | 2022-03-01
        P6 | F | facility | ramp | observe | yes    | 2022-03-01
        reporting
        in | register   | kind | state
        E  | facilities | park | partial
        F  | facilities | park | partial
        """,
        EACH,
        {
            "A": "partly_met 0.75",
            "B": "no_data not_examined",
            "C": "met",
            "D": "not_applicable no_facility",
            "E": "no_data partial_reporting",
            "F": "no_data partial_reporting",
        },
    ),
    (
        "closed facilities are not asked, an expired inspection is none, and no register is no data",
        """
        facilities
        facility_id | in | kind | opened_date | closed_date
        P1 | A | park | 2000-01-01 |
        P2 | A | park | 2000-01-01 | 2022-12-31
        P3 | A | park | 2023-01-01 |
        P4 | B | park |            |
        inspections
        facility_id | in | subject_kind | item | method  | answer | examined_date | expires_date
        P1 | A | facility | ramp | observe | yes | 2022-03-01 |
        P2 | A | facility | ramp | observe | no  | 2022-03-01 |
        P4 | B | facility | ramp | observe | yes | 2021-03-01 | 2022-03-01
        """,
        EACH,
        {"A": "met", "B": "no_data expired"},
    ),
    ("a city without the register knows nothing", "without: inspections", INSPECTED, {"A": "no_data no_register"}),
]


@pytest.mark.parametrize(("title", "drawn", "requirement", "expected"), SPECS, ids=[spec[0] for spec in SPECS])
def test_what_is_attested(title, drawn, requirement, expected, rate):
    subject = "facility" if requirement.where.conditions else "community"
    assert rate(drawn, requirement, communities="".join(expected), subject=subject) == expected
