"""The project as it is given away: built from this checkout, and installed into an environment that holds nothing else.

Owns: building, and an environment with exactly what the wheel says it needs. Nothing is fetched: the dependencies are those of the
environment that runs the tests, copied one by one.
"""

import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterator
from email.parser import HeaderParser
from importlib import metadata
from pathlib import Path
from zipfile import ZipFile

import attrs
import pytest
from packaging.requirements import Requirement
from packaging_root import ROOT


@attrs.frozen
class Built:
    """What the build gives."""

    wheel: Path
    sdist: Path


@attrs.frozen
class Ended:
    """How a program ended."""

    code: int
    out: str
    err: str


@attrs.frozen
class Installed:
    """An environment with the wheel in it; programs run in an empty folder beside it."""

    prefix: Path
    folder: Path

    def __call__(self, program: str, *words: str | Path) -> Ended:
        """Runs a program of the environment."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "PYTEST", "VIRTUAL_ENV"))}
        environment = kept | {"POLICY_CACHE": str(self.prefix / "cache")}
        done = subprocess.run(
            [self.prefix / "bin" / program, *map(str, words)],
            cwd=self.folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=120,
        )
        return Ended(done.returncode, done.stdout.decode(), done.stderr.decode())


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The wheel and the source distribution of this checkout."""
    out = tmp_path_factory.mktemp("dist")
    _run(sys.executable, "-m", "hatchling", "build", "-d", out, cwd=ROOT)
    (wheel,), (sdist,) = out.glob("*.whl"), out.glob("*.tar.gz")
    return Built(wheel, sdist)


@pytest.fixture(scope="session")
def installed(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """An environment with the wheel and what it requires, and nothing else, not even pip."""
    prefix = tmp_path_factory.mktemp("installed") / "venv"
    venv.create(prefix, with_pip=False, symlinks=True)
    (packages,) = prefix.glob("lib/python*/site-packages")
    for name in sorted(_needed(_requirements(built.wheel))):
        _copy(metadata.distribution(name), packages)
    target = ["--python", prefix / "bin" / "python"]
    _run(sys.executable, "-m", "pip", *target, "install", "--no-index", "--no-deps", built.wheel)
    return Installed(prefix, tmp_path_factory.mktemp("empty"))


def _run(*words: str | Path, cwd: Path | None = None) -> None:
    done = subprocess.run([*map(str, words)], cwd=cwd, capture_output=True, text=True)
    if done.returncode:
        pytest.fail(f"{' '.join(map(str, words))}\n{done.stdout}\n{done.stderr}")


def _requirements(wheel: Path) -> list[str]:
    """What the wheel says it needs."""
    with ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        return HeaderParser().parsestr(archive.read(name).decode()).get_all("Requires-Dist", [])


def _needed(requirements: list[str]) -> set[str]:
    """The names of all distributions that some requirements lead to, extras left out."""
    found: set[str] = set()
    waiting = list(requirements)
    while waiting:
        requirement = Requirement(waiting.pop())
        applies = requirement.marker is None or requirement.marker.evaluate({"extra": ""})
        if applies and requirement.name not in found:
            assert metadata.version(requirement.name) in requirement.specifier, requirement
            found.add(requirement.name)
            waiting += metadata.requires(requirement.name) or []
    return found


def _copy(distribution: metadata.Distribution, packages: Path) -> None:
    """Copies the files of one distribution that lie in its site-packages."""
    for file in _files(distribution):
        source, target = Path(str(distribution.locate_file(file))), packages / file
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)


def _files(distribution: metadata.Distribution) -> Iterator[Path]:
    files = distribution.files
    assert files, f"{distribution.name} does not list its files"
    return (path for file in files if (path := Path(str(file))).parts[0] != ".." and path.suffix != ".pyc")
