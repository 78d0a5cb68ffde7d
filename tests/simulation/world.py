"""A workspace for one account, made once for each network that is tried and laid out anew for every history."""

from __future__ import annotations

import functools
import importlib
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest import mock

import httpx
from sqlalchemy import select

from evenly import signing_in
from evenly.networks import Networks
from evenly.planning import hosting
from evenly.planning.desk import Desk
from evenly.plugin import Part
from evenly.plugin.testing import samples
from evenly.settings import load
from evenly.store import Store, models, queue
from evenly.store.secrets import Vault, make_key
from tests.plugin.board import Board
from tests.simulation.tried import TRIED, Tried
from tests.simulation.wire import Clock

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from evenly.plugin import Account, Media, StandIn
    from evenly.settings import Settings
    from tests.simulation.happenings import Planned

START = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
NAME = "shop"
_SETTINGS = f"""
[brand]
timezone = "UTC"
[accounts.{NAME}]
gap = "0s"
"""
_OWN = {"mastodon": 'network = "mastodon"\ninstance = "https://one.example"', "facebook": 'network = "facebook"\npage_id = "1"'}
_MEMORY = Path("/dev/shm")  # noqa: S108 - a store of a test, where writing through costs nothing


class Heard(Networks):
    """The networks' plugins; what `find` answered or raised last is remembered by the part's key."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, object] = {}

    def call(self, name: str, hook: str, /, **arguments: Any) -> Any:
        key = arguments["key"] if hook == "find" else ""
        try:
            self.found[key] = answer = super().call(name, hook, **arguments)
        except Exception as error:
            self.found[key] = error
            raise
        return answer


@dataclass
class World:
    """The workspace: `begin` lays it out anew."""

    tried: Tried
    folder: Path
    settings: Settings
    networks: Heard
    store: Store
    vault: Vault
    media: Mapping[str, tuple[Media, ...]] = field(default_factory=dict)
    _signed_in: sqlite3.Connection | None = None  #: the store of somebody who has just signed in
    _credential: Sequence[dict[str, Any]] = ()

    @functools.cached_property
    def desk(self) -> Desk:
        return Desk(self.settings, self.networks, self.store)

    def keep(self) -> None:
        """Every history begins with the store as it is now."""
        self._signed_in = sqlite3.connect(":memory:")
        with self.store.read() as connection:
            self._credential = [dict(row._mapping) for row in connection.execute(select(models.credential))]
            _driver(connection).backup(self._signed_in)

    def begin(self, posts: Sequence[Planned], clock: Clock) -> list[int]:
        """Nothing but the sign-in and these posts is in the store; the ids of their deliveries."""
        self.networks.found.clear()
        with self.store.engine.connect() as connection:
            self._store_of_somebody().backup(_driver(connection))
        with self.store.write() as connection:
            made = []
            for number, post in enumerate(posts, 1):
                due = clock.now() + timedelta(minutes=post.minutes)
                new = queue.NewDelivery(account=NAME, network=self.tried.network, parts=self.parts(post.form, number), due=due, pinned=True)
                made.append(queue.insert_delivery(connection, queue.insert_post(connection, {}, digest=None, now=START), new, now=START))
            return made

    def parts(self, form: str, number: int) -> list[Part]:
        """The parts of a post in this form. Each text is said once in a history."""
        root = Part(text=f"Post {number} of the day", media=self._media_of(form), language="en", format=_format(self.tried, form))
        match form:
            case "thread":
                return [
                    root,
                    *(Part(kind="reply", position=at, text=f"Post {number}, part {at} of it", language="en") for at in (1, 2)),
                ]
            case "comment":
                return [root, Part(kind="comment", position=1, text=f"Post {number} has this comment", language="en")]
        return [root]

    def _store_of_somebody(self) -> sqlite3.Connection:
        if self._signed_in is None:
            raise AssertionError("nobody has signed in")
        return self._signed_in

    def sign_in_again(self) -> None:
        """A person has signed in: the credentials are as at the beginning."""
        with self.store.write() as connection:
            connection.execute(models.credential.delete())
            connection.execute(models.credential.insert(), self._credential)
            connection.execute(models.account.update().values(sign_in="ok", reason=None))

    @functools.cached_property
    def reachable(self) -> Callable[[Part, Account], Part]:
        return hosting.pretended(self.desk)

    def close(self) -> None:
        self.store.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _media_of(self, form: str) -> tuple[Media, ...]:
        needs = self.networks[self.tried.network].limits.media_needed
        return self.media.get("picture" if needs and form not in self.media else form, ())


def _format(tried: Tried, form: str) -> str:
    return "reel" if tried.network == "instagram" and form == "video" else "post"


@functools.cache
def world(name: str) -> World:
    """The workspace for this network. Made once for each process; its folder goes with the process."""
    tried = TRIED[name]
    folder = Path(tempfile.mkdtemp(prefix="evenly-", dir=_MEMORY if _MEMORY.is_dir() else None))
    (folder / ".evenly" / "media").mkdir(mode=0o700, parents=True)
    make_key(folder / ".evenly")
    own = _OWN.get(tried.network, f'network = "{tried.network}"')
    (folder / "evenly.toml").write_text(_SETTINGS + own)
    networks = _networks(tried)
    settings = load(folder, {each: networks[each].settings for each in networks.names()})
    clock = Clock(START)
    stand_in = tried.stand_in(clock, timedelta(0))
    account = settings.accounts[NAME]
    own_settings = {**account.own, **(stand_in.accounts[0].settings if tried.network != "board" else {})}
    settings = settings.model_copy(update={"accounts": {NAME: account.model_copy(update={"own": own_settings})}})
    made = World(tried, folder, settings, networks, Store.open("sqlite", settings.state), Vault.open(settings.state, {}))
    made.media = _media(made)
    _sign_in(made, stand_in, clock)
    made.keep()
    return made


def _networks(tried: Tried) -> Heard:
    networks = Heard()
    plugin = Board(tried.facility) if tried.network == "board" else importlib.import_module(f"evenly_{tried.network}")
    networks.add(tried.network, plugin)
    return networks


def _sign_in(made: World, stand_in: StandIn, clock: Clock) -> None:
    transport = httpx.WSGITransport(app=stand_in.app)

    def http(name: str) -> Any:
        return signing_in.http(made.desk, name, clock, transport=transport)

    signing_in.take_ready(made.desk, made.vault, NAME, stand_in.accounts[0].credentials, clock=clock, http_for=http)
    with made.store.write() as connection:
        queue.nonce(connection)
        connection.execute(models.workspace.update().values(nonce="0123456789abcdef"))


def _driver(connection: Connection) -> sqlite3.Connection:
    held: sqlite3.Connection = connection.connection.driver_connection  # type: ignore[assignment]  # the store is SQLite
    return held


def _media(made: World) -> dict[str, tuple[Media, ...]]:
    folder, limits = made.folder / ".evenly" / "media", made.networks[made.tried.network].limits
    if not limits.pictures:
        return {}
    pictures = tuple(samples.picture(folder, number, limits) for number in (1, 2))
    film = {"video": (samples.video(folder, max(5.0, (limits.video.seconds or (0.0, 0.0))[0])),)} if limits.videos else {}
    return {"picture": pictures[:1], "carousel": pictures, **film}


@contextmanager
def in_process() -> Iterator[None]:
    """Nothing leaves the process: no timer cuts a connection that there is not, and hosted files come from the workspace."""

    def fetched(url: str) -> bytes | None:
        for folder in _folders():
            for file in folder.glob(f"{Path(url).stem}.*"):
                return file.read_bytes()
        return None

    with mock.patch("evenly.plugin.http._cut_after", _never), mock.patch("evenly_instagram.standing_in.stand_in.fetch", fetched):
        yield


def _folders() -> list[Path]:
    return [world(name).folder / ".evenly" / "media" for name in TRIED if TRIED[name].network == "instagram"]


@contextmanager
def _never(_longest: timedelta, _line: object) -> Iterator[None]:
    yield
