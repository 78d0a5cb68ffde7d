"""How following is refused."""

from __future__ import annotations

from evenly.plugin import Message

_LONGEST_NUMBER = 18  # digits, of what a database's integer holds


class FollowingRefused(Exception):
    """What was asked of a feed or of an item cannot be done; `message` says why and what to do, and nothing was changed."""

    def __init__(self, message: Message) -> None:
        self.message = message
        super().__init__(str(message))


def number(written: str) -> int | None:
    """The id that `written` is; None for anything else."""
    return int(written) if written.isascii() and written.isdigit() and len(written) <= _LONGEST_NUMBER else None
