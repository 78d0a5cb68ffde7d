"""The real program, run as a person would run it: in a subprocess, in a workspace of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.cli.forking import Forkserver

if TYPE_CHECKING:
    from tests.cli.lamps import Lamps
    from tests.cli.shops import Shop

_KEPT = ("PATH", "HOME", "TMPDIR", "PYTHONPATH", "COVERAGE_PROCESS_START")
_LONGEST = 120.0  # seconds


@dataclass(frozen=True, slots=True)
class Result:
    """How the program ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one document on standard output."""
        return json.loads(self.out)


@dataclass
class Program:
    """Runs `evenly` in a workspace.

        result = evenly("add", "Hello", stdin="", env={"LANG": "fr"})
        assert result.code == 0

    The environment is bare but for what is given here or put into `env`. Packages in `site` are installed for the program alone. Redirects
    of sign-ins take any free port, so that tests may run side by side. Modules are loaded already: what a test says of start-up goes
    through `command` and `environment`, in a process of its own.
    """

    folder: Path  #: the current folder of the program, and usually the workspace
    site: Path
    server: Forkserver = field(repr=False)
    env: dict[str, str] = field(default_factory=dict)

    def __call__(
        self,
        *arguments: str,
        stdin: str | bytes = "",
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
    ) -> Result:
        files = self._files(stdin.encode() if isinstance(stdin, str) else stdin)
        code = self.server.run(arguments, cwd=cwd or self.folder, env=self.environment(env), files=files, longest=_LONGEST)
        return Result(code, files[1].read_text("utf-8"), files[2].read_text("utf-8"))

    def _files(self, given: bytes) -> list[Path]:
        """Standard input, output and error."""
        files = [self.site.parent / f"standard-{name}" for name in ("in", "out", "err")]
        for file, content in zip(files, (given, b"", b""), strict=True):
            file.write_bytes(content)
        return files

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-c", "from evenly.cli import main; main()", *arguments]

    def environment(self, more: Mapping[str, str] | None = None) -> dict[str, str]:
        kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
        path = os.pathsep.join([str(self.site), *filter(None, [kept.get("PYTHONPATH")])])
        return {**kept, "PYTHONPATH": path, "LANG": "C.UTF-8", "EVENLY_REDIRECT": "http://127.0.0.1:0/", **self.env, **(more or {})}

    def settings(self, text: str) -> None:
        """Write `evenly.toml`."""
        (self.folder / "evenly.toml").write_text(text, encoding="utf-8")

    def install(self, network: str, module: str) -> None:
        """Install a network for the program: a package whose one module is the text `module`."""
        described = self.site / f"{network}-1.2.dist-info"
        described.mkdir()
        (described / "METADATA").write_text(f"Metadata-Version: 2.1\nName: evenly-{network}\nVersion: 1.2\n")
        (described / "entry_points.txt").write_text(f"[evenly]\n{network} = {network}_network\n")
        (self.site / f"{network}_network.py").write_text(module, encoding="utf-8")


@pytest.fixture(scope="session")
def forkserver() -> Iterator[Forkserver]:
    server = Forkserver()
    yield server
    server.close()


@pytest.fixture
def program(tmp_path: Path, forkserver: Forkserver) -> Program:
    """The program in an empty folder."""
    folder, site = tmp_path / "workspace", tmp_path / "site"
    folder.mkdir()
    site.mkdir()
    return Program(folder, site, forkserver)


@pytest.fixture
def evenly(program: Program) -> Program:
    """The program in a workspace that `init` has made."""
    assert program("init").code == 0
    return program


@pytest.fixture
def spawned() -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Starts programs that go on running, and ends them with the test: `spawned(evenly, "run")`."""
    running: list[subprocess.Popen[bytes]] = []

    def spawn(program: Program, *arguments: str, env: Mapping[str, str] | None = None) -> subprocess.Popen[bytes]:
        command, environment = program.command(*arguments), program.environment(env)
        running.append(
            subprocess.Popen(
                command, cwd=program.folder, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE
            )
        )
        return running[-1]

    yield spawn
    for process in running:
        process.kill()
        process.communicate()


@pytest.fixture
def lamps(evenly: Program) -> Iterator[Lamps]:
    """A workspace with one account on Lantern, whose server listens on loopback."""
    from evenly.plugin.testing import serve
    from tests.cli.lamps import lamps_of
    from tests.signing_in.lantern import Lantern

    server = Lantern()
    with serve(server) as served:
        yield lamps_of(evenly, server, served)


@pytest.fixture
def shop(program: Program) -> Shop:
    """A workspace with accounts on four networks, at a fixed moment."""
    from tests.cli.shops import shop_of

    return shop_of(program)
