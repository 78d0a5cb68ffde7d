"""Time and money that people spend, logged by hand or with a timer: how much, on what task, for which account, campaign or posts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from evenly.fields import is_name
from evenly.messages import Number
from evenly.planning.choosing import rows_of
from evenly.plugin import Message
from evenly.store import efforts
from evenly.store.efforts import Entry, Running

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from evenly.planning.desk import Desk
    from evenly.store.efforts import Task

LONGEST = timedelta(days=7)
MOST = 10_000_000_00  #: hundredths
_AHEAD = timedelta(minutes=1)  #: of a clock that is a little wrong
_LONGEST_NOTE = 500
_LONGEST_NUMBER = 9  # digits, of what the store's integers hold


class EffortRefused(Exception):
    """An effort that cannot be logged; `message` says why, and nothing was changed."""

    def __init__(self, message: Message) -> None:
        self.message = message
        super().__init__(str(message))


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What an effort was for. `posts` as people name them: `p7`, or the delivery `12`. Money alone needs no task."""

    task: Task | None
    account: str | None = None
    campaign: str | None = None
    posts: Sequence[str] = ()
    note: str | None = None


def add(desk: Desk, duration: timedelta, about: About, *, cents: int = 0, at: datetime | None = None, now: datetime) -> Entry:
    """Log an effort that ended at `at` (None: now), and what was paid for it in hundredths. Raises `EffortRefused`, `ChangeRefused`."""
    if cents and not 0 < cents <= MOST:
        raise EffortRefused(Message("A cost is more than nothing and at most {most}.", most=Number(MOST // 100)))
    if at is not None and at > now + _AHEAD:
        raise EffortRefused(Message("{time} has not come yet: --at is when the work ended.", time=at.strftime("%Y-%m-%d %H:%M")))
    with desk.store.write() as connection:
        posts = _checked(desk, connection, about)
        return _added(connection, _seconds(duration, paid=cents > 0), about, posts, at or now, cents)


def start(desk: Desk, about: About, *, now: datetime) -> None:
    """Begin to time an effort; it goes on when the program ends. Raises `EffortRefused`, `ChangeRefused`."""
    with desk.store.write() as connection:
        posts = _checked(desk, connection, about)
        if not efforts.start(connection, now, {**asdict(about), "posts": posts}):
            running = efforts.running(connection)
            raise EffortRefused(
                Message(
                    "The timer is running already, for {task}: `evenly effort stop` logs it, `evenly effort stop --cancel` throws it away.",
                    task="" if running is None else running.entry["task"],
                )
            )


def stop(desk: Desk, *, now: datetime, duration: timedelta | None = None) -> Entry:
    """Log what was timed; `duration` says that it took so long in truth. Raises `EffortRefused`."""
    with desk.store.write() as connection:
        running = _running(connection)
        seconds = _seconds(max(now - running.started_at, timedelta(seconds=1)) if duration is None else duration)
        efforts.stop(connection)
        about = About(**{**running.entry, "posts": ()})
        return _added(connection, seconds, about, running.entry["posts"], now)


def cancel(desk: Desk) -> Running:
    """Throw away what is being timed. Raises `EffortRefused`."""
    with desk.store.write() as connection:
        running = _running(connection)
        efforts.stop(connection)
        return running


def drop(desk: Desk, written: str) -> None:
    """Take an entry out again, by its number. Raises `EffortRefused`."""
    with desk.store.write() as connection:
        is_number = written.isascii() and written.isdigit() and len(written) <= _LONGEST_NUMBER
        if not is_number or not efforts.drop(connection, int(written)):
            raise EffortRefused(Message("There is no effort {number}: `evenly effort` shows their numbers.", number=written))


def equally(seconds: int, count: int) -> list[int]:
    """Share out whole seconds (or hundredths of money) among so many: the shares add up, and the first get what is left over."""
    share, rest = divmod(seconds, count)
    return [share + 1] * rest + [share] * (count - rest)


def split(seconds: int, weights: Sequence[float]) -> list[int]:
    """Share out whole seconds by these weights (equally, where all are 0): the shares add up, each within a second of its due.

    What is left after rounding down goes to the largest remainders, of equal ones to the first.
    """
    if not any(weights):
        return equally(seconds, len(weights))
    due = [seconds * weight / sum(weights) for weight in weights]
    shares = [int(each) for each in due]
    by_remainder = sorted(range(len(due)), key=lambda place: (shares[place] - due[place], place))
    for place in by_remainder[: seconds - sum(shares)]:
        shares[place] += 1
    return shares


def _running(connection: Connection) -> Running:
    running = efforts.running(connection)
    if running is None:
        raise EffortRefused(Message("No timer is running: `evenly effort start --task TASK` starts one."))
    return running


def _added(connection: Connection, seconds: int, about: About, posts: Sequence[int], at: datetime, cents: int = 0) -> Entry:
    values: Mapping[str, Any] = {name: getattr(about, name) for name in ("task", "account", "campaign", "note")}
    if seconds and about.task is None:
        raise EffortRefused(Message("Time goes into a task: name it with --task. Only money alone (0m) has none."))
    entry = Entry(id=0, seconds=seconds, cents=cents, at=at, posts=_shares(seconds, posts), paid=_shares(cents, posts), **values)
    return replace(entry, id=efforts.add(connection, entry))


def _shares(whole: int, posts: Sequence[int]) -> Mapping[int, int]:
    return dict(zip(posts, equally(whole, len(posts)), strict=True)) if posts else {}


def _seconds(duration: timedelta, *, paid: bool = False) -> int:
    seconds = round(duration.total_seconds())
    if seconds < 1 and not paid:
        raise EffortRefused(Message("An effort takes some time: at least a second, such as 25m."))
    if duration > LONGEST:
        raise EffortRefused(Message("An effort of more than {days} days is none: log what was worked, such as 25m.", days=LONGEST.days))
    return seconds


def _checked(desk: Desk, connection: Connection, about: About) -> list[int]:
    """The posts that are meant, each once."""
    settings = desk.settings
    if about.account is not None and about.account not in settings.accounts:
        known = ", ".join(settings.accounts) or "-"
        raise EffortRefused(Message("There is no account {name}; evenly.toml has: {known}.", name=about.account, known=known))
    if about.campaign is not None and (about.campaign not in settings.campaigns if settings.campaigns else not is_name(about.campaign)):
        known = ", ".join(settings.campaigns) or "-"
        raise EffortRefused(Message("There is no campaign {name}; evenly.toml has: {known}.", name=about.campaign, known=known))
    if about.note is not None and len(about.note) > _LONGEST_NOTE:
        raise EffortRefused(Message("The note is too long: at most {most} characters.", most=_LONGEST_NOTE))
    return list(dict.fromkeys(_post(connection, written, about.account) for written in about.posts))


def _post(connection: Connection, written: str, account: str | None) -> int:
    rows = rows_of(connection, written)
    if account is not None and all(row.account != account for row in rows):
        raise EffortRefused(Message("{post} does not go to {account}.", post=written, account=account))
    return int(rows[0].post_id)
