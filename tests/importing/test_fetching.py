"""Feeds are fetched from the web and from nowhere else: real servers on loopback, that count who calls."""

from __future__ import annotations

import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from evenly.importing import fetching
from evenly.importing.fetching import fetch, is_public
from evenly.importing.rows import ImportRefused

Answer = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Site:
    """A web site on this machine, and what was asked of it."""

    port: int = 0
    asked: list[tuple[str, str]] = field(default_factory=list)  #: path and Host
    pages: dict[str, Answer] = field(default_factory=dict)

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        """The address of a page."""
        return f"http://{host}:{self.port}{path}"


@pytest.fixture
def site() -> Iterator[Site]:
    """A site that listens on every loopback address."""
    site = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.asked.append((self.path, self.headers["Host"]))
            site.pages[self.path](self)

        def log_message(self, *args: object) -> None:
            """Tests are quiet."""

    server = ThreadingHTTPServer(("0.0.0.0", 0), Handler)  # noqa: S104 - 127.0.0.1 and 127.0.0.2 are meant to be two hosts
    site.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield site
    server.shutdown()
    server.server_close()
    thread.join()


def page(body: bytes, status: int = 200, **headers: str) -> Answer:
    """An ordinary answer."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def to(location: str) -> Answer:
    """A redirect."""
    return page(b"", 302, Location=location)


def test_what_is_allowed_is_fetched(site: Site) -> None:
    """One's own machine, on one's own word; the address is where the last redirect led."""
    site.pages = {"/": to("/feed"), "/feed": page(b"<rss/>")}
    fetched = fetch(site.url(), allow_private=True)

    assert (fetched.url, fetched.body) == (site.url("/feed"), b"<rss/>")


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "localhost", "localhost.", "0.0.0.0", "0", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "127.1"),  # noqa: S104 - refused
        *("[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[64:ff9b::127.0.0.1]", "①②⑦.⓪.⓪.①", "127。0。0。1"),
    ],
)
def test_private_addresses_are_refused_without_a_call(site: Site, host: str) -> None:
    """However the address is written."""
    with pytest.raises(ImportRefused, match=r"--allow-private|No machine"):
        fetch(site.url(host=host))

    assert site.asked == []


@pytest.mark.parametrize("path", ["/\ud800", "/a\x00b", "/a\r\nX-Evil: 1", "/\x7f", "/" + "a" * 70_000])
def test_what_no_address_may_hold_is_refused_or_sent_harmlessly(site: Site, path: str) -> None:
    """With a sentence; nobody writes another header."""
    with pytest.raises(ImportRefused):
        fetch(site.url(path), allow_private=True)

    assert not any("\n" in asked for asked, _ in site.asked)


@pytest.mark.parametrize("userinfo", ["public.example@", "name:password@", "@"])
def test_a_name_or_a_password_in_the_address_is_refused(site: Site, userinfo: str) -> None:
    """It makes one host look like another, and would stand in every sentence about the address; the refusal does not repeat it."""
    with pytest.raises(ImportRefused, match="name or a password") as refused:
        fetch(f"http://{userinfo}127.0.0.1:{site.port}/", allow_private=True)

    assert "password@" not in str(refused.value)
    assert site.asked == []


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://files.example/x", "http://", "https:///x", "http://a:99999/", "//x"])
def test_only_web_addresses_are_fetched(url: str) -> None:
    """Everything else is none of a feed's business."""
    with pytest.raises(ImportRefused, match="only http"):
        fetch(url, allow_private=True)


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1", "255.255.255.255"),  # noqa: S104
        *("192.0.0.8", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "240.0.0.1", "0.1.2.3", "100.127.255.255", "192.88.99.1"),
        *("::1", "::", "fe80::1", "fc00::1", "fec0::1", "ff02::1", "2001:db8::1", "100::1", "3fff::1", "5f00::1", "64:ff9b:1::7f00:1"),
        *(
            "::ffff:10.0.0.1",
            "2002:7f00:1::",
            "64:ff9b::7f00:1",
            "::127.0.0.1",
            "64:ff9b::a9fe:a9fe",
            "2001:0:4136:e378:8000:63bf:80ff:fffe",
        ),
    ],
)
def test_addresses_that_are_not_of_the_open_internet(address: str) -> None:
    """Private, loopback, link-local, shared, reserved; also where IPv6 carries an IPv4 address."""
    import ipaddress

    assert not is_public(ipaddress.ip_address(address))


@pytest.fixture
def first_is_public(monkeypatch: pytest.MonkeyPatch) -> None:
    """127.0.0.1 passes for a public address, so that a public site can be played here; 127.0.0.2 does not."""
    monkeypatch.setattr(fetching, "is_public", lambda address: str(address) == "127.0.0.1" or is_public(address))


@pytest.mark.usefixtures("first_is_public")
@pytest.mark.parametrize("target", ["http://127.0.0.2:{port}/secret", "http://[::1]:{port}/secret", "file:///etc/passwd"])
def test_each_redirect_is_checked_again(site: Site, target: str) -> None:
    """A public site cannot send us to a private one."""
    site.pages = {"/": to(target.format(port=site.port)), "/secret": page(b"secret")}
    with pytest.raises(ImportRefused):
        fetch(site.url())

    assert [path for path, _ in site.asked] == ["/"]


@pytest.mark.usefixtures("first_is_public")
def test_the_address_that_was_checked_is_the_one_that_is_called(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that means another machine on the second look-up changes nothing, since there is no second look-up."""
    asked = []

    def look_up(host: str, port: int, **kind: object) -> list[tuple[object, ...]]:
        asked.append(host)
        address = "127.0.0.1" if len(asked) == 1 else "127.0.0.2"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr("socket.getaddrinfo", _only_for("feed.example", look_up))
    site.pages = {"/": page(b"<rss/>")}

    assert fetch(site.url(host="feed.example")).body == b"<rss/>"
    assert asked == ["feed.example"]
    assert site.asked == [("/", f"feed.example:{site.port}")]


def _only_for(name: str, look_up: Callable[..., object]) -> Callable[..., object]:
    real = socket.getaddrinfo
    return lambda host, *args, **more: look_up(host, *args, **more) if host == name else real(host, *args, **more)


@pytest.mark.usefixtures("first_is_public")
def test_a_host_with_one_private_address_among_its_own_is_refused(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Which of them would be called is chance."""

    def look_up(host: str, port: int, **kind: object) -> list[tuple[object, ...]]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in ("127.0.0.1", "10.0.0.1")]

    monkeypatch.setattr("socket.getaddrinfo", _only_for("feed.example", look_up))
    with pytest.raises(ImportRefused, match=r"10\.0\.0\.1"):
        fetch(site.url(host="feed.example"))

    assert site.asked == []


@pytest.mark.parametrize("address", ["1.1.1.1", "2606:4700::1111", "2a00:1450:4001::1"])
def test_addresses_of_the_open_internet(address: str) -> None:
    """Feeds live there."""
    import ipaddress

    assert is_public(ipaddress.ip_address(address))


def test_endless_redirects_end(site: Site) -> None:
    """After five of them."""
    site.pages = {"/": to("/")}
    with pytest.raises(ImportRefused, match="more than 5 times"):
        fetch(site.url(), allow_private=True)

    assert len(site.asked) == 6


def test_too_much_is_refused_packed_or_not(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """A small answer may unpack to a large one."""
    monkeypatch.setattr(fetching, "LARGEST", 100_000)
    site.pages = {"/plain": page(b"x" * 100_001), "/packed": page(gzip.compress(b"x" * 10_000_000), Content_Encoding="gzip")}
    for path in site.pages:
        with pytest.raises(ImportRefused, match="more than 100000 bytes"):
            fetch(site.url(path), allow_private=True)


def test_a_packed_answer_is_unpacked(site: Site) -> None:
    """Some servers always pack."""
    site.pages = {"/": page(gzip.compress(b"<rss/>"), Content_Encoding="gzip")}

    assert fetch(site.url(), allow_private=True).body == b"<rss/>"


@pytest.mark.parametrize(
    "answer",
    [
        page(b"not packed", Content_Encoding="gzip"),
        page(b"x", Content_Encoding="br"),
        page(b"gone", 404),
        page(b"", 302),
        to("http://[broken"),
        lambda handler: handler.wfile.write(b"nonsense\r\n\r\n"),
        lambda handler: handler.connection.close(),
    ],
)
def test_broken_answers_are_refused(site: Site, answer: Answer) -> None:
    """With a sentence, not a traceback."""
    site.pages = {"/": answer}
    with pytest.raises(ImportRefused):
        fetch(site.url(), allow_private=True)


def test_a_server_that_never_ends_is_left(site: Site) -> None:
    """Whether it drips its headers or its body."""

    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        for _ in range(5000):
            try:
                handler.wfile.write(b"x")
            except OSError:
                return
            time.sleep(0.02)

    site.pages = {"/": drip}
    begun = time.monotonic()
    with pytest.raises(ImportRefused, match=r"within 0\.3 seconds"):
        fetch(site.url(), allow_private=True, seconds=0.3)

    assert time.monotonic() - begun < 5
    _until(lambda: not [each for each in threading.enumerate() if each.name == "fetch"])


def _until(holds: Callable[[], bool]) -> None:
    """Wait for what must come: the connection is cut, so that the thread which reads from it ends."""
    ends = time.monotonic() + 15
    while not holds():
        assert time.monotonic() < ends
        time.sleep(0.02)


def test_a_name_that_nobody_has_is_refused() -> None:
    """The person has mistyped it."""
    with pytest.raises(ImportRefused, match=r"No machine is called nobody\.invalid"):
        fetch("http://nobody.invalid/feed")
