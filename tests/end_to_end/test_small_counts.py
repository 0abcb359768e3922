"""A reader who can subtract learns of no group of fewer than five children from a public page.

The demonstration city with so few children that small counts are everywhere; all 92 pages are attacked.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from functools import cache
from html import unescape
from itertools import product
from pathlib import Path

import pandas as pd
import pytest

import friendly_city as fc
from friendly_city.city.model import AGE_BANDS
from friendly_city.report.community import findings_section, header_section
from friendly_city.report.district import district_header
from friendly_city.report.maps import reach_of
from friendly_city.report.reading import residents_by_band
from friendly_city.report.sections_map import map_words
from friendly_city.report.sections_method import findings_csv
from friendly_city.standards.requirement import Access
from tests.report.attack import intervals

ROOT = Path(__file__).parents[2]
COLUMNS = [f"children_{band.replace('-', '_')}_persons" for band in AGE_BANDS]
SMALL = range(1, 5)


@cache
def real_city():
    return fc.load_city(str(ROOT / "data/futian"))


def with_few_children(divisor):
    """The city with its children divided; homes and population agree."""
    city = real_city()
    homes = city.register("homes").copy()
    for place, column in enumerate(COLUMNS):
        homes[column] = (homes[column] + 3 * place) // divisor
    counts = homes.groupby("community_code")[COLUMNS].sum()
    rows = [
        {"population_id": f"Q{place}", "community_code": code, "age_from": start, "age_below": below, "sex": "male", "persons": persons}
        for column, (start, below) in zip(COLUMNS, AGE_BANDS.values(), strict=True)
        for place, (code, persons) in enumerate(counts[column].items())
    ]  # fmt: skip
    population = city.register("population")
    adults = population[population["age_from"] >= 18]
    tables = {"homes": homes, "population": pd.concat([adults, pd.DataFrame(rows)], ignore_index=True)}
    return replace(city, registers={**city.registers, **tables})


@pytest.fixture(scope="module", params=[1, 37, 120])
def audit(request):
    city = real_city() if request.param == 1 else with_few_children(request.param)
    return fc.audit(city, fc.load_checklist("community"), period="2022")


def plain(html):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def number_in(text):
    return None if re.search(r"少于 5|不公布", text) else float(re.search(r"[\d,]+", text)[0].replace(",", ""))


def state_in(text):
    return "few" if "少于 5" in text else "withheld" if "不公布" in text else number_in(text)


def possible(texts, total):
    """What each hidden count can be, for someone who knows the sum and the rule."""
    numbers = {name: number_in(text) for name, text in texts.items()}
    few = [name for name, text in texts.items() if "少于" in text]
    kept_back = sum("不公布" in text for text in texts.values())
    left = total - sum(value for value in numbers.values() if value is not None)
    found = {name: set() for name in few}
    for values in product(SMALL, repeat=len(few)):
        rest = left - sum(values)
        if (rest == 0) if not kept_back else 5 * kept_back <= rest:
            for name, value in zip(few, values, strict=True):
                found[name].add(value)
    return found


def printed_bands(c):
    """The children of each band and in all as the head of the page prints them."""
    text = plain(header_section(c).html)
    bands = dict(zip(AGE_BANDS, re.search(r"0–3 岁 (.*?) · 3–6 岁 (.*?) · 6–12 岁 (.*?) · 12–18 岁 (少于 5|不公布|[\d,]+)", text).groups(), strict=True))  # fmt: skip
    return bands, re.search(r"常住儿童 (.*?) 人", text)[1]


def test_no_band_follows_from_the_total(audit):
    hidden = 0
    for c in audit:
        bands, total = printed_bands(c)
        if number_in(total) is None:
            continue
        for name, values in possible(bands, number_in(total)).items():
            hidden += 1
            assert len(values) > 1, (c.code, bands, total, name)
    assert hidden or audit.city.residents("children").min() > 100


def test_no_small_count_follows_from_all_pages_and_the_overview_together(audit):
    """An attacker who has all 92 pages and the overview, and a solver, finds at least two values for each hidden number."""
    pages = [printed_bands(c) for c in audit]
    truth = [residents_by_band(c) for c in audit]
    said = re.search(r"0–17 岁儿童 (.*?) 人", plain(district_header(audit).html))[1]
    whole = (number_in(said.removeprefix("不少于 ")), float("inf")) if "不少于" in said else state_in(said)
    hidden = [(place, group) for place, bands in enumerate(truth) for group, count in enumerate(bands.values()) if count in SMALL]
    small = [place for place, bands in enumerate(truth) if sum(bands.values()) in SMALL]
    cells = [[state_in(text) for text in bands.values()] for bands, _ in pages]
    found = intervals(cells, [state_in(total) for _, total in pages], whole, hidden_cells=hidden, hidden_totals=small)
    assert all(most > least for least, most in found)
    assert sum(most - least == max(SMALL) - min(SMALL) for least, most in found) >= len(found) / 2


def test_no_small_count_follows_from_the_map(audit):
    for c in audit:
        reach = reach_of(c)
        sentence, numbers = map_words(c, reach, language="zh", edition="public")
        band = number_in(printed_bands(c)[0][reach.band])
        told = re.search(r"儿童 ([\d,]+) 名，其中 ([\d,]+) 名", sentence)
        if band is None:
            assert numbers is None
            assert not told
        elif told:
            children, unserved = (float(text.replace(",", "")) for text in told.groups())
            assert children == band
            assert unserved not in SMALL
            assert children - unserved not in SMALL
        if numbers is not None:
            cells = dict(re.findall(r"<th[^>]*>([^<]*分钟[^<]*)</th><td[^>]*>([^<]*)</td>", numbers))
            *within, beyond = cells
            assert number_in(cells[beyond]) == reach.unserved
            for values in possible({name: cells[name] for name in within}, band - reach.unserved).values():
                assert len(values) > 1, (c.code, cells)


def test_no_share_tells_of_few_children(audit):
    shares = [item for item in audit.checklist.items if isinstance(item.criterion.requirement, Access)]
    withheld = 0
    for c in audit:
        bands = {name: number_in(text) for name, text in printed_bands(c)[0].items()}
        html = findings_section(c).html
        rows = {row["criterion_id"]: row for row in csv.DictReader(io.StringIO(findings_csv(c, "zh")))}
        truth = c.findings.frame.set_index("criterion_id")
        for item in shares:
            given = re.search(rf'data-criterion="{item.id}" data-field="value" data-value="([^"]*)"', html)
            value, children = (given[1] if given else ""), bands[item.criterion.requirement.age_band]
            assert (float(value) if value else "") == (float(rows[item.id]["value"]) if rows[item.id]["value"] else "")
            if not value:
                withheld += truth.loc[item.id, "rating"] in ("met", "partly_met", "not_met")
                assert "%" not in rows[item.id]["reason_zh"] or truth.loc[item.id, "rating"] == "no_data"
                assert rows[item.id]["degree"] == ""
                continue
            assert children is not None, (c.code, item.id)
            part = round(float(value) * children, 6)
            assert part not in SMALL, (c.code, item.id)
            assert round(children - part, 6) not in SMALL, (c.code, item.id)
    assert withheld


def test_the_internal_edition_keeps_nothing_back(audit):
    c = next(iter(audit))
    rows = list(csv.DictReader(io.StringIO(findings_csv(c, "zh", edition="internal"))))
    assert [row["reason_zh"] for row in rows] == list(c.findings.frame["reason_zh"])
