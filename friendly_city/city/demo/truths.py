"""What was planted, written down as data, so that tests can look for it without knowing how it was made."""

from __future__ import annotations

from dataclasses import dataclass

from friendly_city.city.demo.across import found_across
from friendly_city.city.demo.facilities import ACROSS_ZH, Facility, facility_ids
from friendly_city.city.demo.facts import Facts
from friendly_city.city.demo.ground import Ground
from friendly_city.city.demo.people import People
from friendly_city.city.demo.plan import Plan

HEAD = """\
# Planted truths of the demonstration city, with their known answers. Written by the generator; read by tests.
# Distances on foot: straight to the nearest street, then along the streets. 15 minutes at 60 m/min are 900 m.
"""


@dataclass(frozen=True)
class Truth:
    """One planted truth: id, text in both languages, communities, further facts."""

    id: str
    zh: str
    en: str
    communities: tuple[int, ...] = ()
    more: tuple[tuple[str, str], ...] = ()


def community_truths(plan: Plan) -> list[Truth]:
    """Return the truths about communities."""
    return [
        Truth(
            "no_childrens_home_in_reach",
            "两个社区的每个居住点，步行15分钟（60米/分钟，900米）以内都没有儿童之家；各自的儿童之家在社区另一端。",
            "From no home of these two communities is there a children's home within 15 minutes on foot (60 m/min, 900 m); "
            "their own stands at the other end.",
            plan.unreached,
            (("facility_kind", "childrens_home"), ("more_than_m", "900")),
        ),
        Truth(
            "twins",
            "两个社区的人口、设施数量与规模、活动、议事会、文件、人员、核查、统计值完全相同，只有位置和街道不同；儿童步行所及的设施都在近旁，街道都按要求配置，因此评估得分并列。",
            "Two communities with equal people, facilities (number and size), activities, meetings, documents, staff, "
            "inspections and indicators; only positions and streets differ. What children walk to is near all homes and the "
            "streets are furnished as asked, so their audits tie.",
            plan.twins,
        ),
        Truth(
            "no_child_of_a_band",
            "该社区没有0–3岁儿童：面向该年龄段的指标不适用。",
            "This community has no child aged 0–3: criteria for that band do not apply.",
            (plan.without_infants,),
            (("age_band", "0-3"),),
        ),
        Truth(
            "rare_character",
            "“孖”不在GB2312内；孖岭社区出现在每个台账中。",
            "The character 孖 is outside GB2312; the community stands in every register.",
            (plan.rare,),
        ),
        Truth(
            "evidence_expired",
            "该社区的全部核查、访谈与文件在期末前已过期：应为无数据，而不是未满足。",
            "All inspections, answers and documents of this community expired before the end of 2022: no data, not “not met”.",
            (plan.expired,),
            (("expired_before", "2022-12-31"),),
        ),
        Truth(
            "activities_not_reported",
            "该社区没有填报活动台账：没有记录不等于没有活动。",
            "This community did not report activities: no rows does not mean none.",
            (plan.silent,),
            (("register", "activities"), ("state", "not_reported")),
        ),
        Truth(
            "activities_none",
            "该社区完整填报活动台账，全年活动为零。",
            "This community reported activities completely: there were none.",
            (plan.idle,),
            (("register", "activities"), ("state", "complete")),
        ),
    ]


def across_truth(people: People, ground: Ground, facilities: list[Facility], *, seed: int) -> Truth:
    """Return the truth about the facility near by air and far on foot."""
    across = found_across(people, ground, seed=seed)
    ids = zip(facility_ids(facilities), facilities, strict=True)
    facility = next(number for number, f in ids if ACROSS_ZH in str(f.fields["name"]))
    more = (
        ("home_id", f"H{across.home + 1:04d}"),
        ("facility_id", facility),
        ("straight_below_m", "250"),
        ("more_than_m", "1000"),
        ("straight_m", f"{across.straight_m:.0f}"),
        ("on_foot_m", f"{across.walk_m:.0f}"),
    )
    return Truth(
        "near_by_air_far_on_foot",
        "该儿童游戏场离居住点直线不到250米，但隔着屏障，步行超过1000米。",
        "This play site is less than 250 m from the home in a straight line, but across a barrier: over 1,000 m on foot.",
        (people.homes[across.home].community, across.community),
        more,
    )


def truths_text(facts: Facts, truths: list[Truth]) -> str:
    """Return ``truths.yaml``."""
    lines = [HEAD + "truths:"]
    for truth in truths:
        lines += [f"  - id: {truth.id}", f'    zh: "{truth.zh}"', f'    en: "{truth.en}"', "    communities:"]
        lines += [f'      - "{facts.codes[i]}"  # {facts.communities[i]["name"]}' for i in truth.communities]
        lines += [f'    {key}: "{value}"' for key, value in truth.more]
    return "\n".join(lines) + "\n"
