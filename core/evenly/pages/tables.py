"""Tables as values: the template draws all of them alike, as rows where there is room and as cards on a telephone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

NOTHING = "–"


@dataclass(frozen=True, slots=True)
class Column:
    """Numbers stand at the right; prose has a card's whole width."""

    title: str
    is_number: bool = False
    is_prose: bool = False

    @property
    def kind(self) -> str:
        """Its class."""
        return "n" if self.is_number else "prose" if self.is_prose else ""


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a place: a text, and smaller what is to be known about it. `mood` colours it: good, bad or quiet."""

    text: str
    more: str = ""
    mood: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """The first cell of each row names it. `wide` ones become cards earlier, `compact` ones never."""

    caption: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    wide: bool = False
    compact: bool = False
