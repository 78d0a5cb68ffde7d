"""Secrets that cannot be mistaken for anything else, and the search for them: everywhere, in every form in which they could stand."""

from __future__ import annotations

import base64
import json
import tarfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import quote, quote_plus

ACCESS = "cnry-access/Qm7+x2=Kd9"
REFRESH = "cnry-refresh/Vb4+r8=Ht3"
PASSWORD = "cnry-password/Zs5+n1=Wp6"
APP_ID = "cnry-app-id-Lf2Jy8Ge"
APP_SECRET = "cnry-app-secret/Ub9+c3=Xa7"
CODE = "cnry-code/Tn6+e4=Oi1"
CHANNEL = "cnry-channel/Rk8+m5=Yq2"
KEY = base64.urlsafe_b64encode(b"canary-key-canary-key-canary-key").decode()

EVERY = {
    "the access token": ACCESS,
    "the refresh token": REFRESH,
    "the app password": PASSWORD,
    "the app's id": APP_ID,
    "the app's secret": APP_SECRET,
    "the authorization code": CODE,
    "a channel's secret": CHANNEL,
    "the key": KEY,
}


def forms(secret: str) -> Iterator[bytes]:
    """The ways in which a secret could be written."""
    yield secret.encode()
    yield secret.encode("utf-16-le")
    yield quote(secret, safe="").encode()
    yield quote_plus(secret, safe="/").encode()
    yield json.dumps(secret)[1:-1].replace("/", "\\/").encode()
    yield secret.encode().hex().encode()
    # In Base64 the middle of a text is written in one of three ways, by where it begins.
    for start in range(3):
        packed = base64.b64encode(b"x" * start + secret.encode() + b"x" * 3)
        inner = packed[4 if start else 0 : len(packed) - 8]
        yield inner
        yield inner.replace(b"+", b"-").replace(b"/", b"_")


Forms = Mapping[str, tuple[bytes, ...]]


def as_forms(secrets: Mapping[str, str]) -> Forms:
    """Every way in which each of them could be written."""
    return {name: tuple(dict.fromkeys(forms(secret))) for name, secret in secrets.items()}


_FORMS = as_forms(EVERY)


def found_in(data: bytes, among: Forms = _FORMS) -> list[str]:
    """The names of the secrets that stand in `data`, in whatever form."""
    return [name for name, written in among.items() if any(form in data for form in written)]


def found_below(folder: Path, *, but: frozenset[Path] = frozenset(), among: Forms = _FORMS) -> list[str]:
    """The secrets in any file below the folder, in its name, and in what archives hold; `but` is left out."""
    leaks = []
    for path in sorted(folder.rglob("*")):
        if path in but or not path.is_file() or path.is_symlink():
            continue
        leaks += [f"{name} in the name of {path}" for name in found_in(bytes(path), among)]
        for place, data in _contents(path).items():
            leaks += [f"{name} in {place}" for name in found_in(data, among)]
    return leaks


def _contents(path: Path) -> Mapping[str, bytes]:
    whole = path.read_bytes()
    contents = {str(path): whole}
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            contents |= {f"{path}:{name}": archive.read(name) for name in archive.namelist()}
    elif tarfile.is_tarfile(path):
        with tarfile.open(path) as bundle:
            contents |= {f"{path}:{each.name}": file.read() for each in bundle if (file := bundle.extractfile(each)) is not None}
    elif whole.startswith(b"\x1f\x8b"):
        contents[f"{path} unpacked"] = zlib.decompress(whole, wbits=zlib.MAX_WBITS | 32)
    return contents
