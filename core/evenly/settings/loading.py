"""From the file to checked settings: everything wrong with it is told at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ValidationError

from evenly.plugin import Message
from evenly.settings.account import Account
from evenly.settings.faults import SettingsRefused, choice, found_in, is_secret, secret_refused
from evenly.settings.source import Source, parsed, read
from evenly.settings.tables import Document, Settings
from evenly.settings.workspace import FILE

if TYPE_CHECKING:
    from pathlib import Path

    from evenly.settings.faults import Fault, Key

NetworkModels = Mapping[str, type[BaseModel] | None]
"""Installed networks, each with the model of its own settings; None: it has none."""

_COMMON = Account.model_fields.keys() - {"own"}


def load(folder: Path, networks: NetworkModels) -> Settings:
    """The settings of the workspace `folder`. Raises SettingsRefused with every fault of its file.

    An account whose network is not installed is no fault: its own settings stay unchecked, and a warning says so.
    """
    return _checked(read(folder / FILE), folder, networks)


def check(folder: Path, text: str, networks: NetworkModels) -> Settings:
    """The settings that the workspace would have if this were the text of its file. Raises SettingsRefused with every fault."""
    return _checked(parsed(folder / FILE, text), folder, networks)


def _checked(source: Source, folder: Path, networks: NetworkModels) -> Settings:
    document, own = _split(source.document)
    faults = [*_secrets(source, own), *_engine_without_store(source)]
    whole: Document | None = None
    try:
        whole = Document.model_validate(_frozen(document))
    except ValidationError as error:
        faults += [source.fault(*fault) for fault in found_in(error, Document)]
    checked: dict[str, dict[str, Any]] = {}
    for account, written in own.items():
        checked[account], wrong = _own(source, account, written, networks)
        faults += wrong
    if faults or whole is None:
        raise SettingsRefused(sorted(faults, key=lambda fault: fault.line or 0))
    accounts = {name: account.model_copy(update={"own": checked[name]}) for name, account in whole.accounts.items()}
    warnings = tuple(_warnings(whole, source.document, networks))
    return Settings.model_construct(**{**dict(whole), "accounts": accounts}, folder=folder.resolve(), warnings=warnings)


def networks_named(folder: Path) -> frozenset[str]:
    """The networks that accounts of this workspace name, so that only their plugins need to be loaded.

    Checks nothing but that the file is TOML; raises SettingsRefused where it is not.
    """
    accounts = read(folder / FILE).document.get("accounts")
    tables = accounts.values() if isinstance(accounts, Mapping) else ()
    named = (table.get("network") for table in tables if isinstance(table, Mapping))
    return frozenset(name for name in named if isinstance(name, str))


def _split(document: dict[str, Any]) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """The document without the networks' own settings, and these by account."""
    accounts = document.get("accounts")
    if not isinstance(accounts, dict):
        return document, {}
    common: dict[str, Any] = {}
    own: dict[str, dict[str, Any]] = {}
    for name, table in accounts.items():
        if isinstance(table, dict):
            common[name] = {key: value for key, value in table.items() if key in _COMMON}
            own[name] = {key: value for key, value in table.items() if key not in _COMMON}
        else:
            common[name] = table
    return {**document, "accounts": common}, own


def _frozen(value: Any) -> Any:
    """The same with tuples for lists: strict models take nothing else for a frozen value."""
    if isinstance(value, dict):
        return {key: _frozen(each) for key, each in value.items()}
    return tuple(_frozen(each) for each in value) if isinstance(value, list) else value


def _secrets(source: Source, own: Mapping[str, Mapping[str, Any]]) -> Iterator[Fault]:
    for account, settings in own.items():
        for key in _keys(settings):
            if is_secret(str(key[-1])):
                yield source.fault(("accounts", account, *key), *secret_refused())


def _keys(table: Mapping[str, Any], above: Key = ()) -> Iterator[Key]:
    for name, value in table.items():
        yield (*above, name)
        if isinstance(value, Mapping):
            yield from _keys(value, (*above, name))


def _engine_without_store(source: Source) -> Iterator[Fault]:
    """Judged on what is written, so that other faults of the two tables cannot hide this one."""
    engine, store = source.document.get("engine"), source.document.get("store")
    kind = engine.get("kind") if isinstance(engine, Mapping) else None
    url = store.get("url", "sqlite") if isinstance(store, Mapping) else "sqlite"
    if kind == "procrastinate" and url == "sqlite":
        allowed = Message('"embedded", or "procrastinate" with a `[store] url` that names PostgreSQL, where it keeps its jobs')
        yield source.fault(("engine", "kind"), '"procrastinate"', allowed)


def _own(source: Source, account: str, written: dict[str, Any], networks: NetworkModels) -> tuple[dict[str, Any], list[Fault]]:
    """The account's own settings as its network reads them, and what is wrong with them."""
    network = source.document["accounts"][account].get("network")
    if not isinstance(network, str) or network not in networks:
        return written, []
    model, place = networks[network], ("accounts", account)
    unknown = _unknown(written, model)
    faults = [source.fault((*place, key), Message("not a known key"), choice(_keys_of(model) | _COMMON, key)) for key in unknown]
    if model is None:
        return written, faults
    try:
        checked = model.model_validate({key: value for key, value in written.items() if key not in unknown})
    except ValidationError as error:
        return written, faults + [source.fault((*place, *key), found, allowed) for key, found, allowed in found_in(error, model)]
    # Only what is written: `connect` keeps what it found out, and a default must not stand in front of that.
    return checked.model_dump(mode="json", by_alias=True, exclude_unset=True), faults


def _unknown(written: Mapping[str, Any], model: type[BaseModel] | None) -> list[str]:
    """The keys that a network's model does not have, whatever it does with strangers itself; secrets are told elsewhere."""
    if model is not None and model.model_config.get("extra") == "allow":
        return []
    return [key for key in written if key not in _keys_of(model) and not is_secret(key)]


def _keys_of(model: type[BaseModel] | None) -> set[str]:
    fields = model.model_fields if model is not None else {}
    return {key for name, field in fields.items() for key in (name, field.alias) if key}


def _warnings(parsed: Document, document: Mapping[str, Any], networks: NetworkModels) -> Iterator[Message]:
    if parsed.accounts and "timezone" not in document.get("brand", {}):
        yield Message("evenly.toml names no `brand.timezone`: times are in UTC")
    for topic in parsed.mix.topics.keys() - parsed.topics.keys():
        yield Message(
            "`mix.topics` wants a share of {topic}, which has no table [topics.{topic}]: only posts labelled with it will count",
            topic=topic,
        )
    for name, account in parsed.accounts.items():
        if account.network not in networks:
            yield Message(
                "No installed package provides the network {network}: the account {account} waits and its own settings stay "
                "unchecked. Installed: {names}",
                network=account.network,
                account=name,
                names=choice(networks, account.network),
            )
    if parsed.store.holds_password:
        yield Message("`store.url` holds a password: take it out and let PGPASSFILE or ~/.pgpass tell it")
