"""The stand-in's routes for uploads: https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/images-api"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from evenly_linkedin.standing_in.wsgi import Answer, Refusal, Request

if TYPE_CHECKING:
    from evenly_linkedin.standing_in.consent import Grant
    from evenly_linkedin.standing_in.gate import Gate
    from evenly_linkedin.standing_in.world import Asset, World

_ADDRESS_LIVES = timedelta(hours=24)
_MAGIC = {
    "image": (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF8"),
    "document": (b"%PDF", b"PK\x03\x04", b"\xd0\xcf\x11\xe0"),
}


class Storing:
    """`part_size`: how large the parts of a video are · `smallest_video`: fewer bytes are not taken."""

    def __init__(self, world: World, gate: Gate, *, part_size: int, smallest_video: int) -> None:
        self._world = world
        self._gate = gate
        self._part_size = part_size
        self._smallest_video = smallest_video

    def act(self, request: Request, grant: Grant, kinds: str) -> Answer:
        """`POST /rest/images?action=…`, and its likes."""
        match request.one("action"), kinds:
            case "initializeUpload", _:
                return self._begin(request, grant, kinds[:-1])
            case "finalizeUpload", "videos":
                return self._finish(request, grant)
        raise Refusal(400, "INVALID_ACTION", "No such action")

    def status(self, request: Request, grant: Grant, urn: str) -> Answer:
        """Pages' tokens may ask; w_member_social is for writing only."""
        asset = self._world.assets.get(urn)
        if asset is None:
            raise Refusal(404, "NOT_FOUND", "No such asset")
        self._gate.reads(grant, asset.owner, request.path)
        return Answer({"id": asset.urn, "owner": asset.owner, "status": self._world.status(asset)})

    def take(self, request: Request, grant: Grant, name: str, part: int) -> Answer:
        """`PUT /dms-uploads/…`. Its 401 and 403 are about the address."""
        asset = next((each for each in self._world.assets.values() if each.urn.endswith(f":{name}")), None)
        if asset is None or self._world.clock.now() - asset.begun > _ADDRESS_LIVES or not self._gate.may_write(grant, asset.owner):
            return Answer(html="<h1>Forbidden</h1>", status=403)
        if asset.kind != "video":
            asset.uploaded_at = self._world.clock.now()
            asset.broken = not request.body.startswith(_MAGIC[asset.kind])
            return Answer(status=201)
        if len(request.body) != self._bounds(asset)[part][1] + 1 - self._bounds(asset)[part][0]:
            return Answer(html="<h1>Bad Request</h1>", status=400)
        asset.pieces[part] = len(request.body)
        return Answer(headers={"ETag": f'"{_etag(asset, part)}"'})

    def _begin(self, request: Request, grant: Grant, kind: str) -> Answer:
        asked = request.json().get("initializeUploadRequest", {})
        owner, size = str(asked.get("owner")), int(asked.get("fileSizeBytes") or 0)
        self._gate.writes(grant, owner, request.path)
        if kind == "video" and size < max(self._smallest_video, 1):
            raise Refusal(400, "INVALID_VALUE_FOR_FIELD", "fileSizeBytes is too small")
        asset = self._world.begin(kind, owner, size)
        ends = int((asset.begun + _ADDRESS_LIVES).timestamp() * 1000)
        if kind == "video":
            told = [
                {"uploadUrl": _address(asset, number), "firstByte": first, "lastByte": last} for number, first, last in self._parts(asset)
            ]
            return Answer({"value": {"video": asset.urn, "uploadToken": "", "uploadUrlsExpireAt": ends, "uploadInstructions": told}})
        return Answer({"value": {"uploadUrlExpiresAt": ends, "uploadUrl": _address(asset, 0), kind: asset.urn}})

    def _finish(self, request: Request, grant: Grant) -> Answer:
        asked: dict[str, Any] = request.json().get("finalizeUploadRequest", {})
        asset = self._world.assets.get(str(asked.get("video")))
        if asset is None:
            raise Refusal(400, "INVALID_VIDEO_ID", "No such video")
        self._gate.writes(grant, asset.owner, request.path)
        wanted = [_etag(asset, number) for number, _first, _last in self._parts(asset)]
        if asked.get("uploadToken") != "" or asked.get("uploadedPartIds") != wanted or len(asset.pieces) != len(wanted):
            raise Refusal(400, "UPDATING_ASSET_FAILED", "The parts do not make up the video")
        asset.uploaded_at = asset.uploaded_at or self._world.clock.now()
        return Answer()

    def _parts(self, asset: Asset) -> list[tuple[int, int, int]]:
        return [(number, first, last) for number, (first, last) in enumerate(self._bounds(asset))]

    def _bounds(self, asset: Asset) -> list[tuple[int, int]]:
        return [(first, min(first + self._part_size, asset.size) - 1) for first in range(0, asset.size, self._part_size)]


def _address(asset: Asset, part: int) -> str:
    return f"https://www.linkedin.com/dms-uploads/{asset.urn.rpartition(':')[2]}/uploaded-{asset.kind}/{part}?ca=vector_feedshare&sync=0"


def _etag(asset: Asset, part: int) -> str:
    return f"/ambry-{asset.kind}/{hashlib.sha256(f'{asset.urn}/{part}'.encode()).hexdigest()[:24]}"
