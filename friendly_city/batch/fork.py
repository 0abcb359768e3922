"""The parent's side of a forked kernel: what nbclient needs of a kernel manager and client, over two pipes.

Forking is quick because the child finds everything imported, loaded and audited that its parent had. It is safe only where
the parent has one thread and no ZeroMQ context, so the parent keeps out of both.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import gc
import io
import json
import logging
import os
import resource
import signal
import sys
import threading
import warnings
from pathlib import Path
from queue import Empty
from typing import Any

from jupyter_client.jsonutil import extract_dates
from nbclient.exceptions import DeadKernelError

from friendly_city.batch.kernel import FRAME, ROUTE, SHELL, run_kernel, write_frame

PR_SET_PDEATHSIG = 1
MIB = 1024 * 1024


class NeedsRealKernel(Exception):
    """A notebook asks for what only a real kernel has."""


def unsafe_to_fork() -> str:
    """Return why this process cannot fork kernels, or ''."""
    if not sys.platform.startswith("linux"):
        return f"forking is not safe on {sys.platform}"
    others = [thread.name for thread in threading.enumerate() if thread is not threading.main_thread()]
    names = [(task / "comm").read_text().strip() for task in Path("/proc/self/task").iterdir()]
    others += [name for name in names if name.startswith("ZMQ")]
    return f"this process has other threads: {', '.join(others)}" if others else ""


class Channel:
    """Messages of one kind that have arrived; after the last of them, the reason why there are no more."""

    def __init__(self) -> None:
        self._arrived = asyncio.Queue[dict[str, Any] | Exception]()

    def put(self, item: dict[str, Any] | Exception) -> None:
        """Add a message, or the reason of the end."""
        self._arrived.put_nowait(item)

    async def get_msg(self, timeout: float | None = None) -> dict[str, Any]:  # noqa: ASYNC109 - as nbclient calls it
        """Return the next message; raise `Empty` after `timeout` seconds, or what ended the kernel."""
        try:
            item = await asyncio.wait_for(self._arrived.get(), timeout)
        except TimeoutError:
            raise Empty from None
        if isinstance(item, Exception):
            self.put(item)
            raise item
        return item


class ForkedClient:
    """What nbclient asks of a kernel client."""

    allow_stdin = False

    def __init__(self, commands: int, messages: int) -> None:
        self._commands, self._messages = commands, messages
        self._loop: asyncio.AbstractEventLoop | None = None
        self._rest = b""
        self._count = 0
        self._alive = True
        self.shell_channel, self.iopub_channel = Channel(), Channel()

    def start_channels(self) -> None:
        """Read what arrives whenever the event loop runs."""
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._messages, self._read)

    def stop_channels(self) -> None:
        """Read no more. The pipe's number may be another's soon."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.remove_reader(self._messages)
            self._loop = None

    async def wait_for_ready(self, timeout: float | None = None) -> None:  # noqa: ASYNC109 - as nbclient calls it
        """Return at once: a forked kernel reads its pipe when it is ready."""

    def is_alive(self) -> bool:
        """Return whether the other end of the pipe is open."""
        return self._alive

    def execute(self, code: str, *, store_history: bool = True, stop_on_error: bool = True) -> str:
        """Ask for a cell to be run and return the id of the request."""
        content = {
            "code": code,
            "silent": False,
            "store_history": store_history,
            "user_expressions": {},
            "allow_stdin": False,
            "stop_on_error": stop_on_error,
        }
        return self._ask("execute_request", content)

    def kernel_info(self) -> str:
        """Ask what the kernel is and return the id of the request."""
        return self._ask("kernel_info_request", {})

    def _ask(self, kind: str, content: dict[str, Any]) -> str:
        self._count += 1
        name = f"{self._commands}-{self._count}"
        header = {"msg_id": name, "msg_type": kind, "username": "", "session": "", "version": "5.3"}
        message = {"header": header, "msg_id": name, "msg_type": kind, "parent_header": {}, "metadata": {}, "content": content}
        with contextlib.suppress(BrokenPipeError):  # it has died: the channels say so
            write_frame(self._commands, SHELL, json.dumps(message).encode())
        return name

    def _read(self) -> None:
        part = os.read(self._messages, MIB)
        if not part:
            self._end(DeadKernelError("Kernel died"))
        self._rest += part
        while len(self._rest) >= FRAME.size:
            channel, length = FRAME.unpack_from(self._rest)
            if len(self._rest) < FRAME.size + length:
                break
            self._arrive(channel, self._rest[FRAME.size : FRAME.size + length])
            self._rest = self._rest[FRAME.size + length :]

    def _arrive(self, channel: bytes, content: bytes) -> None:
        if channel == ROUTE:
            self._end(NeedsRealKernel(content.decode()))
            return
        message = json.loads(content)
        message["header"] = extract_dates(message["header"])
        message |= {"msg_id": message["header"]["msg_id"], "msg_type": message["header"]["msg_type"], "buffers": []}
        (self.shell_channel if channel == SHELL else self.iopub_channel).put(message)

    def _end(self, reason: Exception) -> None:
        if self._alive:
            self._alive = False
            self.shell_channel.put(reason)
            self.iopub_channel.put(reason)
        self.stop_channels()


class ForkedManager:
    """What nbclient asks of a kernel manager.

    Parameters
    ----------
    memory_mb : int
        Data the kernel may allocate beyond what it inherits, in MiB; 0 sets no limit. Beyond it, a cell gets a MemoryError.
    """

    ipykernel = True

    def __init__(self, *, memory_mb: int = 0) -> None:
        self.memory_mb = memory_mb
        self.pid = 0
        self._client: ForkedClient | None = None

    @property
    def has_kernel(self) -> bool:
        """Return whether there is a kernel."""
        return self.pid != 0

    def start_kernel(self) -> None:
        """Fork a kernel. Call it while no event loop runs.

        Raises
        ------
        NeedsRealKernel
            Where this process cannot fork safely.
        """
        if reason := unsafe_to_fork():
            raise NeedsRealKernel(reason)
        commands, messages = os.pipe(), os.pipe()
        sys.stdout.flush()
        sys.stderr.flush()
        parent = os.getpid()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # Python counts threads that sleep inside libraries
            pid = os.fork()
        if pid == 0:
            try:
                os.close(commands[1])
                os.close(messages[0])
                settle(parent, memory_mb=self.memory_mb)
            finally:
                run_kernel(commands[0], messages[1])
        os.close(commands[0])
        os.close(messages[1])
        self.pid, self._ends = pid, (commands[1], messages[0])

    def client(self) -> ForkedClient:
        """Return the one client of the kernel."""
        self._client = ForkedClient(*self._ends)
        return self._client

    def interrupt_kernel(self) -> None:
        """Interrupt the cell that runs."""
        os.kill(self.pid, signal.SIGINT)

    def shutdown(self) -> None:
        """End the kernel and what it started, and forget it."""
        if not self.pid:
            return
        if self._client is not None:
            self._client.stop_channels()
        for end in self._ends:
            os.close(end)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self.pid, 0)
        self.pid = 0


def settle(parent: int, *, memory_mb: int) -> None:
    """Make a process just forked one of its own: a group, a limit, an end with its parent, a fresh state.

    Random numbers start anew, warnings already given are given again, and a relative import path is the notebook's.
    """
    gc.freeze()  # what is inherited is never collected, so its memory stays shared
    os.setpgid(0, 0)
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    if memory_mb:
        limit = data_bytes() + memory_mb * MIB
        resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
    for module in list(sys.modules.values()):
        given = getattr(module, "__warningregistry__", None)
        if isinstance(given, dict):
            given.clear()
    if "numpy" in sys.modules:
        import numpy as np

        np.random.seed()  # noqa: NPY002 - the global generator is what a notebook may use
    logging.root.handlers.clear()  # papermill's command line has some
    logging.root.setLevel(logging.WARNING)
    sys.argv = ["ipykernel_launcher.py"]
    sys.stdin = io.TextIOWrapper(io.FileIO(0, closefd=False))


def data_bytes() -> int:
    """Return the bytes of private writable memory this process has mapped (Linux)."""
    with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123
        return int(file.read().split()[5]) * resource.getpagesize()
