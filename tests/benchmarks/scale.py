"""What a notebook costs in a small and in a large city, how much memory a batch takes, and what a run costs that does nothing."""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from pathlib import Path

import pandas as pd

from tests.benchmarks.measure import ROOT, Measured, run

FUTIAN = ROOT / "data" / "futian"
STEP = 0.15
"""Degrees of latitude by which each copy lies north of the one before."""
IDS = {"community_code", "subdistrict_code"}


def big_city(folder: Path, copies: int) -> Path:
    """Write a city of so many copies of the demonstration city side by side, each with its own codes and ids."""
    shutil.copytree(FUTIAN, folder)
    for path in FUTIAN.glob("*.csv"):
        table = pd.read_csv(path, dtype=str, keep_default_na=False)
        pd.concat([_copy(table, number) for number in range(copies)]).to_csv(folder / path.name, index=False)
    for path in FUTIAN.glob("*.geojson"):
        layer = json.loads(path.read_text(encoding="utf-8"))
        features = [_feature(feature, number) for number in range(copies) for feature in layer["features"]]
        layer["features"] = features
        (folder / path.name).write_text(json.dumps(layer), encoding="utf-8")
    return folder


def renamed(code: str, number: int) -> str:
    """Return a community's or subdistrict's code in a copy: the first is the original."""
    return code if not number or not code else f"{50 + number}{code[2:]}"


def _copy(table: pd.DataFrame, number: int) -> pd.DataFrame:
    copy = table.copy()
    for name in copy.columns:
        if name in IDS:
            copy[name] = [renamed(code, number) for code in copy[name]]
        elif number and name.endswith("_id"):
            copy[name] = [f"{value}c{number}" if value else "" for value in copy[name]]
        elif name == "latitude":
            copy[name] = [f"{float(value) + STEP * number:.6f}" if value else "" for value in copy[name]]
    return copy


def _feature(feature: dict, number: int) -> dict:
    def moved(part):
        if isinstance(part[0], list):
            return [moved(inner) for inner in part]
        return [part[0], round(part[1] + STEP * number, 6), *part[2:]]

    geometry = {**feature["geometry"], "coordinates": moved(feature["geometry"]["coordinates"])}
    properties = {
        name: renamed(value, number) if name in IDS else f"{value}c{number}" if number and name.endswith("_id") else value
        for name, value in feature["properties"].items()
    }
    return {**feature, "geometry": geometry, "properties": properties}


def audit(city: Path, out: Path, *more: str) -> Measured:
    return run(
        [
            [
                str(Path(sys.executable).parent / "friendly-city"),
                "audit",
                str(city),
                "--period",
                "2022",
                "--out",
                str(out),
                "-q",
                *more,
            ]
        ]
    )


def grow(copies: int = 11) -> dict[str, object]:
    """Measure a run over one city and over a large one, and again with nothing to do."""
    rows = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for count in (1, copies):
            city = big_city(folder / f"city{count}", count)
            out = folder / f"out{count}"
            communities = len(pd.read_csv(city / "communities.csv"))
            first, again = audit(city, out), audit(city, out)
            rows[communities] = {
                "cpu_s": round(first.cpu_s, 2), "wall_s": round(first.wall_s, 2), "peak_mb": round(first.peak_mb),
                "cpu_ms a notebook": round(1000 * first.cpu_s / communities), "nothing to do, wall_s": round(again.wall_s, 2),
            }  # fmt: skip
            print(f"{communities:6d} communities: {rows[communities]}")
            shutil.rmtree(out)
    return rows
