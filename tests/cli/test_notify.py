"""`evenly notify`: channels, their secrets, and a trial."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from evenly.plugin.testing import Fault, Served, faults, serve
from tests.cli.conftest import Program
from tests.notifying.post_office import PASSWORD, USER, is_signed, mail_server, welcome

TOKEN = "tk_AgQdq7mVBoFD37zQVN29RhuMzNIz2"


@contextmanager
def receiving(evenly: Program, *faulty: Fault) -> Iterator[Served]:
    with serve(welcome, faulty) as served:
        evenly.settings(f'[notify.webhook]\nurl = "{served.url}/hook"\n[notify.ntfy]\ntopic = "atelier"\nserver = "{served.url}"\n')
        yield served


def test_a_new_signing_secret_is_shown_once_and_signs(evenly: Program) -> None:
    """On standard output alone, so that a script can hand it on."""
    with receiving(evenly) as served:
        made = evenly("notify", "secret", "webhook")
        tried = evenly("notify", "test", "webhook")

    secret = made.out.strip()
    assert (made.code, tried.code) == (0, 0)
    assert secret.startswith("whsec_")
    assert secret not in made.err
    assert tried.out == "webhook: sent\n"
    (seen,) = served.log
    assert is_signed(seen.headers, seen.body, secret)
    assert json.loads(seen.body)["type"] == "evenly.test"


def test_secrets_come_from_standard_input_and_are_shown_nowhere(evenly: Program) -> None:
    """Not in the output, not in the export, not in the file of the store."""
    with receiving(evenly) as served:
        kept = evenly("notify", "secret", "ntfy", "--stdin", stdin=f"{TOKEN}\n")
        tried = evenly("notify", "test", "ntfy")
        shown, exported, doctor = evenly("notify"), evenly("export"), evenly("doctor")

    assert (kept.code, kept.out, tried.code) == (0, "", 0)
    assert served.log[0].headers["authorization"] == f"Bearer {TOKEN}"
    for result in (kept, tried, shown, exported, doctor):
        assert TOKEN not in result.out + result.err
    assert "cannot" not in doctor.out
    for file in (evenly.folder / ".evenly").iterdir():
        assert not file.is_file() or TOKEN.encode() not in file.read_bytes()


def test_mail_is_tried_with_the_password_that_was_kept(evenly: Program, tmp_path: Path) -> None:
    """A wrong one is told, with exit code 1 and what to do."""
    with mail_server(tmp_path) as box:
        evenly.settings(f'[notify.email]\nto = "{USER}"\nserver = "127.0.0.1:{box.port}"\nuser = "{USER}"\n')
        without = evenly("notify", "test")
        evenly("notify", "secret", "email", "--stdin", stdin="a wrong one")
        wrong = evenly("notify", "test")
        evenly("notify", "secret", "email", "--stdin", stdin=PASSWORD)
        right = evenly("notify", "test")

    assert (without.code, wrong.code, right.code) == (1, 1, 0)
    assert "evenly notify secret email" in without.out
    assert "does not accept user and password" in wrong.out
    assert "a wrong one" not in wrong.out + wrong.err
    assert len(box.letters) == 1


def test_one_channel_that_fails_makes_one_of_the_exit_code(evenly: Program) -> None:
    """The others are tried all the same, and each is told of."""
    with receiving(evenly, Fault(faults.fail(500), path="/hook")):
        evenly("notify", "secret", "webhook")
        tried = evenly("notify", "test", "--json")

    assert tried.code == 1
    webhook, ntfy = tried.json["channels"]
    assert (webhook["channel"], webhook["ok"], ntfy) == ("webhook", False, {"channel": "ntfy", "ok": True, "trouble": None})
    assert "500" in webhook["trouble"]


def test_channels_are_listed_with_what_waits(evenly: Program) -> None:
    """For people and for scripts."""
    with receiving(evenly) as served:
        evenly("notify", "secret", "webhook")
        listed, table = evenly("notify", "--json"), evenly("notify")

    assert listed.json["channels"] == [
        {"channel": "webhook", "to": f"{served.url}/hook", "secret": True, "waiting": 0},
        {"channel": "ntfy", "to": f"{served.url}/atelier", "secret": False, "waiting": 0},
    ]
    assert table.out.splitlines()[1].split() == ["webhook", f"{served.url}/hook", "kept", "0"]


def test_without_a_channel_it_says_how_to_set_one_up(evenly: Program) -> None:
    listed = evenly("notify")

    assert listed.code == 0
    assert "[notify.email]" in listed.out


@pytest.mark.parametrize(
    ("arguments", "stdin", "said"),
    [
        (("secret", "webhook", "--stdin"), "hush hush hush", "A signing secret is whsec_"),
        (("secret", "ntfy", "--stdin"), "hush é hush", "has no spaces"),
        (("secret", "email", "--stdin"), "", "one line of text"),
        (("secret", "email", "--stdin"), "hush\nhush", "one line of text"),
        (("secret", "email"), "hush", "--stdin"),
        (("secret", "pigeon", "--stdin"), "hush", "pigeon"),
        (("test",), "", "[notify.email]"),
        (("test", "email"), "", "none of: email"),
    ],
)
def test_what_cannot_be_is_refused(evenly: Program, arguments: tuple[str, ...], stdin: str, said: str) -> None:
    """In a sentence, with exit code 2; a secret is not repeated."""
    result = evenly("notify", *arguments, stdin=stdin)

    assert result.code == 2, result.out + result.err
    assert said in result.err
    assert "hush" not in result.err
    assert "Traceback" not in result.err
