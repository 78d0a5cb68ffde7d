"""Another process that renews every sign-in as soon as it is due, again and again: what a second daemon or a command might do.

python -m tests.acceptance.renewing, in a workspace
"""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path

from evenly import signing_in
from evenly.app import App
from evenly.plugin import NetworkError
from evenly.store import StoreError
from tests.acceptance import jumping

_PAUSE_SECONDS = 0.2


def main() -> None:
    jumping.install()
    with App.open(Path.cwd()) as app:
        names = [name for name, account in app.settings.accounts.items() if account.network in {"x", "linkedin"}]
        while True:
            for name in names:
                with suppress(NetworkError, StoreError):
                    signing_in.refresh_if_due(app.desk, app.vault, name, app.clock, lambda each: signing_in.http(app.desk, each, app.clock))
            time.sleep(_PAUSE_SECONDS)


if __name__ == "__main__":
    main()
