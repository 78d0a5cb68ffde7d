"""`docs/reference/commands.md`, written from the program's own help: `python -m tests.docs.commands > docs/reference/commands.md`."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

import click

_WIDTH = 110
_HEAD = """# Commands

Every command has `-h`/`--help`. Those that work on a workspace take `--workspace DIR` (`-w`); without it they look for `evenly.toml` from
the current folder upwards, or where `EVENLY_WORKSPACE` says. With `--json` a command prints one JSON document on standard output and its
messages on standard error; [the documents are described here](json.md).

| exit code | means |
|---|---|
| 0 | done |
| 1 | done, but something needs you: a failed delivery, a refused row, a finding of `doctor`, an account that could not take a post |
| 2 | refused: bad usage, input or settings; nothing was changed |

An ID is a delivery (`12`) or a post (`p7`). A TIME is ISO 8601: `2026-12-01T10:00` is ten o'clock on the clocks of each account. A DURATION
is a number and `s`, `m`, `h`, `d` or `w`: `20m`, `1h 30m`, `7 days`.
"""


def page() -> str:
    """The whole page, in English."""
    os.environ["LANGUAGE"] = "en"
    from evenly.cli import cli

    top = _context(cli, "evenly", None)
    return "\n".join([_HEAD, _section(top), *_commands(top)])


def _context(command: click.Command, name: str, parent: click.Context | None) -> click.Context:
    return click.Context(
        command, info_name=name, parent=parent, terminal_width=_WIDTH, max_content_width=_WIDTH, **command.context_settings
    )


def _commands(parent: click.Context) -> Iterator[str]:
    group = parent.command
    if not isinstance(group, click.Group):
        return
    for name in _names(parent, group):
        command = group.get_command(parent, name)
        if command is not None:
            context = _context(command, name, parent)
            yield _section(context)
            yield from _commands(context)


def _names(parent: click.Context, group: click.Group) -> list[str]:
    """Without the commands that other packages bring."""
    from evenly.cli import COMMANDS

    return list(COMMANDS) if parent.parent is None else group.list_commands(parent)


def _section(context: click.Context) -> str:
    return f"## `{context.command_path}`\n\n```text\n{context.get_help()}\n```\n"


if __name__ == "__main__":
    sys.stdout.write(page())
