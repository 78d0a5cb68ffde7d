"""Changing what a queued post says: the stored fields with other values, composed anew and checked like a new post."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evenly import fields as field_values
from evenly import ledger
from evenly.fields import FieldRefused, Fields
from evenly.planning import changing, queueing, recognising, wordings
from evenly.planning.choosing import ChangeRefused, chosen, refused, rows_of
from evenly.planning.composing import Composed, compose, fitted_media, told
from evenly.planning.queueing import PostRefused, Times
from evenly.planning.staging import MediaStage
from evenly.plugin import Message, Problem
from evenly.store import deliveries, queue, rewriting
from evenly.store.contents import as_content, as_part

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from evenly.planning.desk import Desk
    from evenly.plugin import Media

_LIVE = frozenset({"draft", "planned", "publishing", "held", "failed", "missed"})
_TABLES = ("text_for", "options")  # by account
_BOUNDS = ("not_before", "not_after")
_RULE = frozenset({"evergreen", "again"})  #: of coming back: nothing that is public changes with it
_OF_ONE = ("text", *_TABLES)  # what may differ from one account to the next


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """What a person wants to be different: fields by name, as `fields.read` takes them; None takes one away."""

    changes: Mapping[str, Any]
    root: Path  #: what relative paths of media start from


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited:
    """What an edit has changed."""

    post: int
    deliveries: tuple[int, ...]
    changes: tuple[Message, ...] = ()  #: what was done to its media, by account
    warnings: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True)
class _Rewriting:
    """One post on its way from the old fields to the new."""

    desk: Desk
    connection: Connection
    fields: Fields
    changed: frozenset[str]
    root: Path
    stage: MediaStage
    now: datetime


def edit(desk: Desk, named: str, wanted: Edit, *, now: datetime) -> Edited:
    """Change a post (`p7`) or what one of its deliveries (`12`) says, in all that is not out yet.

    Everything a network would refuse is refused, and then nothing was changed. By which rule a post comes back may be changed also when
    all of it is out. Raises `ChangeRefused`, `PostRefused` and `FieldsRefused`.
    """
    desk.settings.state.mkdir(mode=0o700, exist_ok=True)
    with MediaStage.opened(desk.settings.state) as stage:
        if named.startswith("p") and wanted.changes.keys() <= _RULE:
            return _change_rule(desk, named, wanted, stage, now)
        if "media" in wanted.changes:
            _fit_beforehand(desk, named, wanted, stage)
        with desk.store.write() as connection:
            rows, changes, fields = _laid_out(connection, named, wanted)
            post = rows[0].post_id
            work = _Rewriting(desk, connection, fields, frozenset(changes), wanted.root, stage, now)
            _refuse_what_is_too_late(work, rows)
            _check(work, connection, post)
            composed = _composed(work, rows)
            for row, each in zip(rows, composed, strict=True):
                _rewrite(work, row, each)
            document = queueing.stored(fields)
            rewriting.rewrite_post(connection, post, document)
            noticed = (*_recognised(work, post, document), *recognising.avoided(desk, document))
            ids = tuple(row.id for row in rows)
            changing.place(desk, connection, ids, now=now)
            stage.keep()
    warnings = field_values.warnings(replace(fields, extra={name: value for name, value in fields.extra.items() if name in changes}))
    return Edited(post=post, deliveries=ids, changes=told(composed), warnings=(*warnings, *noticed))


def _change_rule(desk: Desk, named: str, wanted: Edit, stage: MediaStage, now: datetime) -> Edited:
    """Let a post come back by another rule, in other words, or no more."""
    changes = wanted.changes if wanted.changes.get("evergreen", _RULE) is not None else {"evergreen": None, "again": None}
    with desk.store.write() as connection:
        rows = rows_of(connection, named)
        fields = field_values.read(merged(rows[0].fields, changes))
        work = _Rewriting(desk, connection, fields, frozenset(changes), wanted.root, stage, now)
        known = [row for row in rows if row.account in desk.settings.accounts and row.network in desk.networks]
        for row in known:
            composed = compose(desk, fields, row.account, root=wanted.root, stage=stage, fitted=_fitted(work, row), post=row.post_id)
            if problems := list(wordings.problems(desk, fields, composed, root=wanted.root, stage=stage)):
                raise PostRefused(queueing.by_account({row.account: tuple(problems)}))
        rewriting.rewrite_post(connection, rows[0].post_id, queueing.stored(fields))
    hints = wordings.hints(desk, fields, [row.account for row in known])
    return Edited(post=rows[0].post_id, deliveries=tuple(row.id for row in rows), warnings=hints)


def _fit_beforehand(desk: Desk, named: str, wanted: Edit, stage: MediaStage) -> None:
    """Make media ready before anything waits for the writing transaction; there, what was made ready for the same limits is at hand."""
    with desk.store.read() as connection:
        rows, _, fields = _laid_out(connection, named, wanted)
    for row in rows:
        if row.account in desk.settings.accounts and row.network in desk.networks:
            fitted_media(fields, desk.limits(desk.account(row.account)), wanted.root, stage)


def _laid_out(connection: Connection, named: str, wanted: Edit) -> tuple[Sequence[Any], Mapping[str, Any], Fields]:
    """The deliveries that are meant, what changes in their post, and its fields with that."""
    rows = chosen(connection, [named], lambda row: row.public_state in _LIVE)
    changes = wanted.changes if named.startswith("p") else _for_one(connection, rows[0], wanted.changes)
    return rows, changes, field_values.read(merged(rows[0].fields, changes))


def merged(stored: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """The stored fields with the changes laid over them; wordings and options account by account. None takes a value away."""
    document = {name: value for name, value in stored.items() if name != "effort_minutes"}
    for name, value in changes.items():
        if name in _TABLES and isinstance(value, Mapping):
            document[name] = _laid_over(document.get(name, {}), value)
        else:
            document[name] = value
    return {name: value for name, value in document.items() if value is not None}


def _laid_over(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    found = dict(old)
    for name, value in new.items():
        found[name] = _laid_over(found.get(name, {}), value) if isinstance(value, Mapping) else value
    return {name: value for name, value in found.items() if value is not None and value != {}}


def _for_one(connection: Connection, row: Any, changes: Mapping[str, Any]) -> Mapping[str, Any]:
    """What an edit of one delivery means for its post: other words for that account alone. Refuses what all would share."""
    others = [each.id for each in queue.of_post(connection, row.post_id) if each.id != row.id and each.public_state in _LIVE]
    if not others and row.account not in row.fields.get("text_for", {}):
        return changes
    shared = [name for name in changes if name not in _OF_ONE]
    shared += [f"{name}.{account}" for name in _TABLES for account in changes.get(name) or {} if account != row.account]
    if others and shared:
        raise refused(
            row,
            Message(
                "{fields} belongs to the whole post, and {others} would change as well. To change all: evenly edit p{post}; "
                "for another time alone: evenly move {id}",
                id=row.id,
                fields=", ".join(shared),
                others=", ".join(map(str, others)),
                post=row.post_id,
            ),
        )
    if "text" not in changes:
        return changes
    own = {name: value for name, value in changes.items() if name != "text"}
    return {**own, "text_for": {**(own.get("text_for") or {}), row.account: changes["text"]}}


# ---- checked like a new post


def _refuse_what_is_too_late(work: _Rewriting, rows: Sequence[Any]) -> None:
    for row in rows:
        current = _loaded(work, row)
        move = ledger.edit(current, {part.position: part.key for part in current.parts}, now=work.now)
        if isinstance(move, ledger.Refused):
            raise refused(row, move.reason)


def _check(work: _Rewriting, connection: Connection, post: int) -> None:
    """Refuse what is wrong with the changes whatever the network."""
    problems = [each for each in queueing.unknown_names(work.desk, work.fields) if _top(each.field) in work.changed]
    if problems:
        raise PostRefused(problems)
    if "fit" in work.changed and "media" not in work.changed and work.fields.media:
        raise PostRefused([Problem(Message("What is queued is fitted already: give the pictures again as well, with --media."), "fit")])
    everywhere = queue.of_post(connection, post)
    if "to" in work.changed and set(work.fields.to or ()) != {row.account for row in everywhere}:
        raise ChangeRefused(
            Message(
                "Post p{post} goes to {accounts}, and an edit does not change that. To take one away: evenly drop ID; for a further one, "
                "queue the post there: evenly add --to ACCOUNT",
                post=post,
                accounts=", ".join(row.account for row in everywhere),
            )
        )
    if "draft" in work.changed and work.fields.draft != any(row.state == "draft" for row in everywhere):
        said = Message(
            "An edit neither makes a draft nor ends one. To keep a post back: evenly hold p{post}; to plan a draft: evenly approve p{post}",
            post=post,
        )
        raise ChangeRefused(said)


def _top(field: str | None) -> str:
    return (field or "").partition(".")[0].partition("[")[0]


def _composed(work: _Rewriting, rows: Sequence[Any]) -> list[Composed]:
    """What each delivery will say. Raises `PostRefused` for everything that a network would refuse."""
    found: list[Composed] = []
    refusals: dict[str, tuple[Problem, ...]] = {}
    for row in rows:
        network = row.network
        if row.account not in work.desk.settings.accounts or network not in work.desk.networks:
            refusals[row.account] = (_nobody(work.desk, row),)
            continue
        fitted = _fitted(work, row)
        composed = compose(work.desk, work.fields, row.account, root=work.root, stage=work.stage, fitted=fitted, post=row.post_id)
        found.append(composed)
        again = wordings.problems(work.desk, work.fields, composed, root=work.root, stage=work.stage)
        if problems := (*composed.problems, *again, *_twin(work, row, composed)):
            refusals[row.account] = problems
    if refusals:
        raise PostRefused(queueing.by_account(refusals))
    return found


def _nobody(desk: Desk, row: Any) -> Problem:
    if row.account in desk.settings.accounts:
        return queueing.without_network(desk, row.network)
    return Problem(Message("evenly.toml has no account {name} any more.", name=row.account), "to")


def _fitted(work: _Rewriting, row: Any) -> Sequence[Media] | None:
    """The media as they were composed before; None where others are wanted."""
    if "media" in work.changed:
        return None
    return as_part("post", 0, row.content, work.desk.settings.state).media


def _twin(work: _Rewriting, row: Any, composed: Composed) -> list[Problem]:
    if composed.text_digest is None:
        return []
    since = work.now - queueing.EQUAL_TEXT_FOR
    twin = queue.equal_texts(work.connection, row.account, composed.text_digest, since=since, but=row.id)
    return [] if twin is None else [queueing.equal_text(row.network, twin)]


# ---- written


def _rewrite(work: _Rewriting, row: Any, composed: Composed) -> None:
    """Make one delivery say what was composed, at the time that is wanted now."""
    try:
        times = queueing.times_of(work.fields, work.desk.settings.zone(row.account))
    except FieldRefused as error:
        raise PostRefused([Problem(error.message, error.problem.field)]) from None
    _check_times(work, row, times)
    new = queueing.as_delivery(work.desk, work.fields, composed, times)
    names = ("priority", "take_down_after", "text_digest", *_BOUNDS)
    rewriting.rewrite_delivery(work.connection, row.id, **{name: getattr(new, name) for name in names})
    if _says_something_else(work.connection, row, composed):
        _rewrite_parts(work, row, composed)
    _retime(work, row, times)


def _recognised(work: _Rewriting, post: int, document: Mapping[str, Any]) -> tuple[Message, ...]:
    """Judge anew what the post is; an answer about its topic holds as long as its words."""
    found = queue.post_row(work.connection, post)
    is_reworded = bool({"text", "text_for", "thread", "topic", "origin"} & work.changed)
    before = None if found is None or is_reworded else found.recognised
    return recognising.Recogniser(work.desk, work.connection).note(post, document, before)


def _check_times(work: _Rewriting, row: Any, times: Times) -> None:
    """Refuse times that leave no moment to publish; those that were not changed are not asked about again."""
    wanted = {name: getattr(times, name) if name in work.changed else None for name in ("at", *_BOUNDS)}
    problems = queueing.impossible_times(Times(**wanted), work.now)
    if problems:
        raise PostRefused(problems)
    if "at" not in work.changed and row.pinned and _is_out_of_bounds(times, row.due):
        said = Message("its time is fixed at {time}; move it first: evenly move {id} --at TIME", time=row.due.isoformat(), id=row.id)
        raise refused(row, said)


def _is_out_of_bounds(times: Times, due: datetime) -> bool:
    return (times.not_before is not None and due < times.not_before) or (times.not_after is not None and due > times.not_after)


def _says_something_else(connection: Connection, row: Any, composed: Composed) -> bool:
    before = [(each.kind, each.content) for each in queue.parts_of(connection, row.id)]
    return before != [(part.kind, as_content(part)) for part in composed.parts]


def _rewrite_parts(work: _Rewriting, row: Any, composed: Composed) -> None:
    """Put new content and new keys in the place of every part that is not out, and bring the delivery back to work."""
    current = _loaded(work, row)
    kinds = [ledger.PartKind(part.kind) for part in composed.parts]
    identity = queue.nonce(work.connection)
    keys = {place: ledger.key_of(identity, row.id, place, current.revision + 1) for place in range(len(kinds))}
    move = ledger.edit(current, keys, now=work.now, kinds=kinds)
    if isinstance(move, ledger.Refused):
        raise refused(row, move.reason)
    if all(part.out for part in move.after.parts):
        raise refused(row, Message("Nothing would be left to publish. To end it here: evenly drop {id}", id=row.id))
    if rewriting.tried_beyond(work.connection, row.id, len(kinds)):
        raise refused(row, Message("A part that was tried already can have another text, but it cannot be taken out."))
    _refuse_other_public_parts(work.connection, row, composed, current)
    rewriting.rewrite_parts(work.connection, row.id, row.account, composed.parts, revision=current.revision + 1)
    back = changing.again(work.desk, work.connection, current, move, work.now)
    if isinstance(back, ledger.Refused):
        raise refused(row, back.reason)
    changing.apply(work.connection, row, replace(back, before=_loaded(work, row)))


def _refuse_other_public_parts(connection: Connection, row: Any, composed: Composed, current: ledger.Delivery) -> None:
    before = {each.position: each.content for each in queue.parts_of(connection, row.id)}
    for part in current.out:
        wanted = as_content(composed.parts[part.position])
        if any(before[part.position][name] != wanted[name] for name in ("text", "link", "media", "format", "options")):
            raise refused(
                row, Message("Part {number} is public already and stays as it is; change only what follows.", number=part.position + 1)
            )


def _retime(work: _Rewriting, row: Any, times: Times) -> None:
    """Give the delivery the time that is written now, if another was written."""
    current = _loaded(work, row)
    if "at" in work.changed and current.state is ledger.State.DRAFT:
        rewriting.fix_time(work.connection, row.id, times.at)
    elif "at" in work.changed and times.at is not None and (times.at, True) != (current.due, current.pinned):
        _move(work, row, _released(work, row, current), times.at, pinned=True)
    elif current.state is ledger.State.PLANNED and not current.out and _must_float(work, current, times):
        _move(work, row, current, None, pinned=False)


def _must_float(work: _Rewriting, current: ledger.Delivery, times: Times) -> bool:
    if "at" in work.changed and current.pinned:
        return True
    return not current.pinned and current.due is not None and _is_out_of_bounds(times, current.due)


def _released(work: _Rewriting, row: Any, current: ledger.Delivery) -> ledger.Delivery:
    """A delivery that waits for a person, brought back to work."""
    if current.state not in {ledger.State.HELD, ledger.State.FAILED, ledger.State.MISSED}:
        return current
    move = ledger.release(current, now=work.now)
    if isinstance(move, ledger.Refused):
        raise refused(row, move.reason)
    changing.apply(work.connection, row, move)
    return _loaded(work, row)


def _move(work: _Rewriting, row: Any, current: ledger.Delivery, due: datetime | None, *, pinned: bool) -> None:
    move = ledger.move(current, due or work.now, pinned=pinned)
    if isinstance(move, ledger.Refused):
        raise refused(row, move.reason)
    changing.apply(work.connection, row, move)
    if due is None:
        rewriting.let_float(work.connection, row.id)


def _loaded(work: _Rewriting, row: Any) -> ledger.Delivery:
    found = deliveries.load(work.connection, row.id)
    if found is None:
        raise AssertionError("a delivery that was just listed is gone")
    return found
