"""Any WSGI app on a loopback socket, with faults put on the wire.

    with serve(stand_in.app, [Fault(faults.lose_answer, method="POST", path="/pins", nth=1)]) as served:
        ...  # speak to served.url
    print(served.log)

The app knows nothing of the faults: it is a network, and networks do not lose answers on purpose.
"""

from __future__ import annotations

import io
import re
import select
import socket
import socketserver
import struct
import sys
import threading
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

VISIBLE = "x-evenly-visible"
"""A request header by which the conformance suite marks the one visible call. The app never sees it."""

_BODILESS = frozenset({204, 304})
_GLANCE = 0.02  # seconds between two looks at whether the client has gone


@dataclass(slots=True)
class Seen:
    """One request as it came in. `status` is what the app answered: None as long as it has not run."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]  #: names in lower case
    body: bytes
    visible: bool = False  #: marked as the one visible call
    fault: str | None = None
    status: int | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What the app answered. Faults may send something else."""

    status: int
    reason: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def raw(self, *, bodiless: bool = False) -> bytes:
        """The bytes on the wire, the body's length declared."""
        empty = bodiless or self.status in _BODILESS
        kept = [(name, value) for name, value in self.headers if name.lower() not in {"content-length", "transfer-encoding", "connection"}]
        if self.status not in _BODILESS:
            kept.append(("Content-Length", str(len(self.body))))
        head = "".join(f"{name}: {value}\r\n" for name, value in kept)
        return f"HTTP/1.1 {self.status} {self.reason}\r\n{head}\r\n".encode("latin-1") + (b"" if empty else self.body)


Behaviour = Callable[["Exchange"], None]
"""What happens to one request, from its arrival to the end of its answer."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens, and to which requests. Without conditions: to each."""

    does: Behaviour
    method: str | None = None
    path: str | None = None  #: a regular expression that the whole path must match
    visible: bool | None = None  #: only the call marked as visible, or only the others
    nth: int | None = None  #: only the n-th request that fits, counted from 1
    every: int | None = None  #: only each n-th request that fits

    def fits(self, seen: Seen) -> bool:
        return (
            (self.method is None or self.method == seen.method)
            and (self.path is None or re.fullmatch(self.path, seen.path) is not None)
            and (self.visible is None or self.visible is seen.visible)
        )

    def strikes(self, count: int) -> bool:
        """Whether the `count`-th request that fits is struck."""
        return (self.nth is None or self.nth == count) and (self.every is None or count % self.every == 0)


@dataclass
class Served:
    """A stand-in that is being served. `inject` and `mend` may be called while it runs, from any thread."""

    app: WSGIApplication
    url: str = ""
    log: list[Seen] = field(default_factory=list)
    crashes: list[BaseException] = field(default_factory=list)  #: what the app raised
    closing: threading.Event = field(default_factory=threading.Event)
    _late: threading.Event = field(default_factory=threading.Event)
    _faults: list[Fault] = field(default_factory=list)
    _counts: list[int] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _waiting: int = 0

    def inject(self, *faults: Fault) -> None:
        """Add faults. Of several that strike one request the first counts."""
        with self._lock:
            self._faults += faults
            self._counts += [0] * len(faults)

    def mend(self) -> None:
        """Take all faults away."""
        with self._lock:
            self._faults.clear()
            self._counts.clear()

    def carry_out(self) -> None:
        """Let the app run the requests that a late commit has held back, and return when it has."""
        self._late.set()
        while self._waiting and not self.closing.wait(_GLANCE):
            pass
        self._late.clear()

    @contextmanager
    def held_back(self) -> Iterator[threading.Event]:
        """Count a request that runs late; the event is set when it may."""
        with self._lock:
            self._waiting += 1
        try:
            yield self._late
        finally:
            with self._lock:
                self._waiting -= 1

    def close(self) -> None:
        self.closing.set()
        self._late.set()

    def take(self, seen: Seen) -> Behaviour | None:
        """Write the request down and choose what happens to it."""
        with self._lock:
            self.log.append(seen)
            chosen = None
            for place, fault in enumerate(self._faults):
                if fault.fits(seen):
                    self._counts[place] += 1
                    if chosen is None and fault.strikes(self._counts[place]):
                        chosen = fault.does
        return chosen


class Exchange:
    """One request on the wire, in the hands of a fault."""

    def __init__(self, served: Served, seen: Seen, environ: dict[str, Any], handler: BaseHTTPRequestHandler) -> None:
        self.served = served
        self.seen = seen
        self._environ = environ
        self._handler = handler

    def run(self) -> Answer:
        """Let the app do what was asked. An app that raises answers 500, and the error is kept in `served.crashes`."""
        try:
            answer = _run(self.served.app, self._environ)
        except Exception as error:  # noqa: BLE001 - a fault of the stand-in must not look like one of the wire
            self.served.crashes.append(error)
            answer = Answer(500, "Internal Server Error", (("Content-Type", "text/plain"),), b"the stand-in raised an error")
        self.seen.status = answer.status
        return answer

    def send(self, answer: Answer) -> None:
        self.send_bytes(answer.raw(bodiless=self.seen.method == "HEAD"))

    def send_bytes(self, data: bytes) -> bool:
        """Send. False: the client has gone, which is its right."""
        try:
            self._handler.connection.sendall(data)
        except OSError:
            self._handler.close_connection = True
            return False
        return True

    def send_before_next(self, answer: Answer) -> None:
        """Send this in front of the next answer on the same connection, if there is one."""
        cast("_Handler", self._handler).left_over += answer.raw()

    def end(self) -> None:
        """Close the connection in an orderly way when this exchange is over."""
        self._handler.close_connection = True

    def reset(self) -> None:
        """Tear the connection down at once: the client sees a reset."""
        self._handler.close_connection = True
        line = self._handler.connection
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._handler.rfile.close()
        line.close()

    def wait(self, seconds: float) -> bool:
        """Wait. False: the server is being closed."""
        return not self.served.closing.wait(seconds)

    def hang(self) -> None:
        """Wait until the client has gone or the server is closed."""
        line = self._handler.connection
        while self.wait(_GLANCE) and not _gone(line):
            pass
        self.end()


@contextmanager
def serve(app: WSGIApplication, faults: Iterable[Fault] = ()) -> Iterator[Served]:
    """Serve `app` on a free loopback port until the end of the block. Threads and sockets end with it."""
    served = Served(app)
    served.inject(*faults)
    with _Server(("127.0.0.1", 0), _Handler) as server:
        server.served = served
        served.url = "http://{}:{}".format(*server.place)
        listening = threading.Thread(target=server.listen, daemon=True)
        listening.start()
        try:
            yield served
        finally:
            served.close()
            with socket.create_connection(server.place):  # wakes the listener, who then sees that it is over
                listening.join()
            server.hang_up()


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    request_queue_size = 128
    served: Served

    def __init__(self, *arguments: Any) -> None:
        self._open: set[socket.socket] = set()
        self._workers: weakref.WeakSet[threading.Thread] = weakref.WeakSet()
        super().__init__(*arguments)

    @property
    def place(self) -> tuple[str, int]:
        host, port = cast("tuple[str, int]", self.server_address)
        return host, port

    def listen(self) -> None:
        while not self.served.closing.is_set():
            self.handle_request()

    def process_request(self, request: Any, client_address: Any) -> None:
        self._open.add(request)
        worker = threading.Thread(target=self.process_request_thread, args=(request, client_address), daemon=True)
        self._workers.add(worker)
        worker.start()

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002 - the signature is socketserver's
        error = sys.exc_info()[1]
        if error is not None and not isinstance(error, OSError):
            self.served.crashes.append(error)

    def hang_up(self) -> None:
        """Close what is still open and wait for the threads that served it."""
        for line in list(self._open):
            try:
                line.shutdown(socket.SHUT_RDWR)
            except OSError:
                self._open.discard(line)
        for worker in list(self._workers):
            worker.join(timeout=5)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    left_over = b""

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the signature is http.server's
        """Be quiet: `Served.log` has it all."""

    def _answer(self) -> None:
        body = self._body()
        if body is None:
            self.close_connection = True
            return
        seen = self._seen(body)
        served = cast("_Server", self.server).served
        behaviour = served.take(seen)
        exchange = Exchange(served, seen, _environ(self, seen), self)
        if self.left_over:
            exchange.send_bytes(self.left_over)
            self.left_over = b""
        if behaviour is None:
            exchange.send(exchange.run())
        else:
            seen.fault = getattr(behaviour, "__name__", type(behaviour).__name__)
            behaviour(exchange)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _answer  # noqa: N815 - http.server's names

    def _seen(self, body: bytes) -> Seen:
        headers: dict[str, str] = {}
        for name, value in self.headers.items():
            headers[name.lower()] = f"{headers[name.lower()]},{value}" if name.lower() in headers else value
        visible = headers.pop(VISIBLE, None) is not None
        target = urlsplit(self.path)
        return Seen(self.command, target.path, target.query, headers, body, visible)

    def _body(self) -> bytes | None:
        """The whole body; None where the client went before its end."""
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            return _chunked(cast("io.BufferedReader", self.rfile))
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        return body if len(body) == length else None


def _chunked(stream: io.BufferedReader) -> bytes | None:
    body = bytearray()
    while True:
        size = stream.readline().split(b";")[0].strip()
        if not size:
            return None
        if int(size, 16) == 0:
            stream.readline()
            return bytes(body)
        body += stream.read(int(size, 16))
        stream.readline()


def _environ(handler: BaseHTTPRequestHandler, seen: Seen) -> dict[str, Any]:
    host, port = cast("_Server", handler.server).place
    environ: dict[str, Any] = {
        "REQUEST_METHOD": seen.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote(seen.path, "latin-1"),
        "QUERY_STRING": seen.query,
        "SERVER_NAME": host,
        "SERVER_PORT": str(port),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": handler.client_address[0],
        "CONTENT_TYPE": seen.headers.get("content-type", ""),
        "CONTENT_LENGTH": str(len(seen.body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(seen.body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    own = {"content-type", "content-length"}
    environ |= {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in seen.headers.items() if name not in own}
    return environ


def _run(app: WSGIApplication, environ: dict[str, Any]) -> Answer:
    started: list[tuple[str, list[tuple[str, str]]]] = []
    written: list[bytes] = []

    def start_response(status: str, headers: list[tuple[str, str]], failed: Any = None) -> Callable[[bytes], object]:  # noqa: ARG001
        started.append((status, headers))
        return written.append

    chunks = app(environ, start_response)
    try:
        written.extend(chunks)
    finally:
        close = getattr(chunks, "close", None)
        if close is not None:
            close()
    status, headers = started[-1]
    code, _, reason = status.partition(" ")
    return Answer(int(code), reason, tuple(headers), b"".join(written))


def _gone(line: socket.socket) -> bool:
    try:
        readable, _, _ = select.select([line], [], [], 0)
        return bool(readable) and not line.recv(1, socket.MSG_PEEK)
    except OSError:
        return True
