"""Numbers that say where rows belong: rows that must be evaluated together have the same one, in any table, process and run.

Owns: these numbers, for engines that move rows themselves.
Never: moves a row. Different visits may share a number, very rarely; where they meet, no harm is done.
"""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from policy.batches.hashing import row_hashes
from policy.batches.together import Keys

Numbers = np.ndarray
"""int64."""


def places(table: pa.Table, sets: Sequence[Keys]) -> Numbers:
    """The place of each row of a table that holds whole visits. A row that is of no visit has a place of its own."""
    visits, named = row_numbers(table, sets[0])
    first = np.where(named, visits, np.arange(table.num_rows))
    if len(sets) == 1:
        return first
    # The patient of a visit may stand on one of its lines only: a visit follows its patient as a whole.
    patients, known = row_numbers(table, sets[1])
    own, at = np.unique(first, return_inverse=True)
    least = np.full(len(own), np.iinfo(np.int64).max)
    np.minimum.at(least, at[known], patients[known])
    lone = np.bincount(at[known], minlength=len(own)) == 0
    return np.where(lone, own, least)[at]


def key_numbers(table: pa.Table, keys: Keys) -> Numbers:
    """A number for each visit (or patient) of a table, each once, in order."""
    numbers, whole = row_numbers(table, keys)
    return np.unique(numbers[whole])


def row_numbers(table: pa.Table, keys: Keys) -> tuple[Numbers, np.ndarray]:
    """For each row a number, the same for rows that agree in all keys, and whether it has them all."""
    cells = [key.cells(table) for key in keys]
    columns = [one.combine_chunks() if isinstance(one, pa.ChunkedArray) else one for one in cells]
    whole = np.ones(table.num_rows, np.bool_)
    for column in columns:
        whole &= column.is_valid().to_numpy(zero_copy_only=False)
    return row_hashes(columns).view(np.int64), whole
