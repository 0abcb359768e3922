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


def ranks(table: pd.DataFrame) -> pd.DataFrame:
    """Return rank, rank_low, rank_high of rows with score, lower and upper; NaN scores have no rank.

    Equal scores share the better rank. `rank_low` is the best place a community can have whatever is missing:
    1 + those whose lower bound is above its upper bound; `rank_high` the worst: all but those certainly below it.

    Examples
    --------
    >>> t = pd.DataFrame({"score": [80.0, 70.0, 70.0], "lower": [75.0, 60, 70], "upper": [85.0, 78, 70]})
    >>> ranks(t).to_dict("list")
    {'rank': [1, 2, 2], 'rank_low': [1, 1, 2], 'rank_high': [2, 3, 3]}
    """
    some = table["score"].notna()
    known = table[some]
    lower, upper = known["lower"].to_numpy(), known["upper"].to_numpy()
    above = (lower[None, :] > upper[:, None]).sum(axis=1)
    below = (upper[None, :] < lower[:, None]).sum(axis=1)
    result = pd.DataFrame(index=table.index, columns=["rank", "rank_low", "rank_high"], dtype="Int64")
    result.loc[some, "rank"] = known["score"].rank(method="min", ascending=False).astype("Int64")
    result.loc[some, "rank_low"] = 1 + above
    result.loc[some, "rank_high"] = len(known) - below
    return result


def gates_failed(findings: pd.DataFrame) -> pd.Series[str]:
    """Return, by community, the ids of gates that are not met, separated by spaces."""
    failed = findings[findings["gate"] & (findings["rating"] == "not_met")]
    return failed.groupby("community_code")["criterion_id"].agg(" ".join)


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


def score_findings(findings: pd.DataFrame, checklist: Checklist) -> pd.DataFrame:
    """Return the scores table: one row per community and dimension, ``total`` first. Columns `COLUMNS`."""
    total = aggregate(findings, ["community_code"])
    capped = pd.Series(total.index.isin(gates_failed(findings).index), index=total.index)
    total["grade"] = grades(total["score"], total["data_coverage"], capped, checklist)
    blocks = [total.join(ranks(total)).reset_index().assign(dimension=TOTAL)]
    by_dimension = aggregate(findings, ["dimension", "community_code"])
    present = set(by_dimension.index.get_level_values("dimension"))
    for dimension in checklist.dimensions:
        if dimension.id in present:
            block = cast("pd.DataFrame", by_dimension.loc[dimension.id])
            blocks.append(block.join(ranks(block)).reset_index().assign(dimension=dimension.id, grade=""))
    order = {name: place for place, name in enumerate([TOTAL, *(d.id for d in checklist.dimensions)])}
    table = pd.concat(blocks, ignore_index=True)
    table = table.iloc[np.lexsort((table["dimension"].map(order), table["community_code"]))]
    return table[list(COLUMNS)].reset_index(drop=True)
