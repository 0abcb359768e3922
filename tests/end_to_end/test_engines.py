"""All 92 communities by the forking engine and by a real kernel each: the same bytes, notebooks and pages."""

from __future__ import annotations

import pytest


@pytest.mark.batch
def test_92_notebooks_and_pages_are_those_of_real_kernels(batch, tmp_path, run):
    out = tmp_path / "kernels"
    done = run("audit", "data/futian", "--period", "2022", "--out", str(out), "--engine", "friendly-city-kernel", "-q")
    assert done.returncode == 0, done.stdout + done.stderr
    ours = {path.relative_to(batch): path.read_bytes() for path in batch.rglob("*") if path.suffix in {".ipynb", ".html"}}
    theirs = {path.relative_to(out): path.read_bytes() for path in out.rglob("*") if path.suffix in {".ipynb", ".html"}}
    assert len(ours) == 2 * 93
    assert sorted(ours) == sorted(theirs)
    assert [str(name) for name in ours if ours[name] != theirs[name]] == []
