"""What the stand-in takes as the body of a new post: https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/posts-api"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from evenly_linkedin.standing_in import markup
from evenly_linkedin.standing_in.wsgi import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST_TEXT = 3_000
_PICTURES, _ANSWERS = range(2, 21), range(2, 5)
_QUESTION, _ANSWER = range(1, 141), range(1, 31)
_REQUIRED = ("author", "commentary", "visibility", "distribution", "lifecycleState")
_KNOWN = frozenset({*_REQUIRED, "isReshareDisabledByAuthor", "content"})
_FIELDS = {
    "article": {"source", "title", "description", "thumbnail", "thumbnailAltText"},
    "media": {"id", "title", "altText"},
    "multiImage": {"images"},
    "poll": {"question", "options", "settings"},
}
_DURATIONS = {"ONE_DAY", "THREE_DAYS", "SEVEN_DAYS", "FOURTEEN_DAYS"}


def read_text(body: dict[str, Any]) -> str:
    """What readers will see, cut where the little text is wrong. Raises `Refusal` where it is too long."""
    text = markup.shown(str(body["commentary"]))
    found = len(text.encode("utf-16-le")) // 2
    if found > LONGEST_TEXT:
        said = f"ShareCommentary text length ({found} characters) exceeded the maximum allowed ({LONGEST_TEXT} characters)"
        wrong = {"description": "Size of array cannot be higher than the maxLength", "code": "FIELD_ARRAY_SIZE_TOO_HIGH"}
        raise Refusal(400, "FIELD_LENGTH_TOO_LONG", said, errorDetails={"inputErrors": [{**wrong, "maxLength": LONGEST_TEXT}]})
    return text


def check(body: dict[str, Any]) -> None:
    """Raises `Refusal` for a missing, unknown or wrong field."""
    for name in _REQUIRED:
        if name not in body:
            raise Refusal(400, "MISSING_FIELD", f"Field {name} is missing")
    if unknown := body.keys() - _KNOWN:
        raise Refusal(400, "INVALID_VALUE_FOR_FIELD", f"Unrecognized field: {min(unknown)}")
    allowed = {"PUBLIC"} if ":organization:" in str(body["author"]) else {"PUBLIC", "CONNECTIONS", "LOGGED_IN"}
    _need(body["visibility"] in allowed, "visibility")
    _need(body["lifecycleState"] == "PUBLISHED", "lifecycleState")
    _need(body["distribution"].get("feedDistribution") in {"MAIN_FEED", "NONE"}, "distribution")
    if "content" in body:
        _content(body["content"])
    _need(bool(body["commentary"] or body.get("content")), "commentary")


def assets(content: dict[str, Any]) -> Iterator[str]:
    """The names of everything that was uploaded for it."""
    if "media" in content:
        yield content["media"]["id"]
    for image in content.get("multiImage", {}).get("images", ()):
        yield image["id"]
    if "thumbnail" in content.get("article", {}):
        yield content["article"]["thumbnail"]


def _content(content: Any) -> None:
    _need(isinstance(content, dict) and len(content) == 1 and content.keys() <= _FIELDS.keys(), "content")
    ((kind, told),) = content.items()
    _need(isinstance(told, dict) and told.keys() <= _FIELDS[kind], f"content/{kind}")
    if kind == "article":
        _need(str(told.get("source", "")).startswith(("https://", "http://")), "content/article/source", "INVALID_URL")
        _need(bool(told.get("title")), "content/article/title", "MISSING_FIELD")
    elif kind == "media":
        _need(":document:" not in str(told.get("id")) or bool(told.get("title")), "content/media/title", "MISSING_FIELD")
    elif kind == "multiImage":
        _need(len(told.get("images", ())) in _PICTURES, "content/multiImage/images")
    else:
        _poll(told)


def _poll(told: dict[str, Any]) -> None:
    _need(len(str(told.get("question", ""))) in _QUESTION, "content/poll/question")
    options = [str(each.get("text", "")) for each in told.get("options", ())]
    _need(len(options) in _ANSWERS and all(len(each) in _ANSWER for each in options), "content/poll/options")
    _need(told.get("settings", {}).get("duration") in _DURATIONS, "content/poll/settings/duration")


def _need(right: bool, field: str, code: str = "INVALID_VALUE_FOR_FIELD") -> None:
    if not right:
        raise Refusal(400, code, f"Field /{field} is wrong")
