"""Nights on which the clocks are changed, in both hemispheres: what was planned for a local time goes out at its one instant."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from evenly.clock import FastClock
from evenly.fields import When
from tests.engines.daemon import daemon, until, workspace
from tests.publishing.scene import scene

#: zone, local times as they are typed, and their instants, in hours after midnight UTC of that date: in an overlap the first
NIGHTS = {
    "Paris, an hour is missing": ("Europe/Paris", "2027-03-28", {"01:59": "00:59", "03:00": "01:00", "03:10": "01:10"}),
    "Paris, an hour comes twice": ("Europe/Paris", "2027-10-31", {"01:30": "-00:30", "02:30": "00:30", "03:00": "02:00"}),
    "Sydney, an hour is missing": ("Australia/Sydney", "2027-10-03", {"01:59": "-08:01", "03:00": "-08:00", "03:10": "-07:50"}),
    "Sydney, an hour comes twice": ("Australia/Sydney", "2027-04-04", {"01:30": "-09:30", "02:30": "-08:30", "03:00": "-07:00"}),
    "Santiago, midnight is missing": ("America/Santiago", "2027-09-05", {"01:00": "04:00", "01:10": "04:10"}),
    "Santiago, midnight comes twice": ("America/Santiago", "2027-04-03", {"22:30": "25:30", "23:30": "26:30"}),
}


def planned(zone: str, day: str, typed: dict[str, str]) -> dict[str, tuple[datetime, datetime]]:
    """For each local time: the instant that evenly plans, and the right one."""
    midnight = datetime.fromisoformat(day).replace(tzinfo=UTC)
    return {local: (When.parse(f"{day}T{local}").instant(zone), midnight + _after(hours)) for local, hours in typed.items()}


def _after(written: str) -> timedelta:
    hours, minutes = written.lstrip("-").split(":")
    passed = timedelta(hours=int(hours), minutes=int(minutes))
    return -passed if written.startswith("-") else passed


@pytest.mark.parametrize("night", NIGHTS)
def test_scenario_13_posts_of_a_night_of_23_or_25_hours_go_out_at_their_instants(tmp_path: Path, night: str) -> None:
    """Once each, in the order of their instants, whatever the clocks on the wall show."""
    with scene(tmp_path) as board:
        times = planned(*NIGHTS[night])
        board.clock.moment = min(at for at, _right in times.values()) - timedelta(hours=3)
        for local, (at, _right) in times.items():
            board.queue(local, at=at)
        board.run()

        assert {pin.text: pin.at for pin in board.board.public()} == {local: right for local, (_at, right) in times.items()}
        assert len(board.visible_calls()) == len(times)


@pytest.mark.parametrize("night", ["Paris, an hour is missing", "Sydney, an hour comes twice"])
def test_scenario_13_a_daemon_in_that_zone_is_not_misled_by_such_a_night(tmp_path: Path, night: str) -> None:
    """The machine itself keeps the zone whose clocks are changed: nothing is early, doubled or left out."""
    zone, day, typed = NIGHTS[night]
    times = planned(zone, day, typed)
    clock = FastClock(min(at for at, _right in times.values()) - timedelta(minutes=5), 900, since=time.time() + 3)
    with workspace(tmp_path, "key", clock=clock) as board:
        posts = [board.queue(local, at=at) for local, (at, _right) in times.items()]
        with daemon(board, tmp_path, {"TZ": zone}):
            until(lambda: {board.state(each) for each in posts} == {"published"})

        public = {pin.text: pin.at for pin in board.board.public()}
        assert sorted(public) == sorted(times)
        assert all(public[local] >= right for local, (_at, right) in times.items())
        assert len(board.visible_calls()) == len(times)
