"""`evenly accounts`: where each account stands."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta

from tests.cli.conftest import Program
from tests.cli.lamps import Lamps


def test_an_empty_workspace_says_what_to_do(evenly: Program) -> None:
    """And is an empty list for scripts."""
    assert "[accounts.page]" in evenly("accounts").out
    assert evenly("accounts", "--json").json == {"accounts": []}


def test_an_account_without_sign_in_shows_the_way(lamps: Lamps) -> None:
    """For people as a command, for scripts as `none`."""
    assert "evenly connect lamp" in lamps.evenly("accounts").out
    assert lamps.evenly("accounts", "--json").json["accounts"] == [
        {"account": "lamp", "network": "lantern", "sign_in": "none", "expires_at": None, "next_due": None, "quota": None}
    ]


def test_a_needed_sign_in_is_shown_with_its_reason(lamps: Lamps) -> None:
    """The account's deliveries wait; this says so."""
    lamps.take()
    _sql(lamps, """update account set sign_in = 'needed', reason = '{"text": "Revoked by {who}.", "values": {"who": "Ada"}}'""")

    assert lamps.evenly("accounts", "--json").json["accounts"][0]["sign_in"] == "needed"
    assert "Revoked by Ada. evenly connect lamp" in lamps.evenly("accounts").out


def test_a_wait_that_the_network_asked_for_is_shown_as_an_empty_quota(lamps: Lamps) -> None:
    """Until when, in the account's own zone."""
    lamps.take()
    until = (datetime.now(UTC) + timedelta(days=1)).replace(microsecond=0, tzinfo=None)
    _sql(lamps, "update quota set not_before = ?", f"{until.isoformat(' ')}.000000")

    quota = lamps.evenly("accounts", "--json").json["accounts"][0]["quota"]

    assert quota["remaining"] == 0
    assert datetime.fromisoformat(quota["resets_at"]) == until.replace(tzinfo=UTC)


def test_a_held_account_says_how_to_release_it(lamps: Lamps) -> None:
    """A hold is easily forgotten."""
    lamps.take()
    _sql(lamps, "update account set held = 1")

    assert "evenly release lamp" in lamps.evenly("accounts").out


def test_a_sign_in_that_ends_without_being_renewed_is_announced(lamps: Lamps) -> None:
    """Days ahead, beside whatever else is to be said."""
    ends = datetime.now(UTC) + timedelta(days=3)
    lamps.take(more={"expires_at": ends.isoformat()})
    assert "cannot be renewed" not in lamps.evenly("accounts").out

    _sql(lamps, "update credential set refreshable = 0")
    _sql(lamps, "update account set held = 1")

    (line,) = [line for line in lamps.evenly("accounts").out.splitlines() if line.startswith("lamp")]
    assert "held: evenly release lamp; ends on" in line
    assert line.endswith("cannot be renewed: evenly connect lamp")


def test_an_account_that_moved_to_another_network_is_not_signed_in_there(lamps: Lamps) -> None:
    """Its old sign-in counts for nothing."""
    lamps.take()
    lamps.evenly.settings('[brand]\ntimezone = "UTC"\n[accounts.lamp]\nnetwork = "mastodon"\n')

    (account,) = lamps.evenly("accounts", "--json").json["accounts"]

    assert (account["network"], account["sign_in"], account["expires_at"]) == ("mastodon", "none", None)


def test_without_a_terminal_the_table_is_plain_text(lamps: Lamps) -> None:
    """One line each, whole, without colour."""
    lines = lamps.evenly("accounts").out.splitlines()

    assert len(lines) == 2
    assert lines[0].split()[:2] == ["account", "network"]
    assert "\x1b" not in "".join(lines)


def _sql(lamps: Lamps, statement: str, *values: str) -> None:
    with sqlite3.connect(lamps.evenly.folder / ".evenly" / "evenly.sqlite") as connection:
        connection.execute(statement, values)
    connection.close()
