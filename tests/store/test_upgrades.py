"""A store that the first evenly has made goes on with the newest: nothing is lost, nothing is sent twice, and an upgrade may be killed."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Connection, create_engine, text

from evenly.planning.desk import Desk
from evenly.plugin import Credentials
from evenly.store import FILE, Store, StoreRefused, deliveries, migrating, models
from tests.publishing.scene import START, TOKEN, Scene, scene

BEFORE = START - timedelta(minutes=20)
STATES = ("draft", "planned", "claimed", "sending", "unknown", "published", "failed", "missed", "uncertain", "held", "cancelled")
_PART_OF = {"published": "published", "sending": "sending", "unknown": "unknown", "uncertain": "uncertain", "failed": "failed"}


@pytest.fixture
def board(tmp_path: Path) -> Iterator[Scene]:
    """A board whose own store is not used: the old one takes its place."""
    (tmp_path / "board").mkdir()
    with scene(tmp_path / "board", "read-back") as made:
        yield made


@pytest.fixture
def old(board: Scene, url: str, tmp_path: Path) -> Path:
    """The folder of a store of the first version, of either kind, with a delivery in each state; closed."""
    folder = tmp_path / "old"
    folder.mkdir()
    engine = create_engine(f"sqlite:///{folder / FILE}" if url == "sqlite" else url)
    config = migrating._config()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
    sealed = board.vault.seal("account:pin", Credentials(access_token=TOKEN))
    with engine.begin() as connection:
        _fill(connection, sealed)
    engine.dispose()
    return folder


def _fill(connection: Connection, sealed: bytes) -> None:
    write = _Writer(connection)
    write("workspace", id=1, nonce="0123456789abcdef")
    write("credential", name="account:pin", sealed=sealed, generation=2, stored_at=BEFORE, refreshable=False)
    write("quota", name="account:pin", limit=300, remaining=200, updated_at=BEFORE)
    for number, state in enumerate(STATES, 1):
        # One claim for an account: only what the test goes on with belongs to the one that has signed in.
        name = "pin" if state in {"planned", "unknown", "published"} else f"other{number}"
        write("account", name=name, network="board", sign_in="ok", held=state == "held", settings={"page": "1"}, once=True)
        write("post", id=number, fields={"text": state, "mood": "é"}, topic="care", digest=f"d{number}", created_at=BEFORE)
        write("delivery", **_delivery(number, state, name))
        write("part", **_part(number, state, name))
        if state in {"sending", "unknown", "published", "uncertain"}:
            outcome = "published" if state == "published" else "lost"
            ended: dict[str, Any] = {} if state == "sending" else {"ended_at": BEFORE, "outcome": outcome}
            begun: dict[str, Any] = {"part_id": number, "fence": 1, "number": 1, "step": "publish", "started_at": BEFORE}
            write("attempt", id=number, **begun, **ended, evidence="the connection was cut")
    write("metric", id=1, account="pin", delivery_id=6, mark="1h", taken_at=BEFORE, figures={"views": 5})


def _delivery(number: int, state: str, name: str) -> dict[str, Any]:
    flags = dict.fromkeys(("pinned", "provisional", "forced", "urgent"), False) | {"priority": 0, "take_down_tries": 0}
    in_hand = {"owner": "elsewhere:1::", "lease_until": BEFORE} if state in {"claimed", "sending"} else {}
    woken = {"next_action_at": START} if state in {"planned", "claimed", "sending", "unknown"} else {}
    more = {"published_at": BEFORE} if state == "published" else {"held_by": "person"} if state == "held" else {}
    due = {} if state == "draft" else {"due": START if state == "planned" else BEFORE}
    row = {"id": number, "post_id": number, "account": name, "network": "board", "state": state, "fence": 1, "revision": 1}
    reason = {"text": "Because of {n}.", "values": {"n": number}}
    return {**row, **flags, **in_hand, **woken, **more, **due, "reason": reason, "created_at": BEFORE}


def _part(number: int, state: str, name: str) -> dict[str, Any]:
    content: dict[str, Any] = {"text": state, "link": None, "media": [], "format": "post", "options": {}, "language": None}
    tried = state in {"sending", "unknown", "published", "uncertain"}
    doubt = {"tainted": state in {"unknown", "uncertain"}, "proven_out": False, "absent_looks": 0, "tries": int(tried), "setbacks": 0}
    since = {"unknown_since": BEFORE} if doubt["tainted"] else {}
    first = {"first_attempt": BEFORE} if tried else {}
    out = {"remote_id": "r6", "url": "https://board.example/r6", "published_at": BEFORE} if state == "published" else {}
    row = {"id": number, "delivery_id": number, "account": name, "position": 0, "kind": "post", "content": content, "key": f"{number:032x}"}
    staged = {"prepared": {"data": {"pictures": []}, "ready": True, "look_again": None, "expires_at": None}} if tried else {}
    return {**row, "state": _PART_OF.get(state, "waiting"), **doubt, **since, **first, **staged, **out}


class _Writer:
    """Writes rows by plain SQL, with values as they stood in the columns of the first version."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._written: set[str] = set()

    def __call__(self, table: str, *, once: bool = False, **values: Any) -> None:
        if once and values["name"] in self._written:
            return
        self._written.add(str(values.get("name")))
        # As SQLAlchemy's own types wrote them: an instant in UTC, without a zone on SQLite.
        plain = {name: self._plain(value, name) for name, value in values.items()}
        columns, places = ", ".join(f'"{name}"' for name in plain), ", ".join(f":{name}" for name in plain)
        self._connection.execute(text(f"insert into {table} ({columns}) values ({places})"), plain)  # noqa: S608 - our own names

    def _plain(self, value: Any, name: str) -> Any:
        if isinstance(value, datetime):
            return value.strftime("%Y-%m-%d %H:%M:%S.%f") if self._connection.dialect.name == "sqlite" else value
        return json.dumps(value) if isinstance(value, dict) or name == "evidence" else value


def _rows(engine: Any) -> dict[str, list[Any]]:
    """Everything in the columns that the first version had, as the database itself has it."""
    tables = "account credential workspace quota post delivery part attempt metric"
    with engine.connect() as connection:
        return {
            table: [tuple(row) for row in connection.execute(text(f"select {_FIRST[table]} from {table} order by 1"))]  # noqa: S608 - our own names
            for table in tables.split()
        }


_FIRST = {
    "account": "name, network, sign_in, reason, settings, state, looked_at, held, last_published_at, rail",
    "credential": "name, sealed, generation, stored_at, expires_at, refreshable, owner, lease_until, intent_at",
    "workspace": "id, nonce",
    "quota": 'name, "limit", remaining, resets_at, not_before, reason, updated_at',
    "post": "id, fields, origin, topic, campaign, effort_minutes, digest, created_at",
    "delivery": "id, post_id, account, network, state, due, pinned, priority, kind, topic, not_before, not_after, take_down_after, "
    "provisional, why, reason, next_action_at, awaited, held_by, forced, urgent, fence, owner, lease_until, revision, text_digest, "
    "published_at, take_down_at, take_down_tries, taken_down_at, created_at",
    "part": "id, delivery_id, account, position, kind, content, state, key, first_attempt, tries, setbacks, tainted, proven_out, "
    "absent_looks, unknown_since, prepared, remote_id, url, data, published_at",
    "attempt": "id, part_id, fence, number, step, started_at, ended_at, outcome, status, evidence",
    "metric": "id, account, delivery_id, mark, taken_at, figures",
}


def _before(url: str, folder: Path) -> dict[str, list[Any]]:
    engine = create_engine(f"sqlite:///{folder / FILE}" if url == "sqlite" else url)
    rows = _rows(engine)
    engine.dispose()
    return rows


def test_every_row_is_there_as_it_was(old: Path, url: str) -> None:
    """Deliveries in every state, with what they are made of, secrets and figures."""
    before = _before(url, old)

    store = Store.open(url, old)

    assert _rows(store.engine) == before
    assert [row[4] for row in before["delivery"]] == list(STATES)
    with store.read() as connection:
        assert connection.exec_driver_sql("select version_num from alembic_version").scalar_one() == models.VERSION
        for number, state in enumerate(STATES, 1):
            found = deliveries.load(connection, number)
            assert found is not None
            assert (found.state, str(found.reason)) == (state, f"Because of {number}.")
    store.close()


def test_the_daemon_goes_on_exactly(board: Scene, old: Path, url: str) -> None:
    """What was planned goes out, once; what was in doubt is found and not sent again; what was published stays."""
    _put_out(board, "unknown")
    store = Store.open(url, old)
    again = replace(board, desk=Desk(board.desk.settings, board.desk.networks, store))

    again.run()

    assert {number: again.state(number) for number in (2, 5, 6)} == {2: "published", 5: "published", 6: "published"}
    assert sorted(again.public()) == ["planned", "unknown"]
    assert len(again.visible_calls()) == 2
    store.close()


def _put_out(board: Scene, words: str) -> None:
    """It is public already, from the attempt whose answer was lost."""
    first = board.queue(words, at=START)
    board.run()
    assert board.state(first) == "published"


_DYING = '''
"""A next version in the middle of which the machine stops, for this test."""

import os
import signal

from alembic import op

revision = "test_next"
down_revision = "{before}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("create table half_done (id integer)")
    op.execute("delete from metric")
    os.kill(os.getpid(), signal.SIGKILL)
'''

_OPENING = """
import sys
from pathlib import Path
from evenly.store import Store, migrating, models
migrating._SCRIPTS = Path(sys.argv[1])
migrating.VERSION = models.VERSION = "test_next"
Store.open(sys.argv[2], Path(sys.argv[3]))
"""


def test_an_upgrade_that_is_killed_goes_on_the_next_time(old: Path, url: str, tmp_path: Path) -> None:
    """After the last migration but one, in the middle of the last: all of them are undone, none is half done, and nothing is lost."""
    before = _before(url, old)
    scripts = tmp_path / "migrations"
    shutil.copytree(migrating._SCRIPTS, scripts, ignore=shutil.ignore_patterns("__pycache__"))
    (scripts / "versions" / "next.py").write_text(_DYING.format(before=models.VERSION))
    killed = subprocess.run([sys.executable, "-c", _OPENING, str(scripts), url, str(old)], check=False, capture_output=True, timeout=60)
    assert killed.returncode == -9, killed.stderr.decode()
    assert _before(url, old) == before

    store = Store.open(url, old)

    assert _rows(store.engine) == before
    with store.read() as connection:
        assert connection.exec_driver_sql("select version_num from alembic_version").scalar_one() == models.VERSION
    store.close()


def test_on_sqlite_a_copy_of_the_old_store_is_kept(board: Scene, old: Path, url: str) -> None:
    """An older evenly refuses what a newer one has made: whoever wants to go back puts the copy in its place."""
    before = _before(url, old)
    Store.open(url, old).close()
    kept = sorted(old.glob("*.before-*"))
    if url != "sqlite":
        assert kept == []
        return

    assert [path.name for path in kept] == [f"{FILE}.before-{models.VERSION}"]
    assert kept[0].stat().st_mode & 0o777 == 0o600
    engine = create_engine(f"sqlite:///{kept[0]}")
    assert _rows(engine) == before
    with engine.connect() as connection:
        assert connection.exec_driver_sql("select version_num from alembic_version").scalar_one() == "0001"
    engine.dispose()


def test_a_store_that_a_newer_evenly_has_made_is_refused_and_left_alone(old: Path, url: str) -> None:
    """The sentence says which versions, and what to do."""
    Store.open(url, old).close()
    engine = create_engine(f"sqlite:///{old / FILE}" if url == "sqlite" else url)
    with engine.begin() as connection:
        connection.exec_driver_sql("update alembic_version set version_num = '9999'")
    before = _rows(engine)

    with pytest.raises(StoreRefused, match=rf"newer evenly \(version 9999, known is {models.VERSION}\): upgrade evenly"):
        Store.open(url, old)

    assert _rows(engine) == before
    engine.dispose()
