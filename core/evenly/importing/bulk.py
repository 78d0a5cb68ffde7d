"""Rows of other schedulers' files become posts, by their layout."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from evenly.fields import When
from evenly.importing import times
from evenly.importing.layouts import FORMATS, Column, Layout, folded
from evenly.importing.rows import Row, row_of
from evenly.importing.tabular import Record
from evenly.plugin import Message

_ON = frozenset({"true", "yes", "1", "x"})
_OFF = frozenset({"", "false", "no", "0"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What of the workspace a foreign file may mean."""

    accounts: Mapping[str, Sequence[str]] = field(default_factory=dict)  #: by network
    topics: Mapping[str, str] = field(default_factory=dict)  #: names, by name and title in small letters
    zone: str = "UTC"  #: the brand's


@dataclass(slots=True)
class _Cells:
    """A row's cells, by what they mean."""

    single: dict[str, str] = field(default_factory=dict)
    several: dict[str, list[str]] = field(default_factory=dict)
    networks: list[str] = field(default_factory=list)
    kept: dict[str, Any] = field(default_factory=dict)  #: what no field of ours can hold, by the tool's own names
    warnings: list[Message] = field(default_factory=list)


def rows(layout: Layout, header: Sequence[str], records: Sequence[Record], *, known: Known, where: str, folder: Path) -> list[Row]:
    """Every record as a row. Media that are web addresses are not fetched: they are kept under `remote_media` and named."""
    columns = [(name, layout.columns.get(folded(name))) for name in header]
    order = _order(layout, columns, records)
    found = []
    for record in records:
        about: dict[str, Any] = {"where": where, "line": record.line, "folder": folder}
        if record.broken is not None:
            found.append(Row(reason=record.broken, **about))
        elif len(record.cells) > len(columns) and any(cell.strip() for cell in record.cells[len(columns) :]):
            found.append(Row(reason=_too_many(record, columns), **about))
        else:
            found.append(_row(_sorted_out(columns, record), layout, order, known, about))
    return found


def _too_many(record: Record, columns: Sequence[object]) -> Message:
    return Message(
        "the row has {found} cells, the header {expected}: put cells that hold the delimiter into quotes",
        found=len(record.cells),
        expected=len(columns),
    )


def _sorted_out(columns: Sequence[tuple[str, Column | None]], record: Record) -> _Cells:
    cells = _Cells()
    for (name, column), cell in zip(columns, record.cells, strict=False):
        value = cell.strip()
        if column is None:
            if value.casefold() not in _OFF:
                cells.kept[name.strip()] = value
        elif column.meaning == "network":
            if value.casefold() in _ON:
                cells.networks.append(column.network or "")
        elif column.meaning in {"media", "alt", "labels", "comments", "link"} or column.separator:
            _add(cells, column, value)
        elif value:
            cells.single.setdefault(column.meaning, value)
    return cells


def _add(cells: _Cells, column: Column, value: str) -> None:
    items = [item.strip() for item in value.split(column.separator)] if column.separator else [value]
    # Texts about pictures keep their place beside the pictures even where one is missing.
    wanted = items if column.meaning in {"alt", "text"} else [item for item in items if item]
    cells.several.setdefault(column.meaning, []).extend(wanted)


def _row(cells: _Cells, layout: Layout, order: bool | None, known: Known, about: dict[str, Any]) -> Row:
    document: dict[str, Any] = {"draft": cells.single.get("draft", "").casefold() in _ON}
    missing = _accounts(document, cells, known)
    if missing is not None:
        return Row(reason=missing, **about)
    _texts(document, cells)
    _media(document, cells)
    _labels(document, cells, known)
    _format(document, cells)
    wish = _wish(cells, layout, order, known)
    if "title" in cells.single:
        cells.kept["title"] = cells.single["title"]
    if cells.kept:
        document["extra"] = cells.kept
    row = row_of(document, wish=wish, **about)
    return replace(row, warnings=tuple(cells.warnings))


def _accounts(document: dict[str, Any], cells: _Cells, known: Known) -> Message | None:
    """Put the accounts of the networks that the row names into the document, or say that there are none."""
    names = [account for network in cells.networks for account in known.accounts.get(network, ())]
    without = [network for network in cells.networks if not known.accounts.get(network)]
    told = Message("evenly.toml has no account of {networks}; name accounts with --to", networks=", ".join(without))
    if without and not names:
        return told
    if without:
        cells.warnings.append(told)
    if names:
        document["to"] = names
    return None


def _texts(document: dict[str, Any], cells: _Cells) -> None:
    texts = cells.several.get("text") or [cells.single.get("text", "")]
    document["text"] = texts[0]
    # In Publer's older template the captions of the pictures follow the text.
    cells.several.setdefault("alt", []).extend(texts[1:])
    links = cells.several.get("link", [])
    comments = cells.several.get("comments", [])
    document |= {"link": links[0]} if links else {}
    document |= {"first_comment": comments[0]} if comments else {}
    for name, others in (("links", links[1:]), ("comments", comments[1:])):
        if others:
            cells.kept[name] = others
            cells.warnings.append(Message("a post has one of {name}; the others are kept in `extra` only", name=name))


def _media(document: dict[str, Any], cells: _Cells) -> None:
    files = cells.several.get("media", [])
    alts = cells.several.get("alt", []) + [""] * len(files)
    described = [{"path": path, "alt": alt} for path, alt in zip(files, alts, strict=False)]
    remote = [each for each in described if "://" in each["path"]]
    if remote:
        cells.kept["remote_media"] = remote
        addresses = ", ".join(each["path"] for each in remote)
        cells.warnings.append(Message("pictures are not fetched from the web; download and add: {addresses}", addresses=addresses))
    document["media"] = [each for each in described if each not in remote]


def _labels(document: dict[str, Any], cells: _Cells, known: Known) -> None:
    labels = cells.several.get("labels", [])
    topics = [known.topics[label.casefold()] for label in labels if label.casefold() in known.topics]
    if topics:
        document["topic"] = topics[0]
    if labels and len(labels) > len(topics[:1]):
        cells.kept["labels"] = labels


def _format(document: dict[str, Any], cells: _Cells) -> None:
    written = cells.single.get("format", "")
    if written.casefold() in FORMATS:
        document["format"] = FORMATS[written.casefold()]
    elif written:
        cells.kept["format"] = written


def _wish(cells: _Cells, layout: Layout, order: bool | None, known: Known) -> When | None:
    date, clock = cells.single.get("date"), cells.single.get("clock")
    written = cells.single.get("time") or (f"{date} {clock}" if date and clock else date)
    if not written:
        return None
    moment = None if order is None else times.parse(written, day_first=order)
    if moment is None:
        cells.kept["wished_at"] = written
        why = Message("{written} is not read as a time; the post has none. Write it as 2026-12-01 10:00", written=written)
        cells.warnings.append(why if order is not None else _ambiguous(written))
        return None
    return _as_written(moment, ZoneInfo(known.zone) if layout.brand_zone else None)


def _as_written(moment: datetime, zone: ZoneInfo | None) -> When:
    if zone is not None and moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone)
    return When(moment.isoformat(timespec="minutes"))


def _ambiguous(written: str) -> Message:
    return Message(
        "{written} may begin with the day or with the month, and no other row tells; the post has no time. Write it as 2026-12-31 10:00",
        written=written,
    )


def _order(layout: Layout, columns: Sequence[tuple[str, Column | None]], records: Sequence[Record]) -> bool | None:
    """Whether the day stands before the month in this file; None where both would do and mean different times."""
    if layout.day_first is not None:
        return layout.day_first
    place = next(number for number, (_, column) in enumerate(columns) if column is not None and column.meaning == "time")
    written = [record.cells[place] for record in records if len(record.cells) > place and record.cells[place].strip()]
    known = [value for value in written if times.parse(value) or times.parse(value, day_first=True)]
    possible = [day_first for day_first in (False, True) if times.can_be(known, day_first=day_first)]
    same = all(times.parse(value) == times.parse(value, day_first=True) for value in known)
    return possible[0] if len(possible) == 1 or (possible and same) else None
