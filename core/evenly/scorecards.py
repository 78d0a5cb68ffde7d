"""What a plugin does of what its network offers, line by line, as it says itself in its package's `scorecard.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib.resources import files
from typing import Literal, TypeAlias, get_args

from evenly.plugin import Message

Verdict: TypeAlias = Literal["done", "todo", "exempt"]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)


class ScorecardRefused(Exception):
    """A scorecard that cannot be read; the message says where and what is allowed."""

    def __init__(self, message: Message) -> None:
        self.message = message
        super().__init__(str(message))


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that the network offers."""

    subject: str
    name: str
    verdict: Verdict
    said: str  #: the test that proves it, what is missing, or why it is left out


def read(package: str | None) -> list[Line]:
    """The scorecard of a plugin's package, in its order; empty where there is none. Raises `ScorecardRefused`."""
    if package is None:
        return []
    file = files(package).joinpath("scorecard.toml")
    if not file.is_file():
        return []
    try:
        subjects = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ScorecardRefused(Message("The scorecard of {package} cannot be read: {error}", package=package, error=error)) from None
    named = [(subject, table) for subject, table in subjects.items() if isinstance(table, dict)]
    return [_line(package, subject, name, value) for subject, table in named for name, value in table.items()]


def _line(package: str, subject: str, name: str, value: object) -> Line:
    if isinstance(value, dict) and len(value) == 1:
        ((verdict, said),) = value.items()
        if verdict in VERDICTS and isinstance(said, str):
            return Line(subject, name, verdict, said)
    raise ScorecardRefused(
        Message(
            'The scorecard of {package}, {line}: write {{ done = "test" }}, {{ todo = "what is missing" }} or {{ exempt = "the reason" }}.',
            package=package,
            line=f"{subject}.{name}",
        )
    )
