"""`{@name}` in a text becomes the handle that the named contact has on the network it goes to."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from evenly.plugin import Message, Part, Problem

if TYPE_CHECKING:
    from evenly.fields import Fields

_MENTION = re.compile(r"\{@([^{}\s]*)\}")

Contacts = Mapping[str, Mapping[str, str]]
"""Handles by contact, then by network."""


def addressed(parts: Sequence[Part], contacts: Contacts, network: str) -> tuple[Part, ...]:
    """The parts with handles for names in their texts. A name that has none there stays as it is written: `problems` tells of it."""

    def handle(found: re.Match[str]) -> str:
        return contacts.get(found[1], {}).get(network, found[0])

    return tuple(replace(part, text=_MENTION.sub(handle, part.text)) for part in parts)


def problems(fields: Fields, account: str, contacts: Contacts, network: str) -> list[Problem]:
    """The contacts in what one account would publish that are not known, or have no handle on its network."""
    texts = {f"text_for.{account}" if account in fields.text_for else "text": fields.wording(account)}
    texts |= {f"thread[{number}]": text for number, text in enumerate(fields.thread)}
    texts["first_comment"] = fields.first_comment or ""
    return [
        Problem(_refusal(name, contacts, network), field)
        for field, text in texts.items()
        for name in dict.fromkeys(_MENTION.findall(text))
        if network not in contacts.get(name, {})
    ]


def _refusal(name: str, contacts: Contacts, network: str) -> Message:
    if name in contacts:
        return Message(
            'The contact {name} has no handle on {network}: add `{network} = "@…"` to [contacts.{name}] in evenly.toml.',
            name=name,
            network=network,
        )
    known = ", ".join(sorted(contacts)) or "-"
    return Message("There is no contact {name}; evenly.toml has: {known}.", name=f"{{@{name}}}", known=known)
