"""What a source offers goes into the queue: each post once, each refusal with its line and reason."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from evenly import planning
from evenly.fields import FieldRefused, Fields, FieldsRefused, When, as_document
from evenly.importing.confining import refused_media
from evenly.importing.restoring import restore
from evenly.importing.rows import Batch, Row
from evenly.importing.sources import Export, sniff
from evenly.planning import queueing
from evenly.plugin import Message
from evenly.plugin.types import Json
from evenly.store import archive

if TYPE_CHECKING:
    from evenly.planning import Desk

_Result = planning.Added | planning.PostRefused | None

WISH = "wished_at"  #: where the time another tool had planned is kept


@dataclass(frozen=True, slots=True)
class Refusal:
    """A post of the source that was not taken."""

    where: str
    line: int | None
    reason: Message


@dataclass(frozen=True, slots=True)
class Remark:
    """What its author should know of a post that was taken: words to avoid, a missing credit."""

    where: str
    line: int | None
    post: int
    message: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What an import did, or would do."""

    added: int = 0
    unchanged: int = 0  #: was imported before
    refused: tuple[Refusal, ...] = ()
    warnings: tuple[Message, ...] = ()
    remarks: tuple[Remark, ...] = ()  #: none of a dry run: posts are judged when they are queued
    posts: tuple[int, ...] = ()  #: ids of those that were added


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """How a source is to be taken."""

    draft: bool = False  #: everything waits for `approve`
    keep_times: bool = False  #: pin what another tool had planned
    queue: bool = False  #: queue what is another tool's, too
    to: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class _Candidate:
    row: Row
    new: planning.NewPost
    digest: str
    warnings: tuple[Message, ...]


def import_source(
    desk: Desk,
    source: str,
    *,
    now: datetime,
    dry_run: bool = False,
    draft: bool = False,
    keep_times: bool = False,
    queue: bool = False,
    to: Sequence[str] | None = None,
    allow_private: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> ImportReport:
    """Queue the posts of a CSV file, a Markdown file or folder, a feed, or bring back a whole export.

    Good rows go in, the others are reported; what was imported before stays as it is now, edited or not. Other tools' posts become
    drafts unless `queue`. With `dry_run` nothing is changed. `progress` is told how many are done, and of how many.
    Raises ImportRefused where the source as a whole cannot be used, and StoreError.
    """
    reader = sniff(source, desk.settings, desk.networks, allow_private=allow_private)
    if isinstance(reader, Export):
        restored = restore(desk, reader.path, dry_run=dry_run)
        return ImportReport(added=restored.posts, warnings=restored.warnings)
    batch = reader()
    wanted = Wanted(draft=draft, keep_times=keep_times, queue=queue, to=None if to is None else tuple(to))
    read = [_candidate(desk, row, batch, wanted, now) for row in batch.rows]
    candidates = [each for each in read if isinstance(each, _Candidate)]
    fresh = _not_here(desk, candidates)
    results = _tried(desk, fresh, now) if dry_run else _queued(desk, fresh, now, progress)
    refused = [each for each in read if isinstance(each, Refusal)]
    return _report(batch, candidates, list(zip(fresh, results, strict=True)), refused)


def digest_of(document: Mapping[str, Json], identity: str | None = None) -> str:
    """What stays the same when the post is imported again: its accounts, content and time, or accounts and its name in its feed.

    `document` holds fields as `as_document` gives them. A time that is only a wish counts like a fixed one.
    """
    names = ("to", "text", "text_for", "link", "thread", "media") if identity is None else ("to",)
    kept = {name: document[name] for name in names if name in document}
    time = document.get("at") or document.get("extra", {}).get(WISH) if identity is None else None
    return hashlib.sha256(json.dumps([identity, time, kept], sort_keys=True).encode()).hexdigest()


def _candidate(desk: Desk, row: Row, batch: Batch, wanted: Wanted, now: datetime) -> _Candidate | Refusal:
    """The post that a row becomes, or why it becomes none."""
    if row.fields is None:
        return Refusal(row.where, row.line, row.reason or Message("there is nothing here"))
    fields = row.fields if wanted.to is None else replace(row.fields, to=wanted.to)
    if faults := refused_media(fields, row.folder, batch.folder, desk.settings):
        return Refusal(row.where, row.line, FieldsRefused(faults).message)
    fields = _with_wish(fields, row.wish, pinned=wanted.keep_times)
    digest = digest_of(as_document(fields), row.identity)
    fields = replace(fields, draft=fields.draft or wanted.draft or (batch.foreign and not wanted.queue))
    try:
        is_past = _is_past(desk, fields, now)
    except FieldRefused as refused:
        return Refusal(row.where, row.line, refused.message)
    warnings = row.warnings
    if is_past and fields.at is not None:
        warnings += (Message("{time} is past: the post is kept, without this time", time=fields.at.written),)
        fields = _with_wish(replace(fields, at=None), fields.at, pinned=False)
    new = planning.NewPost(fields=fields, root=row.folder or desk.settings.folder, digest=digest)
    return _Candidate(row, new, digest, warnings)


def _with_wish(fields: Fields, wish: When | None, *, pinned: bool) -> Fields:
    if wish is None:
        return fields
    return replace(fields, at=wish) if pinned else replace(fields, extra={**fields.extra, WISH: wish.written})


def _is_past(desk: Desk, fields: Fields, now: datetime) -> bool:
    """Whether the fixed time is over for one of the post's accounts. Raises FieldRefused for a time that does not exist."""
    if fields.at is None:
        return False
    settings = desk.settings
    zones = {settings.zone(name) for name in fields.to or settings.accounts if name in settings.accounts} or {settings.brand.timezone}
    return min(fields.at.instant(zone) for zone in zones) < now.replace(second=0, microsecond=0)


def _not_here(desk: Desk, candidates: Sequence[_Candidate]) -> list[_Candidate]:
    """Those that neither an import nor a person has put here already; each once."""
    with desk.store.read() as connection:
        seen = {mark for row in archive.rows(connection, "post") for mark in (row["digest"], digest_of(row["fields"]))}
    fresh = []
    for candidate in candidates:
        if candidate.digest not in seen:
            fresh.append(candidate)
        seen.add(candidate.digest)
    return fresh


def _queued(desk: Desk, fresh: Sequence[_Candidate], now: datetime, progress: Callable[[int, int], None] | None) -> list[_Result]:
    if not fresh:
        return []
    told = None if progress is None else lambda done: progress(done, len(fresh))
    return list(planning.add_many(desk, [candidate.new for candidate in fresh], now=now, progress=told))


def _tried(desk: Desk, fresh: Sequence[_Candidate], now: datetime) -> list[_Result]:
    return [queueing.check(desk, candidate.new, now=now) for candidate in fresh]


def _report(
    batch: Batch, candidates: Sequence[_Candidate], tried: Sequence[tuple[_Candidate, _Result]], refused: Sequence[Refusal]
) -> ImportReport:
    turned_away = [
        Refusal(candidate.row.where, candidate.row.line, FieldsRefused(result.problems).message)
        for candidate, result in tried
        if isinstance(result, planning.PostRefused)
    ]
    queued = [(each.row, result) for each, result in tried if isinstance(result, planning.Added) and not result.unchanged]
    added = [result for _, result in queued]
    taken = [candidate for candidate, result in tried if not isinstance(result, planning.PostRefused)]
    known = sum(1 for _, result in tried if isinstance(result, planning.Added) and result.unchanged)
    own = [_placed(candidate.row, warning) for candidate in taken for warning in candidate.warnings]
    return ImportReport(
        added=len(taken) - known,
        unchanged=len(candidates) - len(tried) + known,
        refused=tuple(sorted([*refused, *turned_away], key=lambda each: (each.line or 0, each.where))),
        warnings=(*batch.warnings, *own, *_left_out(added)),
        remarks=tuple(Remark(row.where, row.line, result.post, each) for row, result in queued for each in result.warnings),
        posts=tuple(result.post for result in added),
    )


def _placed(row: Row, warning: Message) -> Message:
    if row.line is not None:
        return Message("line {line}: {warning}", line=row.line, warning=warning)
    return Message("{where}: {warning}", where=row.where, warning=warning)


def _left_out(added: Sequence[planning.Added]) -> list[Message]:
    """One warning for each account that cannot take some of the posts, with the first reason."""
    reasons: dict[str, list[Message]] = {}
    for result in added:
        for account, problems in result.left_out.items():
            reasons.setdefault(account, []).append(problems[0].message)
    return [
        Message("{account} cannot take {count} of the posts; of the first: {reason}", account=account, count=len(found), reason=found[0])
        for account, found in reasons.items()
    ]
