"""`evenly advice`, `evenly week` and the pack: from the figures to a changed plan, with the real program."""

from __future__ import annotations

import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from icalendar import Calendar

from tests.cli.conftest import Program, Result
from tests.planning.desks import NOW, add
from tests.reporting.seasons import SETTINGS, Season, season

BOARD = """
from datetime import timedelta

from evenly.plugin import Limits, Network, Published, hookimpl


@hookimpl
def network():
    return Network(name="board", title="Board", limits=Limits(text=50), repeat_safe={"refusal": timedelta(minutes=15)})


@hookimpl
def publish(part):
    return Published(remote_id=part.text)
"""
MORE = """
[campaigns.wedding]
from = 2026-11-01
[capacity]
minutes_per_week = 60
[experiments.ask]
hypothesis = "Questions bring more"
compare = "action:question"
"""


@dataclass
class House:
    """The program, and the season in its workspace."""

    program: Program
    season: Season

    def __call__(self, *arguments: str) -> Result:
        return self.program(*arguments)

    @property
    def text(self) -> str:
        return self.season.file.read_text()


@pytest.fixture
def house(program: Program) -> Iterator[House]:
    """Questions bring twice as much; care brings twice what craft does; 30 posts of each are planned."""
    program.install("board", BOARD)
    program.env["EVENLY_CLOCK"] = f"{NOW.isoformat()}@{time.time()}x1"
    with season(program.folder, SETTINGS + MORE) as made:
        made.published(120, {"question": 2.2, "topic:care": 2.2}, rates={"question": 0.2})
        made.published(20, {}, campaign="wedding", link="https://atelier.example/?utm_campaign=wedding")
        for number in range(60):
            add(made.desk, f"{'Care' if number % 2 else 'Craft'} {number}", topic="care" if number % 2 else "craft")
        yield House(program, made)


def test_advice_is_taken_and_the_plan_follows(house: House) -> None:
    """What was announced happens, and the report tells of it.

    `mix` asks for more questions; beyond the committed time posts change places, within it and by the clock nothing moves.
    """
    listed = house("advice", "--json").json["advice"]
    numbers = {each["key"]: each["number"] for each in listed}
    assert {"mix.question.min"} < set(numbers)
    topic = next(key for key in numbers if key.startswith("mix.topics."))
    before = house("plan", "--json").json["accounts"][0]["deliveries"]

    assert house("advice", "take", str(numbers["mix.question.min"])).code == 0
    taken = house("advice", "take", str(numbers[topic]))

    assert "+topics = { care = 0.6, craft = 0.4 }" in taken.out
    assert 'preset = "evenly"  # as it came' in house.text
    asked = next(each for each in house("mix", "--json").json["findings"] if each["target"] == "question")
    assert asked["min"] > 0.2
    after = house("plan", "--json").json["accounts"][0]["deliveries"]
    assert [each["due"] for each in after] == [each["due"] for each in before]
    committed = (NOW + timedelta(days=7)).isoformat()
    first = [each["id"] for each in before if each["due"] <= committed]
    assert [each["id"] for each in after][: len(first)] == first
    assert [each["id"] for each in after] != [each["id"] for each in before]
    told = {each["key"]: each for each in house("report", "--json").json["recommendations"]}
    assert told["mix.question.min"]["state"] == "taken"
    assert "Too early to say what came of it" in told["mix.question.min"]["outcome"]


def test_advice_is_told_in_words_and_declined(house: House) -> None:
    """A number that is not there is refused, and nothing is changed."""
    out = house("advice").out
    assert "1. " in out
    assert "times the engagements (between " in out
    assert "evenly advice take 1 · evenly advice decline 1" in out

    declined = house("advice", "decline", "1", "--because", "not now")

    assert (declined.code, "does not come back for eight weeks" in declined.out) == (0, True)
    refused = house("advice", "take", "1")
    assert (refused.code, "was declined" in refused.err) == (2, True)
    assert house("advice", "take", "9").code == 2
    assert house.text == SETTINGS + MORE


def test_a_key_that_was_changed_meanwhile_is_left_alone(house: House) -> None:
    """The sentence says so, and the offer lapses."""
    numbers = {each["key"]: each["number"] for each in house("advice", "--json").json["advice"]}
    changed = house.text.replace("# as it came", "\nquestion = { min = 0.25 }")
    house.season.file.write_text(changed)

    refused = house("advice", "take", str(numbers["mix.question.min"]))

    assert (refused.code, "you have changed it meanwhile" in refused.err) == (2, True)
    assert house.text == changed


def test_a_week_is_within_the_capacity_and_in_the_calendar(house: House) -> None:
    """Printed, and as to-dos; an export writes nothing down."""
    week = house("week", "--json").json

    assert week["minutes"] <= 60
    assert 0 < len(week["tasks"]) <= 7
    assert house("week").out.count("min  ") == len(week["tasks"])
    todos = Calendar.from_ical(house("export", "--ics").out).walk("VTODO")
    assert [str(todo["uid"]).split("@")[0] for todo in todos] == [f"week-2026-W48-{task['kind']}" for task in week["tasks"]]
    kept = house.season.dump()
    house("export", "--ics")
    assert house.season.dump() == kept


def test_an_experiment_stands_in_the_report_with_its_verdict(house: House) -> None:
    """And stays as it was judged."""
    ideas = {each["name"]: each for each in house("report", "--json").json["ideas"]}

    assert (ideas["ask"]["kind"], ideas["ask"]["verdict"]) == ("experiment", "works")
    assert {each["name"]: each for each in house("report", "--json").json["ideas"]}["ask"] == ideas["ask"]


def test_a_campaign_is_handed_over_as_one_file(house: House) -> None:
    """It opens offline: nothing in it is fetched from anywhere."""
    packed = house("report", "--pack", "wedding", "--out", "wedding.zip")

    assert packed.code == 0
    with zipfile.ZipFile(house.program.folder / "wedding.zip") as archive:
        page = archive.read("campaign.html").decode()
        assert "https://atelier.example/?utm_campaign=wedding" in archive.read("links.csv").decode()
    assert "<script src" not in page
    assert "http-equiv" not in page or "url(http" not in page
    assert house("report", "--pack", "nothing").code == 2
    assert house("report", "--out", "x.zip").code == 2


def test_doctor_says_that_nothing_was_learnt_yet(house: House) -> None:
    """And posts go by the clock."""
    house.season.file.write_text(house.text.replace('cadence = "1/day"', 'cadence = "1/day"\naudience = "learnt"'))

    findings = {each["check"]: each for each in house("doctor", "--offline", "--json").json["findings"]}

    assert not findings["learnt times"]["ok"]
    assert "nothing was learnt for it yet" in findings["learnt times"]["message"]
    assert "Week of 2026-11-23" in house("plan").out
