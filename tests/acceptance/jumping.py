"""The program on a machine whose clock jumps: its wall clock is off by the seconds in the file that EVENLY_TEST_JUMP names.

EVENLY_TEST_WITHOUT names a rule of `evenly.ledger.rules` that is taken away, to see that a campaign notices: it always says yes.

python -m tests.acceptance.jumping run
"""

from __future__ import annotations

import mmap
import os
import struct
import time
from pathlib import Path
from typing import Self

VARIABLE = "EVENLY_TEST_JUMP"
WITHOUT = "EVENLY_TEST_WITHOUT"
_OFFSET = struct.Struct("d")


class Jump:
    """By how many seconds of the wall the clocks of all programs that look into the file are off."""

    def __init__(self, path: Path) -> None:
        with path.open("r+b") as file:
            self._shared = mmap.mmap(file.fileno(), _OFFSET.size)

    @classmethod
    def made(cls, path: Path) -> Self:
        path.write_bytes(_OFFSET.pack(0.0))
        return cls(path)

    @property
    def seconds(self) -> float:
        offset: float = _OFFSET.unpack_from(self._shared)[0]
        return offset

    @seconds.setter
    def seconds(self, seconds: float) -> None:
        _OFFSET.pack_into(self._shared, 0, seconds)


def install() -> None:
    """From now on this process's wall clock jumps with the file."""
    jump, real = Jump(Path(os.environ[VARIABLE])), time.time
    time.time = lambda: real() + jump.seconds


def main() -> None:
    install()
    if rule := os.environ.get(WITHOUT):
        from evenly.ledger import rules

        setattr(rules, rule, lambda *_said, **_known: True)
    from evenly.cli import main as program

    program()


if __name__ == "__main__":
    main()
