"""What every reader of a published file gives back, and what it is told.

Owns: `Read`, and making one from rows that were read one by one.
Never: reads a file.
"""

from collections.abc import Callable, Sequence
from typing import Any

import attrs

from policy.tables.cells import Mangled
from policy.tables.layout import COLUMNS, KEYS, schema
from policy.tables.model import Kind, Row, Source
from policy.tables.naming import Evidence
from policy.tables.problem import AS_PUBLISHED, Problems


@attrs.frozen
class Read:
    """The rows of a table as read, sorted by their key, with what the files say of themselves.

    `partial` is true for a file of changes only: a code that it does not hold may well exist.
    """

    rows: Any
    sources: tuple[Source, ...]
    quarters: tuple[tuple[str, Evidence], ...] = ()
    settings: tuple[tuple[str, Evidence], ...] = ()
    notes: tuple[str, ...] = ()
    partial: bool = False


@attrs.frozen
class Numbered:
    """A row with its file and number there."""

    file: str
    number: int
    row: Row


def cell(
    problems: Problems, file: str, number: int, name: str, reader: Callable[..., Any], text: str, *more: Any
) -> Any:
    """A cell read; `None` and a problem when it cannot be."""
    try:
        return reader(text, *more)
    except ValueError as error:
        problems.add(file, number, f"{name}: {error}", AS_PUBLISHED if isinstance(error, Mangled) else None)
        return None


def arrow(kind: Kind, rows: Sequence[Row]) -> Any:
    """Rows as an Arrow table, in the order given."""
    import pyarrow as pa

    columns = {name: [getattr(row, name) for row in rows] for name in COLUMNS[kind]}
    return pa.table(columns, schema=schema(kind))


def sorted_once(kind: Kind, rows: Sequence[Numbered], problems: Problems) -> Any:
    """Rows sorted by their key as an Arrow table; a key that comes twice is a problem."""

    def key(one: Numbered) -> tuple[str, ...]:
        return tuple(getattr(one.row, name) for name in KEYS[kind])

    first: dict[tuple[str, ...], Numbered] = {}
    for one in rows:
        before = first.setdefault(key(one), one)
        if before is not one:
            words = " ".join(part for part in key(one) if part)
            problems.add(one.file, one.number, f"`{words}` is there twice: also in {before.file} row {before.number}")
    problems.end()
    return arrow(kind, [one.row for one in sorted(rows, key=key)])
