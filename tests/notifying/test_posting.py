"""Letters over HTTP: signed JSON for programs, push messages by ntfy."""

from __future__ import annotations

import base64
import json
import logging
from email.header import decode_header, make_header
from pathlib import Path

import pytest

from evenly.notifying import SecretRefused, letters, new_signing_secret, ntfy, posting, webhook
from evenly.notifying.secrets import signing_key
from evenly.plugin import Message
from evenly.plugin.testing import Fault, faults, serve
from tests.notifying.post_office import is_signed, news, office, welcome
from tests.publishing.scene import START

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
HOOK = '[notify]\non = ["failed", "uncertain", "published"]\n[notify.webhook]\nurl = "{url}/hook?to=evenly"\n'
PUSH = '[notify.ntfy]\ntopic = "atelier-9kXw2"\nserver = "{url}"\n'
TOKEN = "tk_AgQdq7mVBoFD37zQVN29RhuMzNIz2"


def test_a_webhook_is_json_that_a_stranger_can_verify(tmp_path: Path) -> None:
    """Every event with all its keys, signed with the secret that the receiver was given."""
    with serve(welcome) as served, office(tmp_path, HOOK.format(url=served.url), name="Atelier") as here:
        here.keep("webhook", SECRET)
        here.put(news(7, "uncertain", Message("Nobody can say whether it is out."), url="https://social.example/7"))
        here.later(minutes=1)
        assert here.send("webhook")

    (seen,) = served.log
    assert is_signed(seen.headers, seen.body, SECRET)
    assert not is_signed(seen.headers, seen.body + b" ", SECRET)
    assert not is_signed(seen.headers, seen.body, new_signing_secret())
    assert (seen.method, seen.path, seen.query, seen.headers["content-type"]) == ("POST", "/hook", "to=evenly", "application/json")
    document = json.loads(seen.body)
    (event,) = document["data"]["events"]
    assert document["type"] == "evenly.events"
    assert document["data"]["summary"] == "Atelier: nobody knows whether a delivery on pin is out"
    assert event | {"id": "1"} == {
        "id": "1",
        "event": "uncertain",
        "account": "pin",
        "delivery": "7",
        "message": "Nobody can say whether it is out.",
        "url": "https://social.example/7",
        "at": START.isoformat(timespec="seconds"),
    }


def test_the_signature_is_that_of_the_reference_implementations() -> None:
    """The example that the libraries of Standard Webhooks test themselves with."""
    from datetime import UTC, datetime

    at = datetime.fromtimestamp(1614265330, UTC)

    headers = webhook.signed("msg_p5jXN8AQM9LWM0D4loKWxJek", b'{"test": 2432232314}', SECRET, at=at)

    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_letter_that_is_tried_again_has_the_same_name_and_a_new_time(tmp_path: Path) -> None:
    """So that the receiver can tell it from another one, and its age from a replay."""
    with serve(welcome, [Fault(faults.fail(503), nth=1)]) as served, office(tmp_path, HOOK.format(url=served.url)) as here:
        here.keep("webhook", SECRET)
        here.put(news())
        here.later(minutes=1)
        assert not here.send("webhook")
        here.put(news(2))
        here.later(minutes=1)
        assert here.send("webhook")

    first, second = served.log
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert int(second.headers["webhook-timestamp"]) - int(first.headers["webhook-timestamp"]) == 60
    assert json.loads(first.body)["data"]["events"] == json.loads(second.body)["data"]["events"]
    assert is_signed(second.headers, second.body, SECRET)


def test_a_redirect_is_not_followed(tmp_path: Path) -> None:
    """What is meant for one server is not handed to another."""

    def elsewhere(_environ: object, start_response: object) -> list[bytes]:
        start_response("307 Temporary Redirect", [("Location", "/other")])  # type: ignore[operator]
        return [b""]

    with serve(elsewhere) as served, office(tmp_path, HOOK.format(url=served.url)) as here:
        here.keep("webhook", SECRET)
        trouble = here.courier.try_out("webhook")

    assert "307" in str(trouble)
    assert [seen.path for seen in served.log] == ["/hook"]


def test_a_webhook_is_not_sent_without_a_secret(tmp_path: Path) -> None:
    with serve(welcome) as served, office(tmp_path, HOOK.format(url=served.url)) as here:
        assert "evenly notify secret webhook" in str(here.courier.try_out("webhook"))

    assert list(served.log) == []


@pytest.mark.parametrize("wrong", ["", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_", "whsec_c2hvcnQ=", "whsec_***", "whsec_é"])
def test_a_secret_that_cannot_sign_is_refused(wrong: str) -> None:
    """And not repeated."""
    with pytest.raises(SecretRefused) as refused:
        signing_key(wrong)

    assert not wrong or wrong not in str(refused.value) or wrong == "whsec_"


def test_a_receiver_that_hangs_costs_its_time_out_and_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also one that sends a byte now and then."""
    from datetime import timedelta

    monkeypatch.setattr(posting, "TIMEOUT", timedelta(seconds=0.5))
    for fault in (faults.hang, faults.drip(0.1)):
        with serve(welcome, [Fault(fault)]) as served, office(tmp_path / fault.__name__, HOOK.format(url=served.url)) as here:
            here.keep("webhook", SECRET)
            assert here.courier.try_out("webhook") is not None


def test_a_push_message_has_title_priority_tags_and_a_place_to_go(tmp_path: Path) -> None:
    """As ntfy's documentation says; the token is the one that was kept."""
    with serve(welcome) as served, office(tmp_path, PUSH.format(url=served.url), name="Atelier Lumière") as here:
        here.keep("ntfy", TOKEN)
        here.put(news(7, "uncertain", Message("Nobody can say – é."), url="https://social.example/7"))
        here.later(minutes=1)
        assert here.send("ntfy")

    (seen,) = served.log
    assert (seen.method, seen.path) == ("POST", "/atelier-9kXw2")
    assert str(make_header(decode_header(seen.headers["title"]))) == "Atelier Lumière: nobody knows whether a delivery on pin is out"
    assert {name: seen.headers[name] for name in ("priority", "tags", "click", "authorization")} == {
        "priority": "4",
        "tags": "warning",
        "click": "https://social.example/7",
        "authorization": f"Bearer {TOKEN}",
    }
    assert seen.body.decode().startswith("Delivery 7 on pin: Nobody can say – é.")


def test_a_public_topic_needs_no_token(tmp_path: Path) -> None:
    with serve(welcome) as served, office(tmp_path, PUSH.format(url=served.url)) as here:
        assert here.courier.try_out("ntfy") is None

    assert "authorization" not in served.log[0].headers


def test_no_header_can_be_forged_through_a_title() -> None:
    """Line ends are gone, and what is not ASCII is put as RFC 2047 says."""
    assert ntfy.header("A\r\nX-Forged: 1") == "A X-Forged: 1"
    forged = ntfy.header("é\r\nX-Forged: 1")
    assert "\n" not in forged
    assert forged == f"=?utf-8?B?{base64.b64encode('é X-Forged: 1'.encode()).decode()}?="


def test_a_long_message_stays_a_message() -> None:
    """4096 bytes, and no character in half."""
    cut = ntfy.body("é" * 3000)

    assert len(cut) <= 4096
    assert cut.decode().endswith("é…")
    assert ntfy.body("short") == b"short"


def test_secrets_are_in_no_log_and_no_message(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Not even where a server repeats what it was sent."""
    caplog.set_level(logging.DEBUG)
    for channel, table, secret in (("webhook", HOOK, SECRET), ("ntfy", PUSH, TOKEN)):
        with (
            serve(welcome, [Fault(faults.repeat_back())]) as served,
            office(tmp_path / channel, table.format(url=served.url)) as here,
        ):
            here.keep(channel, secret)
            here.put(news(message=Message("{said}", said=f"the server said {secret}")))
            here.later(minutes=1)
            assert not here.send(channel)
            assert secret not in str(here.courier.try_out(channel))
            assert secret.encode() not in served.log[0].body
            assert secret not in (tmp_path / channel / "evenly.toml").read_text()
            assert secret.encode() not in (tmp_path / channel / ".evenly" / "evenly.sqlite").read_bytes()
    assert SECRET not in caplog.text
    assert TOKEN not in caplog.text
    assert letters.line(f"see {TOKEN}") == "see …"
