"""The sample workspace of the demo: an honest example of how things are written."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from evenly import importing
from evenly.app import App
from evenly.clock import VirtualClock
from evenly.importing.markdown import document_of
from evenly.networks import Networks
from evenly.rehearsal import make_sample
from tests.rehearsal.conftest import START


def test_the_sample_is_a_workspace_without_a_fault(tmp_path: Path) -> None:
    """It opens without a warning, and every post is taken."""
    posts = make_sample(tmp_path)

    with App.open(tmp_path, environment={}, clock=VirtualClock(START)) as app:
        report = importing.import_source(app.desk, str(posts), now=START)
        assert app.settings.warnings == ()

    assert (report.added, report.refused) == (24, ())


def test_every_picture_is_used_described_and_really_drawn(tmp_path: Path) -> None:
    """Pictures of many colours, each with its own words."""
    posts = make_sample(tmp_path)
    media = [medium for path in posts.glob("*.md") for medium in document_of(path.read_text()).get("media", [])]

    assert sorted(medium["path"] for medium in media) == sorted(f"pictures/{path.name}" for path in (posts / "pictures").iterdir())
    assert len({medium["alt"] for medium in media}) == len(media)
    for path in (posts / "pictures").iterdir():
        with Image.open(path) as picture:
            assert picture.size == (640, 480)
            assert len(picture.quantize(64).getcolors() or []) > 8, path.name


def test_its_accounts_are_those_of_the_stand_ins(tmp_path: Path) -> None:
    """So that the workspace goes on knowing them after the demo, when its networks are gone."""
    make_sample(tmp_path)
    clock = VirtualClock(START)

    with App.open(tmp_path, environment={}, clock=clock) as app:
        for account in app.settings.accounts.values():
            stand_in = Networks.load([account.network]).call(account.network, "stand_in", clock=clock, seed=0)
            assert stand_in.accounts[0].settings.items() <= account.own.items()


def test_nothing_of_it_can_reach_a_real_network(tmp_path: Path) -> None:
    """Every account is bound to an address of this machine."""
    make_sample(tmp_path)

    with App.open(tmp_path, environment={}, clock=VirtualClock(START)) as app:
        assert {account.api for account in app.settings.accounts.values()} == {"http://127.0.0.1:9"}
