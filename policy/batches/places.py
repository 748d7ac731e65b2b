"""Numbers that say where rows belong: rows that must be evaluated together have the same one, in any table, process and run.

Owns: these numbers, for engines that move rows themselves.
Never: moves a row. Different visits may share a number, very rarely; where they meet, no harm is done.
"""

import numpy as np
import pyarrow as pa

from policy.batches.hashing import row_hashes
from policy.batches.together import Keys

Numbers = np.ndarray
"""int64."""


def places(table: pa.Table, keys: Keys) -> Numbers:
    """The place of each row. A row that is of no visit has a place of its own."""
    numbers, named = row_numbers(table, keys)
    return np.where(named, numbers, np.arange(table.num_rows))


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
