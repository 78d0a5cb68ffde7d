"""Each promise can be broken: a plugin with one fault breaks the promise about it, and no other without need.

The file is long because it is a list: one small fault after another, in the order of the suite.
"""

# ruff: noqa: ARG002, ARG005 - what is broken on purpose does not use all that it is given

from __future__ import annotations

import importlib
import json
import sys
import textwrap
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from evenly.plugin import (
    Absent,
    CannotTell,
    Duplicate,
    Found,
    Limits,
    Message,
    Metrics,
    NetworkError,
    OutcomeUnknown,
    PostRejected,
    PrepareAgain,
    Prepared,
    Problem,
    Published,
    Quota,
    SignInNeeded,
    TryLater,
    hookimpl,
)
from evenly.plugin.testing import NetworkContract, check
from evenly.plugin.testing.serving import VISIBLE
from tests.plugin import board
from tests.plugin.board import Board
from tests.plugin.board_server import LONGEST

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
CASES: list[Broken] = []


@dataclass(frozen=True)
class Broken:
    """A faulty plugin and the promises that it breaks."""

    plugin: Callable[[], Any]
    promises: frozenset[str]
    facility: str


def breaks(*promises: str, facility: str = "key") -> Callable[[type[Board]], type[Board]]:
    """Say which promises a faulty board breaks."""

    def keep(plugin: type[Board]) -> type[Board]:
        CASES.append(Broken(plugin, frozenset(f"test_{promise}" for promise in promises), facility))
        return plugin

    return keep


@dataclass
class Outcomes:
    """Listens to a run of the suite."""

    passed: set[str] = field(default_factory=set)
    failed: set[str] = field(default_factory=set)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        name = report.nodeid.rpartition("::")[2].partition("[")[0]
        if report.failed:
            self.failed.add(name)
        elif report.passed and report.when == "call":
            self.passed.add(name)


def broken_promises(plugin: Any, folder: Path, *arguments: str) -> set[str]:
    """The names of the promises that `plugin` breaks."""
    outcomes = Outcomes()
    quiet = ["-q", "--no-summary", "--tb=no", "-p", "no:unraisableexception", "--basetemp", str(folder / "run")]
    check(plugin, [*quiet, *arguments], listeners=[outcomes])
    assert outcomes.passed, "no promise was tried"
    return outcomes.failed


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(NetworkContract, "crowd", 7)
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")


@breaks("every_hook_is_spelt_right_and_asks_for_what_it_is_offered")
class MisspeltHook(Board):
    @hookimpl
    def post_metricks(self) -> None: ...


@breaks("every_hook_is_spelt_right_and_asks_for_what_it_is_offered")
class UnknownArgument(Board):
    @hookimpl
    def notify(self, event: Any, mood: str) -> None: ...


@breaks("every_hook_is_spelt_right_and_asks_for_what_it_is_offered")
class ForgottenMark(Board):
    def notify(self, event: Any) -> None: ...


@breaks("every_hook_is_spelt_right_and_asks_for_what_it_is_offered")
class HasADefault(Board):
    @hookimpl
    def import_posts(self, source: str = "") -> None: ...


@breaks("network_says_what_it_is")
class NoTitle(Board):
    @hookimpl
    def network(self) -> Any:
        return replace(super().network(), title="")


@breaks("network_says_what_it_is")
class SaysNothingAboutLostAnswers(Board):
    @hookimpl
    def network(self) -> Any:
        return replace(super().network(), repeat_safe={})

    @hookimpl
    def look(self, account: Any, http: Any) -> Any:
        return replace(super().look(account, http), repeat_safe=board.REPEAT_SAFE["key"])


@breaks("saying_what_it_is_needs_no_network")
class AsksWhileChecking(Board):
    @hookimpl
    def check(self) -> list[Problem]:
        import socket

        with socket.socket() as line:
            try:
                line.connect(("127.0.0.1", 9))
            except OSError:
                return []
        return []


@breaks("check_has_nothing_against_a_plain_post")
class NeverContent(Board):
    @hookimpl
    def check(self) -> list[Problem]:
        return [Problem(Message("No."))]


def refusal_of_objects_only(response: Any) -> NetworkError | None:
    """Takes every JSON for an object."""
    try:
        answer = response.json()
    except ValueError:
        return None
    return PostRejected("No.") if answer.get("error") == "too_long" else None


@breaks("any_error_answer_can_be_read")
class ReadsObjectsOnly(Board):
    @hookimpl
    def network(self) -> Any:
        return replace(super().network(), refusal=refusal_of_objects_only)


@breaks("usage_headers_may_be_missing")
class InsistsOnHeaders(Board):
    @hookimpl
    def network(self) -> Any:
        return replace(super().network(), quota=self.quota)

    def quota(self, headers: Mapping[str, str], now: datetime) -> Any:
        return Quota(remaining=int(headers["x-pins-left"]))


class Sends(Board):
    """A board that may change what it sends."""

    def changed(self, part: Any, thread: Any) -> tuple[Any, Any]:
        return part, thread

    def visible(self, account: Any, part: Any, prepared: Any, thread: Any, key: str) -> Any:
        part, thread = self.changed(part, thread)
        return super().visible(account, part, prepared, thread, key)


@breaks("a_post_is_public_once_as_it_was_written")
class EscapesText(Sends):
    def changed(self, part: Any, thread: Any) -> tuple[Any, Any]:
        return replace(part, text=part.text.replace("<", "&lt;")), thread


@breaks("the_link_is_published")
class DropsLinks(Sends):
    def changed(self, part: Any, thread: Any) -> tuple[Any, Any]:
        return replace(part, link=None), thread


@breaks("text_at_the_limit_is_published")
class CutsTheLastCharacter(Sends):
    def changed(self, part: Any, thread: Any) -> tuple[Any, Any]:
        return (replace(part, text=part.text[:-1]) if len(part.text) == LONGEST else part), thread


@breaks("each_part_of_a_thread_answers_the_one_before")
class AnswersTheRoot(Sends):
    def changed(self, part: Any, thread: Any) -> tuple[Any, Any]:
        return part, thread[:1]


@breaks("the_first_comment_lands_on_its_post")
class LoosesTheComment(Sends):
    def changed(self, part: Any, thread: Any) -> tuple[Any, Any]:
        return part, () if part.kind == "comment" else thread


@breaks("one_character_more_is_counted_as_too_long")
class CountsToTheLimit(Board):
    @hookimpl
    def network(self) -> Any:
        return replace(super().network(), length=self.length)

    def length(self, account: Any, part: Any) -> int:
        return min(len(part.text), LONGEST)


@breaks("pictures_keep_their_order_and_their_alternative_texts")
class DropsAlternativeTexts(Board):
    def upload(self, account: Any, part: Any, number: int, http: Any) -> str:
        return super().upload(account, replace(part, media=tuple(replace(each, alt="") for each in part.media)), number, http)


@breaks("a_video_is_published")
class DropsVideos(Board):
    @hookimpl
    def network(self) -> Any:
        return replace(super().network(), limits=Limits(text=LONGEST, pictures=4, videos=1, thread=10, first_comment=True))

    def visible(self, account: Any, part: Any, prepared: Any, thread: Any, key: str) -> Any:
        gone = bool(part.media) and part.media[0].kind == "video"
        return super().visible(account, part, Prepared() if gone else prepared, thread, key)


@breaks("prepare_may_be_repeated_and_shows_nothing")
class PreparesOnceOnly(Board):
    def __init__(self) -> None:
        super().__init__()
        self.begun: set[Path] = set()

    @hookimpl
    def prepare(self, account: Any, part: Any, so_far: Any, thread: Any, http: Any) -> Prepared:
        paths = {media.path for media in part.media}
        if so_far is None and paths & self.begun:
            raise PrepareAgain
        self.begun |= paths
        return super().prepare(account, part, so_far, thread, http)


@breaks("prepare_never_waits")
class Sleeps(Board):
    @hookimpl
    def prepare(self, account: Any, part: Any, so_far: Any, thread: Any, http: Any) -> Prepared:
        time.sleep(0.001)
        return super().prepare(account, part, so_far, thread, http)


@breaks("every_request_goes_through_http")
class HasItsOwnClient(Board):
    @hookimpl
    def publish(self, account: Any, part: Any, prepared: Any, thread: Any, key: str, http: Any) -> Published:
        line = HTTPConnection(http._api.removeprefix("http://"))
        line.request("GET", "/me")
        line.getresponse().read()
        line.close()
        return super().publish(account, part, prepared, thread, key, http)


class Publishes(Board):
    """A board whose publishing may end differently."""

    def ends(self, error: NetworkError, http: Any) -> NetworkError:
        return error

    @hookimpl
    def publish(self, account: Any, part: Any, prepared: Any, thread: Any, key: str, http: Any) -> Published:
        try:
            return super().publish(account, part, prepared, thread, key, http)
        except NetworkError as error:
            raise self.ends(error, http) from error


@breaks("nothing_is_sent_past_the_deadline")
class DoubtsTheDeadline(Publishes):
    def ends(self, error: NetworkError, http: Any) -> NetworkError:
        return OutcomeUnknown() if http._deadline is not None else error


@breaks("a_network_that_hangs_is_an_unknown_outcome")
class TrustsTimeOuts(Publishes):
    def ends(self, error: NetworkError, http: Any) -> NetworkError:
        return TryLater() if http._timeout < timedelta(seconds=1) else error


@breaks("an_answer_that_proves_nothing_is_an_unknown_outcome", "a_network_that_hangs_is_an_unknown_outcome")
class TriesLostOnesAgain(Publishes):
    def ends(self, error: NetworkError, http: Any) -> NetworkError:
        return TryLater() if isinstance(error, OutcomeUnknown) else error


@breaks("slowing_down_waits_as_long_as_asked")
class IsImpatient(Publishes):
    def ends(self, error: NetworkError, http: Any) -> NetworkError:
        return TryLater(timedelta(seconds=1)) if isinstance(error, TryLater) else error


@breaks("slowing_down_without_a_time_is_try_later_too")
class TriesAgainAtOnce(Publishes):
    def ends(self, error: NetworkError, http: Any) -> NetworkError:
        return TryLater(timedelta(0)) if isinstance(error, TryLater) and error.wait is None else error


@breaks("an_answer_that_proves_nothing_is_an_unknown_outcome")
class InventsAnId(Board):
    @hookimpl
    def publish(self, account: Any, part: Any, prepared: Any, thread: Any, key: str, http: Any) -> Published:
        try:
            return super().publish(account, part, prepared, thread, key, http)
        except ValueError:
            return Published(remote_id="unknown")


@breaks("nothing_after_the_visible_call_can_unsay_it")
class LooksAfterwards(Board):
    @hookimpl
    def publish(self, account: Any, part: Any, prepared: Any, thread: Any, key: str, http: Any) -> Published:
        published = super().publish(account, part, prepared, thread, key, http)
        http.send_repeatable(board.request("GET", "/me", account))
        return published


@breaks("an_answer_to_a_deleted_post_is_not_published_alone")
class PublishesAnswersAlone(Board):
    @hookimpl
    def publish(self, account: Any, part: Any, prepared: Any, thread: Any, key: str, http: Any) -> Published:
        for parent in thread[-1:]:
            seen = http.send_repeatable(board.request("GET", f"/pins/{parent.remote_id}/figures", account), accept={404})
            thread = thread if seen.is_success else ()
        return super().publish(account, part, prepared, thread, key, http)


@breaks(
    "publishing_makes_exactly_one_visible_call",
    "a_post_that_never_arrived_is_never_found",
    "a_post_that_arrives_late_is_settled_as_declared",
    "another_text_is_not_taken_for_this_one",
    "an_older_equal_post_is_not_taken_for_this_one",
    "nothing_is_sent_past_the_deadline",
)
class RehearsesTheCall(Board):
    @hookimpl
    def publish(self, account: Any, part: Any, prepared: Any, thread: Any, key: str, http: Any) -> Published:
        http.send_repeatable(self.visible(account, part, prepared, thread, key))
        return super().publish(account, part, prepared, thread, key, http)


class Finds(Board):
    """A board that may find something else."""

    def verdict(self, sound: Callable[[], Any], account: Any, part: Any, thread: Any, first_attempt: datetime, http: Any) -> Any:
        return sound()

    def newest(self, account: Any, first_attempt: datetime, http: Any) -> Any:
        for remote in self.listed(account, first_attempt, http):
            return Found(Published(remote_id=remote.remote_id))
        return Absent()

    @hookimpl
    def find(self, account: Any, part: Any, prepared: Any, thread: Any, first_attempt: datetime, http: Any) -> Any:
        def sound() -> Any:
            return super(Finds, self).find(account, part, prepared, thread, first_attempt, http)

        return self.verdict(sound, account, part, thread, first_attempt, http)


@breaks("a_post_whose_answer_was_lost_is_settled_as_declared")
class SeesNoPictures(Finds):
    def verdict(self, sound: Callable[[], Any], account: Any, part: Any, thread: Any, first_attempt: datetime, http: Any) -> Any:
        return Absent() if part.media else sound()


@breaks("a_post_that_never_arrived_is_never_found")
class FindsAnyAnswer(Finds):
    def verdict(self, sound: Callable[[], Any], account: Any, part: Any, thread: Any, first_attempt: datetime, http: Any) -> Any:
        return self.newest(account, first_attempt, http) if thread else sound()


@breaks("another_text_is_not_taken_for_this_one")
class FindsAnyText(Finds):
    def verdict(self, sound: Callable[[], Any], account: Any, part: Any, thread: Any, first_attempt: datetime, http: Any) -> Any:
        return sound() if thread else self.newest(account, first_attempt, http)


@breaks("a_post_that_arrives_late_is_settled_as_declared")
class RemembersAbsence(Finds):
    def __init__(self) -> None:
        super().__init__()
        self.absent: list[Any] = []

    def verdict(self, sound: Callable[[], Any], account: Any, part: Any, thread: Any, first_attempt: datetime, http: Any) -> Any:
        verdict = Absent() if any(part is each for each in self.absent) else sound()
        if verdict == Absent():
            self.absent.append(part)
        return verdict


@breaks("a_reading_that_fails_proves_nothing")
class TakesFaultsForAbsence(Finds):
    def verdict(self, sound: Callable[[], Any], account: Any, part: Any, thread: Any, first_attempt: datetime, http: Any) -> Any:
        try:
            return sound()
        except NetworkError:
            return Absent()


@breaks("what_can_be_read_is_found")
class ClaimsToRead(Finds):
    def verdict(self, sound: Callable[[], Any], account: Any, part: Any, thread: Any, first_attempt: datetime, http: Any) -> Any:
        return CannotTell()


@breaks("what_nobody_can_tell_is_not_guessed", facility="none")
class HopesForEver(Finds):
    def verdict(self, sound: Callable[[], Any], account: Any, part: Any, thread: Any, first_attempt: datetime, http: Any) -> Any:
        return CannotTell(timedelta(hours=1))


@breaks("an_older_equal_post_is_not_taken_for_this_one")
class FindsOldOnes(Board):
    def read_back(self, account: Any, part: Any, prepared: Any, thread: Any, first_attempt: datetime, http: Any) -> Any:
        return super().read_back(account, part, prepared, thread, EPOCH + timedelta(days=1), http)


@breaks("the_reading_goes_on_past_the_first_page")
class ReadsOnePage(Board):
    def listed(self, account: Any, since: datetime, http: Any) -> Iterator[Any]:
        for number, remote in enumerate(super().listed(account, since, http)):
            if number == 5:
                return
            yield remote


@breaks("a_thread_goes_on_from_a_part_that_was_found")
class NeedsWhatOnlyPublishTells(Board):
    @hookimpl
    def publish(self, account: Any, part: Any, prepared: Any, thread: Any, key: str, http: Any) -> Published:
        if any("seal" not in each.data for each in thread):
            raise PostRejected("The parent's seal is missing.")
        return replace(super().publish(account, part, prepared, thread, key, http), data={"seal": "wax"})


@breaks("the_key_is_honoured_to_the_end_of_its_window")
class ClaimsALongWindow(Board):
    @hookimpl
    def network(self) -> Any:
        return replace(super().network(), repeat_safe={"key": timedelta(days=2), "read-back": timedelta(0)})


@breaks("the_record_is_the_same_when_it_is_written_again", facility="record")
class ChoosesNoName(Board):
    def visible(self, account: Any, part: Any, prepared: Any, thread: Any, key: str) -> Any:
        request = super().visible(account, part, prepared, thread, key)
        return board.request("POST", "/pins", account, json.loads(request.content))


class Reads(Board):
    """A board that may read refusals differently."""

    def reading(self, response: Any) -> NetworkError | None:
        return None

    @hookimpl
    def network(self) -> Any:
        return replace(super().network(), refusal=self.refusal)

    def refusal(self, response: Any) -> NetworkError | None:
        return self.reading(response) or board.refusal(response)

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return id(self)


@breaks("an_equal_text_is_refused_as_long_as_declared", facility="refusal")
class NamesAnotherPost(Reads):
    def reading(self, response: Any) -> NetworkError | None:
        return Duplicate("pin-0") if b"duplicate" in response.content else None


@breaks("a_401_asks_for_sign_in")
class RejectsOn401(Reads):
    def reading(self, response: Any) -> NetworkError | None:
        return PostRejected("No.") if response.status_code == 401 and b"<html>" in response.content else None


@breaks("a_wrong_token_asks_for_sign_in", "reading_with_a_wrong_token_asks_for_sign_in")
class RejectsUnknownTokens(Reads):
    def reading(self, response: Any) -> NetworkError | None:
        return PostRejected("No.") if b"unknown_token" in response.content else None


@breaks("a_refused_post_is_a_persons_affair")
class TriesRefusedOnesAgain(Reads):
    def reading(self, response: Any) -> NetworkError | None:
        return TryLater() if b"too_long" in response.content else None


@breaks("errors_speak_in_sentences_that_can_be_translated")
class SaysNothing(Reads):
    def reading(self, response: Any) -> NetworkError | None:
        return PostRejected("") if response.status_code == 422 and b"<html>" in response.content else None


@breaks("a_figure_that_is_not_given_is_absent_and_not_zero")
class PutsZeros(Board):
    def metrics(self, answer: Mapping[str, Any]) -> Metrics:
        return Metrics(views=answer.get("views", 0), likes=answer.get("likes"))


@breaks("metrics_are_figures_under_the_ids_of_their_posts")
class GivesFractions(Board):
    def metrics(self, answer: Mapping[str, Any]) -> Metrics:
        return Metrics(views=answer["views"] / 2) if "views" in answer else Metrics()


@breaks("metrics_are_figures_under_the_ids_of_their_posts")
class NamesWhatIsNoFigure(Board):
    def metrics(self, answer: Mapping[str, Any]) -> Metrics:
        return replace(super().metrics(answer), counted_as={"impressions": "views"})


@breaks("posts_that_are_alike_are_counted_alike")
class RenamesWithEachPost(Board):
    measured = 0

    def metrics(self, answer: Mapping[str, Any]) -> Metrics:
        self.measured += 1
        return replace(super().metrics(answer), counted_as={"views": f"views_{self.measured}"})


@breaks("account_metrics_are_figures")
class CountsBackwards(Board):
    @hookimpl
    def account_metrics(self, account: Any, http: Any) -> Metrics:
        return Metrics(followers=-1)


@breaks("no_figures_are_given_for_what_is_gone")
class MeasuresTheGone(Board):
    @hookimpl
    def post_metrics(self, account: Any, published: Sequence[Published], http: Any) -> Mapping[str, Metrics]:
        return {each.remote_id: Metrics() for each in published} | dict(super().post_metrics(account, published, http))


@breaks("no_posts_have_no_figures")
class MeasuresTheFirst(Board):
    @hookimpl
    def post_metrics(self, account: Any, published: Sequence[Published], http: Any) -> Mapping[str, Metrics]:
        return super().post_metrics(account, [published[0], *published[1:]], http)


@breaks("look_tells_who_the_account_is")
class IsNameless(Board):
    @hookimpl
    def look(self, account: Any, http: Any) -> Any:
        return replace(super().look(account, http), name="")


class Looks(Board):
    """A board whose looking may end differently."""

    def ends(self, error: TryLater) -> NetworkError:
        return error

    @hookimpl
    def look(self, account: Any, http: Any) -> Any:
        try:
            return super().look(account, http)
        except TryLater as error:
            raise self.ends(error) from error


def _is_busy(error: TryLater) -> bool:
    return "slow down" in str(error)


@breaks("slowing_down_elsewhere_is_try_later")
class AsksForSignInWhenBusy(Looks):
    def ends(self, error: TryLater) -> NetworkError:
        return SignInNeeded() if _is_busy(error) else error


@breaks("a_fault_of_a_repeatable_call_is_try_later")
class DoubtsReading(Looks):
    def ends(self, error: TryLater) -> NetworkError:
        return error if _is_busy(error) else OutcomeUnknown()


@breaks("looking_and_reading_publish_nothing", "recent_lists_the_newest_first", "equal_posts_of_two_accounts_are_kept_apart")
class LeavesACard(Board):
    looked = 0

    @hookimpl
    def look(self, account: Any, http: Any) -> Any:
        self.looked += 1
        if self.looked > 2:
            http.send_repeatable(board.request("POST", "/pins", account, {"text": f"I was here {self.looked} times"}))
        return super().look(account, http)


class Recent(Board):
    """A board that may list something else."""

    def order(self, listed: list[Any]) -> list[Any]:
        return listed

    @hookimpl
    def recent(self, account: Any, since: datetime, http: Any) -> list[Any]:
        return self.order(super().recent(account, since, http))


@breaks("recent_lists_the_newest_first")
class OldestFirst(Recent):
    def order(self, listed: list[Any]) -> list[Any]:
        return listed[::-1]


@breaks("recent_begins_where_it_is_told")
class ListsEverything(Recent):
    @hookimpl
    def recent(self, account: Any, since: datetime, http: Any) -> list[Any]:
        return super().recent(account, EPOCH, http)


@breaks("reading_with_a_wrong_token_asks_for_sign_in")
class ListsNothingWithoutSignIn(Recent):
    @hookimpl
    def recent(self, account: Any, since: datetime, http: Any) -> list[Any]:
        try:
            return super().recent(account, since, http)
        except SignInNeeded:
            return []


@breaks(
    "delete_takes_the_post_away",
    "deleting_twice_is_fine",
    "no_figures_are_given_for_what_is_gone",
    "an_answer_to_a_deleted_post_is_not_published_alone",
)
class DeletesNothing(Board):
    @hookimpl
    def delete(self, account: Any, published: Any, http: Any) -> None: ...


@breaks("deleting_twice_is_fine")
class DeletesOnceOnly(Board):
    @hookimpl
    def delete(self, account: Any, published: Any, http: Any) -> None:
        http.send_repeatable(board.request("DELETE", f"/pins/{published.remote_id}", account))


@breaks("equal_posts_of_two_accounts_are_kept_apart")
class ReadsAsWhoeverPublishedLast(Board):
    last: Any = None

    def listed(self, account: Any, since: datetime, http: Any) -> Iterator[Any]:
        return super().listed(self.last or account, since, http)

    @hookimpl
    def publish(self, account: Any, part: Any, prepared: Any, thread: Any, key: str, http: Any) -> Published:
        self.last = account
        return super().publish(account, part, prepared, thread, key, http)


@breaks("refresh_gives_credentials_that_work")
class RefreshesToNothing(Board):
    @hookimpl
    def refresh(self, account: Any, http: Any) -> Any:
        return replace(super().refresh(account, http), access_token="")


@breaks("credentials_stay_secret")
class TellsItsTokenInAnError(Publishes):
    def ends(self, error: NetworkError, http: Any) -> NetworkError:
        return SignInNeeded("token-of-ada-0001 is not accepted") if isinstance(error, SignInNeeded) else error


@breaks("credentials_stay_secret")
class PutsItsTokenInTheAddress(Board):
    def visible(self, account: Any, part: Any, prepared: Any, thread: Any, key: str) -> Any:
        request = super().visible(account, part, prepared, thread, key)
        request.url = request.url.copy_merge_params({"token": account.credentials.access_token})
        return request


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=[getattr(case.plugin, "__name__", "") for case in CASES])
def test_one_fault_breaks_the_promise_about_it(case: Broken, tmp_path: Path) -> None:
    """And leaves the other promises whole."""
    plugin = case.plugin()
    plugin.facility = case.facility

    assert broken_promises(plugin, tmp_path) == case.promises


def test_a_client_with_a_pool_takes_one_posts_answer_for_anothers(tmp_path: Path) -> None:
    """Why the visible call has a connection of its own."""
    import httpx

    class Pooled(Board):
        @hookimpl
        def publish(self, account: Any, part: Any, prepared: Any, thread: Any, key: str, http: Any) -> Published:
            request = self.visible(account, part, prepared, thread, key)
            request.url = httpx.URL(http._api).join(request.url.raw_path.decode())
            request.headers.update({"Host": request.url.netloc.decode(), VISIBLE: "1"})
            return board.read(pool.send(request))

    with httpx.Client() as pool:
        broken = broken_promises(Pooled(), tmp_path, "-k", "test_a_doubled_answer_is_taken_once or test_network_says_what_it_is")

    assert broken == {"test_a_doubled_answer_is_taken_once"}


def test_prepare_that_is_ready_too_early_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a stand-in that works on a picture for a minute."""

    class Hurries(Board):
        slow = timedelta(minutes=1)

        @hookimpl
        def prepare(self, account: Any, part: Any, so_far: Any, thread: Any, http: Any) -> Prepared:
            step = super().prepare(account, part, so_far, thread, http)
            return step if step.look_again != board.LOOK_EACH else replace(step, ready=True)

    monkeypatch.setattr(NetworkContract, "slow", pytest.fixture(lambda self: timedelta(minutes=1)))

    assert "test_slow_media_say_when_to_look_again" in broken_promises(Hurries(), tmp_path, "-k", "slow_media or network_says")


def test_a_client_library_at_the_top_of_a_plugin_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Start-up time is everybody's."""
    (tmp_path / "heavy_board.py").write_text(
        textwrap.dedent(
            """
            import httpx
            from tests.plugin.board import Board
            from evenly.plugin import hookimpl

            board = Board()
            network = hookimpl(lambda: board.network())
            stand_in = hookimpl(lambda clock, seed: board.stand_in(clock, seed))
            """
        )
    )
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "heavy_board", raising=False)
    heavy = importlib.import_module("heavy_board")

    assert broken_promises(heavy, tmp_path, "-k", "client_library or network_says") == {"test_starting_up_loads_no_client_library"}


def test_no_promise_is_left_untried() -> None:
    """Each promise of the suite is broken by a plugin above."""
    elsewhere = {
        "test_a_doubled_answer_is_taken_once",
        "test_slow_media_say_when_to_look_again",
        "test_starting_up_loads_no_client_library",
    }
    promises = {name for name in dir(NetworkContract) if name.startswith("test_")}

    assert set().union(*(case.promises for case in CASES)) | elsewhere == promises
