"""`evenly plan`: the calendar, and how even it is."""

from __future__ import annotations

import itertools
import json
from datetime import datetime, timedelta
from pathlib import Path

from tests.cli.shops import SETTINGS, Shop

SCORES = {"days", "times", "weekday_daypart", "gap_least", "gap_largest", "mix", "stagger"}
TWO_ACCOUNTS = SETTINGS[: SETTINGS.index("[accounts.echo]")]


def _filled(shop: Shop, count: int) -> None:
    rows = "".join(f"Post {number},page\n" for number in range(1, count + 1))
    (shop.folder / "posts.csv").write_text(f"text,to\n{rows}")
    assert shop("import", "posts.csv").code == 0


def _dues(shop: Shop, *options: str) -> dict[str, str]:
    accounts = shop.done("plan", *options)["accounts"]
    return {each["id"]: each["due"] for account in accounts for each in account["deliveries"]}


def test_the_document_is_that_of_the_interface(shop: Shop) -> None:
    """Every account with its deliveries and each score beside the best possible."""
    _filled(shop, 5)

    document = shop.done("plan")

    assert document.keys() == {"accounts"}
    page, *others = document["accounts"]
    assert (page["account"], page["network"], len(page["deliveries"])) == ("page", "facebook", 5)
    assert page["evenness"].keys() == SCORES
    assert all(score.keys() == {"value", "best"} for score in page["evenness"].values())
    assert page["evenness"]["stagger"] == {"value": 0.0, "best": 0.0}
    assert [each["deliveries"] for each in others] == [[], [], []]
    assert others[0]["evenness"]["days"] == {"value": None, "best": None}


def test_weeks_limit_what_is_listed_and_judged(shop: Shop) -> None:
    """Without --weeks a script gets the whole plan."""
    _filled(shop, 20)

    assert len(_dues(shop)) == 20
    assert len(_dues(shop, "--weeks", "1")) == 7


def test_people_see_a_calendar(shop: Shop) -> None:
    """A line for each post, days without one as –, what is provisional and what is fixed marked and explained."""
    shop.evenly.settings(TWO_ACCOUNTS)
    shop.done("add", "Elegant rings for every hand", "--to", "page", "--at", "2026-11-25T10:30")
    shop.done("add", "Far ahead", "--to", "page", "--not-before", "2026-12-05T12:00", "--not-after", "2026-12-06")

    shown = shop("plan", "--weeks", "2").out

    assert shown.startswith("Week of 2026-11-23 · 1 post\n  Mon 23  –\n  Tue 24  –\n  Wed 25  10:30* page  Elegant rings for every hand\n")
    assert "~ page  Far ahead" in shown
    assert "* you fixed this time" in shown
    assert "~ may still change places" in shown
    assert "Sun  6" in shown
    assert "Mon  7" not in shown
    assert "How even it is:" in shown


def test_the_calendar_fits_the_terminal(shop: Shop) -> None:
    """Whatever stands in the texts: wide characters count twice, and control characters do not reach the terminal."""
    shop.add("漢字" * 30 + "\x1b[31m red", to="page")
    shop.evenly.env["COLUMNS"] = "60"

    shown = shop("plan").out
    line = next(line for line in shown.splitlines() if "漢" in line)

    assert sum(2 if character > "⺀" else 1 for character in line) <= 60
    assert line.endswith("…")
    assert "\x1b" not in shown


def test_an_empty_plan_says_what_to_do(shop: Shop) -> None:
    """Rather than four empty weeks."""
    assert "evenly add" in shop("plan").out


def test_overdue_posts_are_shown_where_they_were(shop: Shop) -> None:
    """With the question why nobody publishes."""
    shop.add("Hello", "--at", "2026-11-23T10:00")
    shop.at("2026-12-08T08:00:00Z")

    shown = shop("plan").out

    assert "Week of 2026-11-23 · 1 post\n  Mon 23  10:00! page  Hello" in shown
    assert "! overdue" in shown


def test_respreading_closes_the_gaps(shop: Shop) -> None:
    """What floats moves up, what is fixed stays; without it nothing moves."""
    _filled(shop, 6)
    shop.done("move", "6", "--at", _dues(shop)["6"])
    shop.done("drop", "1")
    before = _dues(shop)

    result = shop("plan", "--respread", "--json")

    after = {each["id"]: each["due"] for account in result.json["accounts"] for each in account["deliveries"]}
    assert result.code == 0
    assert after["6"] == before["6"]
    assert all(after[id_] < before[id_] for id_ in ("2", "3", "4", "5"))
    assert "4 deliveries have another time now." in result.err
    assert _dues(shop) == after


def test_a_window_that_was_closed_moves_what_stood_in_it(shop: Shop) -> None:
    """And nothing else; that is said."""
    _filled(shop, 5)
    before = _dues(shop)
    closed = datetime.fromisoformat(before["2"]).date().isoformat()
    shop.evenly.settings(SETTINGS.replace('page_id = "1"', f'page_id = "1"\nblackouts = ["{closed}"]'))

    result = shop("plan", "--json")

    after = {each["id"]: each["due"] for account in result.json["accounts"] for each in account["deliveries"]}
    assert "1 delivery has another time now." in result.err
    assert not after["2"].startswith(closed)
    assert {id_: due for id_, due in after.items() if id_ != "2"} == {id_: due for id_, due in before.items() if id_ != "2"}


def test_what_found_no_time_stands_at_the_end_with_the_reason(shop: Shop) -> None:
    """And the exit code says that it needs somebody."""
    shop("add", "Too narrow", "--to", "page", "--not-before", "2026-11-24T21:00", "--not-after", "2026-11-24T23:00")

    result = shop("plan", "--json")

    assert result.code == 1
    (delivery,) = result.json["accounts"][0]["deliveries"]
    assert (delivery["due"], delivery["state"]) == (None, "held")
    assert "No free time is left" in delivery["reason"]
    assert "No time for delivery 1 on page: No free time is left" in shop("plan").err


def test_why_names_the_rule(shop: Shop) -> None:
    """For a post each of its deliveries; also for one that has no time."""
    shop.done("add", "Hello", "--to", "page", "--to", "toots")
    shop.add("Fixed", "--at", "2026-11-25T10:30")
    shop.add("A draft", "--draft")

    def why(id_: str) -> list[str]:
        return [each["why"] for each in shop.done("plan", "--why", id_)["deliveries"]]

    assert why("p1") == ["It is the next in its turn, and this is the next evenly spread time."] * 2
    assert why("3") == ["You fixed this time."]
    assert why("4") == ["It is a draft: it gets a time when it is approved."]
    assert "There is no post or delivery 99" in shop.refused("plan", "--why", "99")


def test_accounts_of_the_brand_keep_their_distance(shop: Shop) -> None:
    """Ten minutes, as evenly.toml says."""
    for number in range(6):
        shop.done("add", f"Post {number}")

    dues = sorted(datetime.fromisoformat(due) for due in _dues(shop).values())

    assert min(later - earlier for earlier, later in itertools.pairwise(dues)) >= timedelta(minutes=10)


# ---- a request, without a workspace

REQUEST = {
    "now": "2026-11-23T08:00:00Z",
    "accounts": [{"id": "a", "tz": "Europe/Paris", "cadence": {"count": 1, "per": "day"}}],
    "posts": [{"id": f"p{number}", "account": "a"} for number in range(5)],
}


def test_a_request_becomes_a_plan_file(shop: Shop) -> None:
    """Anywhere: the list itself, the same as text and with --json, and from standard input."""
    nowhere = shop.folder.parent / "nowhere"
    nowhere.mkdir()
    (nowhere / "request.json").write_text(json.dumps(REQUEST))

    plain = shop.evenly("plan", "--request", "request.json", cwd=nowhere)
    scripted = shop.evenly("plan", "--request", "-", "--json", cwd=nowhere, stdin=json.dumps(REQUEST))

    assert (plain.code, scripted.code) == (0, 0), plain.err + scripted.err
    assert plain.json == scripted.json
    assert [row["id"] for row in plain.json] == [f"p{number}" for number in range(5)]
    assert plain.json[0].keys() == {"id", "account", "time", "kind", "topic", "pinned"}


def test_a_request_that_cannot_all_be_placed_needs_somebody(shop: Shop) -> None:
    """What has no time says why."""
    late = {"id": "late", "account": "a", "expires": "2026-11-23T07:00:00Z"}

    result = shop("plan", "--request", "-", stdin=json.dumps({**REQUEST, "posts": [late]}))

    assert result.code == 1
    (row,) = result.json
    assert row["time"] is None
    assert row["reason"]


def test_all_faults_of_a_request_are_told_at_once(shop: Shop) -> None:
    """Each with its place and what is allowed."""
    broken = {"now": "soon", "accounts": [{"id": "a", "tz": "Mars/Base", "cadence": {"per": "year"}}]}

    said = shop.refused("plan", "--request", "-", stdin=json.dumps(broken))

    assert "now:" in said
    assert "accounts[0].tz: 'Mars/Base' is no time zone" in said
    assert "accounts[0].cadence.per: 'year' is not one of day, week, month" in said


def test_what_is_no_request_is_refused(shop: Shop) -> None:
    """A missing file, other encodings, broken JSON, and a request beside what it does not go with."""
    (shop.folder / "latin.json").write_bytes('{"now": "é"}'.encode("latin-1"))
    (shop.folder / "broken.json").write_text('{"now": \n oops}')
    (shop.folder / "long.json").write_text("1" * 5000)

    assert "nope.json cannot be read" in shop.refused("plan", "--request", "nope.json")
    assert "latin.json is not UTF-8" in shop.refused("plan", "--request", "latin.json")
    assert "broken.json is not JSON (line 2, column 2)" in shop.refused("plan", "--request", "broken.json")
    assert "long.json" in shop.refused("plan", "--request", "long.json")
    assert "--request stands alone" in shop.refused("plan", "--request", "-", "--respread")
    assert "--weeks" in shop.refused("plan", "--weeks", "0")


def test_the_calendar_is_drawn_as_a_page(shop: Shop, tmp_path: Path) -> None:
    """One self-contained file; where it cannot be written, that is said."""
    shop.add("Drawn", to="page")
    page = tmp_path / "plan.html"

    result = shop("plan", "--html", str(page))

    assert result.code == 0, result.err
    assert str(page) in result.err
    drawn = page.read_text(encoding="utf-8")
    assert "Drawn" in drawn
    assert "Month by month" in drawn
    assert "The mix" in drawn
    assert "cannot be written" in shop("plan", "--html", str(tmp_path / "no" / "where.html")).err
