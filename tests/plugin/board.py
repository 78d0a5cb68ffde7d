"""The plugin of the pinboard, as an object, so that tests can break one hook at a time."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from evenly.plugin import (
    Absent,
    Account,
    AccountState,
    CannotTell,
    Clock,
    Credentials,
    Duplicate,
    Found,
    Http,
    Limits,
    Metrics,
    Network,
    NetworkError,
    Part,
    PostRejected,
    Prepared,
    Problem,
    Published,
    Quota,
    RemotePost,
    hookimpl,
)
from evenly.plugin import match as same
from tests.plugin.board_server import KEY_WINDOW, LONGEST, BoardServer

if TYPE_CHECKING:
    import httpx

HOST = "https://board.example"
LOOK_EACH = timedelta(seconds=10)
REPEAT_SAFE: Mapping[str, Mapping[Any, timedelta]] = {
    "key": {"key": KEY_WINDOW, "read-back": timedelta(0)},
    "refusal": {"refusal": timedelta(days=1)},
    "two-phase": {"two-phase": timedelta(0)},
    "record": {"record": timedelta(0), "read-back": timedelta(0)},
    "read-back": {"read-back": timedelta(minutes=5)},
    "none": {"none": timedelta(0)},
}


class Board:
    """A sound plugin. Its subclasses in the tests are not."""

    slow = timedelta(0)

    def __init__(self, facility: str = "key") -> None:
        self.facility = facility

    @hookimpl
    def network(self) -> Network:
        return Network(
            name="board",
            title="Board",
            limits=Limits(text=LONGEST, pictures=4, thread=10, first_comment=True),
            repeat_safe=REPEAT_SAFE[self.facility],
            refusal=refusal,
            quota=quota,
        )

    @hookimpl
    def look(self, account: Account, http: Http) -> AccountState:
        me = http.send_repeatable(request("GET", "/me", account)).json()
        return AccountState(remote_id=me["id"], name=me["name"])

    @hookimpl
    def refresh(self, account: Account, http: Http) -> Credentials:
        import httpx

        held = account.credentials or Credentials()
        answer = http.send_repeatable(httpx.Request("POST", f"{HOST}/token", json={"refresh_token": held.refresh_token})).json()
        return replace(held, access_token=answer["access_token"])

    @hookimpl
    def check(self) -> list[Problem]:
        return []

    @hookimpl
    def prepare(self, account: Account, part: Part, so_far: Prepared | None, thread: Sequence[Published], http: Http) -> Prepared:
        if part.kind == "comment" and not thread:
            return Prepared(ready=False, look_again=None)
        data = dict(so_far.data) if so_far else {"pictures": []}
        if len(data["pictures"]) < len(part.media):
            data["pictures"] = [*data["pictures"], self.upload(account, part, len(data["pictures"]), http)]
            return Prepared(data=data, ready=False, look_again=timedelta(0))
        for name in data["pictures"]:
            if not http.send_repeatable(request("GET", f"/pictures/{name}", account)).json()["ready"]:
                return Prepared(data=data, ready=False, look_again=LOOK_EACH)
        if self.facility == "two-phase" and "draft" not in data:
            data["draft"] = http.send_repeatable(request("POST", "/drafts", account, {})).json()["id"]
        return Prepared(data=data)

    def upload(self, account: Account, part: Part, number: int, http: Http) -> str:
        media = part.media[number]
        body = {"data": base64.b64encode(media.path.read_bytes()).decode(), "alt": media.alt}
        return str(http.send_repeatable(request("POST", "/pictures", account, body)).json()["id"])

    @hookimpl
    def publish(
        self,
        account: Account,
        part: Part,
        prepared: Prepared,
        thread: Sequence[Published],
        key: str,
        http: Http,
    ) -> Published:
        return read(http.send_once(self.visible(account, part, prepared, thread, key)))

    def visible(self, account: Account, part: Part, prepared: Prepared, thread: Sequence[Published], key: str) -> httpx.Request:
        """The request that makes it public."""
        body = {
            "text": part.text,
            "link": part.link,
            "pictures": prepared.data.get("pictures", []),
            "answers": thread[-1].remote_id if thread else None,
        }
        if self.facility == "two-phase":
            return request("POST", f"/drafts/{prepared.data['draft']}/publication", account, body)
        if self.facility == "record":
            return request("PUT", f"/pins/{key}", account, body)
        return request("POST", "/pins", account, body, {"Idempotency-Key": key})

    @hookimpl
    def find(
        self, account: Account, part: Part, prepared: Prepared, thread: Sequence[Published], first_attempt: datetime, http: Http
    ) -> Found | Absent | CannotTell:
        if self.facility == "two-phase":
            name = http.send_repeatable(request("GET", f"/drafts/{prepared.data['draft']}", account)).json()["pin"]
            return Absent() if name is None else Found(Published(remote_id=name))
        if self.facility in {"refusal", "none"}:
            return CannotTell()
        return self.read_back(account, part, prepared, thread, first_attempt, http)

    def read_back(
        self, account: Account, part: Part, prepared: Prepared, thread: Sequence[Published], first_attempt: datetime, http: Http
    ) -> Found | Absent | CannotTell:
        return same.settled(
            remote
            for remote in self.listed(account, same.not_before(first_attempt), http)
            if same.matches(
                remote,
                part,
                text=part.text,
                first_attempt=first_attempt,
                media=prepared.data["pictures"],
                parent=thread[-1].remote_id if thread else None,
            )
        )

    def listed(self, account: Account, since: datetime, http: Http) -> Iterator[RemotePost]:
        """The account's pins, newest first, page after page."""
        start: int | None = 0
        while start is not None:
            page = http.send_repeatable(request("GET", f"/pins?from={start}", account)).json()
            for pin in page["pins"]:
                if datetime.fromisoformat(pin["at"]) < since:
                    return
                yield remote_post(pin)
            start = page["next"]

    @hookimpl
    def recent(self, account: Account, since: datetime, http: Http) -> list[RemotePost]:
        return list(self.listed(account, since, http))

    @hookimpl
    def delete(self, account: Account, published: Published, http: Http) -> None:
        http.send_repeatable(request("DELETE", f"/pins/{published.remote_id}", account), accept={404})

    @hookimpl
    def post_metrics(self, account: Account, published: Sequence[Published], http: Http) -> Mapping[str, Metrics]:
        figures = {}
        for each in published:
            answer = http.send_repeatable(request("GET", f"/pins/{each.remote_id}/figures", account), accept={404})
            if answer.is_success:
                figures[each.remote_id] = self.metrics(answer.json())
        return figures

    def metrics(self, answer: Mapping[str, Any]) -> Metrics:
        return Metrics(views=answer.get("views"), likes=answer.get("likes"), counted_as={"views": "views", "likes": "likes"})

    @hookimpl
    def account_metrics(self, account: Account, http: Http) -> Metrics:
        return Metrics(followers=http.send_repeatable(request("GET", "/me", account)).json().get("followers"))

    @hookimpl
    def stand_in(self, clock: Clock) -> BoardServer:
        return BoardServer(clock, self.facility, self.slow)


def request(
    method: str, path: str, account: Account, body: Mapping[str, Any] | None = None, headers: Mapping[str, str] | None = None
) -> httpx.Request:
    import httpx

    token = account.credentials.access_token if account.credentials else None
    return httpx.Request(method, f"{HOST}{path}", json=body, headers={"Authorization": f"Bearer {token}"} | dict(headers or {}))


def read(answer: httpx.Response) -> Published:
    pin = answer.json()
    return Published(remote_id=pin["id"], at=datetime.fromisoformat(pin["at"]))


def remote_post(pin: Mapping[str, Any]) -> RemotePost:
    return RemotePost(
        remote_id=pin["id"],
        text=pin["text"],
        at=datetime.fromisoformat(pin["at"]),
        link=pin["link"],
        media=tuple(pin["pictures"]),
        parent=pin["answers"],
    )


def refusal(response: httpx.Response) -> NetworkError | None:
    try:
        answer = response.json()
    except ValueError:
        return None
    code = str(answer.get("error")) if isinstance(answer, dict) else None
    if code == "duplicate":
        return Duplicate(answer.get("of"))
    if code in {"too_long", "no_such_pin"}:
        return PostRejected(f"The board says {code}.")
    return None


def quota(headers: Mapping[str, str], now: datetime) -> Quota | None:
    left = headers.get("x-pins-left")
    return None if left is None else Quota(limit=1000, remaining=int(left))
