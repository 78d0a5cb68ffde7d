"""What goes with a post besides its words: links' cards and previews, audiences, covers, invitations."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest

import evenly_facebook as facebook
from evenly.plugin import Found, Part, PostRejected, Prepared, TryLater
from tests.plugins.facebook.conftest import JPEG, Desk
from tests.plugins.facebook.endpoints import parameters

SHOP = "https://shop.example/rings"
CARDS = [
    {"link": f"{SHOP}/one", "picture": "https://shop.example/one.jpg", "title": "One", "description": "90 €"},
    {"link": f"{SHOP}/two", "picture": "https://shop.example/two.jpg"},
]


def chosen(**options: Any) -> dict[str, Any]:
    """Options as the core hands them over: checked, then stored as JSON."""
    model = facebook.network().options
    assert model is not None
    return model(**options).model_dump(mode="json", exclude_unset=True)


def last(desk: Desk) -> dict[str, str]:
    return parameters(desk.seen[-1])


# ── links ──


def test_a_carousel_shows_a_card_for_each_link(desk: Desk) -> None:
    """The post's own link stands at its end."""
    desk.publish(Part(text="Two rings", link=SHOP, options=chosen(carousel=CARDS, end_card=False)))
    one, two = (json.loads(last(desk)[f"child_attachments[{number}]"]) for number in (0, 1))
    assert one == {"link": f"{SHOP}/one", "picture": "https://shop.example/one.jpg", "name": "One", "description": "90 €"}
    assert two == {"link": f"{SHOP}/two", "picture": "https://shop.example/two.jpg"}
    assert (last(desk)["link"], last(desk)["multi_share_end_card"]) == (SHOP, "false")


def test_a_lost_carousel_is_found(desk: Desk) -> None:
    """As a post with these words and this link."""
    part = Part(text="Two rings", link=SHOP, options=chosen(carousel=CARDS))
    first = desk.clock.now()
    out = desk.publish(part)
    found = desk.find(part, Prepared(), first=first)
    assert isinstance(found, Found)
    assert found.published.remote_id == out.remote_id


def test_a_link_has_a_preview_of_its_own_and_a_button(desk: Desk) -> None:
    """For links that the Page owns; the button leads where the link does."""
    preview = {"title": "Rings", "picture": "https://shop.example/ring.jpg"}
    desk.publish(Part(text="Look", link=SHOP, options=chosen(preview=preview, button="SHOP_NOW")))
    assert last(desk) == {
        "message": "Look",
        "link": SHOP,
        "name": "Rings",
        "picture": "https://shop.example/ring.jpg",
        "call_to_action": f'{{"type":"SHOP_NOW","value":{{"link":"{SHOP}"}}}}',
    }


# ── audiences ──


@pytest.mark.parametrize("kind", ["text", "video", "reel"])
def test_an_audience_goes_with_posts_videos_and_reels(desk: Desk, kind: str) -> None:
    """As Meta's own objects, without what was left open."""
    options = chosen(
        targeting={"geo_locations": {"countries": ["FR", "BE"]}, "age_min": 18},
        feed_targeting={"genders": [2], "geo_locations": {"cities": [{"key": 774208}], "zips": None}},
    )
    part = {
        "text": Part(text="Here", options=options),
        "video": Part(media=(desk.video(),), options=options),
        "reel": Part(format="reel", media=(desk.upright(),), options=options),
    }[kind]
    desk.publish(part)
    assert json.loads(last(desk)["targeting"]) == {"geo_locations": {"countries": ["FR", "BE"]}, "age_min": 18}
    assert json.loads(last(desk)["feed_targeting"]) == {"genders": [2], "geo_locations": {"cities": [{"key": 774208}]}}


def test_a_category_and_the_label_go_with_a_feed_video(desk: Desk) -> None:
    """In the finishing call."""
    desk.publish(Part(text="How", media=(desk.video(),), options=chosen(category="FAMILY", ai_generated=True)))
    assert (last(desk)["content_category"], last(desk)["is_ai_generated"]) == ("FAMILY", "true")


def test_the_label_goes_with_the_story_of_a_video(desk: Desk) -> None:
    """The only thing that may be said of a story."""
    desk.publish(Part(format="story", media=(desk.upright(),), options=chosen(ai_generated=True)))
    assert last(desk).keys() == {"upload_phase", "video_id", "is_ai_generated"}


# ── covers ──


def cover(desk: Desk, content: bytes = JPEG) -> str:
    path = desk.folder / "cover.jpg"
    path.write_bytes(content)
    return str(path)


def test_a_feed_video_takes_its_cover_with_it(desk: Desk) -> None:
    """In the very call that publishes it."""
    part = Part(media=(desk.video(),), options=chosen(cover=cover(desk)))
    out = desk.publish(part)
    assert last(desk)["thumb"] == f"<{len(JPEG)} bytes>"
    assert desk.server.world.videos[out.remote_id].cover == JPEG


def test_a_reel_has_its_cover_before_it_is_out(desk: Desk) -> None:
    """One step of the preparation."""
    part = Part(format="reel", media=(desk.upright(),), options=chosen(cover=cover(desk)))
    prepared = desk.prepare(part)
    assert desk.server.world.videos[prepared.data["video"]].cover == JPEG
    assert last(desk) == {"is_preferred": "true", "source": f"<{len(JPEG)} bytes>"}
    assert desk.server.public() == []


@pytest.mark.parametrize("content", [None, b"no picture", JPEG + bytes(10_000_000)])
@pytest.mark.parametrize("format_", ["post", "reel"])
def test_a_cover_that_cannot_be_had_is_told_before_anything_is_out(desk: Desk, format_: str, content: bytes | None) -> None:
    """By its path: gone, no picture, or too large."""
    path = cover(desk, content or b"")
    if content is None:
        (desk.folder / "cover.jpg").unlink()
    media = desk.upright() if format_ == "reel" else desk.video()
    with pytest.raises(PostRejected, match=r"cover\.jpg") as refused:
        desk.prepare(Part(format=format_, media=(media,), options=chosen(cover=path)))
    assert refused.value.problem is not None
    assert refused.value.problem.field == "options.cover"
    assert desk.server.public() == []


def test_a_cover_does_not_make_the_visible_call_slow(desk: Desk) -> None:
    """What is staged may be larger than what is sent with the call that nobody may lose."""
    path = cover(desk, JPEG + bytes(1_000_000))
    assert desk.prepare(Part(format="reel", media=(desk.upright(),), options=chosen(cover=path))).ready
    with pytest.raises(PostRejected, match="up to 1 MB"):
        desk.prepare(Part(media=(desk.video(),), options=chosen(cover=path)))


# ── invitations ──


def invitations(desk: Desk) -> list[str]:
    return [parameters(each)["target_id"] for each in desk.seen if each.method == "POST" and each.url.path.endswith("/collaborators")]


def test_other_pages_are_invited_before_the_reel_is_out(desk: Desk) -> None:
    """One a step, after the cover; once invited they publish it as soon as it is."""
    part = Part(format="reel", media=(desk.upright(),), options=chosen(cover=cover(desk), collaborators=[501, "502"]))
    prepared = desk.prepare(part)
    assert prepared.data["dressed"] == ["cover", "501", "502"]
    assert set(desk.server.world.videos[prepared.data["video"]].invited) == {"501", "502"}
    assert invitations(desk) == ["501", "502"]
    assert desk.server.public() == []
    assert desk.publish(part, prepared=prepared).remote_id == prepared.data["video"]


def test_an_invitation_whose_answer_was_lost_is_found_in_the_list(desk: Desk) -> None:
    """The second one is refused, and the first is there."""
    part = Part(format="reel", media=(desk.upright(),), options=chosen(collaborators="501,502"))
    prepared = desk.prepare(part)
    for done in ([], ["501"]):
        again = replace(prepared, ready=False, data={**prepared.data, "dressed": done})
        assert desk.step(part, again).data["dressed"] == [*done, "501" if not done else "502"]
    assert len(desk.server.world.videos[prepared.data["video"]].invited) == 2


def test_a_page_that_cannot_be_invited_is_told(desk: Desk) -> None:
    """In Facebook's words, before the reel is out."""
    own = desk.account.settings["page_id"]
    part = Part(format="reel", media=(desk.upright(),), options=chosen(collaborators=f"501,{own}"))
    with pytest.raises(PostRejected, match="cannot be invited"):
        desk.prepare(part)


def test_no_more_than_ten_invitations_a_day(desk: Desk) -> None:
    """The eleventh waits."""
    for number in (10, 20):
        part = Part(format="reel", media=(desk.upright(),), options=chosen(collaborators=",".join(str(number + each) for each in range(6))))
        if number == 10:
            desk.prepare(part)
            continue
        with pytest.raises(TryLater):
            desk.prepare(part)
        desk.clock.advance(timedelta(days=1, minutes=1))
        assert desk.prepare(part).ready


def test_a_reel_that_is_not_known_yet_gets_nothing(open_desk: Callable[..., Desk]) -> None:
    """It waits until Facebook knows what it has just made."""
    desk = open_desk(fresh=timedelta(minutes=2))
    prepared = desk.prepare(Part(format="reel", media=(desk.upright(),), options=chosen(collaborators="501")))
    assert prepared.data["dressed"] == ["501"]


def test_a_cover_that_is_not_confirmed_is_set_again(desk: Desk) -> None:
    """`success` must be true."""
    part = Part(format="reel", media=(desk.upright(),), options=chosen(cover=cover(desk)))
    unclear = httpx.Response(200, json={"success": False})
    desk.instead = lambda request: unclear if request.url.path.endswith("/thumbnails") else None
    with pytest.raises(TryLater):
        desk.prepare(part)
