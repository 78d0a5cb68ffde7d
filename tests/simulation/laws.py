"""What must hold at the end of every history, whatever happened in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from evenly import ledger
from evenly.ledger import PartKind, PartState, State
from evenly.plugin import CannotTell
from tests.simulation.happenings import FAULTS

if TYPE_CHECKING:
    from evenly.plugin import Part, RemotePost
    from tests.simulation.run import Run

ON_THE_WAY = frozenset(FAULTS)
_ENDED = frozenset({State.PUBLISHED, State.FAILED, State.MISSED, State.UNCERTAIN})
_REFUSALS = frozenset({"refuse", "sign-out", "stale"})
_SHAKY = frozenset({"jump", "pause-before", "pause-after", "slow-down"})


def hold(run: Run) -> None:
    """Add to the run's violations what does not hold."""
    _public_once(run)
    for row in run.rows():
        _ended(run, row)
        for part in row.parts:
            _true(run, row, part)
        _in_order(run, row)
    for row_id in run.unwoken():
        run.violations.append(f"delivery {row_id} would never be looked at again")
    for event in run.events:
        if event.kind == "alarm":
            run.violations.append(f"an alarm: {event.message}")


def _public_once(run: Run) -> None:
    for text, times in Counter(each.text for each in run.public()).items():
        if times > 1:
            run.violations.append(f"{text!r} is public {times} times")


def _ended(run: Run, row: ledger.Delivery) -> None:
    """Nothing is lost: it is out, or it is a person's turn, who is told why."""
    if row.state not in _ENDED:
        run.violations.append(f"delivery {row.id} is still {row.state.value} at the end")
    if row.state in ledger.PERSONS_TURN and row.reason is None:
        run.violations.append(f"delivery {row.id} is {row.state.value}, and nobody is told why")
    if row.state is State.MISSED and not _SHAKY & _kinds(run):
        run.violations.append(f"delivery {row.id} was missed, and nothing had held it up")
    if row.state is State.FAILED and not _REFUSALS & _kinds(run):
        run.violations.append(f"delivery {row.id} failed, and nobody had refused it: {row.reason}")


def _true(run: Run, row: ledger.Delivery, part: ledger.Part) -> None:
    """What the row says of a part is so."""
    ours = {each.text for each in _texts(run, row) if each.position == part.position}
    out = [each for each in run.public() if each.text in ours]
    if part.state is PartState.PUBLISHED:
        known = part.published.remote_id if part.published is not None else None
        if [each.remote_id for each in out] != [known]:
            run.violations.append(
                f"part {part.position} of {row.id} is called public as {known}, and is {[each.remote_id for each in out]}"
            )
    elif part.state is PartState.UNCERTAIN:
        _nobody_could_tell(run, row, part)
    elif out:
        run.violations.append(f"part {part.position} of {row.id} is public, and is called {part.state.value}")
    elif part.kind is PartKind.COMMENT and part.state is not PartState.FAILED and row.state is State.PUBLISHED:
        run.violations.append(f"the comment of {row.id} is {part.state.value} and forgotten")
    elif part.kind is PartKind.COMMENT and part.state is PartState.FAILED and not _REFUSALS & _kinds(run):
        run.violations.append(f"the comment of {row.id} failed, and nobody had refused it: {row.reason}")


def _nobody_could_tell(run: Run, row: ledger.Delivery, part: ledger.Part) -> None:
    """A person is asked only where looking gave neither yes nor no to the end."""
    last = run.world.networks.found.get(part.key)
    for_good = isinstance(last, CannotTell) and last.look_again is None
    in_vain = isinstance(last, (CannotTell, Exception)) and (run.jumped or _a_day_has_passed(run))
    if not (for_good or in_vain or part.proven_out):
        run.violations.append(f"part {part.position} of {row.id} is uncertain, although the last look gave {type(last).__name__}")


def _a_day_has_passed(run: Run) -> bool:
    return run.clock.elapsed > ledger.Terms().give_up_after.total_seconds()


def _in_order(run: Run, row: ledger.Delivery) -> None:
    """Each part is out after the one before, and answers it where the network says what answers what."""
    out = [next((each for each in run.public() if each.text == part.text), None) for part in _texts(run, row)]
    for before, after in pairwise(out):
        if after is not None and before is None:
            run.violations.append(f"{after.text!r} is public without the part before it")
        elif after is not None and before is not None and not run.jumped and after.at < before.at:
            run.violations.append(f"{after.text!r} is older than the part before it")
        elif after is not None and before is not None and after.parent is not None and after.parent not in {before.remote_id, _root(out)}:
            run.violations.append(f"{after.text!r} answers {after.parent}, which is another post")


def _root(out: Sequence[RemotePost | None]) -> str | None:
    return None if out[0] is None else out[0].remote_id


def _texts(run: Run, row: ledger.Delivery) -> list[Part]:
    number = run.deliveries.index(row.id)
    return run.world.parts(run.schedule.posts[number].form, number + 1)


def _kinds(run: Run) -> set[str]:
    return {each.what for each in run.schedule.happenings}
