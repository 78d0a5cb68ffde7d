"""A workspace with the account `lamp` on Lantern, for the commands that sign in and look after accounts."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evenly.plugin import Credentials
from evenly.plugin.testing import Served
from tests.cli.conftest import Program, Result
from tests.signing_in import lantern
from tests.signing_in.lantern import Lantern

_BROWSER = "import sys, urllib.request; urllib.request.urlopen(sys.argv[1]).read()\n"


@dataclass
class Lamps:
    """The program, and the network that its account lives on."""

    evenly: Program
    server: Lantern
    served: Served

    def take(self, *, more: dict[str, Any] | None = None, options: tuple[str, ...] = ()) -> tuple[Result, Credentials]:
        """Sign in with a ready pair."""
        pair = self.server.pair()
        document = {"access_token": pair.access_token, "refresh_token": pair.refresh_token, **(more or {})}
        return self.evenly("connect", "lamp", "--token-stdin", *options, stdin=json.dumps(document)), pair

    def browse(self, *arguments: str, stdin: str = "") -> Result:
        """Run a command whose browser follows every redirect."""
        script = self.evenly.site / "browse.py"
        script.write_text(_BROWSER)
        return self.evenly(*arguments, stdin=stdin, env={"BROWSER": f"{sys.executable} {script} %s"})


def lamps_of(evenly: Program, server: Lantern, served: Served) -> Lamps:
    """Install Lantern for the program, and give the workspace its account."""
    evenly.install("lantern", Path(lantern.__file__).read_text())
    evenly.settings(f'[brand]\ntimezone = "Europe/Paris"\n[accounts.lamp]\nnetwork = "lantern"\nserver = "{served.url}"\n')
    return Lamps(evenly, server, served)


def secrets_of(server: Lantern) -> list[str]:
    """Every secret that the server ever gave out."""
    return [*server.access, *server.refresh, *server.codes]
