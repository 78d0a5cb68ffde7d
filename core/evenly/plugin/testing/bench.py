"""One plugin on the bench: its stand-in on a socket, a clock that is moved by hand, and its hooks called as the core calls them."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from evenly.plugin.errors import NetworkError, OutcomeUnknown, TryLater
from evenly.plugin.http import Http, Visible
from evenly.plugin.testing import samples
from evenly.plugin.testing.serving import VISIBLE, Behaviour, Fault, Served
from evenly.plugin.types import (
    Absent,
    Account,
    CannotTell,
    Found,
    Limits,
    Media,
    Network,
    Part,
    Prepared,
    Published,
    RemotePost,
    StandIn,
)

if TYPE_CHECKING:
    from pathlib import Path

    import httpx

SETTLE = timedelta(seconds=150)
"""How long the core waits, as a rule, before it looks for a post whose answer was lost."""

_MOST_STEPS = 200
_PATIENCE = timedelta(seconds=10)


@dataclass
class SteppedClock:
    """A clock that moves when it is told to. Its first moment is a Monday."""

    moment: datetime = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    elapsed: float = 0.0

    def now(self) -> datetime:
        return self.moment

    def monotonic(self) -> float:
        return self.elapsed

    def advance(self, by: timedelta) -> None:
        self.moment += by
        self.elapsed += by.total_seconds()

    def advance_to(self, moment: datetime | timedelta) -> None:
        """Move on to a moment, or by a span, as `look_again` gives them; never back."""
        span = moment if isinstance(moment, timedelta) else moment - self.moment
        self.advance(max(span, timedelta(0)))


class Hooks:
    """A plugin's hooks, each given those of the offered arguments that it asks for."""

    def __init__(self, plugin: Any) -> None:
        self.plugin = plugin

    def offers(self, hook: str) -> bool:
        return getattr(getattr(self.plugin, hook, None), "evenly_impl", None) is not None

    def call(self, hook: str, /, **offered: Any) -> Any:
        function = getattr(self.plugin, hook)
        asked = inspect.signature(function).parameters
        return function(**{name: value for name, value in offered.items() if name in asked})


class Watched(Http):
    """The client of a plugin on the bench: marks the visible call, and notices a post that any other call makes public."""

    def __init__(self, public: Callable[[], Sequence[RemotePost]], **keywords: Any) -> None:
        super().__init__(**keywords)
        self._public = public
        self.visible_calls = 0
        self.requests = 0
        self.leaks: list[str] = []  #: repeatable calls that made something public

    def send_once(self, request: httpx.Request, **keywords: Any) -> httpx.Response:
        self.visible_calls += 1
        self.requests += 1
        request.headers[VISIBLE] = "1"
        return super().send_once(request, **keywords)

    def send_repeatable(self, request: httpx.Request, **keywords: Any) -> httpx.Response:
        self.requests += 1
        before = len(self._public())
        try:
            return super().send_repeatable(request, **keywords)
        finally:
            if len(self._public()) > before:
                self.leaks.append(f"{request.method} {request.url.path}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """Everything that stays the same in every attempt at one part."""

    account: Account
    part: Part
    prepared: Prepared
    thread: tuple[Published, ...]
    key: str
    first_attempt: datetime


@dataclass
class Bench:
    """What a promise is tried on. Times are virtual, sockets are real."""

    hooks: Hooks
    network: Network
    clock: SteppedClock
    stand_in: StandIn
    served: Served
    accounts: Sequence[Account]
    folder: Path
    hosted_at: str | None = None  #: where the files of `folder` can be fetched
    said: list[str] = field(default_factory=list)  #: the texts of all errors so far
    last: Watched | None = None  #: the client of the latest step
    _keys: int = 0
    _known: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        self._known = frozenset(remote.remote_id for remote in self.stand_in.public())

    @property
    def account(self) -> Account:
        return self.accounts[0]

    @property
    def limits(self) -> Limits:
        """The account's own limits where `look` told them, else the network's."""
        state = self.account.state
        return state.limits if state is not None and state.limits is not None else self.network.limits

    @property
    def repeat_safe(self) -> Mapping[Any, timedelta]:
        state = self.account.state
        return state.repeat_safe if state is not None and state.repeat_safe is not None else self.network.repeat_safe

    @property
    def settle(self) -> timedelta:
        """How long to wait before reading back: the core's settle time, or the lag that the network declares."""
        return max(SETTLE, self.repeat_safe.get("read-back", SETTLE))

    def world(self) -> list[RemotePost]:
        """What the world sees now, without what the stand-in began with."""
        return [remote for remote in self.stand_in.public() if remote.remote_id not in self._known]

    def world_later(self) -> list[RemotePost]:
        """What the world sees when slow media have been worked off."""
        self.clock.advance(timedelta(minutes=15))
        return self.world()

    def part(self, text: str, **fields: Any) -> Part:
        """A part with this text, and with a picture or a video where the network insists on one."""
        if "media" not in fields and self.limits.media_needed and fields.get("kind", "post") == "post":
            fields["media"] = (self.picture(1),) if self.limits.pictures else (self.video(),)
        formats = self.limits.formats
        return Part(text=text, format="post" if "post" in formats else min(formats), language="en", **fields)

    def picture(self, number: int) -> Any:
        return self._hosted(samples.picture(self.folder, number, self.limits))

    def video(self) -> Any:
        shortest = self.limits.video.seconds[0] if self.limits.video.seconds else 0.0
        return self._hosted(samples.video(self.folder, max(5.0, shortest)))

    def _hosted(self, media: Media) -> Media:
        """With an address, where the network fetches this kind of media itself."""
        if self.hosted_at is None or media.kind not in self.limits.hosted:
            return media
        return replace(media, url=f"{self.hosted_at}/{media.path.name}")

    @contextmanager
    def http(self, **keywords: Any) -> Iterator[Watched]:
        """The client of one step, talking to the served stand-in whatever host is asked for."""
        settings = {"clock": self.clock, "network": self.network, "api": self.served.url, "timeout": _PATIENCE} | keywords
        with Watched(self.stand_in.public, **settings) as http:
            self.last = http
            try:
                yield http
            except NetworkError as error:
                self.said.append(str(error))
                raise
            except Exception as error:
                self.said.append(f"{type(error).__name__}: {error}")
                raise

    def ask(self, hook: str, *, account: Account | None = None, **arguments: Any) -> Any:
        """Call a hook that needs an account and the network."""
        with self.http() as http:
            return self.hooks.call(hook, account=account or self.account, http=http, **arguments)

    def attempt(self, part: Part, thread: Sequence[Published] = (), *, account: Account | None = None) -> Attempt:
        """Prepare a part and write down the intent to publish it."""
        account = account or self.account
        prepared = self.prepare(part, thread, account=account)
        self._keys += 1
        return Attempt(
            account=account,
            part=part,
            prepared=prepared,
            thread=tuple(thread),
            key=f"5b1c0f4e-0000-4000-8000-{self._keys:012d}",
            first_attempt=self.clock.now(),
        )

    def prepare(self, part: Part, thread: Sequence[Published] = (), *, account: Account | None = None, twice: bool = False) -> Prepared:
        """Call `prepare` until it is ready, moving the clock on as it asks; `twice`: as if each first result had been lost."""
        if not self.hooks.offers("prepare"):
            return Prepared()
        so_far: Prepared | None = None
        for _ in range(_MOST_STEPS):
            if twice:
                self._prepare_step(part, so_far, thread, account)
            so_far = self._prepare_step(part, so_far, thread, account)
            if so_far.ready:
                return so_far
            if so_far.look_again is None:
                assert part.position > 0, "prepare answered look_again=None, which means 'when the parent is out', for a part without one"
                assert not thread, "prepare answered look_again=None although the parent is out: this part would wait for ever"
                return so_far
            self.clock.advance_to(so_far.look_again)
        raise AssertionError(f"prepare was not ready after {_MOST_STEPS} steps")

    def _prepare_step(self, part: Part, so_far: Prepared | None, thread: Sequence[Published], account: Account | None) -> Prepared:
        step: Prepared = self.ask("prepare", account=account, part=part, so_far=so_far, thread=thread)
        assert isinstance(step, Prepared), f"prepare gave {type(step).__name__}, not Prepared"
        return replace(step, data=stored(step.data, "Prepared.data"))

    def publish(self, attempt: Attempt, fault: Behaviour | None = None, *, elsewhere: bool = False, **keywords: Any) -> Published:
        """Call `publish`, with `fault` on the visible call (`elsewhere`: on all others). Raises what the plugin raises."""
        if fault is not None:
            self.served.inject(Fault(fault, visible=not elsewhere))
        try:
            with self.http(**keywords) as http:
                published = self.hooks.call("publish", **_arguments(attempt), http=http)
        finally:
            self.served.mend()
        assert isinstance(published, Published), f"publish gave {type(published).__name__}, not Published"
        assert isinstance(published.remote_id, str), f"remote ids are strings, this one is {published.remote_id!r}"
        assert published.remote_id, "publish gave an empty remote id"
        return replace(published, data=stored(published.data, "Published.data"))

    def outcome(self, attempt: Attempt, fault: Behaviour | None = None, **keywords: Any) -> Published | NetworkError:
        """How an attempt ends, as the core sees it: any other error counts as unknown once the visible call may have left."""
        try:
            return self.publish(attempt, fault, **keywords)
        except NetworkError as error:
            return error
        except AssertionError:
            raise
        except Exception as error:
            if self.last is not None and self.last.visible in {Visible.SENT, Visible.ANSWERED}:
                return OutcomeUnknown(f"{type(error).__name__}: {error}")
            raise

    def post(self, text: str, thread: Sequence[Published] = (), *, account: Account | None = None, **fields: Any) -> Published:
        """Publish one more part without any fault."""
        return self.publish(self.attempt(self.part(text, **fields), thread, account=account))

    def find(self, attempt: Attempt) -> Found | Absent | CannotTell:
        """Call `find` once. Without the hook nobody can tell."""
        if not self.hooks.offers("find"):
            return CannotTell()
        with self.http() as http:
            verdict = self.hooks.call("find", **_arguments(attempt), http=http)
        assert isinstance(verdict, (Found, Absent, CannotTell)), (
            f"find gave {type(verdict).__name__}; it may give Found, Absent or CannotTell"
        )
        return verdict

    def settled(self, attempt: Attempt) -> Found | Absent | CannotTell:
        """Wait for the settle time and look, as often as `find` asks for."""
        self.clock.advance(self.settle)
        verdict: Found | Absent | CannotTell = CannotTell()
        for _ in range(_MOST_STEPS):
            try:
                verdict = self.find(attempt)
            except TryLater as error:
                verdict = CannotTell(error.wait or timedelta(minutes=1))
            if not isinstance(verdict, CannotTell) or verdict.look_again is None:
                return verdict
            self.clock.advance_to(verdict.look_again)
        return verdict


def stored(data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """`data` as it comes back from the database."""
    try:
        back: Mapping[str, Any] = json.loads(json.dumps(dict(data)))
    except (TypeError, ValueError) as error:
        raise AssertionError(f"{name} is stored as JSON, and cannot be: {error}") from error
    assert back == dict(data), f"{name} changes when it is stored as JSON: {dict(data)} becomes {back}"
    return back


def _arguments(attempt: Attempt) -> dict[str, Any]:
    return {name: getattr(attempt, name) for name in ("account", "part", "prepared", "thread", "key", "first_attempt")}
