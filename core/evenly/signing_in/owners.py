"""Who holds a lease, and whether that process can still come back.

A process that lives is never taken over, however long it was paused; one of this machine that is gone, at once. Only of another machine's
processes a clock has to tell.
"""

from __future__ import annotations

import functools
import hashlib
import os
import secrets
import socket
from contextlib import suppress
from pathlib import Path


def new_owner() -> str:
    """A name for one taking of a lease by this process: machine, process, when that was started, and a random text."""
    pid = os.getpid()
    return f"{_machine()}:{pid}:{_started(pid)}:{secrets.token_hex(4)}"


def is_elsewhere(owner: str) -> bool:
    """Whether the owner runs on another machine, so that nothing can be known of its process."""
    return owner.partition(":")[0] != _machine()


def is_gone(owner: str) -> bool:
    """Whether the owner was a process of this machine that has ended."""
    machine, pid, started, _ = owner.split(":")
    if machine != _machine():
        return False
    return not _lives(int(pid)) or _started(int(pid)) != started


@functools.cache
def _machine() -> str:
    """This machine; containers count as machines of their own, since process ids mean something else in each."""
    space = ""
    with suppress(OSError):
        space = os.readlink("/proc/self/ns/pid")  # noqa: PTH115 - no path, but the name of a name space
    return hashlib.sha256(f"{socket.gethostname()} {space}".encode()).hexdigest()[:16]


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return _state_and_start(pid)[0] != "Z"


def _started(pid: int) -> str:
    return _state_and_start(pid)[1]


def _state_and_start(pid: int) -> tuple[str, str]:
    """proc(5), /proc/PID/stat: fields 3 and 22, counted after the name, which may hold anything. Empty where there is no /proc."""
    with suppress(OSError):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return fields[0], fields[19]
    return "", ""
