"""``city.yaml`` of a city made from OpenStreetMap: attribution, what is made, where each part comes from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from friendly_city.city.model import DataSource
from friendly_city.city.openstreetmap.communities import GIVEN, GRID, Communities
from friendly_city.city.openstreetmap.extract import Extract
from friendly_city.city.openstreetmap.places import admitted
from friendly_city.city.openstreetmap.wanted import Wanted
from friendly_city.labels import Text

LICENCE, ADDRESS = "ODbL 1.0", "https://www.openstreetmap.org/copyright"
NOT_STATED = "not stated"
GRID_SAID = Text("社区为自设方格", "communities are grid cells")
CHILDREN_SAID = Text("儿童人数为合成", "children are synthetic")
UNVERIFIED = Text("数据未经核实", "data not verified")


def city_yaml(extract: Extract, communities: Communities, day: str, asked: Wanted) -> str:
    """Return the content of ``city.yaml``."""
    import yaml

    stem = extract.path.name.split(".")[0]
    name = admitted(asked.name) or admitted(stem) or "OpenStreetMap"
    made = list(_made(communities, asked))
    notice = made or [UNVERIFIED]
    content: dict[str, Any] = {
        "id": re.sub(r"[^a-z0-9_-]+", "-", stem.lower()).strip("-_")[:40] or "osm",
        "name": {"zh": name, "en": name},
        "crs": str(communities.table.crs),
        "synthetic": bool(made),
        "notice": {"zh": " · ".join(said.zh for said in notice), "en": " · ".join(said.en for said in notice)},
        "sources": [_source(source) for source in _sources(extract, communities, day, asked)],
    }
    head = "# Made from an extract of OpenStreetMap by `friendly-city city osm`. 由 OpenStreetMap 提取文件生成。\n"
    return head + yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=1000)


def _made(communities: Communities, asked: Wanted) -> Iterator[Text]:
    """Yield what is made up, in a few words: by us, or by whoever made the city folder that communities were taken from."""
    if communities.kept is not None and communities.kept.synthetic:
        yield communities.kept.notice
    if communities.origin == GRID:
        yield GRID_SAID
    if asked.synthetic_children:
        yield CHILDREN_SAID


def _source(source: DataSource) -> dict[str, Any]:
    said = {key: value for key, value in asdict(source).items() if value and key != "title"}
    return {"id": said.pop("id"), "title": {"zh": source.title.zh, "en": source.title.en}} | said


def _sources(extract: Extract, communities: Communities, day: str, asked: Wanted) -> Iterator[DataSource]:
    """Yield where streets, facilities and crossings come from, then communities and children if from elsewhere.

    Children are made, but stand at buildings of the map: the licence of the map holds for them.
    """
    title = Text(
        f"OpenStreetMap：街道、设施、过街设施，© OpenStreetMap 贡献者（提取文件 {extract.path.name}，截至 {day}）",
        f"OpenStreetMap: streets, facilities, crossings, © OpenStreetMap contributors (extract {extract.path.name}, as of {day})",
    )
    yield DataSource(id="openstreetmap", title=title, licence=LICENCE, url=ADDRESS)
    if communities.kept is not None:
        yield from (source for source in communities.kept.sources if source.id not in ("openstreetmap", "made_here"))
    elif communities.origin == GIVEN and asked.communities is not None:
        file = admitted(asked.communities.name)
        yield DataSource(id="communities", title=Text(f"社区界线：文件 {file}", f"communities: file {file}"), licence=NOT_STATED)
    kept = communities.kept is not None and communities.kept.synthetic
    if made := list(_made(communities, asked))[kept:]:
        if asked.synthetic_children:
            count = asked.synthetic_children
            made[-1] = Text(
                f"{made[-1].zh}：{count} 人按住宅建筑面积（占地面积×层数）分配，年龄均分",
                f"{made[-1].en}: {count} spread over residential buildings by footprint and storeys, ages evenly",
            )
        title = Text("本项目所设：" + "；".join(t.zh for t in made), "Made by this project: " + "; ".join(t.en for t in made))
        yield DataSource(id="made_here", title=title, licence=LICENCE if asked.synthetic_children else "CC0-1.0")
