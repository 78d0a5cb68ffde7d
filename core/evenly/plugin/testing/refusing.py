"""Promises about errors: each says what happens next, and none tells a secret."""

from __future__ import annotations

import logging
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, quote_plus

import pytest

from evenly.plugin.errors import NetworkError, OutcomeUnknown, PostRejected, SignInNeeded, TryLater
from evenly.plugin.message import Message
from evenly.plugin.testing import faults
from evenly.plugin.testing.serving import Fault
from evenly.plugin.types import Credentials, Part, Published

if TYPE_CHECKING:
    from evenly.plugin.testing.bench import Bench
    from evenly.plugin.testing.serving import Behaviour

_ELSEWHERE: dict[str, Behaviour] = {"500": faults.fail(500), "503": faults.fail(503), "drop": faults.drop}


class Refuses:
    """Every end of a call is told by what we do next."""

    def test_slowing_down_waits_as_long_as_asked(self, bench: Bench) -> None:
        """429 on the visible call: nothing was published, and the wait is not shorter than `Retry-After`."""
        outcome = bench.outcome(bench.attempt(bench.part("Slower")), faults.slow_down("120"))
        assert isinstance(outcome, TryLater), f"publish made {outcome!r} of a 429"
        assert outcome.wait is not None, "the Retry-After was lost"
        assert outcome.wait >= timedelta(seconds=120), f"asked to wait 120 s, waits {outcome.wait}"

    def test_slowing_down_without_a_time_is_try_later_too(self, bench: Bench) -> None:
        """429 without `Retry-After`: the network's own rule, or the core's choice; never at once."""
        outcome = bench.outcome(bench.attempt(bench.part("Slower, please")), faults.slow_down())
        assert isinstance(outcome, TryLater), f"publish made {outcome!r} of a 429"
        assert outcome.wait is None or outcome.wait > timedelta(0)

    def test_slowing_down_elsewhere_is_try_later(self, bench: Bench) -> None:
        """429 on a call that only reads or uploads."""
        bench.served.inject(Fault(faults.slow_down("90"), visible=False))
        outcome = _first_repeatable(bench)
        assert isinstance(outcome, TryLater), f"{outcome!r} was made of a 429"
        assert outcome.wait is not None, "the Retry-After was lost"
        assert outcome.wait >= timedelta(seconds=90)

    @pytest.mark.parametrize("fault", _ELSEWHERE.values(), ids=_ELSEWHERE.keys())
    def test_a_fault_of_a_repeatable_call_is_try_later(self, bench: Bench, fault: Behaviour) -> None:
        """What the public cannot see may simply be done again."""
        bench.served.inject(Fault(fault, visible=False))
        outcome = _first_repeatable(bench)
        assert isinstance(outcome, TryLater), f"{outcome!r} was made of a call that may be repeated"

    def test_nothing_after_the_visible_call_can_unsay_it(self, bench: Bench) -> None:
        """When a call around the visible one fails, a post that is public is never called refused or unsent."""
        attempt = bench.attempt(bench.part("Said is said"))
        outcome = bench.outcome(attempt, faults.fail(500), elsewhere=True)
        if bench.world_later():
            assert isinstance(outcome, (Published, OutcomeUnknown)), f"the post is public, and publish said {outcome!r}"
        else:
            assert isinstance(outcome, TryLater)

    def test_a_401_asks_for_sign_in(self, bench: Bench) -> None:
        """Whatever the body says."""
        outcome = bench.outcome(bench.attempt(bench.part("Who are you")), faults.fail(401))
        assert isinstance(outcome, SignInNeeded), f"publish made {outcome!r} of a 401"

    def test_a_wrong_token_asks_for_sign_in(self, bench: Bench) -> None:
        """A token that the network does not know publishes nothing and makes the account wait."""
        attempt = bench.attempt(bench.part("With a wrong token"))
        outcome = bench.outcome(replace(attempt, account=_with_wrong_token(bench)))
        assert isinstance(outcome, SignInNeeded), f"publish made {outcome!r} of a wrong token"
        assert bench.world_later() == []

    @pytest.mark.parametrize("hook", ["look", "recent"])
    def test_reading_with_a_wrong_token_asks_for_sign_in(self, bench: Bench, hook: str) -> None:
        """Looking and reading back tell it too."""
        if not bench.hooks.offers(hook):
            pytest.skip(f"{bench.network.name} has no {hook}")
        with pytest.raises(SignInNeeded):
            bench.ask(hook, account=_with_wrong_token(bench), since=bench.clock.now() - timedelta(days=1))

    def test_a_refused_post_is_a_persons_affair(self, bench: Bench, refused: Part | None) -> None:
        """What the network will not have raises `PostRejected`, and nothing is public."""
        if refused is None:
            pytest.skip(f"{bench.network.name} declares no longest text, and the test has no fixture `refused`")
        outcome = _whole(bench, refused)
        assert isinstance(outcome, PostRejected), f"publish made {outcome!r} of a post that the network refuses"
        assert bench.world_later() == []

    def test_an_answer_to_a_deleted_post_is_not_published_alone(self, bench: Bench) -> None:
        """A further part whose parent is gone is refused, not published as a post of its own."""
        if bench.limits.thread < 2 or not bench.hooks.offers("delete"):
            pytest.skip(f"{bench.network.name} declares no threads or no delete")
        parent = bench.post("Soon gone")
        bench.ask("delete", published=parent)
        outcome = _whole(bench, bench.part("An answer to nothing", kind="reply", position=1), [parent])
        assert isinstance(outcome, NetworkError), "the answer was published without its parent"
        assert bench.world_later() == []

    def test_credentials_stay_secret(self, bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
        """No token stands in an address, a log line or an error."""
        caplog.set_level(logging.DEBUG)
        published = bench.post("A secret is kept")
        for hook in ("look", "recent", "account_metrics", "post_metrics", "delete"):
            if bench.hooks.offers(hook):
                with suppress(NetworkError):  # not every account can do everything
                    bench.ask(hook, since=bench.clock.now() - timedelta(days=1), published=published if hook == "delete" else [published])
        for fault in (faults.drop, faults.fail(500), faults.fail(401), faults.repeat_back(400), faults.repeat_back(500), faults.break_json):
            bench.outcome(bench.attempt(bench.part("A secret is kept again")), fault)
        shown = "\n".join([*(f"{seen.path}?{seen.query}" for seen in bench.served.log), caplog.text, *bench.said])
        for secret in _secrets(bench.account.credentials):
            for written in {secret, quote(secret, safe=""), quote_plus(secret)}:
                assert written not in shown, f"a credential is shown: …{shown[max(0, shown.index(written) - 60) : shown.index(written)]}"

    def test_errors_speak_in_sentences_that_can_be_translated(self, bench: Bench) -> None:
        """An error's message is a `Message` with a sentence in it."""
        for fault in (faults.drop, faults.fail(401), faults.fail(422), faults.slow_down("1")):
            outcome = bench.outcome(bench.attempt(bench.part("Speak")), fault)
            assert isinstance(outcome, NetworkError)
            assert isinstance(outcome.message, Message)
            assert str(outcome).strip()


def _first_repeatable(bench: Bench) -> Any:
    """How the first hook ends that makes a repeatable call: with an error, as the fault is on all of them."""
    media = (bench.picture(1),) if bench.limits.pictures else ()
    try:
        if bench.hooks.offers("look"):
            return bench.ask("look")
        if bench.hooks.offers("recent"):
            return bench.ask("recent", since=bench.clock.now())
        if bench.hooks.offers("prepare") and media:
            return bench.prepare(bench.part("Faulty", media=media))
    except NetworkError as error:
        return error
    return pytest.skip(f"{bench.network.name} has no hook that is known to read")


def _whole(bench: Bench, part: Part, thread: Any = ()) -> Any:
    """How preparing and publishing end together."""
    try:
        return bench.publish(bench.attempt(part, thread))
    except NetworkError as error:
        return error


def _with_wrong_token(bench: Bench) -> Any:
    held = bench.account.credentials
    assert held is not None
    return replace(bench.account, credentials=replace(held, access_token="wrong" + (held.access_token or "")[::-1]))


def _secrets(credentials: Credentials | None) -> list[str]:
    if credentials is None:
        return []
    held = [credentials.access_token, credentials.refresh_token, credentials.client_secret, *credentials.extra.values()]
    return [secret for secret in held if secret and len(secret) > 7]
