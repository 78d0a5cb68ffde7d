"""The refusal of an equal text names the first post, and so settles a lost answer, where that can be ours."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from evenly.plugin import Duplicate, Part
from evenly_linkedin.sending import judged
from tests.plugins.linkedin.conftest import Desk, refused
from tests.plugins.linkedin.endpoints import contract

SENT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
NOW = SENT + timedelta(minutes=3)


def urn(at: datetime, kind: str = "share") -> str:
    return f"urn:li:{kind}:{int(at.timestamp() * 1000) << 22}"


def named(first: str | None, **known: datetime | timedelta) -> str | None:
    times = {"first_attempt": SENT, "now": NOW, **known}
    return judged(Duplicate(first), **times).remote_id  # type: ignore[arg-type]  # times and spans by name


@pytest.mark.parametrize("kind", ["share", "ugcPost", "activity"])
@pytest.mark.parametrize("after", [timedelta(minutes=-1), timedelta(0), timedelta(seconds=20), timedelta(minutes=2)])
def test_a_post_made_by_an_earlier_attempt_is_ours(kind: str, after: timedelta) -> None:
    """From the first attempt on, less what clocks may differ."""
    first = urn(SENT + after, kind)
    assert named(first) == first


def test_an_older_post_is_not_ours() -> None:
    """Somebody wrote the same before."""
    assert named(urn(SENT - timedelta(minutes=3))) is None


def test_a_post_as_young_as_the_refusal_does_not_exist() -> None:
    """After a deletion LinkedIn names ghosts, a new one for each try."""
    assert named(urn(NOW)) is None
    assert named(urn(NOW - timedelta(seconds=4)), took=timedelta(seconds=5)) is None
    assert named(urn(NOW - timedelta(seconds=8)), took=timedelta(seconds=5)) is not None


@pytest.mark.parametrize("first", ["urn:li:person:FAKEsub001", "urn:li:organization:1", None])
def test_other_names_prove_nothing(first: str | None) -> None:
    """They were seen in such refusals."""
    assert named(first) is None


@pytest.mark.parametrize("ahead", [timedelta(hours=-3), timedelta(hours=3)])
def test_linkedins_own_clock_counts(ahead: timedelta) -> None:
    """Ours may be wrong."""
    assert named(urn(SENT + ahead), server_time=NOW + ahead) is not None
    assert named(urn(SENT + ahead - timedelta(minutes=5)), server_time=NOW + ahead) is None
    assert named(urn(NOW + ahead), server_time=NOW + ahead) is None


def test_a_lost_answer_is_settled_by_the_same_call(member: Desk) -> None:
    """The whole of it: sent, lost, sent again within minutes, refused, known."""
    part, first = Part(text="Once"), member.clock.now()
    published = member.publish(part)
    member.clock.advance(timedelta(minutes=3))
    with pytest.raises(Duplicate) as settled:
        member.publish(part, first=first)
    assert settled.value.remote_id == published.remote_id
    assert len(member.server.public()) == 1
    creates = [each.content for each in member.seen if (each.method, each.url.path) == ("POST", "/rest/posts")]
    assert creates[0] == creates[1], "LinkedIn compares what is sent"


def test_what_was_written_before_is_named_for_the_person(member: Desk) -> None:
    """A genuine duplicate: they see where it is."""
    published = member.publish(Part(text="Every week"))
    member.clock.advance(timedelta(hours=1))
    with pytest.raises(Duplicate, match=published.remote_id) as duplicate:
        member.publish(Part(text="Every week"))
    assert duplicate.value.remote_id is None


def test_ghosts_of_deleted_posts_are_not_taken_over(open_desk: Callable[..., Desk]) -> None:
    """The person is told why."""
    desk = open_desk(member_first=True)
    desk.look()
    published = desk.publish(Part(text="Taken back"))
    desk.server.world.posts[published.remote_id].deleted = True
    desk.clock.advance(timedelta(minutes=1))
    with pytest.raises(Duplicate, match="deleted") as ghost:
        desk.publish(Part(text="Taken back"), first=desk.clock.now() - timedelta(minutes=1))
    assert ghost.value.remote_id is None


def test_the_recorded_refusal_is_understood(member: Desk) -> None:
    """As LinkedIn was seen to say it, on a first attempt years later: a duplicate, and not ours."""
    (case,) = [each for each in contract()["error_bodies"] if each["class"] == "duplicate"]
    member.instead = lambda _request: httpx.Response(422, json=case["body"])
    with pytest.raises(Duplicate, match="urn:li:share:7141138937766391808") as duplicate:
        member.publish(Part(text="x"))
    assert duplicate.value.remote_id is None


def test_another_422_is_no_duplicate(member: Desk) -> None:
    """Codes decide, not words."""
    member.instead = lambda _request: refused(422, said="Content is a duplicate of urn:li:share:7141138937766391808")
    with pytest.raises(Exception, match="refuses") as other:
        member.publish(Part(text="x"))
    assert not isinstance(other.value, Duplicate)
