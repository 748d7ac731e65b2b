"""Lines without a patient, of visits that have one: a visit belongs to its patient as a whole.

Where a policy looks at earlier lines, all lines of a patient are evaluated together. In tables that name visits, the patient may stand on
some of a visit's lines only; the others must find their way to the same place.

Owns: finding such visits, and the place of each.
Never: decides who the patient is: the evaluator reads the visit's lines together and says so, or rejects them.
"""

from collections.abc import Iterator, Sequence

import attrs
import numpy as np
import pyarrow as pa

from policy.batches.clusters import key_columns
from policy.batches.evaluator import TableEvaluator
from policy.batches.hashing import hashes, row_hashes
from policy.batches.source import Source
from policy.batches.stream import Evaluator
from policy.batches.together import together


@attrs.frozen
class Following:
    """Visits by number, sorted, and the number of the place of each."""

    visits: np.ndarray
    places: np.ndarray

    def applied(self, numbers: np.ndarray, table: pa.Table, visit: str) -> np.ndarray:
        """The places of rows: `numbers` by their patients, but for the rows of visits that follow theirs."""
        if not len(self.visits):
            return numbers
        named = hashes(key_columns(table, [visit])[0])
        at = np.minimum(np.searchsorted(self.visits, named), len(self.visits) - 1)
        return np.where(self.visits[at] == named, self.places[at], numbers)


def visit_column(evaluator: Evaluator, incoming: pa.Schema) -> str | None:
    """The column that names visits, where rows belong together by their visit and by their patient."""
    if not isinstance(evaluator, TableEvaluator):
        return None
    sets = together(evaluator, incoming)
    return sets[0][-1].columns[0] if len(sets) > 1 else None


def lone(columns: Sequence[pa.Array], table: pa.Table, visit: str) -> np.ndarray:
    """The rows that name a visit and no patient."""
    if not columns[0].null_count:
        return np.empty(0, np.int64)
    named = key_columns(table, [visit])[0].is_valid().to_numpy(zero_copy_only=False)
    return np.flatnonzero(columns[0].is_null().to_numpy(zero_copy_only=False) & named)


def find(source: Source, keys: Sequence[str], visit: str) -> Following:
    """Reads visits and patients of all rows, once, and again where there are such visits. Raises `UnreadablePart`."""
    narrow = attrs.evolve(source, contract=source.contract.only((*keys, visit)))
    found = [named[rows] for named, rows, _, _ in _read(narrow, keys, visit) if len(rows)]
    visits = np.unique(np.concatenate(found)) if found else np.empty(0, np.uint64)
    places = np.full(len(visits), np.iinfo(np.uint64).max)
    if len(visits):
        for named, _, known, numbers in _read(narrow, keys, visit):
            at = np.minimum(np.searchsorted(visits, named), len(visits) - 1)
            mine = (visits[at] == named) & known
            np.minimum.at(places, at[mine], numbers[mine])
    return Following(visits, np.where(places == np.iinfo(np.uint64).max, visits, places))


def _read(
    source: Source, keys: Sequence[str], visit: str
) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]]:
    """Batch by batch: the visits' numbers, the rows without a patient, which rows have one, and the patients' numbers."""
    for unit in source.units():
        for table in source.batches(unit.pieces):
            columns = key_columns(table, keys)
            named = hashes(key_columns(table, [visit])[0])
            yield (
                named,
                lone(columns, table, visit),
                columns[0].is_valid().to_numpy(zero_copy_only=False),
                row_hashes(columns),
            )
