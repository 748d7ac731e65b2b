"""Sums by key that add up: of a batch, of batches, of workers.

Owns: `Sums`, exact whole numbers by one or more keys, kept as an Arrow table that grows with the keys and not with the lines.
Never: a float, and never an order that hangs on threads: rows come out sorted by their keys.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import attrs
import numpy as np
import pyarrow as pa

from policy.auditing.money import Ints, Mask
from policy.auditing.reading import Words

Key = tuple[Any, ...]
_MOST: Final = 2**62


@attrs.frozen
class Sums:
    """Whole numbers by key. Immutable, picklable; `a + b` holds the keys of both."""

    table: pa.Table
    keys: tuple[str, ...]

    @staticmethod
    def of(keys: "Mapping[str, Words | Ints]", measures: Mapping[str, Ints], keep: Mask | None = None) -> "Sums":
        """The sums of the rows of a batch, or of those to keep. A key that is not given is null."""
        plain = {name: key.ids if isinstance(key, Words) else key for name, key in keys.items()}
        rows = None if keep is None or keep.all() else np.flatnonzero(keep)
        columns = {**plain, **measures}
        table = pa.table({name: pa.array(column if rows is None else column[rows]) for name, column in columns.items()})
        grouped = _grouped(table, tuple(keys))
        for i, (name, key) in enumerate(keys.items()):
            if isinstance(key, Words):
                ids = grouped.column(i).to_numpy()
                named = Words(ids, key.words).array()
                grouped = grouped.set_column(i, name, named)
        return Sums(grouped, tuple(keys))

    @staticmethod
    def listed(keys: Sequence[str], measures: Sequence[str], rows: Mapping[Key, Sequence[int]]) -> "Sums":
        """Sums that were made one by one; the keys are texts."""
        columns: dict[str, pa.Array] = {
            name: pa.array([key[i] for key in rows], pa.string()) for i, name in enumerate(keys)
        }
        columns |= {name: pa.array([row[i] for row in rows.values()], pa.int64()) for i, name in enumerate(measures)}
        return Sums(pa.table(columns), tuple(keys))

    def __add__(self, other: "Sums") -> "Sums":
        return Sums.total([self, other])

    @staticmethod
    def total(parts: "Sequence[Sums]") -> "Sums":
        """Many at once, which costs less than one by one."""
        return Sums(_grouped(pa.concat_tables([part.table for part in parts]), parts[0].keys), parts[0].keys)

    @property
    def measures(self) -> list[str]:
        """The names of the sums."""
        return [name for name in self.table.column_names if name not in self.keys]

    def rows(self) -> Iterator[tuple[Key, dict[str, int]]]:
        """Every key, sorted, with its sums by name."""
        table = self.table.sort_by([(name, "ascending") for name in self.keys]) if self.keys else self.table
        columns = {name: table.column(name).to_pylist() for name in table.column_names}
        for i in range(table.num_rows):
            yield tuple(columns[k][i] for k in self.keys), {name: columns[name][i] for name in self.measures}

    def all(self) -> dict[str, int]:
        """The sums over all keys."""
        return {name: sum(self.table.column(name).to_pylist()) for name in self.measures}

    def __len__(self) -> int:
        return int(self.table.num_rows)


def cube(
    keys: Mapping[str, Words], measures: Mapping[str, Ints], keep: Mask
) -> tuple[dict[str, Words], dict[str, Ints]]:
    """The rows to keep, put together where they agree in every key: fewer rows, with the same sums under each key."""
    packed = np.zeros(len(keep), np.int64)
    size = 1
    for key in keys.values():
        size *= len(key.words) + 1
        if size > _MOST:
            rows = np.flatnonzero(keep)
            held = {name: Words(key.ids[rows], key.words) for name, key in keys.items()}
            return held, {name: values[rows] for name, values in measures.items()}
        packed = packed * (len(key.words) + 1) + key.ids + 1
    table = Sums.of({"cube": packed}, measures, keep).table
    rest = table.column("cube").to_numpy()
    found: dict[str, Words] = {}
    for name, key in reversed(list(keys.items())):
        rest, ids = np.divmod(rest, len(key.words) + 1)
        found[name] = Words((ids - 1).astype(np.int32), key.words)
    return found, {name: table.column(name).to_numpy() for name in measures}


def _grouped(table: pa.Table, keys: tuple[str, ...]) -> pa.Table:
    measures = [name for name in table.column_names if name not in keys]
    grouped = table.group_by(list(keys), use_threads=False).aggregate([(name, "sum") for name in measures])
    return grouped.rename_columns(
        [name.removesuffix("_sum") if name not in keys else name for name in grouped.column_names]
    ).select(table.column_names)


def ranked(group: Ints, *measures: Ints) -> tuple[Ints, Ints]:
    """Row indexes by group, in each the largest first and earlier rows before later ones; and each one's place in its group."""
    order = np.lexsort((*(-measure for measure in reversed(measures)), group)).astype(np.int64)
    sorted_ = group[order]
    starts = np.flatnonzero(np.r_[True, sorted_[1:] != sorted_[:-1]]) if len(order) else np.zeros(0, np.int64)
    lengths = np.diff(np.r_[starts, len(order)])
    return order, np.arange(len(order)) - np.repeat(starts, lengths)
