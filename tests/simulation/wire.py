"""The way to the network: in process, on the virtual clock, and with everything that can happen on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any

import httpx

from evenly.clock import VirtualClock

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

    from tests.simulation.happenings import Happening

TOOK = timedelta(milliseconds=300)  #: of virtual time, for a call and its answer
_PAGE = (("content-type", "text/html"),)


class Clock(VirtualClock):
    """A virtual clock with alarms: what is to be done at an instant is done when the clock passes it, whoever moves it."""

    def __init__(self, moment: datetime) -> None:
        super().__init__(moment)
        self._alarms: list[tuple[float, int, Callable[[], None]]] = []
        self._set = 0

    def after(self, seconds: float, action: Callable[[], None]) -> None:
        self._set += 1
        self._alarms.append((self.elapsed + seconds, self._set, action))

    def advance(self, by: timedelta) -> None:
        end = self.elapsed + by.total_seconds()
        while due := [each for each in self._alarms if each[0] <= end]:
            first = min(due)
            self._alarms.remove(first)
            super().advance(timedelta(seconds=max(first[0] - self.elapsed, 0.0)))
            first[2]()
        super().advance(timedelta(seconds=max(end - self.elapsed, 0.0)))

    def jump(self, seconds: float) -> None:
        """The wall clock alone is set."""
        self.moment += timedelta(seconds=seconds)


class NetworkClock(VirtualClock):
    """The same time without the jumps: what happens to our machine's clock does not concern a network."""

    def __init__(self, clock: Clock) -> None:
        self._clock, self._begun = clock, clock.now()

    def now(self) -> datetime:
        return self._begun + timedelta(seconds=self._clock.elapsed)

    def monotonic(self) -> float:
        return self._clock.elapsed


@dataclass(frozen=True, slots=True)
class Answered:
    """What a network gave: kept, since an answer can come late, twice or never."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def response(self, request: httpx.Request) -> httpx.Response:
        return httpx.Response(self.status, headers=list(self.headers), content=self.body, request=request)


class Half(httpx.SyncByteStream):
    """A body that ends in its middle, with the connection."""

    def __init__(self, body: bytes, request: httpx.Request) -> None:
        self._body, self._request = body, request

    def __iter__(self) -> Iterator[bytes]:
        yield self._body[: len(self._body) // 2]
        raise httpx.RemoteProtocolError("the answer ended in its middle", request=self._request)


@dataclass
class Line:
    """A way to one network that is working or failing, as the happenings say."""

    clock: Clock
    networks_time: Callable[[], datetime]
    app: WSGIApplication
    request_time: timedelta
    before: Answered | None = None
    ended: list[str] = field(default_factory=list)

    def send(self, request: httpx.Request, happening: Happening | None) -> httpx.Response:
        """The answer to the request, or what comes instead of it."""
        self.clock.advance(TOOK / 2)
        try:
            return self._sent(request, happening)
        finally:
            self.clock.advance(TOOK / 2)

    def carry_out(self, request: httpx.Request) -> Answered:
        """What the network makes of the request."""
        transport = httpx.WSGITransport(app=self.app)
        response = transport.handle_request(request)
        body = b"".join(response.stream)  # type: ignore[arg-type]  # a WSGI answer comes at once
        headers = tuple(response.headers.multi_items())
        if "date" not in response.headers:  # every server tells the time, only the board's app leaves it to somebody before it
            headers += (("date", format_datetime(self.networks_time(), usegmt=True)),)
        self.before = Answered(response.status_code, headers, body)
        return self.before

    def _sent(self, request: httpx.Request, happening: Happening | None) -> httpx.Response:  # noqa: C901, PLR0911, PLR0912 - one line a fault
        stale = self.before
        match happening.what if happening is not None else "":
            case "drop":
                raise httpx.ReadError("connection reset", request=request)
            case "late":
                seconds = happening.seconds if happening is not None else 0.0
                self.clock.after(seconds, lambda: self._late(request))
                raise httpx.ReadError("connection reset", request=request)
            case "fail":
                return _page(500, request)
            case "hang":
                raise self._nothing_comes(request)
            case "slow-down":
                seconds = happening.seconds if happening is not None else 0.0
                return _page(429, request, ("retry-after", f"{seconds:g}"))
            case "slow-down-somehow":
                return _page(429, request)
            case "refuse":
                return _page(422, request)
            case "sign-out":
                return _page(401, request)
        answer = self.carry_out(request)
        match happening.what if happening is not None else "":
            case "lose":
                raise httpx.ReadError("connection reset", request=request)
            case "fail-after":
                return _page(500, request)
            case "hang-after":
                raise self._nothing_comes(request)
            case "truncate" if answer.body:
                headers = [(name, value) for name, value in answer.headers if name != "content-length"]
                return httpx.Response(answer.status, headers=headers, stream=Half(answer.body, request), request=request)
            case "truncate":
                raise httpx.ReadError("connection reset", request=request)
            case "break" if answer.body:
                headers = [(name, value) for name, value in answer.headers if name != "content-length"]
                return httpx.Response(answer.status, headers=headers, content=answer.body[: len(answer.body) // 2], request=request)
            case "break":
                raise httpx.ReadError("connection reset", request=request)
            case "stale" if stale is not None:
                return stale.response(request)
        return answer.response(request)

    def _late(self, request: httpx.Request) -> None:
        answer = self.carry_out(request)
        self.ended.append(f"the network does what it was asked late: {request.method} {request.url.path}: {answer.status}")

    def _nothing_comes(self, request: httpx.Request) -> httpx.ReadTimeout:
        self.clock.advance(self.request_time)
        return httpx.ReadTimeout("no answer", request=request)


class Wire(httpx.BaseTransport):
    """What one client of one process sends through."""

    def __init__(self, handle: Callable[[httpx.Request, bool, Callable[[], None]], httpx.Response]) -> None:
        self._handle = handle

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        trace: Any = request.extensions.get("trace")

        def first_byte() -> None:
            if trace is not None:
                trace("http11.send_request_headers.started", {"request": request})

        return self._handle(request, trace is not None, first_byte)


def _page(status: int, request: httpx.Request, *headers: tuple[str, str]) -> httpx.Response:
    return httpx.Response(status, headers=[*_PAGE, *headers], content=f"<html>{status}</html>".encode(), request=request)
