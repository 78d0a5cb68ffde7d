"""Stories: one photo or one video, seen for a day, found again by its media's id."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest

from evenly.plugin import Absent, CannotTell, Found, Part, Prepared
from tests.plugins.facebook.conftest import Desk
from tests.plugins.facebook.endpoints import parameters

PAGE = "100000000000001"


def posts(desk: Desk) -> list[tuple[str, dict[str, str]]]:
    return [(each.url.path.split("/", 2)[2], parameters(each)) for each in desk.seen if each.method == "POST"]


def test_a_photo_is_staged_and_then_shown_as_a_story(desk: Desk) -> None:
    """Unpublished first, so that its id settles a lost answer."""
    part = Part(format="story", media=(desk.photo(),))
    prepared = desk.prepare(part)
    assert desk.server.public() == []
    desk.publish(part, prepared=prepared)
    (photo,) = prepared.data["photos"]
    staged = {"published": "false", "alt_text_custom": "A ring on slate", "source": f"<{part.media[0].bytes} bytes>"}
    assert posts(desk) == [(f"{PAGE}/photos", staged), (f"{PAGE}/photo_stories", {"photo_id": photo})]


def test_a_video_goes_up_by_a_session_and_is_then_shown_as_a_story(desk: Desk) -> None:
    """The bytes go to the address that the network names, never in a form."""
    part = Part(format="story", media=(desk.upright(),))
    prepared = desk.prepare(part)
    assert desk.server.public() == []
    desk.publish(part, prepared=prepared)
    video = prepared.data["video"]
    assert posts(desk) == [
        (f"{PAGE}/video_stories", {"upload_phase": "start"}),
        (f"v25.0/{video}", {}),
        (f"{PAGE}/video_stories", {"upload_phase": "finish", "video_id": video}),
    ]


def test_a_video_story_waits_until_the_video_is_worked_off(open_desk: Callable[..., Desk]) -> None:
    """Nobody sees a story that is not ready."""
    desk = open_desk(processing=timedelta(minutes=2))
    begun = desk.clock.now()
    part = Part(format="story", media=(desk.upright(),))
    out = desk.publish(part)
    assert desk.clock.now() - begun >= timedelta(minutes=2)
    assert [each.remote_id for each in desk.server.public()] == [out.remote_id]


def test_a_story_of_other_media_is_not_ours(desk: Desk) -> None:
    """The media's id decides: stories have no words."""
    desk.publish(Part(format="story", media=(desk.photo("other.jpg"),)))
    part = Part(format="story", media=(desk.photo(),))
    assert desk.find(part, desk.prepare(part)) == Absent()


@pytest.mark.parametrize(
    ("told", "outcome"),
    [
        ({"status": {"video_status": "ready", "processing_phase": {"status": "complete"}}}, Absent()),
        ({"status": {"processing_phase": {"status": "in_progress"}}}, CannotTell(timedelta(minutes=1))),
        ({"status": {"publishing_phase": {"status": "in_progress"}}}, CannotTell(timedelta(minutes=1))),
        ({"status": {"publishing_phase": {"status": "complete", "publish_status": "published"}}}, CannotTell(timedelta(minutes=1))),
        ({"published": True}, CannotTell(timedelta(minutes=1))),
    ],
)
def test_a_video_that_may_go_out_yet_leaves_it_open(desk: Desk, told: dict[str, object], outcome: object) -> None:
    """The list shows a story only when its video has been worked off."""
    part = Part(format="story", media=(desk.upright(),))
    prepared = desk.prepare(part)
    video = prepared.data["video"]
    desk.instead = lambda request: httpx.Response(200, json={"id": video, **told}) if request.url.path.endswith(video) else None
    assert desk.find(part, prepared) == outcome


def test_a_lost_story_is_found_in_the_list(desk: Desk) -> None:
    """With its own id and address, of which the figures know."""
    part = Part(format="story", media=(desk.photo(),))
    prepared, first = desk.prepare(part), desk.clock.now()
    out = desk.publish(part, prepared=prepared)
    assert desk.find(part, prepared, first=first) == Found(
        type(out)(remote_id=out.remote_id, url=out.url, at=desk.clock.now(), data={"kind": "story"})
    )


def test_a_story_that_lost_its_post_id_is_not_absent(desk: Desk) -> None:
    """An item without an id makes the list incomplete."""
    desk.instead = lambda _: httpx.Response(200, json={"data": [{"media_id": "31", "creation_time": "1"}]})
    assert desk.find(Part(format="story", media=(desk.photo(),)), Prepared(data={"photos": ["31"]})) == CannotTell(timedelta(minutes=1))


def test_a_story_has_the_newer_figure_of_reach_where_it_is_given(open_desk: Callable[..., Desk]) -> None:
    """Else the older one; none of these names is confirmed, and a dead one costs itself only."""
    for dead in ({"PAGE_STORY_TOTAL_MEDIA_VIEW_UNIQUE"}, {"page_story_impressions_by_story_id_unique"}):
        desk = open_desk(dead=dead)
        story = desk.publish(Part(format="story", media=(desk.photo(),)))
        desk.clock.advance(timedelta(days=1))
        assert desk.figures(story)[story.remote_id]["reach"] > 0
