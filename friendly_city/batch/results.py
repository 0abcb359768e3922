"""The result files of an audit: tables, workbook, map layer. Written before any notebook runs, the same bytes each time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pandas as pd

from friendly_city.audit.model import Audit
from friendly_city.batch.outcome import Counts
from friendly_city.labels import keys
from friendly_city.report.files import written_whole

EPOCH = datetime(2000, 1, 1)  # noqa: DTZ001 - a fixed date inside files, so that bytes do not depend on the clock
FORMULA_STARTS = ("=", "+", "-", "@", "\t")


def _spreadsheet_safe(table: pd.DataFrame) -> pd.DataFrame:
    """Put an apostrophe before text that a spreadsheet would run as a formula."""
    safe = table.copy()
    for name in safe.select_dtypes(["string", "object"]).columns:
        risky = safe[name].astype("str").str.startswith(FORMULA_STARTS)
        safe.loc[risky, name] = "'" + safe.loc[risky, name]
    return safe


def write_csv(table: pd.DataFrame, path: Path) -> None:
    """Write a table as UTF-8 CSV; numbers in their shortest exact form."""
    with written_whole(path) as temporary:
        _spreadsheet_safe(table).to_csv(temporary, index=False, lineterminator="\n", encoding="utf-8")


def write_parquet(table: pd.DataFrame, path: Path) -> None:
    """Write a table as Parquet."""
    with written_whole(path) as temporary:
        table.to_parquet(temporary, index=False)


def write_plan(audit: Audit, path: Path) -> None:
    """Write the action list as a workbook with a frozen header and filters; no cell is ever a formula."""
    import xlsxwriter

    plan = audit.plan
    with written_whole(path) as temporary:
        options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "constant_memory": True}
        with xlsxwriter.Workbook(temporary, options) as book:
            book.set_properties({"title": f"{audit.city.name.zh} {audit.period.label}", "created": EPOCH})
            sheet = book.add_worksheet("action_plan")
            bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 2})
            wrap = book.add_format({"text_wrap": True, "valign": "top"})
            points = book.add_format({"num_format": "0.00", "valign": "top"})
            sheet.freeze_panes(1, 2)
            sheet.autofilter(0, 0, max(len(plan), 1), len(plan.columns) - 1)
            sheet.set_column(0, len(plan.columns) - 1, 18)
            sheet.set_column("G:H", 46)
            for column, name in enumerate(plan.columns):
                sheet.write_string(0, column, name, bold)
            for line, row in enumerate(plan.itertuples(index=False), start=1):
                for column, (name, value) in enumerate(zip(plan.columns, row, strict=True)):
                    if name == "gain":
                        sheet.write_number(line, column, float(value), points)
                    else:
                        sheet.write_string(line, column, str(value), wrap)


def write_map(audit: Audit, path: Path) -> None:
    """Write the communities with their scores as a GeoPackage layer `communities`, WGS84."""
    import pyogrio

    city = audit.city
    scores = audit.totals[["score", "lower", "upper", "data_coverage", "grade", "rank", "rank_low", "rank_high"]]
    by_dimension = audit.scores[audit.scores["dimension"] != "total"]
    wide = by_dimension.pivot_table(index="community_code", columns="dimension", values="score", dropna=False)
    wide = wide.add_prefix("score_")
    names = city.communities[["name", "name_en", "subdistrict", "subdistrict_en"]]
    notice = names.assign(notice=city.notice.zh if city.synthetic else "")
    layer = city.boundaries[["geometry"]].join(notice).join(scores.astype({"grade": "str"})).join(wide)
    layer = layer.astype(dict.fromkeys(("rank", "rank_low", "rank_high"), "float64"))
    with written_whole(path) as temporary:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": "2000-01-01T00:00:00.000Z"})
        pyogrio.write_dataframe(layer.reset_index().to_crs("EPSG:4326"), temporary, layer="communities", driver="GPKG")


WRITERS: dict[str, Callable[[Audit, Path], None]] = {
    "findings.csv": lambda audit, path: write_csv(audit.findings, path),
    "findings.parquet": lambda audit, path: write_parquet(audit.findings, path),
    "scores.csv": lambda audit, path: write_csv(audit.scores, path),
    "action_plan.xlsx": write_plan,
    "communities.gpkg": write_map,
}


def write_results(audit: Audit, folder: Path) -> None:
    """Write every result file of an audit into `folder`."""
    for name, write in WRITERS.items():
        write(audit, folder / name)


def counts_of(audit: Audit) -> Counts:
    """Return how many findings an audit has, by rating, and how many are not met."""
    findings = audit.findings
    by_rating = findings["rating"].value_counts()
    unmet = findings["rating"] == "not_met"
    return Counts(
        findings=len(findings),
        ratings={rating: int(by_rating.get(rating, 0)) for rating in keys("rating")},
        unmet=int(unmet.sum()),
        unmet_gates=int((unmet & findings["gate"]).sum()),
    )
