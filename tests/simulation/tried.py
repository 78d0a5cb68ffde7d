"""The networks that are tried: each plugin with its own stand-in, and the test board with each way to settle a lost answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from tests.plugin.board_server import BoardServer

if TYPE_CHECKING:
    from evenly.clock import VirtualClock
    from evenly.plugin import StandIn

SETTLE = 150  #: seconds, where no list lags longer


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """One way of settling lost answers, and the forms of post that are tried on it.

    `stand_in` is given the clock and by how long lists lag. `settle`: after so many seconds absence counts.
    """

    network: str
    stand_in: Callable[[VirtualClock, timedelta], StandIn]
    forms: tuple[str, ...]
    settle: int = SETTLE
    lags: tuple[int, ...] = ()
    facility: str = ""  #: of the board
    person: bool = False  #: nothing settles a lost answer: a person is asked
    settings: Mapping[str, Any] = field(default_factory=dict)


class LaggingBoard(BoardServer):
    """A board whose list leaves out what is younger than `lag`."""

    lag = timedelta(0)

    def _list(self, owner: str, query: Mapping[str, list[str]]) -> Any:
        answer = super()._list(owner, query)
        now = self.clock.now()
        return {**answer, "pins": [pin for pin in answer["pins"] if now - datetime.fromisoformat(pin["at"]) >= self.lag]}


def _board(facility: str) -> Callable[[VirtualClock, timedelta], StandIn]:
    def made(clock: VirtualClock, lag: timedelta) -> Any:
        board = LaggingBoard(clock, facility, slow=timedelta(seconds=15))
        board.lag = lag
        return board

    return made


def _mastodon(clock: VirtualClock, _lag: timedelta) -> StandIn:
    from evenly_mastodon.standing_in import Server

    return Server(clock, 0)


def _gotosocial(clock: VirtualClock, _lag: timedelta) -> StandIn:
    from evenly_mastodon.standing_in import Server

    return Server(clock, 0, kind="gotosocial")


def _facebook(clock: VirtualClock, lag: timedelta) -> StandIn:
    from evenly_facebook.standing_in.stand_in import FacebookStandIn

    return FacebookStandIn(clock, 0, processing=timedelta(seconds=20), unlisted=lag)


def _instagram(clock: VirtualClock, lag: timedelta) -> StandIn:
    from evenly_instagram.standing_in.stand_in import InstagramStandIn

    return InstagramStandIn(clock, 0, unlisted=lag)


def _x(clock: VirtualClock, lag: timedelta) -> StandIn:
    from evenly_x.standing_in import XStandIn

    return XStandIn(clock, 0, unlisted=lag)


def _linkedin_page(clock: VirtualClock, lag: timedelta) -> StandIn:
    from evenly_linkedin.standing_in.stand_in import LinkedInStandIn

    return LinkedInStandIn(clock, 0, unlisted=lag)


def _linkedin_member(clock: VirtualClock, lag: timedelta) -> StandIn:
    from evenly_linkedin.standing_in.stand_in import LinkedInStandIn

    return LinkedInStandIn(clock, 0, unlisted=lag, member_first=True)


_BOARD = ("text", "picture", "carousel", "thread", "comment")

TRIED: Mapping[str, Tried] = {
    "mastodon": Tried(network="mastodon", stand_in=_mastodon, forms=("text", "picture", "carousel", "video", "thread")),
    "gotosocial": Tried(network="mastodon", stand_in=_gotosocial, forms=("text", "picture", "thread")),
    "facebook": Tried(
        network="facebook",
        stand_in=_facebook,
        forms=("text", "picture", "carousel", "video", "comment"),
        settle=300,
        lags=(20, 60, 200),
    ),
    "instagram": Tried(
        network="instagram", stand_in=_instagram, forms=("picture", "carousel", "video", "comment"), settle=300, lags=(20, 60, 200)
    ),
    "x": Tried(network="x", stand_in=_x, forms=("text", "picture", "video", "thread", "comment"), settle=180, lags=(20, 60)),
    "linkedin-page": Tried(
        network="linkedin",
        stand_in=_linkedin_page,
        forms=("text", "picture", "carousel", "video", "comment"),
        settle=300,
        lags=(20, 60, 200),
    ),
    "linkedin-member": Tried(
        network="linkedin", stand_in=_linkedin_member, forms=("text", "picture", "carousel", "video", "comment"), settle=150
    ),
    "board-key": Tried(network="board", facility="key", stand_in=_board("key"), forms=_BOARD),
    "board-record": Tried(network="board", facility="record", stand_in=_board("record"), forms=_BOARD),
    "board-two-phase": Tried(network="board", facility="two-phase", stand_in=_board("two-phase"), forms=_BOARD),
    "board-read-back": Tried(
        network="board", facility="read-back", stand_in=_board("read-back"), forms=_BOARD, settle=300, lags=(20, 60, 200)
    ),
    "board-refusal": Tried(network="board", facility="refusal", stand_in=_board("refusal"), forms=_BOARD),
    "board-none": Tried(network="board", facility="none", stand_in=_board("none"), forms=_BOARD, person=True),
}
