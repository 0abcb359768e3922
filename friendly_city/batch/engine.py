"""The papermill engine `friendly-city`: each notebook in a fork of this process, outputs as from a real kernel.

``papermill --engine friendly-city in.ipynb out.ipynb`` works for any Python notebook. What a fork cannot do goes to a real
kernel by itself, and one line says so.
"""

from __future__ import annotations

import asyncio
import contextvars
import logging
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_core.utils import ensure_event_loop
from nbformat import NotebookNode
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine
from papermill.utils import merge_kwargs, remove_args

from friendly_city.batch.fork import ForkedManager, NeedsRealKernel

if TYPE_CHECKING:
    from papermill.engines import NotebookExecutionManager

log = logging.getLogger("friendly_city")


class KernelEngine(NBClientEngine):  # type: ignore[misc]
    """papermill's own engine, which also says what it has begun and takes no notice of what only a fork needs."""

    @classmethod
    def execute_managed_notebook(cls, nb_man: NotebookExecutionManager, kernel_name: str, **kwargs: Any) -> NotebookNode:
        """Run every cell in a real kernel."""
        kwargs.pop("memory_mb", None)
        kwargs.pop("begun", []).append(nb_man.nb)
        done: NotebookNode = super().execute_managed_notebook(nb_man, kernel_name, **kwargs)
        return done


class ForkEngine(KernelEngine):
    """Runs a notebook in a fork of this process, or in a real kernel where it needs one."""

    @classmethod
    def execute_managed_notebook(cls, nb_man: NotebookExecutionManager, kernel_name: str, **kwargs: Any) -> NotebookNode:
        """Run every cell; as papermill's own engine, with ``memory_mb`` besides.

        Parameters
        ----------
        nb_man : NotebookExecutionManager
            The notebook and its state.
        kernel_name : str
            Name of the kernel the notebook asks for.
        **kwargs
            As for papermill's engine. ``memory_mb``: data a kernel may allocate, in MiB (0: no limit). ``begun``: a list
            that receives the notebook, so that one which fails is not lost.
        """
        begun: list[NotebookNode] = kwargs.pop("begun", [])
        memory_mb = kwargs.pop("memory_mb", 0)
        try:
            require_this_python(kernel_name)
            begun[:] = [nb_man.nb]
            return cls._execute_forked(nb_man, kernel_name, memory_mb=memory_mb, **kwargs)
        except NeedsRealKernel as reason:
            name = kwargs.get("input_path") or "the notebook"
            log.warning("%s runs in a real kernel: %s", name, reason)
            nb_man.notebook_start()
            begun.clear()
            return super().execute_managed_notebook(nb_man, kernel_name, begun=begun, **kwargs)

    @classmethod
    def _execute_forked(
        cls, nb_man: NotebookExecutionManager, kernel_name: str, *, memory_mb: int, **kwargs: Any
    ) -> NotebookNode:
        timeout, start_timeout = kwargs.pop("execution_timeout", None), kwargs.pop("start_timeout", 60)
        settings = merge_kwargs(
            remove_args(["input_path", "timeout", "startup_timeout", "config", "extra_arguments"], **kwargs),
            timeout=timeout,
            startup_timeout=start_timeout,
            kernel_name=kernel_name,
            log=logging.getLogger("papermill"),
        )
        manager = ForkedManager(memory_mb=memory_mb)
        manager.start_kernel()
        try:
            return in_own_loop(PapermillNotebookClient(nb_man, km=manager, **settings).execute)
        finally:
            manager.shutdown()


ENGINES: dict[str, type[KernelEngine]] = {"friendly-city": ForkEngine, "friendly-city-kernel": KernelEngine}
"""Our papermill engines by name: in a fork of this process; in a real kernel."""


def in_own_loop(run: Callable[[], NotebookNode]) -> NotebookNode:
    """Call what runs in nbclient's event loop with a loop of its own, and close that with all that waits in it.

    nbclient keeps one loop for a process. A process forked later would share its epoll object and take the other's events.
    """
    apart = contextvars.Context()
    try:
        return apart.run(run)
    finally:
        apart.run(_close_loop)


def _close_loop() -> None:
    loop = ensure_event_loop()
    tasks = asyncio.all_tasks(loop)
    for task in tasks:
        task.cancel()
    loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
    loop.close()
    asyncio.set_event_loop(None)


def require_this_python(kernel_name: str) -> None:
    """Raise NeedsRealKernel unless a kernel's name means this Python with ipykernel."""
    if reason := other_kernel(kernel_name):
        raise NeedsRealKernel(reason)


@cache
def other_kernel(kernel_name: str) -> str:
    """Return why a kernel is not this Python with ipykernel, or ''."""
    from jupyter_client.kernelspec import KernelSpecManager

    spec = KernelSpecManager().get_kernel_spec(kernel_name)
    python = spec.argv[0] if spec.argv else ""
    ours = {"python", "python3", f"python{sys.version_info[0]}.{sys.version_info[1]}", sys.executable}
    if python not in ours and Path(python).resolve() != Path(sys.executable).resolve():
        return f"kernel {kernel_name} runs {python}"
    if "ipykernel_launcher" not in spec.argv or spec.env:
        return f"kernel {kernel_name} is not plain ipykernel"
    return ""
