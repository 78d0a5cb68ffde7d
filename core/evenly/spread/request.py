"""A plan request and a plan file: planning without a workspace, from one JSON document to another."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any, get_args
from zoneinfo import ZoneInfo

from evenly.plugin import Message
from evenly.spread.planner import plan_all
from evenly.spread.reading import EARLY, Fault, Reader, shown_value, under
from evenly.spread.values import DEFAULT_WINDOWS, EVEN_WEEK, Account, Cadence, Period, Published, QueuedPost, Window
from evenly.spread.zones import known

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from evenly.spread.values import Placement, Plan

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_HOURS_OF_A_WEEK = 168
_STAGGER = 10
_YEAR = 366 * 1440
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")


class RequestRefused(ValueError):
    """The request cannot be planned. `faults` holds every fault with its place, such as `accounts[0].windows.mon`."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("\n".join(f"{path}: {message}" for path, message in faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Request:
    """Everything one plan follows from."""

    now: datetime
    accounts: tuple[Account, ...]
    posts: Mapping[str, tuple[QueuedPost, ...]]
    history: Mapping[str, tuple[Published, ...]]
    stagger: timedelta = timedelta(minutes=_STAGGER)


def read_request(document: object) -> Request:
    """Read the JSON of a plan request. Raises `RequestRefused` with every fault at once."""
    reader = Reader()
    table = reader.table("", document, ("now", "stagger_minutes", "accounts", "posts", "history"))
    if isinstance(document, dict):
        for key in ("now", "accounts"):
            if table.get(key) is None:
                reader.refuse(key, Message("This key is missing."))
    now = reader.moment("now", table["now"], None) if "now" in table else EARLY
    stagger = reader.whole("stagger_minutes", table.get("stagger_minutes", _STAGGER), 0, _STAGGER, 1440)
    accounts = [_account(reader, path, item) for path, item in reader.items("accounts", table.get("accounts", []))]
    _once(reader, "accounts", [account.id for account in accounts])
    zones = {account.id: account.zone for account in accounts}
    posts = [_post(reader, path, item, zones) for path, item in reader.items("posts", table.get("posts", []))]
    for name in zones:
        _once(reader, "posts", [post.id for account, post in posts if account == name])
    history = [_published(reader, path, item, zones) for path, item in reader.items("history", table.get("history", []))]
    if reader.faults:
        raise RequestRefused(reader.faults)
    return Request(
        now,
        tuple(accounts),
        {name: tuple(post for account, post in posts if account == name) for name in zones},
        {name: tuple(post for account, post in history if account == name) for name in zones},
        timedelta(minutes=stagger),
    )


def plan_request(request: Request) -> dict[str, Plan]:
    """The plan of every account of the request."""
    return plan_all(request.accounts, request.posts, request.now, history=request.history, stagger=request.stagger)


def plan_file(request: Request, plans: Mapping[str, Plan], shown: Callable[[Message], str] = str) -> list[dict[str, Any]]:
    """The plan file: posts in order of time with their account's true offset, then those without a time and why."""
    zones = {account.id: ZoneInfo(account.zone) for account in request.accounts}
    placed = sorted(
        (placement for plan in plans.values() for placement in plan.placements),
        key=lambda placement: (placement.time, placement.account, placement.id),
    )
    rows = [_row(placement, zones[placement.account]) for placement in placed]
    for name in sorted(plans):
        for post in sorted(plans[name].unplaced, key=lambda post: post.id):
            row = {"id": post.id, "account": name, "time": None, "kind": post.kind, "topic": post.topic}
            rows.append({**row, "pinned": post.pinned, "reason": shown(post.reason)})
    return rows


def _row(placement: Placement, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "id": placement.id,
        "account": placement.account,
        "time": placement.time.astimezone(zone).isoformat(),
        "kind": placement.kind,
        "topic": placement.topic,
        "pinned": placement.pinned,
    }


_ACCOUNT = (
    "id", "tz", "cadence", "windows", "blackouts", "min_gap_minutes", "mix", "topics", "audience", "tilt", "rotation", "brand",
)  # fmt: skip


def _account(reader: Reader, path: str, value: object) -> Account:
    table = reader.table(path, value, _ACCOUNT)
    windows = table.get("windows")
    gap = table.get("min_gap_minutes")
    brand = table.get("brand")
    read = Account(
        id=_name(reader, path, table, "id"),
        zone=_zone(reader, f"{path}.tz", table.get("tz", "UTC")),
        cadence=_cadence(reader, f"{path}.cadence", table.get("cadence", {})),
        windows=DEFAULT_WINDOWS if windows is None else _windows(reader, f"{path}.windows", windows),
        blackouts=tuple(_blackouts(reader, f"{path}.blackouts", table.get("blackouts", []))),
        gap=None if gap is None else timedelta(minutes=reader.whole(f"{path}.min_gap_minutes", gap, 0, 0, _YEAR)),
        rotation=float(reader.number(f"{path}.rotation", table.get("rotation", 1), 1)),
        mix=_shares(reader, f"{path}.mix", table.get("mix", {})),
        topics=_shares(reader, f"{path}.topics", table.get("topics", {})),
        audience=_audience(reader, f"{path}.audience", table["audience"]) if "audience" in table else None,
        tilt=float(reader.number(f"{path}.tilt", table.get("tilt", 1), 1)),
        brand=None if brand is None else reader.text(f"{path}.brand", brand),
    )
    if any(read.windows) and not any(map(_reach, read.cadence.weights, read.windows)):
        reader.refuse(f"{path}.cadence.weekday_weights", Message("No weekday with a window has a weight above 0."))
    return read


def _reach(weight: Fraction, windows: tuple[Window, ...]) -> bool:
    return bool(weight and windows)


def _name(reader: Reader, path: str, table: dict[str, Any], key: str) -> str:
    if key in table:
        return reader.text(under(path, key), table[key])
    reader.refuse(under(path, key), Message("This key is missing."))
    return ""


def _zone(reader: Reader, path: str, value: object) -> str:
    if isinstance(value, str) and known(value):
        return value
    message = Message("{found} is no time zone of the IANA list; one is Europe/Paris.", found=shown_value(value))
    reader.refuse(path, message)
    return "UTC"


def _cadence(reader: Reader, path: str, value: object) -> Cadence:
    table = reader.table(path, value, ("count", "per", "weekday_weights"))
    per = table.get("per", "day")
    if per not in get_args(Period):
        reader.refuse(f"{path}.per", Message("{found} is not one of day, week, month.", found=shown_value(per)))
        per = "day"
    weights = list(EVEN_WEEK)
    for key, item in _weekdays(reader, f"{path}.weekday_weights", table.get("weekday_weights", {})):
        weights[key] = reader.number(f"{path}.weekday_weights.{WEEKDAYS[key]}", item, 1000)
    return Cadence(reader.whole(f"{path}.count", table.get("count", 1), 1, 1, 1440), per, tuple(weights))


def _weekdays(reader: Reader, path: str, value: object) -> Iterator[tuple[int, Any]]:
    for key, item in reader.table(path, value, WEEKDAYS).items():
        yield WEEKDAYS.index(key), item


def _windows(reader: Reader, path: str, value: object) -> tuple[tuple[Window, ...], ...]:
    week: list[tuple[Window, ...]] = [()] * 7
    faults = len(reader.faults)
    for weekday, items in _weekdays(reader, path, value):
        place = f"{path}.{WEEKDAYS[weekday]}"
        week[weekday] = tuple(window for inside, item in reader.items(place, items) for window in _window(reader, inside, item))
    if not any(week) and len(reader.faults) == faults:
        reader.refuse(path, Message('At least one weekday needs a window, such as ["08:00", "20:00"].'))
    return tuple(week)


def _window(reader: Reader, path: str, value: object) -> Iterator[Window]:
    if isinstance(value, list) and len(value) == 2 and all(isinstance(item, str) for item in value):  # noqa: PLR2004 (a pair)
        start, end = _wall(value[0]), _wall("00:00" if value[1] == "24:00" else value[1])
        if start is not None and end is not None:
            if start != end or start == time(0):
                yield start, end
                return
            reader.refuse(path, Message("The window {found} holds no minute: its start is its end.", found=shown_value(value)))
            return
    message = Message('A window such as ["08:00", "20:00"] is expected here, not {found}.', found=shown_value(value))
    reader.refuse(path, message)


def _wall(text: str) -> time | None:
    found = _CLOCK.fullmatch(text)
    return time(int(found[1]), int(found[2])) if found else None


def _blackouts(reader: Reader, path: str, value: object) -> Iterator[date | tuple[date, date]]:
    for place, item in reader.items(path, value):
        if not isinstance(item, list):
            yield reader.date(place, item)
        elif len(item) != 2:  # noqa: PLR2004 (a pair)
            reader.refuse(place, Message("A range of dates has a first and a last date, not {found}.", found=shown_value(item)))
        else:
            first, last = (reader.date(f"{place}[{i}]", day) for i, day in enumerate(item))
            if first > last:
                reader.refuse(place, Message("The range of dates {found} ends before it starts.", found=shown_value(item)))
            yield first, last


def _shares(reader: Reader, path: str, value: object) -> dict[str, Fraction]:
    if not isinstance(value, dict):
        reader.refuse(path, Message("An object is expected here, not {found}.", found=shown_value(value)))
        return {}
    shares = {name: reader.number(f"{path}.{name}", share, 1) for name, share in value.items()}
    if sum(shares.values()) > 1:
        total = float(sum(shares.values()))
        reader.refuse(path, Message("The shares add up to {total}; together they can be 1 at most.", total=f"{total:g}"))
    return shares


def _audience(reader: Reader, path: str, value: object) -> tuple[float, ...]:
    weights = tuple(float(reader.number(place, item)) for place, item in reader.items(path, value))
    if isinstance(value, list) and len(weights) != _HOURS_OF_A_WEEK:
        expected = Message(
            "168 numbers are expected here, one for each hour of the week from Monday 00:00, not {found}.", found=len(weights)
        )
        reader.refuse(path, expected)
    elif isinstance(value, list) and not any(weights):
        reader.refuse(path, Message("At least one hour of the week needs a weight above 0."))
    return weights


_POST = ("id", "account", "kind", "topic", "seq", "priority", "pinned_at", "not_before", "expires")


def _post(reader: Reader, path: str, value: object, zones: Mapping[str, str]) -> tuple[str, QueuedPost]:
    table = reader.table(path, value, _POST)
    account = _known_account(reader, path, table, zones)
    zone = zones.get(account, "UTC")
    times = {key: reader.moment(f"{path}.{key}", table[key], zone) for key in ("pinned_at", "not_before", "expires") if key in table}
    post = QueuedPost(
        _name(reader, path, table, "id"),
        _label(reader, path, table, "kind"),
        _label(reader, path, table, "topic"),
        reader.whole(f"{path}.seq", table.get("seq", 0), None, 0),
        reader.whole(f"{path}.priority", table.get("priority", 0), None, 0),
        pinned_at=times.get("pinned_at"),
        not_before=times.get("not_before"),
        expires=times.get("expires"),
    )
    return account, post


def _published(reader: Reader, path: str, value: object, zones: Mapping[str, str]) -> tuple[str, Published]:
    table = reader.table(path, value, ("account", "time", "kind", "topic"))
    account = _known_account(reader, path, table, zones)
    if "time" not in table:
        reader.refuse(f"{path}.time", Message("This key is missing."))
    when = reader.moment(f"{path}.time", table["time"], zones.get(account, "UTC")) if "time" in table else EARLY
    return account, Published(when, _label(reader, path, table, "kind"), _label(reader, path, table, "topic"))


def _known_account(reader: Reader, path: str, table: dict[str, Any], zones: Mapping[str, str]) -> str:
    account = _name(reader, path, table, "account")
    if account and account not in zones:
        names = ", ".join(zones) or "-"
        reader.refuse(f"{path}.account", Message("No account is called {name}; there are: {names}.", name=account, names=names))
    return account


def _label(reader: Reader, path: str, table: dict[str, Any], key: str) -> str | None:
    return reader.text(under(path, key), table[key]) if key in table else None


def _once(reader: Reader, path: str, names: list[str]) -> None:
    for name, count in Counter(names).items():
        if name and count > 1:
            reader.refuse(path, Message("The id {name} stands here {count} times; each may stand once.", name=name, count=count))
