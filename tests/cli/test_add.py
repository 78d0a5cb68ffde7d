"""`evenly add`: queue a post."""

from __future__ import annotations

import json

from tests.cli.shops import Shop, picture

KEYS = {
    *("id", "post", "account", "network", "state", "due", "pinned", "text", "link", "media", "origin", "topic", "on_topic", "actions"),
    *("campaign", "offer", "effort_minutes", "url", "remote_id", "published_at", "reason"),
}


def test_a_post_goes_to_every_account_that_can_take_it(shop: Shop) -> None:
    """Without --to, each account gets a delivery with a time of its own."""
    document = shop.done("add", "Silver tarnishes. Here is why.")

    assert document["post"] == "p1"
    assert {each["account"] for each in document["deliveries"]} == {"page", "toots", "echo", "well"}
    assert all(each["state"] == "planned" and each["due"] is not None for each in document["deliveries"])


def test_a_delivery_has_every_key_that_scripts_rely_on(shop: Shop) -> None:
    """Also where nothing is known."""
    assert shop.add("Hello").keys() == KEYS


def test_an_account_that_cannot_take_it_is_named_with_the_reason(shop: Shop) -> None:
    """The others get the post, and the exit code says that somebody should look."""
    result = shop("add", "x" * 120, "--json")

    assert result.code == 1
    assert {each["account"] for each in result.json["deliveries"]} == {"page", "toots"}
    assert "not on echo: Echo takes 100 characters; this has 120" in result.err


def test_with_to_it_is_all_or_nothing(shop: Shop) -> None:
    """One named account that cannot take the post is enough to refuse it."""
    said = shop.refused("add", "x" * 120, "--to", "page", "--to", "echo")

    assert "echo" in said
    assert "100" in said


def test_every_field_can_be_said_as_an_option(shop: Shop) -> None:
    """They are kept by the names of the interface."""
    shop.done(
        *("add", "Rings", "--to", "page", "--link", "https://atelier.example/rings", "--origin", "third-party", "--topic", "care"),
        *("--campaign", "wedding", "--offer", "service", "--action", "question", "--action", "link", "--effort", "90m"),
        *("--at", "2026-12-01T10:00"),
        *("--not-before", "2026-11-30", "--not-after", "2026-12-02", "--take-down-after", "24h", "--priority", "3", "--ai", "assisted"),
        *("--ad", "--credit", "Ada", "--first-comment", "More below", "--fit", "crop", "--text-for", "page=Rings for pages"),
    )

    assert shop.fields("p1") == {
        "text": "Rings",
        "to": ["page"],
        "text_for": {"page": "Rings for pages"},
        "link": "https://atelier.example/rings",
        "fit": "crop",
        "first_comment": "More below",
        "origin": "third-party",
        "topic": "care",
        "campaign": "wedding",
        "offer": "service",
        "actions": ["question", "link"],
        "effort": "90m",
        "effort_minutes": 90.0,
        "at": "2026-12-01T10:00",
        "not_before": "2026-11-30T00:00:00",
        "not_after": "2026-12-02T23:59:59",
        "take_down_after": "1 day",
        "priority": 3,
        "ai": "assisted",
        "ad": True,
        "credit": "Ada",
    }
    delivery = shop.delivery("1")
    assert delivery["text"] == "Rings for pages"
    assert (delivery["topic"], delivery["on_topic"], delivery["effort_minutes"]) == ("care", True, 90.0)
    assert delivery["offer"] == "service"


def test_what_a_post_is_about_is_never_guessed(shop: Shop) -> None:
    """Whatever its words are; a label in a file is read as one on the command line is."""
    assert shop.add("Our new product: a service of our brand")["offer"] is None

    (shop.folder / "post.md").write_text("---\nto: page\noffer: product\n---\nA ring\n")
    assert shop.done("add", "--file", "post.md")["deliveries"][0]["offer"] == "product"
    assert "  offer: product\n" in shop("show", "p2").out


def test_a_fixed_time_is_wall_time_in_the_zone_of_the_account(shop: Shop) -> None:
    """And it pins."""
    delivery = shop.add("Hello", "--at", "2026-12-01T10:00")

    assert (delivery["due"], delivery["pinned"]) == ("2026-12-01T10:00:00+01:00", True)


def test_a_draft_without_a_time_has_none(shop: Shop) -> None:
    """It waits for approval."""
    delivery = shop.add("Hello", "--draft")

    assert (delivery["state"], delivery["due"]) == ("draft", None)


def test_the_text_can_come_from_standard_input(shop: Shop) -> None:
    """With accents, and without the newline that a shell adds."""
    (delivery,) = shop.done("add", "-", "--to", "page", stdin="Élégance et façon\nà la main\n")["deliveries"]

    assert delivery["text"] == "Élégance et façon\nà la main"


def test_a_markdown_file_is_a_post(shop: Shop) -> None:
    """Its pictures lie beside it, wherever the program runs, and what the command line says goes before what the file says."""
    posts = shop.folder / "somewhere"
    posts.mkdir()
    picture(posts / "ring.png")
    front = "---\nto: [echo]\ntopic: care\nmedia:\n  - {path: ring.png, alt: A ring}\n---\nA ring\n"
    (posts / "ring.md").write_text(front)

    (delivery,) = shop.done("add", "--file", str(posts / "ring.md"), "--campaign", "wedding")["deliveries"]

    assert (delivery["account"], delivery["text"], delivery["topic"], delivery["campaign"]) == ("echo", "A ring", "care", "wedding")
    assert delivery["media"] == [{"path": "ring.png", "alt": "A ring"}]


def test_an_unknown_key_of_the_front_matter_is_kept_and_named(shop: Shop) -> None:
    """It may be another program's."""
    (shop.folder / "post.md").write_text("---\nto: page\nmood: calm\n---\nHello\n")

    result = shop("add", "--file", "post.md")

    assert result.code == 0
    assert "mood" in result.err
    assert shop.fields("p1")["extra"] == {"mood": "calm"}


def test_options_of_a_network_are_checked_by_its_plugin(shop: Shop) -> None:
    """What it knows is taken, what it does not know is refused with what it knows."""
    shop.add("Hello", "--set", "toots.visibility=unlisted", to="toots")

    said = shop.refused("add", "Hello again", "--to", "toots", "--set", "toots.colour=red")
    assert "Mastodon has no such option; known are content_warning" in said


def test_a_picture_is_made_to_fit_and_that_is_said(shop: Shop) -> None:
    """Echo takes pictures of 400 pixels."""
    picture(shop.folder / "wide.png", (800, 300))

    result = shop("add", "Wide", "--to", "echo", "--media", "wide.png", "--alt", "A wide one")

    assert result.code == 0
    assert f"echo: {shop.folder / 'wide.png'}: made smaller: 400×150 instead of 800×300 pixels" in result.err
    assert len(shop.state()[1]) == 1


def test_people_see_what_was_queued_and_when(shop: Shop) -> None:
    """Whole, where no terminal is looked at."""
    result = shop("add", "Hello", "--to", "page", "--at", "2026-12-01T10:00")

    assert result.out == (
        "Post p1 is queued:\n"
        "id  post  when                  account  state    text\n"
        "1   p1    Tue 2026-12-01 10:00  page     planned  Hello\n"
    )


def test_nothing_to_post_is_refused(shop: Shop) -> None:
    """An empty text is none."""
    assert "What should be posted?" in shop.refused("add")
    assert "a post needs a text, media or a link" in shop.refused("add", "  ")


def test_the_json_of_many_accounts_is_one_document(shop: Shop) -> None:
    """Whatever is said beside it goes to standard error."""
    result = shop("add", "x" * 120, "--json")

    assert json.loads(result.out)["post"] == "p1"
