"""Tokens are renewed in time, by one process at a time, and a single-use refresh token is never used twice without need."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from evenly import signing_in
from evenly.clock import RealClock
from evenly.plugin import Credentials, Message, SignInNeeded, TryLater
from evenly.plugin.testing import Fault, faults, serve
from evenly.signing_in.owners import is_elsewhere, is_gone, new_owner
from evenly.signing_in.refreshing import merged
from evenly.store import StoreFull, accounts, credentials, models
from evenly.store.secrets import Vault
from tests.signing_in import racing
from tests.signing_in.conftest import Scene
from tests.signing_in.lantern import Lantern
from tests.signing_in.workspaces import workspace

SETTLE = timedelta(seconds=150)
LOSE = Fault(faults.lose_answer, method="POST", path="/token", nth=1)


def sign_in_of(scene: Scene) -> accounts.Known:
    with scene.desk.store.read() as connection:
        known = accounts.known_one(connection, "lamp")
    assert known is not None
    return known


def kept(scene: Scene) -> credentials.Kept:
    with scene.desk.store.read() as connection:
        found = credentials.get(connection, scene.vault, "lamp")
    assert found is not None
    return found


def test_a_token_with_most_of_its_life_left_is_used_as_it_is(scene: Scene) -> None:
    """No call is made before it is time."""
    pair = scene.server.pair()
    scene.keep(pair, left=timedelta(hours=1))
    scene.clock.advance(timedelta(minutes=44))

    account = scene.renewed()

    assert account.credentials is not None
    assert account.credentials.access_token == pair.access_token
    assert scene.served.log == []


def test_a_token_is_renewed_in_the_last_quarter_of_its_life(scene: Scene) -> None:
    """And the new pair is stored, with its own end."""
    pair = scene.server.pair()
    scene.keep(pair, left=timedelta(hours=1))
    scene.clock.advance(timedelta(minutes=46))

    account = scene.renewed()

    assert account.credentials is not None
    assert account.credentials.access_token in scene.server.access
    assert account.credentials.access_token != pair.access_token
    assert kept(scene).credentials == account.credentials
    assert kept(scene).generation == 2
    assert kept(scene).expires_at == scene.clock.now() + timedelta(hours=1)
    assert (kept(scene).owner, kept(scene).intent_at) == (None, None)


def test_a_token_of_months_is_renewed_a_week_before_its_end(scene: Scene) -> None:
    """An outage of some days does not cost the sign-in."""
    scene.keep(scene.server.pair(), left=timedelta(days=60))
    scene.clock.advance(timedelta(days=52))
    scene.renewed()
    assert scene.server.renewals == 0

    scene.clock.advance(timedelta(days=1, minutes=1))
    scene.renewed()
    assert scene.server.renewals == 1


def test_where_only_a_refresh_token_is_stored_it_is_traded_first(scene: Scene) -> None:
    """`connect --token-stdin` may bring no access token at all; signing in trades what it brings."""
    pair = scene.server.pair()
    scene.keep(Credentials(refresh_token=pair.refresh_token))

    assert scene.server.renewals == 1
    assert kept(scene).credentials.access_token in scene.server.access


def test_an_empty_value_never_replaces_a_token(scene: Scene) -> None:
    """A network that gives no new refresh token means that the old one goes on."""
    old = Credentials(access_token="a", refresh_token="r", client_secret="s", scopes=("read",), extra={"did": "x", "host": "h"})

    new = merged(old, Credentials(access_token="b", refresh_token="", extra={"did": "", "host": "i"}))

    assert new == replace(old, access_token="b", extra={"did": "x", "host": "i"})


def test_an_answer_without_a_token_is_no_renewal(scene: Scene) -> None:
    """Nothing is overwritten, and the account goes on with what it has as long as that is good."""
    pair = scene.server.pair()
    scene.server.refresh_answer = {"access_token": ""}
    scene.server.keeps_access = True
    scene.keep(pair, left=timedelta(hours=1))
    scene.clock.advance(timedelta(minutes=50))

    account = scene.renewed()

    assert account.credentials is not None
    assert account.credentials.access_token == pair.access_token
    assert kept(scene).credentials.refresh_token == pair.refresh_token


def test_while_the_network_is_away_a_token_that_still_lives_is_used(scene: Scene) -> None:
    """And one that has ended makes the account wait, without asking a person."""
    pair = scene.server.pair()
    scene.keep(pair, left=timedelta(hours=1))
    scene.served.inject(Fault(faults.fail(503), path="/token"))
    scene.clock.advance(timedelta(minutes=50))
    account = scene.renewed()
    assert account.credentials is not None
    assert account.credentials.access_token == pair.access_token

    scene.clock.advance(timedelta(minutes=20))
    with pytest.raises(TryLater):
        scene.renewed()
    assert sign_in_of(scene).sign_in == "ok"


def test_a_refused_renewal_needs_a_sign_in_once_the_access_token_is_refused_as_well(scene: Scene) -> None:
    """The row says so with the reason, and from then on nobody asks the network again."""
    pair = scene.server.pair()
    scene.server.refresh.clear()
    scene.server.access.clear()
    scene.keep(pair, left=timedelta(hours=1))
    scene.clock.advance(timedelta(hours=2))

    with pytest.raises(SignInNeeded):
        scene.renewed()
    assert sign_in_of(scene).sign_in == "needed"
    calls = len(scene.served.log)
    with pytest.raises(SignInNeeded):
        scene.renewed()
    assert len(scene.served.log) == calls


def test_a_refused_renewal_leaves_a_good_access_token_in_use(scene: Scene) -> None:
    """Without asking for a renewal at every step."""
    pair = scene.server.pair()
    scene.server.refresh.clear()
    scene.keep(pair, left=timedelta(hours=1))
    scene.clock.advance(timedelta(minutes=50))
    for _ in range(3):
        account = scene.renewed()
        assert account.credentials is not None
        assert account.credentials.access_token == pair.access_token
    assert [seen.path for seen in scene.served.log] == ["/token", "/me"]

    scene.clock.advance(timedelta(minutes=20))
    with pytest.raises(SignInNeeded):
        scene.renewed()
    assert sign_in_of(scene).sign_in == "needed"


def test_an_access_token_that_the_network_refuses_is_renewed_before_its_end(scene: Scene) -> None:
    """Tokens are revoked early, and clocks differ."""
    scene.keep(scene.server.pair(), left=timedelta(hours=1))
    refused = scene.account()
    scene.server.access.clear()

    account = scene.other_than(refused)

    assert account.credentials is not None
    assert account.credentials.access_token in scene.server.access


def test_an_access_token_that_was_replaced_meanwhile_is_just_read_again(scene: Scene) -> None:
    """Another process has renewed it: that is no reason to renew it once more."""
    scene.keep(scene.server.pair(), left=timedelta(hours=1))
    refused = scene.account()
    scene.other_than(refused)

    scene.other_than(refused)

    assert scene.server.renewals == 1


def test_a_lost_answer_is_not_asked_for_again_before_the_settle_time(scene: Scene) -> None:
    """The request may still be on its way; then the old token is tried once more, and where both are refused a person is asked."""
    scene.keep(scene.server.pair(), left=timedelta(hours=1))
    scene.served.inject(LOSE)
    scene.clock.advance(timedelta(hours=2))
    with pytest.raises(TryLater):
        scene.renewed()
    scene.clock.advance(SETTLE - timedelta(seconds=1))
    with pytest.raises(TryLater) as later:
        scene.renewed()
    assert later.value.wait == timedelta(seconds=1)
    assert len(scene.served.log) == 1

    scene.clock.advance(timedelta(seconds=1))
    with pytest.raises(SignInNeeded):
        scene.renewed()
    assert scene.server.replays == 1
    assert sign_in_of(scene).sign_in == "needed"


def test_after_a_lost_answer_a_living_access_token_goes_on(scene: Scene) -> None:
    """A sign-in is needed only when both tokens are refused."""
    pair = scene.server.pair()
    scene.server.keeps_access = True
    scene.keep(pair, left=timedelta(hours=1))
    scene.served.inject(LOSE)
    scene.clock.advance(timedelta(minutes=50))
    assert scene.renewed().credentials == scene.account().credentials

    scene.clock.advance(SETTLE)
    account = scene.renewed()

    assert account.credentials is not None
    assert account.credentials.access_token == pair.access_token
    assert sign_in_of(scene).sign_in == "ok"


def test_a_request_that_never_arrived_is_made_good_after_the_settle_time(scene: Scene) -> None:
    """The old refresh token is still good then."""
    scene.keep(scene.server.pair(), left=timedelta(hours=1))
    scene.served.inject(Fault(faults.drop, path="/token", nth=1))
    scene.clock.advance(timedelta(hours=2))
    with pytest.raises(TryLater):
        scene.renewed()

    scene.clock.advance(SETTLE)
    account = scene.renewed()

    assert account.credentials is not None
    assert account.credentials.access_token in scene.server.access
    assert scene.server.replays == 0


def test_on_a_full_disk_the_ballast_makes_room_for_the_new_pair(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """The old pair is worth nothing any more; losing the new one would lose the account."""
    scene.keep(scene.server.pair(), left=timedelta(hours=1))
    scene.clock.advance(timedelta(hours=2))
    scene.desk.store.keep_ballast()
    renew = credentials.renew

    def full_once(*arguments: Any, **keywords: Any) -> bool:
        if (scene.desk.settings.state / "ballast").exists():
            raise StoreFull(Message("full"))
        return renew(*arguments, **keywords)

    monkeypatch.setattr(credentials, "renew", full_once)

    assert scene.renewed().credentials == kept(scene).credentials


def test_what_a_network_renews_belongs_to_the_account_that_was_signed_in(scene: Scene) -> None:
    """An account that evenly.toml has given to another network never sends its old tokens there."""
    scene.keep(scene.server.pair(), left=timedelta(hours=1))
    with scene.desk.store.write() as connection:
        connection.execute(models.account.update().values(network="elsewhere"))

    with pytest.raises(SignInNeeded):
        scene.renewed()


def test_an_owner_is_gone_when_its_process_is() -> None:
    """And not before; a process that only has the same number is another."""
    mine = new_owner()
    machine, _pid, started, text = mine.split(":")
    ended = subprocess.Popen(["true"])
    pid = ended.pid
    ended.wait()

    assert not is_gone(mine)
    assert is_gone(f"{machine}:{pid}:{started}:{text}")
    assert is_gone(f"{machine}:{os.getpid()}:{started}1:{text}")
    assert not is_gone(f"elsewhere:{pid}:{started}:{text}")
    assert is_elsewhere(f"elsewhere:{pid}:{started}:{text}")
    assert not is_elsewhere(mine)


def test_the_lease_of_a_living_process_is_never_taken(scene: Scene) -> None:
    """However long it was paused: its request may still come."""
    scene.keep(scene.server.pair(), left=timedelta(hours=1))
    with scene.desk.store.write() as connection:
        assert credentials.lease(connection, "lamp", kept(scene), owner=new_owner(), until=scene.clock.now())
    scene.clock.advance(timedelta(days=1))

    with pytest.raises(TryLater):
        scene.renewed()
    assert scene.served.log == []


def test_the_lease_of_another_machine_is_taken_when_it_is_long_over(scene: Scene) -> None:
    """By the lease and the settle time, since clocks differ."""
    scene.keep(scene.server.pair(), left=timedelta(minutes=1))
    with scene.desk.store.write() as connection:
        credentials.lease(connection, "lamp", kept(scene), owner="elsewhere:1:1:x", until=scene.clock.now() + timedelta(seconds=60))
    scene.clock.advance(timedelta(seconds=60) + SETTLE)
    with pytest.raises(TryLater):
        scene.renewed()

    scene.clock.advance(timedelta(seconds=1))
    scene.renewed()
    assert scene.server.renewals == 1


# ---- real processes


def test_four_processes_racing_for_one_refresh_token_use_it_once(tmp_path: Path) -> None:
    """Scenario 17: over many renewals, no token is used twice and every process always ends up with a token that is good."""
    server = Lantern(lives=0.05)
    with serve(server, [Fault(faults.delay(0.01), path="/token")]) as served:
        desk = workspace(tmp_path, served.url)
        _sign_in(desk, server)
        context = multiprocessing.get_context("spawn")
        racers = [context.Process(target=racing.race, args=(str(tmp_path), 5)) for _ in range(4)]
        for racer in racers:
            racer.start()
        for racer in racers:
            racer.join()
        desk.store.close()

    assert [racer.exitcode for racer in racers] == [0] * 4
    assert server.replays == 0
    assert server.renewals >= 5


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_processes_killed_at_random_use_no_refresh_token_twice(tmp_path: Path, kind: str, request: pytest.FixtureRequest) -> None:
    """Four of them, renewing all the time, one killed every moment; where an answer was lost with its process, somebody signs in again."""
    url = "sqlite" if kind == "sqlite" else request.getfixturevalue("postgresql").database()
    server = Lantern(lives=0.05)
    with serve(server, [Fault(faults.delay(0.01), path="/token")]) as served:
        desk = workspace(tmp_path, served.url, store=url)
        _sign_in(desk, server)
        nursery = multiprocessing.get_context("spawn").Process(target=racing.renew_and_be_killed, args=(str(tmp_path), 60))
        nursery.start()
        lost = 0
        while nursery.is_alive():
            time.sleep(0.02)
            if _is_lost(desk):
                lost += 1
                _sign_in(desk, server)
        assert nursery.exitcode == 0
        desk.store.close()

    assert server.replays == 0
    assert server.renewals > 20
    assert lost > 0  # else no kill has hit where it hurts


def _is_lost(desk: Any) -> bool:
    """Whether a renewal was begun by a process that is gone: nobody asks again before the settle time."""
    with desk.store.read() as connection:
        kept = credentials.get(connection, Vault.open(desk.settings.state, {}), "lamp")
    return kept is not None and kept.intent_at is not None and (kept.owner is None or is_gone(kept.owner))


@pytest.mark.parametrize("keeps_access", [True, False])
def test_a_kill_between_answer_and_store_needs_a_sign_in_only_when_both_tokens_are_refused(tmp_path: Path, keeps_access: bool) -> None:
    """The dead process's lease is free at once; what it was told is lost."""
    server = Lantern(keeps_access=keeps_access)
    with serve(server) as served:
        desk = workspace(tmp_path, served.url)
        _sign_in(desk, server, left=timedelta(seconds=100))
        with desk.store.write() as connection:  # most of its life has passed
            connection.execute(models.credential.update().values(stored_at=RealClock().now() - timedelta(hours=1)))
        victim = multiprocessing.get_context("spawn").Process(target=racing.die_before_storing, args=(str(tmp_path),))
        victim.start()
        victim.join()
        assert victim.exitcode == -signal.SIGKILL
        assert server.renewals == 1
        _let_settle(desk)

        scene = Scene(desk, Vault.open(desk.settings.state, {}), RealClock(), server, served)  # type: ignore[arg-type]  # any clock does
        if keeps_access:
            assert scene.renewed().credentials is not None
            assert sign_in_of(scene).sign_in == "ok"
        else:
            with pytest.raises(SignInNeeded):
                scene.renewed()
            assert sign_in_of(scene).sign_in == "needed"
        assert server.replays == 1
        desk.store.close()


def _sign_in(desk: Any, server: Lantern, *, left: timedelta = timedelta(0)) -> None:
    vault, clock = Vault.open(desk.settings.state, {}), RealClock()
    ready = replace(server.pair(), expires_at=clock.now() + left)
    signing_in.take_ready(desk, vault, "lamp", ready, clock=clock, http_for=lambda name: signing_in.http(desk, name, clock), probe=False)


def _let_settle(desk: Any) -> None:
    with desk.store.write() as connection:
        moment = RealClock().now() - SETTLE
        connection.execute(models.credential.update().values(intent_at=moment))
