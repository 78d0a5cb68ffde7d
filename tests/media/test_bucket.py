"""Files are put into an S3-compatible store, here a stand-in of one on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from moto.server import ThreadedMotoServer

from evenly.media.bucket import Bucket, BucketRefused


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """The address of a store."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    try:
        yield f"http://{host}:{port}"
    finally:
        server.stop()


@pytest.fixture(autouse=True)
def _signed_in(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """By the environment alone, whatever stands in this machine's home."""
    for name in ("AWS_PROFILE", "AWS_DEFAULT_REGION", "AWS_REGION", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "not-so-secret")


@pytest.fixture
def store(endpoint: str) -> Iterator[Any]:
    """A client of the store, for a look at it; its bucket is new."""
    from boto3.session import Session

    client = Session().client("s3", endpoint_url=endpoint, region_name="us-east-1")
    client.create_bucket(Bucket="atelier")
    yield client
    for each in client.list_objects_v2(Bucket="atelier").get("Contents", []):
        client.delete_object(Bucket="atelier", Key=each["Key"])
    client.delete_bucket(Bucket="atelier")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "ring.png"
    path.write_bytes(b"a picture")
    return path


def test_a_file_is_put_under_its_public_name(store: Any, endpoint: str, file: Path) -> None:
    """With its type, so that networks take it for what it is."""
    bucket = Bucket(name="atelier", endpoint=endpoint, prefix="evenly/", public_url="https://media.example")

    address = bucket.put(file, "0123.png", "image/png")

    kept = store.get_object(Bucket="atelier", Key="evenly/0123.png")
    assert address == "https://media.example/evenly/0123.png"
    assert (kept["ContentType"], kept["Body"].read()) == ("image/png", b"a picture")


def test_without_a_public_address_each_one_is_signed(store: Any, endpoint: str, file: Path) -> None:
    """The bucket stays closed, and the address alone opens this file, for a day."""
    address = Bucket(name="atelier", endpoint=endpoint, region="eu-west-3").put(file, "0123.png", "image/png")

    asked = httpx.URL(address)
    assert asked.params["X-Amz-Expires"] == "86400"
    assert "/eu-west-3/s3/" in asked.params["X-Amz-Credential"]
    assert "not-so-secret" not in address
    answer = httpx.get(asked, timeout=10)
    assert (answer.content, answer.headers["content-type"]) == (b"a picture", "image/png")


def test_putting_it_again_changes_nothing(store: Any, endpoint: str, file: Path) -> None:
    """A step of preparing may be repeated."""
    bucket = Bucket(name="atelier", endpoint=endpoint, public_url="https://media.example")

    assert bucket.put(file, "0123.png", "image/png") == bucket.put(file, "0123.png", "image/png")
    assert [each["Key"] for each in store.list_objects_v2(Bucket="atelier")["Contents"]] == ["0123.png"]


def test_a_bucket_that_is_not_there_is_told(store: Any, endpoint: str, file: Path) -> None:
    """With what the store says."""
    with pytest.raises(BucketRefused, match=r"the bucket elsewhere does not take it: .*NoSuchBucket"):
        Bucket(name="elsewhere", endpoint=endpoint).put(file, "0123.png", "image/png")


def test_a_missing_key_is_told(endpoint: str, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is sent then."""
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")

    with pytest.raises(BucketRefused, match=r"(?i)credentials"):
        Bucket(name="atelier", endpoint=endpoint).put(file, "0123.png", "image/png")


def test_a_store_that_does_not_answer_is_told(file: Path) -> None:
    """Its address names a port at which nobody listens."""
    with pytest.raises(BucketRefused, match="the bucket atelier does not take it"):
        Bucket(name="atelier", endpoint="http://127.0.0.1:9").put(file, "0123.png", "image/png")
