"""Letters by mail reach a real server, encrypted, whole, and with headers that nobody can forge."""

from __future__ import annotations

import logging
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from evenly.notifying import mail
from evenly.notifying.letters import Letter, line
from evenly.plugin import Message
from evenly.settings import Email
from tests.notifying.post_office import PASSWORD, USER, Office, mail_server, news, office
from tests.publishing.scene import START

TABLE = '[notify.email]\nto = ["anna@atelier.example", "ben@atelier.example"]\nserver = "127.0.0.1:{port}"\nuser = "{user}"\n'


@contextmanager
def post(folder: Path, port: int, user: str = USER, **brand: str) -> Iterator[Office]:
    with office(folder, TABLE.format(port=port, user=user), **brand) as made:
        made.keep("email", PASSWORD)
        yield made


def sent(here: Office) -> bool:
    here.later(minutes=1)
    return here.send("email")


def test_a_letter_arrives_encrypted_and_signed_in(tmp_path: Path) -> None:
    """Plain text for everybody in `to`, from the first of them, with a name of its own."""
    with mail_server(tmp_path) as box, post(tmp_path, box.port) as here:
        here.put(news(12, message=Message("The picture is too large.")))
        assert sent(here)

    (letter,), (envelope,) = box.letters, box.envelopes
    assert (box.encrypted, box.signed_in) == ([True], [True])
    assert envelope.rcpt_tos == ["anna@atelier.example", "ben@atelier.example"]
    assert letter["From"] == "evenly <anna@atelier.example>"
    assert letter["Subject"].endswith(": a delivery on pin has failed")
    assert letter["Message-ID"].endswith("@atelier.example>")
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter.get_content_type() == "text/plain"
    assert letter.get_content().replace("\r\n", "\n") == "Delivery 12 on pin: The picture is too large.\n    evenly show 12\n"


def test_a_server_may_be_encrypted_from_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on port 465."""
    monkeypatch.setattr(Email, "begins_with_tls", property(lambda _: True))
    with mail_server(tmp_path, tls="tls") as box, post(tmp_path, box.port) as here:
        here.put(news())
        assert sent(here)

    assert len(box.letters) == 1


def test_off_this_machine_the_certificate_has_to_be_right(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that nobody vouches for is refused before user and password are said."""
    monkeypatch.setattr(mail, "is_this_machine", lambda _host: False)
    with mail_server(tmp_path) as box, post(tmp_path, box.port) as here:
        trouble = here.courier.try_out("email")
        assert trouble is not None
        assert "certificate" in str(trouble).lower()
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate.pem"))
        assert here.courier.try_out("email") is None

    assert len(box.letters) == 1


def test_off_this_machine_nothing_is_said_in_clear(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither password nor letter goes to a server that offers no encryption."""
    monkeypatch.setattr(mail, "is_this_machine", lambda _host: False)
    with mail_server(tmp_path, tls="none") as box, post(tmp_path, box.port) as here:
        trouble = str(here.courier.try_out("email"))

    assert "offers no encryption" in trouble
    assert box.letters == []


def test_on_this_machine_a_plain_server_will_do(tmp_path: Path) -> None:
    """Without user and password, as a local mail server has it."""
    with mail_server(tmp_path, tls="none", password=None) as box:
        table = f'[notify.email]\nto = "anna@atelier.example"\nfrom = "evenly@atelier.example"\nserver = "127.0.0.1:{box.port}"\n'
        with office(tmp_path, table) as here:
            assert here.courier.try_out("email") is None

    assert box.letters[0]["From"] == "evenly <evenly@atelier.example>"


def test_a_wrong_password_is_told_and_never_repeated(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """With what to do; the letter stays."""
    caplog.set_level(logging.DEBUG)
    with mail_server(tmp_path, password="another one") as box, post(tmp_path, box.port) as here:
        here.put(news())
        trouble = str(here.courier.try_out("email"))
        assert not sent(here)

    assert "evenly notify secret email" in trouble
    assert "does not accept user and password" in caplog.text
    assert PASSWORD not in trouble + caplog.text
    assert box.letters == []


def test_without_a_password_the_server_is_not_asked(tmp_path: Path) -> None:
    with mail_server(tmp_path) as box, office(tmp_path, TABLE.format(port=box.port, user=USER)) as here:
        assert "evenly notify secret email" in str(here.courier.try_out("email"))


def test_a_server_that_says_nothing_costs_its_time_out_and_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The letter is tried again."""
    monkeypatch.setattr(mail, "_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent, post(tmp_path, silent.getsockname()[1]) as here:
        here.put(news())
        assert not sent(here)
        assert "timed out" in str(here.courier.try_out("email"))


def test_nobody_can_write_headers_through_a_subject() -> None:
    """Whatever a network, or a file, says: it stays on its line."""
    subject = line("Atelier\r\nBcc: everybody@example.com\x00\x1b[31m")
    letter = Letter(id="1", at=START, brand="A", subject=subject, text="…", events=())
    settings = Email.model_validate({"to": "anna@atelier.example", "server": "smtp.example"})

    made = mail.message(letter, settings)

    assert made["Bcc"] is None
    assert made["Subject"] == "Atelier Bcc: everybody@example.com [31m"
    with pytest.raises(ValueError, match="linefeed"):
        mail.message(Letter(id="1", at=START, brand="A", subject="a\nBcc: b", text="…", events=()), settings)


def test_subjects_come_in_the_brands_language_and_writing(tmp_path: Path) -> None:
    """Other letters than ASCII survive the way."""
    with mail_server(tmp_path) as box, post(tmp_path, box.port, name="Atelier Lumière – 東京") as here:
        assert here.courier.try_out("email") is None

    assert box.letters[0]["Subject"] == "Atelier Lumière – 東京: a test"


def test_a_server_that_goes_is_no_traceback(tmp_path: Path) -> None:
    """Nobody listens there any more."""
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with post(tmp_path, port) as here:
        trouble = str(here.courier.try_out("email"))

    assert "did not take the letter" in trouble
