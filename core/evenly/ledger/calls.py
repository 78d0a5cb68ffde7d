"""What the end of a visible call does to its delivery: success, refusal, or nobody can tell."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from evenly.ledger import rules
from evenly.ledger.pace import back_off
from evenly.ledger.rows import Delivery, Move, Part, Refused, Terms, with_part
from evenly.ledger.states import PartKind, PartState, State, Step
from evenly.ledger.work import closing, doubtful, freed, phase
from evenly.plugin import Duplicate, Message, NetworkError, PostRejected, PrepareAgain, Published, SignInNeeded, TryLater
from evenly.plugin.http import Visible

_LEAST_WAIT = timedelta(seconds=1)
_GONE = Refused(Message("Somebody else has taken this delivery over."))


def record(
    current: Delivery,
    position: int,
    outcome: Published | Exception,
    *,
    fence: int,
    now: datetime,
    terms: Terms,
    jitter: float,
    visible: Visible = Visible.SENT,
    held_elsewhere: bool = False,
) -> Move | Refused:
    """How a visible call ended. `current` is the row as it is now, `fence` the one under which the call was made.

    A success counts whoever holds the lease; anything else only under the fence it was made with. `held_elsewhere`: the remote id that
    came back belongs to another part of the account.
    """
    part = current.part(position)
    if isinstance(outcome, Published):
        return succeeded(current, part, outcome, now=now, fence=fence, held_elsewhere=held_elsewhere)
    if current.fence != fence or part.state is not PartState.SENDING:
        return _GONE
    if not rules.is_definite(outcome, visible):
        return _lost(current, part, outcome, now)
    if isinstance(outcome, Duplicate):
        return _duplicate(current, part, outcome, now, held_elsewhere=held_elsewhere)
    return _refused_call(current, part, outcome, now, terms, jitter, visible)


# ---- it is out


def succeeded(
    current: Delivery,
    part: Part,
    published: Published,
    *,
    now: datetime,
    fence: int,
    held_elsewhere: bool = False,
    step: Step = Step.PUBLISH,
) -> Move | Refused:
    """The part is public under this id, whatever the row said before."""
    entry = closing(part, step, "published", now, published.remote_id)
    if part.published is not None:
        return _second_id(current, part, published, now, step)
    if held_elsewhere:
        return _foreign_id(current, part, published, now, fence)
    out = replace(part, state=PartState.PUBLISHED, published=replace(published, at=published.at or now), tainted=False)
    after = _going_on(with_part(current, out), now)
    taken_from_another = current.fence != fence
    return Move(current, replace(after, fence=current.fence + taken_from_another), entry)


def _going_on(delivery: Delivery, now: datetime) -> Delivery:
    """The delivery after one more part came out: the next part's turn, or done."""
    if delivery.state is State.PUBLISHED:
        return freed(delivery, State.PUBLISHED, _comment_at(delivery, now))
    if not delivery.complete:
        return delivery if delivery.state is State.CANCELLED else replace(freed(delivery, State.PLANNED, now), reason=None)
    take_down_at = None if delivery.take_down_after is None else now + delivery.take_down_after
    done = replace(delivery, state=State.PUBLISHED, take_down_at=take_down_at, reason=None, urgent=False, held_by=None)
    return freed(done, State.PUBLISHED, _comment_at(done, now))


def _comment_at(delivery: Delivery, now: datetime) -> datetime | None:
    return now if rules.next_part(delivery) is not None else None


def _second_id(current: Delivery, part: Part, published: Published, now: datetime, step: Step) -> Move:
    if part.published is not None and part.published.remote_id == published.remote_id:
        return Move(current, current, closing(part, step, "published", now, published.remote_id))
    known = None if part.published is None else part.published.remote_id
    alarm = Message("This part is public twice: as {first} and as {second}.", first=known, second=published.remote_id)
    return Move(current, replace(current, reason=alarm), closing(part, step, "alarm", now, alarm), alarm)


def _foreign_id(current: Delivery, part: Part, published: Published, now: datetime, fence: int) -> Move | Refused:
    alarm = Message("The network answered with {id}, which is another post of this account.", id=published.remote_id)
    if current.fence != fence or part.state is not PartState.SENDING:
        return _GONE
    return replace(_lost(current, part, alarm, now), alarm=alarm)


# ---- nobody can tell


def _lost(current: Delivery, part: Part, evidence: object, now: datetime) -> Move:
    after = freed(with_part(current, doubtful(part, now)), State.UNKNOWN, now)
    return Move(current, after, closing(part, Step.PUBLISH, "lost", now, evidence))


def _still_unknown(current: Delivery, part: Part, outcome: Exception, now: datetime, terms: Terms, jitter: float) -> Move:
    asked = outcome.wait if isinstance(outcome, TryLater) else None
    at = now + back_off(part.tries, terms, jitter=jitter, asked=asked)
    after = freed(with_part(current, doubtful(part, now)), State.UNKNOWN, at)
    return Move(current, after, closing(part, Step.PUBLISH, "still unknown", now, outcome))


def _duplicate(current: Delivery, part: Part, outcome: Duplicate, now: datetime, *, held_elsewhere: bool) -> Move | Refused:
    """An equal text is out. It is ours if an attempt's outcome was ever in doubt; else somebody else's."""
    if part.unknown_since is None or (held_elsewhere and rules.refusal_counts(part)):
        return _failed(current, part, outcome.message, Step.PUBLISH, now)
    if outcome.remote_id is not None and not held_elsewhere:
        found = Published(remote_id=outcome.remote_id, url=outcome.url, at=part.first_attempt)
        return succeeded(current, part, found, now=now, fence=current.fence)
    proven = replace(doubtful(part, now), proven_out=not held_elsewhere or part.proven_out)
    after = freed(with_part(current, proven), State.UNKNOWN, now)
    return Move(current, after, closing(part, Step.PUBLISH, "duplicate", now, outcome))


# ---- nothing was published


def _refused_call(current: Delivery, part: Part, outcome: Exception, now: datetime, terms: Terms, jitter: float, visible: Visible) -> Move:
    if not rules.refusal_counts(part):
        return _still_unknown(current, part, outcome, now, terms, jitter)
    if visible is Visible.NOT_SENT and isinstance(outcome, TryLater):
        return _out_of_reach(current, part, outcome, Step.PUBLISH, now, terms, jitter)
    return refused(current, part, outcome, Step.PUBLISH, now=now, terms=terms, jitter=jitter)


def refused(current: Delivery, part: Part, outcome: Exception, step: Step, *, now: datetime, terms: Terms, jitter: float) -> Move:
    """A definite refusal of a part whose earlier attempts are all accounted for: wait and try again, or a person's turn.

    Also what an error of `prepare` does, where nothing can be in doubt.
    """
    if isinstance(outcome, SignInNeeded):
        return _waiting(current, part, step, outcome, now, now)
    if isinstance(outcome, TryLater) and outcome.scope != "part":
        return _out_of_reach(current, part, outcome, step, now, terms, jitter)
    if isinstance(outcome, PostRejected) or not isinstance(outcome, NetworkError):
        return _failed(current, part, message_of(outcome), step, now)
    return _set_back(current, part, outcome, step, now, terms, jitter)


def _out_of_reach(current: Delivery, part: Part, outcome: TryLater, step: Step, now: datetime, terms: Terms, jitter: float) -> Move:
    """Not this part's fault: uses up no try, and the late policy says for how long it is worth waiting."""
    wait = back_off(part.tries, terms, jitter=jitter, asked=outcome.wait)
    return _waiting(current, part, step, outcome, now, now + max(wait, _LEAST_WAIT))


def _set_back(current: Delivery, part: Part, outcome: NetworkError, step: Step, now: datetime, terms: Terms, jitter: float) -> Move:
    """The part's own fault: tried again, but not for ever."""
    asked = outcome.wait if isinstance(outcome, TryLater) else None
    tried = replace(part, setbacks=part.setbacks + 1)
    if isinstance(outcome, PrepareAgain):
        tried = replace(tried, prepared=None)
    if tried.setbacks >= terms.most_setbacks:
        return _failed(current, tried, used_up(tried, outcome.message), step, now)
    at = now + max(back_off(tried.setbacks, terms, jitter=jitter, asked=asked), _LEAST_WAIT)
    move = _waiting(current, tried, step, outcome, now, at)
    return replace(move, after=replace(move.after, awaited=at))


def _waiting(current: Delivery, part: Part, step: Step, outcome: Exception, now: datetime, at: datetime) -> Move:
    waiting = with_part(current, replace(part, state=PartState.WAITING))
    after = replace(freed(waiting, State.PLANNED, at), reason=message_of(outcome))
    return Move(current, after, closing(part, step, "refused", now, outcome))


def _failed(current: Delivery, part: Part, reason: Message, step: Step, now: datetime) -> Move:
    failed = with_part(current, replace(part, state=PartState.FAILED, tainted=False))
    after = freed(failed, State.FAILED, None)
    return Move(current, replace(after, reason=naming_parts_out(after, part, reason)), closing(part, step, "failed", now, reason))


def used_up(part: Part, last: Message) -> Message:
    return Message("Given up after {n} tries. The last: {last}", n=part.setbacks, last=last)


def naming_parts_out(delivery: Delivery, part: Part, reason: Message) -> Message:
    """The reason, with what is public already: the person must know what is left to do."""
    if part.kind is PartKind.COMMENT:
        return Message("The first comment is missing: {reason}", reason=reason)
    if not delivery.out:
        return reason
    urls = ", ".join(out.published.url or out.published.remote_id for out in delivery.out if out.published is not None)
    return Message(
        "Part {part}: {reason} Already public: {urls}. Edit or release it to go on from this part.",
        part=part.position + 1,
        reason=reason,
        urls=urls,
    )


def message_of(outcome: Exception) -> Message:
    """What the error says to people."""
    if isinstance(outcome, NetworkError):
        return outcome.message
    return Message("{kind}: {error}", kind=type(outcome).__name__, error=outcome)


def prepare_failed(
    current: Delivery, position: int, outcome: Exception, *, fence: int, now: datetime, terms: Terms, jitter: float
) -> Move | Refused:
    """A step of `prepare` raised. Nothing public can come of it, so a lost or a broken answer only means: again."""
    if current.fence != fence or phase(current) is not State.CLAIMED:
        return _GONE
    known = isinstance(outcome, (PostRejected, PrepareAgain, SignInNeeded, TryLater))
    seen = outcome if known else TryLater(message=message_of(outcome))
    return refused(current, current.part(position), seen, Step.PREPARE, now=now, terms=terms, jitter=jitter)
