"""A store in an empty folder, and files to import into it."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from published import ptp_text

from policy.tables.imports import Imported, Wishes, import_files
from policy.tables.model import Kind, PairRow
from policy.tables.store import Store


class Folder:
    """A folder of files to import, and a store."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.store = Store(path / "store")

    def file(self, name: str, data: bytes) -> Path:
        path = self.path / name
        path.write_bytes(data)
        return path

    def release(
        self,
        rows: Sequence[PairRow],
        *,
        version: str = "v322",
        setting: str = "pra",
        write: Callable[..., bytes] = ptp_text,
    ) -> list[Path]:
        """A PTP release in four parts, each with some of the rows."""
        suffix = "txt" if write is ptp_text else "xlsx"
        chunks = [rows[len(rows) * i // 4 : len(rows) * (i + 1) // 4] for i in range(4)]
        return [self.file(f"cci{setting}-{version}r0-f{i}.{suffix}", write(chunk)) for i, chunk in enumerate(chunks, 1)]

    def imported(self, kind: Kind, *files: Path, **wishes: object) -> Imported:
        return import_files(kind, files, self.store, Wishes(**wishes))  # type: ignore[arg-type]

    def rows(self, table: int = 0) -> list[object]:
        from policy.tables.held import all_rows

        return list(all_rows(self.store.tables()[table].rows))


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)
