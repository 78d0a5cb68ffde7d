"""Sentences for people, which are translated where they are shown."""

from __future__ import annotations


class Message:
    """An English sentence that is its own id in the catalogues, and the values for its `{names}`.

    Two messages are equal when sentence and values are. `str()` gives the English.
    """

    __slots__ = ("text", "values")

    def __init__(self, text: str, /, **values: object) -> None:
        self.text = text
        self.values = values

    def __str__(self) -> str:
        return self.text.format(**self.values)

    def __repr__(self) -> str:
        return f"Message({str(self)!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Message) and (self.text, self.values) == (other.text, other.values)

    def __hash__(self) -> int:
        return hash(str(self))
