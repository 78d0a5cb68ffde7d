"""Fetching a feed from the web, and from nowhere else: no files, no machines of one's own network."""

from __future__ import annotations

import ipaddress
import socket
import threading
import time
import zlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urljoin, urlsplit

from evenly.importing.rows import ImportRefused
from evenly.plugin import Message

if TYPE_CHECKING:
    import httpx

T = TypeVar("T")

LARGEST = 16 * 2**20
MOST_REDIRECTS = 5
TOTAL_SECONDS = 30.0

_STEP_SECONDS = 10.0
_LONGEST_VERSION = 1000
_LONGEST_WAIT = timedelta(days=7)
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_ENCODINGS = frozenset({"", "identity", "gzip", "deflate"})
_TYPES = "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5"

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, slots=True)
class Version:
    """How a server names what stands at an address now, so that it need not be sent again: RFC 9110, section 13."""

    etag: str | None = None
    last_modified: str | None = None


NO_VERSION = Version()


@dataclass(frozen=True, slots=True)
class Fetched:
    """What stands at `url`, where the last redirect led."""

    url: str
    body: bytes | None  #: None: it is still of the version that was known
    version: Version = NO_VERSION


class Unanswered(ImportRefused):
    """The server gave another answer than what was asked for; `wait` is how long it wants to be left alone."""

    def __init__(self, message: Message, wait: timedelta | None = None) -> None:
        self.wait = wait
        super().__init__(message)


def fetch(url: str, *, allow_private: bool = False, seconds: float = TOTAL_SECONDS, known: Version = NO_VERSION) -> Fetched:
    """What a web address holds, after at most five redirects and within `seconds` as a whole; no body while it is still as `known`.

    Every host is looked up once and checked before it is contacted, at the very address that was checked; private, loopback and
    other addresses that are not public are refused unless `allow_private`. Raises ImportRefused.
    """
    late = Message("{url} did not answer within {seconds} seconds.", url=url, seconds=f"{seconds:g}")
    fetching = _Fetching(known, allow_private=allow_private, until=time.monotonic() + seconds)
    try:
        return _within(seconds, late, lambda: fetching.follow(url))
    finally:
        fetching.cut()


def is_public(address: Address) -> bool:
    """Whether an address is one of the open internet, also behind the ways in which IPv6 carries IPv4."""
    if isinstance(address, ipaddress.IPv6Address):
        carried = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if carried is not None:
            return is_public(carried)
        if address in _NAT64:
            return is_public(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    if isinstance(address, ipaddress.IPv6Address) and address.is_site_local:
        return False
    if any(address in network for network in _NEVER_PUBLIC if network.version == address.version):
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved


_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_NEVER_PUBLIC = tuple(
    map(ipaddress.ip_network, ("192.0.0.0/24", "192.88.99.0/24", "64:ff9b:1::/48", "100::/64", "2001::/23", "3fff::/20", "5f00::/16"))
)
"""What not every Python that evenly runs on knows not to be of the open internet.

https://www.iana.org/assignments/iana-ipv6-special-registry/ and https://www.iana.org/assignments/iana-ipv4-special-registry/
"""


def _within(seconds: float, late: Message, work: Callable[[], T]) -> T:
    """The result of `work`, or ImportRefused(late) when it takes longer; a look-up of a name knows no time-out of its own."""
    result: list[T] = []
    raised: list[BaseException] = []

    def run() -> None:
        try:
            result.append(work())
        except BaseException as error:  # noqa: BLE001 - raised again in the thread that asked
            raised.append(error)

    thread = threading.Thread(target=run, daemon=True, name="fetch")
    thread.start()
    thread.join(seconds)
    if raised:
        raise raised[0]
    if not result:
        raise ImportRefused(late)
    return result[0]


@dataclass
class _Fetching:
    """One address being fetched, in a thread of its own, until somebody cuts it."""

    known: Version
    allow_private: bool
    until: float  #: on the monotonic clock
    _line: Any = None  #: the stream of the connection, as httpcore has it
    _is_cut: bool = False

    def cut(self) -> None:
        """Let go of the connection: a server that drips would keep the thread for ever."""
        self._is_cut = True
        line = self._line.get_extra_info("socket") if self._line is not None else None
        if line is not None:
            with suppress(OSError):  # it was gone already
                line.shutdown(socket.SHUT_RDWR)

    def _trace(self, event: str, info: Mapping[str, Any]) -> None:
        import httpx

        if event.endswith(("connect_tcp.complete", "start_tls.complete")):
            self._line = info["return_value"]
        if self._is_cut:
            raise httpx.ReadTimeout("cut off")

    def follow(self, url: str) -> Fetched:
        at = url
        for _ in range(MOST_REDIRECTS + 1):
            answer = self._get(at)
            location = answer.headers.get("location")
            if answer.status not in _REDIRECTS or location is None:
                break
            at = _led_to(at, location)
        else:
            raise ImportRefused(
                Message("{url} leads from one address to the next, more than {limit} times.", url=url, limit=MOST_REDIRECTS)
            )
        if answer.status == HTTPStatus.NOT_MODIFIED and self.known != NO_VERSION:
            return Fetched(at, None, self.known)
        if answer.status != HTTPStatus.OK:
            raise Unanswered(Message("{url} answered {status}.", url=at, status=answer.status), _wait(answer.headers.get("retry-after")))
        return Fetched(at, answer.body, Version(_short(answer.headers.get("etag")), _short(answer.headers.get("last-modified"))))

    def _get(self, url: str) -> _Answer:
        import httpx

        address = _checked_address(url, allow_private=self.allow_private)
        try:
            request = _request(url, address, self.known)
            request.extensions["trace"] = self._trace
            with httpx.Client(trust_env=False) as client:
                response = client.send(request, stream=True, follow_redirects=False)
                try:
                    return _Answer(response.status_code, response.headers, _body(url, response, self.until))
                finally:
                    response.close()
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
            raise ImportRefused(
                Message("{url} cannot be fetched: {reason}.", url=url, reason=str(error) or type(error).__name__)
            ) from error


def _short(header: str | None) -> str | None:
    """A header that can be sent back later; None for one that is absurdly long."""
    return header if header and len(header) <= _LONGEST_VERSION and header.isascii() and header.isprintable() else None


def _wait(header: str | None) -> timedelta | None:
    """The seconds that a server wants to be left alone; a date is as good as nothing said, since the next poll is an hour away anyway."""
    if header is None or not (header.isascii() and header.isdigit()):
        return None
    return min(timedelta(seconds=int(header[:9])), _LONGEST_WAIT)


def _led_to(url: str, location: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError as error:
        raise ImportRefused(Message("{url} leads to what is no web address.", url=url)) from error


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes


def _request(url: str, address: Address, known: Version) -> httpx.Request:
    """The name is only shown to the server; the connection goes to the address that was checked, whatever the name means by now."""
    import httpx

    from evenly import __version__

    target = httpx.URL(url)
    headers = {
        "Host": target.netloc.decode("ascii"),
        "User-Agent": f"evenly/{__version__}",
        "Accept": _TYPES,
        "Accept-Encoding": "gzip, identity",
        **({"If-None-Match": known.etag} if known.etag else {}),
        **({"If-Modified-Since": known.last_modified} if known.last_modified else {}),
    }
    timeout = dict.fromkeys(("connect", "read", "write", "pool"), _STEP_SECONDS)
    extensions = {"sni_hostname": target.host, "timeout": timeout}
    return httpx.Request("GET", target.copy_with(host=str(address)), headers=headers, extensions=extensions)


def _checked_address(url: str, *, allow_private: bool) -> Address:
    """The address to connect to. Raises ImportRefused for what is not of the web or not public."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        host, port = None, 0
    if host is None or parts.scheme not in {"http", "https"}:
        raise ImportRefused(Message("{url} is not fetched: only http:// and https:// addresses are.", url=url))
    if parts.username is not None or parts.password is not None:
        raise ImportRefused(Message("{host} is not fetched with a name or a password in its address: leave them away.", host=host))
    addresses = _looked_up(host, port)
    if not allow_private and not all(is_public(address) for address in addresses):
        told = Message(
            "{url} is not fetched: {host} is a private or reserved address ({address}). If it is your own machine, say --allow-private.",
            url=url,
            host=host,
            address=next(each for each in addresses if not is_public(each)),
        )
        raise ImportRefused(told)
    return addresses[0]


def _looked_up(host: str, port: int) -> list[Address]:
    try:
        found: list[Any] = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        return [ipaddress.ip_address(each[4][0].partition("%")[0]) for each in found]
    except (OSError, UnicodeError, ValueError) as error:
        raise ImportRefused(Message("No machine is called {host}: check the address.", host=host)) from error


def _body(url: str, response: httpx.Response, until: float) -> bytes:
    """The answer, unpacked, within the bounds of size and time."""
    encoding = response.headers.get("content-encoding", "").strip().lower()
    if encoding not in _ENCODINGS:
        raise ImportRefused(Message("{url} is packed in a way that is not read ({encoding}).", url=url, encoding=encoding))
    unpacking = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32) if encoding in {"gzip", "deflate"} else None
    body = bytearray()
    try:
        for chunk in response.iter_raw():
            body += chunk if unpacking is None else unpacking.decompress(chunk, LARGEST + 1)
            if len(body) > LARGEST:
                raise ImportRefused(Message("{url} holds more than {limit} bytes.", url=url, limit=LARGEST))
            if time.monotonic() > until:
                raise ImportRefused(Message("{url} did not answer in time.", url=url))
    except zlib.error as error:
        raise ImportRefused(Message("{url} sent a broken answer ({reason}).", url=url, reason=error)) from error
    return bytes(body)
