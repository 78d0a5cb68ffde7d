"""`evenly show`: a post as a person reads it, and the story of each of its deliveries."""

from __future__ import annotations

from tests.cli.shops import Shop, picture


def test_fields_are_told_as_people_write_them(shop: Shop) -> None:
    """A line for each post of a thread and for each file; nothing looks like a program."""
    image = picture(shop.folder / "ring.png")
    shop.add("Hello", "--thread", "And, then", "--thread", "Two\nlines", "--media", str(image), "--alt", "A ring", to="echo")
    shop.add("Other", "--action", "photo", "--action", "question", "--text-for", "page=Dear page", "--draft")

    lines = shop("show", "p1").out.splitlines()
    assert "  thread 1: And, then" in lines
    assert lines[lines.index("  thread 2: Two") + 1] == "            lines"
    assert f"  media: {image.name} (A ring)" in [line.replace(str(image.parent) + "/", "") for line in lines]
    other = shop("show", "p2").out
    assert "  actions: photo, question\n" in other
    assert "  text_for.page: Dear page\n" in other
    assert "  draft: yes\n" in other
    assert "[" not in other
    assert "{" not in other


def test_the_story_is_told_with_its_times(shop: Shop) -> None:
    """In the account's zone, for people as well as for scripts."""
    shop.published("Hello")

    out = shop("show", "1").out
    assert "  today at 09:00  Queued for a fixed time: today at 10:00.\n" in out
    assert "  today at 10:01  Sent, and published: https://echo.example/" in out
    assert out.endswith("Nothing more to do.\n")
    story = shop.delivery("1")["story"]
    assert [each["at"] and each["at"][:16] for each in story] == ["2026-11-23T09:00", "2026-11-23T10:00", "2026-11-23T10:01", None]
    assert story[-1]["text"] == "Nothing more to do."


def test_a_refused_post_says_what_to_do(shop: Shop) -> None:
    """What the network said, and the command."""
    shop.published("no")

    out = shop("show", "1").out
    assert "Tried; refused for good: Echo does not like this." in out
    assert "evenly edit 1" in out


def test_a_post_whose_account_needs_a_sign_in_says_so(shop: Shop) -> None:
    shop.add("Hello", "--at", "2026-11-23T10:00")

    assert "It waits for a sign-in: Nobody has signed in yet. evenly connect page" in shop("show", "1").out
