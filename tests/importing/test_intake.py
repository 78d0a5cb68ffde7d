"""Importing: each post once, bad input changes nothing, and every refusal has its line and reason."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from evenly.fields import Fields, read
from evenly.importing import ImportRefused, import_source
from evenly.planning import Desk, NewPost, add
from tests.importing.test_feeds import ATOM, RSS
from tests.importing.workspaces import NOW, deliveries_of, picture, posts_of, state_of

BUFFER = "Text,Image URL,Tags,Posting Time\nRings,,care,2026-12-01 10:00\nBoxes,,,2025-12-01 10:00\n"


@pytest.fixture
def posts(tmp_path: Path) -> Path:
    """A folder with two Markdown posts, one with a picture."""
    folder = tmp_path / "posts"
    picture(folder / "pictures" / "ring.png")
    (folder / "a.md").write_text("---\nto: page\nmedia:\n- {path: pictures/ring.png, alt: A silver ring}\n---\nSilver.\n")
    (folder / "b.md").write_text("---\nto: page\nat: 2026-12-01T10:00\ntopic: care\n---\nGold.\n")
    return folder


def write(path: Path, text: str, encoding: str = "utf-8") -> str:
    """A file with this text; its name."""
    path.write_text(text, encoding=encoding)
    return str(path)


def test_a_folder_is_queued_at_once(desk: Desk, posts: Path) -> None:
    """What has a time is pinned to it, the other gets one."""
    report = import_source(desk, str(posts), now=NOW)

    assert (report.added, report.unchanged, report.refused) == (2, 0, ())
    assert [each["state"] for each in deliveries_of(desk)] == ["planned", "planned"]
    assert [each["pinned"] for each in deliveries_of(desk)] == [False, True]
    assert deliveries_of(desk)[1]["due"] == "2026-12-01T09:00:00+00:00"
    assert all(each["due"] for each in deliveries_of(desk))


def test_a_second_import_changes_nothing(desk: Desk, posts: Path) -> None:
    """Also a month later."""
    import_source(desk, str(posts), now=NOW)
    before = state_of(desk)
    report = import_source(desk, str(posts), now=NOW + timedelta(days=30))

    assert (report.added, report.unchanged) == (0, 2)
    assert before == state_of(desk)


def test_a_post_that_was_edited_here_is_not_imported_again(desk: Desk, posts: Path) -> None:
    """The import knows what it brought, whatever became of it."""
    from evenly.store.models import post

    import_source(desk, str(posts), now=NOW)
    with desk.store.write() as connection:
        connection.execute(post.update().values(fields={"text": "Edited", "to": ["page"]}))

    assert import_source(desk, str(posts), now=NOW).unchanged == 2


def test_a_post_that_was_added_by_hand_is_not_imported_again(desk: Desk, tmp_path: Path) -> None:
    """A spreadsheet of what is here, imported again, doubles nothing."""
    add(desk, NewPost(fields=read({"text": "Rings", "to": ["page"]}), root=tmp_path), now=NOW)

    assert import_source(desk, write(tmp_path / "plan.csv", "text,to\nRings,page\n"), now=NOW).unchanged == 1


def test_equal_rows_are_one_post(desk: Desk, tmp_path: Path) -> None:
    """The second row is the first one again."""
    report = import_source(desk, write(tmp_path / "plan.csv", "text,to\nRings,page\nRings,page\nRings,pins\n"), now=NOW)

    assert (report.added, report.unchanged) == (2, 1)


def test_other_tools_files_become_drafts(desk: Desk, tmp_path: Path) -> None:
    """Their times are kept as a wish."""
    report = import_source(desk, write(tmp_path / "buffer.csv", BUFFER), now=NOW, to=["page"])

    assert report.added == 2
    assert {(each["state"], each["due"]) for each in deliveries_of(desk)} == {("draft", None)}
    assert [each["extra"]["wished_at"] for each in posts_of(desk)] == ["2026-12-01T10:00", "2025-12-01T10:00"]


def test_other_tools_times_are_pinned_on_request(desk: Desk, tmp_path: Path) -> None:
    """A time that is past is dropped, the post is kept, and a warning says so."""
    report = import_source(desk, write(tmp_path / "buffer.csv", BUFFER), now=NOW, to=["page"], keep_times=True, queue=True)
    first, second = deliveries_of(desk)

    assert (first["state"], first["due"], first["pinned"]) == ("planned", "2026-12-01T09:00:00+00:00", True)
    assert (second["state"], second["pinned"]) == ("planned", False)
    assert any(str(warning).startswith("line 3: 2025-12-01T10:00 is past") for warning in report.warnings)


def test_importing_again_with_times_adds_nothing(desk: Desk, tmp_path: Path) -> None:
    """How the times were taken does not make another post."""
    source = write(tmp_path / "buffer.csv", BUFFER)
    import_source(desk, source, now=NOW, to=["page"])

    assert import_source(desk, source, now=NOW, to=["page"], keep_times=True, queue=True).unchanged == 2


def test_a_dry_run_tells_and_changes_nothing(desk: Desk, tmp_path: Path) -> None:
    """The numbers are those of the real run."""
    source = write(tmp_path / "plan.csv", f"text,to\nRings,page\nRings,page\nBoxes,nobody\n{'x' * 300},pins\n")
    before = state_of(desk)
    tried = import_source(desk, source, now=NOW, dry_run=True)

    assert before == state_of(desk)
    done = import_source(desk, source, now=NOW)
    assert (tried.added, tried.unchanged, tried.refused) == (done.added, done.unchanged, done.refused) == (1, 1, done.refused)


def test_refused_rows_have_their_lines_and_reasons(desk: Desk, tmp_path: Path) -> None:
    """What is wrong with the row, and what the network or the settings would refuse."""
    rows = ["text,to,at", "Good,page,", "Bad,page,soon", "Bad,nobody,", f"{'x' * 300},pins,", "Gap,page,2027-03-28T02:30", '"Open,page,']
    report = import_source(desk, write(tmp_path / "plan.csv", "\n".join(rows)), now=NOW)

    assert report.added == 1
    reasons = {refusal.line: str(refusal.reason) for refusal in report.refused}
    assert list(reasons) == [3, 4, 5, 6, 7]
    for line, told in {3: "soon", 4: "nobody", 5: "200", 6: "clocks go forward", 7: "never closed"}.items():
        assert told in reasons[line]


def test_accounts_that_cannot_take_posts_are_named_once(desk: Desk, tmp_path: Path) -> None:
    """Without `to` a post goes wherever it fits."""
    rows = "".join(f"{letter * 300}\n" for letter in "abc")
    report = import_source(desk, write(tmp_path / "plan.csv", f"text\n{rows}"), now=NOW)

    assert report.added == 3
    assert {each["account"] for each in deliveries_of(desk)} == {"page"}
    assert [str(warning).split()[0] for warning in report.warnings] == ["pins", "tokyo"]


@pytest.mark.parametrize("outside", ["../secret.png", "{top}/secret.png", "link.png", "folder/secret.png", "{state}/picture.png"])
def test_pictures_outside_of_the_folder_are_refused(desk: Desk, tmp_path: Path, outside: str) -> None:
    """By dots, by a whole path, by a link, by a linked folder, or out of the workspace's own state."""
    folder = tmp_path / "posts"
    picture(tmp_path / "secret.png")
    picture(desk.settings.state / "picture.png")
    folder.mkdir()
    (folder / "link.png").symlink_to(tmp_path / "secret.png")
    (folder / "folder").symlink_to(tmp_path)
    path = outside.format(top=tmp_path, state=desk.settings.state)
    (folder / "a.md").write_text(f"---\nto: page\nmedia: [{{path: {path}, alt: x}}]\n---\nSilver.")
    before = state_of(desk)
    report = import_source(desk, str(folder), now=NOW)

    assert "media[0].path" in str(report.refused[0].reason)
    assert before == state_of(desk)


def test_pictures_of_the_workspace_may_be_used(desk: Desk, tmp_path: Path) -> None:
    """By a path that leads there from the imported file."""
    picture(desk.settings.folder / "pictures" / "ring.png")
    path = desk.settings.folder / "pictures" / "ring.png"
    source = write(tmp_path / "plan.csv", f"text,to,media,alt\nRings,page,{path},A ring\n")

    assert import_source(desk, source, now=NOW).added == 1


_BAD = {
    "broken.csv": 'text,to\n"never closed,page\n',
    "foreign.csv": "name,price\nring,5\n",
    "broken.toml.md": "+++\nto = \n+++\nx",
    "broken.yaml.md": "---\nto: [page\n---\nx",
    "laughs.md": "---\na: &a [x]\nb: [*a, *a]\n---\nx",
    "nobody.md": "---\nto: [nobody]\n---\nx",
    "secret.md": "---\nto: page\nmedia: ../../../../../../etc/passwd\n---\nx",
    "broken.xml": "<rss><channel>",
    "entity.xml": '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><channel><title>&x;</title></channel></rss>',
    "page.html": "<html><body>no feed</body></html>",
    "feed.json": '{"version": "https://jsonfeed.org/version/1.1"}',
    "binary.csv": "\x00\x81\x8d",
    "empty.csv": "",
    "export.jsonl": '{"type": "evenly", "version": 1}\n{"type": "post"}\n',
}


@pytest.mark.parametrize("name", _BAD)
def test_bad_input_leaves_the_store_as_it_was(desk: Desk, posts: Path, tmp_path: Path, name: str) -> None:
    """Refused as a whole, or row by row, always with a reason."""
    import_source(desk, str(posts), now=NOW)
    before = state_of(desk)
    source = write(tmp_path / name, _BAD[name], "latin-1")
    try:
        report = import_source(desk, source, now=NOW)
        reasons = [str(refusal.reason) for refusal in report.refused]
        added = report.added
    except ImportRefused as refused:
        reasons, added = [str(refused)], 0

    assert added == 0
    assert all(reasons)
    assert reasons
    assert before == state_of(desk)


@pytest.mark.parametrize(
    "source",
    [
        "nowhere.csv",
        "file:///etc/passwd",
        "http://127.0.0.1:9/feed",
        "http://169.254.169.254/",
        "ftp://x.example/",
        "/dev/null",
    ],
)
def test_what_is_no_source_is_refused(desk: Desk, source: str) -> None:
    """Files by addresses, private hosts, devices, other schemes."""
    with pytest.raises(ImportRefused):
        import_source(desk, source, now=NOW)


@pytest.fixture
def feed() -> Iterator[str]:
    """The address of a feed on this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = RSS.encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            """Tests are quiet."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/feed"
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_feed_is_queued_as_third_party(desk: Desk, feed: str) -> None:
    """With credit; a second reading adds nothing."""
    report = import_source(desk, feed, now=NOW, allow_private=True)

    assert report.added == 3
    assert [(post["origin"], post.get("credit")) for post in posts_of(desk)] == [
        ("third-party", "Silver & Gold"),
        ("owned", None),
        ("third-party", "Silver & Gold"),
    ]
    assert import_source(desk, feed, now=NOW, allow_private=True).unchanged == 3


def test_an_article_whose_title_was_changed_is_the_same(desk: Desk, tmp_path: Path) -> None:
    """The feed's own name for it counts."""
    import_source(desk, write(tmp_path / "feed.xml", ATOM), now=NOW)

    assert import_source(desk, write(tmp_path / "feed.xml", ATOM.replace("Opals", "Rubies")), now=NOW).unchanged == 1


def test_a_file_that_is_too_large_is_not_read(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither as a whole, nor cell by cell, nor row by row."""
    from evenly.importing import sources, tabular

    monkeypatch.setattr(tabular, "_LARGEST_CELL", 200)
    report = import_source(desk, write(tmp_path / "cell.csv", f"text,to\n{'x' * 300},page\nRings,page\n"), now=NOW)
    assert (report.added, [refusal.line for refusal in report.refused]) == (1, [2])

    monkeypatch.setattr(tabular, "_MOST_RECORDS", 3)
    with pytest.raises(ImportRefused, match="more than 3 rows"):
        import_source(desk, write(tmp_path / "rows.csv", "text\na\nb\nc\nd\n"), now=NOW)

    monkeypatch.setattr(sources, "LARGEST_FILE", 10)
    with pytest.raises(ImportRefused, match="larger than 10 bytes"):
        import_source(desk, write(tmp_path / "file.csv", "text,to\nRings,page\n"), now=NOW)


def test_drafts_and_accounts_on_request(desk: Desk, tmp_path: Path) -> None:
    """`draft` and `to` hold for every row."""
    import_source(desk, write(tmp_path / "plan.csv", "text,to\nRings,page\n"), now=NOW, draft=True, to=["pins"])

    assert [(each["account"], each["state"]) for each in deliveries_of(desk)] == [("pins", "draft")]


def test_progress_is_told(desk: Desk, posts: Path) -> None:
    """How many are done, and of how many."""
    told: list[tuple[int, int]] = []
    import_source(desk, str(posts), now=NOW, progress=lambda done, of: told.append((done, of)))

    assert told == [(1, 2), (2, 2)]


def test_unknown_columns_are_kept(desk: Desk, tmp_path: Path) -> None:
    """And named in a warning."""
    report = import_source(desk, write(tmp_path / "plan.csv", "text,to,mood\nRings,page,calm\n"), now=NOW)

    assert posts_of(desk)[0]["extra"] == {"mood": "calm"}
    assert "mood" in str(report.warnings[0])


def test_a_time_before_now_in_tokyo_is_past_only_there(desk: Desk, tmp_path: Path) -> None:
    """Wall times are looked at in the zones of the post's own accounts."""
    source = write(tmp_path / "plan.csv", "text,to,at\nParis,page,2026-11-23T12:00\nTokyo,tokyo,2026-11-23T12:00\n")
    import_source(desk, source, now=NOW)

    assert [each["pinned"] for each in deliveries_of(desk)] == [True, False]


def test_a_plugin_may_read_what_only_it_knows(desk: Desk) -> None:
    """The hook `import_posts`; its faults are told like any other."""
    from evenly.plugin import hookimpl

    class Notes:
        @hookimpl
        def import_posts(self, source: str) -> list[dict[str, object]] | None:
            if source == "notes:broken":
                raise RuntimeError("no notes")
            return [{"text": "From my notes", "to": ["page"]}, {"to": []}] if source == "notes:mine" else None

    desk.networks.add("notes", Notes())
    report = import_source(desk, "notes:mine", now=NOW)

    assert (report.added, len(report.refused)) == (1, 1)
    with pytest.raises(ImportRefused, match="no notes"):
        import_source(desk, "notes:broken", now=NOW)
    with pytest.raises(ImportRefused, match="no file or folder"):
        import_source(desk, "notes:yours", now=NOW)


def test_digests_do_not_depend_on_order_or_machine() -> None:
    """The same post has the same digest in every process."""
    from evenly.fields import as_document
    from evenly.importing.intake import digest_of

    document = as_document(Fields(text="Rings", text_for={"page": "P", "pins": "Q"}))

    assert digest_of(document) == digest_of(json.loads(json.dumps(dict(reversed(document.items())))))
