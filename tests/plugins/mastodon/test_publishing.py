"""Publishing through the hooks, against the stand-in: everything reaches the public as it was meant, once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest

from evenly.plugin import (
    Account,
    Credentials,
    Duplicate,
    Found,
    NetworkError,
    Part,
    PostRejected,
    PrepareAgain,
    Prepared,
    Published,
    SignInNeeded,
    TryLater,
)
from evenly_mastodon.standing_in.state import Token
from tests.plugins.mastodon.conftest import Desk


def test_a_post_is_public_with_text_link_picture_and_description(desk: Desk) -> None:
    """One upload, one visible call."""
    part = Part(text="Polishing day", link="https://atelier.example/blog", media=(desk.picture(),), language="en")

    published = desk.publish(part)

    (remote,) = desk.server.public()
    assert (published.remote_id, published.url) == (remote.remote_id, remote.url)
    assert remote.text == "Polishing day\nhttps://atelier.example/blog"
    assert remote.alts == ("A silver ring on slate",)
    assert [request.url.path for request in desk.seen] == ["/api/v2/media", "/api/v1/statuses"]


def test_options_reach_the_server(desk: Desk) -> None:
    """Warning, visibility and language are kept with the status."""
    desk.publish(Part(text="Hallo", options={"content_warning": "Metal", "visibility": "private", "language": "de"}))

    (note,) = desk.server.state.notes.values()
    assert (note.warning, note.visibility, note.language, note.sensitive) == ("Metal", "private", "de", True)


def test_a_poll_is_published(desk: Desk) -> None:
    """Its answers and its end."""
    desk.publish(Part(text="Which?", format="poll", options={"poll": {"options": ["gold", "silver"], "expires_in": "1d"}}))

    (note,) = desk.server.state.notes.values()
    assert note.poll is not None
    assert [each["title"] for each in note.poll["options"]] == ["gold", "silver"]


def test_a_thread_hangs_together_and_is_unlisted_after_its_first_part(desk: Desk) -> None:
    """Each part answers the one before it; the first comment answers the first."""
    root = desk.publish(Part(text="One"), key="1")
    second = desk.publish(Part(kind="reply", position=1, text="Two"), [root], key="2")
    desk.publish(Part(kind="reply", position=2, text="Three"), [root, second], key="3")
    desk.publish(Part(kind="comment", position=3, text="Ask us"), [root, second], key="4")

    notes = list(desk.server.state.notes.values())
    assert [note.parent for note in notes] == [None, root.remote_id, second.remote_id, root.remote_id]
    assert [note.visibility for note in notes] == ["public", "unlisted", "unlisted", "unlisted"]


def test_a_thread_stops_when_its_parent_is_gone(desk: Desk) -> None:
    """A reply whose parent was deleted never goes out as a post of its own."""
    gone = Published(remote_id="404", data={"kind": "post", "parent": None})

    with pytest.raises(PostRejected, match="the thread stops here"):
        desk.publish(Part(kind="reply", position=1, text="Two"), [gone])
    assert desk.server.public() == []


def test_the_same_key_gives_the_same_post_within_the_hour(desk: Desk) -> None:
    """The server keeps it so long, whatever the text says by then."""
    first = desk.publish(Part(text="Once"), key="k")

    assert first.remote_id == desk.publish(Part(text="Once"), key="k").remote_id
    desk.clock.advance(timedelta(minutes=61))
    assert first.remote_id != desk.publish(Part(text="Once"), key="k").remote_id


def test_a_key_of_a_deleted_post_is_never_a_reason_to_publish_again(desk: Desk) -> None:
    """A 404 without a missing parent says that the post was out and was taken back."""
    desk.publish(Part(text="Once"), key="k")
    desk.server.state.notes.clear()

    with pytest.raises(Duplicate, match="deleted since"):
        desk.publish(Part(text="Once"), key="k")


def test_a_slow_video_is_looked_at_until_it_is_ready(desk: Desk) -> None:
    """Each look is one step, the pauses between them grow, and what was uploaded expires before the server removes it."""
    part = Part(text="Watch", media=(desk.video(),))
    steps, prepared = [], None
    while prepared is None or not prepared.ready:
        with desk.http() as http:
            import evenly_mastodon

            prepared = evenly_mastodon.prepare(desk.account, part, prepared, http)
        steps.append(prepared)
        desk.clock.advance(prepared.look_again if isinstance(prepared.look_again, timedelta) else timedelta(0))

    pauses = [step.look_again for step in steps[:-1]]
    assert pauses[:3] == [timedelta(seconds=2), timedelta(seconds=3), timedelta(seconds=4.5)]
    assert prepared.expires_at is not None
    assert desk.publish(part, prepared=prepared).remote_id
    assert [request.method for request in desk.seen] == ["POST", "GET", "GET", "GET", "POST"]


def test_several_pictures_are_uploaded_one_a_step(desk: Desk) -> None:
    """A step that is lost costs one upload at most."""
    part = Part(text="Rings", media=tuple(desk.picture(f"{number}.png", alt=str(number)) for number in range(4)))

    desk.publish(part)

    (remote,) = desk.server.public()
    assert remote.alts == ("0", "1", "2", "3")


def test_a_part_without_media_needs_no_preparing(desk: Desk) -> None:
    """No call is made for it."""
    assert desk.prepare(Part(text="Hello")) == Prepared()
    assert desk.seen == []


def test_a_file_the_server_cannot_read_is_refused(desk: Desk) -> None:
    """A person has to choose another one."""
    part = Part(text="Ring", media=(desk._file("ring.png", b"not a picture", kind="picture", mime="image/png"),))

    with pytest.raises(PostRejected):
        desk.prepare(part)


def test_a_file_that_is_gone_is_named(desk: Desk) -> None:
    """Not by a traceback."""
    media = desk.picture()
    media.path.unlink()

    with pytest.raises(PostRejected, match=r"ring\.png is gone"):
        desk.prepare(Part(text="Ring", media=(media,)))


def test_a_server_without_the_newer_upload_gets_the_older(desk: Desk) -> None:
    """`/api/v1/media` answers when the file is ready."""
    desk.answer_instead = lambda request: httpx.Response(404, json={"error": "Not Found"}) if "/v2/media" in request.url.path else None

    desk.publish(Part(text="Ring", media=(desk.picture(),)))

    assert [request.url.path for request in desk.seen] == ["/api/v2/media", "/api/v1/media", "/api/v1/statuses"]


def test_an_upload_that_was_swept_away_is_made_again(desk: Desk) -> None:
    """A look at it says 404."""
    part = Part(text="Watch", media=(desk.video(),))
    with desk.http() as http:
        import evenly_mastodon

        begun = evenly_mastodon.prepare(desk.account, part, None, http)
        desk.server.state.uploads.clear()
        with pytest.raises(PrepareAgain):
            evenly_mastodon.prepare(desk.account, part, begun, http)


def test_an_upload_that_never_gets_ready_is_given_up(desk: Desk) -> None:
    """After half an hour it is uploaded anew."""
    desk.server.state.processing = timedelta(days=1)

    with pytest.raises(PrepareAgain, match="30 minutes"):
        desk.prepare(Part(text="Watch", media=(desk.video(),)))


def test_media_that_fail_in_the_servers_hands_are_refused(desk: Desk) -> None:
    """A look at them says 422."""
    desk.answer_instead = lambda request: (
        httpx.Response(422, json={"error": "?"}) if request.method == "GET" and "/media/" in request.url.path else None
    )

    with pytest.raises(PostRejected):
        desk.prepare(Part(text="Watch", media=(desk.video(),)))


def _ready(desk: Desk, part: Part) -> Prepared:
    """Uploads that are said to be ready, whatever the server thinks."""
    with desk.http() as http:
        import evenly_mastodon

        prepared: Prepared = evenly_mastodon.prepare(desk.account, part, None, http)
    return replace(prepared, ready=True, data={"media": [{**each, "ready": True} for each in prepared.data["media"]]})


def test_media_attached_too_early_mean_wait(desk: Desk) -> None:
    """The refusal looks like any other; the upload's own state tells."""
    part = Part(text="Watch", media=(desk.video(),))

    with pytest.raises(TryLater) as caught:
        desk.publish(part, prepared=_ready(desk, part))
    assert caught.value.wait == timedelta(seconds=5)


def test_media_that_are_gone_mean_prepare_again(desk: Desk) -> None:
    """Nothing is public, and the uploads are stale."""
    part = Part(text="Ring", media=(desk.picture(),))
    prepared = desk.prepare(part)
    desk.server.state.uploads.clear()

    with pytest.raises(PrepareAgain):
        desk.publish(part, prepared=prepared)


def test_media_that_an_earlier_attempt_has_used_name_the_post(gotosocial: Desk) -> None:
    """A server without keys refuses the second attempt: the first is found by its uploads and not made again."""
    part = Part(text="Ring", media=(gotosocial.picture(),))
    prepared = gotosocial.prepare(part)
    first = gotosocial.publish(part, prepared=prepared)

    again = gotosocial.publish(part, prepared=prepared)

    assert again.remote_id == first.remote_id
    assert len(gotosocial.server.public()) == 1


def test_a_real_refusal_stays_one(desk: Desk) -> None:
    """Good media do not excuse a text that is too long."""
    with pytest.raises(PostRejected, match="character limit"):
        desk.publish(Part(text="x" * 501, media=(desk.picture(),)))


def _with_scopes(desk: Desk, *scopes: str, claimed: tuple[str, ...] = ()) -> Account:
    held = desk.server.state.secret("narrow")
    desk.server.state.tokens[held] = Token(desk.server.state.people[0], frozenset(scopes), "app")
    return replace(desk.account, credentials=Credentials(access_token=held, scopes=claimed))


def test_a_missing_scope_asks_for_a_new_sign_in(desk: Desk) -> None:
    """The account waits until somebody allows more."""
    desk.account = _with_scopes(desk, "read:accounts")

    with pytest.raises(SignInNeeded):
        desk.publish(Part(text="Hello"))


@pytest.mark.parametrize(
    ("who", "expected"),
    [(None, PostRejected), (403, SignInNeeded), (401, SignInNeeded), (503, TryLater)],
)
def test_a_refusal_despite_the_scope_is_told_apart_by_a_second_look(desk: Desk, who: int | None, expected: type[NetworkError]) -> None:
    """A good sign-in was refused for what it sent; one that may do nothing at all needs a person at the server."""
    desk.account = _with_scopes(desk, "read", "write", claimed=("read", "write"))

    def forbid(request: httpx.Request) -> httpx.Response | None:
        if request.method == "POST":
            return httpx.Response(403, json={"error": "Cette action n’est pas autorisée"})
        return httpx.Response(who, json={"error": "?"}) if who and "verify_credentials" in request.url.path else None

    desk.answer_instead = forbid
    with pytest.raises(expected) as caught:
        desk.publish(Part(text="Hello"))
    assert type(caught.value) is not PostRejected or expected is PostRejected


def test_two_accounts_of_a_server_are_strangers(desk: Desk) -> None:
    """The key is kept per account."""
    other = replace(desk.account, credentials=desk.server.accounts[1].credentials)
    desk.publish(Part(text="Same"), key="k")
    desk.account = other

    second = desk.publish(Part(text="Same"), key="k")

    assert second.remote_id != desk.server.public()[0].remote_id
    assert not isinstance(desk.find(Part(text="Other"), first=desk.clock.now()), Found)


def test_nothing_secret_or_scheduled_is_ever_sent(desk: Desk) -> None:
    """No token in an address, and no `scheduled_at`: its answer would be no post."""
    desk.publish(Part(text="Ring", media=(desk.picture(),)))
    token: Any = desk.account.credentials and desk.account.credentials.access_token

    assert all(token not in str(request.url) for request in desk.seen)
    assert all(b"scheduled_at" not in request.content for request in desk.seen)
