"""Routes of the stand-in that tell about the server and its people."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from evenly_mastodon.servers import DEFAULT, PICTURES, VIDEOS
from evenly_mastodon.standing_in import rendering
from evenly_mastodon.standing_in.calling import Call
from evenly_mastodon.standing_in.state import HOST, Person, State
from evenly_mastodon.standing_in.wsgi import Answer, Refusal


def instance(call: Call) -> Answer:
    """`GET /api/v2/instance` and `/api/v1/instance`: the limits."""
    state = call.state
    told: dict[str, Any] = {
        "domain": HOST,
        "uri": HOST,
        "title": "Stand-in",
        "version": state.rules.version,
        "languages": ["en"],
        "configuration": _configuration(state),
    }
    return Answer(told | ({"api_versions": {"mastodon": 7}} if state.kind == "mastodon" else {}))


def webfinger(call: Call) -> Answer:
    """`GET /.well-known/webfinger?resource=acct:name@host`"""
    name = call.request.one("resource").removeprefix("acct:").partition("@")[0]
    person = next((each for each in call.state.people if each.username == name), None)
    if person is None:
        raise Refusal(HTTPStatus.NOT_FOUND, "Not Found")
    actor = f"https://{HOST}/users/{person.username}"
    return Answer({"subject": f"acct:{name}@{HOST}", "links": [{"rel": "self", "type": "application/activity+json", "href": actor}]})


def who(call: Call) -> Answer:
    """`GET /api/v1/accounts/verify_credentials`"""
    source = {"privacy": "public", "sensitive": False, "language": "en"}
    return Answer(_profile(call.state, call.token.person) | {"source": source})


def _profile(state: State, person: Person) -> dict[str, Any]:
    days = (state.clock.now() - person.joined).days
    return rendering.person(person) | {
        "followers_count": 120 + days // 3 + len(state.notes),
        "following_count": 80,
        "statuses_count": sum(note.author == person for note in state.notes.values()),
    }


def _configuration(state: State) -> dict[str, Any]:
    polls = state.rules.polls
    return {
        "statuses": {
            "max_characters": state.characters,
            "max_media_attachments": state.attachments,
            "characters_reserved_per_url": state.rules.link,
        },
        "media_attachments": {
            "supported_mime_types": sorted(PICTURES | VIDEOS),
            "description_limit": DEFAULT.alt,
            "image_size_limit": DEFAULT.picture.bytes,
            "image_matrix_limit": DEFAULT.picture.pixels,
            "video_size_limit": DEFAULT.video.bytes,
        },
        "polls": {
            "max_options": polls.options,
            "max_characters_per_option": polls.characters,
            "min_expiration": polls.shortest,
            "max_expiration": polls.longest,
        },
    }
