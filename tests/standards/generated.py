"""Generated standards and checklists that hold together: every kind of requirement, odd texts, odd numbers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise

from hypothesis import strategies as st

from friendly_city.labels import Text, keys
from friendly_city.standards.check import CHILD_BANDS, POPULATIONS
from friendly_city.standards.checklist import ChecklistFile, Selection, Weights
from friendly_city.standards.fitting import fitting, units_that_fit
from friendly_city.standards.model import (
    AgeBand,
    Aspect,
    Clause,
    Criterion,
    Dimension,
    Friendliness,
    Grade,
    Obligation,
    Source,
    Standard,
    SubjectKind,
    TextBasis,
)
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
    ThresholdBasis,
)
from friendly_city.units import UNITS

ODD = (
    "010", "1.10", "no", "null", "~", "true", "1e3", "2022-04-28", "12:30:00", "=1+1", "+1", "-1", "@SUM(A1)", "'", '"', "a: b", "a #b",
    "- x", "? x", "! x", "& x", "* x", "[x", "{x", "x]", "x}", "x, y", "|", ">", "%", "`", "\\", "\\n", "a\nb", "a\r\nb", "a\rb", "\ta\t",
    " a ", "_x0041_", "_x005F_", "_xD800_", "x005F_", "<r><t>x</t></r>", "<b>&amp;", "]]>", "\x00", "\x07", "\x7f", "\x85", "\u2028", "\ufeff",
    "\ufffe", "\uffff", "孖岭 😀", "“应”、宜：可。", "see-remarks", "<<", "=", "---", "...", "# x", "儿童" * 2000,
)  # fmt: skip
CHARACTERS = st.characters(exclude_categories=["Cs"])
TEXTS = st.sampled_from(ODD) | st.text(CHARACTERS, max_size=40)
WORDS = TEXTS.filter(str.strip)
BOTH = st.builds(Text, WORDS, WORDS)
IDS = st.sampled_from(["a", "010", "1e3", "no", "4-1", "c1-2", "null"]) | st.from_regex(
    r"[a-z0-9]{1,6}(-[a-z0-9]{1,4}){0,2}", fullmatch=True
)
CODES = st.sampled_from(["no", "1", "0_1"]) | st.from_regex(r"[a-z0-9_]{1,12}", fullmatch=True)
NUMBERS = st.sampled_from([1e-9, 0.1 + 0.2, 1e15, 1e300, 4.35, 6.0, 123456789.123456789]) | st.floats(1e-300, 1e300)
REGISTERS = st.sampled_from(keys("register"))
SHARES = st.sampled_from([1e-9, 0.1 + 0.2, 1.0]) | st.floats(1e-300, 1)
KEYS = st.sampled_from(["kind", "site_area_m2", "a b", "=x", "x: y", "no", "1.10", "{", "[", "", " x"]) | st.text(
    CHARACTERS, max_size=10
)


def some(strategy):
    return st.none() | strategy


@st.composite
def conditions(draw, field):
    if draw(st.booleans()):
        return Condition(field=field, any_of=tuple(draw(st.lists(TEXTS, min_size=1, max_size=3))))
    low, high = sorted((draw(NUMBERS), draw(NUMBERS)))
    return Condition(field=field, at_least=low, at_most=draw(some(st.just(high))))


@st.composite
def filters(draw):
    return Filter(conditions=tuple(draw(conditions(field)) for field in draw(st.lists(KEYS, unique=True, max_size=3))))


@st.composite
def limits(draw, numbers):
    if draw(st.booleans()):
        values = sorted(set(draw(st.lists(numbers, min_size=1, max_size=3))))
        steps = tuple(Step(value=value, degree=(place + 1) / 3) for place, value in enumerate(values))
        return Limits(at_least=draw(some(st.just(values[-1]))), steps=steps)
    low, high = sorted((draw(numbers), draw(numbers)))
    zero = draw(some(st.sampled_from([0.0, low / 3]))) if low / 3 < low else None
    return Limits(at_least=low, at_most=draw(some(st.just(high))), zero_at=zero)


@st.composite
def thresholds(draw, asked, basis):
    unit = draw(st.sampled_from(units_that_fit(fitting(asked)) or tuple(UNITS)))
    numbers = SHARES if unit == "share" else NUMBERS
    head = Threshold(unit=unit, basis=basis)
    if draw(st.booleans()):
        return replace(head, limits=draw(limits(numbers)))
    edges = [None, *sorted(draw(st.sets(NUMBERS, max_size=2))), None]
    bands = tuple(Band(start=low, below=high, limits=draw(limits(numbers))) for low, high in pairwise(edges))
    return replace(head, bands=bands, by="population", by_unit=draw(st.sampled_from(["persons", "places"])))


def quantities():
    registered = st.builds(Quantity, register=REGISTERS, where=filters(), field=st.sampled_from(["", "floor_area_m2", "x"]))
    return registered | st.builds(Quantity, population=st.sampled_from(POPULATIONS)) | st.just(Quantity(area=True))


@st.composite
def requirements(draw, subject, basis):
    """A requirement of any kind but `attest`, with a threshold whose unit fits."""
    of_facilities = filters() if subject is SubjectKind.FACILITY else st.just(Filter())
    plain = Threshold(unit="none")
    asked = draw(
        st.one_of(
            st.builds(
                Attest, register=st.just("inspections"), item=CODES, where=of_facilities, valid_months=some(st.integers(1, 99))
            ),
            st.builds(Count, register=REGISTERS, where=filters(), distinct=TEXTS, threshold=st.just(plain)),
            st.builds(Count, register=REGISTERS, field=st.sampled_from(["capacity_places", "x"]), threshold=st.just(plain)),
            st.builds(
                Size,
                of=st.sampled_from(["each", "best", "total"]),
                where=filters(),
                field=st.just("a_m2"),
                threshold=st.just(plain),
            ),
            st.builds(Ratio, numerator=quantities(), denominator=quantities(), per=NUMBERS, threshold=st.just(plain)),
            st.builds(
                Frequency,
                register=st.sampled_from(["activities", "meetings"]),
                where=filters(),
                measure=st.sampled_from(["events", "months", "participants", "mean_participants"]),
                threshold=st.just(plain),
            ),
            st.builds(
                Access,
                where=filters(),
                age_band=st.sampled_from(CHILD_BANDS),
                measure=st.sampled_from(["share_within", "nearest", "supply"]),
                within=NUMBERS,
                within_unit=st.sampled_from(["m", "km", "min"]),
                field=st.sampled_from(["", "capacity_places"]),
                threshold=st.just(plain),
            ),
            st.builds(
                Density,
                measure=st.sampled_from(["street_density", "crossing_spacing", "length_share"]),
                where=filters(),
                having=filters(),
                threshold=st.just(plain),
            ),
            st.builds(
                Response,
                item=CODES,
                respondent=st.sampled_from(["child", "parent", "staff", "any"]),
                measure=st.sampled_from(["share", "mean"]),
                positive_from=st.floats(1, 5),
                minimum_answers=st.integers(1, 99),
                threshold=st.just(plain),
            ),
            st.builds(Indicator, code=CODES, target_year=some(st.integers(1990, 2100)), threshold=st.just(plain)),
        )
    )
    return asked if isinstance(asked, Attest) else replace(asked, threshold=draw(thresholds(asked, basis)))


@st.composite
def criteria(draw, name, clauses, dimensions):
    clause = draw(st.sampled_from(clauses))
    subject = draw(st.sampled_from(SubjectKind))
    basis = draw(st.sampled_from([basis for basis in ThresholdBasis if basis is not ThresholdBasis.LOCAL]))
    heading = clause.text_basis is TextBasis.HEADING
    comparator = clause.text_basis is TextBasis.COMPARATOR
    return Criterion(
        id=name,
        clause=clause.id,
        title=draw(BOTH),
        obligation=draw(st.sampled_from([Obligation.SHOULD, Obligation.MAY] if comparator else list(Obligation))),
        dimension=draw(st.sampled_from(dimensions)).id,
        friendliness=draw(st.sampled_from(Friendliness)),
        subject=subject,
        requirement=Attest(register="inspections", item=draw(CODES)) if heading else draw(requirements(subject, basis)),
        evidence=draw(BOTH),
        remedy=draw(BOTH),
        department=draw(BOTH),
        aspect=draw(some(st.sampled_from(Aspect))),
        age_bands=tuple(draw(st.lists(st.sampled_from(AgeBand), max_size=3))),
        applies_to=draw(some(filters())),
        ours=draw(BOTH) if basis is ThresholdBasis.OURS else draw(some(BOTH)),
    )


@st.composite
def clauses(draw, name):
    return Clause(
        id=name,
        number=draw(TEXTS),
        text=draw(BOTH),
        text_basis=draw(st.sampled_from(TextBasis)),
        source=draw(WORDS),
        keys=tuple(draw(st.lists(TEXTS, max_size=3))),
        verified=draw(st.booleans()),
        note=draw(some(BOTH)),
    )


def dimensions():
    return st.lists(st.builds(Dimension, id=IDS, title=BOTH), min_size=1, max_size=3, unique_by=lambda made: made.id).map(tuple)


@st.composite
def standards(draw):
    """A standard with some clauses and criteria, each criterion on one of the clauses."""
    under = draw(dimensions())
    known = tuple(draw(clauses(name)) for name in draw(st.lists(IDS, min_size=1, max_size=3, unique=True)))
    days = some(st.dates(date(1949, 10, 1), date(2100, 1, 1)))
    return Standard(
        id=draw(IDS),
        number=draw(TEXTS),
        title=draw(BOTH),
        issuer=draw(BOTH),
        issued=draw(days),
        in_force=draw(days),
        consulted=draw(BOTH),
        sources=tuple(draw(st.lists(st.builds(Source, title=WORDS, url=TEXTS, seen=TEXTS), max_size=2))),
        dimensions=under,
        clauses=known,
        criteria=tuple(draw(criteria(name, known, under)) for name in draw(st.lists(IDS, max_size=4, unique=True))),
        short=draw(some(BOTH)),
        items=tuple(draw(st.lists(TEXTS, max_size=3))),
    )


@st.composite
def checklists(draw):
    """What a checklist file could say, as far as its form goes: that its criteria are to be found is another matter."""
    return ChecklistFile(
        id=draw(IDS),
        version=draw(TEXTS),
        title=draw(BOTH),
        purpose=draw(BOTH),
        dimensions=draw(dimensions()),
        standards=tuple(draw(st.lists(TEXTS, max_size=3))),
        weights=Weights(shall=draw(NUMBERS), should=draw(NUMBERS), may=draw(NUMBERS)),
        minimum_coverage=draw(SHARES),
        grades=tuple(draw(st.lists(st.builds(Grade, id=IDS, title=BOTH, at_least=NUMBERS), max_size=3))),
        gate_cap=draw(IDS),
        choices=tuple(draw(st.lists(BOTH, max_size=2))),
        select=tuple(draw(st.lists(st.builds(Selection, criterion=WORDS, weight=some(NUMBERS)), max_size=3))),
        gates=tuple(draw(st.lists(TEXTS, max_size=3))),
        due=draw(some(st.dates())),
    )
