"""Whatever stands in a file or comes from a server: it is read or refused, soon and in little memory, and never a traceback."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evenly.importing import feed_child
from tests.security import hostile

_LONGEST_SECONDS = 35.0  # a process of a parser is given 30

_STARTS = {
    "csv": [b"", b"text,to\n", b'"text";"at"\n', b"\xff\xfe", b"2026-11-23 10:00,"],
    "front matter": [b"", b"---\n", b"+++\n", b"---\ntext: ", b"---\nto: ["],
    "export": [b"", b'{"type": "evenly", "version": 1}\n', b'{"type": "evenly", "version": 1}\n{"type": "post", "row": '],
    "token": [b"", b"{", b'{"access_token": ', b'{"access_token": "a", "expires_at": '],
    "medium": [b"", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", b"GIF89a", b"\xff\xd8\xff\xe0", b"RIFF\x10\x00\x00\x00WEBPVP8 ", b"<svg"],
}
_TAILS = st.one_of(
    st.binary(max_size=300),
    st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.text(st.sampled_from("{}[]\"',:;&*!|>%@`#-?=<>/\\ \n\t\r01aé\x00"), max_size=200).map(str.encode),
)


@pytest.mark.parametrize("parser", list(_STARTS))
@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_any_bytes_are_read_or_refused(parser: str, data: st.DataObject) -> None:
    """Nothing else is ever raised."""
    content = data.draw(st.sampled_from(_STARTS[parser])) + data.draw(_TAILS) + data.draw(_TAILS)

    assert hostile.outcome(hostile.PARSERS[parser], content) in {"read", "refused"}


@settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(
    start=st.sampled_from([b"", b"<rss><channel>", b"<feed xmlns='http://www.w3.org/2005/Atom'><entry>", b"<html>", b"{", b"\xff\xfe<"]),
    tail=_TAILS,
)
def test_any_bytes_are_a_feed_or_none(start: bytes, tail: bytes) -> None:
    """Here in this process: what ends another one is told as a refusal anyway."""
    with suppress(feed_child.Refused):
        told = feed_child.told(start + tail, "https://feed.example/")
        assert json.loads(json.dumps(told)) == told


@pytest.mark.slow
def test_what_was_made_to_hurt_ends_soon_and_in_little_memory() -> None:
    """Bombs, depths and endless lists for each parser."""
    environment = {"PYTHONPATH": str(Path(__file__).parents[2]), "PATH": "/usr/bin:/bin"}
    done = subprocess.run([sys.executable, "-m", "tests.security.hostile"], capture_output=True, env=environment, timeout=280, check=False)

    assert done.returncode == 0, done.stderr.decode()[-2000:]
    told: dict[str, tuple[str, float]] = json.loads(done.stdout)
    assert {name: outcome for name, (outcome, _) in told.items() if outcome not in {"read", "refused"}} == {}
    assert {name: seconds for name, (_, seconds) in told.items() if seconds > _LONGEST_SECONDS} == {}
