"""No secret stands anywhere but encrypted: not in what is printed or logged, and not in any file, whoever repeats it."""

from __future__ import annotations

import json
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlencode

import pytest

from evenly.cli import COMMANDS
from evenly.plugin.testing import Fault, Served, faults, serve
from tests.cli.conftest import Program, Result
from tests.security import canaries, careless
from tests.security.canaries import ACCESS, APP_ID, APP_SECRET, CHANNEL, CODE, KEY, PASSWORD, REFRESH, found_below, found_in

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

_BROWSER = "import sys, urllib.request; urllib.request.urlopen(sys.argv[1]).read()\n"
_SETTINGS = """[brand]
timezone = "UTC"
[mix]
enforce = "advise"
[planner]
stagger = "1m"
[engine]
lease = "2s"
request = "1s"
settle = "3s"
[accounts.one]
network = "careless"
server = "{url}"
gap = "1m"
[accounts.two]
network = "careless"
server = "{url}"
gap = "1m"
"""
_TEXTS = ("raise hell", "chain them", "reject this", "later please", "unknown end", "needed again", "fine and well", "back at you")


@dataclass
class Network:
    """The server: it takes everything, gives out canaries, and where `echoes` says so repeats what it was asked with."""

    echoes: bool = False
    lives: float = 3600.0
    posts: int = 0

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        query = {name: values[0] for name, values in parse_qs(environ["QUERY_STRING"]).items()}
        asked = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)).decode()
        path = environ["PATH_INFO"]
        status, headers, document = "200 OK", [("Content-Type", "application/json")], self._answer(path)
        if path == "/authorize":
            status = "302 Found"
            headers.append(("Location", f"{query['redirect_uri']}?{urlencode({'code': CODE, 'state': query['state']})}"))
        elif self.echoes and path in {"/token", "/posts"}:
            status, document = "400 Bad Request", {"error": f"cannot take {asked} {query} {environ.get('HTTP_AUTHORIZATION')}"}
        start_response(status, headers)
        return [json.dumps(document).encode()]

    def _answer(self, path: str) -> dict[str, Any]:
        self.posts += path == "/posts"
        match path:
            case "/token":
                return {"access_token": ACCESS, "refresh_token": REFRESH, "expires_in": self.lives}
            case "/me":
                return {"id": "ada", "name": "Ada"}
        return {"id": str(self.posts)}


@dataclass
class Nest:
    """A workspace full of canaries, and everything that the program has ever said in it."""

    evenly: Program
    server: Network
    served: Served

    def __call__(self, *arguments: str, stdin: str = "", env: dict[str, str] | None = None) -> Result:
        result = self.evenly(*arguments, stdin=stdin, env=env)
        self.heard(arguments, result.out, result.err)
        assert "Traceback" not in result.err or "log-level" in str(arguments), result.err
        return result

    def heard(self, arguments: Iterable[str], out: str, err: str) -> None:
        """Nothing secret was said; of a sign-in's address, which carries the app's id for all to see, that is left out."""
        shown = "\n".join(line for line in (out + err).splitlines() if "/authorize?" not in line)
        assert found_in(shown.encode()) == [], f"evenly {' '.join(arguments)}:\n{shown}"

    def browse(self, *arguments: str) -> Result:
        script = self.evenly.site / "browse.py"
        script.write_text(_BROWSER)
        return self(*arguments, env={"BROWSER": f"{sys.executable} {script} %s"})

    def sign_in(self) -> None:
        """Every secret is given: the app's, by browser, ready-made, a channel's."""
        assert self("connect", "--app", "careless", stdin=f"{APP_ID}\n{APP_SECRET}\n").code == 0
        assert self.browse("connect", "one").code == 0
        ready = {"access_token": ACCESS, "refresh_token": REFRESH, "client_id": APP_ID, "client_secret": APP_SECRET, "password": PASSWORD}
        assert self("connect", "two", "--token-stdin", stdin=json.dumps(ready)).code == 0
        assert self("notify", "secret", "ntfy", "--stdin", stdin=CHANNEL).code == 0

    def queue(self) -> list[str]:
        """A post of each kind, due at ten; the ids of the deliveries."""
        added = [self("add", text, "--to", "one", "--at", "2026-11-23T10:00", "--json") for text in _TEXTS]
        return [result.json["deliveries"][0]["id"] for result in added]

    def is_clean(self) -> None:
        """Nothing secret stands in any file of the workspace or of the folder for temporary ones, a database's log among them."""
        places = (self.evenly.folder, Path(self.evenly.env["TMPDIR"]))
        assert [leak for place in places for leak in found_below(place)] == []

    def states(self) -> dict[str, str]:
        return {each["text"]: each["state"] for each in self("queue", "--json").json["deliveries"] if each["account"] == "one"}


@pytest.fixture
def nest(program: Program, tmp_path: Path) -> Iterator[Nest]:
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    program.env |= {"EVENLY_KEY": KEY, "TMPDIR": str(temporary), "EVENLY_CLOCK": f"2026-11-23T09:00:00Z@{time.time()}x1"}
    program.install("careless", Path(careless.__file__).read_text())
    server = Network()
    with serve(server) as served:
        assert program("init").code == 0
        program.settings(_SETTINGS.format(url=served.url))
        here = Nest(program, server, served)
        here.sign_in()
        yield here


def at(nest: Nest, moment: str) -> None:
    nest.evenly.env["EVENLY_CLOCK"] = f"{moment}@{time.time()}x1"


# ---- every command

#: How each command is called; `{folder}` is the workspace.
CALLS: dict[str, list[list[str]]] = {
    "init": [["init"]],
    "demo": [["demo", "--help"]],  # throws its own workspace away, and has no secrets but those of stand-ins
    "networks": [["networks"], ["networks", "--json"]],
    "connect": [["connect", "nobody"]],
    "disconnect": [["disconnect", "nobody"]],
    "accounts": [["accounts"], ["accounts", "--json"]],
    "add": [["add", "fine again", "--to", "one", "--json"]],
    "import": [["import", "posts"], ["import", "http://127.0.0.1:1/"]],
    "feeds": [["feeds"], ["feeds", "--json"], ["feeds", "poll"]],
    "inbox": [["inbox"], ["inbox", "--json"]],
    "take": [["take", "1"]],
    "skip": [["skip", "1"]],
    "export": [["export"], ["export", "--csv"], ["export", "--ics"]],
    "backup": [["backup", "{folder}/copy.evenly-backup"]],
    "restore": [["restore", "{folder}/copy.evenly-backup", "{folder}/again"]],
    "queue": [["queue"], ["queue", "--json"]],
    "show": [["show", "{id}"], ["show", "{id}", "--json"]],
    "edit": [["edit", "{id}", "--text", "else"]],
    "drop": [["drop", "p1"], ["drop", "p7", "--public"]],
    "move": [["move", "{id}", "--at", "2026-12-01T10:00"]],
    "hold": [["hold", "two"]],
    "release": [["release", "two"], ["release", "{id}"]],
    "approve": [["approve", "p1"]],
    "plan": [["plan"], ["plan", "--json"], ["plan", "--html", "{folder}/plan.html"], ["plan", "--why", "{id}"]],
    "mix": [["mix"], ["mix", "--json"]],
    "publish": [["publish", "{id}"]],
    "run": [["run", "--once", "--log-level", "debug"], ["run", "--once", "--log-level", "debug", "--log-format", "json"]],
    "settle": [["settle", "{id}", "--not-published"], ["settle", "{id}", "--published", "https://x.example/1"]],
    "sync": [["sync"], ["sync", "--json"]],
    "metrics": [["metrics"], ["metrics", "--json"]],
    "report": [["report"], ["report", "--json"], ["report", "--html", "{folder}/report.html"]],
    "advice": [["advice"], ["advice", "--json"]],
    "week": [["week"]],
    "effort": [["effort"], ["effort", "--json"], ["effort", "add", "5m"]],
    "forget": [["forget", "--before", "2026-09-01", "--yes"]],
    "notify": [["notify"], ["notify", "test"]],
    "doctor": [["doctor"], ["doctor", "--json"]],
    "key": [["key", "rotate"]],
    "plugins": [["plugins"], ["plugins", "--json"]],
}


def test_every_command_is_called_here() -> None:
    """A new one is called as well: write down how."""
    assert set(CALLS) == set(COMMANDS)


@pytest.mark.slow
@pytest.mark.parametrize("echoes", [False, True])
def test_no_command_shows_or_leaves_a_secret(nest: Nest, echoes: bool) -> None:
    """After a day of errors, each with the secrets in its text; with a network that repeats what it was asked with, too."""
    ids = nest.queue()
    nest.server.echoes = echoes
    for moment in ("2026-11-23T10:00:30Z", "2026-11-23T10:30:00Z", "2026-11-23T11:30:00Z", "2026-11-24T12:00:00Z"):
        at(nest, moment)
        nest("run", "--once", "--log-level", "debug")
    assert set(nest.states().values()) & {"failed", "uncertain"}

    for calls in CALLS.values():
        for call in calls:
            # What is said of a delivery stands in `show`; the others are called for one that failed and one that nobody knows.
            for id_ in ids if call[0] == "show" else (ids[2], ids[4]) if "{id}" in call else [""]:
                nest(*(word.format(folder=nest.evenly.folder, id=id_) for word in call))
    nest.is_clean()


@pytest.mark.slow
def test_the_daemon_neither_says_nor_leaves_a_secret(nest: Nest, spawned: Callable[..., subprocess.Popen[bytes]]) -> None:
    """Through renewals, publishing and errors, while it runs (the database's log is full) and when it has ended."""
    nest.server.lives = 70  # so that it renews all the time
    assert nest.browse("connect", "one").code == 0
    nest.queue()
    nest.served.inject(Fault(faults.repeat_back(400), path="/posts", every=2), Fault(faults.repeat_back(401), path="/token", every=3))
    at(nest, "2026-11-23T10:00:05Z")
    log = nest.evenly.folder.parent / "daemon.log"
    daemon = spawned(nest.evenly, "run", "--log-level", "debug", "--log-format", "json")
    ends = time.monotonic() + 60
    while time.monotonic() < ends and "failed" not in nest.states().values():
        time.sleep(0.2)
        nest.is_clean()
    daemon.send_signal(signal.SIGTERM)
    out, err = daemon.communicate(timeout=60)
    log.write_bytes(out + err)

    assert "failed" in nest.states().values(), err.decode()
    assert b"traceback" in err
    nest.heard(["run"], out.decode(), err.decode())
    nest.is_clean()


@pytest.mark.parametrize("where", ["the program", "a thread"])
def test_an_error_that_nobody_caught_is_printed_without_secrets(tmp_path: Path, where: str) -> None:
    """Also the error that it came from."""
    fails = "fails()" if where == "the program" else "t = threading.Thread(target=fails); t.start(); t.join()"
    script = f"""
import threading
from evenly import masking
from evenly.plugin import Credentials
masking.conceal(Credentials(access_token={ACCESS!r}, refresh_token={REFRESH!r}))
def fails():
    try:
        raise ValueError({ACCESS!r})
    except ValueError as error:
        raise KeyError({REFRESH!r}) from error
{fails}
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, cwd=tmp_path, timeout=60, check=False)

    assert found_in(done.stderr) == []
    assert b"KeyError: '\xe2\x80\xa6'" in done.stderr
    assert done.returncode == (1 if where == "the program" else 0)


# ---- a stolen store


def test_a_store_file_without_its_key_yields_no_token(nest: Nest, tmp_path: Path) -> None:
    """Whoever copies it can read the posts, and cannot sign in anywhere: not with the program either, nor with another key."""
    thief = tmp_path / "thief"
    shutil.copytree(nest.evenly.folder, thief)
    with sqlite3.connect(thief / ".evenly" / "evenly.sqlite") as stolen:
        rows = stolen.execute("select * from credential").fetchall()
        stolen.execute("pragma wal_checkpoint(truncate)")
    assert len(rows) == 4
    assert found_in(repr(rows).encode()) == []
    assert found_below(thief) == []

    asked = len(nest.served.log)
    for key in ("", "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="):
        for command in (["doctor"], ["metrics"], ["run", "--once"], ["accounts"]):
            result = nest.evenly("--workspace", str(thief), *command, env={"EVENLY_KEY": key})
            nest.heard(command, result.out, result.err)
    assert len(nest.served.log) == asked


# ---- the search itself


@pytest.mark.parametrize("secret", list(canaries.EVERY.values()))
def test_the_search_finds_a_secret_in_every_form(secret: str, tmp_path: Path) -> None:
    """Else finding nothing would mean nothing."""
    import base64
    import gzip
    from urllib.parse import quote

    plain = f"so {secret}, then".encode()
    for number, data in enumerate((plain, quote(secret, safe="").encode(), gzip.compress(plain), plain.hex().encode())):
        (tmp_path / f"{number}").write_bytes(data)
    for start in range(3):
        (tmp_path / f"b{start}").write_bytes(base64.b64encode(b"y" * start + plain))
        (tmp_path / f"u{start}").write_bytes(base64.urlsafe_b64encode(b"y" * start + plain))

    assert len(found_below(tmp_path)) == 10
