"""Files are written whole or not at all."""

from __future__ import annotations

import pytest

from friendly_city.batch.files import remove_unfinished, sha256_of
from friendly_city.report.files import written_whole


def test_a_file_appears_only_when_its_writing_ended_well(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("old")

    def interrupted():
        with written_whole(path) as temporary:
            temporary.write_text("half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        interrupted()
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]


def test_the_whole_file_replaces_the_old_one(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("old")
    with written_whole(path) as temporary:
        temporary.write_text("new")
    assert path.read_text() == "new"


def test_what_a_killed_run_left_is_removed_and_nothing_else(tmp_path):
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / ".unfinished-abc.html").write_text("half")
    (tmp_path / "x" / "report.html").write_text("whole")
    remove_unfinished(tmp_path)
    assert [p.name for p in (tmp_path / "x").iterdir()] == ["report.html"]


def test_a_hash_is_that_of_the_bytes(tmp_path):
    """sha256 of "abc", FIPS 180-2 appendix B.1."""
    (tmp_path / "a").write_bytes(b"abc")
    assert sha256_of(tmp_path / "a") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
