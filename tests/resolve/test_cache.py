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
GAP = """
value cap
    from 2024-01-01 until 2024-12-31  4 units
    from 2026-01-01  6 units
    assume "a year without a cap"
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A cache folder of this test's own."""
    monkeypatch.setenv("POLICY_CACHE", str(tmp_path / "cache"))
    cache_folder.cache_clear()
    yield tmp_path / "cache"
    cache_folder.cache_clear()


def kept(folder: Path) -> dict[str, bytes]:
    return {
        path.name: path.read_bytes()
        for path in folder.glob("*.pickle")
        if path.name.startswith(("ast-", "resolved-", "lowered-"))
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


def file_of(tmp_path: Path) -> Path:
    path = tmp_path / "kept.policy"
    path.write_text(TEXT)
    return path


def test_a_policy_whose_plans_were_all_made_is_not_resolved_again(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = file_of(tmp_path)
    first = program.load(path)
    assert not [name for name in kept(folder) if name.startswith("lowered-")]  # one visit needs the plan of one date
    plans = first.plans
    assert [name for name in kept(folder) if name.startswith("lowered-")]
    monkeypatch.setattr("policy.resolve.resolve.resolve_path", None)
    monkeypatch.setattr("policy.plan.lower.lower", None)
    again = program.load(path)
    assert again.plans == plans
    assert (again.id, again.title, again.files, again.starts) == (first.id, first.title, first.files, first.starts)
    assert again.resolved == first.resolved
    third = pickle.loads(pickle.dumps(again))
    assert (third.plans, third.resolved) == (plans, first.resolved)


def test_a_changed_policy_is_lowered_anew(folder: Path, tmp_path: Path) -> None:
    path = file_of(tmp_path)
    (before,) = program.load(path).plans
    path.write_text(TEXT + "    97110\n    one unit each day\n")
    (after,) = program.load(path).plans
    assert (before.days, [at for at, _ in after.days]) == ((), [0])


def test_damaged_plans_are_made_again(folder: Path, tmp_path: Path) -> None:
    path = file_of(tmp_path)
    plans = program.load(path).plans
    (name,) = [name for name in kept(folder) if name.startswith("lowered-")]
    for damage in (b"", kept(folder)[name][:200], pickle.dumps(("plans",))):
        (folder / name).write_bytes(damage)
        assert program.load(path).plans == plans
        assert kept(folder)[name] != damage


@pytest.mark.parametrize("mistake", [RecursionError, pickle.PicklingError])
def test_plans_that_cannot_be_kept_are_made_again(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mistake: type[Exception]
) -> None:
    def deep(*_: object, **__: object) -> bytes:
        raise mistake

    path = file_of(tmp_path)
    monkeypatch.setattr("policy.plan.lowered.pickle.dumps", deep)
    assert program.load(path).plans == program.load(path).plans
    assert not [name for name in kept(folder) if name.startswith("lowered-")]


def test_warnings_are_kept_with_the_plans(folder: Path, tmp_path: Path) -> None:
    path = file_of(tmp_path)
    path.write_text(TEXT + GAP)
    first = program.load(path)
    assert first.plans
    assert program.load(path).diagnostics == first.diagnostics != ()
