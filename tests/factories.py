"""A tiny city of four communities, written to a folder as people would write theirs; small enough to reckon with by hand.

The communities are squares of 0.01 degrees (about 1.03 by 1.11 km) in two rows and two columns. Streets run along every
0.005 degrees. Each community has 100 children (10 aged 0-3, 20 aged 3-6, 30 aged 6-12, 40 aged 12-18) and 900 others.
"""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import yaml

from friendly_city.city.descriptor import write_datapackage
from friendly_city.city.dictionary import dictionary

WEST, SOUTH, SIDE = 114.05, 22.53, 0.01
CODES = ("440304001001", "440304001002", "440304002001", "440304002002")
NAMES = (("东园社区", "Dongyuan"), ("西园社区", "Xiyuan"), ("孖岭社区", "Maling"), ("北园社区", "Beiyuan"))
AGES = ((0, 3, 10), (3, 6, 20), (6, 12, 30), (12, 18, 40), (18, 200, 900))
CHILDREN = ("children_0_3_persons", "children_3_6_persons", "children_6_12_persons", "children_12_18_persons")
SETTINGS = {
    "id": "tiny",
    "name": {"zh": "小城", "en": "Tiny City"},
    "crs": "EPSG:4547",
    "synthetic": True,
    "notice": {"zh": "示意图 · 合成数据", "en": "schematic map · synthetic data"},
    "sources": [{"id": "made", "title": {"zh": "测试数据", "en": "test data"}, "licence": "CC0-1.0"}],
}


def corner(place):
    """Return the south-west corner (degrees) of the community at a place in `CODES`."""
    return WEST + SIDE * (place % 2), SOUTH + SIDE * (place // 2)


def position(place, east, north):
    """Return longitude and latitude (text) of a point given as parts of the community's square."""
    west, south = corner(place)
    return {"longitude": f"{west + SIDE * east:.6f}", "latitude": f"{south + SIDE * north:.6f}"}


def communities():
    return [
        {
            "community_code": code,
            "name": NAMES[place][0],
            "name_en": NAMES[place][1],
            "subdistrict_code": code[:9],
            "subdistrict": ("南街道", "北街道")[place // 2],
            "subdistrict_en": ("South", "North")[place // 2],
            "character": ("urban_village", "old_estate", "estate", "business")[place],
            "residential_floor_area_m2": "50000",
        }
        for place, code in enumerate(CODES)
    ]


def population():
    return [
        {"community_code": code, "age_from": str(start), "age_below": str(below), "sex": sex, "persons": str(persons // 2)}
        for code in CODES
        for start, below, persons in AGES
        for sex in ("male", "female")
    ]


def homes():
    return [
        {"community_code": code}
        | position(place, 0.25 + 0.5 * half, 0.3)
        | {column: str(persons // 2) for column, (_, _, persons) in zip(CHILDREN, AGES, strict=False)}
        for place, code in enumerate(CODES)
        for half in (0, 1)
    ]


def facilities():
    def one(kind, place, name, east, north, **more):
        names = {"kind": kind, "name": name, "community_code": CODES[place]}
        return names | position(place, east, north) | {"opened_date": "2019-05-01"} | more

    return [
        one("childrens_home", 0, "东园儿童之家", 0.45, 0.45, floor_area_m2="80.5", books_count="600", zones_count="5"),
        one("childrens_home", 1, "西园儿童之家", 0.45, 0.45, floor_area_m2="40", closed_date="2021-06-30"),
        one("park", 2, "孖岭公园", 0.7, 0.7, site_area_m2="12000", play_area_m2="300", nature_contact="true"),
        one("mother_baby_room", 0, "母婴室", 0.2, 0.2, floor_area_m2="10", has_mother_baby_room="true"),
        one("primary_school", 3, "北园小学", 0.55, 0.55, capacity_places="900", classes_count="20"),
        one("library", 3, "北园图书馆", 0.3, 0.55, books_count="5000", floor_area_m2="200"),
    ]


def activities():
    return [
        {
            "community_code": CODES[0],
            "facility_id": "F1",
            "held_date": f"2022-{month:02d}-10",
            "category": "culture_sport",
            "theme": "reading",
            "participants_persons": "20",
        }
        for month in (2, 5, 8, 11)
    ]


def meetings():
    return [
        {
            "community_code": CODES[place],
            "held_date": "2022-06-01",
            "participants_persons": "12",
            "proposals_count": "3",
            "answered_count": "2",
        }
        for place in (0, 1)
    ]


def documents():
    return [
        {
            "community_code": CODES[0],
            "item": "safety_plan",
            "title": "安全预案",
            "issued_date": "2021-03-01",
            "expires_date": "2024-02-29",
        }
    ]


def staff():
    return [{"community_code": code, "role": "child_director", "since_date": "2020-01-01"} for code in CODES]


def inspections():
    date = {"examined_date": "2022-04-01", "provenance": "synthetic"}
    return [
        {"subject_kind": "community", "community_code": CODES[0], "item": "safe", "method": "observe", "answer": "yes"} | date,
        {
            "subject_kind": "facility",
            "community_code": CODES[2],
            "facility_id": "F3",
            "item": "fence",
            "method": "examine",
            "answer": "partly",
        }
        | date,
        {
            "subject_kind": "community",
            "community_code": CODES[1],
            "item": "content",
            "method": "interview",
            "respondent": "child",
            "answer": "4",
            "answers_count": "25",
        }
        | date,
    ]


def indicators():
    return [
        {"community_code": code, "code": "green_coverage_share", "year": "2022", "value": "0.4", "unit": "share"}
        for code in CODES
    ]


def crossings():
    return [
        {"community_code": code, "kind": "zebra", "street_class": "branch"} | position(place, 0.5, 0.5)
        for place, code in enumerate(CODES)
    ]


def entrances():
    """At the own point of the facility, so that every way is as without."""
    return [{"facility_id": "F1", "community_code": CODES[0]} | position(0, 0.45, 0.45)]


def hours():
    return [
        {"facility_id": "F1", "community_code": CODES[0], "days": days, "opens": opens, "closes": closes}
        for days, opens, closes in (("mo-fr", "14:00", "20:30"), ("sa su", "09:00", "17:00"))
    ]


def reporting():
    registers = ("facilities", "activities", "meetings", "documents", "staff", "inspections", "crossings", "streets")
    return [
        {"community_code": code, "register": register, "state": "complete", "reported_date": "2023-01-10"}
        | {"year_from": "2021", "year_to": "2022"}
        for code in CODES
        for register in registers
    ]


def boundaries():
    rows = []
    for place, code in enumerate(CODES):
        west, south = (round(value, 6) for value in corner(place))
        east, north = round(west + SIDE, 6), round(south + SIDE, 6)
        ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
        rows.append({"community_code": code, "geometry": {"type": "Polygon", "coordinates": [ring]}})
    return rows


def streets():
    def one(start, end):
        ends = [[round(WEST + 0.005 * east, 6), round(SOUTH + 0.005 * north, 6)] for east, north in (start, end)]
        middle = [(start[0] + end[0]) / 2, (start[1] + end[1]) / 2]
        return {
            "community_code": CODES[min(int(middle[0] / 2), 1) + 2 * min(int(middle[1] / 2), 1)],
            "street_class": "branch",
            "bridge": False,
            "pavement_sides": 2,
            "pavement_width_m": 2.5,
            "cycle_lane_width_m": 0,
            "kerb_m": None,
            "geometry": {"type": "LineString", "coordinates": ends},
        }

    along = [one((east, north), (east + 1, north)) for north in range(5) for east in range(4)]
    up = [one((east, north), (east, north + 1)) for east in range(5) for north in range(4)]
    return along + up


def barriers():
    line = {"type": "LineString", "coordinates": [[114.0525, 22.53], [114.0525, 22.531]]}
    return [{"name": "小河", "name_en": "Brook", "geometry": line}]


MADE = {
    made.__name__: made
    for made in (
        communities, population, homes, facilities, activities, meetings, documents, staff, inspections, indicators,
        crossings, entrances, hours, reporting, boundaries, streets, barriers,
    )
}  # fmt: skip


def rows_of(name):
    """Return the rows of a register or layer of the tiny city: dicts with every field, '' (or None) where nothing is known.

    Ids are the capital first letter of the key and a number from 1: F1, F2 … (`barrier_id` is B1, `indicator_id` I1).
    """
    words = dictionary()
    item = {**words.registers, **words.layers}[name]
    rows = []
    for number, given in enumerate(MADE[name](), start=1):
        empty = dict.fromkeys((field.name for field in item.fields), "" if name in words.registers else None)
        row = empty | given
        row[item.key] = row[item.key] or f"{item.key[0].upper()}{number}"
        row["provenance"] = row["provenance"] or "synthetic"
        rows.append(row)
    return rows


def csv_text(rows, header):
    """Return rows as the text of a register file."""
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, header, lineterminator="\n", extrasaction="raise")
    writer.writeheader()
    writer.writerows(rows)
    return buffer.getvalue()


def geojson_text(rows):
    """Return rows with a `geometry` as the text of a layer file, one feature a line."""
    features = [
        {
            "type": "Feature",
            "properties": {key: value for key, value in row.items() if key != "geometry"},
            "geometry": row["geometry"],
        }
        for row in rows
    ]
    lines = ",\n".join(json.dumps(feature, ensure_ascii=False) for feature in features)
    return '{"type":"FeatureCollection","features":[\n' + lines + "\n]}\n"


def write_city(folder, *, settings=None, **changes):
    """Write the tiny city to a folder and return the folder.

    Parameters
    ----------
    folder : Path
        Made when it is not there.
    settings : dict, optional
        Keys of ``city.yaml`` to replace; a key with the value None is left out.
    **changes
        By register or layer: None leaves the file out, a list of rows replaces it (fields not named are empty), a function
        gets the rows of `rows_of` and returns the rows to write.

    Examples
    --------
    ``write_city(tmp_path / "city", facilities=lambda rows: [row | {"floor_area_m2": "-3"} for row in rows], staff=None)``
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    words = dictionary()
    unknown = set(changes) - set(words.registers) - set(words.layers)
    assert not unknown, unknown
    _write_settings(folder, SETTINGS)
    for item in words.items():
        change = changes.get(item.name, lambda rows: rows)
        if change is None:
            (folder / item.file).unlink(missing_ok=True)
            continue
        rows = change(rows_of(item.name)) if callable(change) else change
        if item.name in words.layers:
            text = geojson_text(rows)
        else:
            header = list(dict.fromkeys([field.name for field in item.fields] + [key for row in rows for key in row]))
            text = csv_text([dict.fromkeys(header, "") | row for row in rows], header)
        (folder / item.file).write_text(text, encoding="utf-8", newline="")
    write_datapackage(folder)
    if settings:
        _write_settings(folder, {key: value for key, value in (SETTINGS | settings).items() if value is not None})
    return folder


def _write_settings(folder, settings):
    text = yaml.safe_dump(settings, allow_unicode=True, sort_keys=False)
    (folder / "city.yaml").write_text(text, encoding="utf-8", newline="")


def load_tiny(folder, **changes):
    """Return the tiny city, written to `folder` and loaded."""
    from friendly_city.city.load import load_city

    return load_city(write_city(folder, **changes))
