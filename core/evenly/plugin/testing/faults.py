"""What can happen to a request between us and a network.

Each is a `Behaviour`: a function of the `Exchange` it happens to. Your own are written the same way.

| fault | did the app run? | what the client sees |
|---|---|---|
| `drop` | no | a reset |
| `lose_answer` | yes | a reset |
| `commit_late()` | afterwards | a reset |
| `delay(seconds)` | after the wait | the answer, late |
| `hang`, `hang_after` | no, yes | nothing at all |
| `fail(500)`, `fail(500, after=True)` | no, yes | that status, with a page of HTML |
| `repeat_back(400)` | no | that status, and in the page the token that came with the request |
| `slow_down("120")` | no | 429, with or without `Retry-After` |
| `truncate` | yes | half of the body, then the end; where there is no body, no answer |
| `break_json` | yes | a whole answer whose JSON ends in the middle; where there is none, no answer |
| `edit_json(change)` | yes | the answer's JSON, changed |
| `double_answer` | yes | the same answer twice |
| `double_answer_late` | yes | the answer, and once more in front of the next one on that connection |
| `drip(seconds)` | yes | the answer, a byte at a time |
"""

from __future__ import annotations

import json
from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from evenly.plugin.testing.serving import Answer

if TYPE_CHECKING:
    from collections.abc import Callable

    from evenly.plugin.testing.serving import Behaviour, Exchange


def drop(exchange: Exchange) -> None:
    """The request is lost: the app never sees it."""
    exchange.reset()


def lose_answer(exchange: Exchange) -> None:
    """The app does what was asked, and its answer is lost."""
    exchange.run()
    exchange.reset()


def commit_late(seconds: float | None = None) -> Behaviour:
    """The client is cut off first; the app runs after so many seconds, or when `Served.carry_out` is called."""

    def commit_late(exchange: Exchange) -> None:
        with exchange.served.held_back() as released:
            exchange.reset()
            released.wait(seconds)
            if not exchange.served.closing.is_set():
                exchange.run()

    return commit_late


def delay(seconds: float) -> Behaviour:
    """The app runs, and answers, so much later."""

    def delay(exchange: Exchange) -> None:
        if exchange.wait(seconds):
            exchange.send(exchange.run())

    return delay


def hang(exchange: Exchange) -> None:
    """Nothing happens, until the client loses patience."""
    exchange.hang()


def hang_after(exchange: Exchange) -> None:
    """The app does what was asked and never answers."""
    exchange.run()
    exchange.hang()


def fail(status: int = 500, *, after: bool = False) -> Behaviour:
    """An error page of whatever stands before the network; `after`: the app had done its work."""

    def fail(exchange: Exchange) -> None:
        if after:
            exchange.run()
        exchange.send(_page(status))

    return fail


def repeat_back(status: int = 400) -> Behaviour:
    """An error page that repeats the `Authorization` header and the query: some networks name the token that they refuse."""

    def repeat_back(exchange: Exchange) -> None:
        told = f"{exchange.seen.headers.get('authorization', '')} {exchange.seen.query}"
        exchange.send(replace(_page(status), body=f"<html>cannot take {told}</html>".encode()))

    return repeat_back


def slow_down(retry_after: str | None = None) -> Behaviour:
    """429, with `Retry-After` where one is given."""

    def slow_down(exchange: Exchange) -> None:
        headers = () if retry_after is None else (("Retry-After", retry_after),)
        page = _page(HTTPStatus.TOO_MANY_REQUESTS)
        exchange.send(replace(page, headers=page.headers + headers))

    return slow_down


def truncate(exchange: Exchange) -> None:
    """The answer stops in the middle of its body."""
    answer = exchange.run()
    if not answer.body:
        exchange.reset()
        return
    raw = answer.raw()
    exchange.send_bytes(raw[: len(raw) - (len(answer.body) + 1) // 2])
    exchange.end()


def break_json(exchange: Exchange) -> None:
    """The answer is complete as HTTP, but its JSON is not."""
    answer = exchange.run()
    if not answer.body:
        exchange.reset()
        return
    exchange.send(replace(answer, body=answer.body[: len(answer.body) // 2]))


def edit_json(change: Callable[[Any], Any]) -> Behaviour:
    """The answer's JSON is what `change` makes of it; an answer that is none stays as it is."""

    def edit_json(exchange: Exchange) -> None:
        answer = exchange.run()
        try:
            body = json.dumps(change(json.loads(answer.body))).encode()
        except ValueError:
            body = answer.body
        exchange.send(replace(answer, body=body))

    return edit_json


def double_answer(exchange: Exchange) -> None:
    """The answer comes twice, one after the other."""
    exchange.send_bytes(exchange.run().raw() * 2)


def double_answer_late(exchange: Exchange) -> None:
    """The answer comes a second time when the connection is used again, and looks like the answer to that request."""
    answer = exchange.run()
    exchange.send(answer)
    exchange.send_before_next(answer)


def drip(seconds: float = 0.05) -> Behaviour:
    """Each byte of the answer takes so long."""

    def drip(exchange: Exchange) -> None:
        for byte in exchange.run().raw():
            if not (exchange.wait(seconds) and exchange.send_bytes(bytes([byte]))):
                break
        exchange.end()

    return drip


def _page(status: int) -> Answer:
    reason = HTTPStatus(status).phrase
    return Answer(status, reason, (("Content-Type", "text/html"),), f"<html><h1>{status} {reason}</h1></html>".encode())
