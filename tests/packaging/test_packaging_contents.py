"""What is in the wheel and in the source distribution: all that is needed, and nothing that is not ours to give."""

import subprocess
import sys
import tarfile
from pathlib import Path
from zipfile import ZipFile

from packaging_root import ROOT

from policy.version import VERSION

FORBIDDEN = ("__pycache__", ".pyc", ".venv", ".hypothesis", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".git/")


def _wheel_names(wheel: Path) -> list[str]:
    with ZipFile(wheel) as archive:
        return sorted(archive.namelist())


def _sdist_names(sdist: Path) -> list[str]:
    with tarfile.open(sdist) as archive:
        return sorted(name.partition("/")[2] for name in archive.getnames())


def test_the_wheel_holds_the_package_the_grammar_and_every_policy(built):
    names = set(_wheel_names(built.wheel))
    files = [path for path in (ROOT / "policy").rglob("*") if path.is_file() and path.suffix != ".pyc"]
    package = {f"policy/{path.relative_to(ROOT / 'policy')}" for path in files}
    policies = {f"policy/_policies/{p.relative_to(ROOT / 'policies')}" for p in (ROOT / "policies").rglob("*.policy")}
    assert policies
    assert package | policies | {"policy/_grammars/policy.lark", "policy/py.typed"} <= names


def test_the_wheel_holds_nothing_else(built):
    for name in _wheel_names(built.wheel):
        assert name.startswith(("policy/", f"payer_policy-{VERSION}.dist-info/")), name
        assert not any(part in name for part in FORBIDDEN), name


def test_the_wheel_names_its_licence_and_its_command(built):
    info = f"payer_policy-{VERSION}.dist-info"
    with ZipFile(built.wheel) as archive:
        metadata = archive.read(f"{info}/METADATA").decode()
        assert archive.read(f"{info}/entry_points.txt").decode().split("\n")[1] == "policy = policy.cli.main:main"
        assert b"Apache License" in archive.read(f"{info}/licenses/LICENSE")
    assert "License-Expression: Apache-2.0" in metadata
    assert (ROOT / "README.md").read_text(encoding="utf-8").strip() in metadata


def test_the_source_distribution_can_be_built_and_tested(built):
    names = set(_sdist_names(built.sdist))
    needed = {
        "pyproject.toml",
        "README.md",
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "LICENSE",
        ".ci/run",
        "grammars/policy.lark",
    }
    needed |= {f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md")}
    needed |= {f"examples/{path.name}" for path in (ROOT / "examples").iterdir()}
    needed |= {str(path.relative_to(ROOT)) for path in (ROOT / "tests").rglob("*.py")}
    needed |= {str(path.relative_to(ROOT)) for path in (ROOT / "policies").rglob("*.policy")}
    assert needed <= names
    assert not [name for name in names if any(part in f"{name}/" for part in FORBIDDEN)]


def test_the_source_distribution_builds_the_same_wheel(built, tmp_path):
    with tarfile.open(built.sdist) as archive:
        archive.extractall(tmp_path, filter="data")
    (source,) = tmp_path.iterdir()
    out = tmp_path / "dist"
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", out]
    subprocess.run(command, cwd=source, check=True, capture_output=True)
    (wheel,) = out.glob("*.whl")
    assert _wheel_names(wheel) == _wheel_names(built.wheel)
