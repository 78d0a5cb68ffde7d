"""A stand-in on a socket, and what can happen to requests on their way."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from evenly.plugin.testing import Fault, Served, faults, serve

if TYPE_CHECKING:
    from evenly.plugin.testing import Behaviour


class Notebook:
    """An app that writes down what it was asked, and says so."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.environ: dict[str, Any] = {}

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., object]) -> list[bytes]:
        self.environ = environ
        self.lines.append(environ["wsgi.input"].read().decode())
        start_response("201 Created", [("Content-Type", "application/json")])
        return [json.dumps({"lines": len(self.lines), "of": "the notebook"}).encode()]


@pytest.fixture
def app() -> Notebook:
    return Notebook()


def ask(served: Served, text: str = "hello", *, method: str = "POST", path: str = "/lines", timeout: float = 5.0) -> httpx.Response:
    with httpx.Client(trust_env=False, timeout=timeout) as client:
        return client.request(method, f"{served.url}{path}", content=text)


class TestServing:
    """Without faults the app is simply there."""

    def test_the_app_is_asked_and_its_answer_comes_back(self, app: Notebook) -> None:
        """Status, headers and body arrive as the app gave them."""
        with serve(app) as served:
            answer = ask(served, "one")
        assert (answer.status_code, answer.json()["lines"]) == (201, 1)
        assert answer.headers["content-type"] == "application/json"
        assert app.lines == ["one"]

    def test_the_environment_is_wsgis(self, app: Notebook) -> None:
        """Path, query, headers and address are where PEP 3333 wants them."""
        with serve(app) as served, httpx.Client(trust_env=False) as client:
            client.put(f"{served.url}/caf%C3%A9/a%2Fb?q=1%202", headers=[("X-One", "1"), ("X-One", "2")], content=b"xyz")
        environ = app.environ
        assert environ["REQUEST_METHOD"] == "PUT"
        assert environ["PATH_INFO"].encode("latin-1").decode() == "/café/a/b"
        assert environ["QUERY_STRING"] == "q=1%202"
        assert environ["HTTP_X_ONE"] == "1,2"
        assert environ["CONTENT_LENGTH"] == "3"
        assert served.url == f"http://{environ['SERVER_NAME']}:{environ['SERVER_PORT']}"

    def test_a_body_may_come_in_chunks(self, app: Notebook) -> None:
        """Large uploads are streamed."""
        with serve(app) as served, httpx.Client(trust_env=False) as client:
            client.post(f"{served.url}/lines", content=iter([b"one ", b"", b"two ", b"three"]))
        assert app.lines == ["one two three"]

    def test_every_request_is_in_the_log(self, app: Notebook) -> None:
        """With what was asked, what was answered and what went wrong."""
        with serve(app, [Fault(faults.drop, path="/dropped")]) as served:
            ask(served, "kept", path="/kept?a=1")
            with pytest.raises(httpx.HTTPError):
                ask(served, "lost", path="/dropped")
        assert [(seen.method, seen.path, seen.query, seen.body, seen.status, seen.fault) for seen in served.log] == [
            ("POST", "/kept", "a=1", b"kept", 201, None),
            ("POST", "/dropped", "", b"lost", None, "drop"),
        ]

    def test_an_app_that_raises_answers_500_and_is_told_on(self) -> None:
        """A fault of a stand-in is not mistaken for one of the wire."""

        def broken(environ: Any, start_response: Any) -> list[bytes]:
            raise KeyError("post")

        with serve(broken) as served:
            assert ask(served).status_code == 500
        assert [type(error) for error in served.crashes] == [KeyError]

    def test_nothing_is_left_behind(self, app: Notebook) -> None:
        """Hanging requests, idle connections and held-back ones all end with the block."""
        before = set(threading.enumerate())
        with httpx.Client(trust_env=False) as client:
            with serve(app, [Fault(faults.hang, path="/hang"), Fault(faults.commit_late(), path="/late")]) as served:
                client.get(f"{served.url}/idle")
                with pytest.raises(httpx.HTTPError):
                    ask(served, path="/late")
                with pytest.raises(httpx.ReadTimeout):
                    client.get(f"{served.url}/hang", timeout=0.1)
                line = socket.create_connection(("127.0.0.1", int(served.url.rpartition(":")[2])))
                line.sendall(b"POST /half HTTP/1.1\r\nContent-Length: 100\r\n\r\nonly this")
                started = time.monotonic()
            assert time.monotonic() - started < 3
            line.close()
        assert set(threading.enumerate()) <= before
        assert app.lines == [""], "a request that was held back never ran"


class TestChoosing:
    """Which request a fault strikes."""

    @pytest.mark.parametrize(
        ("fault", "struck"),
        [
            (Fault(faults.drop), [0, 1, 2, 3, 4, 5]),
            (Fault(faults.drop, method="GET"), [1, 4]),
            (Fault(faults.drop, path="/b"), [2, 5]),
            (Fault(faults.drop, path="/[ab]"), [0, 1, 2, 4, 5]),
            (Fault(faults.drop, path="/"), []),
            (Fault(faults.drop, nth=2), [1]),
            (Fault(faults.drop, method="POST", nth=3), [3]),
            (Fault(faults.drop, every=3), [2, 5]),
            (Fault(faults.drop, visible=True), []),
            (Fault(faults.drop, visible=False), [0, 1, 2, 3, 4, 5]),
        ],
    )
    def test_a_fault_strikes_what_it_names(self, app: Notebook, fault: Fault, struck: list[int]) -> None:
        """By method, path, count and visibility."""
        requests = [("POST", "/a"), ("GET", "/a"), ("POST", "/b"), ("POST", "/c/d"), ("GET", "/a"), ("POST", "/b")]
        lost = []
        with serve(app, [fault]) as served:
            for number, (method, path) in enumerate(requests):
                try:
                    ask(served, method=method, path=path)
                except httpx.HTTPError:
                    lost.append(number)
        assert lost == struck

    def test_of_two_faults_the_first_strikes_and_both_count(self, app: Notebook) -> None:
        """The second's third request is the third, whoever struck the others."""
        with serve(app, [Fault(faults.fail(503), nth=2), Fault(faults.fail(502), every=2)]) as served:
            assert [ask(served).status_code for _ in range(4)] == [201, 503, 201, 502]

    def test_faults_come_and_go_while_it_is_served(self, app: Notebook) -> None:
        """`inject` and `mend`."""
        with serve(app) as served:
            served.inject(Fault(faults.fail(500)))
            assert ask(served).status_code == 500
            served.mend()
            assert ask(served).status_code == 201

    def test_your_own_fault_is_a_function(self, app: Notebook) -> None:
        """It may run the app, send anything, wait, or tear the line down."""

        def teapot(exchange: Any) -> None:
            exchange.send_bytes(b"HTTP/1.1 418 Teapot\r\nContent-Length: 0\r\n\r\n")

        with serve(app, [Fault(teapot)]) as served:
            assert ask(served).status_code == 418
        assert served.log[0].fault == "teapot"


class TestFaults:
    """Each fault does what its name says: what the client sees, and whether the app has run."""

    @pytest.mark.parametrize(
        ("fault", "runs", "error"),
        [
            (faults.drop, 0, (httpx.ReadError, httpx.RemoteProtocolError)),
            (faults.lose_answer, 1, (httpx.ReadError, httpx.RemoteProtocolError)),
            (faults.truncate, 1, httpx.RemoteProtocolError),
            (faults.hang, 0, httpx.ReadTimeout),
            (faults.hang_after, 1, httpx.ReadTimeout),
        ],
    )
    def test_the_answer_does_not_come(self, app: Notebook, fault: Behaviour, runs: int, error: type[Exception]) -> None:
        """Lost before or after the app ran: the client cannot tell which."""
        with serve(app, [Fault(fault)]) as served, pytest.raises(error):
            ask(served, timeout=0.3)
        assert len(app.lines) == runs

    @pytest.mark.parametrize(("fault", "runs"), [(faults.fail(500), 0), (faults.fail(500, after=True), 1)])
    def test_an_error_page_before_and_after_looks_the_same(self, app: Notebook, fault: Behaviour, runs: int) -> None:
        """A 500 says nothing about the post."""
        with serve(app, [Fault(fault)]) as served:
            answer = ask(served)
        assert (answer.status_code, answer.headers["content-type"], len(app.lines)) == (500, "text/html", runs)
        assert answer.text == "<html><h1>500 Internal Server Error</h1></html>"

    @pytest.mark.parametrize("wait", ["120", None])
    def test_slow_down_is_429(self, app: Notebook, wait: str | None) -> None:
        """With `Retry-After`, or without."""
        with serve(app, [Fault(faults.slow_down(wait))]) as served:
            answer = ask(served)
        assert (answer.status_code, answer.headers.get("retry-after"), app.lines) == (429, wait, [])

    def test_broken_json_is_whole_as_http(self, app: Notebook) -> None:
        """Its length is right, its JSON is not."""
        with serve(app, [Fault(faults.break_json)]) as served:
            answer = ask(served)
        assert answer.status_code == 201
        with pytest.raises(json.JSONDecodeError):
            answer.json()

    def test_the_json_may_be_edited(self, app: Notebook) -> None:
        """What the network leaves out can be left out."""
        with serve(app, [Fault(faults.edit_json(lambda answer: answer | {"lines": None}))]) as served:
            assert ask(served).json() == {"lines": None, "of": "the notebook"}

    @pytest.mark.parametrize("fault", [faults.double_answer, faults.double_answer_late])
    def test_a_doubled_answer_deceives_a_pool(self, app: Notebook, fault: Behaviour) -> None:
        """On a connection that is used again the second copy answers the next request."""
        with serve(app, [Fault(fault, nth=1)]) as served, httpx.Client(trust_env=False) as client:
            answers = [client.post(f"{served.url}/lines").json()["lines"] for _ in range(2)]
        assert answers == [1, 1]
        assert len(app.lines) == 2

    def test_a_late_commit_comes_after_the_cut(self, app: Notebook) -> None:
        """The app runs when nobody listens any more."""
        with serve(app, [Fault(faults.commit_late())]) as served:
            with pytest.raises(httpx.HTTPError):
                ask(served, "late")
            assert app.lines == []
            served.carry_out()
            assert app.lines == ["late"]

    def test_a_late_commit_may_come_by_itself(self, app: Notebook) -> None:
        """After so many seconds."""
        with serve(app, [Fault(faults.commit_late(0.2))]) as served:
            with pytest.raises(httpx.HTTPError):
                ask(served, "late")
            assert app.lines == []
            until = time.monotonic() + 5
            while not app.lines and time.monotonic() < until:
                time.sleep(0.01)
        assert app.lines == ["late"]

    def test_a_delay_holds_the_app_back(self, app: Notebook) -> None:
        """The answer is right, and late."""
        with serve(app, [Fault(faults.delay(0.2))]) as served:
            started = time.monotonic()
            assert ask(served).status_code == 201
        assert time.monotonic() - started >= 0.2

    def test_a_drip_is_slow_and_whole(self, app: Notebook) -> None:
        """No single read takes long: a time-out for each read never ends it."""
        with serve(app, [Fault(faults.drip(0.002))]) as served:
            assert ask(served, timeout=0.5).json()["lines"] == 1
