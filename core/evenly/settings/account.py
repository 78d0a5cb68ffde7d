"""`[accounts.NAME]`: one place of the brand on a network."""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cached_property
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, PlainValidator, ValidationInfo, field_validator

from evenly.plugin import Message
from evenly.settings import calendar
from evenly.settings.calendar import Cadence, Dates, Hours, Missed, Window
from evenly.settings.faults import Refused
from evenly.settings.table import Duration, Name, Table, Text, Zone


def _api(written: str) -> str:
    """Scheme, host and port, without a slash at the end."""
    try:
        address = urlsplit(written)
        bare = address.path in {"", "/"} and not (address.query or address.fragment or address.username or address.password)
        if address.scheme in {"http", "https"} and address.hostname and address.port != 0 and bare:
            return written.rstrip("/")
    except ValueError:
        pass
    raise Refused(Message('scheme, host and port alone, such as "http://127.0.0.1:9000"'))


def _weight(weight: float) -> float:
    if weight < 0:
        raise Refused(Message("a weight of 0 or more"))
    return weight


Weekday = Annotated[int, PlainValidator(calendar.weekday)]
Weight = Annotated[float, AfterValidator(_weight)]

_EVERY_DAY = Window(tuple(range(7)), calendar.window("Mon-Sun 08:00-20:00").hours)


class Account(Table):
    """What `evenly.toml` says of one account."""

    network: Name
    timezone: Zone | None = None  #: None: the brand's
    cadence: Annotated[Cadence, PlainValidator(calendar.cadence)] = Field(default=Cadence(1, "day"), validate_default=False)
    windows: tuple[Annotated[Window, PlainValidator(calendar.window)], ...] = Field(default=(_EVERY_DAY,), validate_default=False)
    weekdays: dict[Weekday, Weight] = Field(default_factory=dict)
    gap: Duration | None = None  #: None: half the ideal gap
    blackouts: tuple[Annotated[Dates, PlainValidator(calendar.dates)], ...] = ()
    holidays: Annotated[str, AfterValidator(calendar.country_with_holidays)] | None = None
    missed: Annotated[Missed, PlainValidator(calendar.missed)] = Field(
        default=Missed("publish", timedelta(hours=6)), validate_default=False
    )
    on_unknown: Literal["ask", "resend", "drop"] = "ask"
    audience: Literal["learnt"] | None = None
    api: Annotated[Text, AfterValidator(_api)] | None = None
    own: dict[str, Any] = Field(default_factory=dict)  #: the network's own settings, as written and checked; `load` fills it

    @cached_property
    def hours(self) -> Mapping[int, tuple[Hours, ...]]:
        """The open hours by weekday (0 is Monday), in order and without overlap; days that are never open are left out."""
        return calendar.hours_by_weekday(self.windows)

    @cached_property
    def weights(self) -> Mapping[int, float]:
        """The weight of each weekday that is ever open."""
        return calendar.weights(self.weekdays, self.hours)

    def holiday_dates(self, years: range) -> frozenset[date]:
        """The national holidays of those years that are blackouts; none without `holidays`."""
        return calendar.holiday_dates(self.holidays, years) if self.holidays else frozenset()

    @field_validator("windows")
    @classmethod
    def _windows_keep_to_their_days(cls, windows: tuple[Window, ...]) -> tuple[Window, ...]:
        if not windows:
            raise Refused(Message('at least one window, such as ["Mon-Fri 08:00-20:00"]'))
        calendar.hours_by_weekday(windows)
        return windows

    @field_validator("weekdays")
    @classmethod
    def _some_day_counts(cls, weekdays: dict[int, float], info: ValidationInfo) -> dict[int, float]:
        if "windows" in info.data:
            calendar.weights(weekdays, calendar.hours_by_weekday(info.data["windows"]))
        return weekdays
