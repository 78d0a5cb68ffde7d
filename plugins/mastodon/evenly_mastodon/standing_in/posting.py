"""Routes of the stand-in for statuses and media. It is strict where Mastodon is strict, with GoToSocial's ways on request."""

from __future__ import annotations

import re
from datetime import timedelta
from http import HTTPStatus
from typing import Any, Literal

from evenly_mastodon import counting
from evenly_mastodon.servers import KEY_KEPT
from evenly_mastodon.standing_in import rendering
from evenly_mastodon.standing_in.calling import Call
from evenly_mastodon.standing_in.state import HOST, Note, State, Token, Upload
from evenly_mastodon.standing_in.wsgi import Answer, Refusal

_MAGIC: tuple[tuple[re.Pattern[bytes], Literal["image", "gifv", "video"]], ...] = (
    (re.compile(rb"\xff\xd8\xff"), "image"),
    (re.compile(rb"\x89PNG\r\n\x1a\n"), "image"),
    (re.compile(rb"GIF8[79]a"), "gifv"),
    (re.compile(rb"RIFF....WEBP", re.DOTALL), "image"),
    (re.compile(rb"....ftyp(?!avif|heic|heif|mif1)", re.DOTALL), "video"),
    (re.compile(rb"....ftyp", re.DOTALL), "image"),
    (re.compile(rb"\x1a\x45\xdf\xa3"), "video"),
)
_LARGEST = {"image": 16 * 2**20, "gifv": 16 * 2**20, "video": 99 * 2**20}
_LONGEST_ALT = 1_500
_MANY = 20
_PAGE = 40


def upload(call: Call) -> Answer:
    """`POST /api/v1/media` and `/api/v2/media`: 202 where the file is worked on first."""
    state, token, request = call.state, call.token, call.request
    file = request.files.get("file")
    if file is None:
        raise Refusal(HTTPStatus.BAD_REQUEST, "Param is missing or the value is empty: file")
    kind = _kind(file.content)
    if kind is None or len(file.content) > _LARGEST[kind]:
        raise Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, "Validation failed: File content type is invalid")
    description = request.fields.get("description") or None
    if description and len(description) > _LONGEST_ALT:
        raise Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, "Validation failed: Description is too long")
    slow = kind != "image" and request.path.startswith("/api/v2/") and bool(state.processing)
    ready_at = state.clock.now() + (state.processing if slow else timedelta(0))
    made = Upload(state.new_id(), token.person, kind, description, ready_at)
    state.uploads[made.id] = made
    return Answer(rendering.upload(state, made), HTTPStatus.ACCEPTED if slow else HTTPStatus.OK)


def media(call: Call) -> Answer:
    """`GET /api/v1/media/:id`, for own files that no status has yet."""
    state, made = call.state, call.state.uploads.get(call.id)
    if made is None or made.owner != call.token.person or made.status is not None:
        raise _not_found()
    ready = state.clock.now() >= made.ready_at
    return Answer(rendering.upload(state, made), HTTPStatus.OK if ready else HTTPStatus.PARTIAL_CONTENT)


def create(call: Call) -> Answer:
    """`POST /api/v1/statuses`. A key that was used within the hour gives the earlier status, whatever the body says."""
    state, token = call.state, call.token
    key = call.request.headers.get("idempotency-key")
    earlier = state.keys.get((token.person.id, key)) if key and state.keeps_keys else None
    if earlier and state.clock.now() < earlier[1] + KEY_KEPT:
        return Answer(rendering.note(state, _visible(state, token, earlier[0])))
    note = _new_note(state, token, call.request.fields)
    state.notes[note.id] = note
    for file in note.media:
        file.status = note.id
    if key:
        state.keys[token.person.id, key] = note.id, state.clock.now()
    return Answer(rendering.note(state, note))


def status(call: Call) -> Answer:
    return Answer(rendering.note(call.state, _visible(call.state, call.token, call.id)))


def several(call: Call) -> Answer:
    """`GET /api/v1/statuses?id[]=…`, since 4.3; those that are gone are left out."""
    if call.state.kind != "mastodon":
        raise Refusal(HTTPStatus.METHOD_NOT_ALLOWED, "Method Not Allowed")
    asked = call.request.query.get("id", [])
    if len(asked) > _MANY:
        raise Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, "Too many ids")
    return Answer([rendering.note(call.state, note) for each in asked if (note := _seen(call.state, call.token, each))])


def source(call: Call) -> Answer:
    note = _own(call)
    return Answer({"id": note.id, "text": note.text, "spoiler_text": note.warning})


def delete(call: Call) -> Answer:
    note = _own(call)
    del call.state.notes[note.id]
    return Answer(rendering.note(call.state, note) | {"text": note.text})


def listed(call: Call) -> Answer:
    """`GET /api/v1/accounts/:id/statuses`, newest first, forty at most."""
    state, request = call.state, call.request
    asked, before = request.one("limit"), request.one("max_id")
    limit = min(int(asked) if asked.isdigit() else 20, _PAGE)
    notes = [note for note in reversed(state.notes.values()) if note.author.id == call.id and _seen(state, call.token, note.id)]
    page = [note for note in notes if not before or note.id < before][:limit]
    return Answer([rendering.note(state, note) for note in page], headers=_links(call, page, limit))


def _links(call: Call, page: list[Note], limit: int) -> dict[str, str]:
    base = f"https://{HOST}/api/v1/accounts/{call.id}/statuses?limit={limit}"
    further = [f'<{base}&max_id={page[-1].id}>; rel="next"'] if len(page) == limit else []
    return {"Link": ", ".join([*further, f'<{base}&min_id={page[0].id}>; rel="prev"'])} if page else {}


def _new_note(state: State, token: Token, fields: dict[str, Any]) -> Note:
    text, warning, poll = str(fields.get("status") or ""), str(fields.get("spoiler_text") or ""), fields.get("poll")
    parent = fields.get("in_reply_to_id")
    if parent is not None and _seen(state, token, str(parent)) is None:
        raise _not_found()
    files = _files(state, token, fields.get("media_ids") or [])
    if not (text.strip() or files or poll):
        raise _invalid(state, "Text can't be blank")
    if counting.length(text, warning=warning, rules=state.rules) > state.characters:
        raise _invalid(state, f"Text character limit of {state.characters} exceeded")
    visibility, language = fields.get("visibility") or "public", fields.get("language") or "en"
    if visibility not in {"public", "unlisted", "private", "direct"}:
        raise Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, "Validation failed: Visibility is not included in the list")
    if not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]+)*", str(language)):
        raise _invalid(state, "Language is invalid")
    return Note(
        id=state.new_id(),
        author=token.person,
        at=state.clock.now(),
        text=text,
        warning=warning,
        visibility=visibility,
        sensitive=bool(warning) or fields.get("sensitive") in {True, "true", "1"},
        language=str(language),
        parent=str(parent) if parent is not None else None,
        media=files,
        poll=_poll(state, poll, files) if poll else None,
        app=token.app,
    )


def _files(state: State, token: Token, ids: list[Any]) -> list[Upload]:
    if len(ids) > state.attachments:
        raise _invalid(state, f"Cannot attach more than {state.attachments} files")
    files = [state.uploads.get(str(each)) for each in ids]
    found = [file for file in files if file is not None and file.owner == token.person and file.status is None]
    if len(found) < len(ids):
        raise _invalid(state, "Media not found or already attached to another post")
    if len(found) > 1 and any(file.kind != "image" for file in found):
        raise _invalid(state, "Cannot attach a video to a post that already contains images")
    if any(state.clock.now() < file.ready_at for file in found):
        raise _invalid(state, "Cannot attach files that have not finished processing. Try again in a moment!")
    return found


def _poll(state: State, poll: dict[str, Any], files: list[Upload]) -> dict[str, Any]:
    answers, rules = [str(each) for each in poll.get("options") or []], state.rules.polls
    seconds = int(poll.get("expires_in") or 0)
    fits = 1 < len(set(answers)) == len(answers) <= rules.options and all(len(each) <= rules.characters for each in answers)
    if files or not fits or not rules.shortest <= seconds <= rules.longest:
        raise _invalid(state, "Poll is invalid")
    expires_at = rendering.stamp(state.clock.now() + timedelta(seconds=seconds))
    return {
        "id": state.new_id(),
        "expires_at": expires_at,
        "expired": False,
        "multiple": bool(poll.get("multiple")),
        "votes_count": 0,
        "options": [{"title": each, "votes_count": 0} for each in answers],
    }


def _visible(state: State, token: Token, status_id: str) -> Note:
    note = _seen(state, token, status_id)
    if note is None:
        raise _not_found()
    return note


def _seen(state: State, token: Token, status_id: str) -> Note | None:
    note = state.notes.get(status_id)
    own = note is not None and note.author == token.person
    return note if note is not None and (own or note.visibility in {"public", "unlisted"}) else None


def _own(call: Call) -> Note:
    note = call.state.notes.get(call.id)
    if note is None or note.author != call.token.person:
        raise _not_found()
    return note


def _kind(content: bytes) -> Literal["image", "gifv", "video"] | None:
    return next((kind for pattern, kind in _MAGIC if pattern.match(content)), None)


def _invalid(state: State, reason: str) -> Refusal:
    if state.kind == "gotosocial":
        return Refusal(HTTPStatus.BAD_REQUEST, f"Bad Request: {reason}")
    return Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, f"Validation failed: {reason}")


def _not_found() -> Refusal:
    return Refusal(HTTPStatus.NOT_FOUND, "Record not found")
