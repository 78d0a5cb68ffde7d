"""Letters by e-mail: plain text, by the brand's own server, encrypted on the way."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.utils import format_datetime, formataddr
from typing import TYPE_CHECKING

from evenly.masking import masked
from evenly.notifying.letters import NotSent
from evenly.plugin import Message
from evenly.settings.notify import is_this_machine

if TYPE_CHECKING:
    import smtplib
    import ssl
    from email.message import EmailMessage

    from evenly.notifying.letters import Letter
    from evenly.settings import Email

_log = logging.getLogger("evenly.notifying")

_SECONDS = 10.0
_SECONDS_IN_ALL = 30.0
_ME = "[127.0.0.1]"  # what smtplib says of itself otherwise is asked of the name server first, without a time-out


def send(letter: Letter, settings: Email, password: str | None) -> None:
    """Send the letter to every address. Raises `NotSent`."""
    import smtplib

    if settings.user is not None and password is None:
        raise NotSent(Message("No password is kept for {user}: evenly notify secret email", user=settings.user))
    try:
        with _connected(settings) as client, _cut_in_time(client):
            if settings.user is not None:
                client.login(settings.user, password or "")
            for address, (code, _said) in client.send_message(message(letter, settings)).items():
                _log.warning("%s does not take mail for %s (%s)", settings.host, address, code)
    except smtplib.SMTPAuthenticationError as error:
        said = Message(
            "{host} does not accept user and password ({code}): evenly notify secret email", host=settings.host, code=error.smtp_code
        )
        raise NotSent(said) from error
    except (smtplib.SMTPException, OSError, ValueError) as error:
        said = Message("The mail server {host} did not take the letter: {reason}", host=settings.host, reason=_reason(error))
        raise NotSent(said) from error


def message(letter: Letter, settings: Email) -> EmailMessage:
    """The letter as mail. The policy refuses line breaks in headers; a letter's subject has none."""
    from email.message import EmailMessage
    from email.policy import SMTP

    sender = settings.sender or settings.to[0]
    mail = EmailMessage(policy=SMTP)
    mail["Subject"] = letter.subject
    mail["From"] = formataddr(("evenly", sender))
    mail["To"] = ", ".join(settings.to)
    mail["Date"] = format_datetime(letter.at)
    mail["Message-ID"] = f"<{letter.id}@{sender.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers
    mail.set_content(letter.text)
    return mail


@contextmanager
def _connected(settings: Email) -> Iterator[smtplib.SMTP]:
    """A connection that nobody reads on the way; in clear to this machine alone."""
    import smtplib

    host, port, context = settings.host, settings.port, _trust(settings)
    if settings.begins_with_tls:
        with smtplib.SMTP_SSL(host, port, _ME, timeout=_SECONDS, context=context) as client:
            yield client
        return
    with smtplib.SMTP(host, port, _ME, timeout=_SECONDS) as client:
        client.ehlo()
        if client.has_extn("starttls"):
            client.starttls(context=context)
            client.ehlo()
        elif not is_this_machine(host):
            raise NotSent(Message("The mail server {host} offers no encryption on port {port}: try port 465 or 587.", host=host, port=port))
        yield client


def _trust(settings: Email) -> ssl.SSLContext:
    import ssl

    context = ssl.create_default_context()
    if is_this_machine(settings.host):
        # Mail servers on one's own machine sign their certificates themselves, and nobody stands between.
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


@contextmanager
def _cut_in_time(client: smtplib.SMTP) -> Iterator[None]:
    """End the conversation however slowly the server speaks: smtplib's time-out holds for each of its words."""
    timer = threading.Timer(_SECONDS_IN_ALL, _cut, [client])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _cut(client: smtplib.SMTP) -> None:
    import socket

    line = client.sock
    if line is not None:
        with suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)


def _reason(error: Exception) -> str:
    return masked(" ".join(str(error).split()))[:200] or type(error).__name__
