"""How long commands take to start, beside the bare imports they need: processor seconds, the median of several runs.

python -m tests.benchmarks.start_up
"""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

_RUNS = 9


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        _spent([sys.executable, "-m", "evenly", "init", folder])
        _compare("evenly --help", ["--help"], "import click", Path(folder))
        _compare("evenly queue", ["queue"], "import click, sqlalchemy", Path(folder))


def _compare(name: str, arguments: list[str], imports: str, folder: Path) -> None:
    own = _median(_program(arguments), folder)
    bare = _median([sys.executable, "-c", imports], folder)
    print(f"{name}: {own * 1000:.0f} ms; python -c {imports!r}: {bare * 1000:.0f} ms; {own / bare:.2f} times")


def _program(arguments: list[str]) -> list[str]:
    return [str(Path(sys.executable).with_name("evenly")), *arguments]


def _median(command: list[str], folder: Path) -> float:
    return statistics.median(_spent(command, folder) for _ in range(_RUNS))


def _spent(command: list[str], folder: Path | None = None) -> float:
    """Processor seconds of the command and its children."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime - before.ru_utime) + (after.ru_stime - before.ru_stime)


if __name__ == "__main__":
    main()
