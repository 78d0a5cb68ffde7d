"""Building requests, reading answers, pages of lists, figures, tokens."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from evenly.plugin import App, Http, NetworkError, OutcomeUnknown, SignInNeeded, TryLater
from evenly_graph import tokens
from evenly_graph.answers import answer, count, identifier, moment, part_of, success
from evenly_graph.calls import GRAPH_VIDEO, Graph, form, publishes
from evenly_graph.insights import figures, latest
from evenly_graph.paging import Reading, read
from evenly_graph.removing import remove
from tests.plugins.graph.conftest import answered

APP = App("111111111111111", "FAKE_SECRET")
Serve = Callable[[Callable[[httpx.Request], httpx.Response]], Http]


def test_the_token_is_in_the_header_and_nowhere_else(graph: Graph) -> None:
    """Addresses land in logs."""
    for request in (graph.get("me", fields="id"), graph.post("1/feed", {"message": "x"}), graph.delete("1_2")):
        assert request.headers["authorization"] == "Bearer FAKE_TOKEN"
        assert "FAKE_TOKEN" not in str(request.url)
    assert "FAKE_TOKEN" not in repr(graph)


def test_the_proof_goes_with_every_call_when_the_secret_is_known() -> None:
    """HMAC-SHA256 of this very call's token: https://developers.facebook.com/docs/graph-api/guides/secure-requests"""
    graph = Graph("v25.0", "FAKE_TOKEN", "FAKE_SECRET")
    proof = hmac.new(b"FAKE_SECRET", b"FAKE_TOKEN", hashlib.sha256).hexdigest()
    assert graph.get("me").url.params["appsecret_proof"] == proof
    assert graph.delete("1").url.params["appsecret_proof"] == proof
    assert parse_qs(graph.post("1/feed", {}).content.decode())["appsecret_proof"] == [proof]
    assert "FAKE_SECRET" not in repr(graph)


def test_the_host_can_be_another(graph: Graph) -> None:
    """Videos' bytes have their own."""
    assert str(graph.at(GRAPH_VIDEO).get("1/videos").url) == "https://graph-video.facebook.com/v25.0/1/videos"


def test_only_the_marked_call_publishes(graph: Graph) -> None:
    """By the mark an answer is read differently."""
    assert publishes(graph.post("1/feed", {}, publishes=True))
    assert not publishes(graph.post("1/photos", {}))


@pytest.mark.parametrize(
    ("params", "fields"),
    [
        ({"a": None}, {}),
        ({"a": True, "b": False}, {"a": "true", "b": "false"}),
        ({"a": 3}, {"a": "3"}),
        ({"a": ["1", "2"]}, {"a": "1,2"}),
        ({"a": {"b": "é"}}, {"a": '{"b":"é"}'}),
        ({"a": [{"b": 1}, {"b": 2}]}, {"a[0]": '{"b":1}', "a[1]": '{"b":2}'}),
    ],
)
def test_values_as_form_fields(params: dict[str, Any], fields: dict[str, str]) -> None:
    """Objects as JSON text, lists of objects numbered."""
    assert form(params) == fields


@pytest.mark.parametrize("body", [[], None, {"error": {"code": 1}}, "text"])
def test_an_answer_that_cannot_be_read_proves_nothing(graph: Graph, body: Any) -> None:
    """It is unknown on the visible call."""
    with pytest.raises(OutcomeUnknown):
        answer(answered(graph, 200, body, publishes=True))
    with pytest.raises(TryLater):
        answer(answered(graph, 200, body))


@pytest.mark.parametrize(("body", "found"), [({"id": "1_2"}, "1_2"), ({"id": 12}, "12"), ({"post_id": "3"}, "3")])
def test_ids_are_strings(graph: Graph, body: Any, found: str) -> None:
    """They exceed what a float holds exactly."""
    assert identifier(answered(graph, 200, body), "id", "post_id") == found


@pytest.mark.parametrize("body", [{}, {"id": ""}, {"id": None}, {"id": True}, {"id": {}}])
def test_a_success_without_an_id_is_unknown(graph: Graph, body: Any) -> None:
    """The id is the proof."""
    with pytest.raises(OutcomeUnknown):
        identifier(answered(graph, 200, body, publishes=True), "id")
    with pytest.raises(OutcomeUnknown):
        success(answered(graph, 200, body, publishes=True))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2026-11-20T09:15:00+0000", datetime(2026, 11, 20, 9, 15, tzinfo=UTC)),
        ("2026-11-20T09:15:00+0100", datetime(2026, 11, 20, 8, 15, tzinfo=UTC)),
        (1795165200, datetime.fromtimestamp(1795165200, UTC)),
        ("1795165200", datetime.fromtimestamp(1795165200, UTC)),
        (0, None),
        ("", None),
        (None, None),
        ("yesterday", None),
        (10**30, None),
    ],
)
def test_times_are_aware_and_in_utc(text: object, found: datetime | None) -> None:
    """In the two ways in which Meta writes them."""
    assert moment(text) == found


@pytest.mark.parametrize(
    ("value", "figure"), [(3, 3), (0, 0), ({}, 0), ({"like": 2, "love": 3}, 5), (None, None), (True, None), ("3", None)]
)
def test_a_figure_is_a_number_or_a_sum(value: object, figure: int | None) -> None:
    """An object's missing keys mean 0; anything else is no figure."""
    assert count(value) == figure


def test_a_piece_of_an_answer_may_be_missing() -> None:
    """At any place of the way."""
    body = {"data": [{"target": {"id": "3"}}]}
    assert part_of(body, "data", 0, "target", "id") == "3"
    assert part_of(body, "data", 1, "target", "id") is None
    assert part_of(body, "data", "target") is None
    assert part_of({"data": 5}, "data", 0) is None


# ── lists ──


def pages(*bodies: Any) -> Callable[[httpx.Request], httpx.Response]:
    left = list(bodies)
    return lambda _: httpx.Response(200, json=left.pop(0))


def page(*ids: str, after: str | None = None, **paging: Any) -> dict[str, Any]:
    following = {"next": "https://graph.facebook.com/v25.0/x", "cursors": {"after": after}} if after else {}
    return {"data": [{"id": each} for each in ids], "paging": following | paging}


def test_a_list_is_read_to_its_end(graph: Graph, http_with: Serve) -> None:
    """Page by page, with the cursor alone."""
    seen: list[httpx.Request] = []
    serve = pages(page("1", "2", after="AAA"), page("3"))

    def network(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return serve(request)

    with http_with(network) as http:
        assert read(http, graph.get("1/published_posts", limit=2)) == Reading(({"id": "1"}, {"id": "2"}, {"id": "3"}), complete=True)
    assert [dict(each.url.params) for each in seen] == [{"limit": "2"}, {"limit": "2", "after": "AAA"}]
    assert all(each.headers["authorization"] == "Bearer FAKE_TOKEN" for each in seen)


def test_a_foreign_address_never_gets_the_token(graph: Graph, http_with: Serve) -> None:
    """Of `next` only the cursor is taken."""
    hosts: list[str] = []
    serve = pages({"data": [], "paging": {"next": "https://evil.example/steal?after=BBB"}}, page())

    def network(request: httpx.Request) -> httpx.Response:
        hosts.append(request.url.host)
        return serve(request)

    with http_with(network) as http:
        assert read(http, graph.get("1/published_posts")).complete
    assert hosts == ["graph.facebook.com"] * 2


@pytest.mark.parametrize(
    "bodies",
    [
        [{}],
        [{"data": {}}],
        [page("1", after="AAA"), {"oops": 1}],
        [page("1", next="https://graph.facebook.com/v25.0/x")],
        [page("1", after="AAA"), page("2", after="AAA")],
        [page(str(number), after=f"A{number}") for number in range(3)],
    ],
)
def test_a_list_that_was_not_read_to_its_end_says_so(graph: Graph, http_with: Serve, bodies: list[Any]) -> None:
    """No list, no cursor, the same cursor again, too many pages."""
    with http_with(pages(*bodies)) as http:
        assert not read(http, graph.get("1/published_posts"), most=3).complete


def test_a_reading_ends_when_there_is_enough(graph: Graph, http_with: Serve) -> None:
    """What follows is not wanted."""
    with http_with(pages(page("1", "2", after="AAA"))) as http:
        assert read(http, graph.get("1/comments"), enough=lambda item: item["id"] == "2").complete


# ── figures ──


def metric(name: str, *values: Any, period: str = "lifetime") -> dict[str, Any]:
    return {"name": name, "period": period, "values": [{"value": each} for each in values]}


def test_the_newest_value_of_the_asked_period_counts(graph: Graph) -> None:
    """Without data there is no figure."""
    body = {"data": [metric("a", 1, 2, period="day"), metric("a", 9, period="week"), metric("b"), {"name": "c"}]}
    assert latest(answered(graph, 200, body), period="day") == {"a": 2}


def test_a_dead_name_costs_its_own_figure_only(graph: Graph, http_with: Serve) -> None:
    """All at once, then one by one."""
    asked: list[str] = []

    def network(request: httpx.Request) -> httpx.Response:
        names = request.url.params["metric"].split(",")
        asked.append(request.url.params["metric"])
        if "dead" in names:
            return httpx.Response(400, json={"error": {"code": 100, "message": "The value must be a valid insights metric"}})
        return httpx.Response(200, json={"data": [metric(each, 1) for each in names]})

    with http_with(network) as http:
        assert figures(http, graph, "1_2/insights", ["a", "dead", "b"]) == {"a": 1, "b": 1}
    assert asked == ["a,dead,b", "a", "dead", "b"]


@pytest.mark.parametrize(
    ("error", "raises"), [({"code": 10}, None), ({"code": 100, "error_subcode": 33}, None), ({"code": 190}, SignInNeeded)]
)
def test_what_may_not_be_seen_has_no_figures(
    graph: Graph, http_with: Serve, error: dict[str, int], raises: type[NetworkError] | None
) -> None:
    """Only a dead token is an error."""
    with http_with(lambda _: httpx.Response(400, json={"error": error})) as http:
        if raises is None:
            assert figures(http, graph, "1_2/insights", ["a", "b"]) == {}
        else:
            with pytest.raises(raises):
                figures(http, graph, "1_2/insights", ["a", "b"])


# ── tokens ──


def test_the_dialog_is_asked_with_everything_it_needs() -> None:
    """https://developers.facebook.com/docs/facebook-login/guides/advanced/manual-flow"""
    url = urlsplit(tokens.dialog("v25.0", APP, redirect_uri="http://127.0.0.1:1/x", state="S", scopes=["a", "b"]))
    assert f"{url.scheme}://{url.netloc}{url.path}" == "https://www.facebook.com/v25.0/dialog/oauth"
    assert parse_qs(url.query) == {
        "client_id": ["111111111111111"],
        "redirect_uri": ["http://127.0.0.1:1/x"],
        "state": ["S"],
        "response_type": ["code"],
        "scope": ["a,b"],
        "auth_type": ["rerequest"],
    }


def test_secrets_are_traded_in_the_body() -> None:
    """Code and short token alike."""
    code = tokens.trade_code("v25.0", APP, redirect_uri="http://127.0.0.1:1/x", code="CODE")
    longer = tokens.prolong("v25.0", APP, "FAKE_SHORT")
    for request in (code, longer):
        assert str(request.url) == "https://graph.facebook.com/v25.0/oauth/access_token"
    assert parse_qs(longer.content.decode()) == {
        "grant_type": ["fb_exchange_token"],
        "client_id": ["111111111111111"],
        "client_secret": ["FAKE_SECRET"],
        "fb_exchange_token": ["FAKE_SHORT"],
    }


def test_a_token_may_not_say_how_long_it_lives(graph: Graph) -> None:
    """And is not shown."""
    told = {"access_token": "FAKE_LONG_USER_TOKEN", "token_type": "bearer", "expires_in": 5183944}
    assert tokens.token(answered(graph, 200, told)).lives == timedelta(seconds=5183944)
    assert tokens.token(answered(graph, 200, {"access_token": "x"})).lives is None
    assert "FAKE" not in repr(tokens.token(answered(graph, 200, told)))


def test_an_inspection_tells_what_a_token_is_good_for(graph: Graph) -> None:
    """https://developers.facebook.com/docs/graph-api/reference/debug_token"""
    told = {
        "app_id": "111111111111111",
        "type": "PAGE",
        "expires_at": 0,
        "is_valid": True,
        "profile_id": "100000000000001",
        "scopes": ["pages_manage_posts"],
        "granular_scopes": [{"scope": "pages_manage_posts", "target_ids": ["1"]}, {"scope": "read_insights"}],
    }
    seen = tokens.inspection(answered(graph, 200, {"data": told}))
    assert (seen.valid, seen.app_id, seen.kind, seen.profile, seen.expires_at) == (True, "111111111111111", "PAGE", "100000000000001", None)
    assert seen.targets == {"pages_manage_posts": frozenset({"1"})}
    assert not tokens.inspection(answered(graph, 200, {})).valid


# ── taking back ──


def test_a_deletion_that_is_not_confirmed_is_tried_again(graph: Graph, http_with: Serve) -> None:
    """`success` must be true."""
    with http_with(lambda _: httpx.Response(200, json={"success": False})) as http, pytest.raises(TryLater):
        remove(http, graph, "1_2")
