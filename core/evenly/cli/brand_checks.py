"""What `evenly doctor` says of the brand: its first three questions, and whether its people can carry the cadences."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from evenly.cli.checks import Finding
from evenly.messages import _, shown

if TYPE_CHECKING:
    from evenly.app import App
    from evenly.settings import Settings


def answers(settings: Settings) -> Iterator[Finding]:
    """Whom, where, and what about. An open question is said, and hinders nothing: posts go out without it."""
    audiences, networks = (audience.name for audience in settings.audiences), {each.network for each in settings.accounts.values()}
    whom = ", ".join(audiences) or _(
        "No answer yet: whom do you want to reach? Write [[audiences]] in evenly.toml; `evenly networks --for-ages 25-34` helps."
    )
    where = ", ".join(sorted(networks)) or _(
        "No answer yet: where do you publish? Write [accounts.page] in evenly.toml; `evenly networks` lists the networks."
    )
    about = ", ".join(settings.topics) or _("No answer yet: what are your posts about? Write [topics.NAME] with its words in evenly.toml.")
    for check, answer in (("audience", whom), ("networks", where), ("topics", about)):
        yield Finding(check, ok=True, message=answer)


def topics(settings: Settings) -> Iterator[Finding]:
    """What keeps topics from being recognised; it hinders nothing, as a label can say them."""
    from evenly.mix import Topic, troubles

    known = tuple(Topic(name, topic.words, topic.negative) for name, topic in settings.topics.items())
    for trouble in troubles(known, settings.brand.language):
        yield Finding("topic words", ok=True, message=shown(trouble))


def learnt_times(app: App) -> Iterator[Finding]:
    """Accounts that are to follow times which were never learnt: they go by the clock."""
    for name, account in app.settings.accounts.items():
        if account.audience == "learnt" and name not in app.desk.learnt:
            said = _(
                'accounts.{name}.audience is "learnt", and nothing was learnt for it yet: its posts are spread over clock hours. '
                "`evenly advice` offers what was learnt as soon as it is known well enough.",
                name=name,
            )
            yield Finding("learnt times", ok=False, message=said)


def capacity(app: App) -> Iterator[Finding]:
    """Whether there are minutes for the posts that the cadences ask for; nothing where evenly.toml says nothing of it."""
    from evenly.planning import capacity as capacities

    with app.store.read() as connection:
        load = capacities.load(app.desk, connection, app.clock.now())
    if load is not None:
        yield Finding("capacity", ok=not load.missing, message=shown(load.message))
