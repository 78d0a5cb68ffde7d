"""The check that holds every request of these tests against LinkedIn's contract can itself fail."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.plugins.linkedin.endpoints import BESIDE, contract, faults, sent

API = "https://api.linkedin.com"
URN = "urn%3Ali%3Ashare%3A1"
HEADERS = {"Authorization": "Bearer x", "LinkedIn-Version": "202609", "X-Restli-Protocol-Version": "2.0.0"}
FINDER = HEADERS | {"X-RestLi-Method": "FINDER"}
GOOD: dict[str, Any] = {
    "author": "urn:li:person:A",
    "commentary": "x",
    "visibility": "PUBLIC",
    "distribution": {"feedDistribution": "MAIN_FEED"},
    "lifecycleState": "PUBLISHED",
}
STATISTICS = f"{API}/rest/organizationalEntityShareStatistics?q=organizationalEntity&organizationalEntity=urn%3Ali%3Aorganization%3A1"


@pytest.mark.parametrize(
    "request_",
    [
        httpx.Request("POST", f"{API}/rest/posts", headers=HEADERS, json=GOOD),
        httpx.Request("GET", f"{API}/rest/posts/{URN}?viewContext=AUTHOR", headers=HEADERS),
        httpx.Request("GET", f"{STATISTICS}&shares=List({URN})", headers=FINDER),
        httpx.Request("GET", f"{API}/v2/userinfo", headers={"Authorization": "Bearer x"}),
    ],
)
def test_what_linkedin_knows_passes(request_: httpx.Request) -> None:
    """Nothing is held against it."""
    assert faults(sent(request_)) == []


@pytest.mark.parametrize(
    "request_",
    [
        httpx.Request("POST", f"{API}/rest/posts", headers={"Authorization": "Bearer x"}, json=GOOD),
        httpx.Request("POST", f"{API}/rest/posts", headers={**HEADERS, "Authorization": ""}, json=GOOD),
        httpx.Request("POST", f"{API}/rest/posts", headers=HEADERS, json=GOOD | {"author": "me"}),
        httpx.Request("POST", f"{API}/rest/posts", headers=HEADERS, json=GOOD | {"text": "x"}),
        httpx.Request("POST", f"{API}/rest/posts", headers=HEADERS, json=GOOD | {"content": {"media": {"id": "urn:li:document:A"}}}),
        httpx.Request("POST", f"{API}/rest/posts", headers=HEADERS, content=b"{}"),
        httpx.Request("GET", f"{API}/rest/posts/urn:li:share:1", headers=HEADERS),
        httpx.Request("GET", f"{API}/rest/posts/{URN}?fields=id", headers=HEADERS),
        httpx.Request("GET", f"{API}/rest/posts?q=author&author={URN}", headers=HEADERS),
        httpx.Request("GET", STATISTICS, headers=FINDER),
        httpx.Request("GET", STATISTICS, headers=FINDER, params={"shares": f"List({URN})"}),
        httpx.Request("GET", f"{API}/rest/networkSizes/{URN}", headers=HEADERS),
        httpx.Request("POST", f"{API}/rest/images?action=initializeUpload", headers=HEADERS, json={"initializeUploadRequest": {}}),
        httpx.Request(
            "POST", f"{API}/rest/images?action=upload", headers=HEADERS, json={"initializeUploadRequest": {"owner": "urn:li:person:A"}}
        ),
        httpx.Request("POST", f"{API}/rest/socialActions/{URN}/comments", headers=HEADERS, json={"actor": "urn:li:person:A"}),
        httpx.Request("POST", "https://www.linkedin.com/oauth/v2/accessToken", data={"grant_type": "authorization_code", "code": "x"}),
        httpx.Request("GET", f"{API}/v2/me", headers=HEADERS),
    ],
)
def test_what_linkedin_does_not_know_is_found(request_: httpx.Request) -> None:
    """Missing headers, unknown addresses, fields and values, and Rest.li that an HTTP client has encoded."""
    assert faults(sent(request_))


def test_what_the_contract_leaves_out_names_its_source() -> None:
    """Nothing in it twice."""
    assert all(page for *_rest, page in BESIDE)
    assert len({each["name"] for each in contract()["endpoints"]}) == len(contract()["endpoints"])
