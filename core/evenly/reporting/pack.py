"""What an agency needs to go on with a campaign, as one ZIP file: whom to reach, the best posts with their intervals, links, figures.

There is no secret in it, and nobody's name: totals only, and mentions in texts are blotted out.
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from evenly.fields.cells import guarded
from evenly.reporting import document
from evenly.reporting.values import Rated
from evenly.store import queue

if TYPE_CHECKING:
    from evenly.planning.desk import Desk
    from evenly.reporting.values import Report

_MODE = 0o644 << 16


def pack(desk: Desk, report: Report, campaign: str, *, page: str, offer: str | None = None) -> bytes:
    """The ZIP file. `report` is of this campaign alone (and of one `offer`, where it is given), and `page` the same drawn."""
    rated, links = report.rated, links_of(desk, report, campaign, offer)
    audience = audiences(desk)
    figures = document.document(report)
    about = {"campaign": campaign, "offer": offer, "audience": audience}
    whole = {**about, "posts": [asdict(each) for each in rated], "links": links, "report": figures}
    files = {
        "campaign.html": page,
        "campaign.json": json.dumps(whole, ensure_ascii=False, indent=2),
        "campaign.csv": document.as_csv(report),
        "audience.csv": _csv(("audience", "network", "percent", "year", "source"), audience),
        "posts.csv": _csv(tuple(Rated.__slots__), [asdict(each) for each in rated]),
        "links.csv": _csv(("account", "network", "published", "link", "url"), links),
    }
    return _zipped(files, report.made_at)


def links_of(desk: Desk, report: Report, campaign: str, offer: str | None = None) -> list[dict[str, Any]]:
    """The links of the campaign's posts as they went out, tagged, and where each post stands."""
    with desk.store.read() as connection:
        rows = queue.deliveries(connection, campaign=campaign, offer=offer, states=("published",))
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
