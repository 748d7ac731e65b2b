"""One file of a run: what its footer says, and its rows in batches.

Owns: opening Parquet and Arrow IPC files; `Part`, which names a file's row groups without holding it open, and `BadPart`.
Never: knows what a column means, or what other files hold.
"""

import hashlib
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Final

import attrs
import pyarrow as pa
import pyarrow.ipc as ipc
import pyarrow.parquet as pq

from policy.claims.problem import shown
from policy.claims.table_files import ARROW, STREAM, File

BATCH: Final = 1 << 18
"""The most rows of a batch."""
_TAIL: Final = 1 << 16
"""Bytes at the end of a file by which it is known again. Footers say where the rows of every column lie, and how long they are."""
_SIGN: Final = 6
"""Bytes with which a Parquet or Arrow file begins and ends."""
_TYPICALLY: Final = 4
"""Bytes a value of a text column in Parquet that repeats its words. Read as words and numbers, it is several times as fast."""


@attrs.frozen
class Part:
    """A file that can be read. `groups` are the rows of its row groups, in order."""

    path: str
    kind: str
    stated: tuple[tuple[str, str | None], ...]
    size: int
    digest: str
    groups: tuple[int, ...]
    schema: pa.Schema
    repeating: frozenset[str]
    """Text columns of few words."""

    @property
    def rows(self) -> int:
        """The rows of the file."""
        return sum(self.groups)

    @property
    def identity(self) -> tuple[str, int, str]:
        """By which a file is known to be the one it was."""
        return self.path, self.size, self.digest


@attrs.frozen
class BadPart:
    """A file that is not read, why, and how many rows it has where that can be known."""

    path: str
    reason: str
    rows: int | None = None


class UnreadablePart(Exception):
    """A file turned out to be unreadable while it was read. `position` is its place in the list of parts."""

    def __init__(self, position: int, reason: str) -> None:
        super().__init__(position, reason)
        self.position = position
        self.reason = reason


def open_part(file: File) -> Part | BadPart:
    """What the end of a file says of it."""
    path = str(file.path)
    try:
        size = os.stat(file.path).st_size
        digest = _digest(path, size)
        opened = opened_part(path, file.kind)
        twice = next((name for name, times in Counter(opened.schema.names).items() if times > 1), None)
        if twice is not None:
            return BadPart(path, f"it has two columns `{shown(twice)}`", sum(opened.groups()))
        groups, repeating = opened.groups(), opened.repeating()
        return Part(path, file.kind, file.stated, size, digest, groups, opened.schema, repeating)
    except (OSError, pa.ArrowException) as error:
        return BadPart(path, why(error, path))


def leading(parts: Sequence[Part]) -> Part:
    """The first of some files, by which all are read. A column that is empty there may have no type: then it has that of the first file
    in which it has one."""
    first, *others = parts
    fields, repeating = [], set(first.repeating)
    for field in first.schema:
        if pa.types.is_null(field.type):
            other = next((part for part in others if not pa.types.is_null(_type(part, field.name))), None)
            if other is not None:
                field = other.schema.field(field.name)
                repeating |= other.repeating & {field.name}
        fields.append(field)
    return attrs.evolve(first, schema=pa.schema(fields), repeating=frozenset(repeating))


def _type(part: Part, name: str) -> pa.DataType:
    """The type of a column; that of one without cells where there is none."""
    return part.schema.field(name).type if name in part.schema.names else pa.null()


def why(error: Exception, path: str) -> str:
    """A short reason for a reader's exception, without its text: it may hold bytes of the file."""
    match error:
        case FileNotFoundError():
            return "there is no such file"
        case PermissionError():
            return "it may not be read"
        case IsADirectoryError():
            return "it is a folder"
        case pa.ArrowNotImplementedError():
            return "it is written in a way that cannot be read here"
    return _damage(path)


def _damage(path: str) -> str:
    """What the two ends of a file say of its damage."""
    try:
        with open(path, "rb") as file:
            head = file.read(_SIGN)
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - _SIGN))
            tail = file.read(_SIGN)
    except OSError:
        return "it cannot be read"
    if not head:
        return "it is empty"
    if head.startswith(STREAM):
        return "it is an Arrow stream, which can only be read from end to end: write an Arrow file, or Parquet"
    sign = next((sign for sign in (b"PAR1", b"ARROW1") if head.startswith(sign)), None)
    if sign is None:
        return "it is no Parquet or Arrow file"
    return (
        "it is damaged" if tail.endswith(sign) else "its end is missing: it was cut off when it was written or copied"
    )


def _digest(path: str, size: int) -> str:
    with open(path, "rb") as file:
        file.seek(max(0, size - _TAIL))
        return hashlib.sha256(file.read()).hexdigest()[:24]


def opened_part(path: str, kind: str, words: Sequence[str] = ()) -> "ParquetPart | ArrowPart":
    """A file, open. `words` are the text columns to be read as words and numbers. Raises `OSError`, `ArrowException`."""
    return ArrowPart(path) if kind == ARROW else ParquetPart(path, words)


class ParquetPart:
    """A Parquet file, open. Checksums are checked where its writer put some in: a changed byte can be read, as another number."""

    def __init__(self, path: str, words: Sequence[str] = ()) -> None:
        self._file = pq.ParquetFile(path, read_dictionary=list(words), page_checksum_verification=True)

    @property
    def schema(self) -> pa.Schema:
        return self._file.schema_arrow.remove_metadata()

    def groups(self) -> tuple[int, ...]:
        meta = self._file.metadata
        return tuple(meta.row_group(k).num_rows for k in range(meta.num_row_groups))

    def repeating(self) -> frozenset[str]:
        meta = self._file.metadata
        if not meta.num_row_groups:
            return frozenset()
        group = meta.row_group(0)
        chunks = (group.column(k) for k in range(group.num_columns))
        return frozenset(
            chunk.path_in_schema
            for chunk in chunks
            if chunk.physical_type == "BYTE_ARRAY"
            and chunk.total_uncompressed_size < _TYPICALLY * max(1, chunk.num_values)
        )

    def batches(self, groups: Sequence[int], columns: Sequence[str], rows: int = BATCH) -> Iterator[Any]:
        """The rows of some row groups. Raises `OSError`, `ArrowException`."""
        yield from self._file.iter_batches(rows, row_groups=list(groups), columns=list(columns), use_threads=False)


class ArrowPart:
    """An Arrow IPC file (Feather), open; its record batches are its row groups."""

    def __init__(self, path: str) -> None:
        self._source = pa.OSFile(path)
        self.schema = self._opened(None).schema.remove_metadata()

    def _opened(self, columns: Sequence[str] | None) -> Any:
        """The file as if it had only some columns: the others are not decompressed."""
        fields = None if columns is None else [self.schema.names.index(name) for name in columns]
        return ipc.open_file(self._source, options=ipc.IpcReadOptions(included_fields=fields, use_threads=False))

    def groups(self) -> tuple[int, ...]:
        file = self._opened(self.schema.names[:1])
        return tuple(file.get_batch(k).num_rows for k in range(file.num_record_batches))

    def repeating(self) -> frozenset[str]:
        return frozenset()

    def batches(self, groups: Sequence[int], columns: Sequence[str], rows: int = BATCH) -> Iterator[Any]:
        """The rows of some record batches. Raises `OSError`, `ArrowException`."""
        file = self._opened(columns)
        for group in groups:
            batch = file.get_batch(group)
            for start in range(0, batch.num_rows, rows):
                yield batch.slice(start, rows)
