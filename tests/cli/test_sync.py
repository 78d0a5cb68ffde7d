"""`evenly sync` reads what was published by hand or by other tools, against the networks' own stand-ins."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from evenly.clock import RealClock
from evenly.networks import Networks
from evenly.plugin import Account, Http, Part
from evenly.plugin.testing import Fault, faults
from tests.acceptance.world import World, world
from tests.importing.workspaces import picture


@pytest.fixture
def here(tmp_path: Path) -> Iterator[World]:
    with world(tmp_path, speed=1) as made:
        yield made


def by_hand(here: World, name: str, text: str, *, kind: Any = "post", thread: Any = ()) -> Any:
    """Publish on the account as somebody else would who has the same rights: past everything that evenly writes down."""
    import tomllib

    network = here.places[name].network
    own = tomllib.loads((here.folder / "evenly.toml").read_text())["accounts"][name]
    api = own.pop("api")
    ready = here.stand_ins[name].accounts[here.places[name].number]
    account = Account(id=name, network=network, settings={key: own[key] for key in own if key != "network"}, credentials=ready.credentials)
    networks = Networks.load({network})
    with Http(clock=RealClock(), network=networks[network], api=api, timeout=timedelta(seconds=10)) as http:
        common = {"account": account, "part": Part(kind=kind, position=0, text=text), "key": f"hand-{text}", "http": http}
        prepared = networks.call(network, "prepare", so_far=None, thread=thread, **common)
        return networks.call(network, "publish", prepared=prepared, thread=thread, first_attempt=here.clock.now(), **common)


def synced(here: World, *arguments: str, code: int = 0) -> dict[str, dict[str, Any]]:
    result = here.evenly("sync", "--json", *arguments)
    assert result.returncode == code, result.stderr
    return {each.pop("account"): each for each in json.loads(result.stdout)["accounts"]}


def exported(here: World) -> list[dict[str, Any]]:
    """The rows of what stands elsewhere."""
    lines = [json.loads(line) for line in here.done("export").splitlines()]
    return [line["row"] for line in lines if line["type"] == "elsewhere"]


@pytest.mark.parametrize("name", ["fedi", "page"])
def test_what_was_published_by_hand_is_kept_and_what_is_ours_is_not(here: World, tmp_path: Path, name: str) -> None:
    """Text, address and time; reading again adds nothing; comments and replies are no posts."""
    delivery = json.loads(here.done("add", "Through evenly", "--to", name, "--json"))["deliveries"][0]
    here.done("publish", delivery["id"])
    pictured = str(picture(tmp_path / "ring.png"))
    shown = json.loads(here.done("add", "With a ring", "--media", pictured, "--alt", "A ring", "--to", name, "--json"))["deliveries"][0]
    here.done("publish", shown["id"])
    root = by_hand(here, name, "By hand")
    by_hand(here, name, "A word below it", kind="comment", thread=(root,))

    assert synced(here)[name] == {"elsewhere": 1, "new": 1, "trouble": None}
    assert synced(here)[name] == {"elsewhere": 1, "new": 0, "trouble": None}
    (row,) = exported(here)
    assert (row["account"], row["text"], row["remote_id"]) == (name, "By hand", root.remote_id)
    assert abs(datetime.fromisoformat(row["at"]) - here.clock.now()) < timedelta(minutes=5)


def test_what_stands_elsewhere_counts_as_published(here: World) -> None:
    """Planned times stay until the planner is asked anew: then it keeps the next post away from what stands there."""
    delivery = json.loads(here.done("add", "Through evenly", "--to", "fedi", "--json"))["deliveries"][0]
    alone = planned(here)
    for number in range(3):
        by_hand(here, "fedi", f"By hand {number}")
    synced(here)

    assert planned(here)["deliveries"] == alone["deliveries"]
    here.done("plan", "--respread")
    (moved,) = planned(here)["deliveries"]
    assert datetime.fromisoformat(moved["due"]) > datetime.fromisoformat(delivery["due"])


def planned(here: World) -> dict[str, Any]:
    """The plan of the account `fedi`."""
    document = json.loads(here.done("plan", "--json"))
    return next(each for each in document["accounts"] if each["account"] == "fedi")


def test_an_account_that_cannot_be_read_is_told_and_hinders_no_other(tmp_path: Path) -> None:
    """Exit code 1, a sentence for each; what was known of it stays."""
    with world(
        tmp_path, speed=1, faults={"fedi": [Fault(faults.fail(500), method="GET", path="/api/v1/accounts/[0-9]+/statuses")]}
    ) as here:
        by_hand(here, "page", "By hand")
        first = synced(here, code=1)
        assert "500" in first["fedi"]["trouble"]
        assert first["page"] == {"elsewhere": 1, "new": 1, "trouble": None}
        here.done("disconnect", "page")

        second = here.evenly("sync")

        assert second.returncode == 1
        assert "evenly connect page" in second.stderr
        assert "Traceback" not in second.stderr
        assert [row["account"] for row in exported(here)] == ["page"]


def test_an_account_that_there_is_not_is_refused(here: World) -> None:
    """By name, with those that there are."""
    result = here.evenly("sync", "--account", "nowhere")

    assert result.returncode == 2
    assert "There is no account nowhere; evenly.toml has: fedi, page." in result.stderr


def test_the_daemon_reads_the_accounts_without_being_asked(here: World, tmp_path: Path) -> None:
    """Soon after it has started, if that was not done on the last day."""
    by_hand(here, "fedi", "By hand")
    daemon = here.daemon(tmp_path / "log")
    try:
        deadline = time.monotonic() + 60
        while not exported(here):
            assert time.monotonic() < deadline, (tmp_path / "log").read_text()
            assert daemon.poll() is None, (tmp_path / "log").read_text()
    finally:
        daemon.terminate()
        assert daemon.wait(60) == 0

    assert [(row["account"], row["text"]) for row in exported(here)] == [("fedi", "By hand")]
