"""A city with what is planned in it, and its grades before and after.

A planned facility is the typical one of its kind; what is unknown of that stays unknown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd

from friendly_city.audit.engine import audit
from friendly_city.city.belonging import rows_about
from friendly_city.city.period import period_of

if TYPE_CHECKING:
    from friendly_city.audit.model import Audit
    from friendly_city.city.model import City
    from friendly_city.standards.model import Checklist, Standard

PLANNED = "planned"
"""Provenance of a facility that is only planned."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Regraded:
    """Two audits of one city, without and with what is planned."""

    before: Audit
    after: Audit

    @property
    def gain(self) -> float:
        """Return by how much the mean score of all communities rises."""
        return mean_score(self.after) - mean_score(self.before)

    @property
    def communities(self) -> pd.DataFrame:
        """Return the communities whose score changes, most first.

        Columns ``community_code``, ``score_before``, ``score_after``, ``grade_before``, ``grade_after``.
        """
        now, then = (one.totals[["score", "grade"]] for one in (self.before, self.after))
        table = now.add_suffix("_before").join(then.add_suffix("_after")).rename_axis("community_code").reset_index()
        change = table["score_after"] - table["score_before"]
        order = change.abs().sort_values(ascending=False, kind="stable").index
        columns = ["community_code", "score_before", "score_after", "grade_before", "grade_after"]
        return table.loc[order, columns][change.loc[order].abs() > 1e-9].reset_index(drop=True)

    @property
    def criteria(self) -> pd.DataFrame:
        """Return the findings that change: ``community_code``, ``criterion_id``, ``rating_before``, ``rating_after``, ``degree_before``, ``degree_after``."""  # noqa: E501
        keys = ["community_code", "criterion_id"]
        now, then = (one.findings.set_index(keys)[["rating", "degree"]] for one in (self.before, self.after))
        table = now.add_suffix("_before").join(then.add_suffix("_after"))
        same = (table["rating_before"] == table["rating_after"]) & (
            (table["degree_before"] - table["degree_after"]).abs().fillna(0) < 1e-9
        )
        return table[~same].reset_index()


def regraded(city: City, after: City, checklist: Checklist | Standard, *, period: str) -> Regraded:
    """Return the audits of a city as it is and as it will be."""
    return Regraded(before=audit(city, checklist, period=period), after=audit(after, checklist, period=period))


def mean_score(one: Audit) -> float:
    """Return the mean score of all communities that have one."""
    return float(one.totals["score"].mean())


def with_facilities(city: City, kind: str, sites: pd.DataFrame, *, period: str) -> City:
    """Return a city with facilities of a kind added, each as the typical one of its kind, opened as the period begins.

    Typical is the median of a number and the most frequent of anything else among the facilities of the kind (ours).

    Parameters
    ----------
    city : City
        Stays as it is; facilities planned before are in it.
    kind : str
        Kind of the facilities.
    sites : DataFrame
        ``name``, ``community_code``, ``x_m``, ``y_m`` of each; what moves into a facility (``site``) has its entrances.
    period : str
        Year or quarter in which they are open.
    """
    table = city.register("facilities")
    alike = table[table["kind"] == kind]
    points = gpd.GeoSeries(gpd.points_from_xy(sites["x_m"], sites["y_m"]), crs=city.crs).to_crs("EPSG:4326")
    count = len(sites)
    given: dict[str, Any] = {
        "facility_id": _planned_ids(table, count), "kind": kind,
        **{name: sites[name].to_numpy() for name in ("name", "community_code", "x_m", "y_m")},
        "name_en": sites["name"].to_numpy(), "longitude": points.x.to_numpy(), "latitude": points.y.to_numpy(),
        "opened_date": pd.Timestamp(period_of(period).start), "closed_date": pd.NaT, "provenance": PLANNED,
        "row": int(table["row"].max() if len(table) else 1) + 1 + np.arange(count),
    }  # fmt: skip
    new = {
        name: pd.Series(given.get(name, _typical(alike[name])), index=range(count)).astype(table[name].dtype)
        for name in table.columns
    }
    together = pd.concat([table, pd.DataFrame(new)], ignore_index=True) if count else table
    return replace(city, registers={**city.registers, **_entered(city, sites, given["facility_id"]), "facilities": together})


def _entered(city: City, sites: pd.DataFrame, names: Sequence[str]) -> dict[str, pd.DataFrame]:
    """Return the register of entrances with those of the facilities that sites move into, under their new names; {} without."""
    if "site" not in sites:
        return {}
    place, row = rows_about(city, sites.assign(facility_id=sites["site"]), "entrances")
    if not len(row):
        return {}
    table = city.register("entrances")
    new = table.iloc[row].assign(
        entrance_id=_planned_ids(table, len(row)),
        facility_id=[names[number] for number in place], provenance=PLANNED,
    )  # fmt: skip
    return {"entrances": pd.concat([table, new], ignore_index=True)}


def _planned_ids(table: pd.DataFrame, count: int) -> list[str]:
    """Return ids for some more planned rows of a register."""
    before = int((table["provenance"] == PLANNED).sum())
    return [f"{PLANNED}-{before + number:03d}" for number in range(1, count + 1)]


def _typical(column: pd.Series[Any]) -> Any:
    """Return the median of numbers, else the most frequent value; missing when all are."""
    known = column.dropna()
    if known.empty:
        return pd.NA if isinstance(column.dtype, pd.BooleanDtype) else np.nan
    if pd.api.types.is_numeric_dtype(column.dtype) and not pd.api.types.is_bool_dtype(column.dtype):
        return known.median()
    return known.mode().iloc[0]
