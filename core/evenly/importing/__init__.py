"""CSV, Markdown, feeds and our own export become posts; and CSV becomes figures.

report = import_source(desk, "posts/", now=now)
report = import_source(desk, "https://atelier.example/feed.xml", now=now, dry_run=True)
report = import_figures(desk, Path("figures.csv"), now=now)
"""

from evenly.importing.figures import FiguresReport, import_figures
from evenly.importing.intake import ImportReport, Refusal, Remark, import_source
from evenly.importing.rows import ImportRefused

__all__ = ["FiguresReport", "ImportRefused", "ImportReport", "Refusal", "Remark", "import_figures", "import_source"]
