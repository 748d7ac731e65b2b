"""A Parquet file, row group by row group: pages made here where columns are numbers already, by PyArrow where they are not.

Owns: how the columns of a row group come to stand in a file.
Never: gives a file its name, and never decides what stands in it.
"""

import contextlib
import functools
import io
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from policy.batches.clusters import array_of
from policy.batches.footer import (
    COLUMNS,
    MAGIC,
    META,
    PATH,
    ROW_GROUPS,
    SIZE,
    move_chunk,
    read_footer,
    row_group,
    start_of,
    write_footer,
)  # fmt: skip
from policy.batches.pages import Chunk, Met, chunk
from policy.batches.thrift import Struct

GROUP: Final = 1 << 20
"""The most rows of a row group."""


class Writer:
    """A file that is written."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self._schema = schema
        self._footer = read_footer(io.BytesIO(_empty(schema)))[0]
        self._groups: list[Struct] = []
        self._rows = 0
        self._file = path.open("wb")
        self._file.write(MAGIC)

    def write(self, table: pa.Table) -> None:
        """Adds rows. Raises `OSError`."""
        for start in range(0, table.num_rows, GROUP):
            self._group(table.slice(start, GROUP))

    def close(self) -> int:
        """Ends the file; gives its size in bytes. Raises `OSError`."""
        write_footer(self._file, self._footer, self._groups, self._rows)
        size = self._file.tell()
        self._file.close()
        return size

    def drop(self) -> None:
        """Leaves the file as it is."""
        with contextlib.suppress(OSError):  # what it could not write before, it cannot write now
            self._file.close()

    def _group(self, table: pa.Table) -> None:
        first = self._file.tell()
        chunks = _chunks(table)
        for one in chunks:
            move_chunk(one.told, self._file.tell())
            for data in one.data:
                self._file.write(data)
        self._groups.append(row_group([one.told for one in chunks], table.num_rows, first))
        self._rows += table.num_rows


@functools.lru_cache(4)
def _empty(schema: pa.Schema) -> bytes:
    """A file without rows. Its footer holds the schema, as PyArrow writes it."""
    return bytes(memoryview(_written(schema.empty_table())))


def _chunks(table: pa.Table) -> list[Chunk]:
    """The columns of a row group, in their order."""
    found: dict[str, list[Chunk]] = {}
    met: Met = {}
    for field in table.schema:
        own = chunk(field.name, array_of(table.column(field.name)), field.nullable, met)
        if own is not None:
            found[field.name] = [own]
    others = [name for name in table.column_names if name not in found]
    if others:
        data, footer = _read(_written(table.select(others)))
        (group,) = footer.get(ROW_GROUPS).values
        for told in group.get(COLUMNS).values:
            meta, start = told.get(META), start_of(told)
            move_chunk(told, -start)
            name = meta.get(PATH).values[0].decode()
            found.setdefault(name, []).append(Chunk([data[start : start + meta.get(SIZE)]], told))
    return [one for name in table.column_names for one in found[name]]


def _written(table: pa.Table) -> pa.Buffer:
    """A table as a Parquet file in memory, by PyArrow."""
    out = pa.BufferOutputStream()
    with pq.ParquetWriter(out, table.schema, **_encodings(table.schema)) as writer:
        writer.write_table(table, row_group_size=GROUP)
    return out.getvalue()


def _read(buffer: pa.Buffer) -> tuple[Any, Struct]:
    """The bytes of a file in memory, and its footer."""
    data = memoryview(buffer)
    return data, read_footer(io.BytesIO(data))[0]


def _encodings(schema: pa.Schema) -> dict[str, Any]:
    """Words as words, numbers by their differences, ids as they are: what takes the least time, and little room."""
    numbers = [field.name for field in schema if pa.types.is_integer(field.type)]
    plain = [field.name for field in schema if pa.types.is_string(field.type)]
    return {
        "use_dictionary": [field.name for field in schema if field.name not in (*numbers, *plain)],
        "column_encoding": dict.fromkeys(numbers, "DELTA_BINARY_PACKED"),
        "write_statistics": numbers,
    }
