"""Files in an S3-compatible store, where networks can fetch them.

Who may write there is told by the environment or by whatever else the AWS tools know (AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY,
AWS_PROFILE, the role of the machine), never by a setting. Needs boto3, the extra `s3`.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from evenly.plugin import Message

if TYPE_CHECKING:
    from pathlib import Path

_SIGNED_FOR_SECONDS = 24 * 3600  #: networks fetch within minutes; a container that waits is made anew after a day
_CONNECT_SECONDS = 10
_READ_SECONDS = 60
_ATTEMPTS = 3


class BucketRefused(Exception):
    """The store did not take the file; `message` says why."""

    def __init__(self, message: Message) -> None:
        self.message = message
        super().__init__(str(message))


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """Where files are put. Without a `public_url` the bucket stays closed, and each address is signed for a day."""

    name: str
    endpoint: str | None = None  #: None: Amazon's
    region: str | None = None
    prefix: str = ""
    public_url: str | None = None

    def put(self, path: Path, name: str, mime: str) -> str:
        """Put the file there under `name`, again if it is there already; its address. Raises `BucketRefused`."""
        from boto3.exceptions import Boto3Error
        from botocore.exceptions import BotoCoreError, ClientError

        place = {"Bucket": self.name, "Key": self.prefix + name}
        try:
            client = self._client()
            client.upload_file(str(path), *place.values(), ExtraArgs={"ContentType": mime})
            if self.public_url is not None:
                return f"{self.public_url}/{place['Key']}"
            return str(client.generate_presigned_url("get_object", Params=place, ExpiresIn=_SIGNED_FOR_SECONDS))
        except (Boto3Error, BotoCoreError, ClientError, ValueError) as error:
            raise BucketRefused(Message("the bucket {bucket} does not take it: {reason}", bucket=self.name, reason=str(error))) from error

    def _client(self) -> Any:
        from boto3.session import Session
        from botocore.config import Config

        config = Config(
            connect_timeout=_CONNECT_SECONDS,
            read_timeout=_READ_SECONDS,
            retries={"total_max_attempts": _ATTEMPTS, "mode": "standard"},
            signature_version="s3v4",
            # Stores other than Amazon's refuse the checksums that are only sent because they can be.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        )
        # A session of our own: the one that boto3 shares is not meant for threads.
        return Session().client("s3", endpoint_url=self.endpoint, region_name=self.region, config=config)


def is_installed() -> bool:
    """Whether the library is there."""
    return find_spec("boto3") is not None
