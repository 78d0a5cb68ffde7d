"""What happened to a delivery, told in plain words from its rows. Pure: told the time, touching nothing.

    for told in story(delivery, parts, attempts, now=now, zone=zone):
        print(told.at, told.text)

`delivery` is a row of `store.queue.listed`, `parts` and `attempts` are those of `queue.parts_of` and `queue.attempts_of`. What comes next
is `planning.outlook`'s to say.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from itertools import groupby
from typing import Any

from evenly.planning.moments import readable
from evenly.plugin import Message
from evenly.store.contents import message_of

_PROMPT = timedelta(minutes=1)
_NOT_THERE = frozenset({"absent", "too early"})
_DOUBT = frozenset({"lost", "still unknown", "duplicate", "too early", "cannot tell"})
_BY_SETTING = "on_unknown = resend"  #: what the ledger writes where the setting decides


@dataclass(frozen=True, slots=True)
class Told:
    """One sentence of a story."""

    at: datetime | None  #: in UTC; None: it tells of no moment, but of what is to come
    text: Message


@dataclass(frozen=True, slots=True)
class _Run:
    """Attempts that follow each other and say the same."""

    rows: Sequence[Any]
    now: datetime
    zone: tzinfo

    @property
    def first(self) -> Any:
        return self.rows[0]

    @property
    def last(self) -> Any:
        return self.rows[-1]

    @property
    def why(self) -> object:
        return said(self.last)

    @property
    def values(self) -> dict[str, object]:
        """For the blanks of a sentence: what was said, how often, until when."""
        return {"why": self.why, "n": len(self.rows), "time": self.until}

    @property
    def until(self) -> object:
        """When the last of them ended: the time alone where that was the day of the first."""
        end = (self.last.ended_at or self.last.started_at).astimezone(self.zone)
        same_day = end.date() == self.first.started_at.astimezone(self.zone).date()
        return f"{end:%H:%M}" if same_day else readable(end, now=self.now, zone=self.zone)

    def told(self, once: Message, often: Message) -> Message:
        return once if len(self.rows) == 1 else often

    def place(self, part: Any) -> object:
        """Where it is public: the address, else the id that was written down."""
        return part.url or self.why


def story(delivery: Any, parts: Sequence[Any], attempts: Sequence[Any], *, now: datetime, zone: tzinfo) -> list[Told]:
    """What happened, oldest first; what was repeated is told once. Of several parts each sentence says which one it is about."""
    by_position = {part.position: part for part in parts}
    told = [Told(delivery.created_at, _queued(delivery, now, zone)), *_waited(delivery, attempts, now, zone)]
    runs = _runs(attempts, now, zone)
    for number, run in enumerate(runs):
        of_part = [each for each in runs[:number] if each.first.position == run.first.position]
        text = _sentence(run, by_position[run.first.position], of_part, is_last=number == len(runs) - 1)
        if text is not None:
            told.append(Told(run.first.started_at, of(by_position[run.first.position], text, many=len(parts) > 1)))
    return told


def of(part: Any, text: Message, *, many: bool) -> Message:
    """The sentence, with the part that it is about, where there are several."""
    if not many:
        return text
    if part.kind == "comment":
        return Message("First comment: {text}", text=text)
    return Message("Part {n}: {text}", n=part.position + 1, text=text)


def said(attempt: Any) -> object:
    """What an attempt's evidence says; `-` where there is none."""
    evidence = attempt.evidence
    return message_of(evidence) if isinstance(evidence, dict) else evidence or "-"


# ---- before anything was tried


def _queued(delivery: Any, now: datetime, zone: tzinfo) -> Message:
    if delivery.due is None:
        return Message("Queued as a draft.") if delivery.state == "draft" else Message("Queued; it has no time yet.")
    time = readable(delivery.due, now=now, zone=zone)
    if delivery.pinned:
        return Message("Queued for a fixed time: {time}.", time=time)
    return Message("Queued; planned for: {time}.", time=time)


def _waited(delivery: Any, attempts: Sequence[Any], now: datetime, zone: tzinfo) -> Iterator[Told]:
    """That its time came and went before anything was tried. A time that a person has changed since tells nothing of that."""
    first = attempts[0] if attempts else None
    if first is None or delivery.due is None or first.step == "person" or first.started_at - delivery.due < _PROMPT:
        return
    time = readable(first.started_at, now=now, zone=zone)
    yield Told(
        delivery.due,
        Message("Its time came, but it had to wait until {time}: for the account's pace, for a sign-in, or for `evenly run`.", time=time),
    )


# ---- the attempts


def _runs(attempts: Sequence[Any], now: datetime, zone: tzinfo) -> list[_Run]:
    return [_Run(list(rows), now, zone) for _, rows in groupby(attempts, key=_sort)]


def _sort(attempt: Any) -> tuple[object, ...]:
    """What is equal for attempts that are told together."""
    match attempt.step:
        case "prepare" if attempt.outcome in {"begun", "ready"}:
            return attempt.position, "prepare"
        case "find" if attempt.outcome in _NOT_THERE:
            return attempt.position, "find"
        case "person":
            return (attempt.id,)
    return attempt.position, attempt.step, attempt.outcome, str(attempt.evidence)


def _sentence(run: _Run, part: Any, earlier: Sequence[_Run], *, is_last: bool) -> Message | None:
    """The sentence for a run of attempts; None where it is not worth one. `earlier`: what was tried for the same part."""
    match run.first.step:
        case "prepare":
            return _prepared(run, part)
        case "publish":
            return _sent(run, part, earlier)
        case "find":
            return _looked(run, part, earlier, is_last=is_last)
        case "delete":
            return _taken_down(run)
    return _word(run)


def _prepared(run: _Run, part: Any) -> Message | None:
    match run.last.outcome:
        case "refused":
            return run.told(
                Message("It could not be prepared: {why}", **run.values),
                Message("It could not be prepared, {n} times until {time}: {why}", **run.values),
            )
        case "failed":
            return Message("It could not be prepared, for good: {why}", **run.values)
    if len(run.rows) == 1 and not part.content["media"]:
        return None  # every text is prepared in one step, and nobody sees it
    if run.last.outcome == "begun":
        return Message("Being uploaded and prepared: {n} steps until {time}, and the network is not done yet.", **run.values)
    return run.told(
        Message("Uploaded, and ready to be published."),
        Message("Uploaded and prepared in {n} steps; ready at {time}.", **run.values),
    )


def _sent(run: _Run, part: Any, earlier: Sequence[_Run]) -> Message:
    again = any(each.first.step == "publish" for each in earlier)
    match run.last.outcome:
        case None:
            return Message("Sent; how it ended is not known yet.")
        case "published" if again:
            return _out_at_last(run, part, earlier[-1])
        case "published":
            return Message("Sent, and published: {place}", place=run.place(part))
        case "lost" if again:
            return run.told(
                Message("Sent again; the answer was lost: {why}", **run.values),
                Message("Sent again {n} times until {time}; the answer was lost each time: {why}", **run.values),
            )
        case "lost":
            return Message("Sent; the answer was lost: {why}", **run.values)
    return _refused(run)


def _out_at_last(run: _Run, part: Any, before: _Run) -> Message:
    if before.last.outcome in _DOUBT and before.last.evidence != _BY_SETTING:
        return Message("Sent again in a way that cannot make a second post, and published: {place}", place=run.place(part))
    return Message("Sent again, and published: {place}", place=run.place(part))


def _refused(run: _Run) -> Message:
    match run.last.outcome:
        case "still unknown":
            return run.told(
                Message("Sent again; it was refused, which tells nothing of the first time: {why}", **run.values),
                Message("Sent again {n} times until {time}; it was refused, which tells nothing of the first time: {why}", **run.values),
            )
        case "duplicate":
            return Message("Sent again; the network says that it has this text already: {why}", **run.values)
        case "refused":
            return run.told(
                Message("Tried; it was not taken, so it waited: {why}", **run.values),
                Message("Tried {n} times until {time}; it was not taken, so it waited: {why}", **run.values),
            )
        case "failed":
            return Message("Tried; refused for good: {why}", **run.values)
    return Message("Something is wrong: {why}", **run.values)


def _looked(run: _Run, part: Any, earlier: Sequence[_Run], *, is_last: bool) -> Message:
    again = bool(earlier) and earlier[-1].first.step == "find"
    match run.last.outcome:
        case "published" if again:
            return Message("Looked again, and found it: {place}", place=run.place(part))
        case "published":
            return Message("Looked, and found it: {place}", place=run.place(part))
        case "absent" if not is_last or part.state != "unknown":
            return run.told(
                Message("Looked for it; it is not there, so nothing was published."),
                Message("Looked for it {n} times until {time}; it is not there, so nothing was published.", **run.values),
            )
        case "absent" | "too early":
            return run.told(
                Message("Looked for it; it was not there yet."),
                Message("Looked for it {n} times until {time}; it was not there yet.", **run.values),
            )
        case "cannot tell":
            return _not_told(run)
    return Message("Something is wrong: {why}", **run.values)


def _not_told(run: _Run) -> Message:
    if run.last.evidence == _BY_SETTING:
        return Message("Nobody could find out whether it is public; it is sent again, as `on_unknown` says.")
    if run.last.evidence is not None:
        return Message("Looked for it; nobody can find out whether it is public.")
    return run.told(
        Message("Looked for it; nothing could be found out yet."),
        Message("Looked for it {n} times until {time}; nothing could be found out yet.", **run.values),
    )


def _taken_down(run: _Run) -> Message:
    if run.last.outcome == "taken down":
        return Message("Taken down.")
    return run.told(
        Message("It could not be taken down: {why}", **run.values),
        Message("It could not be taken down, {n} times until {time}: {why}", **run.values),
    )


def _word(run: _Run) -> Message:
    """What a person said, and who, where that was asked."""
    match run.last.outcome:
        case "published":
            by, _, place = str(run.why).rpartition(": ")
            return Message("{by} said that it is public: {place}", by=by, place=place)
        case "not published":
            return Message("{by} said that it is not public: it is to be sent again.", by=run.why)
        case "released":
            return Message("Released by hand.")
        case "now":
            return Message("Asked for at once, by hand.")
        case "dropped":
            return Message("Dropped by hand.")
    return Message("Asked to be taken down, by hand.")
