"""The footer of a Parquet file: what it says of row groups, and where their bytes stand (parquet.thrift of the Parquet format).

Owns: reading and writing a footer, and moving what it tells of a row group or of one column in it.
Never: decodes a page. Encrypted files, and files with page indexes and Bloom filters, hold places outside of the footer: they are
refused, and nothing here writes them.
"""

import os
import struct
from collections.abc import Sequence
from typing import BinaryIO, Final

from policy.batches import thrift
from policy.batches.thrift import I16, I64, LIST, BadThrift, Items, Struct

MAGIC: Final = b"PAR1"
_TAIL: Final = 8
"""The length of the footer, and the magic bytes."""

SCHEMA, NUM_ROWS, ROW_GROUPS, KEY_VALUES = 2, 3, 4, 5
"""Fields of FileMetaData."""
COLUMNS, _BYTES, _ROWS, _FILE_OFFSET, _PACKED, _ORDINAL = 1, 2, 3, 5, 6, 7
"""Fields of RowGroup."""
_CHUNK_OFFSET, META, _INDEX_FIELDS = 2, 3, (4, 6)
"""Fields of ColumnChunk: its place, its metadata, and the places of its indexes."""
PATH, _PLAIN_SIZE, SIZE, _PAGE_OFFSETS, _BLOOM = 3, 6, 7, (9, 10, 11), 14
"""Fields of ColumnMetaData: its name, its sizes, the places of its data, index and dictionary pages, and of its Bloom filter."""
_MOST_ORDINAL: Final = 32767


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


def write_footer(out: BinaryIO, footer: Struct, groups: Sequence[Struct], rows: int) -> None:
    """Ends a file of some row groups. Row groups count from 0; where the format's number is too small for that, they are not numbered."""
    for position, group in enumerate(groups):
        if len(groups) > _MOST_ORDINAL:
            group.drop(_ORDINAL)
        elif group.get(_ORDINAL) is not None:
            group.set(_ORDINAL, position)
    footer.set(NUM_ROWS, rows)
    footer.set(ROW_GROUPS, Items(thrift.STRUCT, list(groups)))
    data = thrift.written(footer)
    out.write(data + struct.pack("<I", len(data)) + MAGIC)


def row_group(chunks: Sequence[Struct], rows: int, start: int) -> Struct:
    """A row group whose columns stand one after the other from `start`."""
    metas = [chunk.get(META) for chunk in chunks]
    return Struct({
        COLUMNS: (LIST, Items(thrift.STRUCT, list(chunks))),
        _BYTES: (I64, sum(meta.get(_PLAIN_SIZE) for meta in metas)),
        _ROWS: (I64, rows),
        _FILE_OFFSET: (I64, start),
        _PACKED: (I64, sum(meta.get(SIZE) for meta in metas)),
        _ORDINAL: (I16, 0),
    })  # fmt: skip


def move(group: Struct, by: int) -> None:
    """The row group as it stands `by` bytes further on. Raises `ValueError`."""
    if group.get(_FILE_OFFSET) is not None:
        group.set(_FILE_OFFSET, group.get(_FILE_OFFSET) + by)
    for chunk in group.get(COLUMNS).values:
        move_chunk(chunk, by)


def move_chunk(chunk: Struct, by: int) -> None:
    """One column of a row group as it stands `by` bytes further on. Raises `ValueError`."""
    meta = chunk.get(META)
    if meta is None or meta.get(_BLOOM) is not None or any(chunk.get(field) is not None for field in _INDEX_FIELDS):
        raise ValueError("files with encrypted columns, page indexes or Bloom filters are not joined")
    if chunk.get(_CHUNK_OFFSET):
        chunk.set(_CHUNK_OFFSET, chunk.get(_CHUNK_OFFSET) + by)
    for field in _PAGE_OFFSETS:
        if meta.get(field) is not None:
            meta.set(field, meta.get(field) + by)


def start_of(chunk: Struct) -> int:
    """Where the first page of a column stands."""
    places: list[int] = [place for field in _PAGE_OFFSETS if (place := chunk.get(META).get(field)) is not None]
    return min(places)
