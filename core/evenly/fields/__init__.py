"""The fields of a post: what a person may say of it, wherever it is said (a command, a file's front matter, a CSV row).

fields = read({"text": "Silver tarnishes. Here is why.", "to": ["page"], "at": "2026-12-01T10:00"})
fields.at.instant("Europe/Paris")   # 2026-12-01 09:00 UTC
read(as_document(fields)) == fields
"""

from evenly.fields.cells import COLUMNS, as_cells, from_cells, guarded, known_column, unguarded
from evenly.fields.evergreen import Evergreen
from evenly.fields.reading import NAMES, read, unknown, warnings
from evenly.fields.values import (
    ACTIONS,
    AI,
    FITS,
    FORMATS,
    OFFERS,
    ORIGINS,
    FieldRefused,
    Fields,
    FieldsRefused,
    MediaField,
    is_name,
    printable,
)
from evenly.fields.when import When
from evenly.fields.writing import as_document

__all__ = [
    "ACTIONS",
    "AI",
    "COLUMNS",
    "FITS",
    "FORMATS",
    "NAMES",
    "OFFERS",
    "ORIGINS",
    "Evergreen",
    "FieldRefused",
    "Fields",
    "FieldsRefused",
    "MediaField",
    "When",
    "as_cells",
    "as_document",
    "from_cells",
    "guarded",
    "is_name",
    "known_column",
    "printable",
    "read",
    "unguarded",
    "unknown",
    "warnings",
]
