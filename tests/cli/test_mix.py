"""`evenly mix`: what every post is, how the shares stand, what to add; and what the planner makes of it."""

from __future__ import annotations

import csv
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from evenly.plugin import AccountState, RemotePost
from evenly.store import Store, accounts, elsewhere
from tests.cli.conftest import Program, Result
from tests.importing.workspaces import picture
from tests.mix.labelled import MONTH, month

LATELY = datetime(2026, 11, 20, 10, tzinfo=UTC)
NOW = "2026-11-23T08:00:00Z"  # a Monday, 09:00 in Paris

#: Publishes at once, long texts and pictures too.
WALL = """
from datetime import timedelta

from evenly.plugin import Limits, Network, Published, hookimpl


@hookimpl
def network():
    limits = Limits(text=1000, pictures=4)
    return Network(name="wall", title="Wall", limits=limits, repeat_safe={"key": timedelta(days=1)})


@hookimpl
def publish(key):
    return Published(remote_id=key, url=f"https://wall.example/{key}")
"""

SETTINGS = """
[brand]
name = "Atelier Lumière"
timezone = "Europe/Paris"
domains = ["atelier.example"]
messages = ["repair before replacing"]
avoid = ["cheap"]
[topics.care]
words = ["silver", "polish"]
[mix]
preset = "80-20"
{shares}
on_topic = {{ min = 0.5 }}
enforce = "{enforce}"
{more}
[accounts.page]
network = "wall"
"""


class Shop:
    """The program in a workspace with one account on the wall, from a fixed moment on."""

    def __init__(self, program: Program) -> None:
        program.env["EVENLY_CLOCK"] = f"{NOW}@{time.time()}x1"
        program.install("wall", WALL)
        assert program("init").code == 0
        self.program = program
        self.settings()

    def settings(self, enforce: str = "steer", more: str = "", shares: str = "third_party = { min = 0.2, max = 0.4 }") -> None:
        self.program.settings(SETTINGS.format(enforce=enforce, more=more, shares=shares))

    def __call__(self, *arguments: str, stdin: str = "") -> Result:
        return self.program(*arguments, stdin=stdin)

    def add(self, text: str, *options: str) -> Result:
        result = self("add", text, *options)
        assert result.code == 0, result.err
        return result

    def feed(self, *posts: dict[str, str], name: str = "posts.csv") -> None:
        """Queue many at once."""
        columns = list(dict.fromkeys(column for post in posts for column in post))
        with (self.program.folder / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns)
            writer.writeheader()
            writer.writerows(posts)
        assert self("import", name).code == 0

    def planned(self) -> list[dict[str, Any]]:
        document = self("plan", "--json").json
        return [each for account in document["accounts"] for each in account["deliveries"]]

    def by_hand(self, *posts: RemotePost) -> None:
        """Let these stand on the page."""
        with self.writing() as connection:
            elsewhere.keep(connection, "page", "wall", posts, since=LATELY, now=LATELY)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        store = Store.open("sqlite", self.program.folder / ".evenly")
        try:
            with store.write() as connection:
                yield connection
        finally:
            store.close()


@pytest.fixture
def shop(program: Program) -> Shop:
    return Shop(program)


def own(count: int) -> list[dict[str, str]]:
    return [{"text": f"Polishing silver, part {number}"} for number in range(count)]


def theirs(count: int) -> list[dict[str, str]]:
    return [{"text": f"On silver, number {number}", "link": f"https://other.example/{number}"} for number in range(count)]


def finding(result: Result, target: str, account: str | None = None) -> dict[str, Any]:
    (found,) = [each for each in result.json["findings"] if (each["target"], each["account"]) == (target, account)]
    return dict(found)


# ---- the shares


def test_the_shares_of_what_is_planned(shop: Shop) -> None:
    """Two of twelve are third-party; the floor of a fifth of twelve is two: met, exit 0."""
    shop.feed(*own(10), *theirs(2))

    result = shop("mix", "--json")

    assert result.code == 0
    assert result.json["ok"] is True
    share = finding(result, "third_party")
    assert (share["count"], share["of"], share["min"], share["max"]) == (2, 12, 0.2, 0.4)
    assert share["verdict"] == "met"
    assert finding(result, "on_topic", "page")["verdict"] == "met"
    assert {each["target"] for each in result.json["findings"]} == {"owned", "third_party", "on_topic", "promotion", "bait"}


def test_too_few_and_too_many_say_what_to_add(shop: Shop) -> None:
    """For people with a table of the seven rules, for scripts as documents."""
    shop.feed(*own(12))

    result, told = shop("mix", "--json"), shop("mix")

    assert (result.code, told.code) == (1, 1)
    assert finding(result, "third_party")["verdict"] == "too few"
    assert finding(result, "owned")["verdict"] == "too many"
    assert finding(result, "third_party")["advice"] == "4 third-party posts in the next 10"
    low, high = finding(result, "third_party")["interval"]
    assert low == 0
    assert 0.2 < high < 0.3
    lines = told.out.splitlines()
    assert [line.split()[0] for line in lines[2:10]] == ["1", "2", "3", "3", "4", "5", "6", "7"]
    assert "To restore the shares: 4 third-party posts in the next 10" in lines
    assert "too few" in next(line for line in lines if line.startswith("4"))


def test_below_the_least_number_it_is_too_early(shop: Shop) -> None:
    """Counts, no percent, and exit 0."""
    shop.feed(*own(9))

    result, told = shop("mix", "--json"), shop("mix")

    assert (result.code, told.code) == (0, 0)
    assert {each["verdict"] for each in result.json["findings"]} == {"too early"}
    assert "9 of 9" in told.out
    assert "100%" not in told.out.partition("too early")[0].rpartition("\n")[2]


def test_what_is_met_ends_well(shop: Shop) -> None:
    shop.feed(*own(8), *theirs(4))

    assert shop("mix").code == 0


def test_the_window_counts_the_published_and_the_next_fortnight(shop: Shop) -> None:
    """And what was published elsewhere, by hand; not what is planned for later."""
    shop.feed(*own(30))
    assert shop("mix", "--json").json["window"]["planned"] == 14
    shop.by_hand(*[RemotePost(remote_id=f"r{n}", text="By hand", at=LATELY, link="https://other.example/a") for n in range(4)])

    result = shop("mix", "--json")

    assert (result.json["window"]["published"], result.json["window"]["planned"]) == (4, 14)
    assert (finding(result, "third_party")["count"], finding(result, "third_party")["of"]) == (4, 18)


def test_one_account_alone(shop: Shop) -> None:
    """Its findings and no others; one that there is not is refused by name."""
    shop.feed(*own(10))

    assert {each["account"] for each in shop("mix", "--account", "page", "--json").json["findings"]} == {"page"}
    refused = shop("mix", "--account", "nowhere")
    assert (refused.code, "evenly.toml has: page" in refused.err) == (2, True)


def test_the_wanted_shares_of_topics_are_targets_too(shop: Shop) -> None:
    """Named topics.NAME."""
    shop.settings(more='topics = { care = 0.5, craft = 0.5 }\n[topics.craft]\nwords = ["gold"]')
    shop.feed(*own(10))

    found = finding(shop("mix", "--json"), "topics.care")

    assert (found["count"], found["of"], found["verdict"]) == (10, 10, "too many")


# ---- what else it says


def test_what_follows_each_other_and_what_is_missing_is_told(shop: Shop) -> None:
    """Third-party posts in a row, messages that nobody has read for 30 days, words to avoid, credits that are missing."""
    shop.add("Other people's silver", "--origin", "third-party")
    added = shop.add("More of others, cheap", "--origin", "third-party")
    assert 'text: "cheap" is a word that you avoid.' in added.err
    assert "The credit is missing" in added.err

    document = shop("mix", "--json").json

    assert [each["rule"] for each in document["sequence"]] == ["third-party"]
    assert document["unheard"] == ["repair before replacing"]
    assert [each["post"] for each in document["remarks"]] == ["p1", "p2", "p2"]
    told = shop("mix").out
    assert "1 and 2 are two third-party posts in a row." in told
    assert 'No post has carried "repair before replacing" for 30 days.' in told


def test_a_message_that_was_published_is_heard(shop: Shop) -> None:
    shop.by_hand(RemotePost(remote_id="r", text="At our bench repairing comes before replacing.", at=LATELY))

    assert shop("mix", "--json").json["unheard"] == []


def test_what_is_unknown_is_asked_about_once(shop: Shop) -> None:
    """The answers become labels; a second time nothing is asked."""
    shop.add("Look here", "--link", "https://bit.ly/x")
    shop.add("Nothing to do with it")
    assert len(shop("mix", "--json").json["unknown"]) == 2

    asked = shop("mix", "--ask", stdin="x\nt\ncare\n-\n")

    assert "Answer , o, t, m" not in asked.err
    assert "o, t, m" in asked.err
    deliveries = shop("queue", "--json").json["deliveries"]
    assert [(each["origin"], each["topic"], each["on_topic"]) for each in deliveries] == [
        ("third-party", "care", True),
        ("owned", None, False),
    ]
    again = shop("mix", "--ask", "--json")
    assert again.json["unknown"] == []
    assert "Whose is it?" not in again.err


def test_one_answer_about_a_short_link_holds_for_all_posts_with_it(shop: Shop) -> None:
    """Those that wait for an answer, too: each address is asked about once."""
    shop.add("Look here at silver", "--link", "https://bit.ly/x")
    shop.add("Silver again", "--link", "https://bit.ly/x")
    shop.add("Silver elsewhere", "--link", "https://bit.ly/y")

    asked = shop("mix", "--ask", stdin="t\no\n")

    assert asked.err.count("Whose is it?") == 2
    shop.add("Silver once more", "--link", "https://bit.ly/x")
    found = {each["link"]: each["origin"] for each in shop("queue", "--json").json["deliveries"]}
    assert found == {"https://bit.ly/x": "third-party", "https://bit.ly/y": "owned"}
    assert shop("mix", "--json").json["unknown"] == []


def test_where_nobody_answers_nothing_is_remembered(shop: Shop) -> None:
    """The input has ended: no traceback, and the question stays open."""
    shop.add("Look here", "--link", "https://bit.ly/x")

    result = shop("mix", "--ask")

    assert "Traceback" not in result.err
    assert len(shop("mix", "--json").json["unknown"]) == 1


def test_show_says_why(shop: Shop) -> None:
    shop.add("How do you polish silver?", "--link", "https://atelier.example/a")

    told = shop("show", "p1")

    assert "origin: Its link https://atelier.example/a is your own." in told.out
    assert shop("show", "1", "--json").json["deliveries"][0]["actions"] == ["link", "question"]


# ---- steering


def test_ten_own_then_ten_third_party_come_out_interleaved(shop: Shop) -> None:
    """Every prefix keeps both shares within the bound, as long as there are posts of both kinds; running dry is announced."""
    shop.settings(shares="owned = { share = 0.7 }")
    shop.feed(*own(10), *theirs(10))

    order = [each["origin"] for each in shop.planned()]

    assert sorted(order) == ["owned"] * 10 + ["third-party"] * 10
    last = max(place for place, origin in enumerate(order) if origin == "owned") + 1
    for length in range(1, last + 1):
        assert abs(order[:length].count("owned") - Fraction(7, 10) * length) <= Fraction(1, 2), order
    assert "page runs dry of one kind on 2026-12-07, at the wanted shares: your own posts." in shop("plan", "--json").err
    assert "runs dry on 2026-12-07" in next(line for line in shop("plan").out.splitlines() if "your own posts" in line)
    assert "page runs dry of one kind on 2026-12-07, at the wanted shares: your own posts." in shop("mix").out


def test_promotions_fed_in_a_row_come_out_apart(shop: Shop) -> None:
    """Each waits until another post of the brand's own has gone between; what only advises leaves them as they came."""
    offers = [{"text": f"Silver rings, number {number}: order now, why wait?"} for number in range(4)]
    shop.settings("advise")
    shop.feed(*offers, *own(6))

    assert [each["rule"] for each in shop("mix", "--json").json["sequence"]] == ["promotion"] * 3

    shop.settings("steer")
    shop("plan", "--respread")

    assert shop("mix", "--json").json["sequence"] == []
    kinds = ["promotion" in each["actions"] for each in shop.planned()]
    assert kinds == [True, False, True, False, True, False, True, False, False, False]


def test_third_party_posts_keep_their_share_though_none_is_on_topic(shop: Shop) -> None:
    """Whose a post is comes before what it is about, where not both can hold."""
    shop.settings(shares="owned = { share = 0.7 }")
    shop.feed(*own(10), *[{"text": f"Weather, number {number}", "link": f"https://other.example/{number}"} for number in range(10)])

    planned = shop.planned()

    assert {(each["origin"], each["on_topic"]) for each in planned} == {("owned", True), ("third-party", None)}
    order = [each["origin"] for each in planned]
    for length in range(1, 15):
        assert abs(order[:length].count("owned") - Fraction(7, 10) * length) <= Fraction(1, 2), order


def test_what_arrives_in_blocks_is_woven_in_beyond_the_committed_time(shop: Shop) -> None:
    """One post after the other: the first week is committed, from then on both kinds take turns; the times stay."""
    shop.settings(shares="owned = { share = 0.5 }")
    for each in own(10):
        shop.add(each["text"])
    before = shop.planned()
    for each in theirs(10):
        shop.add(each["text"], "--link", each["link"])

    after = shop.planned()

    assert [each["due"] for each in after[:10]] == [each["due"] for each in before]
    assert [each["id"] for each in after[:7]] == [each["id"] for each in before[:7]]
    assert [each["origin"] for each in after[7:11]].count("third-party") >= 2
    assert [each["origin"] for each in after].index("third-party") == 7


def test_a_pinned_post_in_between_stays(shop: Shop) -> None:
    """At its minute, and the others are mixed around it."""
    shop.settings(shares="owned = { share = 0.5 }")
    shop.add("A third-party post at its own time", "--origin", "third-party", "--at", "2026-11-27T12:34", "--credit", "Ada")
    shop.feed(*own(10), *theirs(10))

    planned = shop.planned()

    (pinned,) = [each for each in planned if each["pinned"]]
    assert pinned["due"] == "2026-11-27T12:34:00+01:00"
    counts = [sum(1 if each["origin"] == "owned" else -1 for each in planned[:length]) for length in range(1, len(planned))]
    assert max(map(abs, counts)) <= 2


# ---- blocking


def test_what_the_mix_holds_makes_it_end_with_one(shop: Shop) -> None:
    """And `release` lets it go."""
    shop.settings("block", "window = { least = 2 }")
    shop("connect", "page", "--token-stdin", "--no-probe", stdin="token")
    for each in theirs(3):
        shop.add(each["text"], "--link", each["link"], "--at", "2026-11-23T09:00")
    shop.program.env["EVENLY_CLOCK"] = f"2026-11-23T08:02:00Z@{time.time()}x1"
    shop("run", "--once")

    result = shop("mix", "--json")

    assert (result.code, result.json["ok"]) == (1, False)
    states = {each["id"]: each["state"] for each in shop("queue", "--json", "--state", "held", "--state", "published").json["deliveries"]}
    assert "held" in states.values()
    held = [id_ for id_, state in states.items() if state == "held"]
    assert [each["id"] for each in result.json["held"]] == held
    assert "third_party" in result.json["held"][0]["reason"]
    assert shop("release", *held).code == 0
    assert shop("mix", "--json").json["held"] == []


# ---- the jeweller's month


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_month_of_the_jeweller_is_what_its_labels_say(shop: Shop, language: str) -> None:
    """Every post as labelled, known limits included; the shares are those of the labels, counted by hand."""
    facts, sheet = MONTH["brand"], MONTH["topics"]
    topics = "\n".join(
        f"[topics.{name}]\nwords = {json.dumps(each['words'])}\nnegative = {json.dumps(each.get('negative', []))}"
        for name, each in sheet.items()
    )
    brand = f'[brand]\nname = {json.dumps(facts["names"][0])}\nlanguage = "{language}"\ndomains = {json.dumps(facts["domains"])}\n'
    shop.program.settings(f'{brand}{topics}\n[accounts.page]\nnetwork = "wall"\ncadence = "3/day"\n[accounts.other]\nnetwork = "wall"\n')
    seen = AccountState(remote_id="1", name=facts["handles"][0], url=f"https://{facts['channels'][0]}")
    with shop.writing() as connection:
        accounts.known(connection)
        accounts.signed_in(connection, "page", "wall", {})
        accounts.looked(connection, "page", seen, at=LATELY)
    posts = [each for each in month() if each.content.language == language and "video" not in each.content.media]
    shop.feed(*[_written(shop.program.folder, post) for post in posts])

    found = {each["text"]: each for each in shop("queue", "--json").json["deliveries"]}
    for post in posts:
        each, wanted = found[post.content.text], post.expected()
        assert {**{key: each[key] for key in ("origin", "topic", "on_topic")}, "actions": set(each["actions"])} == wanted, post.why

    result = shop("mix", "--account", "page", "--json")
    expected = [post.expected() for post in posts]
    assert finding(result, "question", "page")["count"] == sum("question" in each["actions"] for each in expected)
    assert finding(result, "on_topic", "page")["count"] == sum(each["on_topic"] is True for each in expected)
    halves = {"third-party": 1, "mixed": 0.5}
    assert finding(result, "third_party", "page")["count"] == sum(halves.get(each["origin"], 0) for each in expected)
    assert finding(result, "third_party", "page")["of"] == sum(each["origin"] != "unknown" for each in expected)


def _written(folder: Path, post: Any) -> dict[str, str]:
    """A post of the month as a row of CSV, its pictures drawn."""
    names = [picture(folder / f"{post.content.language}-{post.id}-{number}.png").name for number in range(len(post.content.media))]
    alts = [*post.content.alts, *["-"] * len(names)][: len(names)]
    return {"to": "page", "text": post.content.text, "link": post.content.link or "", "media": ";".join(names), "alt": ";".join(alts)}
