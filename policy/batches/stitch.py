"""Parquet files of one schema joined to one file, without decoding a page.

The pages of a Parquet file stand in it one after the other, and its footer says where. Pages of several files may therefore stand in
one file, when the footer of each is moved by as many bytes as stand before.

Owns: joining files, and the fields of a footer that hold places (parquet.thrift of the Parquet format).
Never: joins files of different schemas, encrypted files, or files with page indexes and Bloom filters, which hold places outside of
the footer; nothing here writes such files.
"""

import os
import struct
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO, Final

from policy.batches import thrift
from policy.batches.thrift import BadThrift, Items, Struct

MAGIC: Final = b"PAR1"
_TAIL: Final = 8
"""The length of the footer, and the magic bytes."""
_BLOCK: Final = 1 << 22

_SCHEMA, _NUM_ROWS, _ROW_GROUPS, _KEY_VALUES, _ENCRYPTION = 2, 3, 4, 5, 8
"""Fields of FileMetaData."""
_COLUMNS, _FILE_OFFSET, _ORDINAL = 1, 5, 7
"""Fields of RowGroup."""
_CHUNK_OFFSET, _META, _INDEX_FIELDS = 2, 3, (4, 6)
"""Fields of ColumnChunk: its place, its metadata, and the places of its indexes."""
_PAGE_OFFSETS, _BLOOM = (9, 10, 11), 14
"""Fields of ColumnMetaData: the places of its data, index and dictionary pages, and of its Bloom filter."""
_MOST_ORDINAL: Final = 32767


def stitch(files: Sequence[Path], out: BinaryIO) -> int:
    """Writes one Parquet file that holds the rows of `files`, in their order, and gives their number.

    Raises `ValueError` when the files differ in their schema or one is no Parquet file; `OSError`.
    """
    out.write(MAGIC)
    whole: Struct | None = None
    groups: list[Struct] = []
    rows = 0
    for path in files:
        with path.open("rb") as file:
            footer, end = read_footer(file)
            if whole is None:
                whole = footer
            elif any(footer.get(field) != whole.get(field) for field in (_SCHEMA, _KEY_VALUES)):
                raise ValueError(f"`{path.name}` has another schema than `{files[0].name}`")
            moved = out.tell() - len(MAGIC)
            for group in footer.get(_ROW_GROUPS).values:
                _move(group, moved)
                groups.append(group)
            rows += footer.get(_NUM_ROWS)
            file.seek(len(MAGIC))
            _copy(file, out, end - len(MAGIC))
    if whole is None:
        raise ValueError("there is no file to join")
    _number(groups)
    whole.set(_NUM_ROWS, rows)
    whole.set(_ROW_GROUPS, Items(thrift.STRUCT, groups))
    data = thrift.written(whole)
    out.write(data + struct.pack("<I", len(data)) + MAGIC)
    return rows


def read_footer(file: BinaryIO) -> tuple[Struct, int]:
    """The footer of a Parquet file and the place at which it starts. Raises `ValueError`."""
    size = file.seek(0, os.SEEK_END)
    if size >= len(MAGIC) + _TAIL:
        file.seek(size - _TAIL)
        tail = file.read(_TAIL)
        length = struct.unpack("<I", tail[:4])[0]
        start = size - _TAIL - length
        if tail[4:] == MAGIC and start >= len(MAGIC):
            file.seek(start)
            try:
                return thrift.read(file.read(length)), start
            except BadThrift as error:
                raise ValueError(f"the footer cannot be read: {error}") from None
    raise ValueError("the file has no Parquet footer")


def _move(group: Struct, by: int) -> None:
    """The row group as it stands `by` bytes further on."""
    if group.get(_FILE_OFFSET) is not None:
        group.set(_FILE_OFFSET, group.get(_FILE_OFFSET) + by)
    for chunk in group.get(_COLUMNS).values:
        meta = chunk.get(_META)
        if meta is None or meta.get(_BLOOM) is not None or any(chunk.get(field) is not None for field in _INDEX_FIELDS):
            raise ValueError("files with encrypted columns, page indexes or Bloom filters are not joined")
        if chunk.get(_CHUNK_OFFSET):
            chunk.set(_CHUNK_OFFSET, chunk.get(_CHUNK_OFFSET) + by)
        for field in _PAGE_OFFSETS:
            if meta.get(field) is not None:
                meta.set(field, meta.get(field) + by)


def _number(groups: list[Struct]) -> None:
    """Row groups count from 0; where the format's number is too small for that, they are not numbered."""
    for position, group in enumerate(groups):
        if len(groups) > _MOST_ORDINAL:
            group.drop(_ORDINAL)
        elif group.get(_ORDINAL) is not None:
            group.set(_ORDINAL, position)


def _copy(source: BinaryIO, out: BinaryIO, size: int) -> None:
    while size:
        block = source.read(min(size, _BLOCK))
        if not block:
            raise ValueError("a file ended while it was copied")
        out.write(block)
        size -= len(block)


__all__ = ["MAGIC", "read_footer", "stitch"]
