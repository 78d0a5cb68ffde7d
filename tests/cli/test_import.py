"""`evenly import`: queue a folder, a CSV file or a feed, or bring back a whole export."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.cli.shops import SETTINGS, Shop, picture

OURS = "text,to,at\nFirst,page,\nSecond,page,2026-12-01T10:00\n"
HOOTSUITE = "2026-12-01 10:00,Ours before,https://atelier.example/a\n2026-12-02 10:00,And this,\n"
FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>Gem news</title>
<item><title>Gold is up</title><link>https://gems.example/gold</link></item>
<item><title>Our rings</title><link>https://atelier.example/rings</link></item></channel></rss>"""


def _csv(shop: Shop, text: str, name: str = "posts.csv") -> str:
    (shop.folder / name).write_text(text)
    return name


def _texts(shop: Shop, *options: str) -> list[str]:
    return [each["text"] for each in shop("queue", "--json", *options).json["deliveries"]]


def test_every_row_becomes_a_post(shop: Shop) -> None:
    """With its own accounts and time."""
    assert shop.done("import", _csv(shop, OURS)) == {"added": 2, "unchanged": 0, "refused": []}
    assert sorted(_texts(shop)) == ["First", "Second"]


def test_importing_again_changes_nothing(shop: Shop) -> None:
    """Also where a post was edited or dropped meanwhile: that was meant."""
    name = _csv(shop, OURS)
    shop.done("import", name)
    shop.done("edit", "p1", "First, but better")
    shop.done("drop", "p2")
    before = shop.state()

    assert shop.done("import", name) == {"added": 0, "unchanged": 2, "refused": []}
    assert shop.state() == before


def test_a_dry_run_changes_nothing(shop: Shop) -> None:
    """It says what would happen."""
    before = shop.state()

    document = shop.done("import", _csv(shop, OURS), "--dry-run")

    assert document["added"] == 2
    assert "2 posts would be queued; nothing was changed." in shop("import", "posts.csv", "--dry-run").out
    assert shop.state() == before


def test_refused_rows_are_told_with_line_and_reason(shop: Shop) -> None:
    """The header is line 1; the good rows go in, and the exit code says that somebody should look."""
    name = _csv(shop, f"text,to,at\nGood,page,\n{'x' * 120},echo,\nBad time,page,yesterday\nNobody,blog,\n")

    result = shop("import", name, "--json")

    assert result.code == 1
    assert result.json["added"] == 1
    assert [row["line"] for row in result.json["refused"]] == [3, 4, 5]
    reasons = [row["reason"] for row in result.json["refused"]]
    assert "Echo takes 100 characters" in reasons[0]
    assert "yesterday" in reasons[1]
    assert "There is no account blog" in reasons[2]
    assert "line 3: " in shop("import", name).err


def test_a_folder_of_markdown_names_the_file_that_was_refused(shop: Shop) -> None:
    """A file has no line, so its reason begins with its name."""
    folder = shop.folder / "posts"
    folder.mkdir()
    (folder / "good.md").write_text("---\nto: page\n---\nGood\n")
    (folder / "bad.md").write_text("---\nto: [blog]\n---\nBad\n")
    (folder / "worse.md").write_text("---\nto: [page\n---\nWorse\n")

    result = shop("import", "posts", "--json")

    assert (result.code, result.json["added"]) == (1, 1)
    by_line = {row["line"]: row["reason"] for row in result.json["refused"]}
    assert by_line[None].startswith("bad.md: ")
    assert any(reason.startswith("worse.md: ") for line, reason in by_line.items() if line is not None)


def test_drafts_wait_for_approval(shop: Shop) -> None:
    """All of them, or another tool's unless --queue is said."""
    shop.done("import", _csv(shop, OURS), "--draft")
    assert {each["state"] for each in shop("queue", "--json").json["deliveries"]} == {"draft"}

    shop.done("import", _csv(shop, HOOTSUITE, "hootsuite.csv"), "--to", "page")
    assert _texts(shop, "--state", "planned") == []

    shop.done("import", _csv(shop, HOOTSUITE.replace("Ours", "Queued"), "again.csv"), "--to", "page", "--queue")
    assert _texts(shop, "--state", "planned") == ["Queued before"]


def test_times_of_another_tool_are_wishes_unless_kept(shop: Shop) -> None:
    """The planner spreads what nobody fixed."""
    name = _csv(shop, HOOTSUITE)

    shop.done("import", name, "--to", "page", "--queue", "--keep-times")

    assert [(each["due"], each["pinned"]) for each in shop.done("queue")["deliveries"]] == [
        ("2026-12-01T10:00:00+01:00", True),
        ("2026-12-02T10:00:00+01:00", True),
    ]


def test_an_unknown_account_is_refused(shop: Shop) -> None:
    """Before anything is read."""
    assert "There is no account blog" in shop.refused("import", _csv(shop, OURS), "--to", "blog")


def test_unknown_columns_are_named_and_kept(shop: Shop) -> None:
    """They may be somebody else's."""
    result = shop("import", _csv(shop, "text,to,mood\nHello,page,calm\n"))

    assert (result.code, "mood" in result.err) == (0, True)
    assert shop.fields("p1")["extra"] == {"mood": "calm"}


def test_words_to_avoid_and_missing_credits_are_told(shop: Shop) -> None:
    """Each with its line and post, on standard error; the document stays as it is."""
    name = _csv(shop, "text,to,origin\nA cheap ring,page,\nLovely,page,third-party\nFine,page,\n")
    settings = (shop.folder / "evenly.toml").read_text()
    (shop.folder / "evenly.toml").write_text(settings.replace("[brand]", '[brand]\navoid = ["cheap"]'))

    result = shop("import", name, "--json")

    assert (result.code, result.json) == (0, {"added": 3, "unchanged": 0, "refused": []})
    assert 'line 2: p1: text: "cheap" is a word that you avoid.' in result.err
    assert "line 3: p2: The credit is missing" in result.err
    assert "p3" not in result.err
    assert "credit" not in shop("import", name).err


def test_many_equal_remarks_are_told_by_their_first(shop: Shop) -> None:
    """Of each kind a few, and how many more: none hides another."""
    folder = shop.folder / "posts"
    folder.mkdir()
    for number in range(20):
        (folder / f"{number:02}.md").write_text(f"---\nto: page\norigin: third-party\n---\nLovely {number}\n")
    (folder / "99.md").write_text("---\nto: page\norigin: third-party\n---\nA cheap ring\n")
    settings = (shop.folder / "evenly.toml").read_text()
    (shop.folder / "evenly.toml").write_text(settings.replace("[brand]", '[brand]\navoid = ["cheap"]'))

    told = shop("import", "posts").err

    assert told.count("The credit is missing") == 3
    assert "00.md: p1: The credit is missing" in told
    assert "… and 18 more like it; `evenly mix` names them." in told
    assert '99.md: p21: text: "cheap"' in told


def test_a_whole_export_comes_back_into_an_empty_workspace(shop: Shop) -> None:
    """Everything, and only there."""
    shop.published("Hello")
    shop.add("Later")
    exported = shop("export").out
    (shop.folder / "all.jsonl").write_text(exported)
    other = shop.folder.parent / "other"
    other.mkdir()
    (other / "evenly.toml").write_text(SETTINGS)

    restored = shop.evenly("import", str(shop.folder / "all.jsonl"), "--json", cwd=other)

    assert restored.json == {"added": 2, "unchanged": 0, "refused": []}
    assert shop.evenly("export", cwd=other).out == exported
    assert "empty workspace" in shop.refused("import", "all.jsonl")


# ---- feeds


@contextmanager
def _serving(body: str) -> Iterator[tuple[str, list[str]]]:
    """A web server on loopback that answers with `body`; its address, and the paths it was asked for."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - as http.server names it
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/feed", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_feed_is_somebody_elses_unless_the_domain_is_owned(shop: Shop) -> None:
    """One's own machine only where that is allowed; without it nothing is contacted."""
    with _serving(FEED) as (address, asked):
        said = shop.refused("import", address)
        assert asked == []
        assert "--allow-private" in said

        document = shop.done("import", address, "--allow-private", "--to", "page")

    assert document["added"] == 2
    assert {each["text"]: each["origin"] for each in shop.done("queue")["deliveries"]} == {
        "Gold is up": "third-party",
        "Our rings": "owned",
    }


def test_a_feed_may_be_a_file(shop: Shop) -> None:
    """But not by an address that begins with file:."""
    (shop.folder / "feed.xml").write_text(FEED)

    assert shop.done("import", "feed.xml", "--to", "page")["added"] == 2
    assert "name a file by its path alone" in shop.refused("import", (shop.folder / "feed.xml").as_uri())


def test_media_lie_beside_the_file(shop: Shop) -> None:
    """And are taken into the workspace."""
    folder = shop.folder / "posts"
    folder.mkdir()
    picture(folder / "ring.png")
    (folder / "ring.md").write_text("---\nto: echo\nmedia: [{path: ring.png, alt: A ring}]\n---\nA ring\n")

    shop.done("import", "posts")

    assert len(shop.state()[1]) == 1


@pytest.mark.parametrize("path", ["../secret.png", "/etc/passwd", "link.png"])
def test_media_outside_of_folder_and_workspace_are_refused(shop: Shop, path: str, tmp_path: Path) -> None:
    """However the path gets there."""
    outside = picture(tmp_path / "secret.png")
    folder = tmp_path / "posts"
    folder.mkdir()
    (folder / "link.png").symlink_to(outside)
    (folder / "post.md").write_text(f"---\nto: echo\nmedia: [{{path: {path}, alt: Secret}}]\n---\nText\n")

    result = shop("import", str(folder), "--json")

    assert (result.code, result.json["added"]) == (1, 0)
    assert "lies outside" in result.json["refused"][0]["reason"]
    assert shop.state()[1] == ()
