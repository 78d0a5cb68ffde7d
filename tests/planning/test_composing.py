"""What an account would publish: its media fitted, counted, and where the network can fetch them."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from pypdf import PdfWriter

from evenly import fields, planning
from evenly.planning import Added, Desk, PostRefused
from evenly.plugin import DocumentLimits, Limits, MediaLimits, Network, Published, VideoLimits, hookimpl
from tests.planning.desks import NOW, SETTINGS, workspace

VIDEO = Path(__file__).parents[1] / "media" / "data" / "lying.mp4"
PLACE = '[media]\npublic_dir = "public"\npublic_url = "https://cdn.example"\n'
WALL = SETTINGS + '[accounts.fresco]\nnetwork = "wall"\n[accounts.mural]\nnetwork = "wall"\n[accounts.easel]\nnetwork = "easel"\n'


class _Wall:
    """Takes pictures that are not too wide, one video, and one document of two pages; fetches pictures itself."""

    @hookimpl
    def network(self) -> Network:
        limits = Limits(
            pictures=4,
            picture=MediaLimits(ratio=(0.8, 1.91)),
            videos=1,
            video=VideoLimits(fps=(30, 60)),
            documents=1,
            document=DocumentLimits(pages=2),
            formats=frozenset({"post", "document"}),
            hosted=frozenset({"picture"}),
        )
        return Network(name="wall", title="Wall", limits=limits)

    @hookimpl
    def publish(self) -> Published:
        return Published(remote_id="1")


class _Easel:
    """Takes any QuickTime video."""

    @hookimpl
    def network(self) -> Network:
        return Network(name="easel", title="Easel", limits=Limits(videos=1, video=VideoLimits(types=frozenset({"video/quicktime"}))))

    @hookimpl
    def publish(self) -> Published:
        return Published(remote_id="1")


class _Helper:
    @hookimpl
    def host_media(self, path: Path) -> str:
        return f"https://helper.example/{path.name}"


@pytest.fixture
def wall(tmp_path: Path) -> Iterator[Desk]:
    """A workspace with accounts on the wall, whose pictures have a public place."""
    with workspace(tmp_path / "brand", WALL + PLACE) as desk:
        desk.networks.add("wall", _Wall())
        desk.networks.add("easel", _Easel())
        yield desk


def picture(desk: Desk, name: str, size: tuple[int, int] = (40, 30)) -> dict[str, str]:
    Image.new("RGB", size, "teal").save(desk.settings.folder / name)
    return {"path": name, "alt": "Teal"}


def document(desk: Desk, pages: int = 1) -> dict[str, str]:
    writer, written = PdfWriter(), io.BytesIO()
    for _ in range(pages):
        writer.add_blank_page(100, 100)
    writer.write(written)
    (desk.settings.folder / "a.pdf").write_bytes(written.getvalue())
    return {"path": "a.pdf", "alt": "A letter"}


def add(desk: Desk, *media: dict[str, str], to: str | list[str] = "fresco", **more: Any) -> Added:
    read = fields.read({"text": "Hello", "to": to, "media": list(media), **more})
    return planning.add(desk, planning.NewPost(fields=read, root=desk.settings.folder), now=NOW)


def refusal(desk: Desk, *media: dict[str, str], **more: Any) -> str:
    with pytest.raises(PostRefused) as refused:
        add(desk, *media, **more)
    assert not (desk.settings.state / "media").exists()
    return str(refused.value)


def test_a_document_is_kept_with_its_post(wall: Desk) -> None:
    """As it is, under the digest of its bytes."""
    add(wall, document(wall, 2), format="document")

    (kept,) = (wall.settings.state / "media").iterdir()
    assert kept.suffix == ".pdf"
    assert kept.read_bytes() == (wall.settings.folder / "a.pdf").read_bytes()


def test_a_document_is_held_against_the_networks_limits(wall: Desk) -> None:
    """Its pages, and how many there may be."""
    assert "fresco: a.pdf: the document has 3 pages; taken are at most 2" in refusal(wall, document(wall, 3))
    assert "Wall takes 1 documents; this has 2" in refusal(wall, document(wall), document(wall))
    assert "Board takes 0 documents; this has 1" in refusal(wall, document(wall), to="pins")


def test_a_document_stands_alone(wall: Desk) -> None:
    """No network shows one beside pictures."""
    assert "A document stands alone" in refusal(wall, document(wall), picture(wall, "a.png"))


def test_a_post_that_is_a_document_needs_one(wall: Desk) -> None:
    """Its kind alone publishes nothing."""
    assert "Wall needs the document" in refusal(wall, format="document")


def test_a_video_is_held_against_the_networks_limits(wall: Desk) -> None:
    """It is never changed, so what is wrong is told."""
    moving = {"path": str(VIDEO), "alt": "Colours"}

    assert "lying.mp4: the video has 25 pictures a second; taken are 30 to 60" in refusal(wall, moving)


def test_a_video_that_says_where_it_was_made_is_told(wall: Desk) -> None:
    """It is sent as it is, so a person has to know."""
    placed = {"path": str(VIDEO.with_name("placed.mov")), "alt": "Colours"}

    added = add(wall, placed, to="easel")

    assert [str(change).partition(": ")[0] for change in added.changes] == ["easel"]
    assert "placed.mov: tells where it was made" in str(added.changes[0])


def test_a_picture_of_a_strange_shape_is_cropped_only_if_asked(wall: Desk) -> None:
    """The refusal names the cure."""
    wide = picture(wall, "wide.png", (900, 300))

    assert "--fit crop" in refusal(wall, wide)
    assert [str(change) for change in add(wall, wide, fit="crop").changes] == ["fresco: wide.png: cropped: 573×300 of 900×300 pixels"]


def test_what_was_done_to_media_is_told_for_each_account(wall: Desk) -> None:
    """Accounts for which the same was done share a sentence."""
    wide = picture(wall, "wide.png", (900, 300))

    added = add(wall, wide, fit="crop", to=["fresco", "pins", "mural"])

    assert [str(change) for change in added.changes] == ["fresco, mural: wide.png: cropped: 573×300 of 900×300 pixels"]


def test_media_without_a_public_place_are_refused_at_once(tmp_path: Path) -> None:
    """With what to set; a network that fetches nothing takes them all the same, and so does one whose videos are sent to it."""
    with workspace(tmp_path / "brand", WALL) as desk:
        desk.networks.add("wall", _Wall())

        said = refusal(desk, picture(desk, "a.png"))

        assert "fresco: Wall fetches media from a public address, and there is none: set public_dir and public_url under [media]" in said
        assert add(desk, picture(desk, "a.png"), to="pins").deliveries
        assert add(desk, document(desk)).deliveries


def test_a_package_may_give_media_a_public_place(tmp_path: Path) -> None:
    """Nothing else has to be set then."""
    with workspace(tmp_path / "brand", WALL) as desk:
        desk.networks.add("wall", _Wall())
        desk.networks.add("helper", _Helper())

        assert add(desk, picture(desk, "a.png")).deliveries


def test_a_bucket_without_its_library_is_refused_with_the_cure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is an extra."""
    with workspace(tmp_path / "brand", WALL + '[media.s3]\nbucket = "b"\n') as desk:
        desk.networks.add("wall", _Wall())
        assert add(desk, picture(desk, "a.png")).deliveries

        monkeypatch.setattr("evenly.media.bucket.find_spec", lambda _name: None)
        with pytest.raises(PostRefused, match=r"pip install 'evenly\[s3\]'"):
            add(desk, picture(desk, "b.png", (50, 50)))
