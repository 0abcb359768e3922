"""The forking engine gives what a real kernel gives: the same outputs, counts, metadata and errors, for all a notebook may do.

Each probe is a notebook run twice, by papermill's own engine and by ours, and compared as a whole.
"""

from __future__ import annotations

import json
import logging
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest

from tests.batch.engine_probes import PROBES, RACY, REAL, execute, write

ROOT = Path(__file__).parents[2]


def lines(text: str):
    """Return what each cell shows: the lines of each stream in no order, everything else as it is."""
    shown = []
    for cell in nbformat.reads(text, as_version=4).cells:
        streams = {"stdout": "", "stderr": ""}
        for output in cell.outputs:
            if output.output_type == "stream":
                streams[output.name] += output.text
        others = [output for output in cell.outputs if output.output_type != "stream"]
        shown.append((cell.execution_count, {name: sorted(text.splitlines()) for name, text in streams.items()}, others))
    return shown


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    folder = tmp_path_factory.mktemp("probes")
    own = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    command = [sys.executable, "-m", "tests.batch.engine_probes", str(folder)]
    subprocess.run(command, cwd=ROOT, env=own, check=True, timeout=400, stdout=subprocess.DEVNULL)
    return json.loads((folder / "ran.json").read_text(encoding="utf-8"))


@pytest.fixture
def source(tmp_path):
    return lambda *sources: write(tmp_path / "数据 目录" / "笔记 本.ipynb", *sources)


@pytest.mark.parametrize("name", PROBES)
def test_a_fork_gives_what_a_real_kernel_gives(ran, name):
    (ours, error), theirs = ran[name]["ours"], ran[name]["theirs"]
    assert {error} == {their_error for _, their_error in theirs}
    if name in RACY:
        assert lines(ours) in [lines(text) for text, _ in theirs]
    else:
        assert [ours] == [text for text, _ in theirs]
    assert [line.split(" runs in a real kernel: ")[1] for line in ran[name]["said"]] == ([REAL[name]] if name in REAL else [])


def test_no_line_of_a_program_is_lost(source):
    """A real kernel's thread may still be reading when the cell ends; its last lines are lost then."""
    ours, error = execute(source("import os\n_ = os.system('seq 1 60000')\nprint('end')"), "friendly-city")
    assert error == ""
    shown = nbformat.reads(ours, as_version=4).cells[-1].outputs
    assert "".join(output.text for output in shown).split() == [*map(str, range(1, 60001)), "end"]


def test_no_event_loop_is_left_that_later_forks_would_share(source):
    """Two workers forked from a process with an event loop share its epoll object, and take each other's messages."""

    def epolls():
        return sum("eventpoll" in str(path.readlink()) for path in list(Path("/proc/self/fd").iterdir()) if path.is_symlink())

    before = epolls()
    for sources in (
        ["1"],
        ["1/0"],
        ["import os\nos._exit(3)"],
        ["from comm import create_comm\nc = create_comm(target_name='x')"],
    ):
        execute(source(*sources), "friendly-city")
        if "comm" not in sources[0]:  # a real kernel is driven as papermill drives it
            assert epolls() == before


def test_a_kernel_that_dies_is_said_and_what_it_did_before_is_kept(source):
    path = source("print('kept')", "import os\nos._exit(3)", "print('never')")
    ours, error = execute(path, "friendly-city")
    assert error == "DeadKernelError: Kernel died"
    assert "kept\\n" in ours
    assert "never\\n" not in ours
    theirs, their_error = execute(path, "nbclient")
    assert error == their_error
    shown = [[cell.outputs for cell in nbformat.reads(text, as_version=4).cells] for text in (ours, theirs)]
    assert shown[0] == shown[1]  # a real kernel may die before it has said which cell it runs, so counts are not compared


def test_a_cell_that_takes_too_long_ends_with_all_it_started(source, tmp_path):
    path = source(f"import subprocess\nsubprocess.run(['sh', '-c', 'sleep 4; touch {tmp_path}/late'])")
    begun = time.monotonic()
    _, error = execute(path, "friendly-city", execution_timeout=1)
    assert time.monotonic() - begun < 3.5
    assert "CellTimeoutError: A cell timed out while it was being executed, after 1 seconds" in error
    time.sleep(4)
    assert not (tmp_path / "late").exists()


def test_a_cell_that_takes_too_much_memory_gets_an_error_and_others_do_not(source):
    path = source("import numpy as np\nx = np.ones(200 * 1024 * 1024 // 8)", "print(x.nbytes)")
    ours, error = execute(path, "friendly-city", memory_mb=100)
    assert "MemoryError" in error
    ours, error = execute(path, "friendly-city", memory_mb=400)
    assert error == ""
    assert "209715200" in ours


def test_no_notebook_sees_what_another_did(source):
    path = source(
        "import os, sys, random, builtins\nimport numpy as np, pandas as pd",
        "print(os.environ.get('LEFT'), hasattr(builtins, 'left'), 'left' in globals(), pd.options.display.max_rows, os.getcwd() == sys.path[0])",
        "os.environ['LEFT'] = builtins.left = left = 'here'\npd.options.display.max_rows = 7\nos.chdir('/')\nsys.modules['json'] = None",
    )
    first = execute(path, "friendly-city")
    assert first == execute(path, "friendly-city")
    assert "None False False 60" in first[0]


def test_random_numbers_differ_from_fork_to_fork(source):
    path = source("import random, uuid\nimport numpy as np\nprint(random.random(), np.random.rand(), uuid.uuid4())")
    seen = {tuple(re.findall(r"[0-9.a-f-]{12,}", execute(path, "friendly-city")[0])) for _ in range(3)}
    for place in range(3):
        assert len({numbers[place] for numbers in seen}) == 3


def test_another_kernel_than_this_python_is_a_real_kernel(source, caplog, tmp_path, monkeypatch):
    folder = tmp_path / "share" / "kernels" / "other"
    folder.mkdir(parents=True)
    spec = '{"argv": ["python3", "-m", "ipykernel_launcher", "-f", "{connection_file}"], "display_name": "o", "language": "python", "env": {"MARK": "1"}}'
    (folder / "kernel.json").write_text(spec)
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "share"))
    path = source("import os\nprint(os.environ['MARK'])")
    with caplog.at_level(logging.WARNING, logger="friendly_city"):
        ours, error = execute(path, "friendly-city", kernel_name="other")
    assert error == ""
    assert "is not plain ipykernel" in caplog.text
    assert '"1\\n"' in ours


def test_where_forking_is_not_safe_a_real_kernel_is_used_and_it_is_said(source, caplog, monkeypatch):
    monkeypatch.setattr("sys.platform", "darwin")
    path = source("print('done')")
    with caplog.at_level(logging.WARNING, logger="friendly_city"):
        ours, error = execute(path, "friendly-city")
    assert (error, "done" in ours) == ("", True)
    assert "runs in a real kernel: forking is not safe on darwin" in caplog.text
