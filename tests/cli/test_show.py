"""What commands print fits a terminal, and is plain where there is none."""

from __future__ import annotations

import os
import re
import subprocess

import pytest

from evenly.cli import show
from tests.cli.conftest import Program


def on_terminal(program: Program, *arguments: str, columns: int) -> str:
    """What the program writes to a terminal of that width."""
    own, its = os.openpty()
    env = program.environment({"COLUMNS": str(columns), "TERM": "xterm", "NO_COLOR": "1"})
    process = subprocess.Popen(program.command(*arguments), cwd=program.folder, env=env, stdin=its, stdout=its, stderr=its)
    os.close(its)
    said = b""
    try:
        while piece := os.read(own, 4096):
            said += piece
    except OSError:
        pass  # how Linux tells that the other side has ended
    finally:
        os.close(own)
        process.wait()
    return re.sub(r"\x1b\[[0-9;]*m", "", said.decode())


def test_a_table_fits_the_terminal(program: Program) -> None:
    """Its cells are folded, not cut off by the edge."""
    said = on_terminal(program, "networks", columns=90)

    assert "Mastodon" in said
    assert max(len(line) for line in said.splitlines()) <= 90


def test_a_table_without_a_terminal_is_plain(capsys: pytest.CaptureFixture[str]) -> None:
    """One line a row, every value whole, whatever is in it."""
    show.table(("name", "text"), [("a", "x" * 300), ("longer", "two\nlines [bold]"), ("none", None)])

    assert capsys.readouterr().out == f"name    text\na       {'x' * 300}\nlonger  two lines [bold]\nnone\n"


def test_deliveries_are_shown_one_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    """A reason stands in the place of the text."""
    common = {"post": "p7", "account": "page", "published_at": None, "text": "Hello\nthere", "reason": None}
    show.deliveries(
        [
            {**common, "id": "12", "state": "planned", "due": "2026-12-01T10:00:00+01:00"},
            {**common, "id": "13", "state": "failed", "due": None, "reason": "Too long."},
        ]
    )

    assert capsys.readouterr().out.splitlines()[1:] == [
        "12  p7    Tue 2026-12-01 10:00  page     planned  Hello there",
        "13  p7    -                     page     failed   Too long.",
    ]


def test_progress_is_silent_where_nobody_watches(capsys: pytest.CaptureFixture[str]) -> None:
    """Logs stay readable."""
    with show.progress("Working", 3) as advance:
        advance(1)

    assert capsys.readouterr() == ("", "")


def test_json_keeps_every_language_readable(capsys: pytest.CaptureFixture[str]) -> None:
    """No escapes for what people write."""
    show.print_json({"brand": "Atelier Lumière"})

    assert "Lumière" in capsys.readouterr().out
