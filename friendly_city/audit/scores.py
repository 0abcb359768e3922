"""From findings to scores, bounds, grades and ranks.

One formula: the score of a community, in all and by dimension, is the weighted mean degree of its rated criteria
× 100. `lower` and `upper` count every `no_data` as not met / met. Vectorised over all communities; grades and weights
come from the checklist. See OECD/JRC, Handbook on Constructing Composite Indicators (2008), doi 10.1787/9789264043466-en.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from friendly_city.standards.model import Checklist

TOTAL = "total"
COLUMNS = (
    "community_code", "dimension", "score", "lower", "upper", "data_coverage", "grade", "rank", "rank_low", "rank_high",
)  # fmt: skip
RATED = ("met", "partly_met", "not_met")
DECIMALS = 9
"""Scores that agree to this many decimals are tied."""


def aggregate(findings: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Return score, lower, upper (0–100) and data_coverage (0–1) for each group of findings.

    Parameters
    ----------
    findings : DataFrame
        Columns rating, degree (0–1, NaN without data), weight (> 0) and those in `by`.
    by : list of str
        Columns that name a group.

    Returns
    -------
    DataFrame
        Index `by`. A group without any rated criterion has score NaN; one in which nothing applies has all NaN.

    Examples
    --------
    >>> f = pd.DataFrame({"c": "a", "rating": ["met", "not_met", "no_data"], "degree": [1, 0, float("nan")], "weight": [3, 1, 1]})
    >>> aggregate(f, ["c"]).round(1).to_dict("records")
    [{'score': 75.0, 'lower': 60.0, 'upper': 80.0, 'data_coverage': 0.8}]
    """
    rated = findings["rating"].isin(RATED)
    applicable = findings["rating"] != "not_applicable"
    weight = findings["weight"].astype(float)
    parts = pd.DataFrame(
        {
            "gained": (weight * findings["degree"]).where(rated, 0.0),
            "rated": weight.where(rated, 0.0),
            "applicable": weight.where(applicable, 0.0),
        }
    )
    sums = parts.groupby([findings[name] for name in by], sort=True).sum()
    applicable_weight = sums["applicable"].where(sums["applicable"] > 0)
    result = pd.DataFrame(
        {
            "score": 100 * sums["gained"] / sums["rated"].where(sums["rated"] > 0),
            "lower": 100 * sums["gained"] / applicable_weight,
            "upper": 100 * (sums["gained"] + sums["applicable"] - sums["rated"]) / applicable_weight,
            "data_coverage": sums["rated"] / applicable_weight,
        }
    )
    return result.round(DECIMALS)


def ranks(table: pd.DataFrame, city: NDArray[np.intp] | None = None) -> pd.DataFrame:
    """Return rank, rank_low, rank_high of rows with score, lower and upper; NaN scores have no rank.

    `city` is the number of each row's city where there are several: places are counted within each.

    Equal scores share the better rank. `rank_low` is the best place a community can have whatever is missing:
    1 + those whose lower bound is above its upper bound; `rank_high` the worst: all but those certainly below it.

    Examples
    --------
    >>> t = pd.DataFrame({"score": [80.0, 70.0, 70.0], "lower": [75.0, 60, 70], "upper": [85.0, 78, 70]})
    >>> ranks(t).to_dict("list")
    {'rank': [1, 2, 2], 'rank_low': [1, 1, 2], 'rank_high': [2, 3, 3]}
    """
    score, lower, upper = (table[name].to_numpy(dtype=float) for name in ("score", "lower", "upper"))
    unranked = np.isnan(score)
    places = np.ones((3, len(table)), dtype=np.int64)
    groups = [np.arange(len(table))] if city is None else [np.flatnonzero(city == number) for number in np.unique(city)]
    for group in groups:
        known = group[~unranked[group]]
        better = np.searchsorted(np.sort(score[known]), score[known], side="right")
        above = np.searchsorted(np.sort(lower[known]), upper[known], side="right")
        below = np.searchsorted(np.sort(upper[known]), lower[known], side="left")
        places[:, known] = 1 + len(known) - better, 1 + len(known) - above, len(known) - below
    columns = {
        name: pd.arrays.IntegerArray(row, unranked) for name, row in zip(("rank", "rank_low", "rank_high"), places, strict=True)
    }
    return pd.DataFrame(columns, index=table.index)


def gates_failed(findings: pd.DataFrame) -> pd.Series[str]:
    """Return, by subject, the ids of gates that are not met, separated by spaces."""
    failed = findings[findings["gate"] & (findings["rating"] == "not_met")]
    return failed.groupby("subject_code")["criterion_id"].agg(" ".join)


def grades(scores: pd.Series[float], coverage: pd.Series[float], capped: pd.Series[bool], checklist: Checklist) -> pd.Series[str]:
    """Return the grade id of each community, '' where there is too little data for one.

    A community with a gate not met has at best the checklist's `gate_cap`.
    """
    ladder = sorted(checklist.grades, key=lambda grade: grade.at_least)
    starts = np.array([grade.at_least for grade in ladder])
    position = np.searchsorted(starts, scores.fillna(-np.inf).to_numpy() + 10.0**-DECIMALS, side="right") - 1
    cap = [grade.id for grade in ladder].index(checklist.gate_cap)
    position = np.where(capped.to_numpy(), np.minimum(position, cap), position)
    names = np.array([grade.id for grade in ladder])
    enough = (scores.notna() & (coverage >= checklist.minimum_coverage)).to_numpy() & (position >= 0)
    return pd.Series(np.where(enough, names[np.maximum(position, 0)], ""), index=scores.index, dtype="str")


def score_findings(findings: pd.DataFrame, checklist: Checklist, city_of: pd.Series[int] | None = None) -> pd.DataFrame:
    """Return the scores table: one row per community and dimension, ``total`` first. Columns `COLUMNS`.

    At other levels of audit ``community_code`` holds the code of the subject: a subdistrict, the district, a facility.

    `city_of` is the number of the city of each community, index ``community_code``, where there are several.
    """

    def ranked(table: pd.DataFrame) -> pd.DataFrame:
        city = None if city_of is None else np.asarray(city_of.reindex(table.index), dtype=np.intp)
        return table.join(ranks(table, city)).reset_index()

    total = aggregate(findings, ["subject_code"]).rename_axis("community_code")
    capped = pd.Series(total.index.isin(gates_failed(findings).index), index=total.index)
    total["grade"] = grades(total["score"], total["data_coverage"], capped, checklist)
    blocks = [ranked(total).assign(dimension=TOTAL)]
    by_dimension = aggregate(findings, ["dimension", "subject_code"]).rename_axis(["dimension", "community_code"])
    present = set(by_dimension.index.get_level_values("dimension"))
    for dimension in checklist.dimensions:
        if dimension.id in present:
            block = cast("pd.DataFrame", by_dimension.loc[dimension.id])
            blocks.append(ranked(block).assign(dimension=dimension.id, grade=""))
    order = {name: place for place, name in enumerate([TOTAL, *(d.id for d in checklist.dimensions)])}
    table = pd.concat(blocks, ignore_index=True)
    table = table.iloc[np.lexsort((table["dimension"].map(order), table["community_code"]))]
    return table[list(COLUMNS)].reset_index(drop=True)
