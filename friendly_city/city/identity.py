"""Whether two rows are one facility: names compared as they are meant, distance, kind; pairs offered with a likelihood.

The score is Fellegi and Sunter's (1969): each comparison adds the logarithm of how much more often it comes out so for one
facility written twice than for two facilities. The proportions below are ours, set by hand; `tests/city/test_identity.py`
measures how often pairs planted in the demonstration city are found. A person decides, in ``same.csv``.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from itertools import combinations
from math import log
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from friendly_city.city.tables import ROW

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from friendly_city.city.model import City

APART_M = 500
"""Metres up to which two rows are compared; further apart only with the same name and kind. Ours."""
PRIOR = 0.01
"""Share of the compared pairs that are taken to be one facility before anything is compared. Ours."""
OFFERED = 0.5
"""Likelihood from which a pair is offered. Ours."""
NAMES = {"equal": (0.55, 0.001), "within": (0.15, 0.004), "alike": (0.2, 0.02), "other": (0.1, 0.975)}
"""How names compare: share among pairs that are one facility, share among pairs that are two."""
DISTANCES = {30.0: (0.6, 0.03), 150.0: (0.3, 0.2), float(APART_M): (0.08, 0.57), np.inf: (0.02, 0.2)}
"""The same for distances up to so many metres."""
KINDS = {True: (0.95, 0.1), False: (0.05, 0.9)}
NUMBERS = {True: (0.99, 0.4), False: (0.01, 0.6)}
DETAILS = {True: (0.95, 0.6), False: (0.05, 0.4)}
"""How level and category compare, each where both rows have it."""
ALIKE = 0.8
"""Part of what two names tell that must agree in order for them to be alike. Ours."""
SHORT = 4
"""Characters of a name below which it may stand in another by chance. Ours."""

DIGITS = {
    digit: str(number)
    for number, digits in enumerate(("〇零", "一壹", "二贰貳两兩", "三叁參", "四肆", "五伍", "六陆陸", "七柒", "八捌", "九玖"))
    for digit in digits
}
SIMPLIFIED = str.maketrans(
    "圖書館區園兒學幼國際體育運動場廳樓號衛護醫療診療務滿樂嶺崗華東長龍鵬開發處關愛親萬業實驗點戶廣龜橋爾",
    "图书馆区园儿学幼国际体育运动场厅楼号卫护医疗诊疗务满乐岭岗华东长龙鹏开发处关爱亲万业实验点户广龟桥尔",
)
"""Traditional forms of characters that names of facilities are made of; a small table of ours, not a converter."""
ASIDE = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
PLACES = re.compile(r"^.{2,4}?(省|自治区|(?<!超)市|(?<![社小园业校])区)")
FILLERS = re.compile(r"社区(?=.)|有限责任公司|有限公司|[^0-9a-z\u3400-\u9fff]")
TENS = re.compile(r"([0-9]?)十([0-9]?)")


def plain_name(name: str) -> str:
    """Return a name as it is compared: half-width, simplified, digits for numerals, without remarks and words that say little.

    Examples
    --------
    >>> plain_name("深圳市福田区園東社區第十二幼兒園（暂名）"), plain_name("园东第１２幼儿园")
    ('园东第12幼儿园', '园东第12幼儿园')
    """
    text = unicodedata.normalize("NFKC", name).lower().translate(SIMPLIFIED)
    text = ASIDE.sub("", text)
    while (short := PLACES.sub("", text, count=1)) != text and len(short) >= 4:
        text = short
    text = "".join(DIGITS.get(letter, letter) for letter in FILLERS.sub("", text))
    return TENS.sub(lambda found: f"{found[1] or 1}{found[2] or 0}", text)


def numbers_in(name: str) -> str:
    """Return the numbers in a name that is plain: two schools of one name differ in nothing else.

    Examples
    --------
    >>> numbers_in("园东第12幼儿园"), numbers_in("园东幼儿园")
    ('12', '')
    """
    return " ".join(re.findall(r"[0-9]+", name))


def compared_names(one: str, other: str, weights: Mapping[str, float]) -> str:
    """Return how two plain names compare, a key of `NAMES`.

    Parameters
    ----------
    weights : mapping of str to float
        What each character tells, see `weights_of`; 1 for those that are not there.

    Examples
    --------
    >>> compared_names("园东儿童之家", "园岭街道园东儿童之家", {}), compared_names("园东儿童之家", "园东儿童活动之家", {})
    ('within', 'alike')
    >>> compared_names("园东儿童之家", "福民儿童之家", dict.fromkeys("儿童之家", 0.1))
    'other'
    """
    if one == other:
        return "equal"
    if min(len(one), len(other)) >= SHORT and (one in other or other in one):
        return "within"
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    if matcher.quick_ratio() < ALIKE / 2:
        return "other"
    agreed = sum(
        weights.get(letter, 1.0) for start, _, size in matcher.get_matching_blocks() for letter in one[start : start + size]
    )
    return "alike" if 2 * agreed >= ALIKE * sum(weights.get(letter, 1.0) for letter in one + other) else "other"


def weights_of(names: Sequence[str], kinds: Sequence[str]) -> dict[str, dict[str, float]]:
    """Return by kind what each character of a plain name tells: little if many names, or many of that kind, have it.

    Examples
    --------
    >>> weights = weights_of(["园东小学", "福民小学", "园东公园"], ["school", "school", "park"])["school"]
    >>> weights["小"] < weights["东"] < weights["福"]
    True
    """
    everywhere = _shares(names)
    of_kind = {kind: _shares([name for name, own in zip(names, kinds, strict=True) if own == kind]) for kind in set(kinds)}
    return {
        kind: {letter: -log(max(share, own.get(letter, 0.0))) for letter, share in everywhere.items()}
        for kind, own in of_kind.items()
    }


def _shares(names: Sequence[str]) -> dict[str, float]:
    counts = Counter(letter for name in names for letter in set(name))
    return {letter: count / (len(names) + 1) for letter, count in counts.items()}


def _bits(proportions: tuple[float, float]) -> float:
    return float(np.log2(proportions[0] / proportions[1]))


def likelihood_of(name: str, distance_m: float, *, kind: bool, number: bool, details: Sequence[bool] = ()) -> float:
    """Return the likelihood that two rows are one facility.

    Parameters
    ----------
    name : str
        Key of `NAMES`.
    distance_m : float
        NaN when not known; then it says nothing.
    kind, number : bool
        Whether the kinds, and the numbers in the names, agree.
    details : sequence of bool
        Whether level and category agree, those that both rows have.

    Examples
    --------
    >>> round(likelihood_of("equal", 10, kind=True, number=True), 3)
    1.0
    >>> round(likelihood_of("alike", 400, kind=True, number=True), 3)
    0.25
    """
    bits = _bits((PRIOR, 1 - PRIOR)) + _bits(NAMES[name]) + _bits(KINDS[kind]) + _bits(NUMBERS[number])
    bits += sum(_bits(DETAILS[agrees]) for agrees in details)
    if not np.isnan(distance_m):
        bits += _bits(next(DISTANCES[metres] for metres in DISTANCES if distance_m <= metres))
    return float(1 / (1 + 2.0**-bits))


def pairs(city: City, *, at_least: float = OFFERED) -> pd.DataFrame:
    """Return pairs of rows of the facilities register that look like one facility, the likeliest first.

    Parameters
    ----------
    city : City
        Rows that were decided to be one are not in its register any more.
    at_least : float
        Likelihood from which a pair is returned.

    Returns
    -------
    DataFrame
        Columns ``one``, ``other`` (facility ids, in the order of the file), ``name_one``, ``name_other``, ``kind_one``,
        ``kind_other``, ``distance_m``, ``row_one``, ``row_other``, ``likelihood``.
    """
    table = city.register("facilities")
    plain = [plain_name(name) for name in table["name"]]
    weights = weights_of(plain, table["kind"].tolist())
    rows = [
        _Row(name, kind, weights[kind], (level, category))
        for name, kind, level, category in zip(plain, *(table[name] for name in ("kind", "level", "category")), strict=True)
    ]
    places = table[["x_m", "y_m"]].to_numpy(dtype=float)
    found = []
    for one, other in _candidates(rows, places):
        metres = float(np.hypot(*(places[one] - places[other])))
        likelihood = _likelihood(rows[one], rows[other], metres)
        if likelihood >= at_least:
            found.append((one, other, metres, likelihood))
    return _shown(table, found)


class _Row(NamedTuple):
    """What is compared of a row; `weights` of the characters in names of its kind."""

    name: str
    kind: str
    weights: Mapping[str, float]
    details: tuple[str, str]


def _candidates(rows: Sequence[_Row], places: NDArray[np.float64]) -> list[tuple[int, int]]:
    """Return the positions of rows worth comparing: near and of one kind or name, or of one kind and name."""
    from scipy.spatial import cKDTree

    known = np.flatnonzero(np.isfinite(places).all(axis=1))
    near = cKDTree(places[known]).query_pairs(APART_M, output_type="ndarray") if len(known) else np.empty((0, 2), np.intp)
    pairs = np.sort(known[near], axis=1).reshape(-1, 2)
    names, kinds = (pd.factorize(pd.Series([getattr(row, what) for row in rows]))[0] for what in ("name", "kind"))
    worth = (names[pairs[:, 0]] == names[pairs[:, 1]]) | (kinds[pairs[:, 0]] == kinds[pairs[:, 1]])
    alike: dict[tuple[str, str], list[int]] = {}
    for place, row in enumerate(rows):
        alike.setdefault((row.name, row.kind), []).append(place)
    named = {pair for group in alike.values() for pair in combinations(group, 2)}
    return sorted(named | {(one, other) for one, other in pairs[worth].tolist()})


def _likelihood(one: _Row, other: _Row, metres: float) -> float:
    return likelihood_of(
        compared_names(one.name, other.name, one.weights),
        metres,
        kind=one.kind == other.kind,
        number=numbers_in(one.name) == numbers_in(other.name),
        details=[mine == its for mine, its in zip(one.details, other.details, strict=True) if mine and its],
    )


def _shown(table: pd.DataFrame, found: list[tuple[int, int, float, float]]) -> pd.DataFrame:
    places: NDArray[np.intp] = np.array([row[:2] for row in found], dtype=np.intp).reshape(-1, 2)
    columns = {
        f"{column}{side}": table[source].to_numpy()[places[:, number]]
        for source, column in (("facility_id", ""), ("name", "name_"), ("kind", "kind_"), (ROW, "row_"))
        for number, side in enumerate(("one", "other"))
    }
    frame = pd.DataFrame(columns).assign(distance_m=[row[2] for row in found], likelihood=[row[3] for row in found])
    return frame.sort_values(["likelihood", "one", "other"], ascending=[False, True, True], ignore_index=True)
