"""A web site on loopback that serves feeds as real servers do: with ETag and Last-Modified, and 304 for what is known."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

DATA = Path(__file__).with_name("data")
ATOM = (DATA / "18f-atom.xml").read_bytes()
RSS = (DATA / "18f-rss.xml").read_bytes()
CHANGED = "Tue, 10 Dec 2024 09:00:00 GMT"

Answer = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Site:
    """What stands where, and how it was answered."""

    url: str
    pages: dict[str, bytes | Answer] = field(default_factory=dict)
    answered: list[tuple[str, int]] = field(default_factory=list)  #: path and status

    def at(self, path: str) -> str:
        return self.url + path


@contextmanager
def site(pages: dict[str, bytes | Answer]) -> Iterator[Site]:
    """A site with these pages, as long as the block lasts."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            page = here.pages.get(self.path)
            if callable(page):
                page(self)
                return
            self._send(page)

        def _send(self, body: bytes | None) -> None:
            etag = None if body is None else f'"{hashlib.md5(body, usedforsecurity=False).hexdigest()}"'
            is_known = etag is not None and self.headers.get("If-None-Match") == etag and self.headers.get("If-Modified-Since") == CHANGED
            status = 404 if body is None else 304 if is_known else 200
            here.answered.append((self.path, status))
            self.send_response(status)
            if etag is not None:
                self.send_header("ETag", etag)
                self.send_header("Last-Modified", CHANGED)
            self.end_headers()
            if status == 200:
                self.wfile.write(body or b"")

        def log_message(self, *args: object) -> None:
            """Tests are quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    here = Site(f"http://127.0.0.1:{server.server_port}", pages)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield here
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def answering(status: int, **headers: str) -> Answer:
    """A page that answers with this status."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        for name, value in headers.items():
            request.send_header(name.replace("_", "-"), value)
        request.end_headers()

    return answer


def rss(*items: str, title: str = "Silver news") -> bytes:
    """A small feed with these items."""
    return f'<rss version="2.0"><channel><title>{title}</title>{"".join(items)}</channel></rss>'.encode()


def article(title: str, link: str, guid: str = "", *, about: str = "") -> str:
    """An item of a small feed."""
    return f"<item><title>{title}</title><link>{link}</link><description>{about}</description>{guid and f'<guid>{guid}</guid>'}</item>"
