"""From fields back to a document."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import timedelta

from evenly import durations
from evenly.fields.evergreen import Evergreen
from evenly.fields.values import Fields, MediaField
from evenly.fields.when import When
from evenly.plugin.types import Json

_NOTHING_SAID = {
    each.name: each.default_factory() if each.default_factory is not dataclasses.MISSING else each.default
    for each in dataclasses.fields(Fields)
}


def as_document(fields: Fields) -> dict[str, Json]:
    """The fields as JSON can hold them, by their names; what was not said is left out. `read` gives the same fields back."""
    said = {name: getattr(fields, name) for name, default in _NOTHING_SAID.items() if getattr(fields, name) != default}
    return {name: _plain(value) for name, value in said.items()}


def _plain(value: object) -> Json:
    match value:
        case When() | Evergreen():
            return value.written
        case timedelta():
            return durations.written(value)
        case MediaField():
            return {"path": value.path, "alt": value.alt}
        case tuple():
            return [_plain(each) for each in value]
        case Mapping():
            return {name: _plain(each) for name, each in value.items()}
    return value
