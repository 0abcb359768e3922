"""Notebooks that try what a notebook may do, run one after the other by two engines in a process of their own.

Not a test: `test_engine.py` starts it, as pytest's own streams, warnings and logging would be inherited by a fork.
"""

from __future__ import annotations

import json
import logging
import re
import sys
from pathlib import Path

import nbformat
import papermill
from nbformat.v4 import new_code_cell, new_notebook
from papermill.engines import papermill_engines

from friendly_city.batch.engine import ENGINES

KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}}
RAISES = "# raises\n"
PROBES = {
    "values and text": ["print('你好 孖岭')", "1 + 1", "_ + _1 if False else (In[1], Out[2], _2)", "x = 5", "x;"],
    "an error": ["def f():\n    return 1 / 0", "print('before')\nf()", "print('never')"],
    "an error that is expected": [RAISES + "{}['missing']", "print('goes on')"],
    "a syntax error": ["x = = 1"],
    "a chained error": ["try:\n    int('a')\nexcept ValueError as err:\n    raise RuntimeError('二') from err"],
    "a display that is updated": [
        "from IPython.display import display\nhandle = display('one', display_id='a')",
        "handle.update('two')\ndisplay('three', display_id='a')",
    ],
    "outputs that are cleared": [
        "from IPython.display import clear_output\nprint('a')\nclear_output()\nprint('b')",
        "print('a')\nclear_output(wait=True)\nprint('b')",
        "print('kept')\nclear_output(wait=True)",
    ],
    "await at the top": [
        "import asyncio\nawait asyncio.sleep(0.01)\nprint('slept')",
        "async def f():\n    raise ValueError('in a coroutine')\nasyncio.get_running_loop().is_running()",
        "await f()",
    ],
    "asyncio.run in a cell": ["import asyncio\nasyncio.run(asyncio.sleep(0))"],
    "threads": [
        "import threading\nt = threading.Thread(target=lambda: print('from a thread'), name='ours')\nt.start()\nt.join()",
        "from concurrent.futures import ThreadPoolExecutor\nwith ThreadPoolExecutor(4) as pool:\n    print(sum(pool.map(abs, range(-9, 0))))",
    ],
    "programs": [
        "import subprocess\nprint(subprocess.run(['echo', 'piped'], capture_output=True, text=True).stdout)",
        "!echo shouted",
        "found = !echo caught\nfound",
        "import os, time\n_ = os.system('echo from the system')\ntime.sleep(0.5)",
        "_ = subprocess.run(['sh', '-c', 'echo out; echo err >&2'])\ntime.sleep(0.5)",
    ],
    "writing to the file descriptors": [
        "import os, time\n_ = os.write(1, b'raw\\n')\ntime.sleep(0.5)\nprint('cooked')",
        "_ = os.write(2, '错\\n'.encode())\ntime.sleep(0.5)",
    ],
    "two streams at once": ["import sys\nprint('a')\nprint('b', file=sys.stderr)\nprint('c')"],
    "two streams, slowly": [
        "import sys, time\nprint('a')\ntime.sleep(0.5)\nprint('b', file=sys.stderr)\ntime.sleep(0.5)\nprint('c')\ntime.sleep(0.5)\nprint('d')"
    ],
    "streams and displays": ["from IPython.display import display\nprint('a')\ndisplay('b')\nprint('c')\n'd'"],
    "processes": [
        "import multiprocessing as mp, warnings\nwarnings.simplefilter('ignore')\nwith mp.get_context('fork').Pool(2) as pool:\n    print(pool.map(abs, [-1, 2]))",
        "def speak():\n    print('from a child')\np = mp.get_context('fork').Process(target=speak)\np.start()\np.join()\np.exitcode",
    ],
    "sys.exit, well": ["print('a')", "import sys\nsys.exit(0)", "print('never')"],
    "sys.exit, badly": ["import sys\nsys.exit(3)"],
    "an interrupt": ["raise KeyboardInterrupt"],
    "a signal to oneself": ["import os, signal\nos.kill(os.getpid(), signal.SIGINT)\nimport time\ntime.sleep(5)"],
    "warnings": ["import warnings\nwarnings.warn('careful', FutureWarning)", "warnings.warn('old', DeprecationWarning)"],
    "logging": ["import logging\nlogging.warning('noted')\nlogging.getLogger('x').error('wrong')"],
    "rich values": [
        "from IPython.display import HTML, JSON, SVG, Latex, Markdown\nHTML('<b>粗</b>')",
        "SVG('<svg xmlns=\"http://www.w3.org/2000/svg\"/>')",
        "JSON({'a': [1, None, 2.5]})",
        "Markdown('*x*'), Latex('$x$')",
        "class Rich:\n    def _repr_mimebundle_(self, include=None, exclude=None):\n        return {'text/plain': 'p', 'application/x-ours+json': {'k': 1}}, {'m': 2}\nRich()",
    ],
    "pandas": [
        "import pandas as pd\npd.DataFrame({f'列{n}': range(80) for n in range(30)})",
        "print(pd.DataFrame({f'column number {n}': range(3) for n in range(30)}))",
        "pd.Series(['a', None], name='s'), pd.options.display.max_columns",
    ],
    "matplotlib": [
        "import matplotlib.pyplot as plt\nplt.plot([1, 3, 2])\nplt.title('t');",
        "%matplotlib inline\nfig, ax = plt.subplots(figsize=(2, 1))\nax.bar([0, 1], [1, 2])\nplt.show()\nprint('after')",
        "import matplotlib\nmatplotlib.get_backend(), sorted(plt.get_fignums())",
    ],
    "geopandas": [
        "import geopandas as gpd\nfrom shapely.geometry import Point\nframe = gpd.GeoDataFrame({'a': [1, 2]}, geometry=[Point(0, 0), Point(1, 1)])\nframe.plot();",
        "frame",
    ],
    "magics": [
        "%pwd",
        "%%capture kept\nprint('hidden')",
        "kept.stdout",
        "%%bash\necho from bash",
        "%who",
        "%config InlineBackend.figure_formats",
        "%unknown_magic",
    ],
    "the shell itself": [
        "shell = get_ipython()\ntype(shell).__mro__[-8:] is not None, hasattr(shell, 'kernel'), __name__, '__file__' in dir()",
        "shell.run_cell('print(41 + 1)')\nNone",
        "import sys\nsys.argv[0].endswith('ipykernel_launcher.py'), sys.stdout.encoding, sys.stdout.isatty(), sys.stdin.read()",
        "import os\nos.environ['MPLBACKEND'], os.environ.get('PAGER'), os.environ.get('TERM')",
    ],
    "a long text": ["print('界' * 1_000_000)", "'y' * 3"],
    "pickles of what a cell defines": [
        "class Kept:\n    pass",
        "import pickle\ntype(pickle.loads(pickle.dumps(Kept()))) is Kept",
    ],
    "asking for input": ["print('a')", "input('name? ')"],
    "a comm": ["print('a')", "from comm import create_comm\nc = create_comm(target_name='ours', data={'a': 1})\nprint('made')"],
}
REAL = {"asking for input": "it asks for input: name? ", "a comm": "it opens a comm (widgets): comm_open"}
"""Probes that need a real kernel, and what is said of it."""
RACY = {"processes", "writing to the file descriptors", "programs", "two streams, slowly"}
"""Probes in which a real kernel's threads race, so that lines come in one order or another: it is asked `TRIES` times."""
TRIES = 3


def book(*sources):
    tags = ["parameters"], ["raises-exception"]
    cells = [new_code_cell("word: str = 'x'  # a word", id="p", metadata={"tags": tags[0]})]
    for number, source in enumerate(sources):
        marks = {"tags": tags[1]} if source.startswith(RAISES) else {}
        cells.append(new_code_cell(source, id=f"c{number}", metadata=marks))
    return new_notebook(cells=cells, metadata=KERNEL)


def execute(path: Path, engine: str, **more):
    """Run a notebook and return it, cleaned of times, with the error that ended it."""
    if engine in ENGINES:
        papermill_engines.register(engine, ENGINES[engine])
    out = path.with_name(f"{engine}-{path.name}")
    try:
        papermill.execute_notebook(path, out, {"word": "孖"}, engine_name=engine, progress_bar=False, cwd=path.parent, **more)
        error = ""
    except Exception as err:
        error = f"{type(err).__name__}: {err}"
    done = nbformat.read(out, as_version=4)
    done.metadata.pop("papermill")
    for place, cell in enumerate(done.cells):
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
        if "papermill-error-cell-tag" in cell.metadata.get("tags", []) or "injected-parameters" in cell.metadata.get("tags", []):
            cell.id = f"of-papermill-{place}"
    return clean(nbformat.writes(done)), clean(error)


def clean(text: str) -> str:
    """Take away the process id that ipykernel puts into the name of a cell's file."""
    return re.sub(r"ipykernel_\d+", "ipykernel_PID", text)


def write(path: Path, *sources: str) -> Path:
    """Write a notebook of these cells."""
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(book(*sources), path)
    return path


def main(folder: Path) -> None:
    """Run every probe with both engines; write what came of it, and what was logged, to `ran.json`."""
    said: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: said.append(record.getMessage())
    logging.getLogger("friendly_city").addHandler(handler)
    ran = {}
    for number, (name, sources) in enumerate(PROBES.items()):
        path = write(folder / f"数据 目录 {number}" / "笔记 本.ipynb", *sources)
        theirs = [execute(path, "nbclient") for _ in range(TRIES if name in RACY else 1)]
        ran[name] = {"theirs": theirs, "ours": execute(path, "friendly-city"), "said": said[:]}
        said.clear()
    (folder / "ran.json").write_text(json.dumps(ran), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
