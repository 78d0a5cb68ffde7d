"""Every version that Meta still serves: the calls are the same in all of them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from evenly.plugin import Part
from tests.plugins.facebook.conftest import Desk


@pytest.mark.parametrize("version", ["v21.0", "v24.0", "v25.0", "v26.0"])
def test_every_call_names_the_version_that_is_set(desk: Desk, version: str) -> None:
    """A call without one would be answered by the app's own default; uploads go where the network says."""
    desk.account = replace(desk.account, settings={**desk.account.settings, "version": version})
    desk.look()
    for part in (
        Part(text="Words"),
        Part(text="A photo", media=(desk.photo(),)),
        Part(text="A video", media=(desk.video(),)),
        Part(text="A reel", format="reel", media=(desk.upright(),)),
        Part(format="story", media=(desk.upright(),)),
    ):
        published = desk.publish(part)
        desk.figures(published)
    assert {each.url.path.split("/")[1 if each.url.host != "rupload.facebook.com" else 2] for each in desk.seen} == {version}
