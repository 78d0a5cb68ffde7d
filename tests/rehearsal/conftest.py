"""Workspaces on stand-ins, with a clock that only moves when it is waited on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from evenly import fields, planning
from evenly.app import App
from evenly.clock import VirtualClock
from evenly.rehearsal import Rehearsal
from evenly.store.secrets import make_key

START = datetime(2026, 11, 30, 5, tzinfo=UTC)  # a Monday

_SETTINGS = """
[brand]
name = "Atelier"
timezone = "Europe/Paris"
[mix]
enforce = "advise"
[accounts.fedi]
network = "mastodon"
instance = "https://social.real.example"
cadence = "2/day"
[accounts.page]
network = "facebook"
page_id = "424242"
"""


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(START)


@pytest.fixture
def app(tmp_path: Path, clock: VirtualClock) -> Iterator[App]:
    """A workspace whose accounts are real ones, by what evenly.toml says; nobody has signed in."""
    (tmp_path / "evenly.toml").write_text(_SETTINGS)
    (tmp_path / ".evenly").mkdir(mode=0o700)
    make_key(tmp_path / ".evenly")
    with App.open(tmp_path, environment={}, clock=clock) as app:
        yield app


def add(rehearsal: Rehearsal, texts: Sequence[str], **more: object) -> None:
    """Queue posts on every account."""
    posts = [planning.NewPost(fields=fields.read({"text": text, **more}), root=rehearsal.app.settings.folder) for text in texts]
    for result in planning.add_many(rehearsal.app.desk, posts, now=rehearsal.clock.now()):
        assert isinstance(result, planning.Added), result
