"""An export brings the whole state back into an empty workspace, or nothing at all."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from evenly.exporting import export_lines
from evenly.importing import ImportRefused, import_source
from evenly.planning import Desk
from evenly.store import archive, copying, models
from tests.importing.workspaces import NOW, picture, state_of, workspace
from tests.store.rows import anything, put

WHEN = datetime(2026, 11, 23, 9, 0, 1, 5, tzinfo=UTC)


@pytest.fixture
def full(desk: Desk, tmp_path: Path) -> Desk:
    """A workspace with everything in it: posts, media, an attempt, figures, an account that is held, a feed, what stands elsewhere."""
    picture(tmp_path / "posts" / "ring.png")
    (tmp_path / "posts" / "a.md").write_text(
        "---\nto: [page, pins]\nmedia: [{path: ring.png, alt: été}]\nmood: {a: [1, null]}\n---\nSilver"
    )
    (tmp_path / "posts" / "b.md").write_text("---\nto: page\nthread: [two]\neffort: 20m\nfirst_comment: more\ndraft: true\n---\nGold")
    import_source(desk, str(tmp_path / "posts"), now=NOW)
    with desk.store.write() as connection:
        part = {"state": "published", "remote_id": "r1", "published_at": WHEN, "data": {"cid": "x"}, "tries": 1}
        connection.execute(models.part.update().where(models.part.c.id == 1).values(**part))
        published = {
            "state": "published",
            "published_at": WHEN,
            "next_action_at": None,
            "reason": {"text": "{n}", "values": {"n": 1}},
        }
        connection.execute(models.delivery.update().where(models.delivery.c.id == 1).values(**published))
        attempt = {"part_id": 1, "fence": 1, "number": 1, "step": "publish", "started_at": WHEN, "ended_at": WHEN, "outcome": "published"}
        connection.execute(models.attempt.insert().values(**attempt))
        figures = {"account": "page", "delivery_id": 1, "mark": "1h", "taken_at": WHEN, "figures": {"views": 5}}
        connection.execute(models.metric.insert().values(**figures))
        connection.execute(models.account.update().where(models.account.c.name == "page").values(held=True, last_published_at=WHEN))
        connection.execute(models.repetition.insert().values(post_id=2, original_id=1))
        connection.execute(models.elsewhere.insert().values(account="page", remote_id="e1", at=WHEN, text="By hand", media_count=2))
        feed = {"url": "https://a.example/feed", "title": "News", "topic": "care", "etag": '"1"', "next_poll_at": WHEN, "failures": 1}
        connection.execute(models.feed.insert().values(**feed, trouble={"text": "{n}", "values": {"n": 1}}))
        item = {"guid_digest": "g", "link_digest": "l", "title": "Gold", "summary": "", "link": "https://a.example/1", "state": "taken"}
        connection.execute(models.item.insert().values(feed_id=1, post_id=2, found_at=WHEN, seen_at=WHEN, **item))
        connection.execute(models.quota.insert().values(name="account:page", not_before=WHEN, remaining=3, updated_at=WHEN))
        connection.execute(models.effort.insert().values(id=1, task="write", seconds=90, at=WHEN, account="page", note="été"))
        connection.execute(models.effort_post.insert().values(effort_id=1, post_id=1, seconds=90))
        connection.execute(models.timer.insert().values(id=1, started_at=WHEN, entry={"task": "reply", "posts": [1]}))
        advised = {"week": "2026-W48", "number": 1, "key": "mix.question.min", "kind": "more", "state": "taken", "decided_at": WHEN}
        told = {"reason": {"text": "{n}", "values": {"n": 1}}, "change": {"text": "…", "values": {}}, "steps": [], "offered_at": WHEN}
        connection.execute(models.advice.insert().values(**advised, **told, gain=1.1))
        found = {"posts": 9, "others": 8, "minutes": 12.5, "verdict": "works", "age": "7d", "judged_at": WHEN}
        connection.execute(models.judgement.insert().values(name="evening", question="action:question", metric="likes", **found))
    return desk


@pytest.fixture
def new(tmp_path: Path) -> Iterator[Callable[[], Desk]]:
    """Makes an empty workspace beside the full one."""
    with ExitStack() as stack:
        yield lambda: stack.enter_context(workspace(tmp_path / "moved"))


def written(desk: Desk, path: Path) -> Path:
    """The desk's export as a file."""
    path.write_text("\n".join(export_lines(desk)) + "\n", encoding="utf-8")
    return path


def lines_of(path: Path) -> list[dict[str, Any]]:
    """The export's lines as objects."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_an_export_comes_back_as_it_was(full: Desk, new: Callable[[], Desk], tmp_path: Path) -> None:
    """Export, import, export: equal."""
    file = written(full, tmp_path / "state.jsonl")
    moved = new()
    report = import_source(moved, str(file), now=NOW)

    assert report.added == 2
    assert state_of(full) == state_of(moved)
    assert {line["type"] for line in lines_of(file)} == {"evenly", *archive.KINDS}


@settings(max_examples=20, phases=[Phase.explicit, Phase.generate], suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 2**32))
def test_whatever_state_a_workspace_is_in_comes_back_as_it_was(tmp_path: Path, seed: int) -> None:
    """Deliveries in every state, in the middle of being published too; export, import, export: equal."""
    state = anything(seed)
    with TemporaryDirectory(dir=tmp_path) as folder, workspace(Path(folder, "old")) as old, workspace(Path(folder, "new")) as moved:
        with old.store.write() as connection:
            put(connection, state)
        file = written(old, Path(folder, "state.jsonl"))

        import_source(moved, str(file), now=NOW)

        assert state_of(moved) == state_of(old)
        with moved.store.read() as connection:
            assert {name: count for name, count in copying.counts(connection).items() if name in archive.KINDS} == {
                name: len(state[name]) for name in archive.KINDS
            }


def test_what_an_export_leaves_out_is_known() -> None:
    """Secrets, who is running, what was told to whom, and what tells one workspace from another: two of them must never share keys."""
    assert models.metadata.tables.keys() - set(archive.KINDS) == {"workspace", "credential", "daemon", "notice"}
    with pytest.raises(archive.RowRefused):
        archive.checked("account", {"name": "page", "sign_in": "ok"})


def test_a_pause_that_a_network_asked_for_comes_along(full: Desk, new: Callable[[], Desk], tmp_path: Path) -> None:
    """Whoever moves does not call a network earlier than it said."""
    moved = new()
    import_source(moved, str(written(full, tmp_path / "state.jsonl")), now=NOW)

    with moved.store.read() as connection:
        assert connection.execute(select(models.quota.c.not_before)).scalar_one() == WHEN


def test_new_posts_follow_those_that_came_back(full: Desk, new: Callable[[], Desk], tmp_path: Path) -> None:
    """Ids go on; what was imported in the old workspace is known in the new one."""
    moved = new()
    import_source(moved, str(written(full, tmp_path / "state.jsonl")), now=NOW)
    (tmp_path / "posts" / "c.md").write_text("Copper")
    report = import_source(moved, str(tmp_path / "posts"), now=NOW)

    assert (report.added, report.unchanged, report.posts) == (1, 2, (3,))


def test_media_that_did_not_come_along_are_missed(full: Desk, new: Callable[[], Desk], tmp_path: Path) -> None:
    """The export holds no pictures: the warning says from where to copy them."""
    report = import_source(new(), str(written(full, tmp_path / "state.jsonl")), now=NOW)

    assert "copy them" in str(report.warnings[0])


def test_a_workspace_that_is_not_empty_takes_no_export(full: Desk, tmp_path: Path) -> None:
    """Two states cannot be mixed."""
    before = state_of(full)
    with pytest.raises(ImportRefused, match="empty workspace"):
        import_source(full, str(written(full, tmp_path / "state.jsonl")), now=NOW)

    assert before == state_of(full)


def test_a_dry_run_changes_nothing(full: Desk, new: Callable[[], Desk], tmp_path: Path) -> None:
    """It only says what would come."""
    moved = new()
    before = state_of(moved)

    assert import_source(moved, str(written(full, tmp_path / "state.jsonl")), now=NOW, dry_run=True).added == 2
    assert before == state_of(moved)


def _cut(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [line for line in lines if line["type"] != "post"]


def _twice(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [*lines, lines[-1]]


def _changed(kind: str, **values: Any) -> Callable[[list[dict[str, Any]]], list[dict[str, Any]]]:
    def change(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
        for line in lines:
            if line["type"] == kind:
                line["row"] |= values
        return lines

    return change


def _stealing(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    for line in lines:
        if line["type"] == "part":
            line["row"]["content"]["media"] = [{"path": "../key"}]
    return lines


@pytest.mark.parametrize(
    "change",
    [
        _cut,
        _twice,
        _stealing,
        lambda lines: [{"type": "evenly", "version": 99}, *lines[1:]],
        lambda lines: [*lines, {"type": "credential", "row": {}}],
        lambda lines: [*lines, {"type": "post"}],
        _changed("delivery", state="sent"),
        _changed("delivery", due="tomorrow"),
        _changed("delivery", due="2026-12-01T10:00"),
        _changed("delivery", priority=2**40),
        _changed("delivery", pinned=1),
        _changed("delivery", account="x" * 65),
        _changed("delivery", future_column=1),
        _changed("account", sign_in="ok"),
        _changed("part", content=None),
        _changed("part", content="text"),
    ],
)
def test_a_damaged_export_changes_nothing(full: Desk, new: Callable[[], Desk], tmp_path: Path, change: Any) -> None:
    """Rows that are missing, doubled, of the wrong type, or that reach for other files."""
    lines = change(lines_of(written(full, tmp_path / "state.jsonl")))
    (tmp_path / "bad.jsonl").write_text("\n".join(json.dumps(line) for line in lines))
    moved = new()
    before = state_of(moved)
    with pytest.raises(ImportRefused, match=r"Line [0-9]+"):
        import_source(moved, str(tmp_path / "bad.jsonl"), now=NOW)

    assert before == state_of(moved)


def test_an_export_that_was_cut_off_changes_nothing(full: Desk, new: Callable[[], Desk], tmp_path: Path) -> None:
    """In the middle of a line."""
    file = written(full, tmp_path / "state.jsonl")
    file.write_bytes(file.read_bytes()[:-20])
    moved = new()
    before = state_of(moved)
    with pytest.raises(ImportRefused, match="cut off"):
        import_source(moved, str(file), now=NOW)

    assert before == state_of(moved)
