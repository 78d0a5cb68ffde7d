"""`evenly accounts`: where each account stands."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from evenly.cli.command import json_option, with_app
from evenly.messages import _, shown

if TYPE_CHECKING:
    from evenly.app import App
    from evenly.store.accounts import Known
    from evenly.store.credentials import End
    from evenly.store.quotas import Allowance


@click.command("accounts")
@json_option
@with_app
def command(app: App, as_json: bool) -> None:
    """Sign-in, expiry, next post and quota of each account of evenly.toml."""
    from evenly.cli import show

    accounts = _read(app)
    if as_json:
        show.print_json({"accounts": [_document(app, name, *each) for name, each in accounts.items()]})
    elif accounts:
        columns = (_("account"), _("network"), _("sign-in"), _("until"), _("next post"), _("quota"), _("note"))
        show.table(columns, [_row(app, name, *each) for name, each in accounts.items()])
    else:
        click.echo(_("There is no account yet: add one to evenly.toml, such as [accounts.page]."))


_Account = tuple["Known | None", "End | None", "datetime | None", "Allowance"]


def _read(app: App) -> dict[str, _Account]:
    """What is known of each account of the file, in its order: the row, the end of its sign-in, its next post, its quota."""
    from evenly.store import accounts, credentials, queue, quotas

    with app.store.read() as connection:
        known, ends, dues = accounts.known(connection), credentials.ends(connection), queue.next_due(connection)
        now = app.clock.now()
        return {
            name: (
                _on(known.get(name), account.network),
                ends.get(name),
                dues.get(name),
                quotas.allowance(connection, name, account.network, now=now),
            )
            for name, account in app.settings.accounts.items()
        }


def _on(known: Known | None, network: str) -> Known | None:
    return known if known is not None and known.network == network else None


def _document(app: App, name: str, known: Known | None, end: End | None, due: datetime | None, left: Allowance) -> dict[str, Any]:
    zone = ZoneInfo(app.settings.zone(name))
    return {
        "account": name,
        "network": app.settings.accounts[name].network,
        "sign_in": known.sign_in if known else "none",
        "expires_at": _time(end.at if end and known and known.sign_in != "none" else None, zone),
        "next_due": _time(due, zone),
        "quota": _quota(left, zone),
    }


def _quota(left: Allowance, zone: ZoneInfo) -> Mapping[str, Any] | None:
    if left.limit is None and left.remaining is None and left.not_before is None:
        return None
    resets_at = max((moment for moment in (left.resets_at, left.not_before) if moment is not None), default=None)
    remaining = 0 if left.not_before is not None else left.remaining
    return {"limit": left.limit, "remaining": remaining, "resets_at": _time(resets_at, zone)}


def _row(app: App, name: str, known: Known | None, end: End | None, due: datetime | None, left: Allowance) -> tuple[object, ...]:
    from evenly.cli import show

    zone = ZoneInfo(app.settings.zone(name))
    signs = {"none": _("not signed in"), "ok": _("ok"), "needed": _("needed")}
    return (
        name,
        app.settings.accounts[name].network,
        signs[known.sign_in if known else "none"],
        show.when(end.at.astimezone(zone) if end and end.at and known else None),
        show.when(due.astimezone(zone) if due else None),
        _quota_text(left, zone),
        _note(app, name, known, end, left),
    )


def _quota_text(left: Allowance, zone: ZoneInfo) -> str:
    from evenly.cli import show

    if left.not_before is not None:
        return _("none until {moment}", moment=show.when(left.not_before.astimezone(zone)))
    if left.remaining is None:
        return "-"
    return f"{left.remaining}/{left.limit}" if left.limit is not None else str(left.remaining)


def _note(app: App, name: str, known: Known | None, end: End | None, left: Allowance) -> str:
    from evenly import signing_in

    network = app.settings.accounts[name].network
    if network in app.networks.refused:
        return shown(app.networks.refused[network])
    if network not in app.networks:
        return _("No installed package provides the network {network}.", network=network)
    if known is None or known.sign_in != "ok":
        reason = f"{shown(known.reason)} " if known and known.reason else ""
        return f"{reason}evenly connect {name}"
    notes = [_("held: evenly release {account}", account=name)] if known.held else []
    zone = ZoneInfo(app.settings.zone(name))
    if end is not None and (ending := signing_in.warning(name, end, app.clock.now(), zone)) is not None:
        notes.append(shown(ending))
    if left.reason and not known.held:
        notes.append(shown(left.reason))
    return "; ".join(notes) or (known.state.name if known.state else "")


def _time(moment: datetime | None, zone: ZoneInfo) -> str | None:
    return None if moment is None else moment.astimezone(zone).isoformat(timespec="seconds")
