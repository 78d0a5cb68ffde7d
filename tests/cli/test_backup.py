"""`evenly backup` and `evenly restore`: the whole workspace as one file, and back."""

from __future__ import annotations

import json
import stat

from tests.cli.shops import Shop


def test_a_workspace_comes_back_with_its_sign_ins(shop: Shop) -> None:
    """On the same day: what is due later waits with its account, and the sign-in is there."""
    shop.published("Out")
    shop.add("Later", "--at", "2090-12-01T10:00")

    made = shop("backup", "a.evenly", "--with-key", "--json")
    assert made.code == 0, made.err
    assert made.json["counts"]["post"] == 2
    assert made.json["with_key"]
    assert "has your accounts" not in made.out
    assert stat.S_IMODE((shop.folder / "a.evenly").stat().st_mode) == 0o600

    back = shop("restore", "a.evenly", "new", "--json")
    assert back.code == 0, back.err
    assert (back.json["held"], back.json["key_fits"]) == ([], True)
    states = {each["account"]: each["sign_in"] for each in shop("-w", "new", "accounts", "--json").json["accounts"]}
    assert states == {each["account"]: each["sign_in"] for each in shop("accounts", "--json").json["accounts"]}
    assert [each["state"] for each in shop("-w", "new", "queue", "--json").json["deliveries"]] == [
        each["state"] for each in shop("queue", "--json").json["deliveries"]
    ]


def test_without_the_key_it_says_what_to_do(shop: Shop) -> None:
    """And ends with 1: something needs a person."""
    shop.published("Out")
    assert "keep it somewhere else" in shop("backup", "a.evenly").err

    back = shop.evenly("restore", "a.evenly", "new", env={"EVENLY_KEY": ""})

    assert back.code == 1
    assert "`evenly connect` each account again" in back.out


def test_a_refusal_changes_nothing_and_ends_with_2(shop: Shop) -> None:
    """A file that is there, one that is no backup, a workspace with posts."""
    shop.add("Here", "--at", "2090-12-01T10:00")
    (shop.folder / "mine").write_text("mine")

    assert shop("backup", "mine").code == 2
    assert (shop.folder / "mine").read_text() == "mine"
    refused = shop("restore", "mine", "new")
    assert refused.code == 2
    assert "damaged" in refused.err
    assert not (shop.folder / "new").exists()
    shop("backup", "a.evenly")
    before = shop("export").out
    assert shop("restore", "a.evenly").code == 2
    assert shop("export").out == before
    assert json.loads(before.splitlines()[0])["version"] == 1
