"""Girls and boys within the limit of a service, as far as homes and the population register can tell.

The register of homes does not say who is a girl. The population register does, by community: girls and boys of a community
are taken to live alike spread over its homes (ours), so both sexes differ only by the communities they live in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from friendly_city.city.model import ages_of

if TYPE_CHECKING:
    from friendly_city.audit.service_access import ServiceAccess
    from friendly_city.city.model import City

SEXES = ("female", "male")


def within_by_sex(found: ServiceAccess) -> pd.DataFrame:
    """Return the share of girls and of boys within the limit.

    Children of communities of which the population register says no sex are left out.

    Returns
    -------
    DataFrame
        ``sex`` (female, male) and ``share_within`` (0–1); NaN where the register has no children by sex.
    """
    table = found.left_out.set_index("community_code")
    shares = shares_by_sex(found.city, found.age_band).reindex(table.index)
    children, within = table["children_persons"].to_numpy(), table["within_persons"].to_numpy()
    rows = []
    for sex in SEXES:
        share = shares[sex].to_numpy()
        known = np.isfinite(share)
        total = float((share * children)[known].sum())
        rows.append({"sex": sex, "share_within": float((share * within)[known].sum()) / total if total > 0 else np.nan})
    return pd.DataFrame(rows)


def shares_by_sex(city: City, age_band: str) -> pd.DataFrame:
    """Return the share of girls (``female``) and boys (``male``) among the children of a band of each community.

    Returns
    -------
    DataFrame
        By community; 0–1, NaN where the population register counts no girl and no boy of that age.
    """
    youngest, below = ages_of(age_band)
    table = city.register("population")
    place = city.places(table["community_code"])
    inside = (table["age_from"].ge(youngest) & table["age_below"].le(below)).to_numpy(dtype=bool) & (place >= 0)
    persons = np.nan_to_num(table["persons"].to_numpy(dtype=float, na_value=np.nan))
    counts = {}
    for sex in SEXES:
        mine = inside & table["sex"].eq(sex).to_numpy(dtype=bool, na_value=False)
        counts[sex] = np.bincount(place[mine], persons[mine], minlength=len(city.codes))
    frame = pd.DataFrame(counts, index=city.codes)
    together = frame.sum(axis=1)
    return frame.div(together.where(together > 0), axis=0)
