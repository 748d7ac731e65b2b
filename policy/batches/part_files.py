"""Parquet parts as workers read them: by path, or by address where a file system answers (`s3://`, `gs://`, `hdfs://`).

Owns: opening, reading the columns of a run, and writing decisions whole or not at all.
Never: knows what a column means.
"""

import contextlib
import os
import uuid
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import PurePosixPath
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq


@contextlib.contextmanager
def opened(path: str, words: Sequence[str] = ()) -> Iterator[pq.ParquetFile]:
    """A part, open; `words` are text columns of few words. Raises `ValueError` naming a part that cannot be read."""
    try:
        system, inside = _system(path)
        with system.open_input_file(inside) as source:
            footer = pq.read_metadata(source)
            known = [name for name in words if name in footer.schema.names]
            yield pq.ParquetFile(source, metadata=footer, read_dictionary=known, page_checksum_verification=True)
    except (OSError, pa.ArrowException) as error:
        raise ValueError(f"`{path}` cannot be read: {_why(error)}") from None


def _system(path: str) -> tuple[Any, str]:
    from pyarrow.fs import FileSystem, LocalFileSystem

    if "://" in path:
        system, inside = FileSystem.from_uri(path)
        return system, str(inside)
    return LocalFileSystem(), path


def _why(error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return "there is no such file"
    return "it may not be read" if isinstance(error, PermissionError) else "it is damaged, or no Parquet file"


def listed(paths: str | os.PathLike[str] | Iterable[str | os.PathLike[str]]) -> tuple[str, ...]:
    """The parts: files as they are named, of a folder every Parquet file below it, sorted. Raises `ValueError` where there are none."""
    named = [paths] if isinstance(paths, str | os.PathLike) else list(paths)
    found = [part for one in named for part in _below(located(one))]
    if not found:
        raise ValueError("there are no parts: name Parquet files, or a folder that holds them")
    return tuple(dict.fromkeys(found))


def located(path: str | os.PathLike[str]) -> str:
    """An address as it is, a path from the root on: workers may be in another folder."""
    name = os.fspath(path)
    return name if "://" in name else os.path.abspath(name)


def _below(path: str) -> list[str]:
    from pyarrow.fs import FileSelector, FileType

    try:
        system, inside = _system(path)
        about = system.get_file_info(inside)
        if about.type != FileType.Directory:
            return [path]
        files = [
            one.path for one in system.get_file_info(FileSelector(inside, recursive=True)) if one.type == FileType.File
        ]
    except (OSError, pa.ArrowException) as error:
        raise ValueError(f"`{path}` cannot be read: {_why(error)}") from None
    root = inside.rstrip("/")
    below = [one[len(root) + 1 :] for one in files if one.endswith((".parquet", ".parq", ".pq"))]
    return [
        f"{path.rstrip('/')}/{name}"
        for name in sorted(below)
        if not any(p.startswith(("_", ".")) for p in name.split("/"))
    ]


def incoming(path: str) -> pa.Schema:
    """The columns of a part."""
    with opened(path) as file:
        return file.schema_arrow.remove_metadata()


def typed(schema: pa.Schema, names: Collection[str], others: Iterable[str]) -> pa.Schema:
    """The columns of the first part, where some of `names` may be empty and without a type: these have that of the first part in which
    they have one."""
    left = {field.name for field in schema if field.name in names and pa.types.is_null(field.type)}
    for path in others:
        if not left:
            break
        for field in incoming(path):
            if field.name in left and not pa.types.is_null(field.type):
                schema = schema.set(schema.names.index(field.name), field)
                left.remove(field.name)
    return schema


def read(path: str, schema: pa.Schema) -> pa.Table:
    """The rows of a part with the columns of the run: one that it lacks is empty, another type is cast.

    Raises `ValueError` naming part and column where a type does not fit.
    """
    words = [field.name for field in schema if pa.types.is_dictionary(field.type)]
    with opened(path, words) as file:
        own = set(file.schema_arrow.names)
        table = file.read(columns=[name for name in schema.names if name in own])
    return pa.table([_fitted(table, field, path) for field in schema], schema=schema)


def _fitted(table: pa.Table, field: pa.Field, path: str) -> pa.ChunkedArray:
    if field.name not in table.column_names:
        return pa.chunked_array([pa.nulls(table.num_rows, field.type)])
    column = table.column(field.name)
    try:
        if pa.types.is_dictionary(field.type) and not pa.types.is_dictionary(column.type):
            column = column.cast(field.type.value_type).dictionary_encode()
        return column.cast(field.type)
    except pa.ArrowException:
        raise ValueError(
            f"`{path}`: `{field.name}` is of type {column.type}, in the first part of type {field.type}"
        ) from None


def write(path: str, table: pa.Table) -> None:
    """Writes a part under a temporary name and renames it: there is never half a part. Raises `ValueError` naming the part."""
    system, inside = _system(path)
    beside = str(PurePosixPath(inside).with_name(f".{PurePosixPath(inside).name}.{uuid.uuid4().hex}"))
    try:
        system.create_dir(str(PurePosixPath(inside).parent), recursive=True)
        try:
            with system.open_output_stream(beside) as sink:
                pq.write_table(table, sink)
            system.move(beside, inside)
        except BaseException:
            with contextlib.suppress(OSError):
                system.delete_file(beside)
            raise
    except OSError as error:
        raise ValueError(f"`{path}` cannot be written: {error.strerror or 'output error'}") from None
