"""The words of every `--help`, for Babel: what click holds of commands and options stands in no call that Babel knows."""

from __future__ import annotations

import inspect
import os
from collections.abc import Collection, Iterator
from typing import Any, BinaryIO

import click
from babel.messages.extract import extract_python

_Found = tuple[int, Any, Any, Any]


def extract(file: BinaryIO, keywords: Any, comment_tags: Collection[str], options: Any) -> Iterator[_Found]:
    """What stands in the module of commands as in any other, then the help of all commands. An extractor, as Babel calls it."""
    yield from extract_python(file, keywords, comment_tags, options)
    for text in dict.fromkeys(help_texts()):
        yield 1, "_", text, []


def help_texts() -> Iterator[str]:
    """In the order in which a newcomer meets them; commands of other packages are left out. In English, whoever asks."""
    os.environ["LANGUAGE"] = "en"  # help is translated when the commands are imported
    from evenly.cli import COMMANDS, cli

    top = click.Context(cli)
    yield from COMMANDS.values()
    yield from _own_texts(cli)
    for name in COMMANDS:
        if (command := cli.get_command(top, name)) is not None:
            yield from _texts(command)


def _texts(command: click.Command) -> Iterator[str]:
    yield from _own_texts(command)
    if isinstance(command, click.Group):
        for each in command.commands.values():
            yield from _texts(each)


def _own_texts(command: click.Command) -> Iterator[str]:
    given = [command.help, *(getattr(parameter, "help", None) for parameter in command.params)]
    yield from (inspect.cleandoc(text) for text in given if text)
