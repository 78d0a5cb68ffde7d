"""`[notify]`: what somebody is to be told, and by which channels. Their secrets are kept in the store."""

import re
from ipaddress import ip_address
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field

from evenly.plugin import Message
from evenly.settings.faults import Refused
from evenly.settings.table import Table, Text

Kind = Literal["uncertain", "failed", "missed", "held", "sign-in-needed", "alarm", "published"]

_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)*[A-Za-z0-9-]{1,63}")
_SERVER = re.compile(r"(?P<host>[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::(?P<port>[1-9]\d{0,4}))?")
_HIGHEST_PORT = 65535
_SUBMISSION = 587
_TLS_AT_ONCE = 465


def is_this_machine(host: str) -> bool:
    """Whether nothing that is sent to this host leaves the machine."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _address(written: str) -> str:
    if _ADDRESS.fullmatch(written) is None:
        raise Refused(Message('an e-mail address alone, such as "anna@atelier.example"'))
    return written


def _listed(written: Any) -> Any:
    return (written,) if isinstance(written, str) else written


def _some(addresses: tuple[str, ...]) -> tuple[str, ...]:
    if not addresses:
        raise Refused(Message("at least one e-mail address"))
    return addresses


def _server(written: str) -> str:
    found = _SERVER.fullmatch(written)
    if found is None or int(found["port"] or _SUBMISSION) > _HIGHEST_PORT:
        raise Refused(Message('a mail server and its port, such as "smtp.example:587"'))
    return written


def _guarded(written: str) -> str:
    """An address whose traffic nobody reads on the way."""
    try:
        address = urlsplit(written)
        host = address.hostname or ""
        is_guarded = address.scheme == "https" or (address.scheme == "http" and is_this_machine(host))
        if host and is_guarded and address.port != 0 and address.username is None and re.fullmatch(r"[!-~]+", written):
            return written
    except ValueError:
        pass
    raise Refused(Message("an address that begins with https:// (http:// on this machine alone), without user and password"))


def _topic(written: str) -> str:
    if re.fullmatch(r"[A-Za-z0-9_-]{1,64}", written) is None:
        raise Refused(Message("a topic of ntfy: up to 64 letters from A to Z, digits, - and _"))
    return written


def _without_query(written: str) -> str:
    if "?" in written or "#" in written:
        raise Refused(Message('the address of a server, such as "https://ntfy.sh", without ? and #'))
    return written.rstrip("/")


EMail = Annotated[Text, AfterValidator(_address)]
Guarded = Annotated[Text, AfterValidator(_guarded)]


class Email(Table):
    """Mail by the brand's own server."""

    to: Annotated[tuple[EMail, ...], BeforeValidator(_listed), AfterValidator(_some)]
    sender: EMail | None = Field(default=None, alias="from")  #: None: the first of `to`
    server: Annotated[Text, AfterValidator(_server)]
    user: Text | None = None  #: None: the server asks for none

    @property
    def host(self) -> str:
        return self.server.rpartition(":")[0].strip("[]") if self._names_port else self.server.strip("[]")

    @property
    def port(self) -> int:
        return int(self.server.rpartition(":")[2]) if self._names_port else _SUBMISSION

    @property
    def begins_with_tls(self) -> bool:
        """Encrypted from the first byte, as on port 465; elsewhere encryption is asked for (STARTTLS)."""
        return self.port == _TLS_AT_ONCE

    @property
    def _names_port(self) -> bool:
        return re.search(r":\d+$", self.server) is not None


class Webhook(Table):
    """A program of the brand's own, which is sent JSON."""

    url: Guarded


class Ntfy(Table):
    """Push messages by https://ntfy.sh or a server of one's own."""

    topic: Annotated[Text, AfterValidator(_topic)]
    server: Annotated[Guarded, AfterValidator(_without_query)] = "https://ntfy.sh"


class Notify(Table):
    """Whom to tell, of what."""

    on: tuple[Kind, ...] = ("uncertain", "failed", "missed", "held", "sign-in-needed", "alarm")
    email: Email | None = None
    webhook: Webhook | None = None
    ntfy: Ntfy | None = None

    @property
    def channels(self) -> tuple[str, ...]:
        """The channels that are set up."""
        return tuple(name for name in ("email", "webhook", "ntfy") if getattr(self, name) is not None)
