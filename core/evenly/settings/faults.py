"""What is wrong with a settings file: every fault with its place, what was found and what is allowed."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from pydantic import BaseModel, ValidationError

from evenly import durations
from evenly.plugin import Message

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

Key = tuple[str | int, ...]
"""The way to a value: names of tables and keys, and positions in lists."""

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_SECRET = re.compile(r"(?:^|[_-])(?:token|pass|passwd|password|passphrase|secret|credentials?|api_?key|private_?key)s?$", re.IGNORECASE)
_LONGEST_SHOWN = 80


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in one place of a settings file."""

    file: Path
    key: str  #: such as `accounts.page.windows[1]`; empty where the file as a whole is meant
    found: Message | str  #: a str is the value in TOML's notation
    allowed: Message  #: what may stand there, or the cure
    line: int | None = None  #: counted from 1; None where it is not known

    def message(self) -> Message:
        """The fault as one sentence."""
        where = str(self.file) if self.line is None else f"{self.file}:{self.line}"
        if not self.key:
            return Message("{where}: {found}. {allowed}.", where=where, found=self.found, allowed=self.allowed)
        return Message(
            "{where}: {key} is {found}; allowed: {allowed}",
            where=where,
            key=self.key,
            found=self.found,
            allowed=self.allowed,
        )

    def __str__(self) -> str:
        return str(self.message())


class SettingsRefused(Exception):
    """The settings file cannot be used; `faults` are all of its faults."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in faults))


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a check of one value has against it."""

    allowed: Message
    at: Key = ()  #: from the value that was checked inwards
    found: Message | str | None = None  #: None: the value itself


class Refused(ValueError):
    """Raised by the checks of single values; becomes one fault for each refusal."""

    def __init__(self, *refusals: Refusal | Message) -> None:
        self.refusals = tuple(each if isinstance(each, Refusal) else Refusal(each) for each in refusals)
        super().__init__("; ".join(str(each.allowed) for each in self.refusals))


def found_in(error: ValidationError, model: type[BaseModel]) -> list[tuple[Key, Message | str, Message]]:
    """Every fault pydantic found, as (key, found, allowed)."""
    return [fault for details in error.errors(include_url=False) for fault in _faults(details, model)]


def dotted(key: Key) -> str:
    """The key as people read it: `accounts.page.windows[1]`."""
    text = ""
    for step in key:
        if isinstance(step, int):
            text += f"[{step}]"
        else:
            text += ("." if text else "") + (step if _BARE.fullmatch(step) else json.dumps(step, ensure_ascii=False))
    return text


def is_secret(name: str) -> bool:
    """Whether a key of this name would hold a secret."""
    return _SECRET.search(name) is not None


def secret_refused(table: str | int = "accounts") -> tuple[Message, Message]:
    """(found, allowed) for a secret in a table, which is never repeated."""
    cure = Message("nothing; take it out and run `evenly connect`, which keeps it encrypted")
    if table == "notify":
        cure = Message("nothing; take it out and run `evenly notify secret`, which keeps it encrypted")
    return Message("a secret, which never belongs into this file"), cure


def choice(names: Iterable[str], instead_of: object = None) -> Message:
    """What is allowed where only some names are; with the likeliest one when a name looks misspelt."""
    known = sorted(names)
    near = difflib.get_close_matches(str(instead_of), known, n=1)
    if near:
        return Message("{names} (did you mean {near}?)", names=", ".join(known), near=near[0])
    return Message("{names}", names=", ".join(known))


def in_toml(value: object) -> str:
    """The value in TOML's notation, shortened."""
    text = _toml(value)
    return text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 1] + "…"


def _toml(value: object) -> str:
    if isinstance(value, Mapping):
        shown = {str(name): "…" if is_secret(str(name)) else _toml(each) for name, each in value.items()}
        return "{ " + ", ".join(f"{dotted((name,))} = {each}" for name, each in shown.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_toml(each) for each in value) + "]"
    if isinstance(value, str | bool):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, timedelta):
        return f'"{durations.written(value)}"'
    return value.isoformat() if isinstance(value, date | time) else str(value)


def _faults(details: ErrorDetails, model: type[BaseModel]) -> list[tuple[Key, Message | str, Message]]:
    key: Key = tuple(step for step in details["loc"] if step != "[key]")
    if key and is_secret(str(key[-1])) and details["type"] == "extra_forbidden":
        return [(key, *secret_refused(key[0]))]
    reason = details.get("ctx", {}).get("error")
    if isinstance(reason, Refused):
        shown = _FOUND["missing"] if details["input"] is None else in_toml(details["input"])
        return [(key + each.at, shown if each.found is None else each.found, each.allowed) for each in reason.refusals]
    found = _FOUND.get(details["type"], in_toml(details["input"]))
    return [(key, found, _allowed(details, key, model))]


_FOUND: dict[str, Message | str] = {"missing": Message("missing"), "extra_forbidden": Message("not a known key")}

_ALLOWED = {
    "missing": Message("a value: this key is needed"),
    "string_type": Message('text in quotes, such as "text"'),
    "int_type": Message("a whole number"),
    "int_from_float": Message("a whole number"),
    "float_type": Message("a number"),
    "finite_number": Message("a finite number"),
    "bool_type": Message("true or false"),
    "tuple_type": Message('a list, such as ["first", "second"]'),
    "list_type": Message('a list, such as ["first", "second"]'),
    "dict_type": Message("a table of keys and values"),
    "mapping_type": Message("a table of keys and values"),
    "model_type": Message("a table of keys and values"),
    "date_type": Message("a date such as 2026-12-01, without quotes"),
    "string_too_short": Message("text that is not empty"),
    "too_short": Message("a list that is not empty"),
}


def _allowed(details: ErrorDetails, key: Key, model: type[BaseModel]) -> Message:
    kind, context = details["type"], details.get("ctx", {})
    if kind == "extra_forbidden":
        return choice(_names(_model_at(model, key[:-1])), key[-1])
    if kind == "literal_error":
        return choice(re.findall(r"'([^']*)'", context["expected"]), details["input"])
    for bound, sentence in (
        ("ge", Message("at least {bound}", bound=context.get("ge"))),
        ("gt", Message("more than {bound}", bound=context.get("gt"))),
        ("le", Message("at most {bound}", bound=context.get("le"))),
        ("lt", Message("less than {bound}", bound=context.get("lt"))),
    ):
        if bound in context:
            return sentence
    reason = context.get("error")
    if isinstance(reason, ValueError) and reason.args and isinstance(reason.args[0], Message):
        return reason.args[0]
    return _ALLOWED.get(kind) or Message("{detail}", detail=details["msg"])


def _names(model: type[BaseModel] | None) -> list[str]:
    return [] if model is None else [field.alias or name for name, field in model.model_fields.items()]


def _model_at(model: type[BaseModel], key: Key) -> type[BaseModel] | None:
    """The model of the table at `key`: what its keys may be."""
    found: type[BaseModel] | None = model
    for step in key:
        if found is None:
            return None
        fields = {field.alias or name: field for name, field in found.model_fields.items()}
        if step in fields:
            found = _model_in(fields[str(step)].annotation)
    return found


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((model for part in get_args(annotation) if (model := _model_in(part))), None)
