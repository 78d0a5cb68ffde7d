"""The shortest history that still breaks a law: what is not needed for it is left out, one thing after the other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from tests.simulation.happenings import Planned, Schedule
from tests.simulation.run import Run


def breaks(schedule: Schedule) -> bool:
    return bool(Run(schedule).go().violations)


def shortest(schedule: Schedule) -> Schedule:
    """Nothing can be left out of it, or made simpler, without its keeping the laws."""
    while (shorter := next((each for each in _shorter(schedule) if breaks(each)), None)) is not None:
        schedule = shorter
    return schedule


def _shorter(schedule: Schedule) -> Iterator[Schedule]:
    """Everything that is a little less."""
    for index in range(len(schedule.happenings)):
        yield replace(schedule, happenings=schedule.happenings[:index] + schedule.happenings[index + 1 :])
    for index in range(len(schedule.posts) if len(schedule.posts) > 1 else 0):
        yield replace(schedule, posts=schedule.posts[:index] + schedule.posts[index + 1 :])
    for index, post in enumerate(schedule.posts):
        for simpler in ("text", "picture"):
            if post.form not in {simpler, "text"}:
                yield _with_post(schedule, index, replace(post, form=simpler))
        if post.minutes:
            yield _with_post(schedule, index, replace(post, minutes=0))
    if schedule.lag:
        yield replace(schedule, lag=0)
    if not schedule.alone:
        yield replace(schedule, alone=True)


def _with_post(schedule: Schedule, index: int, post: Planned) -> Schedule:
    return replace(schedule, posts=(*schedule.posts[:index], post, *schedule.posts[index + 1 :]))


def story(schedule: Schedule) -> tuple[list[str], bool]:
    """The history in words, and whether it breaks a law."""
    run = Run(schedule, tells=True).go()
    posts = ", ".join(f"a {post.form} due after {post.minutes} min" for post in schedule.posts)
    who = "one process at a time" if schedule.alone else "two processes in turns"
    begins = [f"On {schedule.network}, {who}, lists lag {schedule.lag} s behind: {posts}.", f"{schedule!r}"]
    ends = [f"BROKEN: {each}" for each in run.violations] or ["All laws hold."]
    return [*begins, *run.story, *run.ending(), *ends], bool(run.violations)
