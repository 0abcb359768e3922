"""A PostgreSQL server with PostGIS of the tests' own: made in a folder, on loopback only, ended when they end."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

NOBODY = "postgres"
"""Who the server runs as where the tests run as root, whom PostgreSQL does not serve."""


def programs() -> Path | None:
    """Return the folder with the programs of a PostgreSQL server that has PostGIS, None where there is none."""
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
        control = Path("/usr/share/postgresql") / folder.parent.name / "extension" / "postgis.control"
        if (folder / "initdb").is_file() and control.is_file():
            return folder
    return None


@dataclass(frozen=True)
class Server:
    """Where the server is and who may ask: `owner` everything, `reader` to read what it is granted."""

    port: int
    password: str

    def url(
        self, user: str = "reader", password: str | None = None, *, database: str = "postgres", port: int | None = None
    ) -> str:
        """Return a SQLAlchemy URL."""
        said = self.password if password is None else password
        return f"postgresql+psycopg://{user}:{said}@127.0.0.1:{port or self.port}/{database}"


def _as_user(command: list[str], folder: Path) -> list[str]:
    if os.geteuid() != 0:
        return command
    shutil.chown(folder, NOBODY, NOBODY)
    return ["runuser", "-u", NOBODY, "--", *command]


def free_port() -> int:
    """Return a port of loopback that nobody has just now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def server(bin_folder: Path) -> Iterator[Server]:
    """Make a cluster, start its server, yield where it is; end the server and remove everything."""
    found = Server(free_port(), secrets.token_urlsafe(12))
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    try:
        secret, data = folder / "secret", folder / "data"
        secret.write_text(found.password, encoding="ascii")
        if os.geteuid() == 0:
            shutil.chown(secret, NOBODY, NOBODY)
        start = [str(bin_folder / "initdb"), "-D", str(data), "-U", "owner", "-A", "scram-sha-256", "-E", "UTF8", "--locale=C"]
        subprocess.run(_as_user([*start, f"--pwfile={secret}", "-N"], folder), check=True, capture_output=True, cwd=folder)
        options = f"-p {found.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off"
        control = [str(bin_folder / "pg_ctl"), "-D", str(data), "-w", "-l", str(folder / "log")]
        subprocess.run(_as_user([*control, "-o", options, "start"], folder), check=True, capture_output=True, cwd=folder)
        try:
            yield found
        finally:
            subprocess.run(_as_user([*control, "-m", "immediate", "stop"], folder), check=True, capture_output=True, cwd=folder)
    finally:
        shutil.rmtree(folder)
