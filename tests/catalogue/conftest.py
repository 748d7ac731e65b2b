"""`policy docs` as a user runs it, and the site of all shipped policies, written once for all tests of a process."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import attrs
import pytest

ROOT = Path(__file__).parents[2]


@attrs.frozen
class Ended:
    """How the command ended."""

    code: int
    out: str
    err: str


Command = Callable[..., Ended]


def _run(folder: Path, *words: str | Path, **more: str) -> Ended:
    kept = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "POLICY_DEBUG")}
    paths = os.pathsep.join(p for p in (str(ROOT), os.environ.get("PYTHONPATH", "")) if p)
    environment = {**kept, "PYTHONPATH": paths, **more}
    words = (sys.executable, "-m", "policy", *map(str, words))
    done = subprocess.run(words, cwd=folder, env=environment, capture_output=True, timeout=120)
    return Ended(done.returncode, done.stdout.decode(), done.stderr.decode())


@pytest.fixture
def command(tmp_path: Path) -> Command:
    """The command in an empty folder."""
    return lambda *words, **more: _run(tmp_path, *words, **more)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of all shipped policies."""
    folder = tmp_path_factory.mktemp("site")
    ended = _run(folder, "docs", "--out", "site")
    assert (ended.code, ended.err) == (0, "")
    return folder / "site"
