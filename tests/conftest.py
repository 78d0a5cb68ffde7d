"""What holds for every test."""

from __future__ import annotations

import os

from hypothesis import settings

# A landing must not fail for an example that nobody has looked at yet: there the examples are the same each time. Everywhere else they are
# new each time, and what they find becomes a test.
settings.register_profile("searching", deadline=None)
settings.register_profile("steady", deadline=None, derandomize=True)
settings.load_profile("steady" if os.environ.get("CI") else "searching")
