"""The client that plugins are given, on real sockets."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

import evenly
from evenly.plugin import (
    Duplicate,
    Http,
    Network,
    NetworkError,
    OutcomeUnknown,
    PostRejected,
    Quota,
    SignInNeeded,
    TryLater,
)
from evenly.plugin.http import DEFINITE, Visible, retry_after
from evenly.plugin.testing import Exchange, Fault, SteppedClock, faults, serve

if TYPE_CHECKING:
    from evenly.plugin.testing import Behaviour, Served

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ALL_ERRORS = [status for status in range(300, 600) if status not in range(306, 307)]
UNKNOWN: list[Behaviour] = [
    faults.drop,
    faults.lose_answer,
    faults.truncate,
    faults.fail(500),
    faults.fail(502, after=True),
    faults.commit_late(0),
]


def counting() -> Callable[..., list[bytes]]:
    """An app that answers each request with its number."""
    count = 0

    def app(environ: Any, start_response: Any) -> list[bytes]:
        nonlocal count
        count += 1
        start_response("200 OK", [("Content-Type", "application/json")])
        return [json.dumps({"id": str(count)}).encode()]

    return app


def answering(status: int, headers: list[tuple[str, str]] | None = None, body: bytes = b"") -> Callable[..., list[bytes]]:
    """An app that always answers the same."""

    def app(environ: Any, start_response: Any) -> list[bytes]:
        start_response(f"{status} Said", headers or [])
        return [body]

    return app


@pytest.fixture
def served() -> Iterator[Served]:
    with serve(counting()) as served:
        yield served


@contextmanager
def client(**keywords: Any) -> Iterator[Http]:
    """A client with a clock that stands still and a short patience."""
    settings: dict[str, Any] = {"clock": SteppedClock(NOW), "timeout": timedelta(seconds=5)} | keywords
    with Http(**settings) as http:
        yield http


def post(url: str, **keywords: Any) -> httpx.Request:
    return httpx.Request("POST", f"{url}/posts", **keywords)


def get(url: str, path: str = "/posts", **keywords: Any) -> httpx.Request:
    return httpx.Request("GET", f"{url}{path}", **keywords)


class TestTheVisibleCall:
    """`send_once`."""

    def test_it_is_sent_once_and_gives_the_answer(self, served: Served) -> None:
        """A success is handed on, and the client knows that the answer came."""
        with client() as http:
            assert http.send_once(post(served.url, json={})).json() == {"id": "1"}
            assert http.visible is Visible.ANSWERED
        assert len(served.log) == 1

    def test_a_second_one_is_refused(self, served: Served) -> None:
        """One client makes one visible call: a plugin that tries twice has a fault."""
        with client() as http:
            http.send_once(post(served.url))
            with pytest.raises(RuntimeError, match="one visible call"):
                http.send_once(post(served.url))
        assert len(served.log) == 1

    def test_each_has_a_connection_of_its_own(self) -> None:
        """Neither the pool of the repeatable calls nor another visible call shares it."""
        ports = []

        def app(environ: Any, start_response: Any) -> list[bytes]:
            start_response("200 OK", [])
            return [b"{}"]

        def note(exchange: Exchange) -> None:
            ports.append(exchange._handler.client_address[1])
            exchange.send(exchange.run())

        with serve(app, [Fault(note)]) as served:
            for _ in range(3):
                with client() as http:
                    http.send_repeatable(get(served.url))
                    http.send_repeatable(get(served.url))
                    http.send_once(post(served.url))
        assert len(ports) == 9
        visible, pooled = ports[2::3], ports[0::3]
        assert len(set(visible)) == 3
        assert not set(visible) & set(pooled)
        assert ports[0::3] == ports[1::3], "repeatable calls share a connection"

    @pytest.mark.parametrize("fault", [faults.double_answer, faults.double_answer_late])
    def test_answers_that_come_twice_never_mix(self, served: Served, fault: Behaviour) -> None:
        """The second copy of an answer is never taken for the answer to the next post."""
        served.inject(Fault(fault))
        for number in range(1, 6):
            with client() as http:
                assert http.send_once(post(served.url)).json() == {"id": str(number)}

    @pytest.mark.parametrize("fault", UNKNOWN, ids=lambda fault: fault.__name__)
    def test_what_proves_nothing_is_unknown(self, served: Served, fault: Behaviour) -> None:
        """A reset, a broken answer and a server's error say nothing about the post."""
        served.inject(Fault(fault))
        with client() as http, pytest.raises(OutcomeUnknown):
            http.send_once(post(served.url))
        assert http.visible is Visible.SENT

    def test_without_a_connection_nothing_was_sent(self) -> None:
        """A refused connection is no unknown outcome."""
        with serve(counting()) as served:
            url = served.url
        with client() as http, pytest.raises(TryLater):
            http.send_once(post(url))
        assert http.visible is Visible.NOT_SENT

    @pytest.mark.parametrize("status", ALL_ERRORS)
    def test_only_definite_statuses_prove_that_nothing_is_public(self, status: int) -> None:
        """400, 401, 403, 404, 413, 415, 422 and 429 do; every other error leaves it open."""
        transport = httpx.MockTransport(lambda _: httpx.Response(status))
        with client(transport=transport) as http, pytest.raises(NetworkError) as raised:
            http.send_once(post("http://network.example"))
        definite = status in {400, 401, 403, 404, 413, 415, 422, 429}
        assert isinstance(raised.value, OutcomeUnknown) is not definite
        assert http.visible is (Visible.REFUSED if definite else Visible.SENT)

    def test_a_status_that_is_accepted_counts_as_an_answer(self) -> None:
        """The plugin may know better what a status means."""
        with serve(answering(409, body=b"there")) as served, client() as http:
            assert http.send_once(post(served.url), accept={409}).text == "there"
            assert http.visible is Visible.ANSWERED

    def test_a_network_may_narrow_a_definite_status(self) -> None:
        """`Network.refusal` may say that its 400 proves nothing, or that its 409 proves something."""
        doubtful = Network(name="n", title="N", refusal=lambda _: OutcomeUnknown())
        settled = Network(name="n", title="N", refusal=lambda _: Duplicate("7"))
        with serve(answering(400)) as served, client(network=doubtful) as http, pytest.raises(OutcomeUnknown):
            http.send_once(post(served.url))
        assert http.visible is Visible.SENT
        with serve(answering(409)) as served, client(network=settled) as http, pytest.raises(Duplicate) as duplicate:
            http.send_once(post(served.url))
        assert duplicate.value.remote_id == "7"

    def test_a_network_cannot_call_a_server_error_definite(self) -> None:
        """Whatever a plugin makes of a 500, the post may be public."""
        network = Network(name="n", title="N", refusal=lambda _: TryLater())
        with serve(answering(500)) as served, client(network=network) as http, pytest.raises(OutcomeUnknown):
            http.send_once(post(served.url))

    def test_a_redirect_is_not_followed(self) -> None:
        """A post must not arrive twice, nor elsewhere."""
        with serve(answering(307, [("Location", "/elsewhere")])) as served, client() as http, pytest.raises(OutcomeUnknown):
            http.send_once(post(served.url))
        assert [seen.path for seen in served.log] == ["/posts"]

    @pytest.mark.parametrize("fault", [faults.drip(0.02), faults.hang, faults.hang_after])
    def test_the_time_out_holds_for_the_whole_call(self, fault: Behaviour) -> None:
        """A server that sends a byte now and then does not hold us longer than one that sends none."""
        with serve(answering(200, body=b"x" * 1000), [Fault(fault)]) as served, client(timeout=timedelta(seconds=0.3)) as http:
            started = time.monotonic()
            with pytest.raises(OutcomeUnknown):
                http.send_once(post(served.url))
            assert time.monotonic() - started < 3

    def test_an_answer_without_a_length_that_we_cut_is_not_taken_for_whole(self) -> None:
        """Where the end of the connection is the end of the answer, our own cut looks like one."""

        def drip_without_length(exchange: Exchange) -> None:
            exchange.send_bytes(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
            while exchange.wait(0.02) and exchange.send_bytes(b" "):
                pass
            exchange.end()

        short = timedelta(seconds=0.3)
        with serve(counting(), [Fault(drip_without_length)]) as served, client(timeout=short) as http, pytest.raises(OutcomeUnknown):
            http.send_once(post(served.url))

    def test_an_answer_that_never_ends_is_unknown(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Not more is read than any answer needs."""
        monkeypatch.setattr("evenly.plugin.http._LARGEST_ANSWER", 1000)
        with serve(answering(200, body=b"x" * 2000)) as served, client() as http, pytest.raises(OutcomeUnknown):
            http.send_once(post(served.url))


class TestTheDeadline:
    """No visible call begins later than one time-out before the lease ends."""

    def test_nothing_is_sent_when_it_has_passed(self, served: Served) -> None:
        """The call would end after the lease."""
        clock = SteppedClock(NOW, elapsed=56.0)
        with client(clock=clock, deadline=60.0) as http, pytest.raises(TryLater):
            http.send_once(post(served.url))
        assert http.visible is Visible.NOT_SENT
        assert served.log == []

    def test_it_is_looked_at_again_when_the_connection_is_up(self, served: Served) -> None:
        """A connection that took too long carries nothing: the check comes right before the first byte."""

        class Impatient(SteppedClock):
            looks = 0

            def monotonic(self) -> float:
                self.looks += 1
                return 0.0 if self.looks == 1 else 56.0

        clock = Impatient(NOW)
        with client(clock=clock, deadline=60.0) as http, pytest.raises(TryLater):
            http.send_once(post(served.url, content=b"must not leave"))
        assert clock.looks == 2
        assert http.visible is Visible.NOT_SENT
        assert served.log == []

    def test_in_time_it_is_sent(self, served: Served) -> None:
        """One time-out before the deadline is soon enough."""
        with client(clock=SteppedClock(NOW, elapsed=54.9), deadline=60.0) as http:
            http.send_once(post(served.url))
        assert len(served.log) == 1


class TestRepeatableCalls:
    """`send_repeatable`."""

    @pytest.mark.parametrize("fault", [faults.drop, faults.lose_answer, faults.truncate, faults.fail(500), faults.fail(503)])
    def test_a_fault_means_try_later(self, served: Served, fault: Behaviour) -> None:
        """Nothing public can have happened."""
        served.inject(Fault(fault))
        with client() as http, pytest.raises(TryLater):
            http.send_repeatable(get(served.url))

    @pytest.mark.parametrize(
        ("status", "kind"),
        [(400, PostRejected), (401, SignInNeeded), (403, PostRejected), (404, PostRejected), (429, TryLater), (500, TryLater)],
    )
    def test_an_error_is_read_by_its_status(self, status: int, kind: type[NetworkError]) -> None:
        """Where the network has no reading of its own."""
        with serve(answering(status, body=b"because")) as served, client() as http, pytest.raises(kind) as raised:
            http.send_repeatable(get(served.url))
        assert "127.0.0.1" in str(raised.value)

    def test_it_leaves_the_visible_call_untouched(self, served: Served) -> None:
        """Reading and uploading never look like publishing."""
        with client() as http:
            http.send_repeatable(get(served.url))
            assert http.visible is Visible.NOT_SENT
            http.send_once(post(served.url))

    def test_many_threads_may_have_a_client_each(self, served: Served) -> None:
        """Clients share nothing."""
        ids: list[str] = []

        def work() -> None:
            with client() as http:
                ids.append(http.send_once(post(served.url)).json()["id"])

        threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(map(int, ids)) == list(range(1, 9))


class TestWhereItGoes:
    """The account's `api` override, and what every request carries."""

    def test_the_override_takes_every_host_and_leaves_the_paths(self, served: Served) -> None:
        """Sign-in, uploads and calls to several hosts all go to the one address."""
        with client(api=served.url) as http:
            for host in ("https://graph.network.example", "https://upload.network.example:8443", "http://other.example"):
                http.send_repeatable(get(host, "/v1/a%20b?q=1&q=2"))
            http.send_once(post("https://graph.network.example", json={"a": 1}))
        assert [(seen.path, seen.query) for seen in served.log[:3]] == [("/v1/a%20b", "q=1&q=2")] * 3
        assert {seen.headers["host"] for seen in served.log} == {served.url.removeprefix("http://")}

    def test_every_request_says_who_asks(self, served: Served) -> None:
        """Some servers refuse calls without a User-Agent; a plugin's own stays."""
        with client() as http:
            http.send_repeatable(get(served.url))
            http.send_once(post(served.url, headers={"User-Agent": "mine"}))
        assert [seen.headers["user-agent"] for seen in served.log] == [f"evenly/{evenly.__version__}", "mine"]


class TestWhatIsNoted:
    """Waits, usage headers and the server's clock."""

    @pytest.mark.parametrize(
        ("value", "wait"),
        [
            ("120", timedelta(seconds=120)),
            (" 0 ", timedelta(0)),
            ("Mon, 02 Mar 2026 09:05:00 GMT", timedelta(minutes=5)),
            ("Mon, 02 Mar 2026 08:00:00 GMT", timedelta(0)),
            ("999999999", timedelta(days=7)),
            ("Fri, 31 Dec 9999 23:59:59 GMT", timedelta(days=7)),
            ("", None),
            ("soon", None),
            ("-5", None),
            ("1.5", None),
            ("٣", None),
            ("9" * 40, None),
            ("Sun, 06 Nov 99999999999999999999 08:49:37 GMT", None),
        ],
    )
    def test_retry_after_is_a_number_or_a_date_or_nothing(self, value: str, wait: timedelta | None) -> None:
        """Never more than a week, never less than nothing, and nonsense is none."""
        assert retry_after({"retry-after": value}, NOW) == wait

    @given(st.text(max_size=60) | st.from_regex(r"[A-Z][a-z]{2}, \d{1,3} [A-Z][a-z]{2} \d{1,25} \d+:\d+:\d+ ?[-+A-Z0-9]*", fullmatch=True))
    def test_no_retry_after_breaks_anything(self, value: str) -> None:
        """Whatever a server writes there."""
        wait = retry_after({"retry-after": value}, NOW)
        assert wait is None or timedelta(0) <= wait <= timedelta(days=7)

    @pytest.mark.parametrize("date", ["Mon, 02 Mar 2026 09:00:00 GMT", None])
    def test_a_wait_is_counted_by_the_servers_own_clock(self, date: str | None) -> None:
        """Our clock may be wrong by an hour; a date in an answer is the server's."""
        headers = [("Retry-After", "Mon, 02 Mar 2026 09:10:00 GMT")] + ([("Date", date)] if date else [])
        clock = SteppedClock(NOW + timedelta(minutes=5))
        with serve(answering(429, headers)) as served, client(clock=clock) as http, pytest.raises(TryLater) as later:
            http.send_once(post(served.url))
        assert later.value.wait == timedelta(minutes=10 if date else 5)

    def test_usage_headers_are_handed_on(self) -> None:
        """Of successes and of refusals, with names in lower case."""
        heard: list[Quota] = []
        network = Network(name="n", title="N", quota=lambda headers, now: Quota(remaining=int(headers["x-left"]), resets_at=now))
        for status in (200, 429):
            with serve(answering(status, [("X-Left", "3")])) as served, client(network=network, on_quota=heard.append) as http:
                try:
                    http.send_once(post(served.url))
                except TryLater:
                    assert status == 429
        assert [(quota.remaining, quota.resets_at) for quota in heard] == [(3, NOW)] * 2

    def test_where_endpoints_are_counted_apart_only_visible_calls_tell_what_is_left(self) -> None:
        """What reading has left says nothing of publishing."""
        heard: list[Quota] = []
        network = Network(name="n", title="N", quota=lambda headers, _: Quota(remaining=int(headers["x-left"])), counted="by endpoint")
        with serve(answering(200, [("X-Left", "3")])) as served, client(network=network, on_quota=heard.append) as http:
            http.send_repeatable(get(served.url))
            assert heard == []
            http.send_once(post(served.url))
        assert [quota.remaining for quota in heard] == [3]

    @pytest.mark.parametrize("value", ["many", "", "1e400"])
    def test_usage_headers_that_nobody_can_read_cost_no_answer(self, value: str, caplog: pytest.LogCaptureFixture) -> None:
        """A success stays one; a warning says which host it was."""
        network = Network(name="n", title="N", quota=lambda headers, _: Quota(remaining=int(float(headers["x-left"]))))
        with serve(answering(200, [("X-Left", value)])) as served, client(network=network, on_quota=pytest.fail) as http:
            http.send_once(post(served.url))
        assert http.visible is Visible.ANSWERED
        assert "usage headers of 127.0.0.1" in caplog.text


class TestSecrets:
    """What opens the door is never shown."""

    SECRET = "EAAB-this-is-the-token-00042"

    @pytest.mark.parametrize(
        "fault", [faults.drop, faults.fail(500), faults.repeat_back(400), faults.repeat_back(401), faults.repeat_back(500)]
    )
    def test_no_token_stands_in_a_log_or_an_error(self, served: Served, fault: Behaviour, caplog: pytest.LogCaptureFixture) -> None:
        """Not even when the network repeats it."""
        caplog.set_level(logging.DEBUG, "evenly")
        served.inject(Fault(fault))
        with client() as http, pytest.raises(NetworkError) as raised:
            http.send_once(post(served.url, headers={"Authorization": f"Bearer {self.SECRET}"}))
        assert self.SECRET not in str(raised.value) + repr(raised.value.message.values) + caplog.text

    @pytest.mark.parametrize("place", ["header", "query", "form"])
    def test_an_error_answer_reaches_the_plugin_without_the_token(self, place: str) -> None:
        """So that no plugin can put it into a message."""
        seen: list[str] = []

        def refusal(response: httpx.Response) -> None:
            seen.append(response.json()["error"]["message"])

        network = Network(name="n", title="N", refusal=refusal)
        body = json.dumps({"error": {"message": f"Malformed access token {self.SECRET}"}}).encode()
        sent: dict[str, Any] = {
            "header": {"headers": {"Authorization": f"Bearer {self.SECRET}"}},
            "query": {"params": {"access_token": self.SECRET}},
            "form": {"data": {"access_token": self.SECRET, "message": "hello"}},
        }[place]
        with serve(answering(400, body=body)) as served, client(network=network) as http, pytest.raises(PostRejected) as raised:
            http.send_repeatable(post(served.url, **sent))
        assert seen == ["Malformed access token ***"]
        assert self.SECRET not in str(raised.value)

    def test_the_debug_log_names_the_path_without_its_query(self, served: Served, caplog: pytest.LogCaptureFixture) -> None:
        """A query may hold what nobody should read."""
        caplog.set_level(logging.DEBUG, "evenly")
        with client() as http:
            http.send_repeatable(get(served.url, "/posts?secret=42"))
        assert "GET 127.0.0.1/posts: 200" in caplog.text
        assert "secret" not in "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("evenly"))


def test_the_table_of_definite_statuses_is_the_law() -> None:
    """Adding one here would call posts refused that may be public."""
    assert {400, 401, 403, 404, 413, 415, 422, 429} == DEFINITE
