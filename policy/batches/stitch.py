"""Parquet files of one schema joined to one file, without decoding a page.

The pages of a Parquet file stand in it one after the other, and its footer says where. Pages of several files may therefore stand in
one file, when the footer of each is moved by as many bytes as stand before.

Owns: joining files.
Never: joins files of different schemas, or files whose places cannot be moved (`footer.py`).
"""

from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO, Final

from policy.batches.footer import KEY_VALUES, MAGIC, NUM_ROWS, ROW_GROUPS, SCHEMA, move, read_footer, write_footer
from policy.batches.thrift import Struct

_BLOCK: Final = 1 << 22


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
            elif any(footer.get(field) != whole.get(field) for field in (SCHEMA, KEY_VALUES)):
                raise ValueError(f"`{path.name}` has another schema than `{files[0].name}`")
            moved = out.tell() - len(MAGIC)
            for group in footer.get(ROW_GROUPS).values:
                move(group, moved)
                groups.append(group)
            rows += footer.get(NUM_ROWS)
            file.seek(len(MAGIC))
            _copy(file, out, end - len(MAGIC))
    if whole is None:
        raise ValueError("there is no file to join")
    write_footer(out, whole, groups, rows)
    return rows


def _copy(source: BinaryIO, out: BinaryIO, size: int) -> None:
    while size:
        block = source.read(min(size, _BLOCK))
        if not block:
            raise ValueError("a file ended while it was copied")
        out.write(block)
        size -= len(block)


__all__ = ["MAGIC", "read_footer", "stitch"]
