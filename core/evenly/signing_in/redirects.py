"""The address on this machine to which a network sends the browser back: RFC 8252, section 7.3."""

from __future__ import annotations

import queue
import threading
from collections.abc import Mapping
from datetime import timedelta
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit, urlunsplit

from evenly.messages import _
from evenly.plugin import Message

DEFAULT = "http://127.0.0.1:8917/"
"""Where networks send the browser unless another address is asked for. Always the same, since most want it registered beforehand."""

PASTED = "https://localhost/"
"""Where networks send the browser that refuse addresses of this machine without TLS. Nobody listens there: the address is pasted."""

VARIABLE = "EVENLY_REDIRECT"
"""The variable that names another address for every sign-in."""

_LOOPBACK = frozenset({"127.0.0.1", "localhost"})
_PAGE = """<!doctype html><html><head><meta charset="utf-8"><meta name="referrer" content="no-referrer">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"><title>evenly</title></head>
<body style="font: 1.2em sans-serif; margin: 4em"><p>{text}</p></body></html>"""


class RedirectRefused(Exception):
    """The redirect address cannot be used; the message says what to do."""

    def __init__(self, message: Message) -> None:
        self.message = message
        super().__init__(str(message))


def is_loopback(address: str) -> bool:
    """Whether the browser would come back to this very machine, so that nothing need be pasted."""
    parts = urlsplit(address)
    return parts.scheme == "http" and parts.hostname in _LOOPBACK


def address(word: str | None, standing: str | None, *, loopback: bool) -> str:
    """Where the browser is to be sent back: the person's `word` for this sign-in, else the `standing` address, else the default.

    A standing address on this machine is passed over for a network that sends no browser there (`loopback` false).
    """
    if word:
        return word
    if loopback:
        return standing or DEFAULT
    return standing if standing and not is_loopback(standing) else PASTED


class Redirects:
    """Listens on this machine until the browser comes back. A port of 0 takes any that is free."""

    def __init__(self, address: str) -> None:
        """Raises `RedirectRefused` when the port is taken."""
        parts = urlsplit(address)
        self._answers: queue.SimpleQueue[Mapping[str, str]] = queue.SimpleQueue()
        try:
            port = 80 if parts.port is None else parts.port
            # Loopback alone: nobody else on the network may send an answer.
            self._server = ThreadingHTTPServer(("127.0.0.1", port), _handler(parts.path or "/", self._answers))
        except (OSError, ValueError) as error:
            raise RedirectRefused(
                Message(
                    "The browser cannot be sent back to {address}: {error}. End the program that has this port, "
                    "or name another address with --redirect.",
                    address=address,
                    error=error,
                )
            ) from error
        self._server.daemon_threads = True
        self.uri = urlunsplit(parts._replace(netloc=f"{parts.hostname}:{self._server.server_port}")) if parts.port == 0 else address
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()

    def wait(self, patience: timedelta) -> Mapping[str, str] | None:
        """What the browser came back with; None when it did not come in time."""
        try:
            return self._answers.get(timeout=patience.total_seconds())
        except queue.Empty:
            return None

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()


def query_of(pasted: str) -> dict[str, str]:
    """The answer in what a person pasted: the whole address, its query, or the bare code."""
    text = pasted.strip()
    if "://" in text or text.startswith("/"):
        return dict(parse_qsl(urlsplit(text).query, keep_blank_values=True))
    if "=" in text.rstrip("="):
        return dict(parse_qsl(text.removeprefix("?").partition("#")[0], keep_blank_values=True))
    return {"code": text.partition("#")[0]} if text else {}


def _handler(path: str, answers: queue.SimpleQueue[Mapping[str, str]]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = 10  # browsers open connections that they never use

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            query = dict(parse_qsl(parts.query, keep_blank_values=True))
            if parts.path != path or not query:
                self.send_error(404)
                return
            body = _PAGE.format(text=escape(_("Thank you. You can close this window and go back to evenly."))).encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            self.wfile.write(body)
            answers.put(query)

        def log_message(self, *_arguments: Any) -> None:
            """The address holds the code, which is a secret."""

    return Handler
