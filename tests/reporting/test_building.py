"""A report of few posts, every number of it worked out by hand."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from evenly.mix import Tally
from evenly.plugin import Part
from evenly.reporting import building
from evenly.reporting.values import Report, Row
from evenly.store import models, queue
from tests.reporting.brands import NOON, SINCE, UNTIL, Brand, brand

VERDICT: dict[str, Any] = {"origin": "owned", "topic": None, "on_topic": True, "actions": [], "reasons": {}, "warnings": []}
ASKS = {"base": {**VERDICT, "actions": ["question"]}, "accounts": {}}
PLAIN = {"base": VERDICT, "accounts": {}}


def report(here: Brand, **more: Any) -> Report:
    return building.report(here.desk, **{"since": SINCE, "until": UNTIL, "now": UNTIL, "age": "7d", **more})


def row(made: Report, by: str, key: str) -> Row:
    return next(each for each in made.rows if (each.by, each.key) == (by, key))


def six(here: Brand) -> None:
    """Four read posts on the page, two of them questions; one that nobody has read; and one on X, which tells views alone."""
    figures: list[tuple[str, Any, dict[str, Any]]] = [
        ("page", ASKS, {"reach": 100, "likes": 4, "comments": 2}),
        ("page", ASKS, {"reach": 200, "likes": 5, "comments": 5}),
        ("page", PLAIN, {"reach": 100, "likes": 1, "comments": 0}),
        ("page", PLAIN, {"reach": 400, "likes": 8}),
        ("page", PLAIN, {}),
        ("birds", PLAIN, {"views": 50, "likes": 5}),
    ]
    for day, (account, recognised, known) in enumerate(figures):
        at = NOON + timedelta(days=day)
        (delivery,) = here.publish(account, at=at, recognised=recognised, origin="owned", effort=30 if day == 0 else None)
        if known:
            here.read(delivery, "7d", account, at + timedelta(days=7), **known)


def test_figures_are_added_up_for_each_network(here: Brand) -> None:
    """Of the posts that have them; what no post has is absent, and never 0."""
    six(here)
    page, birds = (row(report(here), "network", name) for name in ("facebook", "x"))

    assert (page.deliveries, page.figures) == (5, {"reach": 800, "likes": 18, "comments": 7})
    assert (birds.deliveries, birds.figures) == (1, {"views": 50, "likes": 5})


def test_rates_are_of_what_is_known_of_most(here: Brand) -> None:
    """Engagements are 6, 10, 1 and 8 of 100, 200, 100 and 400 reached: 25 of 800; on X 5 of 50 views."""
    six(here)
    page, birds = (row(report(here), "account", name) for name in ("page", "birds"))

    assert page.engagement_rate == pytest.approx(3.125)
    assert birds.engagement_rate == pytest.approx(10.0)
    assert (page.basis, birds.basis, birds.interval) == ("reach", "views", None)
    assert page.interval is not None
    assert page.interval.low < 3.125 < page.interval.high
    assert page.kpis.conversation_rate == pytest.approx(7 / 3)


def test_a_group_has_its_own_sums(here: Brand) -> None:
    """The two questions: 16 engagements of 300 reached; too few to say what they do."""
    six(here)
    asked = row(report(here), "action", "question")

    assert asked.engagement_rate == pytest.approx(16 / 3)
    assert (asked.deliveries, asked.figures["comments"]) == (2, 7)
    assert asked.effect is not None
    assert (asked.effect.posts, asked.effect.others, asked.effect.verdict) == (2, 3, "too early")
    assert asked.on_comments is not None
    assert (asked.on_comments.metric, asked.on_comments.posts, asked.on_comments.others) == ("comments", 2, 1)
    assert row(report(here), "origin", "owned").on_comments is None


def test_reach_is_never_added_over_networks(here: Brand) -> None:
    """Its people may be the same; of one network it is told, with the warning that they may be as well."""
    six(here)
    made = report(here)

    assert row(made, "network", "facebook").figures["reach"] == 800
    assert "reach" not in row(made, "origin", "owned").figures
    assert row(made, "origin", "owned").figures["likes"] == 23


def test_minutes_over_the_networks_are_all_minutes(here: Brand) -> None:
    """30 were logged with a post and 5 × 20 are usual; 10 are the page's, and 301 s of none are shared 5 to 1."""
    six(here)
    here.log("reply", 600, account="page")
    here.log("plan", 301, campaign="spring")
    made = report(here)

    assert row(made, "network", "facebook").minutes * 60 == pytest.approx((30 + 4 * 20 + 10) * 60 + 251)
    assert row(made, "network", "x").minutes * 60 == pytest.approx(20 * 60 + 50)
    assert made.minutes * 60 == pytest.approx(140 * 60 + 301)
    assert made.estimated == 100
    assert row(made, "campaign", "spring").minutes * 60 == pytest.approx(301)
    assert row(made, "campaign", "spring").deliveries == 0


@pytest.mark.parametrize("seed", range(8))
def test_minutes_add_up_whatever_was_logged(tmp_path: Path, seed: int) -> None:
    """To the second: over networks and over accounts, of entries on posts, on accounts, on campaigns and on nothing."""
    dice = random.Random(seed)
    with brand(tmp_path) as here:
        seconds = 0
        for number in range(dice.randrange(1, 12)):
            accounts = dice.sample(["page", "birds"], dice.randint(1, 2))
            effort = dice.choice([None, 7.0, 12.5])
            here.publish(*accounts, at=NOON + timedelta(hours=number), effort=effort, origin="owned")
            seconds += round((20 if effort is None else effort) * 60)
        for _ in range(dice.randrange(6)):
            spent = dice.randrange(1, 4000)
            seconds += spent
            here.log("reply", spent, account=dice.choice([None, "page"]), campaign=dice.choice([None, "spring"]))
        made = report(here)

    for by in ("network", "account"):
        assert sum(round(each.minutes * 60) for each in made.rows if each.by == by) == seconds
    assert round(made.minutes * 60) == seconds


def test_the_period_begins_at_its_first_instant_and_ends_before_its_last(here: Brand) -> None:
    """What went out a second before or at the end is another period's."""
    second = timedelta(seconds=1)
    for at in (SINCE - second, SINCE, UNTIL - second, UNTIL):
        here.publish("page", at=at)

    assert row(report(here), "account", "page").deliveries == 2
    assert [each.published for each in report(here).done] == [2, 0]


def test_only_figures_of_the_same_age_count(here: Brand) -> None:
    """A post that was read at 28 days alone has no figures among those of 7 days."""
    old, young = (here.publish("page", at=NOON + timedelta(days=day))[0] for day in (0, 1))
    here.read(old, "28d", likes=1000, reach=1000)
    here.read(young, "7d", likes=1, reach=100)

    assert row(report(here), "account", "page").figures == {"likes": 1, "reach": 100}
    assert row(report(here, age="28d"), "account", "page").figures == {"likes": 1000, "reach": 1000}


def test_weeks_begin_on_the_monday_of_the_accounts_clock(here: Brand) -> None:
    """On Sunday 23:30 in New York it is Monday in London already, but the week is the one that ends."""
    sunday = datetime(2027, 3, 15, 3, 30, tzinfo=UTC)
    for at, likes in ((sunday, 1), (sunday + timedelta(hours=12), 3)):
        (delivery,) = here.publish("birds", at=at)
        here.read(delivery, "7d", "birds", likes=likes, views=100)

    trend = row(report(here), "account", "birds").trend
    assert [(monday, round(rate, 9)) for monday, rate in trend] == [(date(2027, 3, 8), 1), (date(2027, 3, 15), 3)]


def test_what_was_due_is_set_against_what_went_out(here: Brand) -> None:
    """On time is within ten minutes; what is held, a draft or cancelled was not to go out, and what is to come is not late."""
    due = NOON + timedelta(days=1)
    for late in (0, 10, 11):
        here.publish("page", at=due + timedelta(minutes=late), due=due)
    for state in ("missed", "held", "draft"):
        _planned(here, due=due, state=state)
    _planned(here, due=due + timedelta(days=1), state="planned", next_action_at=UNTIL)
    page = report(here, now=due + timedelta(hours=1)).done[0]

    assert (page.due, page.published, page.on_time) == (4, 3, 2)
    assert page.on_time_interval is not None
    assert page.on_time_interval.low == pytest.approx(0.15, abs=5e-4)


def test_what_was_due_in_a_period_may_go_out_after_it(here: Brand) -> None:
    """It was due then, in time or not, and is published later; what went out in the period and was due before it is the other way round."""
    minute, hour = timedelta(minutes=1), timedelta(hours=1)
    here.publish("page", at=UNTIL, due=UNTIL - minute)
    here.publish("page", at=UNTIL + hour, due=UNTIL - minute, campaign="spring")
    here.publish("page", at=SINCE + minute, due=SINCE - hour)

    for more, expected in (({}, (2, 1, 1)), ({"campaign": "spring"}, (1, 0, 0))):
        page = report(here, now=UNTIL + 2 * hour, **more).done[0]
        assert (page.due, page.published, page.on_time) == expected


def _planned(here: Brand, due: datetime, **values: Any) -> None:
    """A delivery on the page that was to go out at that time."""
    with here.desk.store.write() as connection:
        post = queue.insert_post(connection, {"text": "Silver"}, digest=None, now=due)
        delivery = queue.insert_delivery(
            connection, post, queue.NewDelivery(account="page", network="facebook", parts=[Part(text="Silver")], due=due), now=due
        )
        out = {"next_action_at": None, **values}
        connection.execute(models.delivery.update().where(models.delivery.c.id == delivery).values(**out))


def test_even_times_score_better_than_random_ones(here: Brand) -> None:
    """A post a day, always at the same hour, beside the same posts thrown on the account's windows."""
    for day in range(28):
        here.publish("page", at=SINCE + timedelta(days=day, hours=8 + day % 11))
    page = report(here).done[0]

    assert page.by_chance is not None
    assert page.evenness.days.value == 0
    assert page.by_chance.days.value is not None
    assert page.by_chance.days.value > 1
    assert report(here).done[0] == page


def test_the_rules_are_those_of_the_posts_of_the_period(here: Brand) -> None:
    """Two of six are questions, all are on topic."""
    six(here)
    brands = {each.target: each for each in report(here).rules if each.account is None}

    assert brands["question"].tally == Tally(Fraction(2), 6)
    assert brands["on_topic"].tally == Tally(Fraction(6), 6)
    assert brands["on_topic"].verdict == "too early"


def test_what_a_network_does_not_tell_is_named(here: Brand) -> None:
    six(here)

    assert report(here).missing == (
        ("page", ("views", "shares", "saves", "clicks")),
        ("birds", ("reach", "comments", "shares", "saves", "clicks")),
    )


def test_followers_are_those_of_the_first_and_the_last_day(here: Brand) -> None:
    """Of a network all its accounts'; growth is the difference."""
    here.publish("page")
    for day, count in ((SINCE, 100), (NOON, 105), (UNTIL - timedelta(days=1), 111)):
        here.read(None, day.date().isoformat(), at=day, followers=count)

    assert row(report(here), "network", "facebook").followers == (100, 111)


def test_one_account_or_one_campaign_alone(here: Brand) -> None:
    six(here)
    here.publish("birds", at=NOON + timedelta(hours=1), campaign="spring")

    assert {each.key for each in report(here, account="birds").rows if each.by == "network"} == {"x"}
    assert [each.account for each in report(here, account="birds").done] == ["birds"]
    assert row(report(here, campaign="spring"), "account", "birds").deliveries == 1
    assert {each.key for each in report(here, campaign="spring").rows if each.by == "account"} == {"birds"}


def test_one_offer_alone(here: Brand) -> None:
    """Its posts, their plan and deed, their rules; what was done on no post is for no offer."""
    six(here)
    here.publish("birds", at=NOON + timedelta(hours=1), offer="service", recognised=ASKS, effort=12)
    here.publish("page", at=NOON + timedelta(hours=2), offer="product")
    here.log("plan", 600)
    made = report(here, offer="service")

    assert made.offer == "service"
    assert {(each.by, each.key): each.deliveries for each in made.rows if each.by in {"account", "offer"}} == {
        ("account", "birds"): 1,
        ("offer", "service"): 1,
    }
    assert {each.account: each.published for each in made.done} == {"page": 0, "birds": 1}
    assert made.minutes == 12
    assert next(each for each in made.rules if each.target == "question" and each.account is None).tally == Tally(Fraction(1), 1)
    assert report(here, offer="brand").rows == ()
    assert report(here, offer="service", account="page").rows == ()


def test_each_offer_has_a_row_and_posts_without_one_are_in_none(here: Brand) -> None:
    six(here)
    for day, offer in enumerate(("product", "product", "brand")):
        here.publish("page", at=NOON + timedelta(days=day, hours=3), offer=offer)

    assert {each.key: each.deliveries for each in report(here).rows if each.by == "offer"} == {"product": 2, "brand": 1}
    assert report(here).offer is None


def test_within_an_offer_a_campaign_is_judged_against_posts_of_the_same_offer(tmp_path: Path) -> None:
    """Other posts about services brought as much as the campaign's, however little those about products bring."""
    with brand(tmp_path) as here:
        campaigns = here.desk.settings.model_copy(update={"campaigns": _campaign()})
        desk = type(here.desk)(campaigns, here.desk.networks, here.desk.store)
        for day in range(28):
            at = SINCE + timedelta(days=day, hours=12)
            campaign, offer = [("spring", "service"), (None, "service"), (None, "product")][day % 3]
            (delivery,) = here.publish("page", at=at, campaign=campaign, offer=offer)
            here.read(delivery, "7d", at=at + timedelta(days=7), reach=1000, likes=(20 if offer == "product" else 60) + day % 4)
        whole, alone = (
            building.report(desk, since=SINCE, until=UNTIL, now=UNTIL, age="7d", offer=offer).ideas[0].ratio for offer in (None, "service")
        )

    assert whole == pytest.approx((60 / 20) ** 0.5, abs=0.1)
    assert alone == pytest.approx(1, abs=0.05)


def test_a_campaign_is_judged_against_the_others_beside_and_before_it(tmp_path: Path) -> None:
    """Posts of the four weeks before it began count, those of earlier do not; its own from before the period do."""
    with brand(tmp_path) as here:
        campaigns = here.desk.settings.model_copy(update={"campaigns": _campaign()})
        desk = type(here.desk)(campaigns, here.desk.networks, here.desk.store)
        for day in range(-50, 28):
            at = SINCE + timedelta(days=day, hours=12)
            (delivery,) = here.publish("page", at=at, campaign="spring" if day >= -5 and day % 2 else None)
            here.read(delivery, "7d", at=at + timedelta(days=7), reach=1000, likes=(60 if day >= -5 and day % 2 else 20) + day % 3)
        (idea,) = building.report(desk, since=SINCE, until=UNTIL, now=UNTIL, age="7d").ideas

    assert (idea.name, idea.goal, idea.since, idea.deliveries, idea.verdict) == ("spring", "appointments", date(2027, 2, 24), 17, "works")
    assert idea.ratio == pytest.approx(61 / 21, abs=0.2)
    assert idea.minutes == 17 * 20


def _campaign() -> dict[str, Any]:
    from evenly.settings.tables import Campaign

    return {"spring": Campaign.model_validate({"goal": "appointments", "from": date(2027, 2, 24)})}


# ---- in short


def said(made: Report) -> list[str]:
    return [str(message) for message in made.short]


def test_what_works_is_said_with_its_interval_and_what_to_do(here: Brand) -> None:
    """Thirty posts, every other one a question that brings three times the comments."""
    for number in range(30):
        asks = number % 2 == 0
        at = SINCE + timedelta(days=number % 28, hours=9 + number // 28)
        (delivery,) = here.publish("page", at=at, recognised=ASKS if asks else PLAIN, origin="owned")
        here.read(delivery, "7d", reach=1000, likes=20 + number % 4, comments=(30 if asks else 10) + number % 5)
    first, second, third = said(report(here))

    assert first.startswith("Questions brought 2.")
    assert first.endswith("15 posts). Keep one in five.")
    assert "times the comments (between 2." in first
    assert second == "On time: 30 of 30, which is 100 % (between 89 and 100 %)."
    assert third.startswith("An hour of work brought 1")
    assert third.endswith("100 percent of the minutes are estimated.")


@pytest.mark.parametrize(("offer", "begins"), [("product", "products"), ("brand", "brands"), ("service", "services")])
def test_what_an_offer_brings_is_said(here: Brand, offer: str, begins: str) -> None:
    """Every other post is about it, and brings three times as much."""
    for number in range(28):
        at = SINCE + timedelta(days=number, hours=9)
        (delivery,) = here.publish("page", at=at, recognised=PLAIN, origin="owned", offer=offer if number % 2 else None)
        here.read(delivery, "7d", reach=1000, likes=(60 if number % 2 else 20) + number % 4)
    made = report(here)

    assert said(made)[0].startswith(f"Posts about {begins} brought 2.")
    assert said(made)[0].endswith("14 posts). Make more of them.")
    effect = row(made, "offer", offer).effect
    assert effect is not None
    assert effect.verdict == "works"


def test_with_few_posts_it_says_that_it_is_too_early(here: Brand) -> None:
    six(here)

    assert said(report(here))[0] == (
        "It is too early to say what works: the figures of 5 are known so far, and a comparison takes 8 posts of a kind and 8 others."
    )


def test_nothing_published_is_said(here: Brand) -> None:
    made = report(here)

    assert said(made) == ["Nothing was published from 2027-03-01 to 2027-03-31."]
    assert (made.rows, made.minutes, made.missing) == ((), 0, ())


def test_without_figures_the_command_that_reads_them_is_named(here: Brand) -> None:
    here.publish("page")

    assert said(report(here))[0] == "No figures are known of these posts yet: `evenly metrics` asks for them."
