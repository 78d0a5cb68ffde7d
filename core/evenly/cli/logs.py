"""The log on stderr, for people or for machines."""

from __future__ import annotations

import json
import logging
import sys
import textwrap
from datetime import UTC, datetime
from typing import Any

from evenly.messages import printable

_INDENT = "    "


def to_stderr(form: str, level: str) -> None:
    """Write the log to stderr as `text` or as one JSON object a line."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Json() if form == "json" else _Text("%(asctime)s %(levelname)-7s %(message)s"))
    logging.basicConfig(level=getattr(logging, level.upper()), handlers=[handler], force=True)
    for name in ("apscheduler", "httpx", "httpcore", "alembic", "PIL"):
        logging.getLogger(name).setLevel(logging.WARNING)


class _Text(logging.Formatter):
    """A record begins a line and nothing else does: what a stranger's sentence repeats cannot look like another record."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        return " ".join(printable(super().formatMessage(record)).splitlines())

    def formatException(self, ei: Any) -> str:  # noqa: N802 - logging's name
        return _indented(super().formatException(ei))

    def format(self, record: logging.LogRecord) -> str:
        if record.exc_text and not record.exc_text.startswith(_INDENT):
            record.exc_text = _indented(record.exc_text)
        return super().format(record)


def _indented(trace: str) -> str:
    return textwrap.indent(printable(trace), _INDENT, lambda _line: True)


class _Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["traceback"] = record.exc_text or self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)
