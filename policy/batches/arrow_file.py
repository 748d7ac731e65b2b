"""Parquet files of one schema as one Arrow IPC file (Feather), for who wants decisions without decoding them.

A column of words has one dictionary in the whole file, which is what every reader of such files takes: its words are gathered first, then
the rows are written, a record batch at a time. Texts that are different on every line are plain text here.

Owns: that file.
Never: holds more rows than a batch.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO, Final

import pyarrow as pa
import pyarrow.ipc as ipc
import pyarrow.parquet as pq

SUFFIXES: Final = frozenset({".arrow", ".feather", ".ipc"})
"""Endings of names of such files."""
_ROWS: Final = 1 << 17
"""Rows of a record batch."""
_LONG: Final = "explanation"
"""A column of long texts, almost as many as lines."""


def to_arrow(files: Sequence[Path], out: BinaryIO) -> None:
    """Writes the rows of `files`, in their order, each of which has at least the schema. Raises `OSError`, `ArrowException`."""
    schema = pq.read_schema(files[0]).remove_metadata()
    named = [field.name for field in schema if pa.types.is_dictionary(field.type) and field.name != _LONG]
    words = {name: _Words() for name in named}
    for batch in _batches(files, named):
        for name in named:
            words[name].learn(batch.column(name))
    if _LONG in schema.names:
        schema = schema.set(schema.names.index(_LONG), pa.field(_LONG, pa.string()))
    options = ipc.IpcWriteOptions(compression="lz4", use_threads=False)
    with ipc.new_file(out, schema, options=options) as writer:
        for batch in _batches(files, schema.names):
            cells = [
                words[field.name].told(column) if field.name in words else _plain(column, field.type)
                for field, column in zip(schema, batch.columns, strict=True)
            ]
            writer.write_batch(pa.record_batch(cells, schema=schema))


class _Words:
    """The dictionary of a column, in the order in which its words come."""

    def __init__(self) -> None:
        self._ids: dict[str, int] = {}
        self._array: pa.Array | None = None

    def learn(self, column: Any) -> None:
        """Takes in the words of a batch."""
        for word in column.dictionary.to_pylist():
            self._ids.setdefault(word, len(self._ids))

    def told(self, column: Any) -> Any:
        """The same cells by this dictionary."""
        if self._array is None:
            self._array = pa.array(list(self._ids), pa.string())
        ids = pa.array([self._ids[word] for word in column.dictionary.to_pylist()], pa.int32())
        indices = ids.take(column.indices) if len(ids) else pa.nulls(len(column), pa.int32())
        return pa.DictionaryArray.from_arrays(indices, self._array)


def _plain(column: Any, wanted: pa.DataType) -> Any:
    return column.dictionary_decode() if pa.types.is_dictionary(column.type) else column.cast(wanted)


def _batches(files: Sequence[Path], names: Sequence[str]) -> Iterator[Any]:
    for path in files:
        with pq.ParquetFile(path) as file:
            yield from file.iter_batches(_ROWS, columns=list(names), use_threads=False)
