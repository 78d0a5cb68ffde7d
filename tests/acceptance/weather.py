"""What happens on the wire: a seeded mixture of all faults, and a journal of everything that was ever public.

Which fault strikes the n-th call of an account follows from the seed, the account and n alone.
"""

from __future__ import annotations

import json
import random
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from evenly.plugin import RemotePost
from evenly.plugin.testing import faults

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from evenly.plugin import Clock
    from evenly.plugin.testing.serving import Behaviour, Exchange, Seen

#: The calls that may make something public.
_VISIBLE = {
    "mastodon": r"/api/v1/statuses",
    "facebook": r".*/(feed|photo_stories|videos|video_reels|video_stories|comments)",
    "instagram": r".*/(media_publish|comments)",
    "x": r"/2/tweets",
    "linkedin": r"/rest/(posts|socialActions/.*/comments)",
}
_LISTS = r"/api/v1/accounts/\w+/statuses"
_TOKENS = r".*/(oauth2/token|accessToken|oauth/token|oauth/access_token)"
#: The latest moment, in seconds of the wall, at which a network still does what it was asked on a line that is dead.
LATEST_COMMIT = 2.0
#: What a list lags behind at most, in seconds of the wall.
LATEST_LISTING = 1.0


def lagging(clock: Clock, behind: timedelta) -> Behaviour:
    """A list of Mastodon's that does not show the latest yet."""

    def shown(found: Any) -> Any:
        until = clock.now() - behind
        return [each for each in found if datetime.fromisoformat(each["created_at"]) <= until] if isinstance(found, list) else found

    return faults.edit_json(shown)


Mixture = Sequence[tuple[float, str, Callable[[random.Random], "Behaviour"]]]


def _slow(least: float, most: float) -> Callable[[random.Random], Behaviour]:
    return lambda chance: faults.delay(chance.uniform(least, most))


def _late(chance: random.Random) -> Behaviour:
    return faults.commit_late(chance.uniform(0.1, LATEST_COMMIT))


def _retry_after(chance: random.Random) -> Behaviour:
    return faults.slow_down(str(chance.choice((5, 60, 600))))


def _always(behaviour: Behaviour) -> Callable[[random.Random], Behaviour]:
    return lambda _chance: behaviour


#: By the kind of call: in how many of a hundred, what, and how it is made.
MIXTURES: dict[str, Mixture] = {
    "visible": (
        (2, "answer lost after commit", _always(faults.lose_answer)),
        (1.5, "request lost", _always(faults.drop)),
        (1.5, "500 before", _always(faults.fail(500))),
        (1.5, "500 after", _always(faults.fail(500, after=True))),
        (1.5, "late commit", _late),
        (1, "truncated answer", _always(faults.truncate)),
        (1, "invalid answer", _always(faults.break_json)),
        (1, "duplicated answer", _always(faults.double_answer)),
        (1, "duplicated answer, late", _always(faults.double_answer_late)),
        (0.2, "429", _always(faults.slow_down())),  # LinkedIn's are for the rest of the day
        (1, "429 with Retry-After", _retry_after),
        (0.4, "hang before", _always(faults.hang)),
        (0.4, "hang after", _always(faults.hang_after)),
        (1, "slow", _slow(0.2, 1.0)),
    ),
    "upload": (
        (3, "slow upload", _slow(0.3, 1.5)),
        (0.3, "hang before", _always(faults.hang)),
        (1, "request lost", _always(faults.drop)),
        (1, "answer lost after commit", _always(faults.lose_answer)),
        (1, "500 before", _always(faults.fail(500))),
        (1, "500 after", _always(faults.fail(500, after=True))),
        (0.5, "truncated answer", _always(faults.truncate)),
        (0.5, "invalid answer", _always(faults.break_json)),
        (0.2, "429", _always(faults.slow_down())),
    ),
    "reading": (
        (1, "answer lost after commit", _always(faults.lose_answer)),
        (1, "500 before", _always(faults.fail(500))),
        (1, "truncated answer", _always(faults.truncate)),
        (1, "invalid answer", _always(faults.break_json)),
        (1, "duplicated answer, late", _always(faults.double_answer_late)),
        (0.2, "429", _always(faults.slow_down())),
        (0.5, "429 with Retry-After", _retry_after),
        (0.2, "hang before", _always(faults.hang)),
    ),
    # Before the network has done it alone: a token for one use that was spent unheard of needs a person, by the law.
    "token": (
        (10, "request lost", _always(faults.drop)),
        (10, "500 before", _always(faults.fail(500))),
        (5, "429", _always(faults.slow_down())),
    ),
}


def kind_of(network: str, method: str, path: str) -> str:
    """To which of the mixtures a call belongs."""
    if re.fullmatch(_TOKENS, path):
        return "token"
    if method == "GET":
        return "reading"
    return "visible" if method == "POST" and re.fullmatch(_VISIBLE[network], path) else "upload"


@dataclass
class Weather:
    """Decides what happens to each call of one account; `calm` ends all faults."""

    network: str
    account: str
    seed: int
    lagging: Behaviour | None = None  #: what its lists do, where the stand-in itself knows no lag
    struck: Counter[str] = field(default_factory=Counter)
    calls: int = 0
    calm: bool = False
    latest: float = 0.0  #: seconds after which the last of the late commits came
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, exchange: Exchange) -> None:
        seen = exchange.seen
        name, behaviour = self._chosen(seen)
        seen.fault = name
        if behaviour is None and self.lagging is not None and re.fullmatch(_LISTS, seen.path) and seen.method == "GET":
            behaviour = self.lagging
        if behaviour is None:
            exchange.send(exchange.run())
        else:
            began = time.monotonic()
            behaviour(exchange)
            if name == "late commit":
                self.latest = max(self.latest, time.monotonic() - began)
        seen.body = b""  # hours of films would not fit into the memory

    def _chosen(self, seen: Seen) -> tuple[str | None, Behaviour | None]:
        with self._lock:
            self.calls += 1
            chance = random.Random(f"{self.seed} {self.account} {self.calls}")
            if self.calm:
                return None, None
            draw = chance.uniform(0, 100)
            for percent, name, made in MIXTURES[kind_of(self.network, seen.method, seen.path)]:
                draw -= percent
                if draw < 0:
                    self.struck[name] += 1
                    return name, made(chance)
        return None, None


@dataclass(frozen=True, slots=True)
class Appearance:
    """Something that was public once, whatever became of it."""

    remote_id: str
    text: str
    at: datetime
    parent: str | None


@dataclass
class Journal:
    """Stands in front of a stand-in and writes down what becomes public: entries are added and never taken away."""

    app: WSGIApplication
    public: Callable[[], Iterable[RemotePost]]
    network: str
    file: Path  #: where every entry is added as a line of JSON
    entries: dict[str, Appearance] = field(default_factory=dict)
    renewals: list[tuple[str, float]] = field(default_factory=list)  #: each refresh token that was shown, and when (monotonic)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        method, path = str(environ["REQUEST_METHOD"]), str(environ["PATH_INFO"])
        kind = kind_of(self.network, method, path)
        if kind == "token":
            self._renewal(environ)
        if method == "DELETE":
            self.look()  # what is about to vanish was public nevertheless
        answer = self.app(environ, start_response)
        if kind == "visible":
            self.look()
        return answer

    def look(self) -> None:
        """Write down what is public now."""
        with self._lock:
            for each in self.public():
                if each.remote_id not in self.entries:
                    self._add(Appearance(each.remote_id, each.text, each.at, each.parent))

    def _add(self, entry: Appearance) -> None:
        self.entries[entry.remote_id] = entry
        with self.file.open("a", encoding="utf-8") as lines:
            lines.write(json.dumps(asdict(entry), default=str) + "\n")

    def replays(self) -> list[float]:
        """When a refresh token for one use was shown once more."""
        known: set[str] = set()
        again = [at for token, at in self.renewals if token in known or known.add(token)]  # type: ignore[func-returns-value] # adds
        return again if self.network == "x" else []

    def _renewal(self, environ: WSGIEnvironment) -> None:
        stream: Any = environ["wsgi.input"]
        said = parse_qs(stream.read().decode("utf-8", "replace"))
        stream.seek(0)
        if token := said.get("refresh_token"):
            with self._lock:
                self.renewals.append((token[0], time.monotonic()))
