"""A small made-up audit of five communities, with the true classes, to draw pages from.

Community 1 has all five ratings, 2 is all met, 3 knows nothing, 4 has nothing that does not apply and a name that is
markup, 5 has three children.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import LineString, box

from friendly_city.audit.model import Audit
from friendly_city.audit.plan import plan_actions
from friendly_city.audit.scores import score_findings
from friendly_city.city.model import City, DataSource, Period
from friendly_city.labels import Text, number
from friendly_city.standards.model import (
    Checklist,
    Clause,
    Criterion,
    Dimension,
    Friendliness,
    Grade,
    Item,
    Obligation,
    Source,
    Standard,
    SubjectKind,
    TextBasis,
)
from friendly_city.standards.requirement import Attest, Count, Limits, Threshold, ThresholdBasis

DIMENSIONS = (
    ("health", "健康", "Health"), ("education", "教育", "Education"), ("culture", "文体", "Culture and sport"), ("play", "游戏", "Play"),
    ("mobility", "出行", "Mobility"), ("community_family", "社区与家庭", "Community and family"), ("welfare", "社会保障", "Social security"),
    ("law", "法律保护", "Legal protection"),
)  # fmt: skip
CODES = ("440304001001", "440304001002", "440304001003", "440304001004", "440304001005")
NAMES = (
    ("益田社区", "Yitian"),
    ("孖岭社区", "Maling"),
    ("沙尾社区", "Shawei"),
    ("<script>alert(1)</script>", "<b>Bold</b>"),
    ("小村", "Xiaocun"),
)
KINDS = (
    (Obligation.SHALL, TextBasis.FULL, ThresholdBasis.STANDARD, True),
    (Obligation.SHOULD, TextBasis.SUMMARY, ThresholdBasis.COMPARATOR, False),
    (Obligation.MAY, TextBasis.HEADING, ThresholdBasis.OURS, False),
    (Obligation.SHALL, TextBasis.SECONDARY, ThresholdBasis.STANDARD, False),
)
RATINGS = np.array(["not_met", "met", "partly_met", "no_data", "met", "met", "not_applicable", "partly_met"])
SIDE_M = 600.0


def make_standard(number_: str, name: str) -> Standard:
    dimensions = tuple(Dimension(id=i, title=Text(zh, en)) for i, zh, en in DIMENSIONS)
    clauses, criteria = [], []
    for place, (dimension, zh, en) in enumerate(DIMENSIONS):
        for kind, (obligation, basis, whose, _) in enumerate(KINDS):
            name_id = f"{name}-{dimension}-{kind}"
            clauses.append(
                Clause(
                    id=f"{place}.{kind}",
                    number=f"5.{place}.{kind}" if kind else "",
                    text=Text(f"{zh}设施应就近设置。", f"Places for {en} are near."),
                    text_basis=basis,
                    source="市场监管局解读",
                    keys=("K1",),
                    verified=kind != 3,
                )
            )
            threshold = Threshold(unit="m2", limits=Limits(at_least=300), basis=whose)
            requirement = (
                Attest(register="inspections", item="x") if kind == 2 else Count(register="facilities", threshold=threshold)
            )
            criteria.append(
                Criterion(
                    id=name_id,
                    clause=f"{place}.{kind}",
                    title=Text(f"{zh}场地面积{kind}", f"Area for {en} {kind}"),
                    obligation=obligation,
                    dimension=dimension,
                    friendliness=Friendliness.SPACE,
                    subject=SubjectKind.COMMUNITY,
                    requirement=requirement,
                    evidence=Text("查规划图与现场照片", "Look at plans and photographs"),
                    remedy=Text(f"新建{zh}场地 180 m²", f"Build 180 m² for {en}"),
                    department=Text("区城管局、街道办", "Urban management bureau"),
                    ours=Text("本项目定为 300 m²", "We chose 300 m²") if kind == 2 else None,
                )
            )
    return Standard(
        id=name, number=number_, title=Text("儿童友好公共服务体系建设指南", "Guide to child-friendly services"), issuer=Text("市局", "Bureau"),
        issued=date(2022, 6, 1), in_force=date(2022, 7, 1), consulted=Text("只见报道与目录", "Press and headings only"),
        sources=(Source(title="市场监管局解读", url="http://example.org/a?b=1&c=2", seen="P"),), dimensions=dimensions,
        clauses=tuple(clauses), criteria=tuple(criteria),
    )  # fmt: skip


def make_checklist() -> Checklist:
    standard = make_standard("DB4403/T 236—2022", "db4403")
    weights = {Obligation.SHALL: 3.0, Obligation.SHOULD: 2.0, Obligation.MAY: 1.0}
    items = tuple(
        Item(
            criterion=c,
            standard=standard,
            clause=standard.clause(c.clause),
            weight=weights[c.obligation],
            gate=c.id in {"db4403-health-0", "db4403-play-0"},
        )
        for c in standard.criteria
    )
    return Checklist(
        id="community", version="2022.1", title=Text("社区", "Community"), purpose=Text("评估社区", "To audit communities"),
        dimensions=standard.dimensions, items=items,
        grades=(
            Grade(id="start", title=Text("起步", "Starting"), at_least=0), Grade(id="pass", title=Text("合格", "Pass"), at_least=60),
            Grade(id="good", title=Text("良好", "Good"), at_least=75), Grade(id="best", title=Text("优秀", "Excellent"), at_least=90),
        ),
        gate_cap="pass", minimum_coverage=0.6, choices=(Text("权重：应 3、宜 2、可 1", "Weights: shall 3, should 2, may 1"),), due=date(2025, 12, 31),
    )  # fmt: skip


def make_city() -> City:
    order = range(len(CODES))
    squares = [box(SIDE_M * i, 0, SIDE_M * (i + 1), SIDE_M) for i in order]
    grid = [LineString([(x, y), (x + 150, y)]) for x in range(0, 3000, 150) for y in range(0, 601, 150)]
    grid += [LineString([(x, y), (x, y + 150)]) for x in range(0, 3001, 150) for y in range(0, 451, 150)]
    homes = pd.DataFrame(
        [
            {"home_id": f"H{i}{k}", "community_code": code, "x_m": SIDE_M * i + 40 + 80 * k, "y_m": 30 + 90.0 * (k % 6), "provenance": "synthetic",
             **{f"children_{band}_persons": 0 if i == 4 else 10 + 7 * k for band in ("0_3", "3_6", "6_12", "12_18")}}
            for i, code in enumerate(CODES) for k in range(7)
        ]
    )  # fmt: skip
    population = pd.DataFrame(
        [
            {"population_id": f"P{i}{a}", "community_code": code, "age_from": a, "age_below": b, "sex": "male", "persons": (3 if a == 6 else 0) if i == 4 else 100 + a,
             "provenance": "published_total"}
            for i, code in enumerate(CODES) for a, b in ((0, 3), (3, 6), (6, 12), (12, 18), (18, 200))
        ]
    )  # fmt: skip
    kinds = ("childrens_home", "play_site", "mother_baby_room", "library")
    facilities = pd.DataFrame(
        [
            {"facility_id": f"F{i}{k}", "kind": kind, "name": "甲", "community_code": CODES[i], "x_m": SIDE_M * i + 100 + 110 * k, "y_m": 150.0 + 100 * k,
             "opened_date": pd.Timestamp("2020-01-01"), "closed_date": pd.NaT, "provenance": "synthetic"}
            for i in (0, 1) for k, kind in enumerate(kinds)
        ]
    )  # fmt: skip
    reporting = pd.DataFrame(
        [{"reporting_id": "R1", "community_code": CODES[0], "register": "facilities", "kind": "", "state": "complete", "year_from": 2022, "year_to": 2022, "provenance": "synthetic"},
         {"reporting_id": "R2", "community_code": CODES[0], "register": "facilities", "kind": "library", "state": "partial", "year_from": 2022, "year_to": 2022, "provenance": "synthetic"}]
    )  # fmt: skip
    communities = pd.DataFrame(
        [{"community_code": code, "name": zh, "name_en": en, "subdistrict_code": "440304001", "subdistrict": "福保街道", "subdistrict_en": "Fubao",
          "character": "estate", "provenance": "register"} for code, (zh, en) in zip(CODES, NAMES, strict=True)]
    )  # fmt: skip
    return City(
        id="futian", name=Text("福田区", "Futian"), folder=Path("data/futian"), crs="EPSG:4547", synthetic=True,
        notice=Text("示意图 · 合成数据", "Schematic · synthetic data"),
        sources=(DataSource(id="s", title=Text("街道名录", "List of streets"), licence="CC BY 4.0", url="http://example.org/list", accessed="2026-11-01"),),
        registers={"communities": communities, "population": population, "homes": homes, "facilities": facilities, "reporting": reporting},
        boundaries=gpd.GeoDataFrame({"geometry": squares}, index=pd.Index(CODES, name="community_code"), crs="EPSG:4547"),
        streets=gpd.GeoDataFrame({"street_id": [f"S{i}" for i in range(len(grid))], "street_class": "branch", "bridge": False, "geometry": grid}, crs="EPSG:4547"),
        barriers=None, hashes={"communities.csv": "3f9a" * 16},
    )  # fmt: skip


def rating_of(community: int, place: int) -> str:
    if community == 1:
        return "met"
    if community == 2:
        return "no_data"
    rating = str(RATINGS[(3 * place + community) % len(RATINGS)])
    return "met" if community == 3 and rating == "not_applicable" else rating


def make_findings(checklist: Checklist) -> pd.DataFrame:
    rows = []
    for i, code in enumerate(CODES):
        for place, item in enumerate(checklist.items):
            rating = rating_of(i, place)
            degree = {"met": 1.0, "partly_met": 0.4, "not_met": 0.0}.get(rating, np.nan)
            attested = isinstance(item.criterion.requirement, Attest)
            value = np.nan if np.isnan(degree) else degree * 300 + place / 7
            evidence = " ".join(f"facilities#F{k:04d}" for k in range(place % 20))
            rows.append({
                "period": "2022", "checklist": checklist.id, "standard": item.standard.id, "clause": item.clause.number, "criterion_id": item.id,
                "dimension": item.criterion.dimension, "obligation": item.criterion.obligation.value, "subject_kind": "community", "subject_code": code,
                "community_code": code, "rating": rating, "degree": degree, "value": value, "unit": "none" if attested else "m2",
                "threshold": "" if attested else "≥ 300", "method": "examine" if attested else "compute", "evidence": evidence,
                "reason_zh": f"场地合计 {number(value)} m²，要求 ≥ 300 m²" if degree == degree else "没有 <b>填报</b>",
                "reason_en": f"Sites add up to {number(value)} m²; ≥ 300 m² required" if degree == degree else "nothing <b>reported</b>",
                "remedy_zh": item.criterion.remedy.zh, "remedy_en": item.criterion.remedy.en, "weight": item.weight, "gate": item.gate,
                "cause": "" if degree == degree else "not_reported",
            })  # fmt: skip
    return pd.DataFrame(rows)


@pytest.fixture(scope="session")
def audit() -> Audit:
    city, checklist = make_city(), make_checklist()
    findings = make_findings(checklist)
    return Audit(
        city=city, checklist=checklist, period=Period(label="2022", start=date(2022, 1, 1), end=date(2022, 12, 31)), findings=findings,
        scores=score_findings(findings, checklist), plan=plan_actions(findings, checklist, city),
    )  # fmt: skip


@pytest.fixture(scope="session")
def c(audit):
    return audit.of(CODES[0])


@pytest.fixture(scope="session")
def all_met(audit):
    return audit.of(CODES[1])


@pytest.fixture(scope="session")
def nothing_known(audit):
    return audit.of(CODES[2])


@pytest.fixture(scope="session")
def markup_name(audit):
    return audit.of(CODES[3])


@pytest.fixture(scope="session")
def three_children(audit):
    return audit.of(CODES[4])
