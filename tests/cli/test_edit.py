"""`evenly edit`: change a post that is not out yet."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.cli.shops import Shop, picture


def _keys(shop: Shop, id_: str) -> list[str]:
    return [part["key"] for part in shop.delivery(id_)["parts"]]


def test_other_words_go_out_under_another_key(shop: Shop) -> None:
    """The time stays: only what is said has changed."""
    before = shop.add("Hello")
    keys = _keys(shop, "1")

    (edited,) = shop.done("edit", "p1", "Hello, you")["deliveries"]

    assert (edited["text"], edited["due"], edited["state"]) == ("Hello, you", before["due"], "planned")
    assert shop.fields("p1")["text"] == "Hello, you"
    assert _keys(shop, "1") != keys


def test_what_is_not_named_stays(shop: Shop) -> None:
    """Wordings and options are laid over account by account."""
    shop.done(
        *("add", "Hello", "--to", "page", "--to", "toots", "--link", "https://atelier.example/a", "--text-for", "page=Dear page"),
        *("--set", "toots.visibility=unlisted", "--topic", "care"),
    )

    shop.done("edit", "p1", "--text-for", "toots=Dear toots", "--set", "toots.sensitive=true", "--campaign", "wedding")

    fields = shop.fields("p1")
    assert fields["text_for"] == {"page": "Dear page", "toots": "Dear toots"}
    assert fields["options"] == {"toots": {"visibility": "unlisted", "sensitive": True}}
    assert (fields["text"], fields["link"], fields["topic"], fields["campaign"]) == (
        "Hello",
        "https://atelier.example/a",
        "care",
        "wedding",
    )
    assert [each["text"] for each in shop.done("show", "p1")["deliveries"]] == ["Dear page", "Dear toots"]


@pytest.mark.parametrize(
    ("option", "field"),
    [
        ("--link", "link"),
        ("--topic", "topic"),
        ("--offer", "offer"),
        ("--thread", "thread"),
        ("--first-comment", "first_comment"),
        ("--effort", "effort"),
    ],
)
def test_an_empty_value_takes_a_field_away(shop: Shop, option: str, field: str) -> None:
    """Also one that may stand several times."""
    filled = ("--link", "https://atelier.example/a", "--topic", "care", "--thread", "More", "--first-comment", "Below", "--effort", "5m")
    shop.add("Hello", *filled, "--offer", "brand", to="echo")

    shop.done("edit", "1", option, "")

    assert field not in shop.fields("p1")
    assert len(shop.delivery("1")["parts"]) == (2 if field in {"thread", "first_comment"} else 3)


def test_a_label_that_is_changed_is_the_one_that_counts(shop: Shop) -> None:
    """In the post, and where deliveries are listed and filtered by it."""
    shop.add("Hello", "--offer", "product")

    shop.done("edit", "p1", "--offer", "service")

    assert (shop.fields("p1")["offer"], shop.delivery("1")["offer"]) == ("service", "service")
    assert [each["id"] for each in shop.done("queue", "--offer", "service")["deliveries"]] == ["1"]
    shop.done("edit", "p1", "--offer", "")
    assert shop.delivery("1")["offer"] is None


def test_one_delivery_gets_words_of_its_own(shop: Shop) -> None:
    """The others keep theirs."""
    shop.done("add", "Hello", "--to", "page", "--to", "echo")

    shop.done("edit", "2", "Hello, Echo")

    assert [each["text"] for each in shop.done("show", "p1")["deliveries"]] == ["Hello", "Hello, Echo"]
    assert shop.fields("p1")["text_for"] == {"echo": "Hello, Echo"}


def test_one_delivery_cannot_change_what_all_share(shop: Shop) -> None:
    """The refusal says how to change all, or only a time."""
    shop.done("add", "Hello", "--to", "page", "--to", "echo")

    said = shop.refused("edit", "2", "--link", "https://atelier.example/a")

    assert "link belongs to the whole post, and 1 would change as well" in said
    assert "evenly edit p1" in said


def test_a_file_replaces_what_it_says(shop: Shop) -> None:
    """As `add --file` reads it."""
    shop.add("Hello", "--topic", "care")
    (shop.folder / "post.md").write_text("---\ncampaign: wedding\nmood: calm\n---\nBetter words\n")

    result = shop("edit", "p1", "--file", "post.md")

    assert result.code == 0, result.err
    assert "mood" in result.err
    fields = shop.fields("p1")
    assert (fields["text"], fields["topic"], fields["campaign"]) == ("Better words", "care", "wedding")


def test_pictures_stay_without_their_files(shop: Shop) -> None:
    """They were taken into the workspace when the post was queued."""
    path = picture(shop.folder / "ring.png")
    shop.add("A ring", "--media", str(path), "--alt", "A ring", to="echo")
    path.unlink()

    (edited,) = shop.done("edit", "1", "A silver ring")["deliveries"]

    assert [each["alt"] for each in edited["media"]] == ["A ring"]


def test_other_pictures_take_their_place(shop: Shop) -> None:
    """Or none do."""
    shop.add("A ring", "--media", str(picture(shop.folder / "a.png")), "--alt", "A ring", to="echo")

    shop.done("edit", "1", "--media", str(picture(shop.folder / "b.png", (50, 50))), "--alt", "Another")
    assert [each["alt"] for each in shop.delivery("1")["media"]] == ["Another"]

    shop.done("edit", "1", "--media", "")
    assert shop.delivery("1")["media"] == []


def test_how_pictures_fit_is_said_with_the_pictures(shop: Shop) -> None:
    """What is queued has lost already what it had to lose."""
    path = str(picture(shop.folder / "ring.png"))
    shop.add("A ring", "--media", path, "--alt", "A ring", to="echo")

    assert "give the pictures again as well" in shop.refused("edit", "1", "--fit", "crop")

    shop.done("edit", "1", "--fit", "crop", "--media", path, "--alt", "A ring")
    assert shop.fields("p1")["fit"] == "crop"


def test_what_a_network_would_refuse_is_refused(shop: Shop) -> None:
    """The limit is named, and neither the post nor the media folder has changed."""
    shop.done("add", "Hello", "--to", "page", "--to", "echo")
    path = picture(shop.folder / "ring.png")

    assert "Echo takes 100 characters; this has 120" in shop.refused("edit", "p1", "x" * 120)
    assert "no alternative text" in shop.refused("edit", "p1", "--media", str(path))
    assert "There is no topic rings" in shop.refused("edit", "p1", "--topic", "rings")
    assert "This time is past" in shop.refused("edit", "p1", "--at", "2026-11-20T10:00")


def test_the_same_text_twice_is_refused(shop: Shop) -> None:
    """Echo would refuse the second; its own text is no second one."""
    shop.add("Hello", to="echo")
    shop.add("World", to="echo")

    assert "delivery 1 has it already" in shop.refused("edit", "2", "Hello")
    shop.done("edit", "1", "Hello", "--topic", "care")


def test_a_fixed_time_pins_and_an_empty_one_floats(shop: Shop) -> None:
    """As `move` would."""
    before = shop.add("Hello")

    (pinned,) = shop.done("edit", "1", "--at", "2026-12-24T18:00")["deliveries"]
    assert (pinned["due"], pinned["pinned"]) == ("2026-12-24T18:00:00+01:00", True)

    (floats,) = shop.done("edit", "1", "--at", "")["deliveries"]
    assert (floats["due"], floats["pinned"]) == (before["due"], False)


def test_a_draft_is_given_its_time(shop: Shop) -> None:
    """And stays a draft."""
    shop.add("Hello", "--draft")

    (draft,) = shop.done("edit", "1", "--at", "2026-12-24T18:00")["deliveries"]

    assert (draft["state"], draft["due"], draft["pinned"]) == ("draft", "2026-12-24T18:00:00+01:00", True)


def test_bounds_that_its_time_breaks_give_it_another(shop: Shop) -> None:
    """A floating one moves, a fixed one is refused."""
    shop.add("Floating")
    shop.add("Fixed", "--at", "2026-11-25T10:00")

    (moved,) = shop.done("edit", "1", "--not-before", "2026-12-01")["deliveries"]

    assert moved["due"] >= "2026-12-01"
    assert "this time and not_after leave no moment" in shop.refused("edit", "2", "--not-after", "2026-11-24")
    shop.done("add", "Moved alone", "--to", "page", "--to", "echo")
    shop.done("move", "3", "--at", "2026-12-24T10:00")
    assert "evenly move 3 --at TIME" in shop.refused("edit", "p3", "--not-after", "2026-12-20")


def test_labels_do_not_send_a_failed_one_again(shop: Shop) -> None:
    """Other words do: they are the cure."""
    assert shop.published("no thanks")["state"] == "failed"

    assert shop.done("edit", "1", "--topic", "care")["deliveries"][0]["state"] == "failed"
    (edited,) = shop.done("edit", "1", "Thanks")["deliveries"]

    assert (edited["state"], edited["reason"]) == ("planned", None)
    assert edited["due"] > "2026-11-23T10:01"


def test_what_is_out_cannot_be_edited(shop: Shop) -> None:
    """Of a post only what waits is changed."""
    shop.done("add", "Hello", "--to", "echo", "--at", "2026-11-23T10:00")
    shop.run_at("2026-11-23T09:01:00Z", "echo")
    shop.add("Other", to="page")

    assert "It cannot be edited any more: it is published." in shop.refused("edit", "1", "Goodbye")
    assert "It cannot be edited any more: it is published." in shop.refused("edit", "p1", "--topic", "care")


def test_a_thread_goes_on_with_other_words(shop: Shop) -> None:
    """Parts that are public stay; the ones that are missing may change."""
    delivery = shop.published("One", "--thread", "no such luck", "--thread", "Three")
    assert delivery["state"] == "failed"
    first = delivery["parts"][0]

    assert "Part 1 is public already" in shop.refused("edit", "1", "Another one")
    assert "Nothing would be left to publish" in shop.refused("edit", "1", "--thread", "")
    shop.done("edit", "1", "--thread", "Two", "--thread", "Three")
    shop.run_at("2026-11-23T09:30:00Z")

    delivery = shop.delivery("1")
    assert delivery["state"] == "published"
    assert delivery["parts"][0] == first
    assert [part["text"] for part in delivery["parts"]] == ["One", "Two", "Three"]


def test_where_a_post_goes_is_not_edited(shop: Shop) -> None:
    """The refusal says what to do instead; naming the same accounts is no change."""
    shop.add("Hello")

    assert "evenly drop ID" in shop.refused("edit", "p1", "--to", "echo")
    assert "evenly approve p1" in shop.refused("edit", "p1", "--draft")
    shop.done("edit", "p1", "Hi", "--to", "page")


def test_nothing_to_change_is_refused(shop: Shop) -> None:
    """With what could be said."""
    shop.add("Hello")

    assert "What should be different?" in shop.refused("edit", "p1")


def test_the_export_still_comes_back(shop: Shop, tmp_path: Path) -> None:
    """Edited fields are as good as the first ones."""
    shop.add("Hello", "--link", "https://atelier.example/a")
    shop.done("edit", "p1", "Hi", "--effort", "10m")
    exported = shop("export").out
    (tmp_path / "all.jsonl").write_text(exported)
    other = tmp_path / "other"
    other.mkdir()
    (other / "evenly.toml").write_text((shop.folder / "evenly.toml").read_text())

    restored: Any = shop.evenly("import", str(tmp_path / "all.jsonl"), "--json", cwd=other)

    assert restored.code == 0, restored.err
    assert shop.evenly("export", cwd=other).out == exported
