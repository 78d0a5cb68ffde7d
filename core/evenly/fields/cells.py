"""The fields as the cells of a CSV row, and back: nothing is lost on the way."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from evenly.fields.reading import NAMES
from evenly.fields.values import Fields, FieldsRefused
from evenly.fields.writing import as_document
from evenly.plugin import Message, Problem

COLUMNS = (
    *("text", "to", "link", "media", "alt", "fit", "thread", "first_comment", "format", "origin", "topic", "campaign"),
    *("offer", "actions", "effort", "at", "not_before", "not_after", "take_down_after", "priority", "ai", "ad", "credit", "draft"),
    *("evergreen", "again"),
)
"""The columns every row may fill; beside them `text_for_ACCOUNT`, `options_ACCOUNT`, and the keys that nobody knows."""

_TEXT_FOR, _OPTIONS, _EXTRA = "text_for_", "options_", "extra"
_LISTS = ("to", "actions", "media", "alt")
_TEXTS = ("thread", "again")
_DIVIDER = "\n---\n"
_LOOKS_LIKE_DIVIDER = re.compile(r"^(\\*)---$", re.MULTILINE)
_LOOKS_ESCAPED = re.compile(r"^\\(\\*---)$", re.MULTILINE)
_PIECES = re.compile(r"\\[;\\]|;|[^;\\]+|\\")
_ESCAPED = ("\\;", "\\\\")
_FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")  # https://owasp.org/www-community/attacks/CSV_Injection


def guarded(cell: str) -> str:
    """The cell with an apostrophe in front where a spreadsheet would take it for a formula."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def unguarded(cell: str) -> str:
    """What `guarded` was given."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def as_cells(fields: Fields) -> dict[str, str]:
    """The fields by column; what was not said has none. Cells are not guarded yet."""
    document = as_document(fields)
    extra = document.pop("extra", {})
    cells = {_TEXT_FOR + account: text for account, text in document.pop("text_for", {}).items()}
    cells |= {_OPTIONS + account: json.dumps(given, ensure_ascii=False) for account, given in document.pop("options", {}).items()}
    media = document.pop("media", [])
    document |= {"media": [each["path"] for each in media]} if media else {}
    document |= {"alt": [each["alt"] for each in media]} if any(each["alt"] for each in media) else {}
    cells |= {name: _as_cell(name, value) for name, value in document.items()}
    own = {key: value for key, value in extra.items() if _may_be_a_column(key, value)}
    rest = {key: value for key, value in extra.items() if key not in own}
    return cells | own | ({_EXTRA: json.dumps(rest, ensure_ascii=False)} if rest else {})


def from_cells(cells: Mapping[str, str]) -> dict[str, Any]:
    """The document, as `read` takes it, that the cells of a row make; blank cells say nothing. Raises FieldsRefused."""
    document: dict[str, Any] = {}
    faults: list[Problem] = []
    for column, cell in cells.items():
        if cell:
            _take(document, column, cell, faults)
    alts = document.pop("alt", [])
    if "media" in document:
        described = alts + [""] * len(document["media"])
        document["media"] = [{"path": path, "alt": alt} for path, alt in zip(document["media"], described, strict=False)]
    if len(alts) > len(document.get("media", [])):
        faults.append(Problem(Message("there are more texts than files in `media`"), "alt"))
    if faults:
        raise FieldsRefused(faults)
    return document


def known_column(header: str) -> str | None:
    """The column that a header means, however its letters are cased; None for one that is no field."""
    folded = header.strip().casefold()
    if folded in COLUMNS or folded == _EXTRA:
        return folded
    for prefix in (_TEXT_FOR, _OPTIONS):
        if folded.startswith(prefix):
            return prefix + header.strip()[len(prefix) :]
    return None


def _as_cell(name: str, value: Any) -> str:
    if name in _TEXTS:
        return _DIVIDER.join(_LOOKS_LIKE_DIVIDER.sub(r"\\\1---", text) for text in value)
    if isinstance(value, list):
        return _joined(value)
    return json.dumps(value) if isinstance(value, bool | int) else str(value)


def _take(document: dict[str, Any], column: str, cell: str, faults: list[Problem]) -> None:
    if column.startswith(_TEXT_FOR):
        document.setdefault("text_for", {})[column.removeprefix(_TEXT_FOR)] = cell
    elif column.startswith(_OPTIONS) or column == _EXTRA:
        _take_json(document, column, cell, faults)
    elif column in _TEXTS:
        texts = cell.replace("\r\n", "\n").split(_DIVIDER)
        document[column] = [_LOOKS_ESCAPED.sub(r"\1", text) for text in texts]
    elif column in _LISTS:
        document[column] = _parted(cell)
    elif column in NAMES:
        document[column] = cell
    else:
        document.setdefault("extra", {})[column] = cell


def _take_json(document: dict[str, Any], column: str, cell: str, faults: list[Problem]) -> None:
    try:
        value = json.loads(cell)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        faults.append(Problem(Message('the cell has to be a JSON object, such as {{"visibility": "unlisted"}}'), column))
    elif column == _EXTRA:
        document[_EXTRA] = value | document.get(_EXTRA, {})
    else:
        document.setdefault("options", {})[column.removeprefix(_OPTIONS)] = value


def _may_be_a_column(key: str, value: object) -> bool:
    return isinstance(value, str) and value != "" and key != "" and key == key.strip() and known_column(key) is None and key not in NAMES


def _joined(items: Iterable[str]) -> str:
    return ";".join(item.replace("\\", "\\\\").replace(";", "\\;") for item in items)


def _parted(cell: str) -> list[str]:
    """The items between semicolons, those that were escaped restored; blank ones at the end do not count."""
    items = [""]
    for piece in _PIECES.findall(cell):
        if piece == ";":
            items.append("")
        else:
            items[-1] += piece[1:] if piece in _ESCAPED else piece
    items = [item.strip() for item in items]
    while items and not items[-1]:
        items.pop()
    return items
