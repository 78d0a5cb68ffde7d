"""What all tables of `evenly.toml` share: frozen, strict, and the kinds of values that stand in them."""

import re
from datetime import timedelta
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, StringConstraints

from evenly import durations
from evenly.plugin import Message
from evenly.settings.faults import Refused, in_toml

_NAME = re.compile(r"(?!p\d+$)[a-z][A-Za-z0-9_-]*")
_LINKS_INTO_THE_SYSTEM = frozenset({"localtime", "posixrules", "Factory"})


class Table(BaseModel):
    """A table whose keys are all known and whose values are of exactly the type that is asked for."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, validate_default=True, allow_inf_nan=False)


def _name(name: str) -> str:
    if _NAME.fullmatch(name) is None:
        raise Refused(
            Message("a name: a lower-case letter, then letters, digits, - and _; not p followed by digits alone, which is a post")
        )
    return name


def _duration(written: object) -> timedelta:
    if isinstance(written, timedelta):
        return written
    if not isinstance(written, str):
        raise Refused(Message('a duration in quotes, such as "10m", "3h" or "7 days"'))
    try:
        return durations.parse(written)
    except durations.DurationRefused:
        raise Refused(Message('a number and s, m, h, d or w, such as "10m", "3h" or "7 days"')) from None


def _some_time(duration: timedelta) -> timedelta:
    if not duration:
        raise Refused(Message("more than no time"))
    return duration


def _zone(name: str) -> str:
    from zoneinfo import ZoneInfo, available_timezones

    try:
        # Beside the zones, a system's folder holds copies ("right/…" with leap seconds) and links to its own zone.
        if name not in _LINKS_INTO_THE_SYSTEM and not name.startswith(("right/", "posix/")):
            return ZoneInfo(name).key
    except (LookupError, ValueError, OSError):
        pass
    import difflib

    near = difflib.get_close_matches(name, available_timezones(), n=1)
    raise Refused(Message("an IANA time zone, such as {example}", example=in_toml(near[0] if near else "Europe/Paris")))


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Name = Annotated[str, AfterValidator(_name)]
Zone = Annotated[str, AfterValidator(_zone)]  #: IANA, and known to this machine
Duration = Annotated[timedelta, BeforeValidator(_duration)]
SomeTime = Annotated[Duration, AfterValidator(_some_time)]  #: longer than nothing
