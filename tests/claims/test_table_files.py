"""Which files a folder holds: all that can be meant, each once, and none is passed over silently."""

import os
from pathlib import Path

import pytest

from policy.claims.table_files import files


def names(folder: Path) -> list[str]:
    return [one.path.relative_to(folder).as_posix() for one in files([folder])]


def made(folder: Path, *paths: str) -> None:
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).touch()


def test_files_of_a_folder_by_name_without_hidden_ones(tmp_path: Path) -> None:
    made(
        tmp_path,
        "b.parquet",
        "a/z.parquet",
        "a/b/c.arrow",
        "_meta/x.parquet",
        ".part/x.parquet",
        "a/.x.parquet",
        "a/x.csv",
    )
    assert names(tmp_path) == ["a/b/c.arrow", "a/z.parquet", "b.parquet"]


def test_a_linked_folder_is_read_once(tmp_path: Path) -> None:
    made(tmp_path, "claims/a/1.parquet", "elsewhere/2.parquet")
    (tmp_path / "claims" / "b").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    (tmp_path / "claims" / "0").symlink_to(tmp_path / "claims" / "a", target_is_directory=True)
    (tmp_path / "claims" / ".c").symlink_to(tmp_path / "claims" / "a", target_is_directory=True)
    (tmp_path / "elsewhere" / "back").symlink_to(tmp_path / "claims", target_is_directory=True)
    (tmp_path / "elsewhere" / "again").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    assert names(tmp_path / "claims") == ["a/1.parquet", "b/2.parquet"]


def test_a_folder_that_cannot_be_read_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made(tmp_path, "a/1.parquet", "b/2.parquet")
    scandir = os.scandir

    def refused(path: str) -> object:
        if Path(path).name == "b":
            raise PermissionError(13, "Permission denied", os.fspath(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refused)
    with pytest.raises(PermissionError, match="b"):
        names(tmp_path)
