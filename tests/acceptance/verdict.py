"""What came of a campaign: what the store says held against what was really public."""

from __future__ import annotations

import json
import re
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.acceptance.weather import Appearance

_MARK = re.compile(r"\((\d+(?:, \w+)?)\)")
_ANSWERS = frozenset({"absent", "too early"})
#: A day, less what the machine's clock was wrong meanwhile.
_SILENT = timedelta(hours=24 - 2.5)


@dataclass
class Verdict:
    deliveries: int = 0
    states: Counter[str] = field(default_factory=Counter)
    looks: Counter[str] = field(default_factory=Counter)
    doubled: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    early: list[str] = field(default_factory=list)
    uncertain: dict[str, str] = field(default_factory=dict)  #: why, by part
    unexplained: list[str] = field(default_factory=list)  #: uncertain although a look had told

    @property
    def is_good(self) -> bool:
        return not (self.doubled or self.lost or self.early or self.unexplained)


def progress(folder: Path) -> Counter[str]:
    """How many deliveries are in each state."""
    with closing(_opened(folder)) as store:
        return Counter(dict(store.execute("select state, count(*) from delivery group by state").fetchall()))


def signed_out(folder: Path) -> dict[str, str]:
    """Accounts that wait for a sign-in, and why."""
    with closing(_opened(folder)) as store:
        return dict(store.execute("select name, coalesce(reason, '') from account where sign_in <> 'ok'").fetchall())


def judged(folder: Path, journals: Mapping[str, Mapping[str, Appearance]], *, ahead: timedelta) -> Verdict:
    """Hold every row against every appearance. `ahead`: by how much the programs' clock was ahead of the networks' at most."""
    verdict = Verdict()
    with closing(_opened(folder)) as store:
        rows = store.execute(
            "select part.id, part.account, part.kind, part.position, part.state as state, part.remote_id, part.content,"
            " delivery.id as delivery, delivery.state as whole, delivery.due from part join delivery on delivery.id = part.delivery_id"
        ).fetchall()
        verdict.states = Counter(dict(store.execute("select state, count(*) from delivery group by state").fetchall()))
        verdict.looks = Counter(
            dict(store.execute("select outcome, count(*) from attempt where step = 'find' group by outcome").fetchall())
        )
        attempts: dict[int, list[sqlite3.Row]] = defaultdict(list)
        doubtful = [row["id"] for row in rows if row["state"] == "uncertain"]
        for each in store.execute("select * from attempt order by id").fetchall() if doubtful else ():
            attempts[each["part_id"]].append(each)
    verdict.deliveries = sum(verdict.states.values())
    by_account: dict[str, list[sqlite3.Row]] = defaultdict(list)
    for row in rows:
        by_account[row["account"]].append(row)
    for account, parts in by_account.items():
        _held_against(account, parts, journals[account], verdict, ahead)
    for row in rows:
        if row["state"] == "uncertain":
            _explained(row, attempts[row["id"]], verdict)
    return verdict


def _held_against(
    account: str, parts: Sequence[sqlite3.Row], journal: Mapping[str, Appearance], verdict: Verdict, ahead: timedelta
) -> None:
    marks = Counter(mark for each in journal.values() if (mark := _mark(each.text)))
    verdict.doubled += [f"{account}: ({mark}) was public {count} times" for mark, count in marks.items() if count > 1]
    known = {row["remote_id"] for row in parts if row["remote_id"]}
    open_marks = {_mark(_text(row)) for row in parts if row["state"] == "uncertain"}
    comments = {_mark(_text(row)) for row in parts if row["kind"] == "comment" and row["remote_id"]}
    for each in journal.values():
        mark = _mark(each.text)
        if each.remote_id not in known and mark not in open_marks | comments:
            verdict.doubled.append(f"{account}: {each.remote_id} ({mark}) was public at {each.at:%H:%M:%S} and no part knows of it")
    for row in parts:
        _part_held_against(row, journal, set(marks), verdict, ahead)


def _part_held_against(row: sqlite3.Row, journal: Mapping[str, Appearance], marks: set[str], verdict: Verdict, ahead: timedelta) -> None:
    name = f"{row['account']}: delivery {row['delivery']}, part {row['position']} ({_mark(_text(row))})"
    if row["state"] == "uncertain":
        return
    if row["state"] != "published":
        if row["whole"] != "uncertain":
            verdict.lost.append(f"{name} is {row['state']}, its delivery {row['whole']}")
        return
    seen = journal.get(row["remote_id"])
    if row["kind"] == "comment":
        if _mark(_text(row)) not in marks:
            verdict.lost.append(f"{name} was never public")
    elif seen is None:
        verdict.lost.append(f"{name} is said to be {row['remote_id']}, which was never public")
    elif _mark(seen.text) != _mark(_text(row)):
        verdict.lost.append(f"{name} is said to be {row['remote_id']}, which is ({_mark(seen.text)})")
    elif seen.at + ahead + timedelta(seconds=1) < _moment(row["due"]):
        verdict.early.append(f"{name} was public at {seen.at}, and due at {row['due']}")


def _explained(row: sqlite3.Row, attempts: Sequence[sqlite3.Row], verdict: Verdict) -> None:
    """A person may be asked only where no look had told anything for a day, or the network lets nobody look."""
    name = f"{row['account']}: delivery {row['delivery']}, part {row['position']} ({_mark(_text(row))})"
    calls = [each for each in attempts if each["step"] == "publish"]
    looks = [each for each in attempts[attempts.index(calls[-1]) + 1 :] if each["step"] == "find"]
    told = Counter(each["outcome"] for each in looks)
    answers = [each for each in looks if each["outcome"] in _ANSWERS]
    silent_for = None if not answers else _moment(looks[-1]["started_at"]) - _moment(answers[-1]["started_at"])
    made = ", ".join(f"{count} {outcome or 'never ended'}" for outcome, count in Counter(each["outcome"] for each in calls).items())
    story = f"calls: {made}; looks: {', '.join(f'{count} {outcome}' for outcome, count in told.items())}"
    if not looks or looks[-1]["outcome"] != "cannot tell" or told["published"] or (silent_for is not None and silent_for < _SILENT):
        verdict.unexplained.append(f"{name}: {story}; the last answer was {silent_for} before the end")
    else:
        verdict.uncertain[name] = f"{story}; {_why(looks[-1], silent_for, _moment(calls[0]['started_at']))}"


def _why(last: sqlite3.Row, silent_for: timedelta | None, begun: datetime) -> str:
    if "has this text already" in str(last["evidence"]):
        return "an equal text was refused, and the first could not be told to be ours"
    silent = silent_for or _moment(last["started_at"]) - begun
    return f"no look had told anything for {silent}" if silent >= _SILENT else "nobody can look, and an equal text is not surely refused"


def _mark(text: str | None) -> str:
    found = _MARK.findall(text or "")
    return found[-1] if found else ""


def _text(row: sqlite3.Row) -> str:
    content: dict[str, Any] = json.loads(row["content"])
    return str(content.get("text") or "")


def _moment(written: str) -> datetime:
    moment = datetime.fromisoformat(written)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def _opened(folder: Path) -> sqlite3.Connection:
    store = sqlite3.connect(f"file:{folder / '.evenly' / 'evenly.sqlite'}?mode=ro", uri=True, timeout=30)
    store.row_factory = sqlite3.Row
    return store
