"""The client that plugins are given: time-outs, one visible call, redaction, the account's `api` override, usage headers."""

from __future__ import annotations

import functools
import logging
import re
import socket
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import Enum
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import parse_qsl

from evenly.plugin.errors import Duplicate, NetworkError, OutcomeUnknown, PostRejected, SignInNeeded, TryLater
from evenly.plugin.message import Message

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Collection, Iterator, Mapping
    from types import TracebackType

    import httpx

    from evenly.plugin.types import Clock, Network, Quota

_log = logging.getLogger("evenly.http")

#: Answers that prove that nothing was published. Everything else but a success may hide a post.
DEFINITE = frozenset({400, 401, 403, 404, 413, 415, 422, 429})
_LARGEST_ANSWER = 16 * 2**20
_LONGEST_REPEATABLE = timedelta(minutes=15)
_LONGEST_WAIT = timedelta(days=7)
_SHORTEST_SECRET = 8  # anything shorter would be found in the middle of other words
_SECRET_NAME = re.compile("token|secret|password|proof|code|verifier")


class Visible(Enum):
    """How far the one visible call has come."""

    NOT_SENT = "not sent"
    SENT = "sent"  #: bytes may have left; no answer that proves anything
    REFUSED = "refused"  #: a definite refusal: nothing is public
    ANSWERED = "answered"  #: a success


class _DeadlinePassed(Exception):
    """The lease would end before the answer could be written down."""


class _TooLarge(Exception):
    """An answer of more than `_LARGEST_ANSWER` bytes."""


class Http:
    """What a plugin reaches its network through. One is made for each step of one delivery.

    Requests are plain `httpx.Request`s. Answers other than 2xx are raised as a `NetworkError`: as `Network.refusal` reads them, else by
    status. A status in `accept` is given back like a success. Redirects are never followed.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        network: Network | None = None,
        api: str | None = None,
        timeout: timedelta = timedelta(seconds=30),
        deadline: float | None = None,
        on_quota: Callable[[Quota], None] | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        """`deadline` is on `clock.monotonic`: no visible call begins later than one `timeout` before it."""
        self.clock = clock
        self.visible = Visible.NOT_SENT
        self.server_time: datetime | None = None  #: what the last answer's `Date` said
        self._network = network
        self._api = api
        self._timeout = timeout
        self._deadline = deadline
        self._on_quota = on_quota
        self._transport = transport
        self._pool: httpx.Client | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        if self._pool is not None:
            self._pool.close()
            self._pool = None

    def send_once(self, request: httpx.Request, *, accept: Collection[int] = ()) -> httpx.Response:
        """Send the one request the public can see: once, on a fresh connection, within the time-out as a whole.

        Raises `OutcomeUnknown` for every end that does not prove anything, `TryLater` when no connection was made, and what
        `Network.refusal` makes of a definite refusal.
        """
        import httpx

        if self.visible is not Visible.NOT_SENT:
            raise RuntimeError("send_once is for the one visible call of a part; use send_repeatable for the others")
        self._address(request)
        host = request.url.host
        try:
            response = self._visible_call(request)
        except _DeadlinePassed:
            self.visible = Visible.NOT_SENT
            raise TryLater(timedelta(0), message=Message("There was no time left to send safely.")) from None
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol) as error:
            self.visible = Visible.NOT_SENT
            raise TryLater(message=Message("No connection to {host}.", host=host)) from error
        except (httpx.HTTPError, httpx.StreamError, OSError, _TooLarge) as error:
            raise OutcomeUnknown(Message("{host} did not answer.", host=host)) from error
        if response.is_success or response.status_code in accept:
            self.visible = Visible.ANSWERED
            return response
        refusal = self._refusal(response)
        if response.status_code in DEFINITE:
            self.visible = Visible.SENT if isinstance(refusal, OutcomeUnknown) else Visible.REFUSED
            raise refusal
        if isinstance(refusal, (Duplicate, OutcomeUnknown)):
            raise refusal
        raise OutcomeUnknown(Message("{host} answered {status}.", host=host, status=response.status_code))

    def send_repeatable(self, request: httpx.Request, *, accept: Collection[int] = ()) -> httpx.Response:
        """Send a request that does no harm when it is repeated: reading, uploading, staging.

        Raises `TryLater` when the network cannot be reached or has a fault of its own, which concerns the account as a whole: an outage
        is nothing that one part did wrong.
        """
        import httpx

        self._address(request)
        request.extensions = {**request.extensions, "timeout": self._timeouts()}
        try:
            response = self._read(self._pooled().send(request, stream=True), _LONGEST_REPEATABLE)
        except (httpx.HTTPError, httpx.StreamError, OSError, _TooLarge) as error:
            raise TryLater(scope="account", message=Message("{host} did not answer.", host=request.url.host)) from error
        self._note(request, response, is_visible=False)
        if response.is_success or response.status_code in accept:
            return response
        raise self._refusal(response)

    def _visible_call(self, request: httpx.Request) -> httpx.Response:
        import httpx

        line = _Line()

        def trace(event: str, info: Mapping[str, Any]) -> None:
            if event.endswith(("connect_tcp.complete", "start_tls.complete", "connect_unix_socket.complete")):
                line.stream = info["return_value"]
            elif event.endswith("send_request_headers.started"):
                self._check_deadline()

        request.extensions = {**request.extensions, "timeout": self._timeouts(), "trace": trace}
        with self._client(keep_alive=False) as client, _cut_after(self._timeout, line):
            self._check_deadline()
            self.visible = Visible.SENT
            answer = client.send(request, stream=True)
            response = self._read(answer, self._timeout)
            if line.was_cut and not {"content-length", "transfer-encoding"} & set(answer.headers):
                # An answer that ends where its connection ends looks whole when we have cut it ourselves.
                raise httpx.ReadTimeout("the answer took too long as a whole", request=request)
        self._note(request, response, is_visible=True)
        return response

    def _check_deadline(self) -> None:
        if self._deadline is not None and self.clock.monotonic() >= self._deadline - self._timeout.total_seconds():
            raise _DeadlinePassed

    def _read(self, response: httpx.Response, longest: timedelta) -> httpx.Response:
        """The whole answer, decoded, within bounds of size and time."""
        import time

        import httpx

        body, until = bytearray(), time.monotonic() + longest.total_seconds()
        try:
            for chunk in response.iter_bytes():
                body += chunk
                if len(body) > _LARGEST_ANSWER:
                    raise _TooLarge
                if time.monotonic() > until:
                    raise httpx.ReadTimeout("the answer took too long as a whole", request=response.request)
        finally:
            response.close()
        kept = [(name, value) for name, value in response.headers.multi_items() if name not in _SPENT_HEADERS]
        return httpx.Response(response.status_code, headers=kept, content=bytes(body), request=response.request)

    def _address(self, request: httpx.Request) -> None:
        """Give the request its identity, and the account's own scheme, host and port where it has an `api` override."""
        import httpx

        from evenly import __version__

        request.headers.setdefault("User-Agent", f"evenly/{__version__}")
        if self._api is not None:
            api = httpx.URL(self._api)
            request.url = request.url.copy_with(scheme=api.scheme, host=api.host, port=api.port)
            request.headers["Host"] = api.netloc.decode("ascii")

    def _timeouts(self) -> dict[str, float]:
        seconds = self._timeout.total_seconds()
        return {"connect": min(seconds, 10.0), "read": seconds, "write": seconds, "pool": seconds}

    def _client(self, *, keep_alive: bool) -> httpx.Client:
        import httpx

        limits = httpx.Limits(max_keepalive_connections=4 if keep_alive else 0)
        if self._transport is not None:
            return httpx.Client(transport=_Kept(self._transport))
        return httpx.Client(verify=_tls(), limits=limits, trust_env=self._api is None)

    def _pooled(self) -> httpx.Client:
        if self._pool is None:
            self._pool = self._client(keep_alive=True)
        return self._pool

    def _note(self, request: httpx.Request, response: httpx.Response, *, is_visible: bool) -> None:
        _log.debug("%s %s%s: %s", request.method, request.url.host, request.url.path, response.status_code)
        self.server_time = _date(response.headers.get("date")) or self.server_time
        if self._network is None or self._network.quota is None or self._on_quota is None:
            return
        if self._network.counted == "by endpoint" and not is_visible:
            return
        headers = {name.lower(): value for name, value in response.headers.items()}
        try:
            quota = self._network.quota(headers, self.server_time or self.clock.now())
        except Exception as error:  # noqa: BLE001 - a usage header that nobody can read must not cost us the answer it came with
            _log.warning("usage headers of %s could not be read: %s", request.url.host, type(error).__name__)
            return
        if quota is not None:
            self._on_quota(quota)

    def _refusal(self, response: httpx.Response) -> NetworkError:
        response = _without_secrets(response)
        read = self._network.refusal(response) if self._network is not None and self._network.refusal is not None else None
        error = read or refusal_by_status(response)
        if isinstance(error, TryLater) and error.wait is None:
            error.wait = retry_after(response.headers, self.server_time or self.clock.now())
        return error


_SPENT_HEADERS = frozenset({"content-encoding", "content-length", "transfer-encoding"})


def refusal_by_status(response: httpx.Response) -> NetworkError:
    """What an error answer means where the network has no reading of its own."""
    host, status = response.request.url.host, response.status_code
    said = Message("{host} answered {status}: {text}", host=host, status=status, text=_excerpt(response))
    if status == 401:  # noqa: PLR2004 - the numbers are HTTP's
        return SignInNeeded(Message("{host} does not accept the sign-in.", host=host))
    if status == 429:  # noqa: PLR2004
        return TryLater(scope="account", message=Message("{host} asks to slow down.", host=host))
    if status in DEFINITE:
        return PostRejected(said)
    return TryLater(scope="account" if response.is_server_error else "part", message=said)


def retry_after(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """What `Retry-After` asks for, in seconds or as a date; None where it is missing or nonsense. Never more than 7 days."""
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit() and len(value) < 10:  # noqa: PLR2004 - more digits are no wait but a fault
        return min(timedelta(seconds=int(value)), _LONGEST_WAIT)
    moment = _date(value)
    return None if moment is None else min(max(moment - now, timedelta(0)), _LONGEST_WAIT)


def _date(value: str | None) -> datetime | None:
    try:
        moment = parsedate_to_datetime(value) if value else None
        if moment is None:
            return None
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):  # whatever the standard library makes of a date that is none
        return None


def _without_secrets(response: httpx.Response) -> httpx.Response:
    """An error answer in which nothing stands that opened the door: some networks repeat the token that they refuse."""
    import httpx

    body = response.content
    for secret in _secrets(response.request):
        body = body.replace(secret.encode(), b"***")
    return httpx.Response(response.status_code, headers=response.headers, content=body, request=response.request)


def _secrets(request: httpx.Request) -> list[str]:
    told = [request.headers.get("authorization", "").rpartition(" ")[2]]
    told += [value for name, value in request.url.params.multi_items() if _SECRET_NAME.search(name)]
    if request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        told += [value for name, value in parse_qsl(request.read().decode("utf-8", "replace")) if _SECRET_NAME.search(name)]
    return [each for each in told if len(each) >= _SHORTEST_SECRET]


def _excerpt(response: httpx.Response) -> str:
    text = " ".join(response.text.split())
    return text[:200] if text else "-"


@functools.cache
def _tls() -> ssl.SSLContext:
    import httpx

    return httpx.create_ssl_context()


class _Line:
    """The connection of one call, so that it can be cut from outside."""

    stream: Any = None
    was_cut = False

    def cut(self) -> None:
        self.was_cut = True
        line = self.stream.get_extra_info("socket") if self.stream is not None else None
        if line is None:
            return
        try:
            line.shutdown(socket.SHUT_RDWR)
        except OSError:
            _log.debug("the connection was gone already")


@contextmanager
def _cut_after(longest: timedelta, line: _Line) -> Iterator[None]:
    # httpx's time-outs hold for each read; a server that sends a byte now and then would never end.
    timer = threading.Timer(longest.total_seconds(), line.cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _kept_class() -> type[httpx.BaseTransport]:
    import httpx

    class Kept(httpx.BaseTransport):
        """A transport that outlives the clients which use it."""

        def __init__(self, transport: httpx.BaseTransport) -> None:
            self._transport = transport

        def handle_request(self, request: httpx.Request) -> httpx.Response:
            return self._transport.handle_request(request)

    return Kept


def _Kept(transport: httpx.BaseTransport) -> httpx.BaseTransport:  # noqa: N802 - stands for the class
    return _kept_class()(transport)  # type: ignore[call-arg]  # the class is made where httpx is imported
