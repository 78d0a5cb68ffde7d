"""What a post is gets recognised when it is written, kept with it, and judged anew when the brand's sheets change."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import update

from evenly.planning import Desk, Edit, calendar, editing, listing, mixing, recognising, verdicts
from evenly.planning.runway import dry
from evenly.plugin import AccountState, Classification, Message, Post, hookimpl
from evenly.store import accounts, models, queue, recognitions
from tests.planning.desks import NOW, add, claimed, row, workspace

SETTINGS = """
[brand]
timezone = "Europe/Paris"
domains = ["atelier.example"]
avoid = ["cheap"]
[topics.care]
words = ["silver", "polish"]
[contacts.lapidaire]
x = "@lapidaire"
[mix]
enforce = "{enforce}"
owned = {{ share = 0.5 }}
[accounts.pins]
network = "board"
cadence = "1/day"
[accounts.notes]
network = "board"
"""


@pytest.fixture
def brand(tmp_path: Path) -> Any:
    with workspace(tmp_path / "brand", SETTINGS.format(enforce="steer")) as desk:
        yield desk


def shown(desk: Desk, delivery: int) -> dict[str, Any]:
    return listing.document(desk, row(desk, delivery))


def test_a_post_is_what_its_words_and_links_say(brand: Desk) -> None:
    """Origin, topic and actions stand in the JSON of its delivery, each with its reason."""
    (polish,) = add(brand, "How do you polish a ring?")
    (other,) = add(brand, "A good read", link="https://other.example/1")
    (both,) = add(brand, "Both https://atelier.example/a https://b.example")
    (short,) = add(brand, "Look", link="https://bit.ly/x")

    found = {each: shown(brand, each) for each in (polish, other, both, short)}

    assert [found[each]["origin"] for each in (polish, other, both, short)] == ["owned", "third-party", "mixed", "unknown"]
    assert (found[polish]["topic"], found[polish]["on_topic"], found[polish]["actions"]) == ("care", True, ["question"])
    assert (found[other]["topic"], found[other]["on_topic"], found[other]["actions"]) == (None, None, ["link"])
    verdict = verdicts.of(row(brand, other))
    assert verdict is not None
    assert str(verdict.reasons["origin"]) == "Its link https://other.example/1 leads to somebody else."


def test_a_label_of_its_author_wins(brand: Desk) -> None:
    """Whatever its link and its words say."""
    (labelled,) = add(brand, "How do you polish?", link="https://other.example/1", origin="owned", actions=["promotion"])

    found = shown(brand, labelled)

    assert (found["origin"], found["topic"], found["actions"]) == ("owned", "care", ["link", "promotion"])


def test_each_account_is_judged_by_its_own_words(brand: Desk) -> None:
    """One wording asks, the other does not."""
    pins, notes = add(brand, "We polish.", to=["pins", "notes"], text_for={"notes": "Do you polish?"})

    assert shown(brand, pins)["actions"] == []
    assert shown(brand, notes)["actions"] == ["question"]


def test_an_edit_is_judged_anew(brand: Desk) -> None:
    """Text, link and labels; what the planner balances by follows."""
    (delivery,) = add(brand, "We polish.")
    assert row(brand, delivery).kind == "owned-on"

    editing.edit(brand, "p1", Edit(changes={"text": "A read", "link": "https://b.example"}, root=brand.settings.folder), now=NOW)
    assert (row(brand, delivery).kind, shown(brand, delivery)["origin"]) == ("third-party-off", "third-party")

    editing.edit(brand, "p1", Edit(changes={"origin": "owned", "topic": "care"}, root=brand.settings.folder), now=NOW)
    assert (row(brand, delivery).kind, row(brand, delivery).topic, shown(brand, delivery)["origin"]) == ("owned-on", "care", "owned")


def test_what_is_recognised_is_no_label(brand: Desk) -> None:
    """The fields stay as they were written: exported and read again they are judged again."""
    (delivery,) = add(brand, "We polish.")

    assert row(brand, delivery).origin == "owned"
    assert row(brand, delivery).topic == "care"
    assert row(brand, delivery).fields == {"text": "We polish.", "to": ["pins"]}


def test_kinds_are_origin_and_topic(brand: Desk) -> None:
    """A mixed post is dealt to both origins in turn; one of unknown origin belongs to no kind."""
    texts: dict[str, str | None] = {
        "Silver": None,
        "News": None,
        "Silver too": "third-party",
        "One": "mixed",
        "Two": "mixed",
        "Three": "unknown",
    }
    kinds = [row(brand, add(brand, text, NOW, **({"origin": origin} if origin else {}))[0]).kind for text, origin in texts.items()]

    assert kinds == ["owned-on", "owned-off", "third-party-on", "owned-off", "third-party-off", None]


def test_posts_that_belong_to_no_kind_are_not_put_last(brand: Desk) -> None:
    """They keep their own proportion among the others."""
    for number in range(6):
        add(brand, f"Of unknown origin {number}", origin="unknown")
    with brand.store.write() as connection:
        connection.execute(update(models.delivery).values(due=None, why=None))
    for number in range(6):
        add(brand, f"Silver {number}")
    calendar.spread_all(brand, now=NOW, anew=True)

    with brand.store.read() as connection:
        order = [each.kind for each in queue.deliveries(connection, name="pins")]
    assert order[:6].count(None) == 3


def test_when_the_sheets_change_posts_are_judged_anew_at_the_next_look(tmp_path: Path) -> None:
    """The planner, too, then balances by the new kinds; what was published keeps the kind that it was planned by."""
    with workspace(tmp_path / "brand", SETTINGS.format(enforce="steer")) as desk:
        (first,), (second,) = add(desk, "About gold"), add(desk, "Gold again")
        claimed(desk, first, NOW + timedelta(days=1))
        published(desk, first)
    with workspace(tmp_path / "brand", SETTINGS.format(enforce="steer").replace('"polish"', '"gold"')) as desk:
        calendar.spread_all(desk, now=NOW)

        assert [shown(desk, each)["topic"] for each in (first, second)] == ["care", "care"]
        assert [row(desk, each).kind for each in (first, second)] == ["owned-off", "owned-on"]
        with desk.store.write() as connection:
            assert recognising.refresh(desk, connection, NOW) == 0


def test_a_store_from_before_is_judged_at_the_first_look(brand: Desk) -> None:
    """Its rows hold nothing but the old kinds."""
    (delivery,) = add(brand, "We polish.")
    with brand.store.write() as connection:
        connection.execute(update(models.post).values(recognised=None, recognised_by=None, origin=None, topic=None))
        connection.execute(update(models.delivery).values(kind="owned", topic=None))
    assert shown(brand, delivery)["on_topic"] is None

    calendar.spread_all(brand, now=NOW)

    assert (row(brand, delivery).kind, row(brand, delivery).topic, shown(brand, delivery)["on_topic"]) == ("owned-on", "care", True)


def test_a_text_taken_from_a_followed_feed_is_somebody_elses(brand: Desk) -> None:
    """The whole of it, without a link: and the credit is missing."""
    with brand.store.write() as connection:
        feed = models.feed.insert().values(
            url="https://f.example", title="F", owned=False, allow_private=False, next_poll_at=NOW, failures=0
        )
        connection.execute(feed)
        texts = {"title": "Old rings", "summary": "Rings of the old masters are shown in Lyon now"}
        told = {"feed_id": 1, "guid_digest": "g", "link_digest": "l", "link": "https://f.example/1", "state": "new"}
        connection.execute(models.item.insert().values(**texts, **told, found_at=NOW, seen_at=NOW))

    (delivery,) = add(brand, "Rings of the old masters are shown in Lyon now")

    verdict = verdicts.of(row(brand, delivery))
    assert verdict is not None
    assert verdict.origin == "third-party"
    assert "Old rings" in str(verdict.reasons["origin"])
    assert "credit is missing" in str(verdict.warnings[0])


class _Opinion:
    """Says that a post is by others and a promotion, if it is asked about gold; fails at silver."""

    asked: list[tuple[Post, Mapping[str, Any]]]

    def __init__(self) -> None:
        self.asked = []

    @hookimpl
    def classify(self, post: Post, brand: Mapping[str, Any]) -> Classification | None:
        self.asked.append((post, brand))
        if "silver" in post.parts[0].text:
            raise ValueError("no")
        if "gold" not in post.parts[0].text:
            return None
        return Classification(origin="third-party", topic="care", actions=frozenset({"promotion"}), reasons=(Message("A model says so."),))


def test_a_plugin_answers_before_the_rules_and_after_the_author(brand: Desk) -> None:
    """Where it has no opinion, or fails, the rules answer; it is told of the brand's topics."""
    opinion = _Opinion()
    brand.networks.add("opinion", opinion)

    gold, labelled, plain, failing = (
        add(brand, text, NOW, **more)[0] for text, more in (("gold", {}), ("gold 2", {"origin": "owned"}), ("polish", {}), ("silver", {}))
    )

    assert [shown(brand, each)["origin"] for each in (gold, labelled, plain, failing)] == ["third-party", "owned", "owned", "owned"]
    assert shown(brand, gold)["actions"] == ["promotion"]
    assert opinion.asked[0][1]["topics"] == {"care": {"words": ["silver", "polish"], "negative": []}}
    with brand.store.read() as connection:
        before = recognising.Recogniser(Desk(brand.settings, brand.networks, brand.store), connection).digest
        brand.networks.add("other", SimpleNamespace(__version__="2"))
        assert recognising.Recogniser(brand, connection).digest == before


def test_words_to_avoid_are_named_with_their_place(brand: Desk) -> None:
    """In every wording; links do not count."""
    fields = {"text": "Cheaper rings", "text_for": {"pins": "Fine rings https://cheap.example"}, "thread": ["So cheap!"]}

    found = [str(each) for each in recognising.avoided(brand, fields)]

    assert found[-1] == 'thread[0]: "cheap" is a word that you avoid.'
    assert not [each for each in found if each.startswith("text_for")]


def test_the_pages_of_contacts_are_somebody_elses(brand: Desk) -> None:
    """Their handle tells where they are at home."""
    (known,), (unknown,) = add(brand, "See", link="https://x.com/lapidaire"), add(brand, "Look", link="https://x.com/nobody")

    assert [shown(brand, each)["origin"] for each in (known, unknown)] == ["third-party", "unknown"]


@pytest.mark.parametrize("url", ["https://toots.example/@atelier", None])
def test_the_pages_of_the_brands_own_accounts_in_the_fediverse_are_its_own(tmp_path: Path, url: str | None) -> None:
    """Once a look has told the handle, on the server of the account and under the name that others see; not the neighbours'."""
    settings = SETTINGS.format(enforce="steer")
    own = ("toots.example/@atelier/1", "brand.example/@atelier/1", "far.example/@atelier@brand.example/1")
    others = ("toots.example/@neighbour/1", "toots.example/@atelier@far.example/1")
    with workspace(tmp_path / "brand", settings) as desk:
        before = add(desk, "Before", link=f"https://{own[0]}")[0]
        assert shown(desk, before)["origin"] == "third-party"
        with desk.store.write() as connection:
            accounts.signed_in(connection, "pins", "board", {"instance": "https://toots.example"})
            accounts.looked(connection, "pins", AccountState(remote_id="1", name="@atelier@brand.example", url=url), at=NOW)
    with workspace(tmp_path / "brand", settings) as desk:
        found = {link: shown(desk, add(desk, link, link=f"https://{link}")[0])["origin"] for link in (*own, *others)}
        calendar.spread_all(desk, now=NOW)

        assert found == dict.fromkeys(own, "owned") | dict.fromkeys(others, "third-party")
        assert shown(desk, before)["origin"] == "owned"


@pytest.mark.parametrize("origin", ["owned", "third-party"])
def test_what_a_label_says_of_a_short_link_holds_for_the_next_post_with_it(brand: Desk, origin: str) -> None:
    """Before it and after; not for other links, and not where another link of the labelled post tells whose it is."""
    (before,) = add(brand, "One", link="https://bit.ly/x")
    add(brand, "Two", link="https://bit.ly/x", origin=origin)
    add(brand, "Three https://bit.ly/y https://atelier.example", origin=origin)
    after, other, told = (add(brand, link, link=f"https://{link}")[0] for link in ("bit.ly/x?fbclid=1", "bit.ly/z", "bit.ly/y"))
    calendar.spread_all(brand, now=NOW)

    assert [shown(brand, each)["origin"] for each in (before, after, other, told)] == [origin, origin, "unknown", "unknown"]

    editing.edit(brand, "p2", Edit(changes={"origin": "mixed"}, root=brand.settings.folder), now=NOW)
    calendar.spread_all(brand, now=NOW)
    assert shown(brand, after)["origin"] == "unknown"


def test_whose_a_page_is_only_the_question_tells(brand: Desk) -> None:
    """A label may stand on a post about somebody; the answer to whose the page is counts for all its posts."""
    (post,) = add(brand, "Read them", link="https://x.com/nobody/status/1", origin="third-party")
    add(brand, "With us", link="https://x.com/guests/status/1", origin="owned")
    add(brand, "At ours", link="https://x.com/ours/status/1")
    assert shown(brand, post)["origin"] == "third-party"
    asked = next(each for each in mixing.look(brand, now=NOW).unknown if each.lacks_origin)
    mixing.remember(brand, asked, origin="owned")

    found = [shown(brand, add(brand, name, link=f"https://x.com/{name}/status/2")[0])["origin"] for name in ("ours", "guests", "nobody")]

    assert found == ["owned", "unknown", "unknown"]


def test_an_answer_about_the_topic_is_kept_until_the_words_change(brand: Desk) -> None:
    """And asked for once."""
    (delivery,) = add(brand, "News", origin="owned")
    (asked,) = mixing.look(brand, now=NOW).unknown
    mixing.remember(brand, asked, on_topic=False)
    assert shown(brand, delivery)["on_topic"] is False
    assert mixing.look(brand, now=NOW).unknown == ()

    editing.edit(brand, "p1", Edit(changes={"link": "https://atelier.example"}, root=brand.settings.folder), now=NOW)
    assert shown(brand, delivery)["on_topic"] is False
    editing.edit(brand, "p1", Edit(changes={"text": "Other news"}, root=brand.settings.folder), now=NOW)
    assert shown(brand, delivery)["on_topic"] is None


def test_what_runs_dry_is_told_with_its_date(brand: Desk) -> None:
    """Two own and four third-party posts, of which half each are wanted at one a day: own ones for four days, all for six."""
    for number in range(6):
        add(brand, f"Silver {number}", origin="owned" if number < 2 else "third-party")

    found = {each.kind: each.on.isoformat() for each in dry(brand, NOW) if each.account == "pins"}

    assert found == {"owned": "2026-11-27", None: "2026-11-29"}


def published(desk: Desk, delivery: int) -> None:
    with desk.store.write() as connection:
        gone = {"state": "published", "published_at": NOW, "next_action_at": None, "owner": None, "lease_until": None}
        connection.execute(update(models.delivery).where(models.delivery.c.id == delivery).values(gone))
        assert len(recognitions.published(connection, NOW - timedelta(days=1))) == 1
