"""The examples on a page, as a reader would try them: in one empty folder, from top to bottom.

An example is what follows one of these lines:

    <!-- file: evenly.toml -->     the block is written to that file
    <!-- run -->                   each line that begins with "$ " is run; what follows it is what it prints, "…" standing for anything
    <!-- run: 1 -->                the same, where the last command is to end with that exit code

A page with the line `<!-- sample -->` is tried in the workspace of `evenly demo`, whose posts have just been imported.

`python -m tests.docs.examples docs/tutorial.md …` writes what the commands print now into the pages; places where an old line with "…"
still fits stay as they are.

The program is the real one. Its accounts on Mastodon speak to a stand-in on loopback (`token.txt` holds a token for it), and its clock
stands at eight in the morning of Monday, 30 November 2026, in Paris.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 30, 7, tzinfo=UTC)
_SLOW = 0.001  # the clock all but stands still, so that no example depends on how quick the machine is
_BLOCK = re.compile(r"^<!-- (?P<kind>file|run)(?:: (?P<word>\S+))? -->\n```\w+\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Example:
    """One block of a page."""

    kind: str  #: `file` or `run`
    word: str | None  #: the file's name, or the exit code
    body: str
    span: tuple[int, int]  #: where the body stands in the page


@dataclass(frozen=True, slots=True)
class Difference:
    """A command that does something else than the page says."""

    command: str
    expected: str
    actual: str

    def __str__(self) -> str:
        return f"$ {self.command}\n--- the page says\n{self.expected}\n--- it prints\n{self.actual}"


def examples(page: str) -> list[Example]:
    return [Example(each["kind"], each["word"], each["body"], each.span("body")) for each in _BLOCK.finditer(page)]


def commands(body: str) -> list[tuple[str, str]]:
    """The commands of a block, each with what it is said to print."""
    return [
        (part.partition("\n")[0].removesuffix("\n"), part.partition("\n")[2].strip("\n"))
        for part in re.split(r"^\$ ", body, flags=re.MULTILINE)[1:]
    ]


class Reader:
    """Somebody who tries a page in `folder`, with the servers of `reading`."""

    def __init__(self, folder: Path, environment: dict[str, str], api: str) -> None:
        self.folder = folder
        self.environment = environment
        self.api = api

    def write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.replace('network = "mastodon"\n', f'network = "mastodon"\napi = "{self.api}"\n'), encoding="utf-8")

    def run(self, command: str) -> tuple[int, str]:
        """The exit code, and what a terminal would show."""
        ended = subprocess.run(
            ["/bin/sh", "-c", command],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
            check=False,
        )
        return ended.returncode, ended.stdout.strip("\n")


@contextmanager
def reading(folder: Path) -> Iterator[Reader]:
    """A reader in an empty `folder`, with a stand-in of Mastodon."""
    from evenly.clock import FastClock
    from evenly.networks import Networks
    from evenly.plugin.testing import serve

    since = time.time()
    stand_in = Networks.load(["mastodon"]).call("mastodon", "stand_in", clock=FastClock(NOW, _SLOW, since=since), seed=7)
    bin_, home = folder / "bin", folder / "here"
    bin_.mkdir()
    home.mkdir()
    (bin_ / "evenly").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m evenly "$@"\n')
    (bin_ / "evenly").chmod(0o755)
    (home / "token.txt").write_text(stand_in.accounts[0].credentials.access_token)
    environment = {
        "PATH": f"{bin_}:/usr/local/bin:/usr/bin:/bin",
        "HOME": str(folder),
        "LANGUAGE": "en",
        "LC_ALL": "C.UTF-8",
        "COLUMNS": "100",
        "EVENLY_REDIRECT": "http://127.0.0.1:0/",
        "EVENLY_CLOCK": f"{NOW.isoformat()}@{since!r}x{_SLOW!r}",
    }
    with serve(stand_in.app) as served:
        yield Reader(home, environment, served.url)


def _prepare(page: str, reader: Reader) -> None:
    from evenly.rehearsal import make_sample

    if "<!-- sample -->" in page:
        make_sample(reader.folder)
        reader.run("evenly import posts")


def differences(page: str, reader: Reader) -> list[Difference]:
    """Try the page: the commands that print, or end, otherwise than it says."""
    _prepare(page, reader)
    found = []
    for example in examples(page):
        if example.kind == "file":
            reader.write(example.word or "", example.body)
            continue
        expected_code = int(example.word or 0)
        listed = commands(example.body)
        for place, (command, expected) in enumerate(listed):
            code, actual = reader.run(command)
            if not fits(expected, actual):
                found.append(Difference(command, expected, actual))
            elif code != (expected_code if place == len(listed) - 1 else 0):
                found.append(Difference(command, f"exit code {expected_code}", f"exit code {code}\n{actual}"))
    return found


def fits(expected: str, actual: str) -> bool:
    """Whether `actual` is what `expected` says, its "…" standing for anything."""
    pattern = ".*?".join(re.escape(part) for part in expected.split("…"))
    return re.fullmatch(pattern, actual, re.DOTALL) is not None


def written_anew(page: str, reader: Reader) -> str:
    """The page with what its commands print now."""
    _prepare(page, reader)
    parts, end = [], 0
    for example in examples(page):
        parts.append(page[end : example.span[0]])
        end = example.span[1]
        parts.append(_written_anew(example, reader))
    return "".join([*parts, page[end:]])


def _written_anew(example: Example, reader: Reader) -> str:
    if example.kind == "file":
        reader.write(example.word or "", example.body)
        return example.body
    lines = []
    for command, expected in commands(example.body):
        actual = reader.run(command)[1]
        lines += [f"$ {command}", *((expected if fits(expected, actual) else actual).splitlines())]
    return "".join(f"{line.rstrip()}\n" for line in lines)


def main(names: list[str]) -> None:
    for name in names:
        with tempfile.TemporaryDirectory() as folder, reading(Path(folder)) as reader:
            page = Path(name).read_text(encoding="utf-8")
            Path(name).write_text(written_anew(page, reader), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
