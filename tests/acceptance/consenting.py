"""A person with a real browser, who signs in: the program runs in a process of its own, Chromium opens the address that it prints."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import KW_ONLY, dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlencode, urlsplit

from evenly import signing_in
from evenly.app import App
from evenly.clock import RealClock, VirtualClock
from evenly.networks import Networks
from evenly.plugin import App as NetworkApp
from evenly.plugin.testing import Fault, Served, serve
from evenly.plugin.testing.serving import Exchange
from evenly.store import secrets

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

_LONG = 30.0  # seconds


@dataclass(frozen=True, slots=True)
class Way:
    """One network's sign-in, as a person goes through it at its stand-in."""

    network: str
    _: KW_ONLY
    exchange: str  #: the path, a regular expression, at which the code is traded
    who: str  #: as whom the program then says that it is signed in
    expired: str  #: what it says of a code that came too late
    app: NetworkApp | None = None  #: of the person's own, where the network wants one
    settings: dict[str, Any] = field(default_factory=dict)  #: of the account, in evenly.toml
    before: tuple[str, ...] = ()  #: answers to the program's questions ahead of the consent
    answers: tuple[str, ...] = ()  #: to those after it
    allow: str = "button[value=allow]"  #: what is pressed on the consent page, as a CSS selector
    deny: str = "button[value=deny]"


@dataclass(frozen=True, slots=True)
class Ended:
    """How `evenly connect` ended."""

    code: int
    out: str
    err: str
    opened: str  #: the address that the program opened by itself; empty: none
    asked: str  #: the address of the consent page that it printed
    came_back: str  #: the address that the browser ended at


@dataclass
class Scene:
    """A workspace with the account `here`, its network's stand-in, and a browser."""

    way: Way
    folder: Path
    served: Served
    clock: VirtualClock
    chrome: Chrome

    def connect(self, press: str, *, state: str | None = None) -> Ended:
        """Run `evenly connect here`, open the page it prints, and press a button there; with `state`, under another state than its own."""
        command, pipe = [sys.executable, "-m", "evenly", "connect", "here"], subprocess.PIPE
        with (
            (self.folder / "err").open("w") as err,
            subprocess.Popen(command, cwd=self.folder, env=self._environment(), stdin=pipe, stdout=pipe, stderr=err, text=True) as process,
        ):
            try:
                return self._visited(process, press, state)
            finally:
                process.kill()

    def _visited(self, process: subprocess.Popen[str], press: str, state: str | None) -> Ended:
        assert process.stdin is not None
        assert process.stdout is not None
        _answer(process.stdin, self.way.before)
        said = list(_until_address(process.stdout))
        assert said, (self.folder / "err").read_text()
        asked = said[-1].strip()
        came_back = self._pressed(asked if state is None else with_state(asked, state), press, parse_qs(urlsplit(asked).query))
        answers = self.way.answers if is_of_this_machine(came_back) else (came_back, *self.way.answers)
        _answer(process.stdin, answers)
        process.stdin.close()
        said += process.stdout.readlines()
        code = process.wait(timeout=_LONG)
        opened = self.folder / "opened"
        return Ended(
            code=code,
            out="".join(said),
            err=(self.folder / "err").read_text(),
            opened=opened.read_text() if opened.exists() else "",
            asked=asked,
            came_back=came_back,
        )

    def _pressed(self, address: str, press: str, asked: dict[str, list[str]]) -> str:
        """Where the browser ends after the button is pressed."""
        from selenium.webdriver.common.by import By
        from selenium.webdriver.support.wait import WebDriverWait

        self.chrome.get(address)
        self.chrome.find_element(By.CSS_SELECTOR, press).click()
        back = asked["redirect_uri"][0]
        WebDriverWait(self.chrome, _LONG).until(lambda chrome: chrome.current_url.startswith(back))
        return str(self.chrome.current_url)

    def too_late(self) -> None:
        """From now on hours pass between the consent and the exchange of its code."""

        def hours_later(exchange: Exchange) -> None:
            self.clock.advance(timedelta(hours=2))
            exchange.send(exchange.run())

        self.served.inject(Fault(hours_later, path=self.way.exchange, nth=1))

    def account(self) -> dict[str, Any]:
        """What `evenly accounts --json` says of the account."""
        command = [sys.executable, "-m", "evenly", "accounts", "--json"]
        result = subprocess.run(
            command, cwd=self.folder, env=self._environment(), capture_output=True, text=True, check=True, timeout=_LONG
        )
        found: dict[str, Any] = json.loads(result.stdout)["accounts"][0]
        return found

    def is_signed_in(self) -> bool:
        with self.opened() as app, app.store.read() as connection:
            from evenly.store import accounts

            known = accounts.known_one(connection, "here")
        return known is not None and known.sign_in != "none"

    def secrets(self) -> list[str]:
        """Every secret that the sign-in brought, and the app's own."""
        with self.opened() as app:
            held = signing_in.account(app.desk, app.vault, "here").credentials
        assert held is not None
        assert held.access_token
        tokens = [held.access_token, held.refresh_token, held.client_secret, *(held.extra[name] for name in held.extra if "token" in name)]
        return [token for token in tokens if token]

    @contextmanager
    def opened(self) -> Iterator[App]:
        with App.open(self.folder, environment={}) as app:
            yield app

    def _environment(self) -> dict[str, str]:
        """The program opens addresses in a browser that only writes them down; redirects to this machine take any free port."""
        script = self.folder / "browser.py"
        script.write_text("import pathlib, sys\npathlib.Path(__file__).with_name('opened').write_text(sys.argv[1])\n")
        kept = {name: value for name, value in os.environ.items() if not name.startswith("EVENLY_")}
        return {**kept, "LANGUAGE": "en", "BROWSER": f"{sys.executable} {script} %s", "EVENLY_REDIRECT": "http://127.0.0.1:0/"}


@contextmanager
def scene(folder: Path, way: Way, chrome: Chrome) -> Iterator[Scene]:
    """A workspace in `folder` whose one account goes that way."""
    clock = VirtualClock(RealClock().now())
    stand_in = Networks.load([way.network]).call(way.network, "stand_in", clock=clock, seed=1)
    with serve(stand_in.app) as served:
        own = "".join(f"{key} = {json.dumps(value)}\n" for key, value in way.settings.items())
        text = f'[brand]\ntimezone = "UTC"\n[accounts.here]\nnetwork = "{way.network}"\napi = "{served.url}"\n{own}'
        (folder / "evenly.toml").write_text(text)
        (folder / ".evenly").mkdir(mode=0o700)
        secrets.make_key(folder / ".evenly")
        here = Scene(way, folder, served, clock, chrome)
        if way.app is not None:
            with here.opened() as app:
                signing_in.store_app(app.desk, app.vault, way.network, way.app, clock=app.clock)
        yield here
        assert served.crashes == []


def programs() -> tuple[str, str] | None:
    """Chromium and its driver, where this machine has both."""
    browser, driver = shutil.which("chromium") or shutil.which("chromium-browser"), shutil.which("chromedriver")
    return (browser, driver) if browser and driver else None


@contextmanager
def chromium(browser: str, driver: str) -> Iterator[Chrome]:
    """Chromium without a window. It finds no server under the name `localhost`, whatever runs on this machine."""
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = browser
    # Its own sandbox works neither for root nor in most containers; nothing but stand-ins is visited.
    for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--host-resolver-rules=MAP localhost ~NOTFOUND"):
        options.add_argument(argument)
    chrome = webdriver.Chrome(options=options, service=webdriver.ChromeService(executable_path=driver))
    chrome.set_page_load_timeout(_LONG)
    try:
        yield chrome
    finally:
        chrome.quit()


def is_of_this_machine(address: str) -> bool:
    """Whether the program itself answers there, so that nothing is pasted."""
    return urlsplit(address).hostname == "127.0.0.1"


def with_state(address: str, state: str) -> str:
    """The address of a consent page, asked for under another state."""
    parts = urlsplit(address)
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    assert query["state"]
    return parts._replace(query=urlencode({**query, "state": state})).geturl()


def _answer(program: IO[str], lines: Sequence[str]) -> None:
    program.writelines(f"{line}\n" for line in lines)
    program.flush()


def _until_address(lines: IO[str]) -> Iterator[str]:
    """The lines up to the one that is an address; none of them where that never comes."""
    said = []
    for line in lines:
        said.append(line)
        if line.startswith("http"):
            yield from said
            return
