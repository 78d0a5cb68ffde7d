"""A throw-away PostgreSQL server on loopback."""

from __future__ import annotations

import itertools
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from psycopg.sql import SQL, Identifier

_DEBIAN = Path("/usr/lib/postgresql")


def binaries() -> Path | None:
    """The folder with `initdb` and `pg_ctl`; None where this machine has none."""
    found = shutil.which("initdb")
    if found:
        return Path(found).parent
    versions = sorted(_DEBIAN.glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]), reverse=True)
    return versions[0].parent if versions else None


@dataclass
class Cluster:
    """A running server."""

    port: int
    folder: Path
    tools: Path
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def database(self) -> str:
        """Make an empty store's place, a schema of its own; its address, as `[store] url` has it."""
        name = f"evenly_{next(self._numbers)}"
        with psycopg.connect(host="127.0.0.1", port=self.port, user="evenly", dbname="postgres", autocommit=True) as connection:
            connection.execute(SQL("create schema {}").format(Identifier(name)))
        return f"postgresql+psycopg://evenly@127.0.0.1:{self.port}/postgres?options=-csearch_path%3D{name}"

    def restart(self) -> None:
        """Stop the server at once, connections and all, and start it again."""
        _control(self, "restart", "-m", "immediate")


@contextmanager
def running(tools: Path) -> Iterator[Cluster]:
    """A server in a new folder, ended and deleted afterwards. Its data need not outlive a power cut."""
    folder = Path(tempfile.mkdtemp(prefix="evenly-postgresql-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    cluster = Cluster(_free_port(), folder / "data", tools)
    try:
        _run(tools / "initdb", "-D", str(cluster.folder), "-A", "trust", "-U", "evenly", "-E", "UTF8", "--locale=C", "--no-sync")
        _control(cluster, "start")
        yield cluster
    finally:
        if cluster.folder.exists():
            _control(cluster, "stop", "-m", "immediate", check=False)
        shutil.rmtree(folder, ignore_errors=True)


def _control(cluster: Cluster, verb: str, *arguments: str, check: bool = True) -> None:
    options = f"-p {cluster.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off"
    log = cluster.folder.parent / "log"
    _run(cluster.tools / "pg_ctl", "-D", str(cluster.folder), "-l", str(log), "-o", options, "-w", verb, *arguments, check=check)


def _run(program: Path, *arguments: str, check: bool = True) -> None:
    # The server refuses to run as root.
    user = {"user": "postgres"} if os.geteuid() == 0 else {}
    command: Sequence[str] = [str(program), *arguments]
    # pg_ctl leaves the server behind with its output: a pipe would never end.
    subprocess.run(command, check=check, cwd="/", stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, timeout=60, **user)  # type: ignore[call-overload]  # `user` is a keyword or nothing


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])
