"""The HTML of a status as plain text: paragraphs, line breaks, links in full."""

from __future__ import annotations

from html.parser import HTMLParser

_PARAGRAPHS = frozenset({"p", "blockquote", "ul", "ol", "pre", "h1", "h2", "h3", "h4", "h5", "h6"})


def text(html: str) -> str:
    """The text a reader sees, with the parts of addresses that Mastodon hides; two line ends between paragraphs."""
    return _read(html).text()


def links(html: str) -> tuple[str, ...]:
    """The addresses that the text links to, without mentions and hashtags."""
    return tuple(_read(html).links)


def _read(html: str) -> _Reader:
    reader = _Reader(convert_charrefs=True)
    reader.feed(html)
    reader.close()
    return reader


class _Reader(HTMLParser):
    def __init__(self, *, convert_charrefs: bool) -> None:
        super().__init__(convert_charrefs=convert_charrefs)
        self.links: list[str] = []
        self._pieces: list[str] = []

    def text(self) -> str:
        return "".join(self._pieces).strip()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self._pieces.append("\n")
        elif tag == "li":
            self._break("\n")
        elif tag in _PARAGRAPHS:
            self._break("\n\n")
        elif tag == "a":
            self._link(dict(attrs))

    def handle_endtag(self, tag: str) -> None:
        if tag in _PARAGRAPHS:
            self._break("\n\n")

    def handle_data(self, data: str) -> None:
        self._pieces.append(data)

    def _break(self, line_ends: str) -> None:
        so_far = "".join(self._pieces)
        bare = so_far.rstrip("\n")
        if bare:
            self._pieces = [bare + max(line_ends, so_far[len(bare) :], key=len)]

    def _link(self, attributes: dict[str, str | None]) -> None:
        classes = (attributes.get("class") or "").split()
        address = attributes.get("href") or ""
        if address.startswith(("http://", "https://")) and not {"mention", "hashtag"} & set(classes):
            self.links.append(address)
