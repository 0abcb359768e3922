"""A notebook kernel in a forked child: IPython's own kernel, with two pipes where ZeroMQ would be.

Everything a cell sees is ipykernel's: shell, display hooks, streams, tracebacks, magics. What is ours is the way in and
out. Messages go over a pipe, so no socket, thread or heartbeat is made; text written to the file descriptors 1 and 2 is
kept in files and read between writes. What needs a frontend that answers (comms, input, windows) asks for a real kernel.
"""

from __future__ import annotations

import asyncio
import io
import json
import os
import signal
import struct
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable
from types import ModuleType, SimpleNamespace
from typing import Any

from ipykernel.iostream import IOPubThread, OutStream
from ipykernel.ipkernel import IPythonKernel
from ipykernel.kernelapp import IPKernelApp
from ipykernel.zmqshell import ZMQInteractiveShell
from jupyter_client.session import Session
from tornado.ioloop import IOLoop
from traitlets import Type

FRAME = struct.Struct(">cI")
"""Head of a message on the pipe: channel and length of what follows."""
SHELL, IOPUB, ROUTE = b"s", b"p", b"r"
"""Channels: replies; what a cell publishes; the reason why a real kernel is needed."""


def write_frame(pipe: int, channel: bytes, content: bytes) -> None:
    """Write one message to a pipe, whole."""
    rest = memoryview(FRAME.pack(channel, len(content)) + content)
    while rest:
        rest = rest[os.write(pipe, rest) :]


def read_exactly(pipe: int, length: int) -> bytes:
    """Read so many bytes from a pipe; fewer only when its other end is closed."""
    parts = []
    while length and (part := os.read(pipe, min(length, 1 << 20))):
        parts.append(part)
        length -= len(part)
    return b"".join(parts)


class PipeSession(Session):
    """A Jupyter session whose messages go to a pipe, as JSON and unsigned: only the parent process reads them."""

    pipe: int
    lock: Any

    def open(self, pipe: int) -> None:
        """Send to this pipe from now on."""
        self.pipe, self.lock = pipe, threading.Lock()
        self.pid = os.getpid()

    def send(self, stream: Any, msg_or_type: Any, content: Any = None, parent: Any = None, ident: Any = None, **more: Any) -> Any:  # type: ignore[override]  # noqa: ARG002 - as in Session
        """Send a message; `stream` None is the reply channel, anything else is published."""
        if isinstance(msg_or_type, dict):
            message = msg_or_type
        else:
            kept = {name: more.get(name) for name in ("header", "metadata")}
            message = self.msg(msg_or_type, content=content, parent=parent, **kept)
        kind = message["header"]["msg_type"]
        if kind.startswith("comm_"):
            self.ask_for_real_kernel(f"it opens a comm (widgets): {kind}")
        said = {name: message[name] for name in ("header", "parent_header", "metadata", "content")}
        with self.lock:
            write_frame(self.pipe, SHELL if stream is None else IOPUB, self.pack(said))
        return message

    def ask_for_real_kernel(self, reason: str) -> None:
        """Tell the parent that this notebook needs a real kernel, and end."""
        write_frame(self.pipe, ROUTE, reason.encode("utf-8"))
        os._exit(0)

    def feed_identities(self, msg_list: Any, copy: bool = True) -> Any:  # noqa: FBT001, FBT002, ARG002 - as in Session
        """Return no identities: there is one client."""
        return [], msg_list

    def deserialize(self, msg_list: Any, content: bool = True, copy: bool = True) -> Any:  # noqa: FBT001, FBT002, ARG002
        """Return the message as it is: it was never serialised."""
        return msg_list


class Timer:
    """Stands for the event loop of ipykernel's publishing thread: what is due is done at the next write or flush.

    ipykernel flushes a stream 0.2 s after it was written to. The order of text on stdout and stderr depends on it, so the
    same happens here, without a thread.
    """

    def __init__(self) -> None:
        self.due: list[tuple[float, Callable[[], None]]] = []

    def call_later(self, seconds: float, call: Callable[[], None]) -> None:
        """Remember a call."""
        self.due.append((time.monotonic() + seconds, call))

    def catch_up(self) -> None:
        """Make the calls that are due, in order."""
        now = time.monotonic()
        ready = sorted((item for item in self.due if item[0] <= now), key=lambda item: item[0])
        self.due = [item for item in self.due if item[0] > now]
        for _, call in ready:
            call()


class Direct(IOPubThread):  # type: ignore[misc]
    """Stands for ipykernel's publishing thread; everything happens at once in the thread that asks."""

    def __init__(self) -> None:  # the thread, its sockets and its loop are what is not wanted
        self.io_loop = Timer()
        self.thread = None

    def schedule(self, f: Callable[[], Any]) -> None:
        """Call now."""
        f()


class Stream(OutStream):  # type: ignore[misc]
    """ipykernel's stream; what is written to its file descriptor goes to a file, read at each write and flush."""

    def _setup_stream_redirects(self, name: str) -> None:
        number = {"stdout": 1, "stderr": 2}[name]
        file = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process
        self._original_stdstream_copy = os.dup(number)  # subprocess asks for a descriptor: the one ipykernel gives
        os.dup2(file.fileno(), number)
        os.set_inheritable(number, True)
        self._raw, self._raw_read, self._draining = file, 0, False
        os.set_blocking(number, True)

    def _drain(self) -> None:
        """Take over what was written to the file descriptor, by this process or one that it started."""
        if self._draining or not self._is_master_process():
            return
        size = os.fstat(self._raw.fileno()).st_size
        if size > self._raw_read:
            self._draining = True
            try:
                raw = os.pread(self._raw.fileno(), size - self._raw_read, self._raw_read)
                self._raw_read = size
                self.write(raw.decode(errors="replace"))
            finally:
                self._draining = False

    def write(self, string: str) -> int | None:
        """Write text; in a process forked by a cell, to the file descriptor."""
        if not self._is_master_process():
            os.write({"stdout": 1, "stderr": 2}[self.name], string.encode("utf-8"))
            return len(string)
        self.pub_thread.io_loop.catch_up()
        self._drain()
        written: int | None = super().write(string)
        return written

    def flush(self) -> None:
        """Send what was written."""
        if self._is_master_process():
            self.pub_thread.io_loop.catch_up()
            self._drain()
            super().flush()


class Shell(ZMQInteractiveShell):  # type: ignore[misc]
    """ipykernel's shell; windows need a real kernel."""

    def enable_gui(self, gui: Any = None) -> None:
        """Accept what needs no event loop of a window system."""
        if gui not in (None, "inline", "agg"):
            self.kernel.session.ask_for_real_kernel(f"it asks for the event loop of {gui}")


class Kernel(IPythonKernel):  # type: ignore[misc]
    """ipykernel's kernel; whoever asks a person needs a real kernel."""

    shell_class = Shell
    debugger_class = Type(SimpleNamespace)  # a debugger needs a frontend
    _supports_kernel_subshells = False

    def raw_input(self, prompt: str = "") -> str:
        """Ask for a real kernel: ``input()`` wants an answer."""
        self.session.ask_for_real_kernel(f"it asks for input: {prompt}")
        return ""

    def getpass(self, prompt: str = "", stream: Any = None) -> str:  # noqa: ARG002 - as in ipykernel
        """Ask for a real kernel: ``getpass()`` wants an answer."""
        return self.raw_input(prompt)

    def _abort_queues(self, subshell_id: str | None = None) -> None:
        """Do nothing: there is no queue."""


class KernelApp(IPKernelApp):  # type: ignore[misc]
    """ipykernel's application: reads the same settings and start-up files; opens no socket and starts no thread."""

    kernel_class = Kernel
    commands: int
    messages: int

    def _nothing(self) -> None:
        """Leave out a step of `initialize` that sockets, a heartbeat or a parent to poll would need."""

    init_connection_file = init_poller = init_heartbeat = write_connection_file = log_connection_info = _nothing

    def initialize(self, argv: list[str] | None = None) -> None:
        """Set everything up; no debugger, which would need sockets."""
        if "ipykernel.debugger" not in sys.modules:
            without = ModuleType("ipykernel.debugger")
            setattr(without, "_is_debugpy_available", False)  # noqa: B010 - a module has no such name of its own
            sys.modules["ipykernel.debugger"] = without
        self.config.HistoryManager.enabled = False
        super().initialize(argv)

    def init_sockets(self) -> None:
        """Send messages to the pipe."""
        session = PipeSession(parent=self)
        session.open(self.messages)
        self.session = session
        self.iopub_thread = Direct()
        self.iopub_socket = "published"
        self.quiet = True

    def init_io(self) -> None:
        """Redirect the streams; ipykernel wants ones of its own."""
        sys.stdout, sys.stderr = (
            io.TextIOWrapper(io.FileIO(number, "w", closefd=False), encoding="utf-8", write_through=True) for number in (1, 2)
        )
        sys.__stdout__, sys.__stderr__ = sys.stdout, sys.stderr  # type: ignore[misc]
        direct = self.iopub_thread
        for name in ("stdout", "stderr"):
            setattr(sys, name, Stream(self.session, direct, name, watchfd="force"))
        from ipykernel.displayhook import ZMQDisplayHook

        self.displayhook = ZMQDisplayHook(self.session, self.iopub_socket)
        sys.displayhook = self.displayhook
        self.patch_io()

    def init_kernel(self) -> None:
        """Make the kernel."""
        kernel = self.kernel_class.instance(
            parent=self,
            session=self.session,
            iopub_thread=self.iopub_thread,
            iopub_socket=self.iopub_socket,
            log=self.log,
            profile_dir=self.profile_dir,
            user_ns=self.user_ns,
        )
        kernel.shell_channel_thread = SimpleNamespace(parent_thread=threading.main_thread(), manager=None)
        self.kernel = kernel
        self.displayhook.get_execution_count = lambda: kernel.execution_count

    async def serve(self) -> None:
        """Do what the parent asks until it closes the pipe."""
        self.kernel.io_loop = IOLoop.current()
        while head := read_exactly(self.commands, FRAME.size):
            message = json.loads(read_exactly(self.commands, FRAME.unpack(head)[1]))
            await self.kernel.dispatch_shell(message)
            if self.kernel.shell.exit_now:
                return


def run_kernel(commands: int, messages: int) -> None:
    """Be a kernel in this process, just forked, until `commands` is closed. Leaves by `os._exit`, never returns."""
    code, screen = 1, os.dup(2)
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
        app = KernelApp.instance()
        app.commands, app.messages = commands, messages
        app.initialize([])
        loop.run_until_complete(app.serve())
        code = 0
    except BaseException:  # noqa: BLE001 - what went wrong here must be seen, and the process must end
        os.write(screen, traceback.format_exc().encode())
    finally:
        os._exit(code)
