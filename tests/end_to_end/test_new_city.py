"""From nothing to an audit: a city of five communities is filled into the templates, checked, and audited."""

from __future__ import annotations

import openpyxl
from click.testing import CliRunner

import friendly_city as fc
from friendly_city.cli import main
from tests.factories import CHILDREN, geojson_text

CODES = [f"44030400100{number}" for number in range(1, 6)]
WEST, SOUTH, SIDE = 114.05, 22.53, 0.01


def filled():
    """Five communities side by side, each with a children's home, 120 children and a document."""
    rows = {name: [] for name in ("communities", "population", "homes", "facilities", "documents", "staff", "reporting")}
    for place, code in enumerate(CODES):
        middle = {"longitude": round(WEST + SIDE * (place + 0.5), 6), "latitude": round(SOUTH + SIDE / 2, 6)}
        own = {"community_code": code, "provenance": "register"}
        rows["communities"].append(
            own
            | {"name": f"第{place + 1}社区", "name_en": f"Number {place + 1}", "subdistrict_code": "440304001"}
            | {"subdistrict": "南街道", "subdistrict_en": "South", "character": "estate", "residential_floor_area_m2": 40_000}
        )
        for start, below, persons in ((0, 3, 10), (3, 6, 10), (6, 12, 20), (12, 18, 20), (18, 200, 450)):
            rows["population"] += [
                own
                | {
                    "population_id": f"P{place}{start}{sex}",
                    "age_from": start,
                    "age_below": below,
                    "sex": sex,
                    "persons": persons,
                }
                for sex in ("male", "female")
            ]
        children = dict(zip(CHILDREN, (20, 20, 40, 40), strict=True))
        rows["homes"].append(own | {"home_id": f"H{place}"} | middle | children)
        rows["facilities"].append(
            own
            | middle
            | {"facility_id": f"F{place}", "kind": "childrens_home", "name": f"第{place + 1}社区儿童之家", "floor_area_m2": 60.5}
        )
        rows["documents"].append(
            own | {"document_id": f"D{place}", "item": "child_first_statement", "title": "承诺", "issued_date": "2021-05-01"}
        )
        rows["staff"].append(own | {"staff_id": f"T{place}", "role": "child_director", "since_date": "2020-01-01"})
        rows["reporting"] += [
            own
            | {"reporting_id": f"R{place}{register}", "register": register, "state": "complete", "reported_date": "2023-01-10"}
            | {"year_from": 2022, "year_to": 2022}
            for register in ("facilities", "documents", "staff")
        ]
    return rows


def layers():
    squares, streets = [], []
    for place, code in enumerate(CODES):
        west, east = round(WEST + SIDE * place, 6), round(WEST + SIDE * (place + 1), 6)
        south, north, middle = SOUTH, round(SOUTH + SIDE, 6), round(SOUTH + SIDE / 2, 6)
        ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
        own = {"community_code": code, "provenance": "register"}
        squares.append(own | {"geometry": {"type": "Polygon", "coordinates": [ring]}})
        blank = dict.fromkeys(("bridge", "pavement_sides", "pavement_width_m", "cycle_lane_width_m", "kerb_m"))
        line = {"type": "LineString", "coordinates": [[west, middle], [east, middle]]}
        streets.append({"street_id": f"S{place}", **own, "street_class": "branch", **blank, "geometry": line})
    return squares, streets


def test_five_communities_filled_into_the_templates_load_and_are_audited(tmp_path):
    folder, call = tmp_path / "city", CliRunner().invoke
    assert call(main, ["city", "new", str(folder)]).exit_code == 0
    book = openpyxl.load_workbook(folder / "registers.xlsx")
    for name, rows in filled().items():
        header = [cell.value for cell in book[name][1]]
        for row in rows:
            book[name].append([row.get(column) for column in header])
    book.save(folder / "registers.xlsx")
    for name, rows in zip(("boundaries", "streets"), layers(), strict=True):
        (folder / f"{name}.geojson").write_text(geojson_text(rows), encoding="utf-8")
    assert call(main, ["city", "describe", str(folder)]).exit_code == 0
    done = call(main, ["city", "check", str(folder), "--strict"])
    assert done.exit_code == 0, done.output
    assert "5 communities" in done.output

    city = fc.load_city(str(folder))
    assert city.residents("children").tolist() == [120] * 5
    audit = fc.audit(city, fc.load_checklist("community"), period="2022")
    assert len(audit) == 5
    assert {"met", "no_data"} <= set(audit.findings["rating"])
    assert audit.findings["evidence"].str.contains("documents.csv|documents").any()
    fc.write_report(audit.of(CODES[2]), tmp_path / "report.html")
    assert "第3社区" in (tmp_path / "report.html").read_text(encoding="utf-8")
