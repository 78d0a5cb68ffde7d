"""What the public cannot see: files in pieces, their alternative texts, and looks at those X is working on.

https://docs.x.com/x-api/media/quickstart/media-upload-chunked
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Literal

from evenly.plugin import Message, PostRejected, PrepareAgain, Prepared, SignInNeeded
from evenly_x import answers, api, authorising

if TYPE_CHECKING:
    import httpx

    from evenly.plugin import Account, Http, Media, Part

#: X forgets media that no post uses after 24 hours; one is left for the visible call.
_KEPT, _MARGIN = timedelta(hours=24), timedelta(hours=1)
_PATIENCE = timedelta(minutes=15)
_SHORTEST_PAUSE = timedelta(seconds=1)
_SMALLEST_CHUNK = 2**16
_AT_ONCE = 8  #: pieces in one step, so that a step stays short

Stage = Literal["sending", "describing", "waiting", "ready"]


@dataclass(frozen=True, slots=True)
class Upload:
    """How far one file has come. Stored in `Prepared.data` between the steps."""

    id: str
    at: str  #: when it was begun, ISO 8601
    chunk: int
    until: str  #: when X forgets it
    media_key: str | None = None
    sent: int = 0  #: pieces
    stage: Stage = "sending"
    slow: bool = False  #: X is working on it
    pause: float = 0  #: seconds until the next look


def step(account: Account, part: Part, so_far: Prepared | None, http: Http) -> Prepared:
    """One step for the first file that is not ready."""
    uploads = [Upload(**each) for each in so_far.data.get("media", ())] if so_far else []
    work = _Work(account, http)
    place = next((number for number, each in enumerate(uploads) if each.stage != "ready"), len(uploads))
    if place < len(uploads):
        uploads[place] = work.advanced(part.media[place], uploads[place])
    elif place < len(part.media):
        uploads.append(work.begun(part.media[place], work.chunk))
    return _prepared(uploads, part)


def _prepared(uploads: list[Upload], part: Part) -> Prepared:
    if not uploads:
        return Prepared()
    expires_at = min(datetime.fromisoformat(upload.until) for upload in uploads)
    data = {"media": [asdict(upload) for upload in uploads]}
    open_ = [upload for upload in uploads if upload.stage != "ready"]
    if not open_ and len(uploads) == len(part.media):
        return Prepared(data=data, expires_at=expires_at)
    pause = timedelta(seconds=open_[0].pause) if open_ and open_[0].stage == "waiting" else timedelta(0)
    return Prepared(data=data, ready=False, look_again=pause, expires_at=expires_at)


class _Work:
    """The steps of one upload."""

    def __init__(self, account: Account, http: Http) -> None:
        from evenly_x.settings import settings

        own = settings(account.settings)
        self.chunk = own.upload_chunk
        self._without_alt = own.without_alt
        self._account = account
        self._http = http

    def begun(self, media: Media, chunk: int) -> Upload:
        read, now = answers.data(self._send(api.initialize(media))), self._http.clock.now()
        kept = min(_seconds(read.get("expires_after_secs")) or _KEPT, _KEPT)
        return Upload(
            id=answers.identifier(read),
            at=now.isoformat(),
            chunk=max(chunk, -(-media.bytes // api.MOST_SEGMENTS)),
            until=(now + kept - min(_MARGIN, kept / 2)).isoformat(),
            media_key=_text(read.get("media_key")),
        )

    def advanced(self, media: Media, upload: Upload) -> Upload:
        match upload.stage:
            case "sending" if upload.sent * upload.chunk < media.bytes:
                return self._appended(media, upload)
            case "sending":
                return self._finalized(media, upload)
            case "describing":
                return self._described(media, upload)
            case _:
                return self._looked_at(upload)

    def _appended(self, media: Media, upload: Upload) -> Upload:
        sent = upload.sent
        for number, piece in _pieces(media, upload):
            response = self._send(api.append(upload.id, number, piece), accept={HTTPStatus.REQUEST_ENTITY_TOO_LARGE})
            if response.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
                return self._smaller(media, upload)
            sent = number + 1
        return replace(upload, sent=sent)

    def _smaller(self, media: Media, upload: Upload) -> Upload:
        """Begin anew with smaller pieces: some servers take less than X says."""
        if upload.chunk // 2 < _SMALLEST_CHUNK:
            raise PostRejected(Message("X takes no piece of {name}, however small.", name=media.path.name))
        return self.begun(media, upload.chunk // 2)

    def _finalized(self, media: Media, upload: Upload) -> Upload:
        read = self._whole(media, upload)
        whole = _processed(replace(upload, media_key=_text(read.get("media_key")) or upload.media_key), read)
        return replace(whole, stage="describing") if media.alt else whole

    def _whole(self, media: Media, upload: Upload) -> dict[str, Any]:
        try:
            return answers.data(self._send(api.finalize(upload.id)))
        except PostRejected as refused:  # perhaps because it was finalized before, and the answer was lost
            response = self._send(api.status(upload.id), accept={HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND})
            if not response.is_success:
                raise PostRejected(Message("{name}: {why}", name=media.path.name, why=refused.message)) from refused
            return answers.data(response)

    def _described(self, media: Media, upload: Upload) -> Upload:
        try:
            self._send(api.describe(upload.id, media.alt))
        except (PostRejected, SignInNeeded):
            if media.kind != "video" and not self._without_alt:  # whether videos take one is not confirmed
                raise
        return replace(upload, stage="waiting" if upload.slow else "ready")

    def _looked_at(self, upload: Upload) -> Upload:
        seen = _processed(upload, answers.data(self._send(api.status(upload.id))))
        if seen.stage == "waiting" and self._http.clock.now() - datetime.fromisoformat(upload.at) > _PATIENCE:
            raise PrepareAgain(Message("X has not finished with the media after {minutes} minutes.", minutes=_PATIENCE.seconds // 60))
        return seen

    def _send(self, request: httpx.Request, accept: set[HTTPStatus] | frozenset[HTTPStatus] = frozenset()) -> httpx.Response:
        return self._http.send_repeatable(authorising.authorise(request, self._account, self._http.clock.now()), accept=accept)


def _processed(upload: Upload, read: Mapping[str, Any]) -> Upload:
    """What `processing_info` says; without it the file is ready. Raises `PostRejected` where X could make nothing of it."""
    info = read.get("processing_info")
    state = info.get("state") if isinstance(info, dict) else "succeeded"
    if state == "succeeded":
        return replace(upload, stage="ready", slow=False)
    if state == "failed":
        raise PostRejected(Message("X could not work with the file: {why}", why=_why(info)))
    asked = _seconds(info.get("check_after_secs")) if isinstance(info, dict) else None
    return replace(upload, stage="waiting", slow=True, pause=max(asked or _SHORTEST_PAUSE, _SHORTEST_PAUSE).total_seconds())


def _pieces(media: Media, upload: Upload) -> list[tuple[int, bytes]]:
    try:
        with media.path.open("rb") as file:
            file.seek(upload.sent * upload.chunk)
            read = [(number, file.read(upload.chunk)) for number in range(upload.sent, upload.sent + _AT_ONCE)]
    except FileNotFoundError as error:
        raise PostRejected(Message("The file {name} is gone.", name=media.path.name)) from error
    pieces = [(number, piece) for number, piece in read if piece]
    if not pieces:
        raise PostRejected(Message("The file {name} has become shorter.", name=media.path.name))
    return pieces


def _why(info: object) -> str:
    error = info.get("error") if isinstance(info, dict) else None
    words = [error.get("message"), error.get("name")] if isinstance(error, dict) else []
    return next((each for each in words if isinstance(each, str) and each), "InvalidMedia")


def _seconds(value: object) -> timedelta | None:
    return timedelta(seconds=value) if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
