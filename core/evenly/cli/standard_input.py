"""What is piped into a command: a secret, which is never an argument that others on the machine could read."""

from __future__ import annotations

import sys


def read(most: int) -> str | None:
    """The text on standard input; None where it is longer than `most` bytes, or no UTF-8."""
    found = sys.stdin.buffer.read(most + 1)
    try:
        return found.decode("utf-8") if len(found) <= most else None
    except UnicodeDecodeError:
        return None
