"""HTML of a status reads as its text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenly_mastodon import plain
from evenly_mastodon.standing_in.rendering import content

_LINK = (
    '<a href="https://a.example/2026/a-long-page" rel="nofollow"><span class="invisible">https://</span>'
    '<span class="ellipsis">a.example/2026/a-long</span><span class="invisible">-page</span></a>'
)


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>Hello</p>", "Hello"),
        ("<p>One</p><p>Two</p>", "One\n\nTwo"),
        ("<p>One<br>Two<br />Three</p>", "One\nTwo\nThree"),
        (f"<p>See {_LINK}</p>", "See https://a.example/2026/a-long-page"),
        ("<p>Fish &amp; chips &lt;3</p>", "Fish & chips <3"),
        ('<p><a href="https://h/@bob" class="u-url mention">@<span>bob</span></a> hi</p>', "@bob hi"),
        ("<p>List</p><ul><li>a</li><li>b</li></ul>", "List\n\na\nb"),
        ("", ""),
        ("no tags", "no tags"),
    ],
)
def test_html_becomes_the_text_that_people_read(html: str, expected: str) -> None:
    """Paragraphs and breaks become line ends; hidden parts of addresses are shown."""
    assert expected == plain.text(html)


def test_links_are_those_to_pages() -> None:
    """Mentions and hashtags are addresses too, and no links of the post."""
    html = f'<p><a href="https://h/@bob" class="mention">@bob</a> {_LINK} <a class="mention hashtag" href="https://h/tags/x">#x</a></p>'

    assert plain.links(html) == ("https://a.example/2026/a-long-page",)


@given(st.text())
def test_any_html_can_be_read(html: str) -> None:
    """A stranger's HTML never raises."""
    plain.text(html)
    plain.links(html)


@given(st.lists(st.from_regex(r"[A-Za-z0-9éß&<>' ]{0,10}[A-Za-z]", fullmatch=True), min_size=1, max_size=5))
def test_a_text_survives_the_way_through_html(lines: list[str]) -> None:
    """What the stand-in renders is read back as it was."""
    text = "\n".join(line.strip() for line in lines)

    assert text == plain.text(content(text))
