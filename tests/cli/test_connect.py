"""`evenly connect` and `disconnect`, with a real browser's way through a real server on loopback."""

from __future__ import annotations

import json
import sqlite3

import pytest

from evenly.signing_in.redirects import Redirects
from tests.cli.conftest import Program
from tests.cli.lamps import Lamps, secrets_of


def sign_in_of(evenly: Program) -> str:
    found: str = evenly("accounts", "--json").json["accounts"][0]["sign_in"]
    return found


def app_stored(lamps: Lamps) -> None:
    result = lamps.evenly("connect", "--app", "lantern", stdin="an-app-id\nan-app-secret\n")
    assert result.code == 0, result.err


def test_signing_in_by_browser(lamps: Lamps) -> None:
    """The address is shown, the browser opens, comes back, and the sign-in is proven."""
    app_stored(lamps)

    result = lamps.browse("connect", "lamp", stdin="2\n")

    assert result.code == 0, result.err
    assert f"{lamps.served.url}/authorize?" in result.out
    assert f"Signed in to lamp as Ada ({lamps.served.url}/ada)." in result.out
    assert sign_in_of(lamps.evenly) == "ok"


def test_a_refused_consent_changes_nothing(lamps: Lamps) -> None:
    """And exits with 2."""
    app_stored(lamps)
    lamps.server.consents = False

    result = lamps.browse("connect", "lamp")

    assert result.code == 2
    assert "Consent was refused" in result.err
    assert sign_in_of(lamps.evenly) == "none"


def test_on_a_headless_machine_the_address_is_pasted(lamps: Lamps) -> None:
    """Here with a state that belongs to another sign-in, and with no answer at all."""
    app_stored(lamps)

    forged = lamps.evenly("connect", "lamp", "--paste", stdin="http://127.0.0.1:8917/?code=c&state=x\n")
    nothing = lamps.evenly("connect", "lamp", "--paste", stdin="")

    assert (forged.code, "another sign-in" in forged.err) == (2, True)
    assert nothing.code == 130
    assert "Traceback" not in nothing.err


def test_a_network_that_sends_no_browser_back_has_the_address_pasted(lamps: Lamps) -> None:
    """Without being asked to, and with the reason; the port on this machine is left alone."""
    app_stored(lamps)
    module = lamps.evenly.site / "lantern_network.py"
    module.write_text(module.read_text().replace('title="Lantern",', 'title="Lantern", loopback=False,'))

    with Redirects("http://127.0.0.1:0/") as taken:
        result = lamps.evenly("connect", "lamp", stdin="https://localhost/?code=c&state=x\n", env={"EVENLY_REDIRECT": taken.uri})

    assert (result.code, "another sign-in" in result.err) == (2, True)
    assert "Lantern sends no browser back to this machine" in result.out
    assert "redirect_uri=https%3A%2F%2Flocalhost%2F&" in result.out


def test_the_redirect_address_to_register_is_printed_with_the_app(lamps: Lamps) -> None:
    """To the letter: networks compare it so."""
    result = lamps.evenly("connect", "--app", "lantern", "--redirect", "http://127.0.0.1:9000/", stdin="an-app-id\nan-app-secret\n")

    assert result.code == 0, result.err
    assert "exactly this redirect address with your app at Lantern: http://127.0.0.1:9000/\n" in result.out


def test_a_taken_redirect_port_is_told(lamps: Lamps) -> None:
    """With the cure."""
    app_stored(lamps)
    with Redirects("http://127.0.0.1:0/") as taken:
        result = lamps.evenly("connect", "lamp", "--redirect", taken.uri)

    assert result.code == 2
    assert "--redirect" in result.err


def test_a_ready_token_is_proven_and_kept(lamps: Lamps) -> None:
    """JSON, with its end."""
    result, _pair = lamps.take(more={"expires_at": "2099-01-31T12:00:00Z"})

    assert result.code == 0, result.err
    assert "Signed in to lamp as Ada" in result.out
    (account,) = lamps.evenly("accounts", "--json").json["accounts"]
    assert account == {
        "account": "lamp",
        "network": "lantern",
        "sign_in": "ok",
        "expires_at": "2099-01-31T13:00:00+01:00",
        "next_due": None,
        "quota": {"limit": 100, "remaining": 42, "resets_at": account["quota"]["resets_at"]},
    }


def test_a_bare_token_is_enough(lamps: Lamps) -> None:
    """As it comes out of a password manager."""
    token = lamps.server.pair().access_token or ""

    assert lamps.evenly("connect", "lamp", "--token-stdin", stdin=token + "\n").code == 0


def test_a_wrong_token_is_refused_and_changes_nothing(lamps: Lamps) -> None:
    """The network repeats it in its answer; we do not."""
    result = lamps.evenly("connect", "lamp", "--token-stdin", stdin="access-that-is-wrong\n")

    assert result.code == 2
    assert "access-that-is-wrong" not in result.err
    assert sign_in_of(lamps.evenly) == "none"


def test_without_a_probe_nobody_is_asked(lamps: Lamps) -> None:
    """For machines without a connection."""
    result = lamps.evenly("connect", "lamp", "--token-stdin", "--no-probe", stdin="anything-goes\n")

    assert result.code == 0, result.err
    assert lamps.served.log == []
    assert sign_in_of(lamps.evenly) == "ok"


@pytest.mark.parametrize("given", ["", "two words", "{", '{"access_token": 5, "expires_at": "soon"}', b"\xff\xfe", "x" * (1 << 20) + "x"])
def test_what_is_no_token_is_refused(lamps: Lamps, given: str | bytes) -> None:
    """Exit code 2, a sentence, no traceback."""
    result = lamps.evenly("connect", "lamp", "--token-stdin", stdin=given)

    assert result.code == 2
    assert "standard input" in result.err
    assert "Traceback" not in result.err


def test_an_unknown_account_is_refused_with_the_known_ones(lamps: Lamps) -> None:
    """Neither, both, and a network nobody provides as well."""
    for arguments, said in (
        (("lump",), "It has: lamp"),
        ((), "Name either"),
        (("lamp", "--app", "lantern"), "Name either"),
        (("--app", "nowhere"), "nowhere"),
    ):
        result = lamps.evenly("connect", *arguments)
        assert result.code == 2
        assert said in result.err


def test_a_new_person_behind_an_account_is_told(lamps: Lamps) -> None:
    """What is queued would go out under another name."""
    lamps.take()
    with sqlite3.connect(lamps.evenly.folder / ".evenly" / "evenly.sqlite") as connection:
        connection.execute("""update account set state = json_set(state, '$.remote_id', 'bob', '$.name', 'Bob')""")
    connection.close()

    result, _pair = lamps.take()

    assert result.code == 0
    assert "Until now lamp was Bob" in result.err


def test_the_app_of_a_network_is_read_as_json_too(lamps: Lamps) -> None:
    """And broken JSON is refused."""
    assert lamps.evenly("connect", "--app", "lantern", stdin=json.dumps({"client_id": "i", "client_secret": "s"})).code == 0
    for wrong in ("{", "{}", ""):
        result = lamps.evenly("connect", "--app", "lantern", stdin=wrong)
        assert (result.code, "Traceback" in result.err) == (2, False)


def test_disconnecting_forgets_the_tokens(lamps: Lamps) -> None:
    """Again is no fault; an account that never was is."""
    lamps.take()

    assert lamps.evenly("disconnect", "lamp").code == 0
    assert sign_in_of(lamps.evenly) == "none"
    assert "was not signed in" in lamps.evenly("disconnect", "lamp").out
    assert lamps.evenly("disconnect", "lump").code == 2


def test_without_a_key_nothing_can_be_kept(lamps: Lamps) -> None:
    """And a key that others can read is refused."""
    key = lamps.evenly.folder / ".evenly" / "key"
    key.chmod(0o644)
    opened, _pair = lamps.take()
    key.unlink()
    missing, _pair = lamps.take()

    assert (opened.code, "chmod 600" in opened.err) == (2, True)
    assert (missing.code, "evenly init" in missing.err) == (2, True)


def test_no_command_ever_shows_a_secret(lamps: Lamps) -> None:
    """Whatever happens to them: taken, refused, ended, read out, in English or in French."""
    app_stored(lamps)
    outputs = [lamps.browse("connect", "lamp", stdin="1\n")]
    outputs.append(lamps.take(more={"app_password": "pass-word-canary"})[0])
    lamps.server.access.clear()
    outputs.append(lamps.take(options=("--no-probe",))[0])
    commands = ("accounts", "accounts --json", "doctor", "doctor --json", "export", "queue", "disconnect lamp")
    outputs += [lamps.evenly(*command.split(), env={"LANGUAGE": "fr"}) for command in commands]

    everything = "".join(each.out + each.err for each in outputs)
    for secret in [*secrets_of(lamps.server), "an-app-secret", "pass-word-canary"]:
        assert secret not in everything
    assert "Traceback" not in everything


def test_the_store_holds_no_secret_in_plain(lamps: Lamps) -> None:
    """Nor does any other file of the workspace."""
    _result, pair = lamps.take()
    app_stored(lamps)

    held = b"".join(path.read_bytes() for path in lamps.evenly.folder.rglob("*") if path.is_file())
    for secret in (pair.access_token, pair.refresh_token, "an-app-secret"):
        assert secret
        assert secret.encode() not in held
