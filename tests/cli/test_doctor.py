"""`evenly doctor`: every check can find something, and says what to do."""

from __future__ import annotations

import http.server
import os
import signal
import socket
import sqlite3
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any, ClassVar

import pytest

from evenly.plugin import Part
from evenly.signing_in.redirects import Redirects
from evenly.store import Store, queue
from tests.cli.conftest import Program
from tests.cli.lamps import Lamps


def wrong(evenly: Program, code: int = 1, **env: str) -> dict[str, str]:
    """What the doctor found, by check."""
    result = evenly("doctor", "--json", env=env)
    assert result.code == code, result.out + result.err
    document = result.json
    found = {each["check"]: each["message"] for each in document["findings"] if not each["ok"]}
    assert document["ok"] is (not found)
    return found


def sql(evenly: Program, statement: str, *values: Any) -> None:
    with sqlite3.connect(evenly.folder / ".evenly" / "evenly.sqlite") as connection:
        connection.execute(statement, values)
    connection.close()


def ago(**since: float) -> str:
    return (datetime.now(UTC) - timedelta(**since)).strftime("%Y-%m-%d %H:%M:%S.%f")


def delivery(evenly: Program, state: str, **since: float) -> None:
    """A delivery that was due so long ago."""
    due, store = datetime.now(UTC) - timedelta(**since), Store.open("sqlite", evenly.folder / ".evenly")
    with store.write() as connection:
        fields = {"text": "Hello"}
        post = queue.insert_post(connection, fields, digest=None, now=due)
        new = queue.NewDelivery(account="lamp", network="lantern", parts=[Part(text="Hello")], state=state, due=due)
        queue.insert_delivery(connection, post, new, now=due)
    store.close()


def test_a_healthy_workspace_has_no_findings(lamps: Lamps) -> None:
    """Every check is named all the same, for people and for scripts."""
    lamps.take()

    result = lamps.evenly("doctor", "--json")

    assert result.code == 0, result.out
    checks = [each["check"] for each in result.json["findings"]]
    brand = ["audience", "networks", "topics"]
    assert checks == ["clock", "clocks", "store", "disk", "key", "tokens", "redirect", "timezones", "plugins", *brand, "overdue", "daemon"]
    assert lamps.evenly("doctor").code == 0


def test_a_missing_sign_in(lamps: Lamps) -> None:
    assert wrong(lamps.evenly) == {"tokens": "lamp: nobody has signed in: evenly connect lamp"}


def test_a_sign_in_that_has_ended_or_soon_will(lamps: Lamps) -> None:
    """Where nothing renews it."""
    lamps.take(more={"expires_at": (datetime.now(UTC) + timedelta(days=3)).isoformat()})
    assert lamps.evenly("doctor").code == 0
    sql(lamps.evenly, "update credential set refreshable = 0")
    assert "cannot be renewed" in wrong(lamps.evenly)["tokens"]
    sql(lamps.evenly, "update credential set expires_at = ?", ago(days=1))
    assert "ended on" in wrong(lamps.evenly)["tokens"]


def test_a_short_token_that_has_ended_is_renewed_when_it_is_used(lamps: Lamps) -> None:
    """Nobody need do anything."""
    lamps.take(more={"expires_at": (datetime.now(UTC) + timedelta(hours=1)).isoformat()})
    sql(lamps.evenly, "update credential set expires_at = ?, stored_at = ?", ago(hours=1), ago(hours=3))

    result = lamps.evenly("doctor", "--json")

    assert result.code == 0, result.out
    assert "renewed when it is used next" in result.out


def test_a_sign_in_that_is_needed_again(lamps: Lamps) -> None:
    lamps.take()
    sql(lamps.evenly, """update account set sign_in = 'needed', reason = '{"text": "Revoked.", "values": {}}'""")

    assert "Revoked. Sign in again" in wrong(lamps.evenly)["tokens"]


def test_a_key_that_is_missing_open_to_others_or_another(lamps: Lamps) -> None:
    """Each with its cure."""
    lamps.take()
    key = lamps.evenly.folder / ".evenly" / "key"
    key.chmod(0o640)
    assert "chmod 600" in wrong(lamps.evenly)["key"]
    assert "does not open: lamp" in wrong(lamps.evenly, EVENLY_KEY="A" * 43 + "=")["key"]
    assert "no key" in wrong(lamps.evenly, EVENLY_KEY="nonsense")["key"]
    key.unlink()
    assert "evenly init" in wrong(lamps.evenly)["key"]


def test_a_clock_that_was_set_back(lamps: Lamps) -> None:
    """Something was written down later than now; or now is years ago."""
    lamps.take()
    sql(lamps.evenly, "update credential set stored_at = ?", ago(days=-1))
    assert "set back" in wrong(lamps.evenly)["clock"]
    start = f"2001-01-01T00:00:00Z@{datetime.now(UTC).timestamp()}x1"
    assert "past" in wrong(lamps.evenly, EVENLY_CLOCK=start)["clock"]


def test_a_store_that_cannot_be_opened_is_a_finding(lamps: Lamps) -> None:
    """And the other checks go on."""
    (lamps.evenly.folder / ".evenly" / "evenly.sqlite").write_bytes(b"no database " * 500)

    assert "damaged" in wrong(lamps.evenly)["store"]


def test_a_state_folder_that_others_can_read(lamps: Lamps) -> None:
    """The folder, the folder of the media, the database, and a key that is not in use: each with its cure."""
    lamps.take()
    state = lamps.evenly.folder / ".evenly"
    state.chmod(0o755)
    assert f"chmod 700 {state}" in wrong(lamps.evenly)["store"]
    state.chmod(0o700)
    (state / "media").mkdir(mode=0o755)
    (state / "media").chmod(0o755)
    assert f"chmod 700 {state / 'media'}" in wrong(lamps.evenly)["store"]
    (state / "media").chmod(0o700)
    (state / "evenly.sqlite").chmod(0o644)
    assert f"chmod 600 {state / 'evenly.sqlite'}" in wrong(lamps.evenly)["store"]
    (state / "evenly.sqlite").chmod(0o600)
    key = (state / "key").read_text()
    (state / "key").chmod(0o644)
    assert f"chmod 600 {state / 'key'}" in wrong(lamps.evenly, EVENLY_KEY=key.strip())["store"]


def test_deliveries_that_are_late_and_those_that_wait_for_a_person(lamps: Lamps) -> None:
    """A late one counts only where nothing else holds it up."""
    lamps.take()
    delivery(lamps.evenly, "planned", hours=1)
    delivery(lamps.evenly, "planned", minutes=1)
    delivery(lamps.evenly, "uncertain", hours=1)
    found = wrong(lamps.evenly)
    assert found["overdue"].startswith("1 delivery should be out")
    assert "deliveries" in found

    sql(lamps.evenly, "update account set held = 1")
    assert "overdue" not in wrong(lamps.evenly)


def test_each_doubt_is_spelt_out(lamps: Lamps) -> None:
    """Which post, since when, where to look, and the commands; of many, five and how many more there are."""
    lamps.take()
    delivery(lamps.evenly, "uncertain", hours=1)
    assert wrong(lamps.evenly)["deliveries"].startswith('1 on lamp, "Hello", may be public since ')
    assert f"Look at {lamps.served.url}/" in wrong(lamps.evenly)["deliveries"]
    assert "evenly settle 1 --published URL" in wrong(lamps.evenly)["deliveries"]
    assert "evenly settle 1 --not-published" in wrong(lamps.evenly)["deliveries"]

    for _ in range(6):
        delivery(lamps.evenly, "uncertain", hours=1)

    result = lamps.evenly("doctor", "--json")
    said = [each["message"] for each in result.json["findings"] if each["check"] == "deliveries"]
    assert len(said) == 6
    assert said[-1] == "2 more uncertain: see `evenly queue --state uncertain`"


def alive(owner: str, **since: float) -> tuple[str, tuple[str, ...]]:
    """A row of a daemon that was seen so long ago."""
    insert = "insert into daemon (owner, pid, host, started_at, seen_at) values (?, 77, 'here', ?, ?)"
    return insert, (owner, ago(hours=1), ago(**since))


def test_a_daemon_that_has_gone_silent(lamps: Lamps) -> None:
    """One that is alive is fine; one that ended as it should leaves nothing."""
    lamps.take()
    statement, values = alive("elsewhere:77::", seconds=5)
    sql(lamps.evenly, statement, *values)
    assert lamps.evenly("doctor").code == 0
    sql(lamps.evenly, "update daemon set seen_at = ?", ago(minutes=10))
    assert "Process 77 on here was last seen alive" in wrong(lamps.evenly)["daemon"]


def test_a_daemon_that_was_killed(lamps: Lamps, spawned: Callable[..., subprocess.Popen[bytes]]) -> None:
    """It is told at once, though its last heartbeat is fresh; another that lives makes it good."""
    lamps.take()
    daemon = spawned(lamps.evenly, "run")
    wait_for(lambda: rows(lamps.evenly, "select count(*) from daemon") == [(1,)])
    assert f"Process {daemon.pid} on" in finding(lamps.evenly, "daemon")

    daemon.send_signal(signal.SIGKILL)
    daemon.wait()

    assert f"Process {daemon.pid} on" in wrong(lamps.evenly)["daemon"]
    assert "was killed" in wrong(lamps.evenly)["daemon"]
    statement, values = alive("elsewhere:77::", seconds=5)
    sql(lamps.evenly, statement, *values)
    assert "Process 77 on here, seen" in finding(lamps.evenly, "daemon")


def finding(evenly: Program, check: str) -> str:
    """What the doctor says of one thing."""
    return next(str(each["message"]) for each in evenly("doctor", "--json").json["findings"] if each["check"] == check)


def rows(evenly: Program, query: str) -> list[Any]:
    connection = sqlite3.connect(evenly.folder / ".evenly" / "evenly.sqlite")
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


def wait_for(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.05)


# ---- the networks' clocks


class Timekeeper(http.server.BaseHTTPRequestHandler):
    """Tells the time, so much too late or too early, whoever asks; refuses everything, as an API without a token would."""

    ahead = timedelta(0)
    seen: ClassVar[list[Mapping[str, str]]] = []

    def do_HEAD(self) -> None:
        self.seen.append(dict(self.headers))
        self.send_error(401)

    def date_time_string(self, timestamp: float | None = None) -> str:  # noqa: ARG002 - the server's own signature
        return format_datetime(datetime.now(UTC) + self.ahead, usegmt=True)

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture
def timekeeper(lamps: Lamps) -> Iterator[type[Timekeeper]]:
    """What lamp's `api` leads to."""
    lamps.take()
    keeper = type("Keeper", (Timekeeper,), {"seen": []})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), keeper) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        file = lamps.evenly.folder / "evenly.toml"
        file.write_text(file.read_text() + f'api = "http://127.0.0.1:{server.server_port}"\n')
        yield keeper
        server.shutdown()


def test_a_clock_that_agrees_with_the_networks(lamps: Lamps, timekeeper: type[Timekeeper]) -> None:
    """One request, without a token; its refusal tells the time as well."""
    timekeeper.ahead = timedelta(seconds=90)

    assert "shows the same time" in finding(lamps.evenly, "clocks")
    assert len(timekeeper.seen) == 1
    assert "Authorization" not in timekeeper.seen[0]


@pytest.mark.parametrize(("minutes", "word"), [(10, "10m behind"), (-65, "65m ahead")])
def test_a_clock_that_differs_from_the_networks(lamps: Lamps, timekeeper: type[Timekeeper], minutes: int, word: str) -> None:
    """More than two minutes are a finding, in either direction."""
    timekeeper.ahead = timedelta(minutes=minutes)

    assert word in wrong(lamps.evenly)["clocks"]


def test_nobody_is_asked_offline(lamps: Lamps, timekeeper: type[Timekeeper]) -> None:
    result = lamps.evenly("doctor", "--offline", "--json")

    assert result.code == 0, result.out
    assert "clocks" not in [each["check"] for each in result.json["findings"]]
    assert timekeeper.seen == []


def test_a_network_out_of_reach_is_no_fault(lamps: Lamps) -> None:
    """And nobody waits long for one that does not answer."""
    lamps.take()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        file = lamps.evenly.folder / "evenly.toml"
        file.write_text(file.read_text() + f'api = "http://127.0.0.1:{silent.getsockname()[1]}"\n')
        begun = time.monotonic()
        result = lamps.evenly("doctor", "--json")

    assert time.monotonic() - begun < 20
    assert result.code == 0, result.out
    assert "could not be asked for its time" in result.out


def test_a_taken_redirect_port(lamps: Lamps) -> None:
    """Only while somebody has it; an address of elsewhere is not this machine's affair."""
    lamps.take()
    with Redirects("http://127.0.0.1:0/") as taken:
        assert "--redirect" in wrong(lamps.evenly, EVENLY_REDIRECT=taken.uri)["redirect"]
    assert wrong(lamps.evenly, code=0, EVENLY_REDIRECT=taken.uri) == {}
    assert wrong(lamps.evenly, code=0, EVENLY_REDIRECT="https://brand.example/back") == {}


def test_networks_that_send_no_browser_to_this_machine_need_no_port(lamps: Lamps) -> None:
    """Their address is pasted; a taken port hinders them as little as a standing address on this machine."""
    _sends_nobody_back(lamps)
    lamps.take()
    with Redirects("http://127.0.0.1:0/") as taken:
        result = lamps.evenly("doctor", "--json", env={"EVENLY_REDIRECT": taken.uri})

    assert result.code == 0, result.out
    assert [each["message"] for each in result.json["findings"] if each["check"] == "redirect"] == ["https://localhost/ (pasted)"]


def _sends_nobody_back(lamps: Lamps) -> None:
    module = lamps.evenly.site / "lantern_network.py"
    module.write_text(module.read_text().replace('title="Lantern",', 'title="Lantern", loopback=False,'))


def test_plugins_that_are_refused_or_missing(lamps: Lamps) -> None:
    """The others go on."""
    lamps.evenly.install("broken", "import nowhere_to_be_found\n")
    lamps.evenly.settings(
        "[brand]\ntimezone = 'UTC'\n"
        "[accounts.one]\nnetwork = 'broken'\n[accounts.two]\nnetwork = 'missing'\n[accounts.three]\nnetwork = 'mastodon'\n"
    )
    result = lamps.evenly("doctor", "--json")

    said = [each["message"] for each in result.json["findings"] if each["check"] == "plugins" and not each["ok"]]
    assert len(said) == 2
    assert "cannot be imported" in said[0]
    assert "network missing" in said[1]


def test_settings_that_a_person_should_know_of(lamps: Lamps) -> None:
    """Warnings of the file, and words that nothing answers to."""
    lamps.evenly.settings('[accounts.lamp]\nnetwork = "mastodon"\non_unknown = "resend"\n')

    result = lamps.evenly("doctor", "--json")

    said = " ".join(each["message"] for each in result.json["findings"] if each["check"] == "settings")
    assert "brand.timezone" in said
    assert "on_unknown" in said


def test_settings_that_are_refused_end_it(lamps: Lamps) -> None:
    """As with every other command."""
    lamps.evenly.settings("[brand]\ncolour = 5\n")

    assert lamps.evenly("doctor").code == 2


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everything")
def test_a_store_that_may_not_be_written(lamps: Lamps) -> None:
    (lamps.evenly.folder / ".evenly" / "evenly.sqlite").chmod(0o400)
    assert "may not be written" in wrong(lamps.evenly)["store"]
