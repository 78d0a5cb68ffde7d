"""`evenly feeds`: follow others' feeds, as a source of posts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from evenly.cli.command import json_option, open_app, with_app, workspace_option
from evenly.messages import _, ngettext, shown

if TYPE_CHECKING:
    from evenly.app import App
    from evenly.following import Polled


@click.group("feeds", invoke_without_command=True)
@json_option
@workspace_option
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> None:
    """The feeds that are followed. `evenly run` fetches each at most hourly; what is new waits in `evenly inbox`."""
    if ctx.invoked_subcommand is not None:
        return
    with open_app() as app:
        documents = _documents(app)
    _show(documents, as_json)
    if any(each["trouble"] for each in documents):
        ctx.exit(1)


@command.command("add")
@click.argument("url")
@click.option("--topic", help="Its items are on this one of the brand's topics.")
@click.option("--owned", is_flag=True, help="It is the brand's own.")
@click.option("--allow-private", is_flag=True, help="Fetch it from one's own machine or network, too.")
@json_option
@with_app
def add(app: App, url: str, topic: str | None, owned: bool, allow_private: bool, as_json: bool) -> None:
    """Follow the feed at URL (RSS, Atom or JSON Feed); it is fetched at once."""
    from evenly import following
    from evenly.cli import show

    followed = following.follow(app.desk, url, now=app.clock.now(), topic=topic, owned=owned, allow_private=allow_private)
    if as_json:
        show.print_json({"id": str(followed.id), "title": followed.title, "new": followed.new})
        return
    title = show.printable(followed.title)
    click.echo(_("Feed {id} is followed: {title}", id=followed.id, title=title) + _new(followed.new))


@command.command("drop")
@click.argument("number", metavar="N")
@with_app
def drop(app: App, number: str) -> None:
    """Follow feed N no longer. What it has in the inbox goes, too; posts made of it stay."""
    from evenly import following
    from evenly.cli import show

    title = following.unfollow(app.desk, number)
    click.echo(_("Followed no longer: {title}", title=show.printable(title)))


@command.command("poll")
@click.argument("numbers", metavar="[N]...", nargs=-1)
@json_option
@with_app
def poll(app: App, numbers: tuple[str, ...], as_json: bool) -> int:
    """Fetch feeds N now, or all of them."""
    from evenly import following
    from evenly.cli import show

    with show.progress(_("Fetching feeds"), len(numbers) or None) as advance:
        polled = following.poll(app.desk, numbers, now=app.clock.now(), progress=advance)
    if as_json:
        show.print_json({"feeds": [_polled(each) for each in polled]})
    for each in polled:
        if each.trouble is not None:
            show.note(f"{each.id}: {show.printable(shown(each.trouble))}")
        elif not as_json:
            click.echo(f"{each.id}: {show.printable(each.title)}" + _new(each.new))
    return 1 if any(each.trouble is not None for each in polled) else 0


def _new(count: int) -> str:
    return ngettext(" ({n} new item)", " ({n} new items)", count, n=count)


def _polled(polled: Polled) -> dict[str, Any]:
    trouble = None if polled.trouble is None else shown(polled.trouble)
    return {"id": str(polled.id), "title": polled.title, "new": polled.new, "trouble": trouble}


def _documents(app: App) -> list[dict[str, Any]]:
    from evenly.store import feeds
    from evenly.store.contents import message_of

    with app.store.read() as connection:
        rows = feeds.followed(connection)
    return [
        {
            "id": str(row.id),
            "url": row.url,
            "title": row.title,
            "topic": row.topic,
            "owned": row.owned,
            "polled_at": None if row.polled_at is None else row.polled_at.isoformat(timespec="seconds"),
            "waiting": row.waiting,
            "trouble": None if (trouble := message_of(row.trouble)) is None else shown(trouble),
        }
        for row in rows
    ]


def _show(documents: list[dict[str, Any]], as_json: bool) -> None:
    from evenly.cli import show

    if as_json:
        show.print_json({"feeds": documents})
    elif not documents:
        click.echo(_("No feed is followed. Follow one: evenly feeds add URL"))
    else:
        columns = (_("id"), _("title"), _("topic"), _("fetched"), _("in the inbox"), _("trouble"))
        show.table(
            columns,
            [
                (each["id"], each["title"], each["topic"], show.when(each["polled_at"]), each["waiting"], each["trouble"])
                for each in documents
            ],
        )
