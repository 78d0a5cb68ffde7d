"""One tree of errors, told by what happens next.

    NetworkError
    ├── PostRejected     a person edits the post
    ├── Duplicate        an equal text is out already: settles an unknown outcome, else the post failed
    ├── PrepareAgain     what was staged is gone or was refused: prepare anew
    ├── SignInNeeded     the account waits until somebody signs in
    ├── TryLater         nothing was published: again after a while
    └── OutcomeUnknown   it may be public: `find` decides

Any other exception out of a hook is the plugin's fault. During `publish` it counts as `OutcomeUnknown` once the visible call may have
left, whatever its type.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from evenly.plugin.message import Message
from evenly.plugin.types import Problem

Scope = Literal["part", "account", "app"]


class NetworkError(Exception):
    """What a network's answer means for us."""

    def __init__(self, message: Message | str) -> None:
        self.message = message if isinstance(message, Message) else Message("{text}", text=message)
        super().__init__(str(self.message))


class PostRejected(NetworkError):
    """The network will not have this post as it is."""

    def __init__(self, problem: Problem | Message | str) -> None:
        self.problem = problem if isinstance(problem, Problem) else None
        super().__init__(problem.message if isinstance(problem, Problem) else problem)


class Duplicate(NetworkError):
    """The network refuses an equal text, and perhaps names the post that has it."""

    def __init__(self, remote_id: str | None = None, message: Message | str | None = None, *, url: str | None = None) -> None:
        self.remote_id = remote_id
        self.url = url
        super().__init__(message or Message("The network says that this text has been posted already."))


class PrepareAgain(NetworkError):
    """What was staged cannot be used (any more)."""

    def __init__(self, message: Message | str | None = None) -> None:
        super().__init__(message or Message("What was uploaded beforehand is gone."))


class SignInNeeded(NetworkError):
    """The account's token is missing, revoked, expired or may not do this."""

    def __init__(self, message: Message | str | None = None) -> None:
        super().__init__(message or Message("The network asks for a new sign-in."))


class TryLater(NetworkError):
    """Nothing was published; try again after `wait` (None: the core chooses), for this part, account or app."""

    def __init__(self, wait: timedelta | None = None, scope: Scope = "part", message: Message | str | None = None) -> None:
        self.wait = wait
        self.scope: Scope = scope
        super().__init__(message or Message("The network is busy or out of reach."))


class OutcomeUnknown(NetworkError):
    """The request may have been carried out, and nobody can tell from the answer."""

    def __init__(self, message: Message | str | None = None) -> None:
        super().__init__(message or Message("The network's answer was lost."))
