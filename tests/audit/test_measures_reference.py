"""Each kind a second time in plain loops over plain rows, compared on random small cities.

The references know nothing of intervals or arrays: they ask every possible completion of what is not known, where that is
simple, or state the rule of the kind in words of their own.
"""

from __future__ import annotations

import math

import pytest

from friendly_city.audit.findings import findings_frame
from friendly_city.city.period import period_of
from friendly_city.standards.requirement import (
    Access,
    Attest,
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
    Threshold,
)
from tests.audit.cities import checklist_of, code, criterion, where
from tests.audit.random_cities import build, tables

SEEDS = range(40)
END = "2022-12-31"


def state(drawn, letter, register, kind=None):
    said = {(r["in"], r["register"], r.get("kind")): r["state"] for r in drawn["reporting"]}
    return said.get((letter, register, kind)) or said.get((letter, register, None)) or "complete"


def is_open(row):
    return (row["opened_date"] or "") <= END and (row["closed_date"] is None or row["closed_date"] > END)


def facilities(drawn, letter, *kinds):
    return [
        (f"F{number:03d}", row) for number, row in enumerate(drawn["facilities"], start=1)
        if (letter is None or row["in"] == letter) and row["kind"] in kinds and is_open(row)
    ]  # fmt: skip


def rated(degree):
    return ("met" if degree == 1 else "not_met" if degree == 0 else "partly_met"), degree


def floor(value, least, zero=None):
    if value >= least - 1e-9:
        return 1.0
    return 0.0 if zero is None else max(0.0, (value - zero) / (least - zero))


NO_DATA, NOT_APPLICABLE = ("no_data", math.nan), ("not_applicable", math.nan)


def attest_community(drawn, letter):
    rows = [r for r in drawn["inspections"] if r["in"] == letter and r["subject_kind"] == "community" and r["item"] == "x"]
    rows = [r for r in rows if r["examined_date"] <= END]
    if state(drawn, letter, "inspections") == "not_reported" or not rows:
        return NO_DATA
    latest = max(r["examined_date"] for r in rows)
    of_day = [
        (["no", "partly", "yes"].index(r["answer"]), -number, r) for number, r in enumerate(rows) if r["examined_date"] == latest
    ]
    answer = min(of_day, key=lambda each: each[:2])[2]
    if answer["expires_date"] is not None:
        return NO_DATA
    return rated({"yes": 1.0, "partly": 0.5, "no": 0.0}[answer["answer"]])


def attest_document(drawn, letter):
    rows = [r for r in drawn["documents"] if r["in"] == letter and r["item"] == "x" and r["issued_date"] <= END]
    valid = [r for r in rows if r["expires_date"] is None or r["expires_date"] >= END]
    said = state(drawn, letter, "documents")
    if said == "not_reported":
        return NO_DATA
    if valid:
        return rated(1.0)
    return NO_DATA if rows or said == "partial" else rated(0.0)


def attest_facilities(drawn, letter):
    own, listed = facilities(drawn, letter, "park"), state(drawn, letter, "facilities", "park")
    if listed == "not_reported":
        return NO_DATA
    if not own:
        return NOT_APPLICABLE if listed == "complete" else NO_DATA
    if listed == "partial" or state(drawn, letter, "inspections") == "not_reported":
        return NO_DATA
    degrees = []
    for name, _ in own:
        rows = [r for r in drawn["inspections"] if r.get("facility_id") == name and r["examined_date"] <= END]
        if not rows:
            return NO_DATA
        latest = max(r["examined_date"] for r in rows)
        values = {"yes": 1.0, "partly": 0.5, "no": 0.0}
        of_day = [r for r in rows if r["examined_date"] == latest]
        worst = min(values[r["answer"]] for r in of_day)
        answer = [r for r in of_day if values[r["answer"]] == worst][-1]
        if answer["expires_date"] is not None:
            return NO_DATA
        degrees.append(worst)
    return rated(sum(degrees) / len(degrees))


def count_sum(drawn, letter):
    own, said = facilities(drawn, letter, "park", "library"), "complete"
    for kind in ("park", "library"):
        said = max(said, state(drawn, letter, "facilities", kind), key=["complete", "partial", "not_reported"].index)
    if said == "not_reported":
        return NO_DATA
    known = sum(row["site_area_m2"] or 0 for _, row in own)
    if known >= 700:
        return rated(1.0)
    if said == "partial" or any(row["site_area_m2"] is None for _, row in own):
        return NO_DATA
    return rated(floor(known, 700, 0))


def size_each(drawn, letter):
    own, said = facilities(drawn, letter, "park"), state(drawn, letter, "facilities", "park")
    if said == "not_reported":
        return NO_DATA
    if not own:
        return NOT_APPLICABLE if said == "complete" else NO_DATA
    if said == "partial" or any(row["site_area_m2"] is None for _, row in own):
        return NO_DATA
    return rated(sum(200 <= row["site_area_m2"] <= 500 for _, row in own) / len(own))


def size_best(drawn, letter):
    own, said = facilities(drawn, letter, "park"), state(drawn, letter, "facilities", "park")
    if said == "not_reported":
        return NO_DATA
    if not own and said == "complete":
        return NOT_APPLICABLE
    best = max([floor(row["site_area_m2"], 500, 0) for _, row in own if row["site_area_m2"] is not None], default=0)
    if best == 1:
        return rated(1.0)
    if said == "partial" or any(row["site_area_m2"] is None for _, row in own):
        return NO_DATA
    return rated(best)


def ratio_people(drawn, letter):
    own, said = facilities(drawn, letter, "park"), state(drawn, letter, "facilities", "park")
    people = sum(row["persons"] for row in drawn["population"] if row["in"] == letter)
    if said == "not_reported":
        return NO_DATA
    if people == 0:
        return NOT_APPLICABLE
    known = 1000 * sum(row["capacity_places"] or 0 for _, row in own) / people
    if known >= 400:
        return rated(1.0)
    if said == "partial" or any(row["capacity_places"] is None for _, row in own):
        return NO_DATA
    return rated(floor(known, 400, 0))


def frequency_months(drawn, letter):
    said = state(drawn, letter, "activities")
    if said == "not_reported":
        return NO_DATA
    months = {r["held_date"][:7] for r in drawn["activities"] if r["in"] == letter and r["held_date"][:4] == "2022"}
    if len(months) >= 3:
        return rated(1.0)
    return NO_DATA if said == "partial" else rated(len(months) / 3)


def access_share(drawn, letter):
    said = state(drawn, letter, "facilities", "park")
    if said == "not_reported":
        return NO_DATA
    homes = [row for row in drawn["homes"] if row["in"] == letter]
    children = sum(row["children_6_12_persons"] for row in homes)
    if children == 0:
        return NOT_APPLICABLE
    parks = [row["x_m"] for _, row in facilities(drawn, None, "park")]
    near = sum(row["children_6_12_persons"] for row in homes if any(abs(row["x_m"] - x) <= 400 for x in parks))
    if near / children >= 0.8:
        return rated(1.0)
    return NO_DATA if said == "partial" else rated(floor(near / children, 0.8, 0))


def density_spacing(drawn, letter):
    streets, crossed = state(drawn, letter, "streets"), state(drawn, letter, "crossings")
    if "not_reported" in (streets, crossed):
        return NO_DATA
    metres = sum(
        r["line"][1][0] - r["line"][0][0] for r in drawn["streets"] if r["in"] == letter and r["street_class"] == "branch"
    )
    if metres == 0 and streets == "complete":
        return NOT_APPLICABLE
    own = [r["street_class"] for r in drawn["crossings"] if r["in"] == letter and r["street_class"] in ("branch", None)]
    sure = own.count("branch")
    longest = metres / sure if sure else math.inf
    shortest = metres / len(own) if own else math.inf
    if streets == "complete" and longest <= 200:
        return rated(1.0)
    if crossed == "complete" and shortest > 200:
        return rated(0.0)
    return NO_DATA


def density_share(drawn, letter):
    said = state(drawn, letter, "streets")
    if said == "not_reported":
        return NO_DATA
    length = {True: 0.0, False: 0.0, None: 0.0}
    for row in drawn["streets"]:
        if row["in"] == letter and row["street_class"] == "branch":
            low = None if row["kerb_m"] is None else row["kerb_m"] <= 0.15
            length[low] += row["line"][1][0] - row["line"][0][0]
    total = sum(length.values())
    if total == 0 and said == "complete":
        return NOT_APPLICABLE
    if said == "partial":
        return NO_DATA
    ends = {floor(known / total, 0.5) for known in (length[True], length[True] + length[None])}
    return rated(ends.pop()) if len(ends) == 1 else NO_DATA


def response_share(drawn, letter):
    rows = [r for r in drawn["inspections"] if r["in"] == letter and r["item"] == "q" and r["examined_date"] <= END]
    rows = [r for r in rows if r["expires_date"] is None]
    answers = sum(r["answers_count"] or 1 for r in rows)
    if state(drawn, letter, "inspections") == "not_reported" or answers < 5:
        return NO_DATA
    return rated(floor(sum((r["answers_count"] or 1) for r in rows if int(r["answer"]) >= 4) / answers, 0.8, 0.1))


def indicator(drawn, letter):
    rows = [
        (r["year"], number, r["value"]) for number, r in enumerate(drawn["indicators"]) if r["in"] == letter and r["year"] <= 2022
    ]
    return rated(floor(max(rows)[2], 0.5, 0)) if rows else NO_DATA


def asked(unit, **limits):
    return Threshold(unit=unit, limits=Limits(**limits))


PARK = where(kind="park")
BRANCH = where(street_class="branch")
PLACES = Quantity(register="facilities", where=PARK, field="capacity_places")
BOTH = where(kind=("park", "library"))
LOW = Filter(conditions=(Condition(field="kerb_m", at_most=0.15),))
REFERENCES = [
    (attest_community, Attest(register="inspections", item="x"), "community"),
    (attest_document, Attest(register="documents", item="x"), "community"),
    (attest_facilities, Attest(register="inspections", item="x", where=PARK), "facility"),
    (
        count_sum,
        Count(register="facilities", where=BOTH, field="site_area_m2", threshold=asked("m2", at_least=700, zero_at=0)),
        "community",
    ),
    (size_each, Size(of="each", where=PARK, field="site_area_m2", threshold=asked("m2", at_least=200, at_most=500)), "facility"),
    (size_best, Size(of="best", where=PARK, field="site_area_m2", threshold=asked("m2", at_least=500, zero_at=0)), "community"),
    (
        ratio_people,
        Ratio(numerator=PLACES, denominator=Quantity(population="0-3"), threshold=asked("per_1000", at_least=400, zero_at=0)),
        "community",
    ),
    (
        frequency_months,
        Frequency(register="activities", measure="months", threshold=asked("months", at_least=3, zero_at=0)),
        "community",
    ),
    (
        access_share,
        Access(where=PARK, age_band="6-12", within=400, threshold=asked("share", at_least=0.8, zero_at=0)),
        "community",
    ),
    (density_spacing, Density(measure="crossing_spacing", where=BRANCH, threshold=asked("m", at_most=200)), "community"),
    (
        density_share,
        Density(measure="length_share", where=BRANCH, having=LOW, threshold=asked("share", at_least=0.5)),
        "community",
    ),
    (response_share, Response(item="q", minimum_answers=5, threshold=asked("share", at_least=0.8, zero_at=0.1)), "community"),
    (indicator, Indicator(code="x", threshold=asked("share", at_least=0.5, zero_at=0)), "community"),
]


@pytest.fixture(scope="module")
def audited():
    """What is drawn, and the findings of all criteria, by seed."""
    criteria = [criterion(requirement, subject=subject, identity=each.__name__) for each, requirement, subject in REFERENCES]
    checklist, period = checklist_of(*criteria), period_of("2022")
    return {seed: (tables(seed), findings_frame(build(tables(seed)), checklist, period)) for seed in SEEDS}


@pytest.mark.parametrize("reference", [each[0] for each in REFERENCES], ids=lambda each: each.__name__)
def test_vectors_agree_with_loops(reference, audited):
    seen = set()
    for seed, (drawn, frame) in audited.items():
        own = frame[frame["criterion_id"] == reference.__name__].set_index("community_code")
        for letter in drawn["communities"]:
            rating, degree = reference(drawn, letter)
            seen.add(rating)
            row = own.loc[code(letter)]
            assert (row["rating"], row["degree"]) == (rating, pytest.approx(degree, nan_ok=True)), (
                seed,
                letter,
                row["reason_en"],
            )
    assert {"met", "no_data"} <= seen
