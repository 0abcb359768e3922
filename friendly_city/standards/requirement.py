"""The nine kinds of requirement, as data.

A requirement says what is read, how it is filtered, and what is asked of the value. It is never an expression that
is executed. How each kind is measured is in `audit.measures`, one module a kind.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal


class ThresholdBasis(StrEnum):
    """Who set a threshold."""

    STANDARD = "standard"
    COMPARATOR = "comparator"
    OURS = "ours"
    LOCAL = "local"

    # `local`: set by a tailored checklist in place of another's; never written in a file


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One field of a row must be one of `any_of`, or lie within bounds (both inclusive)."""

    field: str
    any_of: tuple[str, ...] = ()
    at_least: float | None = None
    at_most: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """All conditions must hold. Without conditions every row counts."""

    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A rung of a ladder: from `value` on the degree is `degree`."""

    value: float
    degree: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What is asked of a value: a floor, a ceiling, or both; and how part-fulfilment counts.

    Degree 1 within the limits (inclusive). Outside: with `zero_at` the degree falls in a straight line from the
    limit to 0 at `zero_at` (below the floor, or above the ceiling); with `steps` it is that of the highest rung
    reached; otherwise 0.
    """

    at_least: float | None = None
    at_most: float | None = None
    zero_at: float | None = None
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """Limits that hold where `start` ≤ the banding value < `below` (None: open)."""

    start: float | None = None
    below: float | None = None
    limits: Limits


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """Limits with a unit, one for all or banded.

    `by` names the banding value: ``population`` (residents of the community) or a numeric column of the facility,
    e.g. ``site_area_m2``; it is given in `by_unit`. A value in no band is not applicable.
    """

    unit: str
    limits: Limits | None = None
    by: str = ""
    by_unit: str = ""
    bands: tuple[Band, ...] = ()
    basis: ThresholdBasis = ThresholdBasis.STANDARD


@dataclass(frozen=True, slots=True, kw_only=True)
class Attest:
    """Is it so: yes, partly (degree 0.5), no. The latest valid answer in `inspections`, or a document in force."""

    kind: Literal["attest"] = "attest"
    register: Literal["inspections", "documents"]
    item: str
    where: Filter = Filter()
    valid_months: int | None = None

    # `where` filters facilities when the criterion's subject is a facility.
    # `valid_months`: evidence older than this at the end of the period has expired (besides its own expires_date).


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How many rows, or distinct values of `distinct`, or the sum of `field`."""

    kind: Literal["count"] = "count"
    register: str
    where: Filter = Filter()
    distinct: str = ""
    field: str = ""
    threshold: Threshold


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """A numeric column of facilities: of each (share that fits), of the best, in total."""

    kind: Literal["size"] = "size"
    of: Literal["each", "best", "total"]
    where: Filter
    field: str
    threshold: Threshold


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """One side of a ratio: rows of a register (or the sum of `field`, or distinct values), people of an age band, or km²."""

    register: str = ""
    where: Filter = Filter()
    field: str = ""
    population: str = ""
    area: bool = False
    distinct: str = ""

    # `population`: an age band such as "0-3", or "children" (0–18), or "all".


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """`numerator` / `denominator` × `per`, e.g. places per 1,000 children, share of facilities."""

    kind: Literal["ratio"] = "ratio"
    numerator: Quantity
    denominator: Quantity
    per: float = 1.0
    threshold: Threshold


@dataclass(frozen=True, slots=True, kw_only=True)
class Frequency:
    """How often in the period (scaled to a year), in how many months, how many took part in all or on average."""

    kind: Literal["frequency"] = "frequency"
    register: Literal["activities", "meetings"]
    where: Filter = Filter()
    measure: Literal["events", "months", "participants", "mean_participants"] = "events"
    threshold: Threshold


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Walking from where children of `age_band` live to the nearest facility, along the streets.

    ``share_within``: share of the band's children for whom it costs at most `within` (`within_unit` m or min).
    ``nearest``: mean cost over the band's children (unit of the threshold: m or min).
    ``supply``: sum of `field` (or number) of the facilities within reach, per child of the band, mean.
    """

    kind: Literal["access"] = "access"
    where: Filter
    age_band: str
    measure: Literal["share_within", "nearest", "supply"] = "share_within"
    within: float | None = None
    within_unit: Literal["m", "km", "min"] = "m"
    field: str = ""
    threshold: Threshold


@dataclass(frozen=True, slots=True, kw_only=True)
class Density:
    """Streets of a community.

    ``street_density``: km of walkable street per km². ``crossing_spacing``: metres of street (filtered) for each
    crossing on it. ``length_share``: share of the filtered street length for which `having` holds.
    """

    kind: Literal["density"] = "density"
    measure: Literal["street_density", "crossing_spacing", "length_share"]
    where: Filter = Filter()
    having: Filter = Filter()
    threshold: Threshold


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """What people answered (score 1–5) in interviews: share of answers ≥ `positive_from`, or the mean."""

    kind: Literal["response"] = "response"
    item: str
    respondent: Literal["child", "parent", "staff", "any"] = "any"
    measure: Literal["share", "mean"] = "share"
    positive_from: float = 4.0
    minimum_answers: int = 10
    threshold: Threshold


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """A published statistic of the community: the latest value up to the period's end, not too old, against a (dated) target."""

    kind: Literal["indicator"] = "indicator"
    code: str
    target_year: int | None = None
    threshold: Threshold


Requirement = Attest | Count | Size | Ratio | Frequency | Access | Density | Response | Indicator
