"""The result of an audit, and one community's view of it.

Holds tables and says what they mean; measures nothing. Everything here prints as a person would ask first.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from html import escape
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

from friendly_city.audit.plan import to_find_out
from friendly_city.audit.scores import TOTAL
from friendly_city.errors import InvalidParameters, UnknownName
from friendly_city.labels import Text, keys, label, number

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from friendly_city.audit.axes import Reading
    from friendly_city.city.model import City, Period
    from friendly_city.standards.axes import Axis
    from friendly_city.standards.model import Checklist, Grade

RATINGS = keys("rating")
Record = dict[str, Any]


def records(frame: pd.DataFrame) -> tuple[Record, ...]:
    """Return the rows of a table as dicts of plain values.

    Examples
    --------
    >>> records(pd.DataFrame({"a": [1, 2], "b": ["x", "y"]}))
    ({'a': 1, 'b': 'x'}, {'a': 2, 'b': 'y'})
    """
    names = [str(name) for name in frame.columns]
    return tuple(dict(zip(names, values, strict=True)) for values in zip(*(frame[name].tolist() for name in names), strict=True))


def _table_html(frame: pd.DataFrame, caption: str) -> str:
    head = "".join(f'<th scope="col">{escape(str(name))}</th>' for name in frame.columns)
    rows = "".join("<tr>" + "".join(f"<td>{escape(str(cell))}</td>" for cell in row) + "</tr>" for row in frame.to_numpy())
    return f"<table><caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


@dataclass(frozen=True, eq=False)
class Findings:
    """Findings as a table, with one view for each rating.

    Examples
    --------
    >>> f = Findings(pd.DataFrame({"criterion_id": ["a", "b"], "rating": ["met", "no_data"]}))
    >>> f
    <Findings: 1 met, 0 partly met, 0 not met, 1 no data, 0 not applicable>
    >>> list(f.no_data["criterion_id"])
    ['b']
    """

    frame: pd.DataFrame

    def _rated(self, rating: str) -> pd.DataFrame:
        return self.frame[self.frame["rating"] == rating].reset_index(drop=True)

    @property
    def met(self) -> pd.DataFrame:
        """Return the findings rated met."""
        return self._rated("met")

    @property
    def partly_met(self) -> pd.DataFrame:
        """Return the findings rated partly met."""
        return self._rated("partly_met")

    @property
    def not_met(self) -> pd.DataFrame:
        """Return the findings rated not met."""
        return self._rated("not_met")

    @property
    def no_data(self) -> pd.DataFrame:
        """Return the findings without data."""
        return self._rated("no_data")

    @property
    def not_applicable(self) -> pd.DataFrame:
        """Return the findings that do not apply."""
        return self._rated("not_applicable")

    @cached_property
    def counts(self) -> dict[str, int]:
        """Return how many findings have each of the five ratings."""
        found = self.frame["rating"].value_counts()
        return {rating: int(found.get(rating, 0)) for rating in RATINGS}

    @cached_property
    def rows(self) -> tuple[Record, ...]:
        """Return the findings as plain records, for going through them one by one."""
        return records(self.frame)

    def to_frame(self) -> pd.DataFrame:
        """Return a copy of the whole table."""
        return self.frame.copy()

    def __len__(self) -> int:
        return len(self.frame)

    def __repr__(self) -> str:
        said = ", ".join(f"{count} {label('rating', rating).en}" for rating, count in self.counts.items())
        return f"<Findings: {said}>"

    def _repr_html_(self) -> str:
        shown = [name for name in ("rating", "criterion_id", "reason_zh", "reason_en") if name in self.frame]
        return _table_html(self.frame[shown], repr(self).strip("<>"))


@dataclass(frozen=True, eq=False, kw_only=True)
class Audit:
    """All findings of a city against a checklist in a period.

    Attributes
    ----------
    findings : DataFrame
        One row per community and criterion, in the order of community codes and of the checklist.
    scores : DataFrame
        One row per community and dimension, ``total`` first.
    plan : DataFrame
        One row per action, by community and falling gain.
    """

    city: City
    checklist: Checklist
    period: Period
    findings: pd.DataFrame
    scores: pd.DataFrame
    plan: pd.DataFrame

    @cached_property
    def totals(self) -> pd.DataFrame:
        """Return the total scores, index ``community_code``."""
        return self.scores[self.scores["dimension"] == TOTAL].set_index("community_code")

    @cached_property
    def _places(self) -> dict[str, dict[Any, Any]]:
        """Return where each community's rows are in each table."""
        tables = {"findings": self.findings, "scores": self.scores, "plan": self.plan}
        keys = {"findings": "subject_code"}
        return {name: table.groupby(keys.get(name, "community_code")).indices for name, table in tables.items()}

    def rows_of(self, table: Literal["findings", "scores", "plan"], code: str) -> pd.DataFrame:
        """Return one community's rows of a table, in its order; finding them does not take longer in a larger city."""
        whole: pd.DataFrame = getattr(self, table)
        own: pd.DataFrame = whole.iloc[self._places[table].get(code, [])]
        return own.reset_index(drop=True)

    @property
    def codes(self) -> pd.Index[str]:
        """Return the codes of the audited communities."""
        return self.city.codes

    def of(self, code: str) -> CommunityAudit:
        """Return one community's view.

        Raises
        ------
        InvalidParameters
            When `code` is not text (papermill's ``-p community 0440`` makes a number of it: use ``-r``).
        UnknownName
            When the city has no such community.
        """
        if not isinstance(code, str):
            raise InvalidParameters(
                f"{self.city.level} must be text, not {type(code).__name__} {code!r}: "
                f"quote it; with papermill: -r {self.city.level} {code}"
            )
        if code not in self.codes:
            raise UnknownName(self.city.level, code, tuple(self.codes))
        return CommunityAudit(audit=self, code=code)

    @cached_property
    def _by_dimension(self) -> dict[str, pd.DataFrame]:
        groups = self.scores.groupby("dimension", sort=False)
        return {str(name): frame.set_index("community_code") for name, frame in groups}

    def dimension_scores(self, dimension: str = TOTAL) -> pd.DataFrame:
        """Return the scores of one dimension (or ``total``), index ``community_code``."""
        if dimension not in self._by_dimension:
            raise UnknownName("dimension", dimension, tuple(self._by_dimension))
        return self._by_dimension[dimension]

    def by(self, axis: Axis | str | Path) -> Reading:
        """Return this audit read by an axis, e.g. ``"crc"``: the same findings in other groups, nothing audited again.

        Raises
        ------
        UnknownName
            When there is no such axis.
        """
        from friendly_city.audit.axes import read_by

        return read_by(self, axis)

    def to_frame(self) -> pd.DataFrame:
        """Return a copy of the findings."""
        return self.findings.copy()

    def __iter__(self) -> Iterator[CommunityAudit]:
        return (self.of(code) for code in self.codes)

    def __len__(self) -> int:
        return len(self.codes)

    def __repr__(self) -> str:
        mean = self.totals[["score", "lower", "upper"]].mean()
        return (
            f"<Audit of {self.city.name.zh} {self.city.name.en}, {len(self)} {self.city.subjects}, "
            f"{len(self.checklist.items)} criteria, {self.period.label}: mean score {number(mean['score'], digits=1)} "
            f"[{number(mean['lower'], digits=1)}–{number(mean['upper'], digits=1)}]>"
        )

    def _repr_html_(self) -> str:
        names = self.city.communities["name"].reindex(self.totals.index)
        table = self.totals.assign(community=names).sort_values(["rank", "community"]).reset_index()
        shown = table[["rank", "community", "community_code", "score", "lower", "upper", "data_coverage", "grade"]]
        return _table_html(shown.round({"score": 1, "lower": 1, "upper": 1, "data_coverage": 2}), repr(self).strip("<>"))


@dataclass(frozen=True, eq=False, kw_only=True)
class CommunityAudit:
    """One community's findings, scores and actions; everything else through `audit`."""

    audit: Audit
    code: str

    @property
    def city(self) -> City:
        """Return the city."""
        return self.audit.city

    @property
    def checklist(self) -> Checklist:
        """Return the checklist."""
        return self.audit.checklist

    @property
    def period(self) -> Period:
        """Return the period audited."""
        return self.audit.period

    @property
    def name(self) -> Text:
        """Return the name of the community."""
        return self.city.name_of(self.code)

    @property
    def subdistrict(self) -> Text:
        """Return the name of its subdistrict."""
        return self.city.subdistrict_of(self.code)

    @cached_property
    def findings(self) -> Findings:
        """Return the findings in the order of the checklist."""
        return Findings(self.audit.rows_of("findings", self.code))

    @cached_property
    def scores(self) -> pd.DataFrame:
        """Return the scores, index ``dimension``, ``total`` first."""
        return self.audit.rows_of("scores", self.code).set_index("dimension")

    @cached_property
    def _totals(self) -> dict[Any, Any]:
        return self.scores.loc[[TOTAL]].to_dict("records")[0]

    def _total(self, column: str) -> float:
        return float(self._totals[column])

    @property
    def score(self) -> float:
        """Return the total score, 0–100, NaN without any data."""
        return self._total("score")

    @property
    def lower(self) -> float:
        """Return the score if everything unknown were not met."""
        return self._total("lower")

    @property
    def upper(self) -> float:
        """Return the score if everything unknown were met."""
        return self._total("upper")

    @property
    def data_coverage(self) -> float:
        """Return the share of the weight that has data, 0–1."""
        return self._total("data_coverage")

    def _rank(self, column: str) -> int | None:
        value = self._totals[column]
        return None if pd.isna(value) else int(value)

    @property
    def rank(self) -> int | None:
        """Return the place among all communities; equal scores share it."""
        return self._rank("rank")

    @property
    def rank_low(self) -> int | None:
        """Return the best place possible, whatever is missing."""
        return self._rank("rank_low")

    @property
    def rank_high(self) -> int | None:
        """Return the worst place possible, whatever is missing."""
        return self._rank("rank_high")

    @property
    def grade(self) -> Grade | None:
        """Return the grade, None where the data do not suffice for one."""
        grade_id = self._totals["grade"]
        return next((grade for grade in self.checklist.grades if grade.id == grade_id), None)

    @property
    def capped_by(self) -> tuple[str, ...]:
        """Return the ids of the gates that are not met, which cap the grade."""
        return tuple(row["criterion_id"] for row in self.findings.rows if row["gate"] and row["rating"] == "not_met")

    @cached_property
    def plan(self) -> pd.DataFrame:
        """Return the actions by falling gain."""
        return self.audit.rows_of("plan", self.code)

    @cached_property
    def unknown(self) -> pd.DataFrame:
        """Return the findings without data, heaviest first."""
        return to_find_out(self.findings.frame).reset_index(drop=True)

    def __repr__(self) -> str:
        said = ", ".join(f"{count} {label('rating', rating).en}" for rating, count in self.findings.counts.items())
        return (
            f"<Audit of {self.name.zh} {self.name.en} ({self.code}) against {self.checklist.id} {self.checklist.version}, "
            f"{self.period.label}: {number(self.score, digits=1)} "
            f"[{number(self.lower, digits=1)}–{number(self.upper, digits=1)}]; {said}>"
        )

    def _repr_html_(self) -> str:
        table = self.scores.reset_index()[["dimension", "score", "lower", "upper", "data_coverage", "rank"]]
        return _table_html(table.round({"score": 1, "lower": 1, "upper": 1, "data_coverage": 2}), repr(self).strip("<>"))
