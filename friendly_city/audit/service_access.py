"""How far children of one age band walk to one service: by home, by community, and how evenly.

The numbers behind the access notebook; pictures of them are in `report.access`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from friendly_city.access.costs import within
from friendly_city.access.equity import gap, gini, left_out, palma_ratio
from friendly_city.access.impedance import Limit, walking_speed
from friendly_city.access.reach import cost_to_nearest, snapped_homes
from friendly_city.audit.question import WITHIN, Question, in_use, require_kinds, require_limit
from friendly_city.city.hours import CLOSED, OPEN, moment_of, open_at
from friendly_city.labels import number

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from friendly_city.city.model import City

CURVE_MIN = 30
"""Minutes shown by the curve."""


@dataclass(frozen=True, eq=False, kw_only=True)
class ServiceAccess(Question):
    """Access of the children of an age band to the facilities of a kind.

    Attributes
    ----------
    limit : Limit
        How far at most.
    homes : DataFrame
        The homes asked about: ``home_id``, ``community_code``, ``x_m``, ``y_m``, ``children``, ``cost_m`` and ``minutes``
        (inf without a way). Asked at a moment, ``minutes`` are to the nearest facility that is not known to be closed, and
        ``minutes_known_open`` to the nearest known to be open.
    when : str
        Moment at which facilities must be open, e.g. ``2022-07-16 10:00``; '' where hours do not matter.
    """

    limit: Limit
    homes: pd.DataFrame
    when: str = ""

    def __repr__(self) -> str:
        within = dict(zip(self.equity["figure"], self.equity["value"], strict=True))["within_share"]
        share = number(100 * within, digits=1)
        limit = f"{number(self.limit.value)} {self.limit.unit}"
        when = self.when or self.period
        return f"<Access of {self.whose} to {self.kind}, {when}: {share} % within {limit}>"

    @cached_property
    def open_facilities(self) -> pd.DataFrame:
        """Return the facilities that count: at the end of the period; asked at a moment, those not known to be closed then."""
        return super().open_facilities if not self.when else facilities_at(self, self.when)[0]

    @property
    def share_bounds(self) -> tuple[float, float]:
        """Return the least and the greatest share of children within the limit: facilities of unknown hours closed, or open.

        Both are the share where hours do not matter; NaN without children.
        """
        walked = [self.homes[name] for name in ("minutes_known_open", "minutes") if name in self.homes]
        shares = [self._share_within(minutes.to_numpy()) for minutes in walked]
        return shares[0], shares[-1]

    def _share_within(self, minutes: NDArray[np.float64]) -> float:
        people, speed = self.homes["children"].to_numpy(), walking_speed(self.age_band).m_per_min
        inside = within(minutes * speed, self.limit.metres(self.age_band))
        return float(people[inside].sum() / people.sum()) if people.sum() else float("nan")

    @property
    def curve(self) -> pd.DataFrame:
        """Return the share of children who reach one within each minute: ``minutes``, ``share`` (0–1)."""
        steps, total = np.arange(CURVE_MIN + 1), self.homes["children"].to_numpy().sum()
        share = self.reached(steps) / total if total else np.full(len(steps), np.nan)
        return pd.DataFrame({"minutes": steps, "share": share})

    def reached(self, minutes: ArrayLike) -> NDArray[np.float64]:
        """Return how many children reach one within each of some minutes, persons."""
        walked, people = self.homes["minutes"].to_numpy(), self.homes["children"].to_numpy()
        order = np.argsort(walked, kind="stable")
        counts: NDArray[np.float64] = np.append(0.0, np.cumsum(people[order]))
        return counts[np.searchsorted(walked[order], np.asarray(minutes) + 1e-9, side="right")]

    @property
    def limit_min(self) -> float:
        """Return the limit in minutes at the speed of the age band."""
        return self.limit.metres(self.age_band) / walking_speed(self.age_band).m_per_min

    @cached_property
    def straight_m(self) -> NDArray[np.float64]:
        """Return the straight metres from each home asked about to the nearest street; inf where it is too far to reach one."""
        distance: NDArray[np.float64] = snapped_homes(self.city).distance_m[self.asked_homes]
        return distance

    @cached_property
    def left_out(self) -> pd.DataFrame:
        """Return who lacks access by community, most children first; see `access.equity.left_out`."""
        where = {self.age_band: self.homes["children"].to_numpy()}
        table = left_out(self.homes["cost_m"].to_numpy(), self.limit, children=where, community=self.homes["community_code"])
        without = table["beyond_persons"] + table["no_way_persons"]
        named = table.assign(community=[self.city.name_of(code).zh for code in table["community_code"]], without_persons=without)
        return named.sort_values("without_persons", ascending=False, kind="stable", ignore_index=True)

    @property
    def equity(self) -> pd.DataFrame:
        """Return figures of evenness: ``figure``, ``value``. Times are among children who have a way."""
        walked, people = self.homes["minutes"].to_numpy(), self.homes["children"].to_numpy()
        way = np.isfinite(walked)
        inside, total = (
            self.limit.holds(self.homes["cost_m"] if self.limit.unit == "m" else walked, unit=self.limit.unit),
            people.sum(),
        )
        share = self.left_out.set_index("community_code")["share_within"]
        ends = gap(share, better="higher") if share.notna().any() else None
        rows = {
            "children_persons": total,
            "within_share": people[inside].sum() / total if total else np.nan,
            "no_way_share": people[~way].sum() / total if total else np.nan,
            "gini_of_minutes": gini(walked[way], people[way]),
            "palma_of_minutes": palma_ratio(walked[way], people[way]),
            "best_community_share": ends.best_value if ends else np.nan,
            "worst_community_share": ends.worst_value if ends else np.nan,
        }
        return pd.DataFrame({"figure": list(rows), "value": list(rows.values())})


def service_access(
    city: City, *, kind: str, age_band: str, period: str, subdistrict: str = "", limit: Limit = WITHIN, when: str = ""
) -> ServiceAccess:
    """Return how far children of an age band walk to the nearest open facility of a kind.

    Parameters
    ----------
    city, kind, age_band, period, subdistrict : City and str
        What is asked, see `Question`.
    limit : Limit
        How far at most.
    when : str
        Day and minute in the period, e.g. ``2022-07-16 10:00``: only facilities there and open then count. Where their hours
        are not known, `ServiceAccess.share_bounds` tells what may be. Public holidays are not known, see `city.hours`.

    Raises
    ------
    UnknownName
        When there is no such kind, band or subdistrict.
    InvalidParameters
        When `when` is no such text, or not in the period; when `limit` has no unit.
    """
    require_limit(limit)
    asked = Question(city=city, kind=kind, age_band=age_band, period=period, subdistrict=subdistrict)
    homes = city.register("homes")[["home_id", "community_code", "x_m", "y_m"]]
    speed = walking_speed(age_band).m_per_min
    perhaps, surely = facilities_at(asked, when) if when else (asked.open_facilities, None)
    cost_m = cost_to_nearest(city, perhaps).to_numpy()
    table = homes.assign(children=asked.children.to_numpy(), cost_m=cost_m, minutes=cost_m / speed)
    if surely is not None:
        table["minutes_known_open"] = cost_to_nearest(city, surely).to_numpy() / speed
    return ServiceAccess(
        city=city, kind=kind, age_band=age_band, period=period, subdistrict=subdistrict, limit=limit,
        homes=table[asked.asked_homes].reset_index(drop=True), when=when,
    )  # fmt: skip


def facilities_at(asked: Question, when: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the facilities of a question that may be open at a moment of its period, and those known to be.

    Raises
    ------
    InvalidParameters
        When `when` is no moment of the period.
    """
    moment = moment_of(when, asked.period)
    require_kinds([asked.kind])
    table = asked.city.register("facilities")
    there = table[(table["kind"] == asked.kind) & in_use(table, moment.date())]
    state = open_at(asked.city, there, moment)
    return there[state != CLOSED], there[state == OPEN]
