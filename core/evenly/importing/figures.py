"""A CSV file of figures becomes readings: of posts on networks that tell a program nothing, and of what the site's own statistics know.

A row is about a post (`delivery` or `url`) or about an account's day (`account` alone). Good rows are kept, the others reported.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from evenly.fields import FieldRefused, When, unguarded
from evenly.fields.amounts import hundredths
from evenly.importing.intake import Refusal
from evenly.importing.rows import ImportRefused
from evenly.importing.sources import whole
from evenly.importing.tabular import DELIMITERS, Record, decoded, records
from evenly.links import page_of
from evenly.plugin import Message
from evenly.store import imported
from evenly.store.metrics import Reading, mark

if TYPE_CHECKING:
    from evenly.planning import Desk

WHERE = ("delivery", "url", "account", "taken_at")
OF_POSTS = ("views", "reach", "likes", "comments", "shares", "saves", "clicks", "video_views")
OF_ACCOUNTS = ("followers", "likes", "comments", "shares", "saves", "clicks", "visits", "goal_value")
"""Of one day. What is done on posts, new or old, is kept under a name of its own: networks tell such of four weeks together."""
COLUMNS = (*WHERE, *OF_POSTS, *(name for name in OF_ACCOUNTS if name not in OF_POSTS))

_DONE_IN_A_DAY = frozenset({"likes", "comments", "shares", "saves", "clicks"})
_COUNT = re.compile(r"\d{1,10}", re.ASCII)
_MOST = 2_000_000_000  #: of anything; what every database takes for a whole number
_AHEAD = timedelta(minutes=1)  #: of a clock that is a little wrong
_AT_ONCE = 200  #: readings in one transaction, so that nobody who publishes has to wait
_LONGEST_NUMBER = 18  #: digits


@dataclass(frozen=True, slots=True, kw_only=True)
class FiguresReport:
    """What an import of figures did, or would do."""

    added: int = 0  #: rows that told something new
    unchanged: int = 0
    told_otherwise: int = 0  #: figures that stay as the network itself has told them
    refused: tuple[Refusal, ...] = ()
    warnings: tuple[Message, ...] = ()


class _RowRefused(Exception):
    def __init__(self, reason: Message) -> None:
        self.reason = reason
        super().__init__(str(reason))


@dataclass(frozen=True, slots=True)
class _Candidate:
    line: int
    reading: Reading


def import_figures(
    desk: Desk, path: Path, *, now: datetime, dry_run: bool = False, progress: Callable[[int], None] = lambda _done: None
) -> FiguresReport:
    """Keep the figures of a CSV file, each at the last mark that its post had passed when it was taken, or on its account's day.

    A blank cell says nothing, and never 0. What a network itself has told at a mark stays; importing a file again changes nothing.
    With `dry_run` nothing is changed at all. Raises ImportRefused where the file as a whole cannot be used, and StoreError.
    """
    if not path.is_file():
        raise ImportRefused(Message("There is no file {path}.", path=path))
    text, guessed = decoded(whole(path))
    header, rest = _table(text, path)
    columns = [unguarded(name).strip().casefold() for name in header]
    _check(columns, path)
    reader = _Reader(desk, str(path), columns, now)
    read = [reader.read(record) for record in rest]
    candidates = [each for each in read if isinstance(each, _Candidate)]
    kept = list(_kept(desk, candidates, progress, dry_run=dry_run))
    return FiguresReport(
        added=sum(each.is_new for each in kept),
        unchanged=sum(not each.is_new for each in kept),
        told_otherwise=sum(each.told_otherwise for each in kept),
        refused=tuple(each for each in read if isinstance(each, Refusal)),
        warnings=tuple(filter(None, (guessed, _unknown(header)))),
    )


def _table(text: str, path: Path) -> tuple[Sequence[str], Sequence[Record]]:
    """The header and the rows below it, by the delimiter that makes most known columns."""
    known = {each: _known(next(records(text, each), None)) for each in DELIMITERS}
    delimiter = max(known, key=known.__getitem__)
    if not known[delimiter]:
        raise ImportRefused(
            Message("{where}: the first row names no column that evenly knows. They are {columns}.", where=path, columns=", ".join(COLUMNS))
        )
    header, *rest = records(text, delimiter)
    return header.cells, rest


def _known(header: Record | None) -> int:
    return 0 if header is None else sum(unguarded(cell).strip().casefold() in COLUMNS for cell in header.cells)


def _check(columns: Sequence[str], path: Path) -> None:
    twice = sorted({column for column in columns if column in COLUMNS and columns.count(column) > 1})
    if twice:
        raise ImportRefused(Message("{where}: the column {column} stands twice; keep one.", where=path, column=twice[0]))
    if not set(columns) & {"delivery", "url", "account"}:
        raise ImportRefused(Message("{where}: no column says what the figures are of: delivery, url or account.", where=path))
    if not set(columns) & set(COLUMNS) - set(WHERE):
        raise ImportRefused(Message("{where}: no column holds figures. They are {columns}.", where=path, columns=", ".join(COLUMNS[4:])))


def _unknown(header: Sequence[str]) -> Message | None:
    """Which columns are left out."""
    unknown = [name.strip() for name in map(unguarded, header) if name.strip() and name.strip().casefold() not in COLUMNS]
    return Message("Columns that are no figures were left out: {columns}.", columns=", ".join(unknown)) if unknown else None


def _kept(desk: Desk, candidates: Sequence[_Candidate], progress: Callable[[int], None], *, dry_run: bool) -> Iterator[imported.Kept]:
    for start in range(0, len(candidates), _AT_ONCE):
        some = candidates[start : start + _AT_ONCE]
        with desk.store.read() if dry_run else desk.store.write() as connection:
            found = [imported.add(connection, each.reading, dry_run=dry_run) for each in some]
        progress(len(some))
        yield from found


@dataclass(frozen=True)
class _Reader:
    """Reads the rows of one file."""

    desk: Desk
    where: str
    columns: Sequence[str]
    now: datetime
    seen: dict[tuple[str, int | None, str, datetime], int] = field(default_factory=dict)  #: readings, and the lines that told them

    def read(self, record: Record) -> _Candidate | Refusal:
        try:
            return _Candidate(record.line, self._reading(record))
        except _RowRefused as refused:
            return Refusal(self.where, record.line, refused.reason)
        except FieldRefused as refused:
            return Refusal(self.where, record.line, refused.message)

    def _reading(self, record: Record) -> Reading:
        cells = self._cells(record)
        delivery = self.posts.meant(cells)
        reading = self._of_account(cells) if delivery is None else self._of_post(cells, delivery)
        told = (reading.account, reading.delivery_id, reading.mark, reading.taken_at)
        if told in self.seen:
            raise _RowRefused(Message("line {line} tells of the same at the same time: keep one of them", line=self.seen[told]))
        self.seen[told] = record.line
        return reading

    def _cells(self, record: Record) -> Mapping[str, str]:
        """What the row says, by column."""
        if record.broken is not None:
            raise _RowRefused(record.broken)
        if any(cell.strip() for cell in record.cells[len(self.columns) :]):
            raise _RowRefused(Message("a cell stands under no header: put cells that hold the delimiter into quotes"))
        told = zip(self.columns, record.cells, strict=False)
        cells = {column: value for column, cell in told if column in COLUMNS and (value := unguarded(cell).strip())}
        if "account" in cells and cells["account"] not in self.desk.settings.accounts:
            known = ", ".join(self.desk.settings.accounts) or "-"
            raise _RowRefused(Message("There is no account {name}; evenly.toml has: {known}.", name=cells["account"][:80], known=known))
        return cells

    @cached_property
    def posts(self) -> _Posts:
        with self.desk.store.read() as connection:
            return _Posts(imported.published(connection))

    def _of_post(self, cells: Mapping[str, str], delivery: Any) -> Reading:
        if (name := _stray(cells, OF_POSTS)) is not None:
            raise _RowRefused(Message("{column} is told of an account's day, not of a post", column=name))
        figures = _figures(cells)
        taken_at, _day = self._taken_at(cells, delivery.account, delivery.published_at)
        if taken_at < delivery.published_at:
            raise _RowRefused(Message("{time} is before the post was out", time=cells["taken_at"]))
        return Reading(delivery.account, delivery.id, mark(taken_at - delivery.published_at), taken_at, figures)

    def _of_account(self, cells: Mapping[str, str]) -> Reading:
        if (name := _stray(cells, OF_ACCOUNTS)) is not None:
            raise _RowRefused(Message("{column} is told of posts, not of an account's day", column=name))
        told = _figures(cells)
        figures = {imported.OF_A_DAY + name if name in _DONE_IN_A_DAY else name: value for name, value in told.items()}
        taken_at, day = self._taken_at(cells, cells["account"])
        return Reading(cells["account"], None, (day or taken_at.astimezone(UTC).date()).isoformat(), taken_at, figures)

    def _taken_at(self, cells: Mapping[str, str], account: str, since: datetime | None = None) -> tuple[datetime, date | None]:
        """When the figures were taken, and the day, where that alone is written: its noon, or when the post was out, but not after now."""
        written, zone = cells.get("taken_at"), self.desk.settings.zone(account)
        if written is None:
            return self.now, None
        day = _date(written)
        if day is None:
            moment = When.parse(written).instant(zone)
            if moment > self.now + _AHEAD:
                raise _RowRefused(Message("{time} has not come yet", time=written))
            return moment, None
        if day > self.now.astimezone(ZoneInfo(zone)).date():
            raise _RowRefused(Message("{time} has not come yet", time=written))
        moment = datetime.combine(day, time(12), ZoneInfo(zone)).astimezone(UTC)
        if since is not None and since.astimezone(ZoneInfo(zone)).date() == day:
            moment = max(moment, since)
        return min(moment, self.now), day


class _Posts:
    """What is out, to be found by its number or its address."""

    def __init__(self, rows: Sequence[Any]) -> None:
        self._rows = rows

    def meant(self, cells: Mapping[str, str]) -> Any:
        """The delivery that a row is about; None where it is about an account."""
        account = cells.get("account")
        found = [self._named(cells["delivery"], account)] if "delivery" in cells else []
        found += [self._at(cells["url"], account)] if "url" in cells else []
        if not found and account is None:
            raise _RowRefused(Message("the row does not say what it is about: fill delivery, url or account"))
        if len({row.id for row in found}) > 1:
            raise _RowRefused(Message("delivery and url are of two posts"))
        return found[0] if found else None

    def _named(self, written: str, account: str | None) -> Any:
        digits = written.removeprefix("p")
        is_number = digits.isascii() and digits.isdigit() and len(digits) <= _LONGEST_NUMBER
        rows = (self._by_post if written.startswith("p") else self._by_id).get(int(digits), ()) if is_number else ()
        if not rows:
            raise _RowRefused(Message("{id} is no delivery that is out: `evenly queue` shows their numbers", id=written[:80]))
        return _only([row for row in rows if account in {None, row.account}], Message("{id} is not out on this account", id=written))

    def _at(self, url: str, account: str | None) -> Any:
        page = page_of(url)
        rows = self._by_page.get(page, ()) if page is not None else ()
        mine = [row for row in rows if account in {None, row.account}]
        return _only(mine, Message("no post that went out here stands at {url}", url=url[:200]))

    @cached_property
    def _by_id(self) -> Mapping[int, Sequence[Any]]:
        return {row.id: (row,) for row in self._rows}

    @cached_property
    def _by_post(self) -> Mapping[int, Sequence[Any]]:
        found: dict[int, list[Any]] = {}
        for row in self._rows:
            found.setdefault(row.post_id, []).append(row)
        return found

    @cached_property
    def _by_page(self) -> Mapping[object, Sequence[Any]]:
        found: dict[object, list[Any]] = {}
        for row in self._rows:
            if row.url is not None and (page := page_of(row.url)) is not None:
                found.setdefault(page, []).append(row)
        return found


def _only(rows: Sequence[Any], none: Message) -> Any:
    if not rows:
        raise _RowRefused(none)
    if len(rows) > 1:
        accounts = ", ".join(sorted(row.account for row in rows))
        raise _RowRefused(
            Message("it is out on several accounts ({accounts}): fill account, or take the delivery's number", accounts=accounts)
        )
    return rows[0]


def _stray(cells: Mapping[str, str], known: Sequence[str]) -> str | None:
    """A figure that stands in the row and is none of the known ones."""
    return next((name for name in cells if name not in WHERE and name not in known), None)


def _figures(cells: Mapping[str, str]) -> Mapping[str, float]:
    told = {name: cell for name, cell in cells.items() if name not in WHERE}
    if not told:
        raise _RowRefused(Message("the row holds no figure"))
    return {name: _amount(name, cell) if name == "goal_value" else _count(name, cell) for name, cell in told.items()}


def _count(name: str, cell: str) -> int:
    if _COUNT.fullmatch(cell) is None:
        said = Message(
            "{column} cannot be {found}: write a whole number with digits alone, such as 1234", column=name, found=repr(cell[:40])
        )
        raise _RowRefused(said)
    if int(cell) > _MOST:
        raise _RowRefused(Message("{column} cannot be more than {most}", column=name, most=_MOST))
    return int(cell)


def _amount(name: str, cell: str) -> float:
    cents = hundredths(cell)
    if cents is None:
        raise _RowRefused(Message("{column} cannot be {found}: write money such as 450 or 450.50", column=name, found=repr(cell[:40])))
    return cents / 100


def _date(written: str) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None
