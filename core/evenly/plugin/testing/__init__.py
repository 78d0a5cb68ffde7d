"""For authors of networks: the conformance suite, and stand-ins served with faults. Needs the extra `evenly[check]`."""

import pytest

pytest.register_assert_rewrite(
    *(f"{__name__}.{module}" for module in ("bench", "describing", "posting", "reading", "refusing", "settling"))
)

from evenly.plugin.testing import faults  # noqa: E402 - the promises' asserts are rewritten when they are imported
from evenly.plugin.testing.bench import Attempt, Bench, Hooks, SteppedClock, Watched  # noqa: E402
from evenly.plugin.testing.contract import NetworkContract  # noqa: E402
from evenly.plugin.testing.installed import check  # noqa: E402
from evenly.plugin.testing.serving import Answer, Behaviour, Exchange, Fault, Seen, Served, serve  # noqa: E402

__all__ = [
    "Answer",
    "Attempt",
    "Behaviour",
    "Bench",
    "Exchange",
    "Fault",
    "Hooks",
    "NetworkContract",
    "Seen",
    "Served",
    "SteppedClock",
    "Watched",
    "check",
    "faults",
    "serve",
]
