"""Accounts, credentials, quotas and heartbeats as rows, in both kinds of store."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from cryptography.fernet import Fernet
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evenly.plugin import AccountState, App, Credentials, Limits, MediaLimits, Message, Quota, VideoLimits
from evenly.store import Store, accounts, credentials, heartbeats, models, quotas
from evenly.store.secrets import Vault

NOW = datetime(2026, 11, 22, 12, 0, 0, 123456, tzinfo=UTC)
HOUR = timedelta(hours=1)
STATE = AccountState(
    remote_id="18446744073709551616",
    name="Atelier Lumière",
    url="https://social.example/@a",
    limits=Limits(
        text=1000, pictures=6, picture=MediaLimits(ratio=(0.5, 2.0), bytes=5), video=VideoLimits(seconds=(1.0, 2.5)), spacing=HOUR
    ),
    quota=Quota(limit=25, remaining=3, resets_at=NOW, scope="app"),
    repeat_safe={"key": HOUR, "read-back": timedelta(seconds=1.5)},
    expires_at=NOW,
    facts={"version": "4.5.1", "more": [1, {"deep": None}]},
)


@pytest.fixture
def vault() -> Vault:
    return Vault([Fernet.generate_key()])


def known(store: Store) -> accounts.Known | None:
    with store.read() as connection:
        return accounts.known_one(connection, "page")


# ---- accounts


def test_an_account_is_made_once_and_then_left_alone(store: Store) -> None:
    """Whoever needs the row makes sure that it is there."""
    with store.write() as connection:
        accounts.hold(connection, "page", "facebook", held=True)
        accounts.hold(connection, "page", "facebook", held=True)

    assert known(store) == accounts.Known(name="page", network="facebook", held=True)


def test_what_a_look_told_comes_back_equal_with_its_age(store: Store) -> None:
    """Limits, windows and facts are values again, not texts."""
    with store.write() as connection:
        accounts.signed_in(connection, "page", "facebook", {"page_id": "1"})
        accounts.looked(connection, "page", STATE, at=NOW)

    found = known(store)
    assert found is not None
    assert found.state == STATE
    assert found.looked_at == NOW
    assert found.settings == {"page_id": "1"}


def test_a_state_that_another_version_wrote_is_read_as_far_as_it_goes(store: Store) -> None:
    """What is new is left out; what does not fit at all is forgotten, and the next look tells it anew."""
    table = models.account
    with store.write() as connection:
        accounts.signed_in(connection, "page", "facebook", {})
        connection.execute(table.update().values(state={"remote_id": "1", "name": "a", "unheard_of": 5}))
    assert known(store) == accounts.Known(name="page", network="facebook", sign_in="ok", state=AccountState(remote_id="1", name="a"))

    with store.write() as connection:
        connection.execute(table.update().values(state={"name": 5}))
    found = known(store)
    assert found is not None
    assert found.state is None


def test_a_needed_sign_in_says_why_until_somebody_signs_in(store: Store) -> None:
    """The reason is a message, to be shown in the reader's language."""
    why = Message("Revoked by {who}.", who="Ada")
    with store.write() as connection:
        accounts.sign_in_needed(connection, "page", "facebook", why)
    found = known(store)
    assert found is not None
    assert (found.sign_in, found.reason) == ("needed", why)

    with store.write() as connection:
        accounts.signed_in(connection, "page", "facebook", {})
    found = known(store)
    assert found is not None
    assert (found.sign_in, found.reason) == ("ok", None)


def test_forgetting_a_sign_in_keeps_the_hold(store: Store) -> None:
    """And says whether there was anything to forget."""
    with store.write() as connection:
        accounts.signed_in(connection, "page", "facebook", {"page_id": "1"})
        accounts.hold(connection, "page", "facebook", held=True)
        assert accounts.forget(connection, "page")
        assert not accounts.forget(connection, "page")
        assert not accounts.forget(connection, "nobody")

    assert known(store) == accounts.Known(name="page", network="facebook", held=True)


# ---- credentials

PAIR = Credentials(
    access_token="a", refresh_token="r", expires_at=NOW, client_id="i", client_secret="s", scopes=("x", "y"), extra={"did": "d"}
)


def kept(store: Store, vault: Vault) -> credentials.Kept | None:
    with store.read() as connection:
        return credentials.get(connection, vault, "page")


def put(store: Store, vault: Vault, pair: Credentials = PAIR) -> credentials.Kept:
    with store.write() as connection:
        credentials.put(connection, vault, "page", pair, refreshable=True, now=NOW)
    found = kept(store, vault)
    assert found is not None
    return found


def test_credentials_come_back_equal(store: Store, vault: Vault) -> None:
    """With what can be known of them without opening."""
    found = put(store, vault)

    assert found.credentials == PAIR
    assert (found.generation, found.stored_at, found.expires_at, found.refreshable, found.owner) == (1, NOW, NOW, True, None)
    with store.read() as connection:
        assert credentials.ends(connection) == {"page": credentials.End(NOW, refreshable=True, stored_at=NOW)}


def test_a_new_sign_in_is_a_new_generation_and_frees_the_lease(store: Store, vault: Vault) -> None:
    """Whoever was renewing the old pair finds it gone."""
    old = put(store, vault)
    with store.write() as connection:
        assert credentials.lease(connection, "page", old, owner="me", until=NOW)

    new = put(store, vault)

    assert (new.generation, new.owner) == (2, None)
    with store.write() as connection:
        assert not credentials.renew(connection, vault, "page", old, Credentials(access_token="late"), now=NOW)
    assert kept(store, vault) == new


def test_a_lease_has_one_holder(store: Store, vault: Vault) -> None:
    """It is taken as it was seen, and only its holder may go on."""
    seen = put(store, vault)
    with store.write() as connection:
        assert credentials.lease(connection, "page", seen, owner="me", until=NOW)
        assert not credentials.lease(connection, "page", seen, owner="you", until=NOW)
        assert not credentials.intend(connection, "page", owner="you", now=NOW)
        assert credentials.intend(connection, "page", owner="me", now=NOW)
        credentials.release(connection, "page", owner="you")

    held = kept(store, vault)
    assert held is not None
    assert (held.owner, held.lease_until, held.intent_at) == ("me", NOW, NOW)
    with store.write() as connection:
        assert credentials.lease(connection, "page", held, owner="you", until=NOW)
        credentials.release(connection, "page", owner="you")
    freed = kept(store, vault)
    assert freed is not None
    assert (freed.owner, freed.intent_at) == (None, NOW)


def test_a_renewed_pair_replaces_the_old_and_settles_the_intent(store: Store, vault: Vault) -> None:
    """In one statement: durable before anybody uses it."""
    seen = put(store, vault)
    fresh = Credentials(access_token="b", refresh_token="q", expires_at=NOW + HOUR)
    with store.write() as connection:
        credentials.lease(connection, "page", seen, owner="me", until=NOW)
        credentials.intend(connection, "page", owner="me", now=NOW)
        assert credentials.renew(connection, vault, "page", seen, fresh, now=NOW + HOUR)

    found = kept(store, vault)
    assert found is not None
    assert found.credentials == fresh
    assert (found.generation, found.owner, found.intent_at, found.stored_at) == (2, None, None, NOW + HOUR)


def test_an_app_and_an_account_of_one_name_are_apart(store: Store, vault: Vault) -> None:
    """Secrets are named by what they are for."""
    put(store, vault)
    with store.write() as connection:
        credentials.put_app(connection, vault, "page", App("i", "s"), now=NOW)
        credentials.put_app(connection, vault, "page", App("j"), now=NOW)
        assert credentials.get_app(connection, vault, "page") == App("j")
        assert credentials.get_app(connection, vault, "other") is None
        assert list(credentials.ends(connection)) == ["page"]
        assert credentials.forget(connection, "page")
        assert not credentials.forget(connection, "page")
        assert credentials.get_app(connection, vault, "page") == App("j")


# ---- quotas


def allowance(store: Store, now: datetime = NOW, account: str = "page") -> quotas.Allowance:
    with store.read() as connection:
        return quotas.allowance(connection, account, "facebook", now=now)


def test_nothing_is_known_of_a_quota_at_first(store: Store) -> None:
    assert allowance(store) == quotas.Allowance()


def test_the_networks_own_count_is_kept_until_it_is_reset(store: Store) -> None:
    """After that nobody knows, until the network tells again."""
    with store.write() as connection:
        quotas.record(connection, "page", "facebook", Quota(limit=25, remaining=3, resets_at=NOW + HOUR), now=NOW)

    assert allowance(store) == quotas.Allowance(limit=25, remaining=3, resets_at=NOW + HOUR)
    assert allowance(store, NOW + HOUR) == quotas.Allowance()


def test_the_tighter_of_account_and_app_counts(store: Store) -> None:
    """An app's quota is shared by all its accounts."""
    with store.write() as connection:
        quotas.record(connection, "page", "facebook", Quota(limit=25, remaining=3), now=NOW)
        quotas.record(connection, "page", "facebook", Quota(limit=100, remaining=1, scope="app"), now=NOW)

    assert allowance(store) == quotas.Allowance(limit=100, remaining=1)
    assert allowance(store, account="other") == quotas.Allowance(limit=100, remaining=1)


def test_a_call_is_taken_from_both_counts_and_never_below_nothing(store: Store) -> None:
    """So that two processes cannot spend the same one."""
    with store.write() as connection:
        quotas.record(connection, "page", "facebook", Quota(remaining=1), now=NOW)
        quotas.record(connection, "page", "facebook", Quota(remaining=9, scope="app"), now=NOW)
        quotas.take(connection, "page", "facebook")
        quotas.take(connection, "page", "facebook")

    assert allowance(store).remaining == 0
    assert allowance(store, account="other").remaining == 7


def test_a_wait_holds_until_it_is_over_and_the_longest_one_counts(store: Store) -> None:
    """A later word that asks for less does not shorten it; the count beside it stays."""
    with store.write() as connection:
        quotas.record(connection, "page", "facebook", Quota(remaining=5), now=NOW)
        quotas.wait(connection, "account", "page", "facebook", until=NOW + HOUR, reason=Message("Slow down."), now=NOW)
        quotas.wait(connection, "account", "page", "facebook", until=NOW + HOUR / 2, reason=None, now=NOW)
        quotas.wait(connection, "app", "page", "facebook", until=NOW + HOUR / 3, reason=None, now=NOW)

    assert allowance(store) == quotas.Allowance(remaining=5, not_before=NOW + HOUR, reason=Message("Slow down."))
    assert allowance(store, account="other") == quotas.Allowance(not_before=NOW + HOUR / 3)
    assert allowance(store, NOW + HOUR) == quotas.Allowance(remaining=5)


# ---- heartbeats


def test_a_process_is_on_record_from_its_first_beat_to_its_leave(store: Store) -> None:
    """The one that was seen last comes first."""
    with store.write() as connection:
        heartbeats.beat(connection, "a", pid=1, host="here", now=NOW)
        heartbeats.beat(connection, "b", pid=2, host="there", now=NOW + HOUR)
        heartbeats.beat(connection, "a", pid=1, host="here", now=NOW + 2 * HOUR)
        assert heartbeats.daemons(connection) == [
            heartbeats.Daemon(owner="a", pid=1, host="here", started_at=NOW, seen_at=NOW + 2 * HOUR),
            heartbeats.Daemon(owner="b", pid=2, host="there", started_at=NOW + HOUR, seen_at=NOW + HOUR),
        ]
        heartbeats.leave(connection, "a")
        assert [each.owner for each in heartbeats.daemons(connection)] == ["b"]
        heartbeats.sweep(connection, before=NOW + 2 * HOUR)
        assert heartbeats.daemons(connection) == []


# ---- any state

_moments = st.none() | st.datetimes(timezones=st.just(UTC))
_spans = st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=400))
_texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20)
_states = st.builds(
    AccountState,
    remote_id=_texts,
    name=_texts,
    url=st.none() | _texts,
    limits=st.none() | st.builds(Limits, text=st.none() | st.integers(0, 10**6), formats=st.frozensets(_texts), spacing=st.none() | _spans),
    quota=st.none() | st.builds(Quota, remaining=st.none() | st.integers(0, 10**6), resets_at=_moments),
    repeat_safe=st.none() | st.dictionaries(st.sampled_from(["key", "refusal", "read-back", "none"]), _spans),
    expires_at=_moments,
    facts=st.dictionaries(_texts, st.recursive(st.none() | st.booleans() | st.integers(-(2**53), 2**53) | _texts, st.lists, max_leaves=4)),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=50)
@given(state=_states)
def test_any_state_comes_back_equal(file_store: Store, state: AccountState) -> None:
    """Whatever a network's server says of itself."""
    with file_store.write() as connection:
        accounts.signed_in(connection, "page", "facebook", {})
        accounts.looked(connection, "page", state, at=NOW)

    found = known(file_store)
    assert found is not None
    assert found.state == state
