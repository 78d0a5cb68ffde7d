"""`evenly mix`: every target, how it stands, and what to add."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from evenly.cli.command import json_option, with_app
from evenly.messages import _, shown

if TYPE_CHECKING:
    from datetime import datetime

    from evenly.app import App
    from evenly.planning.mixing import Mix


@click.command("mix")
@click.option("--account", metavar="ACCOUNT", help="Only this account.")
@click.option("--ask", is_flag=True, help="Ask once about every post of unknown origin or topic, and remember the answers.")
@json_option
@with_app
def command(app: App, account: str | None, ask: bool, as_json: bool) -> int:
    """Show every target of the mix, its share and verdict, and what to add to restore it."""
    from evenly.cli import show
    from evenly.planning import blocking, mixing

    if account is not None and account not in app.settings.accounts:
        known = ", ".join(app.settings.accounts) or "-"
        raise click.UsageError(_("There is no account {name}; evenly.toml has: {known}.", name=account, known=known))
    now = app.clock.now()
    blocking.mend(app.desk, now=now)
    found = mixing.look(app.desk, now=now, account=account)
    if ask and found.unknown:
        from evenly.cli import asking

        asking.ask(app, found.unknown)
        found = mixing.look(app.desk, now=now, account=account)
    if as_json:
        show.print_json(_document(app, found))
    else:
        _tell(app, found, account, now)
    return 0 if found.ok else 1


def _tell(app: App, found: Mix, account: str | None, now: datetime) -> None:
    from evenly.cli import mix_table

    mix_table.tell(app, found, account, now)
    mix_table.tell_more(found)


def _document(app: App, found: Mix) -> dict[str, Any]:
    from evenly.planning import listing, mixing

    return {
        "ok": found.ok,
        "window": {
            "since": found.since.isoformat(timespec="seconds"),
            "until": found.until.isoformat(timespec="seconds"),
            "published": found.published,
            "planned": found.planned,
            "least": app.settings.mix.window.least,
        },
        "findings": [each.document(shown) for each in found.findings],
        "advice": [{"account": account, "add": shown(advice)} for account, advice in mixing.with_advice(found)],
        "sequence": [
            {"rule": each.rule, "account": each.account, "first": each.first, "last": each.last, "message": shown(each.message)}
            for each in found.breaks
        ],
        "dry": [
            {"account": each.account, "kind": each.kind, "date": each.on.isoformat(), "message": shown(each.message)} for each in found.dry
        ],
        "held": [listing.document(app.desk, row) for row in found.held],
        "unheard": list(found.unheard),
        "remarks": [{"post": f"p{post}", "message": shown(message)} for post, message in found.remarks],
        "unknown": [{"post": f"p{each.post}", "origin": each.lacks_origin, "topic": each.lacks_topic} for each in found.unknown],
    }
