"""What an agency needs to go on with a campaign, as one ZIP file: whom to reach, the best posts with their intervals, links, figures.

There is no secret in it, and nobody's name: totals only, and mentions in texts are blotted out.
"""

from __future__ import annotations

import csv
import io
import json
import re
import textwrap
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from evenly import insight
from evenly.fields.cells import guarded
from evenly.insight import LEAST
from evenly.reporting import document, observing
from evenly.store import queue

if TYPE_CHECKING:
    from evenly.insight import Post
    from evenly.planning.desk import Desk
    from evenly.reporting.values import Report

SEEN = 100
"""A post that fewer people have seen tells nothing of its rate."""
_SHOWN = 120  #: characters of a text
_MENTION = re.compile(r"(?<![\w/.])@[\w.-]+(?:@[\w.-]+)?")
_MODE = 0o644 << 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Rated:
    """A post of the campaign, and how many of those who saw it did something, in percent with its interval.

    `boost`: even the low end of the interval is above what its account's posts bring, so that paying for more to see it may be worth it.
    """

    delivery: str
    account: str
    network: str
    published: str
    text: str
    url: str | None
    seen: int
    basis: str
    engagements: int
    rate: float
    low: float
    high: float
    usual: float
    boost: bool


def pack(desk: Desk, report: Report, campaign: str, *, page: str) -> bytes:
    """The ZIP file. `report` is of this campaign alone, and `page` the same drawn."""
    rated, links = posts(desk, report, campaign), links_of(desk, report, campaign)
    audience = audiences(desk)
    figures = document.document(report)
    whole = {"campaign": campaign, "audience": audience, "posts": [asdict(each) for each in rated], "links": links, "report": figures}
    files = {
        "campaign.html": page,
        "campaign.json": json.dumps(whole, ensure_ascii=False, indent=2),
        "campaign.csv": document.as_csv(report),
        "audience.csv": _csv(("audience", "network", "percent", "year", "source"), audience),
        "posts.csv": _csv(tuple(Rated.__slots__), [asdict(each) for each in rated]),
        "links.csv": _csv(("account", "network", "published", "link", "url"), links),
    }
    return _zipped(files, report.made_at)


def posts(desk: Desk, report: Report, campaign: str) -> list[Rated]:
    """The campaign's posts, the best first by the low end of the interval. Those that too few have seen are left out.

    Of an account with fewer than eight posts that can be judged none is: there is nothing to set them against.
    """
    with desk.store.read() as connection:
        known = observing.posts(desk, connection, since=report.since, until=report.until, age=report.age)
        rows = {str(row.id): row for row in queue.deliveries(connection, campaign=campaign, states=("published",))}
    rated: list[Rated] = []
    for account in dict.fromkeys(post.account for post in known):
        mine = [post for post in known if post.account == account]
        basis = insight.basis_of(mine)
        judged = [post for post in mine if basis is not None and _can_be_judged(post, basis)]
        if basis is None or len(judged) < LEAST:
            continue
        usual = sum(_engaged(post) for post in judged) / sum(_seen(post, basis) for post in judged) * 100
        rated += [
            _rated(post, basis, usual, rows[post.key]) for post in judged if post.key in rows and rows[post.key].taken_down_at is None
        ]
    return sorted(rated, key=lambda each: (-each.low, each.delivery))


def _can_be_judged(post: Post, basis: str) -> bool:
    seen = insight.seen_by(post, basis)
    engaged = insight.engagements(post.figures)
    return seen is not None and seen >= SEEN and engaged is not None and engaged >= 0


def _seen(post: Post, basis: str) -> int:
    return round(insight.seen_by(post, basis) or 0)


def _engaged(post: Post) -> int:
    return round(insight.engagements(post.figures) or 0)


def _rated(post: Post, basis: str, usual: float, row: Any) -> Rated:
    # Somebody may do several things with one post: more than all who saw it is not a share.
    seen, engaged = _seen(post, basis), min(_engaged(post), _seen(post, basis))
    found = insight.wilson(engaged, seen)
    low, high = (0.0, 100.0) if found is None else (found.low * 100, found.high * 100)
    return Rated(
        delivery=post.key,
        account=post.account,
        network=post.network,
        published=post.at.isoformat(timespec="minutes"),
        text=_excerpt(row.content["text"]),
        url=row.url,
        seen=seen,
        basis=basis,
        engagements=_engaged(post),
        rate=round(engaged / seen * 100, 2),
        low=round(low, 2),
        high=round(high, 2),
        usual=round(usual, 2),
        boost=low > usual,
    )


def links_of(desk: Desk, report: Report, campaign: str) -> list[dict[str, Any]]:
    """The links of the campaign's posts as they went out, tagged, and where each post stands."""
    with desk.store.read() as connection:
        rows = queue.deliveries(connection, campaign=campaign, states=("published",))
    within = [row for row in rows if report.since <= row.published_at < report.until and row.content["link"]]
    return [
        {
            "account": row.account,
            "network": row.network,
            "published": row.published_at.isoformat(timespec="minutes"),
            "link": row.content["link"],
            "url": row.url,
        }
        for row in within
    ]


def audiences(desk: Desk) -> list[dict[str, Any]]:
    """Whom the brand wants to reach, and how far each network in use reaches them, by published surveys."""
    from evenly.audience import People, cells, compare

    used = {account.network for account in desk.settings.accounts.values()}
    found: list[dict[str, Any]] = []
    for each in desk.settings.audiences:
        youngest, oldest = each.ages or (0, 120)
        reaches = compare(cells(), People(youngest, oldest, each.country)).reaches
        known = [reach for reach in reaches if reach.network in used and reach.fits]
        found += [_reach(each.name, reach) for reach in known] or [{"audience": each.name}]
    return found


def _reach(name: str, reach: Any) -> dict[str, Any]:
    newest = max((figure.cell for figure in reach.figures), key=lambda cell: cell.year)
    return {
        "audience": name,
        "network": reach.network,
        "percent": round(float(reach.mean), 1),
        "year": newest.year,
        "source": newest.source,
    }


def _excerpt(text: str) -> str:
    return textwrap.shorten(_MENTION.sub("@…", text), _SHOWN, placeholder="…")


def _csv(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> str:
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(columns)
    for row in rows:
        cells = [row.get(name) for name in columns]
        writer.writerow(["" if cell is None else guarded(cell) if isinstance(cell, str) else cell for cell in cells])
    return written.getvalue()


def _zipped(files: Mapping[str, str], made_at: datetime) -> bytes:
    """The same files give the same bytes."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            entry = zipfile.ZipInfo(name, made_at.timetuple()[:6])
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, _MODE
            archive.writestr(entry, text.encode())
    return content.getvalue()
