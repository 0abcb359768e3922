"""A page costs what is on it: nothing in it grows with the city, and what all pages share is worked out before the first."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from friendly_city.audit.plan import plan_actions
from friendly_city.audit.scores import score_findings
from friendly_city.report import exporter, walking
from friendly_city.report.community import community_sections, page_title
from friendly_city.report.exporter import export_html, notebook_of
from friendly_city.report.once import once_per_audit
from friendly_city.report.warming import warm_up

TIMES = 12
SHIFT_M = 20_000.0


def page(c, language="zh"):
    sections = community_sections(c, language=language)
    return export_html(notebook_of(sections, title=page_title(c, language=language), subject=c.code), language=language)


def recoded(table, place):
    """Return a table or layer of the district, of its copy number `place`."""
    table = table.copy()
    for name in table.columns:
        if name in {"community_code", "subject_code", "subdistrict_code"}:
            table[name] = [f"{code[:6]}{place:02d}{code[8:]}" for code in table[name]]
        elif name.endswith("_id") and name != "criterion_id":
            table[name] = [f"{value}c{place}" for value in table[name]]
    if "x_m" in table:
        table["x_m"] += SHIFT_M * place
    return table


def moved(layer, place):
    layer = layer.assign(geometry=layer.geometry.translate(SHIFT_M * place))
    if layer.index.name:
        layer.index = pd.Index([f"{code[:6]}{place:02d}{code[8:]}" for code in layer.index], name=layer.index.name)
    return recoded(layer, place)


@pytest.fixture(scope="module")
def large(audit):
    """The made-up district twelve times, side by side."""
    places, city = range(20, 20 + TIMES), audit.city
    registers = {
        name: pd.concat([recoded(table, place) for place in places], ignore_index=True) for name, table in city.registers.items()
    }
    city = replace(
        city,
        registers=registers,
        boundaries=gpd.GeoDataFrame(pd.concat([moved(city.boundaries, place) for place in places])),
        streets=gpd.GeoDataFrame(pd.concat([moved(city.streets, place) for place in places], ignore_index=True)),
    )
    findings = pd.concat([recoded(audit.findings, place) for place in places], ignore_index=True)
    checklist = audit.checklist
    return replace(
        audit,
        city=city,
        findings=findings,
        scores=score_findings(findings, checklist),
        plan=plan_actions(findings, checklist, city),
    )


def rows_read(audit, monkeypatch):
    """Return how many rows each table had that was read while three pages were made."""
    read = []
    for kind in (pd.DataFrame, gpd.GeoDataFrame):
        item = kind.__getitem__
        monkeypatch.setattr(kind, "__getitem__", lambda table, key, item=item: read.append(len(table)) or item(table, key))
    for code in audit.codes[1:4]:
        page(audit.of(code))
    monkeypatch.undo()
    return read


def test_no_page_goes_through_a_table_of_the_whole_city(large, monkeypatch):
    fresh = replace(large)
    warm_up(fresh)
    read = rows_read(fresh, monkeypatch)
    assert read
    assert max(read) <= len(large.checklist.items) < len(large) * 2


def test_a_page_of_a_larger_city_takes_the_same_steps(audit, large, monkeypatch):
    steps = {}
    for name, of in (("small", audit), ("large", large)):
        fresh = replace(of)
        warm_up(fresh)
        steps[name] = sorted(rows_read(fresh, monkeypatch))
    assert steps["small"] == steps["large"]


def test_after_warming_up_nothing_is_worked_out_for_the_city_or_compiled(audit, monkeypatch):
    fresh = replace(audit)
    warm_up(fresh)

    def never(*_, **__):
        pytest.fail("worked out again")

    for name in ("edges_within", "cost_to_nearest", "Lines", "Places"):
        monkeypatch.setattr(walking, name, never)
    monkeypatch.setattr(exporter, "PageExporter", never)
    for code in fresh.codes:
        assert page(fresh.of(code)).count("<section") == 13


def test_an_audit_without_communities_is_warmed_up_too(audit):
    empty = replace(
        audit,
        city=replace(audit.city, registers=audit.city.registers | {"communities": audit.city.communities.reset_index()[:0]}),
    )
    assert len(empty) == 0
    warm_up(empty)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_page_is_the_same_bytes_whatever_was_made_before_it(audit, language):
    first = {code: page(replace(audit).of(code), language) for code in audit.codes}
    kept = replace(audit)
    warm_up(kept, language="en" if language == "zh" else "zh")
    assert {code: page(kept.of(code), language) for code in reversed(kept.codes)} == first


def test_what_an_audit_shares_goes_with_it(audit):
    import gc
    import weakref

    fresh = replace(audit, city=replace(audit.city))
    warm_up(fresh)
    seen = weakref.ref(fresh), weakref.ref(fresh.city)
    del fresh
    gc.collect()
    assert [reference() for reference in seen] == [None, None]


def test_each_question_has_its_own_answer(audit):
    asked = []

    @once_per_audit
    def answer(audit, word, more=""):
        asked.append(word + more)
        return word + more

    other = replace(audit)
    assert [answer(audit, "a"), answer(audit, "a"), answer(audit, "b"), answer(audit, "a", more="c"), answer(other, "a")] == [
        "a", "a", "b", "ac", "a",
    ]  # fmt: skip
    assert asked == ["a", "b", "ac", "a"]


def test_lines_in_a_frame_are_those_a_search_of_all_lines_finds():
    rng = np.random.default_rng(3)
    starts = rng.uniform(0, 1000, (300, 2))
    lines = np.array([shapely.LineString(ends) for ends in np.stack([starts, starts + rng.uniform(-80, 80, (300, 2))], axis=1)])
    frame = (200.0, 300.0, 700.0, 650.0)
    xy, first = walking.Lines(lines).within(frame)
    all_cut = shapely.clip_by_rect(lines, *frame)
    assert first.sum() == np.count_nonzero(~shapely.is_empty(all_cut))
    found = shapely.linestrings(xy, indices=np.cumsum(first) - 1)
    assert shapely.length(found).sum() == pytest.approx(shapely.length(all_cut).sum())
    assert len(walking.Lines(lines).whole()[0]) == 600


def test_places_in_a_frame_include_its_edge_and_keep_their_order():
    table = pd.DataFrame({"x_m": [5.0, 0.0, 11.0, 10.0], "y_m": [5.0, 0.0, 5.0, 10.0]})
    assert walking.Places(table).within((0.0, 0.0, 10.0, 10.0)).tolist() == [[5.0, 5.0], [0.0, 0.0], [10.0, 10.0]]
    assert walking.Places(table[:0]).within((0.0, 0.0, 10.0, 10.0)).shape == (0, 2)
