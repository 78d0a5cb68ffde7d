"""A process that has the program loaded and forks itself for each run: the same program, without a second of imports each time.

Run as a script it is that process; `Forkserver` is how tests speak to it.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

_PRELOADED = (
    "evenly.app",
    "evenly.planning",
    "evenly.signing_in",
    "evenly.store.secrets",
    "httpx",
    "pydantic",
    "sqlalchemy.dialects.sqlite",
    "evenly_facebook",
    "evenly_mastodon",
)


class Forkserver:
    """Runs the program, once at a time."""

    def __init__(self) -> None:
        self._server: subprocess.Popen[str] | None = None

    def run(self, arguments: Sequence[str], *, cwd: Path, env: Mapping[str, str], files: Sequence[Path], longest: float) -> int:
        """Run `evenly` with these arguments; `files` are its standard input, output and error. The exit code.

        Raises `TimeoutError` when it takes more than `longest` seconds.
        """
        server = self._started()
        assert server.stdin is not None
        assert server.stdout is not None
        asked = {
            "arguments": list(arguments),
            "cwd": str(cwd),
            "env": dict(env),
            "files": [str(each) for each in files],
            "longest": longest,
        }
        server.stdin.write(json.dumps(asked) + "\n")
        server.stdin.flush()
        code = json.loads(server.stdout.readline())
        if code is None:
            raise TimeoutError(f"evenly {' '.join(arguments)} took more than {longest} s")
        return int(code)

    def close(self) -> None:
        if self._server is not None:
            self._server.communicate()
            self._server = None

    def _started(self) -> subprocess.Popen[str]:
        if self._server is None:
            self._server = subprocess.Popen([sys.executable, "-P", __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        return self._server


def _serve() -> None:
    from importlib import import_module

    for module in _PRELOADED:
        import_module(module)
    for line in sys.stdin:
        asked = json.loads(line)
        child = os.fork()
        if child == 0:
            _run(asked)
        print(json.dumps(_ended(child, asked["longest"])), flush=True)  # noqa: T201 - the answer


def _ended(child: int, longest: float) -> int | None:
    until = time.monotonic() + longest
    while time.monotonic() < until:
        pid, status = os.waitpid(child, os.WNOHANG)
        if pid:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.005)
    with suppress(ProcessLookupError):
        os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return None


def _run(asked: Mapping[str, object]) -> None:
    """Become the program, and end as it ends."""
    code = 1
    try:
        _become(asked)
        from evenly.cli import main

        main(asked["arguments"])  # type: ignore[arg-type]  # a list of texts, which has come through JSON
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # noqa: BLE001 - as the interpreter ends with it
        sys.excepthook(*sys.exc_info())
    for stream in (sys.stdout, sys.stderr):
        with suppress(ValueError, OSError):
            stream.flush()
    os._exit(code)


def _become(asked: Mapping[str, object]) -> None:
    env, files = asked["env"], asked["files"]
    assert isinstance(env, dict)
    assert isinstance(files, list)
    os.environ.clear()
    os.environ.update(env)
    time.tzset()
    os.chdir(str(asked["cwd"]))
    sys.path[:0] = [entry for entry in env.get("PYTHONPATH", "").split(os.pathsep) if entry]
    for number, (path, flags) in enumerate(zip(files, (os.O_RDONLY, os.O_WRONLY, os.O_WRONLY), strict=True)):
        opened = os.open(path, flags)
        os.dup2(opened, number)
        os.close(opened)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - for as long as the process lives
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", encoding="utf-8", buffering=1, errors="backslashreplace", closefd=False)  # noqa: SIM115


if __name__ == "__main__":
    _serve()
