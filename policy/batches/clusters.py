"""Rows that belong together, whatever the batches they come in.

Rows with the same cells in the key columns make a cluster: a visit, or a patient where earlier lines matter. A batch may end in the
middle of one; what comes out of here never does.

Owns: where clusters start, and tables cut only between them.
Never: sorts rows, and never judges.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

import numpy as np
import pyarrow as pa

from policy.batches.hashing import row_hashes
from policy.columns.buffers import changed, is_distinct

ROWS: Final = 1 << 18
"""Rows that are worth an evaluation of their own; smaller batches are put together."""
REMEMBERED: Final = 1 << 24
"""Clusters of one stream that are remembered, eight bytes each, to notice one that comes back."""
RIDING: Final = 1 << 18
"""Rows without a key, one after the other, after which a cluster is taken to be over."""
_BLANK: Final = 0x20
_LAST: Final = 0x7E
"""Signs between these two are printable ASCII."""

Key = tuple[object, ...]


class NotClustered(ValueError):
    """The rows of a visit (or patient) do not stand together."""


def array_of(column: pa.ChunkedArray) -> pa.Array:
    """The cells of a column in one piece."""
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def key_columns(table: pa.Table, keys: Sequence[str]) -> list[pa.Array]:
    """The key columns as they are read: text without blanks around it, blank text as an empty cell."""
    return [_as_read(array_of(table.column(name))) for name in keys]


def _as_read(column: pa.Array) -> pa.Array:
    if pa.types.is_binary(column.type):
        column = column.view(pa.string())
    elif pa.types.is_large_binary(column.type):
        column = column.view(pa.large_string())
    if pa.types.is_large_string(column.type) or pa.types.is_string_view(column.type):
        column = column.cast(pa.string())
    words = column.dictionary if pa.types.is_dictionary(column.type) else column
    if not pa.types.is_string(words.type) or not _has_edges(words):
        return column
    import pyarrow.compute as pc

    plain = column.dictionary_decode() if pa.types.is_dictionary(column.type) else column
    text = pc.utf8_trim_whitespace(plain)
    return pc.if_else(pc.equal(text, ""), pa.scalar(None, pa.string()), text)


def _has_edges(words: pa.Array) -> bool:
    """Whether a text is blank, or begins or ends with what may be a blank: any sign that is no printable ASCII."""
    if not len(words):
        return False
    _, ends, data = words.buffers()
    at = np.frombuffer(ends, np.int32)[words.offset : words.offset + len(words) + 1]
    filled = at[1:] > at[:-1]
    if not (filled if not words.null_count else filled | words.is_null().to_numpy(zero_copy_only=False)).all():
        return True
    if data is None or not filled.any():
        return False
    signs = np.frombuffer(data, np.uint8)
    low, high = (at[:-1], at[1:] - 1) if filled.all() else (at[:-1][filled], at[1:][filled] - 1)
    edges = np.concatenate([signs[low], signs[high]])
    return bool(((edges <= _BLANK) | (edges > _LAST)).any())


def changes(column: pa.Array) -> np.ndarray:
    """For each row but the first: whether its cell differs from the one above. Two empty cells are alike."""
    if pa.types.is_dictionary(column.type):
        column = column.indices if is_distinct(column.dictionary) else column.dictionary_decode()
    return changed(column)


def starts(columns: Sequence[pa.Array], rows: int) -> np.ndarray:
    """The rows at which a cluster starts, the first row among them. int64."""
    return starts_where([changes(column) for column in columns], rows)


def starts_where(changed: Sequence[np.ndarray], rows: int) -> np.ndarray:
    """The same, from the changes of each column."""
    if not rows:
        return np.empty(0, np.int64)
    anywhere = np.zeros(rows - 1, bool)
    for one in changed:
        anywhere |= one
    return np.concatenate([[0], np.flatnonzero(anywhere) + 1])


def key_at(columns: Sequence[pa.Array], row: int) -> Key:
    """The cells of a row's key."""
    return tuple(column[row].as_py() for column in columns)


Watch = Callable[[pa.Table, Sequence[pa.Array], Sequence[np.ndarray], Key | None], None]
"""Is shown each table, its key columns, where they change, and the key of the row before."""


def named(columns: Sequence[pa.Array]) -> np.ndarray | None:
    """The rows that have a whole key; `None` where all have. A row without one is of no cluster."""
    if not any(column.null_count for column in columns):
        return None
    known = np.logical_and.reduce([column.is_valid().to_numpy(zero_copy_only=False) for column in columns])
    return np.flatnonzero(known)


class Cutter:
    """Takes tables as they come and gives out tables of whole clusters, in the same order.

    Rows without a key go with the cluster in which, or after which, they stand. After `RIDING` of them in a row it is taken to be over.
    """

    def __init__(self, keys: Sequence[str], rows: int = ROWS, watch: Watch | None = None) -> None:
        self._keys = keys
        self._rows = rows
        self._watch = watch
        self._whole: list[pa.Table] = []
        self._open: list[pa.Table] = []
        self._last: Key | None = None
        self._riding = 0

    def add(self, table: pa.Table) -> Iterator[pa.Table]:
        """Takes a table; gives out what is complete, once it is worth it."""
        if not table.num_rows:
            return
        columns = key_columns(table, self._keys)
        changed = [changes(column) for column in columns]
        if self._watch is not None:
            self._watch(table, columns, changed, self._last)
        rows = named(columns)
        if rows is not None:
            columns = [column.take(pa.array(rows)) for column in columns]
            changed = [changes(column) for column in columns]
        self._cut(table, columns, changed, rows)
        if sum(part.num_rows for part in self._whole) >= self._rows:
            yield from self._given(self._whole)
            self._whole = []

    def _cut(
        self, table: pa.Table, columns: Sequence[pa.Array], changed: Sequence[np.ndarray], rows: np.ndarray | None
    ) -> None:
        """Adds a table to what is whole and what is open. `columns` and `changed` are of `rows`, those with a key."""
        known = table.num_rows if rows is None else len(rows)
        riding = 0 if rows is None else table.num_rows - 1 - int(rows[-1]) if known else self._riding + table.num_rows
        if known:
            at = int(starts_where(changed, known)[-1])
            if at or self._last is None or self._last != key_at(columns, 0):
                cut = at if rows is None else int(rows[at])
                self._whole += [*self._open, table.slice(0, cut)]
                self._open = []
                table = table.slice(cut)
            self._last = key_at(columns, known - 1)
        self._open.append(table)
        self._riding = riding
        if riding > RIDING:
            self._whole, self._open, self._last, self._riding = [*self._whole, *self._open], [], None, 0

    def end(self) -> Iterator[pa.Table]:
        """Gives out the rest: no row follows."""
        yield from self._given([*self._whole, *self._open])
        self._whole, self._open, self._last, self._riding = [], [], None, 0

    @staticmethod
    def _given(parts: list[pa.Table]) -> Iterator[pa.Table]:
        parts = [part for part in parts if part.num_rows]
        if parts:
            yield pa.concat_tables(parts).combine_chunks() if len(parts) > 1 else parts[0]


class Seen:
    """The clusters of a stream, to notice one that comes back. Past `REMEMBERED` clusters nothing more is noticed."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._keys = keys
        self._known: list[np.ndarray] = []
        self._number = 0

    def check(self, table: pa.Table) -> None:
        """Takes a table of whole clusters. Raises `NotClustered` when one of them was there before, or stands there twice."""
        columns = key_columns(table, self._keys)
        if not columns or self._number > REMEMBERED:
            return
        rows = named(columns)
        if rows is not None:
            columns = [column.take(pa.array(rows)) for column in columns]
        at = pa.array(starts(columns, len(columns[0])))
        found, times = np.unique(row_hashes([column.take(at) for column in columns]), return_counts=True)
        if (times > 1).any() or any(_meet(known, found) for known in self._known):
            raise NotClustered(
                f"rows with the same {listed(self._keys)} do not stand together: sort the rows by these columns"
            )
        if not len(found):
            return
        self._number += len(found)
        self._known.append(found)
        while len(self._known) > 1 and len(self._known[-2]) <= 2 * len(self._known[-1]):
            last = self._known.pop()
            self._known[-1] = np.sort(np.concatenate([self._known[-1], last]), kind="stable")


def _meet(known: np.ndarray, found: np.ndarray) -> bool:
    at = np.minimum(np.searchsorted(known, found), len(known) - 1)
    return bool((known[at] == found).any())


def listed(names: Sequence[str]) -> str:
    """Columns in a message: `` `person_id` and `x_visit` ``."""
    quoted = [f"`{name}`" for name in names]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"


def clustered(tables: Iterable[pa.Table], keys: Sequence[str], rows: int = ROWS) -> Iterator[pa.Table]:
    """The same rows in tables of whole clusters, at least `rows` of them but for the last. Raises `NotClustered`."""
    cutter, seen = Cutter(keys, rows), Seen(keys)
    for table in tables:
        for whole in cutter.add(table):
            seen.check(whole)
            yield whole
    for whole in cutter.end():
        seen.check(whole)
        yield whole
