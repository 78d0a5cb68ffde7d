"""`evenly demo` shows the whole job on a machine without network or account, and leaves a workspace to look around in."""

from __future__ import annotations

import json
import re
import subprocess
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

from tests.cli.conftest import Program, Result
from tests.cli.forking import Forkserver
from tests.pages.reading import Page, read

_OFFLINE = """
import socket

def refused(self, address):
    open({report!r}, "a").write(repr(address))
    raise OSError("this machine has no network")

socket.socket.connect = socket.socket.connect_ex = refused
"""


@dataclass(frozen=True, slots=True)
class Demo:
    """One run of the demo, and what it left."""

    program: Program
    result: Result
    contacted: Path  #: written where anybody was called
    page: Path

    @property
    def folder(self) -> Path:
        return self.page.parent

    def deliveries(self) -> list[dict[str, object]]:
        found: list[dict[str, object]] = self.program("-w", str(self.folder), "queue", "--json").json["deliveries"]
        return found

    def read(self) -> Page:
        return read(self.page.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory, forkserver: Forkserver) -> Demo:
    """The demo, run where there is no network, no workspace, and a key that fits nothing."""
    place = tmp_path_factory.mktemp("demo")
    folder, site, temporary, contacted = (place / name for name in ("empty", "site", "temporary", "contacted"))
    for each in (folder, site, temporary):
        each.mkdir()
    (site / "sitecustomize.py").write_text(_OFFLINE.format(report=str(contacted)))
    env = {"TMPDIR": str(temporary), "EVENLY_KEY": "fits nothing", "EVENLY_CLOCK": "2026-12-02T10:00:00Z@1795212000x0.000001"}
    program = Program(folder, site, forkserver)
    ended = subprocess.run(
        program.command("demo"), cwd=folder, env=program.environment(env), capture_output=True, text=True, timeout=240, check=False
    )
    result = Result(ended.returncode, ended.stdout, ended.stderr)
    named = re.search(r"(/\S+\.html)$", result.out, re.MULTILINE)
    assert named is not None, result
    return Demo(program, result, contacted, Path(named[1]))


def test_it_ends_well_and_quietly(demo: Demo) -> None:
    """Exit code 0, and nothing to complain about."""
    assert demo.result.code == 0
    assert demo.result.err == ""


def test_it_calls_nobody(demo: Demo) -> None:
    """The networks are stand-ins inside the program."""
    assert not demo.contacted.exists(), demo.contacted.read_text()


def test_nothing_is_left_where_it_was_called(demo: Demo) -> None:
    """The workspace is a folder of its own among the temporary ones."""
    assert list(demo.program.folder.iterdir()) == []
    assert demo.folder.parent.name == "temporary"


def test_it_tells_each_step_and_what_to_type_next(demo: Demo) -> None:
    """Import, plan, publish, figures, proof, calendar, report, and the first commands of one's own."""
    out = demo.result.out
    steps = ["Imported 24 posts", "Planned 24 posts for fedi", "Planned 23 posts for page", "went out", "figures read", "exactly once"]
    steps += ["calendar.html", "On time: 47 of 47", "report.html"]
    places = [out.index(step) for step in steps]
    assert places == sorted(places)
    assert "evenly init" in out.splitlines()[-3]


def test_every_delivery_is_published_once(demo: Demo) -> None:
    """All 24 posts on both accounts, but for the thread that Facebook does not take."""
    deliveries = demo.deliveries()

    assert len(deliveries) == 47
    assert {each["state"] for each in deliveries} == {"published"}
    assert len({(each["account"], each["remote_id"]) for each in deliveries}) == 47


def test_each_went_out_in_the_minute_it_was_planned_for(demo: Demo) -> None:
    """Fast-forward is no excuse."""
    for each in demo.deliveries():
        due, published = datetime.fromisoformat(str(each["due"])), datetime.fromisoformat(str(each["published_at"]))
        assert 0 <= (published - due).total_seconds() < 60, each


def test_everything_happened_in_the_weeks_before_now(demo: Demo) -> None:
    """So that commands which look back find it: seven whole weeks, the last of them for figures alone."""
    times = sorted(str(each["published_at"]) for each in demo.deliveries())

    assert times[0] >= "2026-10-12"
    assert times[-1] < "2026-11-30"


def test_the_page_shows_every_published_post_once(demo: Demo) -> None:
    """With the time it went out at."""
    page = demo.read()
    shown = sorted((row.time, row.account, row.words) for row in page.posts)
    told = sorted((str(each["published_at"])[:16], str(each["account"]), str(each["text"])) for each in demo.deliveries())

    assert [(time[:16], account, words) for time, account, words in shown] == told


def test_the_page_shows_pictures_and_figures(demo: Demo) -> None:
    """Read back from both networks."""
    page = demo.read()

    assert {row.account for row in page.posts if row.figures} == {"fedi", "page"}
    assert len([row for row in page.posts if row.alt]) == 18
    assert all(row.figures for row in page.posts)


def test_it_ends_with_the_report(demo: Demo) -> None:
    """The page tells what each network brought, says the same sentences, and asks nobody for anything."""
    page = (demo.folder / "report.html").read_text(encoding="utf-8")

    for words in ("In short", "Mastodon", "Facebook", "On time: 47 of 47", "Cleaning and care of metals", "winter-rings"):
        assert words in page
    assert not re.search(r"(?:src|href)=\"?(?:https?:)?//", page)


def test_the_page_asks_nobody_for_anything(demo: Demo) -> None:
    """No style, script, font or picture from elsewhere, and no link into the void."""
    page = demo.read()

    assert page.loaded == []
    assert [link for link in page.links if not link.startswith("#")] == []


def test_one_can_look_around_afterwards(demo: Demo) -> None:
    """The commands that it names work in the workspace it leaves."""
    named = re.findall(r"^ +evenly -w (\S+) (.+)$", demo.result.out, re.MULTILINE)

    assert named
    for folder, rest in named:
        result = demo.program("-w", folder, *rest.split())
        assert result.code == 0, result
        assert result.out


def test_the_workspace_it_leaves_cannot_reach_real_networks(demo: Demo) -> None:
    """Its accounts point to an address of this machine where nobody listens."""
    result = demo.program("-w", str(demo.folder), "metrics", "--json")

    assert result.code == 1
    assert all("127.0.0.1 did not answer" in each["trouble"] for each in json.loads(result.out)["accounts"])
