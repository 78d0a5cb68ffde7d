"""The workspace is found as people expect, and the program's own files wherever it is installed."""

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from evenly.settings import WorkspaceNotFound, config, find_workspace, load, shipped

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _no_workspace_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EVENLY_WORKSPACE", raising=False)


def workspace(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "evenly.toml").touch()
    return folder


def test_the_workspace_is_the_nearest_folder_upwards(tmp_path: Path) -> None:
    """Commands work anywhere inside it."""
    workspace(tmp_path)
    inner = workspace(tmp_path / "brand")
    (inner / "posts" / "may").mkdir(parents=True)

    assert find_workspace(inner / "posts" / "may") == inner
    assert find_workspace(inner) == inner
    assert find_workspace(tmp_path) == tmp_path


def test_the_option_wins_over_the_environment_and_that_over_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is said last is meant."""
    here, named, optional = (workspace(tmp_path / name) for name in ("here", "named", "optional"))
    monkeypatch.setenv("EVENLY_WORKSPACE", str(named))

    assert find_workspace(here) == named
    assert find_workspace(here, optional) == optional


def test_without_a_workspace_the_cure_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether none was found or a wrong one named."""
    with pytest.raises(WorkspaceNotFound, match="evenly init"):
        find_workspace(tmp_path)
    with pytest.raises(WorkspaceNotFound, match=r"--workspace names .*nowhere"):
        find_workspace(tmp_path, tmp_path / "nowhere")
    monkeypatch.setenv("EVENLY_WORKSPACE", str(tmp_path))
    with pytest.raises(WorkspaceNotFound, match="EVENLY_WORKSPACE names"):
        find_workspace(tmp_path)


def test_the_example_passes_its_own_check(tmp_path: Path) -> None:
    """As it is written by `evenly init`, and with every line in it switched on."""
    example = shipped("evenly.toml")
    (tmp_path / "evenly.toml").write_text(example, encoding="utf-8")
    assert load(tmp_path, {}).warnings == ()

    switched_on = re.sub(r"(?m)^#(?=\S)", "", example)
    (tmp_path / "evenly.toml").write_text(switched_on, encoding="utf-8")
    assert set(load(tmp_path, {}).accounts) == {"page", "toots"}


@pytest.mark.parametrize("name", ["nothing.toml", "../pyproject.toml", "/etc/hostname", "", "./evenly.toml"])
def test_only_what_is_shipped_is_read(name: str) -> None:
    """No name leads out of the folder."""
    with pytest.raises(FileNotFoundError):
        shipped(name)


def test_a_checkout_reads_its_own_folder() -> None:
    """An edit there is seen at once."""
    assert str(config()) == str(ROOT / "config")
    assert shipped("evenly.toml") == (ROOT / "config" / "evenly.toml").read_text(encoding="utf-8")


@pytest.mark.slow
def test_the_wheel_brings_the_folder_along(tmp_path: Path) -> None:
    """What an installed program reads is what the checkout holds."""
    built = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(built, cwd=ROOT, check=True, capture_output=True, timeout=120)
    (wheel,) = tmp_path.glob("*.whl")
    installed = tmp_path / "installed"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(installed)

    for name in ("evenly.toml", "evenly.service", "Containerfile", "trades/jeweller.toml"):
        code = f"from evenly.settings import config, shipped; print(config()); print(shipped({name!r}), end='')"
        environment = os.environ | {"PYTHONPATH": str(installed), "PYTHONUTF8": "1"}
        ran = [sys.executable, "-c", code]
        done = subprocess.run(ran, cwd=tmp_path, env=environment, check=True, capture_output=True, text=True, encoding="utf-8", timeout=60)
        where, _, text = done.stdout.partition("\n")
        assert Path(where) == installed / "evenly" / "config"
        assert text == shipped(name)
