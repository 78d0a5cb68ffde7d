"""A page as a reader of HTML finds it: what it loads, where it leads, its headings, and the posts of its weeks."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

_VOID = frozenset({"meta", "img", "br", "link", "input", "hr", "area", "base", "col", "embed", "source", "track", "wbr"})
_LOADING = {
    "script": "src",
    "img": "src",
    "image": "href",
    "link": "href",
    "iframe": "src",
    "object": "data",
    "video": "src",
    "audio": "src",
    "source": "src",
}


@dataclass
class Post:
    """A row of the weeks."""

    time: str = ""
    account: str = ""
    words: str = ""
    url: str | None = None
    alt: str | None = None
    state: str = ""
    reason: str = ""
    figures: list[str] = field(default_factory=list)


class Page(HTMLParser):
    """Reads strictly: what is opened is closed, in order."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.headings: list[tuple[str, str]] = []
        self.loaded: list[str] = []
        self.links: list[str] = []
        self.posts: list[Post] = []
        self._open: list[tuple[str, dict[str, str | None]]] = []

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())

    def attributes(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]

    @property
    def ids(self) -> list[str]:
        return [value for _, attributes in self.tags if (value := attributes.get("id")) is not None]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        self.tags.append((tag, attributes))
        if tag not in _VOID:
            self._open.append((tag, attributes))
        if tag in _LOADING and not str(attributes.get(_LOADING[tag])).startswith("data:image/"):
            self.loaded.append(str(attributes.get(_LOADING[tag])))
        if tag == "a":
            self.links.append(str(attributes["href"]))
        if tag in {"h1", "h2", "h3"}:
            self.headings.append((tag, ""))
        if tag == "time":
            self.posts.append(Post(time=str(attributes["datetime"])))
        if self._within("td", "post"):
            if tag == "svg":
                self.posts[-1].alt = attributes.get("aria-label", "")
            if tag == "a":
                self.posts[-1].url = attributes["href"]

    def handle_endtag(self, tag: str) -> None:
        assert self._open, f"</{tag}> without a beginning"
        opened, _ = self._open.pop()
        assert opened == tag, f"<{opened}> ended by </{tag}>"

    def handle_data(self, data: str) -> None:
        if any(tag == "style" for tag, _ in self._open):
            assert "@import" not in data
            assert "url(" not in data
            return
        text = " ".join(data.split())
        if not text:
            return
        self.texts.append(text)
        if self._open and self._open[-1][0] in {"h1", "h2", "h3"}:
            self.headings[-1] = (self._open[-1][0], text)
        if self.posts:
            self._of_post(self.posts[-1], text)

    def _of_post(self, post: Post, text: str) -> None:
        if self._within("td", "post"):
            if self._within("ul", "figures"):
                post.figures.append(text)
            elif self._within("p", "reason"):
                post.reason = text
            else:
                post.words = text
        elif self._within("td", "when"):
            if self._within("span", "state"):
                post.state = text
            elif self._within("span", "account") and not self._within("span", "mark"):
                post.account = text

    def _within(self, tag: str, kind: str) -> bool:
        return any(name == tag and kind in str(attributes.get("class")).split() for name, attributes in self._open)


def read(html: str) -> Page:
    """The page; AssertionError where its tags do not match."""
    page = Page()
    page.feed(html)
    page.close()
    assert not page._open, page._open
    return page
