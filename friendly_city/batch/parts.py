"""The results of many cities as data sets: one Parquet file a city, in folders that pandas and pyarrow read as one table.

``findings/city=<id>/part.parquet`` and ``scores/city=<id>/part.parquet``. Each file carries the fingerprint of what it was
made from; the scores are written last, so a city whose files both carry its fingerprint is whole.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Collection, Iterator
from contextlib import suppress
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from friendly_city.report.files import written_whole

DATA_SETS = ("findings", "scores")
FINGERPRINT = "friendly_city_fingerprint"


def path_of(out: Path, data_set: str, city: str) -> Path:
    """Return where the findings or scores of a city go.

    Examples
    --------
    >>> path_of(Path("out"), "scores", "futian").as_posix()
    'out/scores/city=futian/part.parquet'
    """
    return out / data_set / f"city={city}" / "part.parquet"


def is_up_to_date(out: Path, city: str, fingerprint: str) -> bool:
    """Return whether both files of a city are there and were made from what the fingerprint stands for."""
    return all(_fingerprint(path_of(out, data_set, city)) == fingerprint for data_set in DATA_SETS)


def _fingerprint(path: Path) -> str:
    with suppress(OSError, pa.ArrowException):
        return str((pq.read_metadata(path).metadata or {}).get(FINGERPRINT.encode(), b"").decode())
    return ""


def write_part(table: pa.Table, out: Path, data_set: str, *, city: str, fingerprint: str) -> None:
    """Write the findings or scores of a city, whole or not at all; text is read back as text, however it is held."""
    said = {key.decode(): value.decode() for key, value in (table.schema.metadata or {}).items()}
    with (
        written_whole(path_of(out, data_set, city)) as temporary,
        pq.ParquetWriter(temporary, table.schema, store_schema=False, compression="zstd", write_statistics=False) as writer,
    ):
        writer.write_table(table)
        writer.add_key_value_metadata({**said, FINGERPRINT: fingerprint})


def remove_part(out: Path, city: str) -> None:
    """Remove what an earlier run wrote for a city: results of other data must not stand beside a failure."""
    for data_set in reversed(DATA_SETS):
        shutil.rmtree(path_of(out, data_set, city).parent, ignore_errors=True)


def others(out: Path, cities: Collection[str]) -> Iterator[str]:
    """Yield the cities that have results but are not among `cities`."""
    there = {path.parent.name for data_set in DATA_SETS for path in out.glob(f"{data_set}/city=*/part.parquet")}
    names = (re.fullmatch(r"city=([a-z0-9][a-z0-9_-]*)", name) for name in sorted(there))
    yield from (found[1] for found in names if found and found[1] not in cities)
