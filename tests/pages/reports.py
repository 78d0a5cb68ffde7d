"""Reports made up for the pages: a rich one, one of which it is too early to say anything, an empty one, and a hostile one."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from functools import cache
from zoneinfo import ZoneInfo

from evenly import insight
from evenly.insight import BYS, CELLS, By, Cell, Effect, Interval, Post
from evenly.mix import Finding, Tally
from evenly.plugin import Message
from evenly.reporting.values import Done, Fit, Idea, PastWeek, Proposal, Rated, Report, Row
from evenly.spread import Score, Scores

ZONE = ZoneInfo("Europe/Paris")
SINCE = datetime(2026, 10, 5, tzinfo=ZONE)
UNTIL = datetime(2026, 11, 30, tzinfo=ZONE)
MADE = datetime(2026, 11, 30, 8, tzinfo=UTC)
NETWORKS = {"facebook": "Facebook", "mastodon": "Mastodon", "linkedin": "LinkedIn"}
TOPICS = {"care": "Cleaning and care of metals", "craft": "The craft"}
LONG = "Œuvre" * 60
RIGHT_TO_LEFT = "\u202eاستوديو الضوء والفضة"
HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=https://evil.example/x.png onerror=alert(1)>',
    "{{ 7 * 7 }}{% raw %}",
    "</style></title><b>",
    LONG,
    RIGHT_TO_LEFT,
)

_ACCOUNTS = {"page": ("facebook", 900.0, 1.4), "fedi": ("mastodon", 320.0, 3.1), "company": ("linkedin", 540.0, 2.2)}
_FOLLOWERS = {"facebook": (880.0, 931.0), "mastodon": (300.0, 342.0), "linkedin": (540.0, 538.0)}
_EFFECTS = {"question": 1.9, "photo": 1.15, "behind-the-scenes": 1.35, "link": 0.85, "promotion": 0.5, "invitation": 1.1}
_SCORES = Scores(
    days=Score(1.5, 1.0),
    times=Score(1.2, 1.0),
    weekday_daypart=Score(1.0, 1.0),
    gap_least=Score(0.8, 1.0),
    gap_largest=Score(1.4, 1.0),
    mix=Score(0.5, 0.5),
    stagger=Score(0.0, 0.0),
)
_CHANCE = Scores(
    days=Score(4.2, 1.0),
    times=Score(3.6, 1.0),
    weekday_daypart=Score(3.1, 1.0),
    gap_least=Score(0.1, 1.0),
    gap_largest=Score(3.9, 1.0),
    mix=Score(1.5, 0.5),
    stagger=Score(2.0, 0.0),
)


def posts(count: int = 150, seed: int = 7) -> list[Post]:
    """Posts whose actions matter as `_EFFECTS` says, and noise."""
    dice = random.Random(seed)
    return [_post(number, count, dice) for number in range(count)]


def _post(number: int, count: int, dice: random.Random) -> Post:
    account = dice.choice(list(_ACCOUNTS))
    network, seen, rate = _ACCOUNTS[account]
    actions = frozenset(name for name in _EFFECTS if dice.random() < 0.3)
    at = SINCE + number * (UNTIL - SINCE) / count + timedelta(hours=dice.randint(7, 20))
    worth = (
        math.prod(_EFFECTS[name] for name in actions) * math.exp(dice.gauss(0, 0.35)) * (1.3 if at.hour < 12 and at.weekday() < 5 else 1)
    )
    views = seen * dice.uniform(0.6, 1.5)
    engaged = views * rate / 100 * worth
    figures = {"likes": engaged * 0.7, "comments": engaged * 0.2, "shares": engaged * 0.1}
    figures |= {"reach": views} if network == "facebook" else {"views": views} if network == "linkedin" else {}
    minutes = float(dice.choice([10, 15, 20, 25, 40]))
    return Post(
        key=str(number),
        account=account,
        network=network,
        at=at,
        origin=dice.choice(["owned", "owned", "owned", "third-party"]),
        topic=dice.choice(["care", "craft"]),
        actions=actions,
        offer=(None, "product", "product", "service")[number % 4],
        campaign="mariage-2027" if dice.random() < 0.1 else None,
        format=dice.choice(["post", "post", "post", "reel"]),
        minutes=minutes,
        estimated=minutes if dice.random() < 0.4 else 0.0,
        figures={name: float(round(value)) for name, value in figures.items()},
        followers=seen,
    )


def rows(found: Sequence[Post]) -> tuple[Row, ...]:
    """One of each group."""
    effects = {(each.by, each.key): each for each in insight.effects(found)}
    on_comments = {each.key: each for each in insight.effects(found, bys=("action",), metric="comments")}
    groups: dict[tuple[By, str], list[Post]] = {}
    for by in BYS:
        for post in found:
            for key in post.keys(by):
                groups.setdefault((by, key), []).append(post)
    asking = {"question", "invitation"}
    return tuple(
        _row(by, key, group, effects.get((by, key)), on_comments[key] if by == "action" and key in asking else None)
        for (by, key), group in groups.items()
    )


def _row(by: By, key: str, group: Sequence[Post], effect: Effect | None, on_comments: Effect | None) -> Row:
    weeks: dict[date, list[Post]] = {}
    for post in group:
        weeks.setdefault(post.at.date() - timedelta(days=post.at.weekday()), []).append(post)
    trend = tuple((monday, rate) for monday in sorted(weeks) if (rate := _rate(weeks[monday])[0]) is not None)
    rate, basis, interval = _rate(group)
    return Row(
        by=by,
        key=key,
        deliveries=len(group),
        minutes=sum(post.minutes for post in group),
        estimated=sum(post.estimated for post in group),
        figures=insight.sums(group),
        engagement_rate=rate,
        basis=basis,
        interval=interval,
        kpis=insight.kpis(group),
        effect=effect,
        on_comments=on_comments,
        trend=trend,
        followers=_FOLLOWERS.get(key) if by == "network" else None,
    )


def _rate(group: Sequence[Post]) -> tuple[float | None, str | None, Interval | None]:
    basis = insight.basis_of(group)
    if basis is None:
        return None, None, None
    known = [(insight.engagements(post.figures) or 0.0, seen) for post in group if (seen := insight.seen_by(post, basis))]
    found = insight.ratio_interval([part for part, _ in known], [whole for _, whole in known])
    interval = None if found is None else Interval(found.low * 100, found.high * 100)
    return insight.share(sum(part for part, _ in known), sum(whole for _, whole in known)), basis, interval


@cache
def rich() -> Report:
    """Eight weeks of three accounts."""
    found = posts()
    minutes = sum(post.minutes for post in found)
    return Report(
        brand="Atelier Lumière",
        timezone="Europe/Paris",
        made_at=MADE,
        since=SINCE,
        until=UNTIL,
        age="7d",
        short=(
            Message(
                "Questions brought {ratio} times the comments (between {low} and {high}, {n} posts). Keep one in five.",
                ratio="1.8",
                low="1.1",
                high="3.0",
                n=14,
            ),
            Message("{share} of the posts went out on time ({n} of {of}).", share="98 %", n=147, of=150),
            Message("Mastodon took {effort} of the effort and brought {result} of the engagements.", effort="31 %", result="22 %"),
        ),
        done=tuple(
            _done(name, published, runway) for name, published, runway in (("page", 52, 19.0), ("fedi", 49, 8.0), ("company", 49, None))
        ),
        minutes=minutes,
        estimated=sum(post.estimated for post in found),
        capacity=8 * 420.0,
        rows=rows(found),
        ideas=(
            Idea(
                name="mariage-2027",
                kind="campaign",
                goal="30 requests for a ring by the end of the year",
                since=date(2026, 10, 5),
                until=date(2026, 12, 31),
                deliveries=17,
                minutes=340.0,
                metric="engagements",
                ratio=1.22,
                interval=Interval(0.81, 1.83),
                verdict="no difference yet",
            ),
            Idea(
                name="shorter-texts",
                kind="experiment",
                goal="Texts of one sentence bring more clicks",
                since=date(2026, 10, 12),
                until=None,
                deliveries=24,
                minutes=210.0,
                metric="clicks",
                ratio=0.61,
                interval=Interval(0.44, 0.86),
                verdict="does not",
                judged_at=MADE,
            ),
            Idea(
                name="ask-more",
                kind="experiment",
                goal="Questions bring more comments",
                since=date(2026, 11, 2),
                until=None,
                deliveries=5,
                minutes=75.0,
                metric="comments",
                ratio=None,
                interval=None,
                verdict="too early",
                missing=(3, 1),
            ),
        ),
        rules=_rules(),
        times=insight.best_times(found, allowed=[cell for cell in CELLS if cell.hour not in {0, 4}] + [Cell(False, 4)]),
        advice=_advice(),
        missing=(("fedi", ("views", "reach", "clicks")), ("company", ("saves",))),
        weeks=_weeks(found),
        fit=Fit(6, 9),
    )


@cache
def of_a_campaign() -> Report:
    """A campaign alone, two of whose posts more people ought to see."""
    return replace(rich(), rated=(_rated("12", 6.1), _rated("31", 4.2), _rated("44", 2.0)))


def _rated(delivery: str, rate: float) -> Rated:
    return Rated(
        delivery=delivery,
        account="page",
        network="facebook",
        published="2026-11-20T10:00+00:00",
        text="Which of these rings would you choose?",
        url=None,
        seen=12345,
        basis="reach",
        engagements=round(123.45 * rate),
        rate=rate,
        low=rate - 0.6,
        high=rate + 0.7,
        usual=2.5,
        boost=rate - 0.6 > 2.5,
    )


@cache
def early() -> Report:
    """Ten posts: too early for everything."""
    found = posts(10)
    return replace(
        rich(),
        short=(Message("It is too early for verdicts: 10 posts have figures."),),
        done=(_done("page", 10, 12.0),),
        rows=rows(found),
        ideas=(),
        rules=tuple(Finding(each.target, each.account, Tally(Fraction(2), 7), each.min, each.max, "too early") for each in _rules()),
        times=insight.best_times(found),
        advice=(),
        capacity=None,
        weeks=_weeks(found)[:2],
        fit=Fit(),
    )


def empty() -> Report:
    """A brand that has just begun."""
    return replace(
        rich(),
        short=(),
        done=(),
        minutes=0.0,
        estimated=0.0,
        capacity=None,
        rows=(),
        ideas=(),
        rules=(),
        times=insight.best_times([]),
        advice=(),
        missing=(),
        weeks=(),
        fit=Fit(),
    )


def hostile(text: str) -> Report:
    """A rich report in which everything that comes from outside says `text`."""
    whole = rich()
    return replace(
        whole,
        brand=text,
        short=tuple(Message("{said}", said=text) for _ in whole.short),
        done=tuple(replace(each, account=text) for each in whole.done[:1]),
        rows=tuple(replace(row, key=f"{text}{number}") for number, row in enumerate(whole.rows)),
        ideas=tuple(replace(each, name=text, goal=text) for each in whole.ideas),
        rated=tuple(replace(each, text=text, account=text) for each in of_a_campaign().rated),
        rules=tuple(replace(each, account=text if each.account else None, target=f"topics.{text}") for each in whole.rules),
        advice=tuple(replace(each, reason=Message("{said}", said=text), change=Message("{said}", said=text)) for each in whole.advice),
        missing=((text, (text,)),),
        weeks=tuple(replace(each, evenness={f"{text}{name}": score for name, score in each.evenness.items()}) for each in whole.weeks),
    )


def _weeks(found: Sequence[Post]) -> tuple[PastWeek, ...]:
    """Eight; in the third one everybody was silent on Mastodon."""
    mondays = [SINCE.date() + timedelta(weeks=number) for number in range(8)]
    return tuple(
        _week(monday, number, [post for post in found if monday <= post.at.date() < monday + timedelta(weeks=1)])
        for number, monday in enumerate(mondays)
    )


def _week(monday: date, number: int, posts: Sequence[Post]) -> PastWeek:
    due, targets = len(posts) + number % 3, [each for each in _rules() if each.account is None]
    is_early = len(posts) < 10
    silent = {"fedi"} if number == 2 else set()
    return PastWeek(
        monday=monday,
        days=7 if number < 7 else 5,
        published=len(posts),
        due=due,
        on_time=len(posts),
        on_time_interval=insight.wilson(len(posts), due),
        minutes=sum(post.minutes for post in posts),
        evenness={name: Score(1.0 + (number * 7 + place) % 5 / 4, 0.86) for place, name in enumerate(_ACCOUNTS) if name not in silent},
        targets=tuple(replace(each, verdict="too early") if is_early else each for each in targets),
        fit=Fit() if is_early else Fit(6 + number % 3, 9),
    )


def _done(account: str, published: int, runway: float | None) -> Done:
    on_time = max(published - 2, 0)
    return Done(
        account=account,
        due=published + 1,
        published=published,
        on_time=on_time,
        on_time_interval=insight.wilson(on_time, published + 1),
        evenness=_SCORES,
        by_chance=_CHANCE,
        runway=runway,
    )


def _rules() -> tuple[Finding, ...]:
    few = Message("Add 3 questions.")
    return (
        Finding("promotion", None, Tally(Fraction(12), 64), None, Fraction(1, 5), "met"),
        Finding("third_party", None, Tally(Fraction(17), 64), Fraction(1, 10), Fraction(1, 2), "met"),
        Finding("question", None, Tally(Fraction(8), 64), Fraction(1, 5), None, "too few", few),
        Finding("invitation", None, Tally(Fraction(11), 64), Fraction(3, 20), None, "met"),
        Finding("mention", None, Tally(Fraction(5), 64), Fraction(3, 20), None, "too few"),
        Finding("photo", None, Tally(Fraction(44), 64), Fraction(3, 5), None, "met"),
        Finding("behind_the_scenes", None, Tally(Fraction(9), 64), Fraction(1, 10), None, "met"),
        Finding("on_topic", None, Tally(Fraction(58), 64), Fraction(4, 5), None, "met"),
        Finding("bait", None, Tally(Fraction(2), 64), None, Fraction(0), "too many"),
        Finding("question", "page", Tally(Fraction(1), 22), Fraction(1, 5), None, "too few", few),
    )


def _advice() -> tuple[Proposal, ...]:
    return (
        Proposal(
            number=1,
            key="question",
            state="offered",
            reason=Message("Questions brought 1.9 times the engagements, and only 13 % of the posts ask one."),
            gain=1.06,
            interval=Interval(1.01, 1.13),
            change=Message("evenly.toml: [mix] question = {{ min = 0.25 }}, now 0.2."),
        ),
        Proposal(
            number=2,
            key="audience",
            state="offered",
            reason=Message("Posts of weekday mornings did better than the others."),
            gain=1.09,
            interval=Interval(1.02, 1.2),
            change=Message('evenly.toml: [accounts.page] audience = "learnt".'),
        ),
        Proposal(
            number=3,
            key="promotion",
            state="taken",
            reason=Message("Promotions brought half of the engagements."),
            gain=None,
            interval=None,
            change=None,
            outcome=Message("Since it was taken, posts brought 0.95 times as many engagements (0.8 to 1.1): no difference yet."),
        ),
    )
