"""A workspace whose news goes to servers on loopback: a mail server, and whatever takes HTTP."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from evenly.notifying import Courier, Outbox, keep_secret
from evenly.plugin import Event, Message
from tests.publishing.scene import Scene, scene

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

PASSWORD = "correct horse battery staple"
USER = "anna@atelier.example"


@dataclass
class Office:
    """Who publishes, and who tells of it."""

    scene: Scene
    outbox: Outbox
    courier: Courier

    def restarted(self) -> Office:
        """The same workspace in a process that knows nothing but the store."""
        return office_of(self.scene)

    def put(self, *events: Event) -> None:
        for event in events:
            self.outbox.put(event)

    def later(self, **by: float) -> None:
        self.scene.clock.wait_until(self.scene.clock.now() + timedelta(**by), self.scene.stop)

    def keep(self, channel: str, secret: str) -> None:
        keep_secret(self.scene.desk.store, self.scene.vault, channel, secret, clock=self.scene.clock)

    def send(self, channel: str) -> bool:
        """As the daemon does every ten seconds."""
        self.courier.tidy()
        return self.courier.send_due(channel)


def office_of(made: Scene) -> Office:
    outbox = Outbox(made.desk, made.clock)
    return Office(made, outbox, Courier(made.desk, made.vault, made.clock, outbox))


@contextmanager
def office(folder: Path, notify: str, **brand: str) -> Iterator[Office]:
    """A workspace with these tables of `[notify]`, and these keys of `[brand]`."""
    folder.mkdir(exist_ok=True)
    with scene(folder, more=notify) as made:
        settings = made.desk.settings
        settings = settings.model_copy(update={"brand": settings.brand.model_copy(update=brand)})
        made.desk = replace(made.desk, settings=settings)
        yield office_of(made)


def news(number: int = 1, kind: Any = "failed", message: Message | None = None, **more: Any) -> Event:
    """Something that a person may want to know of a delivery."""
    said = message or Message("The picture of post {n} is too large.", n=number)
    return Event(kind=kind, account="pin", delivery=str(number), message=said, **more)


@dataclass
class Mailbox:
    """A mail server that keeps what it is sent."""

    port: int = 0
    letters: list[EmailMessage] = field(default_factory=list)
    envelopes: list[Any] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    signed_in: list[bool] = field(default_factory=list)

    async def handle_DATA(self, _server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        found = message_from_bytes(envelope.content, _class=EmailMessage, policy=default)
        self.letters.append(found)
        self.envelopes.append(envelope)
        self.encrypted.append(session.ssl is not None)
        self.signed_in.append(bool(session.authenticated))
        return "250 OK"


@contextmanager
def mail_server(folder: Path, *, tls: str = "starttls", password: str | None = PASSWORD) -> Iterator[Mailbox]:
    """A mail server on 127.0.0.1: with `starttls`, `tls` from the start, or neither (`none`)."""
    box, context = Mailbox(), _context(folder) if tls != "none" else None

    def check(_server: Any, _session: Any, _envelope: Any, _mechanism: str, told: Any) -> AuthResult:
        right = told.login == USER.encode() and told.password == (password or "").encode()
        return AuthResult(success=right, handled=right)

    options: dict[str, Any] = {} if password is None else {"authenticator": check, "auth_required": True}
    if tls == "starttls":
        options |= {"tls_context": context, "require_starttls": True}
    else:
        options |= {"auth_required": False, "auth_require_tls": False}
    controller = _AnyPort(box, hostname="127.0.0.1", port=0, ssl_context=context if tls == "tls" else None, **options)
    controller.start()
    box.port = controller.port
    try:
        yield box
    finally:
        controller.stop()


class _AnyPort(Controller):
    """On any free port, which is then its own."""

    def _trigger_server(self) -> Any:
        assert isinstance(self.server, asyncio.Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]  # aiosmtpd leaves this one untyped


def certificate(folder: Path) -> Path:
    """A certificate for 127.0.0.1 that signs itself, with its key, as one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    file = folder / "certificate.pem"
    file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return file


def _context(folder: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate(folder))
    return context


def welcome(_environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
    """A receiver that takes everything."""
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"thank you"]


def is_signed(headers: Mapping[str, str], body: bytes, secret: str) -> bool:
    """Whether a receiver that has read the Standard Webhooks, and nothing of ours, takes it as genuine."""
    key = base64.b64decode(secret.split("whsec_")[1])
    content = headers["webhook-id"].encode() + b"." + headers["webhook-timestamp"].encode() + b"." + body
    wanted = base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
    return any(hmac.compare_digest(f"v1,{wanted}", each) for each in headers["webhook-signature"].split(" "))
