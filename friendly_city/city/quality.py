"""How fresh and how complete the data of a city are: what is known of each register, and of each field in each community.

Counts only; what gaps cost is for the audit (`no_data`, bounds).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from friendly_city.city.dates import DATED
from friendly_city.city.dictionary import Register, dictionary

if TYPE_CHECKING:
    from datetime import date

    from friendly_city.city.model import City

EXPIRES = "expires_date"


def freshness(city: City, *, on: date) -> pd.DataFrame:
    """Return what is known of each register: how much, from when, reported by how many communities and when, expired.

    Parameters
    ----------
    city : City
        A loaded city.
    on : date
        Day on which evidence is looked at, such as the end of a period.

    Returns
    -------
    DataFrame
        Index ``register`` in the dictionary's order, those that are there. ``rows_count``; ``communities_share`` with any row;
        ``latest_date`` of what its rows date; ``reported_share`` of the communities that reported it as complete or partial, and
        ``first_reported_date``, ``last_reported_date``; ``offices_count`` of offices that reported it; ``expired_count`` of rows
        whose evidence has expired by then;
        ``provenance`` (kinds and how often, the commonest first).
    """
    return pd.DataFrame(
        [_fresh(city, name, table, pd.Timestamp(on)) for name, table in city.registers.items() if name != "reporting"]
    ).set_index("register")


def _fresh(city: City, name: str, table: pd.DataFrame, on: pd.Timestamp) -> dict[str, object]:
    said = city.registers["reporting"] if city.has("reporting") else None
    own = said[(said["register"] == name) & (said["state"] != "not_reported")] if said is not None else None
    kinds = table["provenance"].value_counts()
    return {
        "register": name,
        "rows_count": len(table),
        "communities_share": table["community_code"].nunique() / len(city.codes),
        "latest_date": table[DATED[name]].max() if name in DATED else pd.NaT,
        "reported_share": float("nan") if own is None else own["community_code"].nunique() / len(city.codes),
        "first_reported_date": pd.NaT if own is None else own["reported_date"].min(),
        "last_reported_date": pd.NaT if own is None else own["reported_date"].max(),
        "offices_count": 0
        if own is None or "reported_by" not in own
        else own.loc[own["reported_by"] != "", "reported_by"].nunique(),
        "expired_count": int((table[EXPIRES] < on).sum()) if EXPIRES in table else 0,
        "provenance": ", ".join(f"{kind} {count:,}" for kind, count in kinds.items()),
    }


def completeness(city: City) -> pd.DataFrame:
    """Return which share of the cells is filled, by register, field and community.

    Returns
    -------
    DataFrame
        Index ``register``, ``field`` in the dictionary's order; a column for each community, as in `City.codes`: 0 to 1, NaN
        where the community has no row in the register. An empty cell means not known; some cannot be known (a park has no
        classes), so shares are to be compared between communities, not with 1.
    """
    words = dictionary().registers
    parts = {name: _filled(city, words[name], table) for name, table in city.registers.items()}
    return pd.concat(parts, names=["register", "field"])


def _filled(city: City, register: Register, table: pd.DataFrame) -> pd.DataFrame:
    fields = [field for field in register.fields if field.name != "community_code"]
    there = pd.DataFrame(
        {field.name: table[field.name].ne("") if field.type == "string" else table[field.name].notna() for field in fields}
    )
    shares = there.astype(float).groupby(table["community_code"]).mean().reindex(city.codes).T
    return shares.rename_axis(index="field")


def gaps(city: City, *, below: float = 0.5) -> pd.DataFrame:
    """Return fields that others fill and some communities do not, the widest gap first.

    Parameters
    ----------
    city : City
        A loaded city.
    below : float
        A community lacks a field when it fills less than this share of what the median community fills. The default is ours.

    Returns
    -------
    DataFrame
        Columns ``register``, ``field``, ``median_share``, ``lacking_count`` (communities with rows but without the field),
        ``communities`` (their codes, up to eight).
    """
    shares = completeness(city)
    median = shares.median(axis=1)
    lacking = shares.lt(below * median, axis=0) & (median > 0).to_numpy()[:, None]
    rows = [
        (register, field, middle, int(low.sum()), ", ".join(shares.columns[low][:8]))
        for (register, field), middle, low in zip(shares.index, median, lacking.to_numpy(), strict=True)
        if low.any()
    ]
    columns = ["register", "field", "median_share", "lacking_count", "communities"]
    found = pd.DataFrame(rows, columns=columns)
    return found.sort_values(["lacking_count", "register", "field"], ascending=[False, True, True], ignore_index=True)
