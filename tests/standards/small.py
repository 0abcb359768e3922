"""A standard and a checklist, as small as they can be and whole; and what is said about changed ones."""

from __future__ import annotations

from pathlib import Path

from friendly_city.errors import InvalidStandard
from friendly_city.standards.load import load_checklist, load_standard

STANDARD = """\
id: small
number: 1.10
title: {zh: 小标准, en: A small standard}
issuer: {zh: 某局, en: An office}
issued: 2022-04-28
in_force:
consulted: {zh: 读了全文, en: Read wholly}
sources:
  - {title: A page, url: "http://example.org/", seen: part}
dimensions:
  - {id: play, title: {zh: 游戏, en: Play}}
  - {id: community_family, title: {zh: 社区与家庭, en: Community and family}}
clauses:
  - {id: c1, number: 010, text: {zh: 一, en: One}, text_basis: full, source: page, keys: [K-1]}
  - {id: c2, number: '', text: {zh: 二, en: Two}, text_basis: heading, source: page, keys: []}
  - {id: c3, number: '', text: {zh: 三, en: Three}, text_basis: comparator, source: page, keys: []}
criteria:
  - id: s-rooms
    clause: c1
    title: {zh: 母婴室面积, en: Rooms are large enough}
    obligation: shall
    dimension: play
    friendliness: space
    subject: facility
    requirement:
      kind: size
      of: each
      where: {kind: mother_baby_room}
      field: floor_area_m2
      threshold: {unit: m2, at_least: 6, zero_at: 3}
    evidence: {zh: 台账, en: Register}
    remedy: {zh: 扩建, en: Enlarge}
    department: {zh: 街道, en: Subdistrict}
  - id: s-principle
    clause: c2
    title: {zh: 儿童优先, en: Children first}
    obligation: should
    dimension: community_family
    friendliness: policy
    subject: community
    requirement: {kind: attest, register: documents, item: children_first}
    evidence: {zh: 文件, en: Document}
    remedy: {zh: 发文, en: Issue it}
    department: {zh: 社区, en: Community}
  - id: s-meetings
    clause: c3
    title: {zh: 议事会次数, en: Council meetings}
    obligation: may
    dimension: community_family
    friendliness: participation
    subject: community
    requirement:
      kind: frequency
      register: meetings
      threshold: {unit: per_year, at_least: 4.35, basis: comparator}
    evidence: {zh: 台账, en: Register}
    remedy: {zh: 多开, en: Meet more}
    department: {zh: 社区, en: Community}
"""

CHECKLIST = """\
id: short
version: 2022.10
title: {zh: 短清单, en: A short checklist}
purpose: {zh: 试, en: To try}
dimensions:
  - {id: play, title: {zh: 游戏, en: Play}}
  - {id: community_family, title: {zh: 社区与家庭, en: Community and family}}
standards: [small]
weights: {shall: 3, should: 2, may: 1}
minimum_coverage: 0.5
grades:
  - {id: good, title: {zh: 好, en: Good}, at_least: 70}
  - {id: poor, title: {zh: 差, en: Poor}, at_least: 0}
gate_cap: poor
choices:
  - {zh: 权重自定, en: Weights are ours}
due: 2025-12-31
gates: [s-rooms]
select:
  - {criterion: s-rooms}
  - {criterion: s-principle}
  - {criterion: s-meetings, weight: 0.5}
"""


def once(text, old, new):
    """The text with one place changed; the place must be there, and only once."""
    assert text.count(old) == 1, f"{text.count(old)} times: {old}"
    return text.replace(old, new)


def standard_of(folder, text=STANDARD):
    """The standard of a text, read from a file ``small.yaml`` in a folder."""
    path = folder / "small.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return load_standard(path)


def checklist_of(folder, text=CHECKLIST, standard=STANDARD):
    """The checklist of a text, with the small standard as catalogue."""
    (folder / "small.yaml").write_text(standard, encoding="utf-8")
    path = folder / "short.yaml"
    path.write_text(text, encoding="utf-8")
    return load_checklist(path, catalogue=folder)


def said(make, *args):
    """Every problem a call raises, each as its message without the folder; none when it raises nothing."""
    try:
        make(*args)
    except InvalidStandard as err:
        return [f"{Path(problem.file).name}{str(problem).removeprefix(problem.file)}" for problem in err.problems]
    return []
