"""Keeps secrets out of what is shown and written down: whatever has been loaded is replaced in every record, wherever it goes.

`conceal` is called where a secret is opened or about to be kept; from then on the process's log shows `…` in its place, and so does what
Python prints of an error that nobody has caught. Sentences are masked where they are stored and where they are shown.
"""

from __future__ import annotations

import logging
import re
import sys
import threading
import traceback
from collections import OrderedDict
from collections.abc import Iterable
from types import TracebackType
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

if TYPE_CHECKING:
    from evenly.plugin import App, Credentials

MASK = "…"
_SHORTEST = 6  # what is shorter would tear holes into ordinary words
_MOST = 2000  # a daemon that runs for years sees many tokens end
_CHATTY = ("httpx", "httpcore")  # they log addresses and headers

_lock = threading.Lock()
_secrets: OrderedDict[str, None] = OrderedDict()  # the one that was loaded last comes last
_pattern: re.Pattern[str] | None = None


def conceal(secret: Credentials | App) -> None:
    """From now on, show none of this in the log of this process."""
    found = [*_values(secret, "access_token", "refresh_token", "client_secret"), *getattr(secret, "extra", {}).values()]
    conceal_texts(found)


def conceal_texts(texts: Iterable[str]) -> None:
    """From now on, show none of these texts in the log, in plain or as they stand in an address."""
    global _pattern  # noqa: PLW0603 - the log is the process's own, and so is what must not stand in it
    found = {form for text in texts if len(text) >= _SHORTEST for form in (text, quote(text, safe=""))}
    with _lock:
        is_known = found <= _secrets.keys()
        for form in found:
            _secrets[form] = None
            _secrets.move_to_end(form)
        if is_known:
            return
        while len(_secrets) > _MOST:
            _secrets.popitem(last=False)
        # The longest first: a secret may begin with another.
        _pattern = re.compile("|".join(map(re.escape, sorted(_secrets, key=len, reverse=True))))
        _watch_the_log()


def masked(text: str) -> str:
    """`text` without any secret that has been loaded."""
    return text if _pattern is None else _pattern.sub(MASK, text)


def _values(secret: object, *names: str) -> list[str]:
    return [value for name in names if (value := getattr(secret, name, None))]


def _watch_the_log() -> None:
    for name in _CHATTY:
        if logging.getLogger(name).level < logging.WARNING:
            logging.getLogger(name).setLevel(logging.WARNING)
    _watch_the_end()
    making = logging.getLogRecordFactory()
    if getattr(making, "masks", False):
        return

    def make(*arguments: Any, **keywords: Any) -> logging.LogRecord:
        return _masked_record(making(*arguments, **keywords))

    make.masks = True  # type: ignore[attr-defined]  # so that it is not laid over itself
    logging.setLogRecordFactory(make)


def _watch_the_end() -> None:
    """Mask what is printed of an error that ends the program or a thread, unless somebody else sees to that already."""
    if sys.excepthook is sys.__excepthook__:
        sys.excepthook = _print_masked
    if threading.excepthook is threading.__excepthook__:
        threading.excepthook = _print_masked_of_thread


def _print_masked(_kind: type[BaseException] | None, error: BaseException | None, _trace: TracebackType | None) -> None:
    if sys.stderr is not None and error is not None:
        sys.stderr.write(masked("".join(traceback.format_exception(error))))


def _print_masked_of_thread(ended: threading.ExceptHookArgs) -> None:
    if ended.exc_type is not SystemExit:
        _print_masked(ended.exc_type, ended.exc_value, ended.exc_traceback)


def _masked_record(record: logging.LogRecord) -> logging.LogRecord:
    """The record as it was, or without its secrets: a handler formats what it is given, so that no handler needs a filter of its own."""
    try:
        said = record.getMessage()
    except (TypeError, ValueError, KeyError):
        return record  # logging tells of it where it happens
    if (safe := masked(said)) != said:
        record.msg, record.args = safe, None
    if record.exc_info and record.exc_info[0] is not None:
        record.exc_text = masked(logging.Formatter().formatException(record.exc_info))
    return record
