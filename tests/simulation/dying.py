"""A process that publishes from a workspace of the scene and is killed at one step, by itself and as hard as it goes.

python -m tests.simulation.dying FOLDER FACILITY STEP
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

from sqlalchemy import Connection

from evenly import ledger
from evenly.plugin import Http
from evenly.publishing.recording import Recorder
from evenly.store import Store
from tests.publishing import worker

STEPS = (
    "before the intent's commit",
    "after the intent's commit",
    "connection up, before the first byte",
    "accepted, before the answer is read",
    "answered, before its commit",
    "after the outcome's commit",
)


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@contextmanager
def dying(step: str) -> Iterator[None]:  # noqa: C901 - one hook a step
    """Within the block, the process dies when it comes to the step."""
    intended: list[bool] = []
    write, apply, record = Store.write, Recorder.apply, Recorder.record
    check, read = Http._check_deadline, Http._read

    def is_intent(moves: Any) -> bool:
        return any(isinstance(move, ledger.Move) and move.is_intent for move in moves)

    def applied(self: Recorder, claim: Any, moves: Any, also: Callable[[Connection], None] = lambda _connection: None) -> bool:
        intended.append(is_intent(moves))
        try:
            done = apply(self, claim, moves, also)
            if step == STEPS[1] and intended[-1]:
                die()
            return done
        finally:
            intended.append(False)

    @contextmanager
    def written(self: Store) -> Iterator[Connection]:
        with write(self) as connection:
            yield connection
            if step == STEPS[0] and intended and intended[-1]:
                die()

    def checked(self: Http) -> None:
        check(self)
        checks.append(self)
        if step == STEPS[2] and checks.count(self) > 1:  # the second look is the one at the first byte
            die()

    def taken(self: Http, response: Any, longest: Any) -> Any:
        if step == STEPS[3] and "trace" in response.request.extensions:
            die()
        return read(self, response, longest)

    def recorded(self: Recorder, claim: Any, decide: Any) -> None:
        if step == STEPS[4]:
            die()
        record(self, claim, decide)
        if step == STEPS[5]:
            die()

    checks: list[Http] = []
    with (
        mock.patch.object(Recorder, "apply", applied),
        mock.patch.object(Store, "write", written),
        mock.patch.object(Http, "_check_deadline", checked),
        mock.patch.object(Http, "_read", taken),
        mock.patch.object(Recorder, "record", recorded),
    ):
        yield


if __name__ == "__main__":
    with dying(sys.argv[3]):
        worker.main(Path(sys.argv[1]), sys.argv[2], ())
