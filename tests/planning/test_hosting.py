"""Media are put where networks can fetch them, and taken back when nobody needs them any more."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from moto.server import ThreadedMotoServer
from PIL import Image

from evenly import fields, planning
from evenly.clock import VirtualClock
from evenly.planning import Desk, changing, hosting
from evenly.planning.hosting import Host
from evenly.plugin import Limits, Media, Network, Part, PostRejected, Published, TryLater, hookimpl
from tests.planning.desks import NOW, SETTINGS, workspace

PLACE = '[media]\npublic_dir = "public"\npublic_url = "https://cdn.example/ä b"\n'


class _Wall:
    """Fetches pictures itself."""

    @hookimpl
    def network(self) -> Network:
        return Network(name="wall", title="Wall", limits=Limits(pictures=4, videos=1, mixed=True, hosted=frozenset({"picture"})))

    @hookimpl
    def publish(self) -> Published:
        return Published(remote_id="1")


class _Helper:
    """Puts media somewhere; counts how often."""

    def __init__(self, address: str | None = "https://helper.example/") -> None:
        self.address = address
        self.calls = 0

    @hookimpl
    def host_media(self, path: Path) -> str | None:
        self.calls += 1
        return None if self.address is None else self.address + path.name


@dataclass
class Wall:
    """A workspace with an account on the wall."""

    desk: Desk
    clock: VirtualClock

    def post(self) -> Part:
        """Queue a picture; the part as the publisher would read it."""
        Image.new("RGB", (40, 30), "teal").save(self.desk.settings.folder / "ring.png")
        read = fields.read({"text": "Hello", "to": "fresco", "media": [{"path": "ring.png", "alt": "A ring"}]})
        planning.add(self.desk, planning.NewPost(fields=read, root=self.desk.settings.folder), now=NOW)
        (path,) = (self.desk.settings.state / "media").iterdir()
        return Part(media=(Media(path=path, kind="picture", mime="image/png", bytes=path.stat().st_size),))

    def reachable(self, part: Part, host: Host | None = None) -> list[str | None]:
        """The addresses its media get."""
        host = host or Host(self.desk, self.clock)
        return [medium.url for medium in host.reachable(part, self.desk.account("fresco")).media]

    @property
    def public(self) -> list[Path]:
        return sorted((self.desk.settings.folder / "public").iterdir())


@contextmanager
def wall(folder: Path, place: str = PLACE) -> Iterator[Wall]:
    with workspace(folder / "brand", SETTINGS + '[accounts.fresco]\nnetwork = "wall"\n' + place) as desk:
        desk.networks.add("wall", _Wall())
        yield Wall(desk, VirtualClock(NOW))


def test_a_picture_is_copied_into_the_public_folder(tmp_path: Path) -> None:
    """Readable for the web server, by the digest of its bytes; its address is plain ASCII."""
    with wall(tmp_path) as here:
        part = here.post()

        (address,) = here.reachable(part)

        (copy,) = here.public
        assert address == f"https://cdn.example/%C3%A4%20b/{copy.name}"
        assert copy.read_bytes() == part.media[0].path.read_bytes()
        assert [stat.S_IMODE(each.stat().st_mode) for each in (copy.parent, copy)] == [0o755, 0o644]
        assert "ring" not in copy.name
        assert len(copy.stem) == 32


def test_only_what_the_network_fetches_itself_is_made_public(tmp_path: Path) -> None:
    """A video that is sent to it stays where it is."""
    with wall(tmp_path) as here:
        part = here.post()
        video = Media(path=part.media[0].path, kind="video", mime="video/mp4", bytes=1)

        addresses = here.reachable(Part(media=(video, *part.media)))

        assert [address is None for address in addresses] == [True, False]
        assert here.reachable(Part(media=(video,))) == [None]


def test_without_a_public_place_a_person_has_to_act(tmp_path: Path) -> None:
    """The setting may have gone since the post was queued."""
    with wall(tmp_path) as here:
        part = here.post()
    with wall(tmp_path, "") as here, pytest.raises(PostRejected, match="set public_dir and public_url"):
        here.reachable(part)


def test_a_folder_that_cannot_be_written_is_tried_again_later(tmp_path: Path) -> None:
    """Nothing half is left behind."""
    with wall(tmp_path) as here:
        part = here.post()
        (here.desk.settings.folder / "public").write_text("a file is in the way")

        with pytest.raises(TryLater, match="cannot be put where the network fetches them"):
            here.reachable(part)

        (here.desk.settings.folder / "public").unlink()
        (address,) = here.reachable(part)
        assert address is not None
        assert [address.endswith(each.name) for each in here.public] == [True]


def test_a_file_that_is_gone_leaves_nothing_in_the_public_folder(tmp_path: Path) -> None:
    """Whole or not at all."""
    with wall(tmp_path) as here:
        part = here.post()
        part.media[0].path.unlink()

        with pytest.raises(TryLater, match="FileNotFoundError"):
            here.reachable(part)

        assert here.public == []


def test_what_no_unpublished_delivery_needs_is_taken_back(tmp_path: Path) -> None:
    """And nothing else: other people's files stay."""
    with wall(tmp_path) as here:
        here.reachable(here.post())
        other = here.desk.settings.folder / "public" / ("0" * 32 + ".png")
        other.write_bytes(b"somebody else's")

        hosting.withdraw(here.desk)
        assert len(here.public) == 2

        changing.drop(here.desk, ["1"], now=NOW)
        hosting.withdraw(here.desk)
        assert here.public == [other]


def test_what_was_taken_back_is_put_there_again_when_it_is_needed_again(tmp_path: Path) -> None:
    """By the same process, and at once."""
    with wall(tmp_path) as here:
        part, host = here.post(), Host(here.desk, here.clock)
        here.reachable(part, host)
        for each in here.public:
            each.unlink()

        here.reachable(part, host)

        assert len(here.public) == 1


def test_a_public_folder_that_moved_is_emptied_all_the_same(tmp_path: Path) -> None:
    """What was put somewhere is on record with its place."""
    with wall(tmp_path) as here:
        part = here.post()
        here.reachable(part)
    with wall(tmp_path, PLACE.replace('"public"', '"elsewhere"')) as here:
        here.reachable(part)
        assert here.public == []
        assert len(list((here.desk.settings.folder / "elsewhere").iterdir())) == 1


def test_where_nothing_was_put_there_is_nothing_to_take_back(tmp_path: Path) -> None:
    """Most workspaces have no public folder."""
    with wall(tmp_path, "") as here:
        hosting.withdraw(here.desk)


def test_a_package_is_asked_once_for_the_steps_of_one_delivery(tmp_path: Path) -> None:
    """And again later: its address may be signed, and end."""
    with wall(tmp_path, "") as here:
        helper = _Helper()
        here.desk.networks.add("helper", helper)
        part = here.post()
        host = Host(here.desk, here.clock)

        first, again = here.reachable(part, host), here.reachable(part, host)
        here.clock.advance(timedelta(hours=1))
        later = here.reachable(part, host)

        assert first == again == later == [f"https://helper.example/{part.media[0].path.name}"]
        assert helper.calls == 2


def test_a_package_that_gives_no_address_is_asked_again_later(tmp_path: Path) -> None:
    """It is no fault of the post."""
    with wall(tmp_path, "") as here:
        here.desk.networks.add("helper", _Helper(None))

        with pytest.raises(TryLater, match="not an address"):
            here.reachable(here.post())


def test_a_rehearsal_makes_nothing_public(tmp_path: Path) -> None:
    """The stand-ins are told addresses that are nobody's."""
    with wall(tmp_path) as here:
        part = hosting.pretended(here.desk)(here.post(), here.desk.account("fresco"))

        assert [str(medium.url).startswith("https://media.example/") for medium in part.media] == [True]
        assert not (here.desk.settings.folder / "public").exists()


@pytest.fixture
def _keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a bucket, from the environment."""
    for name, value in {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b", "AWS_EC2_METADATA_DISABLED": "true"}.items():
        monkeypatch.setenv(name, value)


@pytest.mark.usefixtures("_keys")
def test_a_bucket_goes_before_the_folder(tmp_path: Path) -> None:
    """With a closed one, the address itself opens the file."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    httpx.put(f"{endpoint}/atelier", timeout=10).raise_for_status()
    try:
        with wall(tmp_path, PLACE + f'[media.s3]\nbucket = "atelier"\nendpoint = "{endpoint}"\n') as here:
            part = here.post()

            (address,) = here.reachable(part)

            assert address is not None
            assert address.startswith(f"{endpoint}/atelier/evenly/{part.media[0].path.name}?")
            assert httpx.get(address, timeout=10).content == part.media[0].path.read_bytes()
            assert not (here.desk.settings.folder / "public").exists()
    finally:
        server.stop()


@pytest.mark.usefixtures("_keys")
def test_a_bucket_that_cannot_be_reached_is_tried_again_later(tmp_path: Path) -> None:
    """It is no fault of the post."""
    with (
        wall(tmp_path, '[media.s3]\nbucket = "atelier"\nendpoint = "http://127.0.0.1:9"\n') as here,
        pytest.raises(TryLater, match="the bucket atelier does not take it"),
    ):
        here.reachable(here.post())
