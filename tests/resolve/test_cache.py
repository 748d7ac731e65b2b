"""What is kept on disk is never needed and never trusted."""

import os
import pickle
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from policy import program
from policy.resolve import cache
from policy.resources import cache_folder
from policy.source import SourceFile

TEXT = "policy t.kept\n\ncodes timed\n    97530\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A cache folder of this test's own."""
    monkeypatch.setenv("POLICY_CACHE", str(tmp_path / "cache"))
    cache_folder.cache_clear()
    yield tmp_path / "cache"
    cache_folder.cache_clear()


def kept(folder: Path) -> dict[str, bytes]:
    return {
        path.name: path.read_bytes() for path in folder.glob("*.pickle") if path.name.startswith(("ast-", "resolved-"))
    }


def test_unchanged_text_is_not_parsed_twice(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, _ = cache.cached_parse(SourceFile("a.policy", TEXT))
    assert [name.partition("-")[0] for name in kept(folder)] == ["ast"]
    monkeypatch.setattr("policy.syntax.parse.parse", None)
    again, found = cache.cached_parse(SourceFile("b.policy", TEXT))
    assert (again, found) == (first, [])
    with pytest.raises(TypeError):
        cache.cached_parse(SourceFile("a.policy", TEXT + "# changed\n"))


def test_a_text_with_a_mistake_is_not_kept(folder: Path) -> None:
    for text in (TEXT.replace("97530", "975"), TEXT.replace("t.kept", "t.kept “Title”")):
        first = cache.cached_parse(SourceFile("a.policy", text))[1]
        assert first
        assert cache.cached_parse(SourceFile("a.policy", text))[1] == first
    assert kept(folder) == {}


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b"\x80",
        b"not a pickle",
        pickle.dumps(["another", "thing"]),
        pickle.dumps(None),
        b"cos\nsystem\n",
        b"cpolicy.syntax.ast.gone\nModule\n.",
    ],
    ids=["empty", "cut", "text", "list", "nothing", "foreign", "moved"],
)
def test_a_damaged_cache_is_an_empty_one(folder: Path, damage: bytes) -> None:
    before = program.load(TEXT).resolved
    names = kept(folder)
    assert {name.partition("-")[0] for name in names} == {"ast", "resolved"}
    for name in names:
        (folder / name).write_bytes(damage)
    assert program.load(TEXT).resolved == before
    assert kept(folder).keys() == names.keys()
    assert damage not in kept(folder).values()


def test_a_pickle_cut_short_is_no_cache(folder: Path) -> None:
    before = program.load(TEXT).resolved
    for name, data in kept(folder).items():
        (folder / name).write_bytes(data[: len(data) // 2])
    assert program.load(TEXT).resolved == before


def test_a_folder_that_goes_away_is_no_mistake(folder: Path) -> None:
    program.load(TEXT)
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()
    assert program.load(TEXT).id == "t.kept"


def test_a_full_disk_leaves_nothing_behind(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(source: str, target: str) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    assert program.load(TEXT).id == "t.kept"
    assert [path.name for path in folder.iterdir() if not path.name.startswith("grammar")] == []


def test_a_parents_change_is_seen(folder: Path, tmp_path: Path) -> None:
    parent, child = tmp_path / "parent.policy", tmp_path / "child.policy"
    child.write_text("policy t.child\n    extends t.parent\n")
    for code in ("97110", "97530"):
        parent.write_text(f"policy t.parent\n\ncodes timed\n    {code}\n")
        (statement,) = program.load(child).resolved.of("codes")
        assert code in statement.file.text


@pytest.mark.parametrize("setting", ["", "/dev/null/nowhere"])
def test_without_a_cache_everything_works(setting: str, tmp_path: Path) -> None:
    code = "from policy import program; print(program.load('base.therapy').id)"
    home = {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path)}
    environment = {**os.environ, **home, "POLICY_CACHE": setting}
    run = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert run.stdout == "base.therapy\n"
    assert run.stderr == ""
    assert list(tmp_path.iterdir()) == []
