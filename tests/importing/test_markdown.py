"""Markdown posts: front matter, body, and everything that is wrong with them."""

import os
from pathlib import Path

import pytest

from evenly.importing.markdown import FrontMatterRefused, document_of, read_file, read_folder
from evenly.importing.rows import ImportRefused


def test_front_matter_and_body_are_one_post() -> None:
    """The body is the text; times stay as they are written."""
    text = "---\nto: [page]\nat: 2026-12-01 10:00\ndraft: yes\n---\n\nSilver tarnishes.\n\nHere is why.\n"

    assert document_of(text) == {"to": ["page"], "at": "2026-12-01 10:00", "draft": True, "text": "Silver tarnishes.\n\nHere is why."}


def test_a_file_without_front_matter_is_all_text() -> None:
    """A rule of three dashes below is no front matter."""
    assert document_of("Silver.\n---\nGold.\n") == {"text": "Silver.\n---\nGold."}


def test_toml_between_plus_signs_is_read_too() -> None:
    """As other site generators write it."""
    assert document_of('+++\ntopic = "care"\n+++\nSilver.') == {"topic": "care", "text": "Silver."}


@pytest.mark.parametrize("mark", ["\ufeff", ""])
@pytest.mark.parametrize("end", ["\r\n", "\r", "\n"])
def test_files_of_every_system_are_read(mark: str, end: str) -> None:
    """With the mark and the line ends of Windows, and of old Macs."""
    assert document_of(mark + end.join(["---", "topic: care", "---", "Silver."])) == {"topic": "care", "text": "Silver."}


_BOMB = "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]"


@pytest.mark.parametrize(
    ("front", "told", "line"),
    [
        ("to: [page", "not YAML", 2),
        ("to: page\nto: toots", "stands twice", 3),
        (_BOMB, "references", 3),
        ("a: !!python/object/apply:os.system ['true']", "not YAML", 2),
        ("- to", "keys with values", 2),
        ("[" * 5_000, "not YAML", None),
        (f"a: {'x' * 70_000}", "larger", 1),
        ("a: 2026-12-01\n? [b]\n: c", "not YAML", 3),
    ],
)
def test_front_matter_that_is_broken_or_dangerous_is_refused(front: str, told: str, line: int | None) -> None:
    """With the line in the file, where it is known."""
    with pytest.raises(FrontMatterRefused, match=told) as refused:
        document_of(f"---\n{front}\n---\nText")

    assert refused.value.line == line


@pytest.mark.parametrize("text", ["---\ntopic: care\n", "---\ntext: a\n---\nb", "+++\nbroken\n+++\n"])
def test_front_matter_has_an_end_and_one_text(text: str) -> None:
    """What cannot be told apart is not guessed."""
    with pytest.raises(FrontMatterRefused):
        document_of(text)


def test_a_folder_is_read_in_the_order_of_its_names(tmp_path: Path) -> None:
    """Hidden files and folders are left out, others' files too."""
    for name in ("b.md", "a.markdown", "sub/c.md", ".git/d.md", ".e.md", "notes.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)

    assert [row.where for row in read_folder(tmp_path).rows] == ["a.markdown", "b.md", "sub/c.md"]


def test_links_out_of_the_folder_and_things_that_are_no_files_are_refused(tmp_path: Path) -> None:
    """Reading a pipe would never end."""
    folder = tmp_path / "posts"
    folder.mkdir()
    (tmp_path / "secret.md").write_text("secret")
    (folder / "good.md").write_text("good")
    (folder / "link.md").symlink_to(tmp_path / "secret.md")
    (folder / "loop.md").symlink_to(folder / "loop.md")
    (folder / "folder.md").symlink_to(folder)
    (folder / "gone.md").symlink_to(folder / "nowhere.md")
    os.mkfifo(folder / "pipe.md")

    assert [row.where for row in read_folder(folder).rows if row.reason is None] == ["good.md"]
    assert all("secret" not in str(row.reason) for row in read_folder(folder).rows)


def test_a_folder_without_posts_is_refused(tmp_path: Path) -> None:
    """Somebody has named the wrong one."""
    with pytest.raises(ImportRefused, match="no Markdown file"):
        read_folder(tmp_path)


def test_a_file_that_is_too_large_or_no_text_is_refused(tmp_path: Path) -> None:
    """The reason names the line, where there are lines."""
    (tmp_path / "large.md").write_bytes(b"x" * (2**20 + 1))
    (tmp_path / "latin.md").write_bytes("text\nété".encode("cp1252"))

    assert "larger" in str(read_file(tmp_path / "large.md").rows[0].reason)
    (row,) = read_file(tmp_path / "latin.md").rows
    assert (row.line, str(row.reason)) == (2, "this is not UTF-8: save the file as UTF-8")
