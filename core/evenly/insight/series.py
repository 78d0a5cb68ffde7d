"""A figure that its network counts under another name than before: a new series, which is never mixed with the old one."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from operator import attrgetter
from typing import Generic, TypeVar

from evenly.insight.values import Counting, Post

Key = TypeVar("Key", bound=Hashable)
_Place = tuple[str, str]  #: account and format


@dataclass(frozen=True, slots=True)
class Named(Generic[Key]):
    """That a figure of `key` was read at a time, under a name of its network."""

    key: Key
    figure: str
    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Reading:
    """When the figures of a post were read, and the network's own names of them; a name that is not known is absent."""

    at: datetime
    names: frozenset[tuple[str, str]]  #: figure and name


def newest(named: Iterable[Named[Key]]) -> dict[tuple[Key, str], Counting]:
    """As what each figure of each key is counted now, and since when without a break."""
    found: dict[tuple[Key, str], Counting] = {}
    for each in sorted(named, key=attrgetter("at")):
        known = found.get((each.key, each.figure))
        if known is None or known.name != each.name:
            found[each.key, each.figure] = Counting(each.figure, each.name, each.at)
    return found


def in_one_series(posts: Sequence[Post], readings: Mapping[str, Reading]) -> list[Post]:
    """The posts without those figures that were read under another name than the newest of their account and format.

    `readings` are those of the posts, by their keys. A figure without a name belongs to any series. Formats are told apart, since a
    network may well count its stories in another way than its posts.
    """
    current = newest(_named([(_place(post), readings[post.key]) for post in posts if post.key in readings]))

    @cache
    def older(place: _Place, names: frozenset[tuple[str, str]]) -> tuple[Counting, ...]:
        return tuple(now for figure, name in sorted(names) if (now := current[place, figure]).name != name)

    return [_without(post, older(_place(post), readings[post.key].names)) if post.key in readings else post for post in posts]


def _place(post: Post) -> _Place:
    return post.account, post.format


def _named(read: Iterable[tuple[_Place, Reading]]) -> Iterator[Named[_Place]]:
    """What was read, in the order of time. Names that stay are told once: there are very many readings, and few names."""
    known: dict[_Place, frozenset[tuple[str, str]]] = {}
    for place, reading in sorted(read, key=lambda each: each[1].at):
        if known.get(place) != reading.names:
            known[place] = reading.names
            yield from (Named(place, figure, name, reading.at) for figure, name in sorted(reading.names))


def _without(post: Post, older: tuple[Counting, ...]) -> Post:
    apart = tuple(each for each in older if each.figure in post.figures)
    if not apart:
        return post
    gone = {each.figure for each in apart}
    return replace(post, apart=apart, figures={name: value for name, value in post.figures.items() if name not in gone})
