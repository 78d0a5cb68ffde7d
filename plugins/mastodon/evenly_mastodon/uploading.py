"""What the public cannot see: uploads, one step at a time, and looks at those a server is still working on."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING

from evenly.plugin import Message, PostRejected, PrepareAgain, Prepared
from evenly_mastodon import answers, api

if TYPE_CHECKING:
    from evenly.plugin import Account, Http, Media, Part

#: Servers remove media that no post uses after about a day.
KEPT = timedelta(hours=12)
_FIRST_LOOK, _LONGEST_PAUSE = timedelta(seconds=2), timedelta(seconds=60)
_PATIENCE = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that the server has. Stored in `Prepared.data` between the steps."""

    id: str
    ready: bool
    at: str  #: when it was uploaded, ISO 8601
    looks: int = 0


def step(account: Account, part: Part, so_far: Prepared | None, http: Http) -> Prepared:
    """One step: the next upload, or one look at an upload that is not ready."""
    uploads = [Upload(**each) for each in so_far.data.get("media", ())] if so_far else []
    now = http.clock.now()
    if len(uploads) < len(part.media):
        uploads.append(_uploaded(account, part.media[len(uploads)], now, http))
        return _prepared(uploads, part)
    waiting = next((place for place, upload in enumerate(uploads) if not upload.ready), None)
    if waiting is not None:
        uploads[waiting] = _looked_at(account, uploads[waiting], now, http)
    return _prepared(uploads, part)


def _prepared(uploads: list[Upload], part: Part) -> Prepared:
    if not uploads:
        return Prepared()
    expires_at = min(datetime.fromisoformat(upload.at) for upload in uploads) + KEPT
    data = {"media": [asdict(upload) for upload in uploads]}
    waiting = next((upload for upload in uploads if not upload.ready), None)
    if len(uploads) == len(part.media) and waiting is None:
        return Prepared(data=data, expires_at=expires_at)
    pause = timedelta(0) if len(uploads) < len(part.media) or waiting is None else _pause(waiting)
    return Prepared(data=data, ready=False, look_again=pause, expires_at=expires_at)


def _pause(upload: Upload) -> timedelta:
    return min(_FIRST_LOOK * 1.5**upload.looks, _LONGEST_PAUSE)


def _uploaded(account: Account, media: Media, now: datetime, http: Http) -> Upload:
    try:
        with media.path.open("rb") as file:
            response = http.send_repeatable(api.upload(account, media, file), accept={HTTPStatus.NOT_FOUND})
            if response.status_code == HTTPStatus.NOT_FOUND:  # an older server
                file.seek(0)
                response = http.send_repeatable(api.upload(account, media, file, version="v1"))
    except FileNotFoundError as error:
        raise PostRejected(Message("The file {name} is gone.", name=media.path.name)) from error
    return Upload(answers.field(response, "id"), ready=response.status_code != HTTPStatus.ACCEPTED, at=now.isoformat())


def _looked_at(account: Account, upload: Upload, now: datetime, http: Http) -> Upload:
    response = http.send_repeatable(api.media(account, upload.id), accept={HTTPStatus.NOT_FOUND})
    if response.status_code == HTTPStatus.NOT_FOUND:
        raise PrepareAgain
    ready = response.status_code != HTTPStatus.PARTIAL_CONTENT
    if not ready and now - datetime.fromisoformat(upload.at) > _PATIENCE:
        raise PrepareAgain(Message("The server has not finished with the media after {minutes} minutes.", minutes=_PATIENCE.seconds // 60))
    return replace(upload, ready=ready, looks=upload.looks + 1)
