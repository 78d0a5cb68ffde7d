"""A secret that has been loaded stands in no record of the log, whoever writes it and whatever handles it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from io import StringIO

import pytest

from evenly import masking
from evenly.plugin import App, Credentials

SECRET = "s3cr3t/t0ken+äöü"


@pytest.fixture
def log() -> Iterator[StringIO]:
    """What one handler writes."""
    text = StringIO()
    handler = logging.StreamHandler(text)
    logging.getLogger("a.stranger").addHandler(handler)
    yield text
    logging.getLogger("a.stranger").removeHandler(handler)


def test_secrets_are_masked_in_sentences_and_their_values(log: StringIO) -> None:
    """Access tokens, refresh tokens, an app's secret and whatever else a network keeps with them."""
    masking.conceal(Credentials(access_token=SECRET, refresh_token="refresh-secret", client_secret="app-secret", extra={"p": "pass-word"}))
    masking.conceal(App("an-id", "other-app-secret"))

    logging.getLogger("a.stranger").warning("an-id %s and %s", SECRET, ["refresh-secret"])
    logging.getLogger("a.stranger").warning("app-secret pass-word other-app-secret %d", 5)

    assert log.getvalue() == "an-id … and ['…']\n… … … 5\n"


def test_secrets_are_masked_in_addresses(log: StringIO) -> None:
    """Where they are written with percent signs."""
    masking.conceal(Credentials(access_token=SECRET))

    logging.getLogger("a.stranger").warning("GET /?token=s3cr3t%2Ft0ken%2B%C3%A4%C3%B6%C3%BC")

    assert log.getvalue() == "GET /?token=…\n"


def test_secrets_are_masked_in_tracebacks(log: StringIO) -> None:
    """An exception repeats what it was given."""
    masking.conceal(Credentials(access_token=SECRET))
    try:
        raise ValueError(f"bad: {SECRET}")
    except ValueError:
        logging.getLogger("a.stranger").exception("oh")

    assert SECRET not in log.getvalue()
    assert "ValueError: bad: …" in log.getvalue()


def test_other_records_stay_as_they_are(log: StringIO) -> None:
    """Their values too."""
    masking.conceal(Credentials(access_token=SECRET))

    logging.getLogger("a.stranger").warning("%s of %s", 3, "seven")

    assert log.getvalue() == "3 of seven\n"


def test_a_broken_record_is_told_by_logging_itself() -> None:
    """Masking never raises into the program."""
    masking.conceal(Credentials(access_token=SECRET))
    record = logging.getLogRecordFactory()("x", logging.INFO, "f", 1, "%d", ("text",), None)

    assert record.args == ("text",)


def test_the_clients_own_log_is_quiet() -> None:
    """It would show addresses."""
    masking.conceal(Credentials(access_token=SECRET))

    assert not logging.getLogger("httpx").isEnabledFor(logging.INFO)
    assert not logging.getLogger("httpcore").isEnabledFor(logging.DEBUG)


def test_texts_for_people_are_masked_by_the_same_rule() -> None:
    """Longest first; what is too short to be a secret stays."""
    masking.conceal_texts(["abc", "abcdef", "abcdefghi"])

    assert masking.masked("abc abcdefghi abcdef") == "abc … …"


def test_only_secrets_that_have_not_been_used_for_long_are_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    """A daemon that runs for years does not slow down with every token that has ended."""
    monkeypatch.setattr(masking, "_MOST", 4)
    masking.conceal_texts(["in-use-all-the-time"])
    for number in range(10):
        masking.conceal_texts([f"short-lived-{number}"])
        masking.conceal_texts(["in-use-all-the-time"])

    assert masking.masked("in-use-all-the-time short-lived-9 short-lived-1") == "… … short-lived-1"
