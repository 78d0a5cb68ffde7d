"""From a document (what JSON, YAML or a command's options say) to checked fields; every fault is told at once."""

from __future__ import annotations

import difflib
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, TypeVar
from urllib.parse import urlsplit

from evenly import durations
from evenly.fields.evergreen import Evergreen
from evenly.fields.values import (
    ACTIONS,
    AI,
    FITS,
    FORMATS,
    OFFERS,
    ORIGINS,
    FieldRefused,
    Fields,
    FieldsRefused,
    MediaField,
    is_name,
    printable,
)
from evenly.fields.when import When
from evenly.plugin import Message, Problem
from evenly.plugin.types import Json

T = TypeVar("T")

_DEEPEST = 16
_LONGEST_SHOWN = 60
_LARGEST_PRIORITY = 1_000_000
_YES = frozenset({"true", "yes", "1", "x"})
_NO = frozenset({"false", "no", "0", ""})


def read(document: Mapping[str, Any]) -> Fields:
    """The fields that `document` names, checked; keys that are no field become `extra`.

    Durations and times may be text or Python's own values, numbers and switches may be text. A key whose value is None says
    nothing. Raises FieldsRefused with every fault.
    """
    faults: list[Problem] = []
    values: dict[str, Any] = {}
    for name, reader in _READERS.items():
        if document.get(name) is not None:
            with_faults(faults, name, values, partial(reader, document[name]))
    with_faults(faults, None, values, partial(_extra, document))
    faults += _contradictions(values)
    if not faults and not _says_something(values):
        faults.append(Problem(Message("a post needs a text, media or a link"), "text"))
    if faults:
        raise FieldsRefused(faults)
    return Fields(**values)


def unknown(fields: Fields) -> tuple[str, ...]:
    """The keys that no field is called after."""
    return tuple(fields.extra)


def warnings(fields: Fields) -> tuple[Message, ...]:
    """What the person should know although the fields were taken."""
    return tuple(_unknown_key(str(key)) for key in unknown(fields))


def _unknown_key(key: str) -> Message:
    near = difflib.get_close_matches(key, NAMES, n=1)
    if near:
        return Message("{key} is not a field of a post; it is kept as it is (did you mean {near}?)", key=key, near=near[0])
    return Message("{key} is not a field of a post; it is kept as it is", key=key)


def with_faults(faults: list[Problem], name: str | None, values: dict[str, Any], reader: Callable[[], Any]) -> None:
    """Put what `reader` gives into `values[name]` (its items, without a name), or what it refuses into `faults`."""
    try:
        found = reader()
    except FieldRefused as refused:
        faults.append(Problem(refused.message, _path(name, refused.problem.field)))
    except FieldsRefused as refused:
        faults += [Problem(fault.message, _path(name, fault.field)) for fault in refused.faults]
    else:
        values.update({name: found} if name is not None else found)


def _path(name: str | None, inner: str | None) -> str | None:
    return "".join(step for step in (name, inner) if step) or None


def _refused(value: object, allowed: Message, field: str | None = None) -> FieldRefused:
    shown = f'"{value}"' if isinstance(value, str) else str(value)
    shown = shown if len(shown) <= _LONGEST_SHOWN else shown[: _LONGEST_SHOWN - 1] + "…"
    return FieldRefused(Message("{found} cannot stand here; write {allowed}", found=printable(shown), allowed=allowed), field)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise _refused(value, Message("text (in YAML, put it into quotes)"))
    if "\0" in value or any("\ud800" <= character <= "\udfff" for character in value):
        raise FieldRefused(Message("the text holds a character that no network can take (NUL, or half of a surrogate pair)"))
    return value.replace("\r\n", "\n").replace("\r", "\n")


def _line(value: object) -> str | None:
    """Text in which blank means that nothing was said."""
    return _text(value).strip() or None


def _name(value: object) -> str:
    if not isinstance(value, str) or not is_name(value.strip()):
        raise _refused(
            value,
            Message("a name: a lower-case letter, then letters, digits, - and _; not p followed by digits alone, which is a post"),
        )
    return value.strip()


def _label(value: object) -> str | None:
    return None if value == "" else _name(value)


def _word(allowed: Sequence[str], value: object) -> str:
    word = value.strip().lower().replace("_", "-") if isinstance(value, str) else value
    if word not in allowed:
        raise _refused(value, Message("one of {words}", words=", ".join(allowed)))
    return str(word)


def _offer(value: object) -> str | None:
    return None if value == "" else _word(OFFERS, value)


def _listed(value: object) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]


def _each(reader: Callable[[object], T], value: object) -> tuple[T, ...]:
    """Every item by `reader`; all the items' faults at once."""
    found: dict[str, Any] = {}
    faults: list[Problem] = []
    for position, item in enumerate(_listed(value)):
        with_faults(faults, f"[{position}]", found, partial(reader, item))
    if faults:
        raise FieldsRefused(faults)
    return tuple(found.values())


def _accounts(value: object) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(_each(_name, value)))
    if not names:
        raise FieldRefused(Message("name at least one account, or leave it out: then every account that can take the post gets it"))
    return names


def _actions(value: object) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_each(partial(_word, ACTIONS), value)))


def _by_account(reader: Callable[[object], T], value: object) -> dict[str, T]:
    if not isinstance(value, Mapping):
        raise _refused(value, Message("a value for each account, such as {{page: …}}"))
    found: dict[str, T] = {}
    faults: list[Problem] = []
    for account, item in value.items():
        with_faults(faults, f".{account}", found, partial(_for_account, reader, account, item))
    if faults:
        raise FieldsRefused(faults)
    return {name.removeprefix("."): each for name, each in found.items()}


def _for_account(reader: Callable[[object], T], account: object, item: object) -> T:
    _name(account)
    return reader(item)


def _link(value: object) -> str | None:
    link = _line(value)
    if link is None or _is_web_address(link):
        return link
    raise _refused(link, Message("a whole web address, such as https://atelier.example/rings"))


def _is_web_address(link: str) -> bool:
    try:
        address = urlsplit(link)
        whole = address.scheme in {"http", "https"} and bool(address.hostname) and address.port != 0
    except ValueError:
        return False
    return whole and address.username is None and not any(each.isspace() or not each.isprintable() for each in link)


def _media(value: object) -> MediaField:
    if isinstance(value, str):
        value = {"path": value}
    if not isinstance(value, Mapping) or not value.keys() <= {"path", "alt"}:
        raise _refused(value, Message("a file, or path and alt, such as {{path: ring.jpg, alt: A silver ring}}"))
    path = _line(value.get("path") or "")
    if path is None:
        raise FieldRefused(Message("a file's path is missing"), ".path")
    if "://" in path:
        raise _refused(path, Message("a file of this machine: pictures are not fetched from the web, so download it first"), ".path")
    alt = value.get("alt")
    return MediaField(path, "" if alt is None else _text(alt).strip())


def _some_text(value: object) -> str:
    text = _text(value)
    if not text.strip():
        raise FieldRefused(Message("there is no text here; leave it away altogether, or write one"))
    return text


def _duration(value: object) -> timedelta | None:
    if isinstance(value, timedelta):
        return _not_negative(value)
    if not isinstance(value, str):
        raise _refused(value, Message("a number and s, m, h, d or w, such as 10m, 3h or 7 days"))
    try:
        return durations.parse(value) if value.strip() else None
    except durations.DurationRefused as refused:
        raise FieldRefused(refused.message) from None


def _not_negative(value: timedelta) -> timedelta:
    if not timedelta() <= value <= durations.LONGEST:
        raise _refused(value, Message("a duration of 0 to 100 years"))
    return value


def _some_time(value: object) -> timedelta | None:
    duration = _duration(value)
    if duration is not None and not duration:
        raise FieldRefused(Message("it would be taken down at once: write more than no time"))
    return duration


def _when(value: object) -> When | None:
    if isinstance(value, date):
        value = value.isoformat()
    if not isinstance(value, str):
        raise _refused(value, Message("a time such as 2026-12-01T10:00"))
    return When.parse(value) if value.strip() else None


def _bound(time_of_day: str, value: object) -> When | None:
    """A time; a date alone means its first or its last second."""
    written = value.isoformat() if isinstance(value, date) else value
    if isinstance(written, str):
        try:
            return When.parse(f"{date.fromisoformat(written.strip()).isoformat()}T{time_of_day}")
        except ValueError as error:
            if isinstance(error, FieldRefused):
                raise
    return _when(written)


def _evergreen(value: object) -> Evergreen | None:
    if not isinstance(value, str):
        raise _refused(value, Message("how long it rests and how many times it is published: rest 60 days, 3 times"))
    return Evergreen.parse(value) if value.strip() else None


def _priority(value: object) -> int:
    try:
        number = int(value) if isinstance(value, str) else value
    except ValueError:
        number = None
    if isinstance(number, bool) or not isinstance(number, int) or abs(number) > _LARGEST_PRIORITY:
        raise _refused(value, Message("a whole number, the higher the earlier"))
    return number


def _switch(value: object) -> bool:
    word = str(value).strip().lower()
    if word in _YES | _NO and isinstance(value, str | bool | int):
        return word in _YES
    raise _refused(value, Message("true or false"))


def _options(value: object) -> dict[str, Json]:
    if not isinstance(value, Mapping):
        raise _refused(value, Message("names and values, such as {{visibility: unlisted}}"))
    return {_text(str(name)): _plain(each) for name, each in value.items()}


def _extra(document: Mapping[str, Any]) -> dict[str, dict[str, Json]]:
    kept = document.get("extra")
    loose = {key: value for key, value in document.items() if key not in NAMES and key != "extra"}
    if isinstance(kept, Mapping):
        loose = {**kept, **loose}
    elif kept is not None:
        loose["extra"] = kept
    found: dict[str, Json] = {}
    faults: list[Problem] = []
    for key, value in loose.items():
        with_faults(faults, _text(str(key)), found, partial(_plain, value))
    if faults:
        raise FieldsRefused(faults)
    return {"extra": found} if found else {}


def _plain(value: object, depth: int = 0) -> Json:
    """The value as JSON can hold it."""
    if depth > _DEEPEST:
        raise FieldRefused(Message("the values are nested too deeply"))
    if isinstance(value, Mapping):
        return {_text(str(key)): _plain(each, depth + 1) for key, each in value.items()}
    if isinstance(value, Iterable) and not isinstance(value, str | bytes):
        return [_plain(each, depth + 1) for each in (sorted(value, key=str) if isinstance(value, set | frozenset) else value)]
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if value is None or isinstance(value, bool | int) or (isinstance(value, float) and math.isfinite(value)):
        return value
    raise _refused(value, Message("text, numbers, true or false, lists or tables of these"))


def _contradictions(values: Mapping[str, Any]) -> list[Problem]:
    """Times that leave no time to publish, and wordings without use; times that only a zone could compare are left to the planner."""
    at, earliest, latest = (values.get(name) for name in ("at", "not_before", "not_after"))
    pairs = [(earliest, latest, "not_after", "not_before"), (earliest, at, "at", "not_before"), (at, latest, "at", "not_after")]
    problems = [
        Problem(Message("this time and {other} leave no moment to publish", other=other), field)
        for first, second, field, other in pairs
        if first is not None and second is not None and first.is_wall_time == second.is_wall_time and first.moment > second.moment
    ]
    if values.get("again") and values.get("evergreen") is None:
        problems.append(Problem(Message("further wordings are for a post that comes back: say `evergreen`, too"), "again"))
    return problems


def _says_something(values: Mapping[str, Any]) -> bool:
    return bool(values.get("text", "").strip() or any(values.get(name) for name in ("media", "link", "text_for")))


_READERS: Mapping[str, Callable[[object], Any]] = {
    "text": _text,
    "to": _accounts,
    "text_for": partial(_by_account, _some_text),
    "link": _link,
    "media": partial(_each, _media),
    "fit": partial(_word, FITS),
    "thread": partial(_each, _some_text),
    "first_comment": _line,
    "format": partial(_word, FORMATS),
    "origin": partial(_word, ORIGINS),
    "topic": _label,
    "campaign": _label,
    "offer": _offer,
    "actions": _actions,
    "effort": _duration,
    "at": _when,
    "not_before": partial(_bound, "00:00:00"),
    "not_after": partial(_bound, "23:59:59"),
    "take_down_after": _some_time,
    "priority": _priority,
    "ai": partial(_word, AI),
    "ad": _switch,
    "credit": _line,
    "draft": _switch,
    "evergreen": _evergreen,
    "again": partial(_each, _some_text),
    "options": partial(_by_account, _options),
}

NAMES = tuple(_READERS)  #: every field, in the order of the interface
