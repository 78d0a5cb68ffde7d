"""What people do with deliveries that are in the queue: approve, hold, release, move, drop, take back, settle, publish now.

changed = hold(desk, ["12", "p7", "page"], now=now)

Each names deliveries (`12`), posts (`p7`: those of its deliveries that the change is for) or, where that makes sense, accounts, and is one
transaction: what is refused for one of them is refused for all. Whether a change is allowed is the ledger's decision.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from evenly import ledger
from evenly.fields import FieldRefused, When
from evenly.planning import spreading
from evenly.planning.choosing import ChangeRefused, chosen, refused
from evenly.plugin import Message, Published
from evenly.store import accounts, deliveries, queue, rewriting

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from evenly.planning.desk import Desk

Changed = tuple[int, ...]
"""The ids of the deliveries that were changed."""

_Decision = Callable[["Connection", ledger.Delivery], ledger.Move | ledger.Refused]

_HELD = Message("You held it.")
_RELEASED = Message("It could not go out at its own time; this is the next open one that keeps the account's gap.")


def approve(desk: Desk, named: Sequence[str], *, now: datetime) -> Changed:
    """Plan drafts: at their own time where they have one, else when the planner says. Raises `ChangeRefused`."""

    def decide(_connection: Connection, draft: ledger.Delivery) -> ledger.Move | ledger.Refused:
        if draft.due is not None and draft.due < now.replace(second=0, microsecond=0):
            return ledger.Refused(
                Message(
                    "Its time is past: {time}. Give it another first: evenly edit {id} --at TIME", time=draft.due.isoformat(), id=draft.id
                )
            )
        return ledger.approve(draft, draft.due) if draft.due is not None else _unplaced(ledger.approve(draft, now))

    def approved(connection: Connection, ids: Changed) -> None:
        for post in {queue.post_of(connection, each) for each in ids} - {None}:
            _no_draft_any_more(connection, post)

    return _change(desk, named, _in("draft"), decide, now=now, afterwards=approved)


def hold(desk: Desk, named: Sequence[str], *, now: datetime) -> Changed:
    """Keep deliveries back, or whole accounts, until they are released. Raises `ChangeRefused`."""

    def decide(_connection: Connection, planned: ledger.Delivery) -> ledger.Move | ledger.Refused:
        return ledger.hold(planned, by=ledger.HeldBy.PERSON, reason=_HELD)

    return _change(desk, named, _in("planned", "publishing"), decide, now=now, whole_accounts=_hold_accounts(desk, held=True))


def release(desk: Desk, named: Sequence[str], *, now: datetime) -> Changed:
    """Let go on what is held, failed or missed, or a held account. Raises `ChangeRefused`.

    At its own time; where that is past, at the next open one; a thread that is partly out, at once.
    """

    def decide(connection: Connection, stopped: ledger.Delivery) -> ledger.Move | ledger.Refused:
        return again(desk, connection, stopped, ledger.release(stopped, now=now), now)

    return _change(desk, named, _in("held", "failed", "missed"), decide, now=now, whole_accounts=_hold_accounts(desk, held=False))


def move_to(desk: Desk, named: Sequence[str], when: When, *, now: datetime) -> Changed:
    """Pin planned deliveries to a time, wall time of each account where it names no offset. Raises `ChangeRefused`."""

    def decide(connection: Connection, planned: ledger.Delivery) -> ledger.Move | ledger.Refused:
        due = instant(desk, planned.account, when)
        return outside(connection, planned, due, now) or ledger.move(planned, due, pinned=True)

    def moved(connection: Connection, ids: Changed) -> None:
        _write_time(connection, ids, when)

    return _change(desk, named, _in("planned", "publishing"), decide, now=now, afterwards=moved)


def let_float(desk: Desk, named: Sequence[str], *, now: datetime) -> Changed:
    """Leave the time of planned deliveries to the planner, which chooses it now. Raises `ChangeRefused`."""

    def decide(_connection: Connection, planned: ledger.Delivery) -> ledger.Move | ledger.Refused:
        return _unplaced(ledger.move(planned, now, pinned=False))

    def moved(connection: Connection, ids: Changed) -> None:
        _write_time(connection, ids, None)

    return _change(desk, named, _in("planned", "publishing"), decide, now=now, afterwards=moved)


def drop(desk: Desk, named: Sequence[str], *, now: datetime) -> Changed:
    """Never publish deliveries (any more). Raises `ChangeRefused`."""
    unsent = _in("draft", "planned", "publishing", "failed", "missed", "held", "uncertain")
    return _change(desk, named, unsent, lambda _connection, each: ledger.drop(each, now=now), now=now)


def take_back(desk: Desk, named: Sequence[str], *, now: datetime) -> Changed:
    """Ask that published deliveries be taken back; whoever publishes does it. Raises `ChangeRefused`."""

    def decide(_connection: Connection, published: ledger.Delivery) -> ledger.Move | ledger.Refused:
        if published.taken_down_at is not None:
            return ledger.Refused(Message("It was taken down already."))
        if (network := _cannot_delete(desk, published.account)) is not None:
            return ledger.Refused(Message("evenly cannot take posts back on {network}: do it there, by hand.", network=network))
        return ledger.take_down_asked(published, now=now)

    return _change(desk, named, lambda row: row.public_state == "published" and row.taken_down_at is None, decide, now=now)


def publish_now(desk: Desk, named: Sequence[str], *, now: datetime) -> Changed:
    """A person wants it out now. Raises `ChangeRefused`."""
    stopped = _in("draft", "planned", "publishing", "held", "failed", "missed")
    return _change(desk, named, stopped, lambda _connection, each: ledger.publish_now(each, now=now), now=now)


def settle_published(desk: Desk, named: Sequence[str], published: Published, *, by: str, now: datetime) -> Changed:
    """A person has seen the uncertain part of a delivery, there. Raises `ChangeRefused`."""
    said = published.url or published.remote_id

    def decide(connection: Connection, uncertain: ledger.Delivery) -> ledger.Move | ledger.Refused:
        holder = deliveries.holder_of(connection, uncertain.account, published.remote_id)
        if holder is not None:
            return ledger.Refused(Message("{said} belongs to delivery {id} already.", said=said, id=holder[0]))
        return ledger.settle_published(uncertain, published, now=now, by=f"{by}: {said}")

    return _change(desk, named, _in("uncertain"), decide, now=now)


def settle_not_published(desk: Desk, named: Sequence[str], *, by: str, now: datetime) -> Changed:
    """A person has looked, and it is not there: it will be sent again. Raises `ChangeRefused`."""
    return _change(desk, named, _in("uncertain"), lambda _connection, each: ledger.settle_not_published(each, now=now, by=by), now=now)


def published_as(said: str) -> Published:
    """What an address or id, as a person gives it, tells of a post: most addresses end with the post's own id. Raises `ChangeRefused`."""
    from urllib.parse import urlsplit

    text = said.strip()
    if not text or any(character.isspace() for character in text):
        raise ChangeRefused(Message("{said} is neither an address nor an id of a post.", said=f'"{said}"'))
    if "://" not in text:
        return Published(remote_id=text)
    address = urlsplit(text)
    last = address.path.rstrip("/").rpartition("/")[2]
    if address.scheme not in {"http", "https"} or not address.hostname or not last:
        raise ChangeRefused(Message("{said} is not the address of a post: write it whole, as it stands in the browser.", said=f'"{said}"'))
    return Published(remote_id=last, url=text)


# ---- times


def instant(desk: Desk, account: str, when: When) -> datetime:
    """The minute that `when` means on an account. Raises `ChangeRefused`."""
    known = account in desk.settings.accounts
    try:
        return when.instant(desk.settings.zone(account) if known else desk.settings.brand.timezone).replace(second=0, microsecond=0)
    except FieldRefused as error:
        raise ChangeRefused(error.message) from None


def outside(connection: Connection, delivery: ledger.Delivery, due: datetime, now: datetime) -> ledger.Refused | None:
    """Why a delivery cannot have this time, if it cannot."""
    bounds = queue.by_ids(connection, [delivery.id])[0]
    if due < now.replace(second=0, microsecond=0):
        return ledger.Refused(Message("This time is past: {time}.", time=due.isoformat()))
    if bounds.not_before is not None and due < bounds.not_before:
        return ledger.Refused(Message("This is before its `not_before`, {time}.", time=bounds.not_before.isoformat()))
    if bounds.not_after is not None and due > bounds.not_after:
        return ledger.Refused(Message("This is after its `not_after`, {time}.", time=bounds.not_after.isoformat()))
    return None


def again(
    desk: Desk, connection: Connection, before: ledger.Delivery, move: ledger.Move | ledger.Refused, now: datetime
) -> ledger.Move | ledger.Refused:
    """A move that brings a delivery back to work, at a time that suits the account where its own is past."""
    if isinstance(move, ledger.Refused) or before.out or move.after.state is not ledger.State.PLANNED:
        return move
    if before.due is not None and before.due >= now:
        return move
    if before.not_after is not None and before.not_after <= now:
        return ledger.Refused(
            Message(
                "Its time ran out at {time}: give it another with evenly edit {id} --not-after TIME",
                time=before.not_after.isoformat(),
                id=before.id,
            )
        )
    if before.due is None or before.account not in desk.settings.accounts:
        return _unplaced(move)
    due = spreading.next_open(desk, connection, before.account, now)
    if due is None or (before.not_after is not None and due > before.not_after):
        due = now
    return replace(move, after=replace(move.after, due=due, next_action_at=due, pinned=False))


def _unplaced(move: ledger.Move | ledger.Refused) -> ledger.Move | ledger.Refused:
    """The same move, its time left to the planner."""
    return move if isinstance(move, ledger.Refused) else replace(move, after=replace(move.after, due=None, pinned=False))


# ---- the transaction


def _change(
    desk: Desk,
    named: Sequence[str],
    wanted: Callable[[Any], bool],
    decide: _Decision,
    *,
    now: datetime,
    whole_accounts: Callable[[Connection, str], bool] | None = None,
    afterwards: Callable[[Connection, Changed], None] | None = None,
) -> Changed:
    """Make one change to everything that is named, and give times to what has none."""
    with desk.store.write() as connection:
        left = [each for each in dict.fromkeys(named) if whole_accounts is None or not whole_accounts(connection, each)]
        rows = chosen(connection, left, wanted)
        for row in rows:
            _apply(connection, row, decide)
        changed = tuple(row.id for row in rows)
        if afterwards is not None:
            afterwards(connection, changed)
        place(desk, connection, changed, now=now)
    return changed


def _in(*states: str) -> Callable[[Any], bool]:
    return lambda row: row.public_state in states


def _apply(connection: Connection, row: Any, decide: _Decision) -> None:
    delivery = deliveries.load(connection, row.id)
    if delivery is None:
        raise AssertionError("a delivery that was just listed is gone")
    move = decide(connection, delivery)
    if isinstance(move, ledger.Refused):
        raise refused(row, move.reason)
    apply(connection, row, move)


def apply(connection: Connection, row: Any, move: ledger.Move) -> None:
    """Make a move that was decided in this very transaction. Raises `ChangeRefused` where somebody was quicker."""
    if not deliveries.apply(connection, move):
        raise refused(row, Message("It has changed just now: look at it again."))
    if move.after.state is not ledger.State.PLANNED:
        return
    if move.after.due is None:
        rewriting.let_float(connection, row.id)
    elif not move.after.pinned and move.after.due != move.before.due:
        rewriting.explain(connection, row.id, _RELEASED)


def place(desk: Desk, connection: Connection, ids: Iterable[int], *, now: datetime) -> None:
    """Let the planner choose the times of those deliveries that are planned and have none, and take note of new pins."""
    rows = [row for row in queue.by_ids(connection, ids) if row.state == "planned" and (row.due is None or row.pinned)]
    for row in rows:
        if row.due is None and row.account not in desk.settings.accounts:
            known = ", ".join(desk.settings.accounts) or "-"
            said = Message(
                "evenly.toml has no account {name} any more, so nobody can plan it; it has: {known}.", name=row.account, known=known
            )
            raise refused(row, said)
    spreading.spread(desk, connection, {row.account for row in rows}, now=now)


def _hold_accounts(desk: Desk, *, held: bool) -> Callable[[Connection, str], bool]:
    def hold_account(connection: Connection, name: str) -> bool:
        if name not in desk.settings.accounts:
            return False
        accounts.hold(connection, name, desk.network_of(name), held=held)
        return True

    return hold_account


def _cannot_delete(desk: Desk, account: str) -> str | None:
    """The title of the account's network, if it offers no way to take a post back."""
    if account not in desk.settings.accounts:
        return account
    network = desk.network_of(account)
    if network not in desk.networks:
        return network
    return None if desk.networks.offers(network, "delete") else desk.networks[network].title


# ---- what was written


def _no_draft_any_more(connection: Connection, post: int | None) -> None:
    """A post none of whose deliveries is a draft is written as none."""
    found = None if post is None else queue.post_row(connection, post)
    if found is None or any(row.state == "draft" for row in queue.of_post(connection, found.id)):
        return
    rewriting.rewrite_post(connection, found.id, {name: value for name, value in found.fields.items() if name != "draft"})


def _write_time(connection: Connection, ids: Changed, when: When | None) -> None:
    """Keep the fixed time among the fields of each post all of whose deliveries were moved."""
    for post in {queue.post_of(connection, each) for each in ids}:
        found = None if post is None else queue.post_row(connection, post)
        if found is None or not {row.id for row in queue.of_post(connection, found.id)} <= set(ids):
            continue
        kept = {name: value for name, value in found.fields.items() if name != "at"}
        rewriting.rewrite_post(connection, found.id, kept if when is None else {**kept, "at": when.written})
