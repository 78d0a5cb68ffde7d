"""Files on their way into the workspace."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from evenly.fields import MediaField
from evenly.planning.staging import MediaStage
from evenly.plugin import Limits, MediaLimits


def _staged(stage: MediaStage, path: Path) -> None:
    Image.new("RGB", (30, 30), "teal").save(path)
    stage.fit(MediaField(str(path), "Teal"), path, Limits(pictures=1))


def _kept(state: Path) -> list[str]:
    return sorted(each.name for each in state.rglob("*") if each.is_file())


def test_what_is_kept_lies_in_the_media_folder(tmp_path: Path) -> None:
    """By the digest of its bytes, so that one picture is there once."""
    state = tmp_path / "state"
    state.mkdir()

    for _ in range(2):
        with MediaStage.opened(state) as stage:
            _staged(stage, tmp_path / "ring.png")
            stage.keep()

    assert [each.parent.name for each in state.rglob("*.png")] == ["media"]


def test_without_keeping_nothing_is_left(tmp_path: Path) -> None:
    """A check, or a refused post."""
    state = tmp_path / "state"
    state.mkdir()

    with MediaStage.opened(state) as stage:
        _staged(stage, tmp_path / "ring.png")

    assert list(state.iterdir()) == []


def test_what_was_kept_goes_when_the_transaction_fails(tmp_path: Path) -> None:
    """The commit comes after the files; a picture that was there before stays."""
    state = tmp_path / "state"
    state.mkdir()
    with MediaStage.opened(state) as stage:
        _staged(stage, tmp_path / "ring.png")
        stage.keep()
    before = _kept(state)
    other = tmp_path / "other.png"

    def fail() -> None:
        with MediaStage.opened(state) as stage:
            _staged(stage, tmp_path / "ring.png")
            Image.new("RGB", (50, 50), "gold").save(other)
            stage.fit(MediaField(str(other), "Gold"), other, Limits(pictures=1))
            stage.keep()
            raise RuntimeError("the disk is full")

    with pytest.raises(RuntimeError, match="the disk is full"):
        fail()

    assert _kept(state) == before


def test_a_file_is_made_ready_once_for_the_same_limits(tmp_path: Path) -> None:
    """Also when the post that wanted it first was refused."""
    state = tmp_path / "state"
    state.mkdir()

    with MediaStage.opened(state) as stage:
        before = stage.staged
        _staged(stage, tmp_path / "ring.png")
        stage.drop(keep=before)
        stage.fit(MediaField("ring.png", "Teal"), tmp_path / "ring.png", Limits(pictures=1))
        stage.keep()

    assert len(_kept(state)) == 1


def test_what_is_kept_is_what_was_looked_at(tmp_path: Path) -> None:
    """Though the file is changed before it is kept."""
    state = tmp_path / "state"
    state.mkdir()
    path = tmp_path / "ring.png"

    with MediaStage.opened(state) as stage:
        _staged(stage, path)
        before = path.read_bytes()
        path.write_bytes(b"another")
        stage.keep()

    (kept,) = state.rglob("*.png")
    assert kept.read_bytes() == before


def test_a_moving_picture_is_held_against_its_own_limits(tmp_path: Path) -> None:
    """Where the network has such; a still one is held against the picture's."""
    state = tmp_path / "state"
    state.mkdir()
    still, *others = (Image.new("RGB", (30, 30), colour) for colour in ("teal", "red", "gold"))
    still.save(tmp_path / "moving.gif", save_all=True, append_images=others)
    still.save(tmp_path / "still.gif")
    gif, png = frozenset({"image/gif"}), frozenset({"image/png"})
    limits = Limits(pictures=1, picture=MediaLimits(types=png), animation=MediaLimits(types=gif))

    with MediaStage.opened(state) as stage:
        moving, _ = stage.fit(MediaField("moving.gif", "Moves"), tmp_path / "moving.gif", limits)
        stayed, _ = stage.fit(MediaField("still.gif", "Does not"), tmp_path / "still.gif", limits)

    assert (moving.kind, moving.mime, stayed.kind, stayed.mime) == ("animation", "image/gif", "picture", "image/png")
