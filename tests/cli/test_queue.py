"""`evenly queue`: what is queued, and where it stands."""

from __future__ import annotations

import pytest

from tests.cli.shops import Shop


def _texts(shop: Shop, *options: str) -> list[str]:
    result = shop("queue", "--json", *options)
    assert result.code in (0, 1), result.err
    return [each["text"] for each in result.json["deliveries"]]


def test_deliveries_are_in_order_of_their_time(shop: Shop) -> None:
    """Those without one come last."""
    shop.add("third", "--draft")
    shop.add("second", "--at", "2026-12-02T10:00")
    shop.add("first", "--at", "2026-12-01T10:00")

    assert _texts(shop) == ["first", "second", "third"]


@pytest.mark.parametrize(
    ("options", "found"),
    [
        (("--account", "echo"), ["on echo"]),
        (("--state", "draft"), ["a draft"]),
        (("--topic", "care"), ["of care"]),
        (("--campaign", "wedding"), ["for weddings"]),
        (("--offer", "product"), ["of care"]),
        (("--offer", "service", "--account", "page"), []),
        (("--since", "2026-12-03"), ["of care", "for weddings"]),
        (("--until", "2026-12-03"), ["on echo"]),
        (("--since", "2026-12-03", "--until", "2026-12-04T11:00", "--account", "page"), ["of care"]),
    ],
)
def test_filters_leave_what_passes_them(shop: Shop, options: tuple[str, ...], found: list[str]) -> None:
    """Several filters narrow it down together; a date alone is its midnight in the account's zone."""
    shop.add("on echo", "--at", "2026-12-02T10:00", "--offer", "service", to="echo")
    shop.add("a draft", "--draft")
    shop.add("of care", "--topic", "care", "--offer", "product", "--at", "2026-12-04T10:00")
    shop.add("for weddings", "--campaign", "wedding", "--at", "2026-12-05T10:00")

    assert _texts(shop, *options) == found


def test_people_are_not_shown_what_has_ended(shop: Shop) -> None:
    """Scripts see everything."""
    shop.done("drop", shop.add("gone")["id"])
    shop.add("here")

    assert "gone" not in shop("queue").out
    assert _texts(shop) == ["gone", "here"]


def test_an_empty_queue_says_what_to_do(shop: Shop) -> None:
    """A hint for people, an empty list for scripts."""
    assert "evenly add" in shop("queue").out
    assert shop.done("queue") == {"deliveries": []}


def test_a_failed_delivery_needs_somebody(shop: Shop) -> None:
    """So the exit code is 1, and the reason stands there."""
    shop.published("no thanks")

    result = shop("queue")

    assert result.code == 1
    assert "Echo does not like this." in result.out


def test_an_unknown_account_is_refused_with_those_that_exist(shop: Shop) -> None:
    """Rather than an empty list."""
    assert "There is no account blog; evenly.toml has: page, toots, echo, well" in shop.refused("queue", "--account", "blog")


def test_what_is_uncertain_is_spelt_out(shop: Shop) -> None:
    """Under the table, for people: where to look, and the commands. Scripts get the rows alone."""
    shop.published("Hello there", to="well")

    result = shop("queue")

    assert result.code == 1
    assert result.out.splitlines()[-1] == (
        '1 on well, "Hello there", may be public since today at 10:01. Look at the account. '
        "If it is there: evenly settle 1 --published URL. If it is not: evenly settle 1 --not-published"
    )
    assert list(shop("queue", "--json").json) == ["deliveries"]
