"""CSV, Markdown, feeds and our own export become posts.

report = import_source(desk, "posts/", now=now)
report = import_source(desk, "https://atelier.example/feed.xml", now=now, dry_run=True)
"""

from evenly.importing.intake import ImportReport, Refusal, Remark, import_source
from evenly.importing.rows import ImportRefused

__all__ = ["ImportRefused", "ImportReport", "Refusal", "Remark", "import_source"]
