"""Posts that should not follow each other stand apart, as far as the mix and their turn allow it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as some

from evenly.spread import Account, Cadence, Placement, Plan, QueuedPost, edit, plan

NOW = datetime(2026, 12, 1, tzinfo=UTC)
PAGE = Account("page", cadence=Cadence(3, "day"))
MIXED = Account("page", cadence=Cadence(3, "day"), mix={"owned": Fraction(7, 10), "third-party": Fraction(3, 10)})

posts = some.lists(
    some.builds(
        lambda kind, priority, apart: (kind, priority, apart),
        some.sampled_from(["owned", "third-party"]),
        some.sampled_from([0, 0, 0, 1]),
        some.sampled_from([None, None, "promotion"]),
    ),
    min_size=1,
    max_size=40,
).map(lambda made: [QueuedPost(str(i), kind, None, i, priority, apart=apart) for i, (kind, priority, apart) in enumerate(made)])


def meetings(planned: Plan) -> int:
    return sum(one.apart is not None and one.apart == other.apart for one, other in pairwise(planned.placements))


def order(planned: Plan) -> list[str]:
    return [placement.id for placement in planned.placements]


def test_a_block_of_promotions_is_drawn_apart() -> None:
    """Four promotions written in a row, with as many other posts behind them: none follows another."""
    queue = [QueuedPost(str(i), seq=i, apart="promotion" if i < 4 else None) for i in range(8)]

    assert meetings(plan(PAGE, queue, NOW)) == 0


def test_only_promotions_stay_in_their_order() -> None:
    """Where nothing else is there, nothing can be avoided, and first come goes first."""
    queue = [QueuedPost(str(i), seq=i, apart="promotion") for i in range(5)]

    assert order(plan(PAGE, queue, NOW)) == ["0", "1", "2", "3", "4"]


def test_a_pinned_promotion_keeps_the_others_off() -> None:
    """The pin stays; what stands beside it is another post."""
    pin = QueuedPost("pin", seq=9, pinned_at=NOW + timedelta(hours=14), apart="promotion")
    queue = [pin, *(QueuedPost(str(i), seq=i, apart="promotion" if i < 2 else None) for i in range(6))]

    planned = plan(PAGE, queue, NOW)

    assert meetings(planned) == 0
    assert next(placement.time for placement in planned.placements if placement.id == "pin") == NOW + timedelta(hours=14)


def test_a_promotion_that_would_expire_goes_first_all_the_same() -> None:
    """Better two in a row than one that is lost."""
    soon = NOW + timedelta(hours=20)
    queue = [QueuedPost(str(i), seq=i, apart="promotion", expires=soon) for i in range(3)]
    queue += [QueuedPost(str(i), seq=i) for i in range(3, 6)]

    planned = plan(PAGE, queue, NOW)

    assert not planned.unplaced
    assert all(placement.time <= soon for placement in planned.placements if placement.apart)


@given(posts)
def test_the_mix_and_priority_do_not_pay_for_it(queue: list[QueuedPost]) -> None:
    """Every place keeps its kind and priority; nobody is lost; never more meetings than without; the others keep their order."""
    plain = plan(MIXED, [QueuedPost(post.id, post.kind, post.topic, post.seq, post.priority) for post in queue], NOW)
    planned = plan(MIXED, queue, NOW)
    by_name = {post.id: post for post in queue}

    def shape(each: Plan) -> list[object]:
        return [(placement.time, placement.kind, by_name[placement.id].priority) for placement in each.placements]

    def words(each: Plan) -> list[str | None]:
        return [by_name[placement.id].apart for placement in each.placements]

    assert shape(planned) == shape(plain)
    assert sorted(order(planned)) == sorted(order(plain))
    assert meetings(planned) <= sum(one is not None and one == other for one, other in pairwise(words(plain)))


def test_what_comes_in_later_is_drawn_apart_beyond_the_committed_time_only() -> None:
    """Promotions added one after the other follow each other inside the committed time, and not behind it."""
    queue = [QueuedPost(str(i), seq=i, apart="promotion" if i % 6 < 2 else None) for i in range(30)]
    kept = plan(PAGE, [QueuedPost(post.id, seq=post.seq) for post in queue], NOW)
    standing = tuple(Placement(p.id, p.account, p.time, apart="promotion" if int(p.id) % 6 < 2 else None) for p in kept.placements)
    committed = NOW + timedelta(days=3)

    changed = edit(PAGE, queue, NOW, Plan("page", standing, anchor=kept.anchor), committed_until=committed)

    before = [placement.id for placement in standing if placement.time <= committed]
    assert order(changed)[: len(before)] == before
    later = Plan("page", tuple(placement for placement in changed.placements if placement.time > committed))
    assert meetings(later) == 0
    assert {placement.time for placement in changed.placements} == {placement.time for placement in standing}


def test_promotions_that_come_last_go_between_those_before() -> None:
    """Six others and then three promotions: none follows another, and the six keep their order."""
    queue = [QueuedPost(str(i), seq=i, apart="promotion" if i > 5 else None) for i in range(9)]

    planned = plan(PAGE, queue, NOW)

    assert meetings(planned) == 0
    assert [name for name in order(planned) if int(name) < 6] == ["0", "1", "2", "3", "4", "5"]
