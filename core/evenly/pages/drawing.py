"""Templates become pages: everything they are given is escaped, and what they ask for must be there."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING

from evenly.messages import _, ngettext

if TYPE_CHECKING:
    from jinja2 import Environment


def drawn(template: str, **values: object) -> str:
    """The page that a template of this folder makes of `values`."""
    return _environment().get_template(template).render(**values)


@functools.cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(_=_, ngettext=ngettext)
    return environment
