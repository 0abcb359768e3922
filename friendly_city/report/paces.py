"""Tables of walking at a child's pace: by age band, and every parameter with its source or as a choice of ours.

Numbers come from `audit.paces`; pictures are in `report.access`.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from friendly_city.access.walking import all_crossings, major_classes, major_reason, near_m, slope_choice, walker
from friendly_city.city.model import AGE_BANDS
from friendly_city.labels import Language, Text, label, number
from friendly_city.report.charts import require_language

WORDS = {
    "age": Text("年龄段", "age"),
    "speed": Text("步速（米/分钟）", "speed (m/min)"),
    "steps": Text("走台阶", "takes steps"),
    "yes": Text("是", "yes"),
    "no": Text("否", "no"),
    "min": Text("分钟", "min"),
    "m_per_min": Text("米/分钟", "m/min"),
    "m": Text("米", "m"),
    "share_by_metres": Text("限内儿童：按中心线米数", "children within: by centre-line metres"),
    "share_at_pace": Text("限内儿童：按儿童步速", "children within: at a child's pace"),
    "not_complete": Text("（{count}个社区的过街设施未完整填报）", " (crossings not fully reported in {count} {communities})"),
    "what": Text("参数", "what"),
    "figure": Text("取值", "figure"),
    "basis": Text("依据", "basis"),
    "reason": Text("来源或理由", "source or reason"),
    "ours": Text("本项目所定", "our choice"),
    "source": Text("来源", "source"),
    "near": Text("过街设施服务节点的最远距离", "a crossing serves a node within"),
    "slope": Text("每1%坡度增加的用时", "more time for each percent of slope"),
    "major": Text("只在节点过街的道路", "streets crossed at nodes only"),
}


def table_of_paces(paces: pd.DataFrame, *, language: Language = "zh") -> pd.DataFrame:
    """Return `audit.paces.paces` for people: waits in minutes, shares in per cent, – where a crossing is not used.

    Where crossings are not fully reported, the head of the last column says in how many communities, and a share may be a range.
    """
    require_language(language)
    columns = {
        "age": [label("age_band", band).of(language) for band in paces["age_band"]],
        "speed": [number(speed, digits=1) for speed in paces["m_per_min"]],
        "steps": [_word("yes" if steps else "no", language) for steps in paces["takes_steps"]],
    }
    table = pd.DataFrame({_word(name, language): values for name, values in columns.items()})
    for kind, crossing in all_crossings().items():
        waits = paces[f"wait_{kind}_min"]
        name = f"{crossing.name.of(language)} ({_word('min', language)})"
        table[name] = [number(wait, digits=1) if np.isfinite(wait) else "–" for wait in waits]
    table[_word("share_by_metres", language)] = [_percent(share) for share in paces["share_by_metres"]]
    ends = zip(paces["share_at_pace_low"], paces["share_at_pace_high"], strict=True)
    table[_word("share_at_pace", language) + _not_complete(paces, language)] = [_range(low, high) for low, high in ends]
    return table


def _not_complete(paces: pd.DataFrame, language: Language) -> str:
    """Return in how many communities crossings are not fully reported, '' where they are everywhere."""
    count = int(paces["crossings_not_complete_communities"].max())
    communities = "community" if count == 1 else "communities"
    return _word("not_complete", language).format(count=number(count), communities=communities) if count else ""


def _range(low: float, high: float) -> str:
    """Return a share in per cent, or two where they differ as printed.

    Examples
    --------
    >>> _range(0.825, 0.841), _range(0.825, 0.82501)
    ('82.5–84.1 %', '82.5 %')
    """
    ends = [_percent(low), _percent(high)]
    return ends[0] if ends[0] == ends[1] else f"{ends[0].removesuffix(' %')}–{ends[1]}"


def table_of_choices(*, language: Language = "zh") -> pd.DataFrame:
    """Return every parameter of walking at a child's pace: what, figure, basis, and its source or the reason.

    Examples
    --------
    >>> table_of_choices(language="en").loc[4, ["what", "figure", "basis"]].tolist()
    ['ages 6–12', '60.0 m/min', 'our choice']
    """
    require_language(language)
    rows = [*_of_bands(language), *_of_rules(language)]
    return pd.DataFrame(rows, columns=[_word(name, language) for name in ("what", "figure", "basis", "reason")])


def _of_bands(language: Language) -> list[tuple[str, str, str, str]]:
    """Return the speeds and the rules of the age bands."""
    rows = []
    for band in AGE_BANDS:
        who, age = walker(band), label("age_band", band).of(language)
        speed = f"{number(who.speed.m_per_min, digits=1)} {_word('m_per_min', language)}"
        rows.append((age, speed, _word(who.speed.basis, language), who.speed.source.of(language)))
        used = [crossing.name.of(language) for kind, crossing in all_crossings().items() if who.may_cross(kind)]
        rows.append((age, _listed(used, language), _word("ours", language), who.rule.of(language)))
    return rows


def _of_rules(language: Language) -> list[tuple[str, str, str, str]]:
    """Return the waits at crossings and what else is the same for every age."""
    rows = []
    for crossing in all_crossings().values():
        wait = crossing.wait_min
        figure = f"{number(wait.value)} {_word('min', language)}"
        rows.append((crossing.name.of(language), figure, _word(wait.basis, language), wait.reason.of(language)))
    near, slope = near_m(), slope_choice()
    distance = f"{number(near.value)} {_word('m', language)}"
    classes = _listed([label("street", name).of(language) for name in major_classes()], language)
    return [
        *rows,
        (_word("near", language), distance, _word(near.basis, language), near.reason.of(language)),
        (_word("slope", language), _percent(slope.value), _word(slope.basis, language), slope.reason.of(language)),
        (_word("major", language), classes, _word("ours", language), major_reason().of(language)),
    ]


def _word(name: str, language: Language) -> str:
    return WORDS[name].of(language)


def _listed(words: list[str], language: Language) -> str:
    return ("、" if language == "zh" else ", ").join(words)


def _percent(share: float) -> str:
    return f"{number(100 * share, digits=1)} %" if np.isfinite(share) else "–"
