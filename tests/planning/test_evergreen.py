"""Posts come back when the queue runs thin: after their rest, as often as was said, never twice in words that are refused twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from evenly import fields, planning
from evenly.exporting import export_lines
from evenly.fields import Evergreen
from evenly.networks import Networks
from evenly.planning import Desk, changing, editing, evergreen
from evenly.planning.queueing import Added, PostRefused
from evenly.plugin import Limits, Network, Part, Published, hookimpl
from evenly.settings import Account, load
from evenly.store import Store, accounts, models, repetitions
from tests.importing.workspaces import picture
from tests.planning.desks import NOW, everything, row

DAY = timedelta(days=1)
RULE = "rest 60 days, 3 times"

SETTINGS = """
[brand]
timezone = "Europe/Paris"
[media]
alt_text = "warn"
[topics.care]
[accounts.strict]
network = "strict"
[accounts.wall]
network = "wall"
"""


class _Board:
    """Takes 50 characters; some refuse equal texts."""

    def __init__(self, name: str, *, refuses: bool) -> None:
        self._name = name
        self._settled = {"refusal": timedelta(minutes=15)} if refuses else {"read-back": timedelta(0)}

    @hookimpl
    def network(self) -> Network:
        limits = Limits(text=50, pictures=4, thread=3)
        return Network(name=self._name, title=self._name.title(), limits=limits, repeat_safe=self._settled)  # type: ignore[arg-type]  # a plain dict

    @hookimpl
    def publish(self, part: Part) -> Published:
        return Published(remote_id=part.text)

    @hookimpl
    def delete(self) -> None:
        """Gone."""


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A workspace with an account on a network that refuses equal texts, and one on a network that does not."""
    (tmp_path / "evenly.toml").write_text(SETTINGS, encoding="utf-8")
    networks = Networks()
    networks.add("strict", _Board("strict", refuses=True))
    networks.add("wall", _Board("wall", refuses=False))
    settings = load(tmp_path, dict.fromkeys(networks.names()))
    store = Store.open("sqlite", settings.state)
    yield Desk(settings, networks, store)
    store.close()


def queued(desk: Desk, text: str = "Silver tarnishes.", *, to: str = "wall", rule: str | None = RULE, **more: Any) -> Added:
    document = {"text": text, "to": [to], "evergreen": rule, **more}
    return planning.add(desk, planning.NewPost(fields=fields.read(document), root=desk.settings.folder), now=NOW)


def published(desk: Desk, delivery: int, at: Any = NOW) -> None:
    """Let the delivery have gone out at that time."""
    out = {"state": "published", "published_at": at, "due": at, "next_action_at": None}
    with desk.store.write() as connection:
        connection.execute(models.delivery.update().where(models.delivery.c.id == delivery).values(**out))
        is_root = (models.part.c.delivery_id == delivery, models.part.c.position == 0)
        connection.execute(models.part.update().where(*is_root).values(state="published", remote_id=f"r{delivery}", published_at=at))


def out(desk: Desk, *arguments: Any, **more: Any) -> Added:
    """A post that comes back, and that was just published."""
    added = queued(desk, *arguments, **more)
    for delivery in added.deliveries:
        published(desk, delivery)
    return added


def texts(desk: Desk, deliveries: list[int]) -> list[str]:
    return [row(desk, each).content["text"] for each in deliveries]


def test_it_comes_back_once_it_has_rested(desk: Desk) -> None:
    """Not a second earlier; as a post of its own that remembers what it repeats, at a time that the planner chose."""
    original = out(desk, topic="care", offer="service", effort="20m", priority=5)

    assert evergreen.refill(desk, now=NOW + 60 * DAY - timedelta(seconds=1)) == []
    (back,) = evergreen.refill(desk, now=NOW + 60 * DAY)

    found = row(desk, back)
    assert (found.account, found.state, found.content["text"], found.topic) == ("wall", "planned", "Silver tarnishes.", "care")
    assert found.due is not None
    assert found.due >= NOW + 60 * DAY
    assert (found.pinned, found.priority, found.effort_minutes) == (False, 4, None)
    assert "evergreen" not in found.fields
    assert found.offer == "service"
    with desk.store.read() as connection:
        assert repetitions.original_of(connection, found.post_id) == original.post
        assert repetitions.original_of(connection, original.post) is None


def test_it_is_published_no_more_often_than_was_said(desk: Desk) -> None:
    """Three times in all, each after its rest since the last one."""
    out(desk)
    now = NOW
    for _ in range(2):
        (back,) = evergreen.refill(desk, now=now + 60 * DAY)
        assert evergreen.refill(desk, now=now + 500 * DAY) == [], "while one waits there is no second"
        now += 70 * DAY
        published(desk, back, now)
        assert evergreen.refill(desk, now=now + 59 * DAY) == []

    assert evergreen.refill(desk, now=now + 5000 * DAY) == []


def test_without_a_number_it_comes_back_again_and_again(desk: Desk) -> None:
    """As long as the queue runs thin."""
    out(desk, rule="rest 1 day")
    now = NOW
    for _ in range(5):
        now += DAY
        (back,) = evergreen.refill(desk, now=now)
        published(desk, back, now)


def test_a_queue_that_is_not_thin_needs_nothing(desk: Desk) -> None:
    """Three days of its cadence wait; what is pinned to later does not count."""
    for number in range(5):
        out(desk, f"Evergreen {number}")
    queued(desk, "Fresh", rule=None, not_before="2027-01-22T10:00")
    queued(desk, "Pinned to soon", rule=None, at="2027-01-23T10:00")
    queued(desk, "Pinned to late", rule=None, at="2027-06-01T10:00")
    now = NOW + 60 * DAY

    assert texts(desk, evergreen.refill(desk, now=now)) == ["Evergreen 0"]
    assert evergreen.refill(desk, now=now) == []


def test_those_that_have_rested_longest_come_first(desk: Desk) -> None:
    """And no more of them than the queue is short of."""
    for number in (4, 2, 3, 1):
        published(desk, queued(desk, f"Day {number}").deliveries[0], NOW + number * DAY)

    assert texts(desk, evergreen.refill(desk, now=NOW + 100 * DAY)) == ["Day 1", "Day 2", "Day 3"]


@pytest.mark.parametrize(
    ("cadence", "wanted"), [("1/day", 3), ("4/day", 12), ("5/week", 2), ("1/week", 1), ("3/month", 1), ("30/month", 3)]
)
def test_how_many_keep_a_queue_from_being_thin(cadence: Any, wanted: int) -> None:
    """Three days of the cadence, and one at least."""
    assert evergreen.wanted(Account(network="wall", cadence=cadence)) == wanted


def test_a_network_that_refuses_equal_texts_gets_each_wording_once(desk: Desk) -> None:
    """And then no more, however often it might come back."""
    out(desk, to="strict", rule="rest 1 day", again=["Tarnish is no rust.", "Why silver goes grey."])
    now, seen = NOW, []
    while back := evergreen.refill(desk, now=(now := now + 2 * DAY)):
        seen += texts(desk, back)
        published(desk, back[0], now)

    assert seen == ["Tarnish is no rust.", "Why silver goes grey."]


def test_without_other_words_it_never_comes_back_there(desk: Desk) -> None:
    """The person is told when the post is queued, and when the rule is changed."""
    added = out(desk, to="strict")

    assert ["strict takes no text twice" in str(each) for each in added.warnings] == [True]
    assert evergreen.refill(desk, now=NOW + 1000 * DAY) == []
    edited = editing.edit(desk, f"p{added.post}", editing.Edit(changes={"again": ["In other words"]}, root=desk.settings.folder), now=NOW)
    assert edited.warnings == ()
    assert texts(desk, evergreen.refill(desk, now=NOW + 1000 * DAY)) == ["In other words"]


def test_a_wording_that_another_post_has_is_not_used(desk: Desk) -> None:
    """Two equal texts that wait would make the network's refusal ambiguous."""
    out(desk, to="strict", again=["Taken", "Free"])
    queued(desk, "Taken", to="strict", rule=None)

    assert texts(desk, evergreen.refill(desk, now=NOW + 100 * DAY)) == ["Free"]


def test_elsewhere_wordings_are_used_in_turn(desk: Desk) -> None:
    """Beginning again with the first; an account's own wording is its first."""
    out(desk, "For all", rule="rest 1 day", text_for={"wall": "For the wall"}, again=["Two"])
    now, seen = NOW, []
    for _ in range(4):
        now += DAY
        back = evergreen.refill(desk, now=now)
        seen += texts(desk, back)
        published(desk, back[0], now)

    assert seen == ["Two", "For the wall", "Two", "For the wall"]


def test_its_pictures_come_back_with_it(desk: Desk, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Those in the workspace, wherever the first ones lay; a picture that is gone keeps the post away."""
    picture(tmp_path / "elsewhere" / "ring.png")
    original = out(desk, media=[{"path": "elsewhere/ring.png", "alt": "A ring"}], rule="rest 1 day")
    (tmp_path / "elsewhere" / "ring.png").unlink()
    (back,) = evergreen.refill(desk, now=NOW + 60 * DAY)
    assert row(desk, back).content["media"] == row(desk, original.deliveries[0]).content["media"] != []
    published(desk, back, NOW + 61 * DAY)

    for path in (desk.settings.state / "media").iterdir():
        path.unlink()
    assert evergreen.refill(desk, now=NOW + 200 * DAY) == []
    assert "is gone from the media folder" in caplog.text


@pytest.mark.parametrize("state", ["dropped", "held", "taken back"])
def test_a_person_can_end_it(desk: Desk, state: str) -> None:
    """By dropping what came back, by holding it, or by taking a published one back."""
    original = out(desk, rule="rest 1 day")
    if state == "taken back":
        with desk.store.write() as connection:
            connection.execute(models.delivery.update().values(taken_down_at=NOW))
    else:
        (back,) = evergreen.refill(desk, now=NOW + DAY)
        act = {"dropped": changing.drop, "held": changing.hold}[state]
        act(desk, [str(back)], now=NOW + DAY)

    assert evergreen.refill(desk, now=NOW + 100 * DAY) == []
    assert original.post == 1


def test_what_is_taken_down_by_rule_comes_back(desk: Desk) -> None:
    """Nobody has taken it back."""
    out(desk, take_down_after="24h")
    with desk.store.write() as connection:
        connection.execute(models.delivery.update().values(taken_down_at=NOW + DAY))

    assert len(evergreen.refill(desk, now=NOW + 60 * DAY)) == 1


def test_it_does_not_come_back_after_its_last_day(desk: Desk) -> None:
    """A bound holds for every repetition."""
    out(desk, not_after="2027-03-01")

    assert evergreen.refill(desk, now=NOW + 150 * DAY) == []
    assert len(evergreen.refill(desk, now=NOW + 60 * DAY)) == 1


def test_a_held_account_gets_nothing(desk: Desk) -> None:
    """It would pile up there."""
    out(desk)
    with desk.store.write() as connection:
        accounts.hold(connection, "wall", "wall", held=True)

    assert evergreen.refill(desk, now=NOW + 100 * DAY) == []


def test_every_wording_is_checked_when_it_is_queued(desk: Desk) -> None:
    """What the network would refuse later is refused now, by its place, and nothing is stored."""
    before = everything(desk)
    with pytest.raises(PostRefused) as refused:
        queued(desk, again=["Fine", "x" * 51])

    assert [(problem.field, "50" in str(problem.message)) for problem in refused.value.problems] == [("again[1]", True)]
    assert everything(desk) == before


def test_the_rule_can_be_changed_when_all_is_out(desk: Desk) -> None:
    """It can also be taken away, and with it the wordings; what is wrong changes nothing."""
    added = out(desk, again=["Other words"])
    root, post = desk.settings.folder, f"p{added.post}"
    with pytest.raises(PostRefused, match="50 characters"):
        editing.edit(desk, post, editing.Edit(changes={"again": ["x" * 51]}, root=root), now=NOW)

    editing.edit(desk, post, editing.Edit(changes={"evergreen": "rest 10 days"}, root=root), now=NOW)
    assert len(evergreen.refill(desk, now=NOW + 10 * DAY)) == 1
    editing.edit(desk, post, editing.Edit(changes={"evergreen": None}, root=root), now=NOW)
    assert not {"evergreen", "again"} & row(desk, added.deliveries[0]).fields.keys()


def test_two_daemons_bring_it_back_once(desk: Desk) -> None:
    """The second looks again inside its own transaction."""
    out(desk)
    with desk.store.read() as connection:
        assert evergreen._rested(connection, "wall", NOW + 60 * DAY)
    assert len(evergreen.refill(desk, now=NOW + 60 * DAY)) == 1
    assert evergreen.refill(desk, now=NOW + 60 * DAY) == []


def test_a_store_without_such_posts_stays_as_it_is(desk: Desk) -> None:
    """Nothing is written where nothing comes back."""
    published(desk, queued(desk, rule=None).deliveries[0])
    before = list(export_lines(desk))

    assert evergreen.refill(desk, now=NOW + 1000 * DAY) == []
    assert list(export_lines(desk)) == before


@pytest.mark.parametrize(
    ("written", "rule"),
    [
        ("rest 60 days, 3 times", Evergreen(60 * DAY, 3)),
        ("3 times, rest 60 days", Evergreen(60 * DAY, 3)),
        ("Rest 4 weeks", Evergreen(28 * DAY)),
        ("every 36h, 10x", Evergreen(timedelta(hours=36), 10)),
    ],
)
def test_a_rule_is_read_as_people_write_it(written: str, rule: Evergreen) -> None:
    """In any order; what is written back is read alike."""
    assert Evergreen.parse(written) == rule
    assert Evergreen.parse(rule.written) == rule


@pytest.mark.parametrize(
    "written",
    ["often", "3 times", "rest 60", "rest 1h", "rest 60 days, 1 times", "rest 60 days, rest 2 days", "rest 60 days, 5000 times", "60 days"],
)
def test_what_is_no_rule_is_refused(written: str) -> None:
    """With what a rule looks like."""
    with pytest.raises(fields.FieldRefused):
        Evergreen.parse(written)


def test_other_words_without_a_rule_are_refused() -> None:
    """They would never be used."""
    with pytest.raises(fields.FieldsRefused, match="evergreen"):
        fields.read({"text": "x", "again": ["y"]})
