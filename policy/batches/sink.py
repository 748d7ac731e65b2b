"""Answers to files: decided lines to one Parquet file, rejected lines to another, whole or not at all.

Owns: the columns of rejected lines; writing under another name until a file is complete.
Never: decides which lines are rejected; the evaluator said so.
"""

import os
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from policy.batches.contract import WORDS
from policy.batches.parts import BadPart
from policy.batches.source import Source
from policy.batches.writer import Writer


def decisions_schema(answer: pa.Schema) -> pa.Schema:
    """The columns of decided lines: the answer's but for the reason of a rejection."""
    return pa.schema([field for field in answer if field.name != "rejected"])


def rejects_schema(answer: pa.Schema) -> pa.Schema:
    """The columns of rejected lines: the file, the row in it from 1, how many lines, what names the line, and why.

    A file that could not be read stands there as one row, without a row number; `lines` is empty where they could not be counted.
    """
    carried = [field for field in answer if field.name in carried_names(answer)]
    places = [pa.field("file", WORDS), pa.field("row", pa.int64()), pa.field("lines", pa.int64())]
    return pa.schema([*places, *carried, pa.field("reason", WORDS)])


def carried_names(answer: pa.Schema) -> list[str]:
    """The incoming columns that stand in the answer: those before the policy's."""
    return list(answer.names[: answer.names.index("policy")])


def rejects_of(answer: pa.Table, rows: np.ndarray, source: Source) -> pa.Table:
    """The rejected lines of an answer. `rows` are the numbers of its rows in the run."""
    at = np.flatnonzero(answer.column("rejected").is_valid().to_numpy())
    schema = rejects_schema(answer.schema)
    parts, numbers = source.places(rows[at].tolist())
    lines = answer.take(pa.array(at))
    cells: dict[str, Any] = {
        "file": pa.DictionaryArray.from_arrays(pa.array(parts, pa.int32()), [part.path for part in source.parts]),
        "row": pa.array(numbers, pa.int64()),
        "lines": pa.array([1] * len(at), pa.int64()),
        "reason": lines.column("rejected"),
    }
    carried = [cells[name] if name in cells else _readable(lines.column(name)) for name in schema.names]
    return pa.table(carried, schema=schema)


def _readable(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """A column whose texts anybody can read: bytes that are no text in UTF-8, for which a line may be rejected, as `�`."""
    if not pa.types.is_string(column.type):
        return column
    try:
        column.validate(full=True)
    except pa.ArrowInvalid:
        cells = pa.chunked_array([chunk.view(pa.binary()) for chunk in column.chunks]).to_pylist()
        return pa.chunked_array([[None if cell is None else cell.decode("utf-8", "replace") for cell in cells]])
    return column


def rejected_parts(bad: list[BadPart], answer: pa.Schema) -> pa.Table:
    """The files that could not be read."""
    schema = rejects_schema(answer)
    cells: dict[str, list[Any]] = {
        "file": [part.path for part in bad],
        "lines": [part.rows for part in bad],
        "reason": [part.reason for part in bad],
    }
    nothing = [None] * len(bad)
    arrays = [
        pa.array(cells.get(field.name, nothing), pa.string()).dictionary_encode()
        if field.type == WORDS
        else pa.array(cells.get(field.name, nothing), field.type)
        for field in schema
    ]
    return pa.table(arrays, schema=schema)


class Rows:
    """A Parquet file that is there when `close` was called, and not before. A file without rows is not made."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self._path = path
        self._schema = schema
        self._beside = path.with_name(f"{path.name}.{os.getpid()}.tmp")
        self._writer: Writer | None = None

    def write(self, table: pa.Table) -> None:
        """Adds rows. Raises `OSError`."""
        if not table.num_rows:
            return
        if self._writer is None:
            self._writer = Writer(self._beside, self._schema)
        self._writer.write(table)

    def close(self) -> int:
        """Ends the file; gives its size in bytes, 0 when there is none. Raises `OSError`."""
        if self._writer is None:
            return 0
        size = self._writer.close()
        os.replace(self._beside, self._path)
        return size

    def drop(self) -> None:
        """Forgets the file."""
        if self._writer is not None:
            self._writer.drop()
            self._beside.unlink(missing_ok=True)


class Files:
    """The two files of a unit. Leaves nothing behind when it is left before `close`."""

    def __init__(self, folder: Path | None, name: str, answer: pa.Schema) -> None:
        self._decisions = self._rejects = None
        if folder is not None:
            self._decisions = Rows(folder / f"{name}.parquet", decisions_schema(answer))
            self._rejects = Rows(folder / f"{name}.rejects.parquet", rejects_schema(answer))

    def __enter__(self) -> "Files":
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is not None and self._decisions is not None and self._rejects is not None:
            self._decisions.drop()
            self._rejects.drop()

    def write(self, answer: pa.Table, rows: np.ndarray, source: Source) -> None:
        """Adds answers to rows of the run."""
        if self._decisions is None or self._rejects is None:
            return
        rejected = answer.column("rejected")
        if rejected.null_count < answer.num_rows:
            self._rejects.write(rejects_of(answer, rows, source))
            answer = answer.filter(rejected.is_null())
        self._decisions.write(answer.drop_columns(["rejected"]))

    def close(self) -> tuple[int, int]:
        """The sizes of both files."""
        if self._decisions is None or self._rejects is None:
            return 0, 0
        return self._decisions.close(), self._rejects.close()
